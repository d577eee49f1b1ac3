"""The demo server over real sockets: documented shapes, access, paging and HTTP."""

from __future__ import annotations

import json
import signal
import socket
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.client import HTTPConnection
from typing import Any

import pytest

from beatpass_tui.demo import DemoServer
from beatpass_tui.models import menu
from beatpass_tui.models.menu import NavEntry
from support.demo_client import (
    NOW,
    NUMBER,
    WITHOUT_ZONE,
    ZULU,
    call,
    check,
    matching,
    one_of,
    optional,
    run_demo,
    sign_in,
)
from support.unused_port import unused_port

ARTIST = "/artists/900000021"


# -- shapes ---------------------------------------------------------------------------------------


WITH_OFFSET = matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
USER = {"id": int, "display_name": str, "avatar": str}
TRACK_STUB = {"id": int, "name": str, "image": str}
ENTRY = {
    "id": optional(int),
    "producer_id": optional(int),
    "name": str,
    "avatar": optional(str),
    "rank": int,
    "value": NUMBER,
    "score": NUMBER,
    "tier": str,
    "is_current_user": bool,
    "metadata": dict,
}
SHAPES: Mapping[str, Any] = {
    "/users/me": {"status": one_of("success"), "user": USER},
    "/artist/profile": {
        "success": one_of(True),
        "data": {
            "id": int,
            "name": str,
            "upload_access": bool,
            "total_tracks": int,
            "total_plays": int,
            "member_since": ZULU,
            "bio": str,
            "website": str,
            "social_links": {"twitter": str, "instagram": str, "soundcloud": str, "youtube": str},
        },
    },
    "/artist/dashboard-stats": {
        "success": one_of(True),
        "data": {
            "total_tracks": int,
            "total_plays": int,
            "total_contribution": NUMBER,
            "recent_uploads": int,
            "play_growth_percentage": NUMBER,
            "top_track": optional(
                {"id": int, "name": str, "plays": int, "contribution_value": NUMBER}
            ),
            "average_plays_per_track": int,
            "tracks_with_plays": int,
        },
    },
    "/producer-intelligence/dashboard": {
        "xp": {
            "currentLevel": int,
            "currentXP": NUMBER,
            "xpToNextLevel": NUMBER,
            "levelProgress": NUMBER,
        },
        "achievements": [dict],
        "recentActivity": [dict],
        "overview": {
            "totalTracks": int,
            "totalPlays": int,
            "totalRevenue": NUMBER,
            "totalAlbums": int,
            "uniqueListeners": NUMBER,
            "growthRate": optional(NUMBER),
        },
    },
    f"{ARTIST}/followers": {
        "status": one_of("success"),
        "pagination": {
            "current_page": int,
            "data": [USER],
            "from": optional(int),
            "to": optional(int),
            "per_page": int,
            "last_page": int,
            "total": int,
        },
    },
    f"{ARTIST}/activity?period=all&per_page=50": {
        "hasTracks": bool,
        "period": {"key": one_of("all"), "start": None, "end": WITH_OFFSET},
        "summary": {
            "audienceDownloads": int,
            "uniqueDownloaders": int,
            "licensesIssued": int,
            "audiencePlays": int,
            "likes": int,
            "reposts": int,
            "comments": int,
            "topDownloadedTrack": optional({**TRACK_STUB, "downloads": int}),
        },
        "downloadEvents": [
            {
                "id": int,
                "occurredAt": ZULU,
                "track": TRACK_STUB,
                "downloader": optional({"id": int, "displayName": str, "avatar": optional(str)}),
                "license": optional(
                    {
                        "uuid": matching(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
                        "type": str,
                        "status": str,
                    }
                ),
            }
        ],
        "pagination": {"page": int, "perPage": int, "total": int, "hasMore": bool},
    },
    "/artist/sales": {
        "status": one_of("success"),
        "earnings": {
            "total_sales": int,
            "total_revenue": NUMBER,
            "total_revenue_formatted": str,
            "pending_payout": NUMBER,
            "paid_out": NUMBER,
            "currency": matching("[A-Z]{3}"),
        },
        "recent_purchases": [
            {
                "id": int,
                "track_id": int,
                "track_name": str,
                "artist_amount": NUMBER,
                "total_amount": NUMBER,
                "platform_fee": NUMBER,
                "status": str,
                "purchased_at": WITHOUT_ZONE,
            }
        ],
    },
    "/producer-intelligence/leaderboard": {
        "data": {
            "overall": [ENTRY],
            "points": [{**ENTRY, "achievement_count": int}],
            "uploads": [ENTRY],
            "plays": [ENTRY],
            "earnings": [ENTRY],
            "quality": [ENTRY],
            "collaboration": [ENTRY],
            "season_info": {"type": one_of("monthly"), "time_remaining": str, "end_date": ZULU},
            "user_positions": one_of([]),
        }
    },
}


@pytest.mark.parametrize("path", SHAPES)
@pytest.mark.parametrize("state", ["normal", "new"])
def test_responses_have_the_documented_fields(path: str, state: str) -> None:
    with DemoServer(state=state, now=lambda: NOW, growth_delay=0) as server:
        reply = call(server, path)
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "application/json"
    check(reply.body, SHAPES[path])


def test_numbers_of_the_artist_agree(server: DemoServer) -> None:
    assert call(server, "/users/me").body["user"]["display_name"] == "nova"
    profile = call(server, "/artist/profile").body["data"]
    assert (profile["id"], profile["name"]) == (900000021, "Nova Reyes")
    stats = call(server, "/artist/dashboard-stats").body["data"]
    assert stats["top_track"]["name"] == "Midnight Drive"
    assert stats["top_track"]["plays"] == 7919
    assert (stats["recent_uploads"], stats["average_plays_per_track"]) == (4, 353)
    intelligence = call(server, "/producer-intelligence/dashboard").body
    assert intelligence["xp"] == {
        "currentLevel": 12,
        "currentXP": 3774,
        "xpToNextLevel": 383,
        "levelProgress": 24.8,
    }
    overview = intelligence["overview"]
    for tracks, plays in (
        (profile["total_tracks"], profile["total_plays"]),
        (stats["total_tracks"], stats["total_plays"]),
        (overview["totalTracks"], overview["totalPlays"]),
    ):
        assert (tracks, plays) == (128, 45210)
    assert overview["totalAlbums"] == 9
    assert call(server, f"{ARTIST}/followers").body["pagination"]["total"] == 873
    sales = call(server, "/artist/sales").body["earnings"]
    assert sales["total_revenue"] == overview["totalRevenue"]
    assert sales["pending_payout"] + sales["paid_out"] == pytest.approx(sales["total_revenue"])


def test_responses_are_the_same_at_every_start() -> None:
    paths = [*SHAPES, f"{ARTIST}/activity?period=30d", f"{ARTIST}/followers?perPage=100&page=3"]

    def responses() -> list[tuple[bytes, list[tuple[str, str]]]]:
        with DemoServer(now=lambda: NOW) as server:
            replies = [call(server, path) for path in paths]
        return [(reply.content, reply.headers.items()) for reply in replies]

    assert responses() == responses()


def test_clock_without_a_zone_is_utc(server: DemoServer) -> None:
    with DemoServer(now=lambda: NOW.replace(tzinfo=None)) as other:
        assert call(other, "/artist/profile").body == call(server, "/artist/profile").body


# -- pages and periods ----------------------------------------------------------------------------


def test_followers_have_a_last_page(server: DemoServer) -> None:
    ids: list[int] = []
    page = 1
    while True:
        body = call(server, f"{ARTIST}/followers?perPage=100&page={page}").body["pagination"]
        assert (body["current_page"], body["per_page"], body["last_page"]) == (page, 100, 9)
        assert (body["from"], body["to"]) == (len(ids) + 1, len(ids) + len(body["data"]))
        ids += [person["id"] for person in body["data"]]
        if page == body["last_page"]:
            break
        page += 1
    assert len(ids) == len(set(ids)) == 873
    beyond = call(server, f"{ARTIST}/followers?perPage=100&page=10").body["pagination"]
    assert (beyond["data"], beyond["from"], beyond["to"]) == ([], None, None)


@pytest.mark.parametrize(
    "query, size",
    [("", 25), ("?perPage=1", 1), ("?perPage=0", 25), ("?perPage=x", 25), ("?perPage=9999", 100)],
)
def test_page_size_of_followers_is_limited(server: DemoServer, query: str, size: int) -> None:
    page = call(server, f"{ARTIST}/followers{query}").body["pagination"]
    assert page["per_page"] == len(page["data"]) == size


@pytest.mark.parametrize("period, days", [("7d", 7), ("30d", 30), ("90d", 90), ("all", 9_999)])
def test_activity_covers_its_period(server: DemoServer, period: str, days: int) -> None:
    events: list[Any] = []
    page = 1
    while True:
        body = call(server, f"{ARTIST}/activity?period={period}&per_page=50&page={page}").body
        events += body["downloadEvents"]
        assert body["pagination"]["hasMore"] == (page * 50 < body["pagination"]["total"])
        if not body["pagination"]["hasMore"]:
            break
        page += 1
    summary = body["summary"]
    assert len(events) == summary["audienceDownloads"] == body["pagination"]["total"]
    assert summary["licensesIssued"] == sum(event["license"] is not None for event in events)
    people = {event["downloader"]["id"] for event in events if event["downloader"]}
    assert summary["uniqueDownloaders"] == len(people)
    top = summary["topDownloadedTrack"]
    assert top["downloads"] == sum(event["track"]["id"] == top["id"] for event in events)
    times = [datetime.fromisoformat(event["occurredAt"]) for event in events]
    assert times == sorted(times, reverse=True)
    assert NOW - timedelta(days=days) <= times[-1]
    assert times[0] <= NOW
    if period != "all":
        assert datetime.fromisoformat(body["period"]["start"]) == NOW - timedelta(days=days)


def test_longer_period_has_larger_numbers(server: DemoServer) -> None:
    summaries = [
        call(server, f"{ARTIST}/activity?period={period}").body["summary"]
        for period in ("7d", "30d", "90d", "all")
    ]
    for name in ("audienceDownloads", "audiencePlays", "likes", "reposts", "comments"):
        values = [summary[name] for summary in summaries]
        assert values == sorted(set(values))
    assert summaries[-1]["audienceDownloads"] == 1204
    assert summaries[-1]["audiencePlays"] < 45210


@pytest.mark.parametrize(
    "query, field",
    [
        ("period=8d", "period"),
        ("period=", "period"),
        ("per_page=0", "per_page"),
        ("per_page=51", "per_page"),
        ("per_page=many", "per_page"),
        ("page=0", "page"),
        ("page=-1", "page"),
    ],
)
def test_undocumented_parameter_of_activity_is_refused(
    server: DemoServer, query: str, field: str
) -> None:
    reply = call(server, f"{ARTIST}/activity?{query}")
    assert reply.status == 422
    check(reply.body, {"message": str, "errors": {field: [str]}})


def test_activity_has_its_documented_defaults(server: DemoServer) -> None:
    body = call(server, f"{ARTIST}/activity").body
    assert body["period"]["key"] == "90d"
    assert (body["pagination"]["page"], body["pagination"]["perPage"]) == (1, 20)


# -- the leaderboard ------------------------------------------------------------------------------


def test_own_row_is_in_every_category_except_earnings(server: DemoServer) -> None:
    data = call(server, "/producer-intelligence/leaderboard").body["data"]
    lists = {name: rows for name, rows in data.items() if isinstance(rows, list) and rows}
    assert len(lists) == 7
    yours = {name: [row for row in rows if row["is_current_user"]] for name, rows in lists.items()}
    assert [name for name, rows in yours.items() if not rows] == ["earnings"]
    assert all(len(rows) == 1 for name, rows in yours.items() if name != "earnings")
    assert yours["plays"][0]["value"] == 45210
    assert yours["points"][0]["value"] == 3774
    assert yours["uploads"][0]["value"] == 120


def test_equal_values_share_a_rank(server: DemoServer) -> None:
    data = call(server, "/producer-intelligence/leaderboard").body["data"]
    tied = []
    for name, rows in data.items():
        if not isinstance(rows, list) or not rows:
            continue
        values = [row["value"] for row in rows]
        assert values == sorted(values, reverse=True)
        assert [row["rank"] for row in rows] == [values.index(value) + 1 for value in values]
        tied += [name] if len(set(values)) < len(values) else []
    assert tied == ["uploads"]


@pytest.mark.parametrize("token", [None, "901|somebody-else"])
def test_no_own_row_without_a_valid_token(server: DemoServer, token: str | None) -> None:
    reply = call(server, "/producer-intelligence/leaderboard", token=token)
    assert reply.status == 200
    for rows in reply.body["data"].values():
        if isinstance(rows, list):
            assert not any(row["is_current_user"] for row in rows)


# -- access ---------------------------------------------------------------------------------------

PRIVATE = [path for path in SHAPES if not path.endswith("/leaderboard")]


@pytest.mark.parametrize("path", PRIVATE)
@pytest.mark.parametrize("token", [None, "901|somebody-else"])
def test_valid_token_is_required(server: DemoServer, path: str, token: str | None) -> None:
    reply = call(server, path, token=token)
    assert (reply.status, reply.body) == (401, {"message": "Unauthenticated."})


@pytest.mark.parametrize(
    "path, method, status",
    [
        ("/artists/900000022/followers", "GET", 403),
        ("/artists/1e3/activity", "GET", 403),
        ("/users/900000008", "GET", 404),
        ("/users/900000007", "GET", 200),
        ("/artist", "GET", 404),
        ("/artists//followers", "GET", 404),
        ("/../../artist/profile", "GET", 404),
        ("/auth/login", "GET", 405),
        ("/users/me", "POST", 405),
        ("/artist/profile", "PUT", 405),
    ],
)
def test_foreign_and_missing_resources_are_refused(
    server: DemoServer, path: str, method: str, status: int
) -> None:
    reply = call(server, path, method=method)
    assert reply.status == status
    if status != 200:
        check(reply.body, {"message": str})


def test_every_response_has_rate_limit_headers(server: DemoServer) -> None:
    replies = [call(server, path) for path in ("/users/me", "/nothing", "/artist/profile")]
    replies += [call(server, "/users/me", token=None), sign_in(server, password="wrong")]
    remaining = [int(reply.headers["X-RateLimit-Remaining"]) for reply in replies]
    assert remaining == [299, 298, 297, 296, 295]
    for reply in replies:
        assert reply.headers["X-RateLimit-Limit"] == "300"
        assert 0 < int(reply.headers["X-RateLimit-Reset"]) - NOW.timestamp() <= 60


# -- signing in -----------------------------------------------------------------------------------


def test_sign_in_returns_a_token_and_no_menu(server: DemoServer) -> None:
    reply = sign_in(server)
    assert reply.status == 200
    check(
        reply.body,
        {
            "status": one_of("success"),
            "user": {**USER, "access_token": str},
            "locales": list,
            "menus": list,
            "settings": dict,
            "themes": dict,
        },
    )
    token = reply.body["user"]["access_token"]
    assert call(server, "/users/me", token=token).status == 200
    assert reply.body["menus"] == []


def test_state_menu_delivers_a_menu() -> None:
    with DemoServer(state="menu") as server:
        reply = sign_in(server)
    assert len(reply.body["menus"]) >= 2
    assert menu.decode_menus(reply.body["menus"][:1]) is None
    cards = menu.nav_entries(menu.decode_menus(reply.body["menus"]))
    external = NavEntry("Help", None, "https://docs.beatpass.ca")
    assert cards == (*menu.DEFAULT_ENTRIES, external)


@pytest.mark.parametrize(
    "changes, fields",
    [
        ({"password": "wrong"}, {"email"}),
        ({"email": "someone@example.com"}, {"email"}),
        ({"email": None}, {"email"}),
        ({"email": "", "password": None}, {"email", "password"}),
        ({"password": 5}, {"password"}),
        ({"token_name": "ab"}, {"token_name"}),
        ({"token_name": "x" * 101}, {"token_name"}),
    ],
)
def test_rejected_sign_in_names_the_fields(
    server: DemoServer, changes: dict[str, object], fields: set[str]
) -> None:
    reply = sign_in(server, **changes)
    assert reply.status == 422
    check(
        reply.body,
        {"status": one_of("error"), "message": str, "errors": dict.fromkeys(fields, str)},
    )


@pytest.mark.parametrize("body", [None, [], "text", 5])
def test_sign_in_without_fields_names_all_of_them(server: DemoServer, body: object) -> None:
    reply = call(server, "/auth/login", method="POST", token=None, body=body)
    assert reply.status == 422
    assert set(reply.body["errors"]) == {"email", "password", "token_name"}


@pytest.mark.parametrize("name", ["abc", "x" * 100])
def test_token_name_has_3_to_100_characters(server: DemoServer, name: str) -> None:
    assert sign_in(server, token_name=name).status == 200


# -- the wire -------------------------------------------------------------------------------------


def raw_connection(server: DemoServer) -> socket.socket:
    host, port = server.base_url.split("/")[2].split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def test_head_and_body_arrive_together_and_the_connection_is_kept(server: DemoServer) -> None:
    request = (
        f"GET /api/v1/users/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.token}\r\n\r\n"
    )
    with raw_connection(server) as connection:
        for _ in range(3):
            connection.sendall(request.encode())
            head, _, body = connection.recv(65_536).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK\r\n")
            assert f"Content-Length: {len(body)}".encode() in head
            assert json.loads(body)["status"] == "success"


@pytest.mark.parametrize(
    "sent, status",
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"BREW /api/v1/users/me HTTP/1.1\r\n\r\n", 501),
        (b"GET /artist/profile HTTP/1.1\r\n\r\n", 404),
    ],
)
def test_invalid_request_is_answered_with_json(
    server: DemoServer, capfd: pytest.CaptureFixture[str], sent: bytes, status: int
) -> None:
    with raw_connection(server) as connection:
        connection.sendall(sent)
        head, _, body = connection.recv(65_536).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"X-RateLimit-Limit: 300" in head
    check(json.loads(body), {"message": str})
    assert capfd.readouterr() == ("", "")


