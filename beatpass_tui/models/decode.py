"""Reading values out of JSON of which nothing is promised: what does not fit is None, never 0.

Every function takes what stood in the answer and returns a clean value or None; none raises.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from beatpass_tui.models import text

if TYPE_CHECKING:
    from decimal import Decimal

MAX_NUMBER = 10**15
"""Beyond this no count of anything on the service can be true."""

MOST_NAMES = 50
"""The most names kept of one list, which all stand in one cell."""


def number(value: Any) -> float | None:
    """Return a finite number; digits in a string count, a bool does not."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and (len(value) > 40 or "_" in value):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    # Adding nothing turns a negative zero, which would be drawn as "-0", into a plain one.
    return found + 0.0 if math.isfinite(found) and abs(found) <= MAX_NUMBER else None


def integer(value: Any) -> int | None:
    """Return a whole number; 12, 12.0, "12" and "12.0" all are 12."""
    found = number(value)
    return int(found) if found is not None and found.is_integer() else None


def count(value: Any) -> int | None:
    """Return a whole number that is not negative."""
    found = integer(value)
    return found if found is not None and found >= 0 else None


def identifier(value: Any) -> int | None:
    """Return an id that is safe in a path: a whole number above zero, nothing else."""
    if isinstance(value, float):
        return None
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        return None
    found = count(value)
    return found if found else None


def decimal(value: Any) -> Decimal | None:
    """Return an exact amount; money is never kept in binary fractions."""
    # Only money needs them.
    from decimal import Decimal, InvalidOperation

    if number(value) is None:
        return None
    try:
        return Decimal(str(value).strip()) or Decimal(0)
    except InvalidOperation:
        return None


def string(value: Any, limit: int = text.MAX_CHARACTERS) -> str | None:
    """Return cleaned text on one line, or None when there is nothing to read in it."""
    if isinstance(value, str):
        return text.clean(value, limit) or None
    return None


def flag(value: Any) -> bool | None:
    """Return a truth value; 0, 1, "0", "1", "true" and "false" count."""
    if isinstance(value, str):
        value = value.strip().lower()
    match value:
        case True | 1 | "1" | "true":
            return True
        case False | 0 | "0" | "false":
            return False
    return None


def moment(value: Any) -> datetime | None:
    """Return a time with its zone; a time without one is taken as UTC."""
    if not isinstance(value, str) or not 8 <= len(value) <= 40:
        return None
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    # The edges of the calendar overflow as soon as a zone is applied to them.
    if not 1970 <= found.year <= 2200:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def day(value: Any) -> date | None:
    """Return a calendar day out of `YYYY-MM-DD` or any time that `moment` reads."""
    found = moment(value)
    return found.date() if found is not None else None


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list, passing over whatever else stands in it."""
    if isinstance(value, list):
        for item in value:
            if isinstance(item, Mapping):
                yield item


def first(source: Mapping[str, Any], *names: str) -> Any:
    """Return the value of the first of `names` that stands in `source` with something in it."""
    for name in names:
        if source.get(name) is not None:
            return source[name]
    return None


def unwrap(answer: Any) -> Mapping[str, Any]:
    """Return what a `{"success": …, "data": {…}}` envelope holds, or the object itself."""
    body = mapping(answer)
    inner = body.get("data")
    if isinstance(inner, Mapping) and ("success" in body or "status" in body or len(body) == 1):
        return inner
    return body


def page(answer: Any, *names: str) -> Mapping[str, Any]:
    """Return the page object of a list answer: under `pagination`, one of `names`, or the root."""
    body = mapping(answer)
    for name in ("pagination", *names):
        if isinstance(body.get(name), Mapping):
            return mapping(body[name])
    return body


def rows(answer: Any, *names: str) -> list[Mapping[str, Any]] | None:
    """Return the objects of the list that an answer of undocumented shape holds.

    It is the list under the first of `names`, at the root or inside `data` or `result`, else the
    only list of objects there is. None when there is no such list, which is not an empty one.
    """
    if isinstance(answer, list):
        return _objects(answer)
    body = mapping(answer)
    inner = (mapping(body.get(name)) for name in ("data", "result", "pagination", *names))
    within = [body, *inner]
    for place in within:
        for name in (*names, "data", "items", "results"):
            if isinstance(place.get(name), list):
                return _objects(place[name])
    lists = [v for place in within for v in place.values() if isinstance(v, list)]
    held = [objects for found in lists if (objects := _objects(found))]
    return held[0] if len(held) == 1 else None


def _objects(found: list[Any]) -> list[Mapping[str, Any]] | None:
    """Return the objects of a list; None when what it holds are none."""
    objects = list(items(found))
    return objects if objects or not found else None


def places(answer: Any, *names: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects in which an answer of undocumented shape may hold its entries by key.

    They are those under `names`, inside `data` and at the root, and then these two themselves.
    """
    body = mapping(answer)
    outer = (mapping(body.get("data")), body)
    for place in outer:
        for name in names:
            yield mapping(place.get(name))
    yield from outer


def strings(value: Any, *names: str, limit: int = 120) -> tuple[str, ...]:
    """Return the readable names of a list of objects or strings."""
    if not isinstance(value, list):
        return ()
    found = (
        string(first(item, *names) if isinstance(item, Mapping) else item, limit)
        for item in value[:MOST_NAMES]
    )
    return tuple(name for name in found if name)


def month(value: Any) -> date | None:
    """Return the first day of a `YYYY-MM` month."""
    return day(f"{value}-01") if isinstance(value, str) and len(value) == 7 else None
