"""The loaded part of the catalog as rows, with filters, search and sorting."""

import enum
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from beatpass_tui import formatting
from beatpass_tui.models.catalog import Beat, Beats, Performance
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session


@dataclass(frozen=True, slots=True)
class BeatRow:
    """A beat with what all responses say about it."""

    position: int
    """Position in the service's order, from 0."""
    beat: Beat
    contribution: float | None
    """Known for the 20 most recent tracks only."""
    pending: bool
    """Whether the service is still calculating the contribution."""
    uploaded: date | None
    search_text: str
    """Title and artists, casefolded."""


class BeatFilter(enum.Enum):
    """Which rows are shown; the value is the label."""

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
    """The loaded pages of tracks of a session as one list of rows."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._pages: list[Beats] = []
        self._performance: Performance | None = None
        self._rows: list[BeatRow] = []

    @property
    def first_page(self) -> Query[Beats]:
        """The query of the first page."""
        return self.session.beats(1)

    @property
    def total(self) -> int | None:
        """The number of tracks in the public list, if known."""
        return self.first_page.value.total if self.first_page.value is not None else None

    def next_page(self) -> Query[Beats] | None:
        """Return the query of the page after the last loaded one, None if there is none."""
        pages = self._loaded_pages()
        return self.session.beats(len(pages) + 1) if pages and pages[-1].more else None

    def rows(self) -> list[BeatRow]:
        """Return all loaded rows in the service's order; the same list until the data changes."""
        pages, performance = self._loaded_pages(), self.session.performance.value
        same = len(pages) == len(self._pages) and all(map(operator.is_, pages, self._pages))
        if not same or performance is not self._performance:
            self._pages, self._performance = pages, performance
            self._rows = _rows(pages, performance)
        return self._rows

    def page_of(self, row: BeatRow) -> Query[Beats]:
        """Return the query of the page that contains a row."""
        end = 0
        for number, page in enumerate(self._loaded_pages(), start=1):
            end += len(page.rows)
            if row.position < end:
                return self.session.beats(number)
        return self.first_page

    def _loaded_pages(self) -> list[Beats]:
        pages: list[Beats] = []
        while (page := self.session.beats(len(pages) + 1).value) is not None:
            pages.append(page)
            if not page.more:
                break
        return pages


def _rows(pages: Sequence[Beats], performance: Performance | None) -> list[BeatRow]:
    performances = {row.id: row for row in performance.rows if row.id} if performance else {}
    rows: list[BeatRow] = []
    ids: set[int] = set()
    for page in pages:
        for beat in page.rows:
            extra = None
            if beat.id is not None:
                # A track is in two pages if the list changed between the requests.
                if beat.id in ids:
                    continue
                ids.add(beat.id)
                extra = performances.get(beat.id)
            rows.append(
                BeatRow(
                    position=len(rows),
                    beat=beat,
                    contribution=extra.contribution if extra is not None else None,
                    pending=extra is not None and extra.pending,
                    uploaded=beat.uploaded or (extra.uploaded if extra is not None else None),
                    search_text=" ".join((beat.name or "", *beat.artists)).casefold(),
                )
            )
    return rows


def filter_rows(rows: Sequence[BeatRow], beat_filter: BeatFilter, text: str) -> Sequence[BeatRow]:
    """Return the rows that match a filter and contain every word of `text`."""
    if beat_filter is BeatFilter.COLLABORATIONS:
        rows = [row for row in rows if len(row.beat.artists) > 1]
    elif beat_filter is not BeatFilter.ALL:
        licensing = _LICENSING[beat_filter]
        rows = [row for row in rows if row.beat.licensing == licensing]
    for word in text.casefold().split():
        rows = [row for row in rows if word in row.search_text]
    return rows


_SORT_KEYS: dict[str, Callable[[BeatRow], object]] = {
    "title": lambda row: row.beat.name.casefold() if row.beat.name else None,
    "artists": lambda row: ", ".join(row.beat.artists).casefold() or None,
    "length": lambda row: row.beat.seconds,
    "plays": lambda row: row.beat.plays,
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
