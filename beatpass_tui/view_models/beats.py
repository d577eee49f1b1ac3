"""The loaded part of the catalog as rows, with filters, search and sorting."""

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest

from beatpass_tui import formatting
from beatpass_tui.models import pace
from beatpass_tui.models.catalog import Album, Beat, Performance
from beatpass_tui.models.text import fold, fold_query, natural_key
from beatpass_tui.session.lists import PagedList
from beatpass_tui.session.paged_list import JoinedList
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.labels import LICENSING, label
from beatpass_tui.view_models.movers import BeatGains, Mover, Movers


@dataclass(frozen=True, slots=True)
class BeatRow:
    """A beat with data from several responses."""

    position: int
    """Position in the service's order, from 0."""
    beat: Beat
    contribution: float | None
    """Known for the 20 most recent tracks only."""
    pending: bool
    """Whether the service is still calculating the contribution."""
    uploaded: date | None
    """The local day."""
    search_text: str
    """Title and artists, folded."""
    mover: Mover | None = None
    """Its gain in 7 days, where known; None if its current plays are unknown."""
    collection: str | None = None
    """The name of its album, or SINGLE; None unless a response says so."""

    @property
    def released(self) -> date | None:
        """The day of its release, or else of its upload."""
        return self.beat.released or self.uploaded


SINGLE = "Single"


class BeatFilter(enum.Enum):
    """A filter of rows; the value is its label."""

    ALL = "All"
    COLLABORATIONS = "Collaborations"
    SINGLES = "Singles"
    ON_ALBUM = "In a collection"
    STANDARD = LICENSING["non_exclusive_only"]
    BOTH = LICENSING["both"]
    EXCLUSIVE = LICENSING["exclusive_only"]


class Catalog:
    """The loaded tracks of a session as one list of rows."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.list: PagedList[Beat] = PagedList(session, session.beats)
        self.albums: PagedList[Album] = PagedList(session, session.albums)
        self.gains = BeatGains(session)
        self._source: Sequence[object] = ()
        self._rows: list[BeatRow] = []

    @property
    def movers(self) -> Movers | None:
        """The gains of all recorded beats in 7 days; None while they are not known."""
        return self.gains.movers

    def rows(self) -> list[BeatRow]:
        """Return all loaded rows in the service's order; the same list until the data changes."""
        loaded, performance = self.list.loaded, self.session.performance.value
        albums = self.albums.loaded
        source = (loaded, performance, self.movers, albums)
        if any(a is not b for a, b in zip_longest(source, self._source)):
            # While a long list is loaded, only the rows of the new page are made.
            has_more = all(a is b for a, b in zip(source[1:], self._source[1:], strict=False))
            known = self._rows if has_more and _begins_with(loaded.rows, self._rows) else []
            self._source, now = source, self.session.clock.now()
            self._rows = known + to_rows(
                loaded.rows[len(known) :],
                performance,
                now,
                self.movers,
                CollectionNames(albums),
                first=len(known),
            )
        return self._rows

    def find(self, beat_id: int) -> BeatRow | None:
        """Return the loaded row of a beat."""
        return next((row for row in self.rows() if row.beat.id == beat_id), None)


class CollectionNames:
    """The names of the albums that loaded beats are on."""

    def __init__(self, albums: JoinedList[Album]) -> None:
        self._names = {album.id: album.name for album in albums.rows if album.id is not None}
        self._by_track = {
            id: album.name for album in albums.rows for id in album.track_ids or () if album.name
        }
        self._is_complete = albums.is_complete and all(
            album.track_ids is not None for album in albums.rows
        )
        """Whether a beat that no album lists is a single."""

    def find(self, beat: Beat) -> str | None:
        """Return the name of a beat's album, or SINGLE; None if it is unknown."""
        name = beat.album
        if name is None and beat.album_id is not None:
            name = self._names.get(beat.album_id)
        if name is None and beat.id is not None:
            name = self._by_track.get(beat.id)
        if name is None and beat.is_single is not False:
            is_single = beat.is_single or (self._is_complete and beat.id is not None)
            return SINGLE if is_single else None
        return name


def to_rows(
    beats: Iterable[Beat],
    performance: Performance | None,
    now: datetime,
    movers: Movers | None = None,
    collections: CollectionNames | None = None,
    *,
    first: int = 0,
) -> list[BeatRow]:
    """Return a row for each beat, combined with its entry in `performance` and its gain.

    A beat whose current plays are unknown has no gain, even if earlier ones are recorded. `first`
    is the position of the first beat.
    """
    gains = movers.by_id if movers is not None else {}
    performances = {row.id: row for row in performance.rows if row.id} if performance else {}
    rows = []
    for position, beat in enumerate(beats, start=first):
        entry = performances.get(beat.id) if beat.id is not None else None
        uploaded = beat.uploaded or (entry.uploaded if entry is not None else None)
        rows.append(
            BeatRow(
                position=position,
                beat=beat,
                contribution=entry.contribution if entry is not None else None,
                pending=entry is not None and entry.pending,
                uploaded=None if uploaded is None else formatting.local_day(uploaded, now),
                search_text=fold(" ".join((beat.name or "", *beat.artists))),
                mover=gains.get(beat.id)
                if beat.id is not None and beat.plays is not None
                else None,
                collection=collections.find(beat) if collections is not None else None,
            )
        )
    return rows


def _begins_with(beats: Sequence[Beat], rows: Sequence[BeatRow]) -> bool:
    return len(rows) <= len(beats) and all(
        row.beat is beat for row, beat in zip(rows, beats, strict=False)
    )


