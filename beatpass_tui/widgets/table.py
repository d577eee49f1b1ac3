"""A table that draws only the rows on the screen, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.bindings import bind

T = TypeVar("T")

PREFETCH_ROWS = 30
"""How many rows before the last one the table says that the end is near."""

_GUTTER = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column: numbers stand right, words left."""

    key: str
    title: str
    width: int
    """Cells at the least, title and sort mark included."""
    right: bool = False
    grow: int = 0
    """Its share of the cells that are left over."""
    importance: int = 0
    """Where the window is narrow, the columns of the highest number go first."""


def fit(columns: Sequence[Column], width: int) -> list[tuple[int, int]]:
    """Return index and width of the columns that fit, in order."""
    kept = list(range(len(columns)))
    while len(kept) > 1 and sum(columns[i].width + 1 for i in kept) - 1 > width:
        worst = max(columns[i].importance for i in kept)
        if worst == 0:
            break
        kept.remove([i for i in kept if columns[i].importance == worst][-1])
    spare = max(width - sum(columns[i].width + 1 for i in kept) + 1, 0)
    shares = sum(columns[i].grow for i in kept) or 1
    return [(i, columns[i].width + spare * columns[i].grow // shares) for i in kept]


class _Message(Message):
    """Something that a table says."""

    def __init__(self, table: Widget) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> Widget:
        """The table that says it."""
        return self.table


class Table(Widget, Generic[T], can_focus=True):
    """Rows under a header, with a cursor; a refresh leaves cursor and scroll where they are.

    `cells` turns a row into one string for each column, `key` tells rows apart over a refresh,
    and `marked` says which row is the reader's own: it stays in sight at the edge. Rows
    that are `muted` stand back behind the others.
    """

    # It is drawn line by line, of which Textual would copy no more than the widget's name.
    ALLOW_SELECT: ClassVar[bool] = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--header-cursor",
        "table--row",
        "table--cursor",
        "table--marked",
        "table--muted",
        "table--pinned",
        "table--empty",
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
                ("move.left", -1, "Previous column", "Choose the column before to sort by."),
                ("move.right", 1, "Next column", "Choose the column after to sort by."),
            )
        ),
        bind("list.sort", "sort"),
        bind("cursor.open", "open"),
    ]

    cursor: reactive[int] = reactive(0)
    """Index of the row under the cursor."""
    empty: reactive[str] = reactive("")
    """What is said where there are no rows."""
    column: reactive[int] = reactive(0)
    """Index of the column that sorting is about."""

    class Highlighted(_Message):
        """The cursor stands on another row, or the focus came to the table."""

    class Selected(_Message):
        """The row under the cursor was opened."""

    class EndApproached(_Message):
        """The cursor comes close to the last row."""

    class EdgeReached(_Message):
        """The cursor was to go above the first row, or below the last one."""

        def __init__(self, table: Widget, rows: int) -> None:
            super().__init__(table)
            self.rows = rows

    class SortRequested(_Message):
        """The rows are to be sorted by a column."""

        def __init__(self, table: Widget, key: str) -> None:
            super().__init__(table)
            self.key = key

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[T], Sequence[str]],
        *,
        key: Callable[[T], object],
        marked: Callable[[T], bool] | None = None,
        muted: Callable[[T], bool] = lambda _: False,
        sortable: bool = False,
        opens: bool = False,
        empty: str = "Nothing here yet.",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.rows: Sequence[T] = ()
        self.set_reactive(Table.empty, empty)
        self._cells = cells
        self._key = key
        self._marked = marked
        self._muted = muted
        self._sortable = sortable
        self._opens = opens
        self._top = 0
        self._own: int | None = None
        self._sorted: tuple[str, bool] | None = None

    @property
    def current(self) -> T | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[T], sorted_by: tuple[str, bool] | None = None) -> None:
        """Show other rows; the cursor stays on its row where that is still there.

        `sorted_by` is the key of the column that they are sorted by, and whether downwards.
        """
        if rows is self.rows and sorted_by == self._sorted:
            return
        before = self.current
        top = self._top
        self.rows, self._sorted = rows, sorted_by
        self._own = None
        if (marked := self._marked) is not None:
            self._own = next((i for i, row in enumerate(rows) if marked(row)), None)
        if before is not None:
            self._follow(self._key(before), top)
        self.cursor = min(self.cursor, max(len(rows) - 1, 0))
        self._keep_in_sight()
        self.refresh()

    def _follow(self, key: object, top: int) -> None:
        place = self.cursor
        if place < len(self.rows) and self._key(self.rows[place]) == key:
            return
        found = next((i for i, row in enumerate(self.rows) if self._key(row) == key), None)
        if found is not None:
            self._top = max(top + found - place, 0)
            self.set_reactive(Table.cursor, found)

    # Drawing

    @property
    def _room(self) -> int:
        """Rows that the window shows below the header."""
        return max(self.size.height - 1, 1)

    def _fit(self, width: int) -> list[tuple[int, int]]:
        """Return the columns that fit beside the gutter and a cell at the right edge."""
        return fit(self.columns, width - _GUTTER - 1)

    def render_line(self, y: int) -> Strip:
        """Draw the header or one row."""
        width = self.size.width
        if y == 0:
            return self._header(width)
        if not self.rows and y == 1:
            style = self.get_component_rich_style("table--empty")
            return Strip([Segment(set_cell_size("  " + self.empty, width), style)], width)
        index = self._index_at(y)
        if index >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        return self._row(index, width, pinned=index != self._top + y - 1)

    def _index_at(self, y: int) -> int:
        """Return the row that a line of the window shows."""
        if self._own is not None and self._room > 1:
            below = self._own >= self._top + self._room
            if (below and y == self._room) or (self._own < self._top and y == 1):
                return self._own
        return self._top + y - 1

    def _header(self, width: int) -> Strip:
        plain = self.get_component_rich_style("table--header")
        chosen = self.get_component_rich_style("table--header-cursor")
        segments = [Segment(" " * _GUTTER, plain)]
        for index, cells in self._fit(width):
            column = self.columns[index]
            title = column.title
            sorted_by = self._sorted is not None and self._sorted[0] == column.key
            if self._sorted is not None and sorted_by and not is_accessible(self):
                title += " ▼" if self._sorted[1] else " ▲"
            here = self._sortable and self.has_focus and index == self.column
            text = _pad(title, cells, right=column.right)
            segments += [Segment(text, chosen if here else plain), Segment(" ", plain)]
        return Strip(segments).adjust_cell_length(width, plain)

    def _row(self, index: int, width: int, *, pinned: bool) -> Strip:
        row = self.rows[index]
        style = self.get_component_rich_style("table--row")
        if self._marked is not None and self._marked(row):
            style += self.get_component_rich_style("table--marked")
        if pinned:
            style += self.get_component_rich_style("table--pinned", partial=True)
        elif self._muted(row):
            style += self.get_component_rich_style("table--muted")
        at_cursor = index == self.cursor and self.has_focus
        if at_cursor:
            style += self.get_component_rich_style("table--cursor", partial=True)
        cells = self._cells(row)
        text = "▸ " if at_cursor else " " * _GUTTER
        parts = [_pad(cells[i], wide, right=self.columns[i].right) for i, wide in self._fit(width)]
        return Strip([Segment(text + " ".join(parts), style)]).adjust_cell_length(width, style)

    # Moving

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return min(max(cursor, 0), max(len(self.rows) - 1, 0))

    def validate_column(self, column: int) -> int:
        """Keep the choice on a column."""
        return min(max(column, 0), len(self.columns) - 1)

    def watch_cursor(self) -> None:
        """Bring the row into sight and say where the cursor is."""
        self._keep_in_sight()
        if self.has_focus:
            self.post_message(self.Highlighted(self))
        if self.rows and self.cursor >= len(self.rows) - PREFETCH_ROWS:
            self.post_message(self.EndApproached(self))

    def _keep_in_sight(self) -> None:
        room = self._room
        self._top = min(max(self._top, self.cursor - room + 1), self.cursor)
        self._top = max(min(self._top, len(self.rows) - room), 0)
        if self._own is None or room < 2:
            return
        # The reader's own row must not stand over the one with the cursor.
        if self._own >= self._top + room and self.cursor == self._top + room - 1:
            self._top += 1
        elif self._own < self._top == self.cursor:
            self._top -= 1

    def on_resize(self) -> None:
        """Keep the cursor in sight in a smaller window."""
        self._keep_in_sight()

    def on_focus(self) -> None:
        """Say that the cursor is here now."""
        self.post_message(self.Highlighted(self))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer sorting and opening only where they do something."""
        del parameters
        if action in ("sort", "column"):
            return self._sortable
        return self._opens if action == "open" else True

    def action_move(self, rows: int) -> None:
        """Move by rows."""
        before = self.cursor
        self.cursor += rows
        if self.cursor == before:
            self.post_message(self.EdgeReached(self, rows))

    def action_page(self, pages: int) -> None:
        """Move by windows."""
        self.cursor += pages * self._room

    def action_first(self) -> None:
        """Go to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Go to the last row."""
        self.cursor = len(self.rows) - 1

    def action_column(self, columns: int) -> None:
        """Choose another column among those that are shown."""
        shown = [index for index, _ in self._fit(self.size.width)]
        place = shown.index(self.column) if self.column in shown else 0
        self.column = shown[min(max(place + columns, 0), len(shown) - 1)]

    def action_sort(self) -> None:
        """Ask for the rows to be sorted by the chosen column."""
        self.post_message(self.SortRequested(self, self.columns[self.column].key))

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.current is not None:
            self.post_message(self.Selected(self))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to a row, open the one it is on, or sort by a header."""
        event.stop()
        at = event.get_content_offset_capture(self)
        if at.y == 0:
            self._click_header(at.x)
            return
        index = self._index_at(at.y)
        if index < len(self.rows):
            again = index == self.cursor
            self.cursor = index
            if again and self._opens:
                self.action_open()

    def _click_header(self, x: int) -> None:
        start = _GUTTER
        for index, cells in self._fit(self.size.width):
            if start <= x < start + cells and self._sortable:
                self.column = index
                self.action_sort()
            start += cells + 1

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move down with the wheel, as long as there is more."""
        if self.cursor < len(self.rows) - 1:
            event.stop()
            self.cursor += 3

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move up with the wheel, as long as there is more."""
        if self.cursor > 0:
            event.stop()
            self.cursor -= 3


def _pad(text: str, width: int, *, right: bool) -> str:
    """Return `text` in exactly `width` cells, cut with an ellipsis where it is longer."""
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        return set_cell_size(text, max(width - 1, 0)) + "…"[:width]
    return " " * (width - length) + text if right else text + " " * (width - length)
