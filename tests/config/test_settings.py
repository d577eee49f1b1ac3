"""Effects of the settings in the running program."""

from __future__ import annotations

import calendar
import math
import re
from pathlib import Path

import pytest
from rich.color import ColorSystem
from textual.app import App
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from beatpass_tui import formatting
from beatpass_tui.config import themes
from beatpass_tui.config.settings import OPTIONS, THEMES, Settings
from beatpass_tui.errors import ServerError
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.page import Page
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.storage.store import Store
from beatpass_tui.widgets.period_charts import PeriodHeading
from support.app_harness import FakeAccess, Stage, idle, press, text_of, until
from support.fakes import FakeClock, FakeService, query_of

SIZE, TALL = (80, 24), (80, 50)


# Start page


@pytest.mark.parametrize("page", next(o.values for o in OPTIONS if o.name == "start_page"))
async def test_start_page_opens_and_escape_goes_home(page: str) -> None:
    stage = Stage(settings=Settings(start_page=page))
    async with stage.run() as pilot:
        assert isinstance(stage.app.screen, Page)
        assert stage.app.screen.info.name == page
        assert "Nova Reyes" in text_of(stage.app)
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)
        assert "45,210" in text_of(stage.app)


async def test_start_page_opens_only_after_the_first_sign_in() -> None:
    stage = Stage(access=FakeAccess(needs_sign_in=True), settings=Settings(start_page="progress"))
    async with stage.run() as pilot:
        await pilot.press(*"901", "enter")
        await until(pilot, lambda: "▸ Progress" in text_of(stage.app))
        await press(pilot, "escape")
        stage.app.sign_out()
        await until(pilot, lambda: "Personal access token" in text_of(stage.app))
        await pilot.press(*"901", "enter")
        await until(pilot, lambda: "▸ Dashboard" in text_of(stage.app))


@pytest.mark.parametrize("period, label", [("7d", "7 days"), ("all", "all time")])
async def test_activity_opens_with_the_configured_period(period: str, label: str) -> None:
    stage = Stage(settings=Settings(period=period, start_page="activity"))
    async with stage.run(size=TALL):
        assert f"Audience · {label}" in text_of(stage.app)
        assert stage.app.screen.query_one(PeriodHeading).value == period
        requests = [call.arguments for call in stage.service.calls if call.name == "activity_in"]
        assert [arguments[1:] for arguments in requests] == [(period, 1)]


# Numbers


@pytest.mark.parametrize(
    "value, short",
    [
        (None, "—"),
        (0, "0"),
        (999, "999"),
        (1000, "1K"),
        (45_210, "45.2K"),
        (45_000, "45K"),
        (99_999, "99.9K"),
        (123_456, "123K"),
        (999_999, "999K"),
        (1_234_567, "1.2M"),
        (7.9, "8"),
        (-45_210, "−45.2K"),
        (1_500_000_000, "1.5B"),
        (10**23, "100,000,000,000T"),
    ],
)
def test_short_numbers_are_rounded_down(value: float | None, short: str) -> None:
    assert formatting.short_count(value) == short


async def test_short_numbers_are_shown_and_copied_exactly() -> None:
    stage = Stage(settings=Settings(numbers="short"))
    async with stage.run(size=TALL) as pilot:
        assert stage.card("total-plays")[0] == "45.2K"
        assert stage.card("downloads")[0] == "1.2K"
        assert stage.card("tracks")[0] == "128"
        await pilot.press("tab", "right", "y")
        await idle(pilot)
        assert stage.copied[-1] == "45,210"
        await press(pilot, "3")
        assert "2.3K" in text_of(stage.app)
        await press(pilot, "6")
        assert "7.9K" in text_of(stage.app)


# Dates

OTHER_STYLES = {
    "eu": re.compile(r"\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}|\b[A-Z][a-z]{2,8} \d{1,2}\b(?!:)"),
    "us": re.compile(r"\d{4}-\d\d-\d\d|\d\d\.\d\d\.\d{4}|\b\d{1,2} [A-Z][a-z]{2,8}\b"),
}
"""Dates that a style does not use."""


