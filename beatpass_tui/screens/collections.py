"""My Collections: the albums, and the tracks of each."""

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
from beatpass_tui.screens.inner_page import InnerPage
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import beats
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.widgets.section import Section
from beatpass_tui.widgets.table import PREFETCH_ROWS, Column, Table

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


class Collections(InnerPage[Album | Beat]):
    """The albums of `GET /artists/{id}/albums`; Enter opens the tracks of one."""

    info = BY_NAME["collections"]
    SEARCH_TARGET = "#albums-table"
    AUTO_FOCUS = "#albums-table, #tracks-table"

    _requested_rows = PREFETCH_ROWS
    _opened: Album | None = None
    _pages: tuple[object, ...] = ()
    _albums: tuple[Album, ...] = ()

    def compose_sections(self) -> Iterable[Widget]:
        with ContentSwitcher(initial="albums", id="levels"):
            yield Section(
                "Albums",
                Table[Album](
                    _ALBUMS,
                    lambda row: _album_cells(row, self.format_count),
                    key=lambda album: album.id or album.name,
                    selectable=True,
                    empty_text="No albums match.",
                    id="albums-table",
                ),
                id="albums",
            )
            yield Section(
                "Tracks",
                Table[Beat](
                    _TRACKS,
                    lambda row: beats.beat_cells(row, self.format_count),
                    key=lambda beat: beat.id or beat.name,
                    empty_text="This album has no tracks yet.",
                    id="tracks-table",
                ),
                id="tracks",
            )

    def attach(self, session: Session | None) -> None:
        if self.is_mounted:
            self.close_open_item()
        super().attach(session)

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        opened = self._opened.id if self._opened is not None else None
        own = (session.album(opened),) if opened is not None else ()
        return (session.account, session.artist, *self._album_pages(session), *own)

    def _album_pages(self, session: Session) -> list[Query[Any]]:
        """Return enough pages for the requested number of rows."""
        pages = [session.albums(1)]
        seen: set[object] = set()
        while (value := pages[-1].value) is not None and value.more:
            known = len(seen)
            seen.update(album.id or album.name for album in value.rows)
            if len(seen) >= self._requested_rows or len(seen) == known:
                break
            pages.append(session.albums(len(pages) + 1))
        return list[Query[Any]](pages)

    def summary(self, session: Session) -> str:
        first = session.albums(1).value
        return formatting.plural(first.total, "album") if first and first.total is not None else ""

    def show_sections(self, session: Session) -> None:
        pages = self._album_pages(session)
        values = tuple(page.value for page in pages)
        if values != self._pages:
            self._pages = values
            rows = (row for value in values if value for row in value.rows)
            # A list that changed between two requests has an album twice.
            self._albums = tuple({album.id or object(): album for album in rows}.values())
        first = session.albums(1)
        if self.show_section(
            "albums", first, known=first.value is not None and first.value.is_readable
        ):
            self._show_albums()
        if self._opened is not None and self._opened.id is not None:
            query = session.album(self._opened.id)
            listed = query.value is not None and query.value.tracks is not None
            self.query_one("#tracks", Section).title = self._opened.name or "Tracks"
            if self.show_section("tracks", query, known=listed) and query.value is not None:
                self.query_one("#tracks-table", Table).show(query.value.tracks or ())

    def _show_albums(self) -> None:
        words = self.search_text.casefold().split()
        albums = self._albums
        if words:
            albums = tuple(a for a in albums if all(w in (a.name or "").casefold() for w in words))
        table = self.query_one("#albums-table", Table)
        table.empty_text = (
            "No albums match." if self._albums else "No albums yet · create one on the web"
        )
        table.show(albums)

    def can_export(self) -> bool:
        return bool(self._albums) and self._opened is None

    async def export_file(self) -> ExportFile | None:
        if self.session is None:
            return None
        first = self.session.albums(1)
        total = first.value.total if first.value is not None else None
        complete = len(self._albums) == total
        return ExportFile(
            "collections", tables.collections(self._albums), first.fetched_at, total, complete
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "find" and self._opened is not None:
            return False
        return super().check_action(action, parameters)

    @on(Table.EndApproached, "#albums-table")
    def load_next(self) -> None:
        """Load the next page when the cursor comes near the end."""
        rows = len(self._albums) + PREFETCH_ROWS
        if rows > self._requested_rows:
            self._requested_rows = rows
            self.load(Trigger.AUTOMATIC)

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
            return False
        self._opened = None
        self.query_one("#levels", ContentSwitcher).current = "albums"
        self.query_one("#albums-table", Table).focus()
        self.show()
        return True

    def describe_row(self, row: Album | Beat) -> Notice:
        if isinstance(row, Album):
            keys = "{cursor.open} for its tracks, {page.browse} for your artist page"
            return Notice(row.name or "This album", action=keys)
        return Notice(row.name or "This beat", action="{page.back} to go back to the albums")

    def address(self) -> str | None:
        """Return the artist's public page; albums have no documented page of their own."""
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
        else formatting.iso_date(album.released),
        formatting.count(album.tracks),
        count(album.plays),
    )
