"""Plays over time as the service counts them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode
from beatpass_tui.models.decode import JsonObject
from beatpass_tui.models.shares import ShareChart, read_charts

Entry = tuple[date | None, int | None]
"""A day, or the moment at which a step begins, and its plays."""

_DATES = ("date", "day", "start", "period", "label")
_COUNTS = ("value", "plays", "count", "total", "y")
_LISTS = ("data", "days", "points", "series", "values")
_SCALES = {"hour": "day", "day": "day", "week": "week", "month": "month"}


class PlaysOverTime(NamedTuple):
    """From `GET /producer-intelligence/insights/artists/{id}/charts`, whose names are undocumented.

    The dates are the service's, in its time zone.
    """

    steps: Mapping[date, int] | None
    """Plays by the first day of each step, oldest first; None if no chart was recognized."""
    scale: str = "day"
    """Length of a step: `day`, `week` or `month`."""
    shares: tuple[ShareChart, ...] = ()
    """Plays by device, place or listener, where they were sent."""

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read the first chart under a key that contains `plays`, and those of shares."""
        shares = read_charts(response)
        for chart in _charts(response):
            if steps := _steps(chart):
                sent = JsonObject(chart).string("granularity", "interval") or ""
                return cls(steps, _SCALES.get(sent.lower()) or _scale_of(steps), shares)
        return cls(None, shares=shares)


def _charts(response: Any) -> Iterator[Any]:
    body = decode.unwrap(response)
    for place in (body, *(JsonObject(value) for value in body.values())):
        names = [name for name in place if "plays" in name.lower() and "prev" not in name.lower()]
        for name in sorted(names, key=lambda name: name != "plays"):
            yield place[name]


def _steps(chart: Any) -> dict[date, int]:
    """Return a list of objects, labels with datasets, or a map of dates, as plays by day."""
    if isinstance(chart, list):
        return _add_up(map(_entry, decode.objects(chart)))
    body = JsonObject(chart)
    steps: dict[date, int] = {}
    labels = body.get("labels")
    for dataset in body.objects("datasets") or [body]:
        more = _add_up(_dataset_entries(dataset, labels if isinstance(labels, list) else []))
        # A further dataset is the period before.
        earlier = {day: plays for day, plays in more.items() if not steps or day < min(steps)}
        steps = earlier | steps
    for place in () if steps else (body, *map(body.nested, _LISTS)):
        by_date = ((decode.day_or_moment(key), _count(value)) for key, value in place.items())
        steps = steps or _add_up(by_date)
    return steps


def _dataset_entries(dataset: JsonObject, labels: list[Any]) -> Iterator[Entry]:
    data = dataset.first(*_LISTS)
    for index, point in enumerate(data if isinstance(data, list) else ()):
        if isinstance(point, Mapping):
            yield _entry(JsonObject(point))
        elif index < len(labels):
            yield decode.day_or_moment(labels[index]), decode.count(point)


def _entry(row: JsonObject) -> Entry:
    named = (decode.day_or_moment(row.get(name)) for name in _DATES)
    when = next((day for day in named if day is not None), None)
    return when or decode.only_day(row), _count(row)


def _count(value: Any) -> int | None:
    """Return a count, or that of an object."""
    row = JsonObject(value)
    return decode.only_count(row, *_COUNTS) if row else decode.count(value)


def _add_up(entries: Iterable[Entry]) -> dict[date, int]:
    """Return plays by day in order; of entries of the same moment the last one counts."""
    known = {when: plays for when, plays in entries if when is not None and plays is not None}
    days: dict[date, int] = {}
    for when, plays in known.items():
        day = when.date() if isinstance(when, datetime) else when
        days[day] = days.get(day, 0) + plays
    return {day: plays for day, plays in sorted(days.items()) if plays <= decode.MAX_NUMBER}


def _scale_of(days: Iterable[date]) -> str:
    """Return the largest scale that all days fit; days without plays may be missing."""
    known = list(days)
    if len(known) > 1 and all(day.day == 1 for day in known):
        return "month"
    gaps = [later - earlier for earlier, later in pairwise(known)]
    return "week" if gaps and all(gap % timedelta(7) == timedelta() for gap in gaps) else "day"
