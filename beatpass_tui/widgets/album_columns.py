"""The columns of My Collections and their cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from beatpass_tui import formatting
from beatpass_tui.view_models.albums import AlbumFilter, AlbumRow, released_text
from beatpass_tui.widgets import bars
from beatpass_tui.widgets.beat_columns import gain_text_cell, strip_of_days
from beatpass_tui.widgets.table import Cell, Column

COLUMNS = (
    Column("title", "Title", 18, grow=2),
    Column("released", "Released", 10, importance=1, muted=True),
    Column("tracks", "Beats", 5, right=True),
    Column("plays", "Plays", 6, right=True),
    Column("week", "7 days", 7, right=True),
    Column("days", "Per day", bars.WEEK, importance=2),
    Column("change", "Change", 8, right=True, importance=3),
    Column("genres", "Genres", 12, importance=4, muted=True),
    Column("created", "Created", 10, importance=5, muted=True),
)
ASCENDING = ("title", "genres")
"""Columns whose first order is ascending."""


_TEXTS: Mapping[str, Callable[[AlbumRow, datetime], str]] = {
    "change": lambda row, _: "" if row.percent is None else str(row.percent),
    "genres": lambda row, _: ", ".join(row.album.genres),
    "created": lambda row, now: (
        ""
        if row.album.created is None
        else formatting.table_date(formatting.local_day(row.album.created, now))
    ),
}
"""Texts of columns that are left out if they are empty."""


def choose(rows: Sequence[AlbumRow], now: datetime, *, strips: bool) -> Sequence[Column]:
    """Return the columns with values."""
    hidden = {key for key, text in _TEXTS.items() if not any(text(row, now) for row in rows)}
    if not any(row.gain is not None for row in rows):
        hidden |= {"week", "days"}
    if not strips:
        hidden.add("days")
    return tuple(column for column in COLUMNS if column.key not in hidden)


def cells(
    row: AlbumRow,
    columns: Sequence[Column],
    count: formatting.Count,
    now: datetime,
    *,
    plain: bool,
) -> Sequence[Cell]:
    """Return the cells of an album; `plain` marks losses by symbols instead of colors."""
    released: Cell = released_text(row, now)
    if row.is_empty and row.album.released is None:
        released = "Empty"
    elif row.is_singles:
        released = "no collection"
    elif row.status is AlbumFilter.UPCOMING:
        released = ((released_text(row, now), "$hue-albums"),)
    known: dict[str, Cell] = {
        **{key: text(row, now) or formatting.DASH for key, text in _TEXTS.items()},
        "title": row.album.name or formatting.DASH,
        "released": released,
        "tracks": formatting.count(row.album.tracks),
        "plays": count(row.album.plays),
        "week": formatting.DASH if row.gain is None else gain_text_cell(row.gain),
        "change": _change(row),
        "days": strip_of_days(row.days, plain=plain) if row.gain is not None else "",
    }
    return [known[column.key] for column in columns]


def _change(row: AlbumRow) -> Cell:
    """Return the change of the gain compared with the 7 days before."""
    if row.percent is None:
        return formatting.DASH
    kind = "table--loss" if row.percent < 0 else "table--gain" if row.percent else "table--zero"
    return ((formatting.percent_change(round(row.percent)), kind),)
