"""How the store grows: its size and the time to open it at one and ten years of history."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from beatpass_tui.models import numbers
from beatpass_tui.models.identity import Artist
from beatpass_tui.runtime.clock import SystemClock
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.storage.serialization import dump, shape
from beatpass_tui.storage.store import NAME, AccountKey, CachedModel, Store
from benchmarks import report

MAX_MEGABYTES = 4.0
"""Maximum size of the store."""
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
        report.line(f"{name}, opened and read", report.milliseconds(times), size)
        report.line(f"{name}, thinned", report.milliseconds(durations[-20:]))


def _open(path: Path, clock: SystemClock) -> float:
    """Return the seconds to read what the first frame needs."""
    start = time.perf_counter()
    store = Store(path, clock.now)
    history = HistoryRepository(store, _KEY.origin, clock).load(_KEY.account)
    seconds = time.perf_counter() - start
    assert history is not None
    assert history.points("total-plays")
    store.close()
    return seconds
