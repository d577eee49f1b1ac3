"""The dashboard on a demo with a large catalogue, whose pages are loaded without a pause."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from beatpass_tui.access import DemoAccess
from beatpass_tui.api import BeatPass
from beatpass_tui.app import BeatPassApp
from beatpass_tui.demo import DemoServer
from beatpass_tui.endpoints import Service
from beatpass_tui.screens.beats import Beats


def main(tracks: int) -> None:
    """Run the dashboard on so many linked tracks."""
    Beats.PACE = 0.0

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        with DemoServer(tracks=tracks, growth_delay=0.0) as server:
            async with BeatPass(server.base_url) as service:
                yield service

    access = DemoAccess("nova@example.com", "midnight-drive", asks=False)
    BeatPassApp(connect, access, demo=True).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
