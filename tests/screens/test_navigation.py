"""Navigation: cursor, keys, menu and window sizes."""

from __future__ import annotations

import asyncio

import pytest

from beatpass_tui.models.identity import MenuItem
from beatpass_tui.models.menu import PAGES, decode_menus
from beatpass_tui.runtime.clipboard import Result
from beatpass_tui.screens.beats import Beats
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.page import Page
from beatpass_tui.widgets.key_footer import KeyFooter
from beatpass_tui.widgets.nav_grid import NavCard, NavGrid
from beatpass_tui.widgets.stat_cards import StatGrid
from support.app_harness import FakeAccess, Stage, idle, lines, press, text_of, until
from support.catalog import pages
from support.fakes import FakeService

CARDS = ["tracks", "total-plays", "albums", "downloads", "followers", "level", "growth"]
SIZE = (80, 24)


async def test_arrow_keys_reach_every_card() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        nav, stats = stage.app.screen.query_one(NavGrid), stage.app.screen.query_one(StatGrid)
        assert stage.app.focused is nav
        assert nav.cursor == 1  # the first card that opens another page
        await pilot.press("left")
        positions = [nav.cursor]
        for _ in range(6):
            await pilot.press("right")
            positions.append(nav.cursor)
        assert positions == [0, 1, 2, 3, 4, 5, 6]
        for _ in range(6):
            await pilot.press("h")
            positions.append(nav.cursor)
        assert positions[-1] == 0
        await pilot.press("down", "down")
        assert stats.has_focus
        positions = [stats.cursor]
        for _ in range(7):
            await pilot.press("l")
            positions.append(stats.cursor)
        assert positions == [0, 1, 2, 3, 4, 5, 6, 7]
        for _ in range(7):
            await pilot.press("left")
        assert stats.cursor == 0


@pytest.mark.parametrize(
    "start, keys, grid, cursor",
    [
        (3, ["down"], "nav", 6),  # the last row is shorter
        (3, ["down", "down"], "stats", 2),
        (5, ["down"], "stats", 1),
        (1, ["up"], "nav", 1),
        (4, ["j", "up"], "nav", 4),
        (6, ["down", "right", "k"], "nav", 6),
        (0, ["tab"], "stats", 0),
        (0, ["tab", "shift+tab"], "nav", 0),
        (2, ["end"], "nav", 6),
        (2, ["home"], "nav", 0),
    ],
)
async def test_cursor_moves_between_the_grids_in_its_column(
    start: int, keys: list[str], grid: str, cursor: int
) -> None:
    stage = Stage()
    async with stage.run() as pilot:
        stage.app.screen.query_one(NavGrid).cursor = start
        await pilot.press(*keys)
        focused = stage.app.focused
        assert isinstance(focused, NavGrid | StatGrid)
        assert (focused.id, focused.cursor) == (grid, cursor)


async def test_status_line_describes_card_under_cursor() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        assert stage.notice == "Finances · Balances and payouts"
        await press(pilot, "tab", "right", "right", "right")
        assert stage.notice == (
            "Downloads · by your audience, excludes your team · next: 1,250 · as of 20:04"
        )


async def test_status_line_is_drawn_in_the_same_frame_as_the_cursor() -> None:
    stage = Stage()
    async with stage.run():
        stage.app.screen.query_one(NavGrid).cursor = 2
        assert stage.notice == "Activity · Uploads and downloads"


async def test_enter_on_stat_card_opens_its_page() -> None:
    pages = {
        "tracks": "My Beats",
        "total-plays": "Activity",
        "albums": "My Collections",
        "downloads": "Activity",
        "followers": "Activity",
        "level": "Progress",
        "growth": "My Beats",
    }
    stage = Stage()
    async with stage.run() as pilot:
        stats = stage.app.screen.query_one(StatGrid)
        stats.focus()
        for card, page in pages.items():
            stats.cursor = CARDS.index(card)
            await press(pilot, "enter")
            assert isinstance(stage.app.screen, Page), card
            assert stage.app.screen.info.label == page, card
            await press(pilot, "escape")
            assert stage.app.focused is stats, card
            assert stats.cursor == CARDS.index(card)


