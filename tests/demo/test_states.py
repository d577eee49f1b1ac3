"""The states that the demo server shows on demand."""

from __future__ import annotations

import http.client
from collections.abc import Callable

import pytest

from beatpass_tui.demo import STATES, DemoServer
from beatpass_tui.demo.service import ENDPOINTS
from beatpass_tui.demo.states import HOME, Behavior
from support.demo_client import NOW, Reply, call, sign_in

ARTIST = "/artists/900000021"
INTELLIGENCE = "/producer-intelligence/dashboard"
FIRST_LOAD = (
    "/users/me",
    "/artist/profile",
    "/artist/dashboard-stats",
    INTELLIGENCE,
    f"{ARTIST}/followers?perPage=1",
    f"{ARTIST}/activity?period=all&per_page=1",
)


class Clock:
    """A monotonic clock that only a test advances."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def load(server: DemoServer, paths: tuple[str, ...] = FIRST_LOAD) -> list[int]:
    return [call(server, path).status for path in paths]


def growth(server: DemoServer) -> object:
    rate: object = call(server, INTELLIGENCE).body["overview"]["growthRate"]
    return rate


def test_unknown_state_is_refused() -> None:
    assert len(STATES) == len(set(STATES)) == 15
    with pytest.raises(ValueError, match="unknown state: sunny"):
        DemoServer(state="sunny")


@pytest.mark.parametrize("state", STATES)
def test_every_state_accepts_a_sign_in(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Behavior, "delay", lambda _behavior, _endpoint: 0.0)
    with DemoServer(state=state) as server:
        assert sign_in(server).status == 200


def test_growth_arrives_after_its_delay() -> None:
    clock = Clock()
    with DemoServer(monotonic=clock, growth_delay=2) as server:
        clock.seconds += 100
        assert growth(server) is None
        clock.seconds += 1.9
        assert growth(server) is None
        clock.seconds += 0.1
        assert growth(server) == 7.5


def test_growth_without_a_delay_is_known_immediately() -> None:
    with DemoServer(monotonic=Clock(), growth_delay=0) as server:
        assert growth(server) == 7.5


def test_unauthorized_request_does_not_start_the_growth_delay() -> None:
    clock = Clock()
    with DemoServer(monotonic=clock) as server:
        call(server, INTELLIGENCE, token=None)
        clock.seconds += 10
        assert growth(server) is None


def test_new_artist_has_zeros() -> None:
    clock = Clock()
    with DemoServer(state="new", now=lambda: NOW, monotonic=clock) as server:
        assert load(server) == [200] * 6
        clock.seconds += 1_000
        body = call(server, INTELLIGENCE).body
        assert body["xp"] == {
            "currentLevel": 1,
            "currentXP": 0,
            "xpToNextLevel": 100,
            "levelProgress": 0.0,
        }
        assert body["overview"] == {
            "totalTracks": 0,
            "totalPlays": 0,
            "totalRevenue": 0,
            "totalAlbums": 0,
            "uniqueListeners": 0,
            "growthRate": None,
        }
        assert call(server, "/artist/dashboard-stats").body["data"] == {
            "total_tracks": 0,
            "total_plays": 0,
            "total_contribution": 0,
            "recent_uploads": 0,
            "play_growth_percentage": 0,
            "top_track": None,
            "average_plays_per_track": 0,
            "tracks_with_plays": 0,
        }
        followers = call(server, f"{ARTIST}/followers").body["pagination"]
        assert (followers["total"], followers["last_page"], followers["from"]) == (0, 1, None)
        activity = call(server, f"{ARTIST}/activity").body
        assert not activity["hasTracks"]
        assert activity["summary"].pop("topDownloadedTrack") is None
        assert set(activity["summary"].values()) == {0}
        assert call(server, "/artist/profile").body["data"]["name"] == "Nova Reyes"


def is_dropped(send: Callable[..., Reply], *arguments: object) -> bool:
    try:
        send(*arguments)
    except (http.client.RemoteDisconnected, ConnectionError):
        return True
    return False


# Clients may already know their account, and may send the other requests in any order.
LOAD_ORDERS = [FIRST_LOAD, FIRST_LOAD[1:], FIRST_LOAD[::-1], (*FIRST_LOAD[:3], *FIRST_LOAD)]


@pytest.mark.parametrize("paths", LOAD_ORDERS)
def test_offline_begins_after_the_first_load(paths: tuple[str, ...]) -> None:
    clock = Clock()
    with DemoServer(state="offline", monotonic=clock) as server:
        assert sign_in(server).status == 200
        assert load(server, paths) == [200] * len(paths)
        clock.seconds += 1_000
        for path in (INTELLIGENCE, *FIRST_LOAD, "/nothing"):
            assert is_dropped(call, server, path)
        assert is_dropped(sign_in, server)
        assert server.requests[-1] == ("POST", "/auth/login", 0)


def test_growth_stays_unknown_in_offline() -> None:
    clock = Clock()
    with DemoServer(state="offline", monotonic=clock) as server:
        assert growth(server) is None
        clock.seconds += 1_000
        assert growth(server) is None


def test_failed_load_does_not_count_as_the_first() -> None:
    with DemoServer(state="expired") as server:
        for path in FIRST_LOAD:
            call(server, path, token="wrong")
        assert load(server) == [200] * 6
        assert call(server, INTELLIGENCE).status == 401


@pytest.mark.parametrize("paths", LOAD_ORDERS)
def test_token_expires_after_the_first_load(paths: tuple[str, ...]) -> None:
    with DemoServer(state="expired") as server:
        assert sign_in(server).status == 200
        assert load(server, paths) == [200] * len(paths)
        for path in (INTELLIGENCE, *FIRST_LOAD, "/producer-intelligence/leaderboard"):
            reply = call(server, path)
            assert (reply.status, reply.body) == (401, {"message": "Unauthenticated."})


def test_signing_in_again_ends_the_expiry() -> None:
    with DemoServer(state="expired") as server:
        load(server)
        assert call(server, "/users/me").status == 401
        token = sign_in(server).body["user"]["access_token"]
        for _ in range(2):
            assert [call(server, path, token=token).status for path in FIRST_LOAD] == [200] * 6


def test_account_without_artist_profile() -> None:
    with DemoServer(state="no-artist") as server:
        assert call(server, "/users/me").body["user"]["display_name"] == "nova"
        for path in ("/artist/profile", "/artist/dashboard-stats", "/artist/sales"):
            reply = call(server, path)
            assert reply.status == 404
            assert reply.body["success"] is False
            assert "Producer Program" in reply.body["message"]
        assert set(call(server, INTELLIGENCE).body["overview"].values()) == {0}
        assert call(server, f"{ARTIST}/followers").status == 403


def test_forbidden_refuses_everything_except_sign_in() -> None:
    with DemoServer(state="forbidden") as server:
        assert sign_in(server).status == 200
        for path in (*FIRST_LOAD, "/artist/sales", "/producer-intelligence/leaderboard"):
            reply = call(server, path)
            assert reply.status == 403
            assert set(reply.body) == {"message"}


def test_rate_limit_counts_down_and_ends() -> None:
    clock = Clock()
    with DemoServer(state="limited", monotonic=clock) as server:
        path = FIRST_LOAD[-1]
        clock.seconds += 500
        for elapsed, remaining in ((0.0, 60), (0.5, 60), (20.0, 40), (59.9, 1)):
            clock.seconds = 1_500 + elapsed
            reply = call(server, path)
            assert (reply.status, reply.headers["Retry-After"]) == (429, str(remaining))
            assert reply.body == {"message": "Too Many Attempts.", "retry_after": remaining}
            assert load(server, FIRST_LOAD[:-1]) == [200] * 5
        clock.seconds = 1_560
        assert call(server, path).status == 200


def test_failed_group_affects_one_endpoint() -> None:
    with DemoServer(state="failed-group") as server:
        assert load(server) == [200, 200, 200, 500, 200, 200]
        body = call(server, INTELLIGENCE).body
        assert set(body) == {"error", "message"}
        assert all(isinstance(text, str) for text in body.values())


def test_slow_delays_each_endpoint_differently(monkeypatch: pytest.MonkeyPatch) -> None:
    delays: list[float] = []

    def wait(seconds: float) -> bool:
        delays.append(seconds)
        return False

    with DemoServer(state="slow") as server:
        monkeypatch.setattr(server._closing, "wait", wait)
        assert load(server) == [200] * 6
    assert delays == [0.3, 0.6, 1.2, 4.0, 2.0, 3.0]


def test_only_slow_and_known_are_slow() -> None:
    for state in STATES:
        conduct = Behavior(state, 0, Clock())
        assert all((conduct.delay(name) > 0) == (state in ("slow", "known")) for name in HOME)


PAGES = (
    f"{ARTIST}/tracks",
    f"{ARTIST}/albums",
    f"{ARTIST}/finances/summary",
    f"{ARTIST}/finances/transactions",
    f"{ARTIST}/finances/provider-balance",
    "/artist/900000021/collaborative-tracks",
    "/artist/track-performance",
    "/artist/upload-insights",
    "/producer-intelligence/artist/900000021/contribution-graph",
    "/producer-intelligence/platform/contribution-graph",
    "/producer-intelligence/xp-sources",
    "/producer-intelligence/achievements",
)


@pytest.mark.parametrize("state", ["normal", "new", "limited", "failed-group"])
def test_pages_have_responses(state: str) -> None:
    with DemoServer(state=state) as server:
        assert load(server, PAGES) == [200] * len(PAGES)


@pytest.mark.parametrize("state, status", [("expired", 401), ("forbidden", 403)])
def test_pages_are_refused_like_home(state: str, status: int) -> None:
    with DemoServer(state=state) as server:
        load(server)
        assert load(server, PAGES) == [status] * len(PAGES)


def test_pages_are_offline_like_home() -> None:
    with DemoServer(state="offline") as server:
        assert load(server, PAGES) == [200] * len(PAGES)
        load(server)
        assert all(is_dropped(call, server, path) for path in PAGES)


def test_pages_without_artist_profile() -> None:
    with DemoServer(state="no-artist") as server:
        statuses = dict(zip(PAGES, load(server, PAGES), strict=True))
    account_pages = list(PAGES[-3:])
    assert [path for path, status in statuses.items() if status == 200] == account_pages
    assert {statuses[path] for path in PAGES[5:8]} == {404}
    assert {statuses[path] for path in (*PAGES[:5], PAGES[8])} == {403}


def test_slow_delays_every_endpoint() -> None:
    conduct = Behavior("slow", 0, Clock())
    delays = [conduct.delay(endpoint.name) for endpoint in ENDPOINTS]
    assert all(0 < seconds < 5 for seconds in delays)