def test_disconnected_client_is_ignored(
    server: DemoServer, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(5):
        with raw_connection(server) as connection:
            connection.sendall(b"GET /api/v1/users/me HTTP/1.1\r\n")
    assert call(server, "/users/me").status == 200
    assert capfd.readouterr() == ("", "")


def test_requests_are_recorded(server: DemoServer) -> None:
    call(server, "/users/me")
    call(server, f"{ARTIST}/followers?perPage=1")
    call(server, "/artist/profile", token=None)
    sign_in(server)
    assert server.requests == [
        ("GET", "/users/me", 200),
        ("GET", f"{ARTIST}/followers?perPage=1", 200),
        ("GET", "/artist/profile", 401),
        ("POST", "/auth/login", 200),
    ]
    assert server.max_concurrent == 1


def test_concurrent_requests_are_served(server: DemoServer) -> None:
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda path: call(server, path), ["/users/me"] * 100))
    assert {reply.status for reply in replies} == {200}
    assert len(server.requests) == 100
    assert 1 <= server.max_concurrent <= 16


def test_close_drops_requests_in_progress() -> None:
    with DemoServer(state="slow") as server, raw_connection(server) as connection:
        # The interim response means that the request has arrived and is being served.
        connection.sendall(
            b"GET /api/v1/producer-intelligence/dashboard HTTP/1.1\r\n"
            b"Expect: 100-continue\r\nAuthorization: Bearer " + server.token.encode() + b"\r\n\r\n"
        )
        assert connection.recv(65_536).startswith(b"HTTP/1.1 100 ")
        server.close()
        assert connection.recv(65_536) == b""
        server.close()


