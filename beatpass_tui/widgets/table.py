"""A table that renders only its visible rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeAlias, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.color import Color
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from beatpass_tui.widgets import bars
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.content import CursorWidget, WidgetMessage

T = TypeVar("T")

Cell: TypeAlias = "str | Sequence[tuple[str, str]]"
"""Text, or parts of text with their component classes, which fit into the column."""

PREFETCH_ROWS = 30
"""Distance from the last row at which `Table.EndApproached` is posted."""

_GUTTER = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    key: str
    title: str
    width: int
    """Minimum width in cells, including title and sort mark."""
    right: bool = False
    """Whether it is right-aligned."""
    grow: int = 0
    """Its share of spare width."""
    importance: int = 0
    """0 is always shown; columns with the highest numbers are dropped first."""


def fit_columns(columns: Sequence[Column], width: int) -> list[tuple[int, int]]:
    """Return index and width of the columns that fit, in order."""
    shown = list(range(len(columns)))
    while len(shown) > 1 and sum(columns[i].width + 1 for i in shown) - 1 > width:
        least_important = max(columns[i].importance for i in shown)
        if least_important == 0:
            break
        shown.remove([i for i in shown if columns[i].importance == least_important][-1])
    spare = max(width - sum(columns[i].width + 1 for i in shown) + 1, 0)
    shares = sum(columns[i].grow for i in shown) or 1
    return [(i, columns[i].width + spare * columns[i].grow // shares) for i in shown]


class Table(CursorWidget, Generic[T]):
    """Rows under a header, with a cursor; a refresh changes neither cursor nor scroll position.

    Args:
        cells: Returns the cell of each column of a row.
        key: Returns a unique value that identifies a row across refreshes.
        is_own: Whether a row is the user's own, which stays visible at the edge of the window.
        is_muted: Whether a row is less prominent than the others.
        sortable: Whether columns can be selected and `SortRequested` is posted.
        selectable: Whether Enter or a second click selects a row.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--header-cursor",
        "table--row",
        "table--cursor",
        "table--own",
        "table--muted",
        "table--pinned",
        "table--empty",
        "table--gain",
        "table--loss",
        "table--zero",
        "table--hue",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("move.up", "move(-1)"),
        bind("move.down", "move(1)"),
        bind("move.page_up", "page(-1)", show=False),
        bind("move.page_down", "page(1)", show=False),
        bind("move.first", "first", "First row", "Go to the first row.", show=False),
        bind("move.last", "last", "Last row", "Go to the last row.", show=False),
        *(
            bind(id, f"column({steps})", name, sentence, label="Column", show=False)
            for id, steps, name, sentence in (
                ("move.left", -1, "Previous column", "Select the previous column to sort by."),
                ("move.right", 1, "Next column", "Select the next column to sort by."),
            )
        ),
        bind("list.sort", "sort"),
        bind("cursor.open", "select"),
    ]

    cursor: reactive[int] = reactive(0)
    """Index of the row under the cursor."""
    empty_text: reactive[str] = reactive("")
    column: reactive[int] = reactive(0)
    """Index of the column to sort by."""

    class Selected(WidgetMessage):
        """The row under the cursor was selected with Enter or a click."""

    class EndApproached(WidgetMessage):
        """The cursor came close to the last row."""

    class EdgeReached(WidgetMessage):
        """The cursor was moved beyond the first or the last row, by `rows`."""

        def __init__(self, table: Widget, rows: int) -> None:
            super().__init__(table)
            self.rows = rows

    class SortRequested(WidgetMessage):
        """Sorting by the column `key` was requested."""

        def __init__(self, table: Widget, key: str) -> None:
            super().__init__(table)
            self.key = key

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[T], Sequence[Cell]],
        *,
        key: Callable[[T], object],
        is_own: Callable[[T], bool] = lambda _: False,
        is_muted: Callable[[T], bool] = lambda _: False,
        sortable: bool = False,
        selectable: bool = False,
        empty_text: str = "Nothing here yet.",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.rows: Sequence[T] = ()
        self.set_reactive(Table.empty_text, empty_text)
        self._cells = cells
        self._key = key
        self._is_own = is_own
        self._is_muted = is_muted
        self._sortable = sortable
        self._selectable = selectable
        self._top = 0
        self._cursor_key: object = None
        self._own: int | None = None
        self._sorted_by: tuple[str, bool] | None = None

    @property
    def current(self) -> T | None:
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[T], sorted_by: tuple[str, bool] | None = None) -> None:
        """Show other rows; the cursor stays on its row if that still exists.

        `sorted_by` is the key of the sort column, and whether the order is descending.
        """
        if rows is self.rows and sorted_by == self._sorted_by:
            return
        previous = self.current
        self.rows, self._sorted_by = rows, sorted_by
        self._own = next((i for i, row in enumerate(rows) if self._is_own(row)), None)
        if previous is not None:
            # Not cleared while there are no rows, as during a reload.
            self._cursor_key = self._key(previous)
        if self._cursor_key is not None:
            self._move_cursor_to(self._cursor_key)
        self.cursor = min(self.cursor, max(len(rows) - 1, 0))
        self._scroll_to_cursor()
        self.refresh()

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns; the selected one stays selected if it is among them."""
        columns = tuple(columns)
        if columns == self.columns:
            return
        selected = self.columns[self.column].key
        self.columns = columns
        keys = [column.key for column in columns]
        self.column = keys.index(selected) if selected in keys else 0
        self.refresh()

    def _move_cursor_to(self, key: object) -> None:
        """Move the cursor to a row, keeping its line in the window."""
        index = self.cursor
        if index < len(self.rows) and self._key(self.rows[index]) == key:
            return
        new = next((i for i, row in enumerate(self.rows) if self._key(row) == key), None)
        if new is not None:
            self._top = max(self._top + new - index, 0)
            self.set_reactive(Table.cursor, new)

    # Rendering

    @property
    def _visible_rows(self) -> int:
        return max(self.size.height - 1, 1)

    def _visible_columns(self) -> list[tuple[int, int]]:
        """Return index and width of the visible columns."""
        return fit_columns(self.columns, self.size.width - _GUTTER - 1)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            return self._header(width)
        if not self.rows and y == 1:
            style = self.get_component_rich_style("table--empty")
            return Strip([Segment(set_cell_size("  " + self.empty_text, width), style)], width)
        index = self._row_at(y)
        if index >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        return self._row(index, width, pinned=index != self._top + y - 1)

    def _row_at(self, y: int) -> int:
        if self._own is not None and self._visible_rows > 1:
            is_below = self._own >= self._top + self._visible_rows
            if (is_below and y == self._visible_rows) or (self._own < self._top and y == 1):
                return self._own
        return self._top + y - 1

    def _header(self, width: int) -> Strip:
        plain = self.get_component_rich_style("table--header")
        selected = self.get_component_rich_style("table--header-cursor")
        sort_key, descending = self._sorted_by or (None, False)
        segments = [Segment(" " * _GUTTER, plain)]
        for index, cells in self._visible_columns():
            column = self.columns[index]
            title = column.title
            if column.key == sort_key and not is_accessible(self):
                title += " ▼" if descending else " ▲"
            at_cursor = self._sortable and self.has_focus and index == self.column
            text = fit_text(title, cells, right=column.right)
            segments += [Segment(text, selected if at_cursor else plain), Segment(" ", plain)]
        return Strip(segments).adjust_cell_length(width, plain)

    def _row(self, index: int, width: int, *, pinned: bool) -> Strip:
        row = self.rows[index]
        style = self.get_component_rich_style("table--row")
        if self._is_own(row):
            style += self.get_component_rich_style("table--own")
        if pinned:
            style += self.get_component_rich_style("table--pinned", partial=True)
        elif self._is_muted(row):
            style += self.get_component_rich_style("table--muted")
        at_cursor = index == self.cursor and self.has_focus
        if at_cursor:
            style += self.get_component_rich_style("table--cursor", partial=True)
        cells = self._cells(row)
        text, segments = "▸ " if at_cursor else " " * _GUTTER, []
        for i, column_width in self._visible_columns():
            cell, right = cells[i], self.columns[i].right
            if isinstance(cell, str):
                text += fit_text(cell, column_width, right=right) + " "
                continue
            blank = " " * (column_width - sum(cell_len(part) for part, _ in cell))
            segments.append(Segment(text + blank if right else text, style))
            segments += [Segment(part, self._part_style(name, style)) for part, name in cell]
            text = " " if right else blank + " "
        return Strip([*segments, Segment(text, style)]).adjust_cell_length(width, style)

    def _part_style(self, component: str, row: Style) -> Style:
        """Return the style of a part of a row; bars have a hue that is blended with the row."""
        if component not in bars.SHADE_CLASSES:
            return row + self.get_component_rich_style(component, partial=True)
        rules = bars.shade_owner(self).get_component_styles(component)
        hue = self.get_component_styles("table--hue").color
        color = rules.color if rules.has_rule("color") else hue
        if row.bgcolor is None or row.bgcolor.triplet is None:
            return row
        ground = Color(*row.bgcolor.triplet)
        return row + Style(color=ground.blend(color, rules.text_opacity).rich_color, bold=False)

    # Cursor

    def validate_cursor(self, cursor: int) -> int:
        return min(max(cursor, 0), max(len(self.rows) - 1, 0))

    def validate_column(self, column: int) -> int:
        return min(max(column, 0), len(self.columns) - 1)

    def watch_cursor(self) -> None:
        self._scroll_to_cursor()
        self.cursor_moved()
        if self.rows and self.cursor >= len(self.rows) - PREFETCH_ROWS:
            self.post_message(self.EndApproached(self))

    def _scroll_to_cursor(self) -> None:
        visible = self._visible_rows
        self._top = min(max(self._top, self.cursor - visible + 1), self.cursor)
        self._top = max(min(self._top, len(self.rows) - visible), 0)
        if self._own is None or visible < 2:
            return
        # The pinned own row must not cover the row under the cursor.
        if self._own >= self._top + visible and self.cursor == self._top + visible - 1:
            self._top += 1
        elif self._own < self._top == self.cursor:
            self._top -= 1

    def on_resize(self) -> None:
        self._scroll_to_cursor()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("sort", "column"):
            return self._sortable
        return self._selectable if action == "select" else True

    def action_move(self, rows: int) -> None:
        before = self.cursor
        self.cursor += rows
        if self.cursor == before:
            self.post_message(self.EdgeReached(self, rows))

    def action_page(self, pages: int) -> None:
        self.cursor += pages * self._visible_rows

    def action_first(self) -> None:
        self.cursor = 0

    def action_last(self) -> None:
        self.cursor = len(self.rows) - 1

    def action_column(self, columns: int) -> None:
        """Select the next or previous visible column as the sort column."""
        shown = [index for index, _ in self._visible_columns()]
        position = shown.index(self.column) if self.column in shown else 0
        self.column = shown[min(max(position + columns, 0), len(shown) - 1)]

    def action_sort(self) -> None:
        self.post_message(self.SortRequested(self, self.columns[self.column].key))

    def action_select(self) -> None:
        if self.current is not None:
            self.post_message(self.Selected(self))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked row, select the row under it, or sort by a column."""
        event.stop()
        offset = event.get_content_offset_capture(self)
        if offset.y == 0:
            self._click_header(offset.x)
            return
        index = self._row_at(offset.y)
        if index < len(self.rows):
            was_at_cursor = index == self.cursor
            self.cursor = index
            if was_at_cursor and self._selectable:
                self.action_select()

    def _click_header(self, x: int) -> None:
        start = _GUTTER
        for index, cells in self._visible_columns():
            if start <= x < start + cells and self._sortable:
                self.column = index
                self.action_sort()
            start += cells + 1

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        # At the last row, the wheel scrolls the page.
        if self.cursor < len(self.rows) - 1:
            event.stop()
            self.cursor += 3

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        if self.cursor > 0:
            event.stop()
            self.cursor -= 3


def fit_text(text: str, width: int, *, right: bool) -> str:
    """Return text in exactly `width` cells, cut with an ellipsis if it is longer."""
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        return set_cell_size(text, max(width - 1, 0)) + "…"[:width]
    return " " * (width - length) + text if right else text + " " * (width - length)
