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


async def sorted_by_gain(stage: Stage, pilot: Pilot[None]) -> Table[object]:
    """Wait until the whole list is loaded and sorted by the gains."""
    table = table_of(stage)
    await until(pilot, lambda: len(table.rows) == 120 and ids(table)[:2] == [39, 38])
    await until(pilot, lambda: "Loading" not in stage.notice)
    await idle(pilot)
    return table


def ids(table: Table[object]) -> list[int]:
    return [row.beat.id for row in table.rows]  # type: ignore[attr-defined]


def table_of(stage: Stage) -> Table[object]:
    assert isinstance(stage.app.screen, Beats)
    return stage.app.screen.query_one("#catalog-table", Table)


async def test_gains_stand_after_plays_and_sort_the_page(stored: StoredHistory) -> None:
    stage = stage_of(stored)
    async with stage.run("6") as pilot:
        table = await sorted_by_gain(stage, pilot)
        titles = [column.title for column in table.columns]
        first = titles.index("Plays")
        assert titles[first : first + 3] == ["Plays", "7 days", "Per day"]
        assert "120 beats · 41 compared" in text_of(stage.app)
        # Losses are after zeros, and beats without known gains at the end.
        assert ids(table)[40:42] == [41, 42]
        assert stage.notice.startswith("Beat 39 · +39 in 7 days, 0% · next: 400 in about ")
        rows = [line for line in lines(stage) if "Beat 39" in line]
        assert "+39" in rows[0]
        assert set("▁▂▃▄▅▆▇") & set(rows[0])


async def test_m_sorts_by_gains_again(stored: StoredHistory) -> None:
    stage = stage_of(stored)
    async with stage.run("6") as pilot:
        table = await sorted_by_gain(stage, pilot)
        await press(pilot, "s")
        assert ids(table)[:2] == [1, 2]
        await press(pilot, "m")
        await sorted_by_gain(stage, pilot)


async def test_long_lists_keep_the_order_of_the_service(stored: StoredHistory) -> None:
    stage = stage_of(stored, 501)
    async with stage.run("6") as pilot:
        table = table_of(stage)
        await until(pilot, lambda: "week" in [column.key for column in table.columns])
        assert "100 of 501 loaded" in text_of(stage.app)
        assert ids(table) == list(range(1, 101))


async def test_status_line_and_cells_say_what_is_known(stored: StoredHistory) -> None:
    stage = stage_of(stored)
    async with stage.run("6") as pilot:
        table = await sorted_by_gain(stage, pilot)
        table.cursor = 40
        await idle(pilot)
        assert stage.notice == "Beat 41 · -90 in 7 days".replace("-", stage.notice[10])
        table.cursor = 41
        await idle(pilot)
        assert stage.notice == "Beat 42 · 420 plays"


async def test_without_a_store_there_are_no_columns_of_gains() -> None:
    service = FakeService()
    service.script("beats", pages(120))
    stage = Stage(service)
    async with stage.run("6"):
        assert "7 days" not in [column.title for column in table_of(stage).columns]


async def test_loaded_pages_are_recorded_at_most_once_a_day(stored: StoredHistory) -> None:
    stage = stage_of(stored)
    async with stage.run("6") as pilot:
        await sorted_by_gain(stage, pilot)
    numbers = range(1, 121)
    beats = stored.store().beats.load(ACCOUNT_KEY, ARTIST, NOW - DAY, numbers)
    assert len(beats) == len(numbers)
    assert {beat.runs[-1].last.date() for beat in beats} == {NOW.date()}
    assert {beat.runs[-1].plays for beat in beats} == {10 * number for number in numbers}


@sizes
def test_snapshot(snap_compare: Compare, stored: StoredHistory, size: tuple[int, int]) -> None:
    stage = stage_of(stored)

    async def open_page(pilot: Pilot[None]) -> None:
        await idle(pilot)
        await press(pilot, "6")
        await sorted_by_gain(stage, pilot)
        page, session = stage.app.screen, stage.app.session
        assert isinstance(page, Beats)
        assert session is not None
        # The chart has today's plays once they are read from the disk.
        recorded = page.recorded(session)
        await until(pilot, lambda: not recorded.is_missing(39))
        await idle(pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=open_page)
