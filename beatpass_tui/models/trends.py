"""How numbers develop: daily, weekly and monthly series, milestones."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.numbers import Number

Points = Sequence[tuple[datetime, float]]
"""Time and value, oldest first."""


class Scale(NamedTuple):
    """The length of a step of a series."""

    name: str
    """`day`, `week` or `month`."""
    steps: int
    """How many steps a chart shows."""

    def start(self, moment: date) -> date:
        """Return the first day of the step that contains a day or a moment."""
        day = moment.date() if isinstance(moment, datetime) else moment
        if self.name == "week":
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self.name == "month" else day

    def subtract(self, start: date, steps: int) -> date:
        """Return the first day of the step that lies `steps` before the one starting at `start`."""
        if self.name == "month":
            months = start.year * 12 + start.month - 1 - steps
            return date(months // 12, months % 12 + 1, 1)
        return start - timedelta(days=steps * (7 if self.name == "week" else 1))


DAY, WEEK, MONTH = Scale("day", 180), Scale("week", 104), Scale("month", 60)
SCALES = (DAY, WEEK, MONTH)
BY_NAME: Mapping[str, Scale] = {scale.name: scale for scale in SCALES}


class Span(NamedTuple):
    """The steps of a period."""

    scale: Scale
    steps: int
    days: int | None
    """Length of the period; None if nothing is before it."""

    def first_day(self, today: date) -> date:
        """Return the first day of the first step."""
        return self.scale.subtract(self.scale.start(today), self.steps - 1)


SPANS: Mapping[str, Span] = {
    "7d": Span(DAY, 7, 7),
    "30d": Span(DAY, 30, 30),
    "90d": Span(WEEK, 13, 90),
    "all": Span(MONTH, 24, None),
}
"""The steps of the periods of Activity."""


def resample(
    points: Points, scale: Scale, now: datetime, steps: int | None = None
) -> tuple[tuple[date, float | None], ...]:
    """Return the last value of each step up to now; None for a step without values."""
    last = {scale.start(at): value for at, value in points if at <= now}
    end = scale.start(now)
    count = scale.steps if steps is None else steps
    starts = [scale.subtract(end, step) for step in range(count - 1, -1, -1)]
    return tuple((start, last.get(start)) for start in starts)


def milestone(number: Number, before: float, now: float) -> str | None:
    """Return a sentence on the largest milestone between two values; None without one."""
    if now <= before:
        return None
    if number.id == "level":
        return f"Level {formatting.count(now)} reached"
    if number.first_milestone is None:
        return None
    # 100, 250, 500, 1,000, 2,500 and so on.
    first = number.first_milestone
    steps = (first * 10**power * step for power in range(16) for step in (1, 2.5, 5))
    passed = max((step for step in steps if step <= now), default=before)
    return f"{formatting.count(passed)} {number.unit} passed" if passed > before else None
