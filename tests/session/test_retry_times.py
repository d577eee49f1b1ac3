"""Times at which endpoints are requested: freshness, retries, rate limits and `r`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from beatpass_tui.errors import (
    BeatPassError,
    Forbidden,
    InvalidResponse,
    NotSignedIn,
    RateLimited,
    ServerError,
    ServiceUnavailable,
    Throttled,
    Unreachable,
)
from beatpass_tui.models.home import Intelligence
from beatpass_tui.session.query import BACKOFF, Query, Trigger
from beatpass_tui.session.session import Session
from support.fakes import NOVA_INTELLIGENCE, NOVA_STATS, FakeClock, FakeService

HOUR, DAY = 3_600.0, 86_400.0
OFFLINE = Unreachable("No network.")
DOWN = ServiceUnavailable("Down.")
FAILED = ServerError("Failed.", status=500)
UNREADABLE = InvalidResponse("HTML.")
FORBIDDEN = Forbidden("No.", status=403)
REFUSED = NotSignedIn("Unauthenticated.", status=401)
CALCULATING = Intelligence(NOVA_INTELLIGENCE.level, 9, 128, 45_210, None, True)


def limited(seconds: float | None) -> RateLimited:
    return RateLimited("Too many.", retry_after=seconds)


class User:
    """A user with a focused terminal, who sometimes presses `r`."""

    def __init__(
        self, *, jitter: float = 0.0, growth_delay: float = BACKOFF[0], refresh: float | None = None
    ) -> None:
        self.clock = FakeClock()
        self.service = FakeService()
        self.session = Session(
            self.service,
            self.clock,
            jitter=lambda: jitter,
            growth_delay=growth_delay,
            refresh=refresh,
        )
        self.start = self.clock.monotonic()
        self.times: dict[str, list[float]] = {}

    async def watch(
        self, requested: Sequence[Query[Any]], seconds: float, presses: Sequence[float] = ()
    ) -> None:
        """Load queries when they are due, as a page does, for some seconds."""
        await self._load(requested, Trigger.AUTOMATIC)
        remaining = sorted(presses)
        while True:
            now = self.clock.monotonic() - self.start
            due = self.session.next_request_in(requested)
            wakes = now + due if due is not None else seconds + 1
            pressed = bool(remaining) and remaining[0] <= wakes
            at = remaining.pop(0) if pressed else wakes
            if at > seconds:
                return
            self.clock.advance(at - now)
            await self._load(requested, Trigger.MANUAL if pressed else Trigger.AUTOMATIC)

    async def _load(self, requested: Sequence[Query[Any]], trigger: Trigger) -> None:
        before = len(self.service.calls)
        await self.session.load(requested, trigger, lambda: None)
        now = round(self.clock.monotonic() - self.start, 3)
        for call in self.service.calls[before:]:
            self.times.setdefault(call.name, []).append(now)


class Row(NamedTuple):
    """One row of the table, applied to `stats`."""

    answers: tuple[object, ...]
    requested: list[float]
    """The seconds at which it is requested, up to `until`."""
    until: float
    presses: tuple[float, ...] = ()


OK = NOVA_STATS
ROWS = {
    # `r`
    "r: a failure immediately": Row((FAILED,), [0, 1, 2, 3.5], 4, (1, 2, 3.5)),
    "r: an unreachable endpoint immediately": Row((OFFLINE,), [0, 1, 2], 4, (1, 2)),
    "r: an unreadable response immediately": Row((UNREADABLE, OK), [0, 1], 20, (1, 2, 3)),
    "r: nothing younger than 30 s": Row((OK,), [0, 30], 35, (0, 10, 29.9, 30, 31)),
    "r: everything else immediately": Row((OK,), [0, 31, 700], 800, (31, 700)),
    "r: the new answer has its own freshness": Row((OK,), [0, 600, 1_500], 1_600, (600,)),
    # automatic
    "automatic: when stale": Row((OK,), [0, 900, 1_800, 2_700], 2_800),
    "automatic: after a failure as after an answer": Row((FAILED,), [0, 900, 1_800], 1_900),
    "automatic: after a 403 as after an answer": Row((FORBIDDEN,), [0, 900, 1_800], 1_900),
    # offline or server down
    "offline: 30, 60, 120, then every 300 s": Row((OFFLINE,), [0, 30, 90, 210, 510, 810], 900),
    "down: as offline": Row((DOWN,), [0, 30, 90, 210, 510, 810], 900),
    "offline: normal after recovery": Row((OFFLINE, OFFLINE, OK), [0, 30, 90, 990], 1_000),
    "offline: r requests immediately and keeps the back-off": Row(
        (OFFLINE,), [0, 10, 70, 190, 490], 500, (10,)
    ),
    # 429
    "429: nothing before Retry-After, even with r": Row(
        (limited(90), OK), [0, 90], 100, (1, 30, 60, 89.9)
    ),
    "429: r exactly at Retry-After": Row((limited(90), OK), [0, 90], 119, (90,)),
    "429: five minutes are retried automatically": Row((limited(300), OK), [0, 300], 310),
    "429: longer waits need r": Row((limited(301), OK), [0, 500], 600, (300, 500)),
    "429: longer waits are not retried without r": Row((limited(301), OK), [0], DAY),
    "429: Retry-After of 0 backs off": Row((limited(0),), [0, 30, 90, 210, 510, 810], 900),
    "429: without Retry-After": Row((limited(None),), [0, 60, 180, 420, 720], 800),
    "429: r waits without Retry-After": Row(
        (limited(None), limited(None), OK), [0, 60, 180], 200, (59, 61, 179)
    ),
    "throttled: as after a 429": Row(
        (OK, Throttled("Less.", retry_after=45), OK), [0, 31, 76], 100, (31, 40)
    ),
    # 401
    "401: no further requests": Row((REFUSED,), [0], DAY, (1, 60, 3_600)),
}


@pytest.mark.parametrize("name", ROWS)
async def test_requests_at_the_documented_times(name: str) -> None:
    row = ROWS[name]
    user = User()
    user.service.script("stats", *row.answers)
    if REFUSED in row.answers:
        user.service.fail(REFUSED, "account")
    await user.watch((user.session.stats,), row.until, row.presses)
    assert user.times["stats"] == row.requested


@pytest.mark.parametrize("jitter", [-1.0, 0.0, 0.5, 1.0])
async def test_jitter(jitter: float) -> None:
    for answer, wait in (
        (OK, 900 + 90 * abs(jitter)),
        (OFFLINE, 30 + 3 * jitter),
        (limited(60), 60 + 6 * abs(jitter)),
    ):
        user = User(jitter=jitter)
        user.service.script("stats", answer)
        await user.watch((user.session.stats,), wait + 1)
        assert user.times["stats"] == [0, pytest.approx(wait)]


@pytest.mark.parametrize("minutes, seconds", [(0.1, 60), (0.5, 60), (2, 120), (30, 1_800)])
async def test_automatic_refresh_is_never_below_a_minute(minutes: float, seconds: float) -> None:
    user = User(jitter=-1.0, refresh=minutes)
    await user.watch((user.session.stats,), 5_000)
    waits = [later - at for at, later in pairwise(user.times["stats"])]
    assert all(seconds <= wait <= max(seconds * 1.1, 60) for wait in waits)


FRESHNESS = {
    "account": HOUR,
    "artist": HOUR,
    "application": 60,
    "stats": 900,
    "intelligence": 900,
    "followers": 900,
    "activity": 900,
    "performance": 900,
    "upload_insights": 900,
    "uploads": 900,
    "platform_uploads": HOUR,
    "plays": 900,
    "xp_sources": 900,
    "achievements": 900,
    "sales": 300,
    "finances": 300,
    "balance": 300,
    "transactions": 300,
    "standings": 300,
    "leaderboards": 300,
    "activity_in": 300,
    "beats": 1_800,
    "albums": 1_800,
    "album": 1_800,
    "collaborations": 1_800,
    "collaboration_insights": 1_800,
    "beat_insights": 1_800,
    "album_insights": 1_800,
    "beat_plays": 1_800,
    "album_plays": 1_800,
    "placements": 1_800,
}
"""Freshness in seconds by endpoint."""


async def test_freshness_of_every_endpoint() -> None:
    user = User()
    session = user.session
    paged = (
        session.transactions("all", "all", 1),
        session.activity_in("7d", 1),
        session.plays("30d"),
        session.beat_insights(1, "7-days"),
        session.album_insights(1, "7-days"),
        session.beat_plays(1, "7d"),
        session.album_plays(1, "7d"),
        session.placements(1),
        session.leaderboard("progress", "all"),
        session.beats(1),
        session.albums(1),
        session.album(930000001),
    )
    requested = [*dict.fromkeys((*session.all, *paged))]
    assert {query.name for query in requested} == set(FRESHNESS)
    await user.watch(requested, 2 * HOUR)
    for name, times in user.times.items():
        waits = {later - at for at, later in pairwise(times)}
        assert waits == {FRESHNESS[name]}, name


@pytest.mark.parametrize(
    "first, requested",
    [(30, [0, 30, 90, 210, 510, 810, 1_110]), (2, [0, 2, 62, 182, 482, 782, 1_082])],
)
async def test_growth_that_is_being_calculated(first: float, requested: list[float]) -> None:
    user = User(growth_delay=first)
    user.service.script("intelligence", CALCULATING)
    await user.watch(user.session.home, 1_200)
    assert user.times["intelligence"] == requested
    assert user.times["stats"] == [0, 900]


@pytest.mark.parametrize(
    "error, after", [(OFFLINE, 60), (FAILED, 930), (limited(120), 150)], ids=repr
)
async def test_growth_that_fails_while_being_calculated(error: BeatPassError, after: float) -> None:
    user = User()
    user.service.script("intelligence", CALCULATING, error, CALCULATING)
    await user.watch(user.session.home, 1_000)
    assert user.times["intelligence"][:3] == [0, 30, after]


async def test_rate_limit_of_one_endpoint_leaves_others_alone() -> None:
    user = User()
    user.service.script("activity", limited(200), limited(200))
    await user.watch(user.session.home, 1_000, (100, 150))
    assert user.times["activity"] == [0, 200, 400, 600, 900]
    assert user.times["stats"] == [0, 100, 150]


async def test_nothing_is_sent_after_a_401() -> None:
    user = User()
    user.service.fail(REFUSED, "stats", "account")
    await user.watch(user.session.home, DAY, (1, 60, HOUR))
    assert {at for times in user.times.values() for at in times} == {0}