async def test_view_profile_opens_the_public_page_in_the_browser() -> None:
    stage = Stage()
    async with stage.run("tab", "end", "enter"):
        assert stage.opened == ["https://open.beatpass.ca/artist/900000002/nova-reyes"]
        assert "Opening https://open.beatpass.ca/artist/" in stage.notice


FINANCES_URL = "https://open.beatpass.ca/producer-dashboard/finances"


async def test_address_is_copied_without_a_browser() -> None:
    stage = Stage(opens=False)
    async with stage.run("o"):
        assert stage.copied == [FINANCES_URL]
        assert f"No browser · {FINANCES_URL} · copied" in stage.notice


async def test_y_copies_the_number_under_the_cursor() -> None:
    stage = Stage()
    async with stage.run("tab", "right", "y"):
        assert stage.copied == ["45,210"]
        assert "Copied Total Plays: 45,210" in stage.notice


async def test_sending_to_the_terminal_is_not_called_copied() -> None:
    stage = Stage(copy_result=Result.SENT)
    async with stage.run("tab", "right", "y"):
        assert "Sent Total Plays to the terminal's clipboard: 45,210" in stage.notice


@pytest.mark.parametrize("key", ["o", "y"])
@pytest.mark.parametrize("width", [44, 76, 120])
async def test_address_that_is_sent_to_the_terminal_is_not_cut(width: int, key: str) -> None:
    stage = Stage(opens=False, copy_result=Result.SENT)
    async with stage.run(key, size=(width, 24)):
        shown = text_of(stage.app).replace("\n", "")
        assert FINANCES_URL in shown or (key == "y" and "Sent to the terminal's clipboard" in shown)
        assert "…" not in lines(stage)[-2]


async def test_text_that_cannot_be_copied_is_shown_to_be_selected() -> None:
    stage = Stage(opens=False, copy_result=Result.FAILED)
    async with stage.run("o") as pilot:
        # Nothing else is in its row, which is selected as a whole.
        assert FINANCES_URL in lines(stage)
        assert "Esc Close" in text_of(stage.app)
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)


async def test_digit_opens_its_page_and_esc_goes_home() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        for position, page in enumerate(PAGES, 1):
            for start in ("3", "5"):
                await press(pilot, start)
                await press(pilot, str(position))
                screen = stage.app.screen
                assert isinstance(screen, Page)
                assert screen.info is page
                assert f"BEATPASS ▸ {screen.info.label}" in text_of(stage.app)
                assert "Nova Reyes" in text_of(stage.app)
            await press(pilot, "escape")
            assert isinstance(stage.app.screen, Home)


async def test_each_query_is_sent_once_across_pages() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        home = len(stage.service.calls)
        for _ in range(3):
            await press(pilot, *"234567", "escape")
        assert sorted(stage.service.requested[home:]) == [
            "achievements",
            "activity_in",
            "albums",
            "balance",
            "beats",
            "collaboration_insights",
            "collaborations",
            *["downloads"] * 5,
            "finances",
            "leaderboards",
            "plays",
            "sales",
            "standings",
            "transactions",
            "upload_insights",
            "uploads",
            "xp_sources",
        ]


async def test_click_opens_a_card() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        await pilot.click(stage.app.screen.query(NavCard)[4])
        await idle(pilot)
        assert isinstance(stage.app.screen, Page)
        assert stage.app.screen.info.name == "leaderboards"


async def test_click_on_a_key_in_the_footer_presses_it() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        x = str(stage.app.screen.query_one(KeyFooter).render()).index("? Help") + 1
        await pilot.click(KeyFooter, offset=(x + 1, 0))
        await idle(pilot)
        assert "Help · Dashboard" in text_of(stage.app)


