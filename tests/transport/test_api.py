"""The service over real sockets, against a server that behaves and one that does not."""

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
from beatpass_tui.models import MenuItem
from beatpass_tui.models.menu import DASHBOARD
from beatpass_tui.models.secret import Secret
from beatpass_tui.transport import responses
from beatpass_tui.transport.endpoints import Service
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
    wire: ScriptedServer | str, timeouts: Timeouts = PATIENT, token: str | None = TOKEN
) -> BeatPass:
    url = wire if isinstance(wire, str) else f"{wire.url}/api/v1"
    secret = Secret(token) if token else None
    return BeatPass(url, secret, timeouts=timeouts, clock=StillClock())


def told(error: BaseException) -> str:
    """Everything that a log or a crash could print of an exception and what led to it."""
    parts: list[str] = []
    left: list[BaseException | None] = [error]
    while left:
        found = left.pop()
        if found is None:
            continue
        parts += [repr(found), str(found), repr(vars(found)), *traceback.format_exception(found)]
        for frame, _ in traceback.walk_tb(found.__traceback__):
            if frame.f_code.co_filename != __file__:
                parts.append(repr(frame.f_locals))
        left += [found.__cause__, found.__context__]
    return "\n".join(parts)


def short(value: object) -> str | None:
    """Name a test by its parameters, where they are not the bytes of a whole answer."""
    return value[:30] if isinstance(value, str) else "" if isinstance(value, bytes) else None


async def failing(
    *steps: Step,
    timeouts: Timeouts = PATIENT,
    ask: Callable[[BeatPass], Awaitable[object]] = BeatPass.account,
) -> RequestFailed:
    """Return what a request that is answered with `steps` raises."""
    async with ScriptedServer(*steps) as wire, service(wire, timeouts) as beatpass:
        with pytest.raises(RequestFailed) as caught:
            await ask(beatpass)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    assert TOKEN not in told(error)
    assert error.message[-1] in ".!?…"
    assert len(error.message) <= 300
    assert error.message.isprintable()
    return error


# What is asked


ENDPOINTS: list[tuple[Callable[[Service], Awaitable[object]], str]] = [
    (lambda s: s.account(), "/users/me"),
    (lambda s: s.artist(), "/artist/profile"),
    (lambda s: s.stats(), "/artist/dashboard-stats"),
    (lambda s: s.intelligence(), "/producer-intelligence/dashboard"),
    (lambda s: s.followers(2036), "/artists/2036/followers?perPage=1"),
    (lambda s: s.activity(2036, "all"), "/artists/2036/activity?period=all&per_page=1"),
    (lambda s: s.sales(), "/artist/sales"),
    (lambda s: s.standings(), "/producer-intelligence/leaderboard"),
]


@pytest.mark.parametrize("ask, target", ENDPOINTS, ids=[path for _, path in ENDPOINTS])
async def test_asks_the_documented_path(
    ask: Callable[[Service], Awaitable[object]], target: str
) -> None:
    async with ScriptedServer(answer({})) as wire, service(wire) as beatpass:
        await ask(beatpass)
    (request,) = wire.requests
    assert (request.method, request.target) == ("GET", f"/api/v1{target}")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"] == f"beatpass-tui/{__version__}"


async def test_without_a_token_nothing_authorizes() -> None:
    async with ScriptedServer(answer(HOME)) as wire, service(wire, token=None) as beatpass:
        await beatpass.account()
        beatpass.token = Secret(TOKEN)
        await beatpass.account()
        beatpass.token = None
        await beatpass.account()
    sent = [request.headers.get("authorization") for request in wire.requests]
    assert sent == [None, f"Bearer {TOKEN}", None]


@pytest.mark.parametrize("bad", [0, -1, True, 1.0, "1/../../users/me", None])
async def test_an_artist_id_is_checked_before_it_is_sent(bad: int) -> None:
    async with ScriptedServer(answer({})) as wire, service(wire) as beatpass:
        with pytest.raises(ValueError, match="artist id"):
            await beatpass.followers(bad)
        with pytest.raises(ValueError, match="artist id"):
            await beatpass.activity(bad, "all")
        with pytest.raises(ValueError, match="album id"):
            await beatpass.album(bad)
        with pytest.raises(ValueError, match="period"):
            await beatpass.activity(1, "all&page=2")
    assert wire.requests == []


