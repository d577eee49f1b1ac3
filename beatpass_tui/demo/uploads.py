"""How many tracks went up on each day: the artist's own, and everybody's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from beatpass_tui.demo.chance import Chance
from beatpass_tui.demo.model import Catalog, Track

# As far back as the 53 weeks that the product draws.
DAYS = 53 * 7


@dataclass(frozen=True, slots=True)
class UploadDay:
    """One calendar day in UTC, and what the artist uploaded on it."""

    day: date
    tracks: tuple[Track, ...]


def own_days(catalog: Catalog, now: datetime) -> tuple[UploadDay, ...]:
    """Return each day up to today, oldest first."""
    first = now.date() - timedelta(days=DAYS - 1)
    found: defaultdict[date, list[Track]] = defaultdict(list)
    for track in catalog.tracks:
        if track.uploaded.date() < first:
            break
        found[track.uploaded.date()].append(track)
    days = (first + timedelta(days=at) for at in range(DAYS))
    return tuple(UploadDay(day, tuple(reversed(found.get(day, ())))) for day in days)


def everybody(catalog: Catalog, now: datetime) -> tuple[tuple[date, int], ...]:
    """Return what was uploaded on the whole platform, the artist's own included."""
    return tuple(
        (each.day, _others(each.day) + len(each.tracks)) for each in own_days(catalog, now)
    )


def _others(day: date) -> int:
    """Return what the others uploaded: drawn by the day, so that it is the same tomorrow."""
    busiest = 46 if day.weekday() >= 4 else 31
    # A holiday of the whole platform leaves a day empty.
    return 0 if (day.month, day.day) == (12, 25) else Chance(f"platform {day}").between(3, busiest)
