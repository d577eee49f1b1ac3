"""Cleaning of strings that came from elsewhere, before anything draws or stores them."""

from __future__ import annotations

import unicodedata

MAX_CHARACTERS = 500
"""The longest text kept of one field."""

MAX_MARKS = 4
"""The most combining marks kept on one character; more would climb over other rows."""

_UNPRINTABLE = frozenset(("Cc", "Cf", "Cs", "Cn", "Co"))
# Directional overrides and isolates can make a row read as something else.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Characters without a width of their own, which terminals measure differently.
_INVISIBLE = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u200b\u200c\u200d"
    "\u2060\u3164\ufeff\uffa0"
)


def clean(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return `text` on one line, without control codes, overrides or lone surrogates.

    Escape sequences lose their introducer and so become harmless words; white space of any
    kind becomes single blanks; at most `limit` characters are kept, the last one an ellipsis.
    """
    kept: list[str] = []
    marks = 0
    # A hostile answer may be megabytes long: what lies far behind the limit is never looked at.
    for character in text[: limit * 8]:
        category = unicodedata.category(character)
        if category in ("Mn", "Me", "Mc"):
            marks += 1
            # On a blank it would stand alone, or on what is drawn before the text.
            if (
                kept[-1:] in ([], [" "])
                or marks > MAX_MARKS
                or character in _INVISIBLE
                or _is_selector(character)
            ):
                continue
        else:
            marks = 0
            if character.isspace() or category in ("Zl", "Zp"):
                character = " "
            elif category in _UNPRINTABLE or character in _BIDI or character in _INVISIBLE:
                continue
        kept.append(character)
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _is_selector(character: str) -> bool:
    """Whether a terminal and Python disagree on the width that this selector asks for."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
