"""Plays and downloads in a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import chain, repeat
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive
from textual.strip import Strip
from textual.style import Style

from beatpass_tui import formatting
from beatpass_tui.view_models.charts import CURRENT, PER_DAY, ChartData
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.bars import component_style
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.chart_layout import place_plot
from beatpass_tui.widgets.content import WidgetMessage
from beatpass_tui.widgets.option_row import Options
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.section import Heading

_GUTTER = 5
"""Least number of cells for the labels of an axis."""

_SIDE = 11
"""Cells of the column beside the plot, with the blank before it."""

_WITH_SIDE = 50
"""Minimum width of a chart with that column."""


class PeriodChart(Chart):
    """A chart without a title: totals, or the value under the cursor, are beside the plot."""

    def __init__(self, *, dates: bool, id: str) -> None:
        super().__init__(title=False, dates=dates, gutter=_GUTTER, id=id)

    @property
    def plot_width(self) -> int:
        width: int = self.size.width
        return width if width < _WITH_SIDE or is_accessible(self) else width - _SIDE

    @property
    def label_cells(self) -> int:
        # Days of both charts stand above each other.
        return max(chart.own_label_cells for chart in self.screen.query(PeriodChart))

    @property
    def own_label_cells(self) -> int:
        """The cells that the labels of this chart need."""
        width, rows = self.plot_width, self.size.height - self.has_dates
        cursor = self.data.index_of(self.cursor)
        return place_plot(self.data, width, max(rows, 0), cursor, _GUTTER).gutter

    def complete(self, strips: list[Strip]) -> Sequence[Strip]:
        if self.plot_width == self.size.width:
            return strips
        dates = int(self.has_dates and bool(self.data.steps))
        lines = self._side_lines()[: len(strips) - dates]
        if dates and any(step.previous is not None for step in self.data.steps):
            lines += [Content("")] * (len(strips) - len(lines) - 1)
            symbol = "░░" if is_plain(self) else "▆▆"
            lines.append(self.text(symbol, "before") + self.text(" before", "label"))
        return [
            Strip([*strip, *_right(line).render_segments(self.visual_style)])
            for strip, line in zip(strips, chain(lines, repeat(Content(""))), strict=False)
        ]

    def _side_lines(self) -> list[Content]:
        """Return the value under the cursor, or the totals."""
        data, is_long = self.data, self.size.height > 3
        if self.marked is not None:
            step = data.steps[self.marked]
            lines = [
                self.text(data.short_step(step).removeprefix("week of "), "label"),
                self._value(data.format_value(step.value)),
            ]
            if step.previous is not None:
                lines.append(self.text(f"{data.format_value(step.previous)} before", "label"))
            return [*lines, self.text("estimated", "label")] if step.is_estimated else lines
        lines = [self.text(data.name, "label")]
        if data.totals:
            average, total = data.totals[0], data.totals[-1]
            lines.append(self._value(total.value))
            if total.percent is not None:
                lines.append(self.change_text(total.percent))
            note = total.label if total.label in CURRENT else data.note
            if note:
                lines.append(self.text(note, "label"))
            if average.label == PER_DAY and is_long:
                lines.append(self.text(f"{average.value} a day", "label"))
        return lines

    def _value(self, value: str) -> Content:
        if value.startswith(formatting.MINUS):
            return self.text(value, "fall")
        return Content(value).stylize(Style(foreground=self.styles.color, bold=True))


def _cells(parts: Sequence[tuple[str | None, str]]) -> int:
    return sum(cell_len(text) for _, text in parts)


def _right(line: Content) -> Content:
    """Return a line at the right edge of the column beside the plot."""
    line = line.truncate(_SIDE - 1)
    return Content(" " * (_SIDE - line.cell_length)) + line


class PeriodHeading(Heading):
    """What the charts show, and the periods as tabs with their key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "heading--plays",
        "heading--downloads",
        "heading--selected",
    }

    value: reactive[str] = reactive("")
    """The selected period."""
    options: Options = ()
    key = ""
    """The key that selects the next period."""

    class Selected(WidgetMessage):
        """A period was clicked."""

        def __init__(self, heading: PeriodHeading, value: str) -> None:
            super().__init__(heading)
            self.value = value

    def _parts(self, width: int) -> list[tuple[str | None, str]]:
        """Return each part's text, and the period that a click on it selects, if any."""
        is_marked = is_plain(self) or is_accessible(self)
        tabs: list[tuple[str | None, str]] = [
            (value, f"[{label}]" if is_marked and value == self.value else f" {label} ")
            for value, label in self.options
        ]
        tabs.append((None, f" {self.key}"))
        chosen = [part for part in tabs if part[0] in (self.value, None)]
        title, short = self.text.title, self.text.title.partition(" per ")[0]
        rows = (
            [(None, f"{words} "), *options]
            for words, options in ((title, tabs), (short, tabs), (short, chosen))
        )
        *_, last = fitting = [*rows]
        return next((row for row in fitting if _cells(row) <= width), last)

    def line(self, width: int, rule: Style | None = None) -> Content:
        age = self.text.age
        (_, title), *tabs, (_, key) = self._parts(width)
        row = Content("")
        for index, word in enumerate(title.split(" ")):
            hue = {"plays": "plays", "downloads": "downloads"}.get(word.lower(), "detail")
            row += " " * bool(index) + self.styled(word, f"heading--{hue}")
        selected = component_style(self, "heading--selected", self.styles.color)
        for value, text in tabs:
            tab = Content(text).stylize(selected)
            row += tab if value == self.value else self.styled(text, "heading--detail")
        row += self.styled(key, "heading--key")
        room = width - row.cell_length
        note = self.styled(f" {age}", "heading--detail") if age and len(age) < room else ""
        if rule is None:
            return row + " " * max(room - len(note), 0) + note if note else row
        return row + " " + Content("─" * (room - len(note) - 1)).stylize(rule) + note

    def select_at(self, cell: int, width: int) -> None:
        """Select the period at a cell of the row."""
        end = 0
        for value, text in self._parts(width):
            start, end = end, end + cell_len(text)
            if value is not None and start <= cell < end:
                self.post_message(self.Selected(self, value))

    def on_click(self, event: events.Click) -> None:
        self.select_at(event.get_content_offset_capture(self).x, self.content_size.width)


