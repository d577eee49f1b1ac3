"""Gains: how much a number grew on each local day, and in a period against the one before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from beatpass_tui.models.trends import Points

Sample: TypeAlias = tuple[datetime, float]
"""Time and value."""

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


def samples_by_day(samples: Points, now: datetime) -> Mapping[date, Sequence[Sample]]:
    """Return the samples of each local day up to now, without those of a clock that was ahead."""
    by_day = defaultdict[date, list[Sample]](list)
    for sample in samples:
        by_day[sample[0].date()].append(sample)
    today = now.date()
    by_day[today] = [sample for sample in by_day[today] if _timestamp(sample) <= now.timestamp()]
    return {day: of_day for day, of_day in by_day.items() if of_day and day <= today}


def latest(samples: Sequence[Sample]) -> Sample:
    """Return the latest sample; of several samples of one time, the last one."""
    return samples[0] if len(samples) == 1 else max(reversed(samples), key=_timestamp)


def gains_per_day(samples: Points, now: datetime, days: int) -> tuple[DayGain | None, ...]:
    """Return the gains of the last days, oldest first, the last one today.

    A day's gain is measured between the last samples of that day and of the day before. Over a
    gap, the difference is shared evenly. None up to the first sample and after the last one.
    """
    today, gains = now.date(), {}
    by_day = samples_by_day(samples, now)
    for before, day in pairwise(sorted(by_day)):
        count = min((day - before).days, days - (today - day).days)
        if count <= 0:
            continue
        difference = latest(by_day[day])[1] - latest(by_day[before])[1]
        share, is_gap = difference / (day - before).days, (day - before).days > 1
        for back in range(count):
            gained_on = day - timedelta(days=back)
            gains[gained_on] = DayGain(gained_on, share, is_gap)
    return tuple(gains.get(today - timedelta(days=back)) for back in range(days - 1, -1, -1))


def period_gain(samples: Points, now: datetime, days: int) -> PeriodGain:
    """Return the gain of the period of some days that ends at the latest sample."""
    ends = _ends(samples, now, days)
    if ends is None:
        return PeriodGain()
    start, end = ends
    before = _closest(samples, end[0] - timedelta(days=2 * days), start[0])
    return PeriodGain(end[1] - start[1], None if before is None else start[1] - before[1])


def period_start(samples: Points, now: datetime, days: int) -> datetime | None:
    """Return the time of the sample that the gain of a period is measured from."""
    ends = _ends(samples, now, days)
    return None if ends is None else ends[0][0]


def _ends(samples: Points, now: datetime, days: int) -> tuple[Sample, Sample] | None:
    """Return the samples at the start and at the end of a period; None unless both are known."""
    recent = [each for each in _near(samples, now) if _timestamp(each) <= now.timestamp()]
    if not recent or now.timestamp() - _timestamp(latest(recent)) > TOLERANCE.total_seconds():
        return None
    end = latest(recent)
    start = _closest(samples, end[0] - timedelta(days=days), end[0])
    return None if start is None else (start, end)


def _closest(samples: Points, target: datetime, end: datetime) -> Sample | None:
    """Return the sample that stands for the start of a period; None without one near it.

    It must be closer to the start than to the end, or the gain would be that of a shorter period.
    """

    def distance(sample: Sample, moment: datetime) -> float:
        return abs(_timestamp(sample) - moment.timestamp())

    near = [each for each in _near(samples, target) if distance(each, target) < distance(each, end)]
    closest = min(near, key=lambda sample: distance(sample, target), default=None)
    if closest is None or distance(closest, target) > TOLERANCE.total_seconds():
        return None
    return closest


def _near(samples: Points, moment: datetime) -> list[Sample]:
    """Return the samples within two days of the target; comparing dates is fast and sufficient."""
    first, last = moment.date() - timedelta(days=2), moment.date() + timedelta(days=2)
    return [sample for sample in samples if first <= sample[0].date() <= last]


def _timestamp(sample: Sample) -> float:
    # Between datetimes of one zone, Python compares wall-clock times, which repeat when daylight
    # saving time ends.
    return sample[0].timestamp()
