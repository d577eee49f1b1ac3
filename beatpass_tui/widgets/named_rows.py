"""Rows with a cursor; Enter opens the item that a row names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import BindingType
from textual.color import Color
from textual.content import Content
from textual.geometry import Offset
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.content import ContentWidget, CursorWidget, WidgetMessage
from beatpass_tui.widgets.title_row import TitleRowWidget


class NamedRow(NamedTuple):
    """What the row under the cursor names."""

    text: str
    facts: tuple[str, ...] = ()
    """What the status line says about it."""
    beat: int | None = None
    """The id of the beat; None if it is unknown or the row names something else."""
    page: str = ""
    """The page that Enter opens instead."""
    name: str = ""
    """The name of the beat."""


class NamedRows(ContentWidget, CursorWidget, TitleRowWidget, can_focus=True):
    """Base class of tiles with a heading and rows, one of which is under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("move.up", "move(-1)"),
        bind("move.down", "move(1)"),
        bind("move.first", "first", "First row", "Go to the first row.", show=False),
        bind("move.last", "last", "Last row", "Go to the last row.", show=False),
        bind("cursor.open", "select"),
    ]

    HEADING: ClassVar[int] = 1
    """Lines above the rows."""

    cursor: reactive[int] = reactive(0)
    """Index of the row under the cursor."""

    class Selected(WidgetMessage):
        """A row was selected with Enter or a click."""

        def __init__(self, widget: Widget, row: NamedRow) -> None:
            super().__init__(widget)
            self.row = row

    class EdgeReached(WidgetMessage):
        """The cursor was moved beyond the first (-1) or the last (1) row."""

        def __init__(self, widget: Widget, direction: int) -> None:
            super().__init__(widget)
            self.direction = direction

    @property
    def named_rows(self) -> Sequence[NamedRow]:
        """The rows that fit."""
        raise NotImplementedError

    @property
    def current(self) -> NamedRow | None:
        """The row under the cursor."""
        rows = self.named_rows
        return rows[min(self.cursor, len(rows) - 1)] if rows else None

    @property
    def cursor_offset(self) -> Offset:
        """Where the row under the cursor is."""
        return Offset(0, self.HEADING + max(min(self.cursor, len(self.named_rows) - 1), 0))

    def watch_cursor(self) -> None:
        self.cursor_moved()

    def action_move(self, steps: int) -> None:
        last = len(self.named_rows) - 1
        target = min(self.cursor, last) + steps
        if 0 <= target <= last:
            self.cursor = target
        else:
            self.post_message(self.EdgeReached(self, steps))

    def action_first(self) -> None:
        self.cursor = 0

    def action_last(self) -> None:
        self.cursor = max(len(self.named_rows) - 1, 0)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        row = self.current
        return action != "select" or (row is not None and bool(row.beat is not None or row.page))

    def action_select(self) -> None:
        if (row := self.current) is not None:
            self.post_message(self.Selected(self, row))

    def index_at(self, offset: Offset) -> int | None:
        """Return the index of the row at a position in the content."""
        return offset.y - self.HEADING if offset.y >= self.HEADING else None

    def on_click(self, event: events.Click) -> None:
        index = self.index_at(event.get_content_offset_capture(self))
        if index is not None and index < len(self.named_rows):
            self.cursor = index
            if self.check_action("select", ()):
                self.action_select()

    @property
    def has_bar(self) -> bool:
        """Whether it draws the bar of a focused tile."""
        return self.has_focus and self.styles.padding.left == 0 and not self.is_frame

    @property
    def row_width(self) -> int:
        """The cells of a line, without the bar at the left edge of a focused tile."""
        return self.content_size.width - self.has_bar

    def joined(self, lines: Sequence[Content]) -> Content:
        """Return the lines, cut; while it has the focus, with the row under the cursor marked."""
        width, row = self.row_width, self.cursor_offset.y
        cut = [line.truncate(width, ellipsis=True) for line in lines]
        if self.has_focus and self.named_rows and row < len(cut):
            cut[row] = self.marked(cut[row] + " " * (width - cut[row].cell_length))
        if self.has_bar:
            bar = self.colored("▎", "ink-primary")
            cut = [
                bar + line for line in (*cut, *[Content()] * (self.content_size.height - len(cut)))
            ]
        return Content("\n").join(cut)

    def marked(self, content: Content) -> Content:
        """Return content as it looks under the cursor; without color, it is reversed."""
        if is_plain(self) or is_accessible(self):
            return content.stylize(Style(reverse=True))
        background = Color.parse(self.app.theme_variables["panel"])
        return content.stylize_before(Style(background=background, bold=True))
