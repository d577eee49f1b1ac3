"""My Beats: the catalog, the growth meter and collaborations."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from textual import on, work
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from beatpass_tui import formatting
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models.catalog import Beat, Collaboration
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.screens.list_page import ListPage
from beatpass_tui.session.lists import AUTOMATIC_ROWS, PagedList
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import beats
from beatpass_tui.view_models.beats import BeatFilter, BeatRow, Catalog
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.view_models.missing import UNAVAILABLE
from beatpass_tui.view_models.movers import Mover
from beatpass_tui.view_models.snapshots import linked_tracks
from beatpass_tui.widgets import bars
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.growth_meter import GrowthMeter
from beatpass_tui.widgets.movers import MIN_SCALE
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.table import Cell, Column, Table

COLUMNS = (
    Column("title", "Title", 16, grow=3),
    Column("artists", "Artists", 14, grow=2, importance=3),
    Column("length", "Length", 8, right=True, importance=5),
    Column("plays", "Plays", 9, right=True),
    Column("contribution", "Contribution", 14, right=True, importance=4),
    Column("uploaded", "Uploaded", 10, importance=1),
)

GAIN_COLUMNS = (
    Column("week", "7 days", 9, right=True),
    Column("days", "Per day", bars.WEEK, importance=2),
)
"""Columns after the plays, once gains are known."""

_AFTER_PLAYS = 4

_SHARED = (
    Column("title", "Title", 16, grow=2),
    Column("others", "Made with", 16, grow=3),
    Column("plays", "Plays", 9, right=True),
)

_TABS = (("catalog", "Catalog"), ("shared", "Collaborations"))
_OF_COLLECTIONS = (BeatFilter.SINGLES, BeatFilter.ON_ALBUM)
_FILTERS = tuple(
    (option.name, option.value) for option in BeatFilter if option not in _OF_COLLECTIONS
)


class Beats(ListPage[BeatRow | Collaboration]):
    """The public list of `GET /artists/{id}/tracks`, with data of other endpoints."""

    info = BY_NAME["beats"]
    SEARCH_TARGET = "#catalog-table"
    AUTO_FOCUS = "#catalog-table"
    BINDINGS = [
        bind("list.filter", "filter", sentence="Show other beats, by license or collaboration."),
        bind("home.moved", "show_movers", sentence="Sort by the gain in 7 days."),
    ]

    _catalog: Catalog | None = None
    _sort: tuple[str, bool] | None = None
    _is_opened = False
    """Whether rows and gains were shown before."""
    _shown_sort: tuple[str, bool] | None = None
    """The order of the rows in the table, which changes once all rows are loaded."""
    _rows: Sequence[BeatRow] = ()
    _orders: Mapping[tuple[object, ...], Sequence[BeatRow]] = {}

    def compose_sections(self) -> Iterable[Widget]:
        yield GrowthMeter(id="growth-meter")
        yield OptionRow(_TABS, "catalog", id="tab")
        with ContentSwitcher(initial="catalog", id="tabs"):
            yield Panel(
                "Catalog",
                OptionRow(_FILTERS, BeatFilter.ALL.name, title="Show", id="filter"),
                Table[BeatRow](
                    COLUMNS,
                    self._cells,
                    key=lambda row: row.beat.id or row.position,
                    sortable=True,
                    empty_text="No beats match.",
                    id="catalog-table",
                ),
                id="catalog",
                classes="-list",
            )
            yield Panel(
                "Collaborations",
                Table[Collaboration](
                    _SHARED,
                    lambda row: _shared_cells(row, self.format_count),
                    key=lambda row: row.id or row.name,
                    empty_text="No collaborations yet.",
                    id="shared-table",
                ),
                id="shared",
                classes="-list",
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

    def _cells(self, row: BeatRow) -> Sequence[Cell]:
        cells = beats.row_cells(row, self.format_count)
        columns = self.query_one("#catalog-table", Table).columns
        if columns == COLUMNS:
            return cells
        gains: list[Cell] = [_gain_cell(row.mover)]
        if len(columns) == len(COLUMNS) + 2:
            gains.append(_strip_cell(row.mover, plain=self.app.no_color))
        return (*cells[:_AFTER_PLAYS], *gains, *cells[_AFTER_PLAYS:])

    @work(group="gains")
    async def _measure_gains(self, session: Session) -> None:
        if await self._catalog_of(session).gains.load():
            self.show_if_current(session)

    def _sort_first(self, session: Session) -> None:
        """Sort a short catalog by gains when the page is first shown with any."""
        total, gains = self.paged(session).loaded.total, self._catalog_of(session).gains
        movers = gains.movers
        # The first page is recorded and then measured.
        if self._is_opened or total is None or movers is None or not gains.is_current:
            return
        self._is_opened = True
        if self._sort is None and movers.rows and total <= AUTOMATIC_ROWS:
            self._sort = ("week", True)
        if self._sort is not None:
            # It may have been chosen before there was anything to sort.
            self.need_all()

    def _catalog_of(self, session: Session) -> Catalog:
        if self._catalog is None or self._catalog.list.session is not session:
            self._catalog = Catalog(session)
        return self._catalog

    def _summary(self, session: Session) -> str:
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
        self._sort_first(session)
        rows = self._catalog_of(session).rows()
        if not self.awaits_rest:
            self._shown_sort = self._sort
        shown = self._select(rows)
        panel = self.query_one("#catalog", Panel)
        panel.title, panel.detail = self._heading(len(shown)), self._summary(session)
        first = session.beats(1)
        if not self.is_loading_rest and self._catalog_of(session).gains.is_due:
            self._measure_gains(session)
        if self.show_section(
            "catalog", first, known=first.value is not None and first.value.is_readable
        ):
            table = self.query_one("#catalog-table", Table)
            table.empty_text = self._empty_text(rows)
            table.show_columns(self._columns())
            table.show(shown, self._shown_sort)
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
            meter.placeholder = f"{formatting.DASH} {UNAVAILABLE.lower()}"
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
        movers = self._catalog.movers if self._catalog is not None else None
        compared = f" · {movers.comparison}" if movers is not None and movers.rows else ""
        return f"Catalog · {loaded}{self._describe_order()}{compared}"

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
        columns = (*COLUMNS, *GAIN_COLUMNS)
        title = next(column.title for column in columns if column.key == key)
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

    def _columns(self) -> Sequence[Column]:
        """Return the columns, with gains once any are known."""
        movers = self._catalog.movers if self._catalog is not None else None
        if movers is None or not movers.rows:
            return COLUMNS
        # Strips are no words.
        gains = GAIN_COLUMNS[: 1 if self.settings.accessible else 2]
        return (*COLUMNS[:_AFTER_PLAYS], *gains, *COLUMNS[_AFTER_PLAYS:])

    # Search, order, filter

    def show_view(self, view: str) -> None:
        if view == "gains":
            self.action_show_movers()

    def action_show_movers(self) -> None:
        """Sort by the gain in 7 days, largest first."""
        self.query_one("#tab", OptionRow).value = "catalog"
        self._sort = ("week", True)
        self.need_all()
        self.show()

    @on(Table.SortRequested, "#catalog-table")
    def sort(self, event: Table.SortRequested) -> None:
        """Sort by a column, numbers descending first; the third time restores the sent order."""
        # Plays per day are those of the gain.
        key = "week" if event.key == "days" else event.key
        descending = key not in ("title", "artists")
        previous, self._sort = self._sort, (key, descending)
        if previous is not None and previous[0] == key:
            self._sort = (key, not descending) if previous[1] is descending else None
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
        if row.mover is not None:
            return Notice(
                f"{name} · {beats.gain_text(row.mover, accessible=self.settings.accessible)}"
            )
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


def _gain_cell(mover: Mover | None) -> Cell:
    if mover is None:
        return formatting.DASH
    kind = "table--loss" if mover.gain < 0 else "table--gain" if mover.gain else "table--zero"
    text = formatting.signed(mover.gain)
    return ((f"new {text}" if mover.is_new else text, kind),)


def _strip_cell(mover: Mover | None, *, plain: bool) -> Cell:
    if mover is None:
        return ""
    (row,) = bars.strip(mover.days[-bars.WEEK :], minimum=MIN_SCALE, zero=False, plain=plain)
    return tuple((text, shade.value) for text, shade in row)
