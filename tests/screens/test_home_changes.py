"""Home: changes against a chosen period, gains and bars, facts on the cards, what comes next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.content import Content

from beatpass_tui.auth.access import KnownToken
from beatpass_tui.config.keys import Keyboard
from beatpass_tui.config.settings import Settings
from beatpass_tui.models.catalog import Performance
from beatpass_tui.view_models import periods
from beatpass_tui.view_models.home_layout import layout_classes
from beatpass_tui.widgets.movers import MoversLine, MoversPanel
from beatpass_tui.widgets.nav_grid import NavCard
from beatpass_tui.widgets.section import Heading
from beatpass_tui.widgets.stat_cards import StatCard
from support.app_harness import FakeAccess, Stage, idle, press, text_of
from support.fakes import NOVA, NOVA_PERFORMANCE, NOVA_STATS, NOW, FakeClock, FakeService
from support.speed import draw
from support.stored_answers import ACCOUNT, HOME, StoredHistory, wait_for_writes

DAY = timedelta(days=1)
SMALL, TALL, WIDE = (80, 24), (120, 36), (160, 45)

PLAYS = {60: 40_000.0, 30: 42_000.0, 14: 44_000.0, 7: 44_710.0, 1: 45_150.0}
"""Total Plays by the number of days before NOW; 45,210 now."""


class Runs:
    """Runs of the program on one computer."""

    def __init__(self, folder: Path) -> None:
        self.stored = StoredHistory(folder, FakeClock())
        self.service = FakeService(token=None)

    def save_visit(self, name: str = "total-plays", values: dict[int, float] = PLAYS) -> None:
        """Store a visit three days ago, and daily values of a number."""
        history = tuple((name, NOW - back * DAY, value) for back, value in values.items())
        stats = NOVA_STATS._replace(total_plays=44_900)
        self.stored.save_visit(
            NOW - 3 * DAY, stats=stats, performance=NOVA["performance"], history=history
        )

    def __call__(self, settings: Settings | None = None) -> Stage:
        return Stage(
            self.service,
            FakeAccess(known=KnownToken(ACCOUNT)),
            clock=self.stored.clock,
            repository=self.stored.repository(),
            settings=settings,
        )


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    runs = Runs(tmp_path)
    yield runs
    runs.stored.close()


def heading(stage: Stage) -> str:
    text = str(stage.app.screen.query_one("#stats-heading", Heading).render())
    return text.removeprefix(" ").removeprefix("Quick Stats").strip()


def lines(stage: Stage, name: str) -> list[str]:
    """Return the lines of a card below its title, without bars at their right."""
    text = str(stage.app.screen.query_one(f"#{name}", StatCard).render())
    return [line.strip(" ▎").split("  ")[0] for line in text.split("\n")[1:]]


def fact(stage: Stage, name: str) -> str:
    cards = stage.app.screen.query(NavCard)
    card = next(card for card in cards if card.entry.page and card.entry.page.name == name)
    return str(card.render()).split("\n")[-1].strip(" ▎")[1:].strip()


# The period


async def test_p_shows_changes_of_another_period_and_later_runs_too(runs: Runs) -> None:
    runs.save_visit()
    expected = {
        "Since Fri 20:04 ▾ p": ["45,210", "+310", "7 days +500 ▼ 30%"],
        "24 hours ▾ p": ["45,210", "+60", "7 days +500 ▼ 30%"],
        "7 days ▾ p": ["45,210", "+500 ▼ 30%", "7 days before +710"],
        "30 days ▾ p": ["45,210", "+3,210 ▲ 60%", "7 days +500 ▼ 30%"],
    }
    stage = runs()
    async with stage.run(size=TALL) as pilot:
        for _ in range(2):
            for title, card in expected.items():
                assert heading(stage) == title
                assert lines(stage, "total-plays") == card
                # There is one sample of the other numbers: nothing is known of their changes.
                if title != "Since Fri 20:04 ▾ p":
                    assert lines(stage, "followers")[:3] == ["873", "", ""]
                await press(pilot, "p")
        await press(pilot, "p", "p")
        assert stage.app._repository is not None
        await wait_for_writes(stage.app._repository)
    stage = runs()
    async with stage.run(size=TALL):
        assert heading(stage) == "7 days ▾ p"


async def test_period_of_an_unknown_later_version_is_the_last_visit(runs: Runs) -> None:
    runs.save_visit()
    runs.stored.store().save_setting(periods.SETTING, "1y")
    stage = runs()
    async with stage.run():
        assert heading(stage) == "Since Fri 20:04 ▾ p"


async def test_second_figure_of_7_days_is_the_comparison(runs: Runs) -> None:
    runs.save_visit()
    stage = runs()
    async with stage.run(size=SMALL) as pilot:
        assert lines(stage, "total-plays")[1] == "+310 · 7d +500"
        await press(pilot, "p", "p")
        assert lines(stage, "total-plays")[1] == "+500 · ▼ 30%"


async def test_comparison_is_left_out_without_a_sample_near_an_end(runs: Runs) -> None:
    """Left out, and not zero: there is no sample within 24 hours of 7 or of 14 days ago."""
    runs.save_visit(values={17: 44_000.0, 7: 44_710.0, 1: 45_150.0})
    stage = runs()
    async with stage.run("p", "p", size=TALL) as pilot:
        assert lines(stage, "total-plays") == ["45,210", "+500", ""]
        await press(pilot, "p")
        assert heading(stage) == "30 days ▾ p"
        assert lines(stage, "total-plays")[2] == "7 days +500"
        assert "+" not in lines(stage, "total-plays")[1]


async def test_constant_pace_is_no_change_at_any_hour(runs: Runs) -> None:
    """Between the last samples of days, 7 days would be up to 12 hours too short or too long."""
    end = NOW.replace(hour=12)
    hours = 24 * 16
    plays = [("total-plays", end - timedelta(hours=n), 45_210.0 - 4 * n) for n in range(hours)]
    runs.stored.clock.set_wall(end)
    runs.stored.save_visit(end - timedelta(hours=2), history=tuple(plays))
    stage = runs()
    async with stage.run(size=TALL):
        assert lines(stage, "total-plays")[2] == "7 days +672 0%"


async def test_key_of_the_heading_is_the_remapped_one(runs: Runs) -> None:
    runs.save_visit()
    stage = runs(Settings(keyboard=Keyboard({"home.period": ("x",)})))
    async with stage.run("x"):
        assert heading(stage) == "24 hours ▾ x"


async def test_period_has_no_request_and_repaints_changed_cards_only(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.save_visit()
    painted: list[str | None] = []
    render = StatCard.render

    def count(self: StatCard) -> Content:
        painted.append(self.id)
        return render(self)

    stage = runs()
    async with stage.run() as pilot:
        draw(stage.app)
        requests = len(runs.service.calls)
        monkeypatch.setattr(StatCard, "render", count)
        await press(pilot, "p", "p")
        draw(stage.app)
        painted.clear()
        await press(pilot, "p")
        draw(stage.app)
        # Of the others, neither 7 nor 30 days are known.
        assert set(painted) == {"total-plays"}
        assert len(runs.service.calls) == requests


async def test_movers_follow_the_period_or_are_those_of_7_days(runs: Runs) -> None:
    """Plays are recorded once a day: there are none of a visit a few hours ago."""
    runs.save_visit()
    performance = NOVA_PERFORMANCE.rows[0]._replace(plays=7_800)
    for back, plays in ((30, 7_000), (7, 7_700)):
        rows = (performance._replace(plays=plays),)
        at = NOW - back * DAY
        runs.stored.save_visit(at, {"performance": Performance(rows)})
    runs.stored.save_visit(NOW - timedelta(hours=2))
    stage = runs()
    async with stage.run() as pilot:
        line = stage.app.screen.query_one(MoversLine)
        assert stage.app._repository is not None
        for text in ("+219", "", "+219", "+919"):
            await wait_for_writes(stage.app._repository)
            await idle(pilot)
            assert str(line.render()) == f"Top movers  Midnight Drive {text or '+219'}"
            await press(pilot, "p")


async def test_first_day_has_top_beats_instead_of_movers(runs: Runs) -> None:
    """Also if a beat was uploaded today: nothing is known of the others."""
    today = NOVA_PERFORMANCE.rows[0]._replace(id=5, name="New", plays=9, uploaded=NOW)
    runs.service.script("performance", Performance((*NOVA_PERFORMANCE.rows, today)))
    stage = runs()
    async with stage.run(size=TALL) as pilot:
        assert stage.app._repository is not None
        await wait_for_writes(stage.app._repository)
        await idle(pilot)
        panel = str(stage.app.screen.query_one(MoversPanel).render()).split("\n")
        assert panel[0].startswith("Top of loaded beats · all time")
        assert panel[0].endswith("2 of 128 beats")
        assert [line.split("  ")[0] for line in panel[1:]] == ["Midnight Drive", "New"]
        assert "Daily gains appear from tomorrow" in text_of(stage.app)
        assert heading(stage) == "First visit ▾ p"


# Losses


async def test_losses_have_a_sign_and_their_color(runs: Runs) -> None:
    runs.save_visit("followers", {14: 870.0, 7: 880.0, 1: 875.0})
    stage = runs()
    async with stage.run("p", size=TALL):
        assert lines(stage, "followers") == ["873", "−2", "7 days −7 ▼ 170%"]
        card = stage.app.screen.query_one("#followers", StatCard)
        content = card.render()
        assert isinstance(content, Content)
        loss = card.component_style("stat-grid--loss").foreground
        colored = {
            content.plain[span.start : span.end]
            for span in content.spans
            if not isinstance(span.style, str) and span.style.foreground == loss
        }
        assert {"−2", "−7", "▼ 170%"} <= colored


async def test_gains_are_words_in_accessible_mode(runs: Runs) -> None:
    runs.save_visit()
    stage = runs(Settings(accessible=True, keyboard=Keyboard(words=True)))
    async with stage.run(size=TALL) as pilot:
        card = stage.app.screen.query_one("#total-plays", StatCard)
        for text in (
            "+310 since the last visit, +500 in 7 days, down 30%",
            "+60 in 24 hours, +500 in 7 days, down 30%",
            "+500 in 7 days, down 30%",
            "+3,210 in 30 days, up 60%, +500 in 7 days, down 30%",
        ):
            assert str(card.render()).strip() == f"Total Plays: 45,210, {text}"
            await press(pilot, "p")


# What comes next


async def test_status_line_has_the_next_round_number_or_the_goal(runs: Runs) -> None:
    runs.save_visit()
    prefix = "Total Plays · all time, all linked tracks · "
    for goals, text in (
        ({}, "next: 46,000 in about 8 days"),
        ({"total-plays": 50_000}, "goal 50,000: 90%, about 45 days"),
        ({"total-plays": 45_210}, "goal 45,210 reached"),
    ):
        stage = runs(Settings(goals=goals))
        async with stage.run("tab", "right", size=TALL):
            assert stage.notice.startswith(f"{prefix}{text} · as of ")
    stage = runs()
    async with stage.run("tab", "right", size=SMALL):
        assert stage.notice.startswith(f"{prefix}next: 46,000 in about 8 days")


async def test_two_days_of_history_have_no_pace(runs: Runs) -> None:
    runs.save_visit(values={13: 44_000.0, 1: 45_000.0})
    stage = runs()
    async with stage.run("tab", "right", size=TALL):
        assert " · next: 46,000 · as of " in stage.notice


# Every size


@pytest.mark.parametrize("size", [(50, 24), (60, 24), SMALL, (100, 30), TALL, WIDE, (200, 50)])
async def test_every_size_has_seven_and_eight_cards(runs: Runs, size: tuple[int, int]) -> None:
    runs.save_visit()
    stage = runs()
    async with stage.run(size=size):
        assert len(stage.app.screen.query(NavCard)) == 7
        assert [card.id for card in stage.app.screen.query(StatCard)] == [
            "tracks", "total-plays", "albums", "downloads", "followers", "level", "growth",
            "view-profile",
        ]  # fmt: skip
        cards = [*stage.app.screen.query(NavCard), *stage.app.screen.query(StatCard)]
        assert all(card.region.right <= size[0] for card in cards)


@pytest.mark.parametrize("size", [SMALL, (100, 30), (100, 40), TALL, (126, 30), WIDE, (200, 50)])
async def test_nothing_moves_between_the_first_and_the_settled_frame(
    runs: Runs, size: tuple[int, int]
) -> None:
    runs.save_visit()
    gate = asyncio.Event()
    for name in HOME:
        runs.service.script(name, gate)
    stage = runs()

    def regions() -> dict[str, object]:
        body = stage.app.screen.query_one("#body")
        return {
            widget.id: widget.region for widget in body.query("*") if widget.id and widget.display
        }

    async with stage.app.run_test(size=size) as pilot:
        first = regions()
        gate.set()
        await idle(pilot)
        assert regions() == first


@pytest.mark.parametrize("width", [80, 100, 120, 126, 160, 200])
def test_at_most_three_rows_are_free(width: int) -> None:
    """A chart takes all rows that are left; without one, text fills them."""
    for height in range(24, 51):
        classes = layout_classes(width, height)
        used = {160: 19, 200: 19, 126: 20}.get(width, 23) + 2 * ("-high-cards" in classes)
        text = next((int(name[-1]) for name in classes if name.startswith("-text-")), 0)
        assert used + text <= height, height
        assert "-charts" in classes or height - used - text <= 3, height
        assert ("-side" in classes) is ("-charts" in classes and width >= 120), height


# Facts


async def test_facts_of_pages_cost_no_request(runs: Runs) -> None:
    runs.save_visit("downloads", {1: 1_192.0, 0: 1_200.0})
    pages = {name: NOVA[name] for name in ("finances", "standings")} | {"albums:1": NOVA["albums"]}
    runs.stored.save_visit(NOW - 2 * DAY, {**{name: NOVA[name] for name in HOME}, **pages})
    stage = runs()
    async with stage.run("p") as pilot:
        assert stage.app._repository is not None
        await wait_for_writes(stage.app._repository)
        await idle(pilot)
        assert {name: fact(stage, name) for name in ("dashboard", "activity", "progress")} == {
            "dashboard": "You are here",
            "activity": "+8 downloads",
            "progress": "383 XP to 13",
        }
        assert fact(stage, "leaderboards").startswith("#")
        assert fact(stage, "beats") == "128 beats"
        assert {*runs.service.requested} <= {*HOME, "performance"}
