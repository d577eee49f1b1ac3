"""Keys that arrive faster than they are handled, as over a slow connection."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input

from beatpass_tui.runtime import key_queue
from beatpass_tui.screens.beats import Beats
from beatpass_tui.screens.help import Help
from beatpass_tui.screens.home import Home
from support.app_harness import Stage, idle, type_at_once, until
from support.catalog import SIZE, pages
from support.fakes import FakeService


def make_stage() -> Stage:
    service = FakeService()
    service.script("beats", pages(3))
    return Stage(service)


async def type_keys(stage: Stage, pilot: Pilot[None], *keys: str) -> None:
    await idle(pilot)
    type_at_once(stage, *keys)
    await idle(pilot)


async def test_search_text_goes_into_the_field() -> None:
    stage = make_stage()
    async with stage.app.run_test(size=SIZE) as pilot:
        await type_keys(stage, pilot, "6", "slash", *"q?6", "enter", "right_square_bracket", "6")
        assert isinstance(stage.app.screen, Beats)
        assert stage.app.screen.query_one("#find", Input).value == "q?6"
        assert stage.app.screen.has_class("-overview")
        assert stage.app.focused is None
        await type_keys(stage, pilot, "left_square_bracket")
        assert stage.app.focused is stage.app.screen.query_one("#catalog-table")


async def test_keys_after_a_search_are_not_part_of_its_text() -> None:
    stage = make_stage()
    async with stage.run(size=SIZE) as pilot:
        await pilot.press("6", "slash")
        await type_keys(stage, pilot, "b", "enter", "q")
        assert not stage.app.is_running


async def test_page_opens_before_the_next_key_is_handled() -> None:
    stage = make_stage()
    async with stage.app.run_test(size=SIZE) as pilot:
        await type_keys(stage, pilot, "6", "down", "escape", "j", "question_mark", *"page")
        assert isinstance(stage.app.screen, Help)
        assert stage.app.screen.query_one("#help-find", Input).value == "page"
        await type_keys(stage, pilot, "escape", "7", "escape")
        assert isinstance(stage.app.screen, Home)


async def test_palette_receives_the_keys_after_it_opens() -> None:
    stage = make_stage()
    async with stage.app.run_test(size=SIZE) as pilot:
        await type_keys(stage, pilot, "ctrl+p", *"quit 6")
        assert isinstance(stage.app.screen, CommandPalette)
        assert stage.app.screen.query_one(Input).value == "quit 6"


async def test_pasted_text_waits_for_its_field() -> None:
    stage = make_stage()
    async with stage.run(size=SIZE) as pilot:
        type_at_once(stage, "6", "slash")
        stage.app.post_message(events.Paste("beat"))
        type_at_once(stage, "s")
        await idle(pilot)
        assert stage.app.screen.query_one("#find", Input).value == "beats"


async def test_unfinished_handler_delays_later_keys_only_briefly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_queue, "MAX_WAIT", 0.05)
    stage = make_stage()
    stuck = asyncio.Event()
    async with stage.run(size=SIZE) as pilot:
        # A handler that waits keeps its widget from handling later messages.
        stage.app.screen.call_later(stuck.wait)
        type_at_once(stage, "j", "ctrl+q")
        await until(pilot, lambda: not stage.app.is_running)
        stuck.set()
