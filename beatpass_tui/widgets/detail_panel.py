"""The panel with the detail of a beat or an album."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest

from textual.app import ComposeResult
from textual.geometry import Region
from textual.strip import Strip

from beatpass_tui.view_models.charts import ChartData, Total
from beatpass_tui.view_models.details import Detail, DetailPart
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.detail_parts import DetailHead, Parts
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.section import Section

_TILES = 3
"""Tiles of a page beside the chart."""

_NOT_READ = ChartData("total-plays", "Plays per day", "plays", empty_text="")


class DetailPanel(Panel):
    """Head, chart and parts of a detail; beside a list one tile, else a tile for each.

    `parts` are the ids of the parts in order, and `with_cursor` those whose rows can be selected.
    """

    def __init__(self, parts: Sequence[str], with_cursor: Iterable[str] = (), *, id: str) -> None:
        super().__init__("", id=id, classes="-top")
        self._ids = tuple(parts)
        self._with_cursor = frozenset(with_cursor)

    def compose(self) -> ComposeResult:
        yield DetailHead(classes="tile", id="detail-head")
        yield Chart(id="detail-chart")
        for id in self._ids:
            yield Parts(interactive=id in self._with_cursor, id=id)
        yield Parts(id="more")

    def render_lines(self, crop: Region) -> list[Strip]:
        # Each part is a tile of its own instead of the list.
        is_page = self.screen.has_class("-detail")
        return Section.render_lines(self, crop) if is_page else super().render_lines(crop)

    def show_detail(self, detail: Detail, *, is_reading: bool = False) -> None:
        """Show a detail; parts that it does not have are hidden.

        While recorded plays are read (`is_reading`), their chart keeps its place.
        """
        if is_reading and detail.title and detail.plays is None:
            detail = replace(detail, other_chart=_NOT_READ)
        self.query_one(DetailHead).detail = detail
        self.set_class(bool(detail.title) and not detail.figures, "-no-figures")
        chart = self.query_one(Chart)
        chart.set_class(detail.chart is None, "-absent")
        self.set_class(detail.chart is None, "-no-chart")
        if detail.chart is not None:
            label, _, value = detail.chart_note.partition(" ")
            totals = (Total(label, value),) if value else detail.chart.totals
            chart.data = replace(detail.chart, totals=totals)
        for id, parts in zip_longest(self._ids, self._shared(detail.parts), fillvalue=()):
            widget = self.query_one(f"#{id}", Parts)
            widget.parts = tuple(parts)
            widget.set_class(not any(part.rows for part in parts), "-no-rows")
            widget.set_class(not parts, "-absent")
        more = self.query_one("#more", Parts)
        more.parts = detail.more if detail.chart is None else ()
        more.set_class(not more.parts, "-absent")

    def _shared(self, parts: Sequence[DetailPart]) -> list[Sequence[DetailPart]]:
        """Return the parts of each widget; the page has three, so the last one has the rest."""
        if not self.screen.has_class("-detail") or len(parts) <= _TILES:
            return [(part,) for part in parts]
        return [*((part,) for part in parts[: _TILES - 1]), parts[_TILES - 1 :]]
