"""Stored answers and history: read outside the event loop, without raising."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NoReturn, cast

import pytest

from beatpass_tui.errors import StoreUnavailable
from beatpass_tui.models.home import Followers, Intelligence, Stats
from beatpass_tui.models.identity import Artist
from beatpass_tui.models.secret import Secret
from beatpass_tui.models.trends import Points
from beatpass_tui.session import history as module
from beatpass_tui.session.history import AccountHistory, HistoryRepository
from beatpass_tui.session.query import Query
from beatpass_tui.storage import serialization
from beatpass_tui.storage.store import AccountKey, CachedModel, Store, StoreSummary
from support.fakes import (
    NOVA_ACCOUNT,
    NOVA_ARTIST,
    NOVA_FOLLOWERS,
    NOVA_INTELLIGENCE,
    NOVA_STATS,
    NOW,
    FakeClock,
    query_of,
    settle,
)

ORIGIN = "https://open.beatpass.ca"
assert NOVA_ACCOUNT.id is not None
assert NOVA_ARTIST.id is not None
NOVA: int = NOVA_ACCOUNT.id
ARTIST: int = NOVA_ARTIST.id
ACCOUNT_KEY = AccountKey(ORIGIN, NOVA)
TOKEN = Secret("17|a-token-of-a-variable")


def query(name: str, kind: type[Any], clock: FakeClock, value: object = None) -> Query[Any]:
    async def fetch() -> NoReturn:
        raise AssertionError("no request is expected")

    created: Query[Any] = query_of(fetch, clock, kind, name=name)
    if value is not None:
        created.set_value(value)
    return created


def empty_query(name: str, kind: type[Any]) -> Query[Any]:
    """Return a query without an answer."""
    return query(name, kind, FakeClock())


def answer(value: object, at: datetime = NOW) -> CachedModel:
    return CachedModel(at, serialization.shape(type(value)), serialization.dump(value))


class Run:
    """One run of the program."""

    def __init__(self, path: Path, clock: FakeClock, *, token: Secret | None = None) -> None:
        self.clock = clock
        self.store = Store(path, clock.now)
        self.repository = HistoryRepository(self.store, ORIGIN, clock, token=token)

    def load(self) -> AccountHistory:
        history = self.repository.load(NOVA)
        assert history is not None
        return history

    async def flush(self) -> None:
        """Wait for pending writes."""
        await self.repository.run(lambda _: None, None)

    def query(self, name: str, kind: type[Any], value: object = None) -> Query[Any]:
        return query(name, kind, self.clock, value)


class Runs:
    """Runs of the program on one file, closed when the test ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.clock = FakeClock()
        self._runs: list[Run] = []

    def __call__(self, *, token: Secret | None = None) -> Run:
        run = Run(self._path, self.clock, token=token)
        self._runs.append(run)
        return run

    def close(self) -> None:
        for run in self._runs:
            run.repository.close()
            run.store.close()


async def load_points(history: AccountHistory, number: str) -> Points:
    """Return the whole history of a number."""
    return (await history.load_series((number,))).get(number, ())


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    created = Runs(tmp_path / "data" / "store.sqlite3")
    yield created
    created.close()


# Answers of earlier runs


async def test_next_run_restores_an_answer(runs: Runs) -> None:
    first = runs()
    history = first.load()
    history.save(first.query("stats", Stats, NOVA_STATS), ARTIST)
    await first.flush()
    runs.clock.advance(60)
    second = runs()
    stats = second.query("stats", Stats)
    assert second.load().restore(stats)
    assert stats.value == NOVA_STATS
    assert stats.fetched_at == NOW
    assert stats.restored
    assert stats.is_fresh


