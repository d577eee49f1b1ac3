"""The cells of a chart's plot: bars of gains, or a line of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from beatpass_tui.view_models.charts import ChartData
from beatpass_tui.widgets.bars import LEVELS, eighths
from beatpass_tui.widgets.chart_layout import Plot, gain_axis

Cells: TypeAlias = "tuple[str, tuple[str, ...]]"
"""Text and the component classes of its style, without prefix; none for the latest step."""

BEHIND = "behind"
"""Used like a component class: the color of the preceding period as the background."""

Row: TypeAlias = "list[Cells]"
"""The cells left of the first step, then two parts per step: for bars, the bar and its gap."""

_MAX_MARGIN = 3
"""Maximum number of cells before the first bar in which the lines of the axis are drawn."""

_GRID, _BEFORE = ("grid",), ("before",)


def plot_rows(data: ChartData, plot: Plot, width: int, *, plain: bool) -> list[Row]:
    """Return the rows of a plot that is `width` cells wide, top first.

    With `plain`, neither colors nor shapes of blocks carry meaning.
    """
    rows = range(plot.rows - 1, -1, -1)
    if data.is_line:
        return [_line_row(data, plot, row, width) for row in rows]
    return [_bar_row(data, plot, row, width, plain) for row in rows]


def empty_rows(width: int, rows: int, texts: Sequence[Cells], *, plain: bool) -> list[Row]:
    """Return a plot without values, top first: the grid, and texts in its middle."""
    ticks = gain_axis(100, rows).tick_rows[1:-1]
    first = (rows - len(texts)) // 2
    drawn: list[Row] = []
    for place in range(rows):
        row = rows - 1 - place
        line = _grid(width, is_tick=row + 1 in ticks, mark="∙ " if plain else "▔")
        line = line if row else "▁" * width
        cells: Row = [(line, _GRID)]
        if first <= place < first + len(texts):
            text, style = texts[place - first]
            start = max((width - len(text)) // 2, 1)
            end = start + len(text)
            cells = [
                (f"{line[: start - 1]} ", _GRID),
                (text, style),
                (f" {line[end + 1 :]}", _GRID),
            ]
        drawn.append(cells)
    return drawn


def mark(cells: Cells) -> Cells:
    """Return cells in the style of the cursor."""
    text, style = cells
    return text, ("cursor", *style) if style in (_GRID, _BEFORE) else (*style, "cursor")


def _grid(width: int, *, is_tick: bool, mark: str) -> str:
    """Return the empty cells of a row, with dots or a line at a value of the axis."""
    return (mark * width)[:width] if is_tick else " " * width


def _bar_row(data: ChartData, plot: Plot, row: int, width: int, plain: bool) -> Row:
    columns, top, full = plot.columns, plot.axis.values[-1], plot.axis.rows * 8
    bar, floor = columns.bar, row * 8
    # A value is at the upper edge of its row; the highest one has no line.
    is_tick = row + 1 in plot.axis.tick_rows[1:-1]
    grid = _grid(width, is_tick=is_tick, mark="∙ " if plain else "▔")
    starts = [*map(columns.cell, plot.steps), width]
    # Lines without bars would look like a part of the values.
    cells: Row = [(grid[: starts[0]] if starts[0] <= _MAX_MARGIN else " " * starts[0], _GRID)]
    last = len(data.steps) - 1
    for index, start, following in zip(plot.steps, starts, starts[1:], strict=False):
        _, value, is_estimated, previous = data.steps[index]
        level = min(max(eighths(value or 0, top, full) - floor, 0), 8)
        before = min(max(eighths(previous or 0, top, full) - floor, 0), 8) if previous else 0
        end = start + bar
        gap = following - end
        if before:
            # A shade looks like neither bar nor grid in plain text.
            behind = ("░" if before >= 4 else " ") if plain else LEVELS[before]
            empty, between = (behind * bar, _BEFORE), (behind * gap, _BEFORE)
        elif row == 0 and value is not None:
            # The base line is drawn under known values only.
            empty, between = ("▁" * bar, _GRID), ("▁" * gap, _GRID)
        else:
            empty, between = (grid[start:end], _GRID), (grid[end:following], _GRID)
        if level:
            text = "▒" if level == 8 and plain and is_estimated else LEVELS[level]
            style = ("estimated",) if is_estimated else () if index == last else ("bar",)
            is_behind = level < before == 8 and not plain
            cells.append((text * bar, (BEHIND, *style) if is_behind else style))
        else:
            cells.append(empty)
        cells.append(between)
    return cells


def _line_row(data: ChartData, plot: Plot, row: int, width: int) -> Row:
    columns, axis = plot.columns, plot.axis
    grid = _grid(width, is_tick=row in axis.tick_rows, mark="∙ ")
    starts = [*map(columns.cell, plot.steps), width]
    cells: Row = [(grid[: starts[0]], _GRID)]
    before = None
    for index, start, end in zip(plot.steps, starts, starts[1:], strict=False):
        step = data.steps[index]
        current = None if step.value is None else round(axis.position(step.value))
        style = ("estimated",) if step.is_estimated else ()
        empty = grid[start + 1 : end], _GRID
        previous = current if before is None else before
        if (
            current is None
            or previous is None
            or not min(current, previous) <= row <= max(current, previous)
        ):
            cells += (grid[start : start + 1], _GRID), empty
        elif row == current:
            corner = "─" if current == previous else "╭" if current > previous else "╰"
            cells += (corner, style), ("─" * (end - start - 1), style)
        else:
            corner = "│" if row != previous else "╯" if current > previous else "╮"
            cells += (corner, style), empty
        before = current
    return cells
