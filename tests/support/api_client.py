"""Time limits and a clock for tests of the HTTP client."""

from __future__ import annotations

from datetime import UTC, datetime

from beatpass_tui.api import Timeouts

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


PATIENT = Timeouts(connect=10, read=10, total=10, backoff=0)
"""Long enough for any machine, without a wait between attempts."""


HASTY = Timeouts(connect=0.2, read=0.2, total=5, backoff=0)


class StillClock:
    """A clock that always shows NOW."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0
