"""Leaderboards: seven categories, your own row, ties and missing data."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from textual.pilot import Pilot

from beatpass_tui.config.themes import LIGHT
from beatpass_tui.errors import ServerError, Unreachable
from beatpass_tui.models.career import CATEGORIES, Standings
from beatpass_tui.screens.home import Home
from beatpass_tui.view_models.season import LeaderboardRow
from beatpass_tui.widgets.key_values import KeyValueList
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.table import Table
from support.app_harness import Stage, idle, lines, press, text_of
from support.fakes import FakeClock, FakeService
from support.snapshots import Compare, keys, sizes

SIZE = (80, 24)
HOSTILE = "[red]x[/] [@click=app.quit]夜の海"
LABELS = ["Overall", "Points", "Uploads", "Plays", "Earnings", "Quality", "Collaboration"]

# Your rank in each category of 40 rows; not listed in `earnings`.
OWN_RANKS = {
    "overall": 30,
    "points": 4,
    "uploads": 12,
    "plays": 40,
    "quality": 1,
    "collaboration": 7,
}


def rows(category: str, count: int = 40) -> list[dict[str, Any]]:
    own_place = OWN_RANKS.get(category)
    entries: list[dict[str, Any]] = []
    for place in range(1, count + 1):
        # The second and the third share their rank.
        rank = 2 if place == 3 else place
        share = category in ("earnings", "quality", "overall")
        entries.append(
            {
                "id": place,
                "producer_id": place,
                "name": "Nova Reyes" if place == own_place else f"Producer {place}",
                "rank": rank,
                "value": 99.5 - rank if share else 10_000 - rank * 100,
                "score": 1,
                "tier": "Gold" if place < 10 else "Silver",
                "is_current_user": place == own_place,
            }
        )
    return entries


def answer(**other: object) -> Standings:
    data: dict[str, object] = {category: rows(category) for category in CATEGORIES}
    data["season_info"] = {"type": "monthly", "end_date": "2026-11-30T23:59:59Z"}
    data.update(other)
    return Standings.decode({"data": data})


def full_service(**other: object) -> FakeService:
    service = FakeService()
    service.script("standings", answer(**other))
    return service


def board(stage: Stage) -> Table[LeaderboardRow]:
    return stage.app.screen.query_one("#board", Table)


async def test_list_has_rank_name_value_and_tier() -> None:
    stage = Stage(full_service())
    async with stage.run() as pilot:
        before = len(stage.service.calls)
        await press(pilot, "5")
        table = board(stage)
        assert stage.app.focused is table
        shown = lines(stage)
        assert [line.replace("▎", " ").split() for line in shown[4:8]] == [
            ["Rank", "Producer", "Score", "Tier"],
            ["1", "Producer", "1", "98.5", "Gold", "▐"],
            ["=2", "Producer", "2", "97.5", "Gold", "▐"],
            ["=2", "Producer", "3", "97.5", "Gold", "▐"],
        ]
        assert "updated 20:04" in shown[0]
        assert "Overall" in shown[3]
        assert "You are #30 of 40 listed" in shown[3]
        assert stage.service.requested[before:] == ["standings"]


async def test_keys_switch_categories_without_requests() -> None:
    stage = Stage(full_service())
    async with stage.run("5") as pilot:
        before = len(stage.service.calls)
        labels = []
        for _ in LABELS:
            await press(pilot, "right_square_bracket")
            labels.append(lines(stage)[3].split("  ")[0].strip("▎ "))
        assert labels == [*LABELS[1:], LABELS[0]]
        for _ in LABELS:
            await press(pilot, "left_square_bracket")
            labels.append(lines(stage)[3].split("  ")[0].strip("▎ "))
        assert labels[7:] == [*LABELS[:0:-1], LABELS[0]]
        await press(pilot, "l")
        assert "Points" in lines(stage)[3]
        await press(pilot, "left")
        assert "Overall" in lines(stage)[3]
        assert len(stage.service.calls) == before


async def test_click_selects_a_category() -> None:
    stage = Stage(full_service())
    async with stage.run("5") as pilot:
        table = board(stage)
        category = stage.app.screen.query_one("#category", OptionRow)
        x = str(category.render()).index("Plays") + 1
        await pilot.click(category, offset=(x + 1, 0))
        await idle(pilot)
        assert "▎Plays   " in lines(stage)[3]
        assert stage.app.focused is table


async def test_column_title_names_the_measure() -> None:
    stage = Stage(full_service())
    async with stage.run("5") as pilot:
        for category, title, value in (
            ("overall", "Score", "98.5"),
            ("points", "XP", "9,900"),
            ("uploads", "Uploads", "9,900"),
            ("plays", "Plays", "9,900"),
            ("earnings", "Earning share", "98.5%"),
            ("quality", "Quality", "98.5%"),
            ("collaboration", "Score", "9,900"),
        ):
            stage.app.screen.query_one("#category", OptionRow).select(category)
            await idle(pilot)
            header, first = lines(stage)[4:6]
            assert title in header, category
            assert value in first, category
            # Numbers are aligned with the end of their title.
            assert header.index(title) + len(title) == first.index(value) + len(value)


# Your own row


async def test_own_row_is_marked_and_always_visible() -> None:
    stage = Stage(full_service())
    async with stage.run("5") as pilot:
        table = board(stage)
        stage.app.screen.query_one("#category", OptionRow).select("points")
        await idle(pilot)
        for _ in range(42):
            shown = "\n".join(lines(stage)[4:-2])
            assert shown.count("Nova Reyes (you)") == 1
            assert table.current is not None
            # The cursor is visible beside the pinned row.
            assert re.search(rf"▎ *{table.current.rank} +{re.escape(table.current.name)}", shown)
            await pilot.press("down")
            await pilot.pause()
        assert table.cursor == 39
        for _ in range(42):
            await pilot.press("up")
            await pilot.pause()
            shown = "\n".join(lines(stage)[4:-2])
            assert shown.count("Nova Reyes (you)") == 1
            assert table.current is not None
            assert re.search(rf"▎ *{table.current.rank} +{re.escape(table.current.name)}", shown)


async def test_own_row_above_the_window_is_pinned_and_clickable() -> None:
    stage = Stage(full_service())
    async with stage.run("5") as pilot:
        table = board(stage)
        await press(pilot, "right_square_bracket", "end")
        assert lines(stage)[5].replace("▎", " ").split()[:4] == ["4", "Nova", "Reyes", "(you)"]
        await pilot.click(table, offset=(10, 1))
        await idle(pilot)
        assert table.current is not None
        assert table.current.you
        assert table.cursor == 3


async def test_own_ranks_in_all_categories_are_shown() -> None:
    stage = Stage(full_service())
    async with stage.run("5") as pilot:
        shown = " ".join(text_of(stage.app).split())
        assert (
            "You: Overall #30 · Points #4 · Uploads #12 · Plays #40 · Earnings not listed "
            "Quality #1 · Collaboration #7"
        ) in shown
        await pilot.resize_terminal(120, 36)
        await idle(pilot)
        assert "season ends Nov 30, in 7 days" in lines(stage)[4]
        facts = dict(stage.app.screen.query_one("#rank-facts", KeyValueList).items)
        assert facts == {
            "Overall": "#30",
            "Points": "#4",
            "Uploads": "#12",
            "Plays": "#40",
            "Earnings": "not listed",
            "Quality": "#1",
            "Collaboration": "#7",
        }


async def test_unlisted_artist_has_no_rank() -> None:
    stage = Stage(full_service())
    async with stage.run("5") as pilot:
        await press(pilot, *["right_square_bracket"] * 4)
        assert "You are not in this list" in lines(stage)[3]
        assert "(you)" not in text_of(stage.app)


async def test_page_keeps_its_tab_and_each_tab_its_cursor() -> None:
    stage = Stage(full_service())
    async with stage.run("5") as pilot:
        table = board(stage)
        await press(pilot, "down", "down", "right_square_bracket", "down")
        assert table.cursor == 1
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)
        await press(pilot, "5")
        assert stage.app.focused is table
        assert "Points" in lines(stage)[3]
        assert table.cursor == 1
        await press(pilot, "left_square_bracket")
        assert table.cursor == 2
        assert stage.service.requested.count("standings") == 1


# Failures and missing data


async def test_missing_and_empty_categories_are_reported() -> None:
    stage = Stage(full_service(points=None, uploads=[]))
    async with stage.run("5") as pilot:
        await press(pilot, "right_square_bracket")
        assert "— BeatPass sent nothing for this category." in text_of(stage.app)
        assert not board(stage).rows
        assert "not in this list" not in text_of(stage.app)
        await press(pilot, "right_square_bracket")
        assert "This category has no entries yet." in text_of(stage.app)
        assert "not in this list" not in text_of(stage.app)
        assert "Points —" in text_of(stage.app)
        await press(pilot, "right_square_bracket")
        assert "Producer 1" in text_of(stage.app)


async def test_failure_is_reported_until_retried() -> None:
    service = FakeService()
    error = ServerError("The leaderboard could not be read.", status=200)
    service.script("standings", error, answer())
    stage = Stage(service)
    async with stage.run("5") as pilot:
        table = board(stage)
        assert "Unavailable" in text_of(stage.app)
        assert "r to retry" in stage.notice
        assert "The leaderboard could not be read" in stage.notice
        assert "#" not in text_of(stage.app)
        await press(pilot, "right_square_bracket", "r")
        assert "▎Points   " in text_of(stage.app)
        assert stage.app.focused is table
        assert table.current is not None


async def test_failed_refresh_keeps_data_and_shows_its_age() -> None:
    service, clock = full_service(), FakeClock()
    stage = Stage(service, clock=clock)
    async with stage.run("5") as pilot:
        table = board(stage)
        await pilot.press("down", "down")
        rows_before = table.rows
        clock.advance(600)
        service.fail(Unreachable("No network."), "standings")
        await press(pilot, "r")
        assert table.rows is rows_before
        assert table.cursor == 2
        assert "offline · updated 20:04" in lines(stage)[0]


async def test_refresh_keeps_the_cursor_on_its_producer() -> None:
    service, clock = full_service(), FakeClock()
    moved = [{**row} for row in rows("overall")]
    moved[5], moved[9] = moved[9], moved[5]
    service.script("standings", answer(), answer(overall=moved))
    stage = Stage(service, clock=clock)
    async with stage.run("5") as pilot:
        table = board(stage)
        await pilot.press(*["down"] * 5)
        assert table.current is not None
        assert table.current.name == "Producer 6"
        clock.advance(60)
        await press(pilot, "r")
        assert table.cursor == 9
        assert table.current.name == "Producer 6"


async def test_esc_goes_home_while_the_list_loads() -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("standings", gate, answer())
    stage = Stage(service)
    async with stage.run("5") as pilot:
        assert "Loading…" in text_of(stage.app)
        await press(pilot, "right_square_bracket", "escape")
        assert isinstance(stage.app.screen, Home)
        gate.set()
        await idle(pilot)
        await press(pilot, "5")
        assert "▎Points   " in text_of(stage.app)
        assert service.requested.count("standings") == 1


async def test_hostile_text_is_drawn_literally_in_aligned_columns() -> None:
    odd = [
        {"rank": 1, "name": HOSTILE * 4, "value": 3, "tier": HOSTILE, "is_current_user": True},
        {"rank": 2, "name": None, "value": None, "tier": None},
    ]
    stage = Stage(full_service(overall=odd))
    async with stage.run("5"):
        header, first, second = lines(stage)[4:7]
        assert "[red]x[/] [@click=app.quit]夜の" in first
        assert second.replace("▎", " ").split() == ["2", "—", "—", "—"]
        assert header.replace("▎", " ").split() == ["Rank", "Producer", "Score", "Tier"]


async def test_empty_response_is_reported() -> None:
    service = FakeService()
    service.script("standings", Standings.decode({}))
    stage = Stage(service)
    async with stage.run("5"):
        assert "— BeatPass sent nothing for this category." in text_of(stage.app)
        assert "season" not in text_of(stage.app)
        assert "Overall —" in text_of(stage.app)


# Keys


async def test_every_widget_is_reached_by_keys() -> None:
    stage = Stage(full_service())
    async with stage.run("5") as pilot:
        table = board(stage)
        await press(pilot, "j", "j", "k", "end", "home", "down", "y")
        assert stage.copied[-1] == "=2\tProducer 2\t97.5\tGold"
        assert table.cursor == 1
        await press(pilot, "up", "right_square_bracket")
        await press(pilot, "question_mark")
        shown = text_of(stage.app)
        for text in ("the previous or next category", "Copy", "Open the web page", "go back"):
            assert text in shown
        await press(pilot, "escape", "o")
        assert stage.opened == ["https://open.beatpass.ca/producer-dashboard/leaderboards"]


async def test_status_line_has_the_row_with_its_unit() -> None:
    stage = Stage(full_service())
    async with stage.run("5") as pilot:
        assert stage.notice == "#1 · Producer 1 · 98.5 overall score · Gold"
        await press(pilot, "right_square_bracket", "down")
        assert stage.notice == "=2 · Producer 2 · 9,800 XP · Gold"


# Snapshots


@sizes
def test_snapshot(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(Stage(full_service()).app, terminal_size=size, run_before=keys("5", "down"))


@pytest.mark.parametrize("size", [(50, 24), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_snapshot_at_extreme_sizes(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(Stage(full_service()).app, terminal_size=size, run_before=keys("5"))


def test_snapshot_without_own_row(snap_compare: Compare) -> None:
    app = Stage(full_service()).app
    pressed = ("5", *["right_square_bracket"] * 4)
    assert snap_compare(app, terminal_size=SIZE, run_before=keys(*pressed))


def test_snapshot_with_own_row_pinned(snap_compare: Compare) -> None:
    app = Stage(full_service()).app
    assert snap_compare(
        app, terminal_size=SIZE, run_before=keys("5", "right_square_bracket", "end")
    )


def test_snapshot_of_an_empty_response(snap_compare: Compare) -> None:
    service = FakeService()
    service.script("standings", Standings.decode({}))
    assert snap_compare(Stage(service).app, terminal_size=SIZE, run_before=keys("5"))


def test_snapshot_in_the_light_theme(snap_compare: Compare) -> None:
    stage = Stage(full_service())

    async def change(pilot: Pilot[None]) -> None:
        await keys("5")(pilot)  # type: ignore[misc]
        stage.app.theme = LIGHT.name
        await idle(pilot)

    assert snap_compare(stage.app, terminal_size=SIZE, run_before=change)
