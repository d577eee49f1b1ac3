"""Models to and from JSON for the disk, with every value type-checked on load.

A model is written as the list of its field values. `shape` is a digest of its field names and
types; data written with another shape must not be loaded.
"""

import json
import types
import zlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from beatpass_tui.models import decode, text

T = TypeVar("T")
Loader = Callable[[Any], Any]

_RENAMED = ("beatpass_tui.models.catalog.", "beatpass_tui.models.catalogue.")
"""A model module and its former name, which is part of the shapes already on disk."""

_ADDED = frozenset(
    {
        "Activity.top_track_id", "Album.created", "Album.description", "Album.genres",
        "Album.track_ids", "Beat.album", "Beat.album_id", "Beat.bpm", "Beat.description",
        "Beat.is_single", "Beat.key", "Beat.likes", "Beat.scale", "CurrencyTotals.reversed",
        "Download.id", "Download.license_uuid", "Download.track_id", "Intelligence.awards",
        "PlaysOverTime.shares", "Purchase.beat_id", "Purchase.fee", "Purchase.price",
        "TopTrack.id", "Transaction.details", "Transaction.fee", "Transaction.id",
        "Transaction.price", "Transactions.counts", "XpSources.awards",
    }
)  # fmt: skip
"""Fields with a default that older data on disk does not have."""

_WIDENED = frozenset(
    {
        "Achievement.unlocked_at", "Artist.member_since", "Download.at", "Purchase.at",
        "Standings.season_end", "Transaction.at", "Unlocked.at",
    }
)  # fmt: skip
"""Fields that were only for moments, as the shapes already on disk say, and now also for days."""


class SerializationError(ValueError):
    """The data doesn't match the model, or the model has a value that can't be written."""


def dump(model: object) -> str:
    """Return a model as compact JSON."""
    return json.dumps(_to_json(model), separators=(",", ":"), ensure_ascii=False)


def load(model: type[T], data: str) -> T:
    """Return the model that `dump` wrote, or raise SerializationError."""
    try:
        return cast(T, _loader(cast(Any, model))(json.loads(data)))
    except SerializationError:
        raise
    except (ValueError, TypeError, RecursionError) as error:
        raise SerializationError(f"not a {model.__name__}") from error


def shape(model: type) -> str:
    """Return eight hex digits that change with the fields of a model or of a nested model."""
    return f"{zlib.crc32(_describe(model).replace(*_RENAMED).encode()):08x}"


def _to_json(value: object) -> object:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case tuple():
            return [_to_json(item) for item in value]
        case Mapping():
            return [[_to_json(key), _to_json(item)] for key, item in value.items()]
    raise SerializationError(f"{type(value).__name__} can't be written")


def _describe(kind: Any) -> str:
    if _is_model(kind):
        fields = ",".join(
            f"{name}:{_describe_field(kind, name, hint)}"
            for name, hint in get_type_hints(kind).items()
            if not _is_added(kind, name)
        )
        return f"{kind.__name__}({fields})"
    arguments = ",".join(map(_describe, get_args(kind)))
    return f"{getattr(kind, '__name__', kind)}[{arguments}]"


def _describe_field(kind: Any, field: str, hint: Any) -> str:
    is_widened = f"{kind.__name__}.{field}" in _WIDENED
    return _describe(datetime | None if is_widened else hint)


def _is_added(kind: Any, field: str) -> bool:
    return f"{kind.__name__}.{field}" in _ADDED


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")


@cache
def _loader(kind: Any) -> Loader:
    """Return the function that reads a value of this type and raises for any other value."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        load_item = _loader(next(part for part in arguments if part is not type(None)))
        return lambda value: None if value is None else load_item(value)
    if origin is tuple:
        load_item = _loader(arguments[0])
        return lambda value: tuple(map(load_item, _list(value)))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        load_key, load_item = map(_loader, arguments)
        return lambda value: {load_key(k): load_item(v) for k, v in map(_list, _list(value))}
    if _is_model(kind):
        loaders = [_loader(hint) for hint in get_type_hints(kind).values()]
        required = sum(not _is_added(kind, name) for name in kind._fields)
        return lambda value: kind(*_load_fields(loaders, required, _list(value)))
    if kind not in _SCALARS:
        raise SerializationError(f"{kind} can't be read")
    return _SCALARS[kind]


def _load_fields(loaders: list[Loader], required: int, values: list[Any]) -> list[Any]:
    if not required <= len(values) <= len(loaders):
        raise SerializationError("wrong number of fields")
    return [load(value) for load, value in zip(loaders, values, strict=False)]


def _list(value: Any) -> list[Any]:
    return cast(list[Any], _typed(value, list))


def _typed(value: Any, *kinds: type) -> Any:
    # Not isinstance: a bool is not a number here.
    if type(value) not in kinds:
        raise SerializationError(f"expected {kinds[0].__name__}")
    return value


def _bounded(value: float) -> float:
    # A comparison with NaN is always false.
    if not abs(value) <= decode.MAX_NUMBER:
        raise SerializationError("number out of range")
    return value


def _string(value: Any) -> str:
    # Cleaned again, because another program may have changed the file.
    return text.clean(_typed(value, str))


def _datetime(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise SerializationError("expected a time with a UTC offset")
    return _in_calendar(moment)


def _day(value: Any) -> date:
    # A field for a day may hold a moment, whose day depends on the time zone.
    return _datetime(value) if "T" in value else _in_calendar(date.fromisoformat(value))


Day = TypeVar("Day", bound=date)


def _in_calendar(day: Day) -> Day:
    # Arithmetic overflows at the limits of `datetime`.
    if not 1970 <= day.year <= 2200:
        raise SerializationError("date out of range")
    return day


def _decimal(value: Any) -> Decimal:
    amount = decode.decimal(_string(value))
    if amount is None:
        raise SerializationError("expected an amount")
    return amount


_SCALARS: dict[Any, Loader] = {
    int: lambda value: int(_bounded(_typed(value, int))),
    float: lambda value: float(_bounded(_typed(value, float, int))),
    bool: lambda value: _typed(value, bool),
    str: _string,
    datetime: _datetime,
    date: _day,
    Decimal: _decimal,
}
