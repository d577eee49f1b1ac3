"""A TOML file as a person wrote it: its values, and the line that each of them stands on."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from beatpass_tui.errors import ConfigError
from beatpass_tui.models import text

MAX_BYTES = 1_000_000
"""A file larger than this is not one that a person wrote."""

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_ASSIGNMENT = re.compile(rf"\s*({_DOTTED})\s*=")
_TABLE = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]")


class TomlFile(NamedTuple):
    """What a file holds."""

    path: str = ""
    """Where it lies, fit to be shown."""
    table: Mapping[str, Any] = MappingProxyType({})
    lines: Mapping[str, int] = MappingProxyType({})
    """Line numbers of dotted names, from 1; one that could not be told is not in it."""

    def place(self, name: str) -> str:
        """Return file and line of a name, for a sentence."""
        line = self.lines.get(name)
        return f"{self.path}, line {line}" if line else self.path

    def short_place(self, name: str) -> str:
        """Return the file's own name and the line, for a table."""
        line = self.lines.get(name)
        return f"{Path(self.path).name}{f':{line}' if line else ''}"


def read(path: Path, *, required: bool) -> TomlFile:
    """Return what the file holds, nothing when there is none and none is required.

    Raises ConfigError when it cannot be read or is not TOML.
    """
    shown = text.clean(str(path))
    source = _source(path, shown, required=required)
    return TomlFile(shown, _parsed(source, shown), dict(_lines(source)))


def flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted names and their values, however the tables are written."""
    for name, value in table.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _source(path: Path, shown: str, *, required: bool) -> str:
    try:
        # One that was named may come through a pipe; any other pipe would be waited for in vain.
        if not required and stat.S_ISFIFO(path.stat().st_mode):
            raise ConfigError([f"{shown} is a pipe; the configuration is a file."])
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        if required:
            raise ConfigError([f"There is no file {shown}."]) from None
        return ""
    except IsADirectoryError:
        raise ConfigError([f"{shown} is a folder; the configuration is a file."]) from None
    except (OSError, ValueError) as error:
        # ValueError: a name that holds a NUL.
        reason = getattr(error, "strerror", None) or "no file can have that name"
        raise ConfigError([f"{shown} cannot be read: {reason}."]) from error
    if len(data) > MAX_BYTES:
        raise ConfigError([f"{shown} is larger than a configuration can be (1 MB)."])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError([f"{shown}, line {line}: this is not text in UTF-8."]) from None


def _parsed(source: str, shown: str) -> Mapping[str, Any]:
    import tomllib

    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        said, _, place = str(error).rpartition(" (at ")
        found = re.match(r"line (\d+)", place)
        line = int(found[1]) if found else source.count("\n") + 1
        reason = text.clean(said or str(error), 120)
        if "overwrite" in reason or "twice" in reason or "mutate" in reason:
            reason = "a key or a table stands here for the second time"
        raise ConfigError([f"{shown}, line {line}: this is not TOML: {reason}."]) from None
    except RecursionError:
        raise ConfigError([f"{shown} is nested too deeply."]) from None


def _lines(source: str) -> Iterator[tuple[str, int]]:
    """Yield the dotted name of each assignment and its line; TOML's own reader keeps no places."""
    table = ""
    for number, line in enumerate(source.split("\n"), start=1):
        if found := _TABLE.match(line):
            table = _plain(found[1]) + "."
            yield table[:-1], number
        elif found := _ASSIGNMENT.match(line):
            yield table + _plain(found[1]), number


def _plain(dotted: str) -> str:
    return ".".join(part.strip("\"'") for part in re.findall(_PART, dotted))
