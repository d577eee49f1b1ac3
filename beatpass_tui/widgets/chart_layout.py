"""Layout of charts in cells: axis, columns and date labels."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from math import floor, log10
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.view_models.charts import ChartData, ChartStep

_ROUND = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
"""Steps between the labels of an axis, times a power of ten."""

_ROUND_ENDS = (1, 1.2, *_ROUND[1:])
"""Ends of an axis without labels between them."""

_MIN_RANGE = 0.05
"""Minimum range of a line's axis as a fraction of the last value."""

_LESS_ROUND = 1.25
"""Factor by which an axis may be longer to begin at a multiple of its step."""

_FEW_ROWS = 3
"""Maximum height of an axis with labels only at its ends."""

_WIDE = 105
"""Minimum width at which bars of days are two cells wide."""

_MAX_BAR = 18
"""Cells of a bar if there are few bars."""

_LONGEST_LABEL = 7

_MIN_PLOT = 8
"""Minimum width of a plot beside axis labels, in cells."""

_UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))


class Axis(NamedTuple):
    """Equally spaced values, and the rows between the first and the last of them."""

    values: tuple[float, ...]
    """Lowest first."""
    rows: int

    def position(self, value: float, parts: int = 1) -> float:
        """Return the height of a value above the lowest one in rows, or in parts of rows."""
        low, high = self.values[0], self.values[-1]
        return (value - low) / (high - low) * self.rows * parts if high > low else 0

    @property
    def tick_rows(self) -> tuple[int, ...]:
        """The distance of each value from the lowest one, in rows."""
        steps = max(len(self.values) - 1, 1)
        return tuple(self.rows // steps * index for index in range(len(self.values)))


def gain_axis(highest: float, rows: int, decimals: int = 0) -> Axis:
    """Return an axis for bars, which starts at zero and has round steps.

    A bar of the axis's highest value fills `rows`, or up to two rows less for equal steps.
    """
    if rows < 1:
        return Axis((0,), 0)
    highest = max(highest, 10**-decimals)
    if rows <= _FEW_ROWS:
        return Axis((0, next(_round_steps(highest, decimals, _ROUND_ENDS))), rows)
    # Labels never share a row, since the lowest value's label is in the row of its bar.
    used, counts = _divisors(rows, 2)
    tops = {count: next(_round_steps(highest / count, decimals)) for count in counts}
    count = min(counts, key=lambda count: (count * tops[count], -count))
    return Axis(tuple(tops[count] * index for index in range(count + 1)), used)


def line_axis(values: Sequence[float], rows: int, decimals: int = 0) -> Axis:
    """Return an axis for a line through the middle of rows, which need not start at zero.

    It spans at least `_MIN_RANGE` of the last value, so that small changes look small.
    """
    low, high = min(values), max(values)
    margin = abs(values[-1]) * _MIN_RANGE - (high - low)
    if margin > 0:
        # The axis only goes below zero if a value does.
        bottom = low - margin / 2 if low < 0 else max(low - margin / 2, 0)
        low, high = bottom, max(high, bottom + abs(values[-1]) * _MIN_RANGE)
    if rows <= 1:
        return Axis((values[-1],), 0)
    used, counts = _divisors(rows - 1, 1) if rows > _FEW_ROWS else (rows - 1, [1])
    axes = []
    for count in counts:
        for is_multiple in (True, False) if low >= 0 else (True,):
            values = _round_values(low, high, count, decimals, is_multiple=is_multiple)
            span = values[-1] - values[0]
            axes.append((span if is_multiple else span * _LESS_ROUND, -count, values))
    return Axis(min(axes)[2], used)


def _round_values(
    low: float, high: float, count: int, decimals: int, *, is_multiple: bool
) -> tuple[float, ...]:
    """Return values around `low` and `high`, which begin at a multiple of their step.

    Otherwise, they are only as round as the step: 43,200, 43,800, 44,400.
    """
    for step in _round_steps((high - low) / count, decimals):
        unit = step if is_multiple else 10.0 ** floor(log10(step) + 1e-9)
        start = floor(low / unit + 1e-9) * unit
        if start + count * step >= high - step * 1e-9:
            return tuple(round(start + index * step, decimals) for index in range(count + 1))
    raise AssertionError("the steps grow without end")


def _divisors(rows: int, distance: int) -> tuple[int, list[int]]:
    """Return the used rows of an axis, and the numbers of steps that divide them evenly.

    Each step has at least `distance` rows.
    """
    for used in range(rows, rows - 3, -1):
        counts = [n for n in (2, 3, 4) if used % n == 0 and used // n >= distance]
        if counts:
            return used, counts
    return rows, [1]


def _round_steps(least: float, decimals: int, factors: Sequence[float] = _ROUND) -> Iterator[float]:
    """Yield round steps of at least `least` with at most `decimals`, ascending."""
    power = max(floor(log10(least)) if least > 0 else -decimals, -decimals)
    while True:
        for factor in factors:
            step = round(factor * 10.0**power, decimals)
            is_exact = power > -decimals or factor == int(factor)
            if step >= least * (1 - 1e-9) and is_exact:
                yield int(step) if step == int(step) else step
        power += 1


def axis_labels(data: ChartData, axis: Axis) -> list[str]:
    """Return the labels of an axis, lowest first; long numbers are shortened if that is exact."""
    if data.decimals and all(value == int(value) for value in axis.values):
        data = replace(data, decimals=0)
    labels = [data.format_value(value) for value in axis.values]
    if max(map(len, labels)) < _LONGEST_LABEL:
        return labels
    for size, unit in _UNITS:
        units = [value * 100 / size for value in axis.values]
        if max(map(abs, units)) >= 100 and all(each == int(each) for each in units):
            return [f"{each / 100:,g}{unit}" if each else "0" for each in units]
    return labels


class Columns(NamedTuple):
    """The visible steps and their cells: each bar ends one cell before the next step begins."""

    first: int
    """Index of the first visible step."""
    visible: int
    bar: int
    """Cells of a bar."""
    left: int
    """First cell of the first step."""
    span: int
    """Cells of all visible steps, shared as evenly as possible."""

    @property
    def pitch(self) -> int:
        """Cells of a bar and the gap beside it; some gaps are one cell wider."""
        return self.span // max(self.visible, 1)

    def cell(self, index: int) -> int:
        """Return the first cell of a bar."""
        end = (index - self.first + 1) * self.span // max(self.visible, 1)
        return self.left + end - 1 - self.bar

    def index_at(self, cell: int) -> int | None:
        """Return the step at a cell, or in the gap after it."""
        starts = range(self.first, self.first + self.visible)
        index = self.first + bisect_right(starts, cell, key=self.cell) - 1
        end = self.left + self.span
        return index if index >= self.first and cell < end else None


def place_columns(width: int, steps: int, scale: str, cursor: int) -> Columns:
    """Return the columns of as many steps as fit, with the latest at the right edge.

    If all fit, they share the width. Earlier steps are shown if the cursor is on them.
    """
    bar = 4 if scale == "month" else 2 if width >= _WIDE else 1
    pitch = min(bar + 1, max(width, 1) + 1)
    visible = max(min(steps, (width + 1) // pitch), 0)
    first = max(min(steps - visible, cursor), 0)
    span = width + 1 if visible == steps else visible * pitch
    bar = max(min(span // max(visible, 1) - 1, _MAX_BAR), 1)
    return Columns(first, visible, bar, max(width - span + 1, 0), span)


class Plot(NamedTuple):
    """Axis, columns and labels of a chart; `gutter` is the width of the labels in cells."""

    columns: Columns
    axis: Axis
    labels: Sequence[str]
    """Labels of the axis, lowest first."""
    gutter: int
    rows: int

    @property
    def steps(self) -> range:
        """Indexes of the visible steps."""
        return range(self.columns.first, self.columns.first + self.columns.visible)

    def losses(self, data: ChartData) -> list[int]:
        """Return the cells under the bars of visible losses."""
        return [
            self.columns.cell(index) + offset
            for index in self.steps
            if (data.steps[index].value or 0) < 0
            for offset in range(self.columns.bar)
        ]


def place_plot(data: ChartData, width: int, rows: int, cursor: int, gutter: int = 0) -> Plot:
    """Return the plot of a chart; the axis labels reduce the width of the columns.

    `gutter` is the least number of cells for these labels.
    """
    count, scale = len(data.steps), data.scale.name
    while True:
        columns = place_columns(width - gutter, count, scale, cursor)
        visible = data.steps[columns.first : columns.first + columns.visible]
        values = [step.value for step in visible if step.value is not None]
        if data.is_line:
            # If all visible steps are unknown, use the axis of the others.
            others = [step.value for step in data.steps if step.value is not None]
            axis = line_axis(values or others, rows, data.decimals)
        else:
            values += [step.previous for step in visible if step.previous is not None]
            axis = gain_axis(max(values, default=0), rows, data.decimals)
        labels = axis_labels(data, axis)
        needed = max(map(len, labels)) + 1
        if width - needed < _MIN_PLOT:
            columns = place_columns(width, count, scale, cursor)
            return Plot(columns, axis, [""] * len(labels), 0, rows)
        if needed <= gutter:
            return Plot(columns, axis, labels, gutter, rows)
        gutter = needed


def date_labels(
    data: ChartData, columns: Columns, width: int, blocked: Collection[int] = ()
) -> list[tuple[int, str]]:
    """Return the cell and the text of the dates below the bars, latest first.

    Days are labeled at every Monday, weeks at the first of a month. A label moves left to avoid
    `blocked` cells, and is left out if that is not possible.
    """
    labels: list[tuple[int, str]] = []
    end = width + 1
    for index in range(columns.first + columns.visible - 1, columns.first - 1, -1):
        text = _date_label(data, data.steps[index], columns.pitch)
        natural = columns.cell(index)
        start = min(natural, width - len(text), end - len(text) - 1)
        while any(start - 1 <= cell <= start + len(text) for cell in blocked):
            start -= 1
        if text and start >= 0 and natural - start <= len(text):
            labels.append((start, text))
            end = start
    return labels


def _date_label(data: ChartData, step: ChartStep, pitch: int) -> str:
    day = step.start
    if data.scale.name == "month":
        return str(day.year) if day.month == 1 else formatting.month_name(day)
    if data.scale.name == "week":
        is_labeled = day.day <= 7
    else:
        is_labeled = day.weekday() == 0 or pitch > _LONGEST_LABEL
    return formatting.month_and_day(day) if is_labeled else ""
