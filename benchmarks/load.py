"""Requests of 100,000 installs in a simulated day with one outage.

Each install is simulated separately with the program's own rules: the queries of a real session
decide when they are due, with their freshness, jitter and back-off. Only the network and the clock
are simulated. An install is one of:

- brief (70 %): opened 3 times a day for 8 minutes on average, with the terminal focused;
- in the background (20 %): opened twice a day for 2 hours, focused for 3 minutes in 12;
- always open (8 %): from morning to evening, focused for 3 minutes in 60, asleep at night;
- a status bar (2 %): `stats` once a minute for 10 hours.

Users live in the time zones of `ZONES` and open the program at the hours of `HOURS`, one in ten of
them within about half a minute of a quarter of an hour. In each opening, 1.2 further pages are
viewed on average, and one user in three presses `r` once. Cached values of the day are restored.
One install in 30 has no network for 20 minutes. At 18:00 UTC the service responds with 503 for 10
minutes, and the first failure of each opening is retried as by the client.

Only one in eight installs is simulated, and counts eight times. Peaks are therefore means over ten
seconds, since the eight installs would not send requests in the same second.
"""

from __future__ import annotations

import math
import random
import time
from array import array
from collections import Counter
from collections.abc import Coroutine, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Never, TypeVar

from beatpass_tui.api import MAX_RETRIES
from beatpass_tui.errors import ServiceUnavailable, Unreachable
from beatpass_tui.models.identity import Artist
from beatpass_tui.session.query import BACKOFF, Query, Trigger, due_queries
from beatpass_tui.session.session import Session
from beatpass_tui.transport import endpoints
from beatpass_tui.transport.endpoints import Endpoint, Service
from beatpass_tui.transport.rate_limit import BURST, PER_MINUTE
from benchmarks import report

T = TypeVar("T")

INSTALLS = 100_000
SAMPLE, SMALL_SAMPLE = 12_500, 2_500
DAY = 86_400
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
OUTAGE = (18 * 3_600.0, 18 * 3_600 + 600.0)
AFTER = 3_600
"""Seconds after the outage in which its effect is measured."""

MAX_AFTER = 5.0
"""Maximum ratio of the peak after an outage to the load before. A failing client retries four times
in ten minutes, so with perfect spread five times the load is pending."""
MAX_IN_STEP = 1.25
"""Maximum ratio of the busiest second of the minute to the mean: users start at quarter hours, and
programs must not synchronize."""
LIMIT = 300
"""Requests per minute that the service allows a client."""

ZONES = {-8: 12, -6: 10, -5: 30, 0: 15, 1: 20, 5.5: 5, 8: 4, 9: 4}
"""Percentage of users by UTC offset in hours."""
HOURS = (1, 1, 0.5, 0.3, 0.3, 0.5, 1, 2, 4, 6, 6, 5, 6, 5, 5, 5, 5, 5, 6, 8, 9, 9, 7, 3)
"""Relative frequency of openings by hour of the day."""

_DOWN = ServiceUnavailable("Down.")
_OFFLINE = Unreachable("No network.")
_ARTIST = Artist(
    id=1, name="a", upload_access=True, total_tracks=1, total_plays=1, member_since=None
)


class EmptyModel:
    """A model without content."""

    id = 1
    growth_calculating = False
    period = None


_EMPTY = EmptyModel()


class SimulatedService(Service):
    """The service for one install: available, down, or unreachable."""

    token = None

    def __init__(self, clock: Clock, offline: tuple[float, float], load: Load) -> None:
        self.clock = clock
        self.offline = offline
        self.load = load
        self.failed: float | None = None
        """Time of the first failure since the program was opened, if it still fails."""

    def respond(self, name: str) -> object:
        """Count a request and its retries, and return a model."""
        now = self.clock.time
        if self.offline[0] <= now < self.offline[1]:
            # The request does not reach the service.
            raise _OFFLINE
        if OUTAGE[0] <= now < OUTAGE[1]:
            if self.failed is None:
                self.failed = now
            # Requests that are sent together are retried together, and not again later.
            self.load.add(name, now, MAX_RETRIES + 1 if self.failed == now else 1)
            raise _DOWN
        self.failed = None
        self.load.add(name, now, 1)
        return _ARTIST if name == endpoints.ARTIST.path else _EMPTY

    async def fetch(self, endpoint: Endpoint[T], **_: object) -> T:
        """Count a request and return a model."""
        model: Any = self.respond(endpoint.path)
        return model  # type: ignore[no-any-return]

    async def get(self, *_: object, **__: object) -> Never:
        """Not used: all requests are replaced."""
        raise NotImplementedError

    async def log_in(self, *_: object) -> Never:
        """Not used: no install signs in."""
        raise NotImplementedError


class Clock:
    """The clock of one install."""

    time = 0.0

    def now(self) -> datetime:
        """Return the simulated time."""
        return MIDNIGHT + timedelta(seconds=self.time)

    def monotonic(self) -> float:
        """Return the seconds since the start of the day."""
        return self.time


