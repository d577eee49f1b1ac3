"""Rows, totals and filters of My Collections."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.catalog import Album, Beat
from beatpass_tui.models.gains import DayGain
from beatpass_tui.models.text import fold, fold_query, natural_key
from beatpass_tui.session.lists import PagedList
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.beats import SINGLE, Catalog
from beatpass_tui.view_models.movers import BeatGains, Mover, Movers
from beatpass_tui.view_models.recorded_plays import add_days

NO_DATE = "Release date not set"

_MAX_SINGLES = 50


class AlbumFilter(enum.Enum):
    """A filter of albums; the value is its label."""

    ALL = "All"
    UPCOMING = "Upcoming"
    RELEASED = "Released"
    EMPTY = "Empty"


@dataclass(frozen=True, slots=True)
class AlbumRow:
    """An album with the gains of its tracks."""

    position: int
    album: Album
    track_ids: tuple[int, ...] | None
    """Its tracks, if all of them are known."""
    status: AlbumFilter | None
    """UPCOMING or RELEASED; None without a release date."""
    gain: float | None
    """The gain of its tracks in 7 days; None if one is unknown."""
    percent: float | None
    """Change of the gain compared with the 7 days before."""
    days: Sequence[DayGain | None]
    """The gains per day of the last two weeks."""
    search_text: str
    singles: tuple[Beat, ...] = ()
    """The beats in no album with most plays, if it has those instead."""

    @property
    def is_singles(self) -> bool:
        """Whether it has the beats in no album instead."""
        return bool(self.singles)

    @property
    def is_empty(self) -> bool:
        """Whether it has no tracks, as far as known."""
        return self.album.tracks == 0


class AlbumList:
    """The loaded albums of a session as rows."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.list: PagedList[Album] = PagedList(session, session.albums)
        self.gains = BeatGains(session)
        self._source: Sequence[object] = ()
        self._rows: list[AlbumRow] = []

    def rows(self) -> list[AlbumRow]:
        """Return all loaded rows; the same list until the data changes."""
        loaded, movers, now = self.list.loaded, self.gains.movers, self.session.clock.now()
        opened = [self._tracks_of(album) for album in loaded.rows]
        source = (loaded, movers, now.date(), *opened)
        if any(a is not b and a != b for a, b in zip_longest(source, self._source)):
            self._source = source
            by_id = movers.by_id if movers is not None else {}
            self._rows = [
                to_row(position, album, track_ids, by_id, now)
                for position, (album, track_ids) in enumerate(zip(loaded.rows, opened, strict=True))
            ]
        return self._rows

    def _tracks_of(self, album: Album) -> tuple[int, ...] | None:
        """Return the ids of the tracks of an album, also from its own response."""
        if album.track_ids is not None or album.id is None:
            return album.track_ids
        value = self.session.album(album.id).value
        ids = [track.id for track in value.tracks] if value and value.tracks is not None else [None]
        known = tuple(id for id in ids if id is not None)
        return known if len(known) == len(ids) else None


def to_row(
    position: int,
    album: Album,
    track_ids: tuple[int, ...] | None,
    movers: Mapping[int, Mover],
    now: datetime,
) -> AlbumRow:
    """Return an album with the gains of its tracks."""
    tracks = [movers.get(id) for id in track_ids or ()]
    known = [mover for mover in tracks if mover is not None]
    is_known = bool(known) and len(known) == len(tracks)
    days = add_days([mover.days for mover in known], skip_unknown=True) if is_known else ()
    gain = sum(mover.gain for mover in known) if is_known else None
    before = [day.gain for day in days[:7] if day is not None]
    has_before = is_known and len(before) == 7 and sum(before) > 0 and gain is not None
    return AlbumRow(
        position=position,
        album=album,
        track_ids=track_ids,
        status=_status(album.released, now),
        gain=gain,
        percent=(gain / sum(before) - 1) * 100 if has_before and gain is not None else None,
        days=days,
        search_text=fold(album.name or ""),
    )


def _status(released: date | None, now: datetime) -> AlbumFilter | None:
    if released is None:
        return None
    return AlbumFilter.UPCOMING if released > now.date() else AlbumFilter.RELEASED


def filter_rows(
    rows: Sequence[AlbumRow], album_filter: AlbumFilter, text: str
) -> Sequence[AlbumRow]:
    """Return the rows that match a filter and contain every word of `text`."""
    if album_filter is AlbumFilter.EMPTY:
        rows = [row for row in rows if row.is_empty]
    elif album_filter is not AlbumFilter.ALL:
        rows = [row for row in rows if row.status is album_filter]
    for word in fold_query(text).split():
        rows = [row for row in rows if word in row.search_text]
    return rows


