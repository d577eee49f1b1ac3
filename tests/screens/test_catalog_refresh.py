"""Pages of the catalog in the background: when they begin, and what stops them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from beatpass_tui.auth.access import KnownToken
from beatpass_tui.config.settings import Settings
from beatpass_tui.screens import catalog_refresh
from beatpass_tui.screens.home import Home
from support.app_harness import FakeAccess, Stage, idle, press, until
from support.catalog import pages
from support.fakes import NOW, FakeClock, FakeService
from support.stored_answers import ACCOUNT, ACCOUNT_KEY, ARTIST, StoredHistory

HOME = ["account", "activity", "artist", "followers", "intelligence", "performance", "stats"]


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredHistory]:
    history = StoredHistory(tmp_path, FakeClock())
    history.store()
    yield history
    history.close()


def stage_of(stored: StoredHistory, *, settings: Settings | None = None) -> Stage:
    service = FakeService()
    service.script("beats", pages(250))
    access = FakeAccess(known=KnownToken(ACCOUNT))
    repository = stored.repository()
    return Stage(service, access, clock=stored.clock, repository=repository, settings=settings)


def begin_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog_refresh, "DELAY", 0.01)
    monkeypatch.setattr(catalog_refresh, "PACE", 0.01)


async def all_timers(pilot: Pilot[None]) -> None:
    """Wait until timers that are due have fired."""
    for _ in range(5):
        await pilot.pause(0.01)
        await idle(pilot)


async def test_the_load_of_home_is_seven_requests(stored: StoredHistory) -> None:
    assert catalog_refresh.DELAY == 10
    stage = stage_of(stored)
    async with stage.run(size=(120, 36)) as pilot:
        await all_timers(pilot)
        assert sorted(stage.service.requested) == HOME


async def test_pages_follow_home_and_are_recorded(
    stored: StoredHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_soon(monkeypatch)
    stage = stage_of(stored)
    async with stage.run() as pilot:
        await until(pilot, lambda: stage.service.requested.count("beats") == 3)
        await all_timers(pilot)
        first = stage.service.requested.index("beats")
        assert sorted(stage.service.requested[:first]) == HOME
        assert stage.service.requested[first:] == ["beats"] * 3
    assert len(stored.store().beats.load(ACCOUNT_KEY, ARTIST, NOW, range(1, 300))) == 250


async def test_page_under_way_ends_with_the_app(
    stored: StoredHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_soon(monkeypatch)
    stage = stage_of(stored)
    stage.service.script("beats", asyncio.Event())
    async with stage.run() as pilot:
        await until(pilot, lambda: "beats" in stage.service.requested)
        await press(pilot, "q")
    assert stage.app.return_code == 0
    assert stage.service.in_flight == 0


@pytest.mark.parametrize("obstacle", ["terminal not focused", "signed out"])
async def test_nothing_is_loaded_once_it_is_not_wanted(
    stored: StoredHistory, monkeypatch: pytest.MonkeyPatch, obstacle: str
) -> None:
    stage = stage_of(stored)
    async with stage.run() as pilot:
        home = stage.app.screen
        assert isinstance(home, Home)
        session = home.session
        assert session is not None
        if obstacle == "signed out":
            stage.app.sign_out()
        else:
            stage.app.post_message(events.AppBlur())
        await idle(pilot)
        begin_soon(monkeypatch)
        home._catalog_refresh.schedule(session)
        await all_timers(pilot)
        assert "beats" not in stage.service.requested


@pytest.mark.parametrize("option", ["--no-store", "refresh = 0"])
async def test_nothing_is_loaded_where_it_is_switched_off(
    stored: StoredHistory, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    begin_soon(monkeypatch)
    stage = stage_of(stored, settings=Settings(refresh=0 if option == "refresh = 0" else None))
    if option == "--no-store":
        stage = Stage(stage.service, clock=stored.clock)
    async with stage.run() as pilot:
        await all_timers(pilot)
        assert "beats" not in stage.service.requested
