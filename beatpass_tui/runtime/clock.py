"""Where the time comes from, so that a test can stand it still."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import Protocol


class Clock(Protocol):
    """The two readings of time that the program uses."""

    def now(self) -> datetime:
        """Return the local wall time, with its zone: for dates, greetings and "as of"."""

    def monotonic(self) -> float:
        """Return seconds that never jump and count sleep: for waits, freshness and spinners."""


class Here(tzinfo):
    """The zone of this machine with what it is ahead of UTC at one moment.

    Arithmetic goes by that alone, while another moment that is brought here is told as the
    clocks on the wall showed it then, be it before a change to or from summer time.
    """

    def __init__(self, ahead: timedelta, name: str = "UTC") -> None:
        self._ahead = ahead
        self._name = name

    def utcoffset(self, _: datetime | None, /) -> timedelta:
        """Return how far ahead of UTC."""
        return self._ahead

    def dst(self, _: datetime | None, /) -> None:
        """Leave open which part of that is summer time."""

    def tzname(self, _: datetime | None, /) -> str:
        """Return what the zone is called."""
        return self._name

    def fromutc(self, dt: datetime) -> datetime:
        """Return a moment in UTC as the local wall time of then."""
        try:
            found = time.localtime((dt.replace(tzinfo=None) - _EPOCH).total_seconds())
        except (OverflowError, OSError, ValueError):
            # Beyond what the machine has rules for.
            return dt + self._ahead
        zone = _here(found.tm_gmtoff, found.tm_zone)
        return (dt + zone._ahead).replace(tzinfo=zone)


_EPOCH = datetime(1970, 1, 1)


@cache
def _here(seconds: int, name: str) -> Here:
    """Return the same zone each time: a history brings a thousand moments here."""
    return Here(timedelta(seconds=seconds), name)


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the local wall time, with its zone."""
        return datetime.now(UTC).astimezone(Here(timedelta()))

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
