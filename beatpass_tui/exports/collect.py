"""Collect all rows of a page for an export; cached responses are used while they are fresh.

Each response is cached when it arrives, so that an interrupted export continues where it stopped.
"""

from asyncio import sleep
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from beatpass_tui.errors import (
    BeatPassError,
    CredentialsError,
    ListIncomplete,
    RequestFailed,
    StoreUnavailable,
    Unreachable,
)
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import history_file
from beatpass_tui.exports.tables import ExportTable
from beatpass_tui.formatting import count, plural
from beatpass_tui.models.leaderboards import Leaderboard
from beatpass_tui.models.numbers import VIEWS
from beatpass_tui.models.secret import ENV_VARIABLE
from beatpass_tui.session.fetch import Fetcher
from beatpass_tui.session.lists import identify, page_of
from beatpass_tui.session.paged_list import JoinedList, ListPage, load_list
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.beats import to_rows
from beatpass_tui.view_models.missing import missing
from beatpass_tui.view_models.movers import BeatGains

OnProgress = Callable[[int, int | None], None]
"""Called with the number of loaded rows, and the total if known."""

OnEstimate = Callable[[int, float], None]
"""Called once with the number of remaining pages and the estimated seconds to load them."""

UNKNOWN_ACCOUNT = (
    f"{ENV_VARIABLE} has not been used on this computer, so its account is not known; run "
    f"`beatpass-tui stats` once."
)
"""The message if stored data can't be found because the token is new."""

_EMPTY = ExportTable((), ())


