"""The upload calendar as a heatmap: one column per week, one symbol per day."""

from __future__ import annotations

from datetime import date, timedelta
from textwrap import wrap
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.binding import BindingType
from textual.color import TRANSPARENT
from textual.content import Content
from textual.reactive import reactive
from textual.strip import Strip
from textual.style import Style

from beatpass_tui.view_models.upload_calendar import (
    SHADES,
    WEEKDAYS,
    WEEKS,
    UploadCalendar,
    shade_index,
)
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.content import CursorWidget

STRENGTHS = (0.40, 0.62, 0.81, 1.0)
"""Strengths of the hue by shade; the first shade, no uploads, has its own color."""

_GUTTER = 5
_LAST_ROW = 8


class Heatmap(CursorWidget):
    """Upload counts by day, in shades of the widget's color; without color, in symbols.

    Rows: month names, seven weekdays, and the day under the cursor with the legend. If not every
    week fits, the latest weeks are shown, or earlier ones with the cursor.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "heatmap--label",
        "heatmap--day",
        "heatmap--empty",
        "heatmap--platform",
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
        self._styles: dict[str | int, RichStyle] = {}

    def show(self, calendar: UploadCalendar) -> None:
        """Show another calendar; a cursor on the last day stays on the last day."""
        if calendar == self.calendar:
            return
        at_end = self.day == self.calendar.last
        self.calendar = calendar
        self.day = calendar.last if at_end else calendar.clamp(self.day)
        self.refresh()

    # Rendering

    def notify_style_update(self) -> None:
        self._styles.clear()
        super().notify_style_update()

    def _style(self, shade: str | int) -> RichStyle:
        """Return the style of a component, or of a shade of the widget's color."""
        if shade not in self._styles:
            ground = self.visual_style.background or TRANSPARENT
            if isinstance(shade, str) or shade == 0:
                color = self.get_component_styles(f"heatmap--{shade or 'empty'}").color
            else:
                color = self.styles.color.with_alpha(STRENGTHS[shade - 1])
            self._styles[shade] = Style(ground, ground + color).rich_style
        return self._styles[shade]

    def _cell(self, text: str, shade: str | int = "label") -> Segment:
        return Segment(text, self._style(shade))

    def _visible_weeks(self) -> tuple[int, int, int]:
        """Return the first visible week, the number of weeks, and the cells of each."""
        available = max(self.size.width - _GUTTER, 1)
        cells = 2 if available >= 2 * WEEKS else 1
        weeks = min(available // cells, WEEKS)
        return min(WEEKS - weeks, self.calendar.week_of(self.day)), weeks, cells

    def render_line(self, y: int) -> Strip:
        width, calendar = self.size.width, self.calendar
        if is_accessible(self):
            return self._words(y).adjust_cell_length(width, self._style("label"))
        first, weeks, cells = self._visible_weeks()
        if y == 0:
            months = calendar.month_labels(first, weeks, cells)
            segments = [self._cell(" " * _GUTTER + months)]
        elif y < _LAST_ROW:
            # Every second name is enough, and the row looks calmer.
            name = WEEKDAYS[y - 1] if y % 2 else ""
            segments = [self._cell(name.ljust(_GUTTER))]
            for week in range(first, first + weeks):
                segments += self._day(calendar.day_at(week, y - 1), cells)
        elif y == _LAST_ROW:
            segments = self._last_row(width)
        else:
            segments = []
        return Strip(segments).adjust_cell_length(width, self._style("label"))

    def _words(self, y: int) -> Strip:
        """Return a row in words: the day under the cursor, then the days with uploads."""
        words = (f"{self.calendar.day_summary(self.day)}.", *self.calendar.words())
        rows = [row for text in words for row in wrap(text, max(self.size.width, 1))]
        return Strip([self._cell(rows[y])] if y < len(rows) else [])

    def _day(self, day: date | None, cells: int) -> list[Segment]:
        uploads = self.calendar.days.get(day) if day is not None else None
        shade: str | int = "label"
        symbol = " "
        if uploads is not None:
            shade = index = shade_index(uploads.uploads)
            symbol = SHADES[index][0] if is_plain(self) else "■"
        if not shade and self.calendar.platform_uploads(day):
            shade, symbol = "platform", "+" if is_plain(self) else "■"
        segment = self._cell(symbol, shade)
        if day == self.day and self.has_focus:
            segment = self._cursor(symbol, segment.style or RichStyle())
        return [segment, self._cell(" " * (cells - 1))]

    def _cursor(self, symbol: str, style: RichStyle) -> Segment:
        """Return the day under the cursor: its shade on the color of text."""
        if is_plain(self):
            return Segment("◉", style + RichStyle(reverse=True))
        day = self.get_component_styles("heatmap--day").color.rich_color
        return Segment(symbol, RichStyle(color=style.color, bgcolor=day))

    def _last_row(self, width: int) -> list[Segment]:
        """Return the day under the cursor, and the legend if it fits."""
        date_label, _, uploads = self.calendar.short_summary(self.day).partition(" · ")
        summary = Content(f"{date_label} {uploads}")
        legend = self._legend()
        room = width - sum(segment.cell_length for segment in legend) - 2
        if summary.cell_length > room and room < width // 2:
            legend, room = [], width
        text = summary.truncate(max(room, 1), ellipsis=True).plain
        cells = len(date_label)
        segments = [self._cell(text[:cells]), self._cell(text[cells:], "day")]
        used = sum(segment.cell_length for segment in (*segments, *legend))
        return [*segments, self._cell(" " * max(width - used, 0)), *legend]

    def _legend(self) -> list[Segment]:
        plain, platform = is_plain(self), self.calendar.platform
        shades = [
            self._cell(shade[0] if plain else "■", index) for index, shade in enumerate(SHADES)
        ]
        if platform:
            others = self._cell("+" if plain else "■", "platform")
            return [self._cell("yours "), *shades[1:], self._cell("  others "), others]
        gap = self._cell(" ")
        spaced = [segment for shade in shades for segment in (shade, gap)]
        return [self._cell("0 "), *spaced, self._cell("7+")]

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
        if 0 <= week < weeks and 0 <= weekday < len(WEEKDAYS):
            day = self.calendar.day_at(first + week, weekday)
            if day is not None:
                self.day = day
