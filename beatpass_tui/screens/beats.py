"""My Beats: the catalog with the detail of a beat, and the totals of the catalog."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from textual import work
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker

from beatpass_tui import formatting
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models.catalog import Beat
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.screens.catalog_page import CatalogPage
from beatpass_tui.session.lists import AUTOMATIC_ROWS, PagedList
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import beat_table, beats, catalog_summary, notices
from beatpass_tui.view_models.beat_detail import view_beat
from beatpass_tui.view_models.beats import BeatFilter, BeatRow, Catalog
from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.view_models.detail_charts import TIMEFRAMES, downloads_of_all
from beatpass_tui.view_models.details import Detail, sentence
from beatpass_tui.view_models.loaded_downloads import LoadedDownloads
from beatpass_tui.view_models.movers import BeatGains, empty_text
from beatpass_tui.widgets import beat_columns
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.catalog_overview import CatalogOverview
from beatpass_tui.widgets.detail_panel import DetailPanel
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.section import set_optional
from beatpass_tui.widgets.table import Cell, Column, Table


class Beats(CatalogPage[BeatRow]):
    """The public list of `GET /artists/{id}/tracks`, with data of other endpoints."""

    info = BY_NAME["beats"]
    LIST = "#catalog-table"
    PANEL = "catalog"
    NOUN = "beat"
    EMPTY = "No beats yet · upload one on the web."
    ASCENDING = beat_columns.ASCENDING
    SEARCH_TARGET = "#catalog-table"
    AUTO_FOCUS = "#catalog-table, #matches, #downloads"
    BINDINGS = [
        bind("home.moved", "show_movers", sentence="Sort by the gain in 7 days."),
        bind("beats.load_all", "load_rest", show=False),
        bind("beats.load_all", "load_downloads", sentence="Load the downloads.", label="Load"),
    ]

    _catalog: Catalog | None = None
    _downloads: LoadedDownloads | None = None
    _downloads_worker: Worker[None] | None = None
    _is_opened = False
    """Whether rows and gains were shown before."""
    _is_order_due = False
    """Whether an order was chosen before there was anything to sort."""
    _rows: Sequence[BeatRow] = ()
    _counted: Sequence[BeatRow] | None = None
    """The rows that the filters count."""
    _orders: Mapping[tuple[object, ...], Sequence[BeatRow]] = {}
    _present: frozenset[str] = frozenset()
    """The columns with values in the loaded rows."""
    _stranger: BeatRow | None = None
    """A beat opened from another page that is not in the loaded list."""

    def compose_sections(self) -> Iterable[Widget]:
        with Horizontal(classes="tiles"):
            yield self.compose_list(
                "Catalog",
                beat_columns.COLUMNS,
                self._cells,
                lambda row: row.beat.id or row.position,
                Static("", markup=False, id="absent"),
                classes="-top",
            )
            yield DetailPanel(
                ("insights", "matches", "downloads", "collaborators"),
                ("matches", "downloads"),
                id="detail",
            )
            yield CatalogOverview(id="overview")

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        """Return the queries of the page.

        Of the catalog's pages: the first one, the one under the cursor, and a failed one.
        """
        row = None
        if self.is_mounted and self.paged(session).loaded.pages:
            row = self.query_one(self.LIST, Table).current
        position = row.position if isinstance(row, BeatRow) else None
        pages = self.list_queries(session, position)
        identity = (session.account, session.artist)
        other = (
            session.stats,
            session.intelligence,
            session.performance,
            session.collaborations,
            session.albums(1),
            session.collaboration_insights,
        )
        return tuple(dict.fromkeys((*identity, *pages, *other)))

    def reported_queries(self, session: Session) -> Sequence[Query[Any]]:
        """Return the queries whose failure is reported: not those that only complete the list."""
        extra = (session.albums(1), session.collaboration_insights)
        return [query for query in self.queries(session) if query not in extra]

    def paged(self, session: Session) -> PagedList[Beat]:
        return self._catalog_of(session).list

    def _catalog_of(self, session: Session) -> Catalog:
        if self._catalog is None or self._catalog.session is not session:
            self._catalog = Catalog(session)
            self._downloads = LoadedDownloads(session)
            self._stranger = None
        return self._catalog

    def gains(self, session: Session) -> BeatGains:
        return self._catalog_of(session).gains

    def _sort_first(self, session: Session) -> None:
        """Sort a short catalog by gains, or else by release, when it is first shown."""
        catalog = self._catalog_of(session)
        total, gains, movers = catalog.list.loaded.total, catalog.gains, catalog.movers
        if self._is_order_due:
            has_gains = session.history is not None and self.order_by == ("week", True)
            if catalog.list.loaded.pages and (gains.is_current or not has_gains):
                self._is_order_due, self._is_opened = False, True
                self.need_all()
            return
        is_short = total is not None and total <= AUTOMATIC_ROWS
        has_plays = any(row.beat.plays is not None for row in catalog.rows())
        if total and not self._is_opened and not has_plays:
            has_dates = any(row.released is not None for row in catalog.rows())
            if self.order_by is None and is_short and has_dates:
                self.order_by, self._is_opened = ("released", True), True
                self.need_all()
            return
        # The first page is recorded and then measured.
        if self._is_opened or total is None or movers is None or not gains.is_current:
            return
        self._is_opened = True
        if self.order_by is None and movers.rows and is_short:
            self.order_by = ("week", True)
            self.need_all()

    def show_sections(self, session: Session) -> None:
        self._sort_first(session)
        catalog = self._catalog_of(session)
        rows = catalog.rows()
        has_changed = not self._is_order_due and self.settle_order()
        if rows is not self._counted:
            self._counted = rows
            self.show_filters(beats.available_filters(rows) if rows else ())
        shown = self._select(rows)
        first = session.beats(1)
        self.measure_gains(session)
        is_readable = first.value is not None and first.value.is_readable
        is_known = self.show_section("catalog", first, known=is_readable)
        self.show_count(len(shown), self._order_text(), order=self.shown_order)
        if is_known:
            table = self.query_one(self.LIST, Table)
            table.empty_text = self.empty_text(session, rows)
            table.show_columns(self._columns())
            self.show_rows(table, shown, self.shown_order)
            if has_changed and not self.is_open:
                table.action_first()
        absent = self.query_one("#absent", Static)
        text = beat_table.absent_text(self._present, is_recorded=session.history is not None)
        set_optional(absent, text if rows else "")
        self.query_one(CatalogOverview).show(catalog, rows, self.error_of(session.intelligence))
        self.show_detail()

    def need_all(self) -> None:
        if self.session is not None and self.order_by is not None:
            self._is_order_due = not self.paged(self.session).loaded.pages
        super().need_all()

    def _order_text(self) -> str:
        """Return the order in words without sort arrows, and how many beats have a gain."""
        if self.shown_order is None:
            return ""
        movers = self._catalog.movers if self._catalog is not None else None
        facts = [beat_columns.describe_order(*self.shown_order)] * self.settings.accessible
        if movers is not None and self.shown_order[0] == "week" and movers.compared < movers.total:
            facts.append(f"{formatting.count(movers.compared)} compared")
        return sentence(facts)

    def _select(self, rows: list[BeatRow]) -> Sequence[BeatRow]:
        """Return the filtered and sorted rows, cached for recent filters and orders."""
        selected_filter = BeatFilter[self.selected_filter]
        if rows is not self._rows:
            self._rows, self._orders = rows, {}
            self._present = beat_table.columns_with_values(rows)
        key = (selected_filter, self.search_text, self.shown_order)
        if key not in self._orders:
            matches = beats.filter_rows(rows, selected_filter, self.search_text)
            ordered = beats.sort_rows(matches, *(self.shown_order or (None, False)))
            # Cache six orders, since users switch between a few.
            self._orders = {**dict(list(self._orders.items())[-5:]), key: ordered}
        return self._orders[key]

    def _columns(self) -> Sequence[Column]:
        has_others = self.selected_filter == BeatFilter.COLLABORATIONS.name
        return beat_columns.choose(
            self._present, self._rows, others=has_others, strips=not self.settings.accessible
        )

    def _cells(self, row: BeatRow) -> Sequence[Cell]:
        columns = self.query_one(self.LIST, Table).columns
        return beat_columns.cells(row, columns, self.format_count, plain=self.app.no_color)

    def row_id(self, row: BeatRow) -> object:
        return row.beat.id

    def subject(self, session: Session) -> BeatRow | None:
        if isinstance(self._opened, int):
            return self._catalog_of(session).find(self._opened) or self._stranger
        row = self.query_one(self.LIST, Table).current
        return row if isinstance(row, BeatRow) else None

    def view_detail(self, session: Session) -> Detail:
        row = self.subject(session)
        if row is None or self._downloads is None:
            return Detail()
        detail = view_beat(
            session,
            row,
            self.recorded(session).get(row.beat.id),
            self._downloads.of_beat(row.beat.id, row.beat.name),
            period=self._period,
            is_open=self.is_open,
            chosen=self._chosen,
        )
        if detail.chart is not None:
            return detail
        if self.has_class("-third"):
            # The totals are beside it.
            return replace(detail, other_chart=downloads_of_all(session))
        catalog = self._catalog_of(session)
        return replace(detail, more=catalog_summary.all_parts(catalog, self._rows))

    def detail_queries(self, session: Session) -> Sequence[Query[Any]]:
        if not isinstance(self._opened, int):
            return ()
        insights = session.beat_insights(self._opened, self._period)
        plays = session.beat_plays(self._opened, TIMEFRAMES[self._period])
        return insights, session.placements(self._opened), plays

    def action_load_downloads(self) -> None:
        """Load all missing pages of downloads."""
        if self.session is not None:
            self._downloads_worker = self._load_downloads(self.session)
            self.follow_cursor()

    @work(group="detail-list")
    async def _load_downloads(self, session: Session) -> None:
        downloads = self._downloads
        if downloads is None or downloads.is_complete:
            return
        paged = downloads.list
        await paged.load(lambda: self._show_if_current(session), pace=self.PACE)
        if self.still_shows(session):
            is_complete, count = paged.loaded.is_complete, len(downloads.rows)
            text = f"{formatting.plural(count, 'download')} loaded"
            severity = Severity.GOOD if is_complete else Severity.WARNING
            if not is_complete:
                text = f"Only {text} · {{beats.load_all}} to try again"
            self.show_message(self.settings.keyboard.fill(text), severity)
            self.call_later(self.show)

    @property
    def _is_loading_downloads(self) -> bool:
        return self._downloads_worker is not None and not self._downloads_worker.is_finished

    def close_detail(self) -> None:
        self._stop_downloads()
        super().close_detail()

    def _stop_downloads(self) -> None:
        if self._downloads_worker is not None:
            self._downloads_worker.cancel()
        self._downloads_worker = None

    def cursor_notice(self) -> Notice | None:
        if self._is_loading_downloads and self._downloads is not None:
            return notices.loading_rest(self._downloads.list.loaded, name="downloads")
        if self._shows_totals and not self.is_loading_rest:
            shown = "list" if self.shows_only_totals else "beat"
            return Notice("Totals of all beats", action=f"{{list.next}} shows the {shown}")
        return super().cursor_notice()

    def recorded_beats(self, row: BeatRow) -> Iterable[int]:
        return () if row.beat.id is None else (row.beat.id,)

    def show_item(self, id: int, name: str | None) -> None:
        """Open the detail of a beat, which may not be in the loaded list."""
        if self.session is None:
            return
        row = self._catalog_of(self.session).find(id)
        if row is None:
            self._stranger = beats.unknown_row(id, name)
        else:
            self.query_one("#filter", OptionRow).select(BeatFilter.ALL.name)
        self.open_detail(id)

    # Search, order, filter

    def show_view(self, view: str) -> None:
        if view == "gains":
            self.action_show_movers()
        elif view == "singles":
            self.query_one("#filter", OptionRow).select(BeatFilter.SINGLES.name)
        elif view == "plays":
            is_recording = self.session is not None and self.session.history is not None
            self._sort_by("plays")
            self.show_message(f"Top movers {empty_text(is_recording=is_recording)}", Severity.HINT)

    def action_show_movers(self) -> None:
        """Sort by the gain in 7 days, largest first."""
        self._sort_by("week")

    def _sort_by(self, column: str) -> None:
        self.set_class(self.has_class("-overview") and not self.shows_only_totals, "-overview")
        self.order_by = (column, True)
        self.need_all()
        self.show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "load_rest" and self.is_open:
            return False
        if action == "load_downloads":
            downloads, is_loading = self._downloads, self._is_loading_downloads
            can_load = downloads is not None and not downloads.is_complete
            return self.is_open and can_load and not is_loading
        return super().check_action(action, parameters)

    def can_step(self, steps: int) -> bool:
        return self.is_open or not self.has_class("-third")

    def action_step(self, steps: int) -> None:
        """Open the detail of the next beat, or switch between the beats and the totals."""
        if self.is_open:
            super().action_step(steps)
            return
        self.toggle_class("-overview")
        self._restore_focus()
        self.follow_cursor()

    @property
    def _shows_totals(self) -> bool:
        """Whether the totals are shown instead of something else."""
        return not self.is_open and self.has_class("-overview") and not self.has_class("-third")

    @property
    def open_item(self) -> str:
        if self._is_loading_downloads:
            return "loading"
        return "item" if self._shows_totals else super().open_item

    def close_open_item(self) -> None:
        if self._is_loading_downloads:
            self._stop_downloads()
            self.show()
        elif self._shows_totals:
            self.action_step(1)
        else:
            super().close_open_item()

    def can_export(self) -> bool:
        return bool(self._rows)

    async def export_file(self) -> ExportFile | None:
        catalog = self._catalog
        if catalog is None or not await self.all_loaded() or catalog is not self._catalog:
            return None
        rows, loaded = catalog.rows(), catalog.list.loaded
        shown = self._select(rows)
        complete = loaded.is_complete and len(shown) == len(rows)
        found_in = len(rows) if len(shown) < len(rows) else None
        return ExportFile(
            "beats", tables.beats(shown), loaded.oldest, loaded.total, complete, found_in
        )

    def describe_row(self, row: BeatRow) -> Notice | None:
        facts = beats.facts(row, self.clock.now(), accessible=self.settings.accessible)
        movers = self._catalog.movers if self._catalog is not None else None
        short = sentence(facts[:2])
        if movers is not None and row.mover is not None and self.has_class("-side"):
            facts.append(movers.comparison)
        return Notice(sentence(facts), short=short)
