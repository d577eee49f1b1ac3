"""The frames of Home that the next start shows: what they say at the time of that start."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pyte
import pytest
from pyte.screens import Char
from textual.pilot import Pilot

from beatpass_tui import formatting
from beatpass_tui.auth.access import KnownToken
from beatpass_tui.bootstrap import DEMO_ORIGIN, write_demo_history
from beatpass_tui.config.settings import Settings
from beatpass_tui.demo.model import ACCOUNT_ID, ARTIST_ID
from beatpass_tui.home_frames.keeper import HomeFrames
from beatpass_tui.instant_paint import frame, painter
from beatpass_tui.models.identity import Account
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.session.query import Trigger
from beatpass_tui.storage.store import NAME, Store
from beatpass_tui.storage.visits import VISIT_GAP
from support.app_harness import FakeAccess, Stage, idle, press
from support.fakes import NOVA_ARTIST, NOVA_STATS, NOW, FakeClock, FakeService
from support.stored_answers import HOME

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kept on Linux only")

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Cells = Sequence[Sequence[Char]]


class Machine:
    """A machine with a year of history, and the runs of the program on it."""

    def __init__(self, folder: Path, size: tuple[int, int], history: bytes) -> None:
        self.size = size
        self.clock = FakeClock()
        self._path = folder / "beatpass-tui" / NAME
        self._path.parent.mkdir(mode=0o700)
        self._path.write_bytes(history)
        self.file = self._path.with_name("frame")

    def store(self) -> Store:
        """Open the store, as another process does."""
        return Store(self._path, self.clock.now)

    @asynccontextmanager
    async def run(
        self, *, is_new: bool = False, settings: Settings | None = None
    ) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
        """Run the program without arguments until it is idle, and quit.

        A new start is one with a copy of the store, before anything is fetched.
        """
        service, path = FakeService(token=None), self._path
        service.script("account", Account(id=ACCOUNT_ID, name="nova"))
        service.script("artist", NOVA_ARTIST._replace(id=ARTIST_ID))
        if is_new:
            path = Path(shutil.copytree(path.parent, path.parents[1] / "copy"), NAME)
            for name in (*HOME, "performance"):
                service.script(name, asyncio.Event())
        repository = HistoryRepository(Store(path, self.clock.now), DEMO_ORIGIN, self.clock)
        stage = Stage(
            service,
            FakeAccess(known=KnownToken(ACCOUNT_ID)),
            clock=self.clock,
            repository=repository,
            start=None if is_new else frame.Start(),
            settings=settings,
        )
        async with stage.run(size=self.size) as pilot:
            yield stage, pilot
            await pilot.press("q")
        stage.app.close_repository()
        if is_new:
            shutil.rmtree(path.parent)

    async def first_frame(self) -> Cells:
        """Return the first complete Home of a start now."""
        async with self.run(is_new=True) as (stage, _):
            strips = stage.app.screen._compositor.render_strips()
            return draw([strip.render(stage.app.console) for strip in strips], self.size)

    def kept(self) -> Cells | None:
        """Return the frame that a start would show now; None without one."""
        content = frame.load(self.size)
        rows = content and frame.rows_at(content, self.clock.now().timestamp())
        return draw([row.decode() for row in rows], self.size) if rows else None


def draw(rows: Sequence[str], size: tuple[int, int]) -> Cells:
    screen = pyte.Screen(*size)
    stream = pyte.Stream(screen)
    for place, row in enumerate(rows, start=1):
        stream.feed(f"\x1b[{place};1H{row}")
    return [[screen.buffer[y][x] for x in range(size[0])] for y in range(size[1])]


def text(cells: Cells) -> list[str]:
    return ["".join(cell.data for cell in row).rstrip() for row in cells]


def words(row: str) -> set[str]:
    """Return the texts of a row, between which are two spaces, bars or frames."""
    return set(re.split(r"  +| ?[▁-█▔▕▎╭╮╰╯│─━╸╺]+ ?", row.strip())) - {""}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A store with a year of history, the last visit of which has ended."""
    path = tmp_path_factory.mktemp("history") / NAME
    write_demo_history(path, NOW - 40 * MINUTE)
    return path.read_bytes()


@pytest.fixture
def machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], history: bytes
) -> Machine:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return Machine(tmp_path, size, history)


LATER = (20 * MINUTE, 3 * HOUR, 10 * HOUR, 20 * HOUR, 2 * DAY, 13 * DAY)
"""Stale in the same visit, a new visit, the next mornings, and days later."""


