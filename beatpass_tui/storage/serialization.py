"""Models as JSON and back, for the disk: typed on the way in, so that a damaged file cannot lie.

A dataclass becomes the list of its fields, which `shape` describes: where the shape of what was
written differs from that of today's class, the writing is not to be read.
"""

from __future__ import annotations

import json
import types
import zlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from beatpass_tui.models import decode, text
from beatpass_tui.models.decode import MAX_NUMBER

T = TypeVar("T")
Read = Callable[[Any], Any]


_RENAMED = ("beatpass_tui.models.catalog.", "beatpass_tui.models.catalogue.")
"""A module of models and its former name, which is part of shapes that are on disk already."""


class SerializationError(ValueError):
    """What was written is not what the class says, or the class holds what cannot be written."""


def dump(value: object) -> str:
    """Return a model as compact JSON."""
    return json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False)


def load(kind: type[T], written: str) -> T:
    """Return the model that `dump` wrote; raises SerializationError when it is not one."""
    try:
        return cast(T, _reader(cast(Any, kind))(json.loads(written)))
    except SerializationError:
        raise
    except (ValueError, TypeError, RecursionError) as error:
        raise SerializationError(f"this is no {kind.__name__}") from error


def shape(kind: type) -> str:
    """Return eight digits that change with the fields of a class or of those inside it."""
    return _shape(kind)


@cache
def _shape(kind: Any) -> str:
    return f"{zlib.crc32(_describe(kind).replace(*_RENAMED).encode()):08x}"


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case tuple():
            return [_plain(item) for item in value]
        case Mapping():
            return [[_plain(key), _plain(item)] for key, item in value.items()]
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    raise SerializationError(f"{type(value).__name__} cannot be written")


def _describe(kind: Any) -> str:
    if isinstance(kind, type) and is_dataclass(kind):
        inner = ",".join(f"{name}:{_describe(hint)}" for name, hint in _hints(kind))
        return f"{kind.__name__}({inner})"
    inner = ",".join(map(_describe, get_args(kind)))
    return f"{getattr(kind, '__name__', kind)}[{inner}]"


@cache
def _hints(kind: type) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(cast(Any, kind)))


@cache
def _reader(kind: Any) -> Read:
    """Return what reads a value of this type, and raises for any other."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _optional(_reader(next(part for part in arguments if part is not type(None))))
    if origin is tuple:
        return _tuple(_reader(arguments[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(_reader(arguments[0]), _reader(arguments[1]))
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind)
    if kind not in _SIMPLE:
        raise SerializationError(f"{kind} cannot be read")
    return _SIMPLE[kind]


def _optional(read: Read) -> Read:
    return lambda found: None if found is None else read(found)


def _tuple(read: Read) -> Read:
    return lambda found: tuple(map(read, _list(found)))


def _mapping(key: Read, value: Read) -> Read:
    def pairs(found: Any) -> dict[Any, Any]:
        return {key(name): value(item) for name, item in map(_list, _list(found))}

    return pairs


def _dataclass(kind: type) -> Read:
    readers = [_reader(hint) for _, hint in _hints(kind)]

    def build(found: Any) -> Any:
        if len(_list(found)) != len(readers):
            raise SerializationError(f"this is no {kind.__name__}")
        return kind(*(read(item) for read, item in zip(readers, found, strict=True)))

    return build


def _list(found: Any) -> list[Any]:
    if not isinstance(found, list):
        raise SerializationError("a list was expected")
    return found


def _whole(found: Any) -> int:
    if type(found) is not int or abs(found) > MAX_NUMBER:
        raise SerializationError("a whole number was expected")
    return found


def _number(found: Any) -> float:
    # A comparison with a NaN is never true.
    if type(found) not in (int, float) or not abs(found) <= MAX_NUMBER:
        raise SerializationError("a number was expected")
    return float(found)


def _truth(found: Any) -> bool:
    if type(found) is not bool:
        raise SerializationError("a truth value was expected")
    return found


def _string(found: Any) -> str:
    if type(found) is not str:
        raise SerializationError("text was expected")
    # Cleaned again: the file may have been written by somebody else.
    return text.clean(found)


def _moment(found: Any) -> datetime:
    moment = datetime.fromisoformat(found)
    if moment.tzinfo is None or not _is_ours(moment):
        raise SerializationError("a time with its zone was expected")
    return moment


def _day(found: Any) -> date:
    day = date.fromisoformat(found)
    if not _is_ours(day):
        raise SerializationError("a calendar day was expected")
    return day


def _is_ours(day: date) -> bool:
    # The edges of the calendar overflow as soon as anything is added to them.
    return 1970 <= day.year <= 2200


def _amount(found: Any) -> Decimal:
    # As at the door: not every Decimal is a number, and some are as long as a book.
    amount = decode.decimal(_string(found))
    if amount is None:
        raise SerializationError("an amount was expected")
    return amount


_SIMPLE: dict[Any, Read] = {
    int: _whole,
    float: _number,
    bool: _truth,
    str: _string,
    datetime: _moment,
    date: _day,
    Decimal: _amount,
}
