"""Requests, responses and pages of a list, without HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, with the path relative to the base URL, or empty when it is elsewhere."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a JSON body, and headers beyond the usual ones."""

    status: int
    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """A request that cannot be answered as asked; it carries the answer to give instead."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def sentence(status: int, message: str) -> Answer:
    """Return an answer that only says what is wrong."""
    return Answer(status, {"message": message})


def zulu(moment: datetime) -> str:
    """Return a moment in ISO 8601, to the second, with a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


T = TypeVar("T")

# The documents give no maximum for `perPage`; a real server would hardly go without.
LARGEST_PAGE = 100
# Longer than any page number that means something, and short enough for `int`.
_MOST_DIGITS = 9


def _number(text: str | None) -> int | None:
    """Return a whole number of 1 or more, or nothing."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        return None
    return int(text) or None


def page_of(
    items: Sequence[T], query: Mapping[str, str], *, size: int, row: Callable[[T], Json]
) -> Json:
    """Return `pagination`, where a `perPage` or `page` that makes no sense is the default."""
    size = min(_number(query.get("perPage")) or size, LARGEST_PAGE)
    page = _number(query.get("page")) or 1
    start = (page - 1) * size
    shown = items[start : start + size]
    return {
        "current_page": page,
        "data": [row(item) for item in shown],
        "from": start + 1 if shown else None,
        "to": start + len(shown) if shown else None,
        "per_page": size,
        "last_page": max(1, -(-len(items) // size)),
        "total": len(items),
    }


def strict_number(
    query: Mapping[str, str], name: str, default: int, largest: int | None = None
) -> int:
    """Return a query number, refusing one that is out of bounds."""
    if name not in query:
        return default
    number = _number(query[name])
    if number is None or (largest is not None and number > largest):
        bounds = "of 1 or more" if largest is None else f"from 1 to {largest}"
        raise invalid(name, f"The {name} must be a whole number {bounds}.")
    return number


def invalid(name: str, problem: str) -> RefusedError:
    """Return the refusal of one query value, in the general shape of a failed validation."""
    return RefusedError(Answer(422, {"message": problem, "errors": {name: [problem]}}))
