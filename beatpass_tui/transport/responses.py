"""Reading an answer of the service: its JSON, or the exception that it amounts to.

Nothing is raised while another exception is handled: what the standard library raises over
broken text holds that text, which at sign-in has a token in it.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from beatpass_tui.errors import (
    CaptivePortal,
    Forbidden,
    InvalidResponse,
    InvalidToken,
    MissingToken,
    NotFound,
    NotSignedIn,
    RateLimited,
    RequestFailed,
    ServerError,
    ServiceUnavailable,
    StatusError,
    TwoFactorRequired,
    ValidationFailed,
)
from beatpass_tui.models import Account, SignedIn, decode, text
from beatpass_tui.models.menu import decode_menus
from beatpass_tui.models.secret import Secret

LIMIT = 2 * 1024 * 1024
"""The most bytes of an answer, packed or unpacked."""

SENTENCE = 200
"""The most characters kept of what the service says about a failure."""

LONGEST_WAIT = 24 * 60 * 60.0
"""A rate limit that claims to last longer is taken as one that lasts this many seconds."""

_DOWN = frozenset({502, 503, 504, *range(520, 528)})
_MOST_FIELDS = 20
_MOST_DIGITS = 40
_PACKED = {"": False, "identity": False, "gzip": True, "x-gzip": True, "deflate": True}
_CODE = re.compile(r"[\w.:/-]+", re.ASCII)
"""A word alone, such as `server_error` or `Unauthenticated.`: not a sentence for people."""

_OWN = {
    401: "The service does not accept the token: it is missing, wrong, expired or revoked",
    403: "The account is not allowed to ask for this",
    404: "The service has nothing under this address",
    422: "The service did not accept what was asked",
    429: "The service was asked too often",
}
_CREDENTIALS = "The e-mail address and the password were not accepted"
_MAY_NOT = "The account may not sign in"
_UNVERIFIED = "its e-mail address may not be verified yet, or it may be suspended."
_WEB_PAGE = "A web page came, not data: does the network want a login?"
_TOKENLESS = (
    "The sign-in succeeded but brought no usable token; "
    "paste a personal access token from Account Settings → Developers instead."
)
_TWO_FACTOR = (
    "The account asks for a second factor, which cannot be given here; "
    "paste a personal access token from Account Settings → Developers instead."
)


class Body:
    """The bytes of an answer, unpacked as they come and never more than the limit.

    `flaw` is a sentence on what is wrong with them; once there is one, nothing more is wanted.
    """

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.data = bytearray()
        self.flaw: str | None = None
        self._received = 0
        packed = _PACKED.get(headers.get("content-encoding", "").strip().lower())
        # 32 more than the window finds out by itself whether it is gzip or zlib.
        self._unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if packed else None
        if packed is None:
            self.flaw = "The answer is packed in a way that was not asked for."
        self._measure(decode.count(headers.get("content-length")) or 0)

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes as they came."""
        self._received += len(chunk)
        room = LIMIT + 1 - len(self.data)
        try:
            self.data += chunk if self._unpack is None else self._unpack.decompress(chunk, room)
        except zlib.error:
            self.flaw = "The answer cannot be unpacked."
        # What follows a packed stream unpacks to nothing, so what came is measured as well.
        self._measure(max(self._received, len(self.data)))

    def _measure(self, length: int) -> None:
        if length > LIMIT:
            self.flaw = f"The answer is too large: more than {LIMIT // 1024**2} MiB."


@dataclass(frozen=True, slots=True)
class Response:
    """One answer as it came over HTTP."""

    status: int
    reason: str
    """The words beside the status."""
    headers: Mapping[str, str]
    """By name in any case."""
    data: bytes = field(repr=False)
    flaw: str | None = None
    """What made the body unreadable while it came in."""
    location: str = ""
    """Where a redirect leads."""


def read(answer: Response, now: datetime, *, bare_list: bool = False) -> dict[str, Any]:
    """Return the object that a good answer holds; raise what any other amounts to.

    With `bare_list` a list may stand in its place, and comes back as the object's `data`.
    """
    if not 200 <= answer.status < 300:
        raise _failure(answer, now)
    body, flaw = _load(answer, bare_list=bare_list)
    if flaw:
        raise CaptivePortal(flaw) if flaw == _WEB_PAGE else InvalidResponse(flaw)
    error = body.get("error")
    failed = decode.flag(body.get("success")) is False or body.get("status") == "error"
    if failed or (isinstance(error, str) and error.strip()):
        words = _words(body) or "The service says that it failed, and not why."
        raise ServerError(words, status=answer.status)
    return body


def read_sign_in(answer: Response, now: datetime) -> SignedIn:
    """Return what `POST /auth/login` brought; raise what any other answer amounts to."""
    refusal = _refusal(answer)
    if refusal is not None:
        raise refusal
    # The body, with the token in it, is in no frame from which anything is raised.
    found = _signed_in(read(answer, now))
    if found is None:
        raise MissingToken(_TOKENLESS)
    return found


def _refusal(answer: Response) -> RequestFailed | None:
    """Return what is meant by a sign-in's answer where that differs from any other's."""
    body = _load(answer)[0]
    if decode.flag(body.get("two_factor")):
        return TwoFactorRequired(_TWO_FACTOR)
    words = _words(body)
    # The documents give 401 as well as 422 for a wrong password.
    if answer.status == 401 or (answer.status == 422 and not _fields(body)):
        sentence = f"{_CREDENTIALS}: {words}" if words else f"{_CREDENTIALS}."
        return NotSignedIn(sentence, status=answer.status)
    if answer.status == 403:
        return Forbidden(f"{_MAY_NOT}: {words or _UNVERIFIED}", status=403)
    return None


