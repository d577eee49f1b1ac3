"""What holds on every page: the footer, the help, the keys, exports, loading, stale data."""

from __future__ import annotations

import asyncio
import csv
import json
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from beatpass_tui.config.keys import Keyboard
from beatpass_tui.config.settings import Settings
from beatpass_tui.errors import Unreachable
from beatpass_tui.screens.inner_page import InnerPage
from beatpass_tui.widgets.key_footer import Key, KeyFooter
from beatpass_tui.widgets.table import Table
from support.app_harness import Stage, idle, lines, press, text_of, until
from support.fakes import NOVA, FakeService
from support.stored_answers import HOME

PAGES = {"2": "finances", "3": "activity", "4": "progress", "5": "leaderboards", "6": "beats"}
PAGES["7"] = "collections"
SIZES = [(80, 24), (160, 45)]

LEAVES = {"Quit", "Palette", "Help", "Page", "Home", "More below"}
"""Keys in the footer that lead elsewhere, or are no keys."""

NEXT = "right_square_bracket"
NOTHING = re.compile(r"^(Nothing |No (other|previous|next|web|period|chart|top)\b)")
"""What the status line says about a key that does nothing here."""


def page_of(stage: Stage) -> InnerPage[object]:
    page = stage.app.screen
    assert isinstance(page, InnerPage)
    return page


def footer(stage: Stage) -> Sequence[Key]:
    """Return the keys of the footer, also those without room."""
    return stage.app.screen.query_one(KeyFooter).keys


def is_page(stage: Stage) -> bool:
    return isinstance(stage.app.screen, InnerPage)


async def return_to(pilot: Pilot[None], stage: Stage, digit: str, focused: Widget | None) -> None:
    """Close menus, searches and details, and focus a widget of the page again."""
    for _ in range(4):
        if isinstance(stage.app.screen, InnerPage) and stage.app.screen.closed_next == "page":
            break
        await press(pilot, "escape")
    if stage.app.screen.name != digit:
        await press(pilot, digit)
    if focused is not None and focused.focusable:
        focused.focus()
        await idle(pilot)


async def help_text(pilot: Pilot[None], stage: Stage) -> str:
    """Open the help of the page, read it to its end and close it."""
    await press(pilot, "question_mark")
    shown = ""
    for _ in range(3):
        shown += text_of(stage.app).split("Esc Close")[1].rpartition("\n")[0]
        await press(pilot, "pagedown")
    await press(pilot, "escape")
    return shown


async def test_every_key_of_the_footer_acts_and_is_in_the_help(tmp_path: Path) -> None:
    """Each key once on each page, on the first stop of Tab that has it."""
    stage = Stage(folder=tmp_path)
    idle_keys = {}
    async with stage.run(size=(120, 36)) as pilot:
        for digit, name in PAGES.items():
            await press(pilot, digit)
            help_shown = await help_text(pilot, stage)
            for entry in footer(stage):
                assert all(each in help_shown for each in entry.display.split()), (name, entry)
            pressed = {*LEAVES, ""}
            for _ in range(len(page_of(stage).focus_chain) or 1):
                focused = stage.app.focused
                while key := next((k for k in footer(stage) if k.label not in pressed), None):
                    pressed.add(key.label)
                    # The first of two keys may lead before the beginning.
                    await press(pilot, NEXT if key.display == "[ ]" else key.press)
                    if is_page(stage) and NOTHING.match(stage.notice.strip()):
                        idle_keys[name, key.label] = stage.notice.strip()
                    await return_to(pilot, stage, digit, focused)
                await press(pilot, "tab")
                await return_to(pilot, stage, digit, stage.app.focused)
    assert idle_keys == {}


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_tab_reaches_every_part_of_a_page_and_returns(size: tuple[int, int]) -> None:
    stage = Stage()
    hidden, lost, silent = [], [], []
    async with stage.run(size=size) as pilot:
        for digit, name in PAGES.items():
            await press(pilot, digit)
            first, stops = stage.app.focused, []
            for _ in range(12):
                focused = stage.app.focused
                if focused is None:
                    # Ranks instead of the list.
                    assert (name, size) == ("leaderboards", SIZES[0])
                    await press(pilot, "tab")
                    break
                stops.append(focused.id)
                visible = focused.region.intersection(stage.app.screen.region)
                if not visible or focused.region.height > visible.height:
                    hidden.append((name, focused.id))
                if not stage.notice.strip():
                    silent.append((name, focused.id))
                await press(pilot, "right", "down", "up", "left", "tab")
                if stage.app.focused is first:
                    break
            else:
                lost.append((name, stops))
            await press(pilot, "shift+tab")
            if name != "leaderboards" or size != SIZES[0]:
                await press(pilot, "tab")
            if stage.app.focused is not first:
                lost.append((name, ["back"]))
            await press(pilot, "escape", "escape")
    assert (hidden, lost, silent) == ([], [], [])


def has_files(folder: Path, suffix: str, number: int) -> bool:
    return len([*folder.glob(f"*.{suffix}")]) == number


async def test_rows_are_exported_as_csv_and_json(tmp_path: Path) -> None:
    keyboard = Keyboard({"page.export_json": ("E",)})
    stage = Stage(folder=tmp_path, settings=Settings(keyboard=keyboard))
    async with stage.run(size=(120, 36)) as pilot:
        for number, digit in enumerate(PAGES, 1):
            await press(pilot, digit)
            for key, suffix in (("e", "csv"), ("E", "json")):
                await pilot.press(key)
                await until(pilot, partial(has_files, tmp_path, suffix, number))
                await until(pilot, lambda: stage.notice.strip().startswith("Wrote "))
    for file in tmp_path.glob("*.csv"):
        rows = [*csv.DictReader(file.read_text("utf-8").splitlines())]
        sent = json.loads(file.with_suffix(".json").read_text("utf-8"))["rows"]
        assert len(rows) == len(sent) > 0, file
        assert set(rows[0]) == set(sent[0]), file


async def test_nothing_is_a_number_while_a_page_loads() -> None:
    service, gate = FakeService(), asyncio.Event()
    for name in NOVA:
        if name not in HOME:
            service.script(name, gate)
    stage = Stage(service)
    async with stage.run() as pilot:
        for digit, name in PAGES.items():
            await press(pilot, digit)
            shown = "\n".join(lines(stage)[2:-1])
            assert re.search("Loading|Calculating", shown), name
            # The axis of an empty chart begins with 0.
            assert not re.search(r"(?<![\d,.:])0(?![\d,.:%]| +[▁_])", shown), shown
            await press(pilot, "e")
            assert stage.notice.strip() == "Still loading; export when the rows are here", name
        gate.set()
        await idle(pilot)


async def test_data_stays_without_a_connection_and_says_so_once() -> None:
    stage = Stage()
    async with stage.run(size=(120, 36)) as pilot:
        before = {}
        for digit, name in PAGES.items():
            await press(pilot, digit)
            before[name] = [*stage.app.screen.query(Table).first().rows]
            assert before[name], name
        stage.clock.advance(3_600)
        stage.service.fail(Unreachable("No network.", reason="offline"), *NOVA)
        for digit, name in PAGES.items():
            await press(pilot, digit, "r")
            assert [*stage.app.screen.query(Table).first().rows] == before[name], name
            shown = text_of(stage.app)
            assert "offline" in stage.notice.lower(), name
            assert "offline" not in "\n".join(lines(stage)[2:-2]).lower(), shown
            assert "Unavailable" not in shown, shown
