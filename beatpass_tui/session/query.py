"""Queries: the cached result of one request, and when it is sent again.

All retry times are in this module; the freshness of each endpoint is in `endpoints`.
"""

import asyncio
import enum
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Generic, TypeVar

from beatpass_tui.errors import (
    BeatPassError,
    NotSignedIn,
    OwnerUnverified,
    RateLimited,
    Unreachable,
)
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.transport.endpoints import Endpoint

T = TypeVar("T")

MANUAL_FLOOR = 30.0
"""Minimum seconds between a response and a manual refresh."""

AUTOMATIC_FLOOR = 60.0
"""Minimum seconds between a response and the next automatic request."""

BACKOFF = (30.0, 60.0, 120.0, 300.0)
"""Seconds between attempts while the service is unreachable; the last one repeats."""

LONGEST_WAIT = 300.0
"""Seconds; after a longer rate limit, no automatic request is sent."""

RETRY_AFTER_DEFAULT = 60.0
"""Seconds to wait after a 429 without Retry-After; doubled each time."""

STALE = 1.2
"""A value is stale at this multiple of its freshness, which allows for jitter and a request."""

_request_numbers = count(1)


def next_request_number() -> int:
    """Return a number for a new request, higher than that of every earlier request."""
    return next(_request_numbers)


class Trigger(enum.Enum):
    """What causes a request."""

    AUTOMATIC = "automatic"
    """A page was opened or a timer fired: request missing and outdated values."""
    MANUAL = "manual"
    """The refresh key was pressed."""
    RELOAD = "reload"
    """A list changed while it was loading: request its pages again even if they are fresh."""


class Outcome(enum.Enum):
    """The kind of result of a request, which determines when the next one is sent."""

    COMPLETE = enum.auto()
    INCOMPLETE = enum.auto()
    """The response lacks a number that the service is still calculating."""
    UNREACHABLE = enum.auto()
    RATE_LIMITED = enum.auto()
    SIGNED_OUT = enum.auto()
    FAILED = enum.auto()


def outcome_of(error: BeatPassError) -> Outcome:
    """Return the outcome of a request that raised an error."""
    match error:
        case NotSignedIn():
            return Outcome.SIGNED_OUT
        case RateLimited():
            return Outcome.RATE_LIMITED
        case Unreachable() | OwnerUnverified():
            return Outcome.UNREACHABLE
    return Outcome.FAILED


def rate_limit(retry_after: float | None, repeats: int) -> float:
    """Return the duration of a rate limit in seconds, after `repeats` earlier ones."""
    if retry_after is not None:
        return retry_after
    return min(RETRY_AFTER_DEFAULT * 2.0 ** min(repeats, 8), LONGEST_WAIT)


def next_delay(
    outcome: Outcome,
    repeats: int,
    *,
    fresh_for: float,
    retry_after: float | None = None,
    first_delay: float = BACKOFF[0],
    jitter: float = 0.0,
) -> float | None:
    """Return the seconds from an outcome to the next automatic request; None for no request.

    `repeats` is the number of times the same outcome came directly before, `fresh_for` is infinite
    if values are never refreshed, and `jitter` is between -1 and 1.
    """
    backoff = BACKOFF[min(repeats, len(BACKOFF) - 1)]
    later = 1 + abs(jitter) * 0.1
    match outcome:
        case Outcome.SIGNED_OUT:
            return None
        case Outcome.INCOMPLETE:
            return first_delay if repeats == 0 else backoff
        case Outcome.UNREACHABLE:
            return backoff * (1 + jitter * 0.1)
        case Outcome.RATE_LIMITED:
            # Never before Retry-After, and with a back-off even if Retry-After is 0.
            seconds = rate_limit(retry_after, repeats)
            return None if seconds > LONGEST_WAIT else max(seconds, backoff) * later
    return None if fresh_for == float("inf") else max(fresh_for * later, AUTOMATIC_FLOOR)


