"""Home: cards, their queries, and the states of the account."""

from __future__ import annotations

import asyncio

import pytest

from beatpass_tui.errors import (
    Forbidden,
    NotFound,
    NotSignedIn,
    RateLimited,
    ServerError,
    Unreachable,
)
from beatpass_tui.screens.blocked import Blocked
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.sign_in import SignIn
from beatpass_tui.widgets.stat_cards import SPINNER_FRAMES, StatCard
from beatpass_tui.widgets.title_bar import TitleBar
from support.app_harness import FakeAccess, Stage, idle, press, text_of, until
from support.fakes import NOVA_INTELLIGENCE, NOVA_STATS, FakeClock, FakeService
from support.stored_answers import HOME

IDS = ["tracks", "total-plays", "albums", "downloads", "followers", "level", "growth"]
CALCULATING = NOVA_INTELLIGENCE._replace(growth_rate=None, growth_calculating=True)
SIZE = (80, 24)


async def test_without_a_history_top_movers_are_not_announced_for_tomorrow() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        assert "Top movers  are not recorded in this run" in text_of(stage.app)
        await press(pilot, "m")
        assert stage.notice == "Top movers are not recorded in this run"


async def test_full_load_fills_eight_cards_with_seven_requests() -> None:
    stage = Stage()
    async with stage.run():
        cards = list(stage.app.screen.query(StatCard))
        assert [card.id for card in cards] == [*IDS, "view-profile"]
        assert {card.id: stage.card(card.id or "") for card in cards} == {
            "tracks": ("128", "all uploads"),
            "total-plays": ("45,210", "all time"),
            "albums": ("9", "in total"),
            "downloads": ("1,204", "all time"),
            "followers": ("873", "in total"),
            "level": ("12", "3,774 XP · 24%"),
            "growth": ("▲ +7.5%", ""),
            "view-profile": ("Nova Reyes", "open.beatpass.ca"),
        }
        assert sorted(stage.service.requested) == sorted(
            ["account", "artist", "stats", "intelligence", "followers", "activity", "performance"]
        )
        assert "@nova · updated " in text_of(stage.app)


@pytest.mark.parametrize(
    "held, waiting",
    [
        ("intelligence", {"albums", "level", "growth"}),
        ("stats", {"tracks", "total-plays"}),
        ("followers", {"followers"}),
        ("activity", {"downloads"}),
        # Account and artist come first.
        ("artist", {*IDS, "view-profile"}),
        ("account", {*IDS, "view-profile"}),
    ],
)
async def test_slow_query_delays_only_its_own_cards(held: str, waiting: set[str]) -> None:
    gate, service = asyncio.Event(), FakeService()
    service.script(held, gate)
    stage = Stage(service)
    async with stage.run() as pilot:
        spinning = {
            c.id
            for c in stage.app.screen.query(StatCard)
            if stage.card(c.id or "")[0].removesuffix(" Loading…") in SPINNER_FRAMES
        }
        assert spinning == waiting
        assert stage.app.screen.query_one(TitleBar).info.refreshing
        gate.set()
        await idle(pilot)
        assert not stage.app.screen.query("StatCard.-waiting")
        assert not stage.app.screen.query_one(TitleBar).info.refreshing


async def test_failed_query_shows_dash_and_reason_until_retried() -> None:
    service = FakeService()
    service.script(
        "intelligence", ServerError("The dashboard failed to load.", status=500), NOVA_INTELLIGENCE
    )
    stage = Stage(service)
    async with stage.run() as pilot:
        for name in ("albums", "level", "growth"):
            assert stage.card(name) == ("—", "server error")
        assert stage.card("tracks")[0] == "128"
        assert "Albums, Level, Growth" in stage.notice
        assert stage.notice.endswith("r to retry")
        before = len(service.calls)
        await press(pilot, "r")
        assert stage.card("albums")[0] == "9"
        # Fresh answers are not requested again.
        assert service.requested[before:] == ["intelligence"]


