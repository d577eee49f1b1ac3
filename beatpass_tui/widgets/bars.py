"""Bars of gains per day as block characters: strips of one or two rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from textual.color import Color
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from beatpass_tui.models.gains import DayGain

LEVELS = " ▁▂▃▄▅▆▇█"
"""Cells filled from the bottom by zero to eight eighths."""

WEEK = 7
"""Number of days at the right end of a strip that are not dimmed."""


class Shade(Enum):
    """The kind of a bar; the value is its component class."""

    BEFORE = "bars--before"
    """A day of the preceding week."""
    DAY = "bars--day"
    TODAY = "bars--today"
    ESTIMATED = "bars--estimated"
    LOSS = "bars--loss"
    ZERO = "bars--zero"
    """A day without a gain, and blank cells."""


SHADE_CLASSES = frozenset(shade.value for shade in Shade)
"""Component classes of a page, for all of its strips."""

Run: TypeAlias = "tuple[str, Shade]"
"""Cells of the same shade."""


def eighths(value: float, maximum: float, full: int) -> int:
    """Return the height of a bar of `full` eighths; a positive value has at least one."""
    if value <= 0 or maximum <= 0:
        return 0
    return min(max(round(value / maximum * full), 1), full)


def meter(share: float, cells: int) -> tuple[str, str]:
    """Return the filled and the empty part of a bar of thin lines."""
    halves = round(min(max(share, 0), 1) * cells * 2)
    filled = "━" * (halves // 2) + "╸" * (halves % 2)
    return filled, "━" * (cells - len(filled))


def strip(
    days: Sequence[DayGain | None],
    *,
    rows: int = 1,
    minimum: float = 0,
    zero: bool = True,
    plain: bool = False,
) -> tuple[tuple[Run, ...], ...]:
    """Return the rows of a strip, top first, one column per day and a blank before the last week.

    A full bar is the largest gain, but at least `minimum`. A single row never uses full blocks, so
    that strips in adjacent rows don't merge. Without `zero`, days without a gain are blank.
    `plain` marks zeros and losses by symbols instead of colors.
    """
    maximum = max((day.gain for day in days if day is not None), default=0)
    full = 8 * rows if rows > 1 else 7
    columns = [_column(day, max(maximum, minimum), rows, full, zero, plain) for day in days]
    if columns and columns[-1][1] is Shade.DAY:
        columns[-1] = columns[-1][0], Shade.TODAY
    before = len(columns) - WEEK
    if before > 0:
        columns[:before] = [
            (cells, Shade.BEFORE if shade is Shade.DAY else shade)
            for cells, shade in columns[:before]
        ]
        columns.insert(before, (" " * rows, Shade.ZERO))
    return tuple(
        tuple(
            ("".join(cell for cell, _ in run), shade)
            for shade, run in groupby(((cells[row], s) for cells, s in columns), itemgetter(1))
        )
        for row in range(rows)
    )


def _column(
    day: DayGain | None, maximum: float, rows: int, full: int, zero: bool, plain: bool
) -> tuple[str, Shade]:
    """Return the cells of a day, top first, and its shade."""
    if day is None:
        return " " * rows, Shade.ZERO
    if day.gain <= 0:
        symbol, shade = ("∙" if plain else "▁") if zero else " ", Shade.ZERO
        if day.gain < 0:
            symbol, shade = "▼" if plain else "▁", Shade.LOSS
        return f"{symbol:>{rows}}", shade
    height = eighths(day.gain, maximum, full)
    cells = "".join(LEVELS[min(max(height - 8 * row, 0), 8)] for row in range(rows - 1, -1, -1))
    return cells, Shade.ESTIMATED if day.is_estimated else Shade.DAY


def component_style(widget: Widget, component: str, hue: Color) -> Style:
    """Return the style of a component class: its color, or else `hue` with its opacity."""
    rules = widget.get_component_styles(component)
    color = rules.color if rules.has_rule("color") else hue
    background = rules.background if rules.has_rule("background") else None
    text = rules.text_style
    # Textual's partial visual style lacks the background and reverse.
    return Style(
        background,
        color.multiply_alpha(rules.text_opacity),
        bold=text.bold,
        dim=text.dim,
        reverse=text.reverse,
    )


def shade_owner(widget: Widget) -> Widget:
    """Return the closest widget with the component classes of strips; pages have them.

    Textual would match them with the whole stylesheet for each widget that has its own.
    """
    for node in widget.ancestors_with_self:
        if isinstance(node, Widget) and node.COMPONENT_CLASSES >= SHADE_CLASSES:
            return node
    raise LookupError("no component classes of strips")


def shade_styles(widget: Widget, hue: Color) -> Mapping[Shade, Style]:
    """Return the styles of a strip in `hue`."""
    owner = shade_owner(widget)
    return {shade: component_style(owner, shade.value, hue) for shade in Shade}


def strip_lines(
    rows: Sequence[Sequence[Run]], styles: Mapping[Shade, Style]
) -> tuple[Content, ...]:
    """Return the rows of a strip as styled content."""
    return tuple(Content.assemble(*((text, styles[shade]) for text, shade in row)) for row in rows)
