"""The documented API as JSON schemas, and a demo server that is checked against them.

`schemas/requests.json` lists the documented requests; beside it is a JSON Schema for each response.
They contain only what is documented, and `required` only what is documented as always present.
Where the documents describe a field without naming it, `additionalProperties` is not false; a
response without guessed fields is checked against the schema with all of these closed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from beatpass_tui.demo import DemoServer
from beatpass_tui.demo.messages import Request, Response
from beatpass_tui.transport import endpoints
from beatpass_tui.transport.endpoints import Service

FOLDER = Path(__file__).parent / "schemas"

_IDS = {"{id}": r"[1-9]\d{0,14}", "{user}": r"(me|[1-9]\d{0,14})"}
Schema = dict[str, Any]
_T = TypeVar("_T")


@dataclass(frozen=True)
class Documented:
    """One documented request."""

    answer: str
    """The name of its response schema."""
    method: str
    path: str
    open: bool
    """Whether it needs no token."""
    query: Mapping[str, Schema]
    """A schema for each parameter; none is required."""
    body: Schema | None
    refusals: Mapping[str, list[str]]
    """By status, the schemas in `refusals.json` that the response may match."""

    def matches(self, method: str, path: str) -> bool:
        """Return whether this row describes the request, with any ids in its path."""
        parts = re.split(r"(\{\w+\})", self.path)
        pattern = "".join(_IDS[part] if part in _IDS else re.escape(part) for part in parts)
        return method == self.method and re.fullmatch(pattern, path) is not None


@cache
def table() -> tuple[Documented, ...]:
    """Return the documented requests that the client makes or the demo answers."""
    document = _read("requests")
    return tuple(
        Documented(
            row["answer"],
            row["method"],
            row["path"],
            row.get("open", False),
            row.get("query", {}),
            row.get("body"),
            {**document["refusals"], **row.get("refusals", {})},
        )
        for row in document["requests"]
    )


def find(method: str, path: str) -> Documented | None:
    """Return the documented request for a method and path."""
    return next((row for row in table() if row.matches(method, path)), None)


def request_problems(method: str, target: str, token: str | None, body: bytes) -> Iterator[str]:
    """Yield what is undocumented in a request."""
    path, _, query = target.partition("?")
    row = find(method, path)
    if row is None:
        yield f"{method} {path} is not documented"
        return
    if token is None and not row.open:
        yield f"{method} {path} is sent without a token"
    sent = parse_qsl(query, keep_blank_values=True)
    for name, value in sent:
        if name not in row.query:
            yield f"{target}: the parameter {name} is not documented"
        elif not _is_valid(row.query[name], int(value) if value.isdecimal() else value):
            yield f"{target}: the parameter {name} may not be {value!r}"
    if len(dict(sent)) < len(sent):
        yield f"{target}: a parameter is sent twice"
    if row.body is None and body:
        yield f"{method} {path} is sent a body"
    elif row.body is not None and not _is_valid(row.body, json.loads(body)):
        yield f"{method} {path} is sent a body that is not documented"


def response_problems(row: Documented, answer: Response, *, closed: bool) -> Iterator[str]:
    """Yield what is undocumented in a response; `closed` allows no guessed fields."""
    # As it is sent: JSON has no tuples.
    body = json.loads(json.dumps(answer.body, allow_nan=False))
    where = f"{row.method} {row.path} ({answer.status})"
    if answer.status == 200:
        for error in validator(row.answer, closed=closed).iter_errors(body):
            yield f"{where}: {error.json_path}: {error.message[:300]}"
        return
    shapes = row.refusals.get(str(answer.status))
    if shapes is None:
        yield f"{where} is not documented"
    elif not any(validator(f"refusals#/$defs/{shape}").is_valid(body) for shape in shapes):
        yield f"{where}: {body} is none of {shapes}"


@cache
def validator(name: str, *, closed: bool = False) -> Draft202012Validator:
    """Return the validator of one of the schemas."""
    file, _, part = name.partition("#")
    schema = {"$ref": f"{_read(file)['$id']}#{part}"}
    return Draft202012Validator(schema, registry=_registry(closed=closed))


@cache
def _registry(*, closed: bool) -> Registry[Any]:
    files = [_read(path.stem) for path in FOLDER.glob("*.json") if path.stem != "requests"]
    resources = [Resource.from_contents(_closed(file) if closed else file) for file in files]
    return Registry[Any]().with_resources([(cast(str, each.id()), each) for each in resources])


def _closed(schema: _T) -> _T:
    """Return a copy of a schema that allows no undocumented names."""
    if isinstance(schema, list):
        return cast(_T, [_closed(part) for part in schema])
    if not isinstance(schema, dict):
        return schema
    return cast(
        _T,
        {
            name: False if name == "additionalProperties" else _closed(part)
            for name, part in schema.items()
        },
    )


def _is_valid(schema: Schema, value: object) -> bool:
    return bool(Draft202012Validator(schema).is_valid(value))


@cache
def _read(name: str) -> Schema:
    schema: Schema = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return schema


class CheckedServer(DemoServer):
    """A demo server that checks every request and response against the contract.

    `problems` describes what is undocumented; `answered` has the name and status of each response.
    """

    def __init__(
        self,
        *,
        state: str = "normal",
        growth_delay: float = 2.0,
        now: Callable[[], datetime] | None = None,
        documented_only: bool = False,
        upload_access: bool = True,
    ) -> None:
        self.problems: list[str] = []
        self.answered: set[tuple[str, int]] = set()
        self._closed = documented_only
        super().__init__(
            state=state,
            growth_delay=growth_delay,
            now=now,
            documented_only=documented_only,
            upload_access=upload_access,
        )

    def reply(self, request: Request, target: str) -> Response | None:
        """Answer as the demo does, and check the request and the response."""
        self.problems += request_problems(request.method, target, request.token, request.body)
        answer = super().reply(request, target)
        row = find(request.method, request.path)
        if answer is not None and row is not None:
            self.answered.add((row.answer, answer.status))
            self.problems += response_problems(row, answer, closed=self._closed)
        return answer


ARTIST, ALBUM, TRACK = 900000021, 930000001, 910000037


SendRequest = Callable[[Service], Awaitable[Any]]


FIXED_REQUESTS: Mapping[str, SendRequest] = {
    "account": lambda service: service.account(),
    "artist": lambda service: service.fetch(endpoints.ARTIST),
    "stats": lambda service: service.fetch(endpoints.STATS),
    "intelligence": lambda service: service.fetch(endpoints.INTELLIGENCE),
    "followers": lambda service: service.fetch(endpoints.FOLLOWERS, artist=ARTIST),
    "application": lambda service: service.fetch(endpoints.APPLICATION),
    "sales": lambda service: service.fetch(endpoints.SALES),
    "standings": lambda service: service.fetch(endpoints.LEADERBOARD),
    "leaderboards": lambda service: service.fetch(
        endpoints.LEADERBOARDS, artist=ARTIST, category="audience_plays", period="30d"
    ),
    "album": lambda service: service.fetch(endpoints.ALBUM, album=ALBUM),
    "performance": lambda service: service.fetch(endpoints.PERFORMANCE),
    "collaborations": lambda service: service.fetch(endpoints.COLLABORATIONS, artist=ARTIST),
    "upload_insights": lambda service: service.fetch(endpoints.UPLOAD_INSIGHTS),
    "uploads": lambda service: service.fetch(endpoints.UPLOADS, artist=ARTIST),
    "platform_uploads": lambda service: service.fetch(endpoints.PLATFORM_UPLOADS),
    "plays": lambda service: service.fetch(endpoints.PLAYS, artist=ARTIST, timeframe="90d"),
    "collaboration_insights": lambda service: service.fetch(
        endpoints.COLLABORATION_INSIGHTS, artist=ARTIST
    ),
    "beat_insights": lambda service: service.fetch(
        endpoints.BEAT_INSIGHTS, track=TRACK, insights="30-days"
    ),
    "album_insights": lambda service: service.fetch(
        endpoints.ALBUM_INSIGHTS, album=ALBUM, insights="7-days"
    ),
    "beat_plays": lambda service: service.fetch(endpoints.BEAT_PLAYS, track=TRACK, timeframe="30d"),
    "album_plays": lambda service: service.fetch(
        endpoints.ALBUM_PLAYS, album=ALBUM, timeframe="1y"
    ),
    "placements": lambda service: service.fetch(endpoints.PLACEMENTS, track=TRACK),
    "xp_sources": lambda service: service.fetch(endpoints.XP_SOURCES),
    "achievements": lambda service: service.fetch(endpoints.ACHIEVEMENTS),
    "finances": lambda service: service.fetch(endpoints.FINANCES, artist=ARTIST),
    "balance": lambda service: service.fetch(endpoints.BALANCE, artist=ARTIST),
}
"""The requests without parameters to choose, those of Home first."""