async def test_restore_returns_whether_the_answer_was_restored(runs: Runs) -> None:
    run = runs()
    run.store.save_cached(ACCOUNT_KEY, {"stats": answer(NOVA_STATS), "artist": answer(NOVA_ARTIST)})
    history = run.load()
    newer = NOVA_STATS._replace(total_plays=99)
    stats = run.query("stats", Stats, newer)
    assert not history.restore(stats)
    assert stats.value == newer
    assert not stats.restored
    assert not history.restore(run.query("followers", Followers))
    assert history.restore(run.query("artist", Artist))


@pytest.mark.parametrize(
    "cached",
    [
        answer(NOVA_STATS)._replace(shape="00000000"),
        answer(NOVA_STATS)._replace(body="[]"),
        answer(NOVA_STATS)._replace(body="\x00"),
        answer(NOVA_STATS)._replace(body="[[" * 50_000),
        answer(NOVA_FOLLOWERS),
    ],
    ids=["another shape", "too short", "no JSON", "too deep", "another model"],
)
def test_unreadable_answers_are_ignored(runs: Runs, cached: CachedModel) -> None:
    run = runs()
    run.store.begin_visit(ACCOUNT_KEY)
    run.store.save_cached(ACCOUNT_KEY, {"stats": cached, "artist": cached})
    runs.clock.advance(3600)
    history = run.load()
    stats = run.query("stats", Stats)
    assert not history.restore(stats)
    assert stats.is_pending
    assert history.value_at_last_visit(empty_query("stats", Stats)) is None


async def test_answers_of_pages_are_read_on_demand(runs: Runs) -> None:
    run = runs()
    run.store.save_cached(ACCOUNT_KEY, {"followers:2": answer(NOVA_FOLLOWERS)})
    history = run.load()
    followers: Query[Any] = query_of(
        cast(Any, None), runs.clock, Followers, name="followers", key="followers:2"
    )
    assert not history.restore(followers)
    await history.load_cached([followers])
    assert history.restore(followers)
    assert followers.value == NOVA_FOLLOWERS


def test_times_are_local(tmp_path: Path) -> None:
    zone = timezone(timedelta(hours=-5))
    run = Run(tmp_path / "store.sqlite3", FakeClock(NOW.astimezone(zone)))
    run.store.begin_visit(ACCOUNT_KEY)
    run.store.save_cached(ACCOUNT_KEY, {"stats": answer(NOVA_STATS, NOW.astimezone(UTC))})
    run.clock.advance(3600)
    history = run.load()
    before = history.value_at_last_visit(empty_query("stats", Stats))
    stats = run.query("stats", Stats)
    assert history.restore(stats)
    assert before is not None
    assert stats.fetched_at is not None
    assert stats.fetched_at.tzinfo == before[1].tzinfo == zone
    run.store.close()


def test_accounts_are_separate(runs: Runs) -> None:
    run = runs()
    run.store.save_cached(ACCOUNT_KEY, {"stats": answer(NOVA_STATS)})
    other = run.repository.load(5)
    assert other is not None
    assert other.account_id == 5
    assert not other.restore(run.query("stats", Stats))
    assert run.repository.load(None) is None


# The numbers of the artist


async def test_numbers_are_stored_with_their_answer(runs: Runs) -> None:
    run = runs()
    history = run.load()
    history.save(run.query("stats", Stats, NOVA_STATS), ARTIST)
    history.save(run.query("intelligence", Intelligence, NOVA_INTELLIGENCE), ARTIST)
    assert history.points("total-plays") == [(NOW, 45_210)]
    assert history.points("downloads") == ()
    await run.flush()
    assert ARTIST is not None
    assert run.store.load_daily_samples(ACCOUNT_KEY, ARTIST) == {
        name: [(NOW, value)]
        for name, value in {
            "tracks": 128.0,
            "total-plays": 45_210.0,
            "albums": 9.0,
            "level": 12.0,
            "growth": 7.5,
            "xp": 3_774.0,
        }.items()
    }
    assert await load_points(history, "albums") == [(NOW, 9.0)]
    assert await load_points(history, "unknown") == ()


