"""The title of a tile in its first row, which becomes the upper line of a frame."""

from __future__ import annotations

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from beatpass_tui.widgets.content import justify

_LINES = {"round": "╭─╮", "heavy": "┏━┓"}
"""Corners and line at the top of each type of border."""

_GAP, _FRAME_GAP = 2, 7


class TitleRowWidget(Widget):
    """Base class of tiles whose first row is their title.

    Where the stylesheet gives it a border at the other three sides, this row completes the frame.
    """

    @property
    def _upper_line(self) -> str:
        """The left corner, the line, and the right corner; "" for a tile."""
        return "" if self.styles.border_top[0] else _LINES.get(self.styles.border_right[0], "")

    @property
    def is_frame(self) -> bool:
        """Whether it is drawn as a frame instead of a tile."""
        return bool(self._upper_line)

    @property
    def title_gap(self) -> int:
        """Cells of the first row that neither title nor note can use."""
        return _FRAME_GAP if self.is_frame else _GAP

    def title_row(self, left: Content, right: Content, width: int) -> Content:
        """Return the first row, with title and note at its ends."""
        if not self.is_frame:
            return justify(left, right, width)
        line, edge = self._upper_line[1], Style(foreground=self.styles.border_right[1])
        room = max(width - _FRAME_GAP, 0)
        right = right.truncate(room, ellipsis=True)
        left = left.truncate(max(room - right.cell_length, 0), ellipsis=True)
        row = Content(f"{line} ").stylize(edge) + left + " "
        end = Content.assemble(" ", right, " ") if right else Content()
        rule = line * max(width - row.cell_length - end.cell_length - 1, 0)
        return row + Content(rule).stylize(edge) + end + Content(line).stylize(edge)

    def render_lines(self, crop: Region) -> list[Strip]:
        strips = super().render_lines(crop)
        if crop.y == 0 and strips and (line := self._upper_line):
            left, right = self._corner(line[0]), self._corner(line[2])
            row, last = strips[0], self.outer_size.width - 1
            if crop.x == 0:
                row = Strip.join([left, row.crop(1)])
            if crop.right > last:
                row = Strip.join([row.crop(0, last - crop.x), right])
            strips[0] = row
        return strips

    def _corner(self, text: str) -> Strip:
        """Return a cell in place of the border's, which Textual has converted already."""
        edge = Style(foreground=self.styles.border_right[1])
        strip = Strip([Segment(text, (self.visual_style + edge).rich_style)])
        for line_filter in self.app.get_line_filters():
            strip = strip.apply_filter(line_filter, self.background_colors[1])
        return strip