async def test_cookies_are_not_kept() -> None:
    async with (
        ScriptedServer(answer(HOME, Set_Cookie="session=1")) as wire,
        service(wire) as beatpass,
    ):
        await beatpass.account()
        await beatpass.account()
    assert "cookie" not in wire.requests[1].headers


async def test_asked_outside_of_its_block() -> None:
    beatpass = service("http://127.0.0.1:9")
    with pytest.raises(Unreachable, match="no connection"):
        await beatpass.account()


def test_an_unusable_address_is_refused_at_once() -> None:
    with pytest.raises(InvalidBaseURL):
        BeatPass("http://open.beatpass.ca/api/v1")


# Both generations of what is answered


async def test_answers_are_decoded_in_both_generations() -> None:
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
        ) as wire,
        service(wire) as beatpass,
    ):
        assert (await beatpass.account()).name == "nova"
        new, old = await beatpass.intelligence(), await beatpass.intelligence()
        assert new.level.level == old.level.level == 12
        assert new.level.xp == old.level.xp == 3774
        assert new.total_albums == old.total_albums == 9
        assert (await beatpass.followers(1)).total == (await beatpass.followers(1)).total == 873
        flat, nested = await beatpass.sales(), await beatpass.sales()
        assert flat == nested
        assert flat.revenue == Decimal("12.5")
        assert (await beatpass.artist()).id == 2036
        assert (await beatpass.stats()).total_tracks == 128
        assert (await beatpass.activity(1, "all")).downloads == 1204
        assert (await beatpass.standings()).rows[0].rank == 4


# Failures that the service tells


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
async def test_every_status_has_its_exception(status: int, kind: type[RequestFailed]) -> None:
    told = await failing(answer({"message": "The words of the service"}, status))
    assert type(told) is kind
    assert told.message == "The words of the service."
    if isinstance(told, StatusError):
        assert told.status == status
    page = await failing(answer(b"<!doctype html><h1>Oops</h1>", status, Content_Type="text/html"))
    assert type(page) is kind
    assert str(status) in page.message
    assert "<" not in page.message


@pytest.mark.parametrize(
    "body, sentence",
    [
        ({"message": "First choice.", "error": "Second choice."}, "First choice."),
        ({"message": "", "error": "Second choice."}, "Second choice."),
        ({"message": "Words win.", "error": "server_error"}, "Words win."),
        ({"message": "server_error", "error": "Words win!"}, "Words win!"),
        ({"message": None, "errors": {"a": ["Third choice"]}}, "Third choice."),
        ({"errors": {"a": "Third choice"}}, "Third choice."),
        ({"errors": ["Third choice"]}, "Third choice."),
        ({"errors": {"a": [], "b": [{}], "c": ["Third choice"]}}, "Third choice."),
        ({"message": {"a": 1}, "error": 7}, "BeatPass refused the request (409 Conflict)."),
        ({"message": "<h1>Oh no</h1> no"}, "BeatPass refused the request (409 Conflict)."),
        ({"error": "conflict"}, "BeatPass refused the request (409 Conflict)."),
        ([], "BeatPass refused the request (409 Conflict)."),
        (b"", "BeatPass refused the request (409 Conflict)."),
        (b"\xff\xfe", "BeatPass refused the request (409 Conflict)."),
        ({"message": "\x1b]52;c;AAAA\x07 Two\nlines \ud800"}, "]52;c;AAAA Two lines."),
    ],
)
async def test_the_sentence_of_a_failure(body: object, sentence: str) -> None:
    assert (await failing(answer(body, 409, reason="Conflict"))).message == sentence