async def test_numbers_are_not_stored_without_an_artist(runs: Runs) -> None:
    run = runs()
    history = run.load()
    history.save(run.query("stats", Stats, NOVA_STATS), None)
    await run.flush()
    assert history.points("tracks") == ()
    assert await load_points(history, "tracks") == ()
    assert run.store.summarize(ACCOUNT_KEY) == StoreSummary(1, NOW, 0, None)


async def test_missing_value_is_not_stored(runs: Runs) -> None:
    run = runs()
    run.load().save(run.query("stats", Stats), ARTIST)
    await run.flush()
    assert run.store.summarize(ACCOUNT_KEY).cached == 0


def test_points_of_earlier_runs_are_loaded(runs: Runs) -> None:
    run = runs()
    assert ARTIST is not None
    days = [NOW - timedelta(days=days) for days in (300, 100, 1)]
    run.store.add_samples(ACCOUNT_KEY, ARTIST, [("tracks", at, n) for n, at in enumerate(days)])
    assert run.load().points("tracks") == ()
    run.store.save_cached(ACCOUNT_KEY, {"artist": answer(NOVA_ARTIST)})
    # Only the samples that a daily chart shows.
    assert run.load().points("tracks") == [(days[1], 1.0), (days[2], 2.0)]


async def test_each_artist_has_its_own_history(runs: Runs) -> None:
    run = runs()
    assert ARTIST is not None
    run.store.save_cached(ACCOUNT_KEY, {"artist": answer(NOVA_ARTIST)})
    run.store.add_samples(ACCOUNT_KEY, ARTIST, [("tracks", NOW - timedelta(days=1), 5)])
    run.store.add_samples(ACCOUNT_KEY, 7, [("tracks", NOW - timedelta(days=2), 6)])
    history = run.load()
    history.save(run.query("stats", Stats, NOVA_STATS), 7)
    await run.flush()
    assert history.points("tracks") == [(NOW, 128)]
    assert [value for _, value in await load_points(history, "tracks")] == [6, 128]
    assert run.store.load_daily_samples(ACCOUNT_KEY, ARTIST)["tracks"] == [
        (NOW - timedelta(days=1), 5.0)
    ]


async def test_drop_cached_removes_the_baseline_too(runs: Runs) -> None:
    run = runs()
    run.store.begin_visit(ACCOUNT_KEY)
    run.store.save_cached(ACCOUNT_KEY, {"stats": answer(NOVA_STATS)})
    runs.clock.advance(3600)
    history = run.load()
    assert history.last_visit == NOW
    assert history.value_at_last_visit(empty_query("stats", Stats)) is not None
    history.begin_visit()
    history.drop_cached()
    assert history.last_visit is None
    assert history.value_at_last_visit(empty_query("stats", Stats)) is None
    assert not history.restore(run.query("stats", Stats))
    assert not await history.resume_visit()
    assert run.store.load_cached(ACCOUNT_KEY) == {}


# Visits


async def test_baseline_stays_while_new_answers_are_stored(runs: Runs) -> None:
    first = runs()
    first.load().begin_visit()
    first.load().save(first.query("stats", Stats, NOVA_STATS), ARTIST)
    await first.flush()
    runs.clock.advance(3600)
    second = runs()
    history = second.load()
    assert history.last_visit == NOW
    history.begin_visit()
    history.save(second.query("stats", Stats, NOVA_STATS._replace(total_plays=50_000)), ARTIST)
    await second.flush()
    assert history.value_at_last_visit(empty_query("stats", Stats)) == (NOVA_STATS, NOW)
    # And in a third run, within the same visit.
    runs.clock.advance(60)
    assert runs().load().value_at_last_visit(empty_query("stats", Stats)) == (NOVA_STATS, NOW)