async def test_growth_spins_until_rate_arrives() -> None:
    service = FakeService()
    service.script("intelligence", CALCULATING, NOVA_INTELLIGENCE)
    stage = Stage(service, growth_delay=0.0)
    async with stage.app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: stage.card("level")[0] == "12")
        await until(pilot, lambda: stage.card("growth")[0] == "▲ +7.5%")
        assert service.requested.count("intelligence") == 2
        assert service.requested.count("stats") == 1


async def test_spinner_of_calculating_growth_slows_down() -> None:
    service = FakeService()
    service.script("intelligence", CALCULATING)
    stage = Stage(service)
    async with stage.run():
        card = stage.app.screen.query_one("#growth", StatCard)
        assert stage.card("growth")[0] == "◐ Calculating…"
        assert card.auto_refresh is not None
        assert card.auto_refresh < 1
        stage.clock.advance(31)
        card.automatic_refresh()
        assert card.auto_refresh == 1.0
        assert all(
            c.auto_refresh is None for c in stage.app.screen.query(StatCard) if c is not card
        )


async def test_offline_keeps_numbers_and_counts_down() -> None:
    service, clock = FakeService(), FakeClock()
    stage = Stage(service, clock=clock)
    async with stage.run() as pilot:
        clock.advance(16 * 60)
        service.fail(Unreachable("No network."), *HOME)
        await press(pilot, "r")
        assert stage.card("tracks")[0] == "128"
        assert "Offline since 20:20 · retrying in " in stage.notice
        assert stage.notice.endswith("r to retry now")
        for name in HOME:
            service.script(name, *([NOVA_STATS] if name == "stats" else []))
        await press(pilot, "r")
        assert "Offline" in stage.notice  # within a second, as from a held key
        clock.advance(2)
        await press(pilot, "r")
        assert "Offline" not in stage.notice


async def test_offline_without_cache_shows_dashes_with_reason() -> None:
    service = FakeService()
    service.fail(Unreachable("No network."), "account", "artist", "stats", "intelligence")
    stage = Stage(service)
    async with stage.run():
        for name in (*IDS, "view-profile"):
            assert stage.card(name) == ("—", "Unavailable")
        assert "Offline since 20:04" in stage.notice


async def test_rate_limit_counts_down_while_other_queries_continue() -> None:
    service = FakeService()
    service.fail(RateLimited("Too many attempts.", retry_after=60), "activity")
    stage = Stage(service)
    async with stage.run() as pilot:
        assert stage.card("downloads") == ("—", "rate limited")
        assert stage.card("followers")[0] == "873"
        assert "Downloads: rate limited · retry in 1 min 00 s" in stage.notice
        await press(pilot, "r")
        assert service.requested.count("activity") == 1


async def test_expired_token_keeps_data_and_sends_nothing() -> None:
    service, clock = FakeService(), FakeClock()
    stage = Stage(service, clock=clock)
    async with stage.run() as pilot:
        clock.advance(20 * 60)
        expired = NotSignedIn("Unauthenticated.", status=401)
        service.fail(expired, "account", "stats", "intelligence", "followers", "activity")
        await press(pilot, "r")
        assert stage.card("tracks")[0] == "128"
        assert "Your token has expired or was revoked · a to sign in again" in stage.notice
        sent = len(service.calls)
        clock.advance(7200)
        await press(pilot, "r")
        assert len(service.calls) == sent
        await press(pilot, "a")
        assert isinstance(stage.app.screen, SignIn)
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)


async def test_rejected_stored_token_shows_sign_in() -> None:
    service = FakeService()
    service.fail(
        NotSignedIn("Unauthenticated.", status=401), "account", "artist", "stats", "intelligence"
    )
    stage = Stage(service)
    async with stage.run():
        assert isinstance(stage.app.screen, SignIn)
        assert "expired or was revoked" in stage.notice


async def test_rejected_token_variable_exits_with_4() -> None:
    service = FakeService()
    service.fail(
        NotSignedIn("Unauthenticated.", status=401), "account", "artist", "stats", "intelligence"
    )
    stage = Stage(service, FakeAccess(variable="BEATPASS_TOKEN"))
    async with stage.run():
        assert isinstance(stage.app.screen, Home)
    assert stage.app.return_code == 4