async def test_refresh_reports_when_everything_is_up_to_date() -> None:
    stage = Stage()
    async with stage.run("r"):
        assert stage.notice.startswith("Up to date")
        assert len(stage.service.calls) == 7


# The menu


async def test_cards_and_digits_follow_the_delivered_menu() -> None:
    menu = (
        MenuItem("Dashboard", "/producer-dashboard"),
        MenuItem("Store", "https://www.beatpass.ca/store"),
        MenuItem("Beats", "/producer-dashboard/tracks"),
    )
    stage = Stage(access=FakeAccess(menu=menu))
    async with stage.run() as pilot:
        shown = text_of(stage.app)
        assert "Store ↗" in shown
        assert "1-3 Page" in shown
        await press(pilot, "2")
        assert stage.opened == ["https://www.beatpass.ca/store"]
        await press(pilot, "3")
        assert isinstance(stage.app.screen, Page)
        assert stage.app.screen.info.name == "beats"
        await press(pilot, "7")
        assert stage.app.screen.info.name == "beats"


@pytest.mark.parametrize(
    "menus",
    [
        None,
        [],
        [{"name": "App", "positions": ["mobile-app"], "items": [{"label": "Home", "action": "/"}]}],
        [{"name": "Site header", "items": [{"label": "Discover", "action": "/discover"}]}],
    ],
)
def test_other_menus_are_no_dashboard_menu(menus: object) -> None:
    assert decode_menus(menus) is None


async def test_without_a_dashboard_menu_the_seven_pages_are_shown() -> None:
    stage = Stage(access=FakeAccess(menu=None))
    async with stage.run(size=(80, 24)) as pilot:
        shown = text_of(stage.app)
        assert "No menu items configured" not in shown
        for page in PAGES:
            assert page.label in shown
        assert "1-7 Page" in shown
        assert isinstance(stage.app.focused, NavGrid)
        await pilot.press("tab")
        assert isinstance(stage.app.focused, StatGrid)
        for digit, page in enumerate(PAGES, start=1):
            await press(pilot, str(digit))
            assert isinstance(stage.app.screen, Page)
            assert stage.app.screen.info is page


async def test_empty_menu_is_reported() -> None:
    stage = Stage(access=FakeAccess(menu=()))
    async with stage.run() as pilot:
        assert "No menu items configured" in text_of(stage.app)
        assert isinstance(stage.app.focused, StatGrid)
        await pilot.press("up")
        assert isinstance(stage.app.focused, StatGrid)


# Window sizes and the palette


@pytest.mark.parametrize("size", [(39, 24), (80, 11), (1, 1), (20, 5)])
async def test_small_window_shows_the_minimum_size(size: tuple[int, int]) -> None:
    stage = Stage()
    async with stage.run(size=size) as pilot:
        shown = text_of(stage.app)
        assert "Quick" not in shown
        # Nothing else is drawn, such as a scrollbar or keys.
        message = " ".join(shown.split())
        if size[0] >= 20:
            assert message in (
                "40×12 is needed",
                "This window is too small; it must be at least 40×12.",
            )
        await pilot.resize_terminal(80, 24)
        await idle(pilot)
        assert "Quick Stats" in text_of(stage.app)
        assert isinstance(stage.app.focused, NavGrid)


@pytest.mark.parametrize(
    "size, columns",
    [
        ((200, 50), 8),
        ((160, 45), 8),
        ((159, 45), 4),
        ((120, 36), 4),
        ((80, 24), 4),
        ((79, 24), 3),
        ((60, 24), 3),
        ((50, 24), 2),
    ],
)
async def test_columns_follow_the_width(size: tuple[int, int], columns: int) -> None:
    stage = Stage()
    async with stage.run(size=size):
        assert stage.app.screen.query_one(StatGrid).columns == columns
        if size[0] >= 60:
            shown = text_of(stage.app)
            assert "open.beatpass.ca" in shown  # the last row of the last card, without scrolling
            # In three columns, a card of Quick Navigation is one row, without a fact.
            assert ("9 albums" in shown.split("Quick Stats")[0]) is (size[0] >= 80)


