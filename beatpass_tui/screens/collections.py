"""My Collections: albums and their tracks."""

from collections.abc import Iterable, Sequence
from typing import Any

from textual import on
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from beatpass_tui import formatting
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models.catalog import Album, Beat
from beatpass_tui.models.links import artist_url
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.models.text import fold
from beatpass_tui.screens.list_page import ListPage
from beatpass_tui.session.lists import PagedList
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import beats
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.table import Column, Table

NO_DATE = "Release date not set"

_ALBUMS = (
    Column("title", "Title", 20, grow=2),
    Column("released", "Released", 20),
    Column("tracks", "Tracks", 8, right=True),
    Column("plays", "Plays", 9, right=True),
)

_TRACKS = (
    Column("title", "Title", 20, grow=3),
    Column("artists", "Artists", 14, grow=2, importance=2),
    Column("length", "Length", 7, right=True),
    Column("plays", "Plays", 9, right=True),
)


class Collections(ListPage[Album | Beat]):
    """The albums of `GET /artists/{id}/albums`; Enter opens the tracks of an album."""

    info = BY_NAME["collections"]
    SEARCH_TARGET = "#albums-table"
    AUTO_FOCUS = "#albums-table, #tracks-table"

    _opened: Album | None = None
    _list: PagedList[Album] | None = None

    def compose_sections(self) -> Iterable[Widget]:
        with ContentSwitcher(initial="album-list", id="levels"):
            yield Panel(
                "Albums",
                Table[Album](
                    _ALBUMS,
                    lambda row: _album_cells(row, self.format_count),
                    key=lambda album: album.id or album.name,
                    selectable=True,
                    empty_text="No albums match.",
                    id="albums-table",
                ),
                id="album-list",
                classes="-list",
            )
            yield Panel(
                "Tracks",
                Table[Beat](
                    _TRACKS,
                    lambda row: beats.beat_cells(row, self.format_count),
                    key=lambda beat: beat.id or beat.name,
                    empty_text="This album has no tracks yet.",
                    id="tracks-table",
                ),
                id="tracks",
                classes="-list",
            )

    def attach(self, session: Session | None) -> None:
        if self.is_mounted:
            self.close_open_item()
        super().attach(session)

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        opened = self._opened.id if self._opened is not None else None
        tracks = (session.album(opened),) if opened is not None else ()
        albums = self.list_queries(session, None)
        return (session.account, session.artist, *albums, *tracks)

    def paged(self, session: Session) -> PagedList[Album]:
        if self._list is None or self._list.session is not session:
            self._list = PagedList(session, session.albums)
        return self._list

    def _summary(self, session: Session) -> str:
        first = session.albums(1).value
        return formatting.plural(first.total, "album") if first and first.total is not None else ""

    def show_sections(self, session: Session) -> None:
        first = session.albums(1)
        matches = self._matches(session)
        panel = self.query_one("#album-list", Panel)
        panel.title, panel.detail = self._heading(session, len(matches)), self._summary(session)
        if self.show_section(
            "album-list", first, known=first.value is not None and first.value.is_readable
        ):
            self._show_albums(session, matches)
        if self._opened is not None and self._opened.id is not None:
            query = session.album(self._opened.id)
            known = query.value is not None and query.value.tracks is not None
            self.query_one("#tracks", Panel).title = self._opened.name or "Tracks"
            if self.show_section("tracks", query, known=known) and query.value is not None:
                self.query_one("#tracks-table", Table).show(query.value.tracks or ())

    def _matches(self, session: Session) -> Sequence[Album]:
        """Return the loaded albums that match the search."""
        albums = self.paged(session).loaded.rows
        words = fold(self.search_text).split()
        if not words:
            return albums
        return [a for a in albums if all(word in fold(a.name or "") for word in words)]

    def _heading(self, session: Session, shown: int) -> str:
        loaded, is_search = self.paged(session).loaded, bool(self.search_text)
        if not loaded.pages or (loaded.is_complete and not is_search):
            return "Albums"
        return f"Albums · {self.describe_loaded('album', shown=shown, needs_all=is_search)}"

    def _show_albums(self, session: Session, albums: Sequence[Album]) -> None:
        loaded, table = self.paged(session).loaded, self.query_one("#albums-table", Table)
        table.empty_text = "No albums match." if loaded.is_complete else "No loaded albums match."
        if not loaded.rows:
            table.empty_text = "No albums yet · create one on the web"
        table.show(albums)

    def can_export(self) -> bool:
        return bool(self._list and self._list.loaded.rows) and self._opened is None

    async def export_file(self) -> ExportFile | None:
        albums = self._list
        if albums is None or not await self.all_loaded() or albums is not self._list:
            return None
        loaded = albums.loaded
        return ExportFile(
            "collections",
            tables.collections(loaded.rows),
            loaded.oldest,
            loaded.total,
            loaded.is_complete,
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("find", "load_rest") and self._opened is not None:
            return False
        return super().check_action(action, parameters)

    @on(Table.Selected, "#albums-table")
    def open_album(self) -> None:
        album = self.query_one("#albums-table", Table).current
        if isinstance(album, Album) and album.id is not None:
            self._opened = album
            self.query_one("#tracks-table", Table).show(())
            self.query_one("#levels", ContentSwitcher).current = "tracks"
            self.query_one("#tracks-table", Table).focus()
            self.update()

    def close_open_item(self) -> bool:
        if self._opened is None:
            return super().close_open_item()
        self._opened = None
        self.query_one("#levels", ContentSwitcher).current = "album-list"
        self.query_one("#albums-table", Table).focus()
        self.show()
        return True

    def describe_row(self, row: Album | Beat) -> Notice:
        if isinstance(row, Album):
            keys = "{cursor.open} opens its tracks, {page.browse} your artist page"
            return Notice(row.name or "This album", action=keys)
        return Notice(row.name or "This beat", action="{page.back} returns to the albums")

    def address(self) -> str | None:
        """Return the URL of the artist's public page; albums have no documented page."""
        artist = self.session.artist.value if self.session is not None else None
        if artist is None or artist.id is None:
            return self.info.url
        return artist_url(artist.id, artist.name)

    def copyable_row(self, row: Album | Beat) -> tuple[str, str]:
        if isinstance(row, Album):
            return "\t".join(_album_cells(row)), "the album"
        return "\t".join(beats.beat_cells(row)), "the beat"


def _album_cells(album: Album, count: formatting.Count = formatting.count) -> tuple[str, ...]:
    return (
        album.name or formatting.DASH,
        NO_DATE
        if album.released is None and not album.misdated
        else formatting.table_date(album.released),
        formatting.count(album.tracks),
        count(album.plays),
    )
