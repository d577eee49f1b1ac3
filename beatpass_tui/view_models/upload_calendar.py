"""The upload calendar: 53 weeks of days, Sunday first, and what is said of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from beatpass_tui import formatting
from beatpass_tui.models import UploadDay

WEEKS = 53
DAY_LETTERS = "SMTWTFS"

SHADES = (("∙", "0"), ("░", "1–2"), ("▒", "3–4"), ("▓", "5–6"), ("█", "7+"))
"""The sign of each shade and the counts that it stands for."""

_DAY = timedelta(days=1)


def shade_index(uploads: int) -> int:
    """Return the shade of a count: 0, 1–2, 3–4, 5–6, 7 and more."""
    return min((uploads + 1) // 2, len(SHADES) - 1)


def _weekday(day: date) -> int:
    """Return the row of a day, Sunday first."""
    return day.isoweekday() % 7


@dataclass(frozen=True, slots=True)
class UploadCalendar:
    """The days of the last 53 weeks; the last day stands in the last column."""

    days: Mapping[date, UploadDay] = field(default_factory=dict)
    """What is known; a day that is not in it did not come, which is not a day without upload."""
    last: date = date.min

    @classmethod
    def ending(cls, days: Mapping[date, UploadDay], today: date) -> UploadCalendar:
        """Return the calendar that ends today.

        Where the service is already a day further than the clock here, it ends with that day.
        """
        return cls(days, today + _DAY if today + _DAY in days else today)

    @property
    def first(self) -> date:
        """The Sunday that the first week begins with."""
        return self.last - timedelta(days=_weekday(self.last) + 7 * (WEEKS - 1))

    def day_at(self, week: int, weekday: int) -> date | None:
        """Return the day at a place, None where it is still to come."""
        day = self.first + timedelta(days=7 * week + weekday)
        return day if day <= self.last else None

    def week_of(self, day: date) -> int:
        """Return the column of a day."""
        return (day - self.first).days // 7

    def clamp(self, day: date) -> date:
        """Return the day nearest to `day` that the calendar has."""
        return min(max(day, self.first), self.last)

    def is_complete(self) -> bool:
        """Whether every day came."""
        whole = (self.last - self.first).days + 1
        return sum(self.first <= day <= self.last for day in self.days) == whole

    def day_summary(self, day: date) -> str:
        """Return a day's date and what went up on it, with the names of the tracks."""
        found = self.days.get(day)
        if found is None:
            return f"{formatting.long_date(day)} · {formatting.DASH} not in the answer"
        counted = formatting.plural(found.uploads, "upload") if found.uploads else "no upload"
        parts = (formatting.long_date(day), counted, ", ".join(found.tracks))
        return " · ".join(filter(None, parts))

    def month_labels(self, week: int, weeks: int, cells: int) -> str:
        """Return the names of the months above `weeks` columns, `cells` wide each.

        A name stands over the week in which its month begins, and over the first week where
        there is room for it.
        """
        starts: list[tuple[int, str]] = []
        for column in range(weeks):
            days = [self.first + timedelta(days=7 * (week + column) + row) for row in range(7)]
            begins = [day for day in days if day.day == 1 and day <= self.last]
            if begins or column == 0:
                starts.append((column * cells, formatting.month_name((begins or days)[0])))
        if len(starts) > 1 and starts[1][0] < len(starts[0][1]) + 1:
            del starts[0]
        row = ""
        for place, name in starts:
            row = row.ljust(place) + name
        return row
