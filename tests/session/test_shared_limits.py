"""Processes of one account stay within one request budget and obey each other's rate limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from beatpass_tui.api import BeatPass, Timeouts
from beatpass_tui.errors import RateLimited, Throttled
from beatpass_tui.models.secret import Secret
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.session.limits import RETRY_AFTER
from beatpass_tui.session.session import Session
from beatpass_tui.storage.store import NAME, Store
from beatpass_tui.transport import endpoints
from beatpass_tui.transport.rate_limit import BURST, PER_MINUTE, RESERVE, RequestBudget
from support.command_harness import KEY, ORIGIN
from support.fakes import NOVA_ACCOUNT, TOKEN, FakeClock


class Network(httpx.AsyncBaseTransport):
    """Answers with the account, and records when and by which process it was requested."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.times: list[float] = []
        self.waiting: list[bool] = []
        """Whether a client that waits for its turn says so."""
        self.headers: dict[str, str] = {}
        self.status = 200

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.times.append(self.clock.monotonic())
        await asyncio.sleep(0)
        user = {"id": KEY.account, "display_name": "nova"}
        return httpx.Response(self.status, json={"user": user}, headers=self.headers)


class Process:
    """The client, the store and the session of a process."""

    def __init__(self, client: BeatPass, session: Session, store: Store | None) -> None:
        self.client = client
        self.session = session
        self.store = store

    async def wait_for_writes(self) -> None:
        assert self.session.history is not None
        await self.session.history._repository.run(lambda _: None, None)


@asynccontextmanager
async def process(
    folder: Path, network: Network, *, has_store: bool = True
) -> AsyncIterator[Process]:
    clock = network.clock

    async def sleep(seconds: float) -> None:
        network.waiting.append(client.is_waiting)
        await asyncio.sleep(0)
        clock.advance(seconds)

    store = Store(folder / NAME, clock.now) if has_store else None
    repository = HistoryRepository(store, ORIGIN, clock)
    history = await repository.open(KEY.account)
    if history is not None:
        # A slow machine must not use another budget.
        history.limits._timeout = 60.0
    budget = RequestBudget(clock, sleep=sleep)
    client = BeatPass(
        f"{ORIGIN}/api/v1",
        TOKEN,
        network,
        clock=clock,
        budget=budget,
        timeouts=Timeouts(total=600.0, backoff=0.0),
    )
    async with client:
        session = Session(client, clock, account=NOVA_ACCOUNT, history=history)
        await repository.run(lambda _: None, None)
        yield Process(client, session, store)
    repository.close()
    if store is not None:
        store.close()


async def test_sessions_on_one_store_stay_within_one_budget(tmp_path: Path) -> None:
    network = Network(FakeClock())
    async with AsyncExitStack() as stack:
        processes = [await stack.enter_async_context(process(tmp_path, network)) for _ in range(3)]
        await asyncio.gather(*(each.client.account() for each in processes for _ in range(50)))
    begin, end = network.times[0], network.times[-1]
    assert len(network.times) == 150
    assert all(network.waiting)
    assert end - begin >= (150 - BURST) * 60 / PER_MINUTE - 1e-6
    counts = [sum(at <= time < at + 60 for time in network.times) for at in network.times]
    assert max(counts) <= BURST + PER_MINUTE


async def test_request_that_tells_the_account_counts_as_well(tmp_path: Path) -> None:
    network = Network(FakeClock())
    async with process(tmp_path, network) as known:
        unknown = BeatPass(f"{ORIGIN}/api/v1", TOKEN, network, clock=network.clock)
        store = Store(tmp_path / NAME, network.clock.now)
        repository = HistoryRepository(store, ORIGIN, network.clock)
        async with unknown:
            session = Session(unknown, network.clock, repository=repository)
            await session.account.fetch()
            await repository.run(lambda _: None, None)
        repository.close()
        for _ in range(BURST - 1):
            await known.client.account()
        assert not known.client.is_waiting
        began = network.clock.monotonic()
        await known.client.account()
        assert network.clock.monotonic() - began == pytest.approx(60 / PER_MINUTE)


async def test_list_of_one_process_leaves_requests_to_the_others(tmp_path: Path) -> None:
    network = Network(FakeClock())
    async with process(tmp_path, network) as export, process(tmp_path, network) as dashboard:
        fetch = export.client.fetch
        await asyncio.gather(
            *(fetch(endpoints.ALBUM, album=number) for number in range(1, BURST - RESERVE + 1)),
            return_exceptions=True,
        )
        began = network.clock.monotonic()
        for _ in range(RESERVE):
            await dashboard.client.account()
        assert network.clock.monotonic() == began
        await export.client.get("/artists/1/tracks", page="2")
        assert network.clock.monotonic() - began >= RESERVE + 1 - 1e-6


async def test_pauses_apply_to_the_other_processes_with_the_same_token(tmp_path: Path) -> None:
    network = Network(FakeClock())
    async with process(tmp_path, network) as one, process(tmp_path, network) as two:
        network.status, network.headers = 429, {"Retry-After": "120"}
        with pytest.raises(RateLimited):
            await one.client.account()
        network.status, network.headers = 200, {}
        await one.wait_for_writes()
        network.clock.advance(20)
        with pytest.raises(RateLimited) as paused:
            await two.client.account()
        assert paused.value.retry_after == pytest.approx(100)
        assert len(network.times) == 1
        # Signing in again must stay possible.
        two.client.token = Secret("902|made-up")
        await two.client.account()
        two.client.token = TOKEN
        network.clock.advance(100)
        reset = network.clock.now().timestamp() + 30
        network.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(reset))}
        await two.client.account()
        await two.wait_for_writes()
        with pytest.raises(Throttled):
            await one.client.account()
        # Nothing is shared after the session has ended.
        one.session.end()
        await one.client.account()


async def test_without_a_usable_store_each_process_has_its_own_budget(tmp_path: Path) -> None:
    network = Network(FakeClock())
    async with (
        process(tmp_path, network) as one,
        process(tmp_path, network) as two,
        process(tmp_path, network, has_store=False) as three,
    ):
        assert one.store is not None
        assert two.store is not None
        two.store._database.connection.execute("PRAGMA busy_timeout = 0")
        with one.store._database.transaction():
            for _ in range(BURST):
                await two.client.account()
                await three.client.account()
        assert len({*network.times}) == 1
        assert two.session.history is not None
        assert two.session.history._repository.take_warning() == ""
        # The store is used again after a while.
        await one.client.account()
        network.clock.advance(RETRY_AFTER)
        for _ in range(BURST):
            await one.client.account()
        began = network.clock.monotonic()
        await two.client.account()
        assert network.clock.monotonic() - began == pytest.approx(60 / PER_MINUTE)
