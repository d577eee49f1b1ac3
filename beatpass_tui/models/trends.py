"""What became of the numbers: their change since the last visit, their course, their milestones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from beatpass_tui import formatting

if TYPE_CHECKING:
    from beatpass_tui.models import Performance

Points = Sequence[tuple[datetime, float]]
"""Time and value, oldest first."""


# The course of a number


class Scale(NamedTuple):
    """How much time one step of a course takes."""

    name: str
    """What one step is called: day, week, month."""
    steps: int
    """How many steps a chart shows."""

    def start(self, moment: datetime) -> date:
        """Return the first day of the step that a moment lies in."""
        day = moment.date()
        if self.name == "week":
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self.name == "month" else day

    def before(self, start: date, steps: int) -> date:
        """Return the first day of the step so many steps before the one that begins at `start`."""
        if self.name == "month":
            months = start.year * 12 + start.month - 1 - steps
            return date(months // 12, months % 12 + 1, 1)
        return start - timedelta(days=steps * (7 if self.name == "week" else 1))


DAY, WEEK, MONTH = Scale("day", 180), Scale("week", 104), Scale("month", 60)
SCALES = (DAY, WEEK, MONTH)
BY_NAME: Mapping[str, Scale] = {scale.name: scale for scale in SCALES}

SPARK_STEPS = 7
"""The cells of a sparkline."""

SPARK_LEAST = 3
"""Fewer values than this are no course."""

SPARK_SPAN = 0.05
"""The least span of a sparkline as a part of its last value, so that one more is no cliff."""


def resample(
    points: Points, scale: Scale, now: datetime, steps: int | None = None
) -> tuple[tuple[date, float | None], ...]:
    """Return the last value of each step up to now; a step without one is a gap."""
    last: dict[date, float] = {scale.start(at): value for at, value in points if at <= now}
    end = scale.start(now)
    wanted = range(scale.steps - 1 if steps is None else steps - 1, -1, -1)
    return tuple((start, last.get(start)) for start in (scale.before(end, n) for n in wanted))


class Sparkline(NamedTuple):
    """The course of a number in a few cells."""

    values: tuple[float | None, ...]
    """The last value of each step, oldest first; None is a gap."""
    scale: Scale


def sparkline(points: Points, now: datetime) -> Sparkline | None:
    """Return the last seven weeks of a number, or its days or months where that is no course.

    A number that did not change has none.
    """
    for scale in (WEEK, DAY, MONTH):
        values = tuple(value for _, value in resample(points, scale, now, SPARK_STEPS))
        known = [value for value in values if value is not None]
        if len(known) >= SPARK_LEAST:
            return Sparkline(values, scale) if min(known) < max(known) else None
    return None


def value_range(values: Sequence[float], least: float = SPARK_SPAN) -> float:
    """Return from the least to the largest value, at the least a part of the last one."""
    return max(max(values) - min(values), abs(values[-1]) * least) or 1.0


_BARS = "▁▂▃▄▅▆▇█"


def sparkline_text(values: Sequence[float | None]) -> str:
    """Return one sign for each value, its height that of the value; a gap is a blank."""
    known = [value for value in values if value is not None]
    if not known:
        return " " * len(values)
    low, whole = min(known), value_range(known)
    return "".join(
        " " if value is None else _BARS[min(int((value - low) / whole * 8), 7)] for value in values
    )


# What happened since the last visit


_STEPS = (1, 2.5, 5)
_FIRST: Mapping[str, float] = {
    "tracks": 10,
    "total-plays": 100,
    "albums": 10,
    "downloads": 100,
    "followers": 10,
}
_NOUNS = {
    "tracks": "tracks",
    "total-plays": "plays",
    "albums": "albums",
    "downloads": "downloads",
    "followers": "followers",
}


def _milestones(first: float, most: float) -> list[float]:
    found, power = [], 1.0
    while first * power <= most:
        found += [value for step in _STEPS if (value := first * power * step) <= most]
        power *= 10
    return found


def milestone(name: str, before: float, now: float) -> str | None:
    """Return what was reached between two values of a number, in words; None if nothing was."""
    if now <= before:
        return None
    if name == "level":
        return f"Level {formatting.count(now)} reached"
    if name not in _FIRST:
        return None
    passed = _milestones(_FIRST[name], now)
    if bisect_right(passed, before) == len(passed):
        return None
    return f"{formatting.count(passed[-1])} {_NOUNS[name]} passed"


def top_movers(before: Performance, now: Performance, since: datetime) -> list[tuple[str, int]]:
    """Return name and further plays of the beats that gained any, the largest gain first.

    All plays of a beat that was uploaded on a later day than `since` are new. Any other beat
    that was not in the list before is left out: how many plays it had then is not known.
    """
    was = {row.id: row.plays for row in before.rows if row.id is not None}
    gains = []
    for row in now.rows:
        plays = was.get(row.id) if row.id is not None else None
        if row.id not in was and row.uploaded is not None and row.uploaded > since.date():
            plays = 0
        if row.plays is not None and plays is not None and row.plays > plays:
            gains.append((row.name or formatting.DASH, row.plays - plays))
    return sorted(gains, key=lambda gain: -gain[1])


def movers_text(gains: Iterable[tuple[str, int]], most: int = 3) -> str:
    """Return the beats that gained most as one line: Midnight Drive +212 · Neon Rain +61."""
    return " · ".join(f"{name} {formatting.signed(gain)}" for name, gain in list(gains)[:most])
