"""A TOML file with the line numbers of its keys."""

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
"""Maximum file size."""

BOM = "\ufeff"
"""The byte order mark with which some editors begin a file."""

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_ASSIGNMENT = re.compile(rf"\s*({_DOTTED})\s*=")
_TABLE = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]")


class TomlFile(NamedTuple):
    """The content of a file."""

    path: str = ""
    """The path for display."""
    table: Mapping[str, Any] = MappingProxyType({})
    lines: Mapping[str, int] = MappingProxyType({})
    """Line numbers of dotted names, from 1, where known."""

    def place(self, name: str) -> str:
        """Return path and line of a name, for messages."""
        line = self.lines.get(name)
        return f"{self.path}, line {line}" if line else self.path

    def short_place(self, name: str) -> str:
        """Return file name and line of a name, for tables."""
        line = self.lines.get(name)
        return f"{Path(self.path).name}{f':{line}' if line else ''}"


def read(path: Path, *, required: bool) -> TomlFile:
    """Return the content of the file, empty if it is missing and not required.

    Raises ConfigError if the file can't be read or is not TOML.
    """
    return parse(_read_text(path, required=required), path)


def read_source(path: Path) -> str:
    """Return the text of the file, empty if it is missing; raises ConfigError like `read`.

    It begins with the byte order mark, if the file does.
    """
    source = _read_text(path, required=False)
    parse(source, path)
    return source


def parse(source: str, path: Path) -> TomlFile:
    """Return the content of a text, as if read from `path`; raises ConfigError."""
    display_path = text.clean(str(path))
    source = source.removeprefix(BOM)
    return TomlFile(display_path, _parse(source, display_path), dict(_lines(source)))


def flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted names and their values from nested tables."""
    for name, value in table.items():
        if isinstance(value, Mapping) and value:
            yield from flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _read_text(path: Path, *, required: bool) -> str:
    display_path = text.clean(str(path))
    try:
        # A pipe is allowed if the user named it, as with a shell's process substitution.
        if not required and stat.S_ISFIFO(path.stat().st_mode):
            raise ConfigError([f"{display_path} is a pipe, not a file."])
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        if required:
            raise ConfigError([f"{display_path} does not exist."]) from None
        return ""
    except IsADirectoryError:
        raise ConfigError([f"{display_path} is a folder, not a file."]) from None
    except (OSError, ValueError) as error:
        # ValueError: a null character in the path.
        reason = getattr(error, "strerror", None) or "invalid file name"
        raise ConfigError([f"{display_path} cannot be read: {reason}."]) from error
    if len(data) > MAX_BYTES:
        raise ConfigError([f"{display_path} is too large (more than 1 MB)."])
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError([f"{display_path}, line {line}: not UTF-8 text."]) from None


def _parse(source: str, display_path: str) -> Mapping[str, Any]:
    import tomllib

    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).rpartition(" (at ")
        match = re.match(r"line (\d+)", place)
        line = int(match[1]) if match else source.count("\n") + 1
        reason = text.clean(message or str(error), 120)
        if "overwrite" in reason or "twice" in reason or "mutate" in reason:
            reason = "duplicate key or table"
        raise ConfigError([f"{display_path}, line {line}: invalid TOML: {reason}."]) from None
    except RecursionError:
        raise ConfigError([f"{display_path} is nested too deeply."]) from None


def _lines(source: str) -> Iterator[tuple[str, int]]:
    """Yield the dotted name and line of each assignment, which tomllib does not report."""
    table = ""
    for number, line in enumerate(source.split("\n"), start=1):
        if match := _TABLE.match(line):
            table = _unquote(match[1]) + "."
            yield table[:-1], number
        elif match := _ASSIGNMENT.match(line):
            yield table + _unquote(match[1]), number


def _unquote(dotted: str) -> str:
    return ".".join(part.strip("\"'") for part in re.findall(_PART, dotted))
