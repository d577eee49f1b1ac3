"""A simulated week of `watch` beside an open dashboard.

Both use the same store and account, as two processes would; the network is the demo service in
this process, whose plays, downloads and followers grow, and the event loop skips the time in which
nothing happens. The dashboard is focused for 20 minutes of each hour of the day, and `r` is pressed
now and then. On one day there is an outage, on another the token expires until the next sign-in,
and in every other night the computer sleeps.

A change is missed or doubled if it doesn't begin where the last one ended. A request of `watch` is
too early if a fresh value was stored before the round began; the dashboard may request the same at
the same moment, such as after a sleep, which is counted separately. After a 401, the account is
requested to confirm that the token was rejected.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import httpx
from textual import _time, events

from beatpass_tui.api import BeatPass
from beatpass_tui.app import BeatPassApp
from beatpass_tui.auth.access import VariableAccess
from beatpass_tui.commands.rounds import Rounds
from beatpass_tui.demo.model import ACCOUNT_ID
from beatpass_tui.demo.sign_in import Credentials
from beatpass_tui.models.secret import Secret
from beatpass_tui.session.fetch import Fetcher
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.storage.store import Store
from beatpass_tui.transport.endpoints import ACCOUNT, Endpoint
from beatpass_tui.view_models.changes import Change
from benchmarks import report
from benchmarks.soak import HOUR, MAX_MEMORY, Figures, Network, SimulatedLoop, SimulatedTime

T = TypeVar("T")

DAYS, FEW_DAYS = 7, 2
MINUTE = 60.0
MOST_IN_A_ROUND = 7
_URL = "https://open.beatpass.invalid/v1"
_RENEWED = "renewed-"


class GrowingNetwork(Network):
    """The demo service with growing numbers, which also accepts renewed tokens."""

    def __init__(self, time: SimulatedTime) -> None:
        super().__init__(time)
        self.minute: Counter[int] = Counter()
        """Requests by minute."""

    def growth(self) -> int:
        """Return the plays since the beginning: one in seven minutes."""
        return int((self._time.monotonic() - 1_000) / (7 * MINUTE))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return a response of the demo with larger numbers."""
        self.minute[int(self._time.monotonic() / MINUTE)] += 1
        token = request.headers.get("Authorization", "")
        if _RENEWED in token:
            request.headers["Authorization"] = token.replace(_RENEWED, "")
        response = await super().handle_async_request(request)
        body, grown = json.loads(response.content), self.growth()
        if request.url.path.endswith("/dashboard-stats") and "data" in body:
            body["data"]["total_plays"] += grown
        if request.url.path.endswith("/followers"):
            pages = body.get("pagination", body)
            if isinstance(pages.get("total"), int):
                pages["total"] += grown // 20
        headers = {k: v for k, v in response.headers.items() if k.startswith("x-")}
        return httpx.Response(response.status_code, json=body, headers=headers)


class Ledger:
    """The requests of both programs, and when each value was stored."""

    def __init__(self, time: SimulatedTime) -> None:
        self.time = time
        self.stored: dict[tuple[object, ...], float] = {}
        self.sent: Counter[str] = Counter()
        self.early: Counter[str] = Counter()
        self.simultaneous = 0
        """Requests of both programs for the same value at the same moment."""
        self.round_began = 0.0


class RecordingClient(BeatPass):
    """A client that records its requests in the ledger."""

    def __init__(self, name: str, network: Network, ledger: Ledger) -> None:
        super().__init__(_URL, transport=network, clock=ledger.time)
        self._name = name
        self._network = network
        self._ledger = ledger

    async def fetch(self, endpoint: Endpoint[T], **arguments: int | str) -> T:
        """Send a request, and record it."""
        ledger, key = self._ledger, (endpoint.name, *sorted(arguments.items()))
        ledger.sent[self._name] += 1
        stored = ledger.stored.get(key, -float("inf"))
        is_fresh = ledger.time.monotonic() - stored < endpoint.fresh_for
        confirms = self._network.has_expired and endpoint is ACCOUNT
        if self._name == "watch" and is_fresh and not confirms:
            if stored < ledger.round_began:
                ledger.early[endpoint.name] += 1
            else:
                ledger.simultaneous += 1
        value = await super().fetch(endpoint, **arguments)
        if endpoint.is_incomplete(value):
            ledger.stored.pop(key, None)
        else:
            ledger.stored[key] = ledger.time.monotonic()
        return value