def available_filters(rows: Sequence[AlbumRow]) -> list[tuple[AlbumFilter, int]]:
    """Return the filters that match any row, with their numbers of rows."""
    counts = [(each, len(filter_rows(rows, each, ""))) for each in AlbumFilter]
    return [(each, count) for each, count in counts if count or each is AlbumFilter.ALL]


_SORT_KEYS: Mapping[str, Callable[[AlbumRow], object]] = {
    "title": lambda row: natural_key(row.album.name) if row.album.name else None,
    "released": lambda row: row.album.released,
    "tracks": lambda row: row.album.tracks,
    "plays": lambda row: row.album.plays,
    "week": lambda row: row.gain,
    "change": lambda row: row.percent,
    "genres": lambda row: natural_key(", ".join(row.album.genres)) if row.album.genres else None,
    "created": lambda row: None if row.album.created is None else str(row.album.created),
}


def sort_rows(rows: Sequence[AlbumRow], column: str | None, descending: bool) -> Sequence[AlbumRow]:
    """Return the rows sorted by a column; unknown values come last in both directions."""
    if column is None:
        return rows
    key = _SORT_KEYS[column]
    known = [row for row in rows if key(row) is not None]
    known.sort(key=key, reverse=descending)  # type: ignore[arg-type]
    return known + [row for row in rows if key(row) is None]


def released_text(row: AlbumRow, now: datetime) -> str:
    """Return the release date, or how soon it is."""
    album = row.album
    if album.released is None:
        return formatting.DASH if album.misdated else NO_DATE
    days = (album.released - now.date()).days
    if days == 1:
        return "tomorrow"
    return f"in {days} days" if days > 1 else formatting.table_date(album.released)


class Sum(NamedTuple):
    """A sum over the albums whose value was sent."""

    value: int | None = None
    """None if the list is not loaded, or no value was sent."""
    coverage: str = ""
    """How many albums it is of, unless of all: 8 of 9."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers of all albums; None where one of them is unknown or not loaded."""

    albums: int | None
    tracks: Sum
    plays: Sum
    this_month: int | None
    """Albums created in this local month."""
    upcoming: AlbumRow | None
    """The next album that comes out."""


def totals(albums: AlbumList) -> Totals:
    """Return the totals, where the whole list is loaded."""
    loaded, now, rows = albums.list.loaded, albums.session.clock.now(), albums.rows()
    count = loaded.total if loaded.total is not None else len(rows) if loaded.is_complete else None
    coming = [row for row in rows if row.status is AlbumFilter.UPCOMING]
    following = min(coming, key=lambda row: row.album.released or date.max, default=None)
    if not loaded.is_complete:
        return Totals(count, Sum(), Sum(), None, following)
    created = [row.album.created for row in rows]
    month = [
        (day := formatting.local_day(at, now)).year == now.year and day.month == now.month
        for at in created
        if at is not None
    ]
    return Totals(
        count,
        _sum([row.album.tracks for row in rows]),
        _sum([row.album.plays for row in rows]),
        sum(month) if len(month) == len(rows) else None,
        following,
    )


def _sum(values: Sequence[int | None]) -> Sum:
    known = [value for value in values if value is not None]
    if len(known) == len(values):
        return Sum(sum(known))
    of = f"{formatting.count(len(known))} of {formatting.count(len(values))}"
    return Sum(sum(known), of) if known else Sum()


def top_mover(row: AlbumRow, movers: Movers | None) -> Mover | None:
    """Return the track with the largest part of an album's gain."""
    if movers is None or not row.gain or row.gain <= 0:
        return None
    known = [movers.by_id[id] for id in row.track_ids or () if id in movers.by_id]
    return max(known, key=lambda mover: mover.gain, default=None)


def singles_row(catalog: Catalog) -> AlbumRow | None:
    """Return the beats in no collection as one row; None unless those of all are known."""
    rows = catalog.rows()
    if not catalog.list.loaded.is_complete or any(row.collection is None for row in rows):
        return None
    singles = [row for row in rows if row.collection == SINGLE]
    if not singles:
        return None
    beats = [row.beat for row in singles]
    plays = _sum([beat.plays for beat in beats])
    total = None if plays.coverage else plays.value
    movers = [row.mover for row in singles if row.mover is not None]
    is_known = len(movers) == len(singles)
    return AlbumRow(
        position=-1,
        album=Album(None, "Singles", (), None, len(singles), total),
        track_ids=None,
        status=None,
        gain=sum(mover.gain for mover in movers) if is_known else None,
        percent=None,
        days=add_days([mover.days for mover in movers], skip_unknown=True) if is_known else (),
        search_text="",
        singles=tuple(sorted(beats, key=lambda beat: -(beat.plays or 0))[:_MAX_SINGLES]),
    )
