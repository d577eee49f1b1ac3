"""The accessible mode: no animation, no boxes, no signs; what they say is said in words."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.widget import Widget

ACCESSIBLE_CLASS = "-accessible"
"""Class of the app in this mode, which the stylesheet goes by too."""

LOADING_TEXT = "loading"
"""What stands in place of a spinner."""

_PHRASES = ((" · ", ",  "), (" ▸ ", ":  "))
"""Separators, and punctuation of the same width that a screen reader pauses at."""

_BOXES_AND_BLOCKS = range(0x2500, 0x25A0)
_PLAIN = str.maketrans(
    {
        **{chr(code): " " for code in _BOXES_AND_BLOCKS},
        "▔": " ", "▲": " ", "▼": " ", "◐": " ", "◓": " ", "◑": " ", "◒": " ", "◉": " ", "⌂": " ",
        "≈": " ", "★": " ", "♪": " ", "↗": " ", "↻": " ", "…": ".", "—": "-", "–": "-", "▸": ">",
        "∙": ".", "·": ",", "→": ">", "←": "<", "↑": " ", "↓": " ", "⏎": " ",
    }
)  # fmt: skip


def is_accessible(widget: Widget) -> bool:
    """Whether a widget is to say in words what it otherwise draws."""
    return widget.app.has_class(ACCESSIBLE_CLASS)


def cursor_prefix(card: Widget) -> str:
    """Return what stands before a card: a sign before the one that has the cursor."""
    grid = card.parent
    here = isinstance(grid, Widget) and grid.has_focus and card.has_class("-cursor")
    return ">" if here else " "


def without_symbols(words: str) -> str:
    """Return words of the program without the signs that stand beside them: up, View Profile."""
    return " ".join(words.translate(_PLAIN).split()).rstrip(".")


class SignFilter(LineFilter):
    """Takes out at the very last moment the signs that only decorate; letters stay what they are.

    Widgets say in words what their signs mean, so that nothing is lost by this.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without their signs, each as wide as before."""
        del background
        return [
            segment if segment.text.isascii() else segment._replace(text=_plain(segment.text))
            for segment in segments
        ]


def _plain(text: str) -> str:
    for phrase, plain in _PHRASES:
        text = text.replace(phrase, plain)
    return text.translate(_PLAIN)
