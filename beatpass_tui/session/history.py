"""Stored answers, history and visits of accounts, read and written outside the event loop.

Nothing here raises: where the store fails, nothing is stored, and a warning gives the reason.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from beatpass_tui.errors import StoreUnavailable
from beatpass_tui.models.identity import Artist
from beatpass_tui.models.numbers import read_numbers
from beatpass_tui.models.secret import Secret
from beatpass_tui.models.trends import Points
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.runtime.threads import DaemonExecutor
from beatpass_tui.session.query import Query
from beatpass_tui.storage import serialization
from beatpass_tui.storage.store import AccountKey, CachedModel, Store, Visit
from beatpass_tui.transport import endpoints

T = TypeVar("T")
Samples = list[tuple[datetime, int, str, float]]
"""Time, artist, number and value, oldest first."""

_CLOSE_TIMEOUT = 0.2
"""Seconds for which the end of the program waits for pending writes."""

_LOOK_BACK = timedelta(days=220)
"""How much of the history is in memory: enough for a sparkline of months."""


class HistoryRepository:
    """The store of one API origin, or none at all.

    The methods without `async` that read are for the time before the event loop runs. `token` is
    one that is stored nowhere; its account is found by a digest of it.
    """

    def __init__(
        self,
        store: Store | None,
        origin: str,
        clock: Clock,
        *,
        token: Secret | None = None,
        warning: str = "",
    ) -> None:
        self._warning = warning
        self._token = token
        self._store = store
        self._origin = origin
        self._clock = clock
        self._executor = DaemonExecutor("store")

    def take_warning(self) -> str:
        """Return, once, what is wrong with the store; empty if nothing is."""
        warning, self._warning = self._warning, ""
        return warning

    def token_owner(self) -> int | None:
        """Return the id of the account that the token of this run was last seen to belong to."""
        token = self._token
        if token is None:
            return None
        return self._call(lambda store: store.find_token_owner(self._origin, token.reveal()), None)

    def save_token_owner(self, account: int) -> None:
        """Store which account the token of this run belongs to."""
        token = self._token
        if token is not None:
            key = AccountKey(self._origin, account)
            self.submit(lambda store: store.save_token_owner(key, token.reveal()))

    def load(self, account: int | None) -> "AccountHistory | None":
        """Return what is stored of an account, blocking; None without a store."""
        if account is None:
            return None
        key = AccountKey(self._origin, account)
        return self._call(lambda store: AccountHistory(self, store, key, self._clock), None)

    async def open(self, account: int | None) -> "AccountHistory | None":
        """Return what is stored of an account; None without a store."""
        if account is None or self._store is None:
            return None
        return await self._executor.run(lambda: self.load(account))

    async def sign_out(self, account: int) -> None:
        """Delete everything that is stored of an account except its history."""
        key = AccountKey(self._origin, account)
        await self.run(lambda store: store.delete_account(key, keep_history=True), None)

    def get_setting(self, name: str) -> str | None:
        """Return a setting, blocking."""
        return self._call(lambda store: store.load_setting(name), None)

    def set_setting(self, name: str, value: str) -> None:
        """Store a setting."""
        self.submit(lambda store: store.save_setting(name, value))

    def submit(self, work: Callable[[Store], object]) -> None:
        """Have something done with the store, without waiting for it."""
        if self._store is not None:
            self._executor.post(self._call, work, None)

    async def run(self, work: Callable[[Store], T], default: T) -> T:
        """Return the result of something done with the store, or `default` where it fails."""
        if self._store is None:
            return default
        return await self._executor.run(lambda: self._call(work, default))

    def close(self) -> None:
        """Finish pending writes and close the store, unless the disk is too slow for that."""
        self.submit(lambda store: store.close())
        self._executor.close(_CLOSE_TIMEOUT)

    def _call(self, work: Callable[[Store], T], default: T) -> T:
        if self._store is None:
            return default
        try:
            return work(self._store)
        except StoreUnavailable as error:
            self._warning = error.message
            return default


class AccountHistory:
    """What is stored of one account, and what this run adds to it."""

    def __init__(
        self, repository: HistoryRepository, store: Store, key: AccountKey, clock: Clock
    ) -> None:
        self.account_id = key.account
        self._repository = repository
        self._key = key
        self._clock = clock
        self._answers = store.load_cached(key, endpoints.HOME)
        self._read_keys = set(endpoints.HOME)
        cached = self._answers.get(endpoints.ARTIST.name)
        profile = cached.load(Artist) if cached is not None else None
        self.artist_id = profile.id if profile is not None else None
        """The artist of the answers and of the points."""
        # After signing out and in again, the artist is not known yet.
        known = self.artist_id
        artists = store.list_artists(key) if known is None else (known,)
        since = clock.now() - _LOOK_BACK
        self._points: dict[int | None, dict[str, list[tuple[datetime, float]]]] = {
            artist: store.load_daily_samples(key, artist, since=since) for artist in artists
        }
        self._visit = store.load_visit(key)
        self._baseline: dict[str, tuple[Any, datetime] | None] = {}
        self._resuming = asyncio.Lock()
        self._announced: set[str] = set()

    # Answers

    def restore(self, query: Query[T]) -> bool:
        """Give a query the answer that is stored of it; return whether it has taken it."""
        stored = self._read(query, self._answers.pop(query.key, None))
        return stored is not None and query.restore(*stored)

    async def load_answers(self, queries: Iterable[Query[object]]) -> bool:
        """Read the stored answers of queries, each once; return whether there were any."""
        keys = [query.key for query in queries if query.key not in self._read_keys]
        if not keys:
            return False
        self._read_keys.update(keys)
        answers: dict[str, CachedModel] = await self._repository.run(
            lambda store: store.load_cached(self._key, keys), {}
        )
        self._answers.update(answers)
        return bool(answers)

    def save(self, query: Query[T], artist: int | None) -> None:
        """Store the answer of a query, and the numbers of the artist in it."""
        value, at = query.value, query.fetched_at
        if value is None or at is None:
            return
        numbers = read_numbers(query.name, value) if artist is not None else {}
        if artist is not None:
            self.artist_id = artist
        for name, number in numbers.items():
            points = self._points.setdefault(artist, {}).setdefault(name, [])
            if not points or points[-1][0] != at:
                points.append((at, number))
        key, model = query.key, query.endpoint.model

        def work(store: Store) -> None:
            cached = CachedModel(at, serialization.shape(model), serialization.dump(value))
            store.save_cached(self._key, {key: cached}, artist=artist, numbers=numbers)

        self._repository.submit(work)

    def drop_answers(self) -> None:
        """Remove all answers, since they are of another artist than the active one."""
        self._answers, self._visit, self._baseline = {}, Visit(), {}
        self._repository.submit(lambda store: store.delete_cached(self._key))

    def _read(self, query: Query[T], cached: CachedModel | None) -> tuple[T, datetime] | None:
        value = cached.load(query.endpoint.model) if cached is not None else None
        if cached is None or value is None:
            return None
        return value, cached.fetched.astimezone(self._clock.now().tzinfo)

    # Visits

    @property
    def last_visit(self) -> datetime | None:
        """When the visit before this one ended; None at the first visit."""
        return self._visit.since

    def value_at_last_visit(self, query: Query[T]) -> tuple[T, datetime] | None:
        """Return the answer of a query at the end of the visit before, and its time."""
        if query.key not in self._baseline:
            self._baseline[query.key] = self._read(query, self._visit.baseline.get(query.key))
        return self._baseline[query.key]

    def begin_visit(self) -> None:
        """Begin a visit if the last one has ended, and prune the history."""

        def work(store: Store) -> None:
            store.begin_visit(self._key)
            store.prune()

        self._repository.submit(work)

    async def save_baseline(self) -> None:
        """Store what the next visit is compared with, before answers that are not shown."""
        await self._repository.run(lambda store: store.save_baseline(self._key), None)

    async def resume_visit(self) -> bool:
        """Begin a visit if the last one has ended; return whether one has begun."""
        async with self._resuming:
            visit = await self._repository.run(
                lambda store: store.begin_visit(self._key), self._visit
            )
            if visit.since == self._visit.since:
                return False
            self._visit, self._baseline = visit, {}
            return True

    async def wait_until_resumed(self) -> None:
        """Wait while `resume_visit` runs."""
        async with self._resuming:
            pass

    def mark_seen(self) -> None:
        """Store that the user looks at the numbers now."""
        self._repository.submit(lambda store: store.mark_seen(self._key))

    async def mark_announced(self, items: Sequence[str]) -> list[str]:
        """Return which items were not announced before; they are from now on."""
        new = [item for item in items if item not in self._announced]
        self._announced.update(new)
        if not new:
            return []
        return await self._repository.run(lambda store: store.mark_announced(self._key, new), [])

    # History

    def points(self, number: str) -> Points:
        """Return time and value of a number's last months: one a day, and those of this run."""
        return self._points.get(self.artist_id, {}).get(number, ())

    async def load_points(self, number: str) -> Points:
        """Return the whole history of a number, one value a day."""
        artist = self.artist_id
        if artist is None:
            return ()
        points: dict[str, list[tuple[datetime, float]]] = await self._repository.run(
            lambda store: store.load_daily_samples(self._key, artist, numbers=(number,)), {}
        )
        return points.get(number, ())

    async def import_samples(
        self, artist: int, rows: Iterable[tuple[str, datetime, float]]
    ) -> int | None:
        """Add samples that are not stored yet; return how many, None if the store failed."""
        return await self._repository.run(
            lambda store: store.import_samples(self._key, artist, rows), None
        )

    async def list_artists(self) -> list[int]:
        """Return the artists in the history, the one with the latest sample first."""
        nothing: list[int] = []
        return await self._repository.run(lambda store: store.list_artists(self._key), nothing)

    async def count_samples(self) -> int:
        """Return the number of values in the history."""
        nothing: dict[int, int] = {}
        key = self._key
        counts = await self._repository.run(lambda store: store.count_samples(key.origin), nothing)
        return counts.get(key.account, 0)

    async def forget_samples(self) -> None:
        """Delete every value in the history."""
        self._points.clear()
        await self._repository.run(lambda store: store.delete_history(self._key), None)

    async def load_samples(self) -> Samples:
        """Return every value in the history."""
        return await self._repository.run(lambda store: store.load_samples(self._key), [])
