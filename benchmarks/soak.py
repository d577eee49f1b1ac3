"""Thirty simulated days with the dashboard open.

The app, its session, its store and its client are the real ones; the network is a demo service in
this process, and the event loop skips the time in which nothing happens. On each day the terminal
is focused for some hours, in which pages, help and palette are opened and the window is resized.
Every third day has an outage, every tenth day the token expires, and in every other night the
computer sleeps. Midnights pass with the dashboard open. It takes some minutes.

The figures are compared with those at the end of the first day. A request counts as too early if
its last response is fresh and complete. Two requests may be: that for the account, after a token
was refused or replaced, and that for the first page of a list, which is compared after the others.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import selectors
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import httpx
from textual import _time, events
from textual.dom import DOMNode
from textual.pilot import Pilot

from beatpass_tui.api import BeatPass
from beatpass_tui.app import BeatPassApp
from beatpass_tui.auth.access import DemoAccess
from beatpass_tui.demo.messages import Request
from beatpass_tui.demo.model import ACCOUNT_ID
from beatpass_tui.demo.service import Service as DemoService
from beatpass_tui.demo.sign_in import Credentials
from beatpass_tui.demo.states import Behavior, Variant
from beatpass_tui.errors import NotSignedIn
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.session.query import AUTOMATIC_FLOOR, BACKOFF
from beatpass_tui.storage.store import Store
from beatpass_tui.transport.endpoints import ACCOUNT, Endpoint
from benchmarks import process, report

T = TypeVar("T")

DAYS, FEW_DAYS = 30, 4
CHANGES_PER_DAY = 67
"""Page changes; 2,000 in 30 days."""
START = datetime(2026, 10, 20, 8, tzinfo=UTC)
HOUR = 3_600.0
MAX_MEMORY = 1.25
"""Maximum ratio of the memory at the end to that after the first day."""

SIZES = ((80, 24), (120, 36), (160, 45), (60, 24), (200, 50))
_URL = "https://open.beatpass.invalid/v1"
_EARLIEST = 0.89
"""Share of its freshness after which a value may be requested again, because of jitter."""


class SimulatedTime:
    """Both clocks of the app, of Textual and of the event loop."""

    def __init__(self) -> None:
        self._seconds = 1_000.0

    def monotonic(self) -> float:
        """Return the simulated seconds."""
        return self._seconds

    def now(self) -> datetime:
        """Return the simulated moment."""
        return START + timedelta(seconds=self._seconds - 1_000)

    def advance(self, seconds: float) -> None:
        """Skip some time; a sleeping computer does so at once."""
        self._seconds += seconds


class SkippingSelector(selectors.DefaultSelector):
    """A selector that advances the simulated time instead of waiting."""

    def __init__(self, time: SimulatedTime) -> None:
        super().__init__()
        self._time = time

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready, or skip to the next timer once no thread works."""
        ready = super().select(0 if timeout is not None else 0.01)
        while not ready and timeout and any(each.daemon for each in threading.enumerate()):
            ready = super().select(0.001)
        if not ready and timeout is not None and timeout > 0:
            # A thread may have ended just before it was looked for.
            ready = super().select(0)
            if not ready:
                self._time.advance(timeout)
        return ready


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop in simulated time."""

    def __init__(self, time: SimulatedTime) -> None:
        super().__init__(SkippingSelector(time))
        self._simulated = time

    def time(self) -> float:
        """Return the simulated seconds."""
        return self._simulated.monotonic()


class Network(httpx.AsyncBaseTransport):
    """The demo service without sockets; it can be down, or refuse the token."""

    def __init__(self, time: SimulatedTime) -> None:
        behavior = Behavior("normal", 0.0, time.monotonic)
        self._service = DemoService(behavior, Variant(), Credentials(), time.now)
        self._time = time
        self.is_down = False
        self.has_expired = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return a response after a moment."""
        await asyncio.sleep(0.2)
        if self.is_down:
            raise httpx.ConnectError("down", request=request)
        path = request.url.path.removeprefix("/v1")
        if self.has_expired and path != "/auth/login":
            return httpx.Response(401, json={"message": "Unauthenticated."})
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        query = dict(request.url.params)
        received = Request(request.method, path, query, token, request.read())
        response = self._service.outcome(received).response
        assert response is not None
        return httpx.Response(response.status, json=response.body, headers=dict(response.headers))


