"""Pages as tables of exact values, and their serialization as CSV or JSON."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from beatpass_tui.models.audience import Download
from beatpass_tui.models.career import Achievement, Standing
from beatpass_tui.models.catalog import Album
from beatpass_tui.models.leaderboards import Leaderboard
from beatpass_tui.models.links import allowed_url, license_url
from beatpass_tui.models.money import Amount, Purchase, Transaction
from beatpass_tui.models.numbers import RECORDED
from beatpass_tui.storage.plays import PlaysSample
from beatpass_tui.view_models import payouts
from beatpass_tui.view_models.beats import BeatRow
from beatpass_tui.view_models.labels import (
    LICENSES,
    LICENSING,
    SALE_STATUSES,
    TRANSACTION_TYPES,
    label,
)
from beatpass_tui.view_models.leaderboards import VIEW_LABELS, entries_of
from beatpass_tui.view_models.movers import Mover
from beatpass_tui.view_models.season import CATEGORY_INFO

PAGES = (
    "beats",
    "collections",
    "transactions",
    "rankings",
    "leaderboards",
    "achievements",
    "activity",
    "history",
)

SCHEMA = 2
"""The version of the JSON; new fields do not change it."""

Cell = str | int | float | bool | Decimal | date | datetime | tuple[str, ...] | None


class ExportTable(NamedTuple):
    """The rows of a page; unknown values are None."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def beats(rows: Iterable[BeatRow]) -> ExportTable:
    """Return the beats of the catalog; only the latest 20 have a contribution.

    Gains in seven days are those of recorded plays.
    """
    columns = (
        "id", "title", "artists", "seconds", "plays", "contribution", "contribution_pending",
        "uploaded", "released", "licensing", "gain_7d", "percent_7d", "new",
    )  # fmt: skip
    return ExportTable(columns, [_beat(row) for row in rows])


def _beat(row: BeatRow) -> tuple[Cell, ...]:
    beat = row.beat
    return (
        beat.id, beat.name, beat.artists, beat.seconds, beat.plays, row.contribution, row.pending,
        row.uploaded, beat.released, label(beat.licensing, LICENSING), *_gain(row.mover),
    )  # fmt: skip


def _gain(mover: Mover | None) -> tuple[Cell, ...]:
    if mover is None:
        return (None, None, None)
    percent = None if mover.percent is None else round(mover.percent, 1)
    return (mover.gain, percent, mover.is_new)


def collections(rows: Iterable[Album]) -> ExportTable:
    """Return albums; `tracks` is their number of tracks."""
    columns = ("id", "title", "artists", "released", "tracks", "plays")
    return ExportTable(
        columns,
        [(row.id, row.name, row.artists, row.released, row.tracks, row.plays) for row in rows],
    )


_TRANSACTION = (
    "at", "about", "type", "status", "amount", "currency", "amount_minor", "minor_unit_factor",
    "reference", "reason", "next_step", "provider", "period_start", "period_end", "price",
    "platform_fee",
)  # fmt: skip


def transactions(rows: Iterable[Transaction]) -> ExportTable:
    """Return transactions, with amounts in both major and minor units."""
    return ExportTable(_TRANSACTION, [_transaction(row) for row in rows])


def _transaction(row: Transaction) -> tuple[Cell, ...]:
    details = row.details
    return (
        row.at, row.about, label(row.kind, TRANSACTION_TYPES),
        payouts.status_label(row.status), *_money(row.amount), details.reference,
        payouts.reason(details.reason), details.next_step, payouts.provider(details.provider),
        details.period_start, details.period_end,
        None if row.price is None else row.price.major,
        None if row.fee is None else row.fee.major,
    )  # fmt: skip


def sales(rows: Iterable[Purchase], currency: str | None) -> ExportTable:
    """Return track sales with the columns of transactions."""
    unknown = (None,) * 8
    return ExportTable(
        _TRANSACTION,
        [
            (
                row.at, row.track, TRANSACTION_TYPES["sales"], label(row.status, SALE_STATUSES),
                row.earned, currency, *unknown, row.price, row.fee,
            )
            for row in rows
        ],
    )  # fmt: skip


