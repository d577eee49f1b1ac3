"""My Beats: the catalog, the growth meter and collaborations."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from textual import on
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from beatpass_tui import formatting
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models.catalog import Beat, Collaboration
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.screens.list_page import ListPage
from beatpass_tui.session.lists import PagedList
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import beats
from beatpass_tui.view_models.beats import BeatFilter, BeatRow, Catalog
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.view_models.home import linked_tracks
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
_FILTERS = tuple((option.name, option.value) for option in BeatFilter)


class Beats(ListPage[BeatRow | Collaboration]):
    """The public list of `GET /artists/{id}/tracks`, with data of other endpoints."""

    info = BY_NAME["beats"]
    SEARCH_TARGET = "#catalog-table"
    AUTO_FOCUS = "#catalog-table"
    BINDINGS = [
        bind("list.filter", "filter", sentence="Show other beats, by license or collaboration."),
    ]

    _catalog: Catalog | None = None
    _sort: tuple[str, bool] | None = None
    _shown_sort: tuple[str, bool] | None = None
    """The order of the rows in the table, which changes once all rows are loaded."""
    _rows: Sequence[BeatRow] = ()
    _orders: Mapping[tuple[object, ...], Sequence[BeatRow]] = {}

    def compose_sections(self) -> Iterable[Widget]:
        yield GrowthMeter(id="growth-meter")
        yield OptionRow(_TABS, "catalog", id="tab")
        with ContentSwitcher(initial="catalog", id="tabs"):
            yield Section(
                "Catalog",
                OptionRow(_FILTERS, BeatFilter.ALL.name, title="Show", id="filter"),
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

        Of the catalog's pages: the first one, the one under the cursor, and a failed one.
        """
        row = None
        if self.is_mounted and self.paged(session).loaded.pages:
            row = self.query_one("#catalog-table", Table).current
        position = row.position if isinstance(row, BeatRow) else None
        pages = self.list_queries(session, position)
        identity = (session.account, session.artist)
        other = (session.stats, session.intelligence, session.performance, session.collaborations)
        return tuple(dict.fromkeys((*identity, *pages, *other)))

    def paged(self, session: Session) -> PagedList[Beat]:
        return self._catalog_of(session).list

    def _catalog_of(self, session: Session) -> Catalog:
        if self._catalog is None or self._catalog.list.session is not session:
            self._catalog = Catalog(session)
        return self._catalog

    def summary(self, session: Session) -> str:
        stats = session.stats.value
        first_page = session.beats(1).value
        parts = []
        if stats is not None and stats.top_track is not None and self.size.width >= 108:
            plays = stats.top_track.plays
            suffix = f", {formatting.plural(plays, 'play')}" if plays is not None else ""
            parts.append(f"top track {stats.top_track.name}{suffix}")
        if first_page is not None and first_page.total is not None:
            parts.append(f"{formatting.count(first_page.total)} listed")
        linked = linked_tracks(session)
        if linked is not None:
            parts.append(f"{formatting.count(linked)} linked")
        return " · ".join(parts)

    def show_sections(self, session: Session) -> None:
        self._show_growth(session)
        rows = self._catalog_of(session).rows()
        before = self._shown_sort
        if not self.awaits_rest:
            self._shown_sort = self._sort
        shown = self._select(rows)
        self.query_one("#catalog", Section).title = self._heading(len(shown))
        first = session.beats(1)
        if self.show_section(
            "catalog", first, known=first.value is not None and first.value.is_readable
        ):
            table = self.query_one("#catalog-table", Table)
            table.empty_text = self._empty_text(rows)
            table.show(shown, self._shown_sort)
            if self._shown_sort != before:
                table.action_first()
        shared = session.collaborations
        known = shared.value is not None and shared.value.is_readable
        if self.show_section("shared", shared, known=known) and shared.value is not None:
            self.query_one("#shared-table", Table).show(shared.value.rows)

    def _show_growth(self, session: Session) -> None:
        meter, intelligence = self.query_one(GrowthMeter), session.intelligence.value
        error = session.intelligence.error
        meter.rate = intelligence.growth_rate if intelligence is not None else None
        if intelligence is not None and intelligence.growth_calculating:
            meter.placeholder = "Calculating…"
        elif error is not None:
            meter.placeholder = f"{formatting.DASH} {error.reason}"
        else:
            loading = intelligence is None
            meter.placeholder = "Loading…" if loading else f"{formatting.DASH} not sent"

    def _heading(self, shown: int) -> str:
        """Return the catalog's heading: how many beats are loaded and how many match."""
        if self.session is None or self.session.beats(1).value is None:
            return "Catalog"
        is_filtered = self.query_one("#filter", OptionRow).value != BeatFilter.ALL.name
        needs_all = bool(self.search_text or self._shown_sort or is_filtered)
        loaded = self.describe_loaded("beat", shown=shown, needs_all=needs_all)
        return f"Catalog · {loaded}{self._describe_order()}"

    def _empty_text(self, rows: Sequence[BeatRow]) -> str:
        if not rows:
            return "No beats yet · upload one on the web."
        is_complete = self._catalog is not None and self._catalog.list.loaded.is_complete
        return "No beats match." if is_complete else "None of the loaded beats match."

    def _describe_order(self) -> str:
        """Return the sort order in words for the accessible mode, which has no sort arrows."""
        if self._shown_sort is None or not self.settings.accessible:
            return ""
        key, descending = self._shown_sort
        title = next(column.title for column in COLUMNS if column.key == key)
        return f", sorted by {title}, {'descending' if descending else 'ascending'}"

    def _select(self, rows: list[BeatRow]) -> Sequence[BeatRow]:
        """Return the filtered and sorted rows, cached for recent filters and orders."""
        selected_filter = BeatFilter[self.query_one("#filter", OptionRow).value]
        if rows is not self._rows:
            self._rows, self._orders = rows, {}
        key = (selected_filter, self.search_text, self._shown_sort)
        if key not in self._orders:
            matches = beats.filter_rows(rows, selected_filter, self.search_text)
            ordered = beats.sort_rows(matches, *(self._shown_sort or (None, False)))
            # Cache six orders, since users switch between a few.
            self._orders = {**dict(list(self._orders.items())[-5:]), key: ordered}
        return self._orders[key]

    # Search, order, filter

    @on(Table.SortRequested, "#catalog-table")
    def sort(self, event: Table.SortRequested) -> None:
        """Sort by a column, numbers descending first; the third time restores the sent order."""
        descending = event.key not in ("title", "artists")
        previous, self._sort = self._sort, (event.key, descending)
        if previous is not None and previous[0] == event.key:
            self._sort = (event.key, not descending) if previous[1] is descending else None
        if self._sort is not None:
            self.need_all()
        self.show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("find", "filter", "load_rest") and not self._in_catalog:
            return False
        return super().check_action(action, parameters)

    @property
    def _in_catalog(self) -> bool:
        return not self.is_mounted or self.query_one("#tab", OptionRow).value == "catalog"

    def action_filter(self) -> None:
        self.query_one("#filter", OptionRow).step(1)

    @on(OptionRow.Changed, "#filter")
    def filter_changed(self) -> None:
        if self.query_one("#filter", OptionRow).value != BeatFilter.ALL.name:
            self.need_all()
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
        if catalog is None or not await self.all_loaded() or catalog is not self._catalog:
            return None
        rows, loaded = catalog.rows(), catalog.list.loaded
        shown = self._select(rows)
        complete = loaded.is_complete and len(shown) == len(rows)
        return ExportFile("beats", tables.beats(shown), loaded.oldest, loaded.total, complete)

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
