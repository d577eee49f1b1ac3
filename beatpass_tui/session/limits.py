"""The request budget and the pauses of an account, which processes share through the store."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from beatpass_tui.errors import StoreUnavailable
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.storage.limits import Permit
from beatpass_tui.storage.store import AccountKey, Store
from beatpass_tui.transport import rate_limit
from beatpass_tui.transport.endpoints import Endpoint

T = TypeVar("T")

TIMEOUT = 1.5
"""Seconds that a request waits for the store at most, longer than the store waits for a lock."""

RETRY_AFTER = 60.0
"""Seconds until a store that failed is used again."""


class Background(Protocol):
    """The store on its background thread."""

    def submit(self, work: Callable[[Store], object]) -> None:
        """Call `work` without waiting for it."""

    async def require(self, work: Callable[[Store], T], seconds: float | None = None) -> T:
        """Return the result of `work`; raises StoreUnavailable, and TimeoutError."""


class AccountLimits:
    """The shared limits of one account; loading its pauses blocks.

    While the store can't be used, such as a locked or a read-only one, this process has only its
    own budget.
    """

    def __init__(
        self,
        background: Background,
        store: Store,
        key: AccountKey,
        clock: Clock,
        *,
        timeout: float = TIMEOUT,
    ) -> None:
        self._store = background
        self._key = key
        self._clock = clock
        self._timeout = timeout
        self._failed_at: float | None = None
        now, pauses = clock.monotonic(), store.limits.load_pauses(key)
        self._paused_until = {path: now + seconds for path, seconds in pauses.items()}
        """When the pauses that were stored at the start end, on the monotonic clock."""

    def paused_for(self, endpoint: Endpoint[Any]) -> float:
        """Return the seconds until a pause ends that was stored at the start; 0 without one."""
        until = self._paused_until.get(rate_limit.endpoint_path(endpoint.path), 0.0)
        return max(until - self._clock.monotonic(), 0.0)

    def pause_endpoint(self, endpoint: Endpoint[Any], seconds: float) -> None:
        """Pause an endpoint for other processes, and in later runs."""
        if self.paused_for(endpoint) < seconds:
            self.pause(rate_limit.endpoint_path(endpoint.path), seconds, is_limited=True)

    def count(self, requests: int) -> None:
        """Take tokens for requests that were sent before the account was known."""
        for _ in range(min(requests, rate_limit.BURST)):
            self._store.submit(self._take_token("", 0))

    async def take(self, path: str, reserve: int) -> Permit | None:
        """Take a token for a request; None if the store can't be used."""
        now, failed_at = self._clock.monotonic(), self._failed_at
        if failed_at is not None and now - failed_at < RETRY_AFTER:
            return None
        try:
            return await self._store.require(self._take_token(path, reserve), self._timeout)
        except StoreUnavailable:
            self._failed_at = now
        except TimeoutError:
            # The request is still counted, once the store is ready.
            pass
        return None

    def _take_token(self, path: str, reserve: int) -> Callable[[Store], Permit]:
        burst, rate = rate_limit.BURST, rate_limit.PER_MINUTE / 60
        return lambda store: store.limits.take(
            self._key, path, burst=burst, rate=rate, reserve=reserve
        )

    def pause(self, path: str, seconds: float, *, is_limited: bool) -> None:
        """Pause an endpoint for all processes."""
        self._store.submit(
            lambda store: store.limits.pause(self._key, path, seconds, is_limited=is_limited)
        )
