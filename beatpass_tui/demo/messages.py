"""Requests, responses and pages of a list, without HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Request:
    """A request, with its path relative to the base URL; empty outside of it."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a JSON body, and additional headers."""

    status: int
    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """A request is refused with the given answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def sentence(status: int, message: str) -> Answer:
    """Return an error answer with a message."""
    return Answer(status, {"message": message})


def zulu(moment: datetime) -> str:
    """Return a time in ISO 8601, in seconds, with a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


T = TypeVar("T")

# The documents give no maximum for `perPage`; a real server has one.
MAX_PAGE_SIZE = 100
# Longer than any meaningful page number, and short enough for `int`.
_MOST_DIGITS = 9


def _number(text: str | None) -> int | None:
    """Return a positive integer, or None."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        return None
    return int(text) or None


def page_of(
    items: Sequence[T], query: Mapping[str, str], *, size: int, row: Callable[[T], Json]
) -> Json:
    """Return `pagination`; an invalid `perPage` or `page` counts as the default."""
    size = min(_number(query.get("perPage")) or size, MAX_PAGE_SIZE)
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
    """Return a number of the query; refuse one that is out of bounds."""
    if name not in query:
        return default
    number = _number(query[name])
    if number is None or (largest is not None and number > largest):
        bounds = "of 1 or more" if largest is None else f"from 1 to {largest}"
        raise invalid(name, f"The {name} must be a whole number {bounds}.")
    return number


def invalid(name: str, problem: str) -> RefusedError:
    """Return the refusal of an invalid query value, as a failed validation."""
    return RefusedError(Answer(422, {"message": problem, "errors": {name: [problem]}}))
