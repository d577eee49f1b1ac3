"""Gains of beats on My Beats: columns, order, status line, export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from beatpass_tui.auth.access import KnownToken
from beatpass_tui.models.beat_plays import BeatPlays
from beatpass_tui.screens.beats import Beats
from beatpass_tui.widgets.table import Table
from support.app_harness import FakeAccess, Stage, idle, lines, press, text_of, until
from support.catalog import pages
from support.fakes import NOW, FakeClock, FakeService
from support.snapshots import Compare, sizes
from support.stored_answers import ACCOUNT, ACCOUNT_KEY, ARTIST, StoredHistory

DAY = timedelta(days=1)


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredHistory]:
    """Return a store with three weeks of plays of the beats 1 to 40, of which one lost plays."""
    stored_history = StoredHistory(tmp_path, FakeClock())
    stored_history.save_visit(NOW - 3 * DAY)
    samples = [
        (BeatPlays(number, plays, f"Beat {number}"), NOW - day * DAY)
        for number in range(1, 41)
        for day in range(21, 0, -1)
        if (plays := 10 * number - number * day // 7 * (number % 4 > 0)) >= 0
    ]
    samples += [(BeatPlays(41, 500), NOW - day * DAY) for day in range(21, 0, -1)]
    stored_history.store().beats.import_plays(ACCOUNT_KEY, ARTIST, samples)
    yield stored_history
    stored_history.close()


def stage_of(stored: StoredHistory, total: int = 120) -> Stage:
    service = FakeService()
    service.script("beats", pages(total))
    access = FakeAccess(known=KnownToken(ACCOUNT))
    return Stage(service, access, clock=stored.clock, repository=stored.repository())


async def sort_by_gain(stage: Stage, pilot: Pilot[None], rows: int = 120) -> Table[object]:
    """Press m, and wait until the whole list is loaded and sorted."""
    table = table_of(stage)
    await press(pilot, "m")
    await until(pilot, lambda: len(table.rows) == rows and "Loading" not in stage.notice)
    await idle(pilot)
    return table


def table_of(stage: Stage) -> Table[object]:
    assert isinstance(stage.app.screen, Beats)
    return stage.app.screen.query_one("#catalog-table", Table)


async def test_gains_stand_after_plays_and_m_sorts_by_them(stored: StoredHistory) -> None:
    stage = stage_of(stored)
    async with stage.run("6") as pilot:
        table = table_of(stage)
        titles = [column.title for column in table.columns]
        assert titles[3:6] == ["Plays", "7 days", "Per day"]
        assert "100 of 120 loaded · 41 of 120 beats compared" in text_of(stage.app)
        await sort_by_gain(stage, pilot)
        ids = [row.beat.id for row in table.rows]  # type: ignore[attr-defined]
        assert ids[:3] == [39, 38, 37]
        # Losses are after zeros, and beats without known gains at the end.
        assert ids[40:42] == [41, 42]
        assert stage.notice == "Beat 39 · +39 in 7 days, 0%"
        rows = [line for line in lines(stage) if "Beat 39" in line]
        assert "+39" in rows[0]
        assert set("▁▂▃▄▅▆▇") & set(rows[0])


async def test_status_line_and_cells_say_what_is_known(stored: StoredHistory) -> None:
    stage = stage_of(stored)
    async with stage.run("6") as pilot:
        table = await sort_by_gain(stage, pilot)
        table.cursor = 40
        await idle(pilot)
        assert stage.notice == "Beat 41 · -90 in 7 days".replace("-", stage.notice[10])
        table.cursor = 41
        await idle(pilot)
        assert "contribution" in stage.notice


async def test_without_a_store_there_are_no_columns_of_gains() -> None:
    service = FakeService()
    service.script("beats", pages(120))
    stage = Stage(service)
    async with stage.run("6"):
        assert "7 days" not in [column.title for column in table_of(stage).columns]


async def test_loaded_pages_are_recorded_at_most_once_a_day(stored: StoredHistory) -> None:
    stage = stage_of(stored)
    async with stage.run("6") as pilot:
        await sort_by_gain(stage, pilot)
    numbers = range(1, 121)
    beats = stored.store().beats.load(ACCOUNT_KEY, ARTIST, NOW - DAY, numbers)
    assert len(beats) == len(numbers)
    assert {beat.runs[-1].last.date() for beat in beats} == {NOW.date()}
    assert {beat.runs[-1].plays for beat in beats} == {10 * number for number in numbers}


@sizes
def test_snapshot(snap_compare: Compare, stored: StoredHistory, size: tuple[int, int]) -> None:
    stage = stage_of(stored)

    async def sorted_by_gain(pilot: Pilot[None]) -> None:
        await idle(pilot)
        await press(pilot, "6")
        await sort_by_gain(stage, pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=sorted_by_gain)
