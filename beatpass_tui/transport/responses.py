"""Convert HTTP responses to JSON objects or to errors.

Errors are raised outside of `except` blocks, because errors of the standard library contain the
text that they failed to parse, which may contain a token.
"""

import json
import math
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
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
from beatpass_tui.models import decode, text
from beatpass_tui.models.identity import Account, SignedIn
from beatpass_tui.models.menu import decode_menus
from beatpass_tui.models.secret import Secret

LIMIT = 2 * 1024 * 1024
"""Maximum size of a body in bytes, compressed or not."""

MAX_MESSAGE = 200
"""Maximum number of characters of an error message of the service."""

MAX_WAIT = 24 * 60 * 60.0
"""Maximum seconds to wait after a 429."""

_UNAVAILABLE = frozenset({502, 503, 504, *range(520, 528)})
_MAX_FIELDS = 20
_MAX_DIGITS = 40
_IS_COMPRESSED = {"": False, "identity": False, "gzip": True, "x-gzip": True, "deflate": True}
_CODE = re.compile(r"[\w.:/-]+", re.ASCII)
"""A single word such as `server_error` or `Unauthenticated.`, which is not a message for users."""
_PHRASES = (
    "too many attempts", "server error", "the given data was invalid", "csrf token mismatch",
    "rate limit exceeded", "rate limited", "validation failed", "error", "failed",
    # Python 3.13 renamed these phrases, and servers send either form.
    "request entity too large", "content too large", "request-uri too long", "uri too long",
    "requested range not satisfiable", "range not satisfiable",
    "unprocessable entity", "unprocessable content",
)  # fmt: skip
"""Stock messages besides the phrases of HTTP."""
_INTERNAL = re.compile(
    r"SQLSTATE|\\|::|\w(Exception|Error)\b|\b[a-z0-9]+(_[a-z0-9]+)+:|^[A-Z0-9_]+:"
)
"""Parts of messages that are intended for programmers."""

_ALTERNATIVE = "paste a personal access token from Account Settings → Developers instead."


class Body:
    """Response body, decompressed while it is received and limited in size.

    Stop feeding it when `error`, a message, is set.
    """

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.data = bytearray()
        self.error: str | None = None
        self._received = 0
        is_compressed = _IS_COMPRESSED.get(headers.get("content-encoding", "").strip().lower())
        # Adding 32 makes zlib detect both the gzip and the zlib format.
        self._decompress = zlib.decompressobj(zlib.MAX_WBITS | 32) if is_compressed else None
        if is_compressed is None:
            self.error = "The response has an unsupported compression."
        self._check_size(decode.count(headers.get("content-length")) or 0)

    def feed(self, chunk: bytes) -> None:
        """Add the next bytes as received."""
        self._received += len(chunk)
        limit = LIMIT + 1 - len(self.data)
        try:
            self.data += self._decompress.decompress(chunk, limit) if self._decompress else chunk
        except zlib.error:
            self.error = "The response can't be decompressed."
        # Data after the end of a compressed stream adds nothing to `data`.
        self._check_size(max(self._received, len(self.data)))

    def _check_size(self, size: int) -> None:
        if size > LIMIT:
            self.error = f"The response is too large: more than {LIMIT // 1024**2} MiB."


@dataclass(frozen=True, slots=True)
class Response:
    """HTTP response as received."""

    status: int
    reason: str
    """Reason phrase of the status line."""
    headers: Mapping[str, str]
    """Case-insensitive."""
    data: bytes = field(repr=False)
    error: str | None = None
    """Message about a body that could not be received."""


def read(response: Response, now: datetime, *, bare_list: bool = False) -> dict[str, Any]:
    """Return the JSON object of a successful response; raise RequestFailed for any other.

    With `bare_list`, the response may be a list, which is returned as `data` of an object.
    """
    if not 200 <= response.status < 300:
        raise _status_error(response, now)
    body, failure = _parse(response, bare_list=bare_list)
    if failure is not None:
        raise failure
    error = body.get("error")
    failed = decode.flag(body.get("success")) is False or body.get("status") == "error"
    if failed or (isinstance(error, str) and error.strip()):
        message = _message(body) or "The service reports a failure without a reason."
        raise ServerError(message, status=response.status)
    return body


def read_sign_in(response: Response, now: datetime) -> SignedIn:
    """Return the result of `POST /auth/login`; raise RequestFailed if it failed."""
    failure = _sign_in_error(response)
    if failure is not None:
        raise failure
    # The body contains the token, so it is not stored in a local variable.
    signed_in = _signed_in(read(response, now))
    if signed_in is None:
        raise MissingToken(f"The sign-in succeeded without a usable token; {_ALTERNATIVE}")
    return signed_in


def _sign_in_error(response: Response) -> RequestFailed | None:
    """Return the error for responses that have a special meaning at sign-in."""
    body, _ = _parse(response)
    if decode.flag(body.get("two_factor")):
        return TwoFactorRequired(f"Two-factor sign-in is not supported; {_ALTERNATIVE}")
    message = _message(body)
    # The documentation lists both 401 and 422 for a wrong password.
    if response.status == 401 or (response.status == 422 and not _field_errors(body)):
        rejected = "The email address and the password were not accepted"
        return NotSignedIn(
            f"{rejected}: {message}" if message else f"{rejected}.", status=response.status
        )
    if response.status == 403:
        message = message or "its email address may be unverified, or it may be suspended."
        return Forbidden(f"The account may not sign in: {message}", status=403)
    return None


def _signed_in(body: Mapping[str, Any]) -> SignedIn | None:
    token = decode.JsonObject(body).nested("user").get("access_token")
    try:
        secret = Secret.parse(token if isinstance(token, str) else "")
    except InvalidToken:
        return None
    return SignedIn(secret, Account.decode(body), decode_menus(body.get("menus")))


