"""Export files: their content as CSV or JSON, and the names under which they are saved."""

from codecs import BOM_UTF8
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.errors import UsageError, WriteFailed
from beatpass_tui.exports import tables
from beatpass_tui.exports.tables import ExportTable
from beatpass_tui.session.history import Samples
from beatpass_tui.storage.files import absolute, write_text
from beatpass_tui.storage.plays import PlaysSample

MAX_FILES = 99
"""Maximum number of exports of the same page and day in a folder."""


class ExportFile(NamedTuple):
    """The rows of a page for a file."""

    page: str
    """One of `tables.PAGES`."""
    table: ExportTable
    as_of: datetime | None
    total: int | None
    """Number of rows at BeatPass, if known."""
    complete: bool
    """Whether the table has all rows."""
    loaded: int | None = None
    """Number of loaded rows among which those of the table were found, if there are fewer."""


def history_file(samples: Samples, plays: Sequence[PlaysSample]) -> ExportFile:
    """Return the history of the numbers and the plays of beats, as of the latest value."""
    table = tables.history(samples, plays)
    latest = [*(at for at, *_ in samples[-1:]), *(each.at for each in plays[-1:])]
    return ExportFile("history", table, max(latest, default=None), len(table.rows), complete=True)


def render(file: ExportFile, kind: str, *, csv_bom: bool = False) -> str:
    """Return the content of a "csv" or "json" file.

    With `csv_bom`, CSV begins with a byte order mark, by which Excel recognizes UTF-8.
    """
    page, table, as_of, total, complete, _ = file
    if kind == "csv":
        return (BOM_UTF8.decode() if csv_bom else "") + tables.as_csv(table)
    return tables.as_json(page, table, as_of=as_of, total=total, complete=complete)


def save(
    file: ExportFile, kind: str, folder: Path, now: datetime, *, csv_bom: bool = False
) -> Path:
    """Write a "csv" or "json" file under an unused name and return its path.

    Raises WriteFailed, and UsageError if the folder was deleted.
    """
    # Only checked: messages show paths as the user knows them.
    absolute(str(folder))
    content = render(file, kind, csv_bom=csv_bom)
    name = f"beatpass-{file.page}-{now:%Y-%m-%d}"
    for number in range(1, MAX_FILES + 1):
        path = folder / (f"{name}.{kind}" if number == 1 else f"{name}-{number}.{kind}")
        try:
            write_text(path, content, overwrite=False)
        except UsageError:
            # A file with this name exists.
            continue
        return path
    raise WriteFailed(f"There are already {MAX_FILES} files named {name}; move some away.")


def saved_message(file: ExportFile, path: Path) -> str:
    """Return a message such as "Wrote 20 rows of 45 to beatpass-activity.csv"."""
    rows = formatting.plural(len(file.table.rows), "row")
    if file.complete:
        return f"Wrote {rows} to {path.name}"
    if file.loaded is not None and file.total and file.loaded < file.total:
        loaded, total = formatting.count(file.loaded), formatting.count(file.total)
        return f"Wrote {rows}, found in {loaded} of {total} loaded, to {path.name}"
    if file.total:
        return f"Wrote {rows} of {formatting.count(file.total)} to {path.name}"
    return f"Wrote {rows} to {path.name}; the rest is not loaded"
