"""Requests, responses and pages of a list, without HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Request:
    """A request; its path is relative to the base URL, and empty for other URLs."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """A status, a JSON body, and additional headers."""

    status: int
    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)


class RequestRefused(Exception):
    """A request is refused with the given response."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def error_response(status: int, message: str) -> Response:
    """Return an error response with a message."""
    return Response(status, {"message": message})


def iso_utc(moment: datetime) -> str:
    """Return a UTC time in ISO 8601 with seconds and a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


T = TypeVar("T")

# The documentation gives no maximum for `perPage`, but a real server has one.
MAX_PAGE_SIZE = 100
# Longer than any reasonable page number, and short enough for `int`.
_MAX_DIGITS = 9


def _number(text: str | None) -> int | None:
    """Return a positive integer, or None."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > _MAX_DIGITS:
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
    """Return a number from the query; raise RequestRefused if it is out of bounds."""
    if name not in query:
        return default
    number = _number(query[name])
    if number is None or (largest is not None and number > largest):
        bounds = "of 1 or more" if largest is None else f"from 1 to {largest}"
        raise invalid(name, f"The {name} must be a whole number {bounds}.")
    return number


def invalid(name: str, problem: str) -> RequestRefused:
    """Return the error for an invalid query parameter, a failed validation."""
    return RequestRefused(Response(422, {"message": problem, "errors": {name: [problem]}}))
