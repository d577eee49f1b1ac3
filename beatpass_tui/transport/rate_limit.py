"""Client-side rate limits: a shared request budget, and pauses of endpoints."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from beatpass_tui.errors import RateLimited, Throttled
from beatpass_tui.models import decode
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.transport import responses
from beatpass_tui.transport.shared_limits import SharedLimits

BURST = 30
"""Maximum requests at once, after 30 idle seconds; every page needs fewer."""

PER_MINUTE = 60
"""Sustained requests per minute; with a burst, at most 90 of the allowed 300."""

RESERVE = 8
"""Requests at once that remain for opening pages and details while a list is loaded."""

LOW_REMAINING = 10
"""An endpoint with fewer remaining requests is paused until its limit resets."""

SMALL_LIMIT = 100
"""Smaller limits may be used up, because LOW_REMAINING would be a large part of them."""

MAX_PAUSE = 300.0
"""Maximum pause in seconds after a successful response, since either clock may be wrong."""

_THROTTLED = "BeatPass asks for fewer requests."

_ID_SEGMENT = re.compile(r"/(?:\d+|\{\w+\})(?=/|$)")


class RequestBudget:
    """Token bucket shared by all requests of this process.

    Requests are admitted in order of arrival, but further pages of a list leave `RESERVE` tokens
    to other requests. A request also takes a token of the limits that processes share, if given.
    """

    def __init__(
        self, clock: Clock, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._rate = PER_MINUTE / 60
        self._tokens = float(BURST)
        self._updated_at = clock.monotonic()
        self._shared_until = 0.0
        """When the shared budget may have room again."""
        self._turn, self._list_turn = asyncio.Lock(), asyncio.Lock()

    @property
    def is_used_up(self) -> bool:
        """Whether the next request has to wait."""
        return self._wait(0) > 0 or self._clock.monotonic() < self._shared_until

    async def take(
        self, path: str = "", *, shared: SharedLimits | None = None, loads_list: bool = False
    ) -> None:
        """Wait until one more request may be sent; with `loads_list`, for a page of a list.

        Raises RateLimited if another process has paused `path`, unless that is empty.
        """
        turn, reserve = (self._list_turn, RESERVE) if loads_list else (self._turn, 0)
        async with turn:
            while (
                wait := self._wait(reserve) or await self._take_shared(shared, path, reserve)
            ) > 0:
                await self._sleep(wait)
            self._tokens -= 1

    async def _take_shared(self, shared: SharedLimits | None, path: str, reserve: int) -> float:
        """Take a shared token, or return the seconds to wait for one."""
        permit = await shared.take(endpoint_path(path), reserve) if shared is not None else None
        if permit is None:
            return 0.0
        if permit.paused_for:
            seconds = permit.paused_for
            if permit.is_limited:
                raise RateLimited("Too many requests.", retry_after=seconds)
            raise Throttled(_THROTTLED, retry_after=seconds)
        if permit.wait and not reserve:
            self._shared_until = self._clock.monotonic() + permit.wait
        return permit.wait

    def _wait(self, reserve: int) -> float:
        now = self._clock.monotonic()
        elapsed, self._updated_at = now - self._updated_at, now
        self._tokens = min(self._tokens + elapsed * self._rate, BURST)
        missing = 1 + reserve - self._tokens
        # Ignore rounding errors of the clock.
        return missing / self._rate if missing > 1e-6 else 0.0


class EndpointPauses:
    """Pauses requested by the service's rate limit headers, per endpoint and token."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pauses: dict[object, tuple[float, type[RateLimited], str]] = {}

    def check(self, path: str, token: object) -> None:
        """Raise RateLimited while the endpoint is paused."""
        key = _key(path, token)
        until, error, message = self._pauses.get(key, (0.0, Throttled, ""))
        remaining = until - self._clock.monotonic()
        if remaining > 0:
            raise error(message, retry_after=remaining)
        self._pauses.pop(key, None)

    def record_limit(
        self, path: str, token: object, error: RateLimited, shared: SharedLimits | None = None
    ) -> None:
        """Pause an endpoint after a 429 with a duration."""
        if error.retry_after:
            self._pause(path, token, RateLimited(error.message, retry_after=error.retry_after))
            if shared is not None:
                shared.pause(endpoint_path(path), error.retry_after, is_limited=True)

    def record_headers(
        self,
        path: str,
        token: object,
        headers: Mapping[str, str],
        now: datetime,
        shared: SharedLimits | None = None,
    ) -> None:
        """Pause an endpoint whose response reports too few remaining requests."""
        wait = _wait(headers, now)
        if wait is not None:
            self._pause(path, token, Throttled(_THROTTLED, retry_after=wait))
            if shared is not None:
                shared.pause(endpoint_path(path), wait, is_limited=False)

    def _pause(self, path: str, token: object, error: RateLimited) -> None:
        until = self._clock.monotonic() + (error.retry_after or 0.0)
        self._pauses[_key(path, token)] = (until, type(error), error.message)


def endpoint_path(path: str) -> str:
    """Return the path of an endpoint, in which ids and their names don't count."""
    return _ID_SEGMENT.sub("/{}", path)


def _key(path: str, token: object) -> tuple[str, object]:
    """Return an endpoint key; each token has its own limits."""
    return endpoint_path(path), token


def _wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds until the limit resets, or None while enough requests remain."""
    remaining = decode.count(headers.get("x-ratelimit-remaining"))
    limit = decode.count(headers.get("x-ratelimit-limit"))
    reset = decode.number(headers.get("x-ratelimit-reset"))
    if remaining is None or reset is None:
        return None
    if remaining >= (LOW_REMAINING if limit is not None and limit >= SMALL_LIMIT else 1):
        return None
    wait = reset - (responses.http_date(headers.get("date")) or now).timestamp()
    return min(wait, MAX_PAUSE) if wait > 0 else None
