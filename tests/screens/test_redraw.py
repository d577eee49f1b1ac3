"""What a page does again when it has nothing new to say: nothing that costs time."""

from __future__ import annotations

import pytest

from beatpass_tui.screens.page import Page
from beatpass_tui.widgets.key_footer import KeyFooter
from support.app_harness import Stage, idle, press


@pytest.mark.parametrize("key", "1234567")
async def test_unchanged_data_causes_no_layout(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    async with stage.run(size=(120, 40)) as pilot:
        await press(pilot, key)
        page = stage.app.screen
        assert isinstance(page, Page)
        arranged: list[Page] = []
        monkeypatch.setattr(page, "_refresh_layout", lambda **_: arranged.append(page))
        page.show()
        await idle(pilot)
        assert arranged == []


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> list[KeyFooter]:
    """Which footers looked for the keys, and how often."""
    found: list[KeyFooter] = []
    collect = KeyFooter._update_keys

    def counted(bar: KeyFooter) -> None:
        found.append(bar)
        collect(bar)

    monkeypatch.setattr(KeyFooter, "_update_keys", counted)
    return found


async def test_keys_are_collected_once_however_often_they_change(
    collected: list[KeyFooter],
) -> None:
    stage = Stage()
    async with stage.app.run_test() as pilot:
        await idle(pilot)
        page = stage.app.screen
        collected.clear()
        for _ in range(5):
            page.bindings_updated_signal.publish(page)
        await idle(pilot)
        assert collected == [page.query_one(KeyFooter)]


async def test_keys_are_collected_though_the_screen_above_was_closed_meanwhile(
    collected: list[KeyFooter], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage()
    async with stage.app.run_test() as pilot:
        await idle(pilot)
        page = stage.app.screen
        await press(pilot, "?")
        # It is closed before it has a frame, and with it goes what waited for that.
        monkeypatch.setattr(stage.app.screen, "_invoke_later", lambda *_: None)
        page.bindings_updated_signal.publish(page)
        await idle(pilot)
        collected.clear()
        await press(pilot, "escape")
        assert page.query_one(KeyFooter) in collected
