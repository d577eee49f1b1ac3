"""Queries: their state, and when they are due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from math import inf
from typing import NamedTuple

import pytest

from beatpass_tui.errors import (
    BeatPassError,
    Forbidden,
    InvalidResponse,
    NotFound,
    NotSignedIn,
    OwnerUnverified,
    RateLimited,
    ServerError,
    ServiceUnavailable,
    Unreachable,
)
from beatpass_tui.session.query import (
    BACKOFF,
    Outcome,
    Query,
    Trigger,
    next_delay,
    next_request_number,
    outcome_of,
)
from support.fakes import NOW, FakeClock, query_of, settle

TIMEOUT = 10.0
"""Seconds after which a request that should have ended fails the test."""

OFFLINE = Unreachable("No network.")
DOWN = ServiceUnavailable("Down.")
REFUSALS: list[BeatPassError] = [
    Forbidden("No.", status=403),
    NotFound("None.", status=404),
    ServerError("Failed.", status=500),
    InvalidResponse("HTML."),
]


class Source:
    """Answers in order, repeating the last; an event delays an answer until it is set."""

    def __init__(self, *answers: int | BeatPassError | asyncio.Event) -> None:
        self.answers = list(answers)
        self.requested = 0

    async def __call__(self) -> int:
        self.requested += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, asyncio.Event):
            await answer.wait()
            answer = self.answers[0]
        if isinstance(answer, BeatPassError):
            raise answer
        assert isinstance(answer, int)
        return answer


def make_query(
    source: Source,
    clock: FakeClock,
    *,
    fresh_for: float = 900,
    jitter: Callable[[], float] = lambda: 0.0,
    is_incomplete: Callable[[int], bool] = lambda _: False,
    first_delay: float = BACKOFF[0],
) -> Query[int]:
    return query_of(
        source,
        clock,
        fresh_for=fresh_for,
        is_incomplete=is_incomplete,
        jitter=jitter,
        first_delay=first_delay,
    )


def due(query: Query[int]) -> bool:
    return query.is_due(Trigger.AUTOMATIC)


async def waits(query: Query[int], clock: FakeClock, times: int) -> list[float]:
    """Fetch whenever the query is due, and return the seconds waited before each request."""
    seconds = []
    for _ in range(times):
        wait = query.retry_in
        assert wait is not None
        clock.advance(wait - 0.5)
        assert not due(query)
        clock.advance(0.5)
        assert due(query)
        seconds.append(wait)
        await query.fetch()
    return seconds


# The time of the next request

INCOMPLETE, UNREACHABLE = Outcome.INCOMPLETE, Outcome.UNREACHABLE
COMPLETE, LIMITED, FAILED = Outcome.COMPLETE, Outcome.RATE_LIMITED, Outcome.FAILED


class Row(NamedTuple):
    """An outcome, the number of repeats before it, other arguments, and the delay."""

    outcome: Outcome
    repeats: int
    options: Mapping[str, float]
    delay: float | None


DELAYS = (
    Row(COMPLETE, 0, {}, 900),
    Row(COMPLETE, 9, {}, 900),
    Row(COMPLETE, 0, {"fresh_for": 3_600}, 3_600),
    # At least a minute.
    *(Row(COMPLETE, 0, {"fresh_for": seconds}, 60) for seconds in (0, 1, 59)),
    Row(COMPLETE, 0, {"fresh_for": 30, "jitter": -1}, 60),
    # Jitter only lengthens the wait for fresh answers.
    Row(COMPLETE, 0, {"jitter": -1}, 990),
    Row(COMPLETE, 0, {"jitter": 0.3}, 927),
    # Refreshing is off.
    Row(COMPLETE, 0, {"fresh_for": inf}, None),
    Row(FAILED, 0, {"fresh_for": inf}, None),
    # A failure waits as long as an answer.
    Row(FAILED, 0, {}, 900),
    Row(FAILED, 5, {"jitter": 1}, 990),
    # The first delay for a number that is being calculated can be chosen.
    *(Row(INCOMPLETE, n, {}, delay) for n, delay in enumerate((30, 60, 120, 300, 300))),
    Row(INCOMPLETE, 0, {"first_delay": 2}, 2),
    Row(INCOMPLETE, 1, {"first_delay": 2, "jitter": 1}, 60),
    Row(INCOMPLETE, 0, {"fresh_for": inf}, 30),
    # Back-off, spread both ways.
    *(Row(UNREACHABLE, n, {}, delay) for n, delay in enumerate((30, 60, 120, 300, 300))),
    Row(UNREACHABLE, 0, {"jitter": -1}, 27),
    Row(UNREACHABLE, 3, {"jitter": 1}, 330),
    # Never before Retry-After, and not before the back-off.
    *(Row(LIMITED, 0, {"retry_after": seconds}, 30) for seconds in (0, 0.01, 1, 30)),
    *(Row(LIMITED, n, {"retry_after": 0}, delay) for n, delay in enumerate((30, 60, 120, 300))),
    Row(LIMITED, 0, {"retry_after": 60, "jitter": -1}, 66),
    Row(LIMITED, 0, {"retry_after": 60, "jitter": 1}, 66),
    Row(LIMITED, 0, {"retry_after": 300}, 300),
    Row(LIMITED, 0, {"retry_after": 300.5}, None),
    *(Row(LIMITED, n, {}, delay) for n, delay in enumerate((60, 120, 240, 300, 300))),
    Row(Outcome.SIGNED_OUT, 0, {}, None),
)


@pytest.mark.parametrize("row", DELAYS, ids=str)
def test_next_delay(row: Row) -> None:
    delay = next_delay(row.outcome, row.repeats, **{"fresh_for": 900.0, **row.options})
    assert delay == (None if row.delay is None else pytest.approx(row.delay))


@pytest.mark.parametrize(
    "error, outcome",
    [
        (OFFLINE, UNREACHABLE),
        (DOWN, UNREACHABLE),
        (OwnerUnverified("Unverified."), UNREACHABLE),
        (RateLimited("Too many.", retry_after=None), LIMITED),
        (NotSignedIn("No.", status=401), Outcome.SIGNED_OUT),
        *((error, FAILED) for error in REFUSALS),
    ],
    ids=repr,
)
def test_outcome_of_an_error(error: BeatPassError, outcome: Outcome) -> None:
    assert outcome_of(error) is outcome


# State


def test_new_query() -> None:
    query = make_query(Source(1), FakeClock())
    assert query.is_pending
    assert not query.loading
    assert not query.is_fresh
    assert (query.value, query.fetched_at, query.error, query.retry_in) == (None, None, None, None)
    assert query.is_due(Trigger.AUTOMATIC)
    assert query.is_due(Trigger.MANUAL)


async def test_answer_has_its_fetch_time() -> None:
    clock = FakeClock()
    query = make_query(Source(7), clock)
    await query.fetch()
    clock.advance(60)
    assert (query.value, query.fetched_at, query.error) == (7, NOW, None)
    assert not query.is_pending


async def test_zero_is_an_answer() -> None:
    query = make_query(Source(0), FakeClock())
    await query.fetch()
    assert not query.is_pending
    assert query.value == 0


async def test_failure_is_stored_and_not_raised() -> None:
    query = make_query(Source(OFFLINE), FakeClock())
    await query.fetch()
    assert (query.value, query.error, query.failed_at) == (None, OFFLINE, NOW)
    assert not query.is_pending


async def test_failure_keeps_the_value_and_its_time() -> None:
    clock = FakeClock()
    query = make_query(Source(7, OFFLINE), clock)
    await query.fetch()
    clock.advance(900)
    await query.fetch()
    assert (query.value, query.fetched_at) == (7, NOW)
    assert query.error is OFFLINE


async def test_answer_clears_the_error() -> None:
    query = make_query(Source(OFFLINE, 7), FakeClock())
    await query.fetch()
    await query.fetch()
    assert (query.value, query.error, query.failed_at) == (7, None, None)


async def test_set_value() -> None:
    clock = FakeClock()
    query = make_query(Source(1), clock)
    query.set_value(7)
    assert (query.value, query.fetched_at) == (7, NOW)
    assert not due(query)
    assert query.retry_in == 900


@pytest.mark.parametrize("late", [1, OFFLINE], ids=["answer", "failure"])
async def test_earlier_request_does_not_replace_a_later_answer(late: int | BeatPassError) -> None:
    gate = asyncio.Event()
    query = make_query(Source(gate, late), FakeClock())
    earlier = next_request_number()
    task = asyncio.create_task(query.fetch())
    await settle()
    assert query.set_value(7)
    gate.set()
    await task
    assert (query.value, query.error, query.loading) == (7, None, False)
    assert not query.set_value(3, earlier)
    assert query.value == 7
    await query.fetch()
    assert (query.value or query.error) == (late if late == 1 else 7)


async def test_request_in_flight_is_shared() -> None:
    gate = asyncio.Event()
    source = Source(gate, 7)
    query = make_query(source, FakeClock())
    async with asyncio.timeout(TIMEOUT), asyncio.TaskGroup() as tasks:
        for _ in range(3):
            tasks.create_task(query.fetch())
        await settle()
        assert query.loading
        assert not query.is_due(Trigger.AUTOMATIC)
        assert not query.is_due(Trigger.MANUAL)
        gate.set()
    assert source.requested == 1
    assert query.value == 7
    assert not query.loading


async def test_canceled_request_can_be_sent_again() -> None:
    source = Source(asyncio.Event(), 7)
    query = make_query(source, FakeClock())
    task = asyncio.create_task(query.fetch())
    waiter = asyncio.create_task(query.fetch())
    await settle()
    task.cancel()
    async with asyncio.timeout(TIMEOUT):
        await waiter
    with pytest.raises(asyncio.CancelledError):
        await task
    assert query.is_pending
    assert not query.loading
    assert due(query)
    await query.fetch()
    assert query.value == 7


async def test_unexpected_exception_is_raised() -> None:
    async def broken() -> int:
        raise ZeroDivisionError

    query = query_of(broken, FakeClock())
    with pytest.raises(ZeroDivisionError):
        await query.fetch()
    assert not query.loading


# Manual refresh


async def test_manual_refresh_within_30_seconds() -> None:
    clock = FakeClock()
    query = make_query(Source(7), clock)
    await query.fetch()
    for seconds, is_due in ((0, False), (29.5, False), (0.5, True), (60, True)):
        clock.advance(seconds)
        assert query.is_due(Trigger.MANUAL) is is_due


@pytest.mark.parametrize("error", [OFFLINE, DOWN, *REFUSALS], ids=repr)
async def test_manual_refresh_after_a_failure(error: BeatPassError) -> None:
    query = make_query(Source(error), FakeClock())
    await query.fetch()
    assert query.is_due(Trigger.MANUAL)


async def test_manual_refresh_after_a_failure_and_an_answer() -> None:
    clock = FakeClock()
    query = make_query(Source(7, OFFLINE), clock)
    await query.fetch()
    clock.advance(5)
    await query.fetch()
    assert query.is_due(Trigger.MANUAL)


async def test_manual_refresh_during_back_off() -> None:
    clock = FakeClock()
    query = make_query(Source(OFFLINE), clock)
    for _ in range(5):
        await query.fetch()
    assert not due(query)
    assert query.is_due(Trigger.MANUAL)


# Automatic refresh


@pytest.mark.parametrize("fresh_for, seconds", [(900, 900), (3_600, 3_600), (300, 300)])
async def test_automatic_refresh_at_the_freshness(fresh_for: float, seconds: float) -> None:
    clock = FakeClock()
    query = make_query(Source(7), clock, fresh_for=fresh_for)
    await query.fetch()
    assert query.is_fresh
    assert await waits(query, clock, 3) == [seconds] * 3


async def test_is_fresh() -> None:
    clock = FakeClock()
    query = make_query(Source(7), clock)
    await query.fetch()
    clock.advance(899.5)
    assert query.is_fresh
    clock.advance(0.5)
    assert not query.is_fresh


async def test_query_in_flight_is_not_due() -> None:
    clock = FakeClock()
    gate = asyncio.Event()
    query = make_query(Source(7, gate, 8), clock)
    await query.fetch()
    clock.advance(1_000)
    assert query.retry_in == 0
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(query.fetch())
        await settle()
        assert query.retry_in is None
        assert not due(query)
        gate.set()
    assert query.retry_in == 900


async def test_query_is_due_after_sleep() -> None:
    clock = FakeClock()
    query = make_query(Source(7), clock)
    await query.fetch()
    clock.advance(8 * 3600)
    assert query.retry_in == 0
    assert due(query)
    await query.fetch()
    assert query.retry_in == 900


async def test_wall_clock_does_not_change_waits() -> None:
    clock = FakeClock()
    query = make_query(Source(7), clock)
    await query.fetch()
    clock.set_wall(NOW.replace(year=2027))
    assert not due(query)
    assert query.is_fresh
    clock.set_wall(NOW.replace(year=2025))
    assert query.retry_in == 900


# Incomplete answers


async def test_retries_of_an_incomplete_answer() -> None:
    clock = FakeClock()
    query = make_query(Source(0), clock, is_incomplete=lambda value: value == 0)
    await query.fetch()
    assert await waits(query, clock, 6) == [30, 60, 120, 300, 300, 300]


async def test_completed_answer_is_refreshed_at_its_freshness() -> None:
    clock = FakeClock()
    query = make_query(Source(0, 0, 7), clock, is_incomplete=lambda value: value == 0)
    await query.fetch()
    assert await waits(query, clock, 2) == [30, 60]
    assert query.value == 7
    assert query.retry_in == 900


async def test_retries_start_over_after_a_complete_answer() -> None:
    clock = FakeClock()
    query = make_query(Source(0, 0, 7, 0), clock, is_incomplete=lambda value: value == 0)
    await query.fetch()
    assert await waits(query, clock, 4) == [30, 60, 900, 30]


# Offline or server down


@pytest.mark.parametrize("error", [OFFLINE, DOWN], ids=repr)
async def test_back_off_while_unreachable(error: BeatPassError) -> None:
    clock = FakeClock()
    query = make_query(Source(error), clock)
    await query.fetch()
    assert await waits(query, clock, 6) == [30, 60, 120, 300, 300, 300]


async def test_offline_and_unavailable_are_one_outage() -> None:
    clock = FakeClock()
    query = make_query(Source(OFFLINE, DOWN, OFFLINE, DOWN), clock)
    await query.fetch()
    assert await waits(query, clock, 4) == [30, 60, 120, 300]
    assert query.failed_at == NOW


async def test_new_outage_starts_back_off_over() -> None:
    clock = FakeClock()
    query = make_query(Source(OFFLINE, OFFLINE, 7, OFFLINE), clock)
    await query.fetch()
    assert await waits(query, clock, 4) == [30, 60, 900, 30]


async def test_outage_after_refusals() -> None:
    clock = FakeClock()
    query = make_query(Source(REFUSALS[0], REFUSALS[0], OFFLINE), clock)
    for _ in range(3):
        clock.advance(900)
        await query.fetch()
    assert query.retry_in == 30
    assert query.failed_at == clock.now()


# 429


def limited(seconds: float | None) -> RateLimited:
    return RateLimited("Too many.", retry_after=seconds)


@pytest.mark.parametrize("seconds", [30, 45, 60, 299, 300])
async def test_nothing_is_due_before_retry_after(seconds: float) -> None:
    clock = FakeClock()
    query = make_query(Source(limited(seconds)), clock)
    await query.fetch()
    clock.advance(seconds - 0.5)
    assert query.rate_limited_for == 0.5
    assert not query.is_due(Trigger.AUTOMATIC)
    assert not query.is_due(Trigger.MANUAL)
    clock.advance(0.5)
    assert query.rate_limited_for is None
    assert query.is_due(Trigger.AUTOMATIC)
    assert query.is_due(Trigger.MANUAL)


async def test_rate_limit_without_retry_after() -> None:
    clock = FakeClock()
    query = make_query(Source(limited(None)), clock)
    await query.fetch()
    assert query.rate_limited_for == 60
    assert query.retry_in == 60
    clock.advance(60)
    assert due(query)


@pytest.mark.parametrize("seconds", [300.5, 19056, 86_400])
async def test_rate_limit_over_five_minutes_is_not_retried(seconds: float) -> None:
    clock = FakeClock()
    query = make_query(Source(limited(seconds)), clock)
    await query.fetch()
    assert query.rate_limited_for == seconds
    assert query.retry_in is None
    clock.advance(seconds - 0.5)
    assert not query.is_due(Trigger.MANUAL)
    clock.advance(0.5)
    assert not query.is_due(Trigger.AUTOMATIC)
    assert query.is_due(Trigger.MANUAL)


async def test_answer_after_a_rate_limit() -> None:
    clock = FakeClock()
    query = make_query(Source(limited(60), 7), clock)
    await query.fetch()
    clock.advance(60)
    await query.fetch()
    assert (query.value, query.error, query.rate_limited_for) == (7, None, None)


# 401


async def test_no_automatic_request_after_a_401() -> None:
    clock = FakeClock()
    query = make_query(Source(7, NotSignedIn("No.", status=401)), clock)
    await query.fetch()
    clock.advance(900)
    await query.fetch()
    assert query.retry_in is None
    clock.advance(30 * 24 * 3600)
    assert not due(query)
    assert query.value == 7


# Restored answers


def test_fresh_restored_answer_is_not_due() -> None:
    clock = FakeClock()
    query = make_query(Source(7), clock)
    assert query.restore(5, NOW - timedelta(seconds=600))
    assert (query.value, query.fetched_at) == (5, NOW - timedelta(seconds=600))
    assert query.restored
    assert query.is_fresh
    assert not query.is_stale
    assert not due(query)
    assert query.retry_in == 300
    clock.advance(300)
    assert due(query)


def test_manual_refresh_of_a_restored_answer() -> None:
    query = make_query(Source(7), FakeClock())
    query.restore(5, NOW - timedelta(seconds=29))
    assert not query.is_due(Trigger.MANUAL)
    query = make_query(Source(7), FakeClock())
    query.restore(5, NOW - timedelta(seconds=30))
    assert query.is_due(Trigger.MANUAL)


@pytest.mark.parametrize(
    "age, fresh, stale",
    [(0, True, False), (899, True, False), (900, False, False), (1079, False, False),
     (1080, False, True), (10**9, False, True), (-1, False, True), (-(10**8), False, True)],
)  # fmt: skip
def test_is_stale(age: int, fresh: bool, stale: bool) -> None:
    query = make_query(Source(7), FakeClock())
    query.restore(5, NOW - timedelta(seconds=age))
    assert (query.is_fresh, query.is_stale, due(query)) == (fresh, stale, not fresh)


async def test_restored_answer_from_the_future_is_due() -> None:
    clock = FakeClock()
    query = make_query(Source(7), clock)
    query.restore(5, NOW + timedelta(days=400))
    assert query.is_due(Trigger.MANUAL)
    await query.fetch()
    assert (query.value, query.fetched_at, query.restored) == (7, NOW, False)
    assert not due(query)


async def test_restore_does_not_replace_an_answer() -> None:
    clock = FakeClock()
    query = make_query(Source(7), clock)
    await query.fetch()
    assert not query.restore(5, NOW)
    assert (query.value, query.restored) == (7, False)


async def test_restore_during_a_request() -> None:
    gate = asyncio.Event()
    query = make_query(Source(gate, 7), FakeClock())
    task = asyncio.create_task(query.fetch())
    await settle()
    assert not query.restore(5, NOW)
    assert query.value is None
    gate.set()
    await task
    assert query.value == 7


async def test_restore_keeps_an_error() -> None:
    clock = FakeClock()
    query = make_query(Source(OFFLINE), clock)
    await query.fetch()
    assert query.restore(5, NOW - timedelta(seconds=60))
    assert (query.value, query.error) == (5, OFFLINE)
    # The back-off is unchanged.
    assert query.retry_in == 30


async def test_restored_incomplete_answer_is_retried() -> None:
    clock = FakeClock()
    query = make_query(Source(5, 7), clock, is_incomplete=lambda n: n == 5)
    query.restore(5, NOW - timedelta(seconds=10))
    assert query.retry_in == 20
    clock.advance(20)
    await query.fetch()
    assert query.retry_in == 60


async def test_failure_keeps_a_restored_answer() -> None:
    clock = FakeClock()
    query = make_query(Source(OFFLINE), clock)
    query.restore(5, NOW - timedelta(days=3))
    await query.fetch()
    assert (query.value, query.fetched_at) == (5, NOW - timedelta(days=3))
    assert query.is_stale
