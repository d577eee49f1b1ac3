"""The history of a number as columns, one for each day, week or month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.models import trends
from beatpass_tui.models.trends import DAY, Scale
from beatpass_tui.widgets.bindings import bind

_GUTTER = 10
_WIDEST = 3
_COLUMNS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class History:
    """What a chart shows."""

    number: str
    """Id of the number, such as `total-plays`."""
    scale: Scale = DAY
    steps: tuple[tuple[date, float | None], ...] = ()
    """First day and last value of each step, oldest first; None is a gap."""

    def words(self, value: float | None) -> str:
        """Return one of its values as people read it."""
        if value is not None and self.number == "growth":
            return formatting.growth(value)
        return formatting.count(value)

    @property
    def nothing(self) -> str:
        """Why there is no column to draw; empty where there is one."""
        if any(value is not None for _, value in self.steps):
            return ""
        if not self.steps:
            return "Nothing has been kept of this number yet; it fills as you look at it."
        return f"Nothing was kept in these {len(self.steps)} {self.scale.name}s."

    def when(self, start: date) -> str:
        """Return which step begins on a day."""
        if self.scale.name == "month":
            return formatting.month_and_year(start)
        return f"{'week of ' if self.scale.name == 'week' else ''}{formatting.long_date(start)}"


class HistoryChart(Widget, can_focus=True):
    """Columns under which the first and the last day stand; a gap is a blank.

    The lowest column is the least value, not zero; both ends of the scale are written beside it.
    """

    # It is drawn line by line, of which Textual would copy no more than the widget's name.
    ALLOW_SELECT: ClassVar[bool] = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "history-chart--label",
        "history-chart--column",
        "history-chart--cursor",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("move.left", "move(-1)", "Back in time", "Go back by a step."),
        bind("move.right", "move(1)", "On in time", "Go on by a step."),
        bind("move.up", "number(-1)", "The number before", "Show the number before."),
        bind("move.down", "number(1)", "The next number", "Show the next number."),
        bind("move.first", "first", "The oldest value", "Go to the oldest value.", show=False),
        bind("move.last", "last", "The latest value", "Go to the latest value.", show=False),
    ]

    history: reactive[History] = reactive(History(""))
    """What is shown; an equal history causes no repaint."""
    back: reactive[int] = reactive(0)
    """How many steps the cursor is back from the latest."""

    class Highlighted(Message):
        """The cursor stands on another step, or the focus came to the chart."""

    class NumberRequested(Message):
        """The next (1) or the previous (-1) number is to be shown."""

        def __init__(self, steps: int) -> None:
            super().__init__()
            self.steps = steps

    # Drawing

    @property
    def _at(self) -> int:
        """Index of the step under the cursor."""
        return max(len(self.history.steps) - 1 - self.back, 0)

    def _window(self) -> tuple[int, int, int]:
        """Return the first step that is drawn, how many are, and the cells of each."""
        room, number = max(self.size.width - _GUTTER - 1, 1), len(self.history.steps)
        cells = min(max(room // max(number, 1), 1), _WIDEST)
        shown = min(number, room // cells)
        return min(number - shown, self._at), shown, cells

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        width, height = self.size
        label = self.get_component_rich_style("history-chart--label")
        first, shown, cells = self._window()
        values = self._values()[first : first + shown]
        rows = max(height - 1, 1)
        if nothing := self.history.nothing:
            segments = [Segment(f"  {nothing}" if y == 0 else "", label)]
        elif y >= rows:
            segments = self._below(first, shown, cells)
        else:
            # Where the window shows gaps alone, the scale is that of what lies outside of it.
            seen = values if any(value is not None for value in values) else self._values()
            known = [value for value in seen if value is not None]
            low, whole = min(known), trends.value_range(known)
            segments = [Segment(self._scale(y, rows, low, low + whole), label)]
            for place, value in enumerate(values, start=first):
                # Even the least value has a foot, which a gap has not.
                filled = 0 if value is None else max(round((value - low) / whole * rows * 8), 1)
                sign = _COLUMNS[min(max(filled - (rows - 1 - y) * 8, 0), 8)]
                segments.append(Segment(sign * cells, self._style(place)))
        return Strip(segments).adjust_cell_length(width, label)

    def _values(self) -> list[float | None]:
        return [value for _, value in self.history.steps]

    def _style(self, place: int) -> Style:
        at_cursor = place == self._at and self.has_focus
        part = "cursor" if at_cursor else "column"
        return self.get_component_rich_style(f"history-chart--{part}")

    def _scale(self, y: int, rows: int, low: float, high: float) -> str:
        ends = {rows - 1: low, 0: high}
        words = self.history.words(ends[y]) if y in ends else ""
        if len(words) > _GUTTER - 2:
            words = formatting.count(ends[y], _GUTTER - 2)
        return f"{words:>{_GUTTER - 2}} {'┤' if y in ends else '│'}"

    def _below(self, first: int, shown: int, cells: int) -> list[Segment]:
        """Return the row under the columns: the step under the cursor, or the two ends."""
        steps = self.history.steps
        if self.has_focus and self.current is not None:
            said, part = " · ".join(reversed(self.current)), "cursor"
        else:
            ends = [formatting.short_date(steps[place][0]) for place in (first, first + shown - 1)]
            said, part = ends[0].ljust(shown * cells - len(ends[1])) + ends[1], "label"
            if len(said) > shown * cells:
                said = ends[1]
        style = self.get_component_rich_style(f"history-chart--{part}")
        label = self.get_component_rich_style("history-chart--label")
        return [Segment(" " * _GUTTER, label), Segment(said, style)]

    @property
    def current(self) -> tuple[str, str] | None:
        """The step under the cursor and its value, as people read them."""
        if not self.history.steps:
            return None
        start, value = self.history.steps[self._at]
        return self.history.when(start), self.history.words(value)

    # Moving

    def validate_back(self, back: int) -> int:
        """Keep the cursor on a step."""
        return min(max(back, 0), max(len(self.history.steps) - 1, 0))

    def watch_back(self) -> None:
        """Say where the cursor is."""
        if self.has_focus:
            self.post_message(self.Highlighted())

    def watch_history(self) -> None:
        """Keep the cursor on a step."""
        self.back = self.validate_back(self.back)

    def on_focus(self) -> None:
        """Say that the cursor is here now."""
        self.post_message(self.Highlighted())

    def action_move(self, steps: int) -> None:
        """Move by steps."""
        self.back -= steps

    def action_first(self) -> None:
        """Go to the oldest value."""
        self.back = len(self.history.steps)

    def action_last(self) -> None:
        """Go to the latest value."""
        self.back = 0

    def action_number(self, steps: int) -> None:
        """Ask for another number."""
        self.post_message(self.NumberRequested(steps))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to a step."""
        first, shown, cells = self._window()
        at = (event.get_content_offset_capture(self).x - _GUTTER) // cells
        if 0 <= at < shown:
            self.back = len(self.history.steps) - 1 - first - at