@dataclass(slots=True)
class Collected:
    """The rows of a page, and whether rows are missing."""

    table: ExportTable = _EMPTY
    complete: bool = False
    is_loaded: bool = False
    """Whether every page that BeatPass sends was loaded, even if rows are missing."""
    total: int | None = None
    """Number of rows at BeatPass, if known."""
    as_of: datetime | None = None
    """When the oldest row was fetched."""
    errors: list[BeatPassError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Sentences for the user."""


class _Source(NamedTuple):
    """The query and table of a page."""

    query: Callable[[Session, int], Query[Any]]
    """Returns the query of a list page by its number, from 1."""
    table: Callable[[Sequence[Any]], ExportTable]
    is_paged: bool = True
    """False if one response contains all rows."""


_SOURCES = {
    "beats": _Source(Session.beats, tables.beats),
    "collections": _Source(Session.albums, tables.collections),
    "transactions": _Source(
        lambda session, page: session.transactions("all", "all", page), tables.transactions
    ),
    "activity": _Source(Session.downloads, tables.activity),
    "leaderboards": _Source(
        lambda session, _: session.standings, tables.leaderboards, is_paged=False
    ),
    "achievements": _Source(
        lambda session, _: session.achievements, tables.achievements, is_paged=False
    ),
}


async def collect(
    fetcher: Fetcher,
    page: str,
    interval: float,
    on_progress: OnProgress,
    on_estimate: OnEstimate,
    *,
    offline: bool,
) -> Collected:
    """Return all rows of a page, with `interval` seconds between requests."""
    if page == "history":
        return await _history(fetcher)
    collected = Collected()
    try:
        async with AsyncExitStack() as stack:
            loader = _Loader(fetcher, stack, interval, offline=offline)
            if page == "beats":
                performance = await loader.load(lambda session, _: session.performance)
                # Offline, the contributions may be missing.
                collected.errors = [] if offline else loader.errors(performance, ())
            if page == "rankings":
                await _collect_rankings(loader, collected)
                return collected
            source = _SOURCES[page]
            if source.is_paged:
                await _collect_pages(loader, source, collected, on_progress, on_estimate)
            else:
                await _collect_response(loader, source, collected)
    except (RequestFailed, CredentialsError) as error:
        collected.errors.append(error)
    return collected


async def _history(fetcher: Fetcher) -> Collected:
    if not fetcher.is_account_known:
        return Collected(errors=[Unreachable(UNKNOWN_ACCOUNT)])
    samples, plays = await fetcher.load_samples(), await fetcher.load_plays()
    if not (samples or plays) and fetcher.warning:
        return Collected(errors=[StoreUnavailable("The history could not be read.")])
    file = history_file(samples, plays)
    return Collected(
        file.table,
        complete=True,
        total=file.total,
        as_of=file.as_of,
        notes=[] if file.total else ["No history for this account yet."],
    )


async def _collect_response(loader: "_Loader", source: _Source, collected: Collected) -> None:
    query = await loader.load(source.query)
    rows = query.value.rows if query.value is not None else None
    collected.errors = loader.errors(query, rows)
    if collected.errors or rows is None:
        return
    collected.as_of, collected.complete = query.fetched_at, True
    collected.table = source.table(rows)
    collected.total = len(collected.table.rows)


async def _collect_rankings(loader: "_Loader", collected: Collected) -> None:
    """Load every leaderboard; one that fails is missing in the table."""
    boards, errors = [], []
    for category, periods in VIEWS.items():
        for period in periods:
            query = await loader.load(partial(_leaderboard, category, period))
            board = query.value if query.value and query.value.leaders is not None else None
            errors += loader.errors(query, board and board.leaders)
            if board is not None:
                boards.append(board)
                times = (collected.as_of, query.fetched_at)
                collected.as_of = min((at for at in times if at is not None), default=None)
    collected.errors = list({str(error): error for error in errors}.values())
    collected.complete = not errors
    collected.table = tables.rankings(boards)
    collected.total = len(collected.table.rows) if collected.complete else None


def _leaderboard(category: str, period: str, session: Session, _: int) -> Query[Leaderboard]:
    return session.leaderboard(category, period)


async def _collect_pages(
    loader: "_Loader",
    source: _Source,
    collected: Collected,
    on_progress: OnProgress,
    on_estimate: OnEstimate,
) -> None:
    is_announced = was_sent = False

    async def fetch(number: int, reload: bool) -> ListPage[Any] | None:
        nonlocal was_sent
        requests = loader.requests
        query = await loader.load(source.query, number, reload=reload)
        was_sent = loader.requests > requests
        page = page_of(query, number, is_cached=not was_sent)
        errors = loader.errors(query, page.rows if page is not None else None)
        collected.errors = errors or collected.errors
        if errors or page is None:
            return None
        return page

    def report(joined: JoinedList[Any]) -> None:
        nonlocal is_announced
        if joined.has_ended:
            return
        if was_sent and not is_announced:
            is_announced = True
            pages = (joined.page_count or joined.pages) - joined.pages
            on_estimate(pages, pages * loader.interval)
        on_progress(len(joined.rows), joined.total)

    joined, loaded = await load_list(fetch, identify, on_page=report, offline=loader.offline)
    collected.as_of, collected.total = joined.oldest, joined.total
    collected.complete = loaded and joined.is_complete
    if not loaded and loader.offline and joined.rows:
        collected.errors = [_only_cached(len(joined.rows), joined.total)]
    elif not loaded and not loader.offline and joined.pages:
        pages = f"{plural(joined.pages, 'page')} loaded and cached for the next run"
        collected.notes.append(f"{pages}; nothing was written.")
    elif loaded and not collected.complete:
        collected.errors.append(ListIncomplete(incomplete_message(joined)))
    rows: Sequence[Any] = joined.rows
    if source.table is tables.beats:
        session = loader.fetcher.session
        gains = BeatGains(session)
        await gains.load()
        performance, now = session.performance.value, session.clock.now()
        rows = to_rows(joined.rows, performance, now, gains.movers)
    collected.table = source.table(rows)
    collected.is_loaded = loaded


def incomplete_message(joined: JoinedList[Any]) -> str:
    """Return the message for a list that is incomplete after loading every page."""
    if joined.missing:
        rows = f"{count(joined.missing)} of {plural(joined.total or 0, 'row')}"
        verb, pronoun = ("is", "it") if joined.missing == 1 else ("are", "them")
        return (
            f"{rows} {verb} missing: the list changed while it loaded, or BeatPass did not send "
            f"{pronoun}."
        )
    return "The list changed while it loaded; rows may be missing or out of date."


def _only_cached(rows: int, total: int | None) -> BeatPassError:
    of = f" of {count(total)}" if total is not None else ""
    return Unreachable(
        f"Only {count(rows)}{of} rows are cached; run without --offline to fetch the rest."
    )


class _Loader:
    """Loads queries from the cache or the service, and connects before the first request."""

    def __init__(
        self, fetcher: Fetcher, stack: AsyncExitStack, interval: float, *, offline: bool
    ) -> None:
        self.fetcher = fetcher
        self.offline = offline
        self.interval = interval
        self.requests = 0
        """Number of requests sent for the list."""
        self._stack = stack
        self._is_connected = False

    async def load(
        self,
        get_query: Callable[[Session, int], Query[Any]],
        page: int = 1,
        *,
        reload: bool = False,
    ) -> Query[Any]:
        """Load the query of a page and return it, with a value or an error.

        With `reload`, it is requested even if it is fresh.
        """
        fetcher = self.fetcher
        query = get_query(fetcher.session, page)
        await fetcher.session.restore((query,))
        if self.offline or (query.is_fresh and not reload):
            return query
        if not self._is_connected:
            await self._stack.enter_async_context(fetcher.connected())
            self._is_connected = True
            # Connecting starts a new session if the account was unknown.
            query = get_query(fetcher.session, page)
        if self.requests:
            await sleep(self.interval)
        self.requests += 1
        await fetcher.load((query,), Trigger.RELOAD if reload else Trigger.AUTOMATIC)
        await fetcher.flush()
        return query

    def errors(self, query: Query[Any], rows: Sequence[Any] | None) -> list[BeatPassError]:
        """Return the errors that explain why a query has no rows or outdated rows."""
        session = self.fetcher.session
        if self.offline and query.value is None:
            return [Unreachable("Not cached; run without --offline to fetch it.")]
        queries = (session.account, session.artist, query)
        errors = [] if self.offline else self.fetcher.errors(queries)
        if errors or rows is not None:
            return errors
        error = missing(session, query, readable=False)
        return [] if error is None else [error]
