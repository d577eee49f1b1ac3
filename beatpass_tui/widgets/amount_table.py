"""A small table of amounts that is only read: a header, and labels at the left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from beatpass_tui.widgets.text_line import text

Rows = Sequence[Sequence[str]]

_GAPS = (4, 2, 1)
"""Cells between two columns, the widest that fits."""


def _widths(rows: Rows) -> list[int]:
    return [max(text(cell).cell_length for cell in column) for column in zip(*rows, strict=True)]


def _gap(rows: Rows, width: int) -> int | None:
    widths = _widths(rows)
    return next((gap for gap in _GAPS if sum(widths) + gap * (len(widths) - 1) <= width), None)


def arrange(rows: Rows, width: int) -> tuple[Rows, int]:
    """Return the rows and the gap with which they fit, on their side where they are too wide."""
    if not rows:
        return rows, 0
    gap = _gap(rows, width)
    if gap is not None:
        return rows, gap
    turned = tuple(zip(*rows, strict=True))
    return turned, _gap(turned, width) or min(_GAPS)


class AmountTable(Widget):
    """Amounts in columns, each as wide as its longest; no column is ever left out."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"totals--label", "totals--value"}

    rows: reactive[tuple[tuple[str, ...], ...]] = reactive((), layout=True)
    """The header first; equal values cause no repaint."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return one line for each row."""
        del container, viewport
        return len(arrange(self.rows, width)[0])

    def render(self) -> Content:
        """Draw the rows."""
        width = self.content_size.width
        rows, gap = arrange(self.rows, width)
        if not rows:
            return Content("")
        widths = _widths(rows)
        label = self.get_visual_style("totals--label", partial=True)
        value = self.get_visual_style("totals--value", partial=True)
        lines = []
        for number, row in enumerate(rows):
            line = text(row[0]).pad_right(widths[0] - text(row[0]).cell_length).stylize(label)
            for cell, wide in zip(row[1:], widths[1:], strict=True):
                figure = text(cell).pad_left(wide - text(cell).cell_length)
                line += Content(" " * gap) + figure.stylize(value if number else label)
            lines.append(line.truncate(width, ellipsis=True))
        return Content("\n").join(lines)