async def test_no_artist_profile_has_its_own_screen() -> None:
    service = FakeService()
    service.fail(NotFound("You have no artist profile.", status=404), "artist", "stats")
    stage = Stage(service)
    async with stage.run() as pilot:
        assert isinstance(stage.app.screen, Blocked)
        assert "No Artist Profile" in text_of(stage.app)
        await press(pilot, "o")
        assert stage.opened == ["https://open.beatpass.ca/producer-program"]
        await press(pilot, "r")
        assert "Nothing has changed yet" in stage.notice
        service.script("artist")
        service.script("stats")
        # Later than the repeats of a held key.
        stage.clock.advance(1.5)
        await press(pilot, "r")
        assert isinstance(stage.app.screen, Home)
        assert stage.card("followers")[0] == "873"


async def test_account_without_artist_profile_can_sign_out() -> None:
    service = FakeService()
    service.fail(NotFound("You have no artist profile.", status=404), "artist")
    stage = Stage(service)
    async with stage.run("ctrl+x", "right", "enter"):
        assert isinstance(stage.app.screen, SignIn)
        assert stage.access.removed
        assert service.token is None


async def test_forbidden_account_is_told_about_invitations() -> None:
    service = FakeService()
    service.fail(Forbidden("Not for you.", status=403), *("account", "artist", "stats"))
    service.fail(Forbidden("Not for you.", status=403), "intelligence")
    stage = Stage(service)
    async with stage.run():
        assert isinstance(stage.app.screen, Blocked)
        shown = text_of(stage.app)
        assert "by invitation" in shown
        assert "contact@beatpass.ca" in shown


async def test_new_artist_sees_zeros_and_advice() -> None:
    service = FakeService()
    service.script("stats", NOVA_STATS._replace(total_tracks=0, total_plays=0, top_track=None))
    stage = Stage(service)
    async with stage.run():
        assert stage.card("tracks")[0] == "0"
        assert stage.card("total-plays")[0] == "0"
        assert "upload your first beat" in stage.notice


async def test_result_requested_by_another_page_is_drawn_on_arrival() -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("intelligence", gate)
    stage = Stage(service)
    async with stage.run("4") as pilot:
        assert "Experienced Producer" not in text_of(stage.app)
        gate.set()
        await idle(pilot)
        assert "Experienced Producer" in text_of(stage.app)
        assert service.requested.count("intelligence") == 1


async def test_refresh_does_not_report_rate_limited_data_as_up_to_date() -> None:
    service = FakeService()
    service.fail(RateLimited("Too many attempts.", retry_after=60), "activity")
    stage = Stage(service)
    async with stage.run("r"):
        assert "rate limited" in stage.notice


async def test_spinners_stop_behind_another_page() -> None:
    service = FakeService()
    service.script("intelligence", CALCULATING)
    stage = Stage(service)
    async with stage.run() as pilot:
        growth = stage.app.screen.query_one("#growth", StatCard)
        assert growth.auto_refresh is not None
        await press(pilot, "2")
        assert growth.auto_refresh is None
        await press(pilot, "escape")
        assert growth.auto_refresh is not None


async def test_blocked_account_with_expired_token_is_asked_to_sign_in() -> None:
    service = FakeService()
    service.fail(NotFound("You have no artist profile.", status=404), "artist")
    stage = Stage(service)
    async with stage.run() as pilot:
        stage.clock.advance(3600)
        service.fail(NotSignedIn("Unauthenticated.", status=401), "artist", "account")
        await press(pilot, "r")
        assert isinstance(stage.app.screen, SignIn)


async def test_blocked_account_stays_blocked_offline() -> None:
    service = FakeService()
    service.fail(NotFound("You have no artist profile.", status=404), "artist")
    stage = Stage(service)
    async with stage.run() as pilot:
        service.fail(Unreachable("No network."), "artist")
        await press(pilot, "r")
        assert isinstance(stage.app.screen, Blocked)
        assert "No network." in stage.notice


async def test_palette_works_after_a_window_of_one_cell() -> None:
    stage = Stage()
    async with stage.run("ctrl+p") as pilot:
        await pilot.resize_terminal(1, 1)
        await idle(pilot)
        await pilot.press("pagedown")
        await pilot.resize_terminal(80, 24)
        await idle(pilot)
        assert isinstance(stage.app.screen, Home)