async def test_a_sentence_of_megabytes_is_cut() -> None:
    long = await failing(answer({"message": "word " * 300_000}, 500))
    assert isinstance(long, ServerError)
    assert 150 <= len(long.message) <= 200
    longer = await failing(answer({"message": "word " * 600_000}, 500))
    assert longer.message.startswith("BeatPass reports a server error")


async def test_one_word_alone_is_no_sentence() -> None:
    error = await failing(answer({"message": "Unauthenticated."}, 401, reason="Unauthorized"))
    assert "token" in error.message
    assert "(401 Unauthorized)" in error.message


@pytest.mark.parametrize(
    "body, sentence",
    [
        ({"success": False, "message": "No stats today."}, "No stats today."),
        ({"success": False, "error": "server_error"}, "The service reports a failure"),
        ({"status": "error", "message": "No stats today."}, "No stats today."),
        ({"data": {"overall": []}, "error": "Failed to load it"}, "Failed to load it."),
    ],
)
async def test_a_200_may_say_that_it_failed(body: object, sentence: str) -> None:
    error = await failing(answer(body), ask=BeatPass.standings)
    assert isinstance(error, ServerError)
    assert error.status == 200
    assert error.message.startswith(sentence)


async def test_an_empty_error_is_no_failure() -> None:
    body = {"data": {"overall": []}, "error": "", "success": True}
    async with ScriptedServer(answer(body)) as wire, service(wire) as beatpass:
        assert (await beatpass.standings()).rows[0].listed == 0


async def test_what_is_wrong_with_the_fields() -> None:
    errors = {"period": ["Not one.", "Nor two."], "pa\x1bge": "Too far.", "x": 7, "y\x1b": [None]}
    error = await failing(answer({"message": "Not accepted.", "errors": errors}, 422))
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
async def test_how_long_a_rate_limit_lasts(
    headers: dict[str, str], body: object, seconds: float | None
) -> None:
    async with ScriptedServer(answer(body, 429, **headers)) as wire, service(wire) as beatpass:
        with pytest.raises(RateLimited) as caught:
            await beatpass.account()
    assert caught.value.retry_after == seconds
    assert len(wire.requests) == 1


# Answers that are none


CUT_GZIP = gzip.compress(json.dumps(HOME).encode())[:20]
HTML = b"\n <!DOCTYPE html><html><title>Sign in to the Wi-Fi</title></html>"


@pytest.mark.parametrize(
    "step, sentence",
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
    ids=short,
)
async def test_an_answer_that_is_none(step: bytes, sentence: str) -> None:
    error = await failing(step)
    assert type(error) is InvalidResponse
    assert sentence in error.message


@pytest.mark.parametrize(
    "step",
    [
        answer(HTML, Content_Type="text/html"),
        answer(HTML),
        answer(b"\xef\xbb\xbf" + HTML),
        answer(b"Please sign in", Content_Type="text/html; charset=utf-8"),
        answer(HTML, 511, "Network Authentication Required"),
    ],
    ids=short,
)
async def test_a_network_that_wants_a_login_is_tried_again_like_one_that_is_away(
    step: bytes,
) -> None:
    error = await failing(step)
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
    ids=short,
)
async def test_an_odd_answer_that_is_one(data: bytes, headers: dict[str, str]) -> None:
    async with ScriptedServer(answer(data, **headers)) as wire, service(wire) as beatpass:
        assert (await beatpass.account()).id == 7


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000, "-1", "[]"], ids=short
)
async def test_one_bad_number_costs_one_field(value: str) -> None:
    data = f'{{"success": true, "data": {{"total_tracks": {value}, "total_plays": 5}}}}'.encode()
    async with ScriptedServer(answer(data)) as wire, service(wire) as beatpass:
        stats = await beatpass.stats()
    assert (stats.total_tracks, stats.total_plays) == (None, 5)


async def test_a_lone_surrogate_is_dropped() -> None:
    data = b'{"user": {"id": 7, "display_name": "no\\ud800va"}}'
    async with ScriptedServer(answer(data)) as wire, service(wire) as beatpass:
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
async def test_an_answer_that_is_too_large(step: Step) -> None:
    error = await failing(step)
    assert type(error) is InvalidResponse
    assert "too large" in error.message


