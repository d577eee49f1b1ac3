"""Read-only rows of labels and values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive

from beatpass_tui.widgets.content import ContentWidget, fitting_facts

KeyValue = tuple[str, str]

_MAX_COLUMNS = 8
_COLUMN_GAP = 4
_VALUE_GAP = 2
_MIN_VALUE_WIDTH = 5
"""Width reserved for a number, so that columns rarely move when it grows."""


class TextRows(ContentWidget):
    """Base class of widgets whose number of rows depends on their items and width."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"text-rows--label", "text-rows--value"}

    def rows(self, width: int) -> list[Content]:
        """Return the rows for a width; longer rows are cut."""
        raise NotImplementedError

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.rows(width))

    def render(self) -> Content:
        width = self.content_size.width
        return Content("\n").join(row.truncate(width, ellipsis=True) for row in self.rows(width))

    def grid_rows(self, items: Sequence[KeyValue], width: int) -> list[Content]:
        """Return labels and right-aligned values in as many columns as fit."""
        columns = arrange_columns(items, width)
        rows = [Content("")] * max(map(len, columns), default=0)
        for column in columns:
            label_width, value_width = _widths(column)
            for index, (label, value) in enumerate(column):
                gap = " " * _COLUMN_GAP if rows[index] else ""
                padding = " " * (_VALUE_GAP + value_width - cell_len(value))
                left = self.label(set_cell_size(label, label_width))
                rows[index] += gap + left + padding + self.value(value)
        return rows

    def label(self, text: str) -> Content:
        return self.styled(text, "text-rows--label")

    def value(self, text: str) -> Content:
        return self.styled(text, "text-rows--value")


class KeyValueList(TextRows):
    """Labels and values in two columns; long values are cut, or wrapped."""

    items: reactive[tuple[KeyValue, ...]] = reactive((), layout=True)

    def __init__(
        self, *, min_label_width: int = 21, wrap: bool = False, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._min_label_width = min_label_width
        self._wrap = wrap

    def rows(self, width: int) -> list[Content]:
        longest = max((cell_len(label) for label, _ in self.items), default=0)
        label_width = min(max(longest, self._min_label_width), width // 2)
        room = width - label_width - _VALUE_GAP
        rows = []
        for label, value in self.items:
            left = self.label(label).truncate(label_width, ellipsis=True, pad=True)
            values = (
                self.value(value).wrap(max(room, 1))
                if self._wrap
                else [self.value(fitting_facts(value, room))]
            )
            for line in values:
                rows.append(left + " " * _VALUE_GAP + line)
                left = Content(" " * label_width)
        return rows


def arrange_columns(items: Sequence[KeyValue], width: int) -> list[Sequence[KeyValue]]:
    """Arrange items in as many columns as fit into `width` cells, column by column."""
    columns: list[Sequence[KeyValue]] = []
    for number in range(_MAX_COLUMNS, 0, -1):
        height = -(-len(items) // number) or 1
        columns = [items[start : start + height] for start in range(0, len(items), height)]
        used = sum(sum(_widths(column)) + _VALUE_GAP + _COLUMN_GAP for column in columns)
        if used - _COLUMN_GAP <= width:
            break
    return columns


def _widths(column: Sequence[KeyValue]) -> tuple[int, int]:
    labels = max(cell_len(label) for label, _ in column)
    values = max(cell_len(value) for _, value in column)
    return labels, max(values, _MIN_VALUE_WIDTH)


class WrappedFacts(TextRows):
    """Short facts separated by dots and wrapped between facts."""

    items: reactive[tuple[str, ...]] = reactive((), layout=True)

    def rows(self, width: int) -> list[Content]:
        rows: list[str] = []
        for item in self.items:
            if rows and cell_len(longer := f"{rows[-1]} · {item}") <= width:
                rows[-1] = longer
            else:
                rows.append(item)
        return [Content(row) for row in rows]
