"""The columns of My Beats and their cells."""

from __future__ import annotations

from collections.abc import Sequence

from beatpass_tui import formatting
from beatpass_tui.models.gains import DayGain
from beatpass_tui.view_models import beat_table
from beatpass_tui.view_models.beats import BeatRow
from beatpass_tui.view_models.movers import Mover
from beatpass_tui.widgets import bars
from beatpass_tui.widgets.movers import MIN_SCALE
from beatpass_tui.widgets.table import Cell, Column

COLUMNS = (
    Column("title", "Title", 24, grow=3),
    Column("artists", "Artists", 14, importance=6, muted=True),
    Column("collection", "Collection", 14, importance=4, muted=True),
    Column("length", "Length", 7, right=True, importance=8, muted=True),
    Column("plays", "Plays", 6, right=True),
    Column("week", "7 days", 7, right=True),
    Column("days", "Per day", bars.WEEK, importance=1),
    Column("bpm", "BPM", 4, right=True, importance=2, muted=True),
    Column("key", "Key", 6, importance=3, muted=True),
    Column("released", "Released", 10, importance=5, muted=True),
    Column("license", "License", 14, importance=7, muted=True),
    Column("contribution", "Contribution", 12, right=True, importance=10, muted=True),
    Column("likes", "Likes", 5, right=True, importance=9, muted=True),
)
ASCENDING = ("title", "artists", "collection", "key", "license")
"""Columns whose first order is ascending."""


def describe_order(key: str, descending: bool) -> str:
    """Return the sort order in words."""
    title = next(column.title for column in COLUMNS if column.key == key)
    return f"sorted by {title}, {'descending' if descending else 'ascending'}"


def choose(
    present: frozenset[str], rows: Sequence[BeatRow], *, others: bool, strips: bool
) -> Sequence[Column]:
    """Return the columns with values.

    `others` is whether the rows are collaborations, whose artists matter more than the collection.
    """
    hidden = set(beat_table.cell_texts()) - present
    if "week" in hidden or not strips:
        hidden.add("days")
    if others:
        hidden.add("collection")
    elif "plays" in present or len({name for row in rows for name in row.beat.artists}) < 2:
        # Nearly always the artist's own name.
        hidden.add("artists")
    return tuple(column for column in COLUMNS if column.key not in hidden)


def cells(
    row: BeatRow, columns: Sequence[Column], count: formatting.Count, *, plain: bool
) -> Sequence[Cell]:
    """Return the cells of a row; `plain` marks losses by symbols instead of colors."""
    texts = beat_table.cell_texts(count)
    return [
        gain_cell(row.mover)
        if column.key == "week"
        else strip_cell(row.mover, plain=plain)
        if column.key == "days"
        else texts[column.key](row) or formatting.DASH
        for column in columns
    ]


def gain_cell(mover: Mover | None) -> Cell:
    """Return a gain with its sign and color."""
    if mover is None:
        return formatting.DASH
    return gain_text_cell(mover.gain, "new " if mover.is_new else "")


def gain_text_cell(gain: float, prefix: str = "") -> Cell:
    """Return a known gain with its sign and color."""
    kind = "table--loss" if gain < 0 else "table--gain" if gain else "table--zero"
    return ((prefix + formatting.signed(gain).replace("-", "−"), kind),)


def strip_cell(mover: Mover | None, *, plain: bool) -> Cell:
    """Return the gains of the last 7 days as bars."""
    return "" if mover is None else strip_of_days(mover.days, plain=plain)


def strip_of_days(days: Sequence[DayGain | None], *, plain: bool) -> Cell:
    """Return the last 7 days as bars."""
    (row,) = bars.strip(days[-bars.WEEK :], minimum=MIN_SCALE, zero=False, plain=plain)
    return tuple((text, shade.value) for text, shade in row)
