"""A full load of Home over real sockets: requests, concurrency and values."""

from __future__ import annotations

import pytest

from beatpass_tui.api import BeatPass
from beatpass_tui.demo import DemoServer, states
from beatpass_tui.models.secret import Secret
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.cards import Phase
from beatpass_tui.view_models.home import HomeView
from support.fakes import FakeClock

HOME = [
    "/artist/dashboard-stats",
    "/artist/profile",
    "/artists/900000021/activity?period=all&per_page=1",
    "/artists/900000021/followers?perPage=1",
    "/producer-intelligence/dashboard",
    "/users/me",
]


@pytest.mark.parametrize("state", ["normal", "slow"])
async def test_full_load_sends_six_requests_four_at_a_time(
    state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough for the requests to overlap.
    monkeypatch.setattr(states, "_DELAYS", dict.fromkeys(states._DELAYS, 0.1))
    with DemoServer(state=state, growth_delay=0.0) as server:
        async with BeatPass(server.base_url, Secret(server.token)) as service:
            session = Session(service, FakeClock())
            await session.load(session.home, Trigger.AUTOMATIC, lambda: None)
            shown = [
                stat.text or f"{stat.number:,.0f}"
                for stat in HomeView(session).cards()
                if stat.phase is Phase.KNOWN
            ]
        assert sorted(request.path for request in server.requests) == HOME
        assert server.max_concurrent <= 4
    assert shown == ["128", "45,210", "9", "1,204", "873", "12", "▲ +7.5%", "Nova Reyes"]


async def test_second_load_within_freshness_sends_nothing() -> None:
    with DemoServer(growth_delay=0.0) as server:
        async with BeatPass(server.base_url, Secret(server.token)) as service:
            clock = FakeClock()
            session = Session(service, clock)
            await session.load(session.home, Trigger.AUTOMATIC, lambda: None)
            clock.advance(14 * 60)
            await session.load(session.home, Trigger.AUTOMATIC, lambda: None)
        assert len(server.requests) == 6
