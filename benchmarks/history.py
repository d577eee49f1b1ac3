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

MOST_MEGABYTES = 4.0
"""Maximum size of the store."""
_WHOSE, _ARTIST = AccountKey("https://open.beatpass.ca", 1), 2
_LOOKS_A_DAY = 8


def samples(day: datetime, chance: random.Random) -> Iterator[tuple[str, datetime, float]]:
    """Yield the samples of several visits on the last day."""
    for look in range(_LOOKS_A_DAY):
        at = day - timedelta(minutes=90 * look)
        for place, number in enumerate(numbers.NUMBERS, start=1):
            yield number.id, at, place * 1_000.0 + chance.randrange(1_000)


def fill(path: Path, years: int) -> list[float]:
    """Write a store with `years` of history; return the seconds of each pruning."""
    end, chance = datetime.now(UTC), random.Random(years)
    now = end - timedelta(days=365 * years)
    store = Store(path, lambda: now)
    took = []
    while now < end:
        # Weekly pruning has the same result as daily pruning.
        week = (now + timedelta(days=day) for day in range(7))
        store.add_samples(_WHOSE, _ARTIST, (row for day in week for row in samples(day, chance)))
        now += timedelta(days=7)
        before = time.perf_counter()
        store.prune()
        took.append(time.perf_counter() - before)
    profile = Artist(_ARTIST, "Nova Reyes", True, 1, 1, None)
    store.save_cached(_WHOSE, {"artist": CachedModel(end, shape(Artist), dump(profile))})
    store.close()
    return took


def measure(*, quick: bool) -> None:
    """Fill stores with years of history and open them."""
    report.title("history: the store after years of looking eight times a day")
    for years in (1, 10):
        with TemporaryDirectory() as folder:
            path = Path(folder) / NAME
            thinnings = fill(path, years)
            megabytes = path.stat().st_size / 1024**2
            clock = SystemClock()
            times = [_open(path, clock) for _ in range(5 if quick else 40)]
        name = "1 year" if years == 1 else f"{years} years"
        most = f"{MOST_MEGABYTES:.0f} MB"
        size = report.target(f"{megabytes:.1f} MB", most, met=megabytes <= MOST_MEGABYTES)
        report.line(f"{name}, opened and read", report.milliseconds(times), size)
        report.line(f"{name}, thinned", report.milliseconds(thinnings[-20:]))


def _open(path: Path, clock: SystemClock) -> float:
    """Return the seconds to read what the first frame needs."""
    before = time.perf_counter()
    store = Store(path, clock.now)
    past = HistoryRepository(store, _WHOSE.origin, clock).load(_WHOSE.account)
    taken = time.perf_counter() - before
    assert past is not None
    assert past.points("total-plays")
    store.close()
    return taken