async def test_every_card_is_reachable_at_50_columns() -> None:
    stage = Stage()
    async with stage.run("tab", "end", size=(50, 24)):
        assert "open.beatpass.ca" in text_of(stage.app)


async def test_help_describes_every_key() -> None:
    stage = Stage()
    async with stage.run("question_mark", size=(100, 30)) as pilot:
        shown = text_of(stage.app)
        for text in ("1-7", "Move the cursor", "Refresh stale", "on the web", "Quit at once"):
            assert text in shown
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)


async def test_every_key_is_a_palette_command() -> None:
    stage = Stage()
    async with stage.run():
        offered = {command.title for command in stage.app.get_system_commands(stage.app.screen)}
        assert {
            "Refresh",
            "Open web",
            "Open",
            "Copy",
            "Help",
            "Quit",
            "Theme",
            "Sign out",
        } <= offered


async def test_palette_command_opens_a_page() -> None:
    stage = Stage()
    async with stage.run("ctrl+p") as pilot:
        await pilot.press(*"progress")
        await until(pilot, lambda: "XP and achievements" in text_of(stage.app))
        await pilot.press("enter")
        await until(pilot, lambda: "▸ Progress" in text_of(stage.app))


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_quitting_exits_with_0(key: str) -> None:
    stage = Stage()
    async with stage.run() as pilot:
        await press(pilot, key)
    assert stage.app.return_code == 0


async def test_greeting_changes_with_the_hour() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        assert "Good evening, Nova Reyes" in text_of(stage.app)
        assert "Monday, November 23, 2026" in text_of(stage.app)
        stage.clock.advance(12 * 3600)
        assert isinstance(stage.app.screen, Page)
        stage.app.screen.update()
        await idle(pilot)
        assert "Good morning, Nova Reyes" in text_of(stage.app)
        assert "Tuesday, November 24, 2026" in text_of(stage.app)


async def test_text_can_be_selected_except_in_tables() -> None:
    stage = Stage()
    async with stage.run(size=(100, 30)) as pilot:
        await pilot.mouse_down("#greeting", offset=(1, 1))
        await pilot.hover("#greeting", offset=(24, 1))
        await pilot.mouse_up("#greeting", offset=(24, 1))
        assert stage.app.screen.get_selected_text() == "Good evening, Nova Reyes"
        stage.app.screen.clear_selection()
        await press(pilot, "6")
        await pilot.mouse_down("#catalog-table", offset=(2, 1))
        await pilot.hover("#catalog-table", offset=(20, 1))
        await pilot.mouse_up("#catalog-table", offset=(20, 1))
        assert not stage.app.screen.get_selected_text()


async def test_footer_says_what_esc_closes() -> None:
    service, gate = FakeService(), asyncio.Event()
    stage = Stage(service)
    async with stage.run(size=(120, 36)) as pilot:

        async def check(expected: str, *pressed: str) -> None:
            await press(pilot, *pressed)
            assert f"Esc {expected} " in lines(stage)[-1]

        await check("Home", "6")
        await check("Back", "enter")
        await check("Home", "escape")
        await check("Clear", "slash", "b")
        # The search stays after Enter.
        await check("Clear", "enter")
        await check("Home", "escape")
        await check("Back", "right_square_bracket")
        await check("Home", "escape")
        await press(pilot, "escape")
        service.script("beats", pages(2_000), gate)
        stage.clock.advance(31 * 60)
        await check("Stop", "6", "L")
        await check("Home", "escape")
        assert isinstance(stage.app.screen, Beats)
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)
