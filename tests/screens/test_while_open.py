"""The time of the next refresh, and milestones passed while the dashboard is open."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from beatpass_tui.auth.access import KnownToken
from beatpass_tui.config.settings import Settings
from beatpass_tui.models.home import Intelligence
from beatpass_tui.runtime import notifications
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.storage.store import Store
from support.app_harness import FakeAccess, Stage, idle, press, text_of, until
from support.fakes import NOVA_ACCOUNT, NOVA_INTELLIGENCE, NOVA_STATS, TOKEN, FakeClock, FakeService
from support.hostile import ATTACKS, MARKS

WIDE = (120, 36)


def title_of(stage: Stage) -> str:
    return text_of(stage.app).splitlines()[0]


async def test_time_of_next_refresh_is_shown_if_there_is_room() -> None:
    stage = Stage()
    async with stage.run(size=WIDE) as pilot:
        assert title_of(stage).split("·")[-2:] == [" updated 20:04 ", " next 20:19"]
        await pilot.resize_terminal(80, 24)
        await idle(pilot)
        assert "next" not in title_of(stage)
        await press(pilot, "r")
        assert stage.notice == "Up to date · next refresh at 20:19"


async def test_number_that_is_calculated_does_not_set_the_next_refresh() -> None:
    service = FakeService(token=None)
    service.script(
        "intelligence", NOVA_INTELLIGENCE._replace(growth_rate=None, growth_calculating=True)
    )
    stage = Stage(service)
    async with stage.run(size=WIDE):
        assert stage.card("growth")[0].endswith("Calculating…")
        assert title_of(stage).endswith("· updated 20:04 · next 20:19")


async def test_no_time_is_shown_without_automatic_refresh() -> None:
    stage = Stage(settings=Settings(refresh=0))
    async with stage.run(size=WIDE) as pilot:
        assert "next" not in title_of(stage)
        await press(pilot, "r")
        assert stage.notice == "Up to date"


def stage_with_store(folder: Path, service: FakeService, clock: FakeClock) -> Stage:
    store = Store(folder / "store.sqlite3", clock.now)
    repository = HistoryRepository(store, "https://open.beatpass.ca", clock)
    access = FakeAccess(known=KnownToken(NOVA_ACCOUNT.id))
    return Stage(service, access, clock=clock, repository=repository, settings=Settings(bell=True))


async def visit(stage: Stage) -> None:
    """Open the dashboard once and close it."""
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: stage.card("total-plays")[0].startswith("45,210"))
        await idle(pilot)
        stage.app.close_repository()


async def reload(stage: Stage, pilot: Pilot[None], plays: int) -> None:
    """Refresh after the freshness, with `plays` as the new total."""
    stage.service.script("stats", NOVA_STATS._replace(total_plays=plays))
    stage.clock.advance(20 * 60)
    await pilot.press("r")
    await until(pilot, lambda: stage.card("total-plays")[0].startswith(f"{plays:,}"))
    await idle(pilot)


async def test_milestone_while_open_is_a_toast_with_a_bell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    await visit(stage_with_store(tmp_path, FakeService(TOKEN), clock))
    clock.advance(timedelta(hours=2).total_seconds())
    stage = stage_with_store(tmp_path, FakeService(TOKEN), clock)
    rings: list[str] = []
    monkeypatch.setattr(stage.app, "bell", lambda: rings.append("ding"))
    async with stage.app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: stage.card("total-plays")[1] == "0")
        assert rings == []
        await reload(stage, pilot, 49_999)
        assert rings == []
        await reload(stage, pilot, 50_020)
        assert rings == ["ding"]
        await until(pilot, lambda: "50,000 plays passed" in text_of(stage.app))
        await reload(stage, pilot, 50_040)
        assert rings == ["ding"]
        stage.app.close_repository()


async def test_toast_is_literal_and_short(tmp_path: Path) -> None:
    sent = [{"name": "First play", "unlocked": True}]
    names = [f"{mark} {attack}" for mark, attack in zip(MARKS, ATTACKS, strict=True)]
    names.sort(key=lambda name: " [" not in name)

    def intelligence(achievements: list[dict[str, object]]) -> Intelligence:
        unlocked = Intelligence.decode({"achievements": achievements}).unlocked
        return NOVA_INTELLIGENCE._replace(unlocked=unlocked)

    clock = FakeClock()
    first = stage_with_store(tmp_path, FakeService(TOKEN), clock)
    first.service.script("intelligence", intelligence(sent))
    await visit(first)
    clock.advance(timedelta(hours=2).total_seconds())
    stage = stage_with_store(tmp_path, FakeService(TOKEN), clock)
    stage.service.script("intelligence", intelligence(sent))
    async with stage.app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: stage.card("total-plays")[1] == "0")
        await idle(pilot)
        more: list[dict[str, object]] = [{"name": name, "unlocked": True} for name in names]
        stage.service.script("intelligence", intelligence([*sent, *more]))
        await reload(stage, pilot, 45_211)
        await until(pilot, lambda: "Just now" in text_of(stage.app))
        toast = stage.app.screen.query_one(Toast)
        text = str(toast.render())
        assert text.startswith("Just now\nNew achievement: ")
        assert "q19 [/]close · New achievement: q20 [red · New achievement: q21 [@click=" in text
        assert not [sign for sign in text if not (sign.isprintable() or sign == "\n")]
        assert toast.size.height <= 8
        stage.app.close_repository()


async def test_milestone_while_unfocused_is_a_notification(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    shown: list[str] = []

    async def notify(text: str, write: object) -> bool:
        shown.append(text)
        return True

    monkeypatch.setattr(notifications, "send", notify)
    await visit(stage_with_store(tmp_path, FakeService(TOKEN), clock))
    clock.advance(timedelta(hours=2).total_seconds())
    stage = stage_with_store(tmp_path, FakeService(TOKEN), clock)
    stage.app.context.settings = Settings(notify=True)
    async with stage.app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: stage.card("total-plays")[1] == "0")
        await press(pilot, "6")
        home: Any = stage.app._navigator.home
        # Behind another page as well, at the freshness and not before.
        stage.app.post_message(events.AppBlur())
        await idle(pilot)
        stage.service.script("stats", NOVA_STATS._replace(total_plays=50_020))
        clock.advance(14 * 60)
        stage.service.calls.clear()
        home._refresh_unfocused()
        await idle(pilot)
        assert (stage.service.requested, shown) == ([], [])
        clock.advance(60 * 60)
        home._refresh_unfocused()
        await until(pilot, lambda: bool(shown))
        assert shown == ["50,000 plays passed"]
        assert not stage.app.screen.query(Toast)
        # The change is still new to the user.
        stage.app.post_message(events.AppFocus())
        await press(pilot, "1")
        await until(pilot, lambda: stage.card("total-plays")[1].startswith("+4,810"))
        assert "50,000 plays passed" in stage.notice
        clock.advance(60 * 60)
        stage.service.calls.clear()
        home._refresh_unfocused()
        await idle(pilot)
        assert shown == ["50,000 plays passed"]
        stage.app.close_repository()


async def test_nothing_is_requested_while_unfocused_without_the_setting() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        home: Any = stage.app._navigator.home
        stage.app.post_message(events.AppBlur())
        await idle(pilot)
        assert home._alerts._alarm._timer is None
        stage.app.context.settings = Settings(notify=True)
        home._alerts.follow_focus(False)
        assert home._alerts._alarm._timer is not None
        stage.app.post_message(events.AppFocus())
        await idle(pilot)
        assert home._alerts._alarm._timer is None
