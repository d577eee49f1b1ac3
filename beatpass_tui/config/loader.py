"""Load the configuration: a TOML file, overridden by variables, overridden by options.

Errors name file, line and key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from beatpass_tui.config import key_names, toml_file
from beatpass_tui.config.keys import BY_ID, Keyboard
from beatpass_tui.config.settings import (
    BY_NAME,
    GOALS,
    NO,
    OPTIONS,
    InvalidValue,
    Settings,
    default_path,
    read_goal,
)
from beatpass_tui.config.toml_file import TomlFile
from beatpass_tui.errors import ConfigError, unknown_message
from beatpass_tui.models import text


class Config(NamedTuple):
    """The settings and their sources."""

    settings: Settings = Settings()
    origins: Mapping[str, str] = MappingProxyType({})
    """Sources of options by name, keys by ID, and goals: line of the file, variable or option."""

    def origin(self, name: str) -> str:
        return self.origins.get(name, "default")


def load(
    environ: Mapping[str, str], flags: Mapping[str, object], file: str | None = None
) -> Config:
    """Return the configuration; raises ConfigError with all problems.

    `flags` are command-line options by name. `file` replaces the default path and must exist.
    """
    path = Path(file) if file is not None else default_path(environ)
    reader = _Reader()
    if path is not None:
        reader.read_file(path, required=file is not None)
    reader.read_environment(environ)
    reader.read_flags(flags)
    return reader.result()


def problems(source: str, path: Path) -> Sequence[str]:
    """Return the problems of a text as the content of the file at `path`."""
    reader = _Reader()
    try:
        reader.read_content(toml_file.parse(source, path))
        reader.result()
    except ConfigError as error:
        return error.messages
    return ()


class _Reader:
    """Collects values and errors, in ascending precedence."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._goals: dict[str, int] = {}
        self._origins: dict[str, str] = {}
        self._errors: list[str] = []
        self._file = TomlFile()

    def result(self) -> Config:
        keyboard = Keyboard(self._keys, words=self._values.get("accessible", False))
        for key, remapped, other in keyboard.conflicts():
            self._add_file_error(
                f"keys.{remapped.id}",
                f'"{key}" is already {other.name} ({other.id}) on the same page',
            )
        if self._errors:
            raise ConfigError(self._errors)
        return Config(Settings(**self._values, keyboard=keyboard, goals=self._goals), self._origins)

    # The file

    def read_file(self, path: Path, *, required: bool) -> None:
        try:
            self.read_content(toml_file.read(path, required=required))
        except ConfigError as error:
            self._errors += error.messages

    def read_content(self, file: TomlFile) -> None:
        self._file = file
        for name, value in self._file.table.items():
            if name == "keys":
                self._read_keys(value)
            elif name == "goals":
                self._read_goals(value)
            elif name in BY_NAME:
                try:
                    self._values[name] = BY_NAME[name].read(value)
                    self._origins[name] = self._file.short_place(name)
                except InvalidValue as error:
                    self._add_file_error(name, str(error))
            else:
                self._add_file_error(
                    name, unknown_message("key", name, (*BY_NAME, "keys", "goals"))
                )

    def _read_keys(self, table: object) -> None:
        if not isinstance(table, Mapping):
            self._add_file_error("keys", "must be a table: [keys]")
            return
        seen = set()
        for id, value in toml_file.flatten(table):
            name = f"keys.{id}"
            if id not in BY_ID:
                self._add_file_error(name, unknown_message("key ID", id, BY_ID))
            elif id in seen:
                self._add_file_error(name, "defined twice")
            else:
                seen.add(id)
                values = value if isinstance(value, list) else [value]
                keys = [self._key(name, each) for each in values]
                if not keys:
                    self._add_file_error(name, "needs at least one key")
                elif None not in keys:
                    self._keys[id] = tuple(dict.fromkeys(filter(None, keys)))
                    self._origins[id] = self._file.short_place(name)

    def _read_goals(self, table: object) -> None:
        if not isinstance(table, Mapping):
            self._add_file_error("goals", "must be a table: [goals]")
            return
        for number, value in toml_file.flatten(table):
            name = f"goals.{number}"
            if number not in GOALS:
                self._add_file_error(name, unknown_message("goal", number, GOALS))
                continue
            try:
                self._goals[GOALS[number].id] = read_goal(value)
                self._origins[name] = self._file.short_place(name)
            except InvalidValue as error:
                self._add_file_error(name, str(error))

    def _key(self, name: str, value: object) -> str | None:
        if not isinstance(value, str):
            self._add_file_error(name, 'must be a key in quotes, or a list: ["r", "f5"]')
            return None
        key = key_names.normalize_key(value)
        if key is None:
            examples = 'examples: "r", "?", "f5", "ctrl+r", "escape"'
            self._add_file_error(name, f'unknown key "{value}"; {examples}')
        return key

    def _add_file_error(self, name: str, message: str) -> None:
        self._add_error(f"{self._file.place(name)}, {text.clean(name, 60)}", message)

    def _add_error(self, source: str, message: str) -> None:
        self._errors.append(f"{source}: {text.clean(message, 500)}.")

    # Variables and flags

    def read_environment(self, environ: Mapping[str, str]) -> None:
        """Read environment variables, ignoring empty ones."""
        accessible = environ.get("ACCESSIBLE", "").strip().lower()
        if accessible:
            # Any other value enables it.
            self._values["accessible"] = accessible not in NO
            self._origins["accessible"] = "ACCESSIBLE"
        for option in OPTIONS:
            value = environ.get(option.variable, "")
            if value.strip():
                self._parse(option.name, option.variable, value)

    def read_flags(self, flags: Mapping[str, object]) -> None:
        for option in OPTIONS:
            value = flags.get(option.name)
            if isinstance(value, bool):
                self._values[option.name] = value
                self._origins[option.name] = option.flag if value else f"--no-{option.flag[2:]}"
            elif isinstance(value, str):
                self._parse(option.name, option.flag, value)

    def _parse(self, name: str, source: str, value: str) -> None:
        try:
            self._values[name] = BY_NAME[name].parse(value)
            self._origins[name] = source
        except InvalidValue as error:
            self._add_error(source, str(error))
