"""Requests of the running program: none is repeated or unnecessary."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from beatpass_tui.auth.access import KnownToken
from beatpass_tui.config.settings import Settings
from beatpass_tui.errors import NotFound, RateLimited, ServerError, Unreachable
from beatpass_tui.screens import alarm
from beatpass_tui.screens.page import Page
from beatpass_tui.session.query import Trigger
from support.app_harness import FakeAccess, Stage, idle, press, text_of, until
from support.fakes import NOVA, NOW, FakeClock, FakeService, nova_activity
from support.stored_answers import ACCOUNT, StoredHistory

SIZE = (80, 24)
PAGES = ("dashboard", "finances", "activity", "progress", "leaderboards", "beats", "collections")
OFFLINE = Unreachable("No network.")


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredHistory]:
    stored_history = StoredHistory(tmp_path, FakeClock())
    yield stored_history
    stored_history.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages check the clocks many times a second instead of once a minute."""
    monkeypatch.setattr(alarm, "LONGEST_SLEEP", 0.02)


def count_requests(service: FakeService) -> Counter[tuple[object, ...]]:
    """Count requests by name and arguments."""
    return Counter((call.name, *call.arguments) for call in service.calls)


def page(stage: Stage) -> Page:
    current = stage.app.screen
    assert isinstance(current, Page)
    return current


async def wait_for_clock_checks(pilot: Pilot[None]) -> None:
    """Wait until a page has checked the clocks a few times."""
    for _ in range(5):
        await pilot.pause(0.03)


# Refresh key


async def test_held_refresh_key_sends_each_request_once() -> None:
    service, clock = FakeService(token=None), FakeClock()
    stage = Stage(service, clock=clock)
    # An answer, failures that `r` retries at once, and a 429.
    failures = (OFFLINE, ServerError("Failed.", status=500), RateLimited("No.", retry_after=0))
    async with stage.run() as pilot:
        for digit, name in enumerate(PAGES, start=1):
            await pilot.press(str(digit))
            await idle(pilot)
            assert page(stage).info.name == name
            clock.advance(2 * 3_600)
            session = page(stage).session
            assert session is not None
            shown = [query.name for query in page(stage).queries(session)]
            if name == "dashboard":
                # Loaded for the movers, after the queries of the cards.
                shown.append("performance")
            for number, endpoint in enumerate(shown):
                service.script(endpoint, (NOVA[endpoint], *failures)[number % 4])
            service.calls.clear()
            # The first repeat of a held key comes after a longer delay.
            await pilot.press("r")
            clock.advance(0.66)
            for press in range(300):
                page(stage).action_refresh_page()
                if press % 100 == 50:
                    await pilot.pause()
                clock.advance(9.34 / 300)
            await idle(pilot)
            assert sorted(service.requested) == sorted({*shown, "account"}), name
            for endpoint in shown:
                service.script(endpoint, NOVA[endpoint])


async def test_held_refresh_key_without_a_dashboard() -> None:
    service, clock = FakeService(token=None), FakeClock()
    service.fail(NotFound("No profile.", status=404), "artist")
    stage = Stage(service, clock=clock)
    async with stage.run() as pilot:
        assert "No Artist Profile" in text_of(stage.app)
        for _ in range(2):
            clock.advance(2 * 3_600)
            service.calls.clear()
            for press in range(40):
                await pilot.press("r")
                clock.advance(0.66 if press == 0 else 9.34 / 40)
            await idle(pilot)
            assert service.requested.count("artist") == 1
            assert max(Counter(service.requested).values()) == 1
            assert "Nothing has changed yet." in text_of(stage.app)


async def test_each_press_of_the_refresh_key_retries_failures() -> None:
    service, clock = FakeService(token=None), FakeClock()
    service.fail(OFFLINE, "stats")
    stage = Stage(service, clock=clock)
    async with stage.run() as pilot:
        for _ in range(3):
            clock.advance(1.5)
            await press(pilot, "r")
        assert service.requested.count("stats") == 4
        assert service.requested.count("followers") == 1


# In flight


async def test_another_page_does_not_repeat_requests_in_flight() -> None:
    service = FakeService(token=None)
    gate = asyncio.Event()
    for name in ("account", "artist", "stats", "intelligence", "performance"):
        service.script(name, gate)
    stage = Stage(service)
    async with stage.run() as pilot:
        for key in "4164":
            await pilot.press(key)
            stage.clock.advance(2)
            await pilot.press("r")
        gate.set()
        await idle(pilot)
        assert page(stage).info.name == "progress"
        assert set(count_requests(service).values()) == {1}
        assert service.requested.count("artist") == service.requested.count("intelligence") == 1


