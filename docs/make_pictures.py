"""Makes the pictures of the documentation from the demo: `make pictures`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

from beatpass_tui.api import BeatPass
from beatpass_tui.app import BeatPassApp
from beatpass_tui.auth.access import DemoAccess
from beatpass_tui.bootstrap import DEMO_ORIGIN, write_demo_history
from beatpass_tui.demo import DemoServer
from beatpass_tui.demo.model import ACCOUNT_ID
from beatpass_tui.models.menu import PAGES
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.storage.store import Store
from beatpass_tui.transport.endpoints import Service
from beatpass_tui.widgets.title_bar import TitleBar

FOLDER = Path(__file__).parent
NOON = datetime(2026, 11, 23, 12, 4, tzinfo=timezone(timedelta(hours=-5)))

_LOADING = ("load", "rows", "recall", "news", "history")
"""The groups of workers after which everything is on the screen."""

_QUIET = 4
"""How often nothing of that may be under way before the picture is made."""


class StoodStill:
    """A clock that shows the same moment in every picture."""

    def now(self) -> datetime:
        """Return the moment of the pictures."""
        return NOON

    def monotonic(self) -> float:
        """Return a moment at which the spinner shows its first frame."""
        return 0.0


@asynccontextmanager
async def connect() -> AsyncIterator[Service]:
    """Open the client on the demo as it is once Growth has arrived."""
    with DemoServer(growth_delay=0.0, now=lambda: NOON) as server:
        async with BeatPass(server.base_url) as service:
            yield service


async def picture(name: str, *keys: str, size: tuple[int, int] = (112, 30)) -> None:
    """Press `keys` on the running dashboard and write what stands on the screen."""
    with TemporaryDirectory() as folder:
        await _picture(Path(folder) / "store.sqlite3", name, keys, size)


async def _picture(store: Path, name: str, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    clock = StoodStill()
    write_demo_history(store, NOON)
    repository = HistoryRepository(Store(store, clock.now), DEMO_ORIGIN, clock)
    access = DemoAccess(
        "nova@example.com", "midnight-drive", needs_sign_in=False, account=ACCOUNT_ID
    )
    app = BeatPassApp(
        connect, access, repository=repository, clock=clock, demo=True, jitter=lambda: 0.0
    )
    async with app.run_test(size=size) as pilot:
        # Everything that has been fetched by then is as old as the moment of the pictures.
        while "updated 12:04" not in str(app.screen.query_one(TitleBar).render()):
            await pilot.pause(0.05)
        await pilot.press(*keys)
        quiet = 0
        while quiet < _QUIET:
            # One of them may begin another at its end.
            loads = [worker for worker in app.workers if worker.group in _LOADING]
            if loads:
                await app.workers.wait_for_complete(loads)
            quiet = 0 if loads else quiet + 1
            await pilot.pause(0.05)
        path = FOLDER / f"{name}.svg"
        path.write_text(app.export_screenshot(title="beatpass-tui"), encoding="utf-8")


async def every_picture() -> None:
    """Make the picture of Home and of each page behind the grid."""
    await picture("home", "tab", "right", size=(112, 43))
    for digit, page in enumerate(PAGES[1:], start=2):
        await picture(page.name, str(digit))


if __name__ == "__main__":
    asyncio.run(every_picture())
