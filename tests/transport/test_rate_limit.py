"""The shared request budget, and pauses of single endpoints."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from beatpass_tui.api import BeatPass, Timeouts
from beatpass_tui.bootstrap import PAGE_INTERVAL
from beatpass_tui.errors import BeatPassError, NotSignedIn, RateLimited, Throttled, Unreachable
from beatpass_tui.models.secret import Secret
from beatpass_tui.screens.beats import Beats
from beatpass_tui.transport import endpoints, rate_limit
from beatpass_tui.transport.endpoints import Endpoint
from beatpass_tui.transport.rate_limit import BURST, PER_MINUTE, RESERVE, RequestBudget
from support.fakes import NOW, FakeClock, settle

API = "https://open.beatpass.ca/api/v1"
TOKEN, OTHER = Secret("17|made-up"), Secret("18|made-up")
HOME = {"status": "success", "user": {"id": 7, "display_name": "nova"}}

LIMIT = 300
"""Requests per minute that the service allows."""


class AdvancingSleep:
    """Sleep function that advances a fake clock."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock

    async def __call__(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.clock.advance(seconds)


class Network(httpx.AsyncBaseTransport):
    """Transport with scripted responses, which records the time of each attempt."""

    def __init__(self, clock: FakeClock, *answers: httpx.Response | int) -> None:
        self.clock = clock
        self.answers = list(answers) or [200]
        self.paths: list[str] = []
        self.times: list[float] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path.removeprefix("/api/v1"))
        self.times.append(self.clock.monotonic())
        await asyncio.sleep(0)
        step = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return httpx.Response(step, json=HOME) if isinstance(step, int) else step


class RateLimitedClient:
    """A client with a fake network and clock."""

    def __init__(self, *answers: httpx.Response | int) -> None:
        self.clock = FakeClock()
        self.network = Network(self.clock, *answers)
        self.budget = RequestBudget(self.clock, sleep=AdvancingSleep(self.clock))
        self.service = BeatPass(
            API,
            TOKEN,
            self.network,
            timeouts=Timeouts(backoff=0),
            clock=self.clock,
            budget=self.budget,
        )

    async def fails(self, send: Callable[[], Awaitable[object]]) -> BeatPassError:
        with pytest.raises(BeatPassError) as caught:
            await send()
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
        return caught.value


def response(status: int = 200, /, **headers: str | int) -> httpx.Response:
    """Return a response with these headers."""
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return httpx.Response(status, json=HOME, headers=named)


def reset(seconds: float) -> int:
    return int(NOW.timestamp() + seconds)


IN_42 = reset(42)


def max_per_minute(times: list[float]) -> int:
    return max(sum(begin <= time < begin + 60 for time in times) for begin in times)


# Budget


def test_budget_is_far_below_the_service_limit() -> None:
    assert BURST + PER_MINUTE < LIMIT / 3


async def test_budget_limits_all_requests_per_minute() -> None:
    client = RateLimitedClient()
    requests = (
        client.service.account,
        lambda: client.service.fetch(endpoints.STATS),
        lambda: client.service.fetch(endpoints.BEATS, artist=2036, page=1),
        lambda: client.service.log_in("nova@example.com", "made-up", "here"),
    )
    async with client.service:
        await asyncio.gather(
            *(ask() for _ in range(75) for ask in requests), return_exceptions=True
        )
    times = client.network.times
    assert len(times) == 300
    assert times[BURST - 1] == times[0]
    assert max_per_minute(times) <= BURST + PER_MINUTE
    assert times[-1] - times[0] == pytest.approx(300 - BURST)


async def test_retries_count_toward_the_budget() -> None:
    client = RateLimitedClient(*[503, 503, 200] * 20)
    async with client.service:
        for _ in range(20):
            await client.service.account()
    assert len(client.network.times) == 60
    assert client.network.times[-1] - client.network.times[0] == pytest.approx(60 - BURST)


async def test_unused_budget_does_not_accumulate() -> None:
    clock = FakeClock()
    budget = RequestBudget(clock, sleep=AdvancingSleep(clock))
    clock.advance(8 * 3600)
    begun = clock.monotonic()
    for _ in range(BURST + 10):
        await budget.take()
    assert clock.monotonic() - begun == pytest.approx(10 * 60 / PER_MINUTE)


async def test_budget_is_first_come_first_served() -> None:
    clock, gate, out = FakeClock(), asyncio.Event(), []

    async def sleep(_: float) -> None:
        await gate.wait()
        clock.advance(1)

    budget = RequestBudget(clock, sleep=sleep)
    for _ in range(BURST):
        await budget.take()

    async def go(number: int) -> None:
        await budget.take()
        out.append(number)

    tasks = [asyncio.create_task(go(number)) for number in range(4)]
    await settle()
    tasks[0].cancel()
    tasks[2].cancel()
    gate.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert out == [1, 3]
    assert clock.monotonic() == 1_000 + 2


