"""Drawing without any color, for readers who have set NO_COLOR."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter


class ColorlessFilter(LineFilter):
    """Takes out every color at the very last moment; bold, dim and reversed stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in the terminal's own colors."""
        del background
        return [
            segment if segment.style is None else segment._replace(style=_plain(segment.style))
            for segment in segments
        ]


@lru_cache(4096)
def _plain(style: Style) -> Style:
    # What is under the mouse stands in the style too.
    return style.without_color + Style.from_meta(style.meta) if style.meta else style.without_color
