"""The history chart: rendering at any size, and its cursor."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.pilot import Pilot

from beatpass_tui.models.trends import DAY, MONTH, WEEK, Scale
from beatpass_tui.widgets.history_chart import ChartData, HistoryChart
from support.app_harness import idle, text_of
from support.speed import draw

TODAY = date(2026, 11, 23)


class ChartApp(App[None]):
    """An app with a chart that fills the window."""

    CSS = """
    HistoryChart { width: 100%; height: 100%; }
    .history-chart--label, .history-chart--column, .history-chart--cursor { color: white; }
    """

    def __init__(self, history: ChartData) -> None:
        super().__init__()
        self.data = history
        self.moves = 0
        self.requested: list[int] = []

    def compose(self) -> ComposeResult:
        chart = HistoryChart()
        chart.data = self.data
        yield chart

    def on_cursor_widget_highlighted(self) -> None:
        self.moves += 1

    def on_history_chart_number_requested(self, event: HistoryChart.NumberRequested) -> None:
        self.requested.append(event.steps)

    @property
    def chart(self) -> HistoryChart:
        return self.query_one(HistoryChart)

    @property
    def rows(self) -> list[str]:
        return text_of(self).split("\n")


def history(*values: float | None, number: str = "total-plays", scale: Scale = DAY) -> ChartData:
    days = {"day": 1, "week": 7, "month": 31}[scale.name]
    starts = [TODAY - timedelta(days=days * n) for n in range(len(values) - 1, -1, -1)]
    return ChartData(number, scale, tuple(zip(starts, values, strict=True)))


async def render_rows(data: ChartData, size: tuple[int, int] = (60, 6)) -> list[str]:
    """Return the rows of a chart without the focus."""
    app = ChartApp(data)
    async with app.run_test(size=size) as pilot:
        app.screen.set_focus(None)
        await idle(pilot)
        return app.rows


async def test_scale_runs_from_lowest_to_highest_value() -> None:
    rows = await render_rows(history(100, 150, 200))
    assert rows[0] == "     200 ┤      ███"
    assert rows[4] == "     100 ┤▁▁▁██████"
    assert [row[8] for row in rows[:5]] == [" "] * 5
    assert [row[9] for row in rows[:5]] == ["┤", "│", "│", "│", "┤"]
    assert rows[5].split() == ["Nov", "23"]


async def test_gap_is_blank_unlike_lowest_value() -> None:
    rows = await render_rows(history(100, None, 200))
    assert rows[4] == "     100 ┤▁▁▁   ███"
    assert rows[0] == "     200 ┤      ███"


async def test_single_value_is_a_column() -> None:
    rows = await render_rows(history(None, None, 5))
    assert rows[4].startswith("       5 ┤      ▁▁▁")


async def test_equal_values_are_at_the_bottom() -> None:
    rows = await render_rows(history(5, 5, 5))
    assert rows[4] == "       5 ┤▁▁▁▁▁▁▁▁▁"
    assert all("▁" not in row for row in rows[:4])


async def test_small_change_of_large_number_looks_small() -> None:
    rows = await render_rows(history(873, 873, 874))
    assert "█" not in "".join(rows)


@pytest.mark.parametrize(
    "values, least",
    [
        ((0.0, 0.0), "0.0%"),
        ((0.0, -0.0), "0.0%"),
        ((-7.5, 3.2), "-7.5%"),
        ((-7.5, -9.0, -1.0), "-9.0%"),
    ],
)
async def test_negative_growth(values: tuple[float, ...], least: str) -> None:
    rows = await render_rows(history(*values, number="growth"))
    assert rows[0].split()[0].endswith("%")
    assert rows[4].split()[0] == least


async def test_long_scale_label_is_abbreviated() -> None:
    rows = await render_rows(history(1, 123_456_789_012))
    assert rows[0].startswith(" 123.45B ┤") or rows[0].startswith("123.45B")


async def test_empty_history_has_a_message() -> None:
    rows = await render_rows(ChartData("total-plays"))
    assert rows[0].strip().startswith("No history yet")
    assert "".join(rows[1:]).strip() == ""


async def test_history_of_gaps_has_another_message() -> None:
    rows = await render_rows(history(*[None] * 60), (80, 6))
    assert "No history yet" not in rows[0]
    assert rows[0].strip() == "No history in these 60 days."


async def test_chart_with_only_gaps_visible_is_not_empty() -> None:
    """The older values are left of a narrow window."""
    rows = await render_rows(history(5, 7, *[None] * 50), (30, 6))
    assert "Nothing" not in "".join(rows)
    assert rows[5].strip() != ""


# Sizes


SHAPES = {
    "nothing": ChartData("total-plays"),
    "one": history(5),
    "equal": history(5, 5, 5),
    "gaps": history(None, 5, None, None, 900_000, None),
    "only gaps": history(*[None] * 60),
    "many": history(*[float(n * n) for n in range(60)]),
    "negative": history(-1e15, 1e15, number="growth"),
    "months": history(*[float(n) for n in range(36)], scale=MONTH),
}


@pytest.mark.parametrize("name", SHAPES)
async def test_every_size_is_rendered(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = ChartApp(SHAPES[name])
    async with app.run_test(size=(200, 50)):
        for focused in (True, False):
            app.screen.set_focus(app.chart if focused else None)
            for width, height in product((*range(1, 31), 80, 200, 500), (1, 2, 7)):
                # Like the compositor, render each line of a widget of that size.
                monkeypatch.setattr(HistoryChart, "size", Size(width, height))
                for back in (0, 1, 30, 59):
                    app.chart.back = back
                    for y in range(height):
                        assert app.chart.render_line(y).cell_length == width
        monkeypatch.undo()


@pytest.mark.parametrize("size", [(1, 1), (5, 2), (11, 3), (12, 1), (30, 4)])
async def test_small_window_is_rendered(size: tuple[int, int]) -> None:
    app = ChartApp(SHAPES["many"])
    async with app.run_test(size=size) as pilot:
        await pilot.press("left", "home", "end", "left", "left")
        await idle(pilot)
        assert app.chart.back == 2


async def test_columns_are_at_most_three_cells_wide() -> None:
    rows = await render_rows(history(1, 2), (120, 5))
    assert rows[3].count("▁") == 3


# The cursor


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await idle(pilot)


async def test_cursor_shows_day_and_value_and_stops_at_both_ends() -> None:
    app = ChartApp(history(100, None, 1_200))
    async with app.run_test(size=(60, 6)) as pilot:
        await idle(pilot)
        assert app.chart.current == ("Monday, November 23, 2026", "1,200")
        assert app.rows[5].strip() == "1,200 · Monday, November 23, 2026"
        await press(pilot, "right")
        assert app.chart.back == 0
        await press(pilot, "left")
        assert app.chart.current == ("Sunday, November 22, 2026", "—")
        await press(pilot, "home", "left", "left")
        assert app.chart.current == ("Saturday, November 21, 2026", "100")
        await press(pilot, "end")
        assert app.chart.back == 0


@pytest.mark.parametrize(
    "scale, text",
    [
        (DAY, "Monday, November 23, 2026"),
        (WEEK, "week of Monday, November 23, 2026"),
        (MONTH, "November 2026"),
    ],
)
async def test_step_is_formatted_by_its_scale(scale: Scale, text: str) -> None:
    app = ChartApp(history(1, 2, scale=scale))
    async with app.run_test(size=(60, 6)) as pilot:
        await idle(pilot)
        assert app.chart.current == (text, "2")


async def test_cursor_is_always_visible() -> None:
    app = ChartApp(history(*[float(n) for n in range(60)]))
    async with app.run_test(size=(21, 6)) as pilot:
        for back in (0, 5, 9, 10, 30, 59):
            app.chart.back = back
            first, shown, cells = app.chart._visible_steps()
            assert (shown, cells) == (10, 1)
            assert first <= 59 - back < first + shown
            await idle(pilot)


async def test_cursor_moves_into_shorter_history() -> None:
    app = ChartApp(history(1, 2, 3))
    async with app.run_test(size=(60, 6)) as pilot:
        await press(pilot, "home")
        app.chart.data = history(8, 9)
        await idle(pilot)
        assert app.chart.current == ("Sunday, November 22, 2026", "8")
        app.chart.data = ChartData("tracks")
        await idle(pilot)
        assert app.chart.current is None
        await press(pilot, "left", "right", "home", "end")


async def test_up_and_down_request_another_number() -> None:
    app = ChartApp(history(1))
    async with app.run_test(size=(60, 6)) as pilot:
        await press(pilot, "down", "j", "up", "k")
        assert app.requested == [1, 1, -1, -1]


async def test_each_move_posts_one_message() -> None:
    app = ChartApp(history(1, 2, 3))
    async with app.run_test(size=(60, 6)) as pilot:
        await idle(pilot)
        before = app.moves
        await press(pilot, "left", "h", "left")
        # The third one stops at the end.
        assert app.moves == before + 2


@pytest.mark.parametrize("column, back", [(10, 2), (12, 2), (13, 1), (18, 0), (19, 0)])
async def test_click_moves_cursor(column: int, back: int) -> None:
    app = ChartApp(history(1, 2, 3))
    async with app.run_test(size=(60, 6)) as pilot:
        await pilot.click(HistoryChart, offset=(column, 2))
        await idle(pilot)
        assert app.chart.back == back


async def test_equal_data_is_not_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ChartApp(history(1, 2))
    async with app.run_test(size=(60, 6)) as pilot:
        await idle(pilot)
        draw(app)
        lines: list[int] = []
        render = HistoryChart.render_line

        def count(self: HistoryChart, y: int) -> object:
            lines.append(y)
            return render(self, y)

        monkeypatch.setattr(HistoryChart, "render_line", count)
        app.chart.data = history(1, 2)
        await idle(pilot)
        draw(app)
        assert lines == []
        app.chart.data = history(1, 3)
        await idle(pilot)
        draw(app)
        assert lines
