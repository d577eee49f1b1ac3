"""Faulty responses of a server or a network, and the message that each leads to."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from typing import NamedTuple

from support.fakes import NOW
from support.scripted_server import Step, answer, bomb, endless, reset, silence, trickle

SECRET = "BADBADBAD"
"""Part of every faulty body; must never be on the screen."""

HTML = f"<!DOCTYPE html><html><title>{SECRET}</title><h1>{SECRET}</h1></html>".encode()
_OPEN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
_JSON = b'{"data": {"total_tracks": 666, "name": "%s"}}' % SECRET.encode()


class Fault(NamedTuple):
    """One kind of fault."""

    step: Step
    reason: str
    """The second line of a card."""
    message: str
    """Part of the message."""

    @property
    def unreachable(self) -> bool:
        """Whether the request is retried soon, with a countdown."""
        return self.reason in ("timed out", "connection lost", "server down", "a web page")


_BROKEN = ("connection lost", "The connection was lost before the response was complete.")
_TIMEOUT = ("timed out", "BeatPass did not respond in time.")
_PAGE = ("a web page", "Received a web page: this network seems to require a login.")
_CUT = ("unreadable", "The response is incomplete.")
_LARGE = ("unreadable", "The response is too large: more than 2 MiB.")
_NO_OBJECT = ("unreadable", "The response is not a JSON object.")
_NO_TEXT = ("unreadable", "The response is not UTF-8 text.")


def _page(status: int, reason: str = "") -> bytes:
    return answer(HTML, status, reason, Content_Type="text/html; charset=utf-8")


def redirect(url: str, status: int = 302) -> bytes:
    """Return a redirect."""
    return answer(HTML, status, "Found", Location=url, Content_Type="text/html")


FAULTS: dict[str, Fault] = {
    "reset": Fault(reset(), *_BROKEN),
    "reset in the middle": Fault(reset(answer(_JSON)[:-3]), *_BROKEN),
    "closed without a response": Fault(b"", *_BROKEN),
    "not HTTP": Fault(b"SSH-2.0-OpenSSH_9.6\r\n", *_BROKEN),
    "content length too large": Fault(answer(_JSON, Content_Length="500"), *_BROKEN),
    "silence": Fault(silence, *_TIMEOUT),
    "a byte at a time": Fault(trickle(answer(_JSON), 0.01), *_TIMEOUT),
    "a captive portal": Fault(_page(200), *_PAGE),
    "HTML declared as JSON": Fault(answer(HTML), *_PAGE),
    "502": Fault(_page(502, "Bad Gateway"), "server down", "temporarily unavailable (HTTP 502)."),
    "503": Fault(_page(503), "server down", "BeatPass is temporarily unavailable (503)."),
    "504": Fault(_page(504), "server down", "BeatPass is temporarily unavailable (504)."),
    "520": Fault(_page(520), "server down", "BeatPass is temporarily unavailable (520)."),
    "511": Fault(_page(511), "a web page", "This network seems to require a login (511)."),
    "500": Fault(_page(500), "server error", "BeatPass reports a server error (HTTP 500)."),
    "500 with a message": Fault(
        answer({"error": "Failed", "message": "The dashboard failed to load."}, 500),
        "server error",
        "The dashboard failed to load.",
    ),
    "an empty body": Fault(answer(b""), "unreadable", "The response is empty."),
    "truncated JSON": Fault(answer(_JSON[:-2]), *_CUT),
    "content length too small": Fault(answer(_JSON, Content_Length="30"), *_CUT),
    "UTF-16": Fault(answer(_JSON.decode().encode("utf-16")), *_NO_TEXT),
    "Latin-1": Fault(answer(b'{"message": "Caf\xe9 %s"}' % SECRET.encode()), *_NO_TEXT),
    "a gzip bomb": Fault(answer(bomb(4 << 20), Content_Encoding="gzip"), *_LARGE),
    "not gzip": Fault(
        answer(_JSON, Content_Encoding="gzip"), "unreadable", "The response can't be decompressed."
    ),
    "an unknown compression": Fault(
        answer(_JSON, Content_Encoding="br"),
        "unreadable",
        "The response has an unsupported compression.",
    ),
    "an endless body": Fault(endless(_OPEN + b"\r\n", b" " * 65_536), *_LARGE),
    "a list": Fault(answer([{"name": SECRET}]), *_NO_OBJECT),
    "a string": Fault(answer(SECRET), *_NO_OBJECT),
    "null": Fault(answer(None), *_NO_OBJECT),
    "no JSON": Fault(answer(SECRET.encode()), "unreadable", "The response is not JSON."),
    "nested too deeply": Fault(
        answer(b"[" * 100_000), "unreadable", "The response is nested too deeply."
    ),
    "a 200 without success": Fault(
        answer({"success": False, "message": "No such table."}), "server error", "No such table."
    ),
    "an error in a 200": Fault(
        answer({"error": "No such table."}), "server error", "No such table."
    ),
    "a redirect": Fault(
        redirect("https://hotspot.example/login?next=BADBADBAD"),
        "unreadable",
        "The service redirects to hotspot.example (302); redirects are not followed.",
    ),
    "422": Fault(
        answer({"message": "The given data was invalid.", "errors": {"id": ["Bad id."]}}, 422),
        "not accepted",
        "Bad id.",
    ),
    "a message of 5 MB": Fault(
        answer({"message": SECRET * 600_000}, 418, "I'm a teapot"),
        "refused",
        "BeatPass refused the request (HTTP 418).",
    ),
}
"""By name. Each affects only what was requested; `SECRET` is never drawn."""

SILENT = (FAULTS["silence"].step, FAULTS["a byte at a time"].step)
"""Faults that only the total timeout ends."""

_NOW = format_datetime(NOW, usegmt=True)
_LATER = format_datetime(NOW + timedelta(seconds=90), usegmt=True)


def rate_limited(body: object = None, **headers: str) -> bytes:
    """Return a 429."""
    content = {"message": "Too Many Attempts."} if body is None else body
    return answer(content, 429, "Too Many Requests", **headers)


RATE_LIMITS: dict[str, tuple[Step, str]] = {
    "60": (rate_limited(Retry_After="60"), "retry in 1 min 00 s"),
    "a date": (rate_limited(Retry_After=_LATER, Date=_NOW), "retry in 1 min 30 s"),
    "0": (rate_limited(Retry_After="0"), "rate limit ended"),
    "-5": (rate_limited(Retry_After="-5"), "retry in 1 min 00 s"),
    "19056": (rate_limited(Retry_After="19056"), "retry in 5 h 18 min"),
    "soon": (rate_limited(Retry_After="soon"), "retry in 1 min 00 s"),
    "absent": (rate_limited(), "retry in 1 min 00 s"),
    "body only": (rate_limited({"retry_after": 42}), "retry in 42 s"),
    "HTML": (rate_limited(HTML, Content_Type="text/html"), "retry in 1 min 00 s"),
}
"""Each form of Retry-After, and the countdown in the status line."""