async def test_an_answer_as_large_as_may_be() -> None:
    data = json.dumps(HOME).encode().ljust(responses.LIMIT)
    packed = gzip.compress(data)
    async with (
        ScriptedServer(answer(data), answer(packed, Content_Encoding="gzip")) as wire,
        service(wire) as beatpass,
    ):
        assert (await beatpass.account()).id == 7
        assert (await beatpass.account()).id == 7


async def test_a_bomb_is_never_unpacked() -> None:
    packed = answer(bomb(60 * 1024 * 1024), Content_Encoding="gzip")
    async with ScriptedServer(packed) as wire, service(wire) as beatpass:
        tracemalloc.start()
        try:
            with pytest.raises(InvalidResponse, match="too large"):
                await beatpass.account()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 16 * 1024 * 1024


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    async with ScriptedServer(answer(HOME)) as other:
        target = f"http://user:pass@localhost:{other.port}/secret?token=1"
        error = await failing(answer(b"", status, Location=target))
        assert other.requests == []
    assert type(error) is InvalidResponse
    assert "redirects to localhost" in error.message
    assert str(status) in error.message
    assert "secret" not in error.message
    assert "pass" not in error.message


@pytest.mark.parametrize("target", ["", "http://[", "http://a b\x1b/", "/api/v1/elsewhere", "//"])
async def test_a_redirect_to_nowhere(target: str) -> None:
    error = await failing(answer(b"", 302, Location=target))
    assert type(error) is InvalidResponse
    assert "redirects" in error.message


async def test_a_redirect_of_a_sign_in_is_not_followed() -> None:
    async with ScriptedServer(answer(HOME)) as other:
        error = await failing(answer(b"", 307, Location=other.url), ask=sign_in)
        assert other.requests == []
    assert type(error) is InvalidResponse


# No answer at all


async def test_refused() -> None:
    async with ScriptedServer(silence) as wire:
        address = wire.url
    with unused_port(address):
        async with service(address) as beatpass:
            with pytest.raises(Unreachable, match="refused") as caught:
                await beatpass.account()
    assert caught.value.__context__ is None


async def test_no_such_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    async with service("https://open.beatpass.invalid") as beatpass:
        with pytest.raises(Unreachable, match="host name"):
            await beatpass.account()


async def test_no_tls_behind_https() -> None:
    async with (
        ScriptedServer(answer(HOME), greeting=answer(b"", 400)) as wire,
        service(wire.url.replace("http:", "https:")) as beatpass,
    ):
        with pytest.raises(Unreachable, match="TLS") as caught:
            await beatpass.account()
    assert wire.requests == []
    assert caught.value.reason == "TLS error"


