"""Two charts and the top movers next to them."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from beatpass_tui.view_models.charts import ChartData
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.movers import MoversPanel


class ChartPanels(Horizontal):
    """Panels that the stylesheet shows where there is room, without a cursor."""

    def compose(self) -> ComposeResult:
        charts = Chart(id="gains-chart"), Chart(id="second-chart")
        for chart in charts:
            chart.can_focus = False
        yield Vertical(*charts, id="charts")
        yield MoversPanel(id="movers")

    def show(self, data: Iterable[ChartData]) -> None:
        """Show the first charts."""
        for chart, each in zip(self.query(Chart), data, strict=False):
            chart.data = each
