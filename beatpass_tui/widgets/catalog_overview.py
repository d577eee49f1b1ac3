"""Totals of the catalog in tiles: growth, collections, licenses, collaborators, uploads."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical

from beatpass_tui import formatting
from beatpass_tui.errors import BeatPassError
from beatpass_tui.view_models import catalog_summary
from beatpass_tui.view_models.beats import BeatRow, Catalog
from beatpass_tui.widgets.detail_parts import Parts
from beatpass_tui.widgets.growth_meter import GrowthMeter


class CatalogOverview(Vertical):
    """What is known about all beats together."""

    def compose(self) -> ComposeResult:
        with Vertical(id="totals-tile", classes="tile"):
            yield Parts(ruled=False, id="totals")
            yield GrowthMeter(id="growth-meter")
        yield Parts(ruled=False, classes="tile", id="shares")
        yield Parts(ruled=False, classes="tile", id="people")

    def show(
        self, catalog: Catalog, rows: Sequence[BeatRow], problem: BeatPassError | None
    ) -> None:
        """Show the totals of the loaded rows; `problem` is why there is no current growth rate."""
        session = catalog.session
        self._show_growth(catalog, problem)
        self.query_one("#totals", Parts).parts = (catalog_summary.totals_part(session, catalog),)
        for id, parts in (
            (
                "shares",
                (
                    catalog_summary.collections_part(catalog, rows),
                    catalog_summary.licenses_part(catalog, rows),
                ),
            ),
            (
                "people",
                (
                    catalog_summary.collaborators_part(session),
                    catalog_summary.uploads_part(catalog, rows),
                ),
            ),
        ):
            widget = self.query_one(f"#{id}", Parts)
            widget.parts = tuple(part for part in parts if part is not None)

    def _show_growth(self, catalog: Catalog, problem: BeatPassError | None) -> None:
        meter, intelligence = self.query_one(GrowthMeter), catalog.session.intelligence.value
        meter.rate = intelligence.growth_rate if intelligence is not None else None
        if problem is not None:
            # A rate that can't be requested is not being calculated.
            meter.placeholder = f"{formatting.DASH} {problem.reason}"
        elif intelligence is None:
            meter.placeholder = "Loading…"
        else:
            is_calculating = intelligence.growth_calculating
            meter.placeholder = "Calculating…" if is_calculating else f"{formatting.DASH} not sent"
