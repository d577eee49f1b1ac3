"""A scroll bar that is half a cell wide."""

from __future__ import annotations

from typing import ClassVar

from rich.color import Color
from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBarRender

_DEFAULT = Color.default()


class ThinScrollBar(ScrollBarRender):
    """A vertical bar of half blocks; its background color is that of the line below the thumb."""

    HEADER: ClassVar[int] = 0
    """Number of blank lines at the top."""

    @classmethod
    def render_bar(
        cls,
        size: int = 25,
        virtual_size: float = 50,
        window_size: float = 20,
        position: float = 0,
        thickness: int = 1,
        vertical: bool = True,
        back_color: Color = _DEFAULT,
        bar_color: Color = _DEFAULT,
    ) -> Segments:
        if not vertical:
            return super().render_bar(
                size,
                virtual_size,
                window_size,
                position,
                thickness,
                vertical,
                back_color,
                bar_color,
            )
        size -= cls.HEADER
        window_size -= cls.HEADER
        virtual_size -= cls.HEADER
        hidden = virtual_size - window_size
        length = max(round(size * window_size / virtual_size), 1) if hidden > 0 else size
        # The thumb touches an end of the bar only if the window is at that end.
        start = round((size - length) * position / hidden) if hidden > 0 else 0
        if 0 < position < hidden and size > length + 1:
            start = min(max(start, 1), size - length - 1)
        blank = Segment(" " * thickness)
        lines = [blank] * cls.HEADER
        for y in range(size):
            if start <= y < start + length:
                style, glyph = Style(color=bar_color, meta={"@mouse.down": "grab"}), "▐"
            else:
                action = "scroll_up" if y < start else "scroll_down"
                style, glyph = Style(color=back_color, meta={"@mouse.down": action}), "▕"
            lines.append(Segment(glyph.rjust(thickness), style))
        return Segments(lines, new_lines=True)


class TableScrollBar(ThinScrollBar):
    """The bar of a table, below the header."""

    HEADER = 1
