"""A handful of numbers with their labels, in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from beatpass_tui.widgets.key_value_list import Fact
from beatpass_tui.widgets.text_line import text

_MOST = 8
_GAP = 4
_BETWEEN = 2
_LEAST_VALUE = 6
"""Cells kept for a number, so that columns rarely move when one grows."""


class NumberGrid(Widget):
    """Labels left, numbers right, column after column."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"figures--label", "figures--value"}

    figures: reactive[tuple[Fact, ...]] = reactive((), layout=True)
    """What is shown; equal values cause no repaint."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the rows of the longest column."""
        del container, viewport
        return max(map(len, columns(self.figures, width)), default=0)

    def render(self) -> Content:
        """Draw the columns, side by side."""
        width = self.content_size.width
        label_style = self.get_visual_style("figures--label", partial=True)
        value_style = self.get_visual_style("figures--value", partial=True)
        shown = columns(self.figures, width)
        rows = [Content("")] * max(map(len, shown), default=0)
        for place, column in enumerate(shown):
            labels, values = _widths(column)
            for index, (label, value) in enumerate(column):
                filled = label + " " * (labels - text(label).cell_length)
                rows[index] += Content.assemble(
                    " " * (_GAP if place else 0),
                    (filled, label_style),
                    " " * (_BETWEEN + values - text(value).cell_length),
                    (value, value_style),
                )
        return Content("\n").join(row.truncate(width, ellipsis=True) for row in rows)


def columns(figures: Sequence[Fact], width: int) -> list[Sequence[Fact]]:
    """Return the figures in as many columns as fit into `width` cells, filled from the top."""
    for number in range(_MOST, 0, -1):
        rows = -(-len(figures) // number) or 1
        found = [figures[at : at + rows] for at in range(0, len(figures), rows)]
        taken = sum(sum(_widths(column)) + _BETWEEN for column in found) + _GAP * (len(found) - 1)
        if taken <= width:
            break
    else:
        found = [figures] if figures else []
    return found


def _widths(column: Sequence[Fact]) -> tuple[int, int]:
    labels = max(text(label).cell_length for label, _ in column)
    values = max(text(value).cell_length for _, value in column)
    return labels, max(values, _LEAST_VALUE)
