"""My Collections: the albums with their totals, and the detail of an album with its tracks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from textual import on
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from beatpass_tui import formatting
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models.catalog import Album, Beat
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.screens.detail_page import DetailPage
from beatpass_tui.session.lists import AUTOMATIC_ROWS, PagedList
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import albums as album_rows
from beatpass_tui.view_models.album_detail import all_plays_chart, milestone, view_album
from beatpass_tui.view_models.albums import AlbumFilter, AlbumList, AlbumRow
from beatpass_tui.view_models.beats import gain_sentence
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.view_models.details import Detail, sentence
from beatpass_tui.view_models.movers import BeatGains
from beatpass_tui.widgets import album_columns
from beatpass_tui.widgets.album_tiles import AlbumTotals, ShareTiles
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.detail_panel import DetailPanel
from beatpass_tui.widgets.filter_row import FilterRow
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.section import Heading, set_text
from beatpass_tui.widgets.table import Cell, Table


class Collections(DetailPage[AlbumRow]):
    """The albums of `GET /artists/{id}/albums`; Enter opens the detail of one."""

    info = BY_NAME["collections"]
    LIST = "#albums-table"
    FILTERS = ("#album-filter",)
    SEARCH_TARGET = "#albums-table"
    AUTO_FOCUS = "#albums-table, #album-beats"
    _albums: AlbumList | None = None
    _sort: tuple[str, bool] | None = None
    _has_sorted = False
    """Whether rows and gains were shown before."""
    _known: Mapping[int, Beat] = {}
    """The beats of loaded pages of My Beats, by id."""
    _known_source: Sequence[object] = ()

    def compose_sections(self) -> Iterable[Widget]:
        with Horizontal(classes="tiles"):
            with Vertical(id="album-list"):
                yield AlbumTotals(id="album-totals", classes="tile")
                yield Panel(
                    "Albums",
                    Horizontal(
                        FilterRow((("ALL", "All"),), AlbumFilter.ALL.name, id="album-filter"),
                        Static("", markup=False, id="album-count"),
                        id="album-filter-row",
                    ),
                    Table[AlbumRow](
                        album_columns.COLUMNS,
                        self._cells,
                        key=lambda row: row.album.id or row.position,
                        sortable=True,
                        selectable=True,
                        empty_text="No albums match.",
                        id="albums-table",
                    ),
                    classes="-list",
                    id="albums",
                )
                yield Chart(id="albums-chart")
                yield ShareTiles(id="album-tiles")
            yield DetailPanel(("album-beats", "insights"), ("album-beats",), id="detail")

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        albums = self.list_queries(session, None)
        return (session.account, session.artist, *albums, session.stats)

    def reported_queries(self, session: Session) -> Sequence[Query[Any]]:
        """Return the queries whose failure is reported: not those of the shares."""
        return [query for query in self.queries(session) if query is not session.stats]

    def _list_of(self, session: Session) -> AlbumList:
        if self._albums is None or self._albums.session is not session:
            self._albums = AlbumList(session)
        return self._albums

    def paged(self, session: Session) -> PagedList[Album]:
        return self._list_of(session).list

    def gains(self, session: Session) -> BeatGains:
        return self._list_of(session).gains

    # Drawing

    def show_sections(self, session: Session) -> None:
        albums, first = self._list_of(session), session.albums(1)
        rows = albums.rows()
        self.measure_gains(session)
        self._sort_first(albums, rows)
        available = album_rows.available_filters(rows)
        options = [(each.name, f"{each.value} {formatting.count(n)}") for each, n in available]
        self.query_one("#album-filter", OptionRow).set_options(
            options if rows else [("ALL", "All")]
        )
        shown = self._select(rows)
        is_readable = first.value is not None and first.value.is_readable
        is_known = self.show_section("albums", first, known=is_readable)
        age = self.query_one("#albums > Heading", Heading).text.age
        count = sentence((self._count_text(len(shown)), age))
        set_text(self.query_one("#album-count", Static), count)
        if is_known:
            table = self.query_one(self.LIST, Table)
            table.empty_text = self._empty_text(rows)
            table.show_columns(album_columns.choose(rows, strips=not self.settings.accessible))
            self.show_rows(table, shown, self._sort)
        self.query_one(AlbumTotals).totals = album_rows.totals(albums) if rows else None
        self.query_one(ShareTiles).show(albums, rows)
        self.query_one("#albums-chart", Chart).data = all_plays_chart(rows)
        self.show_detail()

    def _sort_first(self, albums: AlbumList, rows: Sequence[AlbumRow]) -> None:
        """Sort a short list by gains when it is first shown with any."""
        total = albums.list.loaded.total
        if self._has_sorted or total is None or not albums.gains.is_current:
            return
        self._has_sorted = True
        if self._sort is None and total <= AUTOMATIC_ROWS and any(row.gain for row in rows):
            self._sort = ("week", True)
            self.need_all()

    def _count_text(self, shown: int) -> str:
        if self.session is None or self.session.albums(1).value is None:
            return ""
        is_filtered = self.query_one("#album-filter", OptionRow).value != AlbumFilter.ALL.name
        needs_all = bool(self.search_text or self._sort or is_filtered)
        return self.describe_loaded("album", shown=shown, needs_all=needs_all)

    def _empty_text(self, rows: Sequence[AlbumRow]) -> str:
        if not rows:
            return "No albums yet · create one on the web"
        is_complete = self._albums is not None and self._albums.list.loaded.is_complete
        return "No albums match." if is_complete else "No loaded albums match."

    def _select(self, rows: Sequence[AlbumRow]) -> Sequence[AlbumRow]:
        album_filter = AlbumFilter[self.query_one("#album-filter", OptionRow).value]
        matches = album_rows.filter_rows(rows, album_filter, self.search_text)
        return album_rows.sort_rows(matches, *(self._sort or (None, False)))

    def _cells(self, row: AlbumRow) -> Sequence[Cell]:
        columns = self.query_one(self.LIST, Table).columns
        return album_columns.cells(
            row, columns, self.format_count, self.clock.now(), plain=self.app.no_color
        )

    # Detail

    def row_id(self, row: AlbumRow) -> object:
        return row.album.id

    def _subject(self, session: Session) -> AlbumRow | None:
        if isinstance(self._opened, int):
            rows = self._list_of(session).rows()
            return next((row for row in rows if row.album.id == self._opened), None)
        row = self.query_one(self.LIST, Table).current
        if not isinstance(row, AlbumRow):
            return None
        # The table may still have the row of an earlier response.
        return next((r for r in self._list_of(session).rows() if r.position == row.position), row)

    def _known_beats(self, session: Session) -> Mapping[int, Beat]:
        pages = [q.value for q in session.all if q.name == "beats" and q.value is not None]
        if len(pages) != len(self._known_source) or any(
            a is not b for a, b in zip(pages, self._known_source, strict=True)
        ):
            self._known_source = pages
            self._known = {row.id: row for page in pages for row in page.rows if row.id}
        return self._known

    def view_detail(self, session: Session) -> Detail:
        row = self._subject(session)
        if row is None:
            return Detail()
        recorded = self.recorded(session)
        return view_album(
            session,
            row,
            self._list_of(session).gains.movers,
            self._known_beats(session),
            [recorded.get(id) for id in row.track_ids or ()],
            period=self._period,
            is_open=self.is_open,
            cumulative=self._cumulative,
        )

    def detail_queries(self, session: Session) -> Sequence[Query[Any]]:
        if not isinstance(self._opened, int):
            return ()
        return session.album(self._opened), session.album_insights(self._opened, self._period)

    def recorded_beats(self) -> Iterable[int]:
        row = None if self.session is None else self._subject(self.session)
        return (row.track_ids or ()) if row is not None else ()

    # Order and filter

    @on(Table.SortRequested, "#albums-table")
    def sort(self, event: Table.SortRequested) -> None:
        """Sort by a column, numbers descending first; the third time restores the sent order."""
        key = "week" if event.key == "days" else event.key
        descending = key != "title"
        previous, self._sort = self._sort, (key, descending)
        if previous is not None and previous[0] == key:
            self._sort = (key, not descending) if previous[1] is descending else None
        if self._sort is not None:
            self.need_all()
        self.show()
        if not self.is_open:
            self.query_one(self.LIST, Table).action_first()

    @on(OptionRow.Changed, "#album-filter")
    def filter_changed(self) -> None:
        if self.query_one("#album-filter", OptionRow).value != AlbumFilter.ALL.name:
            self.need_all()
        self.show()

    def can_step(self, steps: int) -> bool:
        return self.is_open

    def action_step(self, steps: int) -> None:
        """Open the detail of the next or the previous album."""
        table = self.query_one(self.LIST, Table)
        cursor = table.cursor + steps
        if 0 <= cursor < len(table.rows):
            self._opened = None
            table.cursor = cursor
            self.open_detail(self._row_id(table))

    # Rows

    def can_export(self) -> bool:
        return bool(self._albums and self._albums.list.loaded.rows)

    async def export_file(self) -> ExportFile | None:
        albums = self._albums
        if albums is None or not await self.all_loaded() or albums is not self._albums:
            return None
        loaded, rows = albums.list.loaded, albums.rows()
        shown = self._select(rows)
        found_in = len(rows) if len(shown) < len(rows) else None
        return ExportFile(
            "collections",
            tables.collections([row.album for row in shown]),
            loaded.oldest,
            loaded.total,
            loaded.is_complete and found_in is None,
            found_in,
        )

    def describe_row(self, row: AlbumRow) -> Notice:
        name, now = row.album.name or "This album", self.clock.now()
        facts: list[str | None] = [name]
        if row.gain is not None:
            facts.append(gain_sentence(row.gain, row.percent, accessible=self.settings.accessible))
            movers = self._albums.gains.movers if self._albums is not None else None
            top = album_rows.top_mover(row, movers)
            if top is not None and row.gain > 0:
                share = formatting.percentage(top.gain, row.gain)
                facts.append(f"{share} of it from {top.name}")
        elif row.status is AlbumFilter.UPCOMING:
            facts.append(f"comes out {album_rows.released_text(row, now)}")
        facts.append(milestone(row) or None)
        return Notice(sentence(facts), short=sentence(facts[:2]))
