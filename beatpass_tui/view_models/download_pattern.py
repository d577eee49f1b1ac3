"""Downloads by weekday and hour."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.audience import Download

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = 24
SHADES = 5
"""Number of shades; the first one is for no downloads."""


class DownloadPattern(NamedTuple):
    """How many downloads there were in each hour of the week."""

    counts: tuple[tuple[int, ...], ...] = ((0,) * HOURS,) * 7
    """Monday first."""

    @classmethod
    def of(cls, downloads: Iterable[Download], now: datetime) -> "DownloadPattern":
        """Count downloads by their local time; those without a time are left out."""
        times = [row.at.astimezone(now.tzinfo) for row in downloads if isinstance(row.at, datetime)]
        counts = Counter((at.weekday(), at.hour) for at in times)
        return cls(tuple(tuple(counts[day, hour] for hour in range(HOURS)) for day in range(7)))

    @property
    def highest(self) -> int:
        """The count of the busiest hour."""
        return max(map(max, self.counts))

    def shade(self, count: int) -> int:
        """Return the index of a count's shade; up to four downloads, each count has its own."""
        steps = SHADES - 1
        return -(-count * steps // max(self.highest, steps))

    @property
    def busiest(self) -> str:
        """The busiest hour: Fri 19:00–20:00, 5 downloads. Empty without downloads."""
        if not self.highest:
            return ""
        day = next(day for day, hours in enumerate(self.counts) if self.highest in hours)
        hour = self.counts[day].index(self.highest)
        span = f"{WEEKDAYS[day]} {hour:02}:00–{(hour + 1) % HOURS:02}:00"
        return f"{span}, {formatting.plural(self.highest, 'download')}"

    def words(self) -> str:
        """Return the downloads of each weekday: Mon 20, Tue 31."""
        totals = zip(WEEKDAYS, map(sum, self.counts), strict=True)
        return ", ".join(f"{day} {formatting.count(total)}" for day, total in totals)
