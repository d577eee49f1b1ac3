"""A scrolling list with a cursor, one line for each row below a header."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import ClassVar, Generic, NamedTuple, TypeVar

from textual.binding import BindingType
from textual.geometry import Offset, Region, Size
from textual.reactive import Reactive, reactive
from textual.scroll_view import ScrollView
from textual.widget import Widget

from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.content import CursorWidget, WidgetMessage
from beatpass_tui.widgets.thin_scrollbar import TableScrollBar

T = TypeVar("T")

PREFETCH_ROWS = 30
"""Distance from the last row at which `RowList.EndApproached` is posted."""

_MIN_PINNED = 4
"""Number of visible rows from which the own row is pinned, with its separator."""


class Window(NamedTuple):
    """The visible part of a list."""

    top: int
    """Index of the first row."""
    visible: int
    """Number of rows that fit below the header."""
    own: int | None
    """Index of the own row if it is pinned."""
    tail: int = 0
    """Index of the separator above the last rows, if these are pinned below; 0 if not."""
    total: int = 0
    """Number of all rows."""

    @property
    def first(self) -> int:
        """Index of the first row that is not covered by the own row and its separator."""
        return self.top + 2 if self.own is not None and self.own < self.top else self.top

    @property
    def last(self) -> int:
        """Index of the last row that is not covered."""
        last = self.top + self.visible - 1
        if self.tail:
            return last - (self.total - self.tail)
        return last - 2 if self.own is not None and self.own > last else last

    def row_at(self, y: int) -> int | None:
        """Return the index of the row in a line; None for the separator of the own row."""
        index = self.top + y - 1
        if self.tail and index > self.last:
            return self.total - 1 - (self.visible - y)
        if self.first <= index <= self.last or self.own is None:
            return index
        # The own row is at the edge of the window, and its separator next to it.
        return self.own if y in (1, self.visible) else None


class Enter(StrEnum):
    """What Enter does with the row under the cursor, as the footer says it."""

    OPEN = "Open"
    CLOSE = "Close"
    OPEN_BEAT = "Open beat"


_ENTER = {
    Enter.OPEN: None,
    Enter.CLOSE: "Close the details of the row.",
    Enter.OPEN_BEAT: "Open the beat of the row.",
}


class RowList(ScrollView, CursorWidget, Generic[T], inherit_bindings=False):
    """The rows, cursor and window of a table; a refresh changes neither cursor nor window.

    The cursor is always in the window: scrolling takes it along.

    Args:
        key: Returns a unique value that identifies a row across refreshes.
        is_own: Whether a row is the user's own, which stays visible at the edge of the window.
        rule: Returns the text of a separator, if that is what a row is; the cursor skips it.
        selectable: Whether Enter or a second click selects a row.
    """

    DEFAULT_CSS = """
    RowList {
        overflow: hidden auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("move.up", "move(-1)"),
        bind("move.down", "move(1)"),
        bind("move.page_up", "page(-1)", show=False),
        bind("move.page_down", "page(1)", show=False),
        bind("move.first", "first", "First row", "Go to the first row.", show=False),
        bind("move.last", "last", "Last row", "Go to the last row.", show=False),
        *(
            bind("cursor.open", f"select('{enter.value}')", enter.value, sentence)
            for enter, sentence in _ENTER.items()
        ),
    ]

    enter = Enter.OPEN
    """What Enter does, for footer and help."""

    cursor: reactive[int] = reactive(0, repaint=False)
    """Index of the row under the cursor."""
    # The scroll bar has a place of its own, so that other rows need no layout.
    virtual_size: Reactive[Size] = Reactive(Size(0, 2))

    class Selected(WidgetMessage):
        """The row under the cursor was selected with Enter or a click."""

    class EndApproached(WidgetMessage):
        """The cursor or the window came close to the last row."""

    class EdgeReached(WidgetMessage):
        """The cursor was moved beyond the first or the last row, by `rows`."""

        def __init__(self, table: Widget, rows: int) -> None:
            super().__init__(table)
            self.rows = rows

    def __init__(
        self,
        *,
        key: Callable[[T], object],
        is_own: Callable[[T], bool] | None,
        rule: Callable[[T], str],
        selectable: bool,
        id: str | None,
    ) -> None:
        super().__init__(id=id)
        self.rows: Sequence[T] = ()
        self._key = key
        self._is_own = is_own
        self._rule = rule
        self._selectable = selectable
        self._cursor_key: object = None
        self._own: int | None = None
        self._is_changing = False
        """Whether rows are being replaced, so that scrolling must not move the cursor."""

    @property
    def current(self) -> T | None:
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def show_rows(self, rows: Sequence[T], *, to_first: bool = False) -> None:
        """Show other rows; the cursor stays on its row, or goes to the first one."""
        previous = self.current
        self.rows = rows
        is_own = self._is_own
        self._own = next((i for i, row in enumerate(rows) if is_own(row)), None) if is_own else None
        if previous is not None:
            # Not cleared while there are no rows, as during a reload.
            self._cursor_key = self._key(previous)
        top = self.top
        self._is_changing = True
        if to_first:
            self.cursor = 0
        elif self._cursor_key is not None:
            top = self._move_cursor_to(self._cursor_key)
        self.cursor = min(self.cursor, max(len(rows) - 1, 0))
        self.virtual_size = Size(0, max(len(rows), 1) + 1)
        self._scroll_update(self.virtual_size)
        self._scroll_to_cursor(top)
        self._is_changing = False
        self.refresh()

    def _move_cursor_to(self, key: object) -> int:
        """Move the cursor to a row; return the first row of the window that keeps its line."""
        index = self.cursor
        if index < len(self.rows) and self._key(self.rows[index]) == key:
            return self.top
        new = next((i for i, row in enumerate(self.rows) if self._key(row) == key), None)
        if new is None:
            return self.top
        self.set_reactive(RowList.cursor, new)
        if self._tail() and new >= self._tail():
            return self.top
        return max(self.top + new - index, 0)

    def _size_updated(
        self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
    ) -> bool:
        # Textual would draw the scroll bar again after each layout of the screen.
        is_same = size == self._size and bool(self._container_size)
        return not is_same and super()._size_updated(size, virtual_size, container_size, layout)

    def watch_show_vertical_scrollbar(self, is_shown: bool) -> None:
        if is_shown:
            # Textual documents this attribute to be set on instances.
            self.vertical_scrollbar.renderer = TableScrollBar  # type: ignore[misc]

    @property
    def top(self) -> int:
        """Index of the first row of the window."""
        return round(self.scroll_y)

    @property
    def visible_rows(self) -> int:
        """Number of rows that fit below the header."""
        return max(self.size.height - 1, 1)

    def window(self) -> Window:
        """Return the visible part of the list."""
        top, visible = self.top, self.visible_rows
        if tail := self._tail():
            return Window(top, visible, None, tail, len(self.rows))
        own = self._own if visible >= _MIN_PINNED else None
        is_outside = own is not None and not top <= own < top + visible
        return Window(top, visible, own if is_outside else None)

    def _tail(self) -> int:
        """Return the index of the last separator if the own row is below it, else 0.

        The separator and the rows below it stay visible, as far as they take half of the window.
        """
        own, count, visible = self._own, len(self.rows), self.visible_rows
        if own is None or count <= visible:
            return 0
        first = max(count - visible // 2, 1)
        return next((i for i in range(own, first - 1, -1) if self._rule(self.rows[i])), 0)

    # Cursor

    @property
    def cursor_offset(self) -> Offset:
        """Where the row under the cursor is."""
        window = self.window()
        if window.tail and self.cursor >= window.tail:
            return Offset(0, window.visible - (window.total - 1 - self.cursor))
        return Offset(0, self.cursor - self.top + 1)

    def validate_cursor(self, cursor: int) -> int:
        """Return the nearest row that exists, beyond a separator in the direction of a move."""
        last = len(self.rows) - 1
        cursor = min(max(cursor, 0), max(last, 0))
        step = 1 if cursor >= self.cursor else -1
        while 0 <= cursor + step <= last and self._rule(self.rows[cursor]):
            cursor += step
        return cursor

    def watch_cursor(self, before: int, after: int) -> None:
        top = self.top
        self._scroll_to_cursor(top)
        if self.top == top and not self._is_changing:
            # Drawing two lines is several times as fast as drawing all.
            for index in (before, after):
                self._refresh_row(index)
        self.cursor_moved()
        self._check_end()

    def _refresh_row(self, index: int) -> None:
        window = self.window()
        for y in range(1, window.visible + 1):
            if window.row_at(y) == index:
                self.refresh(Region(0, y, self.size.width, 1))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Keep the cursor in the window."""
        super().watch_scroll_y(old_value, new_value)
        if self._is_changing or not self.size:
            return
        window = self.window()
        if not window.tail or self.cursor < window.tail:
            self.cursor = min(max(self.cursor, window.first), window.last)
        self._check_end()

    def _check_end(self) -> None:
        last = max(self.cursor, self.top + self.visible_rows - 1)
        if self.rows and last >= len(self.rows) - PREFETCH_ROWS:
            self.post_message(self.EndApproached(self))

    def _scroll_to_cursor(self, top: int) -> None:
        """Scroll from the row `top` as little as possible to have the cursor in the window."""
        if not self.size:
            return
        visible = self.visible_rows
        tail = self._tail()
        if tail and self.cursor >= tail:
            # It is visible wherever the window is.
            self.scroll_to(y=min(top, len(self.rows) - visible), animate=False, force=True)
            return
        visible -= len(self.rows) - tail if tail else 0
        top = min(max(top, self.cursor - visible + 1), self.cursor)
        visible = self.visible_rows
        top = max(min(top, len(self.rows) - visible), 0)
        if self._own is not None and visible >= _MIN_PINNED and not tail:
            # The pinned own row must not cover the row under the cursor.
            if self._own >= top + visible:
                top = max(top, self.cursor - visible + 3)
            elif self._own < top:
                top = max(min(top, self.cursor - 2), 0)
        self.scroll_to(y=top, animate=False, force=True)

    def on_resize(self) -> None:
        self._scroll_to_cursor(self.top)

    def action_move(self, rows: int) -> None:
        before = self.cursor
        self.cursor += rows
        if self.cursor == before:
            self.post_message(self.EdgeReached(self, rows))

    def action_page(self, pages: int) -> None:
        self.cursor += pages * self.visible_rows

    def action_first(self) -> None:
        self.cursor = 0

    def action_last(self) -> None:
        self.cursor = len(self.rows) - 1

    def action_select(self, _: str = "") -> None:
        if self.current is not None:
            self.post_message(self.Selected(self))

    def click_row(self, y: int) -> None:
        """Move the cursor to the row in a line, or select it if the cursor is there."""
        index = self.window().row_at(y)
        if index is not None and index < len(self.rows) and not self._rule(self.rows[index]):
            was_at_cursor = index == self.cursor
            self.cursor = index
            if was_at_cursor and self._selectable:
                self.action_select()