def _money(amount: Amount | None) -> tuple[Cell, ...]:
    if amount is None:
        return (None, None, None, None)
    return (amount.major, amount.currency, amount.minor, amount.factor)


def rankings(boards: Iterable[Leaderboard]) -> ExportTable:
    """Return the entries of the five leaderboards: the top 20, you and your neighbors."""
    columns = ("category", "period", "rank", "artist_id", "name", "value", "you", "url")
    return ExportTable(
        columns,
        [
            (
                label(board.category, VIEW_LABELS),
                board.period,
                entry.rank,
                entry.artist_id,
                entry.name,
                entry.value,
                entry.you,
                entry.url and allowed_url(entry.url),
            )
            for board in boards
            for entry in entries_of(board)
        ],
    )


def leaderboards(standings: Iterable[Standing]) -> ExportTable:
    """Return the entries of all categories of the season."""
    columns = ("category", "rank", "name", "value", "tier", "you")
    return ExportTable(
        columns,
        [
            (
                CATEGORY_INFO[standing.category].label,
                entry.rank,
                entry.name,
                entry.value,
                label(entry.tier),
                entry.you,
            )
            for standing in standings
            for entry in standing.entries
        ],
    )


def achievements(rows: Iterable[Achievement]) -> ExportTable:
    """Return unlocked and locked achievements."""
    columns = ("name", "about", "category", "rarity", "xp", "unlocked", "unlocked_at")
    return ExportTable(
        columns,
        [
            (
                row.name,
                row.about,
                label(row.category),
                label(row.rarity),
                row.xp,
                row.unlocked,
                row.unlocked_at,
            )
            for row in rows
        ],
    )


def activity(rows: Iterable[Download]) -> ExportTable:
    """Return downloads by the audience, newest first."""
    columns = ("at", "track", "by", "license", "license_status", "verification")
    return ExportTable(
        columns,
        [
            (
                row.at,
                row.track,
                row.by,
                label(row.license, LICENSES),
                label(row.license_status),
                license_url(row.license_uuid),
            )
            for row in rows
        ],
    )


BEAT_PREFIX = "beat:"
"""Prefix of a beat's id in the column of numbers."""


def history(
    samples: Iterable[tuple[datetime, int, str, float]], plays: Iterable[PlaysSample] = ()
) -> ExportTable:
    """Return the history of the numbers and then the plays of beats, each oldest first."""
    columns = ("at", "artist_id", "number", "value", "title")
    names = {number.id: number.published_name for number in RECORDED}
    rows: list[tuple[Cell, ...]] = [
        (at, artist, names.get(id, id), value, None) for at, artist, id, value in samples
    ]
    rows += [
        (at, artist, f"{BEAT_PREFIX}{beat}", value, title)
        for at, artist, beat, value, title in plays
    ]
    return ExportTable(columns, rows)


def as_csv(table: ExportTable) -> str:
    """Return CSV whose cells a spreadsheet does not interpret as formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([_field(cell) for cell in row])
    return text.getvalue()


FORMULAS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""First characters of formulas; some spreadsheets accept the full-width signs too."""
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
        # Some programs end a row at a lone carriage return, which `csv` does not quote.
        plain = plain.replace("\r", "\n")
    if isinstance(plain, str) and plain[:1] in FORMULAS and not _NUMBER.fullmatch(plain):
        return f"'{plain}"
    return str(plain)


def as_json(
    page: str, table: ExportTable, *, as_of: datetime | None, total: int | None, complete: bool
) -> str:
    """Return a JSON object with an object for each row."""
    content = {
        "version": SCHEMA,
        "page": page,
        "as_of": None if as_of is None else as_of.isoformat(timespec="seconds"),
        "complete": complete,
        "total": total,
        "rows": [dict(zip(table.columns, map(_plain, row), strict=True)) for row in table.rows],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _plain(cell: Cell) -> str | int | float | list[str] | None:
    """Return a cell as a JSON value: times in ISO 8601, and decimals as exact text."""
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
