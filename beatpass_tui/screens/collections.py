"""My Collections: the albums with their totals, and the detail of an album with its tracks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models.catalog import Album, Beat
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.screens.catalog_page import CatalogPage
from beatpass_tui.screens.messages import PageRequested
from beatpass_tui.screens.status_screen import FRAMED_CLASS
from beatpass_tui.session.lists import AUTOMATIC_ROWS, PagedList
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import albums as album_rows
from beatpass_tui.view_models.album_detail import all_plays_chart, milestone, view_album
from beatpass_tui.view_models.albums import AlbumFilter, AlbumList, AlbumRow
from beatpass_tui.view_models.beats import Catalog, gain_sentence
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.view_models.detail_charts import TIMEFRAMES
from beatpass_tui.view_models.details import Detail, sentence
from beatpass_tui.view_models.movers import BeatGains
from beatpass_tui.widgets import album_columns
from beatpass_tui.widgets.album_tiles import AlbumTotals, ShareTiles
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.detail_panel import DetailPanel
from beatpass_tui.widgets.detail_parts import DetailHead
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.table import Cell, Table

_HEAD_ROWS, _CHART_ROWS, _FRAME_ROWS = 15, 3, 4
"""Rows of the page around its albums with the head of the detail, and how many more with a chart
instead, and in frames."""


class Collections(CatalogPage[AlbumRow]):
    """The albums of `GET /artists/{id}/albums`; Enter opens the detail of one."""

    info = BY_NAME["collections"]
    LIST = "#albums-table"
    PANEL = "albums"
    NOUN = "album"
    ASCENDING = album_columns.ASCENDING
    EMPTY = "No albums yet · create one on the web."
    SEARCH_TARGET = "#albums-table"
    AUTO_FOCUS = "#albums-table, #album-beats"
    _albums: AlbumList | None = None
    _catalog: Catalog | None = None
    """The loaded beats, whose singles are in no album."""
    _has_sorted = False
    """Whether rows and gains were shown before."""
    _known: Mapping[int, Beat] = {}
    """The beats of loaded pages of My Beats, by id."""
    _known_source: Sequence[object] = ()

    def compose_sections(self) -> Iterable[Widget]:
        with Horizontal(classes="tiles"):
            with Vertical(id="album-list"):
                yield AlbumTotals(id="album-totals", classes="tile")
                yield self.compose_list(
                    "Albums",
                    album_columns.COLUMNS,
                    self._cells,
                    lambda row: row.album.id or row.position,
                    is_muted=lambda row: row.is_singles,
                    classes="",
                )
                yield DetailHead(is_low=True, id="album-head", classes="tile")
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

    @property
    def focus_chain(self) -> list[Widget]:
        """What can have the focus, in the order of Tab: the charts of all albums are last."""
        of_all = {self.query_one("#albums-chart"), *self.query_one(ShareTiles).children}
        return sorted(super().focus_chain, key=of_all.__contains__)

    # Drawing

    def show_sections(self, session: Session) -> None:
        albums, first = self._list_of(session), session.albums(1)
        rows = albums.rows()
        self.measure_gains(session)
        self._sort_first(albums, rows)
        self.show_filters(album_rows.available_filters(rows) if rows else ())
        has_changed = self.settle_order()
        shown = self._select(rows)
        is_readable = first.value is not None and first.value.is_readable
        is_known = self.show_section("albums", first, known=is_readable)
        self.show_count(len(shown), order=self.shown_order)
        singles = self._singles(session)
        if not self.search_text and self.selected_filter == AlbumFilter.ALL.name:
            shown = [*shown, *singles]
        if is_known:
            table = self.query_one(self.LIST, Table)
            table.empty_text = self.empty_text(session, rows)
            table.show_columns(
                album_columns.choose(rows, self.clock.now(), strips=not self.settings.accessible)
            )
            self.show_rows(table, shown, self.shown_order)
            if has_changed and not self.is_open:
                table.action_first()
        self.query_one(AlbumTotals).totals = album_rows.totals(albums) if rows else None
        self._place_head(session)
        self.query_one(ShareTiles).show(albums, [*rows, *singles])
        self.query_one("#albums-chart", Chart).data = all_plays_chart(
            rows, is_loading=first.is_pending and not self.problem_of(first)
        )
        self.show_detail()

    def _place_head(self, session: Session) -> None:
        """Show the chart, else the head of the detail, if all albums leave room for it.

        Their number is that of Home, so that nothing moves once they are loaded.
        """
        dashboard = session.intelligence.value
        albums = dashboard.total_albums if dashboard is not None else None
        least = _HEAD_ROWS + (_FRAME_ROWS if self.app.has_class(FRAMED_CLASS) else 0)
        is_known = albums is not None and not self.settings.accessible
        room = self.size.height - least - (albums or 0) if is_known else -1
        self.set_class(0 <= room < _CHART_ROWS, "-head")
        self.set_class(room >= _CHART_ROWS, "-chart")

    def show_detail(self) -> None:
        super().show_detail()
        self.query_one("#album-head", DetailHead).detail = self._detail

    def _singles(self, session: Session) -> Sequence[AlbumRow]:
        """Return the row of the beats in no album, which stands below the others, if any."""
        if self._catalog is None or self._catalog.session is not session:
            self._catalog = Catalog(session)
        row = album_rows.singles_row(self._catalog)
        return () if row is None else (row,)

    def _sort_first(self, albums: AlbumList, rows: Sequence[AlbumRow]) -> None:
        """Sort a short list by gains when it is first shown with any."""
        total = albums.list.loaded.total
        if self._has_sorted or total is None or not albums.gains.is_current:
            return
        self._has_sorted = True
        if self.order_by is None and total <= AUTOMATIC_ROWS and any(row.gain for row in rows):
            self.order_by = ("week", True)
            self.need_all()

    def _select(self, rows: Sequence[AlbumRow]) -> Sequence[AlbumRow]:
        album_filter = AlbumFilter[self.selected_filter]
        matches = album_rows.filter_rows(rows, album_filter, self.search_text)
        return album_rows.sort_rows(matches, *(self.shown_order or (None, False)))

    def _cells(self, row: AlbumRow) -> Sequence[Cell]:
        columns = self.query_one(self.LIST, Table).columns
        return album_columns.cells(
            row, columns, self.format_count, self.clock.now(), plain=self.app.no_color
        )

    # Detail

    def show_item(self, id: int, name: str | None) -> None:
        self.query_one("#filter", OptionRow).select(AlbumFilter.ALL.name)
        self.open_detail(id)

    def row_id(self, row: AlbumRow) -> object:
        return row.album.id

    def open_detail(self, id: object) -> None:
        row = self.query_one(self.LIST, Table).current
        if id is None and isinstance(row, AlbumRow) and row.is_singles:
            self.post_message(PageRequested("beats", view="singles"))
        else:
            super().open_detail(id)

    def subject(self, session: Session) -> AlbumRow | None:
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
        row = self.subject(session)
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
            chosen=self._chosen,
        )

    def detail_queries(self, session: Session) -> Sequence[Query[Any]]:
        if not isinstance(self._opened, int):
            return ()
        insights = session.album_insights(self._opened, self._period)
        plays = session.album_plays(self._opened, TIMEFRAMES[self._period])
        return session.album(self._opened), insights, plays

    def recorded_beats(self, row: AlbumRow) -> Iterable[int]:
        return row.track_ids or ()

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
        if row.is_singles:
            facts.insert(1, f"{formatting.plural(row.album.tracks or 0, 'beat')} in no collection")
            return Notice(sentence(facts), action="{cursor.open} lists them on My Beats")
        facts.append(milestone(row) or None)
        return Notice(sentence(facts), short=sentence(facts[:2]))
