"""Which endpoints the service wants to be left alone, and for how long, by its own headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from beatpass_tui.errors import Paused, RateLimited
from beatpass_tui.models import decode
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.transport import responses

LOW = 10
"""With fewer requests left than this an endpoint is left alone until the count begins anew."""

SMALL = 100
"""Of a limit below this every request may be used, since ten are much of it."""

LONGEST = 300.0
"""Seconds that a good answer may silence an endpoint for, whatever it says: its clock, or the one
here, may be wrong."""

_NUMBERS = re.compile(r"/\d+(?=/|$)")


class Pauses:
    """Until when nothing is sent to each endpoint, for each token."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[object, tuple[float, type[RateLimited], str]] = {}

    def check(self, path: str, whose: object) -> None:
        """Raise a RateLimited where nothing may be sent yet."""
        key = _key(path, whose)
        until, kind, sentence = self._until.get(key, (0.0, Paused, ""))
        left = until - self._clock.monotonic()
        if left > 0:
            raise kind(sentence, retry_after=left)
        self._until.pop(key, None)

    def limit(self, path: str, whose: object, error: RateLimited) -> None:
        """Take note of a 429; one that does not say for how long is left to whoever asked."""
        if error.retry_after:
            self._hold(path, whose, error.retry_after, RateLimited, error.sentence)

    def note(self, path: str, whose: object, headers: Mapping[str, str], now: datetime) -> None:
        """Take note of how many requests an answer says are left."""
        wait = _wait(headers, now)
        if wait is not None:
            self._hold(path, whose, wait, Paused, "BeatPass wants to be asked less often.")

    def _hold(
        self, path: str, whose: object, wait: float, kind: type[RateLimited], sentence: str
    ) -> None:
        self._until[_key(path, whose)] = (self._clock.monotonic() + wait, kind, sentence)


def _key(path: str, whose: object) -> tuple[str, object]:
    """Return what tells endpoints apart: all albums are one, and a token has its own count."""
    return _NUMBERS.sub("/{}", path), whose


def _wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds until the count begins anew, None where enough is left of it."""
    left = decode.count(headers.get("x-ratelimit-remaining"))
    most = decode.count(headers.get("x-ratelimit-limit"))
    reset = decode.number(headers.get("x-ratelimit-reset"))
    if left is None or reset is None:
        return None
    if left >= (LOW if most is not None and most >= SMALL else 1):
        return None
    wait = reset - (responses.http_date(headers.get("date")) or now).timestamp()
    return min(wait, LONGEST) if wait > 0 else None
