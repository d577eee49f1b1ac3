"""Announcements of new milestones, also while the terminal is not focused."""

from __future__ import annotations

from collections.abc import Callable

from beatpass_tui.screens.alarm import Alarm
from beatpass_tui.screens.messages import MilestonePassed
from beatpass_tui.screens.page import Page
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.view_models.milestones import MilestoneTracker


class MilestoneAlerts:
    """Announces milestones on `home`, even while another page is shown.

    With the setting `notify`, the numbers are also refreshed while the terminal is not focused, and
    a milestone is a notification then. `refresh` runs `load` in a worker.
    """

    def __init__(self, home: Page, refresh: Callable[[], object]) -> None:
        self._home = home
        self._run = refresh
        self._tracker = MilestoneTracker()
        self._alarm = Alarm(home.clock, home.set_timer, self._refresh)

    async def announce(self, session: Session) -> None:
        """Announce milestones that were not announced before."""
        text, is_live = await self._tracker.take_new(session)
        home = self._home
        if not text or not home.still_shows(session):
            return
        is_away = home.settings.notify and not home.app.app_focus
        if is_live and not is_away:
            home.notify(text, title="Just now", markup=False)
            home.app.bell()
            return
        if is_live:
            home.post_message(MilestonePassed(text))
        home.milestone = Notice(text, Severity.GOOD)
        home.show_notice()

    def follow_focus(self, focused: bool) -> None:
        """Refresh the numbers at their freshness until the terminal is focused again."""
        if focused or not self._home.settings.notify:
            self._alarm.cancel()
        else:
            self._schedule()

    def _schedule(self) -> None:
        session = self._home.session
        wait = session.next_request_in(session.home) if session is not None else None
        if wait is not None:
            self._alarm.set(wait)

    def _refresh(self) -> None:
        self._run()

    async def load(self) -> None:
        """Fetch outdated numbers, and announce milestones, while the terminal is not focused."""
        home, session = self._home, self._home.session
        if session is None or home.app.app_focus:
            return
        if session.history is not None:
            # The user does not see these values, so the next visit is not measured against them.
            await session.history.save_baseline()
        await session.load(session.home, Trigger.AUTOMATIC, lambda: home.show_if_current(session))
        if home.can_show and not home.app.app_focus:
            await self.announce(session)
            # The session may have been replaced.
            self._schedule()
