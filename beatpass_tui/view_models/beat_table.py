"""The columns of My Beats: which of them have values, and the cells of a row."""

from collections.abc import Callable, Mapping, Sequence

from beatpass_tui import formatting
from beatpass_tui.view_models.beats import BeatRow, musical_key
from beatpass_tui.view_models.labels import LICENSING, label

Text = Callable[[BeatRow], str]


def cell_texts(count: formatting.Count = formatting.count) -> Mapping[str, Text]:
    """Return the text of each column's cells, empty if it is unknown."""

    def known(value: float | None) -> str:
        return "" if value is None else count(value)

    return {
        "title": lambda row: row.beat.name or formatting.DASH,
        "artists": lambda row: ", ".join(row.beat.artists),
        "collection": lambda row: row.collection or "",
        "length": lambda row: (
            "" if row.beat.seconds is None else formatting.track_length(row.beat.seconds)
        ),
        "plays": lambda row: known(row.beat.plays),
        "week": lambda row: "" if row.mover is None else formatting.signed(row.mover.gain),
        "bpm": lambda row: "" if row.beat.bpm is None else formatting.decimal(row.beat.bpm),
        "key": lambda row: musical_key(row.beat),
        "license": lambda row: label(row.beat.licensing, LICENSING) or "",
        "likes": lambda row: known(row.beat.likes),
        "contribution": lambda row: (
            "pending"
            if row.pending
            else ""
            if row.contribution is None
            else formatting.decimal(row.contribution)
        ),
        "released": lambda row: "" if row.released is None else formatting.table_date(row.released),
    }


_ABSENT = {
    "plays": "plays", "week": "gains", "bpm": "BPM", "key": "key", "collection": "collection",
}  # fmt: skip
"""Names of columns whose absence is mentioned."""


def columns_with_values(rows: Sequence[BeatRow]) -> frozenset[str]:
    """Return the keys of the columns with a value in any row; all of them without rows."""
    texts = cell_texts()
    return frozenset(
        key for key, text in texts.items() if not rows or any(text(row) for row in rows)
    )


def absent_text(present: frozenset[str], *, is_recorded: bool) -> str:
    """Return which columns BeatPass did not send; empty if all are there.

    `is_recorded` is whether gains are recorded, without which they appear later.
    """
    names = [name for key, name in _ABSENT.items() if key not in present]
    if "gains" in names and ("plays" not in names or not is_recorded):
        names.remove("gains")
    if not names:
        return ""
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"{listed[:1].upper()}{listed[1:]}: not sent by BeatPass for this account"
