"""Pages repeat no layout and no collection of keys without a change."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual._compositor import ReflowResult
from textual.geometry import Region, Size
from textual.widget import Widget

from beatpass_tui.models.catalog import Beats as BeatsPage
from beatpass_tui.screens.page import Page
from beatpass_tui.widgets.detail_parts import DetailHead
from beatpass_tui.widgets.filter_row import RowCount
from beatpass_tui.widgets.key_footer import KeyFooter
from support.app_harness import Stage, idle, press
from support.catalog import beat
from support.fakes import FakeService


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


@pytest.mark.parametrize(
    "opening, keys",
    [("6", ["down", "up"]), ("6", ["s", "s", "s"]), ("6/", ["b", "backspace", "backspace"])],
    ids=["move", "sort", "find"],
)
async def test_keys_on_a_list_lay_nothing_out(
    opening: str, keys: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = {"bpm": 90.0, "key": "F#", "likes": 4, "is_single": True}
    rows = [beat(number, artists=("Nova Reyes", f"Guest {number}")) for number in range(60)]
    rows = [row._replace(**complete) for row in rows]  # type: ignore[arg-type]
    service = FakeService()
    service.script("beats", BeatsPage(tuple(rows), 1, 100, 60, False))
    stage = Stage(service)
    async with stage.run(size=(120, 40)) as pilot:
        await press(pilot, *opening, *keys)
        changed: list[Widget] = []
        refresh = Widget.refresh

        def counted(widget: Widget, *regions: Region, layout: bool = False, **kind: bool) -> Widget:
            changed.extend([widget] * layout)
            return refresh(widget, *regions, layout=layout, **kind)

        monkeypatch.setattr(Widget, "refresh", counted)
        await press(pilot, *keys)
        # The number of beats that are found has its own width.
        assert [widget for widget in changed if not isinstance(widget, RowCount)] == []


async def test_change_of_a_size_is_laid_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    async with stage.run("6", size=(120, 40)) as pilot:
        page = stage.app.screen
        sizes: list[object] = []
        reflow = page._compositor.reflow

        def counted(parent: Widget, size: Size) -> ReflowResult:
            sizes.append(size)
            return reflow(parent, size)

        monkeypatch.setattr(page._compositor, "reflow", counted)
        page.query_one(DetailHead).styles.height = 9
        await idle(pilot)
        assert sizes == [page.size]


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