@pytest.mark.parametrize(
    "cause, sentence",
    [
        (ssl.SSLCertVerificationError("self-signed"), "not trusted"),
        (ExceptionGroup("all", [OSError(), ConnectionRefusedError()]), "Connection refused"),
        (OSError("Network is unreachable"), "Could not connect"),
    ],
)
async def test_why_there_is_no_connection(cause: Exception, sentence: str) -> None:
    class Broken(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("none", request=request) from cause

    beatpass = BeatPass(token=Secret(TOKEN), transport=Broken(), timeouts=PATIENT)
    async with beatpass:
        with pytest.raises(Unreachable, match=sentence) as caught:
            await beatpass.account()
    assert TOKEN not in told(caught.value)


WHOLE = answer(HOME)


@pytest.mark.parametrize(
    "step",
    [reset(), reset(WHOLE[:-10]), WHOLE[:-10], WHOLE[:20], b""],
    ids=["reset", "reset in the body", "cut in the body", "cut in the head", "closed"],
)
async def test_a_connection_that_breaks(step: Step) -> None:
    error = await failing(step)
    assert type(error) is Unreachable
    assert "was lost" in error.message


async def test_what_answers_does_not_speak_http() -> None:
    assert type(await failing(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")) is Unreachable


async def test_a_failure_keeps_its_status_when_its_words_break_off() -> None:
    error = await failing(reset(answer({"message": "Slow down."}, 429, Retry_After="9")[:-5]))
    assert isinstance(error, RateLimited)
    assert error.retry_after == 9


async def test_silence_times_out() -> None:
    error = await failing(silence, timeouts=HASTY)
    assert type(error) is Unreachable
    assert (error.reason, "in time" in error.message) == ("timed out", True)


async def test_a_byte_at_a_time_runs_out_of_the_whole_time() -> None:
    slow = trickle(answer(HOME), pause=0.02)
    error = await failing(slow, timeouts=Timeouts(connect=5, read=5, total=0.2))
    assert type(error) is Unreachable
    assert "in time" in error.message


async def test_retries_stay_inside_of_the_whole_time() -> None:
    slow = Timeouts(connect=5, read=5, total=0.2, backoff=60)
    assert type(await failing(answer(b"", 503), timeouts=slow)) is Unreachable


async def test_waiting_for_a_slot_costs_no_time() -> None:
    timeouts = Timeouts(connect=5, read=5, total=0.4)
    async with (
        ScriptedServer(
            trickle(answer(HOME), 0.01), trickle(answer(HOME), 0.01), answer(HOME)
        ) as wire,
        service(wire, timeouts) as beatpass,
    ):
        for _ in range(api.MAX_CONCURRENT - 1):
            await beatpass._slots.acquire()
        late = [asyncio.create_task(beatpass.account()) for _ in range(2)]
        last = asyncio.create_task(beatpass.account())
        # Both take the whole time before the third may begin.
        assert (await last).id == 7
        ends = await asyncio.gather(*late, return_exceptions=True)
        for _ in range(api.MAX_CONCURRENT - 1):
            beatpass._slots.release()
    assert [type(end) for end in ends] == [Unreachable, Unreachable]


# Retries and crowds


@pytest.mark.parametrize(
    "step", [answer(b"", 502), answer(b"", 503), answer(b"", 504), reset()], ids=short
)
async def test_a_get_is_tried_three_times(step: Step) -> None:
    async with ScriptedServer(step, step, answer(HOME)) as wire, service(wire) as beatpass:
        assert (await beatpass.account()).id == 7
    assert len(wire.requests) == 3
    assert {request.headers["authorization"] for request in wire.requests} == {f"Bearer {TOKEN}"}
    async with ScriptedServer(step, step, step, answer(HOME)) as wire, service(wire) as beatpass:
        with pytest.raises(Unreachable):
            await beatpass.account()
    assert len(wire.requests) == 3


@pytest.mark.parametrize("step", [answer(b"", 503), reset()], ids=short)
async def test_what_is_out_of_reach_is_asked_once_until_it_answers(step: Step) -> None:
    steps = [step, step, step, step, step, answer(b"", 404), step, answer(HOME)]
    counts = []
    async with ScriptedServer(*steps) as wire, service(wire) as beatpass:
        for _ in range(5):
            with suppress(RequestFailed):
                await beatpass.account()
            counts.append(len(wire.requests))
    assert counts == [3, 4, 5, 6, 8]


@pytest.mark.parametrize("status", [401, 403, 404, 422, 429, 500, 520])
async def test_what_is_not_tried_again(status: int) -> None:
    async with (
        ScriptedServer(answer(b"", status, Retry_After="0"), answer(HOME)) as wire,
        service(wire) as beatpass,
    ):
        with pytest.raises(RequestFailed):
            await beatpass.account()
    assert len(wire.requests) == 1


async def test_an_answer_that_is_silent_is_not_tried_again() -> None:
    async with ScriptedServer(silence) as wire, service(wire, HASTY) as beatpass:
        with pytest.raises(Unreachable):
            await beatpass.account()
    assert len(wire.requests) == 1


async def test_retry_after_is_never_slept_through() -> None:
    async with (
        ScriptedServer(answer(b"", 503, Retry_After="3600"), answer(HOME)) as wire,
        service(wire) as beatpass,
    ):
        assert (await beatpass.account()).id == 7


@pytest.mark.parametrize(
    "step", [answer(b"", 502), answer(b"", 503), answer(b"", 429), reset()], ids=short
)
async def test_a_post_is_never_tried_again(step: Step) -> None:
    async with ScriptedServer(step, answer(SIGNED_IN)) as wire, service(wire) as beatpass:
        with pytest.raises(RequestFailed):
            await sign_in(beatpass)
    assert len(wire.requests) == 1


def test_backoff_doubles_and_is_random() -> None:
    first, second = ([api._backoff(0.15, attempts) for _ in range(50)] for attempts in (1, 2))
    assert len(set(first)) > 1
    assert 0.15 <= min(first) <= max(first) <= 0.3 <= min(second) <= max(second) <= 0.6


async def test_four_at_once() -> None:
    four = asyncio.Barrier(4)
    async with ScriptedServer(hold(four.wait, answer(HOME))) as wire, service(wire) as beatpass:
        await asyncio.gather(*(beatpass.account() for _ in range(12)))
    assert len(wire.requests) == 12
    assert wire.most_active == 4


async def test_leaving_with_requests_in_flight() -> None:
    async with ScriptedServer(silence) as wire:
        async with service(wire) as beatpass:
            tasks = [asyncio.create_task(beatpass.account()) for _ in range(8)]
            await wire.received(4)
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(end) for end in ends} == {asyncio.CancelledError}


async def test_leaving_ends_what_is_in_flight() -> None:
    endlessly = Timeouts(connect=3600, read=3600, total=3600, backoff=0)
    async with ScriptedServer(silence, silence, silence, silence, answer(HOME)) as wire:
        async with service(wire, endlessly) as beatpass:
            tasks = [asyncio.create_task(beatpass.account()) for _ in range(8)]
            await wire.received(4)
        assert all(task.done() for task in tasks)
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(end) for end in ends} == {Unreachable}
        assert len(wire.requests) == 4


# Signing in


SIGNED_IN: dict[str, Any] = {
    "status": "success",
    "user": {"id": 7, "display_name": "nova", "access_token": f" {TOKEN}\n"},
    "menus": [{"items": [{"label": "Dashboard", "action": DASHBOARD}]}],
}


async def sign_in(beatpass: BeatPass) -> object:
    return await beatpass.log_in("nova@example.com", PASSWORD, "beatpass-tui")


async def test_a_sign_in() -> None:
    async with (
        ScriptedServer(answer(SIGNED_IN)) as wire,
        service(wire, token="another") as beatpass,
    ):
        found = await beatpass.log_in("nova@example.com", PASSWORD, "beatpass-tui")
    (request,) = wire.requests
    assert (request.method, request.target) == ("POST", "/api/v1/auth/login")
    assert "authorization" not in request.headers
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {
        "email": "nova@example.com",
        "password": PASSWORD,
        "token_name": "beatpass-tui",
    }
    assert found.token.reveal() == TOKEN
    assert (found.account.id, found.account.name) == (7, "nova")
    assert found.menu == (MenuItem("Dashboard", DASHBOARD),)
    assert TOKEN not in repr(found)


async def test_a_sign_in_without_menus() -> None:
    body = {"user": SIGNED_IN["user"]}
    async with ScriptedServer(answer(body)) as wire, service(wire) as beatpass:
        assert (await beatpass.log_in("a", "\ud800", "tui")).menu is None
    assert json.loads(wire.requests[0].body)["password"] == "\ud800"


FIELDS = {"email": ["These do not match."], "token_name": "Too short."}


@pytest.mark.parametrize(
    "step, kind, sentence",
    [
        (answer({"message": "Unauthenticated."}, 401), NotSignedIn, "password were not accepted."),
        (answer(b"", 401), NotSignedIn, "password were not accepted."),
        (answer({"message": "No such user"}, 422), NotSignedIn, "not accepted: No such user."),
        (answer({"message": "No such user", "errors": {}}, 422), NotSignedIn, "not accepted: No"),
        (answer({"message": "Not valid.", "errors": FIELDS}, 422), ValidationFailed, "Not valid."),
        (answer({"message": "You are banned"}, 403), Forbidden, "not sign in: You are banned."),
        (answer({"message": "Forbidden"}, 403), Forbidden, "may be unverified"),
        (answer({"message": "Too Many Attempts."}, 429, Retry_After="60"), RateLimited, "Too Many"),
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
    ids=short,
)
async def test_a_sign_in_that_fails(step: Step, kind: type[RequestFailed], sentence: str) -> None:
    error = await failing(step, ask=sign_in)
    assert type(error) is kind
    assert sentence in error.message
    assert PASSWORD not in "".join(traceback.format_exception(error)) + repr(vars(error))
    if isinstance(error, ValidationFailed):
        assert error.fields == {"email": "These do not match.", "token_name": "Too short."}
    if isinstance(error, RateLimited):
        assert error.retry_after == 60


# Secrets, proxies and certificates


async def test_the_token_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with (
            ScriptedServer(answer(b"", 503), answer(HOME), silence) as wire,
            service(wire, HASTY) as beatpass,
        ):
            await beatpass.account()
            with pytest.raises(Unreachable):
                await beatpass.account()
            assert TOKEN not in repr(beatpass) + repr(vars(beatpass))
    assert caplog.records
    assert TOKEN not in caplog.text


async def test_a_token_that_no_header_takes_is_not_repeated() -> None:
    async with (
        ScriptedServer(answer(HOME)) as wire,
        service(wire, token=f"{TOKEN}\r\nX: y") as beatpass,
    ):
        with pytest.raises(BeatPassError) as caught:
            await beatpass.account()
    assert wire.requests == []
    assert TOKEN not in told(caught.value)


async def test_this_machine_is_never_behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ScriptedServer(answer(HOME)) as proxy, ScriptedServer(answer(HOME)) as wire:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        async with service(wire) as beatpass:
            await beatpass.account()
        assert len(wire.requests) == 1
        assert proxy.requests == []


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY", "https_proxy"])
async def test_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    async with ScriptedServer(answer(b"", 407)) as proxy:
        monkeypatch.setenv(name, proxy.url.replace("//", "//user:hunter2@"))
        async with service("https://open.beatpass.invalid/api/v1") as beatpass:
            with pytest.raises(Unreachable, match="proxy") as caught:
                await beatpass.account()
    (request,) = proxy.requests
    assert (request.method, request.target) == ("CONNECT", "open.beatpass.invalid:443")
    assert "authorization" not in request.headers
    assert "hunter2" not in told(caught.value)


async def test_a_proxy_is_not_for_everyone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "beatpass.invalid")
    assert api._proxy("https://open.beatpass.invalid") is None
    assert api._proxy("https://open.beatpass.example") == "http://127.0.0.1:9"
    monkeypatch.setenv("HTTPS_PROXY", "127.0.0.1:9")
    assert api._proxy("https://open.beatpass.example") == "http://127.0.0.1:9"


@pytest.mark.parametrize("proxy", ["ftp://hunter2@a", "http://hunter2@a:b", "socks5://hunter2@a:1"])
async def test_a_proxy_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.setitem(sys.modules, "socksio", None)
    with pytest.raises(Unreachable, match="proxy") as caught:
        await service("https://open.beatpass.invalid").__aenter__()
    assert "hunter2" not in told(caught.value)


async def test_certificates_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(Unreachable, match="SSL_CERT_FILE"):
        await service("https://open.beatpass.invalid").__aenter__()
    # Plain http to this machine needs none.
    async with service("http://127.0.0.1:9"):
        pass


async def test_netrc_adds_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login evil password evil\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    async with ScriptedServer(answer(SIGNED_IN)) as wire, service(wire, token=None) as beatpass:
        await beatpass.account()
        await sign_in(beatpass)
    assert all("authorization" not in request.headers for request in wire.requests)


async def test_the_token_goes_to_no_other_origin() -> None:
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
