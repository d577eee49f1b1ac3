"""How keys are called: as people write them, as the program knows them, as they are shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

_NAMED = {
    "up": ("↑", "Up"),
    "down": ("↓", "Down"),
    "left": ("←", "Left"),
    "right": ("→", "Right"),
    "enter": ("⏎", "Enter"),
    "escape": ("Esc", "Esc"),
    "tab": ("Tab", "Tab"),
    "space": ("Space", "Space"),
    "backspace": ("Backspace", "Backspace"),
    "delete": ("Del", "Del"),
    "insert": ("Ins", "Ins"),
    "home": ("Home", "Home"),
    "end": ("End", "End"),
    "pageup": ("PgUp", "PgUp"),
    "pagedown": ("PgDn", "PgDn"),
    **{f"f{number}": (f"F{number}", f"F{number}") for number in range(1, 25)},
}
"""Keys without a character of their own: as a sign, and in words."""

_MODIFIERS = ("ctrl", "alt", "shift")
_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape"}
"""What a terminal cannot tell apart."""

_SHORT = {"solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at",
          "hyphen_minus": "minus", "plus_sign": "plus", "low_line": "underscore"}  # fmt: skip


def _spelled(character: str) -> str:
    spelled = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _SHORT.get(spelled, spelled)


_SIGNS = {
    _spelled(chr(code)): chr(code) for code in range(ord("!"), 127) if not chr(code).isalnum()
}
"""The signs of a keyboard by their names."""


def normalize_key(written: str) -> str | None:
    """Return a key by the name that the program knows it by, or None when there is no such key.

    A character stands for itself ("?", "R"); others have names ("escape", "f5"); "ctrl+", "alt+"
    and "shift+" go before them.
    """
    *modifiers, last = [written] if len(written) == 1 else written.strip().split("+")
    modifiers = [modifier.lower() for modifier in modifiers]
    if len(set(modifiers)) < len(modifiers) or not set(modifiers) <= set(_MODIFIERS):
        return None
    name = _name(last)
    if name is None:
        return None
    if len(name) == 1:
        if modifiers == ["shift"]:
            # A terminal sends the capital letter and nothing of the key that was held.
            return name.upper() if name.isalpha() else None
        if modifiers and "shift" not in modifiers:
            name = name.lower()
    found = "+".join((*sorted(modifiers, key=_MODIFIERS.index), name))
    return _SAME.get(found, found)


def _name(key: str) -> str | None:
    """Return the name of a key without its modifiers."""
    if len(key) == 1:
        if key.isalnum():
            return key
        return _spelled(key) or None if key.isprintable() else None
    low = key.lower()
    return low if low in _NAMED or low in _SIGNS else None


@cache
def display_key(key: str, *, words: bool = False) -> str:
    """Return how a key is shown: r, ?, Esc, ^p, ⏎, or in words: Ctrl+P, Enter."""
    *modifiers, name = key.split("+") if len(key) > 1 else [key]
    shown = _NAMED[name][words] if name in _NAMED else _SIGNS.get(name) or _looked_up(name)
    if modifiers == ["ctrl"] and not words:
        return f"^{shown}"
    if modifiers:
        shown = shown.upper() if len(shown) == 1 else shown
    return "+".join((*(modifier.capitalize() for modifier in modifiers), shown))


def config_key(key: str) -> str:
    """Return how a key of `normalize_key` is written in the configuration: ?, ctrl+p, escape."""
    *modifiers, name = key.split("+")
    return "+".join((*modifiers, _SIGNS.get(name, name)))


def _looked_up(name: str) -> str:
    try:
        return unicodedata.lookup(name.replace("_", " ")) if len(name) > 1 else name
    except KeyError:
        return name


def group_keys(shown: Iterable[str]) -> str:
    """Return several keys under one word: 1-7, ↑↓←→, [ ]."""
    keys = list(dict.fromkeys(shown))
    if len(keys) > 2 and keys == [str(number) for number in range(1, len(keys) + 1)]:
        return f"1-{len(keys)}"
    arrows = all(key in "↑↓←→" for key in keys)
    return ("" if arrows else " ").join(keys)
