"""The next round number or goal, and the time to reach it at the current pace."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from beatpass_tui.models.gains import latest, samples_by_day
from beatpass_tui.models.trends import Points

MIN_HISTORY = timedelta(days=14)
"""Minimum length of a history from which a pace can be derived."""

_WINDOW = timedelta(days=30)
"""The pace is the average over this time, or over a shorter history."""

_STEP = 0.03
"""Minimum distance of the next round number, as a fraction of the number."""

MAX_DAYS = 999
"""Longer estimates are not shown."""


def next_round(value: float) -> int:
    """Return the next round number: 130 after 128, 900 after 873, 46,000 after 45,210."""
    step = _step(value)
    return (math.floor(value / step) + 1) * step


def progress(value: float) -> float:
    """Return the progress from the last round number to the next one in percent."""
    step = _step(value)
    return 100 * (value % step) / step


def _step(value: float) -> int:
    """Return the distance of round numbers near a value."""
    least = max(value * _STEP, 5)
    power = int(10 ** math.floor(math.log10(least)))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)


def gain_per_day(samples: Points, now: datetime) -> float | None:
    """Return the average gain per day; None if the history is too short."""
    by_day = samples_by_day(samples, now)
    if not by_day:
        return None
    end_day = max(by_day)
    before = max((day for day in by_day if end_day - day >= _WINDOW), default=min(by_day))
    start, end = latest(by_day[before]), latest(by_day[end_day])
    seconds = end[0].timestamp() - start[0].timestamp()
    if seconds < MIN_HISTORY.total_seconds():
        return None
    return (end[1] - start[1]) / seconds * timedelta(days=1).total_seconds()


def days_until(target: float, value: float, samples: Points, now: datetime) -> int | None:
    """Return the estimated days until a number reaches a target; None if unknown."""
    gain = gain_per_day(samples, now)
    if gain is None or gain <= 0 or target <= value:
        return None
    days = math.ceil((target - value) / gain)
    return days if days <= MAX_DAYS else None
