"""Cached models, history and visits of accounts, read and written on a background thread.

If the store fails, nothing is saved, and a warning gives the reason; only commands that need the
store get an exception.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from beatpass_tui.errors import StoreUnavailable
from beatpass_tui.models.beat_plays import BeatPlays, RecordedBeat, beats_in
from beatpass_tui.models.identity import Artist
from beatpass_tui.models.numbers import read_numbers
from beatpass_tui.models.secret import Secret
from beatpass_tui.models.trends import Points
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.runtime.threads import DaemonExecutor
from beatpass_tui.session.limits import AccountLimits
from beatpass_tui.session.query import Query
from beatpass_tui.session.recent_points import RecentPoints, load_recent_points
from beatpass_tui.storage import serialization
from beatpass_tui.storage.plays import PlaysSample
from beatpass_tui.storage.store import AccountKey, CachedModel, Store, Visit
from beatpass_tui.transport import endpoints

T = TypeVar("T")
Samples = list[tuple[datetime, int, str, float]]
"""Time, artist, number and value, oldest first."""

_CLOSE_TIMEOUT = 0.2
"""Seconds for which the end of the program waits for pending writes."""


class HistoryRepository:
    """The store as used by one API origin; without a store, nothing is loaded or saved.

    Synchronous methods that read block, and are meant for startup. `token` is a token that is not
    saved; its account is found by a digest. If the store is `required`, methods that return
    something raise StoreUnavailable if it fails.
    """

    def __init__(
        self,
        store: Store | None,
        origin: str,
        clock: Clock,
        *,
        token: Secret | None = None,
        warning: str = "",
        required: bool = False,
    ) -> None:
        self._warning = self._all_warnings = warning
        self._required = required
        self._token = token
        self._store = store
        self._origin = origin
        self._clock = clock
        self._executor = DaemonExecutor("store")
        self.on_warning: Callable[[], object] = lambda: None
        """Called on the thread of the store after an error that is not a repetition."""

    def take_warning(self) -> str:
        """Return the last error of the store and clear it; empty without an error."""
        warning, self._warning = self._warning, ""
        return warning

    def token_owner(self) -> int | None:
        """Return the id of the account that the unsaved token last belonged to, blocking."""
        token = self._token
        if token is None:
            return None
        return self._read(lambda store: store.find_token_owner(self._origin, token.reveal()), None)

    def save_token_owner(self, account: int) -> None:
        """Save which account the unsaved token belongs to."""
        token = self._token
        if token is not None:
            key = AccountKey(self._origin, account)
            self.submit(lambda store: store.save_token_owner(key, token.reveal()))

    def load(self, account: int | None) -> "AccountHistory | None":
        """Return the history of an account, blocking; None without a store."""
        if account is None:
            return None
        key = AccountKey(self._origin, account)
        return self._read(lambda store: AccountHistory(self, store, key, self._clock), None)

    async def open(self, account: int | None) -> "AccountHistory | None":
        """Return the history of an account; None without a store."""
        if account is None or self._store is None:
            return None
        return await self._executor.run(lambda: self.load(account))

    async def sign_out(self, account: int) -> None:
        """Delete everything stored for an account except its history."""
        key = AccountKey(self._origin, account)
        await self.run(
            lambda store: store.delete_account(key, keep_history=True), None, warn_again=True
        )

    def get_setting(self, name: str) -> str | None:
        """Return a setting, blocking."""
        return self._read(lambda store: store.load_setting(name), None)

    def set_setting(self, name: str, value: str) -> None:
        """Save a setting in the background."""
        self.submit(lambda store: store.save_setting(name, value))

    def submit(self, work: Callable[[Store], object]) -> None:
        """Call `work` with the store in the background, ignoring its result."""
        if self._store is not None:
            self._executor.post(self._call, work, None)

    async def run(self, work: Callable[[Store], T], default: T, *, warn_again: bool = False) -> T:
        """Call `work` with the store and return its result, or `default` if the store fails.

        With `warn_again` the warning is set even if it repeats an earlier one, and is left to the
        caller to show.
        """
        if self._store is None:
            return default
        if warn_again:
            self._all_warnings = ""
        call = partial(self._call, raises=self._required, notify=not warn_again)
        return await self._executor.run(lambda: call(work, default))

    async def require(self, work: Callable[[Store], T], seconds: float | None = None) -> T:
        """Call `work` with the store and return its result; raises StoreUnavailable.

        After `seconds`, raises TimeoutError, but `work` is still called.
        """
        if (store := self._store) is None:
            raise StoreUnavailable(self._all_warnings or "Nothing is stored in this run.")
        return await self._executor.run(lambda: work(store), timeout=seconds, required=True)

    def close(self) -> bool:
        """Finish pending writes, unless that takes too long; return whether nothing is missing."""
        self.submit(lambda store: store.close())
        self._executor.close(_CLOSE_TIMEOUT)
        return not self._all_warnings and self._store is not None and self._store.is_own

    def _read(self, work: Callable[[Store], T], default: T) -> T:
        return self._call(work, default, raises=self._required)

    def _call(
        self, work: Callable[[Store], T], default: T, *, raises: bool = False, notify: bool = True
    ) -> T:
        if self._store is None:
            return default
        try:
            return work(self._store)
        except StoreUnavailable as error:
            if raises:
                raise
            if error.message not in self._all_warnings:
                self._warning = error.message
                self._all_warnings += error.message
                if notify:
                    self.on_warning()
            return default


class AccountHistory:
    """Cached models, history and visits of one account; loading them blocks."""

    def __init__(
        self, repository: HistoryRepository, store: Store, key: AccountKey, clock: Clock
    ) -> None:
        self.account_id = key.account
        self.limits = AccountLimits(repository, store, key, clock)
        self._repository = repository
        self._key = key
        self._clock = clock
        self._cached = store.load_cached(key, endpoints.HOME)
        self._loaded_keys = set(endpoints.HOME)
        cached = self._cached.get(endpoints.ARTIST.name)
        profile = cached.load(Artist) if cached is not None else None
        self.artist_id = profile.id if profile is not None else None
        """The artist of the cached models and of the points."""
        # After signing out and in again, the artist is not known yet.
        artists = store.list_artists(key) if self.artist_id is None else (self.artist_id,)
        self._points: dict[int | None, RecentPoints] = {
            artist: load_recent_points(store, key, artist, clock.now()) for artist in artists
        }
        self._visit = store.load_visit(key)
        self._baseline: dict[str, tuple[Any, datetime] | None] = {}
        self._resuming = asyncio.Lock()
        self._announced: set[str] = set()
        self.plays_version = 0
        """Changes when plays of beats were recorded."""

    # Cached models

    def restore(self, query: Query[T]) -> bool:
        """Set a query to its cached value; return whether it had no newer one."""
        cached = self._read(query, self._cached.pop(query.key, None))
        return cached is not None and query.restore(*cached)

    async def load_cached(self, queries: Iterable[Query[object]]) -> bool:
        """Load the cached models of queries, each only once; return whether there were any."""
        keys = [query.key for query in queries if query.key not in self._loaded_keys]
        if not keys:
            return False
        self._loaded_keys.update(keys)
        cached: dict[str, CachedModel] = await self._repository.run(
            lambda store: store.load_cached(self._key, keys), {}
        )
        self._cached.update(cached)
        return bool(cached)

    def save(self, query: Query[T], artist: int | None) -> None:
        """Cache the value of a query, and add the artist's numbers in it to the history."""
        value, at = query.value, query.fetched_at
        if value is None or at is None:
            return
        numbers = {}
        if artist is not None:
            self.artist_id, numbers = artist, read_numbers(query.name, value)
        for name, number in numbers.items():
            points = self._points.setdefault(artist, {}).setdefault(name, [])
            if not points or points[-1][0] != at:
                points.append((at, number))
        key, model, beats = query.key, query.endpoint.model, beats_in(value)
        self.plays_version += bool(beats)

        def work(store: Store) -> None:
            cached = CachedModel(at, serialization.shape(model), serialization.dump(value))
            store.save_cached(self._key, {key: cached}, artist=artist, numbers=numbers)
            if artist is not None and beats:
                store.beats.record(self._key, artist, beats, at)

        self._repository.submit(work)

    def drop_cached(self) -> None:
        """Delete all cached models, for example those of another artist."""
        self._cached, self._visit, self._baseline = {}, Visit(), {}
        self._repository.submit(lambda store: store.delete_cached(self._key))

    def _read(self, query: Query[T], cached: CachedModel | None) -> tuple[T, datetime] | None:
        value = cached.load(query.endpoint.model) if cached is not None else None
        if cached is None or value is None:
            return None
        return value, cached.fetched.astimezone(self._clock.now().tzinfo)

    # Visits

    @property
    def last_visit(self) -> datetime | None:
        """When the previous visit ended; None at the first visit."""
        return self._visit.since

    def value_at_last_visit(self, query: Query[T]) -> tuple[T, datetime] | None:
        """Return the value of a query at the end of the previous visit, and when it was fetched."""
        if query.key not in self._baseline:
            self._baseline[query.key] = self._read(query, self._visit.baseline.get(query.key))
        return self._baseline[query.key]

    def begin_visit(self) -> None:
        """Begin a visit if the last one has ended, and prune the history."""

        def work(store: Store) -> None:
            store.begin_visit(self._key)
            store.prune()

        self._repository.submit(work)

    def set_visit(self, visit: Visit) -> Visit:
        """Measure changes against another visit; return the one before."""
        before, self._visit, self._baseline = self._visit, visit, {}
        return before

    async def save_baseline(self) -> None:
        """Save the baseline of the next visit, before caching values that are not shown."""
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
        """Save the current time as the last time the user saw the numbers."""
        self._repository.submit(lambda store: store.mark_seen(self._key))

    async def mark_announced(self, items: Sequence[str]) -> list[str]:
        """Mark items as announced; return those that were not."""
        new = [item for item in items if item not in self._announced]
        self._announced.update(new)
        if not new:
            return []
        return await self._repository.run(lambda store: store.mark_announced(self._key, new), [])

    # History

    def points(self, number: str) -> Points:
        """Return recent points of a number: daily, hourly near period ends, and all of this run."""
        return self._points.get(self.artist_id, {}).get(number, ())

    async def load_series(self, numbers: Sequence[str]) -> Mapping[str, Points]:
        """Return the whole history of numbers by id, one point per day."""
        artist = self.artist_id
        if artist is None:
            return {}
        return await self._repository.run(
            lambda store: store.load_daily_samples(self._key, artist, numbers=numbers), {}
        )

    async def measure_beats(
        self, artist: int, since: datetime, work: Callable[[Iterable[RecordedBeat]], T]
    ) -> T:
        """Return the result of `work` on the beats of an artist, with their plays from `since` on.

        `work` runs outside the event loop.
        """
        return await self._repository.run(
            lambda store: work(store.beats.read(self._key, artist, since)), None
        ) or work(())

    async def load_beats(
        self, artist: int, beats: Sequence[int], since: datetime
    ) -> list[RecordedBeat]:
        """Return some beats of an artist, with their plays from `since` on."""
        return await self._repository.run(
            lambda store: store.beats.load(self._key, artist, since, beats), []
        )

    async def page_times(self) -> dict[int, datetime]:
        """Return when each cached page of the catalog was fetched, by its number."""
        return await self._repository.run(lambda store: store.beats.page_times(self._key), {})

    async def take_page(self, most: int) -> bool:
        """Count a page of the catalog to be requested; return false after `most` on a day."""
        return await self._repository.run(
            lambda store: store.beats.take_page(self._key, most), False
        )

    async def import_samples(
        self,
        artist: int,
        rows: Iterable[tuple[str, datetime, float]],
        plays: Iterable[tuple[BeatPlays, datetime]] = (),
    ) -> int:
        """Add samples of numbers and plays of beats that are not stored yet; return how many."""

        def work(store: Store) -> int:
            numbers = store.import_samples(self._key, artist, rows)
            return numbers + store.beats.import_plays(self._key, artist, plays)

        self.plays_version += 1
        return await self._repository.run(work, 0)

    async def list_artists(self) -> list[int]:
        """Return the artists in the history, the one with the latest sample first."""
        return await self._repository.run(lambda store: store.list_artists(self._key), [])

    async def count_samples(self) -> int:
        """Return the number of samples in the history, including plays of beats.

        Raises StoreUnavailable, since a history that can't be read may not be empty.
        """

        def work(store: Store) -> int:
            origin, account = self._key
            plays, _ = store.beats.count(origin).get(account, (0, 0))
            return store.count_samples(origin).get(account, 0) + plays

        return await self._repository.require(work)

    async def forget_samples(self) -> None:
        """Delete all samples of the history."""
        self._points.clear()
        self.plays_version += 1
        await self._repository.run(
            lambda store: store.delete_history(self._key), None, warn_again=True
        )

    async def load_samples(self) -> Samples:
        """Return all samples of the numbers."""
        return await self._repository.run(lambda store: store.load_samples(self._key), [])

    async def load_plays(self) -> list[PlaysSample]:
        """Return all recorded plays of beats."""
        return await self._repository.run(lambda store: store.beats.load_all(self._key), [])
