"""Gains: how much a number grew on each local day, and in a period against the one before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from beatpass_tui.models.trends import Points

TOLERANCE = timedelta(hours=24)
"""Maximum distance of a sample from the start or end of the period for which it is used."""


class DayGain(NamedTuple):
    """The gain of one day; negative after a correction downward."""

    day: date
    """The local day."""
    gain: float
    is_estimated: bool = False
    """Whether this is an even share of a gap between two samples more than a day apart."""


class PeriodGain(NamedTuple):
    """The gains of a period and of the period of equal length before it."""

    gain: float | None = None
    """None without a sample near both ends of the period."""
    previous_gain: float | None = None

    @property
    def percent(self) -> float | None:
        """The change of the gain in percent; None unless the previous gain is positive."""
        if self.gain is None or self.previous_gain is None or self.previous_gain <= 0:
            return None
        return (self.gain / self.previous_gain - 1) * 100


def gains_per_day(samples: Points, now: datetime, days: int) -> tuple[DayGain | None, ...]:
    """Return the gains of the last days, oldest first, the last one today.

    A day's gain is measured between the last samples of that day and of the day before. Over a
    gap, the difference is shared evenly. None up to the first sample and after the last one.
    """
    last = {at.date(): value for at, value in _until(samples, now)}
    today, gains = now.date(), {}
    known = sorted(last)
    for before, day in pairwise(known):
        distance = (day - before).days
        share = (last[day] - last[before]) / distance
        # Only the requested days, since a gap may be years long.
        for back in range(min(distance, days - (today - day).days)):
            gained_on = day - timedelta(days=back)
            gains[gained_on] = DayGain(gained_on, share, distance > 1)
    return tuple(gains.get(today - timedelta(days=back)) for back in range(days - 1, -1, -1))


def period_gain(samples: Points, now: datetime, days: int) -> PeriodGain:
    """Return the gain of the period of some days that ends at the latest sample."""
    known = _until(samples, now)
    if not known or now.timestamp() - known[-1][0].timestamp() > TOLERANCE.total_seconds():
        return PeriodGain()
    end, value = known[-1]
    start = _closest(known, end - timedelta(days=days), end)
    if start is None:
        return PeriodGain()
    before = _closest(known, end - timedelta(days=2 * days), start[0])
    return PeriodGain(value - start[1], None if before is None else start[1] - before[1])


def _closest(known: Points, target: datetime, end: datetime) -> tuple[datetime, float] | None:
    """Return the sample for the start of a period; None without one near it.

    It must be closer to the start than to the end, or the gain would be that of a shorter period.
    """

    def distance(sample: tuple[datetime, float], moment: datetime) -> float:
        return abs(sample[0].timestamp() - moment.timestamp())

    near = [sample for sample in known if distance(sample, target) < distance(sample, end)]
    closest = min(near, key=lambda sample: distance(sample, target), default=None)
    if closest is None or distance(closest, target) > TOLERANCE.total_seconds():
        return None
    return closest


def _until(samples: Points, now: datetime) -> list[tuple[datetime, float]]:
    """Return the samples up to now, oldest first.

    Compared as timestamps: between datetimes of one zone, Python compares wall-clock times,
    which repeat when daylight saving time ends.
    """
    end = now.timestamp()
    known = [sample for sample in samples if sample[0].timestamp() <= end]
    known.sort(key=lambda sample: sample[0].timestamp())
    return known
