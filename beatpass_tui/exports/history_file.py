"""Reading of the files written by `export history`."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from beatpass_tui.errors import UsageError
from beatpass_tui.exports.tables import BEAT_PREFIX, FORMULAS, SCHEMA
from beatpass_tui.models import decode
from beatpass_tui.models.decode import JsonObject
from beatpass_tui.models.numbers import RECORDED
from beatpass_tui.storage.samples import parse_time

MAX_BYTES = 256 * 1024 * 1024
"""Maximum size in bytes; ten years of 1,000 beats take less than 40 MB."""

_COLUMNS = ("at", "artist_id", "number", "value")

_IDS = {
    name.casefold(): number.id
    for number in RECORDED
    for name in (number.id, number.published_name, number.title)
}

_CLOCK_TOLERANCE = timedelta(minutes=5)


class ImportedSample(NamedTuple):
    """One valid row."""

    at: datetime
    artist: int
    number: str | int
    """The id of a number, or of a beat for its plays."""
    value: float
    title: str | None = None
    """The title of the beat, if known."""


class HistoryFile(NamedTuple):
    """The rows of a file."""

    samples: list[ImportedSample]
    invalid: list[int]
    """Numbers, from 1, of the rows that are unreadable or have implausible values."""
    may_be_cut: bool
    """Whether the last line of a CSV file has no line break."""


def parse(content: bytes, name: str, now: datetime) -> HistoryFile:
    """Return the rows of a CSV or JSON file; raises UsageError if it is not a history.

    Values are validated like those of the service.
    """
    if len(content) > MAX_BYTES:
        raise UsageError(f"{name} is too large for a history: more than {MAX_BYTES >> 20} MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not a text file in UTF-8.") from None
    if not text.strip():
        raise UsageError(f"{name} is empty.")
    is_json = text.lstrip().startswith(("{", "["))
    samples: list[ImportedSample] = []
    invalid: list[int] = []
    for number, row in enumerate((_json_rows if is_json else _csv_rows)(text, name), 1):
        sample = _sample(row, now)
        if sample is None:
            invalid.append(number)
        else:
            samples.append(sample)
    return HistoryFile(samples, invalid, not is_json and text[-1] not in "\r\n")


def _json_rows(text: str, name: str) -> Iterator[JsonObject]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError(f"{name} is damaged or incomplete: it is not valid JSON.") from None
    export = JsonObject(content)
    version, rows = decode.count(export.get("version")), export.get("rows")
    if export.get("page") != "history" or version is None or not isinstance(rows, list):
        raise UsageError(f"{name} is not an export of the history.")
    if version > SCHEMA:
        raise UsageError(f"{name} was written by a newer version of beatpass-tui; update it.")
    yield from map(JsonObject, rows)


def _csv_rows(text: str, name: str) -> Iterator[JsonObject]:
    # Unless `strict`, an unmatched quotation mark would turn the rest of the file into one cell.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader)
        missing = [column for column in _COLUMNS if column not in header]
        if missing:
            raise UsageError(
                f"{name} is not an export of the history: it has no column {', '.join(missing)}."
            )
        for cells in reader:
            if len(cells) == len(header):
                pairs = zip(header, cells, strict=True)
                yield JsonObject({name: _unmarked(name, cell) for name, cell in pairs})
            elif cells:
                yield JsonObject()
    except csv.Error:
        raise UsageError(f"{name} is damaged in line {reader.line_num}.") from None


def _unmarked(column: str, cell: str) -> str:
    """Return a cell without the apostrophe by which exports and spreadsheets mark text."""
    # The title itself may begin with an apostrophe.
    is_marked = column != "title" or cell[1:2] in FORMULAS
    return cell.removeprefix("'") if is_marked else cell


def _sample(row: JsonObject, now: datetime) -> ImportedSample | None:
    at, artist = _time(row.day_or_moment("at"), now), row.identifier("artist_id")
    name, raw = row.string("number") or "", row.get("value")
    number: str | int | None = _IDS.get(name.casefold())
    if name.casefold().startswith(BEAT_PREFIX):
        number = decode.identifier(name[len(BEAT_PREFIX) :])
    value = decode.number(raw) if number == "growth" else decode.count(raw)
    if at is None or artist is None or number is None or value is None:
        return None
    is_plausible = at <= now + _CLOCK_TOLERANCE and parse_time(at.timestamp()) is not None
    sample = ImportedSample(at, artist, number, value, row.string("title"))
    return sample if is_plausible else None


def _time(at: date | None, now: datetime) -> datetime | None:
    """Return the time of a sample; a plain date is noon, which no change of the clock moves."""
    if at is None or isinstance(at, datetime):
        return at
    # Noon may be in the future.
    return datetime.combine(at, time() if at == now.date() else time(12), now.tzinfo)
