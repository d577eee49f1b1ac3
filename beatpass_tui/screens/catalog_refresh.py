"""Scheduling of background loads of the catalog."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.timer import Timer

from beatpass_tui.screens.page import Page
from beatpass_tui.session.background import BackgroundLoad
from beatpass_tui.session.session import Session

DELAY = 10.0
"""Seconds from the end of Home's load to the first page."""

PACE = 5.0
"""Seconds between pages."""


class CatalogRefresh:
    """Loads the pages of the catalog one after another while the terminal has the focus.

    `home` runs the worker, even while another page is shown, and `on_page` is called after each
    page. Nothing is loaded if automatic refreshes are off.
    """

    def __init__(self, home: Page, on_page: Callable[[], object]) -> None:
        self._home = home
        self._on_page = on_page
        self._timer: Timer | None = None

    def schedule(self, session: Session) -> None:
        """Start after `DELAY`; a later call replaces an earlier one."""
        self._set_timer(session, DELAY)

    def _set_timer(self, session: Session, delay: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        if self._home.settings.refresh != 0:
            self._timer = self._home.set_timer(delay, partial(self._start, session))

    def _start(self, session: Session) -> None:
        self._home.run_worker(self._load(session), group="catalog", exclusive=True)

    async def _load(self, session: Session) -> None:
        home = self._home
        if home.session is not session or not home.app.app_focus:
            return
        if any(query.loading for query in session.all):
            # Pages wait for everything else.
            self._set_timer(session, PACE)
        elif await BackgroundLoad(session).load_page() and home.is_running:
            self._on_page()
            self._set_timer(session, PACE)
