"""`export`: the rows of a page as CSV or JSON, for spreadsheets and other programs."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path

from beatpass_tui import bootstrap, exit_codes, formatting
from beatpass_tui.commands.output import print_data, print_error, print_info, print_message
from beatpass_tui.commands.progress_bar import ProgressBar
from beatpass_tui.config import flags
from beatpass_tui.errors import StoreUnavailable, UsageError
from beatpass_tui.exports import collect, files, history_file, tables
from beatpass_tui.exports.collect import Collected
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.exports.tables import PAGES
from beatpass_tui.exports.target import Target, find_target
from beatpass_tui.models import text
from beatpass_tui.runtime import excepthooks
from beatpass_tui.session.fetch import Fetcher
from beatpass_tui.storage.files import display_path

_DESCRIPTION = """\
Write all rows of a page as CSV or JSON. Long lists are loaded at 30 pages per
minute. Loaded pages are cached, so that an interrupted export continues where
it stopped. Output is written once everything is loaded; an existing file is
overwritten only with --force, and only if the list is complete.
"""

LONG = 10.0
"""Loading is announced if it takes longer than this many seconds."""

_EPILOG = """\
pages:
  beats         the catalog             collections   the albums
  transactions  sales and earnings      activity      downloads, all time
  rankings      the five leaderboards   leaderboards  the season, all categories
  achievements  unlocked and locked
  history       the numbers recorded on this computer; sends no requests

examples:
  beatpass-tui export beats --output beats.csv
  beatpass-tui export transactions --json | jq '.rows[].amount'
  beatpass-tui export history > history.csv
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("page", metavar="PAGE", choices=PAGES, help="see below")
    output_format = parser.add_mutually_exclusive_group()
    output_format.add_argument("--csv", action="store_true", help="write CSV (default)")
    output_format.add_argument("--json", action="store_true", help="write JSON")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write to a file, or - for standard output"
    )
    flags.add_one(parser, "csv_bom")
    parser.add_argument("--force", action="store_true", help="overwrite the --output file")
    parser.add_argument("--offline", action="store_true", help="use cached data, send no requests")
    parser.add_argument("--account", metavar="NAME", help="another stored account, by name or ID")


def run(arguments: argparse.Namespace) -> int:
    if arguments.force and arguments.output is None:
        raise UsageError("--force requires --output.")
    environment = bootstrap.current_environment()
    csv_bom = flags.settings(arguments, os.environ).csv_bom
    kind = "json" if arguments.json else "csv"
    target = find_target(arguments.output, f"{arguments.page}.{kind}", overwrite=arguments.force)
    offline = arguments.offline or arguments.page == "history"
    fetcher = environment.fetcher(arguments.account, offline=offline)
    try:
        collected = excepthooks.run(
            _collect(fetcher, arguments.page, environment.page_interval, offline=offline)
        )
    except KeyboardInterrupt:
        print_message("Stopped. Loaded pages are cached; the next run continues from there.")
        raise
    finally:
        fetcher.close()
    if fetcher.warning:
        print_message(fetcher.warning)
    if collected.complete or collected.is_loaded or (offline and collected.table.rows):
        replaced = target.path if arguments.force and target is not None and target.exists else None
        if replaced is None or _may_replace(replaced, arguments.page, collected, environment.now()):
            _write(arguments, target, collected, csv_bom=csv_bom)
        else:
            print_message(f"{arguments.output} was left unchanged.")
    for note in collected.notes:
        print_message(note)
    for error in collected.errors:
        print_error(error.message)
    return exit_codes.most_urgent(error.exit_code for error in collected.errors)


def _may_replace(path: Path, page: str, collected: Collected, now: datetime) -> bool:
    """Return whether the rows can replace the file at `path`.

    Not if rows are missing, nor a history by one that lacks its values, which adds an error: the
    disk may not be mounted, or the store may have been damaged and replaced by an empty one.
    """
    if page != "history" or not collected.complete:
        return collected.complete
    try:
        previous = history_file.parse(path.read_bytes(), path.name, now)
    except (UsageError, OSError):
        return bool(collected.table.rows)
    exported = tables.as_csv(collected.table).encode()
    lost = history_file.count_lost(previous, history_file.parse(exported, path.name, now))
    if not lost:
        return bool(collected.table.rows)
    name, values = display_path(path), formatting.plural(lost, "value")
    collected.errors.append(
        StoreUnavailable(
            f"{name} has {values} that this computer no longer has. Restore "
            f"{'it' if lost == 1 else 'them'} with `beatpass-tui history import {path.name}`, or "
            f"write to another file."
        )
    )
    return False


async def _collect(fetcher: Fetcher, page: str, interval: float, *, offline: bool) -> Collected:
    progress = ProgressBar(f"Loading {page}")
    try:
        return await collect.collect(
            fetcher, page, interval, progress.show, _announce, offline=offline
        )
    finally:
        progress.clear()


def _announce(pages: int, seconds: float) -> None:
    """Print the estimated loading time if it is long."""
    if seconds > LONG:
        duration = formatting.duration(seconds)
        print_info(f"Loading {formatting.plural(pages, 'more page')} takes about {duration}.")


def _write(
    arguments: argparse.Namespace, target: Target | None, collected: Collected, *, csv_bom: bool
) -> None:
    file = ExportFile(
        arguments.page, collected.table, collected.as_of, collected.total, collected.complete
    )
    content = files.render(file, "json" if arguments.json else "csv", csv_bom=csv_bom)
    if target is not None:
        target.write(content, overwrite=arguments.force)
        rows = formatting.plural(len(collected.table.rows), "row")
        print_info(f"{rows} written to {text.clean(arguments.output)}.")
        return
    if isinstance(sys.stdout, TextIOWrapper):
        # Programs expect UTF-8, even if the terminal uses another encoding.
        sys.stdout.reconfigure(encoding="utf-8")
    print_data(content)