async def test_visit_begins_after_half_an_hour(runs: Runs) -> None:
    run = runs()
    history = run.load()
    history.begin_visit()
    history.save(run.query("stats", Stats, NOVA_STATS), ARTIST)
    history.mark_seen()
    await run.flush()
    runs.clock.advance(29 * 60)
    assert not await history.resume_visit()
    assert history.last_visit is None
    history.mark_seen()
    await run.flush()
    runs.clock.advance(30 * 60)
    assert await history.resume_visit()
    assert history.last_visit == NOW + timedelta(minutes=29)
    assert history.value_at_last_visit(empty_query("stats", Stats)) == (NOVA_STATS, NOW)
    assert not await history.resume_visit()


async def test_item_is_announced_once_in_all_runs(runs: Runs) -> None:
    history = runs().load()
    assert await history.mark_announced(["a", "b"]) == ["a", "b"]
    assert await history.mark_announced(["b"]) == []
    assert await history.mark_announced([]) == []
    assert await runs().load().mark_announced(["a", "c"]) == ["c"]


async def test_concurrent_announcements_announce_once(runs: Runs) -> None:
    history = runs().load()
    results = await asyncio.gather(history.mark_announced(["a"]), history.mark_announced(["a"]))
    assert sorted(results) == [[], ["a"]]


# Accounts and tokens


async def test_owner_of_a_token_is_known_in_the_next_run(runs: Runs) -> None:
    first = runs(token=TOKEN)
    assert first.repository.token_owner() is None
    assert NOVA is not None
    first.repository.save_token_owner(NOVA)
    await first.flush()
    assert runs(token=TOKEN).repository.token_owner() == NOVA
    assert runs(token=Secret("another")).repository.token_owner() is None
    assert runs().repository.token_owner() is None


async def test_no_token_stores_no_owner(runs: Runs) -> None:
    run = runs()
    run.repository.save_token_owner(5)
    await run.flush()
    assert run.store.summarize(AccountKey(ORIGIN, 5)).cached == 0
    assert run.repository.token_owner() is None


@pytest.mark.parametrize("saved", ["stats", "artist"])
async def test_history_survives_signing_out_and_in(runs: Runs, saved: str) -> None:
    run, other = runs(), 900000009
    history = run.load()
    history.save(run.query("artist", Artist, NOVA_ARTIST), ARTIST)
    run.store.add_samples(ACCOUNT_KEY, ARTIST, [("tracks", NOW - timedelta(days=2), 120.0)])
    run.store.add_samples(ACCOUNT_KEY, other, [("tracks", NOW - timedelta(days=1), 7.0)])
    await run.repository.sign_out(NOVA)
    assert run.store.summarize(ACCOUNT_KEY) == StoreSummary(0, None, 2, NOW - timedelta(days=2))
    next_run = runs()
    history = next_run.load()
    # The artist is known with the first answer.
    assert (history.artist_id, history.points("tracks")) == (None, ())
    assert not history.restore(next_run.query("artist", Artist))
    if saved == "artist":
        history.save(next_run.query("artist", Artist, NOVA_ARTIST), ARTIST)
        assert history.points("tracks") == [(NOW - timedelta(days=2), 120)]
    history.save(next_run.query("stats", Stats, NOVA_STATS), ARTIST)
    assert history.points("tracks") == [(NOW - timedelta(days=2), 120), (NOW, 128)]
    await next_run.flush()
    assert len(await load_points(history, "tracks")) == 2


async def test_forgotten_history_is_neither_shown_nor_stored(runs: Runs) -> None:
    run = runs()
    history = run.load()
    history.save(run.query("stats", Stats, NOVA_STATS), ARTIST)
    run.store.add_samples(ACCOUNT_KEY, ARTIST, [("tracks", NOW - timedelta(days=2), 120.0)])
    assert await history.count_samples() == 3
    await history.forget_samples()
    assert await history.count_samples() == 0
    assert history.points("tracks") == ()
    assert run.store.summarize(ACCOUNT_KEY) == StoreSummary(1, NOW, 0, None)
    # From then on a new history is recorded.
    history.save(run.query("stats", Stats, NOVA_STATS), ARTIST)
    await run.flush()
    assert await load_points(history, "tracks") == history.points("tracks") == [(NOW, 128)]


