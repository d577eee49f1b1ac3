"""What a run remembers of earlier ones: away from the event loop, and without ever raising."""

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
WHOSE = AccountKey(ORIGIN, NOVA)
TOKEN = Secret("17|a-token-of-a-variable")


def query(name: str, kind: type[Any], clock: FakeClock, value: object = None) -> Query[Any]:
    async def fetch() -> NoReturn:
        raise AssertionError("nothing is asked here")

    found: Query[Any] = query_of(fetch, clock, kind, name=name)
    if value is not None:
        found.set_value(value)
    return found


def named(name: str, kind: type[Any]) -> Query[Any]:
    """Return a group of which nothing is known yet."""
    return query(name, kind, FakeClock())


def answer(value: object, at: datetime = NOW) -> CachedModel:
    return CachedModel(at, serialization.shape(type(value)), serialization.dump(value))


class Run:
    """One run of the program on a file that others may have used before."""

    def __init__(self, path: Path, clock: FakeClock, *, token: Secret | None = None) -> None:
        self.clock = clock
        self.store = Store(path, clock.now)
        self.memory = HistoryRepository(self.store, ORIGIN, clock, token=token)

    def recall(self) -> AccountHistory:
        past = self.memory.load(NOVA)
        assert past is not None
        return past

    async def written(self) -> None:
        """Wait for everything that was posted."""
        await self.memory.run(lambda _: None, None)

    def query(self, name: str, kind: type[Any], value: object = None) -> Query[Any]:
        return query(name, kind, self.clock, value)


