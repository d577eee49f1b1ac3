"""Snapshots of Home and its states, sign-in, help and themes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from beatpass_tui.config.themes import LIGHT
from beatpass_tui.errors import (
    Forbidden,
    NotFound,
    NotSignedIn,
    RateLimited,
    ServerError,
    Unreachable,
)
from beatpass_tui.models.home import Followers, Level
from beatpass_tui.screens.status_screen import FRAMED_CLASS
from support.app_harness import FakeAccess, Stage, idle, press
from support.fakes import (
    NOVA_ACTIVITY,
    NOVA_ARTIST,
    NOVA_INTELLIGENCE,
    NOVA_STATS,
    FakeClock,
    FakeService,
)
from support.snapshots import Compare, keys, sizes

AWKWARD = "[red]夜の[/] [@click=app.quit]ドライブ" * 4


def normal() -> Stage:
    return Stage()


def loading() -> Stage:
    # The events are created without a loop; they bind to one when awaited.
    service = FakeService()
    for name in ("artist", "stats", "intelligence"):
        service.script(name, asyncio.Event())
    return Stage(service)


def calculating() -> Stage:
    service = FakeService()
    service.script(
        "intelligence", NOVA_INTELLIGENCE._replace(growth_rate=None, growth_calculating=True)
    )
    return Stage(service)


def new() -> Stage:
    service = FakeService()
    service.script(
        "stats", NOVA_STATS._replace(total_tracks=0, total_plays=0, top_track=None, average_plays=0)
    )
    service.script("followers", Followers(0))
    service.script("activity", NOVA_ACTIVITY._replace(downloads=0))
    level = Level(level=1, xp=0.0, to_next=100.0, progress=0.0, title="Novice Producer")
    service.script(
        "intelligence",
        NOVA_INTELLIGENCE._replace(
            level=level,
            total_albums=0,
            growth_rate=None,
            growth_calculating=True,
        ),
    )
    return Stage(service)


def failed_group() -> Stage:
    service = FakeService()
    service.fail(ServerError("The dashboard could not be built.", status=500), "intelligence")
    return Stage(service)


def offline() -> Stage:
    service = FakeService()
    service.fail(Unreachable("No network."), "account", "artist", "stats", "intelligence")
    return Stage(service)


def no_artist() -> Stage:
    service = FakeService()
    service.fail(NotFound("You have no artist profile yet.", status=404), "artist")
    return Stage(service)


def forbidden() -> Stage:
    service = FakeService()
    service.fail(
        Forbidden("You may not use the API.", status=403),
        *("account", "artist", "stats", "intelligence"),
    )
    return Stage(service)


def limited() -> Stage:
    service = FakeService()
    service.fail(RateLimited("Too many attempts.", retry_after=60), "activity")
    return Stage(service)


def wide_numbers() -> Stage:
    service = FakeService()
    service.script("stats", NOVA_STATS._replace(total_plays=1_234_567_890_123))
    service.script("followers", Followers(1_234_567))
    service.script("intelligence", NOVA_INTELLIGENCE._replace(growth_rate=-12_345.67))
    return Stage(service)


def awkward_text() -> Stage:
    service = FakeService()
    service.script("artist", NOVA_ARTIST._replace(name=AWKWARD))
    return Stage(service)


STATES = [
    normal,
    loading,
    calculating,
    new,
    failed_group,
    offline,
    no_artist,
    forbidden,
    limited,
    wide_numbers,
    awkward_text,
]


@sizes
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_home(snap_compare: Compare, state: Callable[[], Stage], size: tuple[int, int]) -> None:
    assert snap_compare(state().app, terminal_size=size, run_before=keys())


@sizes
def test_home_with_an_expired_token(snap_compare: Compare, size: tuple[int, int]) -> None:
    service, clock = FakeService(), FakeClock()
    stage = Stage(service, clock=clock)

    async def expire(pilot: Pilot[None]) -> None:
        await idle(pilot)
        clock.advance(20 * 60)
        service.fail(NotSignedIn("Unauthenticated.", status=401), "account", "stats")
        await press(pilot, "r")

    assert snap_compare(stage.app, terminal_size=size, run_before=expire)


@sizes
def test_sign_in(snap_compare: Compare, size: tuple[int, int]) -> None:
    stage = Stage(access=FakeAccess(needs_sign_in=True, hint="The demo takes nova@example.com."))
    assert snap_compare(stage.app, terminal_size=size, run_before=keys(*"901"))


@sizes
def test_help(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(Stage().app, terminal_size=size, run_before=keys("question_mark"))


@sizes
def test_question(snap_compare: Compare, size: tuple[int, int]) -> None:
    stage = Stage()

    async def ask(pilot: Pilot[None]) -> None:
        await idle(pilot)
        stage.app.action_sign_out()
        await idle(pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=ask)


def test_stats_under_the_cursor(snap_compare: Compare) -> None:
    assert snap_compare(Stage().app, terminal_size=(80, 24), run_before=keys("tab", "right"))


def test_home_at_50_columns(snap_compare: Compare) -> None:
    assert snap_compare(Stage().app, terminal_size=(50, 24), run_before=keys())


def test_window_below_the_minimum_size(snap_compare: Compare) -> None:
    assert snap_compare(Stage().app, terminal_size=(38, 10), run_before=keys())


def test_home_in_a_large_window(snap_compare: Compare) -> None:
    assert snap_compare(Stage().app, terminal_size=(200, 50), run_before=keys())


@pytest.mark.parametrize("theme", [LIGHT.name, "textual-light", "nord", "gruvbox"])
def test_themes(snap_compare: Compare, theme: str) -> None:
    stage = Stage()

    async def change(pilot: Pilot[None]) -> None:
        await idle(pilot)
        stage.app.theme = theme
        await idle(pilot)

    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=change)


def test_home_in_ascii(snap_compare: Compare) -> None:
    stage = Stage()
    stage.app._ascii_only = True
    stage.app.add_class(FRAMED_CLASS)
    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=keys())