def _parse(
    response: Response, *, bare_list: bool = False
) -> tuple[dict[str, Any], RequestFailed | None]:
    """Return the JSON object, or an empty object and the error."""
    data = response.data.removeprefix(b"\xef\xbb\xbf").strip()
    value: object = None
    if response.error or not data:
        error = response.error or "The response is empty."
    elif data.startswith(b"<"):
        return {}, _login_page()
    elif b"\0" in data[:4]:
        error = "The response is not UTF-8 text."
    else:
        try:
            value = json.loads(data.decode(), parse_int=_parse_int)
            error = "The response is not a JSON object."
        except UnicodeDecodeError:
            error = "The response is not UTF-8 text."
        except json.JSONDecodeError as failure:
            if "html" in response.headers.get("content-type", "").lower():
                return {}, _login_page()
            is_cut = failure.pos >= len(failure.doc) or failure.msg.startswith("Unterminated")
            error = "The response is incomplete." if is_cut else "The response is not JSON."
        except RecursionError:
            error = "The response is nested too deeply."
    if isinstance(value, list) and bare_list:
        return {"data": value}, None
    return (value, None) if isinstance(value, dict) else ({}, InvalidResponse(error))


def _login_page() -> CaptivePortal:
    return CaptivePortal("Received a web page: this network seems to require a login.")


def _parse_int(digits: str) -> int | float:
    """Read an integer; too many digits must not make the whole response unreadable."""
    return int(digits) if len(digits) <= _MAX_DIGITS else math.nan


def _status_error(response: Response, now: datetime) -> RequestFailed:
    """Return the error for a status other than 2xx."""
    status = response.status
    body, _ = _parse(response)

    def message(default: str) -> str:
        return _message(body) or f"{default} (HTTP {status})."

    match status:
        case _ if status < 400:
            return InvalidResponse(_redirect_message(response))
        case 401:
            default = "The token is not accepted: it is missing, wrong, expired or revoked"
            return NotSignedIn(message(default), status=status)
        case 403:
            return Forbidden(message("Your account has no permission for this"), status=status)
        case 404:
            return NotFound(message("Not found"), status=status)
        case 422:
            fields = _field_errors(body)
            default = "The service did not accept the request"
            return ValidationFailed(message(default), status=status, fields=fields)
        case 429:
            wait = retry_after(response.headers, body, now)
            return RateLimited(message("Rate limited"), status=status, retry_after=wait)
        case 511:
            return CaptivePortal(message("This network seems to require a login"))
        case _ if status in _UNAVAILABLE:
            return ServiceUnavailable(message("BeatPass is temporarily unavailable"))
        case _ if status >= 500:
            return ServerError(message("BeatPass reports a server error"), status=status)
    return StatusError(message("BeatPass refused the request"), status=status)


def _redirect_message(response: Response) -> str:
    try:
        host = text.clean(urlsplit(response.headers.get("location", "")).hostname or "", 60)
    except ValueError:
        host = ""
    # Only the host, because the rest of the URL may contain secrets.
    target = f"to {host}" if host else "elsewhere"
    return f"The service redirects {target} ({response.status}); redirects are not followed."


def _message(body: Mapping[str, Any]) -> str | None:
    """Return the first readable message of a body, on one line."""
    for value in (body.get("message"), body.get("error"), *_field_errors(body).values()):
        message = decode.string(value, MAX_MESSAGE)
        if message and is_user_message(message):
            return message if message[-1] in ".!?…" else f"{message}."
    return None


@cache
def _stock_phrases() -> frozenset[str]:
    """Return stock messages of web frameworks, in lower case and without a period."""
    from http import HTTPStatus

    return frozenset((*_PHRASES, *(status.phrase.lower() for status in HTTPStatus)))


def is_user_message(message: str) -> bool:
    """Return whether a message is a sentence, not a code, stock phrase or internal error."""
    phrase = message.rstrip(".!… ").lower()
    is_code = _CODE.fullmatch(message) or phrase in _stock_phrases() or _INTERNAL.search(message)
    return not is_code and not message.startswith("<")


def _field_errors(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the messages in `errors` by field; each value may be a string or a list."""
    errors = body.get("errors")
    if isinstance(errors, list):
        errors = dict(enumerate(errors))
    messages: dict[str, str] = {}
    for name, value in list(decode.JsonObject(errors).items())[:_MAX_FIELDS]:
        values = value if isinstance(value, list) else [value]
        strings = (decode.string(each, MAX_MESSAGE) for each in values[:_MAX_FIELDS])
        message = text.clean(" ".join(filter(None, strings)), MAX_MESSAGE)
        if message:
            messages[text.clean(str(name), 40)] = message
    return messages


def retry_after(headers: Mapping[str, str], body: Mapping[str, Any], now: datetime) -> float | None:
    """Return the seconds to wait after a 429; None without a usable value.

    Dates are compared with the response's `Date`, since the local clock may be wrong. Negative
    values are ignored, because reading them as 0 would cause an immediate retry.
    """
    now = http_date(headers.get("date")) or now
    header = headers.get("retry-after")
    until = http_date(header)
    reset = decode.number(headers.get("x-ratelimit-reset"))
    candidates = (
        decode.number(header),
        (until - now).total_seconds() if until else None,
        decode.number(body.get("retry_after")),
        reset - now.timestamp() if reset is not None else None,
    )
    return next(
        (min(wait, MAX_WAIT) for wait in candidates if wait is not None and wait >= 0), None
    )


def http_date(value: str | None) -> datetime | None:
    """Return the time in an HTTP header, or None."""
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(value or "")
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    # Comparisons between time zones overflow at the limits of `datetime`.
    return moment if 1970 <= moment.year <= 2200 else None