class PeriodCharts(Panel):
    """Two charts of the same days, with the same cursor."""

    HEADING = PeriodHeading

    def __init__(self, options: Options, period: str, key: str) -> None:
        self._plays = PeriodChart(dates=False, id="plays-chart")
        self._downloads = PeriodChart(dates=True, id="downloads-chart")
        self._first = options, period, key
        super().__init__(
            "Plays and downloads", self._plays, self._downloads, id="gains", classes="-top"
        )

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            if isinstance(widget, PeriodHeading):
                widget.options, value, widget.key = self._first
                widget.set_reactive(PeriodHeading.value, value)
            yield widget

    def on_mount(self) -> None:
        """Keep the cursors of both charts on the same day."""
        for chart in (self._plays, self._downloads):
            self.watch(chart, "cursor", self._move_cursors, init=False)

    def _move_cursors(self, day: date | None) -> None:
        self._plays.cursor = self._downloads.cursor = day

    def select(self, period: str) -> None:
        """Mark the selected period."""
        heading = self.query_one(PeriodHeading)
        heading.value = period
        self.show_heading(heading.text)

    def show_charts(self, plays: ChartData, downloads: ChartData, now: datetime, note: str) -> None:
        """Draw both charts, and a note below them."""
        self._plays.data, self._downloads.data = plays, downloads
        self.title = f"Plays and downloads per {plays.scale.name}"
        # The note takes a row of the chart, so that the panel keeps its height.
        self.set_class(bool(note), "-noted")
        self.show(now=now, note=note)

    def on_click(self, event: events.Click) -> None:
        """Select a period in the upper line of a frame."""
        if event.widget is self and event.y == 0:
            self.query_one(PeriodHeading).select_at(event.x - 2, self.size.width - 4)

    @on(Chart.NumberRequested)
    def switch_chart(self, event: Chart.NumberRequested) -> None:
        """Go to the other chart."""
        event.stop()
        other = self._downloads if event.control is self._plays else self._plays
        other.focus()
