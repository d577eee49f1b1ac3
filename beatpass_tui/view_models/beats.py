"""The loaded part of the catalog as rows, with filters, search and sorting."""

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest

from beatpass_tui import formatting
from beatpass_tui.models import pace
from beatpass_tui.models.catalog import Beat, Performance
from beatpass_tui.models.text import fold, natural_key
from beatpass_tui.session.lists import PagedList
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
    """Its gain in 7 days, where known."""


class BeatFilter(enum.Enum):
    """A filter of rows; the value is its label."""

    ALL = "All"
    COLLABORATIONS = "Collaborations"
    STANDARD = LICENSING["non_exclusive_only"]
    BOTH = LICENSING["both"]
    EXCLUSIVE = LICENSING["exclusive_only"]


class Catalog:
    """The loaded tracks of a session as one list of rows."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.list: PagedList[Beat] = PagedList(session, session.beats)
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
        source = (loaded, performance, self.movers)
        if any(a is not b for a, b in zip_longest(source, self._source)):
            self._source = source
            now = self.session.clock.now()
            self._rows = to_rows(loaded.rows, performance, now, self.movers)
        return self._rows


def to_rows(
    beats: Iterable[Beat],
    performance: Performance | None,
    now: datetime,
    movers: Movers | None = None,
) -> list[BeatRow]:
    """Return a row for each beat, combined with its entry in `performance` and its gain."""
    gains = movers.by_id if movers is not None else {}
    performances = {row.id: row for row in performance.rows if row.id} if performance else {}
    rows = []
    for position, beat in enumerate(beats):
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
                mover=gains.get(beat.id) if beat.id is not None else None,
            )
        )
    return rows


def filter_rows(rows: Sequence[BeatRow], beat_filter: BeatFilter, text: str) -> Sequence[BeatRow]:
    """Return the rows that match a filter and contain every word of `text`."""
    if beat_filter is BeatFilter.COLLABORATIONS:
        rows = [row for row in rows if len(row.beat.artists) > 1]
    elif beat_filter is not BeatFilter.ALL:
        rows = [row for row in rows if label(row.beat.licensing, LICENSING) == beat_filter.value]
    for word in fold(text).split():
        rows = [row for row in rows if word in row.search_text]
    return rows


_SORT_KEYS: dict[str, Callable[[BeatRow], object]] = {
    "title": lambda row: natural_key(row.beat.name) if row.beat.name else None,
    "artists": lambda row: natural_key(", ".join(row.beat.artists)) if row.beat.artists else None,
    "length": lambda row: row.beat.seconds,
    "plays": lambda row: row.beat.plays,
    "week": lambda row: row.mover.gain if row.mover is not None else None,
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


def gain_text(mover: Mover, *, accessible: bool = False) -> str:
    """Return the gain of a beat in 7 days, its comparison, and its next round number of plays."""
    text = f"{formatting.signed(mover.gain)} in 7 days"
    if mover.is_new:
        text += ", new"
    elif mover.percent is not None:
        text += f", {formatting.percent_change(mover.percent, in_words=accessible)}"
    target = pace.next_round(mover.plays)
    days = mover.days_until(target)
    if days is not None:
        text += f" · next: {formatting.count(target)} in about {formatting.plural(days, 'day')}"
    return text


def beat_cells(beat: Beat, count: formatting.Count = formatting.count) -> tuple[str, ...]:
    """Return title, artists, length and plays."""
    return (
        beat.name or formatting.DASH,
        ", ".join(beat.artists) or formatting.DASH,
        formatting.track_length(beat.seconds),
        count(beat.plays),
    )


def row_cells(row: BeatRow, count: formatting.Count = formatting.count) -> tuple[str, ...]:
    """Return title, artists, length, plays, contribution and day of upload."""
    return (
        *beat_cells(row.beat, count),
        "pending" if row.pending else formatting.decimal(row.contribution),
        formatting.iso_date(row.uploaded),
    )
