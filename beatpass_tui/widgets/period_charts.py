"""Plays and downloads in a period."""

from datetime import date, datetime

from textual import on

from beatpass_tui.view_models.charts import ChartData
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.panel import Panel

_GUTTER = 7
"""Cells for the labels of both axes, so that days stand above each other."""


class PeriodCharts(Panel):
    """Two charts of the same days, with the same cursor."""

    def __init__(self) -> None:
        self._plays = Chart(dates=False, gutter=_GUTTER, id="plays-chart")
        self._downloads = Chart(gutter=_GUTTER, id="downloads-chart")
        super().__init__("Plays and downloads", self._plays, self._downloads, id="gains")

    def on_mount(self) -> None:
        """Keep the cursors of both charts on the same day."""
        for chart in (self._plays, self._downloads):
            self.watch(chart, "cursor", self._move_cursors, init=False)

    def _move_cursors(self, day: date | None) -> None:
        self._plays.cursor = self._downloads.cursor = day

    def show_charts(self, plays: ChartData, downloads: ChartData, now: datetime, note: str) -> None:
        """Draw both charts, and a note below them."""
        self._plays.data, self._downloads.data = plays, downloads
        self.show(now=now, note=note)

    @on(Chart.NumberRequested)
    def switch_chart(self, event: Chart.NumberRequested) -> None:
        """Go to the other chart."""
        event.stop()
        other = self._downloads if event.control is self._plays else self._plays
        other.focus()