async def test_loading_a_list_leaves_requests_for_pages_and_details() -> None:
    client = RateLimitedClient()
    fetch = client.service.fetch
    released = asyncio.Event()
    sleep = AdvancingSleep(client.clock)

    async def wait(seconds: float) -> None:
        await released.wait()
        await sleep(seconds)

    client.budget._sleep = wait

    async def load_list(endpoint: Endpoint[Any], **arguments: int | str) -> None:
        for page in range(1, 26):
            await fetch(endpoint, artist=2036, page=page, **arguments)

    async with client.service:
        # Two lists at once, which use up all but the reserve.
        lists = [
            asyncio.create_task(load_list(endpoints.TRANSACTIONS, status="all", type="all")),
            asyncio.create_task(load_list(endpoints.BEATS)),
        ]
        for _ in range(BURST):
            await settle()
        sent = len(client.network.paths)
        assert sent == BURST - RESERVE
        details = [fetch(endpoints.ALBUM, album=number) for number in range(1, RESERVE + 1)]
        await asyncio.gather(*details)
        assert client.network.paths[sent:] == [f"/albums/{n}" for n in range(1, RESERVE + 1)]
        released.set()
        await asyncio.gather(*lists)
    times = client.network.times
    assert len(times) == 50 + RESERVE
    assert max_per_minute(times) <= BURST + PER_MINUTE


async def test_waiting_for_the_budget_leaves_the_exchange_its_full_time() -> None:
    client = RateLimitedClient()
    ends: list[float | None] = []

    async def sleep(seconds: float) -> None:
        ends.extend(deadline.when() for deadline in client.service._deadlines)
        await asyncio.sleep(0.01)
        client.clock.advance(seconds)

    async def respond(request: httpx.Request) -> httpx.Response:
        ends.extend(deadline.when() for deadline in client.service._deadlines)
        return httpx.Response(200, json=HOME)

    client.budget._sleep = sleep
    client.budget._tokens = 0.0
    client.service._given_transport = httpx.MockTransport(respond)
    async with client.service:
        assert (await client.service.account()).id == 7
    waiting, exchanging = ends
    assert waiting is not None
    assert exchanging is not None
    assert exchanging >= waiting + 0.01


async def test_exhausted_budget_raises_throttled() -> None:
    client = RateLimitedClient()
    client.service._timeouts = Timeouts(total=0.01)
    client.budget._sleep = lambda _: asyncio.sleep(3600)
    client.budget._tokens = 0.0
    async with client.service:
        error = await client.fails(client.service.account)
    assert isinstance(error, Throttled)
    assert error.message == "Too many requests are waiting to be sent."
    assert error.retry_after == 60
    assert client.network.times == []


async def test_closing_fails_requests_waiting_for_the_budget() -> None:
    client = RateLimitedClient()
    client.budget._sleep = lambda _: asyncio.sleep(3600)
    client.budget._tokens = 0.0
    async with asyncio.timeout(10):
        async with client.service:
            tasks = [asyncio.create_task(client.service.account()) for _ in range(8)]
            await settle()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(end) for end in ends} == {Unreachable}
    assert client.network.times == []


async def test_paging_stays_within_the_budget() -> None:
    assert PAGE_INTERVAL == Beats.PACE
    client, waited = RateLimitedClient(), []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    client.budget._sleep = sleep
    async with client.service:
        for page in range(1, 2 * BURST + 1):
            await client.service.fetch(endpoints.BEATS, artist=2036, page=page)
            client.clock.advance(PAGE_INTERVAL)
    assert waited == []
    assert len(client.network.times) == 2 * BURST


def test_budget_reads_its_constants_at_creation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "BURST", 1_000)
    assert RequestBudget(FakeClock())._tokens == 1_000


# Rate limit headers


async def test_429_pauses_its_endpoint_only() -> None:
    client = RateLimitedClient(response(429, Retry_After=60), 200)
    async with client.service:
        first = await client.fails(client.service.account)
        client.clock.advance(59)
        second = await client.fails(client.service.account)
        await client.service.fetch(endpoints.STATS)
        client.clock.advance(1)
        await client.service.account()
    assert isinstance(first, RateLimited)
    assert isinstance(second, RateLimited)
    assert not isinstance(second, Throttled)
    assert (first.retry_after, second.retry_after) == (60, 1)
    assert second.message == first.message
    assert client.network.paths == ["/users/me", "/artist/dashboard-stats", "/users/me"]


