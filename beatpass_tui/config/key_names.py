"""Names of keys: normalized, in the config file, and for display."""

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
"""Symbol and name of each key without a character."""

_MODIFIERS = ("ctrl", "alt", "shift")
_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape"}
"""Keys that terminals can't distinguish."""

_SHORT = {"solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at",
          "hyphen_minus": "minus", "plus_sign": "plus", "low_line": "underscore"}  # fmt: skip


def _spelled(character: str) -> str:
    spelled = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _SHORT.get(spelled, spelled)


_PUNCTUATION = {
    _spelled(chr(code)): chr(code) for code in range(ord("!"), 127) if not chr(code).isalnum()
}
"""Punctuation characters by name."""


def normalize_key(key: str) -> str | None:
    """Return the normalized name of a key; None if the key doesn't exist.

    Keys are written as a character ("?", "R") or a name ("escape", "f5"), after any of "ctrl+",
    "alt+" and "shift+".
    """
    *modifiers, last = [key] if len(key) == 1 else key.strip().split("+")
    modifiers = [modifier.lower() for modifier in modifiers]
    if len(set(modifiers)) < len(modifiers) or not set(modifiers) <= set(_MODIFIERS):
        return None
    name = _name(last)
    if name is None:
        return None
    if len(name) == 1:
        if modifiers == ["shift"]:
            # Terminals send the capital letter without the modifier.
            return name.upper() if name.isalpha() else None
        if modifiers and "shift" not in modifiers:
            name = name.lower()
    normalized = "+".join((*sorted(modifiers, key=_MODIFIERS.index), name))
    return _SAME.get(normalized, normalized)


def _name(key: str) -> str | None:
    if len(key) == 1:
        if key.isalnum():
            return key
        return _spelled(key) or None if key.isprintable() else None
    name = key.lower()
    return name if name in _NAMED or name in _PUNCTUATION else None


@cache
def display_key(key: str, *, words: bool = False) -> str:
    """Return a key for display: r, ?, Esc, ^p, ⏎; with `words` Ctrl+P, Enter."""
    *modifiers, name = key.split("+") if len(key) > 1 else [key]
    label = _NAMED[name][words] if name in _NAMED else _PUNCTUATION.get(name) or _character(name)
    if modifiers == ["ctrl"] and not words:
        return f"^{label}"
    if modifiers:
        label = label.upper() if len(label) == 1 else label
    return "+".join((*(modifier.capitalize() for modifier in modifiers), label))


def config_key(key: str) -> str:
    """Return a normalized key as written in the config file: ?, ctrl+p, escape."""
    *modifiers, name = key.split("+")
    return "+".join((*modifiers, _PUNCTUATION.get(name, name)))


def _character(name: str) -> str:
    try:
        return unicodedata.lookup(name.replace("_", " ")) if len(name) > 1 else name
    except KeyError:
        return name


def group_keys(displayed: Iterable[str]) -> str:
    """Return several displayed keys as one label: 1-7, ↑↓←→, [ ]."""
    keys = list(dict.fromkeys(displayed))
    if len(keys) > 2 and keys == [str(number) for number in range(1, len(keys) + 1)]:
        return f"1-{len(keys)}"
    if keys == [_NAMED[name][1] for name in ("up", "down", "left", "right")]:
        return "Arrows"
    arrows = all(key in "↑↓←→" for key in keys)
    return ("" if arrows else " ").join(keys)