@pytest.mark.parametrize("style, other", OTHER_STYLES.items())
async def test_dates_have_one_style_on_every_page(style: str, other: re.Pattern[str]) -> None:
    months = re.compile("|".join((*calendar.month_name[1:], *calendar.month_abbr[1:])))
    stage, seen = Stage(settings=Settings(dates=style)), 0
    async with stage.run(size=(160, 45)) as pilot:
        for key in "1234567":
            await press(pilot, key)
            for line in text_of(stage.app).splitlines():
                wrong = [each for each in other.findall(line) if "-" in each or months.search(each)]
                assert not wrong, line
                seen += bool(re.search(r"\d\d[./]\d\d[./]\d{4}", line))
    assert seen > 3


# Automatic refresh


async def fetched_query(refresh: float | None, *, fails: bool = False) -> Query[int]:
    async def fetch() -> int:
        if fails:
            raise ServerError("No.", status=500)
        return 1

    query = query_of(fetch, FakeClock(), refresh_after=refresh)
    await query.fetch()
    return query


@pytest.mark.parametrize(
    "refresh, wait",
    [(None, 900.0), (300.0, 300.0), (3600.0, 3600.0), (1.0, 60.0), (math.inf, None)],
)
async def test_answer_is_refreshed_after_the_configured_time(
    refresh: float | None, wait: float | None
) -> None:
    query = await fetched_query(refresh)
    assert query.retry_in == wait
    assert not query.is_due(Trigger.AUTOMATIC)


async def test_refresh_off_does_not_retry_failures() -> None:
    query = await fetched_query(math.inf, fails=True)
    assert query.retry_in is None
    assert query.is_due(Trigger.MANUAL)


async def test_refresh_off_still_retries_calculating_growth() -> None:
    clock = FakeClock()

    async def fetch() -> int:
        return 1

    query = query_of(fetch, clock, refresh_after=math.inf, is_incomplete=lambda _: True)
    await query.fetch()
    assert query.retry_in == 30.0


@pytest.mark.parametrize("minutes, seconds", [(None, 900.0), (5.0, 300.0), (0.0, None)])
async def test_session_takes_the_refresh_time_in_minutes(
    minutes: float | None, seconds: float | None
) -> None:
    session = Session(FakeService(), FakeClock(), jitter=lambda: 0.0, refresh=minutes)
    await session.load((session.stats,), Trigger.AUTOMATIC, lambda: None)
    assert session.stats.retry_in == seconds


async def test_refresh_off_sends_nothing_for_a_day() -> None:
    service, clock = FakeService(), FakeClock()
    stage = Stage(service, clock=clock, settings=Settings(refresh=0))
    async with stage.run() as pilot:
        before = len(service.calls)
        clock.advance(86_400)
        assert isinstance(stage.app.screen, Page)
        stage.app.screen.update()
        await idle(pilot)
        assert len(service.calls) == before
        await press(pilot, "r")
        assert len(service.calls) > before


# Bell and mouse


@pytest.mark.parametrize("bell, count", [(True, 1), (False, 0)])
async def test_bell_rings_only_if_enabled(
    monkeypatch: pytest.MonkeyPatch, bell: bool, count: int
) -> None:
    bells: list[object] = []
    monkeypatch.setattr(App, "bell", lambda app: bells.append(app))
    stage = Stage(settings=Settings(bell=bell))
    async with stage.run():
        stage.app.bell()
    assert len(bells) == count


# Themes


def test_all_themes_are_listed() -> None:
    assert set(THEMES) == {themes.DARK.name, themes.LIGHT.name, *BUILTIN_THEMES}


@pytest.mark.parametrize("theme", [None, "nord", "of another version"])
async def test_app_starts_with_the_configured_theme(theme: str | None) -> None:
    stage = Stage(theme=theme)
    async with stage.run():
        assert stage.app.theme == ("nord" if theme == "nord" else themes.DARK.name)


