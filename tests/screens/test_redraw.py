"""Pages repeat no layout and no collection of keys without a change."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from beatpass_tui.screens.page import Page
from beatpass_tui.widgets.key_footer import KeyFooter
from support.app_harness import Stage, idle, press


@pytest.mark.parametrize("keys", [*"1234567", ["5", "right", "right", "right"]], ids="-".join)
async def test_unchanged_data_causes_no_layout(
    keys: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage()
    async with stage.run(size=(120, 40)) as pilot:
        await press(pilot, *keys)
        page = stage.app.screen
        assert isinstance(page, Page)
        layouts: list[Page] = []
        monkeypatch.setattr(page, "_refresh_layout", lambda **_: layouts.append(page))
        page.show()
        await idle(pilot)
        assert layouts == []


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> list[KeyFooter]:
    """The footers that collected their keys, one entry per time."""
    footers: list[KeyFooter] = []
    collect = KeyFooter._update_keys

    def counted(bar: KeyFooter) -> None:
        footers.append(bar)
        collect(bar)

    monkeypatch.setattr(KeyFooter, "_update_keys", counted)
    return footers


async def test_repeated_key_changes_update_the_footer_once(collected: list[KeyFooter]) -> None:
    stage = Stage()
    async with stage.app.run_test() as pilot:
        await idle(pilot)
        page = stage.app.screen
        collected.clear()
        for _ in range(5):
            page.bindings_updated_signal.publish(page)
        await idle(pilot)
        assert collected == [page.query_one(KeyFooter)]


async def test_footer_is_updated_after_the_screen_above_closes(
    collected: list[KeyFooter], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage()
    async with stage.app.run_test() as pilot:
        await idle(pilot)
        page = stage.app.screen
        await press(pilot, "?")
        # The help closes before its first frame and drops what waited for it.
        monkeypatch.setattr(stage.app.screen, "_invoke_later", lambda *_: None)
        page.bindings_updated_signal.publish(page)
        await idle(pilot)
        collected.clear()
        await press(pilot, "escape")
        assert page.query_one(KeyFooter) in collected
