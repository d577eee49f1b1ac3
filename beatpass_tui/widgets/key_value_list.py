"""Rows of a label and what is known about it."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from beatpass_tui.widgets.text_line import text

Fact = tuple[str, str]


class KeyValueList(Widget):
    """Label and value in two columns; the labels are as wide as the longest of them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-value-list--label", "key-value-list--value"}

    facts: reactive[tuple[Fact, ...]] = reactive((), layout=True)
    """What is shown; equal values cause no repaint."""

    def __init__(self, *, min_label_width: int = 21, id: str | None = None) -> None:
        super().__init__(id=id)
        # Cells that labels take at the least, so that several of these line up.
        self._min_label_width = min_label_width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return one row for each fact."""
        del container, viewport, width
        return len(self.facts)

    def render(self) -> Content:
        """Draw the rows, cut where they are too long."""
        label_style = self.get_visual_style("key-value-list--label", partial=True)
        value_style = self.get_visual_style("key-value-list--value", partial=True)
        widest = max((text(label).cell_length for label, _ in self.facts), default=0)
        labels = min(max(widest, self._min_label_width), self.content_size.width // 2)
        rows = []
        for label, value in self.facts:
            left = text(label).truncate(labels, ellipsis=True, pad=True)
            row = left.stylize(label_style) + Content("  ") + text(value).stylize(value_style)
            rows.append(row.truncate(self.content_size.width, ellipsis=True))
        return Content("\n").join(rows)
