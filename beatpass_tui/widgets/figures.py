"""The audience figures of a period with those of the period before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.reactive import reactive

from beatpass_tui.widgets.key_values import KeyValue, TextRows

_GAP = 3


class FigureTable(TextRows):
    """A header and rows of figures with earlier values and changes, then a few facts.

    In a widget of at least `grid_width` cells, figures and their changes fill several columns.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "figures--plays",
        "figures--downloads",
        "figures--rise",
        "figures--fall",
    }

    table: reactive[tuple[tuple[str, ...], ...]] = reactive((), layout=True)
    """The header, then one row per figure: label, value, earlier value and change."""
    facts: reactive[tuple[KeyValue, ...]] = reactive((), layout=True)

    fact_rows = 1
    """Number of rows for the facts; more than facts if long ones may be wrapped."""

    def __init__(self, *, grid_width: int, id: str) -> None:
        super().__init__(id=id)
        self._grid_width = grid_width

    def rows(self, width: int) -> list[Content]:
        if width < self._grid_width:
            return [*self._table_rows(width), *self._wrapped_facts(width)]
        items = [
            (label, " ".join(filter(None, row[:1] + row[2:])))
            for label, *row in self.table
            if label
        ]
        return [*self.grid_rows(items, width), *self._fact_rows(width)]

    def _table_rows(self, width: int) -> list[Content]:
        widths = [max(map(cell_len, column)) for column in zip(*self.table, strict=True)][1:]
        label_width = max((cell_len(label) for label, *_ in self.table), default=0)
        spare = width - sum(widths) - label_width
        gap = min(max(spare // max(len(widths), 1), 1), _GAP)
        room = width - sum(widths) - gap * len(widths)
        rows = []
        for label, *cells in self.table:
            row = self.label(set_cell_size(label, max(room, 0)))
            for column, (text, size) in enumerate(zip(cells, widths, strict=True)):
                row += " " * (gap + size - cell_len(text))
                is_value = label and column != 1
                row += self._value(label, text) if is_value else self.label(text)
            rows.append(row)
        return rows

    def _value(self, label: str, text: str) -> Content:
        hue = {"Plays": "plays", "Downloads": "downloads"}.get(label)
        if hue and text[:1].isdigit() and not text.endswith(("%", "more", "less")):
            return self.styled(text, f"figures--{hue}")
        return self.value(text)

    def _wrapped_facts(self, width: int) -> list[Content]:
        """Return the facts, of which a long one is wrapped if there is a row for it."""
        rows: list[Content] = []
        for left, (label, value) in zip(range(len(self.facts), 0, -1), self.facts, strict=True):
            is_long = cell_len(label) + 1 + cell_len(value) > width
            if is_long and len(rows) + left < self.fact_rows:
                rows += (self.label(label) + "  " + super().value(value)).wrap(width)[
                    : self.fact_rows
                ]
            else:
                rows.append(self._fact((label, value), width))
        return rows

    def _fact(self, fact: KeyValue, width: int) -> Content:
        """Return a label and its value at the right end."""
        label, value = fact
        room = max(width - cell_len(label) - 1, 0)
        text = Content(value).truncate(room, ellipsis=True)
        gap = " " * (width - cell_len(label) - text.cell_length)
        return self.label(label) + gap + super().value(text.plain)

    def _fact_rows(self, width: int) -> Sequence[Content]:
        """Return the facts in one row, or in rows of their own if they don't fit."""
        parts = [
            self.label(f"{label}  ") + super(FigureTable, self).value(value)
            for label, value in self.facts
        ]
        if sum(part.cell_length + 2 * _GAP for part in parts) - 2 * _GAP <= width:
            return [Content(" " * 2 * _GAP).join(parts)]
        return parts

    def value(self, text: str) -> Content:
        arrow = next((symbol for symbol in "▲▼" if symbol in text), None)
        if arrow is None:
            return super().value(text)
        figure, change = text[: text.index(arrow)], text[text.index(arrow) :]
        return super().value(figure) + self.styled(
            change, "figures--rise" if arrow == "▲" else "figures--fall"
        )
