"""The rows of a page as a file: for a command, or beside what the program was started in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.errors import UsageError, WriteFailed
from beatpass_tui.exports import tables
from beatpass_tui.exports.tables import ExportTable
from beatpass_tui.storage.files import write_text

MAX_FILES = 99
"""How many files of one page and day may stand beside each other."""


class ExportFile(NamedTuple):
    """What a page has to write."""

    page: str
    """One of `exports.PAGES`."""
    table: ExportTable
    as_of: datetime | None
    total: int | None
    """How many rows there are in all, where that is known."""
    complete: bool
    """Whether the table has all of them."""


def render(extract: ExportFile, kind: str) -> str:
    """Return an extract as the text of a "csv" or "json" file."""
    if kind == "csv":
        return tables.as_csv(extract.table)
    return tables.as_json(
        extract.page,
        extract.table,
        as_of=extract.as_of,
        total=extract.total,
        complete=extract.complete,
    )


def save(extract: ExportFile, kind: str, folder: Path, now: datetime) -> Path:
    """Write an extract as "csv" or "json" under a name that nothing has yet, and return its path.

    Raises WriteFailed.
    """
    written = render(extract, kind)
    name = f"beatpass-{extract.page}-{now:%Y-%m-%d}"
    for number in range(1, MAX_FILES + 1):
        path = folder / (f"{name}.{kind}" if number == 1 else f"{name}-{number}.{kind}")
        try:
            write_text(path, written, overwrite=False)
        except UsageError:
            # There is one of that name, which is left alone.
            continue
        return path
    raise WriteFailed(f"There are {MAX_FILES} files called {name} already; move some away.")


def saved_message(extract: ExportFile, path: Path) -> str:
    """Return what was written, and how much of the whole that is."""
    of = ""
    if not extract.complete:
        of = (
            f" of {formatting.count(extract.total)}"
            if extract.total
            else ", those that are loaded,"
        )
    return f"Wrote {formatting.plural(len(extract.table.rows), 'row')}{of} to {path.name}"
