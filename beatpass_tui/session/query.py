"""Groups: numbers that one request brings together, and when each may be asked for again.

This module is the only place that knows those times; it knows neither HTTP nor a screen.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Generic, TypeVar

from beatpass_tui.errors import (
    BeatPassError,
    NotSignedIn,
    OwnerUnverified,
    RateLimited,
    Unreachable,
)
from beatpass_tui.runtime.clock import Clock

T = TypeVar("T")

MANUAL_FLOOR = 30.0
"""Seconds within which an answer is not asked for again, even by hand."""

AUTOMATIC_FLOOR = 60.0
"""Seconds between two automatic requests of the same group, at the least."""

BACKOFF = (30.0, 60.0, 120.0, 300.0)
"""Seconds before the service is tried again while it cannot be reached; the last one repeats."""

LONGEST_WAIT = 300.0
"""A rate limit that lasts longer is shown, and then left to the reader."""

RETRY_AFTER_DEFAULT = 60.0
"""Seconds to wait after a first 429 that does not say how long; after the next one twice that."""

_STALE = 1.2
"""By how much the jitter and a request may outlast a freshness."""

MINUTE = 60.0
DASHBOARD = 15 * MINUTE
IDENTITY = 60 * MINUTE
STANDING = 5 * MINUTE
FINANCE = 5 * MINUTE
ACTIVITY = 5 * MINUTE
CATALOG = 30 * MINUTE


_BACKS_OFF = (Unreachable, OwnerUnverified)
"""Failures after which it is tried again soon, and then less and less often."""

_turns = count(1)


def next_turn() -> int:
    """Return the turn of a request that is about to be made: a later one has a higher turn."""
    return next(_turns)


class Trigger(enum.Enum):
    """Why something is asked for."""

    AUTOMATIC = "automatic"
    """A page came up, or a time came: what is missing or past its freshness."""
    MANUAL = "manual"
    """The reader pressed refresh."""


class Query(Generic[T]):
    """The last answer to one request, what went wrong since, and when to ask again.

    `value` is kept when a later request fails; `as_of` is when it was fetched. `pending` says of
    a good answer that it is not complete yet, which makes the group ask again after `delays`
    seconds, the last of which repeats. `refresh` is after how many seconds a good answer is asked
    for again by itself; 0 is never, and None is when it is no longer fresh.
    """

    def __init__(
        self,
        name: str,
        kind: Callable[[], type[T]],
        fetch: Callable[[], Awaitable[T]],
        *,
        key: str | None = None,
        clock: Clock,
        fresh_for: float,
        refresh: float | None = None,
        jitter: Callable[[], float] = lambda: 0.0,
        pending: Callable[[T], bool] = lambda _: False,
        delays: tuple[float, ...] = BACKOFF,
    ) -> None:
        self.name = name
        self._model = kind
        self.key = key or name
        """The name under which its answers are kept on disk."""
        self.value: T | None = None
        self.restored = False
        """Whether the value is that of an earlier run."""
        self._fetched_at: datetime | None = None
        self.turn = 0
        """When the request of the value was made, among all of this run; 0 is in an earlier one."""
        self.error: BeatPassError | None = None
        self.failed_at: datetime | None = None
        """Since when it fails, or since when it cannot be reached if that is what fails now."""
        self._running: asyncio.Event | None = None
        self._request = fetch
        self._clock = clock
        self._fresh_for = fresh_for
        self._refresh = refresh
        self._jitter = jitter
        self._pending = pending
        self._delays = delays
        self._answered: float | None = None
        self._attempted: float | None = None
        self._next: float | None = None
        self._tries = 0

    @property
    def model(self) -> type[T]:
        """The class of its answers, which is loaded when it is first needed."""
        return self._model()

    @property
    def fetched_at(self) -> datetime | None:
        """When the value was fetched, by the clock on the wall as it goes now."""
        at, answered = self._fetched_at, self._answered
        if at is not None and answered is not None and answered > -float("inf"):
            now = self._clock.now()
            if at > now:
                # The wall clock was set back meanwhile; how long ago it was is known all the same.
                self._fetched_at = now - timedelta(seconds=self._clock.monotonic() - answered)
        return self._fetched_at

    @property
    def loading(self) -> bool:
        """Whether a request is in flight."""
        return self._running is not None

    @property
    def is_pending(self) -> bool:
        """Whether nothing is known yet: no value and no failure."""
        return self.value is None and self.error is None

    @property
    def is_fresh(self) -> bool:
        """Whether the value is younger than its kind of data keeps."""
        return (
            self._answered is not None
            and self._clock.monotonic() - self._answered < self._fresh_for
        )

    @property
    def is_stale(self) -> bool:
        """Whether the value is so old that it should have been replaced by now.

        That is a little later than it is asked for anew, so that a value whose successor is on
        its way does not flicker.
        """
        if self.value is None or self._answered is None:
            return False
        return self._clock.monotonic() - self._answered >= self._fresh_for * _STALE

    @property
    def retry_in(self) -> float | None:
        """Seconds to the next automatic request; None when there will be none by itself.

        It is None while a request is in flight too, since what comes next hangs on the answer.
        """
        if self._next is None or self.loading:
            return None
        return max(self._next - self._clock.monotonic(), 0.0)

    @property
    def rate_limited_for(self) -> float | None:
        """Seconds for which a rate limit forbids to ask, None when it does not."""
        if not isinstance(self.error, RateLimited) or self._attempted is None:
            return None
        left = self._attempted + self._limit(self.error) - self._clock.monotonic()
        return left if left > 0 else None

    def is_due(self, trigger: Trigger) -> bool:
        """Whether `trigger` makes this group ask now."""
        if self.loading or self.rate_limited_for is not None:
            return False
        now = self._clock.monotonic()
        if trigger is Trigger.MANUAL:
            if self.error is not None or self._answered is None:
                return True
            return now - self._answered >= MANUAL_FLOOR
        if self._attempted is None:
            return True
        return self._next is not None and now >= self._next

    async def fetch(self) -> None:
        """Ask once and keep what comes of it, good or bad; never raises a BeatPassError.

        While a request is in flight no second one is made: the caller waits for the first.
        """
        if self._running is not None:
            await self.wait()
            return
        done = self._running = asyncio.Event()
        asked = next_turn()
        try:
            value = await self._request()
        except BeatPassError as error:
            # What has been put meanwhile was asked for later, and is the better answer.
            if asked > self.turn:
                self._fail(error)
        else:
            self.set_value(value, asked)
        finally:
            self._running = None
            done.set()

    async def wait(self) -> None:
        """Wait for the request in flight, if there is one, and ask nothing."""
        if self._running is not None:
            await self._running.wait()

    def apply_rate_limit(self, limit: RateLimited) -> None:
        """Take on a rate limit that the same endpoint has answered another group with."""
        self._fail(limit, sent=False)

    def set_value(self, value: T, asked: int | None = None) -> bool:
        """Take an answer that has come, by whatever way; return whether it was taken.

        `asked` is the turn of its request. An older one never takes the place of a newer one.
        """
        asked = next_turn() if asked is None else asked
        if asked < self.turn:
            return False
        self.turn = asked
        self._succeed(value)
        return True

    def restore(self, value: T, as_of: datetime) -> bool:
        """Take on the answer of an earlier run, unless there is one already; return whether so.

        While it is fresh it is not asked for again; one from the future is asked for at once.
        """
        if self.value is not None or self.loading:
            return False
        age = (self._clock.now() - as_of).total_seconds()
        self.value, self._fetched_at, self.restored = value, as_of, True
        if age < 0:
            age = float("inf")
        self._answered = self._clock.monotonic() - age
        if self.is_fresh and self._attempted is None:
            self._attempted = self._answered
            self._next = self._at_after(self._answered, value)
        return True

    def clear(self) -> None:
        """Let go of what was answered, since it turned out to be of something else."""
        self.value = self._fetched_at = self._answered = None
        self.restored = False
        # A rate limit is the endpoint's, whatever it was asked for.
        if not isinstance(self.error, RateLimited):
            self.error = self.failed_at = self._attempted = self._next = None
            self._tries = 0

    def _succeed(self, value: T) -> None:
        again = self._pending(value)
        was = self.error is None and self.value is not None and self._pending(self.value)
        self._tries = self._tries + 1 if again and was else 0
        self.value = value
        self._fetched_at = self._clock.now()
        self.error = self.failed_at = None
        self.restored = False
        self._answered = self._attempted = self._clock.monotonic()
        self._next = self._at_after(self._answered, value)

    def _at_after(self, answered: float, value: T) -> float | None:
        """Return when to ask again after an answer, None when that is left to the reader."""
        if self._pending(value):
            return answered + self._delays[min(self._tries, len(self._delays) - 1)]
        delay = self._regular()
        return None if delay is None else answered + delay

    def _fail(self, error: BeatPassError, *, sent: bool = True) -> None:
        out, was_out = isinstance(error, Unreachable), isinstance(self.error, Unreachable)
        backs_off = isinstance(error, _BACKS_OFF) and isinstance(self.error, _BACKS_OFF)
        limited = isinstance(error, RateLimited) and isinstance(self.error, RateLimited)
        self._tries = self._tries + sent if backs_off or limited else 0
        if self.failed_at is None or out is not was_out:
            self.failed_at = self._clock.now()
        self.error = error
        self._attempted = self._clock.monotonic()
        delay = self._delay_after(error)
        self._next = None if delay is None else self._attempted + delay

    def _delay_after(self, error: BeatPassError) -> float | None:
        match error:
            case NotSignedIn():
                return None
            case RateLimited():
                seconds = self._limit(error)
                # Never sooner than asked for, so the jitter is only ever added; and a wait of
                # nothing must not become a request as often as the clock ticks.
                later = max(seconds, self._back_off()) * (1 + abs(self._jitter()) * 0.1)
                return None if seconds > LONGEST_WAIT else later
            case Unreachable() | OwnerUnverified():
                return self._back_off() * (1 + self._jitter() * 0.1)
            case _:
                return self._regular()

    def _limit(self, error: RateLimited) -> float:
        """Return how long a rate limit lasts; each that does not say so lasts longer."""
        if error.retry_after is not None:
            return error.retry_after
        return min(RETRY_AFTER_DEFAULT * 2.0 ** min(self._tries, 8), LONGEST_WAIT)

    def _back_off(self) -> float:
        return BACKOFF[min(self._tries, len(BACKOFF) - 1)]

    def _regular(self) -> float | None:
        if self._refresh == 0:
            return None
        every = self._fresh_for if self._refresh is None else self._refresh
        return max(every * (1 + abs(self._jitter()) * 0.1), AUTOMATIC_FLOOR)
