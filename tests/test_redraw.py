"""What a page does again when it has nothing new to say: nothing that costs time."""

from __future__ import annotations

import pytest
from stage import Stage, idle

from beatpass_tui.screens.page import Page
from beatpass_tui.widgets.key_bar import KeyBar


@pytest.mark.parametrize("key", "1234567")
async def test_without_news_no_page_is_arranged_anew(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage()
    async with stage.app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press(key)
        await idle(pilot)
        page = stage.app.screen
        assert isinstance(page, Page)
        arranged: list[Page] = []
        monkeypatch.setattr(page, "_refresh_layout", lambda **_: arranged.append(page))
        page.show()
        await idle(pilot)
        assert arranged == []


async def test_keys_are_collected_once_however_often_they_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage()
    async with stage.app.run_test() as pilot:
        await idle(pilot)
        bar = stage.app.screen.query_one(KeyBar)
        collected: list[KeyBar] = []
        collect = bar._collect

        def counted() -> None:
            collected.append(bar)
            collect()

        monkeypatch.setattr(bar, "_collect", counted)
        for _ in range(5):
            stage.app.screen.bindings_updated_signal.publish(stage.app.screen)
        await idle(pilot)
        assert collected == [bar]
