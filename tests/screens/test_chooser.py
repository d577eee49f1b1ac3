"""The dialog to choose filters, and keys that do nothing."""

from __future__ import annotations

import pytest

from beatpass_tui.config.settings import Settings
from beatpass_tui.screens.chooser import Chooser
from beatpass_tui.screens.progress import Progress
from support.app_harness import Stage, idle, lines, press

SIZE = (80, 24)


def chosen(stage: Stage) -> list[str]:
    """Return the status and the rarity of Progress."""
    assert isinstance(stage.app.screen, Progress)
    return list(stage.app.screen._filters[:2])


async def test_filters_of_a_page_are_chosen_in_one_dialog() -> None:
    stage = Stage()
    async with stage.run("4", size=SIZE) as pilot:
        assert chosen(stage) == ["available", "all"]
        await press(pilot, "f")
        dialog = [line.strip() for line in lines(stage)]
        assert isinstance(stage.app.screen, Chooser)
        # The cursor starts at what is chosen.
        assert any("✓  Available" in line for line in dialog)
        assert any("Rarity ───" in line for line in dialog)
        await press(pilot, "escape")
        assert chosen(stage) == ["available", "all"]
        await press(pilot, "f", "down", "down", "down", "down", "enter")
        assert chosen(stage) == ["available", "common"]
        # The key itself closes the dialog, too.
        await press(pilot, "f", "f")
        assert not isinstance(stage.app.screen, Chooser)


async def test_clicks_choose_a_filter() -> None:
    stage = Stage()
    async with stage.run("4", size=SIZE) as pilot:
        await press(pilot, "f")
        for _ in range(2):
            await pilot.click("#choices", offset=(5, 3))
            await idle(pilot)
        assert chosen(stage) == ["unlocked", "all"]


async def test_chosen_filters_are_said_in_words() -> None:
    stage = Stage(settings=Settings(accessible=True))
    async with stage.run("4", size=SIZE) as pilot:
        await press(pilot, "f")
        assert any("> " in line and "chosen" in line for line in lines(stage))


@pytest.mark.parametrize(
    "page, notices",
    [
        ("1", {"s": "Nothing to sort here", "e": "Nothing to export here"}),
        ("2", {"m": "No top movers here", "a": "You are signed in"}),
        ("4", {"c": "No chart to switch here"}),
    ],
)
async def test_key_that_does_nothing_says_so(page: str, notices: dict[str, str]) -> None:
    stage = Stage()
    async with stage.run(page, size=SIZE) as pilot:
        for key, notice in notices.items():
            await press(pilot, key)
            assert stage.notice == notice
        for key in "xG9":
            await press(pilot, key)
            is_page = key == "9"
            text = f"{key} does nothing here · ? lists the keys"
            assert stage.notice == ("There is no page 9" if is_page else text)