@pytest.mark.parametrize(
    "size, times",
    [((80, 24), (MINUTE,)), ((120, 36), LATER[1:2]), ((160, 45), LATER), ((200, 50), (MINUTE,))],
)
async def test_frame_says_what_a_start_says_at_that_time_or_less(
    machine: Machine, times: Sequence[timedelta]
) -> None:
    async with machine.run():
        assert machine.kept() is None
    passed = timedelta()
    for later in times:
        machine.clock.advance((later - passed).total_seconds())
        passed = later
        kept, first = machine.kept(), await machine.first_frame()
        assert kept is not None
        shown, real = text(kept), text(first)
        assert real[0].replace("↻", " ").split(" · next")[0].startswith(shown[0][:20])
        if later < VISIT_GAP:
            assert kept[1:] == first[1:]
        assert shown[2:4] == real[2:4], "greeting and date"
        assert ("Since" in "".join(shown)) is (later < VISIT_GAP)
        assert {"45,210", "1,204", "128", "873"} <= set("  ".join(shown).split())
        for row, real_row in zip(shown, real, strict=True):
            new = words(row.replace("Top movers", "")) - words(real_row)
            assert not {word for word in new if word not in real_row}, (later, row, real_row)
        for row_cells, real_cells in zip(kept[1:], first[1:], strict=True):
            for cell, real_cell in zip(row_cells, real_cells, strict=True):
                if cell.data == real_cell.data != " ":
                    assert cell.fg == real_cell.fg, (later, cell, real_cell)
    machine.clock.advance((14 * DAY - passed).total_seconds())
    assert machine.kept() is None
    machine.clock.advance(-15 * DAY.total_seconds())
    assert machine.kept() is None


@pytest.mark.parametrize("size", [(80, 24)])
async def test_greeting_is_that_of_the_hour(machine: Machine) -> None:
    async with machine.run():
        pass
    machine.clock.advance(9 * 3600)
    for hours, greeting in ((0, "morning"), (7, "afternoon"), (6, "evening"), (11, "morning")):
        machine.clock.advance(hours * 3600)
        kept = machine.kept()
        assert kept is not None
        assert f"Good {greeting}, Nova Reyes" in text(kept)[2]
        assert formatting.long_date(machine.clock.now()) in text(kept)[3]


Change = Callable[[Stage, Pilot[None]], Awaitable[object]]


async def use_theme(stage: Stage, pilot: Pilot[None]) -> None:
    stage.app.use_theme("beatpass-light")
    await idle(pilot)
    assert isinstance(stage.app.frames, HomeFrames)
    await stage.app.frames._draw_scheduled()


async def refresh_elsewhere(stage: Stage, pilot: Pilot[None]) -> None:
    stage.service.script("stats", NOVA_STATS._replace(total_plays=46_000))
    await press(pilot, "6")
    stage.clock.advance(3600)
    session = stage.app.session
    assert session is not None
    await session.load(session.home, Trigger.MANUAL, lambda: None)
    await idle(pilot)


async def sign_out(stage: Stage, pilot: Pilot[None]) -> None:
    stage.app.sign_out()
    await idle(pilot)


CHANGES: dict[str, tuple[Change, bool]] = {
    "moved cursor": (lambda _, pilot: press(pilot, "right", "down", "down"), True),
    "message": (lambda _, pilot: press(pilot, "z"), True),
    "theme": (use_theme, True),
    "period": (lambda _, pilot: press(pilot, "p"), True),
    "period and cursor": (lambda _, pilot: press(pilot, "p", "right"), False),
    "new numbers elsewhere": (refresh_elsewhere, True),
    "signed out": (sign_out, False),
}
"""What is done, and whether a frame is kept."""


@pytest.mark.parametrize("size", [(80, 24)])
@pytest.mark.parametrize("change", CHANGES)
async def test_frame_is_that_of_a_start_whatever_was_done(change: str, machine: Machine) -> None:
    act, is_kept = CHANGES[change]
    machine.file.write_bytes(b"Home of an earlier run")
    async with machine.run() as (stage, pilot):
        frames = stage.app.frames
        assert isinstance(frames, HomeFrames)
        # The timer would draw them.
        await frames._draw_scheduled()
        await act(stage, pilot)
    kept = machine.kept()
    assert (kept is not None) is machine.file.exists() is is_kept
    if kept is not None:
        assert kept[1:] == (await machine.first_frame())[1:]


@pytest.mark.parametrize("size", [(80, 24)])
async def test_frame_of_the_last_run_stays_if_nothing_was_fetched(machine: Machine) -> None:
    async with machine.run():
        pass
    before, content = machine.kept(), frame.load(machine.size)
    assert before is not None
    assert content is not None
    painter.painted = painter.Painted(machine.size, content, [])
    async with machine.run() as (_, pilot):
        painter.take_over()
        await press(pilot, "right")
    assert machine.kept() == before


@pytest.mark.parametrize("size", [(80, 24)])
@pytest.mark.parametrize(
    "settings", [Settings(start_page="beats"), Settings(accessible=True)], ids=["page", "words"]
)
async def test_no_frame_is_kept_of_a_home_that_is_not_shown_first_or_is_read(
    settings: Settings, machine: Machine
) -> None:
    async with machine.run(settings=settings):
        pass
    assert not machine.file.exists()


@pytest.mark.parametrize("size", [(80, 24)])
async def test_no_frame_is_kept_if_the_next_start_has_another_account(machine: Machine) -> None:
    for known in (None, KnownToken(ACCOUNT_ID + 1), KnownToken(ACCOUNT_ID, menu=())):
        machine.file.write_bytes(b"Home of an earlier run")
        async with machine.run() as (stage, _):
            stage.access.known = known
        assert not machine.file.exists()


@pytest.mark.parametrize("size", [(80, 24)])
async def test_no_frame_is_kept_if_another_process_has_changed_the_store(machine: Machine) -> None:
    async with machine.run():
        with closing(machine.store()) as store:
            store.save_setting("period", "7d")
    assert not machine.file.exists()
