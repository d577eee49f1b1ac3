"""The rate-limit headers, counted for the minute that is running."""

from __future__ import annotations

import threading
from datetime import datetime

from beatpass_tui.demo.exchange import Answer

PER_MINUTE = 300


class RateWindow:
    """Counts requests against the documented shared limit; it tells, but does not enforce."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._count = 0

    def headers(self, answer: Answer, now: datetime) -> dict[str, str]:
        """Return the headers of one more answer."""
        seconds = int(now.timestamp())
        with self._lock:
            if seconds // 60 != self._minute:
                self._minute, self._count = seconds // 60, 0
            self._count += 1
            left = max(0, PER_MINUTE - self._count)
            reset = (self._minute + 1) * 60
        if "Retry-After" in answer.headers:
            left, reset = 0, seconds + int(answer.headers["Retry-After"])
        return {
            "X-RateLimit-Limit": str(PER_MINUTE),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": str(reset),
        }
