"""Filters for terminals without color or Unicode, and for screen readers."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from beatpass_tui.models.text import fold
from beatpass_tui.widgets.accessibility import (
    PLAIN_PUNCTUATION,
    PLAIN_SYMBOLS,
    end_progress,
)

ASCII_SYMBOLS = {
    "◐": "|", "◓": "/", "◑": "-", "◒": "\\",
    "⌂": "#", "≈": "~", "★": "*", "▲": "^", "▼": "v", "♪": "d", "◉": "o", "↗": ">", "▸": ">",
    "↻": "@", "…": ".", "—": "-", "·": "|", "±": "~", "•": "*", "→": ">", "×": "x",
    "⏎": "J", "▾": "v", "▴": "^", "−": "-", "↑": "^", "↓": "v", "←": "<", "♯": "#", "♭": "b",
    "━": "=", "╺": "-", "╸": "=", "─": "-", "│": "|", "╭": "+", "╮": "+", "╰": "+", "╯": "+",
    "┏": "#", "┓": "#", "┗": "#", "┛": "#", "┃": "#", "▊": "|", "▎": "|", "▔": "-", "▁": "_",
    "▂": ".", "▃": "-", "▅": "+", "▆": "*", "▇": "%", "┤": "+",
    "░": ":", "▒": "+", "▓": "%", "∙": ".", "–": "-", "✓": "+", "●": "*", "■": "#",
    "█": "#", "▌": "|", "▐": "|", "▀": "^", "▄": "=", "▏": "|", "▕": "|", "▋": "|", "▉": "#",
    "▖": ".", "▗": ".", "▘": "^", "▝": "^", "“": '"', "”": '"',
}  # fmt: skip
"""Every non-ASCII symbol that the program draws, with an ASCII character of the same width."""

_ASCII_TABLE = str.maketrans(ASCII_SYMBOLS)

_REMAINDER = re.compile("╺━*")
"""The remaining part of a bar, which differs from the completed part by its color elsewhere."""

_CUT = re.compile("(.)…")
"""The end of a text that was cut, with the character that makes room for a longer mark."""


class SegmentFilter(LineFilter):
    """Converts each segment just before it is written to the terminal."""

    def __init__(self, convert: Callable[[Segment], Segment]) -> None:
        super().__init__()
        self._convert = convert

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [self._convert(segment) for segment in segments]


def to_ascii(segment: Segment) -> Segment:
    """Replace symbols and letters with ASCII characters, and other text with question marks."""
    text = segment.text
    if "╺" in text:
        text = _REMAINDER.sub(lambda bar: "-" * len(bar[0]), text)
    text = _mark_cuts(text).translate(_ASCII_TABLE)
    if not text.isascii():
        text = "".join(char if char.isascii() else _letter(char) for char in text)
    return segment._replace(text=text)


def _mark_cuts(text: str) -> str:
    """Return text with periods where it was cut."""
    if "…" not in text:
        return text
    return _CUT.sub(lambda cut: "." * (cell_len(cut[1]) + 1), end_progress(text))


@lru_cache(4096)
def _letter(char: str) -> str:
    """Return the letter below an accent, or question marks, in the same width."""
    width = cell_len(char)
    letters = "".join(part for part in fold(char) if part.isascii() and part.isprintable())
    letters = letters.upper() if char.isupper() else letters
    return letters[:width].ljust(width) if letters else "?" * width


def to_plain_text(segment: Segment) -> Segment:
    """Remove decorative symbols; in accessible mode, widgets express their meaning in words."""
    text = segment.text
    if not text.isascii():
        for separator, punctuation in PLAIN_PUNCTUATION:
            text = text.replace(separator, punctuation)
        text = _mark_cuts(text)
    return segment._replace(text=text.translate(PLAIN_SYMBOLS))


def to_colorless(segment: Segment) -> Segment:
    """Remove colors but keep bold, dim and reverse; Textual's own filter uses shades of gray."""
    return segment if segment.style is None else segment._replace(style=_colorless(segment.style))


@lru_cache(4096)
def _colorless(style: Style) -> Style:
    # Textual finds the widget under the mouse by the style's meta.
    return style.without_color + Style.from_meta(style.meta) if style.meta else style.without_color
