"""One question and one answer, without HTTP around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

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
