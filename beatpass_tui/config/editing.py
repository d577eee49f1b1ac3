"""Changes of the config file that keep its comments, order, line ends and byte order mark."""

from __future__ import annotations

import re
import tomllib
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Table

from beatpass_tui.config import loader, toml_file
from beatpass_tui.config.keys import BY_ID
from beatpass_tui.config.settings import (
    BY_NAME,
    GOALS,
    OPTIONS,
    InvalidValue,
    Option,
    Settings,
    display_value,
    read_goal,
)
from beatpass_tui.errors import ConfigError, UsageError, WriteFailed, unknown_message
from beatpass_tui.models import text
from beatpass_tui.storage.files import reporting, write_text

Value = str | int | float | bool | list[str]


def assign(path: Path, name: str, words: Sequence[str]) -> Value:
    """Set a setting, a key (keys.ID) or a goal (goals.NAME), and return the written value.

    Raises UsageError, ConfigError if the file would have a new problem, and WriteFailed.
    """
    _check_name(name)
    value = _value(name, words)
    source = toml_file.read_source(path)
    document = tomlkit.parse(source.removeprefix(toml_file.BOM))
    container, key = _locate(document, name) or (None, "")
    if container is not None:
        container[key] = value
    else:
        section, _, rest = name.partition(".")
        if not rest:
            document[section] = value
        else:
            table = document.setdefault(section, tomlkit.table())
            if isinstance(table, Table):
                table.append(tomlkit.key(rest.split(".")), tomlkit.item(value))
    changed = document.as_string()
    if dict(toml_file.flatten(tomllib.loads(changed))).get(name) != value:
        raise ConfigError([f"{text.clean(str(path))} has an unusual form; edit it by hand."])
    _write(path, source, changed)
    return value


def remove(path: Path, name: str) -> bool:
    """Remove a setting, a key or a goal, and return whether it was set; raises like `assign`."""
    source = toml_file.read_source(path)
    document = tomlkit.parse(source.removeprefix(toml_file.BOM))
    place = _locate(document, name)
    if place is None:
        _check_name(name)
        return False
    container, key = place
    del container[key]
    _write(path, source, document.as_string())
    return True


def create(path: Path) -> None:
    """Write a file with all settings as comments, unless it exists; raises WriteFailed."""
    if path.exists():
        return
    defaults = Settings()
    lines = ["# Settings of beatpass-tui; remove the # before those that you change.", ""]
    for option in OPTIONS:
        value = _text_value(option, display_value(option.name, getattr(defaults, option.name)))
        line = f"# {option.name} = {tomlkit.item(value).as_string()}"
        lines.append(f"{line:<32}# {option.help}")
    _write(path, "", "\n".join((*lines, "")))


def _check_name(name: str) -> None:
    section, _, rest = name.partition(".")
    if section == "keys" and rest:
        kind, word, known = "key ID", rest, tuple(BY_ID)
    elif section == "goals" and rest:
        kind, word, known = "goal", rest, tuple(GOALS)
    else:
        kind, word, known = "setting", name, (*BY_NAME, "keys.ID", "goals.NAME")
    if word not in known or word in ("keys.ID", "goals.NAME"):
        message = unknown_message(kind, text.clean(word, 60), known)
        raise UsageError(f"{message[0].upper()}{message[1:]}.")


def _value(name: str, words: Sequence[str]) -> Value:
    """Return the value for the file; raises UsageError."""
    if name.startswith("keys."):
        return words[0] if len(words) == 1 else [*words]
    if len(words) != 1:
        raise UsageError(f"{name} takes one value.")
    try:
        if name.startswith("goals."):
            digits = words[0].replace(",", "").replace("_", "")
            return read_goal(int(digits) if digits.isascii() and digits.isdigit() else 0)
        return _text_value(BY_NAME[name], words[0])
    except InvalidValue as error:
        raise UsageError(f"{name}: {text.clean(str(error), 500)}.") from None


def _text_value(option: Option, word: str) -> Value:
    """Return the value of an option as written in the file; raises InvalidValue."""
    match option.parse(word):
        case bool() | str() as value:
            return value
        case int() | float() as number:
            return int(number) if number == int(number) else number
    # None stands for the first of the words, such as "auto".
    return option.values[0]


def _locate(table: MutableMapping[str, Any], name: str) -> tuple[Any, str] | None:
    """Return the innermost table that has a dotted name, and its key there."""
    for key, value in table.items():
        if key == name:
            return table, key
        if isinstance(value, MutableMapping) and name.startswith(f"{key}."):
            place = _locate(value, name[len(key) + 1 :])
            if place is not None:
                return place
    return None


def _write(path: Path, source: str, changed: str) -> None:
    """Write the file unless it would have a problem that it did not have before."""
    known = {*map(_without_line, loader.problems(source, path))}
    new = [each for each in loader.problems(changed, path) if _without_line(each) not in known]
    if new:
        raise ConfigError(new)
    if 0 < source.count("\n") == source.count("\r\n"):
        changed = re.sub(r"\r?\n", "\r\n", changed)
    if source.startswith(toml_file.BOM):
        changed = f"{toml_file.BOM}{changed}"
    with reporting(path.parent, "created", WriteFailed):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, changed, overwrite=True)


def _without_line(problem: str) -> str:
    return re.sub(r", line \d+", "", problem)