class CountingClient(BeatPass):
    """The client, which counts the requests that the rules of freshness do not allow."""

    def __init__(self, network: Network, time: SimulatedTime) -> None:
        super().__init__(_URL, transport=network, clock=time)
        self._time = time
        self._last: dict[tuple[object, ...], float] = {}
        """When the last complete response to a request arrived."""
        self._continued: set[tuple[object, ...]] = set()
        """First pages of which a later page arrived after them."""
        self.sent = 0
        self.early: Counter[str] = Counter()

    async def fetch(self, endpoint: Endpoint[T], **arguments: int | str) -> T:
        """Count and send a request."""
        key = (endpoint.name, *sorted(arguments.items()))
        first_page = (endpoint.name, *sorted({**arguments, "page": 1}.items()))
        now, last = self._time.monotonic(), self._last.pop(key, None)
        self.sent += 1
        if key in self._continued:
            last = None
        freshness = max(_EARLIEST * endpoint.fresh_for, AUTOMATIC_FLOOR)
        if last is not None and now - last < freshness:
            self.early[endpoint.name] += 1
        try:
            value = await super().fetch(endpoint, **arguments)
        except NotSignedIn:
            self.forget_account()
            raise
        if not endpoint.is_incomplete(value):
            self._last[key] = self._time.monotonic()
        if key == first_page:
            self._continued.discard(key)
        elif "page" in arguments:
            self._continued.add(first_page)
        return value

    def forget_account(self) -> None:
        """Allow a request for the account, which shows whether a token is valid."""
        self._last.pop((ACCOUNT.name,), None)


@dataclass(frozen=True, slots=True)
class Figures:
    """The resources of this process."""

    memory: float
    """Megabytes."""
    files: int
    timers: int
    tasks: int
    widgets: int

    @classmethod
    def of(cls, app: BeatPassApp) -> Figures:
        """Measure an app that has nothing to do."""
        for _ in range(3):
            gc.collect()
        nodes: Sequence[DOMNode] = [app, *(node for each in _screens(app) for node in _tree(each))]
        return cls(
            memory=process.memory(os.getpid()).resident,
            files=len(list(Path("/proc/self/fd").iterdir())),
            timers=sum(len(node._timers) for node in nodes),
            tasks=len(asyncio.all_tasks()),
            widgets=len(nodes),
        )


def _screens(app: BeatPassApp) -> list[Any]:
    installed = [each for each in app._installed_screens.values() if isinstance(each, DOMNode)]
    return [*{id(each): each for each in (*app.screen_stack, *installed)}.values()]


def _tree(node: DOMNode) -> Iterator[DOMNode]:
    return iter(node.walk_children(with_self=True))


