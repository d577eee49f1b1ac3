"""The appearance of Home with months of history: sizes, themes, a losing week, offline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from beatpass_tui.auth.access import KnownToken
from beatpass_tui.config.themes import LIGHT
from beatpass_tui.errors import Unreachable
from beatpass_tui.models.beat_plays import BeatPlays
from beatpass_tui.view_models.cards import Change
from beatpass_tui.widgets.stat_cards import StatCard
from support.app_harness import FakeAccess, Stage, idle
from support.fakes import NOVA, NOVA_FOLLOWERS, NOVA_STATS, NOW, FakeClock, FakeService
from support.snapshots import Compare
from support.stored_answers import (
    ACCOUNT,
    ACCOUNT_KEY,
    ARTIST,
    HOME,
    StoredHistory,
    wait_for_writes,
)

DAY = timedelta(days=1)
NAMES = ("Midnight Drive", "Faded Season", "夜明けのビート", "Broken District [FREE]", "Café Noir")
GAP = range(17, 22)
"""Days before NOW without any sample."""


class History:
    """A store with daily samples until two days before NOW, with a gap of five days."""

    def __init__(self, folder: Path, *, is_losing: bool = False) -> None:
        self.stored = StoredHistory(folder, FakeClock())
        self.service = FakeService(token=None)
        stats = NOVA_STATS._replace(total_plays=44_900 + 322 * is_losing, total_tracks=127)
        followers = NOVA_FOLLOWERS._replace(total=872 + 4 * is_losing)
        self.stored.save_visit(
            NOW - 2 * DAY, stats=stats, followers=followers, standings=NOVA["standings"]
        )
        last = {"total-plays": stats.total_plays, "downloads": 1_204, "followers": followers.total}
        store = self.stored.store()
        for number, end in last.items():
            value, rows = float(end or 0), []
            for back in range(2, 120):
                if back not in GAP:
                    rows.append((number, NOW - back * DAY, value))
                step = {"total-plays": 40, "downloads": 5, "followers": 1}[number]
                value -= step * (1 + back * 7 % 5) / 2 - (step * 4) * (is_losing and back == 4)
            store.add_samples(ACCOUNT_KEY, ARTIST, rows)
        xp = [("xp", NOW - 8 * DAY, 3_600), ("xp", NOW - 2 * DAY, 3_700)]
        store.add_samples(ACCOUNT_KEY, ARTIST, xp)
        for back in (30, *range(15, -1, -1)):
            beats = []
            for id, name in enumerate(NAMES, 1):
                gain = (6 - id) * (-1 if is_losing and id > 3 else 1)
                beats.append(BeatPlays(id, 8_000 // id - back * gain, name))
            store.beats.record(ACCOUNT_KEY, ARTIST, beats, NOW - back * DAY)

    def stage(self) -> Stage:
        return Stage(
            self.service,
            FakeAccess(known=KnownToken(ACCOUNT)),
            clock=self.stored.clock,
            repository=self.stored.repository(),
        )


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History(tmp_path)
    yield history
    history.stored.close()


async def settle(pilot: Pilot[None]) -> None:
    await idle(pilot)
    for _ in range(3):
        await wait_for_writes(pilot.app._repository)  # type: ignore[attr-defined]
        await idle(pilot)


@pytest.mark.parametrize(
    "size", [(60, 24), (80, 24), (120, 36), (160, 45), (200, 50)], ids="{0[0]}x{0[1]}".format
)
def test_home(snap_compare: Compare, history: History, size: tuple[int, int]) -> None:
    async def go_to_plays(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await pilot.press("tab", "right")
        await settle(pilot)

    assert snap_compare(history.stage().app, terminal_size=size, run_before=go_to_plays)


async def test_level_in_percent_where_what_remains_does_not_fit(history: History) -> None:
    stage = history.stage()
    async with stage.run(size=(80, 36)) as pilot:
        await settle(pilot)
        (card,) = stage.app.screen.query("#level").results(StatCard)
        card.stat = card.stat._replace(change=Change("+1,125 XP", 1))
        await idle(pilot)
        assert str(card.render()).split("\n")[2].split() == ["+1,125", "XP", "24%"]


def test_losing_week(snap_compare: Compare, tmp_path: Path) -> None:
    history = History(tmp_path, is_losing=True)
    assert snap_compare(history.stage().app, terminal_size=(120, 36), run_before=settle)
    history.stored.close()


def test_light_theme(snap_compare: Compare, history: History) -> None:
    stage = history.stage()

    async def change(pilot: Pilot[None]) -> None:
        stage.app.theme = LIGHT.name
        await settle(pilot)

    assert snap_compare(stage.app, terminal_size=(120, 36), run_before=change)


def test_no_color(snap_compare: Compare, history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(history.stage().app, terminal_size=(80, 24), run_before=settle)


def test_offline(snap_compare: Compare, history: History) -> None:
    history.service.fail(Unreachable("No network."), *HOME, "performance")
    assert snap_compare(history.stage().app, terminal_size=(80, 24), run_before=settle)


def test_first_day(snap_compare: Compare, tmp_path: Path) -> None:
    stored = StoredHistory(tmp_path, FakeClock())
    stage = Stage(
        access=FakeAccess(known=KnownToken(ACCOUNT)),
        clock=stored.clock,
        repository=stored.repository(),
    )
    assert snap_compare(stage.app, terminal_size=(120, 36), run_before=settle)
    stored.close()
