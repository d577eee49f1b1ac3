"""The upload calendar as a heatmap: one column per week, one symbol per day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from textwrap import wrap
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.strip import Strip

from beatpass_tui.models.uploads import UploadDay
from beatpass_tui.view_models.upload_calendar import (
    DAY_LETTERS,
    SHADES,
    WEEKS,
    UploadCalendar,
    shade_index,
)
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.content import CursorWidget

_GUTTER = 3
_LEGEND_ROW = 8


class Heatmap(CursorWidget):
    """Upload counts by day; shades differ in symbol as well as in color.

    Rows: month names, seven weekdays, legend, summary of the day under the cursor. If not every
    week fits, the latest weeks are shown, or earlier ones with the cursor.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "heatmap--label",
        "heatmap--cursor",
        "heatmap--day",
        *(f"heatmap--{number}" for number in range(len(SHADES))),
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("move.up", "move(-1)", "Previous day", "Go to the previous day."),
        bind("move.down", "move(1)", "Next day", "Go to the next day."),
        bind("move.left", "move(-7)", "Previous week", "Go back by a week."),
        bind("move.right", "move(7)", "Next week", "Go forward by a week."),
        bind("move.first", "first", "First day", "Go to the first day.", show=False),
        bind("move.last", "last", "Last day", "Go to today.", show=False),
    ]

    day: reactive[date] = reactive(UploadCalendar().last)
    """The day under the cursor."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.calendar = UploadCalendar()

    def show(self, days: Mapping[date, UploadDay], today: date) -> None:
        """Show the year that ends today; a cursor on the last day stays on the last day."""
        calendar = UploadCalendar.ending(days, today)
        if calendar == self.calendar:
            return
        at_end = self.day == self.calendar.last
        self.calendar = calendar
        self.day = calendar.last if at_end else calendar.clamp(self.day)
        self.refresh()

    # Rendering

    def _visible_weeks(self) -> tuple[int, int, int]:
        """Return the first visible week, the number of weeks, and the cells of each."""
        available = max(self.size.width - _GUTTER, 1)
        cells = 2 if available >= 2 * WEEKS else 1
        weeks = min(available // cells, WEEKS)
        return min(WEEKS - weeks, self.calendar.week_of(self.day)), weeks, cells

    def render_line(self, y: int) -> Strip:
        width, calendar = self.size.width, self.calendar
        label = self.get_component_rich_style("heatmap--label")
        if is_accessible(self):
            return self._words(y).adjust_cell_length(width, label)
        first, weeks, cells = self._visible_weeks()
        gutter = " " * _GUTTER
        if y == 0:
            months = calendar.month_labels(first, weeks, cells)
            segments = [self.segment(gutter + months, "heatmap--label")]
        elif y < _LEGEND_ROW:
            segments = [self.segment(f" {DAY_LETTERS[y - 1]} ", "heatmap--label")]
            for week in range(first, first + weeks):
                segments += self._day(calendar.day_at(week, y - 1), cells)
        elif y == _LEGEND_ROW:
            segments = self._legend(first, weeks)
        else:
            summary = Content(gutter + calendar.day_summary(self.day))
            segments = [self.segment(summary.truncate(width, ellipsis=True).plain, "heatmap--day")]
        return Strip(segments).adjust_cell_length(width, label)

    def _words(self, y: int) -> Strip:
        """Return a row in words: the day under the cursor, then the days with uploads."""
        words = (f"{self.calendar.day_summary(self.day)}.", *self.calendar.words())
        rows = [row for text in words for row in wrap(text, max(self.size.width, 1))]
        return Strip([self.segment(rows[y], "heatmap--label")] if y < len(rows) else [])

    def _day(self, day: date | None, cells: int) -> list[Segment]:
        uploads = self.calendar.days.get(day) if day is not None else None
        symbol, component = " ", "heatmap--label"
        if uploads is not None:
            index = shade_index(uploads.uploads)
            symbol = SHADES[index][0]
            component = f"heatmap--{index}"
        if day == self.day and self.has_focus:
            # The cursor has its own symbol, because the darkest shade hides the background.
            symbol = "◉"
            component = "heatmap--cursor"
        return [
            self.segment(symbol, component),
            self.segment(" " * (cells - 1), "heatmap--label"),
        ]

    def _legend(self, first: int, weeks: int) -> list[Segment]:
        segments = [self.segment(" " * _GUTTER, "heatmap--label")]
        for index, (symbol, counts) in enumerate(SHADES):
            segments += [
                self.segment(symbol, f"heatmap--{index}"),
                self.segment(f" {counts}  ", "heatmap--label"),
            ]
        notes = []
        if weeks < WEEKS:
            notes.append(f"weeks {first + 1}–{first + weeks}")
        if not self.calendar.is_complete():
            notes.append("blank: no data")
        return [*segments, self.segment(" · ".join(notes), "heatmap--label")]

    # Cursor

    def validate_day(self, day: date) -> date:
        return self.calendar.clamp(day)

    def watch_day(self) -> None:
        self.cursor_moved()

    def action_move(self, days: int) -> None:
        """Move by days, unless a move by a week would leave the calendar."""
        day = self.day + timedelta(days=days)
        if abs(days) == 1 or self.calendar.clamp(day) == day:
            self.day = day

    def action_first(self) -> None:
        self.day = self.calendar.first

    def action_last(self) -> None:
        self.day = self.calendar.last

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset_capture(self)
        first, weeks, cells = self._visible_weeks()
        week, weekday = (offset.x - _GUTTER) // cells, offset.y - 1
        if 0 <= week < weeks and 0 <= weekday < len(DAY_LETTERS):
            day = self.calendar.day_at(first + week, weekday)
            if day is not None:
                self.day = day
