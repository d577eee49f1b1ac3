"""`history import`: restore the history of the numbers from an export."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from beatpass_tui import bootstrap, exit_codes
from beatpass_tui.commands.output import print_error, print_info, print_message
from beatpass_tui.errors import BeatPassError, UsageError
from beatpass_tui.exports import history_file
from beatpass_tui.exports.history_file import HistoryFile
from beatpass_tui.formatting import count, plural
from beatpass_tui.models.beat_plays import BeatPlays
from beatpass_tui.runtime import excepthooks
from beatpass_tui.session.fetch import Fetcher
from beatpass_tui.storage.files import display_path, reporting

_DESCRIPTION = """\
Restore the history of the numbers from a CSV or JSON file written by
`export history`. Values that are already stored are not changed. Damaged rows
and rows of another artist are refused. BeatPass is contacted only if the
account's artist is not known on this computer.
"""

_EPILOG = """\
examples:
  beatpass-tui history import history.csv
  beatpass-tui history import --account nova - < history.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add description, arguments and examples."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("action", choices=("import",), metavar="import", help="restore an export")
    parser.add_argument("file", metavar="FILE", help="the export, or - for standard input")
    parser.add_argument("--account", metavar="NAME", help="another stored account, by name or ID")


def run(arguments: argparse.Namespace) -> int:
    """Import the file; return 0 if all of its rows are stored."""
    environment = bootstrap.current_environment()
    content, name = _read(arguments.file)
    file = history_file.parse(content, name, environment.now())
    fetcher = environment.fetcher(arguments.account, needs_store=True)
    try:
        return excepthooks.run(_import(fetcher, file, name))
    finally:
        fetcher.close()


def _read(argument: str) -> tuple[bytes, str]:
    """Return content and display name of a file, or of standard input for `-`."""
    limit = history_file.MAX_BYTES + 1
    if argument == "-":
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("`history import -` reads from standard input; pipe the file in.")
        return sys.stdin.buffer.read(limit), "standard input"
    path = Path(argument)
    with reporting(path, "read", UsageError), path.open("rb") as file:
        return file.read(limit), display_path(path)


async def _import(fetcher: Fetcher, file: HistoryFile, name: str) -> int:
    errors: Sequence[BeatPassError]
    artist, errors = await fetcher.find_artist()
    if artist is None:
        for error in errors:
            print_error(error.message)
        return exit_codes.most_urgent(error.exit_code for error in errors)
    own = [sample for sample in file.samples if sample.artist == artist]
    rows = [(each.number, each.at, each.value) for each in own if isinstance(each.number, str)]
    plays = [
        (BeatPlays(each.number, int(each.value), each.title), each.at)
        for each in own
        if isinstance(each.number, int)
    ]
    added = await fetcher.import_samples(artist, rows, plays)
    print_info(f"Imported {plural(added, 'sample')} from {name}.")
    if existing := len(own) - added:
        rows_stored = plural(existing, "row")
        print_info(f"Already recorded: {rows_stored}; the stored values are unchanged.")
    if file.may_be_cut:
        print_message(f"The last line of {name} has no line break; check that it is complete.")
    if refused := len(file.samples) - len(own):
        rows_of_others = plural(refused, "row")
        print_error(f"Refused {rows_of_others} of another artist than this account's, {artist}.")
    if file.invalid:
        damaged = plural(len(file.invalid), "damaged row")
        print_error(f"Refused {damaged}; the first is row {count(file.invalid[0])}.")
    if file.misdated:
        misdated, first = plural(len(file.misdated), "row"), count(file.misdated[0])
        print_error(
            f"Refused {misdated} with a time before {history_file.FIRST_YEAR} or in the future; "
            f"the first is row {first}."
        )
    is_complete = not (refused or file.invalid or file.misdated)
    return exit_codes.OK if is_complete else exit_codes.UNEXPECTED
