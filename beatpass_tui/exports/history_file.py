"""Reading of the files written by `export history`."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from beatpass_tui.errors import UsageError
from beatpass_tui.exports.tables import BEAT_PREFIX, FORMULAS, SCHEMA
from beatpass_tui.models import decode
from beatpass_tui.models.decode import JsonObject
from beatpass_tui.models.numbers import RECORDED
from beatpass_tui.models.text import decode as decode_text

MAX_BYTES = 256 * 1024 * 1024
"""Maximum size in bytes; ten years of 1,000 beats take less than 40 MB."""

_COLUMNS = ("at", "artist_id", "number", "value")

_IDS = {
    name.casefold(): number.id
    for number in RECORDED
    for name in (number.id, number.published_name, number.title)
}

_CLOCK_TOLERANCE = timedelta(minutes=5)

FIRST_YEAR = 2020
"""Earlier times are those of a clock that was not set, or of another file."""


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
    misdated: list[int]
    """Numbers of the rows whose times are in the future or before `FIRST_YEAR`."""
    may_be_cut: bool
    """Whether the last line of a CSV file has no line break."""


def parse(content: bytes, name: str, now: datetime) -> HistoryFile:
    """Return the rows of a CSV or JSON file; raises UsageError if it is not a history.

    Values are validated like those of the service.
    """
    if len(content) > MAX_BYTES:
        raise UsageError(f"{name} is too large for a history: more than {MAX_BYTES >> 20} MB.")
    try:
        text = decode_text(content)
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not a text file in UTF-8.") from None
    if not text.strip():
        raise UsageError(f"{name} is empty.")
    is_json = text.lstrip().startswith(("{", "["))
    samples: list[ImportedSample] = []
    invalid: list[int] = []
    misdated: list[int] = []
    for number, row in enumerate((_json_rows if is_json else _csv_rows)(text, name), 1):
        sample = _sample(row, now)
        if sample is None:
            invalid.append(number)
        elif sample.at.year >= FIRST_YEAR and sample.at <= now + _CLOCK_TOLERANCE:
            samples.append(sample)
        else:
            misdated.append(number)
    return HistoryFile(samples, invalid, misdated, not is_json and text[-1] not in "\r\n")


def count_lost(previous: HistoryFile, exported: HistoryFile) -> int:
    """Return how many values of a previous export the new one has no equivalent of.

    The history is thinned as it gets older, so a value of a number on the same or the next day is
    equivalent, and any value of the same beat.
    """
    days = {
        (each.artist, each.number, each.at.toordinal() + shift)
        for each in exported.samples
        if isinstance(each.number, str)
        # Days start at another hour in another time zone.
        for shift in (-1, 0, 1)
    }
    beats = {(each.artist, each.number) for each in exported.samples}
    return sum(
        (each.artist, each.number, each.at.toordinal()) not in days
        if isinstance(each.number, str)
        else (each.artist, each.number) not in beats
        for each in previous.samples
    )


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
            raise UsageError(f"{name} is not an export of the history: {_problem(header)}.")
        for cells in reader:
            if len(cells) == len(header):
                pairs = zip(header, cells, strict=True)
                yield JsonObject({name: _unmarked(name, cell) for name, cell in pairs})
            elif cells:
                yield JsonObject()
    except csv.Error:
        raise UsageError(f"{name} is damaged in line {reader.line_num}.") from None


def _problem(header: Sequence[str]) -> str:
    """Describe a header that lacks columns of the history."""
    for separator, kind in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and {*_COLUMNS} <= {*header[0].split(separator)}:
            # A spreadsheet that separates them in this way also changes times and numbers.
            return f"its columns are separated by {kind}; import the original file"
    missing = [column for column in _COLUMNS if column not in header]
    if len(missing) < len(_COLUMNS):
        return f"it has no column {', '.join(missing)}"
    return f"it is neither an export as JSON nor CSV with the columns {', '.join(_COLUMNS)}"


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
    return ImportedSample(at, artist, number, value, row.string("title"))


def _time(at: date | None, now: datetime) -> datetime | None:
    """Return the time of a sample; a plain date is noon, which no change of the clock moves."""
    if at is None or isinstance(at, datetime):
        return at
    # Noon may be in the future.
    return datetime.combine(at, time() if at == now.date() else time(12), now.tzinfo)
