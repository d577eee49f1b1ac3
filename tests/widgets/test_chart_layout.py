"""The layout of charts: axes, columns, and date labels at any size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beatpass_tui.models.trends import DAY, MONTH, WEEK, Scale
from beatpass_tui.view_models.charts import ChartData, ChartStep
from beatpass_tui.widgets.chart_layout import (
    Axis,
    axis_labels,
    date_labels,
    gain_axis,
    line_axis,
    place_columns,
    place_plot,
)

examples = settings(max_examples=100)
TODAY = date(2026, 11, 27)
SCALES = st.sampled_from((DAY, WEEK, MONTH))
counts = st.integers(0, 10**7) | st.floats(0, 1e15)
values = st.integers(-(10**7), 10**7) | st.floats(-1e12, 1e12)


def chart(
    gains: Sequence[float | None], scale: Scale = DAY, *, is_line: bool = False, unit: str = "plays"
) -> ChartData:
    """Return a chart whose last step contains today."""
    last = scale.start(TODAY)
    starts = [scale.subtract(last, back) for back in range(len(gains) - 1, -1, -1)]
    steps = tuple(map(ChartStep, starts, gains))
    return ChartData("", "", unit, scale, steps, is_line)


# Axes


@pytest.mark.parametrize(
    "highest, rows, labels, used",
    [
        # As in the mock-ups.
        (131, 8, [0, 40, 80, 120, 160], 8),
        (118, 8, [0, 30, 60, 90, 120], 8),
        (133, 9, [0, 50, 100, 150], 9),
        (10, 6, [0, 5, 10], 6),
        (131, 6, [0, 50, 100, 150], 6),
        (12, 3, [0, 12], 3),
        # Without a divisor, rows at the top stay unused.
        (131, 7, [0, 50, 100, 150], 6),
        (131, 5, [0, 80, 160], 4),
        (131, 11, [0, 80, 160], 10),
        # No gain at all.
        (0, 8, [0, 1, 2], 8),
        (1, 1, [0, 1], 1),
        (45_210, 0, [0], 0),
    ],
)
def test_axis_of_gains(highest: float, rows: int, labels: list[float], used: int) -> None:
    assert gain_axis(highest, rows) == Axis(tuple(labels), used)


@examples
@given(counts, st.integers(1, 40))
def test_axis_of_gains_has_round_steps_that_divide_its_rows(highest: float, rows: int) -> None:
    axis = gain_axis(highest, rows)
    assert axis.values[0] == 0
    assert axis.values[-1] >= highest * (1 - 1e-9)
    assert rows - 2 <= axis.rows <= rows
    if rows > 3:
        steps = len(axis.values) - 1
        assert 2 <= steps <= 4
        assert axis.rows % steps == 0
        assert axis.rows // steps >= 2
        significant = f"{axis.values[1]:.6e}".split("e")[0].rstrip("0").rstrip(".")
        assert significant in {"1", "1.5", "2", "2.5", "3", "4", "5", "6", "8"}
        # At least half of the axis is used.
        assert axis.values[-1] <= max(2 * highest, 4) * (1 + 1e-9)


@examples
@given(st.lists(values, min_size=1, max_size=60), st.integers(1, 40))
def test_axis_of_a_line_contains_its_points(points: list[float], rows: int) -> None:
    axis = line_axis(points, rows)
    assert axis.rows <= max(rows - 1, 0)
    assert list(axis.values) == sorted(axis.values)
    if rows > 1:
        low, high = axis.values[0], axis.values[-1]
        tolerance = (high - low) * 1e-6
        assert low - tolerance <= min(points) <= max(points) <= high + tolerance
        assert axis.rows % (len(axis.values) - 1) == 0
        assert all(0 <= round(axis.position(point)) <= axis.rows for point in points)
        if min(points) >= 0:
            assert low >= 0
        if min(points) < 0 < max(points) and axis.values[0] * axis.values[-1]:
            assert 0 in axis.values


@pytest.mark.parametrize(
    "points, rows, labels",
    [
        ([43_400, 45_210], 9, [43_100, 43_700, 44_300, 44_900, 45_500]),
        ([27_000, 45_210], 9, [24_000, 30_000, 36_000, 42_000, 48_000]),
        # A small change of a large number looks small.
        ([873, 874], 9, [850, 875, 900]),
        ([0, 0], 9, [0, 1, 2]),
        ([12, 12], 9, [11, 12, 13]),
    ],
)
def test_axis_of_a_line(points: list[float], rows: int, labels: list[float]) -> None:
    assert list(line_axis(points, rows).values) == labels


@pytest.mark.parametrize(
    "top, labels",
    [
        ((0, 500, 1_000), ["0", "500", "1,000"]),
        ((44_000, 44_500), ["44,000", "44,500"]),
        ((0, 100_000, 200_000), ["0", "100K", "200K"]),
        ((1_200_000, 1_250_000), ["1.2M", "1.25M"]),
        ((1_000_001, 1_000_002), ["1,000,001", "1,000,002"]),
    ],
)
def test_long_labels_are_shortened_if_exact(top: tuple[float, ...], labels: list[str]) -> None:
    assert axis_labels(chart([]), Axis(top, 8)) == labels


@pytest.mark.parametrize(
    "unit, decimals, values, labels",
    [
        ("%", 1, (-4, 0, 4), ["−4%", "0%", "+4%"]),
        ("%", 1, (0, 0.5, 1), ["0.0%", "+0.5%", "+1.0%"]),
        ("CAD", 2, (0, 250, 500), ["0", "250", "500"]),
        ("CAD", 2, (0, 0.25, 0.5), ["0.00", "0.25", "0.50"]),
    ],
)
def test_labels_have_only_needed_decimals(
    unit: str, decimals: int, values: tuple[float, ...], labels: list[str]
) -> None:
    data = ChartData(unit=unit, decimals=decimals)
    assert axis_labels(data, Axis(values, 8)) == labels


# Columns


@examples
@given(st.integers(0, 200), st.integers(0, 200), SCALES, st.integers(-1, 199))
def test_columns_fit_and_contain_the_cursor(
    width: int, steps: int, scale: Scale, cursor: int
) -> None:
    cursor = min(cursor, steps - 1)
    columns = place_columns(width, steps, scale.name, cursor)
    assert columns.visible == 0 if width == 0 or steps == 0 else columns.visible > 0
    if columns.visible:
        last = columns.first + columns.visible - 1
        # The latest bar ends at the right edge.
        assert columns.cell(last) + columns.bar == width
        assert columns.left >= 0
        assert 0 <= columns.first <= last < steps
        assert columns.first <= max(cursor, 0) or cursor > last or last == steps - 1
        assert cursor < 0 or columns.first <= cursor <= last
        for index in range(columns.first, last + 1):
            for cell in range(columns.cell(index), columns.cell(index) + columns.bar):
                assert columns.index_at(cell) == index
        assert columns.index_at(columns.left - 1) is None


@pytest.mark.parametrize(
    "width, steps, scale, visible, bar",
    [
        (59, 180, DAY, 30, 1),
        (104, 180, DAY, 52, 1),
        (105, 180, DAY, 35, 2),
        (118, 180, DAY, 39, 2),
        (59, 60, MONTH, 12, 4),
        (59, 104, WEEK, 30, 1),
        # Few bars are wider, up to a limit.
        (60, 7, DAY, 7, 7),
        (60, 2, MONTH, 2, 18),
    ],
)
def test_bars_by_width(width: int, steps: int, scale: Scale, visible: int, bar: int) -> None:
    columns = place_columns(width, steps, scale.name, steps - 1)
    assert (columns.visible, columns.bar) == (visible, bar)


# Dates


def dates(data: ChartData, width: int, blocked: set[int] | None = None) -> str:
    """Return the row of dates."""
    columns = place_columns(width, len(data.steps), data.scale.name, len(data.steps) - 1)
    row = [" "] * width
    for cell, text in date_labels(data, columns, width, blocked or ()):
        row[cell : cell + len(text)] = text
    return "".join(row)


def test_days_are_labeled_under_mondays() -> None:
    row = dates(chart([1] * 180), 59)
    assert " ".join(row.split()) == "Nov 2 Nov 9 Nov 16 Nov 23"
    # Four days, two cells each, before the last bar.
    assert row.index("Nov 23") == 58 - 4 * 2


def test_date_makes_room_for_a_loss() -> None:
    row = dates(chart([1] * 180), 59, {56})
    assert row.index("Nov 23") == 49
    assert row[56] == row[55] == " "


def test_months_are_labeled_by_name_and_january_by_year() -> None:
    assert dates(chart([1] * 12, MONTH), 59).split() == [
        *("Dec", "2026", "Feb", "Mar", "Apr", "May"),
        *("Jun", "Jul", "Aug", "Sep", "Oct", "Nov"),
    ]


def test_weeks_are_labeled_once_a_month() -> None:
    assert " ".join(dates(chart([1] * 12, WEEK), 23).split()) == "Sep 7 Oct 5 Nov 2"


def test_each_day_is_labeled_where_there_is_room() -> None:
    assert dates(chart([1] * 7), 62).count("Nov") == 7


@examples
@given(
    st.integers(0, 200),
    st.integers(0, 100),
    SCALES,
    st.sets(st.integers(0, 199), max_size=30),
)
def test_dates_never_overlap(width: int, steps: int, scale: Scale, blocked: set[int]) -> None:
    data = chart([1] * steps, scale)
    columns = place_columns(width, steps, scale.name, steps - 1)
    end = width + 1
    for cell, text in date_labels(data, columns, width, blocked):
        assert cell >= 0
        assert cell + len(text) < end
        assert not blocked & set(range(cell - 1, cell + len(text) + 1))
        end = cell


# Both


@examples
@given(
    st.integers(0, 200),
    st.integers(0, 30),
    st.lists(st.none() | values, min_size=1, max_size=60).filter(any),
    SCALES,
    st.booleans(),
)
def test_labels_and_plot_fit(
    width: int, rows: int, gains: list[float | None], scale: Scale, is_line: bool
) -> None:
    data = chart(gains, scale, is_line=is_line)
    plot = place_plot(data, width, rows, len(gains) - 1)
    assert all(len(label) < max(plot.gutter, 1) for label in plot.labels)
    assert (
        plot.columns.left + plot.columns.visible * plot.columns.pitch
        <= max(width - plot.gutter + 1, 0)
        or not plot.columns.visible
    )
    assert len(plot.labels) == len(plot.axis.values)


def test_plot_of_the_mock_up() -> None:
    """At 120 columns, the tile has 64 cells between its edges."""
    gains = [50] * 178 + [131, 70]
    plot = place_plot(chart(gains), 63, 8, 179)
    assert plot.gutter == 4
    assert plot.columns.visible == 30


def test_losses_are_at_the_cells_of_their_bars() -> None:
    data = chart([1.0, -5.0] * 20)
    plot = place_plot(data, 42, 8, 39)
    assert plot.losses(data) == [plot.columns.cell(index) for index in plot.steps if index % 2]