def filter_rows(rows: Sequence[BeatRow], beat_filter: BeatFilter, text: str) -> Sequence[BeatRow]:
    """Return the rows that match a filter and contain every word of `text`."""
    if beat_filter is BeatFilter.COLLABORATIONS:
        rows = [row for row in rows if len(row.beat.artists) > 1]
    elif beat_filter is BeatFilter.SINGLES:
        rows = [row for row in rows if row.collection == SINGLE]
    elif beat_filter is BeatFilter.ON_ALBUM:
        rows = [row for row in rows if row.collection not in (None, SINGLE)]
    elif beat_filter is not BeatFilter.ALL:
        codes = {row.beat.licensing for row in rows}
        offered = {code for code in codes if label(code, LICENSING) == beat_filter.value}
        rows = [row for row in rows if row.beat.licensing in offered]
    for word in fold_query(text).split():
        rows = [row for row in rows if word in row.search_text]
    return rows


def available_filters(rows: Sequence[BeatRow]) -> list[tuple[BeatFilter, int]]:
    """Return the filters that match any row, with their numbers of rows.

    Those of collections only if the collection of every row is known.
    """
    filters = [BeatFilter.ALL, BeatFilter.COLLABORATIONS]
    if rows and all(row.collection is not None for row in rows):
        filters += [BeatFilter.SINGLES, BeatFilter.ON_ALBUM]
    filters += [BeatFilter.STANDARD, BeatFilter.BOTH, BeatFilter.EXCLUSIVE]
    counts = [(each, len(filter_rows(rows, each, ""))) for each in filters]
    return [(each, count) for each, count in counts if count or each is BeatFilter.ALL]


_SORT_KEYS: dict[str, Callable[[BeatRow], object]] = {
    "title": lambda row: natural_key(row.beat.name) if row.beat.name else None,
    "artists": lambda row: natural_key(", ".join(row.beat.artists)) if row.beat.artists else None,
    "length": lambda row: row.beat.seconds,
    "plays": lambda row: row.beat.plays,
    "week": lambda row: row.mover.gain if row.mover is not None else None,
    "collection": lambda row: natural_key(row.collection) if row.collection else None,
    "bpm": lambda row: row.beat.bpm,
    "key": lambda row: musical_key(row.beat) or None,
    "likes": lambda row: row.beat.likes,
    "license": lambda row: label(row.beat.licensing, LICENSING),
    "released": lambda row: row.released,
    "contribution": lambda row: row.contribution,
    "uploaded": lambda row: row.uploaded,
}


def sort_rows(rows: Sequence[BeatRow], column: str | None, descending: bool) -> Sequence[BeatRow]:
    """Return the rows sorted by a column; unknown values come last in both directions."""
    if column is None:
        return rows
    key = _SORT_KEYS[column]
    keyed = [(key(row), row) for row in rows]
    known = [pair for pair in keyed if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)  # type: ignore[arg-type, return-value]
    return [row for _, row in known] + [row for value, row in keyed if value is None]


_SCALES = {"minor": "min", "major": "maj"}


def musical_key(beat: Beat, *, short: bool = True) -> str:
    """Return the key of a beat with its scale: F♯ min, or F♯ minor; empty if it is unknown."""
    if beat.key is None:
        return ""
    key, _, rest = beat.key.partition(" ")
    scale = (beat.scale or rest).lower()
    if key[:1].upper() in "ABCDEFG" and key[1:] in ("#", "b", "♯", "♭", "", "m"):
        if key.endswith("m"):
            key, scale = key[:-1], scale or "minor"
        key = key[0].upper() + key[1:].replace("#", "♯").replace("b", "♭")
    return f"{key} {_SCALES.get(scale, scale) if short else scale}".rstrip()


def gain_sentence(gain: float, percent: float | None, *, accessible: bool = False) -> str:
    """Return a gain in 7 days with its comparison: +168 in 7 days, ▲ 31%."""
    text = f"{formatting.signed(gain)} in 7 days"
    if percent is None:
        return text
    return f"{text}, {formatting.percent_change(percent, in_words=accessible)}"


def gain_text(mover: Mover, *, accessible: bool = False) -> str:
    """Return the gain of a beat in 7 days, its comparison, and its next round number of plays."""
    percent = None if mover.is_new else mover.percent
    text = gain_sentence(mover.gain, percent, accessible=accessible)
    if mover.is_new:
        text += ", new"
    target = pace.next_round(mover.plays)
    days = mover.days_until(target)
    if days is not None:
        text += f" · next: {formatting.count(target)} in about {formatting.plural(days, 'day')}"
    return text


def facts(row: BeatRow, now: datetime, *, accessible: bool = False) -> list[str]:
    """Return the name of a beat and what is known about its plays."""
    texts = [row.beat.name or "This beat"]
    if row.mover is not None:
        texts.append(gain_text(row.mover, accessible=accessible))
    elif row.beat.plays is not None:
        texts.append(formatting.plural(row.beat.plays, "play"))
    elif row.released is not None:
        texts.append(f"released {formatting.short_date(row.released, now)}")
    if row.pending:
        texts.append("BeatPass has not calculated its contribution yet")
    return texts


def unknown_row(beat_id: int, name: str | None) -> BeatRow:
    """Return a row for a beat of which only id and name are known."""
    beat = Beat(beat_id, name, (), None, None, None, None, None)
    return BeatRow(-1, beat, None, False, None, fold(name or ""))
