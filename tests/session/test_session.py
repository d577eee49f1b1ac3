"""Which requests a session sends, how often, and in which order."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from beatpass_tui.errors import (
    BeatPassError,
    Forbidden,
    NotFound,
    NotSignedIn,
    RateLimited,
    ServerError,
    ServiceUnavailable,
    Throttled,
    Unreachable,
)
from beatpass_tui.models.home import Intelligence
from beatpass_tui.models.identity import Account, Artist
from beatpass_tui.session.ownership import Owner
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.session.status import SessionStatus
from beatpass_tui.transport.endpoints import ACTIVITY, Service
from support.command_harness import HOME
from support.fakes import (
    NOVA_ACCOUNT,
    NOVA_ACTIVITY,
    NOVA_ARTIST,
    NOVA_INTELLIGENCE,
    NOVA_STATS,
    NOW,
    FakeClock,
    FakeService,
    settle,
)

REFUSED = NotSignedIn("Unauthenticated.", status=401)
FORBIDDEN = Forbidden("No.", status=403)
NO_PROFILE = NotFound("Artist profile not found.", status=404)
OFFLINE = Unreachable("No network.")
FAILED = ServerError("Failed.", status=500)
CALCULATING = Intelligence(NOVA_INTELLIGENCE.level, 9, 128, 45_210, None, True)


class Loads:
    """A session with a scripted service, and the number of reported changes."""

    def __init__(self, *, account: Account | None = None, growth_delay: float = 30) -> None:
        self.clock = FakeClock()
        self.service = FakeService()
        self.session = Session(
            self.service,
            self.clock,
            account=account,
            growth_delay=growth_delay,
            jitter=lambda: 0.0,
        )
        self.changes = 0

    def changed(self) -> None:
        self.changes += 1

    async def load(self, trigger: Trigger = Trigger.AUTOMATIC) -> bool:
        return await self.session.load(self.session.home, trigger, self.changed)

    async def load_names(self, trigger: Trigger = Trigger.AUTOMATIC) -> list[str]:
        """Load, and return the names of the requests."""
        before = len(self.service.calls)
        requested = await self.load(trigger)
        names = self.service.requested[before:]
        assert requested is bool(names)
        return names


def test_fake_service_is_a_service() -> None:
    service: Service = FakeService()
    assert service.token is not None


# A full load


async def test_full_load_sends_six_requests() -> None:
    loads = Loads()
    assert sorted(await loads.load_names()) == sorted(HOME)
    session = loads.session
    assert all(query.value is not None for query in session.home)
    assert session.status is SessionStatus.NORMAL
    assert session.has_data


async def test_four_requests_follow_account_and_artist() -> None:
    loads = Loads()
    gates = {name: asyncio.Event() for name in HOME}
    for name, gate in gates.items():
        loads.service.script(name, gate)
    task = asyncio.create_task(loads.load())
    await settle()
    assert loads.service.requested == ["account", "artist"]
    for name in ("artist", "account"):
        assert len(loads.service.calls) == 2
        gates[name].set()
        await settle()
    assert sorted(loads.service.requested[2:]) == ["activity", "followers", "intelligence", "stats"]
    assert loads.service.in_flight == 4
    for gate in gates.values():
        gate.set()
    assert await task
    assert loads.service.most_in_flight == 4


async def test_artist_requests_contain_the_artist_id() -> None:
    loads = Loads()
    await loads.load()
    arguments = {call.name: call.arguments for call in loads.service.calls}
    assert arguments["followers"] == (NOVA_ARTIST.id,)
    assert arguments["activity"] == (NOVA_ARTIST.id,)
    assert ACTIVITY.params["period"] == "all"


async def test_changes_are_reported_at_the_start_and_after_each_answer() -> None:
    loads = Loads()
    gates = {name: asyncio.Event() for name in HOME}
    for name, gate in gates.items():
        loads.service.script(name, gate)
    task = asyncio.create_task(loads.load())
    await settle()
    changes = [loads.changes]
    for name in HOME:
        gates[name].set()
        await settle()
        changes.append(loads.changes)
    await task
    # With the artist's answer, the four requests after it start.
    assert changes == [1, 2, 4, 5, 6, 7, 8]
    assert loads.changes == 8


async def test_queries_are_loading_when_their_start_is_reported() -> None:
    loads = Loads()
    seen: list[list[str]] = []

    def changed() -> None:
        seen.append([query.name for query in loads.session.home if query.loading])

    await loads.session.load(loads.session.home, Trigger.AUTOMATIC, changed)
    assert seen[0] == ["account", "artist"]
    assert ["stats", "intelligence", "followers", "activity"] in seen
    assert seen[-1] == []


async def test_known_account_is_not_requested() -> None:
    loads = Loads(account=NOVA_ACCOUNT)
    assert sorted(await loads.load_names()) == sorted(set(HOME) - {"account"})
    assert loads.session.account.value == NOVA_ACCOUNT


async def test_slow_intelligence_delays_nothing_else() -> None:
    loads = Loads()
    gate = asyncio.Event()
    loads.service.script("intelligence", gate)
    task = asyncio.create_task(loads.load())
    await settle()
    known = [query.name for query in loads.session.home if query.value is not None]
    assert known == ["account", "artist", "stats", "followers", "activity"]
    gate.set()
    await task
    assert loads.session.intelligence.value == NOVA_INTELLIGENCE


async def test_slow_queries_do_not_delay_intelligence() -> None:
    loads = Loads()
    gates = [asyncio.Event() for _ in range(3)]
    for name, gate in zip(("stats", "followers", "activity"), gates, strict=True):
        loads.service.script(name, gate)
    task = asyncio.create_task(loads.load())
    await settle()
    known = [query.name for query in loads.session.home if query.value is not None]
    assert known == ["account", "artist", "intelligence"]
    for gate in gates:
        gate.set()
    await task


@pytest.mark.parametrize("name", ["account", "stats", "intelligence", "followers", "activity"])
async def test_failure_affects_only_its_own_query(name: str) -> None:
    loads = Loads()
    loads.service.fail(FAILED, name)
    await loads.load()
    failed = [query.name for query in loads.session.home if query.error is not None]
    missing = [query.name for query in loads.session.home if query.value is None]
    assert failed == missing == [name]
    assert loads.session.status is SessionStatus.NORMAL


# Without the artist


async def test_artist_queries_are_not_sent_without_the_artist() -> None:
    loads = Loads()
    loads.service.fail(FAILED, "artist")
    assert sorted(await loads.load_names()) == ["account", "artist", "intelligence", "stats"]
    assert loads.session.followers.is_pending
    assert loads.session.activity.is_pending


async def test_artist_queries_follow_a_late_artist() -> None:
    loads = Loads()
    loads.service.script("artist", FAILED, NOVA_ARTIST)
    await loads.load()
    loads.clock.advance(5)
    assert await loads.load_names(Trigger.MANUAL) == ["artist", "followers", "activity"]
    assert loads.session.followers.value is not None
    assert loads.session.activity.value is not None


async def test_artist_queries_follow_an_automatic_retry_of_the_artist() -> None:
    loads = Loads()
    loads.service.script("artist", OFFLINE, NOVA_ARTIST)
    await loads.load()
    loads.clock.advance(30)
    assert await loads.load_names() == ["artist", "followers", "activity"]


async def test_artist_without_id() -> None:
    loads = Loads()
    loads.service.script("artist", Artist(None, "Nova Reyes", True, 128, 45_210, None))
    await loads.load()
    assert loads.service.requested.count("followers") == 0
    assert await loads.load_names(Trigger.MANUAL) == []
    loads.clock.advance(30)
    assert sorted(await loads.load_names(Trigger.MANUAL)) == sorted(HOME[:4])
    assert loads.session.followers.is_pending


async def test_second_page_waits_for_the_artist_in_flight() -> None:
    loads = Loads()
    gate = asyncio.Event()
    loads.service.script("artist", gate)
    session = loads.session
    first = asyncio.create_task(loads.load())
    await settle()
    requested = (session.account, session.artist, session.activity)
    second = asyncio.create_task(session.load(requested, Trigger.AUTOMATIC, loads.changed))
    await settle()
    gate.set()
    assert await first
    assert await second
    assert sorted(loads.service.requested) == sorted(HOME)


# Refreshing


async def test_answer_that_arrives_before_the_wait_is_not_requested_again() -> None:
    loads, gate = Loads(), asyncio.Event()
    requested = (loads.session.account, loads.session.performance)
    loads.service.script("performance", gate)
    first = asyncio.create_task(loads.session.load(requested, Trigger.AUTOMATIC, loads.changed))
    await settle()
    # The answer arrives before the second request begins to wait.
    gate.set()
    assert not await loads.session.load(requested, Trigger.AUTOMATIC, loads.changed)
    await first
    assert loads.service.requested.count("performance") == 1


async def test_manual_refresh_skips_answers_younger_than_30_seconds() -> None:
    loads = Loads()
    await loads.load()
    for seconds in (0, 10, 19.5):
        loads.clock.advance(seconds)
        assert await loads.load_names(Trigger.MANUAL) == []
    loads.clock.advance(0.5)
    assert sorted(await loads.load_names(Trigger.MANUAL)) == sorted(HOME)


async def test_manual_refresh_retries_failures_at_once() -> None:
    loads = Loads()
    loads.service.script("stats", FAILED, NOVA_STATS)
    await loads.load()
    assert await loads.load_names(Trigger.MANUAL) == ["stats"]
    assert await loads.load_names(Trigger.MANUAL) == []


async def test_repeated_manual_refresh_sends_each_request_once() -> None:
    loads = Loads()
    gates = [asyncio.Event() for _ in HOME]
    for name, gate in zip(HOME, gates, strict=True):
        loads.service.script(name, gate)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            tasks.create_task(loads.load(Trigger.MANUAL))
            await settle()
        for gate in gates:
            gate.set()
    assert sorted(loads.service.requested) == sorted(HOME)


async def test_each_answer_is_refreshed_at_its_freshness() -> None:
    loads = Loads()
    await loads.load()
    assert loads.session.next_request_in(loads.session.home) == 900
    loads.clock.advance(899.5)
    assert await loads.load_names() == []
    loads.clock.advance(0.5)
    assert sorted(await loads.load_names()) == ["activity", "followers", "intelligence", "stats"]
    loads.clock.advance(2_700)
    assert sorted(await loads.load_names()) == sorted(HOME)


async def test_finances_and_leaderboards_are_fresh_for_five_minutes() -> None:
    loads = Loads()
    session = loads.session
    requested = (session.sales, session.standings)
    assert await session.load(requested, Trigger.AUTOMATIC, loads.changed)
    assert session.next_request_in(requested) == 300
    loads.clock.advance(299)
    assert not await session.load(requested, Trigger.AUTOMATIC, loads.changed)
    loads.clock.advance(1)
    assert await session.load(requested, Trigger.AUTOMATIC, loads.changed)


async def test_everything_is_requested_once_after_a_long_sleep() -> None:
    loads = Loads()
    await loads.load()
    loads.clock.advance(8 * 3600)
    assert sorted(await loads.load_names()) == sorted(HOME)
    assert await loads.load_names() == []


@pytest.mark.parametrize("first", [30, 2])
async def test_only_growth_is_requested_until_it_is_calculated(first: float) -> None:
    loads = Loads(growth_delay=first)
    loads.service.script("intelligence", *[CALCULATING] * 5, NOVA_INTELLIGENCE)
    await loads.load()
    for wait in (first, 60, 120, 300, 300):
        assert loads.session.next_request_in(loads.session.home) == wait
        loads.clock.advance(wait)
        assert await loads.load_names() == ["intelligence"]
    assert loads.session.intelligence.value == NOVA_INTELLIGENCE
    assert loads.session.intelligence.retry_in == 900


async def test_unreachable_queries_are_retried_together() -> None:
    loads = Loads()
    await loads.load()
    loads.service.fail(OFFLINE, *HOME)
    loads.clock.advance(3_600)
    await loads.load()
    for wait in (30, 60, 120, 300, 300):
        assert loads.session.next_request_in(loads.session.home) == wait
        loads.clock.advance(wait)
        assert sorted(await loads.load_names()) == sorted(HOME)
    assert loads.session.offline_since() == NOW + timedelta(hours=1)


async def test_recovered_query_leaves_the_back_off_of_others() -> None:
    loads = Loads()
    loads.service.script("account", OFFLINE, NOVA_ACCOUNT)
    loads.service.script("stats", OFFLINE, OFFLINE, NOVA_STATS)
    await loads.load()
    loads.clock.advance(30)
    assert await loads.load_names() == ["account", "stats"]
    loads.clock.advance(30)
    assert await loads.load_names() == []
    loads.clock.advance(30)
    assert await loads.load_names() == ["stats"]
    assert loads.session.offline_since() is None


async def test_queries_that_failed_at_different_times_are_retried_together() -> None:
    loads = Loads()
    loads.service.fail(OFFLINE, "account")
    await loads.load()
    loads.clock.advance(20)
    loads.service.fail(OFFLINE, "stats")
    await loads.session.stats.fetch()
    loads.clock.advance(10)
    assert await loads.load_names() == ["account", "stats"]


async def test_manual_refresh_retries_at_once_while_offline() -> None:
    loads = Loads()
    loads.service.fail(OFFLINE, *HOME)
    await loads.load()
    assert sorted(await loads.load_names(Trigger.MANUAL)) == sorted(HOME[:4])


async def test_service_unavailable_counts_as_unreachable() -> None:
    loads = Loads()
    loads.service.fail(ServiceUnavailable("Down."), "stats")
    await loads.load()
    assert loads.session.offline_since() == NOW
    assert loads.session.next_request_in(loads.session.home) == 30


@pytest.mark.parametrize("trigger", list(Trigger))
async def test_rate_limit_applies_to_its_endpoint_only(trigger: Trigger) -> None:
    loads = Loads()
    loads.service.script("activity", RateLimited("Too many.", retry_after=120))
    await loads.load()
    loads.clock.advance(119)
    others = [] if trigger is Trigger.AUTOMATIC else list(HOME[:-1])
    assert await loads.load_names(trigger) == others
    loads.clock.advance(1)
    assert "activity" in await loads.load_names(trigger)


async def test_rate_limit_over_five_minutes_needs_a_manual_refresh() -> None:
    loads = Loads()
    loads.service.script("activity", RateLimited("Too many.", retry_after=301))
    await loads.load()
    loads.clock.advance(850)
    assert await loads.load_names() == []
    assert "activity" in await loads.load_names(Trigger.MANUAL)


# Expired tokens


async def test_single_401_is_checked_with_the_account() -> None:
    loads = Loads()
    loads.service.fail(REFUSED, "stats")
    await loads.load()
    assert loads.session.status is SessionStatus.NORMAL
    assert not loads.session.expired
    assert sorted(set(loads.service.requested)) == sorted(HOME)
    assert loads.session.stats.error is REFUSED
    assert loads.session.followers.value is not None


async def test_later_401_is_checked_with_the_account() -> None:
    loads = Loads()
    await loads.load()
    loads.service.fail(REFUSED, "stats")
    loads.clock.advance(900)
    names = await loads.load_names()
    assert names.count("account") == 1
    assert names.index("account") > names.index("stats")
    assert not loads.session.expired


async def test_confirmed_401_expires_the_session() -> None:
    loads = Loads()
    await loads.load()
    loads.service.fail(REFUSED, "stats", "account")
    loads.clock.advance(900)
    await loads.load()
    assert loads.session.expired
    assert loads.session.status is SessionStatus.EXPIRED
    assert loads.session.stats.value == NOVA_STATS


async def test_invalid_token_sends_two_requests() -> None:
    loads = Loads()
    loads.service.fail(REFUSED, *HOME)
    await loads.load()
    assert loads.session.status is SessionStatus.EXPIRED
    assert not loads.session.has_data
    assert loads.service.requested == ["account", "artist"]


async def test_expired_session_sends_nothing() -> None:
    loads = Loads()
    loads.service.fail(REFUSED, *HOME)
    await loads.load()
    loads.clock.advance(24 * 3600)
    assert loads.session.next_request_in(loads.session.home) is None
    for trigger in Trigger:
        assert await loads.load_names(trigger) == []


async def test_artist_queries_are_not_sent_after_the_session_expired() -> None:
    loads = Loads()
    gate = asyncio.Event()
    loads.service.script("artist", gate)
    loads.service.fail(REFUSED, "account", "stats", "intelligence")
    task = asyncio.create_task(loads.load())
    await settle()
    assert loads.session.expired
    gate.set()
    await task
    assert "followers" not in loads.service.requested


@pytest.mark.parametrize("error", [OFFLINE, FAILED, FORBIDDEN], ids=repr)
async def test_unchecked_401_does_not_expire_the_session(error: BeatPassError) -> None:
    loads = Loads(account=NOVA_ACCOUNT)
    loads.service.fail(REFUSED, "stats")
    loads.service.fail(error, "account")
    await loads.load()
    assert not loads.session.expired
    assert loads.service.requested.count("account") == 1


async def test_check_of_a_401_respects_a_rate_limit() -> None:
    loads = Loads()
    loads.service.fail(RateLimited("Too many.", retry_after=60), "account")
    await loads.load()
    loads.service.fail(REFUSED, "stats")
    loads.clock.advance(31)
    names = await loads.load_names(Trigger.MANUAL)
    assert "stats" in names
    assert "account" not in names


async def test_two_401s_are_checked_by_one_request() -> None:
    loads = Loads(account=NOVA_ACCOUNT)
    gate = asyncio.Event()
    loads.service.script("account", gate, NOVA_ACCOUNT)
    loads.service.fail(REFUSED, "stats", "intelligence")
    task = asyncio.create_task(loads.load())
    await settle()
    gate.set()
    await task
    assert loads.service.requested.count("account") == 1


# Status


async def status_after(
    account: BeatPassError | None, artist: BeatPassError | None
) -> SessionStatus:
    """Return the status after answers or failures of these two requests."""
    loads = Loads()
    for name, error in (("account", account), ("artist", artist)):
        if error is not None:
            loads.service.fail(error, name)
    await loads.load()
    return loads.session.status


@pytest.mark.parametrize(
    "account, artist, expected",
    [
        (None, None, SessionStatus.NORMAL),
        (None, NO_PROFILE, SessionStatus.NO_ARTIST),
        (None, FORBIDDEN, SessionStatus.NO_ARTIST),
        (FORBIDDEN, FORBIDDEN, SessionStatus.NO_ACCESS),
        (OFFLINE, NO_PROFILE, SessionStatus.NO_ARTIST),
        (OFFLINE, FORBIDDEN, SessionStatus.NORMAL),
        (FORBIDDEN, None, SessionStatus.NORMAL),
        (FORBIDDEN, OFFLINE, SessionStatus.NORMAL),
        (None, OFFLINE, SessionStatus.NORMAL),
        (None, FAILED, SessionStatus.NORMAL),
        (REFUSED, REFUSED, SessionStatus.EXPIRED),
        (REFUSED, None, SessionStatus.EXPIRED),
        (None, REFUSED, SessionStatus.NORMAL),
    ],
    ids=str,
)
async def test_status(
    account: BeatPassError | None, artist: BeatPassError | None, expected: SessionStatus
) -> None:
    assert await status_after(account, artist) is expected


@pytest.mark.parametrize("name", ["stats", "intelligence", "followers", "activity"])
@pytest.mark.parametrize("error", [FORBIDDEN, NO_PROFILE], ids=repr)
async def test_refusal_of_other_queries_keeps_the_status_normal(
    name: str, error: BeatPassError
) -> None:
    loads = Loads()
    loads.service.fail(error, name)
    await loads.load()
    assert loads.session.status is SessionStatus.NORMAL


async def test_refused_profile_needs_the_account_to_change_the_status() -> None:
    loads = Loads()
    gate = asyncio.Event()
    loads.service.script("account", gate)
    loads.service.fail(FORBIDDEN, "artist")
    task = asyncio.create_task(loads.load())
    await settle()
    status = [loads.session.status]
    gate.set()
    await task
    status.append(loads.session.status)
    assert status == [SessionStatus.NORMAL, SessionStatus.NO_ARTIST]


@pytest.mark.parametrize(
    "failing", [{"artist": NO_PROFILE}, {"artist": FORBIDDEN, "account": FORBIDDEN}]
)
async def test_blocked_session_is_only_refreshed_manually(
    failing: dict[str, BeatPassError],
) -> None:
    loads = Loads()
    for name, error in failing.items():
        loads.service.script(name, error, NOVA_ARTIST if name == "artist" else NOVA_ACCOUNT)
    await loads.load()
    assert loads.session.next_request_in(loads.session.home) is None
    names = await loads.load_names(Trigger.MANUAL)
    assert sorted(names) == sorted([*failing, "followers", "activity"])
    assert loads.session.status is SessionStatus.NORMAL


# Times


async def test_oldest_fetch() -> None:
    loads = Loads()
    session = loads.session
    assert session.oldest_fetch(session.home) is None
    await loads.load()
    loads.clock.advance(60)
    session.stats.set_value(NOVA_STATS)
    assert session.oldest_fetch(session.home) == NOW
    assert session.oldest_fetch((session.stats,)) == NOW + timedelta(seconds=60)


async def test_offline_since_the_first_failure() -> None:
    loads = Loads()
    assert loads.session.offline_since() is None
    loads.service.fail(OFFLINE, "stats")
    await loads.load()
    loads.clock.advance(10)
    loads.service.fail(OFFLINE, "account")
    await loads.session.account.fetch()
    assert loads.session.offline_since() == NOW
    loads.service.script("stats", NOVA_STATS)
    await loads.session.stats.fetch()
    assert loads.session.offline_since() == NOW + timedelta(seconds=10)


async def test_artist_queries_have_no_next_request_without_the_artist() -> None:
    loads = Loads()
    loads.service.fail(FAILED, "artist")
    await loads.load()
    session = loads.session
    assert session.next_request_in((session.followers, session.activity)) is None
    assert session.next_request_in(session.home) == 900


async def test_artist_that_loses_its_id_keeps_its_numbers() -> None:
    loads = Loads()
    without_id = Artist(None, "Nova Reyes", True, 128, 45_210, None)
    loads.service.script("artist", NOVA_ARTIST, without_id)
    await loads.load()
    loads.clock.advance(3_600)
    await loads.session.artist.fetch()
    assert sorted(await loads.load_names()) == ["account", "intelligence", "stats"]
    assert loads.session.followers.value is not None
    assert loads.session.next_request_in(loads.session.home) == 900


@pytest.mark.parametrize("kind", [RateLimited, Throttled])
async def test_rate_limit_applies_to_every_query_of_the_endpoint(kind: type[RateLimited]) -> None:
    service, clock = FakeService(), FakeClock()
    session = Session(service, clock, jitter=lambda: 0.0)
    session.artist.set_value(NOVA_ARTIST)
    service.fail(kind("Too many attempts.", retry_after=60), "activity_in")
    thirty, ninety = session.activity_in("30d", 1), session.activity_in("90d", 1)
    await session.load((thirty,), Trigger.AUTOMATIC, lambda: None)
    clock.advance(20)
    shown: list[object] = []
    count = await session.load(
        (ninety, session.activity, session.sales),
        Trigger.MANUAL,
        lambda: shown.append(ninety.error),
    )
    assert count
    assert service.requested == ["activity_in", "sales"]
    assert type(shown[0]) is kind
    assert ninety.rate_limited_for == 40.0
    clock.advance(41)
    service.script("activity_in")
    await session.load((ninety,), Trigger.MANUAL, lambda: None)
    assert ninety.value is not None


@pytest.mark.parametrize("first", ["activity", "activity_in"])
@pytest.mark.parametrize("arrives_first", ["activity", "activity_in"])
async def test_answer_of_the_later_request_is_used(first: str, arrives_first: str) -> None:
    service, clock = FakeService(), FakeClock()
    session = Session(service, clock, jitter=lambda: 0.0)
    session.artist.set_value(NOVA_ARTIST)
    second = "activity_in" if first == "activity" else "activity"
    gates = {name: asyncio.Event() for name in (first, second)}
    for name, gate in gates.items():
        service.script(name, gate, NOVA_ACTIVITY._replace(downloads=1 if name == first else 2))
    queries = {"activity": session.activity, "activity_in": session.activity_in("all", 1)}
    tasks = []
    for name in (first, second):
        tasks.append(asyncio.create_task(queries[name].fetch()))
        await settle()
    for name in sorted(gates, key=lambda name: name != arrives_first):
        gates[name].set()
        await settle()
    for task in tasks:
        await task
    assert session.activity.value is not None
    assert session.activity.value.downloads == 2


async def test_another_artist_replaces_the_session_without_an_account() -> None:
    loads = Loads()
    loads.service.fail(FAILED, "account")
    await loads.load()
    assert loads.session.artist.value == NOVA_ARTIST
    loads.service.script("artist", NOVA_ARTIST._replace(id=8))
    loads.clock.advance(3_600)
    assert await loads.load_names() == ["account", "artist"]
    assert loads.session.status is SessionStatus.OWNER_CHANGED
    assert loads.session.replacement == Owner(None, NOVA_ARTIST._replace(id=8))
    assert loads.session.artist.value == NOVA_ARTIST
