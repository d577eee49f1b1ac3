"""Generates the pictures in docs/ from the demo: `make pictures`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

from textual import constants

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
from beatpass_tui.transport.endpoints import Service
from beatpass_tui.view_models.report import load_report
from beatpass_tui.widgets.title_bar import TitleBar

FOLDER = Path(__file__).parent
NOON = datetime(2026, 11, 23, 12, 4, tzinfo=timezone(timedelta(hours=-5)))

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


async def picture(name: str, *keys: str, size: tuple[int, int] = (120, 36)) -> None:
    """Press `keys` in the dashboard and save its screen."""
    with TemporaryDirectory() as folder:
        await _picture(Path(folder) / "store.sqlite3", name, keys, size)


async def _picture(store: Path, name: str, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    clock = FixedClock()
    write_demo_history(store, NOON)
    repository = HistoryRepository(Store(store, clock.now), DEMO_ORIGIN, clock)
    access = DemoAccess(
        "nova@example.com", "midnight-drive", needs_sign_in=False, account=ACCOUNT_ID
    )
    app = BeatPassApp(
        connect, access, repository=repository, clock=clock, demo=True, jitter=lambda: 0.0
    )
    async with app.run_test(size=size) as pilot:
        # Then everything has been fetched at the time of the pictures.
        while "updated 12:04" not in str(app.screen.query_one(TitleBar).render()):
            await pilot.pause(0.05)
        await pilot.press(*keys)
        quiet = 0
        while quiet < _QUIET:
            # A worker may start another when it ends.
            loads = [worker for worker in app.workers if worker.group != _CONNECTION]
            if loads:
                await app.workers.wait_for_complete(loads)
            quiet = 0 if loads else quiet + 1
            await pilot.pause(0.05)
        path = FOLDER / f"{name}.svg"
        path.write_text(app.export_screenshot(title="beatpass-tui"), encoding="utf-8")


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
    await picture("home", "tab", "right", size=(160, 45))
    for digit, page in enumerate(PAGES[1:], start=2):
        await picture(page.name, str(digit))


if __name__ == "__main__":
    # Textual has read the environment at its import.
    constants.COLOR_SYSTEM = "truecolor"  # type: ignore[misc]
    asyncio.run(save_pictures())
