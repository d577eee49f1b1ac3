"""Cleaning of untrusted text before it is shown or stored."""

import codecs
import re
import unicodedata

MAX_CHARACTERS = 500
"""Maximum length of a text."""

MAX_NAME = 120
"""Maximum length of a name or title."""

MAX_MARKS = 4
"""Maximum number of combining marks on a character; more would overlap other rows."""

_UNPRINTABLE = frozenset(("Cc", "Cf", "Cs", "Cn", "Co"))
_MARKS = frozenset(("Mn", "Me", "Mc"))
# Directional overrides and isolates can make a row look different from its text.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Terminals disagree about the width of these characters.
_INVISIBLE = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u200b\u200c\u200d"
    "\u2060\u3164\ufeff\uffa0\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
)
# Terminals disagree about the width of flags, so each is shown as its country code.
_FLAG_LETTERS = {chr(0x1F1E6 + place): chr(ord("A") + place) for place in range(26)}


_ESCAPE_SEQUENCE = re.compile(
    # Titles, links and other strings, if their end is there.
    r"(?:\x1b[]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]{0,2000}(?:\x07|\x9c|\x1b\\)"
    # Control sequences, such as colors.
    r"|(?:\x1b\[[0-?]*|\x9b[0-?]+)[ -/]*[@-~]"
    # Character sets, the cursor, and the reset.
    r"|\x1b[!-/]+[0-~]|\x1b[78=>DEHMNOZcl-o|}~]"
)


def decode(data: bytes) -> str:
    """Return piped or stored text in UTF-8 or UTF-16, as written by PowerShell and Excel.

    Raises UnicodeDecodeError.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    if data[:1] and data[1:2] == b"\0":
        return data.decode("utf-16-le")
    if data[:1] == b"\0" and data[1:2]:
        return data.decode("utf-16-be")
    return data.decode("utf-8-sig")


def clean(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return `text` on one line, without control codes, directional overrides or lone surrogates.

    Escape sequences are removed, and an unfinished one loses its first character, which makes it
    harmless. Whitespace is collapsed, and an ellipsis replaces text beyond `limit` characters.
    """
    # A response may contain megabytes of text, so text far beyond the limit is skipped.
    text = text[: limit * 8]
    if not (text.isascii() and text.isprintable()):
        text = _printable(_ESCAPE_SEQUENCE.sub("", text))
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _printable(text: str) -> str:
    """Return the printable part of `text`, with spaces for any whitespace."""
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if character.isspace() or category in ("Zl", "Zp"):
            kept.append(" ")
            continue
        # Dropped characters don't reset the number of marks.
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
    """Return whether a character is a variation selector, whose width differs by terminal."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_stacked(character: str) -> bool:
    """Return whether a character is a Korean letter that is drawn over the previous one."""
    return "\u1161" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7fb"


_CODE_PARTS = re.compile(r"[\W_]+|(?<=[a-z0-9])(?=[A-Z])")
_INITIALISMS = {"xp": "XP", "bpm": "BPM", "id": "ID"}


def words(code: str) -> str:
    """Return a code such as `track_sale` or `firstPlay` as words: Track sale, First play.

    Text that was written for people only starts with a capital letter.
    """
    is_code = "_" in code or (" " not in code and code[:1].islower())
    if is_code:
        parts = [part.lower() for part in _CODE_PARTS.split(code) if part]
        code = " ".join(_INITIALISMS.get(part, part) for part in parts) or code
    return code[:1].upper() + code[1:]


# Search and order

_LETTERS = str.maketrans(
    {
        "ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h",
        "ŧ": "t", "ŋ": "n", "ı": "i", "ĸ": "k", "ſ": "s", "ƀ": "b", "ɨ": "i", "ɵ": "o", "ʼ": "'",
        "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-",
    }
)  # fmt: skip
"""Letters that Unicode does not decompose, and punctuation that is not on keyboards."""

_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
_DIGITS = re.compile(r"(\d+)")

NaturalKey = tuple[tuple[int, int, str], ...]


def fold(text: str) -> str:
    """Return `text` for comparisons: without case, accents and differences in composition."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    # Only accents are removed: in scripts such as Japanese and Hindi, marks change the letter.
    plain = _ACCENTS.sub("", decomposed)
    # Some letters can be case-folded only without their accents.
    return unicodedata.normalize("NFC", plain.casefold()).translate(_LETTERS)


def fold_query(text: str) -> str:
    """Return what was typed or pasted to search for names, which were cleaned: ❤️ finds ❤."""
    return fold(clean(text))


def natural_key(text: str) -> tuple[NaturalKey, str]:
    """Return a sort key that compares numbers by value, so that 2 is before 10."""
    parts = _DIGITS.split(fold(text))
    key = tuple(
        (0, int(part), "") if index % 2 else (1, 0, part)
        for index, part in enumerate(parts)
        if part
    )
    return key, text
