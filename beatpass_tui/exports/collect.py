"""Collect all rows of a page for an export, from cached responses while they are fresh.

Every response is cached when it arrives, so that an interrupted export continues where it stopped.
"""

from asyncio import sleep
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from beatpass_tui.errors import (
    BeatPassError,
    CredentialsError,
    RequestFailed,
    StoreUnavailable,
    Unreachable,
)
from beatpass_tui.exports import tables
from beatpass_tui.exports.tables import ExportTable
from beatpass_tui.formatting import count, plural
from beatpass_tui.models.catalog import Albums, Beats
from beatpass_tui.session.fetch import Fetcher
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import activity
from beatpass_tui.view_models.beats import Catalog
from beatpass_tui.view_models.missing import missing

OnProgress = Callable[[int, int | None], None]
"""Called with the number of rows so far, and the total if known."""

_EMPTY = ExportTable((), ())


@dataclass(slots=True)
class Collected:
    """The rows of a page, and what is missing."""

    table: ExportTable = _EMPTY
    complete: bool = False
    total: int | None = None
    """How many rows there are at BeatPass, if known."""
    as_of: datetime | None = None
    """When the oldest response was fetched."""
    errors: list[BeatPassError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Sentences for the user."""


class _Source(NamedTuple):
    """Where the rows of a page come from."""

    query: Callable[[Session, int], Query[Any]]
    """Returns the query of a page of the list, counted from 1."""
    rows: Callable[[Any], Sequence[Any] | None]
    """Returns the rows of a response; None if it can't be read."""
    table: Callable[[Sequence[Any]], ExportTable]
    has_more: Callable[[Any], bool] | None = None
    """None where one response has all rows."""


def _readable_rows(response: Beats | Albums) -> Sequence[Any] | None:
    return response.rows if response.is_readable else None


_rows, _more = attrgetter("rows"), attrgetter("more")
_SOURCES = {
    "beats": _Source(Session.beats, _readable_rows, tables.beats, _more),
    "collections": _Source(Session.albums, _readable_rows, tables.collections, _more),
    "transactions": _Source(
        lambda session, page: session.transactions("all", "all", page),
        _rows,
        tables.transactions,
        _more,
    ),
    "activity": _Source(
        lambda session, page: session.activity_in("all", page),
        attrgetter("events"),
        tables.activity,
        activity.has_more_downloads,
    ),
    "leaderboards": _Source(lambda session, _: session.standings, _rows, tables.leaderboards),
    "achievements": _Source(lambda session, _: session.achievements, _rows, tables.achievements),
}


async def collect(
    fetcher: Fetcher, page: str, interval: float, on_progress: OnProgress, *, offline: bool
) -> Collected:
    """Return all rows of a page, with `interval` seconds between two requests."""
    if page == "history":
        return await _history(fetcher)
    collected = Collected()
    try:
        async with AsyncExitStack() as stack:
            loader = _Loader(fetcher, stack, interval, offline=offline)
            if page == "beats":
                performance = await loader.load(lambda session, _: session.performance)
                # Offline, beats without their contributions are good enough.
                collected.errors = [] if offline else loader.errors(performance, ())
            await _collect(loader, _SOURCES[page], collected, on_progress)
    except (RequestFailed, CredentialsError) as error:
        collected.errors.append(error)
    return collected


async def _history(fetcher: Fetcher) -> Collected:
    samples = await fetcher.load_samples()
    if not samples and fetcher.warning:
        return Collected(errors=[StoreUnavailable("The history could not be read.")])
    return Collected(
        tables.history(samples),
        complete=True,
        total=len(samples),
        as_of=samples[-1][0] if samples else None,
        notes=[] if samples else ["No history for this account yet."],
    )


async def _collect(
    loader: "_Loader", source: _Source, collected: Collected, on_progress: OnProgress
) -> None:
    rows: list[Any] = []
    pages = 0
    while not collected.complete:
        query = await loader.load(source.query, pages + 1)
        response = query.value
        new = source.rows(response) if response is not None else None
        errors = loader.errors(query, new)
        if errors or response is None or new is None:
            collected.errors = errors
            if rows and loader.offline:
                collected.errors = [_only_cached(len(rows), collected.total)]
            elif pages and not loader.offline:
                loaded = f"{plural(pages, 'page')} loaded and cached for the next run"
                collected.notes.append(f"{loaded}; nothing was written.")
            break
        if source.has_more is not None:
            new = without_repeats(rows, new, grown=(response.total or 0) - (collected.total or 0))
            collected.total = collected.total if response.total is None else response.total
        rows += new
        pages += 1
        collected.as_of = min(filter(None, (collected.as_of, query.fetched_at)), default=None)
        collected.complete = source.has_more is None or not source.has_more(response)
        if not collected.complete:
            on_progress(len(rows), collected.total)
    if source.table is tables.beats:
        # The catalog adds contributions and upload dates, which come from another query.
        rows = Catalog(loader.fetcher.session).rows()
    collected.table = source.table(rows)
    if source.has_more is None and collected.complete:
        collected.total = len(collected.table.rows)


def _only_cached(rows: int, total: int | None) -> BeatPassError:
    of = f" of {count(total)}" if total is not None else ""
    return Unreachable(
        f"Only {count(rows)}{of} rows are cached; run without --offline to fetch the rest."
    )


class _Loader:
    """Loads queries from the cache or the service, and connects when the first is requested."""

    def __init__(
        self, fetcher: Fetcher, stack: AsyncExitStack, interval: float, *, offline: bool
    ) -> None:
        self.fetcher = fetcher
        self.offline = offline
        self._stack = stack
        self._interval = interval
        self._is_connected = False
        self._has_requested = False

    async def load(self, choose: Callable[[Session, int], Query[Any]], page: int = 1) -> Query[Any]:
        """Return the query of a page after loading it, with a value or an error."""
        fetcher = self.fetcher
        query = choose(fetcher.session, page)
        await fetcher.session.restore((query,))
        if self.offline or query.is_fresh:
            return query
        if not self._is_connected:
            await self._stack.enter_async_context(fetcher.connected())
            self._is_connected = True
            # Connecting starts another session if the account was not known before.
            query = choose(fetcher.session, page)
        if self._has_requested:
            await sleep(self._interval)
        self._has_requested = True
        await fetcher.load((query,))
        await fetcher.flush()
        return query

    def errors(self, query: Query[Any], rows: Sequence[Any] | None) -> list[BeatPassError]:
        """Return why a query has no rows, or no recent ones."""
        session = self.fetcher.session
        if self.offline and query.value is None:
            return [Unreachable("Not cached; run without --offline to fetch it.")]
        needed = (session.account, session.artist, query)
        errors = [] if self.offline else self.fetcher.errors(needed)
        if errors or rows is not None:
            return errors
        error = missing(session, query, readable=False)
        return [] if error is None else [error]


def without_repeats(rows: Sequence[Any], new: Sequence[Any], *, grown: int) -> Sequence[Any]:
    """Return the rows of a page without those that the page before it ended with.

    If a list grows by `grown` rows between two requests, its last rows move to the next page.
    """
    for repeated in range(min(grown, len(rows), len(new)), 0, -1):
        if list(rows[-repeated:]) == list(new[:repeated]):
            return new[repeated:]
    return new