async def test_settings_are_stored(runs: Runs) -> None:
    run = runs()
    run.repository.set_setting("theme", "nord")
    await run.flush()
    assert runs().repository.get_setting("theme") == "nord"


# Store failures


class WrappedPart:
    """A part of a store with wrapped calls."""

    def __init__(
        self, part: object, wrap: Callable[[Callable[..., object]], Callable[..., object]]
    ) -> None:
        self._part = part
        self._wrap = wrap

    def __getattr__(self, name: str) -> Callable[..., object]:
        return self._wrap(getattr(self._part, name))


class FailingStore:
    """A store that fails at one call, or from that call on."""

    def __init__(self, store: Store, at: int, *, permanently: bool) -> None:
        self._store = store
        self._at = at
        self._permanently = permanently
        self.calls = 0

    def __getattr__(self, name: str) -> Callable[..., object]:
        attribute: Callable[..., object] = getattr(self._store, name)
        if name == "close":
            return attribute
        if name in ("beats", "limits"):
            return WrappedPart(attribute, self._wrap)  # type: ignore[return-value]
        return self._wrap(attribute)

    def _wrap(self, attribute: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            self.calls += 1
            if self.calls == self._at or (self._permanently and self.calls > self._at):
                raise StoreUnavailable("The disk is gone.")
            return attribute(*arguments, **options)

        return call


async def use_every_method(repository: HistoryRepository, clock: FakeClock) -> None:
    """Call every method of a repository."""
    repository.token_owner()
    repository.get_setting("theme")
    repository.set_setting("theme", "nord")
    repository.save_token_owner(5)
    await repository.run(lambda store: store.summarize(ACCOUNT_KEY), None)
    for history in (repository.load(NOVA), await repository.open(NOVA)):
        if history is None:
            continue
        stats = query("stats", Stats, clock)
        history.begin_visit()
        history.restore(stats)
        await history.load_cached([stats])
        stats.set_value(NOVA_STATS)
        history.save(stats, ARTIST)
        assert history.points("tracks")
        history.value_at_last_visit(empty_query("stats", Stats))
        history.mark_seen()
        await history.resume_visit()
        await history.mark_announced(["a"])
        await load_points(history, "tracks")
        history.drop_cached()
        await history.forget_samples()
    await repository.sign_out(NOVA)
    await repository.run(lambda _: None, None)


@pytest.mark.parametrize("permanently", [False, True])
async def test_store_failures_raise_nothing(tmp_path: Path, permanently: bool) -> None:
    clock, calls, at = FakeClock(), 1, 1
    while at <= calls:
        store = Store(tmp_path / str(at) / "store.sqlite3", clock.now)
        failing = FailingStore(store, at, permanently=permanently)
        repository = HistoryRepository(cast(Store, failing), ORIGIN, clock, token=TOKEN)
        await use_every_method(repository, clock)
        calls = failing.calls
        assert repository.take_warning() == "The disk is gone."
        assert repository.take_warning() == ""
        repository.close()
        store.close()
        at += 1
    # Failed reads lead to fewer calls.
    assert at > (12 if permanently else 25)


async def test_repository_without_a_store_starts_no_thread() -> None:
    repository = HistoryRepository(None, ORIGIN, FakeClock(), warning="Nothing can be saved.")
    before = threading.active_count()
    await use_every_method(repository, FakeClock())
    assert repository.load(NOVA) is None
    assert await repository.open(NOVA) is None
    assert repository.get_setting("theme") is None
    assert threading.active_count() == before
    assert repository.take_warning() == "Nothing can be saved."
    repository.close()


async def test_item_is_not_announced_if_the_store_fails(runs: Runs) -> None:
    # Otherwise it would be announced in every run.
    run = runs()
    history = run.load()
    run.store.close()
    assert await history.mark_announced(["a"]) == []


# SlowStore disks


class SlowStore:
    """A store whose calls wait until `released` is set."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.released = threading.Event()
        self.begun = threading.Event()

    def __getattr__(self, name: str) -> Callable[..., object]:
        attribute: Callable[..., object] = getattr(self._store, name)
        if name in ("beats", "limits"):
            return WrappedPart(attribute, self._wrap)  # type: ignore[return-value]
        return self._wrap(attribute)

    def _wrap(self, attribute: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            self.begun.set()
            self.released.wait()
            return attribute(*arguments, **options)

        return call


@pytest.fixture
def slow(runs: Runs) -> Iterator[SlowStore]:
    slow_store = SlowStore(runs().store)
    yield slow_store
    slow_store.released.set()


async def test_slow_disk_does_not_block_the_event_loop(slow: SlowStore, runs: Runs) -> None:
    repository = HistoryRepository(cast(Store, slow), ORIGIN, runs.clock, token=TOKEN)
    slow.released.set()
    history = repository.load(NOVA)
    assert history is not None
    slow.released.clear()
    history.begin_visit()
    history.save(query("stats", Stats, runs.clock, NOVA_STATS), ARTIST)
    history.mark_seen()
    history.drop_cached()
    repository.set_setting("theme", "nord")
    repository.save_token_owner(5)
    tasks = [
        asyncio.create_task(each)
        for each in (
            history.load_cached([query("beats", Stats, runs.clock)]),
            history.resume_visit(),
            history.mark_announced(["a"]),
            load_points(history, "tracks"),
            repository.open(NOVA),
            repository.run(lambda store: store.summarize(ACCOUNT_KEY), None),
            history.count_samples(),
            history.forget_samples(),
            repository.sign_out(NOVA),
        )
    ]
    await settle()
    assert slow.begun.is_set()
    assert not any(task.done() for task in tasks)
    slow.released.set()
    await asyncio.gather(*tasks)
    assert repository.take_warning() == ""
    repository.close()


async def test_canceled_call_does_not_cancel_others(slow: SlowStore, runs: Runs) -> None:
    repository = HistoryRepository(cast(Store, slow), ORIGIN, runs.clock)
    canceled = asyncio.create_task(repository.run(lambda store: store.summarize(ACCOUNT_KEY), None))
    other = asyncio.create_task(repository.run(lambda store: store.summarize(ACCOUNT_KEY), None))
    await settle()
    canceled.cancel()
    await settle()
    assert canceled.cancelled()
    slow.released.set()
    assert await other == StoreSummary(0, None, 0, None)
    repository.close()


async def test_close_does_not_wait_for_a_hanging_disk(
    slow: SlowStore, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CLOSE_TIMEOUT", 0.01)
    repository = HistoryRepository(cast(Store, slow), ORIGIN, runs.clock)
    repository.set_setting("theme", "nord")
    repository.close()
    assert not slow.released.is_set()
    # No second thread continues after the close.
    before = threading.active_count()
    repository.set_setting("theme", "dracula")
    assert threading.active_count() == before


def test_close_finishes_pending_writes(runs: Runs, tmp_path: Path) -> None:
    run = runs()
    for number in range(50):
        run.repository.set_setting("number", str(number))
    run.repository.close()
    assert {each.name for each in (tmp_path / "data").iterdir()} <= {
        "store.sqlite3",
        "store.sqlite3.lock",
    }
    assert runs().repository.get_setting("number") == "49"
    run.repository.close()


def test_close_of_an_unused_repository_closes_the_file(runs: Runs, tmp_path: Path) -> None:
    run = runs()
    run.repository.close()
    assert not (tmp_path / "data" / "store.sqlite3-wal").exists()
