"""What one run remembers of earlier ones: the store, asked away from the event loop.

Nothing here raises: where the store fails, nothing is remembered, and a remark says why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from beatpass_tui.errors import StoreUnavailable
from beatpass_tui.models import Artist
from beatpass_tui.models.numbers import read_numbers
from beatpass_tui.models.secret import Secret
from beatpass_tui.models.trends import Points
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.session.query import Query
from beatpass_tui.session.worker import Worker
from beatpass_tui.storage import serialization
from beatpass_tui.storage.store import AccountKey, CachedModel, Store, StoreSummary, Visit

T = TypeVar("T")

_CLOSING = 0.2
"""Seconds that the last writing may take when the program ends."""

_LOOK_BACK = timedelta(days=220)
"""How much of the history is in memory: enough for a sparkline of months."""


class HistoryRepository:
    """The store of one API origin, or none at all.

    The methods without `async` that read are for the time before the event loop runs.
    """

    def __init__(
        self,
        store: Store | None,
        origin: str,
        clock: Clock,
        *,
        token: Secret | None = None,
        remark: str = "",
    ) -> None:
        self._warning = remark
        # A token that is kept nowhere, by which its account is found again.
        self._token = token
        self._store = store
        self._origin = origin
        self._clock = clock
        self._worker = Worker("store")

    def take_warning(self) -> str:
        """Return, once, what the reader should know about the store; empty if there is nothing."""
        remark, self._warning = self._warning, ""
        return remark

    def token_owner(self) -> int | None:
        """Return the account that the token of this run was last seen to belong to."""
        token = self._token
        if token is None:
            return None
        return self._do(lambda store: store.find_token_owner(self._origin, token.reveal()), None)

    def load(self, account: int | None) -> AccountHistory | None:
        """Return what is remembered of an account, at once; None where nothing can be."""
        if account is None or self._store is None:
            return None
        whose = AccountKey(self._origin, account)
        return self._do(lambda store: _past(self, store, whose, self._clock), None)

    async def open(self, account: int | None) -> AccountHistory | None:
        """Return what is remembered of an account that has just signed in."""
        if account is None or self._store is None:
            return None
        return await self._worker.ask(lambda: self.load(account))

    async def delete_account(self, account: int | None) -> None:
        """Remove everything that is remembered of an account."""
        if account is not None:
            whose = AccountKey(self._origin, account)
            await self.run(lambda store: store.delete_account(whose), None)

    async def holdings(self, account: int | None) -> StoreSummary | None:
        """Return how much is remembered of an account."""
        if account is None:
            return None
        whose = AccountKey(self._origin, account)
        return await self.run(lambda store: store.summarize(whose), None)

    def save_token_owner(self, account: int) -> None:
        """Remember whose the token of this run is, when nothing else does."""
        token = self._token
        if token is not None:
            whose = AccountKey(self._origin, account)
            self.submit(lambda store: store.save_token_owner(whose, token.reveal()))

    def get_setting(self, name: str) -> str | None:
        """Return what was set in an earlier run."""
        return self._do(lambda store: store.load_setting(name), None)

    def set_setting(self, name: str, value: str) -> None:
        """Keep a setting for the next run."""
        self.submit(lambda store: store.save_setting(name, value))

    def submit(self, work: Callable[[Store], object]) -> None:
        """Have something done with the store, without waiting for it."""
        if self._store is not None:
            self._worker.post(lambda: self._do(work, None))

    async def run(self, work: Callable[[Store], T], otherwise: T) -> T:
        """Have something done with the store and return what comes of it."""
        if self._store is None:
            return otherwise
        return await self._worker.ask(lambda: self._do(work, otherwise))

    def close(self) -> None:
        """Finish the writing that is under way and close, if the disk is not too slow for that."""
        if self._store is not None:
            self._worker.post(self._store.close)
        self._worker.close(_CLOSING)

    def _do(self, work: Callable[[Store], T], otherwise: T) -> T:
        if self._store is None:
            return otherwise
        try:
            return work(self._store)
        except StoreUnavailable as error:
            self._warning = error.message
            return otherwise


class AccountHistory:
    """What is remembered of one account, and what this run adds to it."""

    def __init__(
        self,
        memory: HistoryRepository,
        whose: AccountKey,
        clock: Clock,
        answers: Mapping[str, CachedModel],
        visit: Visit,
        artist: int | None,
        points: Mapping[str, Points],
    ) -> None:
        self.account_id = whose.account
        self._repository = memory
        self._key = whose
        self._clock = clock
        self._answers = dict(answers)
        self._visit = visit
        self._artist = artist
        self._points = {name: list(course) for name, course in points.items()}
        self._before: dict[str, tuple[object, datetime] | None] = {}
        # Held while it is found out whether a visit has begun.
        self._resuming = asyncio.Lock()
        self._announced: set[str] = set()

    # Answers

    def restore(self, query: Query[T]) -> bool:
        """Give a group the answer that is remembered of it; return whether it has taken it."""
        kept = self._answers.pop(query.key, None)
        value = _model(query.model, kept)
        if kept is None or value is None:
            return False
        return query.restore(value, kept.fetched.astimezone(self._clock.now().tzinfo))

    async def load_answers(self, queries: Iterable[Query[object]]) -> None:
        """Read from the disk what is remembered of groups that were not on the first page."""
        names = [query.key for query in queries]
        nothing: dict[str, CachedModel] = {}
        self._answers.update(
            await self._repository.run(lambda store: store.load_cached(self._key, names), nothing)
        )

    def save(self, query: Query[T], artist: int | None) -> None:
        """Keep the answer that a group has just got, and the numbers of the artist in it."""
        value, at = query.value, query.fetched_at
        if value is None or at is None:
            return
        numbers = read_numbers(query.name, value) if artist is not None else {}
        if artist is not None and artist != self._artist:
            # The history in memory is that of another artist.
            self._artist, self._points = artist, {}
        for name, number in numbers.items():
            self._points.setdefault(name, []).append((at, number))
        whose, key, kind = self._key, query.key, query.model

        def work(store: Store) -> None:
            kept = CachedModel(at, serialization.shape(kind), serialization.dump(value))
            store.save_cached(whose, {key: kept}, artist=artist, numbers=numbers)

        self._repository.submit(work)

    def drop_answers(self) -> None:
        """Let go of all answers: they are of an artist who is not the active one any more."""
        self._answers, self._visit, self._before = {}, Visit(), {}
        self._repository.submit(lambda store: store.delete_cached(self._key))

    # The visit before

    @property
    def last_visit(self) -> datetime | None:
        """When the visit before this one ended; None at the first one."""
        return self._visit.since

    def value_at_last_visit(self, query: Query[T]) -> tuple[T, datetime] | None:
        """Return the answer of a group as it was at the end of the visit before, and its time."""
        kept = self._visit.baseline.get(query.key)
        if kept is None:
            return None
        if query.key not in self._before:
            value = _model(query.model, kept)
            local = kept.fetched.astimezone(self._clock.now().tzinfo)
            self._before[query.key] = None if value is None else (value, local)
        return self._before[query.key]  # type: ignore[return-value]

    def begin_visit(self) -> None:
        """Begin a visit, if the last one has ended, and let old history go."""

        def work(store: Store) -> None:
            store.begin_visit(self._key)
            store.prune()

        self._repository.submit(work)

    async def save_baseline(self) -> None:
        """Keep what the next visit is measured by, before answers come that nobody looks at."""
        await self._repository.run(lambda store: store.save_baseline(self._key), None)

    async def resume_visit(self) -> bool:
        """Begin a visit if nobody looked for long; return whether one has begun."""
        async with self._resuming:
            before = self._visit.since
            visit = await self._repository.run(
                lambda store: store.begin_visit(self._key), self._visit
            )
            if visit.since == before:
                return False
            self._visit, self._before = visit, {}
            return True

    async def wait_until_resumed(self) -> None:
        """Wait while it is being found out whether a visit has begun."""
        async with self._resuming:
            pass

    def mark_seen(self) -> None:
        """Take note that somebody looks at the numbers now."""
        self._repository.submit(lambda store: store.mark_seen(self._key))

    async def mark_announced(self, what: Sequence[str]) -> list[str]:
        """Return which of these were not told before; they will not be told again."""
        new = [each for each in what if each not in self._announced]
        self._announced.update(new)
        if not new:
            return []
        return await self._repository.run(lambda store: store.mark_announced(self._key, new), [])

    # History

    def points(self, number: str) -> Points:
        """Return time and value of a number's last months, oldest first, one a day but for now."""
        return self._points.get(number, ())

    async def load_samples(self) -> list[tuple[datetime, int, str, float]]:
        """Return every value in the history: time, artist, number and value, the oldest first."""
        nothing: list[tuple[datetime, int, str, float]] = []
        return await self._repository.run(lambda store: store.load_samples(self._key), nothing)

    async def load_points(self, number: str) -> Points:
        """Return the whole history of a number, one value a day."""
        artist = self._artist
        if artist is None:
            return ()
        nothing: dict[str, list[tuple[datetime, float]]] = {}
        found = await self._repository.run(
            lambda store: store.load_daily_samples(self._key, artist, numbers=(number,)), nothing
        )
        return found.get(number, ())


def _past(
    memory: HistoryRepository, store: Store, whose: AccountKey, clock: Clock
) -> AccountHistory:
    answers = store.load_cached(whose, HOME)
    profile = _model(Artist, answers.get("artist"))
    artist = profile.id if profile is not None else None
    points: Mapping[str, Points] = {}
    if artist is not None:
        points = store.load_daily_samples(whose, artist, since=clock.now() - _LOOK_BACK)
    return AccountHistory(memory, whose, clock, answers, store.load_visit(whose), artist, points)


HOME = ("account", "artist", "stats", "intelligence", "followers", "activity")
"""The answers that the first frame is drawn from."""


def _model(kind: type[T], kept: CachedModel | None) -> T | None:
    """Return the model that was kept; None when it was written for another shape of it."""
    if kept is None or kept.shape != serialization.shape(kind):
        return None
    try:
        return serialization.load(kind, kept.body)
    except serialization.SerializationError:
        return None
