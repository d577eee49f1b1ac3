"""The history of every number."""

from datetime import datetime

from textual import on
from textual.containers import Container

from beatpass_tui.config.keys import Keyboard
from beatpass_tui.models import numbers, trends
from beatpass_tui.models.numbers import NUMBERS, XP, Number
from beatpass_tui.models.trends import Points
from beatpass_tui.view_models import charts
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.panel import Panel

_NUMBERS = tuple((number.id, number.title) for number in (*NUMBERS, XP))
_SCALES = tuple((scale.name, scale.name) for scale in trends.SCALES)


class NumberHistory(Panel):
    """A number and a scale to choose, and the chart of both."""

    is_cumulative = False
    """Whether the chart shows the number over time, not its gains."""
    _drawn: tuple[object, ...] = ()
    """What the chart was last drawn from."""

    def __init__(self) -> None:
        super().__init__(
            "History",
            Chart(several=True, id="chart"),
            always_shown=(
                Container(
                    OptionRow(_NUMBERS, "total-plays", title="Number", id="chart-number"),
                    OptionRow(_SCALES, trends.DAY.name, title="One step per", id="chart-scale"),
                    id="chart-options",
                ),
            ),
            id="history",
        )

    @property
    def number(self) -> Number:
        """The chosen number."""
        return numbers.BY_ID[self.query_one("#chart-number", OptionRow).value]

    def show_points(self, points: Points | None, now: datetime) -> None:
        """Draw the history of the chosen number; None if nothing is recorded in this run."""
        number, scale = self.number, trends.BY_NAME[self.query_one("#chart-scale", OptionRow).value]
        # The history of years takes milliseconds, and the page is drawn with each answer.
        latest = None if points is None else (len(points), *points[-1:])
        drawn = (number, scale, self.is_cumulative, latest, now.date(), now.hour)
        if drawn != self._drawn:
            self._drawn = drawn
            self.query_one(Chart).data = charts.number_chart(
                number, points, now, scale, cumulative=self.is_cumulative
            )
        self.detail = "recorded on this computer"
        self.show(now=now)

    def step_scale(self) -> None:
        """Choose the next scale."""
        self.query_one("#chart-scale", OptionRow).step(1)

    @on(Chart.NumberRequested)
    def change_number(self, event: Chart.NumberRequested) -> None:
        event.stop()
        # Textual ends the bubbling of a message at a parent that caused it.
        self.screen.call_later(self.query_one("#chart-number", OptionRow).step, event.steps)

    def notice(self, keyboard: Keyboard) -> Notice:
        """Return help on the chart."""
        switch = "gains" if self.is_cumulative else "total"
        text = "Up and down show another number · {activity.period}: days, weeks or months"
        hint = keyboard.fill(f"{text} · {{chart.cumulative}}: {switch}")
        return Notice(hint, has_item=False)
