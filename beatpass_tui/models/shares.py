"""Charts of the service that divide plays by device, place or listener."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from beatpass_tui.models import decode, text
from beatpass_tui.models.decode import JsonObject

_CHARTS = re.compile(
    "device|platform|browser|countr|cit(y|ies)|location|place|region|listener|completion|duration",
    re.IGNORECASE,
)
_NAMES = ("name", "label", "title", "display_name", "displayName")
_COUNTS = ("value", "count", "plays", "total", "listeners", "y")
_PERCENTAGES = ("percentage", "percent", "share")
_NO_NAMES = frozenset(("total", "count", "sum", "max"))
"""Keys beside the entries of a map."""
_LISTS = ("data", "items", "entries", "top", "values")
_MAX_CHARTS = 8
_MAX_ROWS = 10


_PLACES = re.compile("countr|cit(y|ies)|location|place|region", re.IGNORECASE)


def is_place(name: str) -> bool:
    """Return whether a chart or a number is of places."""
    return _PLACES.search(name) is not None


class ShareRow(NamedTuple):
    """An entry of a chart, such as a city."""

    name: str
    number: int | None
    """Plays, or listeners."""
    percent: float | None


class ShareChart(NamedTuple):
    """A chart under its own name, its entries as the service ordered them."""

    name: str
    """Such as `top_devices`."""
    rows: tuple[ShareRow, ...]


def read_charts(response: Any) -> tuple[ShareChart, ...]:
    """Return the charts of a response of `…/charts` that have readable entries."""
    body = decode.unwrap(response)
    charts: dict[str, ShareChart] = {}
    for place in (body, *(JsonObject(value) for value in body.values())):
        for key, value in place.items():
            name = text.clean(key, 40)
            # Listeners per day are no shares.
            if "plays" in key.lower() or name in charts or not _CHARTS.search(key):
                continue
            rows = {row.name: row for row in _rows(value)}
            if rows:
                charts[name] = ShareChart(name, tuple(rows.values())[:_MAX_ROWS])
    return tuple(charts.values())[:_MAX_CHARTS]


def _rows(chart: Any) -> Iterator[ShareRow]:
    """Yield the entries of a list of objects, of labels with a dataset, or of a map of counts."""
    if isinstance(chart, list):
        for row in decode.objects(chart):
            yield from _row(row)
        return
    body = JsonObject(chart)
    labels = body.get("labels")
    for source in body.objects("datasets")[:1] or [body]:
        data = source.first(*_LISTS)
        if isinstance(data, Mapping):
            yield from _map_rows(data)
        for index, point in enumerate(data if isinstance(data, list) else ()):
            if isinstance(point, Mapping):
                yield from _row(JsonObject(point))
            elif isinstance(labels, list) and index < len(labels):
                yield from _named(labels[index], decode.count(point), None)
    if "datasets" not in body and body.first(*_LISTS) is None:
        yield from _map_rows(body)


def _map_rows(chart: Mapping[str, Any]) -> Iterator[ShareRow]:
    for name, value in chart.items():
        if name in _NO_NAMES:
            continue
        row = JsonObject(value)
        if row:
            yield from _named(name, row.count(*_COUNTS), row.number(*_PERCENTAGES))
        else:
            yield from _named(name, decode.count(value), None)


def _row(row: JsonObject) -> Iterator[ShareRow]:
    """Yield an entry, whose name may be under what it is, such as `city`."""
    named = [row, *(row.nested(name) for name in ("user", "listener"))]
    name = next((name for each in named if (name := each.string(*_NAMES)) is not None), None)
    if name is None:
        names = (value for key, value in row.items() if _CHARTS.search(key))
        name = next((value for value in map(decode.string, names) if value is not None), None)
    yield from _named(name, row.count(*_COUNTS), row.number(*_PERCENTAGES))


def _named(name: object, count: int | None, percent: float | None) -> Iterator[ShareRow]:
    cleaned = decode.string(name)
    if percent is not None and not 0 <= percent <= 100:
        percent = None
    # A day is a step of time, not a share.
    is_share = cleaned is not None and decode.day_or_moment(cleaned) is None
    if cleaned is not None and is_share and (count is not None or percent is not None):
        yield ShareRow(cleaned, count, percent)
