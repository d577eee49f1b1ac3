"""Where the time comes from, so that a test can stand it still."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The two readings of time that the program uses."""

    def now(self) -> datetime:
        """Return the local wall time, with its zone: for dates, greetings and "as of"."""

    def monotonic(self) -> float:
        """Return seconds that never jump and count sleep: for waits, freshness and spinners."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the local wall time, with its zone."""
        return datetime.now().astimezone()

    def monotonic(self) -> float:
        """Return seconds since some moment in the past, those that the machine slept with them."""
        return _elapsed()


def _counting_sleep(platform: str) -> Callable[[], float]:
    """Return the clock that goes on while the machine sleeps, where there is one to be named.

    Python's own stands still meanwhile on Linux and macOS, and numbers of last night would pass
    for fresh ones.
    """
    name = "CLOCK_MONOTONIC_RAW" if platform == "darwin" else "CLOCK_BOOTTIME"
    clock: int | None = getattr(time, name, None)
    if clock is None:
        return time.monotonic
    found = clock
    try:
        time.clock_gettime(found)
    except OSError:
        return time.monotonic
    return lambda: time.clock_gettime(found)


_elapsed = _counting_sleep(sys.platform)