class Runs:
    """Runs on one file, all ended when the test ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.clock = FakeClock()
        self._runs: list[Run] = []

    def __call__(self, *, token: Secret | None = None) -> Run:
        run = Run(self._path, self.clock, token=token)
        self._runs.append(run)
        return run

    def end(self) -> None:
        for run in self._runs:
            run.memory.close()
            run.store.close()


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    found = Runs(tmp_path / "data" / "store.sqlite3")
    yield found
    found.end()


# Answers of earlier runs


async def test_what_one_run_kept_the_next_one_restores(runs: Runs) -> None:
    first = runs()
    past = first.recall()
    past.save(first.query("stats", Stats, NOVA_STATS), ARTIST)
    await first.written()
    runs.clock.advance(60)
    second = runs()
    stats = second.query("stats", Stats)
    assert second.recall().restore(stats)
    assert stats.value == NOVA_STATS
    assert stats.fetched_at == NOW
    assert stats.restored
    assert stats.is_fresh


async def test_only_a_group_that_took_it_was_restored(runs: Runs) -> None:
    run = runs()
    run.store.save_cached(WHOSE, {"stats": answer(NOVA_STATS), "artist": answer(NOVA_ARTIST)})
    past = run.recall()
    newer = NOVA_STATS._replace(total_plays=99)
    stats = run.query("stats", Stats, newer)
    assert not past.restore(stats)
    assert stats.value == newer
    assert not stats.restored
    assert not past.restore(run.query("followers", Followers))
    assert past.restore(run.query("artist", Artist))


@pytest.mark.parametrize(
    "kept",
    [
        answer(NOVA_STATS)._replace(shape="00000000"),
        answer(NOVA_STATS)._replace(body="[]"),
        answer(NOVA_STATS)._replace(body="\x00"),
        answer(NOVA_STATS)._replace(body="[[" * 50_000),
        answer(NOVA_FOLLOWERS),
    ],
    ids=["another shape", "too short", "no JSON", "too deep", "another model"],
)
def test_what_is_no_such_answer_is_as_good_as_none(runs: Runs, kept: CachedModel) -> None:
    run = runs()
    run.store.begin_visit(WHOSE)
    run.store.save_cached(WHOSE, {"stats": kept, "artist": kept})
    runs.clock.advance(3600)
    past = run.recall()
    stats = run.query("stats", Stats)
    assert not past.restore(stats)
    assert stats.is_pending
    assert past.value_at_last_visit(named("stats", Stats)) is None


async def test_pages_are_read_when_they_are_opened(runs: Runs) -> None:
    run = runs()
    run.store.save_cached(WHOSE, {"followers:2": answer(NOVA_FOLLOWERS)})
    past = run.recall()
    found: Query[Any] = query_of(
        cast(Any, None), runs.clock, Followers, name="followers", key="followers:2"
    )
    assert not past.restore(found)
    await past.load_answers([found])
    assert past.restore(found)
    assert found.value == NOVA_FOLLOWERS


def test_times_are_those_of_the_readers_zone(tmp_path: Path) -> None:
    zone = timezone(timedelta(hours=-5))
    run = Run(tmp_path / "store.sqlite3", FakeClock(NOW.astimezone(zone)))
    run.store.begin_visit(WHOSE)
    run.store.save_cached(WHOSE, {"stats": answer(NOVA_STATS, NOW.astimezone(UTC))})
    run.clock.advance(3600)
    past = run.recall()
    before = past.value_at_last_visit(named("stats", Stats))
    stats = run.query("stats", Stats)
    assert past.restore(stats)
    assert before is not None
    assert stats.fetched_at is not None
    assert stats.fetched_at.tzinfo == before[1].tzinfo == zone
    run.store.close()


def test_accounts_know_nothing_of_each_other(runs: Runs) -> None:
    run = runs()
    run.store.save_cached(WHOSE, {"stats": answer(NOVA_STATS)})
    other = run.memory.load(5)
    assert other is not None
    assert other.account_id == 5
    assert not other.restore(run.query("stats", Stats))
    assert run.memory.load(None) is None


# The numbers of the artist


async def test_numbers_are_kept_with_the_answer_they_came_in(runs: Runs) -> None:
    run = runs()
    past = run.recall()
    past.save(run.query("stats", Stats, NOVA_STATS), ARTIST)
    past.save(run.query("intelligence", Intelligence, NOVA_INTELLIGENCE), ARTIST)
    assert past.points("total-plays") == [(NOW, 45_210)]
    assert past.points("downloads") == ()
    await run.written()
    assert ARTIST is not None
    assert run.store.load_daily_samples(WHOSE, ARTIST) == {
        name: [(NOW, value)]
        for name, value in {
            "tracks": 128.0,
            "total-plays": 45_210.0,
            "albums": 9.0,
            "level": 12.0,
            "growth": 7.5,
        }.items()
    }
    assert await past.load_points("albums") == [(NOW, 9.0)]
    assert await past.load_points("nothing") == ()


async def test_without_an_artist_an_answer_is_kept_and_no_number(runs: Runs) -> None:
    run = runs()
    past = run.recall()
    past.save(run.query("stats", Stats, NOVA_STATS), None)
    await run.written()
    assert past.points("tracks") == ()
    assert await past.load_points("tracks") == ()
    assert run.store.summarize(WHOSE) == StoreSummary(1, NOW, 0, None)


async def test_what_did_not_come_is_not_kept(runs: Runs) -> None:
    run = runs()
    run.recall().save(run.query("stats", Stats), ARTIST)
    await run.written()
    assert run.store.summarize(WHOSE).cached == 0


def test_the_course_of_earlier_runs_is_there_at_once(runs: Runs) -> None:
    run = runs()
    assert ARTIST is not None
    days = [NOW - timedelta(days=days) for days in (300, 100, 1)]
    run.store.add_samples(WHOSE, ARTIST, [("tracks", at, n) for n, at in enumerate(days)])
    assert run.recall().points("tracks") == ()
    run.store.save_cached(WHOSE, {"artist": answer(NOVA_ARTIST)})
    # As much of it as a sparkline of months needs.
    assert run.recall().points("tracks") == [(days[1], 1.0), (days[2], 2.0)]


async def test_another_artist_has_a_history_of_its_own(runs: Runs) -> None:
    run = runs()
    assert ARTIST is not None
    run.store.save_cached(WHOSE, {"artist": answer(NOVA_ARTIST)})
    run.store.add_samples(WHOSE, ARTIST, [("tracks", NOW - timedelta(days=1), 5)])
    run.store.add_samples(WHOSE, 7, [("tracks", NOW - timedelta(days=2), 6)])
    past = run.recall()
    past.save(run.query("stats", Stats, NOVA_STATS), 7)
    await run.written()
    assert past.points("tracks") == [(NOW, 128)]
    assert [value for _, value in await past.load_points("tracks")] == [6, 128]
    assert run.store.load_daily_samples(WHOSE, ARTIST)["tracks"] == [(NOW - timedelta(days=1), 5.0)]


async def test_dropping_the_answers_leaves_nothing_to_show_or_to_measure_against(
    runs: Runs,
) -> None:
    run = runs()
    run.store.begin_visit(WHOSE)
    run.store.save_cached(WHOSE, {"stats": answer(NOVA_STATS)})
    runs.clock.advance(3600)
    past = run.recall()
    assert past.last_visit == NOW
    assert past.value_at_last_visit(named("stats", Stats)) is not None
    past.begin_visit()
    past.drop_answers()
    assert past.last_visit is None
    assert past.value_at_last_visit(named("stats", Stats)) is None
    assert not past.restore(run.query("stats", Stats))
    assert not await past.resume_visit()
    assert run.store.load_cached(WHOSE) == {}


# Visits


async def test_the_numbers_of_the_last_visit_stay_while_new_ones_are_kept(runs: Runs) -> None:
    first = runs()
    first.recall().begin_visit()
    first.recall().save(first.query("stats", Stats, NOVA_STATS), ARTIST)
    await first.written()
    runs.clock.advance(3600)
    second = runs()
    past = second.recall()
    assert past.last_visit == NOW
    past.begin_visit()
    past.save(second.query("stats", Stats, NOVA_STATS._replace(total_plays=50_000)), ARTIST)
    await second.written()
    assert past.value_at_last_visit(named("stats", Stats)) == (NOVA_STATS, NOW)
    # And in a third run, within the same visit.
    runs.clock.advance(60)
    assert runs().recall().value_at_last_visit(named("stats", Stats)) == (NOVA_STATS, NOW)


async def test_who_comes_back_after_half_an_hour_begins_a_visit(runs: Runs) -> None:
    run = runs()
    past = run.recall()
    past.begin_visit()
    past.save(run.query("stats", Stats, NOVA_STATS), ARTIST)
    past.mark_seen()
    await run.written()
    runs.clock.advance(29 * 60)
    assert not await past.resume_visit()
    assert past.last_visit is None
    past.mark_seen()
    await run.written()
    runs.clock.advance(30 * 60)
    assert await past.resume_visit()
    assert past.last_visit == NOW + timedelta(minutes=29)
    assert past.value_at_last_visit(named("stats", Stats)) == (NOVA_STATS, NOW)
    assert not await past.resume_visit()


async def test_a_thing_is_told_once_in_all_runs(runs: Runs) -> None:
    past = runs().recall()
    assert await past.mark_announced(["a", "b"]) == ["a", "b"]
    assert await past.mark_announced(["b"]) == []
    assert await past.mark_announced([]) == []
    assert await runs().recall().mark_announced(["a", "c"]) == ["c"]


async def test_two_that_tell_at_once_tell_it_once(runs: Runs) -> None:
    past = runs().recall()
    both = await asyncio.gather(past.mark_announced(["a"]), past.mark_announced(["a"]))
    assert sorted(both) == [[], ["a"]]


# Accounts and tokens


async def test_the_account_of_a_variables_token_is_known_in_the_next_run(runs: Runs) -> None:
    first = runs(token=TOKEN)
    assert first.memory.token_owner() is None
    assert NOVA is not None
    first.memory.save_token_owner(NOVA)
    await first.written()
    assert runs(token=TOKEN).memory.token_owner() == NOVA
    assert runs(token=Secret("another")).memory.token_owner() is None
    assert runs().memory.token_owner() is None


async def test_without_a_token_of_a_variable_nothing_is_learned(runs: Runs) -> None:
    run = runs()
    run.memory.save_token_owner(5)
    await run.written()
    assert run.store.summarize(AccountKey(ORIGIN, 5)).cached == 0
    assert run.memory.token_owner() is None


async def test_an_account_is_forgotten_and_counted(runs: Runs) -> None:
    run = runs()
    run.store.save_cached(WHOSE, {"stats": answer(NOVA_STATS)})
    assert run.store.summarize(WHOSE) == StoreSummary(1, NOW, 0, None)
    await run.memory.delete_account(NOVA)
    assert run.store.summarize(WHOSE) == StoreSummary(0, None, 0, None)


async def test_settings_last(runs: Runs) -> None:
    run = runs()
    run.memory.set_setting("theme", "nord")
    await run.written()
    assert runs().memory.get_setting("theme") == "nord"


# A store that fails


class Failing:
    """A store of which one call, or every one from there on, finds the disk gone."""

    def __init__(self, store: Store, at: int, *, for_good: bool) -> None:
        self._store = store
        self._at = at
        self._for_good = for_good
        self.calls = 0

    def __getattr__(self, name: str) -> Callable[..., object]:
        found: Callable[..., object] = getattr(self._store, name)
        if name == "close":
            return found

        def call(*arguments: object, **named: object) -> object:
            self.calls += 1
            if self.calls == self._at or (self._for_good and self.calls > self._at):
                raise StoreUnavailable("The disk is gone.")
            return found(*arguments, **named)

        return call


async def use(memory: HistoryRepository, clock: FakeClock) -> None:
    """Do everything that can be done with a memory."""
    memory.token_owner()
    memory.get_setting("theme")
    memory.set_setting("theme", "nord")
    memory.save_token_owner(5)
    await memory.run(lambda store: store.summarize(WHOSE), None)
    for past in (memory.load(NOVA), await memory.open(NOVA)):
        if past is None:
            continue
        stats = query("stats", Stats, clock)
        past.begin_visit()
        past.restore(stats)
        await past.load_answers([stats])
        stats.set_value(NOVA_STATS)
        past.save(stats, ARTIST)
        assert past.points("tracks")
        past.value_at_last_visit(named("stats", Stats))
        past.mark_seen()
        await past.resume_visit()
        await past.mark_announced(["a"])
        await past.load_points("tracks")
        past.drop_answers()
    await memory.delete_account(NOVA)
    await memory.run(lambda _: None, None)


@pytest.mark.parametrize("for_good", [False, True])
async def test_no_call_raises_wherever_the_store_fails(tmp_path: Path, for_good: bool) -> None:
    clock, calls, at = FakeClock(), 1, 1
    while at <= calls:
        store = Store(tmp_path / str(at) / "store.sqlite3", clock.now)
        failing = Failing(store, at, for_good=for_good)
        memory = HistoryRepository(cast(Store, failing), ORIGIN, clock, token=TOKEN)
        await use(memory, clock)
        calls = failing.calls
        assert memory.take_warning() == "The disk is gone."
        assert memory.take_warning() == ""
        memory.close()
        store.close()
        at += 1
    # Where reading fails there is less to do.
    assert at > (12 if for_good else 25)


async def test_without_a_store_everything_goes_on_and_no_thread_is_started() -> None:
    memory = HistoryRepository(None, ORIGIN, FakeClock(), remark="Nothing can be kept.")
    before = threading.active_count()
    await use(memory, FakeClock())
    assert memory.load(NOVA) is None
    assert await memory.open(NOVA) is None
    assert memory.get_setting("theme") is None
    assert threading.active_count() == before
    assert memory.take_warning() == "Nothing can be kept."
    memory.close()


async def test_a_thing_that_could_not_be_noted_is_not_told(runs: Runs) -> None:
    """It would be told in every run."""
    run = runs()
    past = run.recall()
    run.store.close()
    assert await past.mark_announced(["a"]) == []


# A disk that is slow


class Slow:
    """A store whose every call waits until the disk is let go."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.go = threading.Event()
        self.begun = threading.Event()

    def __getattr__(self, name: str) -> Callable[..., object]:
        found: Callable[..., object] = getattr(self._store, name)

        def call(*arguments: object, **named: object) -> object:
            self.begun.set()
            self.go.wait()
            return found(*arguments, **named)

        return call


