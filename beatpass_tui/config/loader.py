"""The configuration: one TOML file, over which environment variables and then flags win.

The file is only ever read. Whatever is wrong with it is said with file, line and key.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from beatpass_tui.config import key_names, toml_file
from beatpass_tui.config.keys import BY_ID, Keyboard
from beatpass_tui.config.settings import (
    BY_NAME,
    NO,
    OPTIONS,
    Settings,
    Unusable,
    default_path,
    unknown,
)
from beatpass_tui.config.toml_file import TomlFile
from beatpass_tui.errors import ConfigError
from beatpass_tui.models import text

DEFAULT = "default"


class Config(NamedTuple):
    """The settings that hold, and where each of them comes from."""

    settings: Settings = Settings()
    origins: Mapping[str, str] = MappingProxyType({})
    """Options by name and keys by id: a place in the file, a variable or a flag."""

    def origin(self, name: str) -> str:
        """Return where an option or a key comes from."""
        return self.origins.get(name, DEFAULT)


def load(
    environ: Mapping[str, str], flags: Mapping[str, object], given: str | None = None
) -> Config:
    """Return the configuration; ConfigError tells everything that is wrong with it at once.

    `flags` holds what stood on the command line by the names of the options, and `given` the file
    that was named there: that one must exist.
    """
    path = Path(given) if given is not None else default_path(environ)
    reader = _Reader()
    if path is not None:
        reader.take_file(path, required=given is not None)
    reader.take_environment(environ)
    reader.take_flags(flags)
    return reader.result()


class _Reader:
    """Gathers values and complaints, the weakest source first."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._origins: dict[str, str] = {}
        self._wrong: list[str] = []
        self._file = TomlFile()

    def result(self) -> Config:
        """Return what was gathered, or raise what is wrong with it."""
        keyboard = Keyboard(self._keys, words=self._values.get("accessible", False))
        for key, one, other in keyboard.clashes():
            self._complain(
                f"keys.{one.id}",
                f'"{key}" would be both {one.name} and {other.name} ({other.id}) on one page; '
                "give one of them another key",
            )
        if self._wrong:
            raise ConfigError(self._wrong)
        return Config(Settings(**self._values, keyboard=keyboard), self._origins)

    # The file

    def take_file(self, path: Path, *, required: bool) -> None:
        """Take what the file says."""
        try:
            self._file = toml_file.read(path, required=required)
        except ConfigError as error:
            self._wrong += error.messages
            return
        for name, value in self._file.table.items():
            if name == "keys":
                self._take_keys(value)
            elif name in BY_NAME:
                try:
                    self._values[name] = BY_NAME[name].read(value)
                    self._origins[name] = self._file.short_place(name)
                except Unusable as error:
                    self._complain(name, str(error))
            else:
                self._complain(name, unknown(f'key "{name}"', name, (*BY_NAME, "keys")))

    def _take_keys(self, table: object) -> None:
        if not isinstance(table, Mapping):
            self._complain("keys", "keys are a table: [keys], and a line for each of them")
            return
        seen = set()
        for id, value in toml_file.flat(table):
            name = f"keys.{id}"
            if id not in BY_ID:
                self._complain(name, unknown(f'key "{id}" to be remapped', id, BY_ID))
            elif id in seen:
                self._complain(name, "it stands in the file twice")
            else:
                seen.add(id)
                listed = value if isinstance(value, list) else [value]
                found = [self._key(name, each) for each in listed]
                if not found:
                    self._complain(name, "it takes at least one key")
                elif None not in found:
                    self._keys[id] = tuple(dict.fromkeys(filter(None, found)))
                    self._origins[id] = self._file.short_place(name)

    def _key(self, name: str, value: object) -> str | None:
        if not isinstance(value, str):
            self._complain(name, 'it takes a key in quotes, or several: ["r", "f5"]')
            return None
        found = key_names.normalize_key(value)
        if found is None:
            known = 'keys are written as "r", "?", "f5", "ctrl+r" or "escape"'
            self._complain(name, f'no keyboard has a key "{value}"; {known}')
        return found

    def _complain(self, name: str, what: str) -> None:
        self._say(f"{self._file.place(name)}, {text.clean(name, 60)}", what)

    def _say(self, where: str, what: str) -> None:
        said = text.clean(what, 300)
        self._wrong.append(f"{where}: {said}{'' if said.endswith('?') else '.'}")

    # Variables and flags

    def take_environment(self, environ: Mapping[str, str]) -> None:
        """Take what environment variables say; an empty one says nothing."""
        said = environ.get("ACCESSIBLE", "").strip().lower()
        if said:
            # Whoever sets it to anything else wants it, whatever the word.
            self._values["accessible"] = said not in NO
            self._origins["accessible"] = "ACCESSIBLE"
        for option in OPTIONS:
            words = environ.get(option.variable, "")
            if words.strip():
                self._take(option.name, option.variable, words)

    def take_flags(self, flags: Mapping[str, object]) -> None:
        """Take what stood on the command line."""
        for option in OPTIONS:
            value = flags.get(option.name)
            if isinstance(value, bool):
                self._values[option.name] = value
                self._origins[option.name] = option.flag if value else f"--no-{option.flag[2:]}"
            elif isinstance(value, str):
                self._take(option.name, option.flag, value)

    def _take(self, name: str, source: str, words: str) -> None:
        try:
            self._values[name] = BY_NAME[name].parse(words)
            self._origins[name] = source
        except Unusable as error:
            self._say(source, str(error))
