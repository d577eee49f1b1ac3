"""Keys that come faster than the program acts, as over a slow line: each acts in its turn."""

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


def stage_of_beats() -> Stage:
    service = FakeService()
    service.script("beats", pages(3))
    return Stage(service)


async def typed(stage: Stage, pilot: Pilot[None], *keys: str) -> None:
    await idle(pilot)
    type_at_once(stage, *keys)
    await idle(pilot)


async def test_what_is_to_be_found_is_typed_into_the_field() -> None:
    stage = stage_of_beats()
    async with stage.app.run_test(size=SIZE) as pilot:
        await typed(stage, pilot, "6", "slash", *"q?6", "enter", "right_square_bracket", "6")
        assert isinstance(stage.app.screen, Beats)
        assert stage.app.screen.query_one("#find", Input).value == "q?6"
        assert stage.app.focused is stage.app.screen.query_one("#shared-table")


async def test_what_comes_after_finding_is_no_part_of_the_words() -> None:
    stage = stage_of_beats()
    async with stage.app.run_test(size=SIZE) as pilot:
        await idle(pilot)
        await pilot.press("6", "slash")
        await typed(stage, pilot, "b", "enter", "q")
        assert not stage.app.is_running


async def test_a_page_opens_before_the_next_key_is_looked_up() -> None:
    stage = stage_of_beats()
    async with stage.app.run_test(size=SIZE) as pilot:
        await typed(stage, pilot, "6", "down", "escape", "j", "question_mark", *"page", "escape")
        assert isinstance(stage.app.screen, Help)
        await typed(stage, pilot, "escape", "7", "escape")
        assert isinstance(stage.app.screen, Home)


async def test_the_palette_gets_what_is_meant_for_it() -> None:
    stage = stage_of_beats()
    async with stage.app.run_test(size=SIZE) as pilot:
        await typed(stage, pilot, "ctrl+p", *"quit 6")
        assert isinstance(stage.app.screen, CommandPalette)
        assert stage.app.screen.query_one(Input).value == "quit 6"


async def test_what_is_pasted_waits_for_its_field_as_well() -> None:
    stage = stage_of_beats()
    async with stage.app.run_test(size=SIZE) as pilot:
        await idle(pilot)
        type_at_once(stage, "6", "slash")
        stage.app.post_message(events.Paste("beat"))
        type_at_once(stage, "s")
        await idle(pilot)
        assert stage.app.screen.query_one("#find", Input).value == "beats"


async def test_a_key_that_has_no_end_holds_up_nobody_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_queue, "MAX_WAIT", 0.05)
    stage = stage_of_beats()
    stuck = asyncio.Event()
    async with stage.app.run_test(size=SIZE) as pilot:
        await idle(pilot)
        # A handler that waits keeps its widget from what comes after.
        stage.app.screen.call_later(stuck.wait)
        type_at_once(stage, "j", "ctrl+q")
        await until(pilot, lambda: not stage.app.is_running)
        stuck.set()
