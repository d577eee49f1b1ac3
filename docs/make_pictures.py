"""Generates pictures from the demo.

`make pictures` saves those in docs/ and the animated tour; `make contact-sheet` saves every page in
four sizes and both themes as one PNG. Both need the extra `pictures` and the font DejaVu Sans Mono.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import resvg_py
from PIL import Image
from textual import constants
from textual.pilot import Pilot

from beatpass_tui.api import BeatPass
from beatpass_tui.app import BeatPassApp
from beatpass_tui.auth.access import DemoAccess
from beatpass_tui.bootstrap import DEMO_ORIGIN, write_demo_history
from beatpass_tui.demo import DemoServer
from beatpass_tui.demo.model import ACCOUNT_ID
from beatpass_tui.exports.share_card import as_svg
from beatpass_tui.models.menu import PAGES
from beatpass_tui.models.secret import Secret
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.storage.store import Store
from beatpass_tui.transport import rate_limit
from beatpass_tui.transport.endpoints import Service
from beatpass_tui.view_models.report import load_report
from beatpass_tui.widgets.title_bar import TitleBar

FOLDER = Path(__file__).parent
NOON = datetime(2026, 11, 23, 12, 4, tzinfo=timezone(timedelta(hours=-5)))

SIZES = ((80, 24), (120, 36), (160, 45), (200, 50))
THEMES = ("beatpass", "beatpass-light")
SHEET_WIDTH, TOUR_WIDTH = 640, 1000
"""Widths of pictures in pixels."""
COLORS = 96
"""Colors of a frame of the tour."""

_CONNECTION = "connection"
"""The worker group that runs until the app ends; all others load data."""

_QUIET = 4
"""Checks in a row without a running worker before a picture is taken."""


class FixedClock:
    """A clock that shows the same time in every picture."""

    def now(self) -> datetime:
        """Return the time of the pictures."""
        return NOON

    def monotonic(self) -> float:
        """Return a time at which the spinner shows its first frame."""
        return 0.0


@asynccontextmanager
async def connect() -> AsyncIterator[Service]:
    """Connect to a demo server whose growth rate is available."""
    with DemoServer(growth_delay=0.0, now=lambda: NOON) as server:
        async with BeatPass(server.base_url) as service:
            yield service


@asynccontextmanager
async def dashboard(size: tuple[int, int], theme: str | None = None) -> AsyncIterator[Pilot[None]]:
    """Run the dashboard of the demo, and wait until Home is complete."""
    clock = FixedClock()
    access = DemoAccess(
        "nova@example.com", "midnight-drive", needs_sign_in=False, account=ACCOUNT_ID
    )
    with TemporaryDirectory() as folder:
        store = Path(folder) / "store.sqlite3"
        write_demo_history(store, NOON)
        repository = HistoryRepository(Store(store, clock.now), DEMO_ORIGIN, clock)
        app = BeatPassApp(
            connect,
            access,
            repository=repository,
            clock=clock,
            demo=True,
            jitter=lambda: 0.0,
            theme=theme,
        )
        async with app.run_test(size=size) as pilot:
            # Then everything has been fetched at the time of the pictures.
            while "updated 12:04" not in str(app.screen.query_one(TitleBar).render()):
                await pilot.pause(0.05)
            await settle(pilot)
            yield pilot


async def settle(pilot: Pilot[None]) -> None:
    """Wait until no worker loads data."""
    quiet = 0
    while quiet < _QUIET:
        # A worker may start another when it ends.
        is_loading = any(worker.group != _CONNECTION for worker in pilot.app.workers)
        quiet = 0 if is_loading else quiet + 1
        await pilot.pause(0.05)


async def press(pilot: Pilot[None], *keys: str) -> str:
    """Press keys and return the picture of the screen as SVG."""
    await pilot.press(*keys)
    await settle(pilot)
    return pilot.app.export_screenshot(title="beatpass-tui")


async def share_card() -> None:
    """Save the share card of `report --as svg`."""
    clock = FixedClock()
    with TemporaryDirectory() as folder, DemoServer(now=lambda: NOON) as server:
        path = Path(folder) / "store.sqlite3"
        write_demo_history(path, NOON)
        repository = HistoryRepository(Store(path, clock.now), DEMO_ORIGIN, clock)
        async with BeatPass(server.base_url) as service:
            service.token = Secret(server.token)
            session = Session(service, clock, repository=repository)
            await session.load((*session.home, session.performance), Trigger.MANUAL, lambda: None)
            report = await load_report(session, 7)
        repository.close()
    (FOLDER / "share-card.svg").write_text(as_svg(report), encoding="utf-8")


async def save_pictures() -> None:
    """Save the pictures of Home and of each other page, and of the share card."""
    await share_card()
    async with dashboard((160, 45)) as pilot:
        (FOLDER / "home.svg").write_text(await press(pilot, "tab", "right"), encoding="utf-8")
    async with dashboard((120, 36)) as pilot:
        for digit, page in enumerate(PAGES[1:], start=2):
            picture = await press(pilot, str(digit))
            (FOLDER / f"{page.name}.svg").write_text(picture, encoding="utf-8")


def to_image(svg: str, width: int) -> Image.Image:
    """Draw a picture of a screen without the frame of the window."""
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "DejaVu Sans Mono")
    data = resvg_py.svg_to_bytes(svg_string=svg, width=width)
    return Image.open(BytesIO(bytes(data))).convert("RGB")


async def save_tour() -> None:
    """Save a short animation: Home, the pages, a beat, the palette and the light theme."""
    steps: Sequence[tuple[Sequence[str], float]] = (
        ((), 2.5),
        (("tab", "right"), 2),
        (("6",), 2.5),
        (("down", "enter"), 2.5),
        (("escape", "3"), 2.5),
        (("2",), 2.5),
        (("4",), 2.5),
        (("5",), 2.5),
        (("?",), 2.5),
        (("escape", "escape"), 1),
    )
    async with dashboard((120, 36)) as pilot:
        frames = [to_image(await press(pilot, *keys), TOUR_WIDTH) for keys, _ in steps]
        pilot.app.theme = "beatpass-light"
        frames.append(to_image(await press(pilot), TOUR_WIDTH))
    images = [frame.quantize(COLORS, Image.Quantize.MAXCOVERAGE) for frame in frames]
    durations = [int(seconds * 1000) for _, seconds in steps] + [2500]
    images[0].save(
        FOLDER / "tour.gif",
        save_all=True,
        append_images=images[1:],
        duration=durations,
        loop=0,
        optimize=True,
    )


async def save_contact_sheet(path: Path) -> None:
    """Save every page in four sizes, dark and light, as one PNG."""
    rows = []
    for theme in THEMES:
        for size in SIZES:
            async with dashboard(size, theme) as pilot:
                keys = range(1, len(PAGES) + 1)
                rows.append([to_image(await press(pilot, str(key)), SHEET_WIDTH) for key in keys])
    heights = [row[0].height for row in rows]
    sheet = Image.new("RGB", (SHEET_WIDTH * len(PAGES), sum(heights)), "#808080")
    top = 0
    for row, height in zip(rows, heights, strict=True):
        for column, image in enumerate(row):
            sheet.paste(image, (SHEET_WIDTH * column, top))
        top += height
    path.parent.mkdir(exist_ok=True)
    sheet.save(path, optimize=True)


async def main() -> None:
    """Save the contact sheet, or else the pictures in docs/."""
    if sys.argv[1:] == ["contact-sheet"]:
        await save_contact_sheet(FOLDER.parent / "build" / "contact-sheet.png")
    else:
        await save_pictures()
        await save_tour()


if __name__ == "__main__":
    # Textual has read the environment at its import.
    constants.COLOR_SYSTEM = "truecolor"  # type: ignore[misc]
    # The budget is filled by time, which stands still.
    rate_limit.BURST = 10_000
    asyncio.run(main())
