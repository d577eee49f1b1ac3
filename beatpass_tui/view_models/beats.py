"""The catalog as far as it is loaded: rows out of pages, filtered, found and sorted."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from beatpass_tui import formatting
from beatpass_tui.models import Beat, Beats, Performance
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session


@dataclass(frozen=True, slots=True)
class BeatRow:
    """One beat with all that is known of it."""

    place: int
    """Position in the service's own order, from 0."""
    beat: Beat
    contribution: float | None
    """From `track-performance`, which knows the 20 most recent tracks alone."""
    pending: bool
    """The service has not calculated the contribution yet."""
    uploaded: date | None
    search_text: str
    """What finding looks at."""


class BeatFilter(enum.Enum):
    """Which rows are shown; the value is what the filter is called."""

    ALL = "All"
    COLLABORATIONS = "Collaborations"
    STANDARD = "Standard"
    BOTH = "Standard and exclusive"
    EXCLUSIVE = "Exclusive only"


_LICENSING = {
    BeatFilter.STANDARD: "non_exclusive_only",
    BeatFilter.BOTH: "both",
    BeatFilter.EXCLUSIVE: "exclusive_only",
}


class Catalog:
    """The pages of tracks that a session has loaded, as one list of rows."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._pages: list[Beats] = []
        self._performance: Performance | None = None
        self._rows: list[BeatRow] = []

    @property
    def first(self) -> Query[Beats]:
        """The group of the first page."""
        return self.session.beats(1)

    @property
    def total(self) -> int | None:
        """How many tracks the public list has, where the service says so."""
        return self.first.value.total if self.first.value is not None else None

    def next_page(self) -> Query[Beats] | None:
        """Return the group of the page after the last one loaded, None when there is none."""
        pages = self._loaded()
        if not pages or not pages[-1].more:
            return None
        return self.session.beats(len(pages) + 1)

    def rows(self) -> list[BeatRow]:
        """Return every loaded row in the service's order: the same list while nothing came."""
        pages, performance = self._loaded(), self.session.performance.value
        same = len(pages) == len(self._pages) and all(map(_is, pages, self._pages))
        if not same or performance is not self._performance:
            self._pages, self._performance = pages, performance
            self._rows = _rows(pages, performance)
        return self._rows

    def page_of(self, row: BeatRow) -> Query[Beats]:
        """Return the group of the page that a row came with."""
        seen = 0
        for number, page in enumerate(self._loaded(), start=1):
            seen += len(page.rows)
            if row.place < seen:
                return self.session.beats(number)
        return self.first

    def _loaded(self) -> list[Beats]:
        pages: list[Beats] = []
        while True:
            page = self.session.beats(len(pages) + 1).value
            if page is None:
                return pages
            pages.append(page)
            if not page.more:
                return pages


def _is(one: object, other: object) -> bool:
    return one is other


def _rows(pages: Sequence[Beats], performance: Performance | None) -> list[BeatRow]:
    known = {row.id: row for row in performance.rows if row.id} if performance else {}
    rows: list[BeatRow] = []
    seen: set[int] = set()
    for page in pages:
        for beat in page.rows:
            # A list that changed between two pages brings a track twice.
            if beat.id is not None and beat.id in seen:
                continue
            if beat.id is not None:
                seen.add(beat.id)
            extra = known.get(beat.id) if beat.id is not None else None
            rows.append(
                BeatRow(
                    place=len(rows),
                    beat=beat,
                    contribution=extra.contribution if extra is not None else None,
                    pending=extra is not None and extra.pending,
                    uploaded=beat.uploaded or (extra.uploaded if extra is not None else None),
                    search_text=" ".join((beat.name or "", *beat.artists)).casefold(),
                )
            )
    return rows


def filter_rows(rows: Sequence[BeatRow], kept: BeatFilter, words: str) -> Sequence[BeatRow]:
    """Return the rows that a filter keeps and that hold every one of `words`."""
    wanted = words.casefold().split()
    if kept is BeatFilter.COLLABORATIONS:
        rows = [row for row in rows if len(row.beat.artists) > 1]
    elif kept is not BeatFilter.ALL:
        licensing = _LICENSING[kept]
        rows = [row for row in rows if row.beat.licensing == licensing]
    for word in wanted:
        rows = [row for row in rows if word in row.search_text]
    return rows


_KEYS: dict[str, Callable[[BeatRow], object]] = {
    "title": lambda row: row.beat.name.casefold() if row.beat.name else None,
    "artists": lambda row: ", ".join(row.beat.artists).casefold() or None,
    "length": lambda row: row.beat.seconds,
    "plays": lambda row: row.beat.plays,
    "contribution": lambda row: row.contribution,
    "uploaded": lambda row: row.uploaded,
}


def sort_rows(rows: Sequence[BeatRow], by: str | None, downwards: bool) -> Sequence[BeatRow]:
    """Return the rows sorted by a column; what is not known comes last either way."""
    if by is None:
        return rows
    key = _KEYS[by]
    keyed = [(key(row), row) for row in rows]
    known = [pair for pair in keyed if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=downwards)  # type: ignore[arg-type, return-value]
    return [row for _, row in known] + [row for value, row in keyed if value is None]


def row_cells(row: BeatRow, count: formatting.Count = formatting.count) -> tuple[str, ...]:
    """Return title, artists, length, plays, contribution and day of upload as text."""
    beat = row.beat
    contribution = "pending" if row.pending else formatting.decimal(row.contribution)
    return (
        beat.name or formatting.DASH,
        ", ".join(beat.artists) or formatting.DASH,
        formatting.track_length(beat.seconds),
        count(beat.plays),
        contribution,
        formatting.iso_date(row.uploaded),
    )
