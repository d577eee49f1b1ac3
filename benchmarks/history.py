"""How the store grows: its size and the time to open it at one and ten years of history.

The plays of beats have their own figures: every beat is in an answer of every day and has other
plays each time, which is the worst case.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from beatpass_tui.models import numbers
from beatpass_tui.models.beat_plays import BeatPlays
from beatpass_tui.models.identity import Artist
from beatpass_tui.runtime.clock import SystemClock
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.storage.serialization import dump, shape
from beatpass_tui.storage.store import NAME, AccountKey, CachedModel, Store
from beatpass_tui.view_models.movers import measure as measure_movers
from beatpass_tui.view_models.periods import PERIODS, Period
from benchmarks import report

MAX_MEGABYTES = 4.0
"""Maximum size of the store."""
MAX_BEAT_MEGABYTES = 60.0
"""Maximum size of the plays of 10,000 beats after ten years."""
MAX_OPENING = 0.03
"""Maximum processor seconds to open a store and read what the first frame needs."""
MAX_PAUSE = 0.033
"""Maximum seconds between two turns of the event loop while gains are measured: two frames."""

_PAGE = 100
_THINNED = ((75, 1), (745, 7), (3_650, 28))
"""Ages in days up to which thinning leaves about one value in that many days."""

_KEY, _ARTIST = AccountKey("https://open.beatpass.ca", 1), 2
_VISITS_PER_DAY = 8


def samples(day: datetime, chance: random.Random) -> Iterator[tuple[str, datetime, float]]:
    """Yield the samples of several visits on the last day."""
    for visit in range(_VISITS_PER_DAY):
        at = day - timedelta(minutes=90 * visit)
        for position, number in enumerate(numbers.NUMBERS, start=1):
            yield number.id, at, position * 1_000.0 + chance.randrange(1_000)


def fill(path: Path, years: int) -> list[float]:
    """Write a store with `years` of history; return the seconds of each pruning."""
    end, chance = datetime.now(UTC), random.Random(years)
    now = end - timedelta(days=365 * years)
    store = Store(path, lambda: now)
    durations = []
    while now < end:
        # Weekly pruning has the same result as daily pruning.
        week = (now + timedelta(days=day) for day in range(7))
        store.add_samples(_KEY, _ARTIST, (row for day in week for row in samples(day, chance)))
        now += timedelta(days=7)
        start = time.perf_counter()
        store.prune()
        durations.append(time.perf_counter() - start)
    profile = Artist(_ARTIST, "Nova Reyes", True, 1, 1, None)
    store.save_cached(_KEY, {"artist": CachedModel(end, shape(Artist), dump(profile))})
    store.close()
    return durations


def measure(*, quick: bool) -> None:
    """Fill stores with years of history and open them."""
    report.title("history: the store after years with eight visits per day")
    for years in (1, 10):
        with TemporaryDirectory() as folder:
            path = Path(folder) / NAME
            durations = fill(path, years)
            megabytes = path.stat().st_size / 1024**2
            clock = SystemClock()
            times = [_open(path, clock) for _ in range(5 if quick else 40)]
        name = "1 year" if years == 1 else f"{years} years"
        limit = f"{MAX_MEGABYTES:.0f} MB"
        size = report.target(f"{megabytes:.1f} MB", limit, met=megabytes <= MAX_MEGABYTES)
        report.line(f"{name}, opened and read (processor)", report.milliseconds(times), size)
        report.line(f"{name}, thinned", report.milliseconds(durations[-20:]))
    measure_beats(quick=quick)


def _open(path: Path, clock: SystemClock) -> float:
    """Return the processor seconds to read what the first frame needs."""
    start = time.thread_time()
    store = Store(path, clock.now)
    history = HistoryRepository(store, _KEY.origin, clock).load(_KEY.account)
    seconds = time.thread_time() - start
    assert history is not None
    assert history.points("total-plays")
    store.close()
    return seconds


def measure_beats(*, quick: bool) -> None:
    """Fill a store with ten years of plays, and measure how pages and gains are handled."""
    beats = 1_000 if quick else 10_000
    report.title(f"history: the plays of {beats:,} beats after ten years, each changed every day")
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        pages, prunings = _fill_beats(path, beats)
        megabytes = path.stat().st_size / 1024**2 * 10_000 / beats
        limit = f"{MAX_BEAT_MEGABYTES:.0f} MB"
        met = megabytes <= MAX_BEAT_MEGABYTES
        name = "size" if beats == 10_000 else "size, of 10,000 beats"
        report.line(name, "", report.target(f"{megabytes:.1f} MB", limit, met=met))
        report.line(f"a page of {_PAGE} beats, recorded", report.milliseconds(pages))
        report.line("thinned, each day", report.milliseconds(prunings))
        fill(path, years=10)
        opening = statistics.median(_open(path, SystemClock()) for _ in range(20))
        limit, met = f"{MAX_OPENING * 1000:.0f} ms", opening <= MAX_OPENING
        target = report.target(f"{opening * 1000:.1f} ms", limit, met=met)
        report.line("opened and read, with ten years of numbers", "", target)
        for period in PERIODS[1:]:
            runs = [asyncio.run(_measure_gains(path, period)) for _ in range(3)]
            pause = statistics.median(longest for _, longest in runs)
            limit, met = f"{MAX_PAUSE * 1000:.0f} ms", pause <= MAX_PAUSE
            target = report.target(f"{pause * 1000:.0f} ms between turns", limit, met=met)
            name = f"gains in {period.label}, in a thread"
            report.line(name, report.milliseconds([seconds for seconds, _ in runs]), target)


def _fill_beats(path: Path, beats: int) -> tuple[list[float], list[float]]:
    """Write ten years of plays; return the seconds of each page and of each pruning at the end."""
    chance, end = random.Random(beats), datetime.now(UTC)
    now = end
    store = Store(path, lambda: now)
    daily = _THINNED[0][0]
    days, age = [], _THINNED[-1][0]
    while age > daily:
        days.append(age)
        age -= next(step for oldest, step in _THINNED if age <= oldest)
    plays = [0] * beats
    for start in range(0, beats, _PAGE):
        values = []
        for beat in range(start, start + _PAGE):
            for age in days:
                plays[beat] += chance.randrange(1, 300)
                values.append((_beat(beat, plays), end - timedelta(days=age)))
        store.beats.import_plays(_KEY, _ARTIST, values)
    pages, prunings = [], []
    for age in range(daily, -1, -1):
        now = end - timedelta(days=age)
        for start in range(0, beats, _PAGE):
            page = range(start, start + _PAGE)
            for beat in page:
                plays[beat] += chance.randrange(1, 30)
            values_of_page = [_beat(beat, plays) for beat in page]
            began = time.perf_counter()
            store.beats.record(_KEY, _ARTIST, values_of_page, now)
            pages.append(time.perf_counter() - began)
        began = time.perf_counter()
        store.prune()
        prunings.append(time.perf_counter() - began)
    store.close()
    return pages[-20:], prunings[-20:]


def _beat(beat: int, plays: Sequence[int]) -> BeatPlays:
    return BeatPlays(910_000_000 + beat, plays[beat], f"Midnight Drive {beat}")


async def _measure_gains(path: Path, period: Period) -> tuple[float, float]:
    """Measure the gains of all beats in a thread, as the dashboard does.

    Returns the seconds that it took, and the most between two turns of the event loop.
    """
    now = SystemClock().now()
    store = Store(path, lambda: now)
    since = now - timedelta(days=2 * (period.days or 1) + 2)

    def work() -> None:
        assert measure_movers(store.beats.read(_KEY, _ARTIST, since), now, period, None).compared

    start = turn = time.perf_counter()
    longest = 0.0
    working = asyncio.create_task(asyncio.to_thread(work))
    while not working.done():
        await asyncio.sleep(0.001)
        before, turn = turn, time.perf_counter()
        longest = max(longest, turn - before)
    await working
    store.close()
    return turn - start, longest
