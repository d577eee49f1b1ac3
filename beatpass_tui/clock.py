"""Where the time comes from, so that a test can stand it still."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The two readings of time that the program uses."""

    def now(self) -> datetime:
        """Return the local wall time, with its zone: for dates, greetings and "as of"."""

    def monotonic(self) -> float:
        """Return seconds that never jump: for waits, freshness and spinners."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the local wall time, with its zone."""
        return datetime.now().astimezone()

    def monotonic(self) -> float:
        """Return seconds since some moment in the past."""
        return time.monotonic()