class Week:
    """The dashboard and `watch` on one store."""

    def __init__(self, folder: Path) -> None:
        self.time = SimulatedTime()
        _time.get_time = self.time.monotonic
        self.network = GrowingNetwork(self.time)
        self.ledger = Ledger(self.time)
        self.token = Credentials().token
        self.changes: list[Change] = []
        self.messages: list[str] = []
        self.rounds = 0
        self.most_in_a_round = 0
        self._path = folder / "store.sqlite3"
        self.app = BeatPassApp(
            lambda: self._client("dashboard"),
            VariableAccess(Secret(self.token), ACCOUNT_ID),
            repository=self._repository(),
            clock=self.time,
        )

    def _repository(self) -> HistoryRepository:
        return HistoryRepository(Store(self._path, self.time.now), "demo", self.time)

    @asynccontextmanager
    async def _client(self, name: str) -> AsyncIterator[BeatPass]:
        async with RecordingClient(name, self.network, self.ledger) as client:
            yield client

    def _fetcher(self, _: str | None) -> Fetcher:
        access = VariableAccess(Secret(self.token), ACCOUNT_ID)
        return Fetcher("demo", lambda: self._client("watch"), access, self._repository(), self.time)

    async def _watch(self) -> None:
        rounds = Rounds(self._fetcher, self.time, 15 * MINUTE, self.messages.append)
        while True:
            sent, self.ledger.round_began = self.ledger.sent["watch"], self.time.monotonic()
            self.changes += await rounds.run()
            self.rounds += 1
            self.most_in_a_round = max(self.most_in_a_round, self.ledger.sent["watch"] - sent)
            await rounds.wait(lambda: None)

    async def run(self, days: int) -> list[Figures]:
        """Simulate some days, and return the figures at the end of each."""
        figures = []
        async with self.app.run_test(size=(120, 36), notifications=True):
            await asyncio.sleep(MINUTE)
            watching = asyncio.create_task(self._watch())
            for day in range(days):
                await self._day(day)
                figures.append(Figures.of(self.app))
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            self.app.close_repository()
        return figures

    async def _day(self, day: int) -> None:
        for hour in range(16):
            self.network.is_down = day % 7 == 2 and hour in (5, 6)
            self.network.has_expired = day % 7 == 4 and hour in (5, 6)
            if day % 7 == 4 and hour == 7:
                # Signed in again in the dashboard.
                self.token = f"{_RENEWED}{self.token}"
            self.app.post_message(events.AppFocus())
            await asyncio.sleep(13 * MINUTE)
            self.app.post_message(events.Key("r", "r"))
            await asyncio.sleep(7 * MINUTE)
            self.app.post_message(events.AppBlur())
            await asyncio.sleep(HOUR - 20 * MINUTE)
        if day % 2:
            self.time.advance(8 * HOUR)
        else:
            await asyncio.sleep(8 * HOUR)

    def gaps(self) -> int:
        """Return how many changes don't begin where the last one of their number ended."""
        last: dict[str, object] = {}
        gaps = 0
        for change in self.changes:
            reading = change.reading
            gaps += last.get(reading.number.id, reading.previous) != reading.previous
            last[reading.number.id] = reading.value
        return gaps

    def difference(self) -> float:
        """Return the stored plays less those at the beginning and the reported changes."""
        fetcher = self._fetcher(None)
        stats = fetcher.session.stats.value
        fetcher.close()
        plays = [each.reading for each in self.changes if each.reading.number.id == "total-plays"]
        assert stats is not None
        assert stats.total_plays is not None
        first = plays[0].previous or 0
        return stats.total_plays - first - sum(reading.change or 0 for reading in plays)


def measure(*, quick: bool) -> None:
    """Simulate the days in a process of its own."""
    days = FEW_DAYS if quick else DAYS
    subprocess.run([sys.executable, "-m", "benchmarks.watch", str(days)], check=True)


def _main(days: int) -> None:
    with TemporaryDirectory() as folder:
        week = Week(Path(folder))
        with asyncio.Runner(loop_factory=lambda: SimulatedLoop(week.time)) as loop:
            figures = loop.run(week.run(days))
        difference = week.difference()
    first, last, ledger = figures[0], figures[-1], week.ledger
    report.title(f"watch: {days} simulated days beside an open dashboard, {week.rounds:,} rounds")
    sent = (f"{ledger.sent[name]:,} of {name}" for name in ("watch", "dashboard"))
    report.line(
        "requests",
        ", ".join(sent),
        report.target(f"{ledger.early.total()} too early", "0", met=not ledger.early),
    )
    if ledger.early:
        names = (f"{name} {count}" for name, count in ledger.early.items())
        report.line("too early", ", ".join(names))
    report.line("requests of both at the same moment", f"{ledger.simultaneous}")
    most = week.most_in_a_round
    report.line(
        "most requests in a round", "", report.target(f"{most}", "7", met=most <= MOST_IN_A_ROUND)
    )
    together = max(week.network.minute.values())
    report.line(
        "most in a minute, together", "", report.target(f"{together}", "90", met=together <= 90)
    )
    gaps = week.gaps()
    report.line(
        "changes, missed or doubled",
        f"{len(week.changes):,}, {gaps}",
        report.target(f"{gaps + abs(difference):g}", "0", met=not gaps and not difference),
    )
    report.line("messages", " ".join(week.messages))
    report.line(
        "memory of both after one day, at the end",
        f"{first.memory:.1f}, {last.memory:.1f} MB",
        report.ratio(last.memory, first.memory, MAX_MEMORY),
    )
    report.line(
        "files after one day, at the end",
        f"{first.files}, {last.files}",
        report.target(f"{last.files}", f"{first.files}", met=last.files <= first.files),
    )
    report.line("tasks after one day, at the end", f"{first.tasks}, {last.tasks}")


if __name__ == "__main__":
    _main(int(sys.argv[1]))
