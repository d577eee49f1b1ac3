"""Pages as columns and rows for other programs: exact values, in CSV or JSON; no terminal."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from beatpass_tui.models import Achievement, Album, Amount, Download, Standings, Transaction
from beatpass_tui.view_models.beats import BeatRow

PAGES = (
    "beats",
    "collections",
    "transactions",
    "leaderboards",
    "achievements",
    "activity",
    "history",
)

SCHEMA = 1
"""The version of the JSON: it grows without a change, and changes with a new one."""

Cell = str | int | float | bool | Decimal | date | datetime | tuple[str, ...] | None


class ExportTable(NamedTuple):
    """One page as a table; what is not known is None."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def beats(rows: Iterable[BeatRow]) -> ExportTable:
    """Return beats of the catalog; the contribution is known of the latest 20 alone."""
    columns = (
        "id", "title", "artists", "seconds", "plays", "contribution", "contribution_pending",
        "uploaded", "released", "licensing",
    )  # fmt: skip
    return ExportTable(columns, [_beat(row) for row in rows])


def _beat(row: BeatRow) -> tuple[Cell, ...]:
    beat = row.beat
    return (
        beat.id, beat.name, beat.artists, beat.seconds, beat.plays, row.contribution, row.pending,
        row.uploaded, beat.released, beat.licensing,
    )  # fmt: skip


def collections(rows: Iterable[Album]) -> ExportTable:
    """Return albums; `tracks` is how many tracks one has."""
    columns = ("id", "title", "artists", "released", "tracks", "plays")
    return ExportTable(
        columns,
        [(row.id, row.name, row.artists, row.released, row.tracks, row.plays) for row in rows],
    )


def transactions(rows: Iterable[Transaction]) -> ExportTable:
    """Return transactions, the amounts in major units and exactly in minor ones."""
    columns = (
        "at", "about", "type", "status", "amount", "currency", "amount_minor", "minor_unit_factor",
    )  # fmt: skip
    return ExportTable(
        columns,
        [(row.at, row.about, row.kind, row.status, *_money(row.amount)) for row in rows],
    )


def _money(amount: Amount | None) -> tuple[Cell, ...]:
    if amount is None:
        return (None, None, None, None)
    return (amount.major, amount.currency, amount.minor, amount.factor)


def leaderboards(standings: Standings) -> ExportTable:
    """Return the lists of all categories, one after the other."""
    columns = ("category", "rank", "name", "value", "tier", "you")
    return ExportTable(
        columns,
        [
            (standing.category, entry.rank, entry.name, entry.value, entry.tier, entry.you)
            for standing in standings.rows
            for entry in standing.entries
        ],
    )


def achievements(rows: Iterable[Achievement]) -> ExportTable:
    """Return achievements, unlocked or not."""
    columns = ("name", "about", "category", "rarity", "xp", "unlocked", "unlocked_at")
    return ExportTable(
        columns,
        [
            (row.name, row.about, row.category, row.rarity, row.xp, row.unlocked, row.unlocked_at)
            for row in rows
        ],
    )


def activity(rows: Iterable[Download]) -> ExportTable:
    """Return downloads by the audience, the newest first."""
    columns = ("at", "track", "by", "license", "license_status")
    return ExportTable(
        columns, [(row.at, row.track, row.by, row.license, row.license_status) for row in rows]
    )


_NAMES = {"total-plays": "plays"}
"""Numbers that scripts know by another name than the history does."""


def history(samples: Iterable[tuple[datetime, int, str, float]]) -> ExportTable:
    """Return the kept values of the seven numbers, the oldest first."""
    columns = ("at", "artist_id", "number", "value")
    rows = [(at, artist, _NAMES.get(name, name), value) for at, artist, name, value in samples]
    return ExportTable(columns, rows)


# As text


def as_csv(table: ExportTable) -> str:
    """Return a table as CSV in which no cell is a formula to a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([_field(cell) for cell in row])
    return text.getvalue()


_FORMULAS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a cell begins with that a spreadsheet computes; some take the wide signs as well."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def _field(cell: Cell) -> str:
    plain = _plain(cell)
    match plain:
        case None:
            return ""
        case bool():
            return "true" if plain else "false"
        case list():
            plain = ", ".join(plain)
    if isinstance(plain, str):
        # A lone carriage return ends a row to some readers, and is not quoted for them.
        plain = plain.replace("\r", "\n")
    if isinstance(plain, str) and plain[:1] in _FORMULAS and not _NUMBER.fullmatch(plain):
        return f"'{plain}"
    return str(plain)


def as_json(
    page: str, table: ExportTable, *, as_of: datetime | None, total: int | None, complete: bool
) -> str:
    """Return a table as a JSON object with an object for each row."""
    found = {
        "version": SCHEMA,
        "page": page,
        "as_of": None if as_of is None else as_of.isoformat(timespec="seconds"),
        "complete": complete,
        "total": total,
        "rows": [dict(zip(table.columns, map(_plain, row), strict=True)) for row in table.rows],
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _plain(cell: Cell) -> str | int | float | list[str] | None:
    """Return a cell as JSON has it: times in ISO 8601, amounts as text, so that they stay exact."""
    match cell:
        case datetime():
            return cell.isoformat(timespec="seconds")
        case date():
            return cell.isoformat()
        case Decimal():
            return f"{cell:f}"
        case tuple():
            return list(cell)
        case float() if cell.is_integer():
            return int(cell)
    return cell
