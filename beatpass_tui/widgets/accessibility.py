"""Accessible mode: words instead of animation, borders and symbols."""

from __future__ import annotations

from textual.command import CommandList
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

ACCESSIBLE_CLASS = "-accessible"
"""Class of the app in accessible mode, also used by the stylesheet."""

ASCII_CLASS = "-ascii"
"""Class of the app if only ASCII characters are drawn."""

LOADING_TEXT = "loading"
"""Text shown instead of a spinner."""

PLAIN_PUNCTUATION = ((" · ", ",  "), (" ▸ ", ":  "))
"""Separators and punctuation of the same width, at which a screen reader pauses."""

_BOXES_AND_BLOCKS = range(0x2500, 0x25A0)
PLAIN_SYMBOLS = str.maketrans(
    {
        **{chr(code): " " for code in _BOXES_AND_BLOCKS},
        "▔": " ", "▲": " ", "▼": " ", "◐": " ", "◓": " ", "◑": " ", "◒": " ", "◉": " ", "⌂": " ",
        "≈": " ", "★": " ", "♪": " ", "↗": " ", "↻": " ", "…": ".", "—": "-", "–": "-", "▸": ">",
        "●": " ", "■": " ", "∙": ".", "·": ",", "→": ">", "←": "<", "↑": " ", "↓": " ", "⏎": " ",
        "✓": " ", "▾": " ", "▴": " ", "−": "-", "♯": "#", "♭": "b",
    }
)  # fmt: skip


_PROGRESS = (
    "Loading…", "loading…", "Calculating…", "Checking…", "retrying…", "Signing in…",
    "your application…", "themes…",
)  # fmt: skip
"""Texts that end in an ellipsis although they are complete."""


def end_progress(text: str) -> str:
    """Return text in which an ellipsis only marks a cut; that of progress becomes a period."""
    for words in _PROGRESS:
        text = text.replace(words, f"{words[:-1]}.")
    return text


def in_words(text: str) -> str:
    """Return text with words instead of arrows, and without other symbols."""
    return without_symbols(text.replace("▲", "up").replace("▼", "down"))


def is_accessible(widget: Widget) -> bool:
    """Return whether a widget must use words instead of symbols."""
    return widget.app.has_class(ACCESSIBLE_CLASS)


def cursor_position(screen: Screen[object]) -> Offset:
    """Return where the terminal's cursor stands: on the item under the cursor of the focus."""
    widget = screen.focused
    if widget is None:
        # Screens that show a single item without the focus have this property.
        alone: Offset = getattr(screen, "cursor_offset", Offset())
        return alone
    if isinstance(widget, Input):
        # While the first command of the palette is highlighted, what is typed is read.
        for palette in screen.query(CommandList):
            # Above it is the heading of its group.
            if palette.highlighted is not None and palette.highlighted > 1:
                line = palette._index_to_line[palette.highlighted] - palette.scroll_offset.y
                return palette.scrollable_content_region.offset + Offset(0, line)
        # Textual counts a cell too many after the last character.
        is_at_end = widget.cursor_position == len(widget.value)
        return widget.cursor_screen_offset - Offset(is_at_end, 0)
    # Widgets with several items have this property.
    offset: Offset = getattr(widget, "cursor_offset", Offset())
    return widget.content_region.offset + offset


def is_plain(widget: Widget) -> bool:
    """Return whether a widget must not rely on colors or on the shapes of block characters."""
    return widget.app.no_color or widget.app.has_class(ASCII_CLASS)


def without_symbols(text: str) -> str:
    """Return text without its decorative symbols, such as arrows."""
    return " ".join(end_progress(text).translate(PLAIN_SYMBOLS).split()).rstrip(".")
