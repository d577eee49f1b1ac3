"""Leaderboards: five views with your place, the season, failures and missing data."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from beatpass_tui.config.themes import LIGHT
from beatpass_tui.errors import NotFound, ServerError, Unreachable
from beatpass_tui.models.career import CATEGORIES, Standings
from beatpass_tui.models.leaderboards import Leaderboard
from beatpass_tui.screens.home import Home
from beatpass_tui.widgets.board_table import BoardTable
from beatpass_tui.widgets.option_row import OptionRow
from support.app_harness import Stage, idle, lines, press, text_of, until
from support.fakes import NOVA_ARTIST, FakeClock, FakeService, leaderboard_body, nova_leaderboard
from support.snapshots import Compare, keys, sizes
from support.stored_answers import StoredHistory

SIZE = (80, 24)
WIDE = (120, 36)
HOSTILE = "[red]x[/] [@click=app.quit]夜の海"
NEXT, PREVIOUS = "right_square_bracket", "left_square_bracket"

# Your rank in each category of 40 rows; not listed in `earnings`.
OWN_RANKS = {
    "overall": 30, "points": 4, "uploads": 12, "plays": 40, "quality": 1, "collaboration": 7,
}  # fmt: skip


def rows(category: str, count: int = 40) -> list[dict[str, Any]]:
    own_place = OWN_RANKS.get(category)
    return [
        {
            "id": place,
            "producer_id": place,
            "name": "Nova Reyes" if place == own_place else f"Producer {place}",
            # The second and the third share their rank.
            "rank": 2 if place == 3 else place,
            "value": 10_000 - (2 if place == 3 else place) * 100,
            "score": 1,
            "tier": "Gold" if place < 10 else "Silver",
            "is_current_user": place == own_place,
        }
        for place in range(1, count + 1)
    ]


def season(**other: object) -> Standings:
    data: dict[str, object] = {category: rows(category) for category in CATEGORIES}
    data["season_info"] = {"type": "monthly", "end_date": "2026-11-30T23:59:59Z"}
    return Standings.decode({"data": {**data, **other}})


def full_service(**changes: object) -> FakeService:
    """Return a service whose leaderboards have these changes."""
    service = FakeService()
    service.script("standings", season())
    if changes:
        service.script(
            "leaderboards",
            lambda artist, category, period: Leaderboard.decode(
                {**leaderboard_body(artist, category, period), **changes}, artist
            ),
        )
    return service


def board(stage: Stage) -> BoardTable:
    return stage.app.screen.query_one(BoardTable)


def value_of(stage: Stage, selector: str) -> str:
    return stage.app.screen.query_one(selector, OptionRow).value


def requests_of(stage: Stage) -> list[tuple[object, ...]]:
    """Return category and period of each request for a leaderboard."""
    return [call.arguments[1:] for call in stage.service.calls if call.name == "leaderboards"]


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredHistory]:
    stored_history = StoredHistory(tmp_path, FakeClock())
    yield stored_history
    stored_history.close()


# Views, periods and requests


async def test_view_has_the_leaders_and_then_your_place() -> None:
    stage = Stage(full_service())
    async with stage.run() as pilot:
        before = len(stage.service.calls)
        await press(pilot, "5")
        table = board(stage)
        assert stage.app.focused is table
        assert stage.service.requested[before:] == ["leaderboards", "standings"]
        assert requests_of(stage) == [("audience_plays", "30d")]
        text = text_of(stage.app)
        for row in ("Producer 1 ", "your place", "26", "Ossia", "Nova Reyes  you", "Hexaudio"):
            assert row in text
        assert "212 artists · own team excluded" in text
        # The cursor starts on your row, which has the distances.
        assert table.current is not None
        assert table.current.you
        assert stage.notice == "Nova Reyes · #27 of 212 · 39 to pass Ossia, 43 ahead of Hexaudio"
        await press(pilot, "home", "down")
        assert stage.notice == "Producer 2 · =2 · 9,500 plays · 5 beats played"


async def test_keys_open_each_view_with_its_documented_periods() -> None:
    stage = Stage(full_service())
    async with stage.run("5", size=WIDE) as pilot:
        seen = []
        for _ in range(6):
            periods = [value_of(stage, "#period")]
            await press(pilot, "p")
            while value_of(stage, "#period") not in periods:
                periods.append(value_of(stage, "#period"))
                await press(pilot, "p")
            seen.append((value_of(stage, "#view"), sorted(periods)))
            # The footer has the key only where there are others.
            has_key = re.search(r" p (Period|Category)", lines(stage)[-1]) is not None
            assert has_key is (len(periods) > 1)
            await press(pilot, NEXT)
        windows = ["30d", "7d", "all"]
        assert seen == [
            ("audience_plays", windows),
            ("releases", windows),
            ("collaborations", windows),
            ("more", sorted(CATEGORIES)),
            ("earning_share", ["current"]),
            ("progress", ["all"]),
        ]
        assert (value_of(stage, "#view"), value_of(stage, "#period")) == ("audience_plays", "30d")
        # Each view was asked once, and only when it was opened.
        assert len(requests_of(stage)) == len(set(requests_of(stage))) == 11
        await press(pilot, PREVIOUS, "h", "l", "right")
        assert value_of(stage, "#view") == "audience_plays"
        assert stage.service.requested.count("standings") == 1


async def test_period_is_kept_where_the_view_has_it() -> None:
    stage = Stage(full_service())
    async with stage.run("5", "p", NEXT) as pilot:
        assert (value_of(stage, "#view"), value_of(stage, "#period")) == ("releases", "all")
        await press(pilot, "p", *[NEXT] * 3)
        assert (value_of(stage, "#view"), value_of(stage, "#period")) == (
            "earning_share",
            "current",
        )
        await press(pilot, NEXT, NEXT)
        assert (value_of(stage, "#view"), value_of(stage, "#period")) == ("audience_plays", "7d")


async def test_each_view_keeps_its_cursor() -> None:
    stage = Stage(full_service())
    async with stage.run("5") as pilot:
        table = board(stage)
        await press(pilot, "home", "down", NEXT, "up", "escape")
        assert isinstance(stage.app.screen, Home)
        await press(pilot, "5")
        assert stage.app.focused is table
        assert table.current is not None
        assert table.current.name == "Ossia"
        await press(pilot, PREVIOUS)
        assert table.current is not None
        assert table.current.name == "Producer 2"


async def test_leaders_and_neighbors_are_visible_together() -> None:
    stage = Stage(full_service())
    async with stage.run("5") as pilot:
        shown = text_of(stage.app)
        assert "Producer 1 " in shown
        assert "Producer 20" not in shown
        await press(pilot, "up", "up")
        table = board(stage)
        assert table.current is not None
        assert table.current.name == "Producer 20"
        shown = text_of(stage.app)
        assert "Producer 20" in shown
        assert shown.count("your place") == 1
        assert "Hexaudio" in shown
        await pilot.click(table, offset=(20, table.size.height - 1))
        await idle(pilot)
        assert table.current is not None
        assert table.current.name == "Hexaudio"


async def test_search_finds_artists_without_accents() -> None:
    stage = Stage(full_service())
    async with stage.run("5", "slash", *"HEX", size=WIDE) as pilot:
        assert [row.name for row in board(stage).rows] == ["Hexaudio"]
        await press(pilot, "x")
        assert "No artists match." in text_of(stage.app)
        await press(pilot, "escape")
        assert len(board(stage).rows) == 24


async def test_web_page_is_that_of_the_artist_if_it_is_allowed() -> None:
    body = leaderboard_body(900000002, "audience_plays", "30d")["leaders"]
    body[1]["artist"]["url"] = "https://open.beatpass.ca.evil.example/artist/1"
    body[2]["artist"]["url"] = None
    stage = Stage(full_service(leaders=body))
    async with stage.run("5", "home", "o", "down", "o", "down", "o"):
        page = "https://open.beatpass.ca/producer-dashboard/leaderboards"
        assert stage.opened == [
            "https://open.beatpass.ca/artist/700/producer-1", page, page,
        ]  # fmt: skip


# Your place


async def test_your_place_all_views_and_season_are_beside_the_list() -> None:
    stage = Stage(full_service())
    async with stage.run("5", size=WIDE) as pilot:
        shown = [" ".join(line.split()) for line in lines(stage)]
        joined = "\n".join(shown)
        for text in (
            "#27 of 212 1,745 plays",
            "39 more to pass Ossia (#26)",
            "43 ahead of Hexaudio (#28)",
            "ends Nov 30, in 7 days",
            "Points #4 Gold",
            "Earnings not listed —",
            "Earning share not opened",
            "Audience plays #27",
            "Updated 19:46 by BeatPass · ties share a rank",
        ):
            assert text in joined, text
        await press(pilot, *[NEXT] * 4)
        joined = " ".join(text_of(stage.app).split())
        assert "0.4% Ossia (#26), next above" in joined
        assert "more to pass" not in joined
        # The ranks of the two kinds of leaderboards are apart.
        await press(pilot, PREVIOUS)
        joined = " ".join(text_of(stage.app).split())
        assert "ranks differ from those of the other views" in joined
        assert " p Category" in joined
        assert " p Period" not in joined
        assert "Your place Overall" in joined
        assert "Ossia" not in joined
        assert "A view has a rank once it was opened." in joined


async def test_ranks_replace_the_list_where_both_do_not_fit() -> None:
    stage = Stage(full_service())
    async with stage.run("5") as pilot:
        assert "Your place" not in text_of(stage.app)
        assert "Tab" in lines(stage)[-1]
        await press(pilot, "tab")
        shown = text_of(stage.app)
        for text in ("Your place", "All views", "Season", "#27 of 212"):
            assert text in shown
        assert "Audience plays  Releases" not in shown
        assert "/ Find" not in lines(stage)[-1]
        assert "Tab List" in lines(stage)[-1]
        await press(pilot, "slash")
        assert stage.notice == "Nothing to find here"
        await press(pilot, "escape")
        assert "Your place" not in text_of(stage.app)
        assert stage.app.focused is board(stage)
        # On the season, p is the next category.
        await press(pilot, PREVIOUS, PREVIOUS, PREVIOUS)
        assert "p Category" in lines(stage)[-1]
        assert "Tab Your ranks" in lines(stage)[-1]


@pytest.mark.parametrize(
    "reason, words",
    [
        ("no_public_tracks", "Publish a beat to be ranked."),
        ("no_activity", "You had no activity in this period."),
        (None, "You are not eligible for this ranking."),
    ],
)
async def test_reason_for_no_place_is_told_in_words(reason: str | None, words: str) -> None:
    current: dict[str, object] = {"eligible": False, "reason": reason, "entry": None, "nearby": []}
    stage = Stage(full_service(current=current))
    async with stage.run("5", size=WIDE) as pilot:
        assert words in text_of(stage.app)
        assert "Not listed" in text_of(stage.app)
        assert "your place" not in text_of(stage.app)
        assert stage.notice.startswith("Producer 1 · #1")
        assert text_of(stage.app).count(words) == 1
        # Below the list where your place is not beside it.
        await pilot.resize_terminal(*SIZE)
        await idle(pilot)
        assert f"Not listed. {words} · Updated 19:46 by BeatPass" in text_of(stage.app)


async def test_changes_since_the_last_visit(stored: StoredHistory) -> None:
    assert NOVA_ARTIST.id is not None
    before = nova_leaderboard(NOVA_ARTIST.id, "audience_plays", "30d")
    assert before.entry is not None
    before = before._replace(entry=before.entry._replace(rank=30))
    visit = stored.clock.now() - timedelta(days=3)
    ranks = ("rank.audience_plays.30d", visit, 30.0)
    stored.save_visit(visit, pages={"leaderboards:audience_plays:30d": before}, history=(ranks,))
    stage = Stage(full_service(), clock=stored.clock, repository=stored.repository())
    async with stage.run("5", size=(160, 45)) as pilot:
        await until(pilot, lambda: "Nova Reyes  you" in text_of(stage.app))
        await idle(pilot)
        own = next(line for line in lines(stage) if "Nova Reyes  you" in line)
        assert "▲ 3" in own
        assert stage.notice.startswith("Nova Reyes · #27 of 212, up 3 since Fri 20:04 · 39 more")
        shown = text_of(stage.app)
        assert "By day" in shown
        assert re.search(r"Nov 23 +#27 +▲ 3 ", shown)
        assert re.search(r"Nov 20 +#30 ", shown)
        assert requests_of(stage) == [("audience_plays", "30d")]
        await press(pilot, NEXT)
        # The first time that this view is opened.
        assert "up 3" not in stage.notice


async def test_enter_shows_everything_about_a_row(stored: StoredHistory) -> None:
    assert NOVA_ARTIST.id is not None
    before = nova_leaderboard(NOVA_ARTIST.id, "audience_plays", "30d")
    assert before.leaders is not None
    second = before.leaders[1]._replace(rank=4)
    before = before._replace(leaders=(before.leaders[0], second, *before.leaders[2:]))
    visit = stored.clock.now() - timedelta(days=3)
    stored.save_visit(visit, pages={"leaderboards:audience_plays:30d": before})
    stage = Stage(full_service(), clock=stored.clock, repository=stored.repository())
    async with stage.run("5", "home", "down", size=SIZE) as pilot:
        requests = len(stage.service.calls)
        await press(pilot, "enter")
        shown = [" ".join(line.split()) for line in lines(stage)]
        for text in (
            "Artist Producer 2",
            "Rank #2 of 212 · shared by 2 · up 2 since Fri 20:04",
            "Plays 9,500 · 96% of first place",
            "Beats played 5",
            "Compared with you 25 ranks above you · 7,755 plays ahead",
            "Next above Producer 1 (#1) · 9,900 plays · 400 plays ahead",
            "Next below Producer 3 (#2) · 9,500 plays · level",
            "Leaderboard Audience plays · 30 days · own team excluded",
            "Calculated 19:46",
        ):
            assert text in shown, text
        assert "Public page https://open.beatpass.ca/artist/701/producer-2" in "\n".join(shown)
        # The detail follows the cursor, also in another view, and Esc returns to the row.
        await press(pilot, "end", "up")
        joined = " ".join(text_of(stage.app).split())
        assert "Artist Nova Reyes (you)" in joined
        assert "Next above Ossia (#26) · 1,783 plays · 38 plays ahead" in joined
        assert "Compared with you" not in joined
        assert len(stage.service.calls) == requests
        await press(pilot, *[NEXT] * 3, "home", "down")
        joined = " ".join(text_of(stage.app).split())
        for text in (
            "Producer Producer 2 Rank #2 of 40 listed · shared by 2 Score 9,800 Tier Gold",
            "Compared with you 28 ranks above you · 2,800 ahead",
            "Leaderboard Season · Overall Season ends Nov 30, in 7 days",
        ):
            assert text in joined, text
        await press(pilot, "escape")
        assert stage.app.focused is board(stage)
        assert board(stage).cursor == 1
        assert "Compared with you" not in text_of(stage.app)
        await press(pilot, *[PREVIOUS] * 5, "enter")
        # Shares may be fractions or percentages, so they are not subtracted.
        assert "plays" not in "".join(line for line in lines(stage) if "Next " in line)


# Failures and missing data


async def test_failure_is_reported_until_retried() -> None:
    service = full_service()
    error = ServerError("No snapshot yet.", status=503)
    service.script("leaderboards", error, nova_leaderboard(900000002, "audience_plays", "30d"))
    stage = Stage(service)
    async with stage.run("5", size=WIDE) as pilot:
        assert "Unavailable" in text_of(stage.app)
        assert "No snapshot yet" in stage.notice
        # The season is another request.
        assert "Points #4" in " ".join(text_of(stage.app).split())
        await press(pilot, "r")
        assert "Nova Reyes  you" in text_of(stage.app)
        assert stage.app.focused is board(stage)


async def test_season_fails_alone() -> None:
    service = full_service()
    service.fail(ServerError("The season is gone.", status=200), "standings")
    stage = Stage(service)
    async with stage.run("5", size=WIDE) as pilot:
        assert "Nova Reyes  you" in text_of(stage.app)
        assert "The season is gone" in stage.notice
        await press(pilot, *[NEXT] * 3)
        assert not board(stage).rows


async def test_artist_without_access_keeps_the_season() -> None:
    service = full_service()
    service.fail(NotFound("Not yours.", status=404), "leaderboards")
    stage = Stage(service)
    async with stage.run("5", size=WIDE):
        assert "Not yours" in stage.notice
        assert "Gold" in text_of(stage.app)


async def test_failed_refresh_keeps_the_rows_and_the_cursor() -> None:
    service, clock = full_service(), FakeClock()
    stage = Stage(service, clock=clock)
    async with stage.run("5", "home", "down", size=WIDE) as pilot:
        table = board(stage)
        rows_before = table.rows
        clock.advance(600)
        service.fail(Unreachable("No network."), "leaderboards")
        await press(pilot, "r")
        assert table.rows is rows_before
        assert table.cursor == 1


@pytest.mark.parametrize("size", [SIZE, WIDE], ids=str)
async def test_stale_ranking_is_marked(size: tuple[int, int]) -> None:
    stage = Stage(full_service(isStale=True))
    async with stage.run("5", size=size):
        assert "Out of date: calculated 19:46" in text_of(stage.app)
        assert "Nova Reyes  you" in text_of(stage.app)


@pytest.mark.parametrize("sent", [{}, {"leaders": None}])
async def test_unreadable_ranking_is_reported(sent: dict[str, Any]) -> None:
    service = full_service()
    service.script("leaderboards", Leaderboard.decode(sent))
    stage = Stage(service)
    async with stage.run("5"):
        assert "Not sent by BeatPass · o opens it" in text_of(stage.app)
        assert not board(stage).rows


async def test_empty_ranking_and_categories() -> None:
    none: dict[str, object] = {"eligible": True, "reason": None, "entry": None, "nearby": []}
    service = full_service(leaders=[], current=none, participantCount=0)
    service.script("standings", season(points=None, uploads=[]))
    stage = Stage(service)
    async with stage.run("5") as pilot:
        assert "No artist is ranked in this period yet." in text_of(stage.app)
        await press(pilot, *[NEXT] * 3, "p")
        assert "Not sent by BeatPass · o opens it" in text_of(stage.app)
        await press(pilot, "p")
        assert "This category has no entries yet." in text_of(stage.app)
        await press(pilot, "p")
        assert "Nova Reyes (you)" in text_of(stage.app)
        assert stage.notice == "#40 · Nova Reyes (you) · 6,000 plays · Silver"


async def test_esc_goes_home_while_the_list_loads() -> None:
    service, gate = full_service(), asyncio.Event()
    service.script("leaderboards", gate, nova_leaderboard(900000002, "audience_plays", "30d"))
    stage = Stage(service)
    async with stage.run("5") as pilot:
        assert "Loading…" in text_of(stage.app)
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)
        gate.set()
        await idle(pilot)
        await press(pilot, "5")
        assert "Nova Reyes  you" in text_of(stage.app)
        assert len(requests_of(stage)) == 1


async def test_hostile_text_is_drawn_literally() -> None:
    leaders = leaderboard_body(900000002, "audience_plays", "30d")["leaders"][:2]
    leaders[0]["artist"]["name"] = HOSTILE * 4
    leaders[0]["context"] = {HOSTILE: 3}
    leaders[1] = {"rank": 2, "artist": {"name": None}, "value": None}
    current = {"eligible": False, "reason": HOSTILE, "entry": None, "nearby": []}
    stage = Stage(full_service(leaders=leaders, current=current))
    async with stage.run("5", size=WIDE):
        shown = text_of(stage.app)
        assert "[red]x[/] [@click=app.quit]夜の" in shown
        assert stage.app.is_running


async def test_y_copies_the_row() -> None:
    stage = Stage(full_service())
    async with stage.run("5", "home", "down", "y"):
        assert stage.copied == ["=2 · Producer 2 · 9,500 · 5"]


# Snapshots


@sizes
def test_snapshot(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(Stage(full_service()).app, terminal_size=size, run_before=keys("5"))


@pytest.mark.parametrize("size", [(50, 24), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_snapshot_at_extreme_sizes(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(Stage(full_service()).app, terminal_size=size, run_before=keys("5"))


def test_snapshot_of_a_row(snap_compare: Compare) -> None:
    pressed = keys("5", "enter")
    assert snap_compare(Stage(full_service()).app, terminal_size=SIZE, run_before=pressed)


def test_snapshot_of_your_ranks(snap_compare: Compare) -> None:
    assert snap_compare(Stage(full_service()).app, terminal_size=SIZE, run_before=keys("5", "tab"))


def test_snapshot_of_the_season(snap_compare: Compare) -> None:
    pressed = ("5", *[NEXT] * 3)
    assert snap_compare(Stage(full_service()).app, terminal_size=SIZE, run_before=keys(*pressed))


def test_snapshot_in_the_light_theme(snap_compare: Compare) -> None:
    stage = Stage(full_service())

    async def change(pilot: Pilot[None]) -> None:
        await keys("5")(pilot)  # type: ignore[misc]
        stage.app.theme = LIGHT.name
        await idle(pilot)

    assert snap_compare(stage.app, terminal_size=WIDE, run_before=change)
