"""A timer that survives sleep and changes of the wall clock."""

from collections.abc import Callable
from datetime import datetime, timedelta

from textual.timer import Timer

from beatpass_tui.runtime.clock import Clock

LONGEST_SLEEP = 60.0
"""Maximum seconds until both clocks are read again."""

SHORTEST_SLEEP = 0.05
"""Minimum seconds between checks, so that a callback without effect doesn't cause a busy loop."""


class Alarm:
    """Calls `callback` after a delay, or as soon as the wall clock shows another hour.

    A Textual timer stops while the machine sleeps and ignores changes of the wall clock.
    Therefore each timer runs for at most a minute, and then both clocks are read again.
    """

    def __init__(
        self,
        clock: Clock,
        set_timer: Callable[[float, Callable[[], None]], Timer],
        callback: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._set_timer = set_timer
        self._callback = callback
        self._timer: Timer | None = None
        self._deadline = 0.0
        self._hour = datetime.min

    def set(self, delay: float | None = None) -> None:
        """Replace a pending alarm; without a `delay` in seconds it waits for the next hour."""
        self._deadline = float("inf") if delay is None else self._clock.monotonic() + delay
        self._hour = _full_hour(self._clock.now())
        self._sleep(self.remaining())

    def cancel(self) -> None:
        """Cancel a pending alarm."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def remaining(self) -> float:
        """Return the seconds until the alarm is due, 0 if it is."""
        now = self._clock.now().replace(tzinfo=None)
        hour = _full_hour(now)
        if hour != self._hour:
            return 0.0
        next_hour = (hour + timedelta(hours=1) - now).total_seconds()
        return max(min(self._deadline - self._clock.monotonic(), next_hour), 0.0)

    def _sleep(self, seconds: float) -> None:
        self.cancel()
        seconds = min(max(seconds, SHORTEST_SLEEP), LONGEST_SLEEP)
        timer: Timer = self._set_timer(seconds, lambda: self._check(timer))
        self._timer = timer

    def _check(self, timer: Timer) -> None:
        if timer is not self._timer:
            # The timer fired before it was stopped.
            return
        remaining = self.remaining()
        if remaining > 0:
            self._sleep(remaining)
        else:
            self._timer = None
            self._callback()


def _full_hour(now: datetime) -> datetime:
    """Return the hour of the wall clock, without its time zone."""
    return now.replace(minute=0, second=0, microsecond=0, tzinfo=None)