class Load:
    """Requests per second, by endpoint."""

    def __init__(self) -> None:
        self.by_name: dict[str, array[int]] = {}
        self.minutes: Counter[int] = Counter()
        """Requests of the current install, by minute."""
        self.max_per_minute = 0
        """Maximum requests of an install in a minute."""

    def add(self, name: str, at: float, times: int) -> None:
        """Count a request."""
        if 0 <= at < DAY:
            if name not in self.by_name:
                self.by_name[name] = array("l", bytes(8 * DAY))
            self.by_name[name][int(at)] += times
            self.minutes[int(at) // 60] += times

    def end_install(self) -> None:
        """Start counting for another install."""
        self.max_per_minute = max(self.max_per_minute, *self.minutes.values(), 0)
        self.minutes.clear()

    def total(self) -> list[int]:
        """Return the requests per second."""
        return [sum(second) for second in zip(*self.by_name.values(), strict=True)]


class Install:
    """One install and its simulated day."""

    def __init__(self, rng: random.Random, load: Load) -> None:
        self.rng = rng
        self.clock = Clock()
        offline = rng.uniform(0, DAY) if rng.random() < 1 / 30 else math.inf
        self.service = SimulatedService(self.clock, (offline, offline + 1_200), load)
        self.utc_offset = rng.choices(list(ZONES), list(ZONES.values()))[0] * 3_600
        self.cache: dict[str, tuple[Any, datetime]] = {}

    def simulate_day(self) -> None:
        """Simulate a day."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.70:
            for begin in self.openings(3):
                self.open([(begin, begin + rng.expovariate(1 / 480))])
        elif kind < 0.90:
            for begin in self.openings(2):
                self.open(self.focused_periods(begin, begin + 7_200, 180, 540))
        elif kind < 0.98:
            begin = self.local(rng.gauss(9, 1) * 3_600)
            self.open(self.focused_periods(begin, begin + 14 * 3_600, 180, 3_420))
        else:
            self.status_bar(self.local(rng.gauss(9, 1) * 3_600))

    def local(self, seconds: float) -> float:
        """Convert a local time to the simulated day."""
        return (seconds - self.utc_offset) % DAY

    def openings(self, mean: float) -> list[float]:
        """Return the times at which the program is opened, `mean` times on average."""
        rng, count, gap = self.rng, 0, self.rng.expovariate(mean)
        while gap < 1:
            count, gap = count + 1, gap + rng.expovariate(mean)
        times = []
        for hour in rng.choices(range(24), HOURS, k=count):
            at = (hour + rng.random()) * 3_600
            if rng.random() < 0.1:
                at = round(at / 900) * 900 + rng.gauss(0, 30)
            times.append(self.local(at))
        return sorted(times)

    def focused_periods(
        self, begin: float, end: float, focused: float, elsewhere: float
    ) -> list[tuple[float, float]]:
        """Return the periods in which the terminal has the focus."""
        periods, at = [], begin
        while at < end:
            until = at + self.rng.expovariate(1 / focused)
            periods.append((at, min(until, end)))
            at = until + self.rng.expovariate(1 / elsewhere)
        return periods

    def session(self, jitter: float | None = None) -> Session:
        """Return a session with the cached values of the day."""
        fixed = None if jitter is None else lambda: jitter
        session = Session(self.service, self.clock, jitter=fixed, growth_delay=BACKOFF[0])
        self.restore(session.all)
        return session

    def restore(self, queries: Sequence[Query[Any]]) -> None:
        """Restore cached values of queries."""
        for query in queries:
            if query.key in self.cache:
                query.restore(*self.cache[query.key])

    def save(self, session: Session) -> None:
        """Cache values, as the store does."""
        for query in session.all:
            if query.value is not None and query.fetched_at is not None:
                self.cache[query.key] = (query.value, query.fetched_at)

    def open(self, focused_periods: Sequence[tuple[float, float]]) -> None:
        """Simulate an opened program whose terminal gains and loses focus."""
        session, rng = self.session(), self.rng
        self.service.failed = None
        shown: Sequence[Query[Any]] = session.home
        is_tall = rng.random() < 0.5
        presses_refresh = rng.random() < 1 / 3
        first = focused_periods[0][0]
        pages = iter(sorted(self.page_openings(first, focused_periods[0][1])))
        next_page = next(pages, math.inf)
        refresh_at = first + rng.expovariate(1 / 60) if presses_refresh else math.inf
        for begin, end in focused_periods:
            self.clock.time = begin
            while True:
                self.fetch(session, shown, Trigger.AUTOMATIC)
                if shown is session.home and is_tall:
                    self.fetch(session, (session.performance,), Trigger.AUTOMATIC)
                due = session.next_request_in(shown)
                due_at = math.inf if due is None else self.clock.time + max(due, 0.05)
                at = min(due_at, next_page, refresh_at)
                if at >= end:
                    break
                self.clock.time = at
                if at == next_page:
                    shown = _page(session, rng)
                    self.restore(shown)
                    next_page = next(pages, math.inf)
                elif at == refresh_at:
                    refresh_at = math.inf
                    self.fetch(session, shown, Trigger.MANUAL)
        self.save(session)

    def page_openings(self, begin: float, end: float) -> Iterator[float]:
        """Yield the times at which another page is opened."""
        at = begin + self.rng.expovariate(1 / 30)
        while at < end and self.rng.random() < 1.2 / 2.2:
            yield at
            at += self.rng.expovariate(1 / 60)

    def status_bar(self, begin: float) -> None:
        """Run `stats` every minute, each time as a new process."""
        session = self.session(jitter=0.0)
        for minute in range(600):
            self.clock.time = begin + 60 * minute
            stale = [query for query in session.home if not query.is_fresh]
            if any(query.is_due(Trigger.AUTOMATIC) for query in stale):
                self.save(session)
                session = self.session(jitter=0.0)
                self.fetch(session, session.home, Trigger.AUTOMATIC)

    def fetch(self, session: Session, shown: Sequence[Query[Any]], trigger: Trigger) -> None:
        """Fetch the queries that are due."""
        due = due_queries(shown, trigger)
        first = [query for query in due if not query.endpoint.needs_artist]
        for query in (*first, *(query for query in due if query not in first)):
            if session.artist_id is not None or not query.endpoint.needs_artist:
                _run(query.fetch())


def _page(session: Session, rng: random.Random) -> Sequence[Query[Any]]:
    """Return the queries of one of the six pages."""
    identity = (session.account, session.artist)
    return rng.choice(
        (
            (*identity, session.finances, session.sales, session.transactions("all", "all", 1)),
            (*identity, session.activity_in("90d", 1), session.upload_insights, session.uploads),
            (*identity, session.intelligence, session.xp_sources, session.achievements),
            (*identity, session.standings),
            (*identity, session.stats, session.intelligence, session.beats(1),
             session.performance, session.collaborations),
            (*identity, session.albums(1)),
        )
    )  # fmt: skip


def _run(coroutine: Coroutine[Any, Any, T]) -> None:
    """Run a coroutine that never waits."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("the coroutine waits")


def simulate(installs: int) -> Load:
    """Simulate `installs` installs."""
    random.seed(1)
    rng, load = random.Random(2), Load()
    for _ in range(installs):
        Install(rng, load).simulate_day()
        load.end_install()
    return load


def measure(*, quick: bool) -> None:
    """Simulate the day and print the load of the service."""
    installs = SMALL_SAMPLE if quick else SAMPLE
    start = time.perf_counter()
    load = simulate(installs)
    seconds = time.perf_counter() - start
    scale = INSTALLS // installs
    total = [scale * count for count in load.total()]
    report.title(
        f"load: a day of {INSTALLS:,} installs, {installs:,} simulated in {seconds:.0f} s; "
        "requests a second, peaks over 10 s"
    )
    report.line("total", _rates(total))
    begin, end = map(int, OUTAGE)
    quiet = total[:begin], total[end + AFTER :]
    report.line("without the outage and the hour after it", _rates(quiet[0] + quiet[1]))
    by_name = {name: [scale * n for n in seconds] for name, seconds in load.by_name.items()}
    for name in sorted(by_name, key=lambda name: -sum(by_name[name])):
        report.line(f"  {name}", _rates(by_name[name]))
    before = sum(total[begin - 1_800 : begin]) / 1_800
    report.line("half an hour before the outage", f"mean {before:8,.1f}")
    report.line("during the outage, with retries", _rates(total[begin:end]))
    after = total[end : end + AFTER]
    most = report.ratio(max(_smooth(after)), before, MAX_AFTER)
    report.line("in the hour after the outage", _rates(after), most)
    by_second = [sum(sum(part[second::60]) for part in quiet) for second in range(60)]
    share = sum(by_second) / 60
    report.line(
        "busiest second of the minute",
        f"second {by_second.index(max(by_second))}, compared with the mean",
        report.ratio(max(by_second), share, MAX_IN_STEP),
    )
    own_limit = BURST + PER_MINUTE
    report.line(
        "one install in a minute",
        f"at most {load.max_per_minute} requests of {LIMIT}",
        report.target(
            f"{load.max_per_minute}", f"{own_limit}", met=load.max_per_minute <= own_limit
        ),
    )


def _smooth(seconds: Sequence[int], over: int = 10) -> list[float]:
    return [sum(seconds[at : at + over]) / over for at in range(0, len(seconds), over)]


def _rates(seconds: Sequence[int]) -> str:
    mean = sum(seconds) / len(seconds)
    return f"mean {mean:8,.1f}, peak {max(_smooth(seconds)):8,.1f}"
