"""Injectable clock."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import Protocol


class Clock(Protocol):
    """A wall clock and a monotonic clock."""

    def now(self) -> datetime:
        """Return the local time with its time zone, for dates and displayed times."""

    def monotonic(self) -> float:
        """Return seconds that never jump and include sleep, for waits and freshness."""


class LocalZone(tzinfo):
    """The local time zone with the UTC offset of one moment, which arithmetic uses.

    Converting another moment to this zone uses the offset at that moment, so daylight saving time
    is respected.
    """

    def __init__(self, offset: timedelta, name: str = "UTC") -> None:
        self._offset = offset
        self._name = name

    def utcoffset(self, _: datetime | None, /) -> timedelta:
        return self._offset

    def dst(self, _: datetime | None, /) -> None:
        """Return None, since the daylight saving part of the offset is unknown."""

    def tzname(self, _: datetime | None, /) -> str:
        """Return the abbreviation, such as CET."""
        return self._name

    def fromutc(self, dt: datetime) -> datetime:
        """Convert UTC to local time, with the offset of that moment."""
        try:
            local = time.localtime(dt.replace(tzinfo=UTC).timestamp())
        except (OverflowError, OSError, ValueError):
            # The moment is outside the range of the system's time zone data.
            return dt + self._offset
        zone = _zone(local.tm_gmtoff, local.tm_zone)
        return (dt + zone._offset).replace(tzinfo=zone)


@cache
def _zone(seconds: int, name: str) -> LocalZone:
    # Cached because loading a history converts a thousand moments.
    return LocalZone(timedelta(seconds=seconds), name)


class SystemClock:
    """The system's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC).astimezone(LocalZone(timedelta()))

    def monotonic(self) -> float:
        return _monotonic()


class ShiftedClock:
    """A clock that can show a later time for a while, to draw what will be right then."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shift = 0.0

    def now(self) -> datetime:
        now = self._clock.now()
        if not self._shift:
            return now
        return (now.astimezone(UTC) + timedelta(seconds=self._shift)).astimezone(now.tzinfo)

    def monotonic(self) -> float:
        return self._clock.monotonic() + self._shift

    @contextmanager
    def at(self, moment: float) -> Iterator[None]:
        """Show a time, in seconds since the epoch, inside the block, which must not await."""
        self._shift = moment - self._clock.now().timestamp()
        try:
            yield
        finally:
            self._shift = 0.0


def _monotonic_including_sleep(platform: str) -> Callable[[], float]:
    """Return a clock that continues during sleep, if the system has one.

    `time.monotonic` stops during sleep on Linux and macOS, so that data from last night would
    count as fresh.
    """
    name = "CLOCK_MONOTONIC_RAW" if platform == "darwin" else "CLOCK_BOOTTIME"
    try:
        clock: int = getattr(time, name)
        time.clock_gettime(clock)
    except (AttributeError, OSError):
        return time.monotonic
    return lambda: time.clock_gettime(clock)


_monotonic = _monotonic_including_sleep(sys.platform)