@pytest.fixture
def slow(runs: Runs) -> Iterator[Slow]:
    found = Slow(runs().store)
    yield found
    found.go.set()


async def test_a_slow_disk_never_holds_up_the_loop(slow: Slow, runs: Runs) -> None:
    memory = HistoryRepository(cast(Store, slow), ORIGIN, runs.clock, token=TOKEN)
    slow.go.set()
    past = memory.load(NOVA)
    assert past is not None
    slow.go.clear()
    past.begin_visit()
    past.save(query("stats", Stats, runs.clock, NOVA_STATS), ARTIST)
    past.mark_seen()
    past.drop_answers()
    memory.set_setting("theme", "nord")
    memory.save_token_owner(5)
    asked = [
        asyncio.create_task(each)
        for each in (
            past.load_answers([query("beats", Stats, runs.clock)]),
            past.resume_visit(),
            past.mark_announced(["a"]),
            past.load_points("tracks"),
            memory.open(NOVA),
            memory.run(lambda store: store.summarize(WHOSE), None),
            memory.delete_account(NOVA),
        )
    ]
    await settle()
    assert slow.begun.is_set()
    assert not any(task.done() for task in asked)
    slow.go.set()
    await asyncio.gather(*asked)
    assert memory.take_warning() == ""
    memory.close()


