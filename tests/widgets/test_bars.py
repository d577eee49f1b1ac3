"""Strips of bars: heights, shades and widths."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.color import Color
from textual.widgets import Static

from beatpass_tui.models.gains import DayGain
from beatpass_tui.widgets.bars import (
    LEVELS,
    SHADE_CLASSES,
    WEEK,
    Shade,
    eighths,
    shade_styles,
    strip,
    strip_lines,
)
from beatpass_tui.widgets.line_filters import to_ascii

examples = settings(max_examples=100)
TODAY = date(2026, 11, 27)

gains = st.integers(-1000, 100_000) | st.floats(-1e9, 1e9)
week_or_two = st.lists(st.none() | st.tuples(gains, st.booleans()), max_size=2 * WEEK)
row_counts = st.sampled_from((1, 2))


def days(*values: float | tuple[float, bool] | None) -> list[DayGain | None]:
    """Return days that end today; a value with True is estimated."""
    pairs = [each if isinstance(each, tuple) or each is None else (each, False) for each in values]
    first = TODAY - timedelta(days=len(pairs) - 1)
    return [
        None if pair is None else DayGain(first + timedelta(days=index), *pair)
        for index, pair in enumerate(pairs)
    ]


def cells(rows: tuple[tuple[tuple[str, Shade], ...], ...]) -> list[list[tuple[str, Shade]]]:
    """Return each cell of a strip with its shade."""
    return [[(cell, shade) for text, shade in row for cell in text] for row in rows]


@examples
@given(week_or_two, row_counts, st.floats(0, 1000), st.booleans(), st.booleans())
def test_strip_is_as_wide_as_its_days(
    values: list[tuple[float, bool] | None], rows: int, minimum: float, zero: bool, plain: bool
) -> None:
    drawn = cells(strip(days(*values), rows=rows, minimum=minimum, zero=zero, plain=plain))
    width = len(values) + (len(values) > WEEK)
    assert [len(row) for row in drawn] == [width] * rows


@examples
@given(week_or_two, row_counts, st.floats(0, 1000))
def test_higher_gain_is_never_a_lower_bar(
    values: list[tuple[float, bool] | None], rows: int, minimum: float
) -> None:
    drawn = cells(strip(days(*values), rows=rows, minimum=minimum, zero=False))
    columns = list(zip(*drawn, strict=True))
    if len(values) > WEEK:
        assert {cell for cell, _ in columns.pop(len(values) - WEEK)} == {" "}
    heights = []
    for value, column in zip(values, columns, strict=True):
        shade = column[0][1]
        if value is None:
            assert {cell for cell, _ in column} == {" "}
        elif value[0] < 0:
            assert shade is Shade.LOSS
        else:
            levels = [LEVELS.index(cell) for cell, _ in column]
            # The upper row is only used above a full lower row.
            assert rows == 1 or not levels[0] or levels[1] == 8
            assert bool(sum(levels)) == (value[0] > 0)
            assert rows == 2 or levels[0] < 8
            heights.append((value[0], sum(levels)))
    heights.sort()
    assert [level for _, level in heights] == sorted(level for _, level in heights)


def test_bars_scale_to_their_maximum_or_a_higher_minimum() -> None:
    assert strip(days(1, 2, 7))[0] == (("▁▂", Shade.DAY), ("▇", Shade.TODAY))
    assert strip(days(1, 2, 7), minimum=70)[0] == (("▁▁", Shade.DAY), ("▁", Shade.TODAY))
    assert strip(days(4, 8), rows=2) == (
        ((" ", Shade.DAY), ("█", Shade.TODAY)),
        (("█", Shade.DAY), ("█", Shade.TODAY)),
    )


def test_weeks_are_separated_and_the_previous_one_is_dimmed() -> None:
    row = strip(days(*[7] * 14))[0]
    assert row == (
        ("▇" * 7, Shade.BEFORE),
        (" ", Shade.ZERO),
        ("▇" * 6, Shade.DAY),
        ("▇", Shade.TODAY),
    )


def test_unknown_zero_lost_and_estimated_days_differ() -> None:
    values = days(None, 0, -5, (7, True), 7)
    assert strip(values)[0] == (
        (" ▁", Shade.ZERO),
        ("▁", Shade.LOSS),
        ("▇", Shade.ESTIMATED),
        ("▇", Shade.TODAY),
    )
    assert "".join(text for text, _ in strip(values, plain=True)[0]) == " ∙▼▇▇"
    assert "".join(text for text, _ in strip(values, zero=False)[0]) == "  ▁▇▇"


@pytest.mark.parametrize("value", [0, -1, 0.001, 1, 1e300])
def test_bar_without_maximum_is_flat(value: float) -> None:
    assert eighths(value, 0, 7) == 0


def test_levels_differ_in_ascii() -> None:
    levels = to_ascii(Segment(LEVELS)).text
    assert len(set(levels)) == len(LEVELS)


class Strips(Static):
    """A widget with the component classes of strips."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(SHADE_CLASSES)


class StripApp(App[None]):
    CSS = """
    .bars--before { text-opacity: 36%; text-style: dim; }
    .bars--loss { color: red; }
    """

    def compose(self) -> ComposeResult:
        yield Strips()


async def test_strip_has_the_hue_in_the_opacity_of_its_classes() -> None:
    hue = Color.parse("#22D3EE")
    app = StripApp()
    async with app.run_test():
        styles = shade_styles(app.query_one(Strips), hue)
        assert styles[Shade.TODAY].foreground == hue
        assert styles[Shade.BEFORE].foreground == hue.multiply_alpha(0.36)
        assert styles[Shade.BEFORE].dim
        assert styles[Shade.LOSS].foreground == Color.parse("red")
        (line,) = strip_lines(strip(days(0, 7)), styles)
        assert line.plain == "▁▇"
