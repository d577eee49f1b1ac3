"""Run the app with a scripted service, a fixed clock and a stored token."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from textual import events
from textual._context import visible_screen_stack
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from beatpass_tui.app import BeatPassApp
from beatpass_tui.auth.access import Access, KnownToken, LoadedToken, Menu
from beatpass_tui.auth.sign_in import SignInService
from beatpass_tui.config.settings import Settings
from beatpass_tui.errors import BeatPassError, CredentialsError
from beatpass_tui.instant_paint.frame import Start
from beatpass_tui.models.identity import SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.runtime.browser import RunInTerminal
from beatpass_tui.runtime.clipboard import Result
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.session.manager import Connect
from beatpass_tui.widgets.stat_cards import StatCard
from beatpass_tui.widgets.status_line import StatusLine
from support.fakes import NOVA_SIGNED_IN, TOKEN, FakeClock, FakeService
from support.speed import make_frame, mark_inspected
from support.waiting import is_settled, wait_for_loop, wait_for_messages, wait_for_threads

__all__ = ["NOVA_SIGNED_IN"]

NEXT_FILTER = ("f", "down", "enter")
"""Keys that select the next option of a page's first filter."""

NUMBERS = {
    "tracks": "128",
    "total-plays": "45,210",
    "albums": "9",
    "downloads": "1,204",
    "followers": "873",
    "level": "12",
    "growth": "▲ +7.5%",
    "view-profile": "Nova Reyes",
}
"""The text of the eight cards, with the scripted service and with the demo."""


class FakeAccess(Access):
    """Access with a stored token, or without one; records what is saved and removed."""

    def __init__(
        self,
        *,
        needs_sign_in: bool = False,
        variable: str | None = None,
        menu: Menu = None,
        hint: str | None = None,
        notice: str | None = None,
        save_result: str | BeatPassError = "Your token is kept in the system keyring.",
        known: KnownToken | None = None,
        token_expires_by: datetime | None = None,
        token: Secret = TOKEN,
    ) -> None:
        self.known = known
        self.needs_sign_in = needs_sign_in
        self.variable = variable
        self.hint = hint
        self.problem = None if notice is None else CredentialsError(notice)
        self.saved: SignedIn | None = None
        self.removed = False
        self._menu = menu
        self._save_result = save_result
        self._token_expires_by = token_expires_by
        self._token = token

    async def load(self, service: SignInService) -> LoadedToken | None:
        if self.needs_sign_in:
            return None
        return LoadedToken(self._token, self._menu, expires_by=self._token_expires_by)

    async def save(self, signed_in: SignedIn) -> str:
        self.saved = signed_in
        if isinstance(self._save_result, BeatPassError):
            raise self._save_result
        return self._save_result

    async def remove(self) -> None:
        self.removed = True
        self.needs_sign_in = True


class Stage:
    """An app under test, with the fakes that it was given."""

    def __init__(
        self,
        service: FakeService | None = None,
        access: FakeAccess | None = None,
        *,
        clock: FakeClock | None = None,
        repository: HistoryRepository | None = None,
        folder: Path | None = None,
        growth_delay: float = 30.0,
        opens: bool = True,
        copy_result: Result = Result.COPIED,
        settings: Settings | None = None,
        theme: str | None = None,
        connect: Connect | None = None,
        start: Start | None = None,
    ) -> None:
        self.service = service or FakeService(token=None)
        self.access = access or FakeAccess()
        self.clock = clock or FakeClock()
        self.opened: list[str] = []
        self.copied: list[str] = []
        self._opens = opens
        self._copy_result = copy_result
        self.app = BeatPassApp(
            connect or self.service.connect,
            self.access,
            repository=repository,
            folder=folder,
            clock=self.clock,
            growth_delay=growth_delay,
            jitter=lambda: 0.0,
            open_url=self._open,
            copy_text=self._copy,
            settings=settings,
            theme=theme,
            start=start,
        )

    @asynccontextmanager
    async def run(self, *keys: str, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
        """Run the app, press keys one after another, and wait until it is idle."""
        async with self.app.run_test(size=size) as pilot:
            await idle(pilot)
            await press(pilot, *keys)
            yield pilot

    async def _open(self, address: str, _: RunInTerminal) -> bool:
        self.opened.append(address)
        return self._opens

    async def _copy(self, text: str, _: Callable[[str], None]) -> Result:
        self.copied.append(text)
        return self._copy_result

    @property
    def notice(self) -> str:
        """The text of the status line."""
        return str(self.app.screen.query_one(StatusLine).render())

    def card(self, name: str) -> tuple[str, str]:
        """Return the two lines of a stat card below its title, without bars."""
        card = self.app.screen.query_one(f"#{name}", StatCard)
        lines = str(card.render()).split("\n")[0 if card.styles.border_top[0] else 1 :]
        value, detail = (re.split("  | [━▁-▇]", line.strip(" ▎"))[0] for line in (*lines, "")[:2])
        return value.strip(), detail.strip()

    def text(self, selector: str) -> str:
        """Return the text of a Static."""
        return str(self.app.screen.query_one(selector, Static).render())


async def idle(pilot: Pilot[None]) -> None:
    """Wait until all work is done that waits for no event of a test."""
    for _ in range(20):
        await wait_for_messages(pilot)
        make_frame(pilot.app)
        await wait_for_loop()
        # A screen that is not settled may wait for a thread.
        if not await wait_for_threads() and is_settled(pilot.app):
            break


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, and wait after each one until the app is idle."""
    for key in keys:
        await pilot.press(key)
        await idle(pilot)


def type_at_once(stage: Stage, *keys: str) -> None:
    """Post keys without waiting in between, as if they arrived in one read."""
    for key in keys:
        stage.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait for the result of a timer or a thread; fail if it never comes."""
    for _ in range(400):
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError("the condition never became true")


def lines(stage: Stage) -> list[str]:
    """Return the screen as lines of text."""
    return text_of(stage.app).split("\n")


def text_of(app: App[None]) -> str:
    """Return the screen as text."""
    width, height = app.size
    visible_screen_stack.set(app._background_screens)
    mark_inspected(app)
    lines = app.screen._compositor.render_strips(app.size) if width and height else []
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)