async def test_each_period_is_requested_once() -> None:
    service = FakeService(token=None)
    gate = asyncio.Event()
    stage = Stage(service, settings=Settings(start_page="activity"))
    service.script("activity_in", *[gate] * 4, nova_activity)
    async with stage.run() as pilot:
        for _ in range(5):
            await pilot.press("p")
            await pilot.pause()
        periods = {call.arguments[1] for call in service.calls if call.name == "activity_in"}
        assert len(periods) == 4
        assert service.requested.count("activity_in") == 4
        gate.set()
        await idle(pilot)
        assert service.requested.count("activity_in") == 4


# Start


@pytest.mark.parametrize("name, known", [("dashboard", True), ("activity", False)])
async def test_start_sends_nothing_twice(name: str, known: bool, stored: StoredHistory) -> None:
    service = FakeService(token=None)
    if known:
        # Everything is stale and is requested.
        stored.save_visit(NOW - timedelta(days=1))
    stage = Stage(
        service,
        FakeAccess(known=KnownToken(ACCOUNT) if known else None),
        clock=stored.clock,
        repository=stored.repository(),
        settings=Settings(start_page=name),
    )
    async with stage.app.run_test(size=SIZE) as pilot:
        # Terminals report the focus as soon as reports are enabled.
        for event in (events.AppFocus(), events.AppBlur(), events.AppFocus()):
            stage.app.post_message(event)
        await until(pilot, lambda: "stats" in service.requested or name != "dashboard")
        for _ in range(3):
            await idle(pilot)
            stage.app.post_message(events.AppBlur())
            stage.app.post_message(events.AppFocus())
        await until(pilot, lambda: not page(stage).workers or service.in_flight == 0)
        await idle(pilot)
        assert {"account", "artist"} <= set(service.requested)
        assert set(count_requests(service).values()) == {1}


async def test_fresh_answers_of_the_last_run_are_not_requested(stored: StoredHistory) -> None:
    service = FakeService(token=None)
    stored.save_visit(NOW - timedelta(minutes=10), performance=NOVA["performance"])
    stage = Stage(
        service,
        FakeAccess(known=KnownToken(ACCOUNT)),
        clock=stored.clock,
        repository=stored.repository(),
    )
    async with stage.run() as pilot:
        stage.app.post_message(events.AppFocus())
        await press(pilot, "1")
        assert service.calls == []
        # An open dashboard only checks the clocks once a minute.
        timer = page(stage)._alarm._timer
        assert timer is not None
        assert timer._interval == 60


# Focus and sleep


@pytest.mark.usefixtures("quick")
async def test_everything_is_requested_once_after_sleeping_overnight() -> None:
    service, clock = FakeService(token=None), FakeClock()
    stage = Stage(service, clock=clock)
    async with stage.run() as pilot:
        service.calls.clear()
        await wait_for_clock_checks(pilot)
        assert service.calls == []
        # No event reports the end of the sleep.
        clock.advance(9 * 3_600)
        await until(pilot, lambda: len(service.calls) >= 7)
        await wait_for_clock_checks(pilot)
        assert sorted(count_requests(service).values()) == [1] * 7
        assert "Good morning" in text_of(stage.app)


@pytest.mark.usefixtures("quick")
async def test_unfocused_terminal_sends_nothing_and_refreshes_once_on_focus() -> None:
    service, clock = FakeService(token=None), FakeClock()
    # Failed queries are not requested either.
    service.script("stats", OFFLINE)
    service.script("followers", RateLimited("No.", retry_after=60))
    stage = Stage(service, clock=clock)
    async with stage.run() as pilot:
        service.calls.clear()
        stage.app.app_focus = False
        await idle(pilot)
        assert page(stage)._alarm._timer is None
        for _ in range(8):
            clock.advance(3_600)
            await pilot.pause(0.03)
        assert service.calls == []
        stage.app.app_focus = True
        await idle(pilot)
        await wait_for_clock_checks(pilot)
        assert sorted(count_requests(service).values()) == [1] * 7


# The wall clock


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("hours, greeting", [(-5, "Good afternoon"), (9, "Good morning")])
async def test_set_wall_clock_changes_the_greeting_and_sends_nothing(
    hours: int, greeting: str
) -> None:
    service, clock = FakeService(token=None), FakeClock()
    stage = Stage(service, clock=clock)
    async with stage.run() as pilot:
        clock.advance(120)
        clock.set_wall(clock.now() + timedelta(hours=hours))
        await until(pilot, lambda: greeting in text_of(stage.app))
        await wait_for_clock_checks(pilot)
        assert len(service.calls) == 7
        # The age of an answer is never negative.
        fetched = min(NOW, clock.now() - timedelta(seconds=120))
        page(stage).show()
        await idle(pilot)
        assert f"{fetched:%H:%M}" in text_of(stage.app).splitlines()[0]
        session = page(stage).session
        assert session is not None
        assert {query.fetched_at for query in session.home} == {fetched}
        assert not any(query.is_due(Trigger.AUTOMATIC) for query in session.home)
