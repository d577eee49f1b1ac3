"""The tabs that fit into a row, and how they open pages."""

from __future__ import annotations

from rich.cells import cell_len

from beatpass_tui.config.keys import Keyboard
from beatpass_tui.config.settings import Settings
from beatpass_tui.models.menu import DEFAULT_ENTRIES, NavEntry
from beatpass_tui.screens.page import Page
from beatpass_tui.widgets.tab_bar import Tab, TabBar, fit_tabs
from support.app_harness import Stage, idle, lines, press

PAGES = tuple(
    Tab(entry.label, str(position), entry.label == "Progress")
    for position, entry in enumerate(DEFAULT_ENTRIES, start=1)
)


def row(tabs: tuple[Tab, ...], width: int) -> str:
    return "".join(f" {f'{tab.key} {tab.label}'.strip()} " for _, tab in fit_tabs(tabs, width))


def test_labels_are_complete_where_they_fit() -> None:
    assert row(PAGES, 95).endswith("  5 Leaderboards  6 My Beats  7 My Collections ")
    short = " 1 Home  2 Finances  3 Activity  4 Progress  5 Leaders  6 Beats  7 Collections "
    assert row(PAGES, 94) == row(PAGES, 79) == short


def test_longest_labels_are_cut_and_no_cell_is_wasted() -> None:
    for width in range(30, 79):
        tabs = [tab for _, tab in fit_tabs(PAGES, width)]
        assert [tab.key for tab in tabs] == list("1234567")
        assert "Progress" in [tab.label for tab in tabs]
        labels = [tab.label for tab in tabs if not tab.is_current]
        cut = max((cell_len(label) for label in labels if label.endswith("…")), default=0)
        assert not cut or max(map(cell_len, labels)) - cut <= 1
        assert cell_len(row(PAGES, width)) in ((width - 1, width) if cut else range(width + 1))


def test_many_and_wide_labels_keep_the_current_tab() -> None:
    many = tuple(Tab("夜のドライブ", str(n) if n < 10 else "", n == 24) for n in range(1, 25))
    for width in (40, 80, 200):
        fitting = fit_tabs(many, width)
        assert (
            sum(cell_len(" ".join((tab.key, tab.label)).strip()) + 2 for _, tab in fitting) <= width
        )
        assert fitting[-1] == (24, many[-1])


async def test_tabs_show_the_menu_and_open_its_pages() -> None:
    external = NavEntry("Blog", None, "https://blog.beatpass.ca/")
    entries = (DEFAULT_ENTRIES[5], DEFAULT_ENTRIES[1], external)
    keyboard = Keyboard({"page.open_2": ("f2",)})
    stage = Stage(settings=Settings(keyboard=keyboard))
    stage.app.context.entries = entries
    async with stage.run("f2", size=(120, 36)) as pilot:
        page = stage.app.screen
        assert isinstance(page, Page)
        stage.app.context.entries = entries
        page.show()
        await idle(pilot)
        assert lines(stage)[1].rstrip() == " 1 My Beats   F2 Finances   3 Blog ↗"
        await pilot.click(TabBar, offset=(5, 0))
        await idle(pilot)
        assert "▸ My Beats" in lines(stage)[0]
        await pilot.click(TabBar, offset=(30, 0))
        await idle(pilot)
        assert stage.opened == [external.url]
        await press(pilot, "3")
        assert stage.opened == [external.url] * 2
