"""Rows of facts with labels, some of which name a beat or a page that Enter opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive

from beatpass_tui.widgets.content import fitting_facts, justify
from beatpass_tui.widgets.named_rows import NamedRow, NamedRows

_GAP = 2


class Fact(NamedTuple):
    """A labeled fact and what Enter opens, if anything."""

    label: str
    value: str
    target: NamedRow


class FactRows(NamedRows):
    """Facts below each other; it has the focus only if a row opens anything.

    The values are beside the labels, in a widget of less than `grid_width` cells at the right end.
    """

    HEADING: ClassVar[int] = 0

    COMPONENT_CLASSES: ClassVar[set[str]] = {"text-rows--label", "text-rows--value"}

    items: reactive[tuple[Fact, ...]] = reactive((), layout=True)

    def __init__(self, *, grid_width: int = 0, id: str) -> None:
        super().__init__(id=id)
        self._grid_width = grid_width
        self.can_focus = False

    def watch_items(self) -> None:
        targets = (item.target for item in self.items)
        self.can_focus = any(row.beat is not None or row.page for row in targets)

    @property
    def has_bar(self) -> bool:
        return False

    @property
    def named_rows(self) -> Sequence[NamedRow]:
        return [item.target for item in self.items[: self.content_size.height]]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.items)

    def render(self) -> Content:
        width = self.row_width
        is_narrow = width < self._grid_width
        cells = max((cell_len(item.label) for item in self.items), default=0) + _GAP
        lines = []
        for item in self.items[: self.content_size.height]:
            label = self.styled(item.label, "text-rows--label")
            room = width - (cell_len(item.label) + 1 if is_narrow else cells)
            text = fitting_facts(item.value, room)
            value = self.styled(text, "text-rows--value").truncate(max(room, 0), ellipsis=True)
            if is_narrow:
                lines.append(justify(label, value, width))
            else:
                lines.append(label + " " * (cells - label.cell_length) + value)
        return self.joined(lines)
