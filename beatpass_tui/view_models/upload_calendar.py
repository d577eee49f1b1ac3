"""The upload calendar: 53 weeks of days, Sunday first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from beatpass_tui import formatting
from beatpass_tui.models.catalog import Performance
from beatpass_tui.models.uploads import UploadDay
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session

WEEKS = 53
WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")

SHADES = (("∙", "0"), ("░", "1–2"), ("▒", "3–4"), ("▓", "5–6"), ("█", "7+"))
"""Symbol and label of each shade."""

_DAY = timedelta(days=1)


def shade_index(uploads: int) -> int:
    """Return the index of the shade of an upload count."""
    return min((uploads + 1) // 2, len(SHADES) - 1)


def _count(uploads: int) -> str:
    return formatting.plural(uploads, "upload") if uploads else "no uploads"


def _until(today: date, days: Mapping[date, UploadDay]) -> Mapping[date, UploadDay]:
    """Return days in which the uploads of tomorrow are added to today."""
    ahead = days.get(today + _DAY)
    if ahead is None:
        return days
    known = days.get(today, UploadDay(0, ()))
    merged = UploadDay(known.uploads + ahead.uploads, (*ahead.tracks, *known.tracks))
    return {**days, today: merged}


def latest_uploads(performance: Performance | None, now: datetime) -> Mapping[date, UploadDay]:
    """Return the days since the oldest of the latest tracks: complete, as far as they go."""
    rows = performance.rows if performance is not None else ()
    tracks: dict[date, list[str]] = {}
    for row in rows:
        if row.uploaded is not None:
            day = formatting.local_day(row.uploaded, now)
            tracks.setdefault(day, []).append(row.name or "Untitled")
    first = min(tracks, default=now.date())
    days = [first + n * _DAY for n in range((now.date() - first).days + 1)]
    return {day: UploadDay(len(names := tracks.get(day, [])), tuple(names)) for day in days}


@dataclass(frozen=True, slots=True)
class UploadCalendar:
    """The 53 weeks up to `last`, in columns of seven days."""

    days: Mapping[date, UploadDay] = field(default_factory=dict)
    """The known days; other days are unknown, not without uploads."""
    last: date = date(2000, 1, 1)
    platform: Mapping[date, UploadDay] | None = None
    """The uploads of all producers, if they are shown."""
    is_partial: bool = False
    """Whether only the latest uploads are known."""

    @classmethod
    def ending(
        cls,
        days: Mapping[date, UploadDay],
        today: date,
        platform: Mapping[date, UploadDay] | None = None,
    ) -> "UploadCalendar":
        """Return the calendar that ends today.

        The service may be a day ahead; uploads of its tomorrow were made today.
        """
        all_days = platform and _until(today, platform)
        return cls(_until(today, days), today, all_days)

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

    def platform_uploads(self, day: date | None) -> int:
        """Return the uploads of all producers on a day; 0 if they are unknown or not shown."""
        uploads = (self.platform or {}).get(day) if day is not None else None
        return 0 if uploads is None else uploads.uploads

    @property
    def title(self) -> str:
        """What is in the calendar: 36 uploads in 12 months."""
        if self.is_partial:
            return "your latest beats"
        total = sum(each.uploads for day, each in self.days.items() if self.first <= day)
        gaps = "" if self.is_complete() else " · blank: no data"
        return f"{formatting.plural(total, 'upload')} in 12 months{gaps}"

    def short_summary(self, day: date) -> str:
        """Return weekday, date and what was uploaded: Wed Nov 25 · Wild Mirage."""
        uploads = self.days.get(day)
        text = f"{WEEKDAYS[day.isoweekday() % 7]} {formatting.short_date(day, self.last)} · "
        if uploads is None:
            text += "no data"
        elif uploads.tracks and len(uploads.tracks) >= uploads.uploads:
            text += ", ".join(uploads.tracks)
        else:
            text += _count(uploads.uploads)
        others = self.platform_uploads(day)
        return f"{text}, {formatting.count(others)} on BeatPass" if others else text

    def day_summary(self, day: date) -> str:
        """Return date, upload count and track names of a day."""
        uploads = self.days.get(day)
        if uploads is None:
            return f"{formatting.long_date(day)} · {formatting.DASH} no data"
        parts = [formatting.long_date(day), _count(uploads.uploads), ", ".join(uploads.tracks)]
        if others := self.platform_uploads(day):
            parts.append(f"{formatting.count(others)} on BeatPass")
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


def calendar_queries(session: Session, *, with_platform: bool) -> list[Query[Any]]:
    """Return the queries of the calendar; the latest beats replace an unreadable answer."""
    queries: list[Query[Any]] = [session.uploads]
    if session.uploads.value is not None and session.uploads.value.days is None:
        queries.append(session.performance)
    return [*queries, session.platform_uploads] if with_platform else queries


def view_calendar(session: Session, now: datetime, *, with_platform: bool) -> UploadCalendar | None:
    """Return the calendar of a session; None if nothing is known."""
    uploads, performance = session.uploads.value, session.performance.value
    platform = session.platform_uploads.value if with_platform else None
    if uploads is None or (uploads.days is None and performance is None):
        return None
    days = latest_uploads(performance, now) if uploads.days is None else uploads.days
    calendar = UploadCalendar.ending(days, now.date(), platform and platform.days)
    return replace(calendar, is_partial=uploads.days is None)