class Query(Generic[T]):
    """The last value of a request, any error since then, and the time of the next request.

    `value` is kept when a later request fails. `refresh_after` is the number of seconds between
    automatic requests if it differs from the freshness; infinite for none. `first_delay` is the
    number of seconds until an incomplete value is requested again.
    """

    def __init__(
        self,
        endpoint: Endpoint[T],
        request: Callable[[], Awaitable[T]],
        clock: Clock,
        *,
        key: str | None = None,
        refresh_after: float | None = None,
        jitter: Callable[[], float] = lambda: 0.0,
        first_delay: float = BACKOFF[0],
    ) -> None:
        self.endpoint = endpoint
        self.name = endpoint.name
        self.key = key or endpoint.name
        """Unique id, also in the cache; the pages of a list share a name but not a key."""
        self.value: T | None = None
        self.restored = False
        """Whether the value comes from the cache."""
        self.request_number = 0
        """The number of the request that returned the value; 0 if it comes from the cache."""
        self.error: BeatPassError | None = None
        self.failed_at: datetime | None = None
        """When the first of consecutive failures happened; unreachable ones count separately."""
        self._request = request
        self._clock = clock
        self._refresh_after = refresh_after
        self._jitter = jitter
        self._first_delay = first_delay
        self._running: asyncio.Event | None = None
        self._fetched_at: datetime | None = None
        # Readings of the monotonic clock.
        self._received: float | None = None
        self._attempted: float | None = None
        self._next: float | None = None
        self._outcome: Outcome | None = None
        self._repeats = 0

    @property
    def fetched_at(self) -> datetime | None:
        """When the value was fetched, according to the current wall clock."""
        at, received = self._fetched_at, self._received
        if at is not None and received is not None and received > -float("inf"):
            now = self._clock.now()
            if at > now:
                # The wall clock was set back since, so derive the age from the monotonic clock.
                self._fetched_at = now - timedelta(seconds=self._clock.monotonic() - received)
        return self._fetched_at

    @property
    def loading(self) -> bool:
        """Whether a request is in flight."""
        return self._running is not None

    @property
    def is_pending(self) -> bool:
        """Whether there is neither a value nor an error."""
        return self.value is None and self.error is None

    @property
    def age(self) -> float:
        """Seconds since the value was fetched; infinite without a value."""
        if self._received is None:
            return float("inf")
        return self._clock.monotonic() - self._received

    @property
    def is_fresh(self) -> bool:
        """Whether the value is younger than its freshness."""
        return self.age < self.endpoint.fresh_for

    @property
    def is_stale(self) -> bool:
        """Whether the value should have been replaced by now.

        It becomes stale a while after it was fresh, so that it isn't dimmed during a refresh.
        """
        return self.value is not None and self.age >= self.endpoint.fresh_for * STALE

    @property
    def retry_in(self) -> float | None:
        """Seconds until the next automatic request; None without one or while loading."""
        if self._next is None or self.loading:
            return None
        return max(self._next - self._clock.monotonic(), 0.0)

    @property
    def is_incomplete(self) -> bool:
        """Whether the service is still calculating a number of the response."""
        return self._outcome is Outcome.INCOMPLETE

    @property
    def rate_limited_for(self) -> float | None:
        """Seconds until a rate limit ends; None without a rate limit."""
        if not isinstance(self.error, RateLimited) or self._attempted is None:
            return None
        limit = rate_limit(self.error.retry_after, self._repeats)
        seconds = self._attempted + limit - self._clock.monotonic()
        return seconds if seconds > 0 else None

    def is_due(self, trigger: Trigger) -> bool:
        """Return whether `trigger` causes a request now."""
        if self.loading or self.rate_limited_for is not None:
            return False
        if trigger is Trigger.RELOAD:
            return True
        if trigger is Trigger.MANUAL:
            return self.error is not None or self.age >= MANUAL_FLOOR
        if self._attempted is None:
            return True
        return self._next is not None and self._clock.monotonic() >= self._next

    async def fetch(self) -> None:
        """Send the request and set its value or error; never raises a BeatPassError.

        If a request is already in flight, wait for it instead.
        """
        if self._running is not None:
            await self.wait()
            return
        done = self._running = asyncio.Event()
        number = next_request_number()
        try:
            value = await self._request()
        except BeatPassError as error:
            # A value that was set in the meantime comes from a later request.
            if number > self.request_number:
                self.fail(error)
        else:
            self.set_value(value, number)
        finally:
            self._running = None
            done.set()

    async def wait(self) -> None:
        """Wait for the request in flight, if any."""
        if self._running is not None:
            await self._running.wait()

    def set_value(self, value: T, number: int | None = None) -> bool:
        """Set the value returned by the request with this number, by default a new one.

        Returns False if the current value comes from a later request.
        """
        number = next_request_number() if number is None else number
        if number < self.request_number:
            return False
        self.request_number = number
        self.value = value
        self._fetched_at = self._clock.now()
        self.error = self.failed_at = None
        self.restored = False
        self._received = self._attempted = self._clock.monotonic()
        self._schedule(self._outcome_of(value))
        return True

    def fail(self, error: BeatPassError, *, sent: bool = True) -> None:
        """Set the error; it lengthens the back-off only if a request was `sent`."""
        unreachable = isinstance(error, Unreachable)
        if self.failed_at is None or unreachable is not isinstance(self.error, Unreachable):
            self.failed_at = self._clock.now()
        self.error = error
        self._attempted = self._clock.monotonic()
        self._schedule(outcome_of(error), getattr(error, "retry_after", None), sent=sent)

    def restore(self, value: T, fetched_at: datetime) -> bool:
        """Set a cached value unless there is a value or a request; return whether it was set.

        It isn't requested again while fresh. A time in the future makes it infinitely old.
        """
        if self.value is not None or self.loading:
            return False
        age = (self._clock.now() - fetched_at).total_seconds()
        self.value, self._fetched_at, self.restored = value, fetched_at, True
        self._received = self._clock.monotonic() - (age if age >= 0 else float("inf"))
        if self.is_fresh and self._attempted is None:
            self._attempted = self._received
            self._schedule(self._outcome_of(value))
        return True

    def _outcome_of(self, value: T) -> Outcome:
        incomplete = self.endpoint.is_incomplete(value)
        return Outcome.INCOMPLETE if incomplete else Outcome.COMPLETE

    def _schedule(
        self, outcome: Outcome, retry_after: float | None = None, *, sent: bool = True
    ) -> None:
        self._repeats = self._repeats + sent if outcome is self._outcome else 0
        self._outcome = outcome
        after = self._refresh_after
        delay = next_delay(
            outcome,
            self._repeats,
            fresh_for=self.endpoint.fresh_for if after is None else after,
            retry_after=retry_after,
            first_delay=self._first_delay,
            jitter=self._jitter(),
        )
        assert self._attempted is not None
        self._next = None if delay is None else self._attempted + delay


def due_queries(queries: Sequence[Query[Any]], trigger: Trigger) -> list[Query[Any]]:
    """Return the queries to send now."""
    due = [query for query in queries if query.is_due(trigger)]
    if any(isinstance(query.error, Unreachable) for query in due):
        # If one unreachable query is due, retry all of them together.
        due += [q for q in queries if q not in due and is_unreachable(q)]
    return due


def is_unreachable(query: Query[Any]) -> bool:
    """Return whether the last request could not reach the service and none is in flight."""
    return isinstance(query.error, Unreachable) and not query.loading


def states(queries: Iterable[Query[Any]]) -> list[object]:
    """Return a value that changes with what queries have fetched."""
    return [(query, id(query.value), query.error, query.fetched_at) for query in queries]
