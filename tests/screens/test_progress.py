"""Progress: level, XP by source, achievements and their filters."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from beatpass_tui import formatting
from beatpass_tui.errors import Forbidden, ServerError, Unreachable
from beatpass_tui.models.career import Achievement, Achievements, XpAward, XpSource, XpSources
from beatpass_tui.models.home import Intelligence, Level
from beatpass_tui.screens.progress import Progress
from beatpass_tui.view_models import progress
from beatpass_tui.view_models.progress import Filters
from beatpass_tui.widgets.content import progress_bar
from beatpass_tui.widgets.key_values import KeyValueList
from beatpass_tui.widgets.level_meter import LevelMeter, level_and_title, next_level_text
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.table import Table
from beatpass_tui.widgets.xp_lists import AchievementDetail
from support.app_harness import NEXT_FILTER, Stage, idle, lines, press, text_of, until
from support.fakes import NOVA_ACHIEVEMENTS, NOVA_INTELLIGENCE, NOVA_XP_SOURCES, NOW, FakeService
from support.snapshots import Compare, keys, sizes

SIZE = (80, 36)
HOSTILE = "[red]夜のドライブ[/] [@click=app.quit]x[/]"
FAILED = ServerError("The XP could not be counted.", status=500)

LOCKED = Achievement("Studio Legend", None, None, "legendary", 5_000, False, None)
ROWS = (
    Achievement("Viral Hit", "Lead for a week", "Trending", "epic", 3_500, False, None),
    Achievement(
        "Opening Act",
        "Upload early",
        "Seasonal",
        "epic",
        0,
        True,
        datetime(2026, 1, 9, 12, 0, tzinfo=UTC),
    ),
    Achievement("Oracle", "Write a biography", "Profile", "common", 300, True, None),
    Achievement("Whiz", "Complete every detail", "Metadata", "common", 800, False, None),
    Achievement("Ember", "A new kind", "Odd", "mythic", None, False, None),
    Achievement("Mystery", None, None, None, None, None, None),
    Achievement("chart topper", "Lead the list", "Trending", "rare", 2_000, False, None),
)


def with_rows(*rows: Achievement) -> Stage:
    service = FakeService()
    service.script("achievements", Achievements(rows))
    return Stage(service)


def line(stage: Stage, text: str) -> str:
    """Return the first row of the screen that contains `text`."""
    return next(row for row in lines(stage) if text in row)


def table(stage: Stage) -> Table[Achievement]:
    return stage.app.screen.query_one("#achievements-table", Table)


def chosen(stage: Stage) -> Filters:
    """Return the chosen filters."""
    screen = stage.app.screen
    assert isinstance(screen, Progress)
    return screen._filters


def names(stage: Stage) -> list[str | None]:
    return [row.name for row in table(stage).rows]


# Contents and requests


async def test_level_sources_and_achievements_are_shown() -> None:
    stage = Stage()
    async with stage.run("4", size=(120, 36)) as pilot:
        assert "Level 12 · Experienced Producer" in text_of(stage.app)
        assert "3,774 XP" in text_of(stage.app)
        assert "383 XP to level 13, at 4,157" in text_of(stage.app)
        assert "24%" in line(stage, "Experienced Producer")
        sources = line(stage, "Track uploads")
        assert all(text in sources for text in ("8×", "800", "21%"))
        assert "79%" in line(stage, "2,974")
        assert "3,774 XP listed" in text_of(stage.app)
        assert "1 of 2 unlocked · 500 of 5,500 XP · latest Track Producer" in text_of(stage.app)
        assert "500 of" in text_of(stage.app)
        assert names(stage) == ["Studio Legend"]
        await press(pilot, *NEXT_FILTER)
        row = line(stage, "✓")
        for text in ("Track Producer", "Publish 10 tracks", "500", "2024-02-07"):
            assert text in row
        assert stage.notice == "Track Producer · Common · 500 XP · unlocked Feb 7, 2024"


async def test_each_query_is_sent_once() -> None:
    stage = Stage()
    async with stage.run("4", size=SIZE) as pilot:
        home = ["account", "artist", "stats", "intelligence", "followers", "activity"]
        # A tall Home also requests the performance of beats.
        home.append("performance")
        assert sorted(stage.service.requested) == sorted([*home, "xp_sources", "achievements"])
        before = len(stage.service.calls)
        await press(pilot, *NEXT_FILTER, "v", "1", "4", "escape", "4")
        assert len(stage.service.calls) == before


async def test_level_is_the_one_in_the_header_of_home() -> None:
    service = FakeService()
    level = Level(level=7, xp=1_500.0, to_next=352.0, progress=8.0, title="Beat Captain")
    service.script("intelligence", NOVA_INTELLIGENCE._replace(level=level))
    stage = Stage(service)
    async with stage.run("4", size=SIZE) as pilot:
        assert "Level 7 · Beat Captain" in text_of(stage.app)
        assert "352 XP to level 8, at 1,852" in text_of(stage.app)
        await press(pilot, "escape")
        assert "Level 7 · Beat Captain" in text_of(stage.app)


async def test_highest_level_is_shown() -> None:
    service = FakeService()
    level = Level(level=100, xp=120_000.0, to_next=0.0, progress=100.0, title="Legendary Producer")
    service.script("intelligence", NOVA_INTELLIGENCE._replace(level=level))
    stage = Stage(service)
    async with stage.run("4", size=SIZE):
        assert "Maximum level reached" in text_of(stage.app)
        assert "100%" in text_of(stage.app)
        assert "120,000 XP" in text_of(stage.app)
        assert "level 101" not in text_of(stage.app)


# Filters and the cursor


async def test_f_cycles_through_statuses() -> None:
    stage = with_rows(*ROWS)
    async with stage.run("4", size=SIZE) as pilot:
        assert "2 of 7 unlocked, 1 unknown" in text_of(stage.app)
        assert names(stage) == ["Whiz", "chart topper", "Viral Hit", "Ember", "Mystery"]
        await press(pilot, *NEXT_FILTER)
        assert chosen(stage).status == "unlocked"
        assert names(stage) == ["Oracle", "Opening Act"]
        await press(pilot, *NEXT_FILTER)
        assert len(names(stage)) == 7
        await press(pilot, "f", "up", "up", "enter")
        assert chosen(stage).status == "available"


async def test_v_cycles_through_rarities_in_the_response() -> None:
    stage = with_rows(*ROWS)
    async with stage.run("4", *NEXT_FILTER * 2, size=SIZE) as pilot:
        choices = []
        for _ in range(5):
            await press(pilot, "v")
            choices.append((chosen(stage).rarity, names(stage)))
        assert choices == [
            ("common", ["Oracle", "Whiz"]),
            ("rare", ["chart topper"]),
            ("epic", ["Opening Act", "Viral Hit"]),
            ("mythic", ["Ember"]),
            ("all", [row.name for row in progress.filter_achievements(ROWS, "all", "all")]),
        ]


async def test_click_selects_a_filter() -> None:
    stage = with_rows(*ROWS)
    async with stage.run("4", size=SIZE) as pilot:
        row = stage.app.screen.query_one("#by-status", OptionRow)
        await pilot.click(row, offset=(str(row.render()).index("Unlocked") + 2, 0))
        await idle(pilot)
        assert names(stage) == ["Oracle", "Opening Act"]


async def test_filters_without_matches_name_the_keys() -> None:
    stage = with_rows(*ROWS)
    async with stage.run("4", *NEXT_FILTER, "v", "v", size=SIZE):
        assert names(stage) == []
        assert "None match · f or v changes the filter" in text_of(stage.app)


async def test_rarity_missing_after_refresh_is_deselected() -> None:
    stage = with_rows(*ROWS)
    async with stage.run("4", "v", size=SIZE) as pilot:
        assert names(stage) == ["Whiz"]
        stage.clock.advance(60)
        stage.service.script("achievements", Achievements((LOCKED,)))
        await press(pilot, "r")
        assert chosen(stage).rarity == "all"
        assert names(stage) == ["Studio Legend"]


async def test_status_line_describes_each_achievement() -> None:
    stage = with_rows(*ROWS)
    async with stage.run("4", size=SIZE) as pilot:
        assert stage.app.focused is table(stage)
        notices = [stage.notice]
        for _ in range(4):
            await press(pilot, "down")
            notices.append(stage.notice)
        assert notices == [
            "Whiz · Common · Metadata · 800 XP when unlocked",
            "chart topper · Rare · Trending · 2,000 XP when unlocked",
            "Viral Hit · Epic · Trending · 3,500 XP when unlocked",
            "Ember · Mythic · Odd",
            "Mystery",
        ]
        await press(pilot, "home", "y")
        assert stage.copied[-1] == (
            "Whiz · Common · Metadata · 800 XP when unlocked · Complete every detail"
        )
        await press(pilot, "o")
        assert stage.opened == ["https://open.beatpass.ca/producer-dashboard/progress"]


async def test_locked_achievements_are_readable_and_described() -> None:
    stage = with_rows(*ROWS)
    async with stage.run("4", *NEXT_FILTER * 2, size=(120, 36)) as pilot:
        for name, about, state in (
            ("Whiz", "Complete every detail", "Locked"),
            ("Opening Act", "Upload early", "2026-01-09"),
            ("Oracle", "Write a biography", "Unlocked"),
        ):
            assert about in line(stage, f" {name} ")
            assert state in line(stage, f" {name} ")
        detail = stage.app.screen.query_one(AchievementDetail)
        await press(pilot, "end")
        requests = len(stage.service.calls)
        assert table(stage).current is not None
        while (row := table(stage).current) is not None and row.name != "Whiz":
            await press(pilot, "up")
            assert detail.achievement is table(stage).current
        assert "Complete every detail to unlock it and earn 800 XP." in text_of(stage.app)
        assert len(stage.service.calls) == requests


async def test_enter_shows_everything_about_an_achievement() -> None:
    stage = with_rows(*ROWS)
    async with stage.run("4", *NEXT_FILTER * 2, size=SIZE) as pilot:
        requests = len(stage.service.calls)
        detail = stage.app.screen.query_one("#row-detail", KeyValueList)
        seen = {}
        await press(pilot, "home", "enter")
        for _ in ROWS:
            facts = dict(detail.items)
            seen[facts["Achievement"]] = facts
            await press(pilot, "down")
        assert seen["Whiz"] == {
            "Achievement": "Whiz",
            "State": "Locked",
            "How to unlock": "Complete every detail",
            "Reward": "800 XP when unlocked",
            "Rarity": "Common · 1 of 2 unlocked",
            "Category": "Metadata · 0 of 1 unlocked",
        }
        assert seen["Opening Act"]["State"] == "Unlocked 2026-01-09 · 318 days ago"
        assert seen["Opening Act"]["Unlocked by"] == "Upload early"
        assert seen["Opening Act"]["Reward"] == "No XP bonus"
        assert set([*seen["Mystery"].values()][1:]) == {"—"}
        assert len(seen) == len(ROWS)
        assert len(stage.service.calls) == requests
        assert "How to unlock  —" in text_of(stage.app)
        row = table(stage).current
        await press(pilot, "escape")
        assert stage.app.focused is table(stage)
        assert table(stage).current is row
        assert "How to unlock" not in text_of(stage.app)


async def test_brackets_step_through_categories() -> None:
    stage = with_rows(*ROWS)
    async with stage.run("4", "right_square_bracket", size=(120, 36)) as pilot:
        assert (chosen(stage).category, names(stage)) == ("Metadata", ["Whiz"])
        assert "Common Rare Epic" not in text_of(stage.app)
        await press(pilot, "left_square_bracket", "left_square_bracket")
        assert names(stage) == ["chart topper", "Viral Hit"]


async def test_s_sorts_by_a_column() -> None:
    stage = with_rows(*ROWS)
    async with stage.run("4", *NEXT_FILTER * 2, *["right"] * 3, "s", size=(120, 36)) as pilot:
        assert names(stage)[:3] == ["Viral Hit", "chart topper", "Whiz"]
        assert names(stage)[-2:] == ["Ember", "Mystery"]
        await press(pilot, "s")
        assert names(stage)[:2] == ["Opening Act", "Oracle"]
        await press(pilot, "s")
        assert names(stage) == [
            row.name for row in progress.filter_achievements(ROWS, "all", "all")
        ]
        assert stage.notice == "Sorted by status and rarity"


async def test_search_finds_names_and_descriptions() -> None:
    stage = with_rows(*ROWS)
    async with stage.run("4", *NEXT_FILTER * 2, "slash", *"lead", size=(120, 36)):
        assert names(stage) == ["chart topper", "Viral Hit"]


async def test_export_has_what_the_filters_show(tmp_path: Path) -> None:
    service = FakeService()
    service.script("achievements", Achievements(ROWS))
    stage = Stage(service, folder=tmp_path)
    async with stage.run("4", "v", "e", size=SIZE) as pilot:
        await until(pilot, lambda: "Wrote" in stage.notice)
        assert stage.notice.startswith("Wrote 1 row of 7 to beatpass-achievements")
    content = next(tmp_path.glob("*.csv")).read_text()
    assert "Whiz" in content
    assert "Oracle" not in content


async def test_awards_are_those_that_were_sent_else_the_latest_unlocked() -> None:
    service = FakeService()
    award = XpAward("Uploaded Mirage", 100.0, datetime(2026, 11, 20, 8, tzinfo=UTC))
    service.script("intelligence", NOVA_INTELLIGENCE._replace(awards=(award,)))
    stage = Stage(service)
    async with stage.run("4", size=(120, 36)):
        assert "Latest awards" in text_of(stage.app)
        assert "+100" in line(stage, "Uploaded Mirage")
        assert "Nov 20" in line(stage, "Uploaded Mirage")
    stage = with_rows(*ROWS)
    async with stage.run("4", size=(120, 36)):
        assert "Latest unlocked" in text_of(stage.app)
        assert "Jan 9" in line(stage, "Opening Act")
        assert "800 to 5,000" not in text_of(stage.app)
        assert "800 to 3,500" in line(stage, "Unlock an achievement")


async def test_every_key_of_the_page_is_in_the_help() -> None:
    stage = Stage()
    async with stage.run("4", "question_mark", size=SIZE) as pilot:
        assert "Choose which rows are shown" in text_of(stage.app)
        assert "Filter achievements by rarity" in text_of(stage.app)
        await press(pilot, *["pagedown"] * 3)
        assert re.search(r"\+100 XP +Upload a beat", text_of(stage.app))


# Failures and missing data

SECTIONS = [
    ("intelligence", "Level 12", "#meter"),
    ("xp_sources", "Track uploads", "#xp"),
    ("achievements", "Studio Legend", "#achievements-table"),
]


@pytest.mark.parametrize("name, content, widget", SECTIONS)
async def test_section_fails_alone_until_retried(name: str, content: str, widget: str) -> None:
    service = FakeService()
    service.fail(FAILED, name)
    stage = Stage(service)
    async with stage.run("4", size=SIZE) as pilot:
        assert not stage.app.screen.query_one(widget).display
        assert "Unavailable" in text_of(stage.app)
        assert "r to retry" in stage.notice
        assert "The XP could not be counted" in stage.notice
        for other, text, _ in SECTIONS:
            if other != name:
                assert text in text_of(stage.app)
        service._scripts.clear()
        await press(pilot, "r")
        assert content in text_of(stage.app)
        assert "could not be counted" not in text_of(stage.app)
        assert stage.app.focused is table(stage)


@pytest.mark.parametrize("name, content, widget", SECTIONS)
async def test_failed_refresh_keeps_data(name: str, content: str, widget: str) -> None:
    stage = Stage()
    async with stage.run("4", size=(120, 36)) as pilot:
        stage.clock.advance(60)
        stage.service.fail(FAILED, name)
        await press(pilot, "r")
        assert stage.app.screen.query_one(widget).display
        assert content in text_of(stage.app)
        assert "as of 20:04" in text_of(stage.app)


async def test_refusal_is_a_warning() -> None:
    service = FakeService()
    service.fail(Forbidden("Not for you.", status=403), "achievements")
    stage = Stage(service)
    async with stage.run("4", size=SIZE):
        assert stage.notice.startswith("! Achievements: Not for you")


async def test_offline_is_reported_until_retried() -> None:
    service = FakeService()
    service.fail(Unreachable("No network."), "xp_sources", "achievements")
    stage = Stage(service)
    async with stage.run("4", size=SIZE) as pilot:
        assert stage.notice.startswith("! XP by source +1: offline · retry in")
        service._scripts.clear()
        await press(pilot, "r")
        assert "Studio Legend" in text_of(stage.app)
        assert "Track uploads" in text_of(stage.app)


async def test_missing_data_is_reported() -> None:
    service = FakeService()
    service.script("intelligence", Intelligence.decode({}))
    service.script("xp_sources", XpSources.decode({}))
    service.script("achievements", Achievements.decode({}))
    stage = Stage(service)
    async with stage.run("4", size=SIZE):
        joined = " ".join(text_of(stage.app).split())
        assert text_of(stage.app).count("Not sent by BeatPass · o opens") == 1
        assert text_of(stage.app).count("Unavailable") == 1
        assert "XP by source and achievements" in joined
        assert " 0 XP" not in joined
        assert "unlocked" not in joined
        assert "Filter" not in lines(stage)[-1]
        assert "Rarity" not in lines(stage)[-1]
        assert stage.app.focused is None


async def test_new_account_sees_zeros() -> None:
    service = FakeService()
    level = Level(level=1, xp=0.0, to_next=100.0, progress=0.0, title="Novice Producer")
    service.script("intelligence", NOVA_INTELLIGENCE._replace(level=level))
    service.script("xp_sources", XpSources.decode({"sources": []}))
    service.script("achievements", Achievements.decode({"achievements": []}))
    stage = Stage(service)
    async with stage.run("4", size=SIZE):
        assert "0 XP" in text_of(stage.app)
        assert "100 XP to level 2, at 100" in text_of(stage.app)
        assert "0%" in text_of(stage.app)
        assert "No XP yet." in text_of(stage.app)
        assert "No achievements yet." in text_of(stage.app)


async def test_hostile_text_is_drawn_literally() -> None:
    service = FakeService()
    level = NOVA_INTELLIGENCE.level._replace(title="[b]Boss[/]")
    service.script("intelligence", NOVA_INTELLIGENCE._replace(level=level))
    service.script("xp_sources", XpSources((XpSource(HOSTILE, 10.0, None),)))
    odd = Achievement(HOSTILE, HOSTILE, "[/]", "[red]", 1.0, False, None)
    service.script("achievements", Achievements((odd, *ROWS)))
    stage = Stage(service)
    async with stage.run("4", size=(120, 36)) as pilot:
        assert "Level 12 · [b]Boss[/]" in text_of(stage.app)
        assert "[red]夜の" in line(stage, "…")
        await press(pilot, "v", "v", "v", "v")
        assert chosen(stage).rarity == "[red]"
        assert names(stage) == [HOSTILE]
        assert "[red]夜の" in line(stage, "·  [red]")
        assert HOSTILE in stage.notice


async def test_esc_while_loading_goes_home_and_keeps_the_result() -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("achievements", gate)
    stage = Stage(service)
    async with stage.run("4", size=SIZE) as pilot:
        assert "Loading…" in text_of(stage.app)
        assert stage.app.focused is None
        await press(pilot, "escape")
        assert "Quick Stats" in text_of(stage.app)
        gate.set()
        await idle(pilot)
        await press(pilot, "4")
        assert "Studio Legend" in text_of(stage.app)
        assert stage.app.focused is table(stage)
        assert stage.service.requested.count("achievements") == 1


async def test_cursor_appears_with_the_rows() -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("achievements", gate)
    stage = Stage(service)
    async with stage.run("4", size=SIZE):
        assert stage.app.focused is None
        gate.set()
        for _ in range(3):
            await asyncio.sleep(0)
        pilot = Pilot(stage.app)
        await idle(pilot)
        assert stage.app.focused is table(stage)
        assert stage.notice.startswith("Studio Legend")


# View models


@pytest.mark.parametrize(
    "percent, drawn",
    [
        (0.0, ("", "╺━━━━━━━━━")),
        (24.7, ("━━", "╺━━━━━━━")),
        (99.9, ("━━━━━━━━━", "╺")),
        (100.0, ("━━━━━━━━━━", "")),
        (-3.0, ("", "╺━━━━━━━━━")),
        (250.0, ("━━━━━━━━━━", "")),
    ],
)
def test_bar(percent: float, drawn: tuple[str, str]) -> None:
    assert progress_bar(percent, 10) == drawn
    assert sum(map(len, drawn)) == 10


@pytest.mark.parametrize(
    "change, text",
    [
        ({"to_next": 1_234_567_890.0}, "1,234,567,890 XP to level 13"),
        ({}, "383 XP to level 13, at 4,157"),
        ({"to_next": None}, "— to the next level"),
        ({"level": None}, "— to the next level"),
        ({"xp": None}, "383 XP to level 13"),
        ({"level": 100, "to_next": None}, "Maximum level reached"),
    ],
)
def test_next_level_text(change: dict[str, Any], text: str) -> None:
    assert next_level_text(NOVA_INTELLIGENCE.level._replace(**change), 30) == text


@pytest.mark.parametrize(
    "width, text",
    [(40, "Level 12 · Experienced Producer"), (28, "Level 12 · Experienced"), (10, "Level 12")],
)
def test_level_and_title_fit_the_width(width: int, text: str) -> None:
    assert level_and_title(NOVA_INTELLIGENCE.level, width) == text


def test_unknown_level_is_a_dash() -> None:
    assert level_and_title(NOVA_INTELLIGENCE.level._replace(level=None), 40) == "Level —"


def test_rarities_come_from_the_response_in_order() -> None:
    assert progress.rarity_options(ROWS) == (
        ("all", "All"),
        ("common", "Common"),
        ("rare", "Rare"),
        ("epic", "Epic"),
        ("mythic", "Mythic"),
    )
    assert progress.rarity_options(()) == (("all", "All"),)


def test_counts_come_from_the_response() -> None:
    assert progress.unlocked_label(ROWS) == "2 of 7 unlocked, 1 unknown"
    assert progress.unlocked_label(NOVA_ACHIEVEMENTS.rows or ()) == "1 of 2 unlocked"
    assert progress.unlocked_label(()) == "0 of 0 unlocked"


def test_texts_of_an_achievement() -> None:
    rows = {row.name: row for row in ROWS}
    assert [progress.state_text(rows[name], NOW) for name in ("Opening Act", "Oracle", "Whiz")] == [
        "2026-01-09",
        "Unlocked",
        "Locked",
    ]
    assert progress.state_text(rows["Mystery"], NOW) == "—"
    assert progress.xp_text(rows["Opening Act"]) == "No XP bonus"
    assert progress.row_summary(rows["Opening Act"], NOW) == (
        "Opening Act · Epic · Seasonal · No XP bonus · unlocked Jan 9"
    )
    assert progress.description(rows["Mystery"]) == "— no description"
    assert progress.description(rows["Oracle"]) == "Write a biography"


def test_statuses_and_categories_have_counts() -> None:
    assert [name for _, name in progress.status_options(ROWS)] == [
        "Available 5", "Unlocked 2", "All 7",
    ]  # fmt: skip
    assert [name for _, name in progress.category_options(ROWS)] == [
        "All", "Metadata", "Odd", "Profile", "Seasonal", "Trending",
    ]  # fmt: skip
    counts = {row.label: row.times for row in progress.category_rows(ROWS)}
    assert counts["Trending"] == "0 of 2"
    assert counts["Profile"] == "1 of 1"
    matching = progress.filter_achievements(ROWS, category="Trending")
    assert {row.name for row in matching} == {"Viral Hit", "chart topper"}


def test_xp_of_achievements_and_of_ways_to_earn() -> None:
    assert progress.earned_label(ROWS) == "300 of 6,600 XP"
    assert progress.earned_label((ROWS[4],)) == ""
    assert [row.name for row in progress.latest_unlocked(ROWS)] == ["Opening Act"]
    assert progress.earn_rows(ROWS)[0] == progress.AmountRow("", "Upload a beat", "+100")
    assert progress.earn_rows(ROWS)[-1].xp == "800 to 3,500"
    assert len(progress.earn_rows(())) == 4


def test_sources_are_ordered_by_xp_with_shares() -> None:
    rows = progress.source_rows(
        (XpSource("A", 1.0, 2), XpSource("B", 3.0, None), XpSource(None, None, 4))
    )
    assert [(row.label, row.times, row.xp, row.percent) for row in rows] == [
        ("B", "", "3", "75%"), ("A", "2×", "1", "25%"), ("—", "4×", "—", "—"),
    ]  # fmt: skip
    assert [row.share for row in progress.source_rows((XpSource("A", -5.0, None),))] == [0]


@pytest.mark.parametrize(
    "part, whole, text",
    [
        (800, 3_774, "21%"),
        (0, 100, "0%"),
        (1, 1_000, "<1%"),
        (5, 5, "100%"),
        (None, 5, "—"),
        (3, 0, "—"),
        (-5, 100, "-5%"),
    ],
)
def test_percentage_of_total(part: float | None, whole: float, text: str) -> None:
    assert formatting.percentage(part, whole) == text


# Snapshots


def full() -> Stage:
    service = FakeService()
    service.script("achievements", Achievements(ROWS))
    rows = (*(NOVA_XP_SOURCES.rows or ()), XpSource("First plays", 24.0, 24))
    service.script("xp_sources", XpSources((*rows, XpSource("Complete details", 350.0, None))))
    return Stage(service)


@sizes
def test_snapshot(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(
        full().app, terminal_size=size, run_before=keys("4", *NEXT_FILTER * 2, "down")
    )


def test_snapshot_of_an_achievement(snap_compare: Compare) -> None:
    pressed = keys("4", *NEXT_FILTER * 2, "down", "enter")
    assert snap_compare(full().app, terminal_size=(120, 36), run_before=pressed)


def test_snapshot_at_160_columns(snap_compare: Compare) -> None:
    assert snap_compare(full().app, terminal_size=(160, 45), run_before=keys("4"))


@pytest.mark.parametrize(
    "size", [(80, 24), (120, 36), (160, 45)], ids=["80x24", "120x36", "160x45"]
)
def test_snapshot_of_documented_fields(snap_compare: Compare, size: tuple[int, int]) -> None:
    service = FakeService()
    service.script("xp_sources", XpSources.decode({}))
    service.script("achievements", Achievements.decode({}))
    assert snap_compare(Stage(service).app, terminal_size=size, run_before=keys("4"))


def test_snapshot_at_the_highest_level(snap_compare: Compare) -> None:
    service = FakeService()
    level = Level(level=100, xp=120_000.0, to_next=0.0, progress=100.0, title="Legendary Producer")
    service.script("intelligence", NOVA_INTELLIGENCE._replace(level=level))
    service.fail(FAILED, "xp_sources")
    assert snap_compare(Stage(service).app, terminal_size=(80, 24), run_before=keys("4"))


def test_meter_is_empty_without_a_level() -> None:
    assert str(LevelMeter(id="meter").render()) == ""