@pytest.mark.parametrize(
    "headers, seconds",
    [
        ({"X_RateLimit_Remaining": 0, "X_RateLimit_Reset": IN_42}, 42),
        (
            {"X_RateLimit_Limit": 300, "X_RateLimit_Remaining": 9, "X_RateLimit_Reset": reset(42)},
            42,
        ),
        (
            {"X_RateLimit_Limit": 300, "X_RateLimit_Remaining": 10, "X_RateLimit_Reset": reset(42)},
            0,
        ),
        # Four of five remaining are enough.
        ({"X_RateLimit_Limit": 5, "X_RateLimit_Remaining": 4, "X_RateLimit_Reset": IN_42}, 0),
        ({"X_RateLimit_Limit": 5, "X_RateLimit_Remaining": 0, "X_RateLimit_Reset": IN_42}, 42),
        ({"X_RateLimit_Remaining": 9, "X_RateLimit_Reset": IN_42}, 0),
        ({"X_RateLimit_Remaining": 0}, 0),
        ({"X_RateLimit_Remaining": 0, "X_RateLimit_Reset": "soon"}, 0),
        ({"X_RateLimit_Remaining": 0, "X_RateLimit_Reset": reset(-42)}, 0),
        ({"X_RateLimit_Remaining": 0, "X_RateLimit_Reset": reset(0)}, 0),
        ({"X_RateLimit_Remaining": 0, "X_RateLimit_Reset": "nan"}, 0),
        ({"X_RateLimit_Remaining": 0, "X_RateLimit_Reset": 10**14}, 300),
        ({"X_RateLimit_Remaining": -1, "X_RateLimit_Reset": IN_42}, 0),
        ({"X_RateLimit_Remaining": "none", "X_RateLimit_Reset": IN_42}, 0),
        ({"X_RateLimit_Remaining": "", "X_RateLimit_Reset": IN_42}, 0),
        # The local clock is two hours behind or ahead; the service's clock is used.
        (
            {
                "X_RateLimit_Remaining": 0,
                "X_RateLimit_Reset": reset(7_230),
                "Date": format_datetime(NOW + timedelta(hours=2), usegmt=True),
            },
            30,
        ),
        (
            {
                "X_RateLimit_Remaining": 0,
                "X_RateLimit_Reset": reset(-7_170),
                "Date": format_datetime(NOW - timedelta(hours=2), usegmt=True),
            },
            30,
        ),
    ],
)
async def test_low_remaining_limit_pauses_the_endpoint(
    headers: dict[str, str | int], seconds: float
) -> None:
    client = RateLimitedClient(response(**headers), 200)
    async with client.service:
        assert (await client.service.account()).id == 7
        if seconds:
            error = await client.fails(client.service.account)
            assert isinstance(error, Throttled)
            assert error.retry_after == seconds
            client.clock.advance(seconds - 0.5)
            assert isinstance(await client.fails(client.service.account), Throttled)
            client.clock.advance(0.5)
        await client.service.account()
    assert len(client.network.paths) == 2


async def test_pause_ignores_ids_in_the_path() -> None:
    nothing = {"X_RateLimit_Remaining": 0, "X_RateLimit_Reset": reset(60)}
    client = RateLimitedClient(response(**nothing), 200)
    async with client.service:
        await client.service.fetch(endpoints.ALBUM, album=930000001)
        assert isinstance(
            await client.fails(lambda: client.service.fetch(endpoints.ALBUM, album=930000002)),
            Throttled,
        )
        await client.service.fetch(endpoints.ALBUMS, artist=2036, page=1)
    assert client.network.paths == ["/albums/930000001", "/artists/2036/albums"]


async def test_pause_applies_to_its_token_only() -> None:
    client = RateLimitedClient(response(429, Retry_After=19056), 200)
    async with client.service:
        await client.fails(client.service.account)
        client.service.token = OTHER
        await client.service.account()
    assert len(client.network.paths) == 2


async def test_requests_waiting_behind_a_429_are_not_sent() -> None:
    client = RateLimitedClient(response(429, Retry_After=60))
    async with client.service:
        tasks = [
            asyncio.create_task(client.service.fetch(endpoints.BEATS, artist=2036, page=page))
            for page in range(1, 13)
        ]
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(end) for end in ends} == {RateLimited}
    assert len(client.network.paths) <= 4


async def test_sign_in_is_never_paused() -> None:
    refused = response(401, X_RateLimit_Remaining=0, X_RateLimit_Reset=reset(60))
    client = RateLimitedClient(refused)

    async def sign_in() -> object:
        return await client.service.log_in("nova@example.com", "made-up", "here")

    async with client.service:
        for _ in range(2):
            assert isinstance(await client.fails(sign_in), NotSignedIn)
    assert len(client.network.paths) == 2


async def test_budget_says_when_further_requests_have_to_wait() -> None:
    clock = FakeClock()
    budget = RequestBudget(clock)
    # Ten details with two parts each.
    for _ in range(20):
        await budget.take()
    assert not budget.is_used_up
    for _ in range(BURST - 20):
        await budget.take()
    assert budget.is_used_up
    clock.advance(1)
    assert not budget.is_used_up
