"""Screens that are closing or not yet mounted are not updated."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual.widgets import Input

from beatpass_tui.auth.sign_in import SignInService
from beatpass_tui.errors import CredentialsError
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.runtime.excepthooks import HOOKS
from beatpass_tui.screens.help import Help
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.page import Page
from beatpass_tui.widgets.stat_cards import StatGrid
from support.app_harness import FakeAccess, Stage, idle, press

STATUS = 143
"""The exit code after SIGTERM."""

STEPS = 40
"""Turns of the event loop until Home is mounted, and a few more."""


class BrokenAccess(FakeAccess):
    async def load(self, service: SignInService) -> None:
        raise CredentialsError("The keyring is locked.")


ACCESS: dict[str, Callable[[], FakeAccess]] = {
    "home": FakeAccess,
    "home without menu items": lambda: FakeAccess(menu=()),
    "sign-in": lambda: FakeAccess(needs_sign_in=True),
    "sign-in after an error": BrokenAccess,
}


async def run_for(stage: Stage, steps: int, size: tuple[int, int]) -> None:
    """Run an app for some turns of the event loop."""
    running = asyncio.ensure_future(stage.app.run_async(headless=True, size=size))
    for _ in range(steps):
        await asyncio.sleep(0)
    # As the handler of SIGTERM and SIGHUP does.
    stage.app.exit(return_code=STATUS)
    await running


@pytest.mark.parametrize("name, size", [*((name, (80, 24)) for name in ACCESS), ("home", (80, 50))])
def test_exit_at_any_step_of_the_start_is_clean(name: str, size: tuple[int, int]) -> None:
    for steps in range(STEPS):
        stage = Stage(access=ACCESS[name]())
        asyncio.run(run_for(stage, steps, size))
        assert HOOKS.failures == [], steps
        assert stage.app.return_code == STATUS, steps


async def test_worker_that_ends_after_the_screens_is_no_failure() -> None:
    stage = Stage()
    async with stage.run():
        navigator = stage.app._navigator
    navigator.show_message("Wrote 120 rows")
    assert navigator.page is None


async def show_everything(page: Page) -> None:
    """Call every method of a page that updates widgets."""
    session = page.session
    page.show()
    page.show_notice()
    page.show_message("Copied")
    page.update()
    await page.show_entries()
    if session is not None:
        page.show_if_current(session)
    page.attach(None)
    page.attach(session)


@pytest.mark.parametrize("key, size", [*((key, (80, 24)) for key in "1234567"), ("1", (80, 50))])
async def test_exiting_app_shows_nothing(key: str, size: tuple[int, int]) -> None:
    stage = Stage()
    async with stage.run(key, size=size):
        page = stage.app.screen
        assert isinstance(page, Page)
        # Textual removes the widgets one by one.
        await page.query("StatCard, NavCard, Table, Section, #notice").remove()
        stage.app.exit(return_code=STATUS)
        await show_everything(page)
        stage.app.post_message(Input.Changed(Input(), "x"))
    assert stage.app.return_code == STATUS


async def test_removed_cards_are_not_updated_on_exit() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        home = stage.app.screen
        assert isinstance(home, Home)
        removed = home.query_one(StatGrid)
        await home.query_one("#growth").remove()
        with pytest.raises(ValueError, match="zip"):
            home.show()
        stage.app.exit(return_code=STATUS)
        home.show()
        assert len(removed.cards) == 7
        await idle(pilot)


async def test_screen_that_is_not_mounted_shows_nothing() -> None:
    stage = Stage()
    async with stage.run():
        home = Home(stage.app.context, stage.app.session, signed_in=True)
        assert home.info is BY_NAME["dashboard"]
        await show_everything(home)


async def test_message_of_a_closing_help_is_dropped() -> None:
    stage = Stage()
    async with stage.run("question_mark") as pilot:
        screen = stage.app.screen
        assert isinstance(screen, Help)
        field = screen.query_one(Input)
        await screen.query("#no-keys").remove()
        stage.app.exit(return_code=STATUS)
        screen.post_message(Input.Changed(field, "x"))
        await press(pilot, "x")
    assert HOOKS.failures == []
