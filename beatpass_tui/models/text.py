"""Cleaning of strings that came from elsewhere, before anything draws or stores them."""

from __future__ import annotations

import unicodedata

MAX_CHARACTERS = 500
"""The longest text kept of one field."""

MAX_MARKS = 4
"""The most combining marks kept on one character; more would climb over other rows."""

_UNPRINTABLE = frozenset(("Cc", "Cf", "Cs", "Cn", "Co"))
_MARKS = frozenset(("Mn", "Me", "Mc"))
# Directional overrides and isolates can make a row read as something else.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Characters without a width of their own, which terminals measure differently.
_INVISIBLE = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u200b\u200c\u200d"
    "\u2060\u3164\ufeff\uffa0\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
)
# Two of them are a flag, of one width or another; as letters they name the country everywhere.
_FLAG_LETTERS = {chr(0x1F1E6 + place): chr(ord("A") + place) for place in range(26)}


def clean(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return `text` on one line, without control codes, overrides or lone surrogates.

    Escape sequences lose their introducer and so become harmless words; white space of any
    kind becomes single blanks; at most `limit` characters are kept, the last one an ellipsis.
    """
    # A hostile answer may be megabytes long: what lies far behind the limit is never looked at.
    text = text[: limit * 8]
    if not (text.isascii() and text.isprintable()):
        text = _printable(text)
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _printable(text: str) -> str:
    """Return what of `text` can be drawn, with blanks for white space of any kind."""
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if character.isspace() or category in ("Zl", "Zp"):
            kept.append(" ")
            continue
        # What is dropped must not tell the marks before it from those behind it.
        if (
            category in _UNPRINTABLE
            or character in _BIDI
            or character in _INVISIBLE
            or _is_selector(character)
        ):
            continue
        if category in _MARKS or _is_stacked(character):
            if not kept or kept[-1] == " " or marks == MAX_MARKS:
                continue
            marks += 1
        else:
            marks = 0
        kept.append(_FLAG_LETTERS.get(character, character))
    return "".join(kept)


def _is_selector(character: str) -> bool:
    """Whether a terminal and Python disagree on the width that this selector asks for."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_stacked(character: str) -> bool:
    """Whether it is a part of a Korean syllable that is drawn over the part before it."""
    return "\u1161" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7fb"
