"""All rows of a page, however many answers they take: from the disk while fresh there, else asked.

Every answer is kept as it comes, so that a run that ends early is gone on with by the next one.
"""

from __future__ import annotations

from asyncio import sleep
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from beatpass_tui.errors import (
    BeatPassError,
    CredentialsError,
    InvalidResponse,
    RequestFailed,
    StoreUnavailable,
    Unreachable,
)
from beatpass_tui.exports import tables
from beatpass_tui.exports.tables import ExportTable
from beatpass_tui.formatting import count, plural
from beatpass_tui.session.fetch import Fetcher
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import activity
from beatpass_tui.view_models.beats import Catalog

OnProgress = Callable[[int, int | None], None]
"""Draws how many rows have come, and of how many."""

_NOTHING = ExportTable((), ())


@dataclass(slots=True)
class Collected:
    """What there is of a page, and what is missing."""

    table: ExportTable = _NOTHING
    complete: bool = False
    total: int | None = None
    """How many rows there are in all, where that is known."""
    as_of: datetime | None = None
    """When the oldest answer was fetched."""
    problems: list[BeatPassError] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """Whole sentences on what the reader should know."""


async def collect(
    fetcher: Fetcher, page: str, pace: float, on_progress: OnProgress, *, offline: bool
) -> Collected:
    """Return all rows of a page, with `pace` seconds between two requests; raises nothing."""
    if page == "history":
        return await _history(fetcher)
    found = Collected()
    try:
        async with AsyncExitStack() as stack:
            loader = _Loader(fetcher, stack, pace, offline=offline)
            if page in _LISTS:
                await _list(loader, page, found, on_progress)
            else:
                await _single(loader, page, found)
    except (RequestFailed, CredentialsError) as error:
        found.problems.append(error)
    return found


async def _history(fetcher: Fetcher) -> Collected:
    samples = await fetcher.load_samples()
    if not samples and fetcher.warning:
        return Collected(problems=[StoreUnavailable("There is no history to be read.")])
    remarks = [] if samples else ["Nothing is remembered of this account yet."]
    as_of = samples[-1][0] if samples else None
    table = tables.history(samples)
    return Collected(table, complete=True, total=len(samples), as_of=as_of, remarks=remarks)


class _Loader:
    """Gets the answer of a group, and connects once one has to be asked for."""

    def __init__(
        self, fetcher: Fetcher, stack: AsyncExitStack, pace: float, *, offline: bool
    ) -> None:
        self.fetcher = fetcher
        self.offline = offline
        self._stack = stack
        self._pace = pace
        self._connected = False
        self._asked = False

    async def get(self, of: Callable[[Session], Query[Any]]) -> Query[Any]:
        """Return a group with its answer, or with what kept it from one."""
        fetcher = self.fetcher
        query = of(fetcher.session)
        await fetcher.restore(query)
        if self.offline or query.is_fresh:
            return query
        if not self._connected:
            await self._stack.enter_async_context(fetcher.connected())
            self._connected = True
            # Only now it may have become known whose the token is.
            query = of(fetcher.session)
        if self._asked:
            await sleep(self._pace)
        self._asked = True
        await fetcher.load((fetcher.session.account, fetcher.session.artist, query))
        await fetcher.flush()
        return query

    def problems(self, query: Query[Any]) -> list[BeatPassError]:
        """Return why a group has no answer, or none that is new enough."""
        session = self.fetcher.session
        if self.offline:
            if query.value is not None:
                return []
            return [Unreachable("This is not remembered; leave --offline out to ask for it.")]
        found = self.fetcher.errors((session.account, session.artist, query))
        if not found and query.value is None:
            return [InvalidResponse("The artist profile came without an id.")]
        return found


# Pages of one answer


_SINGLE: dict[str, tuple[Callable[[Session], Query[Any]], Callable[[Any], ExportTable | None]]] = {
    "leaderboards": (lambda session: session.standings, tables.leaderboards),
    "achievements": (
        lambda session: session.achievements,
        lambda answer: None if answer.rows is None else tables.achievements(answer.rows),
    ),
}