async def test_selected_theme_is_restored_on_the_next_run(tmp_path: Path) -> None:
    clock = FakeClock()

    def repository() -> HistoryRepository:
        store = Store(tmp_path / "store.sqlite3", clock.now)
        return HistoryRepository(store, "https://open.beatpass.ca", clock)

    stage = Stage(repository=repository())
    async with stage.run() as pilot:
        assert stage.app.theme == themes.DARK.name
        stage.app.theme = themes.LIGHT.name
        await idle(pilot)
        stage.app.close_repository()
    for requested, expected in ((None, themes.LIGHT.name), ("nord", "nord")):
        app = Stage(repository=repository(), theme=requested).app
        assert app.theme == expected
        app.close_repository()


ALL_THEMES = [themes.DARK, themes.LIGHT, *BUILTIN_THEMES.values()]


@pytest.mark.parametrize("theme", ALL_THEMES, ids=lambda theme: theme.name)
def test_text_is_readable_on_all_backgrounds_of_all_themes(theme: Theme) -> None:
    variables = {**theme.to_color_system().generate(), **theme.variables}
    backgrounds = [Color.parse(variables[name]) for name in ("background", "surface", "panel")]
    colors = themes.color_variables(theme)
    if any(background.ansi is not None for background in backgrounds):
        assert {*colors, "panel"} == set(themes.color_variables(themes.DARK))
        return
    assert "foreground" in colors
    backgrounds[2] = Color.parse(colors.pop("panel"))
    under_cursor = backgrounds[1:2] if themes.shows_tiles(theme) else backgrounds[:2]
    assert min(themes.contrast(backgrounds[2], each) for each in under_cursor) >= 1.11
    lines = {"edge": 1.4, "track": 1.15, "grid": 1.05, "cell": 1.05}
    for name, value in colors.items():
        # Faint text becomes muted, and there are no empty cells, on the fill of a cursor.
        on = backgrounds[:2] if name in ("faint", "cell") else backgrounds
        for background in on:
            contrast = themes.contrast(Color.parse(value), background)
            assert contrast >= lines.get(name, 4.45), (name, background.hex)
    if themes.shows_tiles(theme):
        assert themes.contrast(*backgrounds[:2]) >= 1.15


def test_readable_colors_are_unchanged() -> None:
    assert themes.color_variables(themes.DARK)["quiet"] == "#93A7BA"
    assert themes.color_variables(themes.DARK)["faint"] == "#7D93A8"
    assert themes.color_variables(themes.DARK)["ink-primary"] == themes.DARK.primary
    assert themes.shows_tiles(themes.DARK)
    assert themes.shows_tiles(themes.LIGHT)


@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT], ids=lambda theme: theme.name)
def test_terminals_with_few_colors_show_calm_ones(theme: Theme) -> None:
    red = {1, 9}
    albums = Color.parse(themes.color_variables(theme, color_system="standard")["hue-albums"])
    for share in (0.72, 0.78, 1.0):
        shade = Color.parse(theme.background or "").blend(albums, share).rich_color
        assert shade.downgrade(ColorSystem.STANDARD).number not in red, "Albums look like losses"


@pytest.mark.parametrize("name", ["panel", "track", "grid", "cell"])
def test_cursor_and_lines_are_not_teal_in_256_colors(name: str) -> None:
    color = Color.parse(themes.color_variables(themes.DARK, color_system="256")[name])
    nearest = color.rich_color.downgrade(ColorSystem.EIGHT_BIT).get_truecolor()
    assert nearest.green == nearest.red


def test_contrast_follows_wcag() -> None:
    white, black = Color.parse("#FFFFFF"), Color.parse("#000000")
    assert themes.contrast(white, black) == pytest.approx(21.0)
    assert themes.contrast(white, white) == pytest.approx(1.0)
    assert themes.contrast(Color.parse("#777777"), white) == pytest.approx(4.48, abs=0.01)