def _signed_in(body: Mapping[str, Any]) -> SignedIn | None:
    token = _token(decode.mapping(body.get("user")).get("access_token"))
    if token is None:
        return None
    return SignedIn(token, Account.decode(body), decode_menus(body.get("menus")))


def _token(value: Any) -> Secret | None:
    try:
        return Secret.parse(value) if isinstance(value, str) else None
    except InvalidToken:
        return None


def _load(answer: Response, *, bare_list: bool = False) -> tuple[dict[str, Any], str | None]:
    """Return the object of an answer and None, or an empty one and what is wrong."""
    data = answer.data.removeprefix(b"\xef\xbb\xbf").strip()
    if answer.flaw or not data:
        return {}, answer.flaw or "The answer is empty."
    if b"\0" in data[:4]:
        return {}, "The answer is not UTF-8 text."
    if data.startswith(b"<"):
        return {}, _WEB_PAGE
    try:
        found = json.loads(data.decode(), parse_int=_integer)
    except UnicodeDecodeError:
        return {}, "The answer is not UTF-8 text."
    except json.JSONDecodeError as error:
        if "html" in answer.headers.get("content-type", "").lower():
            return {}, _WEB_PAGE
        cut = error.pos >= len(error.doc) or error.msg.startswith("Unterminated string")
        return {}, "The answer breaks off in the middle." if cut else "The answer is not JSON."
    except RecursionError:
        return {}, "The answer is nested too deeply to be read."
    if isinstance(found, list) and bare_list:
        return {"data": found}, None
    return (found, None) if isinstance(found, dict) else ({}, "The answer is not a JSON object.")


def _integer(digits: str) -> int | float:
    """Read an integer; Python refuses thousands of digits, which must cost one field only."""
    return int(digits) if len(digits) <= _MOST_DIGITS else math.nan


def _failure(answer: Response, now: datetime) -> RequestFailed:
    status = answer.status
    if status < 400:
        return InvalidResponse(_elsewhere(answer))
    body = _load(answer)[0]
    sentence = _words(body) or _own(answer)
    match status:
        case 401:
            return NotSignedIn(sentence, status=status)
        case 403:
            return Forbidden(sentence, status=status)
        case 404:
            return NotFound(sentence, status=status)
        case 422:
            return ValidationFailed(sentence, status=status, fields=_fields(body))
        case 429:
            wait = retry_after(answer.headers, body, now)
            return RateLimited(sentence, status=status, retry_after=wait)
        case _ if status in _DOWN:
            return ServiceUnavailable(sentence)
        case 511:
            return CaptivePortal(sentence)
        case _ if status >= 500:
            return ServerError(sentence, status=status)
    return StatusError(sentence, status=status)


def _own(answer: Response) -> str:
    """Return our own sentence on a failure of which the service says nothing readable."""
    if answer.status == 511:
        said = "The network wants a login first"
    elif answer.status in _DOWN:
        said = "The service is down for the moment"
    elif answer.status >= 500:
        said = "The service failed on its side"
    else:
        said = _OWN.get(answer.status, "The service refused the request")
    return f"{said} ({text.clean(f'{answer.status} {answer.reason}', 60)})."


def _elsewhere(answer: Response) -> str:
    try:
        host = urlsplit(answer.location).hostname or ""
    except ValueError:
        host = ""
    # Only the host: the rest of an address may hold anything, and is of no use to a reader.
    where = f"to {text.clean(host, 60)}" if text.clean(host) else "elsewhere"
    return f"The service redirects {where} ({answer.status}); redirects are not followed."


def _words(body: Mapping[str, Any]) -> str | None:
    """Return the first sentence for people that a body holds, on one line and cut to a length."""
    said = (body.get("message"), body.get("error"), *_fields(body).values())
    for candidate in said:
        words = decode.string(candidate, SENTENCE)
        if words and not _CODE.fullmatch(words) and not words.startswith("<"):
            return words if words[-1] in ".!?…" else f"{words}."
    return None


def _fields(body: Mapping[str, Any]) -> dict[str, str]:
    """Return what `errors` says of each field; a field's value may be a string or a list."""
    found: dict[str, str] = {}
    for name, said in list(_pairs(body.get("errors")))[:_MOST_FIELDS]:
        sentences = said if isinstance(said, list) else [said]
        words = [decode.string(sentence, SENTENCE) for sentence in sentences[:_MOST_FIELDS]]
        joined = text.clean(" ".join(filter(None, words)), SENTENCE)
        if joined:
            found[text.clean(str(name), 40)] = joined
    return found


def _pairs(errors: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(errors, Mapping):
        yield from errors.items()
    elif isinstance(errors, list):
        yield from enumerate(errors)


def retry_after(headers: Mapping[str, str], body: Mapping[str, Any], now: datetime) -> float | None:
    """Return the seconds to wait that a 429 asks for, None when it says nothing usable.

    Dates are measured against the answer's own `Date`, since the clock here may be wrong. What
    is negative counts as not said: 0 would ask again at once on the word of a wrong clock.
    """
    now = http_date(headers.get("date")) or now
    asked = headers.get("retry-after")
    until = http_date(asked)
    reset = decode.number(headers.get("x-ratelimit-reset"))
    claims = (
        decode.number(asked),
        (until - now).total_seconds() if until else None,
        decode.number(body.get("retry_after")),
        reset - now.timestamp() if reset is not None else None,
    )
    for wait in claims:
        if wait is not None and wait >= 0:
            return min(wait, LONGEST_WAIT)
    return None


def http_date(value: str | None) -> datetime | None:
    """Return the moment that a header names, None where it names none."""
    try:
        found = parsedate_to_datetime(value or "")
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    # The edges of the calendar overflow as soon as they are compared across zones.
    return found if 1970 <= found.year <= 2200 else None
