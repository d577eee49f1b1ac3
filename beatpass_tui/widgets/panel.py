"""The tile that the parts of a page stand in."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events, on
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style

from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.section import Heading, HeadingText, Section


class Panel(Section):
    """A filled tile with its title and note in the first row.

    The tile with the focus has a bar along its left edge. Where the stylesheet gives it a border,
    it is a frame with title and note in the upper line, and a heavy one has the focus.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"panel--focus"}
    HEADING: ClassVar[type[Heading]] = Heading

    _frame_title: Content | None = None
    """The upper line that was drawn last; None for a tile."""

    @property
    def is_frame(self) -> bool:
        """Whether it is drawn as a frame instead of a tile."""
        return bool(self.styles.border_right[0])

    def show_heading(self, text: HeadingText) -> None:
        super().show_heading(text)
        self._show_frame_title()

    def on_resize(self) -> None:
        """Fit the upper line of a frame."""
        self._show_frame_title()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.is_mounted and (self.is_frame or self._frame_title is not None):
            # The heading gets its colors after the panel does.
            self._frame_title = None
            self.call_next(self._show_frame_title)

    def _show_frame_title(self) -> None:
        heading, before = next(iter(self.query(Heading)), None), self._frame_title
        if heading is None or not self.is_frame:
            self._frame_title = None
            if before is not None:
                self.border_title = None
            return
        # It may just have become a frame.
        self.show_focus()
        edge = Style(foreground=self.styles.border_top[1])
        # Textual draws a line and a blank at each end, and continues the line to the corner.
        title = heading.line(max(self.size.width - 4, 0), edge).rstrip("─").rstrip()
        if before is None or not title.is_same(before):
            self._frame_title = title
            self.border_title = Content.assemble(title)

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def show_focus(self) -> None:
        """Mark the panel with the focus."""
        if self.is_frame:
            self.set_class(self.has_focus_within, "-focused")
        else:
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        strips = super().render_lines(crop)
        if crop.x or self.is_frame or not self.has_focus_within:
            return strips
        if is_plain(self) or is_accessible(self):
            return strips
        top, bottom = self.styles.gutter.top, self.outer_size.height - self.styles.gutter.bottom
        bar = Segment("▎", self.get_component_rich_style("panel--focus"))
        return [
            Strip.join([Strip([bar], 1), strip.crop(1)]) if top <= y < bottom else strip
            for y, strip in enumerate(strips, start=crop.y)
        ]
