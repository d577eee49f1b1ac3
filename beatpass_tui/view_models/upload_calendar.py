"""The upload calendar: 53 weeks of days, Sunday first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from beatpass_tui import formatting
from beatpass_tui.models.uploads import UploadDay

WEEKS = 53
DAY_LETTERS = "SMTWTFS"

SHADES = (("∙", "0"), ("░", "1–2"), ("▒", "3–4"), ("▓", "5–6"), ("█", "7+"))
"""Symbol and label of each shade."""

_DAY = timedelta(days=1)


def shade_index(uploads: int) -> int:
    """Return the index of the shade of an upload count."""
    return min((uploads + 1) // 2, len(SHADES) - 1)


@dataclass(frozen=True, slots=True)
class UploadCalendar:
    """The 53 weeks up to `last`, in columns of seven days."""

    days: Mapping[date, UploadDay] = field(default_factory=dict)
    """The known days; other days are unknown, not without uploads."""
    last: date = date(2000, 1, 1)

    @classmethod
    def ending(cls, days: Mapping[date, UploadDay], today: date) -> "UploadCalendar":
        """Return the calendar that ends today.

        The service may be a day ahead; uploads of its tomorrow were made today.
        """
        ahead = days.get(today + _DAY)
        if ahead is None:
            return cls(days, today)
        known = days.get(today, UploadDay(0, ()))
        merged = UploadDay(known.uploads + ahead.uploads, (*ahead.tracks, *known.tracks))
        return cls({**days, today: merged}, today)

    @property
    def first(self) -> date:
        """The Sunday of the first week."""
        return self.last - timedelta(days=self.last.isoweekday() % 7 + 7 * (WEEKS - 1))

    def day_at(self, week: int, weekday: int) -> date | None:
        """Return the day in a column and row; None if it is after `last`."""
        day = self.first + timedelta(days=7 * week + weekday)
        return day if day <= self.last else None

    def week_of(self, day: date) -> int:
        """Return the column of a day."""
        return (day - self.first).days // 7

    def clamp(self, day: date) -> date:
        """Return the nearest day of the calendar."""
        return min(max(day, self.first), self.last)

    def is_complete(self) -> bool:
        """Return whether every day is known."""
        expected = (self.last - self.first).days + 1
        return sum(self.first <= day <= self.last for day in self.days) == expected

    def day_summary(self, day: date) -> str:
        """Return date, upload count and track names of a day."""
        uploads = self.days.get(day)
        if uploads is None:
            return f"{formatting.long_date(day)} · {formatting.DASH} no data"
        count = formatting.plural(uploads.uploads, "upload") if uploads.uploads else "no uploads"
        parts = (formatting.long_date(day), count, ", ".join(uploads.tracks))
        return " · ".join(filter(None, parts))

    def month_labels(self, week: int, weeks: int, cells: int) -> str:
        """Return the row of month names above `weeks` columns from `week`, `cells` wide each.

        A name is above the week in which the month begins, and above the first week if it fits.
        """
        starts: list[tuple[int, str]] = []
        for column in range(weeks):
            days = [self.first + timedelta(days=7 * (week + column) + row) for row in range(7)]
            firsts = [day for day in days if day.day == 1 and day <= self.last]
            if firsts or column == 0:
                starts.append((column * cells, formatting.month_name((firsts or days)[0])))
        if len(starts) > 1 and starts[1][0] < len(starts[0][1]) + 1:
            del starts[0]
        labels = ""
        for start, name in starts:
            labels = labels.ljust(start) + name
        return labels

    def words(self) -> Sequence[str]:
        """Return the days with uploads as sentences, the latest day first."""
        known = [day for day in sorted(self.days, reverse=True) if self.first <= day <= self.last]
        with_uploads = [day for day in known if self.days[day].uploads]
        count = sum(self.days[day].uploads for day in with_uploads)
        if not known:
            return ("No data.",)
        text = f"{formatting.plural(count, 'upload')} in 12 months"
        if with_uploads:
            text += f", on {formatting.plural(len(with_uploads), 'day')}"
        return (f"{text}.", *(f"{self._upload_words(day)}." for day in with_uploads))

    def _upload_words(self, day: date) -> str:
        uploads = self.days[day]
        text = f"{formatting.short_date(day, self.last)}: "
        names = ", ".join(uploads.tracks)
        if len(uploads.tracks) == uploads.uploads == 1:
            return text + names
        text += formatting.plural(uploads.uploads, "upload")
        return f"{text}, {names}" if names else text