class Soak:
    """One run of the dashboard."""

    def __init__(self, folder: Path, time: SimulatedTime) -> None:
        self.time = time
        self.network = Network(time)
        self.client = CountingClient(self.network, time)
        credentials = Credentials()
        self._token = credentials.token
        store = Store(folder / "store.sqlite3", time.now)
        self.app = BeatPassApp(
            self._connect,
            DemoAccess(
                credentials.email, credentials.password, needs_sign_in=False, account=ACCOUNT_ID
            ),
            repository=HistoryRepository(store, "demo", time),
            clock=time,
            growth_delay=BACKOFF[0],
        )
        self.changes = 0
        self._size = 0

    @asynccontextmanager
    async def _connect(self) -> AsyncIterator[BeatPass]:
        async with self.client:
            yield self.client

    async def run(self, days: int) -> list[Figures]:
        """Simulate some days, and return the figures at the end of each."""
        figures = []
        async with self.app.run_test(size=SIZES[0], notifications=True) as pilot:
            await asyncio.sleep(60)
            for day in range(days):
                await self._day(day, pilot)
                figures.append(Figures.of(self.app))
                await self._night(day)
            self.app.close_repository()
        return figures

    async def _day(self, day: int, pilot: Pilot[None]) -> None:
        """Use the dashboard from 8:00 to 22:00, with a break in every hour."""
        hours = 14
        for hour in range(hours):
            self.network.is_down = day % 3 == 2 and hour == 6
            self.network.has_expired = day % 10 == 4 and hour == 9
            await self._focus(events.AppFocus())
            for _ in range(CHANGES_PER_DAY // hours + (hour < CHANGES_PER_DAY % hours)):
                await self._press(str(1 + (self.changes * 5 + hour) % 7))
                self.changes += 1
                if self.changes % 3 == 0:
                    await self._press(("down", "right", "p", "tab", "s")[self.changes % 5])
                await asyncio.sleep(20)
            await self._look_around(hour, pilot)
            await asyncio.sleep(0.2 * HOUR)
            self.network.is_down = False
            await asyncio.sleep(0.3 * HOUR)
            if self.network.has_expired:
                await self._sign_in_again()
            await self._focus(events.AppBlur())
            minutes = self.time.now().minute * 60 + self.time.now().second
            await asyncio.sleep(HOUR - minutes)

    async def _look_around(self, hour: int, pilot: Pilot[None]) -> None:
        """Go back to Home, open what covers it, or resize the window."""
        await self._press("1")
        if hour % 5 == 0:
            for key in ("?", "ctrl+p"):
                await self._press(key)
                await self._press("escape", "escape")
        elif hour % 5 == 3:
            self._size = self._size % (len(SIZES) - 1) + 1
            for size in (SIZES[self._size], SIZES[0]):
                await pilot.resize_terminal(*size)
                await asyncio.sleep(60)

    async def _sign_in_again(self) -> None:
        """Replace the token that has expired."""
        self.network.has_expired = False
        self.client.forget_account()
        await self._press("1", "a")
        await self._press(*self._token, "enter")
        self.client.forget_account()
        await asyncio.sleep(60)

    async def _night(self, day: int) -> None:
        """Stay open until 8:00, or sleep, in which no timer fires."""
        if day % 2:
            self.time.advance(10 * HOUR)
        else:
            await asyncio.sleep(10 * HOUR)

    async def _focus(self, event: events.Event) -> None:
        self.app.post_message(event)
        await asyncio.sleep(1)

    async def _press(self, *keys: str) -> None:
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))
            await asyncio.sleep(1)


def measure(*, quick: bool) -> None:
    """Simulate the days in a process of its own."""
    days = FEW_DAYS if quick else DAYS
    subprocess.run([sys.executable, "-m", "benchmarks.soak", str(days)], check=True)


def _main(days: int) -> None:
    time = SimulatedTime()
    _time.get_time = time.monotonic
    with (
        TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=lambda: SimulatedLoop(time)) as loop,
    ):
        soak = Soak(Path(folder), time)
        figures = loop.run(soak.run(days))
        size = (Path(folder) / "store.sqlite3").stat().st_size / 1024**2
    first, last = figures[0], figures[-1]
    highest = max(each.memory for each in figures)
    report.title(f"soak: {days} simulated days, {soak.changes:,} page changes")
    report.line(
        "memory after one day, at the end, highest",
        f"{first.memory:.1f}, {last.memory:.1f}, {highest:.1f} MB",
        report.ratio(last.memory, first.memory, MAX_MEMORY),
    )
    for name in ("files", "timers", "tasks", "widgets"):
        before, after = getattr(first, name), getattr(last, name)
        report.line(
            f"{name} after one day, at the end",
            f"{before}, {after}",
            report.target(f"{after}", f"{before}", met=after <= before),
        )
    early = soak.client.early
    report.line(
        "requests",
        f"{soak.client.sent:,}, {soak.client.sent / days:.0f} a day",
        report.target(f"{early.total()} too early", "0", met=not early),
    )
    if early:
        report.line("too early", ", ".join(f"{name} {count}" for name, count in early.items()))
    report.line("store", f"{size:.1f} MB")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        _main(int(sys.argv[1]))