async def _single(loader: _Loader, page: str, found: Collected) -> None:
    of, table_of = _SINGLE[page]
    query = await loader.get(of)
    found.problems = loader.problems(query)
    if found.problems:
        return
    table = table_of(query.value)
    if table is None:
        found.problems = [_unreadable(page)]
        return
    found.table, found.complete = table, True
    found.total, found.as_of = len(table.rows), query.fetched_at


def _unreadable(page: str) -> BeatPassError:
    return InvalidResponse(f"BeatPass sent {page} in a form that cannot be read yet.")


# Pages of many answers


class Paged(Protocol):
    """Returns the group of a page."""

    def __call__(self, session: Session, page: int) -> Query[Any]:
        """Return the group of a page, counted from 1."""


@dataclass(frozen=True, slots=True)
class _List:
    """A list that comes in pages."""

    page: Paged
    rows: Callable[[Any], Sequence[Any] | None]
    more: Callable[[Any], bool]
    table: Callable[[Session, Sequence[Any]], ExportTable]


def _beats(session: Session, _: Sequence[Any]) -> ExportTable:
    # The catalog puts the pages of a session together with what other answers know of a beat.
    return tables.beats(Catalog(session).rows())


_LISTS = {
    "beats": _List(
        lambda session, page: session.beats(page),
        lambda answer: answer.rows if answer.is_readable else None,
        lambda answer: answer.more,
        _beats,
    ),
    "collections": _List(
        lambda session, page: session.albums(page),
        lambda answer: answer.rows if answer.is_readable else None,
        lambda answer: answer.more,
        lambda _, rows: tables.collections(rows),
    ),
    "transactions": _List(
        lambda session, page: session.transactions("all", "all", page),
        lambda answer: answer.rows,
        lambda answer: answer.more,
        lambda _, rows: tables.transactions(rows),
    ),
    "activity": _List(
        lambda session, page: session.activity_in("all", page),
        lambda answer: answer.events,
        activity.has_more_downloads,
        lambda _, rows: tables.activity(rows),
    ),
}


async def _list(loader: _Loader, page: str, found: Collected, on_progress: OnProgress) -> None:
    listing = _LISTS[page]
    if page == "beats" and not loader.offline:
        found.problems = loader.problems(await loader.get(lambda session: session.performance))
    elif page == "beats":
        await loader.get(lambda session: session.performance)
    rows: list[Any] = []
    pages = 0
    while not found.complete:
        query = await loader.get(partial(listing.page, page=pages + 1))
        problems, answer = loader.problems(query), query.value
        if problems or answer is None:
            found.problems = [_rest(rows, found)] if loader.offline and rows else problems
            if pages and not loader.offline:
                come = f"{plural(pages, 'page')} came and will be used again for a while"
                found.remarks.append(f"{come}; nothing was written.")
            break
        part = listing.rows(answer)
        if part is None:
            found.problems = [_unreadable(page)]
            break
        rows += without_repeats(rows, part, grown=(answer.total or 0) - (found.total or 0))
        pages += 1
        found.total = answer.total if answer.total is not None else found.total
        found.as_of = min(filter(None, (found.as_of, query.fetched_at)), default=None)
        found.complete = not listing.more(answer)
        if not found.complete:
            on_progress(len(rows), found.total)
    found.table = listing.table(loader.fetcher.session, rows)


def _rest(rows: Sequence[object], found: Collected) -> BeatPassError:
    of = f" of {count(found.total)}" if found.total is not None else ""
    return Unreachable(
        f"{count(len(rows))}{of} rows are remembered; leave --offline out to ask for the rest."
    )


def without_repeats(before: Sequence[Any], part: Sequence[Any], *, grown: int) -> Sequence[Any]:
    """Return the rows of a page without those of the page before it.

    A list that has `grown` between two requests has pushed its last rows on to the next page.
    """
    for repeated in range(min(grown, len(before), len(part)), 0, -1):
        if list(before[-repeated:]) == list(part[:repeated]):
            return part[repeated:]
    return part
