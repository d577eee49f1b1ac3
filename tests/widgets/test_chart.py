"""The chart: drawing at any size, its cursor, and other ways to read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from textual.events import MouseMove
from textual.geometry import Size
from textual.pilot import Pilot
from textual.widget import Widget

from beatpass_tui.config.settings import Settings
from beatpass_tui.models.trends import DAY, MONTH, WEEK, Scale
from beatpass_tui.screens.terminal_app import TerminalApp
from beatpass_tui.view_models.charts import ChartData, ChartStep, Total
from beatpass_tui.widgets.chart import Chart
from support.app_harness import idle, text_of
from support.snapshots import Compare
from support.speed import draw

TODAY = date(2026, 11, 27)


class ChartApp(TerminalApp):
    """An app with vertically stacked charts."""

    CSS_PATH = "../../beatpass_tui/beatpass.tcss"
    CSS = "Screen { layers: base; } Chart { height: 1fr; margin: 0; }"

    def __init__(
        self,
        *charts: ChartData,
        accessible: bool = False,
        ascii_only: bool = False,
        title: bool = True,
        dates: bool = True,
        focus: bool = True,
    ) -> None:
        super().__init__(Settings(accessible=accessible), None, ascii_only=ascii_only)
        self._charts = [Chart(data, title=title, dates=dates) for data in charts]
        for chart in self._charts:
            chart.can_focus = focus
        self.moves = 0
        self.requested: list[int] = []

    def compose(self) -> list[Widget]:
        return list(self._charts)

    def on_cursor_widget_highlighted(self) -> None:
        self.moves += 1

    def on_chart_number_requested(self, event: Chart.NumberRequested) -> None:
        self.requested.append(event.steps)

    @property
    def chart(self) -> Chart:
        return self._charts[0]

    @property
    def rows(self) -> list[str]:
        return text_of(self).split("\n")


def gains(
    *values: float | None,
    scale: Scale = DAY,
    estimated: tuple[int, ...] = (),
    previous: tuple[float, ...] = (),
    is_line: bool = False,
    number: str = "total-plays",
    totals: tuple[Total, ...] = (),
) -> ChartData:
    """Return a chart of plays whose last step contains today."""
    count = len(values)
    last = scale.start(TODAY)
    steps = tuple(
        ChartStep(
            scale.subtract(last, count - 1 - index),
            value,
            index - count in estimated,
            previous[index] if previous else None,
        )
        for index, value in enumerate(values)
    )
    title = "Total Plays" if is_line else f"Plays per {scale.name}"
    return ChartData(number, title, "plays", scale, steps, is_line, totals=totals)


GAINS = (
    *(71, 60, 80, 83, 32, 42, 38, 42, 60, 60, 60, 40, 42, 66, 113),
    *(71, 73, 54, 43, 49, 59, 82, 84, 41, 47, 49, 66, 106, 131, 58),
)
TOTALS = (Total("today", "58"), Total("7 days", "498", 12.4), Total("30 days", "1,902", -6.1))

BARS = gains(*[50] * 30, *GAINS, estimated=(-20, -21, -22), totals=TOTALS)
LOSING = gains(*[50] * 30, *GAINS[:-7], 35, 30, 26, 31, -53, 0, 12, estimated=(-20, -21, -22))
LINE = gains(
    *(43_000 + sum(GAINS[: index + 1]) for index in range(len(GAINS))),
    estimated=(-20, -21, -22),
    is_line=True,
    totals=(Total("", "44,895"),),
)
BEFORE = gains(*GAINS, previous=tuple(reversed(GAINS)), number="downloads")


async def render_rows(data: ChartData, size: tuple[int, int] = (40, 8)) -> list[str]:
    """Return the rows of a chart without a cursor."""
    app = ChartApp(data, focus=False)
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        return app.rows


# Drawing


async def test_bars_stand_on_zero_with_axis_and_dates() -> None:
    data = gains(None, 0, 5, 20, 40, totals=TOTALS[:1])
    assert await render_rows(data, (24, 8)) == [
        "Plays per day   today 58",
        "40                   ███",
        "                     ███",
        "                     ███",
        "20 ▔▔▔▔▔▔▔▔▔▔▔▔▔███▔▔███",
        "                ███  ███",
        # An unknown day has no base line, unlike a day without a gain.
        " 0     ▁▁▁▁▁▆▆▆▁███▁▁███",
        "   Nov 23",
    ]


async def test_losses_hang_below_the_base_line() -> None:
    rows = await render_rows(gains(30, 2, -5, 20), (24, 8))
    assert rows[6:] == [" 0 ████▁▁▃▃▃▃▁▁▁▁▁▁▁████", "              ▀▀▀▀"]


async def test_losses_without_room_for_dates_have_a_row() -> None:
    rows = await render_rows(gains(*[3, -1] * 30), (40, 8))
    assert set(rows[6].strip()) == {"▀", " "}
    assert rows[7].split() == ["Nov", "9", "Nov", "16", "Nov", "23"]


async def test_line_has_its_own_axis_and_gaps() -> None:
    assert (await render_rows(gains(100, 120, None, 180, is_line=True), (24, 7)))[1:] == [
        "180 ∙ ∙ ∙ ∙ ∙ ∙ ∙ ∙ ────",
        "160 ∙ ∙ ∙ ∙ ∙ ∙ ∙ ∙ ∙ ∙",
        "140 ∙ ∙ ∙ ∙ ∙ ∙ ∙ ∙ ∙ ∙",
        "120 ∙ ∙ ∙╭────∙ ∙ ∙ ∙ ∙",
        "100 ─────╯∙ ∙ ∙ ∙ ∙ ∙ ∙",
        "",
    ]


async def test_title_shows_as_many_totals_as_fit() -> None:
    for width, expected in (
        (66, "Plays per day     today 58   7 days 498 ▲ 12%   30 days 1,902 ▼ 6%"),
        (50, "Plays per day          today 58   7 days 498 ▲ 12%"),
        (40, "Plays per day           7 days 498 ▲ 12%"),
        (20, "Plays per day"),
    ):
        assert (await render_rows(BARS, (width, 8)))[0] == expected[:width]


async def test_title_and_dates_can_be_left_out() -> None:
    app = ChartApp(BARS, title=False, dates=False)
    async with app.run_test(size=(66, 8)) as pilot:
        await idle(pilot)
        assert app.rows[0].startswith("160")
        assert app.rows[7].startswith("  0")


FIRST_DAY = replace(
    gains(None),
    empty_text="Daily gains appear from tomorrow",
    empty_note="45,210 plays are today's starting point",
)


async def test_chart_without_values_shows_the_reason() -> None:
    rows = await render_rows(FIRST_DAY, (60, 10))
    assert rows[4].strip() == "Daily gains appear from tomorrow"
    assert rows[5].strip(" ▔") == "45,210 plays are today's starting point"
    assert rows[8] == "  0 " + "▁" * 56
    assert rows[9] == "Nov 27".rjust(60)
    # Without room for a plot, it is a paragraph.
    assert (await render_rows(FIRST_DAY, (60, 5)))[1:3] == [
        "Daily gains appear from tomorrow. 45,210 plays are today's",
        "starting point.",
    ]


SHAPES = {
    "empty": ChartData("total-plays"),
    "first day": FIRST_DAY,
    "one": gains(5),
    "zero": gains(0, 0, 0),
    "unknown": gains(None, None),
    "gaps": gains(None, 5, None, None, 900_000, None),
    "many": gains(*[float(n * n) for n in range(60)]),
    "losses": gains(*[-1e15, 1e15] * 20),
    "only losses": gains(*[-1] * 40),
    "before": BEFORE,
    "line": LINE,
    "negative line": gains(-1e15, 1e15, -3, None, is_line=True),
    "late line": gains(1, *[None] * 60, is_line=True),
    "months": gains(*[float(n) for n in range(36)], scale=MONTH),
    "weeks": gains(*[float(n) for n in range(36)], scale=WEEK),
}


@pytest.mark.parametrize("mode", ["", "accessible", "ascii_only"])
async def test_every_size_is_drawn(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = ChartApp(ChartData(), **{mode: True} if mode else {})
    async with app.run_test(size=(200, 50)):
        chart = app.chart
        for name, data in SHAPES.items():
            chart.data = data
            for width, height in product((*range(1, 20), 80, 106, 200), (1, 2, 3, 4, 9)):
                # Like the compositor, render each line of a widget of that size.
                monkeypatch.setattr(Chart, "size", Size(width, height))
                for chart.cursor in (None, TODAY - timedelta(days=40)):
                    widths = [chart.render_line(y).cell_length for y in range(height)]
                    assert widths == [width] * height, name
        monkeypatch.undo()


async def test_equal_data_is_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ChartApp(gains(1, 2))
    async with app.run_test(size=(60, 6)) as pilot:
        await idle(pilot)
        draw(app)
        rendered: list[int] = []
        render = Chart._render_lines

        def count(self: Chart) -> object:
            rendered.append(1)
            return render(self)

        monkeypatch.setattr(Chart, "_render_lines", count)
        app.chart.data = gains(1, 2)
        await idle(pilot)
        draw(app)
        assert rendered == []
        app.chart.data = gains(1, 3)
        await idle(pilot)
        draw(app)
        # Once for all of its lines.
        assert rendered == [1]


# Cursor


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await idle(pilot)


async def test_cursor_shows_day_and_value_and_stops_at_both_ends() -> None:
    app = ChartApp(gains(100, None, 1_200, previous=(90, 80, 70)))
    async with app.run_test(size=(60, 6)) as pilot:
        await press(pilot)
        assert app.chart.current == ("Friday, November 27, 2026", "1,200 plays · 70 before")
        assert app.rows[0].endswith("Fri Nov 27  1,200 plays · 70 before")
        await press(pilot, "right", "left")
        assert app.chart.current == ("Thursday, November 26, 2026", "— · 80 before")
        await press(pilot, "home", "left")
        assert app.chart.current == ("Wednesday, November 25, 2026", "100 plays · 90 before")
        await press(pilot, "end")
        assert app.chart.cursor is None


async def test_dates_stay_while_the_chart_has_the_cursor() -> None:
    app = ChartApp(BARS)
    async with app.run_test(size=(66, 10)) as pilot:
        await press(pilot, "left", "left")
        assert app.rows[9].split() == ["Nov", "2", "Nov", "9", "Nov", "16", "Nov", "23"]


async def test_cursor_is_always_visible_and_keeps_its_day_in_any_window() -> None:
    app = ChartApp(BARS)
    async with app.run_test(size=(66, 10)) as pilot:
        await press(pilot, *["left"] * 35)
        day = app.chart.cursor
        assert day == TODAY - timedelta(days=35)
        for width in (30, 120, 12, 66):
            await pilot.resize_terminal(width, 10)
            await idle(pilot)
            text_of(app)
            assert app.chart.cursor == day
            plot = app.chart.plot
            assert plot is not None
            assert app.chart.data.index_of(day) in plot.steps


async def test_cursor_keeps_its_day_when_the_data_changes() -> None:
    app = ChartApp(BARS)
    async with app.run_test(size=(66, 10)) as pilot:
        await press(pilot, *["left"] * 30)
        for data, name in (
            (gains(*range(12), scale=MONTH), "October 2026"),
            (gains(*range(12), scale=WEEK), "week of Monday, October 26, 2026"),
            (BARS, "Wednesday, October 28, 2026"),
            # The closest day of a shorter history.
            (gains(8, 9), "Thursday, November 26, 2026"),
        ):
            app.chart.data = data
            await idle(pilot)
            assert app.chart.current is not None
            assert app.chart.current[0] == name
        app.chart.data = ChartData("tracks")
        await press(pilot, "left", "right", "home", "end")
        assert app.chart.current is None


async def test_up_and_down_request_another_number() -> None:
    app = ChartApp(gains(1))
    async with app.run_test(size=(60, 6)) as pilot:
        await press(pilot, "down", "j", "up", "k")
        assert app.requested == [1, 1, -1, -1]


async def test_each_move_posts_one_message() -> None:
    app = ChartApp(gains(1, 2, 3))
    async with app.run_test(size=(60, 6)) as pilot:
        await idle(pilot)
        before = app.moves
        await press(pilot, "left", "h", "left")
        # The third one stops at the end.
        assert app.moves == before + 2


async def test_mouse_shows_a_value_and_a_click_selects_it() -> None:
    app = ChartApp(BARS)
    async with app.run_test(size=(66, 10)) as pilot:
        await idle(pilot)
        text_of(app)
        await pilot.hover(Chart, offset=(65 - 2 * 3, 5))
        await idle(pilot)
        assert "Tue Nov 24  66 plays" in app.rows[0]
        assert app.chart.cursor is None
        await pilot.click(Chart, offset=(65 - 2 * 4, 5))
        await idle(pilot)
        assert app.chart.cursor == date(2026, 11, 23)
        await press(pilot, "left")
        assert "Sun Nov 22  47 plays" in app.rows[0]


async def test_chart_without_focus_shows_the_value_under_the_mouse() -> None:
    app = ChartApp(BARS, focus=False)
    async with app.run_test(size=(66, 10)) as pilot:
        await idle(pilot)
        text_of(app)
        assert "today 58" in app.rows[0]
        await pilot.hover(Chart, offset=(65, 5))
        await idle(pilot)
        assert "Fri Nov 27  58 plays" in app.rows[0]
        app.chart.post_message(MouseMove(app.chart, 0, 0, 0, 0, 0, False, False, False))
        await idle(pilot)
        assert "today 58" in app.rows[0]


async def test_each_number_has_its_color() -> None:
    app = ChartApp(gains(1, 2))
    async with app.run_test(size=(60, 6)) as pilot:
        colors: dict[str, str] = {}
        for number in ("total-plays", "downloads", "followers", "growth", "total-plays"):
            app.chart.data = gains(1, 2, number=number)
            await idle(pilot)
            color = app.chart.styles.color.hex
            assert colors.setdefault(number, color) == color
        assert len(set(colors.values())) == 4


# Accessible mode, no color and snapshots


async def test_accessible_chart_is_a_sentence() -> None:
    app = ChartApp(BARS, accessible=True)
    async with app.run_test(size=(66, 10)) as pilot:
        await press(pilot, "left")
        assert app.rows[:4] == [
            "Plays per day                                Thu Nov 26  131 plays",
            "Plays per day: today 58, 7 days 498, 12% more than before, 30 days",
            "1,902, 6% less than before, most on Thu Nov 26 (131), least on Mon",
            "Nov 2 (32), 3 days estimated.",
        ]


async def test_losses_and_estimates_differ_without_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ChartApp(LOSING, focus=False)
    async with app.run_test(size=(66, 10)) as pilot:
        await idle(pilot)
        assert app.rows[9].count("▼") == 1
        assert app.rows[7].count("▒") == 3


def make_app(*args: ChartData, **options: bool) -> ChartApp:
    return ChartApp(*args, **options)


CHARTS = (BARS, LOSING, LINE, BEFORE)


@pytest.mark.parametrize("size", [(80, 44), (120, 44)], ids=["80x44", "120x44"])
def test_snapshot(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(*CHARTS), terminal_size=size, press=["left", "left"])


@pytest.mark.parametrize("size", [(80, 44), (120, 44)], ids=["80x44", "120x44"])
def test_snapshot_in_ascii(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(*CHARTS, ascii_only=True), terminal_size=size)


@pytest.mark.parametrize("size", [(80, 44), (120, 44)], ids=["80x44", "120x44"])
def test_snapshot_without_color(
    snap_compare: Compare, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(make_app(*CHARTS), terminal_size=size, press=["left", "left"])


def test_snapshot_in_accessible_mode(snap_compare: Compare) -> None:
    assert snap_compare(make_app(*CHARTS, accessible=True), terminal_size=(80, 24))
