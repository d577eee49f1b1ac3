"""`export`: a page as CSV or JSON, for spreadsheets and other programs."""

from __future__ import annotations

import argparse
import sys
from io import TextIOWrapper
from pathlib import Path

from beatpass_tui import bootstrap, exit_codes, formatting
from beatpass_tui.commands.output import print_data, print_error, print_message
from beatpass_tui.commands.progress_bar import ProgressBar
from beatpass_tui.errors import UsageError
from beatpass_tui.exports import collect, files
from beatpass_tui.exports.collect import Collected
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.exports.tables import PAGES
from beatpass_tui.runtime import excepthooks
from beatpass_tui.session.fetch import Fetcher
from beatpass_tui.storage.files import check_target, write_text

_DESCRIPTION = """\
Write all rows of a page as CSV or JSON. Pages of a long list are loaded 30 a
minute; those that have come are kept for a while, so that a run that was
stopped with ctrl+c or failed goes on from there. Nothing is written before all
of it is there, and nothing is overwritten without --force.
"""

_EPILOG = """\
pages:
  beats         the catalog             collections   the albums
  transactions  all sales and earnings    activity      downloads, all time
  leaderboards  every category            achievements  unlocked or not
  history       what this machine remembers of the seven numbers; asks nothing

examples:
  beatpass-tui export beats --output beats.csv
  beatpass-tui export transactions --json | jq '.rows[].amount'
  beatpass-tui export history > history.csv
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add description, arguments and examples."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("page", metavar="PAGE", choices=PAGES, help="see below")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="as CSV, which is the default")
    form.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--output", metavar="FILE", help="into this file, whole or not at all")
    parser.add_argument("--force", action="store_true", help="with --output: overwrite the file")
    parser.add_argument(
        "--offline", action="store_true", help="only what is remembered; ask nothing"
    )
    parser.add_argument("--account", metavar="NAME", help="another stored account, by name or id")


def run(arguments: argparse.Namespace) -> int:
    """Write the page; what went wrong is said beside it."""
    if arguments.force and arguments.output is None:
        raise UsageError("--force goes with --output.")
    found = bootstrap.current_environment()
    target = Path(arguments.output).absolute() if arguments.output is not None else None
    if target is not None:
        check_target(target, overwrite=arguments.force)
    local = arguments.offline or arguments.page == "history"
    fetcher = found.fetcher(arguments.account, offline=local)
    try:
        page = excepthooks.run(_gather(fetcher, arguments.page, found.page_interval, offline=local))
    except KeyboardInterrupt:
        print_message("Stopped. What came is kept for a while; the next run goes on from there.")
        raise
    finally:
        fetcher.close()
    if fetcher.warning:
        print_message(fetcher.warning)
    if page.complete or (local and page.table.rows):
        _write(arguments, target, page)
    for remark in page.remarks:
        print_message(remark)
    for problem in page.problems:
        print_error(problem.message)
    return exit_codes.most_urgent(error.exit_code for error in page.problems)


async def _gather(fetcher: Fetcher, page: str, pace: float, *, offline: bool) -> Collected:
    progress = ProgressBar(f"Loading {page}")
    try:
        return await collect.collect(fetcher, page, pace, progress.show, offline=offline)
    finally:
        progress.end()


def _write(arguments: argparse.Namespace, target: Path | None, page: Collected) -> None:
    extract = ExportFile(arguments.page, page.table, page.as_of, page.total, page.complete)
    content = files.render(extract, "json" if arguments.json else "csv")
    if target is None:
        if isinstance(sys.stdout, TextIOWrapper):
            # A program reads it, whatever letters the terminal has.
            sys.stdout.reconfigure(encoding="utf-8")
        print_data(content)
        return
    write_text(target, content, overwrite=arguments.force)
    print_message(
        f"{formatting.plural(len(page.table.rows), 'row')} written to {arguments.output}."
    )