def test_close_ends_idle_connections_and_frees_the_port() -> None:
    server = DemoServer()
    server.start()
    port = int(server.base_url.split(":")[2].split("/")[0])
    with raw_connection(server) as connection:
        assert call(server, "/users/me").status == 200
        server.close()
        assert connection.recv(1) == b""
    with DemoServer(port=port) as again:
        assert call(again, "/users/me").status == 200


def test_unstarted_server_can_be_closed() -> None:
    server = DemoServer()
    server.close()
    with unused_port(server.base_url), pytest.raises(ConnectionError):
        call(server, "/users/me")


# -- on its own -----------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
def test_standalone_server_prints_its_address_and_ends_on_signals(
    interrupt: signal.Signals,
) -> None:
    with run_demo("--port", "0", "--state", "new") as process:
        assert process.stdout is not None
        base_url, token = process.stdout.readline().split()
        connection = HTTPConnection(base_url.split("/")[2], timeout=30)
        connection.request(
            "GET", "/api/v1/artist/profile", headers={"Authorization": f"Bearer {token}"}
        )
        assert json.loads(connection.getresponse().read())["data"]["total_tracks"] == 0
        connection.close()
        process.send_signal(interrupt)
        rest, errors = process.communicate(timeout=30)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_port_in_use_is_reported_on_one_line(server: DemoServer) -> None:
    port = server.base_url.split(":")[2].split("/")[0]
    with run_demo("--port", port) as process:
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (1, "")
    assert errors.startswith(f"cannot listen on port {port}: ")
    assert errors.count("\n") == 1
