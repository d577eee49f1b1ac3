"""Activity: plays and downloads of a period, their sources, and what is requested for them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from beatpass_tui.config.keys import Keyboard
from beatpass_tui.config.settings import Settings
from beatpass_tui.errors import Forbidden, NotFound, ServerError, Unreachable
from beatpass_tui.models.numbers import audience_id
from beatpass_tui.models.plays import PlaysOverTime
from beatpass_tui.screens import downloads_page
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.figures import FigureTable
from beatpass_tui.widgets.hour_pattern import HourPattern
from beatpass_tui.widgets.section import Section
from support.app_harness import Stage, idle, lines, press, text_of, until
from support.fakes import NOW, FakeClock, FakeService, nova_activity, nova_plays
from support.stored_answers import ACCOUNT_KEY, ARTIST, StoredHistory, wait_for_writes

SIZE = (120, 60)
DAY = timedelta(days=1)
SERVICE_TITLE = "Plays per day · from BeatPass"
GAINS_TITLE = "Total Plays per day · recorded by this program"
TOTAL_TITLE = "Total Plays · recorded by this program"


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredHistory]:
    created = StoredHistory(tmp_path, FakeClock())
    yield created
    created.close()


def recorded(stored: StoredHistory, service: FakeService | None = None) -> Stage:
    """Return an app with a history of Total Plays, 40 more each day."""
    points = tuple(("total-plays", NOW - n * DAY, 45_210.0 - 40 * n) for n in range(100, 0, -1))
    stored.save_visit(NOW - DAY, history=points)
    return Stage(service, clock=stored.clock, repository=stored.repository())


def chart(stage: Stage, name: str = "plays") -> Chart:
    return stage.app.screen.query_one(f"#{name}-chart", Chart)


def requests(stage: Stage, name: str) -> list[object]:
    """Return the last argument of each request of an endpoint."""
    return [call.arguments[-1] for call in stage.service.calls if call.name == name]


def note(stage: Stage) -> str:
    return stage.text("#gains > .note")


# What is shown and requested


async def test_plays_and_downloads_stand_first_each_with_the_period_before() -> None:
    stage = Stage()
    async with stage.run("3", size=(80, 24)) as pilot:
        rows = lines(stage)
        assert "Plays and downloads per day" in rows[2]
        assert [row.split()[-1] for row in rows[3:6]] == ["plays", "1,740", "1%"]
        downloads = next(index for index, row in enumerate(rows) if row.endswith("Downloads"))
        assert rows[downloads + 1].split()[-1] == "45"
        assert chart(stage).data.title == SERVICE_TITLE
        for name in ("plays", "downloads"):
            steps = chart(stage, name).data.steps
            assert len(steps) == 30
            assert None not in [step.previous for step in steps]
        # The same days stand above each other.
        plots = [chart(stage, name).plot for name in ("plays", "downloads")]
        assert plots[0] is not None
        assert plots[1] is not None
        assert plots[0].columns == plots[1].columns
        await press(pilot, "p")
        assert "Plays and downloads per week" in text_of(stage.app)


async def test_each_period_costs_its_requests_once() -> None:
    stage = Stage()
    async with stage.run("3", size=SIZE) as pilot:
        assert requests(stage, "plays") == ["90d"]
        assert requests(stage, "downloads") == [1, 2, 3, 4, 5]
        await press(pilot, "p")
        # The months of a year are too long for 90 days.
        assert requests(stage, "plays") == ["90d", "1y"]
        assert requests(stage, "downloads") == list(range(1, 11))
        await press(pilot, "p", "p", "p", "p", "p")
        assert requests(stage, "plays") == ["90d", "1y", "30d"]
        assert requests(stage, "downloads") == list(range(1, 11))


async def test_answers_are_kept_as_long_as_they_are_fresh() -> None:
    stage = Stage()
    async with stage.run("3", size=SIZE) as pilot:
        for seconds, plays in ((310, 1), (310, 1), (310, 2)):
            stage.clock.advance(seconds)
            await press(pilot, "4", "3")
            assert len(requests(stage, "plays")) == plays
        # New downloads come with the figures of the period.
        assert requests(stage, "downloads") == [1, 2, 3, 4, 5]
        assert len(requests(stage, "activity_in")) == 4


async def test_home_requests_neither() -> None:
    stage = Stage()
    async with stage.run(size=SIZE):
        assert not {"plays", "downloads", "activity_in"} & set(stage.service.requested)


# Plays that BeatPass does not send

UNREADABLE = PlaysOverTime(None)


@pytest.mark.parametrize(
    "answer",
    [UNREADABLE, Forbidden("No.", status=403), NotFound("No.", status=404),
     ServerError("No.", status=500), Unreachable("No network.")],
    ids=repr,
)  # fmt: skip
async def test_unavailable_plays_are_a_quiet_line_above_recorded_ones(
    stored: StoredHistory, answer: object
) -> None:
    service = FakeService()
    service.script("plays", answer)
    stage = recorded(stored, service)
    async with stage.run("3", size=SIZE) as pilot:
        await until(pilot, lambda: not chart(stage).data.is_empty)
        assert chart(stage).data.title == GAINS_TITLE
        assert chart(stage).data.steps[-1].value == 40
        is_outage = isinstance(answer, Unreachable)
        reason = "Plays over time: not sent by BeatPass · o on a chart opens them"
        assert note(stage) == ("Unavailable" if is_outage else reason)
        assert stage.notice.startswith("Midnight Drive")
        assert requests(stage, "plays") == ["90d"]
        await press(pilot, "c")
        assert chart(stage).data.title == TOTAL_TITLE
        await press(pilot, "c")
        assert chart(stage).data.title == GAINS_TITLE


async def test_without_both_sources_the_chart_says_so() -> None:
    service = FakeService()
    service.script("plays", UNREADABLE)
    stage = Stage(service)
    async with stage.run("3", size=SIZE) as pilot:
        assert "Plays over time: not sent by BeatPass" in text_of(stage.app)
        assert "o on a chart" not in text_of(stage.app)
        assert "c Total" not in lines(stage)[-1]
        await press(pilot, "c")
        assert chart(stage).data.title == SERVICE_TITLE
        service.script("plays", nova_plays)
        stage.clock.advance(60)
        await press(pilot, "r")
        assert not chart(stage).data.is_empty
        assert "not available" not in text_of(stage.app)


async def test_second_timeframe_is_requested_if_steps_are_too_long() -> None:
    service = FakeService()

    def weekly(artist: int, timeframe: str) -> PlaysOverTime:
        if timeframe != "90d":
            return nova_plays(artist, timeframe)
        return PlaysOverTime({NOW.date() - 7 * n * DAY: 300 for n in range(13)}, "week")

    service.script("plays", weekly)
    stage = Stage(service)
    async with stage.run("3", size=SIZE):
        assert requests(stage, "plays") == ["90d", "30d"]
        data = chart(stage).data
        assert data.title == SERVICE_TITLE
        assert {step.previous for step in data.steps} == {None}


async def test_offline_plays_stay_with_the_downloads() -> None:
    stage = Stage()
    async with stage.run("3", size=SIZE) as pilot:
        stage.clock.advance(60)
        stage.service.fail(Unreachable("No network."), "plays", "activity_in", "downloads")
        await press(pilot, "r")
        assert len(chart(stage).data.steps) == len(chart(stage, "downloads").data.steps) == 30
        assert note(stage) == ""
        assert "offline" in stage.notice


# Recorded plays


async def test_c_switches_between_plays_that_are_never_joined(stored: StoredHistory) -> None:
    stage = recorded(stored)
    async with stage.run("3", size=SIZE) as pilot:
        await until(pilot, lambda: len(stage.app.screen.query_one("#chart", Chart).data.steps) > 90)
        shown: Mapping[str, set[float | None]] = {
            SERVICE_TITLE: {40 + 6 * weekday for weekday in range(7)},
            GAINS_TITLE: {40.0},
            TOTAL_TITLE: {45_210.0 - 40 * n for n in range(30)},
        }
        for title in (*shown, SERVICE_TITLE):
            await until(pilot, lambda: bool(chart(stage).data.steps))
            data = chart(stage).data
            assert data.title == title
            assert {step.value for step in data.steps} == shown[title]
            await press(pilot, "c")
        # The choice stays with another period.
        await press(pilot, "p")
        assert chart(stage).data.title == GAINS_TITLE.replace("day", "week")
        # The chart of a number has its own.
        await press(pilot, "tab", "tab", "tab", "tab", "c")
        assert stage.app.screen.query_one("#chart", Chart).data.is_line
        assert chart(stage).data.title == GAINS_TITLE.replace("day", "week")


# Audience figures


def figures(stage: Stage) -> tuple[tuple[str, ...], ...]:
    return stage.app.screen.query_one("#figures", FigureTable).table


async def test_figures_are_compared_with_those_recorded_one_period_ago(
    stored: StoredHistory,
) -> None:
    earlier = NOW - 29 * DAY
    history = ((audience_id("30d", "plays"), earlier, 1_400.0),)
    stored.save_visit(NOW - DAY, history=history)
    stage = Stage(clock=stored.clock, repository=stored.repository())
    async with stage.run("3", size=SIZE) as pilot:
        await until(pilot, lambda: len(figures(stage)[0]) == 4)
        assert figures(stage)[:3] == (
            ("", "30 days", "before", "change"),
            ("Plays", "1,530", "1,400", "▲ 9%"),
            ("Downloads", "45", "—", ""),
        )
        await press(pilot, "p")
        assert figures(stage)[0] == ("", "90 days")
        await press(pilot, "p")
        assert figures(stage)[0] == ("", "All time")
        assert stage.app._repository is not None
        await wait_for_writes(stage.app._repository)
    store = stored.store()
    kept = store.load_daily_samples(ACCOUNT_KEY, ARTIST)
    assert [value for _, value in kept["activity.90d.plays"]] == [4_522]
    assert "activity.all.plays" not in kept


# Downloads


async def test_long_list_is_loaded_up_to_a_limit_and_the_rest_on_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(downloads_page, "REST_PACE", 0.0)
    stage = Stage()
    async with stage.run("3", "p", "p", size=SIZE) as pilot:
        hours = stage.app.screen.query_one("#pattern", Section)
        assert hours.detail == "500 of 1,204 downloads"
        assert "L Load all" in lines(stage)[-1]
        assert requests(stage, "downloads") == list(range(1, 11))
        first = next(step for step in chart(stage, "downloads").data.steps if step.value)
        await press(pilot, "L")
        assert hours.detail == "1,204 of 1,204 downloads"
        assert requests(stage, "downloads") == list(range(1, 26))
        steps = chart(stage, "downloads").data.steps
        assert steps[0].start < first.start
        assert sum(step.value or 0 for step in steps) == 1_204
        pattern = stage.app.screen.query_one(HourPattern).pattern
        assert sum(map(sum, pattern.counts)) == 1_204


async def test_refresh_does_not_stop_loading_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    stage, gate = Stage(), asyncio.Event()
    monkeypatch.setattr(downloads_page, "REST_PACE", 0.0)
    async with stage.run("3", "p", "p", size=SIZE) as pilot:
        stage.service.script("downloads", gate, partial(nova_activity, size=50))
        await press(pilot, "L")
        stage.clock.advance(310)
        await press(pilot, "4", "3")
        gate.set()
        await idle(pilot)
        assert stage.app.screen.query_one("#pattern", Section).detail == "1,204 of 1,204 downloads"


async def test_failed_page_of_downloads_is_reported_until_retried() -> None:
    service = FakeService()
    service.fail(ServerError("No list today.", status=500), "downloads")
    stage = Stage(service)
    async with stage.run("3", size=SIZE) as pilot:
        assert "! Downloads: No list today" in stage.notice
        assert requests(stage, "downloads") == [1]
        # The newest twenty came with the figures.
        assert sum(step.value is not None for step in chart(stage, "downloads").data.steps) == 5
        service._scripts.clear()
        stage.clock.advance(60)
        await press(pilot, "r")
        assert None not in [step.value for step in chart(stage, "downloads").data.steps]
        assert stage.notice.startswith("Midnight Drive")


# Cursor


async def test_both_charts_have_the_same_cursor() -> None:
    stage = Stage()
    async with stage.run("3", "tab", size=SIZE) as pilot:
        assert chart(stage).has_focus
        assert stage.notice == "Monday, November 23, 2026 · 40 plays · 70 before"
        await press(pilot, "left", "left")
        assert "Saturday, November 21, 2026 · 70 plays" in stage.notice
        await press(pilot, "down")
        assert chart(stage, "downloads").has_focus
        assert "Saturday, November 21, 2026 · 3 downloads" in stage.notice
        await press(pilot, "end", "up")
        assert stage.notice.startswith("Monday, November 23, 2026 · 40 plays")
        await press(pilot, "y")
        assert stage.copied[-1] == "Monday, November 23, 2026: 40 plays · 70 before"


async def test_everything_is_in_words_in_accessible_mode() -> None:
    stage = Stage(settings=Settings(accessible=True, keyboard=Keyboard(words=True)))
    async with stage.run("3", size=(80, 64)):
        shown = " ".join(text_of(stage.app).split())
        for words in (
            "Plays per day, from BeatPass: per day 58, 30 days 1,740, 1% less than before, most on",
            "Downloads per day, from BeatPass: per day ",
            "Busiest: ",
            "uploads in 12 months, on ",
        ):
            assert words in shown
