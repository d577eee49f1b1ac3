"""The history of a number as a column chart, one column per day, week or month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.reactive import reactive
from textual.strip import Strip

from beatpass_tui import formatting
from beatpass_tui.models import trends
from beatpass_tui.models.trends import DAY, Scale
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.content import CursorWidget, WidgetMessage

_GUTTER = 10
_MAX_COLUMN_WIDTH = 3
_LEVELS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class ChartData:
    """The values of a chart."""

    number: str
    """Id of the number, such as `total-plays`."""
    scale: Scale = DAY
    steps: tuple[tuple[date, float | None], ...] = ()
    """First day and last value of each step, oldest first; None is a gap."""

    def format_value(self, value: float | None) -> str:
        """Return a value with its unit."""
        if value is not None and self.number == "growth":
            return formatting.growth(value)
        return formatting.count(value)

    @property
    def empty_text(self) -> str:
        """The text shown instead of a chart without values, otherwise empty."""
        if any(value is not None for _, value in self.steps):
            return ""
        if not self.steps:
            return "No history yet; it is recorded each time the data is refreshed."
        return f"No history in these {len(self.steps)} {self.scale.name}s."

    def format_step(self, start: date) -> str:
        """Return the day, week or month that begins on a day."""
        if self.scale.name == "month":
            return formatting.month_and_year(start)
        return f"{'week of ' if self.scale.name == 'week' else ''}{formatting.long_date(start)}"


class HistoryChart(CursorWidget):
    """Columns above the first and the last day; a gap is blank.

    The scale starts at the lowest visible value, not at zero; both of its ends are labeled.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "history-chart--label",
        "history-chart--column",
        "history-chart--cursor",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("move.left", "move(-1)", "Previous step", "Go to the previous step."),
        bind("move.right", "move(1)", "Next step", "Go to the next step."),
        bind("move.up", "number(-1)", "Previous number", "Show the previous number."),
        bind("move.down", "number(1)", "Next number", "Show the next number."),
        bind("move.first", "first", "Oldest value", "Go to the oldest value.", show=False),
        bind("move.last", "last", "Latest value", "Go to the latest value.", show=False),
    ]

    data: reactive[ChartData] = reactive(ChartData(""))
    back: reactive[int] = reactive(0)
    """Distance of the cursor from the latest step."""

    class NumberRequested(WidgetMessage):
        """The next (1) or the previous (-1) number was requested."""

        def __init__(self, chart: HistoryChart, steps: int) -> None:
            super().__init__(chart)
            self.steps = steps

    # Rendering

    @property
    def _cursor(self) -> int:
        return max(len(self.data.steps) - 1 - self.back, 0)

    def _visible_steps(self) -> tuple[int, int, int]:
        """Return the first visible step, the number of steps, and the cells of each."""
        available, count = max(self.size.width - _GUTTER - 1, 1), len(self.data.steps)
        cells = min(max(available // max(count, 1), 1), _MAX_COLUMN_WIDTH)
        visible = min(count, available // cells)
        return min(count - visible, self._cursor), visible, cells

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        label = self.get_component_rich_style("history-chart--label")
        first, visible, cells = self._visible_steps()
        all_values = [value for _, value in self.data.steps]
        values = all_values[first : first + visible]
        rows = max(height - 1, 1)
        if empty_text := self.data.empty_text:
            segments = [self.segment(f"  {empty_text}" * (y == 0), "history-chart--label")]
        elif y >= rows:
            segments = self._bottom_row(first, visible, cells)
        else:
            # If all visible steps are gaps, use the scale of the steps that are not visible.
            known = [value for value in values if value is not None]
            known = known or [value for value in all_values if value is not None]
            low, span = min(known), trends.value_range(known)
            scale = self._scale_label(y, rows, low, low + span)
            segments = [self.segment(scale, "history-chart--label")]
            for index, value in enumerate(values, start=first):
                # Even the lowest value gets a visible column, unlike a gap.
                filled = 0 if value is None else max(round((value - low) / span * rows * 8), 1)
                level = min(max(filled - (rows - 1 - y) * 8, 0), 8)
                at_cursor = index == self._cursor and self.has_focus
                component = f"history-chart--{'cursor' if at_cursor else 'column'}"
                segments.append(self.segment(_LEVELS[level] * cells, component))
        return Strip(segments).adjust_cell_length(width, label)

    def _scale_label(self, y: int, rows: int, low: float, high: float) -> str:
        ends = {rows - 1: low, 0: high}
        text = self.data.format_value(ends[y]) if y in ends else ""
        if len(text) > _GUTTER - 2:
            text = formatting.count(ends[y], _GUTTER - 2)
        return f"{text:>{_GUTTER - 2}} {'┤' if y in ends else '│'}"

    def _bottom_row(self, first: int, visible: int, cells: int) -> list[Segment]:
        """Return the step under the cursor, or the first and the last visible day."""
        steps, width = self.data.steps, visible * cells
        if self.has_focus and self.current is not None:
            text, component = " · ".join(reversed(self.current)), "history-chart--cursor"
        else:
            start, end = (
                formatting.short_date(steps[index][0], steps[-1][0])
                for index in (first, first + visible - 1)
            )
            text, component = start.ljust(width - len(end)) + end, "history-chart--label"
            if len(text) > width:
                text = end
        return [
            self.segment(" " * _GUTTER, "history-chart--label"),
            self.segment(text, component),
        ]

    @property
    def current(self) -> tuple[str, str] | None:
        """The step under the cursor and its value, formatted."""
        if not self.data.steps:
            return None
        start, value = self.data.steps[self._cursor]
        return self.data.format_step(start), self.data.format_value(value)

    # Cursor

    def validate_back(self, back: int) -> int:
        return min(max(back, 0), max(len(self.data.steps) - 1, 0))

    def watch_back(self) -> None:
        self.cursor_moved()

    def watch_data(self) -> None:
        self.back = self.validate_back(self.back)

    def action_move(self, steps: int) -> None:
        self.back -= steps

    def action_first(self) -> None:
        self.back = len(self.data.steps)

    def action_last(self) -> None:
        self.back = 0

    def action_number(self, steps: int) -> None:
        self.post_message(self.NumberRequested(self, steps))

    def on_click(self, event: events.Click) -> None:
        first, visible, cells = self._visible_steps()
        index = (event.get_content_offset_capture(self).x - _GUTTER) // cells
        if 0 <= index < visible:
            self.back = len(self.data.steps) - 1 - first - index