async def test_who_stops_waiting_for_a_slow_disk_stops_nobody_else(slow: Slow, runs: Runs) -> None:
    memory = HistoryRepository(cast(Store, slow), ORIGIN, runs.clock)
    given_up = asyncio.create_task(memory.run(lambda store: store.summarize(WHOSE), None))
    other = asyncio.create_task(memory.run(lambda store: store.summarize(WHOSE), None))
    await settle()
    given_up.cancel()
    await settle()
    assert given_up.cancelled()
    slow.go.set()
    assert await other == StoreSummary(0, None, 0, None)
    memory.close()


async def test_closing_does_not_wait_for_a_disk_that_hangs(
    slow: Slow, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CLOSE_TIMEOUT", 0.01)
    memory = HistoryRepository(cast(Store, slow), ORIGIN, runs.clock)
    memory.set_setting("theme", "nord")
    # It returns although the disk was not let go.
    memory.close()
    assert not slow.go.is_set()
    # What is given up at the end is not taken up by a second thread.
    before = threading.active_count()
    memory.set_setting("theme", "dracula")
    assert threading.active_count() == before


def test_closing_finishes_what_was_posted_and_closes_the_file(runs: Runs, tmp_path: Path) -> None:
    run = runs()
    for number in range(50):
        run.memory.set_setting("number", str(number))
    run.memory.close()
    assert {each.name for each in (tmp_path / "data").iterdir()} <= {
        "store.sqlite3",
        "store.sqlite3.lock",
    }
    assert runs().memory.get_setting("number") == "49"
    run.memory.close()


def test_closing_what_was_never_used_closes_the_file_too(runs: Runs, tmp_path: Path) -> None:
    run = runs()
    run.memory.close()
    assert not (tmp_path / "data" / "store.sqlite3-wal").exists()
