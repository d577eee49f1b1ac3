"""The columns of My Collections and their cells."""

from __future__ import annotations

from collections.abc import Sequence
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
)


def choose(rows: Sequence[AlbumRow], *, strips: bool) -> Sequence[Column]:
    """Return the columns with values."""
    hidden = set()
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
    elif row.status is AlbumFilter.UPCOMING:
        released = ((released_text(row, now), "$hue-albums"),)
    known: dict[str, Cell] = {
        "title": row.album.name or formatting.DASH,
        "released": released,
        "tracks": formatting.count(row.album.tracks),
        "plays": count(row.album.plays),
        "week": formatting.DASH if row.gain is None else gain_text_cell(row.gain),
        "days": strip_of_days(row.days, plain=plain) if row.gain is not None else "",
    }
    return [known[column.key] for column in columns]
