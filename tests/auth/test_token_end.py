"""The note in the status line that the token expires soon."""

from __future__ import annotations

from datetime import timedelta

import pytest

from beatpass_tui.errors import Unreachable
from support.app_harness import FakeAccess, Stage, idle, press
from support.fakes import NOW, FakeService

SIZE = (80, 24)
NOTE = "Your token expires by Nov 30 · beatpass-tui login renews it"


def ending(
    service: FakeService | None = None, *, days: float = 7, needs_sign_in: bool = False
) -> Stage:
    access = FakeAccess(needs_sign_in=needs_sign_in, token_expires_by=NOW + timedelta(days=days))
    return Stage(service, access)


async def test_expiry_is_in_the_status_line_and_fits_80_columns() -> None:
    stage = ending()
    async with stage.run():
        assert stage.notice.strip() == NOTE


async def test_expiry_is_not_shown_early() -> None:
    stage = ending(days=20)
    async with stage.run():
        assert stage.notice.startswith("Finances")


async def test_expiry_appears_while_the_app_runs() -> None:
    stage = ending(days=14.5)
    async with stage.run() as pilot:
        assert stage.notice.startswith("Finances")
        stage.clock.advance(13 * 3600)
        await press(pilot, "r")
        assert "Your token expires by Dec 8" in stage.notice


@pytest.mark.parametrize("key", ["right", "l", "down", "tab", "end"])
async def test_moving_the_cursor_replaces_the_expiry(key: str) -> None:
    stage = ending()
    async with stage.run() as pilot:
        await press(pilot, key)
        assert stage.notice
        assert "token" not in stage.notice
        # It does not come back on another page, nor with the next answer.
        await press(pilot, "2")
        assert "token" not in stage.notice
        stage.clock.advance(3700)
        await pilot.press("escape", "r")
        await idle(pilot)
        assert "token" not in stage.notice


async def test_key_that_does_not_move_the_cursor_keeps_the_expiry() -> None:
    stage = ending()
    async with stage.run() as pilot:
        await pilot.press("question_mark", "escape")
        await idle(pilot)
        assert stage.notice.strip() == NOTE


async def test_expiry_is_shown_on_each_page() -> None:
    stage = ending()
    async with stage.run() as pilot:
        await press(pilot, "6")
        assert stage.notice.strip() == NOTE
        await press(pilot, "down")
        assert "token" not in stage.notice


async def test_errors_take_precedence_over_the_expiry() -> None:
    service = FakeService()
    service.fail(Unreachable("No network."), "stats")
    stage = ending(service)
    async with stage.run() as pilot:
        assert stage.notice.startswith("! Totals from profile: offline")
        service.script("stats")
        await press(pilot, "r")
        assert stage.notice.strip() == NOTE


async def test_messages_take_precedence_over_the_expiry() -> None:
    stage = ending()
    async with stage.run() as pilot:
        await press(pilot, "y")
        assert stage.notice.startswith("Copied")


async def test_new_token_removes_the_expiry() -> None:
    stage = ending(needs_sign_in=True)
    async with stage.run() as pilot:
        await pilot.press(*"901|abc", "enter")
        await idle(pilot)
        assert "Your token is kept" in stage.notice
        assert stage.app.session is not None
        assert stage.app.session.token_expires_by is None
