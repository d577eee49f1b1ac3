"""Functions that read values from untrusted JSON and never raise.

A value that is not of the expected type is None, never 0.
"""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from beatpass_tui.models import text

MAX_NUMBER = 10**15
"""Larger numbers are implausible for this service."""

MAX_KEY = 80
"""Maximum length of a text id."""

MAX_NAMES = 50
"""Maximum number of names read from a list; all of them are shown in one cell."""


def number(value: Any) -> float | None:
    """Return a finite number; digits in a string are accepted, bools are not."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and (len(value) > 40 or "_" in value):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    # Adding 0.0 turns -0.0, which would be shown as "-0", into 0.0.
    return result + 0.0 if math.isfinite(result) and abs(result) <= MAX_NUMBER else None


def integer(value: Any) -> int | None:
    """Return a whole number; 12, 12.0, "12" and "12.0" are all 12."""
    result = number(value)
    return int(result) if result is not None and result.is_integer() else None


def count(value: Any) -> int | None:
    """Return a whole number that is not negative."""
    result = integer(value)
    return result if result is not None and result >= 0 else None


def identifier(value: Any) -> int | None:
    """Return an id that is safe in a URL path: a positive whole number."""
    if isinstance(value, float):
        return None
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        return None
    return count(value) or None


def key(value: Any) -> str | None:
    """Return an id, a number or text, that is only used for comparisons."""
    return string(str(value) if type(value) is int else value, MAX_KEY)


def decimal(value: Any) -> Decimal | None:
    """Return an exact amount of money."""
    if number(value) is None:
        return None
    try:
        return Decimal(str(value).strip()) or Decimal(0)
    except InvalidOperation:
        return None


def string(value: Any, limit: int = text.MAX_NAME) -> str | None:
    """Return cleaned text on one line; None if it is blank."""
    return text.clean(value, limit) or None if isinstance(value, str) else None


def flag(value: Any) -> bool | None:
    """Return a bool; 0, 1, "0", "1", "true" and "false" are accepted."""
    if isinstance(value, str):
        value = value.strip().lower()
    match value:
        case True | 1 | "1" | "true":
            return True
        case False | 0 | "0" | "false":
            return False
    return None


def moment(value: Any) -> datetime | None:
    """Return an aware datetime; a time without a UTC offset is read as UTC.

    A date alone is None: its midnight in UTC would be the day before in America.
    """
    return None if _date(value) is not None else _moment(value)


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str) or not 8 <= len(value) <= 40:
        return None
    try:
        result = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    # Conversions between time zones overflow at the limits of `datetime`.
    if not 1970 <= result.year <= 2200:
        return None
    return result if result.tzinfo is not None else result.replace(tzinfo=UTC)


def day(value: Any) -> date | None:
    """Return the date of `YYYY-MM-DD` or of a time that `moment` accepts."""
    result = _moment(value)
    return result.date() if result is not None else None


def day_or_moment(value: Any) -> date | None:
    """Return a day as sent, or an aware datetime, whose day depends on the time zone."""
    result = _moment(value)
    return result if result is None else _date(value) or result


def sort_time(value: date | None) -> float:
    """Return a sort key for days and moments; a day counts as its midnight in UTC."""
    if value is None:
        return 0.0
    moment = value if isinstance(value, datetime) else datetime(*value.timetuple()[:3], tzinfo=UTC)
    return moment.timestamp()


def month(value: Any) -> date | None:
    """Return the first day of a month given as `YYYY-MM`."""
    return day(f"{value}-01") if isinstance(value, str) and len(value) == 7 else None


def clock_seconds(value: Any) -> float | None:
    """Return the seconds of a length such as "3:13" or "1:02:05"."""
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float(hours * 3600 + minutes * 60 + seconds)


_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)", re.ASCII)


def strings(value: Any, *names: str) -> tuple[str, ...]:
    """Return the texts of a list of strings, or of objects with a text under one of `names`."""
    if not isinstance(value, list):
        return ()
    texts = (
        string(JsonObject(item).first(*names) if isinstance(item, Mapping) else item)
        for item in value[:MAX_NAMES]
    )
    return tuple(filter(None, texts))


class JsonObject(dict[str, Any]):
    """A JSON object; empty if the given value is not an object.

    Methods take possible names of a field, and read the first one that is not null with the
    function of the same name.
    """

    def __init__(self, value: object = None) -> None:
        super().__init__(value if isinstance(value, Mapping) else {})

    def first(self, *names: str) -> Any:
        """Return the raw value."""
        return next((self[name] for name in names if self.get(name) is not None), None)

    def number(self, *names: str) -> float | None:
        return number(self.first(*names))

    def integer(self, *names: str) -> int | None:
        return integer(self.first(*names))

    def count(self, *names: str) -> int | None:
        return count(self.first(*names))

    def identifier(self, *names: str) -> int | None:
        return identifier(self.first(*names))

    def key(self, *names: str) -> str | None:
        """Return an id that is only used for comparisons."""
        return key(self.first(*names))

    def decimal(self, *names: str) -> Decimal | None:
        return decimal(self.first(*names))

    def string(self, *names: str, limit: int = text.MAX_NAME) -> str | None:
        return string(self.first(*names), limit)

    def flag(self, *names: str) -> bool | None:
        return flag(self.first(*names))

    def moment(self, *names: str) -> datetime | None:
        return moment(self.first(*names))

    def day(self, *names: str) -> date | None:
        return day(self.first(*names))

    def day_or_moment(self, *names: str) -> date | None:
        return day_or_moment(self.first(*names))

    def nested(self, *names: str) -> "JsonObject":
        return JsonObject(self.first(*names))

    def objects(self, *names: str) -> list["JsonObject"]:
        return objects(self.first(*names))


def objects(value: Any) -> list[JsonObject]:
    """Return the objects in a list, ignoring other items."""
    items = value if isinstance(value, list) else ()
    return [JsonObject(item) for item in items if isinstance(item, Mapping)]


def unwrap(response: Any) -> JsonObject:
    """Return the object inside a `{"success": …, "data": {…}}` envelope, or the object itself."""
    body = JsonObject(response)
    is_envelope = "success" in body or "status" in body or len(body) == 1
    if is_envelope and isinstance(body.get("data"), Mapping):
        return body.nested("data")
    return body


def page(response: Any, *names: str) -> JsonObject:
    """Return the page of a list response: under `pagination`, one of `names`, or the root."""
    body = JsonObject(response)
    for name in ("pagination", *names):
        if isinstance(body.get(name), Mapping):
            return body.nested(name)
    return body


def rows(response: Any, *names: str) -> list[JsonObject] | None:
    """Return the objects of the list in a response of undocumented shape; None without a list.

    This is the list under the first of `names`, at the root or inside `data` or `result`, otherwise
    the only list of objects.
    """
    if isinstance(response, list):
        return _only_objects(response)
    body = JsonObject(response)
    places = [body, *(body.nested(name) for name in ("data", "result", "pagination", *names))]
    for place in places:
        for name in (*names, "data", "items", "results"):
            if isinstance(place.get(name), list):
                return _only_objects(place[name])
    lists = [value for place in places for value in place.values() if isinstance(value, list)]
    candidates = [items for value in lists if (items := _only_objects(value))]
    return candidates[0] if len(candidates) == 1 else None


def _only_objects(items: list[Any]) -> list[JsonObject] | None:
    """Return the objects of a list, or None for a list of other values."""
    return objects(items) or (None if items else [])


def places(response: Any, *names: str) -> Iterator[JsonObject]:
    """Yield the objects that may contain the entries, by key, of a response of undocumented shape.

    These are the objects under `names` in `data` and at the root, then `data` and the root.
    """
    body = JsonObject(response)
    containers = (body.nested("data"), body)
    for container in containers:
        for name in names:
            yield container.nested(name)
    yield from containers


def only_day(row: JsonObject, *names: str) -> date | None:
    """Return the date in an object of undocumented shape: under `names`, or its only date."""
    known = row.day(*names)
    if known is not None:
        return known
    days = [date for value in row.values() if (date := day(value)) is not None]
    return days[0] if len(days) == 1 else None


_NO_COUNTS = frozenset(("level", "week", "weekday", "year", "month", "day", "intensity"))
"""Names of integers that are not counts."""


def only_count(row: JsonObject, *names: str) -> int | None:
    """Return the count in an object of undocumented shape: under `names`, or its only count."""
    known = row.first(*names)
    if known is not None and not isinstance(known, list):
        return count(known)
    counts = [
        value
        for name, value in row.items()
        if type(value) is int and name.lower() not in _NO_COUNTS and not _is_id(name)
    ]
    return count(counts[0]) if len(counts) == 1 else None


def _is_id(name: str) -> bool:
    return name == "id" or name.endswith(("_id", "Id", "_ids"))
