"""Requests of 100,000 installs in a simulated day with one outage.

Each install is played through its day alone, by the program's own rules: the groups of a real
session decide what is due and when the next one is, with their freshness, jitter and back-off.
Only the network and the clock are made up. An install is one of:

- brief (70 %): opened 3 times a day for 8 minutes on average, with the terminal focused;
- beside other work (20 %): opened twice a day for 2 hours, focused for 3 minutes in 12;
- always open (8 %): from morning to evening, focused for 3 minutes in 60, asleep every night;
- a status bar (2 %): `stats` once a minute for 10 hours.

People live in the zones of `ZONES` and open the program at the hours of `HOURS`, one in ten of
them at a full quarter of an hour, give or take half a minute. In each opening 1.2 further pages are
looked at, and one reader in three presses `r` once. What an earlier opening of the day brought is
restored. One install in 30 has no network for 20 minutes. At 18:00 UTC the service answers 503 for
10 minutes, and every first failure of an opening is then tried again as the client does it.

One in eight of them is played, since a day of one takes two milliseconds, and stands for eight. So
peaks are means over ten seconds: the eight would not be at it in the very same one.
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

MOST_AFTER = 5.0
"""Maximum ratio of the peak after an outage to the load before. A failing client retries four times
in ten minutes, so with perfect spread five times the load is pending."""
MOST_IN_STEP = 1.25
"""Maximum share of the busiest second of a minute: people start at full quarters of an hour, and
programs must not."""
LIMIT = 300
"""Requests per minute that the service allows a client."""

ZONES = {-8: 12, -6: 10, -5: 30, 0: 15, 1: 20, 5.5: 5, 8: 4, 9: 4}
"""UTC offsets in hours, and the percentage of users there."""
HOURS = (1, 1, 0.5, 0.3, 0.3, 0.5, 1, 2, 4, 6, 6, 5, 6, 5, 5, 5, 5, 5, 6, 8, 9, 9, 7, 3)
"""Relative frequency of openings by hour of the day."""

_DOWN = ServiceUnavailable("Down.")
_OFFLINE = Unreachable("No network.")
_ARTIST = Artist(
    id=1, name="a", upload_access=True, total_tracks=1, total_plays=1, member_since=None
)


class Response:
    """An answer without content."""

    id = 1
    growth_calculating = False
    period = None


_ANSWER = Response()


class Sky(Service):
    """The service as one install sees it: available, down, or unreachable."""

    token = None

    def __init__(self, clock: Clock, away: tuple[float, float], load: Load) -> None:
        self.clock = clock
        self.away = away
        self.load = load
        self.failed: float | None = None
        """Time of the first failure since the program was opened, if it still fails."""

    def answer(self, name: str) -> object:
        """Count a request and its retries, and answer it."""
        now = self.clock.time
        if self.away[0] <= now < self.away[1]:
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
        return _ARTIST if name == endpoints.ARTIST.path else _ANSWER

    async def fetch(self, endpoint: Endpoint[T], **_: object) -> T:
        """Count a request and answer it."""
        answer: Any = self.answer(endpoint.path)
        return answer  # type: ignore[no-any-return]

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
        self.most = 0
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
        self.most = max(self.most, *self.minutes.values(), 0)
        self.minutes.clear()

    def total(self) -> list[int]:
        """Return the requests per second."""
        return [sum(second) for second in zip(*self.by_name.values(), strict=True)]


class Install:
    """One install and its simulated day."""

    def __init__(self, chance: random.Random, load: Load) -> None:
        self.chance = chance
        self.clock = Clock()
        away = chance.uniform(0, DAY) if chance.random() < 1 / 30 else math.inf
        self.sky = Sky(self.clock, (away, away + 1_200), load)
        self.ahead = chance.choices(list(ZONES), list(ZONES.values()))[0] * 3_600
        self.kept: dict[str, tuple[Any, datetime]] = {}

    def play(self) -> None:
        """Simulate the day."""
        chance = self.chance
        kind = chance.random()
        if kind < 0.70:
            for begin in self.openings(3):
                self.open([(begin, begin + chance.expovariate(1 / 480))])
        elif kind < 0.90:
            for begin in self.openings(2):
                self.open(self.spells(begin, begin + 7_200, 180, 540))
        elif kind < 0.98:
            begin = self.local(chance.gauss(9, 1) * 3_600)
            self.open(self.spells(begin, begin + 14 * 3_600, 180, 3_420))
        else:
            self.status_bar(self.local(chance.gauss(9, 1) * 3_600))

    def local(self, seconds: float) -> float:
        """Convert a local time to the simulated day."""
        return (seconds - self.ahead) % DAY

    def openings(self, mean: float) -> list[float]:
        """Return the times at which the program is opened, `mean` times on average."""
        chance, count, gap = self.chance, 0, self.chance.expovariate(mean)
        while gap < 1:
            count, gap = count + 1, gap + chance.expovariate(mean)
        times = []
        for hour in chance.choices(range(24), HOURS, k=count):
            at = (hour + chance.random()) * 3_600
            if chance.random() < 0.1:
                at = round(at / 900) * 900 + chance.gauss(0, 30)
            times.append(self.local(at))
        return sorted(times)

    def spells(
        self, begin: float, end: float, focused: float, elsewhere: float
    ) -> list[tuple[float, float]]:
        """Return the periods in which the terminal has the focus."""
        found, at = [], begin
        while at < end:
            until = at + self.chance.expovariate(1 / focused)
            found.append((at, min(until, end)))
            at = until + self.chance.expovariate(1 / elsewhere)
        return found

    def session(self, jitter: float | None = None) -> Session:
        """Return a session with what earlier ones of the day stored."""
        fixed = None if jitter is None else lambda: jitter
        session = Session(self.sky, self.clock, jitter=fixed, growth_delay=BACKOFF[0])
        self.restore(session.all)
        return session

    def restore(self, groups: Sequence[Query[Any]]) -> None:
        """Restore stored answers of queries."""
        for group in groups:
            if group.key in self.kept:
                group.restore(*self.kept[group.key])

    def keep(self, session: Session) -> None:
        """Store answers, as the store does."""
        for group in session.all:
            if group.value is not None and group.fetched_at is not None:
                self.kept[group.key] = (group.value, group.fetched_at)

    def open(self, spells: Sequence[tuple[float, float]]) -> None:
        """Simulate an opened program whose terminal gains and loses focus."""
        session, chance = self.session(), self.chance
        self.sky.failed = None
        shown: Sequence[Query[Any]] = session.home
        tall = chance.random() < 0.5
        presses = chance.random() < 1 / 3
        first = spells[0][0]
        pages = iter(sorted(self.visits(first, spells[0][1])))
        turn = next(pages, math.inf)
        press = first + chance.expovariate(1 / 60) if presses else math.inf
        for begin, end in spells:
            self.clock.time = begin
            while True:
                self.ask(session, shown, Trigger.AUTOMATIC)
                if shown is session.home and tall:
                    self.ask(session, (session.performance,), Trigger.AUTOMATIC)
                due = session.next_request_in(shown)
                wakes = math.inf if due is None else self.clock.time + max(due, 0.05)
                at = min(wakes, turn, press)
                if at >= end:
                    break
                self.clock.time = at
                if at == turn:
                    shown = _page(session, chance)
                    self.restore(shown)
                    turn = next(pages, math.inf)
                elif at == press:
                    press = math.inf
                    self.ask(session, shown, Trigger.MANUAL)
        self.keep(session)

    def visits(self, begin: float, end: float) -> Iterator[float]:
        """Yield the times at which another page is opened."""
        at = begin + self.chance.expovariate(1 / 30)
        while at < end and self.chance.random() < 1.2 / 2.2:
            yield at
            at += self.chance.expovariate(1 / 60)

    def status_bar(self, begin: float) -> None:
        """Run `stats` every minute, each time as a new process."""
        session = self.session(jitter=0.0)
        for minute in range(600):
            self.clock.time = begin + 60 * minute
            stale = [group for group in session.home if not group.is_fresh]
            if any(group.is_due(Trigger.AUTOMATIC) for group in stale):
                self.keep(session)
                session = self.session(jitter=0.0)
                self.ask(session, session.home, Trigger.AUTOMATIC)

    def ask(self, session: Session, shown: Sequence[Query[Any]], trigger: Trigger) -> None:
        """Fetch the queries that are due."""
        due = due_queries(shown, trigger)
        first = [group for group in due if not group.endpoint.needs_artist]
        for group in (*first, *(group for group in due if group not in first)):
            if session.artist_id is not None or not group.endpoint.needs_artist:
                _run(group.fetch())


def _page(session: Session, chance: random.Random) -> Sequence[Query[Any]]:
    """Return the queries of one of the six pages."""
    identity = (session.account, session.artist)
    return chance.choice(
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
    raise AssertionError("it waits for something")


def played(installs: int) -> Load:
    """Simulate `installs` installs."""
    random.seed(1)
    chance, load = random.Random(2), Load()
    for _ in range(installs):
        Install(chance, load).play()
        load.end_install()
    return load


def measure(*, quick: bool) -> None:
    """Simulate the day and print the load of the service."""
    installs = SMALL_SAMPLE if quick else SAMPLE
    begun = time.perf_counter()
    load = played(installs)
    took = time.perf_counter() - begun
    scale = INSTALLS // installs
    total = [scale * count for count in load.total()]
    report.title(
        f"load: a day of {INSTALLS:,} installs, {installs:,} of them played in {took:.0f} s; "
        "requests a second, peaks over 10 s"
    )
    report.line("in all", _rates(total))
    begin, end = map(int, OUTAGE)
    quiet = total[:begin], total[end + AFTER :]
    report.line("without the outage and its hour", _rates(quiet[0] + quiet[1]))
    by_name = {name: [scale * n for n in seconds] for name, seconds in load.by_name.items()}
    for name in sorted(by_name, key=lambda name: -sum(by_name[name])):
        report.line(f"  {name}", _rates(by_name[name]))
    before = sum(total[begin - 1_800 : begin]) / 1_800
    report.line("half an hour before the outage", f"mean {before:8,.1f}")
    report.line("while it lasts, retries counted", _rates(total[begin:end]))
    after = total[end : end + AFTER]
    most = report.ratio(max(_smooth(after)), before, MOST_AFTER)
    report.line("in the hour after it", _rates(after), most)
    in_step = [sum(sum(part[second::60]) for part in quiet) for second in range(60)]
    share = sum(in_step) / 60
    report.line(
        "busiest second of all minutes",
        f"second {in_step.index(max(in_step))}, beside the mean of them",
        report.ratio(max(in_step), share, MOST_IN_STEP),
    )
    own = BURST + PER_MINUTE
    report.line(
        "one install in a minute",
        f"at most {load.most} requests of {LIMIT}",
        report.target(f"{load.most}", f"{own}", met=load.most <= own),
    )


def _smooth(seconds: Sequence[int], over: int = 10) -> list[float]:
    return [sum(seconds[at : at + over]) / over for at in range(0, len(seconds), over)]


def _rates(seconds: Sequence[int]) -> str:
    mean = sum(seconds) / len(seconds)
    return f"mean {mean:8,.1f}, peak {max(_smooth(seconds)):8,.1f}"
