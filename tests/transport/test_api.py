"""The HTTP client against correct and faulty servers on real sockets."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import socket
import ssl
import sys
import traceback
import tracemalloc
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from email.utils import format_datetime
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest

from beatpass_tui import __version__, api
from beatpass_tui.api import BeatPass, Timeouts
from beatpass_tui.errors import (
    BeatPassError,
    CaptivePortal,
    Forbidden,
    InvalidBaseURL,
    InvalidResponse,
    MissingToken,
    NotFound,
    NotSignedIn,
    RateLimited,
    RequestFailed,
    ServerError,
    ServiceUnavailable,
    StatusError,
    TwoFactorRequired,
    Unreachable,
    ValidationFailed,
)
from beatpass_tui.models.identity import MenuItem
from beatpass_tui.models.menu import DASHBOARD
from beatpass_tui.models.secret import Secret
from beatpass_tui.transport import endpoints, responses
from support.api_client import HASTY, NOW, PATIENT, StillClock
from support.scripted_server import (
    ScriptedServer,
    Step,
    answer,
    bomb,
    endless,
    hold,
    reset,
    silence,
    trickle,
)
from support.unused_port import unused_port

TOKEN = "17|a-token-that-must-never-be-seen"
PASSWORD = "hunter2-must-never-be-seen"
HOME = {"status": "success", "user": {"id": 7, "display_name": "nova"}}


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_PROXY".upper(), raising=False)


def service(
    server: ScriptedServer | str, timeouts: Timeouts = PATIENT, token: str | None = TOKEN
) -> BeatPass:
    url = server if isinstance(server, str) else f"{server.url}/api/v1"
    secret = Secret(token) if token else None
    return BeatPass(url, secret, timeouts=timeouts, clock=StillClock())


def visible_text(error: BaseException | None) -> str:
    """Return all text that a log or crash report could print of an exception chain."""
    if error is None:
        return ""
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    return "\n".join(
        (
            repr(error), str(error), repr(vars(error)), *traceback.format_exception(error),
            *(repr(frame.f_locals) for frame in frames if frame.f_code.co_filename != __file__),
            visible_text(error.__cause__), visible_text(error.__context__),
        )
    )  # fmt: skip


def short_id(value: object) -> str | None:
    """Return a short test id for a parameter."""
    return value[:30] if isinstance(value, str) else "" if isinstance(value, bytes) else None


async def failure(
    *steps: Step,
    timeouts: Timeouts = PATIENT,
    ask: Callable[[BeatPass], Awaitable[object]] = BeatPass.account,
) -> RequestFailed:
    """Return the error of a request that is answered by `steps`."""
    async with ScriptedServer(*steps) as server, service(server, timeouts) as beatpass:
        with pytest.raises(RequestFailed) as caught:
            await ask(beatpass)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    assert TOKEN not in visible_text(error)
    assert error.message[-1] in ".!?…"
    assert len(error.message) <= 300
    assert error.message.isprintable()
    return error


# Requests


async def test_request_line_and_headers() -> None:
    async with ScriptedServer(answer({})) as server, service(server) as beatpass:
        await beatpass.fetch(endpoints.FOLLOWERS, artist=2036)
    (request,) = server.requests
    assert (request.method, request.target) == ("GET", "/api/v1/artists/2036/followers?perPage=1")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"] == f"beatpass-tui/{__version__}"


async def test_no_token_sends_no_authorization() -> None:
    async with ScriptedServer(answer(HOME)) as server, service(server, token=None) as beatpass:
        await beatpass.account()
        beatpass.token = Secret(TOKEN)
        await beatpass.account()
        beatpass.token = None
        await beatpass.account()
    sent = [request.headers.get("authorization") for request in server.requests]
    assert sent == [None, f"Bearer {TOKEN}", None]


async def test_cookies_are_not_stored() -> None:
    async with (
        ScriptedServer(answer(HOME, Set_Cookie="session=1")) as server,
        service(server) as beatpass,
    ):
        await beatpass.account()
        await beatpass.account()
    assert "cookie" not in server.requests[1].headers


async def test_request_outside_the_context_fails() -> None:
    beatpass = service("http://127.0.0.1:9")
    with pytest.raises(Unreachable, match="no connection"):
        await beatpass.account()


def test_invalid_base_url_is_refused() -> None:
    with pytest.raises(InvalidBaseURL):
        BeatPass("http://open.beatpass.ca/api/v1")


# Current and older responses


async def test_current_and_older_responses_are_decoded() -> None:
    earnings = {"total_sales": 3, "total_revenue": 12.5, "currency": "CAD"}
    async with (
        ScriptedServer(
            answer(HOME),
            answer({"xp": {"currentLevel": 12, "currentXP": 3774}, "overview": {"totalAlbums": 9}}),
            answer({"xp": 3774, "level": 12, "stats": {"totalAlbums": 9}}),
            answer({"status": "success", "pagination": {"total": 873}}),
            answer({"status": "success", "followers": {"total": 873}}),
            answer({"status": "success", "earnings": earnings}),
            answer({"status": "success", "data": {"earnings": earnings}}),
            answer({"success": True, "data": {"id": 2036, "name": "Nova Reyes"}}),
            answer({"success": True, "data": {"total_tracks": 128}}),
            answer({"summary": {"audienceDownloads": 1204}, "period": {"key": "all"}}),
            answer({"data": {"overall": [{"is_current_user": True, "rank": 4}]}}),
        ) as server,
        service(server) as beatpass,
    ):
        assert (await beatpass.account()).name == "nova"
        new, old = (
            await beatpass.fetch(endpoints.INTELLIGENCE),
            await beatpass.fetch(endpoints.INTELLIGENCE),
        )
        assert new.level.level == old.level.level == 12
        assert new.level.xp == old.level.xp == 3774
        assert new.total_albums == old.total_albums == 9
        assert (
            (await beatpass.fetch(endpoints.FOLLOWERS, artist=1)).total
            == (await beatpass.fetch(endpoints.FOLLOWERS, artist=1)).total
            == 873
        )
        flat, nested = await beatpass.fetch(endpoints.SALES), await beatpass.fetch(endpoints.SALES)
        assert flat == nested
        assert flat.revenue == Decimal("12.5")
        assert (await beatpass.fetch(endpoints.ARTIST)).id == 2036
        assert (await beatpass.fetch(endpoints.STATS)).total_tracks == 128
        assert (await beatpass.fetch(endpoints.ACTIVITY, artist=1)).downloads == 1204
        assert (await beatpass.fetch(endpoints.LEADERBOARD)).rows[0].rank == 4


# Error responses


@pytest.mark.parametrize(
    "status, kind",
    [
        (400, StatusError),
        (401, NotSignedIn),
        (403, Forbidden),
        (404, NotFound),
        (409, StatusError),
        (419, StatusError),
        (422, ValidationFailed),
        (429, RateLimited),
        (500, ServerError),
        (501, ServerError),
        (502, ServiceUnavailable),
        (503, ServiceUnavailable),
        (504, ServiceUnavailable),
        (520, ServiceUnavailable),
        (527, ServiceUnavailable),
    ],
)
async def test_each_status_raises_its_error(status: int, kind: type[RequestFailed]) -> None:
    error = await failure(answer({"message": "The words of the service"}, status))
    assert type(error) is kind
    assert error.message == "The words of the service."
    if isinstance(error, StatusError):
        assert error.status == status
    page = await failure(answer(b"<!doctype html><h1>Oops</h1>", status, Content_Type="text/html"))
    assert type(page) is kind
    assert str(status) in page.message
    assert "<" not in page.message


@pytest.mark.parametrize(
    "body, message",
    [
        ({"message": "First choice.", "error": "Second choice."}, "First choice."),
        ({"message": "", "error": "Second choice."}, "Second choice."),
        ({"message": "Words win.", "error": "server_error"}, "Words win."),
        ({"message": "server_error", "error": "Words win!"}, "Words win!"),
        ({"message": None, "errors": {"a": ["Third choice"]}}, "Third choice."),
        ({"errors": {"a": "Third choice"}}, "Third choice."),
        ({"errors": ["Third choice"]}, "Third choice."),
        ({"errors": {"a": [], "b": [{}], "c": ["Third choice"]}}, "Third choice."),
        ({"message": {"a": 1}, "error": 7}, "BeatPass refused the request (HTTP 409)."),
        ({"message": "<h1>Oh no</h1> no"}, "BeatPass refused the request (HTTP 409)."),
        ({"error": "conflict"}, "BeatPass refused the request (HTTP 409)."),
        ([], "BeatPass refused the request (HTTP 409)."),
        (b"", "BeatPass refused the request (HTTP 409)."),
        (b"\xff\xfe", "BeatPass refused the request (HTTP 409)."),
        ({"message": "\x1b]52;c;AAAA\x07 Two\nlines \ud800"}, "Two lines."),
    ],
)
async def test_error_message_of_a_response(body: object, message: str) -> None:
    assert (await failure(answer(body, 409, reason="Conflict"))).message == message


async def test_long_error_message_is_truncated() -> None:
    long = await failure(answer({"message": "word " * 300_000}, 500))
    assert isinstance(long, ServerError)
    assert 150 <= len(long.message) <= 200
    longer = await failure(answer({"message": "word " * 600_000}, 500))
    assert longer.message.startswith("BeatPass reports a server error")


async def test_single_word_is_not_used_as_message() -> None:
    error = await failure(answer({"message": "Unauthenticated."}, 401, reason="Unauthorized"))
    assert "token" in error.message
    assert "(HTTP 401)" in error.message


@pytest.mark.parametrize(
    "body, message",
    [
        ({"success": False, "message": "No stats today."}, "No stats today."),
        ({"success": False, "error": "server_error"}, "The service reports a failure"),
        ({"status": "error", "message": "No stats today."}, "No stats today."),
        ({"data": {"overall": []}, "error": "Failed to load it"}, "Failed to load it."),
    ],
)
async def test_error_in_a_200_raises_server_error(body: object, message: str) -> None:
    error = await failure(answer(body), ask=lambda content: content.fetch(endpoints.LEADERBOARD))
    assert isinstance(error, ServerError)
    assert error.status == 200
    assert error.message.startswith(message)


async def test_empty_error_field_is_ignored() -> None:
    body = {"data": {"overall": []}, "error": "", "success": True}
    async with ScriptedServer(answer(body)) as server, service(server) as beatpass:
        assert (await beatpass.fetch(endpoints.LEADERBOARD)).rows[0].listed == 0


async def test_field_errors_of_a_422() -> None:
    errors = {"period": ["Not one.", "Nor two."], "pa\x1bge": "Too far.", "x": 7, "y\x1b": [None]}
    error = await failure(answer({"message": "Not accepted.", "errors": errors}, 422))
    assert isinstance(error, ValidationFailed)
    assert error.fields == {"period": "Not one. Nor two.", "page": "Too far."}


LATER = format_datetime(NOW + timedelta(seconds=90), usegmt=True)
EARLIER = format_datetime(NOW - timedelta(hours=2), usegmt=True)
AN_HOUR_ON = format_datetime(NOW + timedelta(hours=1), usegmt=True)
AND_MORE = format_datetime(NOW + timedelta(hours=1, seconds=30), usegmt=True)


@pytest.mark.parametrize(
    "headers, body, seconds",
    [
        ({"Retry_After": "60"}, {"retry_after": 5}, 60),
        ({"Retry_After": "0"}, {"retry_after": 5}, 0),
        ({"Retry_After": "1.5"}, {}, 1.5),
        ({"Retry_After": "19056"}, {}, 19056),
        ({"Retry_After": "999999999"}, {}, 86400),
        ({"Retry_After": LATER}, {}, 90),
        ({"Retry_After": AND_MORE, "Date": AN_HOUR_ON}, {}, 30),
        ({"Retry_After": EARLIER}, {}, None),
        ({"Retry_After": "-5"}, {}, None),
        ({"Retry_After": "-5"}, {"retry_after": 7}, 7),
        ({"Retry_After": "soon"}, {"retry_after": "7"}, 7),
        ({"Retry_After": "nan"}, {}, None),
        ({"Retry_After": "inf"}, {}, None),
        ({"Retry_After": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"}, {}, None),
        ({"Retry_After": "Mon, 01 Jan 9999 00:00:00 -2359"}, {}, None),
        ({"Retry_After": ""}, {"retry_after": True}, None),
        ({}, {"retry_after": 60}, 60),
        ({}, {"retry_after": -1}, None),
        ({"X_RateLimit_Reset": str(int(NOW.timestamp()) + 42)}, {}, 42),
        ({"X_RateLimit_Reset": str(int(NOW.timestamp()) - 42)}, {}, None),
        ({"X_RateLimit_Reset": "later"}, {}, None),
        ({}, {}, None),
        ({}, b"<html>", None),
    ],
)
async def test_retry_after_of_a_429(
    headers: dict[str, str], body: object, seconds: float | None
) -> None:
    async with ScriptedServer(answer(body, 429, **headers)) as server, service(server) as beatpass:
        with pytest.raises(RateLimited) as caught:
            await beatpass.account()
    assert caught.value.retry_after == seconds
    assert len(server.requests) == 1


# Unreadable responses


CUT_GZIP = gzip.compress(json.dumps(HOME).encode())[:20]
HTML = b"\n <!DOCTYPE html><html><title>Sign in to the Wi-Fi</title></html>"


@pytest.mark.parametrize(
    "step, message",
    [
        (answer(b"Please sign in", Content_Type="text/plain"), "not JSON"),
        (answer(b""), "empty"),
        (answer(b" \r\n"), "empty"),
        (answer(b"", 204), "empty"),
        (answer(b'{"user": {"id": 7'), "incomplete"),
        (answer(b'{"user": {"display_name": "no'), "incomplete"),
        (answer(b'{"id": 7}{"id": 8}'), "not JSON"),
        (answer(json.dumps(HOME).encode("utf-16")), "not UTF-8"),
        (answer(json.dumps(HOME).encode("utf-16-le")), "not UTF-8"),
        (answer(b'{"name": "caf\xe9"}'), "not UTF-8"),
        (answer([HOME]), "not a JSON object"),
        (answer("text"), "not a JSON object"),
        (answer(b"NaN"), "not a JSON object"),
        (answer(b"[" * 100_000), "nested too deeply"),
        (answer(b'{"a":' * 100_000), "nested too deeply"),
        (answer(HOME, Content_Encoding="br"), "unsupported compression"),
        (answer(HOME, Content_Encoding="gzip"), "decompressed"),
        (
            answer(CUT_GZIP, Content_Encoding="gzip"),
            "incomplete",
        ),
        (answer(HOME, Content_Length="20"), "incomplete"),
    ],
    ids=short_id,
)
async def test_unreadable_body_raises_invalid_response(step: bytes, message: str) -> None:
    error = await failure(step)
    assert type(error) is InvalidResponse
    assert message in error.message


@pytest.mark.parametrize(
    "step",
    [
        answer(HTML, Content_Type="text/html"),
        answer(HTML),
        answer(b"\xef\xbb\xbf" + HTML),
        answer(b"Please sign in", Content_Type="text/html; charset=utf-8"),
        answer(HTML, 511, "Network Authentication Required"),
    ],
    ids=short_id,
)
async def test_web_page_is_reported_as_captive_portal(step: bytes) -> None:
    error = await failure(step)
    assert isinstance(error, Unreachable)
    assert error.reason == "a web page"
    assert "network seems to require a login" in error.message
    assert "Wi-Fi" not in error.message


@pytest.mark.parametrize(
    "data, headers",
    [
        (b"\xef\xbb\xbf" + json.dumps(HOME).encode(), {}),
        (json.dumps(HOME).encode(), {"Content_Type": "text/html"}),
        (gzip.compress(json.dumps(HOME).encode()), {"Content_Encoding": "GZIP"}),
        (json.dumps(HOME).encode() + b"\n", {"Content_Encoding": "identity"}),
    ],
    ids=short_id,
)
async def test_unusual_but_valid_body_is_read(data: bytes, headers: dict[str, str]) -> None:
    async with ScriptedServer(answer(data, **headers)) as server, service(server) as beatpass:
        assert (await beatpass.account()).id == 7


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000, "-1", "[]"], ids=short_id
)
async def test_invalid_number_affects_one_field(value: str) -> None:
    data = f'{{"success": true, "data": {{"total_tracks": {value}, "total_plays": 5}}}}'.encode()
    async with ScriptedServer(answer(data)) as server, service(server) as beatpass:
        stats = await beatpass.fetch(endpoints.STATS)
    assert (stats.total_tracks, stats.total_plays) == (None, 5)


async def test_lone_surrogate_is_removed() -> None:
    data = b'{"user": {"id": 7, "display_name": "no\\ud800va"}}'
    async with ScriptedServer(answer(data)) as server, service(server) as beatpass:
        assert (await beatpass.account()).name == "nova"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    "step",
    [
        answer(b'{"a": "' + b" " * responses.LIMIT + b'"}'),
        answer(bomb(responses.LIMIT), Content_Encoding="gzip"),
        endless(HEAD + b"\r\n", b" " * 65536),
        endless(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}"), b"\0" * 65536),
        HEAD + b"Content-Length: 2097153\r\n\r\n",
        HEAD + b"Content-Length: 99999999999\r\n\r\n",
    ],
    ids=["plain", "packed", "endless", "endless after packed", "announced", "announced more"],
)
async def test_body_over_the_limit_is_refused(step: Step) -> None:
    error = await failure(step)
    assert type(error) is InvalidResponse
    assert "too large" in error.message


async def test_body_of_the_maximum_size_is_read() -> None:
    data = json.dumps(HOME).encode().ljust(responses.LIMIT)
    packed = gzip.compress(data)
    async with (
        ScriptedServer(answer(data), answer(packed, Content_Encoding="gzip")) as server,
        service(server) as beatpass,
    ):
        assert (await beatpass.account()).id == 7
        assert (await beatpass.account()).id == 7


async def test_gzip_bomb_is_not_decompressed() -> None:
    packed = answer(bomb(60 * 1024 * 1024), Content_Encoding="gzip")
    async with ScriptedServer(packed) as server, service(server) as beatpass:
        tracemalloc.start()
        try:
            with pytest.raises(InvalidResponse, match="too large"):
                await beatpass.account()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 16 * 1024 * 1024


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_is_not_followed(status: int) -> None:
    async with ScriptedServer(answer(HOME)) as other:
        target = f"http://user:pass@localhost:{other.port}/secret?token=1"
        error = await failure(answer(b"", status, Location=target))
        assert other.requests == []
    assert type(error) is InvalidResponse
    assert "redirects to localhost" in error.message
    assert str(status) in error.message
    assert "secret" not in error.message
    assert "pass" not in error.message


@pytest.mark.parametrize("target", ["", "http://[", "http://a b\x1b/", "/api/v1/elsewhere", "//"])
async def test_redirect_with_an_invalid_location(target: str) -> None:
    error = await failure(answer(b"", 302, Location=target))
    assert type(error) is InvalidResponse
    assert "redirects" in error.message


async def test_sign_in_redirect_is_not_followed() -> None:
    async with ScriptedServer(answer(HOME)) as other:
        error = await failure(answer(b"", 307, Location=other.url), ask=sign_in)
        assert other.requests == []
    assert type(error) is InvalidResponse


# No response


async def test_connection_refused() -> None:
    async with ScriptedServer(silence) as server:
        address = server.url
    with unused_port(address):
        async with service(address) as beatpass:
            with pytest.raises(Unreachable, match="refused") as caught:
                await beatpass.account()
    assert caught.value.__context__ is None


async def test_unknown_host_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    async with service("https://open.beatpass.invalid") as beatpass:
        with pytest.raises(Unreachable, match="host name"):
            await beatpass.account()


async def test_tls_error() -> None:
    async with (
        ScriptedServer(answer(HOME), greeting=answer(b"", 400)) as server,
        service(server.url.replace("http:", "https:")) as beatpass,
    ):
        with pytest.raises(Unreachable, match="TLS") as caught:
            await beatpass.account()
    assert server.requests == []
    assert caught.value.reason == "TLS error"


@pytest.mark.parametrize(
    "cause, message",
    [
        (ssl.SSLCertVerificationError("self-signed"), "not trusted"),
        (ExceptionGroup("all", [OSError(), ConnectionRefusedError()]), "Connection refused"),
        (OSError("Network is unreachable"), "Could not connect"),
    ],
)
async def test_connection_error_message(cause: Exception, message: str) -> None:
    class Broken(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("none", request=request) from cause

    beatpass = BeatPass(token=Secret(TOKEN), transport=Broken(), timeouts=PATIENT)
    async with beatpass:
        with pytest.raises(Unreachable, match=message) as caught:
            await beatpass.account()
    assert TOKEN not in visible_text(caught.value)


WHOLE = answer(HOME)


@pytest.mark.parametrize(
    "step",
    [reset(), reset(WHOLE[:-10]), WHOLE[:-10], WHOLE[:20], b""],
    ids=["reset", "reset in the body", "cut in the body", "cut in the head", "closed"],
)
async def test_lost_connection(step: Step) -> None:
    error = await failure(step)
    assert type(error) is Unreachable
    assert "was lost" in error.message


async def test_non_http_server_is_unreachable() -> None:
    assert type(await failure(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")) is Unreachable


async def test_status_is_reported_when_the_error_body_is_incomplete() -> None:
    error = await failure(reset(answer({"message": "Slow down."}, 429, Retry_After="9")[:-5]))
    assert isinstance(error, RateLimited)
    assert error.retry_after == 9


async def test_silent_server_times_out() -> None:
    error = await failure(silence, timeouts=HASTY)
    assert type(error) is Unreachable
    assert (error.reason, "in time" in error.message) == ("timed out", True)


async def test_slow_body_exceeds_the_total_timeout() -> None:
    slow = trickle(answer(HOME), pause=0.02)
    error = await failure(slow, timeouts=Timeouts(connect=5, read=5, total=0.2))
    assert type(error) is Unreachable
    assert "in time" in error.message


async def test_total_timeout_includes_retries() -> None:
    slow = Timeouts(connect=5, read=5, total=0.2, backoff=60)
    assert type(await failure(answer(b"", 503), timeouts=slow)) is Unreachable


async def test_total_timeout_excludes_waiting_for_a_slot() -> None:
    timeouts = Timeouts(connect=5, read=5, total=0.4)
    async with (
        ScriptedServer(
            trickle(answer(HOME), 0.01), trickle(answer(HOME), 0.01), answer(HOME)
        ) as server,
        service(server, timeouts) as beatpass,
    ):
        for _ in range(api.MAX_CONCURRENT - 1):
            await beatpass._slots.acquire()
        late = [asyncio.create_task(beatpass.account()) for _ in range(2)]
        last = asyncio.create_task(beatpass.account())
        # The third starts when both have timed out.
        assert (await last).id == 7
        ends = await asyncio.gather(*late, return_exceptions=True)
        for _ in range(api.MAX_CONCURRENT - 1):
            beatpass._slots.release()
    assert [type(end) for end in ends] == [Unreachable, Unreachable]


# Retries and concurrency


@pytest.mark.parametrize(
    "step", [answer(b"", 502), answer(b"", 503), answer(b"", 504), reset()], ids=short_id
)
async def test_get_is_retried_twice(step: Step) -> None:
    async with ScriptedServer(step, step, answer(HOME)) as server, service(server) as beatpass:
        assert (await beatpass.account()).id == 7
    assert len(server.requests) == 3
    tokens = {request.headers["authorization"] for request in server.requests}
    assert tokens == {f"Bearer {TOKEN}"}
    async with (
        ScriptedServer(step, step, step, answer(HOME)) as server,
        service(server) as beatpass,
    ):
        with pytest.raises(Unreachable):
            await beatpass.account()
    assert len(server.requests) == 3


@pytest.mark.parametrize("step", [answer(b"", 503), reset()], ids=short_id)
async def test_unreachable_service_gets_no_retries(step: Step) -> None:
    steps = [step, step, step, step, step, answer(b"", 404), step, answer(HOME)]
    counts = []
    async with ScriptedServer(*steps) as server, service(server) as beatpass:
        for _ in range(5):
            with suppress(RequestFailed):
                await beatpass.account()
            counts.append(len(server.requests))
    assert counts == [3, 4, 5, 6, 8]


@pytest.mark.parametrize("status", [401, 403, 404, 422, 429, 500, 520])
async def test_status_without_retry(status: int) -> None:
    async with (
        ScriptedServer(answer(b"", status, Retry_After="0"), answer(HOME)) as server,
        service(server) as beatpass,
    ):
        with pytest.raises(RequestFailed):
            await beatpass.account()
    assert len(server.requests) == 1


async def test_read_timeout_is_not_retried() -> None:
    async with ScriptedServer(silence) as server, service(server, HASTY) as beatpass:
        with pytest.raises(Unreachable):
            await beatpass.account()
    assert len(server.requests) == 1


async def test_retry_after_of_a_503_is_ignored() -> None:
    async with (
        ScriptedServer(answer(b"", 503, Retry_After="3600"), answer(HOME)) as server,
        service(server) as beatpass,
    ):
        assert (await beatpass.account()).id == 7


@pytest.mark.parametrize(
    "step", [answer(b"", 502), answer(b"", 503), answer(b"", 429), reset()], ids=short_id
)
async def test_post_is_never_retried(step: Step) -> None:
    async with ScriptedServer(step, answer(SIGNED_IN)) as server, service(server) as beatpass:
        with pytest.raises(RequestFailed):
            await sign_in(beatpass)
    assert len(server.requests) == 1


def test_backoff_doubles_and_is_random() -> None:
    first, second = ([api._backoff(0.15, attempts) for _ in range(50)] for attempts in (1, 2))
    assert len(set(first)) > 1
    assert 0.15 <= min(first) <= max(first) <= 0.3 <= min(second) <= max(second) <= 0.6


async def test_at_most_four_concurrent_requests() -> None:
    four = asyncio.Barrier(4)
    async with ScriptedServer(hold(four.wait, answer(HOME))) as server, service(server) as beatpass:
        await asyncio.gather(*(beatpass.account() for _ in range(12)))
    assert len(server.requests) == 12
    assert server.most_active == 4


async def test_closing_with_cancelled_requests() -> None:
    async with ScriptedServer(silence) as server:
        async with service(server) as beatpass:
            tasks = [asyncio.create_task(beatpass.account()) for _ in range(8)]
            await server.received(4)
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(end) for end in ends} == {asyncio.CancelledError}


async def test_closing_fails_pending_requests() -> None:
    endlessly = Timeouts(connect=3600, read=3600, total=3600, backoff=0)
    async with ScriptedServer(silence, silence, silence, silence, answer(HOME)) as server:
        async with service(server, endlessly) as beatpass:
            tasks = [asyncio.create_task(beatpass.account()) for _ in range(8)]
            await server.received(4)
        assert all(task.done() for task in tasks)
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(end) for end in ends} == {Unreachable}
        assert len(server.requests) == 4


# Sign-in


SIGNED_IN: dict[str, Any] = {
    "status": "success",
    "user": {"id": 7, "display_name": "nova", "access_token": f" {TOKEN}\n"},
    "menus": [{"items": [{"label": "Dashboard", "action": DASHBOARD}]}],
}


async def sign_in(beatpass: BeatPass) -> object:
    return await beatpass.log_in("nova@example.com", PASSWORD, "beatpass-tui")


async def test_sign_in() -> None:
    async with (
        ScriptedServer(answer(SIGNED_IN)) as server,
        service(server, token="another") as beatpass,
    ):
        result = await beatpass.log_in("nova@example.com", PASSWORD, "beatpass-tui")
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/api/v1/auth/login")
    assert "authorization" not in request.headers
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {
        "email": "nova@example.com",
        "password": PASSWORD,
        "token_name": "beatpass-tui",
    }
    assert result.token.reveal() == TOKEN
    assert (result.account.id, result.account.name) == (7, "nova")
    assert result.menu == (MenuItem("Dashboard", DASHBOARD),)
    assert TOKEN not in repr(result)


async def test_sign_in_without_menus() -> None:
    body = {"user": SIGNED_IN["user"]}
    async with ScriptedServer(answer(body)) as server, service(server) as beatpass:
        assert (await beatpass.log_in("a", "\ud800", "tui")).menu is None
    assert json.loads(server.requests[0].body)["password"] == "\ud800"


FIELDS = {"email": ["These do not match."], "token_name": "Too short."}


@pytest.mark.parametrize(
    "step, kind, message",
    [
        (answer({"message": "Unauthenticated."}, 401), NotSignedIn, "password were not accepted."),
        (answer(b"", 401), NotSignedIn, "password were not accepted."),
        (answer({"message": "No such user"}, 422), NotSignedIn, "not accepted: No such user."),
        (answer({"message": "No such user", "errors": {}}, 422), NotSignedIn, "not accepted: No"),
        (answer({"message": "Not valid.", "errors": FIELDS}, 422), ValidationFailed, "Not valid."),
        (answer({"message": "You are banned"}, 403), Forbidden, "not sign in: You are banned."),
        (answer({"message": "Forbidden"}, 403), Forbidden, "may be unverified"),
        (
            answer({"message": "Too Many Attempts."}, 429, Retry_After="60"),
            RateLimited,
            "Rate limited",
        ),
        (answer({}, 404), NotFound, "404"),
        (answer({"user": {"id": 7}}), MissingToken, "paste a personal access token"),
        (answer({"user": {"access_token": ""}}), MissingToken, "paste a personal access token"),
        (answer({"user": {"access_token": f"{TOKEN} x"}}), MissingToken, "paste a personal access"),
        (answer({"user": {"access_token": 12}}), MissingToken, "paste a personal access token"),
        (answer({"user": [], "access_token": TOKEN}), MissingToken, "paste a personal access"),
        (answer({"two_factor": True}), TwoFactorRequired, "paste a personal access token"),
        (answer({"two_factor": True}, 423), TwoFactorRequired, "paste a personal access token"),
        (answer({"success": False, "message": "Not today."}), ServerError, "Not today."),
        (answer(HTML), CaptivePortal, "a web page"),
        (answer(b""), InvalidResponse, "empty"),
        (answer(json.dumps(SIGNED_IN).encode()[:-5]), InvalidResponse, "incomplete"),
        (answer(b"", 503), ServiceUnavailable, "unavailable"),
        (reset(), Unreachable, "was lost"),
    ],
    ids=short_id,
)
async def test_failed_sign_in(step: Step, kind: type[RequestFailed], message: str) -> None:
    error = await failure(step, ask=sign_in)
    assert type(error) is kind
    assert message in error.message
    assert PASSWORD not in "".join(traceback.format_exception(error)) + repr(vars(error))
    if isinstance(error, ValidationFailed):
        assert error.fields == {"email": "These do not match.", "token_name": "Too short."}
    if isinstance(error, RateLimited):
        assert error.retry_after == 60


# Secrets, proxies and certificates


async def test_token_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with (
            ScriptedServer(answer(b"", 503), answer(HOME), silence) as server,
            service(server, HASTY) as beatpass,
        ):
            await beatpass.account()
            with pytest.raises(Unreachable):
                await beatpass.account()
            assert TOKEN not in repr(beatpass) + repr(vars(beatpass))
    assert caplog.records
    assert TOKEN not in caplog.text


async def test_invalid_token_is_not_in_the_error() -> None:
    async with (
        ScriptedServer(answer(HOME)) as server,
        service(server, token=f"{TOKEN}\r\nX: y") as beatpass,
    ):
        with pytest.raises(BeatPassError) as caught:
            await beatpass.account()
    assert server.requests == []
    assert TOKEN not in visible_text(caught.value)


async def test_loopback_uses_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ScriptedServer(answer(HOME)) as proxy, ScriptedServer(answer(HOME)) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        async with service(server) as beatpass:
            await beatpass.account()
        assert len(server.requests) == 1
        assert proxy.requests == []


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY", "https_proxy"])
async def test_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    async with ScriptedServer(answer(b"", 407)) as proxy:
        monkeypatch.setenv(name, proxy.url.replace("//", "//user:hunter2@"))
        async with service("https://open.beatpass.invalid/api/v1") as beatpass:
            with pytest.raises(Unreachable, match="proxy") as caught:
                await beatpass.account()
    (request,) = proxy.requests
    assert (request.method, request.target) == ("CONNECT", "open.beatpass.invalid:443")
    assert "authorization" not in request.headers
    assert "hunter2" not in visible_text(caught.value)


async def test_no_proxy_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "beatpass.invalid")
    assert api._proxy("https://open.beatpass.invalid", context) is None
    for url in ("http://127.0.0.1:9", "127.0.0.1:9"):
        monkeypatch.setenv("HTTPS_PROXY", url)
        proxy = api._proxy("https://open.beatpass.example", context)
        assert proxy is not None
        assert proxy.url == "http://127.0.0.1:9"


@pytest.mark.parametrize("proxy", ["ftp://hunter2@a", "http://hunter2@a:b", "socks5://hunter2@a:1"])
async def test_unusable_proxy(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.setitem(sys.modules, "socksio", None)
    with pytest.raises(Unreachable, match="proxy") as caught:
        await service("https://open.beatpass.invalid").__aenter__()
    assert "hunter2" not in visible_text(caught.value)


async def test_certificates_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(Unreachable, match="SSL_CERT_FILE"):
        await service("https://open.beatpass.invalid").__aenter__()
    # http to a loopback address needs none.
    async with service("http://127.0.0.1:9"):
        pass


async def test_netrc_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login evil password evil\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    async with ScriptedServer(answer(SIGNED_IN)) as server, service(server, token=None) as beatpass:
        await beatpass.account()
        await sign_in(beatpass)
    assert all("authorization" not in request.headers for request in server.requests)


async def test_token_is_sent_to_its_origin_only() -> None:
    seen: list[httpx.Request] = []

    async def remember(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=HOME)

    beatpass = BeatPass(token=Secret(TOKEN), transport=httpx.MockTransport(remember))
    async with beatpass:
        await beatpass.account()
        beatpass.base_url = "https://beatpass.ca.evil.example/api/v1"
        await beatpass.account()
    assert [request.headers.get("authorization") for request in seen] == [f"Bearer {TOKEN}", None]


@pytest.mark.parametrize(
    "message",
    [
        "Too Many Attempts.", "too many attempts", "Server Error", "Unauthenticated.", "Forbidden",
        "Not Found", "rate_limit_exceeded", "Internal Server Error", "Unprocessable Entity",
        "Unprocessable Content", "Request Entity Too Large", "Content Too Large",
        "The given data was invalid.", "No query results for model [App\\Models\\Artist] 5.",
        "SQLSTATE[HY000]: General error", "ErrorException: Undefined variable", "ERR_LIMIT: slow",
        "rate_limited: slow down", "", "   ", "<h1>Oops</h1>",
    ],
)  # fmt: skip
def test_codes_and_stock_phrases_are_not_shown(message: str) -> None:
    for status, field in product((401, 403, 404, 422, 429, 500, 503), ("message", "error")):
        response = responses.Response(status, "", {}, json.dumps({field: message}).encode())
        with pytest.raises(RequestFailed) as failed:
            responses.read(response, NOW)
        error = failed.value.message
        assert message not in error or message.strip() in ("", "Not Found"), status
        assert error.endswith(f" (HTTP {status}).")


@pytest.mark.parametrize(
    "message, shown",
    [
        ("You may not see this artist.", "You may not see this artist."),
        ("  Try again \n later", "Try again later."),
        ("\x1b[31mSlow down!\x1b[0m", "Slow down!"),
        ("Uploads are paused until Monday", "Uploads are paused until Monday."),
        ("Too many attempts. Please wait a minute.", "Too many attempts. Please wait a minute."),
    ],
)
async def test_sentences_for_people_are_shown_cleaned(message: str, shown: str) -> None:
    error = await failure(answer({"message": message}, 429))
    assert error.message == shown


async def test_field_errors_replace_a_stock_phrase() -> None:
    body = {"message": "The given data was invalid.", "errors": {"page": ["The page is too high."]}}
    error = await failure(answer(body, 422))
    assert error.message == "The page is too high."
