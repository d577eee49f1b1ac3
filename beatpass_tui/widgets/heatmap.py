"""The upload calendar as a heatmap: a column for each week, a sign for each day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from beatpass_tui.models import UploadDay
from beatpass_tui.view_models.upload_calendar import (
    DAY_LETTERS,
    SHADES,
    WEEKS,
    UploadCalendar,
    shade_index,
)
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.text_line import text

_GUTTER = 3
_LEGEND = 8
_DETAIL = 9
_CURSOR = "◉"
_NO_DAY = date.min


class Heatmap(Widget, can_focus=True):
    """Days of uploads; counts differ in sign as well as in hue, and arrows move over the days.

    Its rows are the months, seven days, the legend, and what is known of the day under the cursor.
    Where not every week fits the latest are drawn, or as far back as the cursor goes.
    """

    # It is drawn line by line, of which Textual would copy no more than the widget's name.
    ALLOW_SELECT: ClassVar[bool] = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "heatmap--label",
        "heatmap--cursor",
        "heatmap--day",
        *(f"heatmap--{number}" for number in range(len(SHADES))),
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("move.up", "move(-1)", "A day back", "Move to the day before."),
        bind("move.down", "move(1)", "A day on", "Move to the day after."),
        bind("move.left", "move(-7)", "A week back", "Move back by a week."),
        bind("move.right", "move(7)", "A week on", "Move on by a week."),
        bind("move.first", "first", "First day", "Go to the first day.", show=False),
        bind("move.last", "last", "Last day", "Go to today.", show=False),
    ]

    day: reactive[date] = reactive(_NO_DAY)
    """The day under the cursor."""

    class Highlighted(Message):
        """The cursor stands on another day, or the focus came to the heatmap."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.calendar: UploadCalendar | None = None

    def show(self, days: Mapping[date, UploadDay], today: date) -> None:
        """Show other days; the cursor stays on its day, or goes along where it was on the last."""
        calendar = UploadCalendar.ending(days, today)
        before = self.calendar
        if before == calendar:
            return
        at_end = before is None or self.day == before.last
        self.calendar = calendar
        self.day = calendar.last if at_end else calendar.clamp(self.day)
        self.refresh()

    # Drawing

    def _window(self) -> tuple[int, int, int]:
        """Return the first week that is drawn, how many are, and the cells of each."""
        room = max(self.size.width - _GUTTER, 1)
        cells = 2 if room >= 2 * WEEKS else 1
        weeks = min(room // cells, WEEKS)
        assert self.calendar is not None
        return min(WEEKS - weeks, self.calendar.week_of(self.day)), weeks, cells

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        width = self.size.width
        label = self.get_component_rich_style("heatmap--label")
        if self.calendar is None:
            return Strip.blank(width, label)
        first, weeks, cells = self._window()
        if y == 0:
            names = " " * _GUTTER + self.calendar.month_labels(first, weeks, cells)
            segments = [Segment(names, label)]
        elif y < _LEGEND:
            segments = [Segment(f" {DAY_LETTERS[y - 1]} ", label)]
            for week in range(first, first + weeks):
                segments += self._cell(self.calendar.day_at(week, y - 1), cells)
        elif y == _LEGEND:
            segments = self._legend(first, weeks)
        else:
            segments = [Segment(self._detail(), self.get_component_rich_style("heatmap--day"))]
        return Strip(segments).adjust_cell_length(width, label)

    def _cell(self, day: date | None, cells: int) -> list[Segment]:
        assert self.calendar is not None
        plain = self.get_component_rich_style("heatmap--label")
        found = self.calendar.days.get(day) if day is not None else None
        sign, style = " ", plain
        if found is not None:
            number = shade_index(found.uploads)
            sign = str(number) if is_accessible(self) else SHADES[number][0]
            style = self.get_component_rich_style(f"heatmap--{number}")
        if day == self.day and self.has_focus:
            # A sign of its own, since the fullest shade would hide any ground.
            sign = "X" if is_accessible(self) else _CURSOR
            style = self.get_component_rich_style("heatmap--cursor")
        return [Segment(sign, style), Segment(" " * (cells - 1), plain)]

    def _legend(self, first: int, weeks: int) -> list[Segment]:
        assert self.calendar is not None
        plain = self.get_component_rich_style("heatmap--label")
        segments = [Segment(" " * _GUTTER, plain)]
        for number, (sign, counts) in enumerate(SHADES):
            segments += [
                Segment(
                    str(number) if is_accessible(self) else sign,
                    self.get_component_rich_style(f"heatmap--{number}"),
                ),
                Segment(f" is {counts}  " if is_accessible(self) else f" {counts}  ", plain),
            ]
        notes = []
        if weeks < WEEKS:
            notes.append(f"weeks {first + 1}–{first + weeks}")
        if not self.calendar.is_complete():
            notes.append("blank: not sent")
        return [*segments, Segment(" · ".join(notes), plain)]

    def _detail(self) -> str:
        assert self.calendar is not None
        said = " " * _GUTTER + self.calendar.day_summary(self.day)
        return text(said).truncate(self.size.width, ellipsis=True).plain

    # Moving

    def validate_day(self, day: date) -> date:
        """Keep the cursor on a day that is drawn."""
        return self.calendar.clamp(day) if self.calendar is not None else day

    def watch_day(self) -> None:
        """Say where the cursor is."""
        if self.has_focus:
            self.post_message(self.Highlighted())

    def on_focus(self) -> None:
        """Say that the cursor is here now."""
        self.post_message(self.Highlighted())

    def action_move(self, days: int) -> None:
        """Move by days; a week too far goes nowhere."""
        if self.calendar is None:
            return
        day = self.day + timedelta(days=days)
        if abs(days) == 1 or self.calendar.clamp(day) == day:
            self.day = day

    def action_first(self) -> None:
        """Go to the first day."""
        if self.calendar is not None:
            self.day = self.calendar.first

    def action_last(self) -> None:
        """Go to the last day."""
        if self.calendar is not None:
            self.day = self.calendar.last

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to a day."""
        if self.calendar is None:
            return
        at = event.get_content_offset_capture(self)
        first, weeks, cells = self._window()
        week, weekday = (at.x - _GUTTER) // cells, at.y - 1
        if 0 <= week < weeks and 0 <= weekday < len(DAY_LETTERS):
            day = self.calendar.day_at(first + week, weekday)
            if day is not None:
                self.day = day
