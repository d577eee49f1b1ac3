"""Sessions that restore stored answers and store new ones."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from beatpass_tui.errors import (
    BeatPassError,
    NotSignedIn,
    OwnerUnverified,
    ServerError,
    Unreachable,
)
from beatpass_tui.models.home import Followers
from beatpass_tui.models.identity import Account, Artist
from beatpass_tui.models.secret import Secret
from beatpass_tui.session.history import AccountHistory, HistoryRepository
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.session.status import SessionStatus
from beatpass_tui.storage.store import AccountKey, CachedModel, Store
from support.fakes import (
    NOVA,
    NOVA_ACCOUNT,
    NOVA_ACTIVITY,
    NOVA_ARTIST,
    NOVA_BEATS,
    NOVA_FOLLOWERS,
    NOVA_INTELLIGENCE,
    NOVA_PERFORMANCE,
    NOVA_STATS,
    NOW,
    FakeClock,
    FakeService,
    settle,
)
from support.stored_answers import (
    ACCOUNT,
    ACCOUNT_KEY,
    ARTIST,
    HOME,
    ORIGIN,
    StoredHistory,
    wait_for_writes,
)

MINUTE = timedelta(minutes=1)
OFFLINE = Unreachable("No network.")
VEGA = Account(id=900000007, name="vega")
LYRA = Artist(900000009, "Lyra", True, 3, 40, None)


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredHistory]:
    stored_history = StoredHistory(tmp_path, FakeClock())
    yield stored_history
    stored_history.close()


class Run:
    """A session that is set up as at the start of the program."""

    def __init__(
        self,
        stored: StoredHistory,
        *,
        account: int | None = ACCOUNT,
        token: Secret | None = None,
        connected: bool = True,
    ) -> None:
        self.clock = stored.clock
        self.service = FakeService()
        self.repository: HistoryRepository = stored.repository(token)
        self.account_history: AccountHistory | None = self.repository.load(account)
        self.connection_requested = asyncio.Event()
        self.session = Session(
            None,
            self.clock,
            repository=self.repository,
            history=self.account_history,
            connection_requested=self.connection_requested,
            jitter=lambda: 0.0,
        )
        if self.account_history is not None:
            self.account_history.begin_visit()
        if connected:
            self.session.connect(self.service)
        self.changes = 0

    def changed(self) -> None:
        self.changes += 1

    async def load(self, *queries: Query[Any], trigger: Trigger = Trigger.AUTOMATIC) -> list[str]:
        """Load Home or some queries, and return the names of the requests."""
        before = len(self.service.calls)
        loaded = await self.session.load(queries or self.session.home, trigger, self.changed)
        names = self.service.requested[before:]
        assert loaded is bool(names)
        return sorted(names)

    def begin(self) -> asyncio.Task[bool]:
        return asyncio.create_task(
            self.session.load(self.session.home, Trigger.AUTOMATIC, self.changed)
        )

    async def replace(self, *queries: Query[Any]) -> list[str]:
        """Start and load a session for the account or artist that the service returned."""
        owner = self.session.replacement
        assert owner is not None
        assert owner.account is not None
        assert self.session.status is SessionStatus.OWNER_CHANGED
        self.session = Session(
            self.service,
            self.clock,
            account=owner.account,
            artist=owner.artist,
            repository=self.repository,
            history=await self.repository.open(owner.account.id),
            jitter=lambda: 0.0,
        )
        return await self.load(*queries)

    async def cached_names(self, account: int = ACCOUNT) -> set[str]:
        await wait_for_writes(self.repository)
        cached: dict[str, object] = await self.repository.run(
            lambda store: dict(store.load_cached(AccountKey(ORIGIN, account))), {}
        )
        return set(cached)

    async def history(self, artist: int = ARTIST) -> dict[str, list[float]]:
        empty: dict[str, list[tuple[datetime, float]]] = {}
        samples = await self.repository.run(
            lambda store: store.load_daily_samples(ACCOUNT_KEY, artist), empty
        )
        return {name: [value for _, value in points] for name, points in samples.items()}


# Within freshness


async def test_fresh_answers_need_no_client(stored: StoredHistory) -> None:
    stored.save_visit(NOW - 5 * MINUTE)
    run = Run(stored, connected=False)
    session = run.session
    assert {query.name for query in session.home if query.value is not None} == set(HOME)
    assert not await session.load(session.home, Trigger.AUTOMATIC, run.changed)
    assert not run.connection_requested.is_set()
    assert session.oldest_fetch(session.home) == NOW - 5 * MINUTE
    assert session.status is SessionStatus.NORMAL
    assert session.artist_id == ARTIST
    assert session.next_request_in(session.home) == 600


async def test_only_answers_past_their_freshness_are_requested(stored: StoredHistory) -> None:
    stored.save_visit(NOW - 20 * MINUTE)
    run = Run(stored)
    # Account and artist are fresh for an hour.
    assert await run.load() == ["activity", "followers", "intelligence", "stats"]
    assert run.session.stats.fetched_at == NOW
    assert run.session.account.fetched_at == NOW - 20 * MINUTE
    assert await run.load() == []


async def test_due_queries_wait_for_a_client(stored: StoredHistory) -> None:
    stored.save_visit(NOW - 20 * MINUTE)
    run = Run(stored, connected=False)
    task = run.begin()
    await settle()
    assert run.connection_requested.is_set()
    assert not task.done()
    assert run.session.connect(run.service)
    # A session accepts only one client.
    assert not run.session.connect(FakeService())
    assert await task
    assert run.service.requested.count("stats") == 1


@pytest.mark.parametrize("age", [20 * MINUTE, timedelta(days=1)])
async def test_ended_session_stops_waiting_for_a_client(
    stored: StoredHistory,
    age: timedelta,
) -> None:
    stored.save_visit(NOW - age)
    run = Run(stored, connected=False)
    task = run.begin()
    await settle()
    run.session.end()
    assert not await task
    assert not run.session.connect(run.service)
    assert run.service.requested == []


@pytest.mark.parametrize("ahead", [timedelta(seconds=1), timedelta(days=4000)])
async def test_answers_from_the_future_are_shown_and_requested(
    stored: StoredHistory, ahead: timedelta
) -> None:
    stored.save_visit(NOW + ahead)
    run = Run(stored)
    assert run.session.stats.value == NOVA_STATS
    assert run.session.stats.is_stale
    assert len(await run.load()) == 6
    assert await run.cached_names() == set(HOME)
    assert run.session.oldest_fetch(run.session.home) == NOW


async def test_stored_answers_are_shown_while_offline(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=40))
    run = Run(stored)
    run.service.fail(OFFLINE, *HOME)
    await run.load()
    assert all(query.value == NOVA[query.name] for query in run.session.home)
    assert run.session.offline_since(run.session.home) == NOW
    assert run.session.status is SessionStatus.NORMAL


# Pages


async def test_stored_answers_of_a_page_are_read_when_it_opens(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1), pages={"beats:1": NOVA_BEATS})
    run = Run(stored, connected=False)
    beats = run.session.beats(1)
    assert beats.is_pending
    task = asyncio.create_task(run.session.load((beats,), Trigger.AUTOMATIC, run.changed))
    await settle()
    # The disk is read in another thread.
    await wait_for_writes(run.repository)
    await settle()
    # Stored data is shown before there is a client.
    assert beats.value == NOVA_BEATS
    assert run.changes == 1
    assert not task.done()
    run.service.fail(OFFLINE, "beats")
    run.session.connect(run.service)
    await task
    assert (beats.value, beats.error) == (NOVA_BEATS, OFFLINE)


async def test_fresh_page_is_not_requested(stored: StoredHistory) -> None:
    stored.save_visit(NOW - 5 * MINUTE, pages={"beats:1": NOVA_BEATS})
    run = Run(stored, connected=False)
    assert await run.load(run.session.beats(1)) == []
    assert not run.connection_requested.is_set()


async def test_stored_answers_of_a_page_are_read_once(
    stored: StoredHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored.save_visit(NOW)
    run = Run(stored)
    read: list[Iterable[str] | None] = []
    load_cached = Store.load_cached

    def count(
        self: Store, key: AccountKey, names: Iterable[str] | None = None
    ) -> dict[str, CachedModel]:
        read.append(names)
        return load_cached(self, key, names)

    monkeypatch.setattr(Store, "load_cached", count)
    for _ in range(3):
        await run.load(run.session.beats(1))
        await run.load(*run.session.home)
    assert read == [["beats:1"]]


async def test_next_run_restores_a_loaded_page(stored: StoredHistory) -> None:
    stored.save_visit(NOW)
    first = Run(stored)
    await first.load(first.session.beats(1), first.session.activity_in("30d", 1))
    await wait_for_writes(first.repository)
    second = Run(stored, connected=False)
    beats, activity = second.session.beats(1), second.session.activity_in("30d", 1)
    assert await second.load(beats, activity) == []
    assert beats.value == NOVA_BEATS
    assert activity.value == first.session.activity_in("30d", 1).value


# Storing


async def test_answers_are_stored_with_their_numbers(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1))
    run = Run(stored)
    await run.load()
    assert await run.cached_names() == set(HOME)
    assert await run.history() == {
        "tracks": [128],
        "total-plays": [45_210],
        "albums": [9],
        "downloads": [1_204],
        "followers": [873],
        "level": [12],
        "growth": [7.5],
        "xp": [3_774],
    }


async def test_nothing_is_stored_before_the_account_is_confirmed(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1), {"stats": NOVA_STATS._replace(total_plays=1)})
    run = Run(stored)
    gate = asyncio.Event()
    run.service.script("account", gate)
    task = run.begin()
    await settle()
    assert run.session.stats.restored
    assert run.service.requested == ["account", "artist"]
    assert await run.cached_names() == {"stats"}
    assert await run.history() == {}
    gate.set()
    await task
    assert run.session.stats.value == NOVA_STATS
    assert await run.cached_names() == set(HOME)
    assert (await run.history())["tracks"] == [128]


async def test_numbers_are_stored_for_the_artist_they_belong_to(stored: StoredHistory) -> None:
    # Numbers of the new artist must not enter the history of the previous one.
    stored.save_visit(NOW - timedelta(days=1))
    run = Run(stored)
    gate = asyncio.Event()
    run.service.script("artist", gate, LYRA)
    run.service.script("followers", lambda artist: Followers({ARTIST: 873, LYRA.id: 4}[artist]))
    task = run.begin()
    await settle()
    assert run.session.stats.restored
    assert await run.history() == {}
    gate.set()
    await task
    assert "stats" not in run.service.requested
    await run.replace()
    assert run.session.stats.fetched_at == NOW
    assert LYRA.id is not None
    assert await run.history(ARTIST) == {}
    numbers = await run.history(LYRA.id)
    assert (numbers["tracks"], numbers["followers"]) == ([128], [4])


async def test_numbers_are_stored_when_the_artist_request_fails(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1))
    run = Run(stored)
    gate = asyncio.Event()
    run.service.script("artist", gate, ServerError("Failed.", status=500))
    task = run.begin()
    await settle()
    gate.set()
    await task
    assert (await run.history())["tracks"] == [128]


async def test_session_without_a_store() -> None:
    clock, service = FakeClock(), FakeService()
    session = Session(
        None, clock, repository=HistoryRepository(None, ORIGIN, clock), jitter=lambda: 0.0
    )
    session.connect(service)
    assert await session.load(session.home, Trigger.AUTOMATIC, lambda: None)
    assert len(service.calls) == 6
    assert session.history is None
    assert all(query.value is not None for query in session.home)


# Ownership


async def test_stored_answers_are_restored_once_the_account_is_known(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1))
    run = Run(stored, account=None, token=Secret("17|variable"))
    gate = asyncio.Event()
    run.service.fail(OFFLINE, "stats", "intelligence")
    run.service.script("artist", gate, OFFLINE)
    task = run.begin()
    await settle()
    await wait_for_writes(run.repository)
    await settle()
    session = run.session
    assert session.history is not None
    assert session.history.account_id == ACCOUNT
    assert session.history.last_visit == NOW - timedelta(days=1)
    assert session.stats.value == NOVA_STATS
    # Nothing is restored while a request is pending.
    assert session.artist.value is None
    gate.set()
    await task
    assert (session.stats.value, session.stats.error) == (NOVA_STATS, OFFLINE)
    assert await run.cached_names() == set(HOME)
    await wait_for_writes(run.repository)
    # The next run knows the account.
    assert stored.repository(Secret("17|variable")).token_owner() == ACCOUNT


async def test_stored_answers_of_another_artist_are_dropped(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1))
    run = Run(stored, account=None, token=Secret("17|variable"))
    run.service.script("artist", LYRA)
    await run.load()
    assert "stats" not in run.service.requested
    await run.replace()
    assert run.session.artist_id == LYRA.id
    assert run.session.stats.fetched_at == NOW
    assert not any(query.restored for query in run.session.home)


async def test_answers_of_another_account_are_not_mixed(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1))
    run = Run(stored)
    run.service.script("account", VEGA)
    await run.load()
    session = run.session
    assert session.status is SessionStatus.OWNER_CHANGED
    assert session.replacement is not None
    assert session.replacement.account == VEGA
    # Nothing is requested or shown of the other account.
    assert run.service.requested == ["account", "artist"]
    assert all(query.restored for query in session.home)
    assert await run.cached_names(ACCOUNT) == set(HOME)
    assert await run.cached_names(VEGA.id or 0) == set()
    assert await run.history() == {}
    assert not await session.load(session.home, Trigger.MANUAL, run.changed)
    assert len(run.service.calls) == 2
    await run.replace()
    assert run.session.account.value == VEGA
    assert not any(query.restored for query in run.session.home)
    assert await run.cached_names(VEGA.id or 0) == set(HOME)


@pytest.mark.parametrize("new_owner", [VEGA, LYRA], ids=["account", "artist"])
@pytest.mark.parametrize("trigger", list(Trigger))
@pytest.mark.parametrize("seed", range(12))
async def test_no_number_is_shown_with_another_owner_in_any_order(
    stored: StoredHistory, new_owner: Account | Artist, trigger: Trigger, seed: int
) -> None:
    stored.save_visit(NOW - timedelta(days=1))
    run = Run(stored)
    responses: dict[str, Any] = {
        "account": VEGA if new_owner is VEGA else NOVA_ACCOUNT,
        "artist": LYRA,
        "stats": NOVA_STATS._replace(total_plays=7),
        "intelligence": NOVA_INTELLIGENCE._replace(growth_rate=-1.0),
        "followers": Followers(7),
        "activity": NOVA_ACTIVITY._replace(downloads=7),
    }
    gates = {name: asyncio.Event() for name in HOME}
    for name, gate in gates.items():
        run.service.script(name, gate, responses[name])

    def check() -> None:
        session = run.session
        owner = session.account if new_owner is VEGA else session.artist
        known = owner.value == new_owner
        for query in session.home:
            if query is not session.account:
                assert query.value is None or query.restored is not known, query.name

    async def release_in_random_order(task: asyncio.Task[Any]) -> None:
        await settle()
        order = list(gates.values())
        random.Random(seed).shuffle(order)
        for gate in order:
            check()
            gate.set()
            await settle()
        check()
        await task

    await release_in_random_order(
        asyncio.create_task(run.session.load(run.session.home, trigger, check))
    )
    assert run.session.status is SessionStatus.OWNER_CHANGED
    for name, gate in gates.items():
        gate.clear()
        run.service.script(name, gate, responses[name])
    await release_in_random_order(asyncio.create_task(run.replace()))
    for name in HOME:
        assert getattr(run.session, name).value == responses[name]


@pytest.mark.parametrize(
    "error, kind, message, retry_in",
    [
        (OFFLINE, Unreachable, "No network.", 30),
        (NotSignedIn("Unauthenticated.", status=401), NotSignedIn, "Unauthenticated.", None),
        (
            ServerError("It failed.", status=500),
            OwnerUnverified,
            "The account could not be confirmed: It failed.",
            30,
        ),
        (None, OwnerUnverified, "The account could not be confirmed.", 30),
    ],
)
async def test_nothing_is_requested_while_the_account_is_unconfirmed(
    stored: StoredHistory,
    error: BeatPassError | None,
    kind: type[BeatPassError],
    message: str,
    retry_in: float | None,
) -> None:
    stored.save_visit(NOW - timedelta(days=1))
    run = Run(stored)
    session = run.session
    run.service.script("account", error or Account(None, "nova"))
    run.service.script("artist", LYRA)
    await run.load()
    for query in (session.artist, session.stats, session.followers):
        assert type(query.error) is kind
        assert query.error.message == message
        assert query.restored
        assert query.retry_in == retry_in
    assert run.service.requested.count("account") == 1
    assert await run.history() == {}


async def test_numbers_are_requested_once_the_account_is_confirmed(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1))
    run = Run(stored)
    error = ServerError("It failed.", status=500)
    run.service.script("account", error, error, NOVA_ACCOUNT)
    run.service.script("artist", error, error, NOVA_ARTIST)
    await run.load()
    assert isinstance(run.session.stats.error, OwnerUnverified)
    run.clock.advance(30)
    # Account and artist are requested when the numbers are due.
    assert await run.load() == ["account", "artist"]
    assert run.session.stats.retry_in == 60
    await run.load(trigger=Trigger.MANUAL)
    assert run.session.stats.value == NOVA_STATS
    assert run.session.stats.error is None
    assert await run.cached_names() == set(HOME)


async def test_same_artist_confirms_the_owner_if_the_account_fails(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1), {"stats": NOVA_STATS, "artist": NOVA_ARTIST})
    run = Run(stored)
    run.service.fail(ServerError("It failed.", status=500), "account")
    run.service.script("stats", NOVA_STATS._replace(total_plays=7))
    await run.load()
    assert run.session.stats.value == NOVA_STATS._replace(total_plays=7)
    assert run.session.followers.value == NOVA_FOLLOWERS
    # The values are shown but not stored, since the account is not confirmed.
    assert await run.cached_names() == {"stats", "artist"}


async def test_unconfirmed_account_is_requested_before_a_page(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1))
    run = Run(stored)
    run.service.script("account", VEGA)
    await run.load(run.session.performance)
    assert run.service.requested == ["account", "artist"]
    assert run.session.performance.value is None
    assert run.session.status is SessionStatus.OWNER_CHANGED


async def test_signed_in_account_is_confirmed(stored: StoredHistory) -> None:
    repository = stored.repository()
    account_history = await repository.open(ACCOUNT)
    service = FakeService()
    session = Session(
        service,
        stored.clock,
        account=NOVA_ACCOUNT,
        repository=repository,
        history=account_history,
        jitter=lambda: 0.0,
    )
    await session.load(session.home, Trigger.AUTOMATIC, lambda: None)
    assert "account" not in service.requested
    await wait_for_writes(repository)
    cached = stored.store().load_cached(ACCOUNT_KEY)
    assert set(cached) >= set(HOME) - {"account"}


async def test_account_without_id_is_not_stored(stored: StoredHistory) -> None:
    run = Run(stored, account=None)
    run.service.script("account", Account(None, "nova"))
    await run.load()
    assert run.session.status is SessionStatus.NORMAL
    assert run.session.history is None


async def test_ended_session_stores_nothing(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1), {"account": NOVA_ACCOUNT, "artist": NOVA_ARTIST})
    run = Run(stored)
    gate = asyncio.Event()
    run.service.script("stats", gate)
    task = run.begin()
    await settle()
    run.session.end()
    await run.repository.sign_out(ACCOUNT)
    gate.set()
    await task
    assert await run.cached_names() == set()
    # Earlier samples stay, without the numbers of the pending answer.
    numbers = {"albums", "downloads", "followers", "growth", "level", "xp"}
    assert {*await run.history()} == numbers


# Another artist


async def test_another_artist_starts_a_session_without_stored_answers(
    stored: StoredHistory,
) -> None:
    stored.save_visit(
        NOW - timedelta(days=1),
        performance=NOVA_PERFORMANCE,
        history=(("followers", NOW - timedelta(days=1), 872),),
    )
    run = Run(stored)
    run.service.script("artist", LYRA)
    run.service.script("followers", lambda artist: Followers({ARTIST: 873, LYRA.id: 4}[artist]))
    await run.load()
    # Numbers are not requested for the wrong artist.
    assert run.service.requested == ["account", "artist"]
    assert run.session.artist_id == ARTIST
    # Account and artist have just been requested.
    assert await run.replace() == ["activity", "followers", "intelligence", "stats"]
    session = run.session
    assert session.artist.value == LYRA
    assert session.followers.value == Followers(4)
    assert session.activity.value is not None
    assert session.performance.value is None
    assert "performance" not in run.service.requested
    history = session.history
    assert history is not None
    assert history.last_visit is None
    assert history.points("followers") == [(NOW, 4)]
    assert await run.cached_names() == set(HOME)
    assert await run.history(ARTIST) == {"followers": [872]}
    assert LYRA.id is not None
    assert (await run.history(LYRA.id))["followers"] == [4]


async def test_answers_in_flight_for_the_previous_artist_are_discarded(
    stored: StoredHistory,
) -> None:
    stored.save_visit(NOW - timedelta(minutes=50))
    run = Run(stored)
    session = run.session
    gate = asyncio.Event()
    run.service.script("artist", LYRA)
    run.service.script("followers", gate, Followers(9))
    run.service.script("stats", gate, NOVA_STATS._replace(total_plays=7))
    # Account and artist are fresh for another ten minutes.
    task = run.begin()
    await settle()
    assert session.followers.loading
    stored.clock.advance(600)
    await run.load(session.account, session.artist)
    assert session.status is SessionStatus.OWNER_CHANGED
    run.service.script("followers", Followers(4))
    await run.replace()
    gate.set()
    await task
    # The previous session has no data of the new artist.
    assert (session.artist_id, session.stats.value) == (ARTIST, NOVA_STATS)
    assert run.session.followers.value == Followers(4)
    assert "followers" not in await run.history(ARTIST)
    assert LYRA.id is not None
    assert (await run.history(LYRA.id))["followers"] == [4]


async def test_another_artist_after_an_hour_starts_a_session(stored: StoredHistory) -> None:
    run = Run(stored)
    await run.load()
    run.service.script("artist", LYRA)
    run.service.script("stats", NOVA_STATS._replace(total_tracks=3))
    stored.clock.advance(3_599)
    await run.load()
    assert run.session.stats.value == NOVA_STATS._replace(total_tracks=3)
    stored.clock.advance(1)
    run.service.script("stats", NOVA_STATS._replace(total_tracks=4))
    # Only the profile is stale; its change makes everything else due.
    assert await run.load() == ["account", "artist"]
    assert "stats" in await run.replace()
    assert run.session.stats.value == NOVA_STATS._replace(total_tracks=4)


async def test_page_of_another_artist_is_requested_at_once(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1), pages={"beats:1": NOVA_BEATS})
    run = Run(stored)
    session = run.session
    run.service.script("artist", LYRA)
    await run.load(session.account, session.artist, session.beats(1))
    await run.replace()
    assert run.session.beats(1).is_pending
    await run.load(run.session.beats(1))
    beats = [call.arguments for call in run.service.calls if call.name == "beats"]
    assert beats == [(LYRA.id, 1)]
    assert run.session.beats(1).fetched_at == NOW


async def test_restored_numbers_stay_when_the_artist_loses_its_id(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1))
    run = Run(stored)
    gate = asyncio.Event()
    run.service.script("artist", NOVA_ARTIST._replace(id=None))
    run.service.script("followers", gate)
    task = run.begin()
    await settle()
    gate.set()
    await task
    assert run.session.followers.value == NOVA_FOLLOWERS
    assert run.session.intelligence.value == NOVA_INTELLIGENCE


async def test_renamed_artist_changes_nothing(stored: StoredHistory) -> None:
    stored.save_visit(NOW - timedelta(days=1))
    run = Run(stored)
    run.service.script("artist", NOVA_ARTIST._replace(name="Nova R."))
    await run.load()
    assert len(run.service.calls) == 6
    assert run.session.history is not None
    assert run.session.history.last_visit == NOW - timedelta(days=1)


# Visits


def test_last_visit_is_in_local_time(stored: StoredHistory) -> None:
    then: datetime = NOW - timedelta(days=3)
    stored.save_visit(then)
    account_history = stored.repository().load(ACCOUNT)
    assert account_history is not None
    assert account_history.last_visit == then
    session = Session(None, stored.clock, history=account_history)
    assert account_history.value_at_last_visit(session.stats) == (NOVA_STATS, then)
