"""What comes next for a number: a round number or a goal, and when at the present pace."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from beatpass_tui.models.gains import Sample
from beatpass_tui.models.trends import Points

MIN_HISTORY = timedelta(days=14)
"""Shorter histories say nothing about a pace."""

_WINDOW = timedelta(days=30)
"""The pace is the average of this time, or of less where the history begins later."""

_STEP = 0.03
"""The least distance of round numbers as a fraction of the number."""

_MAX_DAYS = 999
"""An estimate beyond this is left out."""


def next_round(value: float) -> int:
    """Return the next round number: 130 after 128, 900 after 873, 46,000 after 45,210."""
    least = max(value * _STEP, 5)
    power = int(10 ** math.floor(math.log10(least)))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)
    return (math.floor(value / step) + 1) * step


def gain_per_day(samples: Points, now: datetime) -> float | None:
    """Return the average gain per day; None if the history is too short."""
    known = [sample for sample in samples if sample[0].date() <= now.date()]
    known = [sample for sample in known if sample[0].timestamp() <= now.timestamp()]
    if not known:
        return None
    end = max(known, key=_timestamp)
    before = [sample for sample in known if _seconds(sample, end) >= _WINDOW.total_seconds()]
    start = max(before, key=_timestamp) if before else min(known, key=_timestamp)
    seconds = _seconds(start, end)
    if seconds < MIN_HISTORY.total_seconds():
        return None
    return (end[1] - start[1]) / seconds * timedelta(days=1).total_seconds()


def days_until(target: float, value: float, samples: Points, now: datetime) -> int | None:
    """Return in about how many days a number reaches a target; None if that is not known."""
    gain = gain_per_day(samples, now)
    if gain is None or gain <= 0 or target <= value:
        return None
    days = math.ceil((target - value) / gain)
    return days if days <= _MAX_DAYS else None


def _timestamp(sample: Sample) -> float:
    return sample[0].timestamp()


def _seconds(start: Sample, end: Sample) -> float:
    return _timestamp(end) - _timestamp(start)
