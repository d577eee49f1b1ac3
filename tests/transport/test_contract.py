"""Requests of the client and responses of the demo match the documented contract."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest
from jsonschema import Draft202012Validator

from beatpass_tui.api import BeatPass, Timeouts
from beatpass_tui.app import BeatPassApp
from beatpass_tui.demo import states
from beatpass_tui.demo.messages import Json, Response
from beatpass_tui.demo.service import ENDPOINTS
from beatpass_tui.errors import RequestFailed
from beatpass_tui.models.secret import Secret
from beatpass_tui.runtime.clipboard import Result
from beatpass_tui.screens.beats import Beats
from beatpass_tui.session.query import MANUAL_FLOOR
from beatpass_tui.transport import endpoints
from beatpass_tui.transport.endpoints import KINDS, PERIODS, STATUSES, Endpoint, Service
from support import contract
from support.app_harness import NEXT_FILTER, FakeAccess, until
from support.contract import ALBUM, ARTIST, FIXED_REQUESTS, CheckedServer
from support.demo_client import call, sign_in
from support.fakes import FakeClock, UnlimitedBudget, settle

NOW = datetime(2026, 11, 23, 12, 4, 30, tzinfo=UTC)
TIMINGS = Timeouts(connect=10, read=10, total=10, backoff=0)


FIRST = ("account", "artist", "stats", "intelligence", "followers", "activity")
"""The requests of Home, after which some demo states change."""

Page = Callable[[Service, int], Awaitable[Any]]


def pages() -> Iterator[tuple[str, Page]]:
    """Yield each list with each of its filters and periods."""

    def paged(endpoint: Endpoint[Any], **arguments: str) -> tuple[str, Page]:
        is_activity = endpoint.path == endpoints.ACTIVITY.path
        name = "activity" if is_activity else endpoint.name
        return name, lambda service, page: service.fetch(
            endpoint, artist=ARTIST, **arguments, page=page
        )

    yield paged(endpoints.BEATS)
    yield paged(endpoints.ALBUMS)
    for period in PERIODS:
        yield paged(endpoints.ACTIVITY_PAGE, period=period)
        yield paged(endpoints.DOWNLOADS, period=period)
    for status in STATUSES:
        for kind in KINDS:
            yield paged(endpoints.TRANSACTIONS, status=status, type=kind)


async def walk(service: Service, *, to_the_end: bool) -> None:
    """Send every request of the client, with `to_the_end` for all pages."""
    with suppress(RequestFailed):
        await service.fetch(endpoints.ACTIVITY, artist=ARTIST)
    for ask in FIXED_REQUESTS.values():
        with suppress(RequestFailed):
            await ask(service)
    lists = pages() if to_the_end else iter(dict(pages()).items())
    for _, of in lists:
        with suppress(RequestFailed):
            page = 1
            while (await of(service, page)).more and to_the_end:
                page += 1


def test_stored_contract_is_valid() -> None:
    names = {row.answer for row in contract.table()}
    files = {path.stem for path in contract.FOLDER.glob("*.json")}
    assert files == names | {"requests", "common", "refusals"}
    for name in files - {"requests"}:
        schema = json.loads((contract.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
    shapes = set(json.loads((contract.FOLDER / "refusals.json").read_text())["$defs"])
    assert {
        shape for row in contract.table() for each in row.refusals.values() for shape in each
    } == shapes


def test_table_has_all_requests_of_client_and_demo() -> None:
    requested = {*FIXED_REQUESTS, *(name for name, _ in pages()), "login"}
    assert requested == {*endpoints.ENDPOINTS, "login"} - {"activity_in", "downloads"}
    table = {(row.method, re.sub(r"\{\w+\}", "{}", row.path)) for row in contract.table()}
    assert table == {(each.method, re.sub(r"\{\w+\}", "{}", each.path)) for each in ENDPOINTS}
    assert {row.answer for row in contract.table()} == requested


EVERYTHING = {row.answer for row in contract.table()}
ANSWERED = {"offline": {"login", *FIRST}}
"""The requests that succeed, by state."""
_OF_ACCOUNT = {
    "login", "account", "intelligence", "standings", "xp_sources", "achievements",
    "platform_uploads",
}  # fmt: skip
GIVEN = {
    "offline": {"login", *FIRST},
    "expired": {"login", *FIRST},
    "forbidden": {"login"},
    "limited": EVERYTHING - {"activity"},
    "failed-group": EVERYTHING - {"intelligence"},
    "new": EVERYTHING
    - {"album", "album_insights", "album_plays", "beat_insights", "beat_plays", "placements"},
    **{state: {*_OF_ACCOUNT, "application"} for state in states.NO_ARTIST[:-1]},
    "no-status": _OF_ACCOUNT,
}
"""The responses, by state."""


@pytest.mark.parametrize(
    "state, documented_only",
    [*((state, False) for state in states.STATES), ("normal", True), ("new", True)],
)
async def test_requests_and_responses_are_documented(
    state: str, documented_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "_DELAYS", dict.fromkeys(states._DELAYS, 0.0))
    with CheckedServer(
        state=state, documented_only=documented_only, growth_delay=0, now=lambda: NOW
    ) as server:
        async with BeatPass(
            server.base_url,
            Secret(server.token),
            timeouts=TIMINGS,
            clock=FakeClock(),
            budget=UnlimitedBudget(),
        ) as service:
            with suppress(RequestFailed):
                await service.log_in(server.email, server.password, "terminal")
            await walk(service, to_the_end=state == "normal" and not documented_only)
        assert server.problems == []
        assert {name for name, _ in server.answered} == ANSWERED.get(state, EVERYTHING)
        assert {name for name, status in server.answered if status == 200} == GIVEN.get(
            state, EVERYTHING
        )


async def test_calculating_growth_is_documented() -> None:
    with CheckedServer(now=lambda: NOW) as server:
        async with BeatPass(server.base_url, Secret(server.token)) as service:
            assert (await service.fetch(endpoints.INTELLIGENCE)).growth_calculating
        assert server.problems == []


def test_error_responses_of_the_demo_are_documented() -> None:
    """Requests that the client never sends."""
    with CheckedServer(growth_delay=0, now=lambda: NOW, upload_access=False) as server:
        lists = (f"/artists/{ARTIST}/{name}" for name in ("followers", "tracks", "albums"))
        filters = ("all", "sales", "subscriptions", "waiting", "needs_attention", "completed")
        for path in (
            "/users/900000020",
            "/users/900000009",
            "/artist/upload-insights",
            f"/artists/{ARTIST}/activity",
            f"/artists/{ARTIST}/activity?page=99&per_page=50",
            "/artists/900000009/activity",
            "/artist/900000009/collaborative-tracks",
            f"/artists/{ARTIST}/finances/transactions",
            f"/artists/{ARTIST}/finances/transactions?page=99&per_page=1",
            *(f"/artists/{ARTIST}/finances/transactions?filter={each}" for each in filters),
            f"/albums/{ALBUM}?loader=albumPage",
            "/albums/900000009",
            *(f"{path}{query}" for path in lists for query in ("", "?page=99", "?perPage=7")),
        ):
            call(server, path)
        call(server, "/producer-intelligence/leaderboard", token=None)
        call(server, "/users/me", token="17|of-nobody")
        sign_in(server)
        sign_in(server, password="wrong")
        assert server.problems == []
        assert ("upload_insights", 403) in server.answered
        assert ("collaborations", 404) in server.answered


# Screens


NEXT = "right_square_bracket"
KEYS = (
    "2", NEXT, *NEXT_FILTER, "f", *["down"] * 6, "enter", *NEXT_FILTER, "r", "3", "p", "p", "p",
    "v", NEXT, "4", "5", NEXT, "6", "L", "enter", NEXT, "7", "enter", "1", "r",
)  # fmt: skip
"""Keys that open every page, filter, period, tab and page of a list."""


NOT_SENT = {
    "login", "application",
}  # fmt: skip


async def test_pages_send_only_documented_requests(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Beats, "PACE", 0.0)
    clock = FakeClock()
    with CheckedServer(growth_delay=0, now=lambda: NOW) as server:
        app = BeatPassApp(
            lambda: BeatPass(server.base_url, timeouts=TIMINGS, budget=UnlimitedBudget()),
            FakeAccess(token=Secret(server.token)),
            repository=None,
            folder=tmp_path,
            clock=clock,
            growth_delay=30,
            jitter=lambda: 0.0,
            open_url=AsyncMock(return_value=True),
            copy_text=AsyncMock(return_value=Result.COPIED),
        )

        def is_quiet() -> bool:
            session = app.session
            groups = session.all if session is not None else ()
            return bool(server.requests) and not any(group.loading for group in groups)

        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, is_quiet)
            for key in KEYS:
                if key == "r":
                    clock.advance(MANUAL_FLOOR)
                await pilot.press(key)
                await until(pilot, is_quiet)
        # A connection is closed in the next iteration of the event loop.
        await settle()
        assert server.problems == []
        assert server.answered == {(name, 200) for name in EVERYTHING - NOT_SENT}
        targets = {target for _, target, _ in server.requests}
    assert {f"period={period}" for period in PERIODS} == result(targets, r"period=\w+(?=&|$)")
    # Loaded transactions are filtered by the page.
    assert result(targets, r"(?:status|\btype)=\w+") == {"status=all", "type=all"}
    assert result(targets, r"\w+\?.*\bpage=2") == {
        "activity?period=7d&per_page=20&page=2",
        "activity?period=all&per_page=50&page=2",
        "tracks?perPage=100&page=2",
        "transactions?status=all&type=all&page=2",
    }


def result(targets: set[str], pattern: str) -> set[str]:
    return {part for target in targets for part in re.findall(pattern, target)}


# The checks detect violations


@pytest.mark.parametrize(
    "method, target, token, body, problem",
    [
        ("GET", "/users/me/followers", "t", b"", "is not documented"),
        ("GET", "/artists/1e3/tracks", "t", b"", "is not documented"),
        ("GET", "/artists/1/../../users/me", "t", b"", "is not documented"),
        ("GET", "/artists/0/tracks", "t", b"", "is not documented"),
        ("POST", "/artist/profile", "t", b"", "is not documented"),
        ("GET", "/artist/profile", None, b"", "without a token"),
        ("GET", "/artists/1/tracks?per_page=100", "t", b"", "per_page is not documented"),
        ("GET", "/artists/1/tracks?perPage=0", "t", b"", "may not be '0'"),
        ("GET", "/artists/1/activity?period=1y", "t", b"", "may not be '1y'"),
        ("GET", "/artists/1/activity?per_page=51", "t", b"", "may not be '51'"),
        ("GET", "/artists/1/activity?page=1&page=2", "t", b"", "is sent twice"),
        ("GET", "/artists/1/activity?page=", "t", b"", "may not be ''"),
        ("GET", "/artist/profile", "t", b"{}", "is sent a body"),
        ("POST", "/auth/login", None, b"{}", "a body that is not documented"),
    ],
)
def test_undocumented_request_is_detected(
    method: str, target: str, token: str | None, body: bytes, problem: str
) -> None:
    (result,) = contract.request_problems(method, target, token, body)
    assert problem in result


def test_demo_lists_undocumented_requests() -> None:
    with CheckedServer(now=lambda: NOW) as server:
        call(server, f"/artists/{ARTIST}/tracks?sort=plays")
        call(server, f"/artists/{ARTIST}/fans")
        assert len(server.problems) == 2


STATS = {
    "total_tracks": 0,
    "total_plays": 0,
    "total_contribution": 0,
    "recent_uploads": 0,
    "play_growth_percentage": 0,
    "average_plays_per_track": 0,
    "tracks_with_plays": 0,
}


@pytest.mark.parametrize(
    "path, status, body, closed",
    [
        ("/artist/dashboard-stats", 200, {"success": True, "data": {**STATS, "x": 1}}, False),
        ("/artist/dashboard-stats", 200, {"success": True, "data": {}}, False),
        ("/artist/dashboard-stats", 200, {**STATS}, False),
        (
            "/artist/dashboard-stats",
            200,
            {"success": True, "data": {**STATS, "total_plays": "0"}},
            False,
        ),
        ("/artist/dashboard-stats", 404, {"message": "Not found."}, False),
        ("/artist/dashboard-stats", 418, {"message": "A teapot."}, False),
        ("/producer-intelligence/xp-sources", 200, {"sources": []}, True),
        ("/producer-intelligence/xp-sources", 200, "none", False),
    ],
)
def test_undocumented_response_is_detected(
    path: str, status: int, body: object, closed: bool
) -> None:
    row = contract.find("GET", path)
    assert row is not None
    assert (
        len(
            list(contract.response_problems(row, Response(status, cast(Json, body)), closed=closed))
        )
        > 0
    )


def test_documented_response_passes() -> None:
    row = contract.find("GET", "/artist/dashboard-stats")
    assert row is not None
    answer = Response(200, {"success": True, "data": STATS})
    assert list(contract.response_problems(row, answer, closed=True)) == []
