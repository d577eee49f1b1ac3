"""My Beats: the catalog as a table, growth, and what was made with others."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual import on, work
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from beatpass_tui import formatting
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models.catalog import Collaboration
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.screens.inner_page import InnerPage
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import beats
from beatpass_tui.view_models.beats import BeatFilter, BeatRow, Catalog
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.growth_meter import GrowthMeter
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.section import Section
from beatpass_tui.widgets.table import Column, Table

COLUMNS = (
    Column("title", "Title", 16, grow=3),
    Column("artists", "Artists", 14, grow=2, importance=4),
    Column("length", "Length", 8, right=True, importance=5),
    Column("plays", "Plays", 9, right=True),
    Column("contribution", "Contribution", 14, right=True, importance=3),
    Column("uploaded", "Uploaded", 10, importance=1),
)

_SHARED = (
    Column("title", "Title", 16, grow=2),
    Column("others", "Made with", 16, grow=3),
    Column("plays", "Plays", 9, right=True),
)

_TABS = (("catalog", "Catalog"), ("shared", "Collaborations"))
_KEPT = tuple((kept.name, kept.value) for kept in BeatFilter)


class Beats(InnerPage[BeatRow | Collaboration]):
    """The public list of `GET /artists/{id}/tracks`, with what other answers know of it."""

    info = BY_NAME["beats"]
    SEARCH_TARGET = "#catalog-table"
    AUTO_FOCUS = "#catalog-table"
    PACE: ClassVar[float] = 2.0
    """Seconds between two pages while the rest is loaded: 30 pages a minute."""

    BINDINGS = [
        bind("list.filter", "filter", sentence="Show other beats, by license or collaboration."),
        bind("beats.load_all", "load_rest", show=False),
    ]

    _catalog: Catalog | None = None
    _sort: tuple[str, bool] | None = None
    _rows: Sequence[BeatRow] = ()
    _orders: Mapping[tuple[object, ...], Sequence[BeatRow]] = {}
    _loading_rest = False

    def compose_sections(self) -> Iterable[Widget]:
        yield GrowthMeter(id="growth-meter")
        yield OptionRow(_TABS, "catalog", id="tab")
        with ContentSwitcher(initial="catalog", id="tabs"):
            yield Section(
                "Catalog",
                OptionRow(_KEPT, BeatFilter.ALL.name, title="Show", id="kept"),
                Table[BeatRow](
                    COLUMNS,
                    lambda row: beats.row_cells(row, self.format_count),
                    key=lambda row: row.beat.id or row.position,
                    sortable=True,
                    empty_text="No beats match.",
                    id="catalog-table",
                ),
                id="catalog",
            )
            yield Section(
                "Collaborations",
                Table[Collaboration](
                    _SHARED,
                    lambda row: _shared_cells(row, self.format_count),
                    key=lambda row: row.id or row.name,
                    empty_text="No collaborations yet.",
                    id="shared-table",
                ),
                id="shared",
            )

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        """Return the queries of the page.

        Of the catalog these are the first page, the one under the cursor, and a failed one.
        """
        pages = [session.beats(1)]
        if self._catalog is not None and self._catalog.session is session:
            row = self.query_one("#catalog-table", Table).current
            if isinstance(row, BeatRow):
                pages.append(self._catalog.page_of(row))
            missing = self._catalog.next_page()
            if missing is not None and missing.error is not None:
                pages.append(missing)
        identity = (session.account, session.artist)
        other = (session.stats, session.intelligence, session.performance, session.collaborations)
        return tuple(dict.fromkeys((*identity, *pages, *other)))

    def summary(self, session: Session) -> str:
        stats = session.stats.value
        listed = session.beats(1).value
        parts = []
        if stats is not None and stats.top_track is not None and self.size.width >= 108:
            plays = stats.top_track.plays
            counted = f", {formatting.plural(plays, 'play')}" if plays is not None else ""
            parts.append(f"top track {stats.top_track.name}{counted}")
        if listed is not None and listed.total is not None:
            parts.append(f"{formatting.count(listed.total)} listed")
        if stats is not None and stats.total_tracks is not None:
            parts.append(f"{formatting.count(stats.total_tracks)} linked")
        return " · ".join(parts)

    def show_sections(self, session: Session) -> None:
        self._show_growth(session)
        if self._catalog is None or self._catalog.session is not session:
            self._catalog = Catalog(session)
        rows = self._catalog.rows()
        shown = self._select(rows)
        self.query_one("#catalog", Section).title = self._heading_of(len(rows), len(shown))
        first = self._catalog.first_page
        if self.show_section(
            "catalog", first, known=first.value is not None and first.value.is_readable
        ):
            table = self.query_one("#catalog-table", Table)
            table.empty_text = (
                "No beats match." if rows else "No beats yet · upload one on the web."
            )
            table.show(shown, self._sort)
        shared = session.collaborations
        known = shared.value is not None and shared.value.is_readable
        if self.show_section("shared", shared, known=known) and shared.value is not None:
            self.query_one("#shared-table", Table).show(shared.value.rows)

    def _show_growth(self, session: Session) -> None:
        meter, answer = self.query_one(GrowthMeter), session.intelligence.value
        error = session.intelligence.error
        meter.rate = answer.growth_rate if answer is not None else None
        if answer is not None and answer.growth_calculating:
            meter.placeholder = "Calculating…"
        elif error is not None:
            meter.placeholder = f"{formatting.DASH} {error.reason}"
        else:
            meter.placeholder = "Loading…" if answer is None else f"{formatting.DASH} not sent"

    def _heading_of(self, count: int, shown: int) -> str:
        """Return the catalog's heading: how many beats are loaded and how many match."""
        if self._catalog is None or self._catalog.first_page.value is None:
            return "Catalog"
        total = self._catalog.total
        if total is not None and total > count:
            loaded = f"{formatting.count(count)} of {formatting.count(total)} loaded"
        else:
            so_far = " loaded so far" if self._catalog.next_page() is not None else ""
            loaded = f"{formatting.plural(count, 'beat')}{so_far}"
        is_filtered = shown < count or self.search_text
        matches = f"{formatting.count(shown)} found in " if is_filtered else ""
        return f"Catalog · {matches}{loaded}{self._describe_order()}"

    def _describe_order(self) -> str:
        """Return the sort order in words; the accessible mode has no marks in the header."""
        if self._sort is None or not self.settings.accessible:
            return ""
        title = next(column.title for column in COLUMNS if column.key == self._sort[0])
        return f", sorted by {title}, {'descending' if self._sort[1] else 'ascending'}"

    def _select(self, rows: list[BeatRow]) -> Sequence[BeatRow]:
        """Return the filtered and sorted rows, cached for recent filters and orders."""
        selected_filter = BeatFilter[self.query_one("#kept", OptionRow).value]
        if rows is not self._rows:
            self._rows, self._orders = rows, {}
        key = (selected_filter, self.search_text, self._sort)
        if key not in self._orders:
            matches = beats.filter_rows(rows, selected_filter, self.search_text)
            ordered = beats.sort_rows(matches, *(self._sort or (None, False)))
            # Users switch between a few orders; six are enough.
            self._orders = {**dict(list(self._orders.items())[-5:]), key: ordered}
        return self._orders[key]

    # Search, order, filter

    @on(Table.SortRequested, "#catalog-table")
    def sort(self, event: Table.SortRequested) -> None:
        """Sort by a column, numbers descending first; the third time restores the order sent."""
        first = event.key not in ("title", "artists")
        before, self._sort = self._sort, (event.key, first)
        if before is not None and before[0] == event.key:
            self._sort = (event.key, not first) if before[1] is first else None
        self.show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("find", "filter", "load_rest") and not self._in_catalog:
            return False
        if action == "load_rest":
            return self._catalog is not None and self._catalog.next_page() is not None
        return super().check_action(action, parameters)

    @property
    def _in_catalog(self) -> bool:
        return not self.is_mounted or self.query_one("#tab", OptionRow).value == "catalog"

    def action_filter(self) -> None:
        self.query_one("#kept", OptionRow).step(1)

    @on(OptionRow.Changed, "#kept")
    def filter_changed(self) -> None:
        self.show()

    # Tabs

    def can_step(self, steps: int) -> bool:
        return True

    def action_step(self, steps: int) -> None:
        self.query_one("#tab", OptionRow).step(steps)

    @on(OptionRow.Changed, "#tab")
    def tab_changed(self, event: OptionRow.Changed) -> None:
        self.query_one("#tabs", ContentSwitcher).current = event.value
        self.query_one(f"#{event.value}-table", Table).focus()
        self.show()

    def can_export(self) -> bool:
        return self._in_catalog and bool(self._rows)

    async def export_file(self) -> ExportFile | None:
        catalog = self._catalog
        if catalog is None:
            return None
        rows = catalog.rows()
        shown = self._select(rows)
        complete = catalog.next_page() is None and len(shown) == len(rows)
        return ExportFile(
            "beats", tables.beats(shown), catalog.first_page.fetched_at, catalog.total, complete
        )

    # Further pages

    @on(Table.EndApproached, "#catalog-table")
    def load_next(self) -> None:
        """Load the next page when the cursor comes near the end."""
        self._load_page()

    @work(group="pages", exclusive=False)
    async def _load_page(self) -> None:
        session = self.session
        query = self._catalog.next_page() if self._catalog is not None else None
        if session is None or query is None or query.loading or self._loading_rest:
            return
        await session.load((query,), Trigger.AUTOMATIC, lambda: None)
        self.show_if_current(session)

    def action_load_rest(self) -> None:
        if not self._loading_rest:
            self._loading_rest = True
            self.show_notice()
            self._load_rest()

    @work(group="rest")
    async def _load_rest(self) -> None:
        session, catalog = self.session, self._catalog
        if session is None or catalog is None:
            return
        try:
            while (query := catalog.next_page()) is not None:
                await session.load((query,), Trigger.MANUAL, lambda: None)
                if not self.still_shows(session) or query.value is None:
                    break
                self.show()
                await asyncio.sleep(self.PACE)
        finally:
            self._loading_rest = False
        if self.is_running:
            self.show()

    def close_open_item(self) -> bool:
        if not self._loading_rest:
            return False
        self.workers.cancel_group(self, "rest")
        self._loading_rest = False
        self.show()
        return True

    def cursor_notice(self) -> Notice | None:
        """Return the progress of loading the rest, else help on the row under the cursor."""
        if self._loading_rest and self._catalog is not None:
            count, total = len(self._catalog.rows()), self._catalog.total
            bar = formatting.bar(count, total, 16) + "  " if total else ""
            of = f" of {formatting.count(total)}" if total else ""
            text = f"Loading the rest  {bar}{formatting.count(count)}{of}"
            return Notice(text, action="{page.back} to stop")
        return super().cursor_notice()

    def describe_row(self, row: BeatRow | Collaboration) -> Notice | None:
        if isinstance(row, Collaboration):
            return None
        name, plays = row.beat.name or "This beat", row.beat.plays
        if row.pending:
            return Notice(f"{name} · BeatPass has not calculated its contribution yet")
        if row.contribution is None:
            return Notice(f"{name} · contribution is known for the 20 latest beats only")
        return Notice(name if plays is None else f"{name} · {formatting.plural(plays, 'play')}")

    def copyable_row(self, row: BeatRow | Collaboration) -> tuple[str, str]:
        cells = beats.row_cells(row) if isinstance(row, BeatRow) else _shared_cells(row)
        return "\t".join(cells), "the beat"


def _shared_cells(
    row: Collaboration, count: formatting.Count = formatting.count
) -> tuple[str, ...]:
    return (
        row.name or formatting.DASH,
        ", ".join(row.others) or formatting.DASH,
        count(row.plays),
    )
