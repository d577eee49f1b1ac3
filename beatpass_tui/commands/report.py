"""`report`: what changed in a period, as text, Markdown, JSON or a picture."""

from __future__ import annotations

import argparse
import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

from beatpass_tui import bootstrap, exit_codes
from beatpass_tui.commands.output import (
    print_bytes,
    print_data,
    print_error,
    print_info,
    print_message,
)
from beatpass_tui.config import flags
from beatpass_tui.errors import (
    BeatPassError,
    CredentialsError,
    NoArtistProfile,
    RequestFailed,
    Unreachable,
    UsageError,
)
from beatpass_tui.exports.target import Target, find_target
from beatpass_tui.models import text
from beatpass_tui.runtime import excepthooks

if TYPE_CHECKING:
    from beatpass_tui.session.fetch import Fetcher
    from beatpass_tui.session.query import Query
    from beatpass_tui.view_models.report import Report
    from beatpass_tui.view_models.stat_cards import Goals

# What a report is made of is imported only when one is made.

MAX_DAYS = 366

_SUFFIXES = {"text": "txt", "markdown": "md", "json": "json", "svg": "svg", "png": "png"}
FORMATS = tuple(_SUFFIXES)

_DESCRIPTION = """\
Print a report of the last days: gains compared with the days before, top
movers, downloads by beat, ranks and milestones. SVG and PNG are a share card of
1200x630. Gains come from the history on this computer. Only outdated data of
Home is fetched, with at most seven requests. A report contains no names of
downloaders, and no earnings without --with-earnings.
"""

_EPILOG = """\
examples:
  beatpass-tui report                        the last 7 days
  beatpass-tui report --as markdown          to paste in Discord or GitHub
  beatpass-tui report --days 30 --json | jq '.movers.rows[0].title'
  beatpass-tui report --as png --output week.png
  beatpass-tui report --offline | mail -s 'My week' me@example.com

exit status:
  0 success, even if no gains are known yet, 1 output could not be written,
  2 wrong usage, or --as png without its library, 3 no artist profile,
  4 not signed in, 5 rate limited, 6 offline, server down, or nothing cached,
  7 local data cannot be read; with 5 and 6 a report of known numbers is
  printed as well
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument(
        "--days", type=_days, default=7, metavar="DAYS", help="length of the period (default: 7)"
    )
    output_format = parser.add_mutually_exclusive_group()
    output_format.add_argument(
        "--as",
        dest="format",
        choices=FORMATS,
        metavar="FORMAT",
        help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]} (default: by the end of FILE, or text)",
    )
    output_format.add_argument(
        "--json", dest="format", action="store_const", const="json", help="same as --as json"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write to a file, or - for standard output"
    )
    parser.add_argument("--force", action="store_true", help="overwrite the --output file")
    parser.add_argument(
        "--with-earnings", action="store_true", help="add the earnings of the period"
    )
    parser.add_argument("--offline", action="store_true", help="use stored data, send no requests")
    parser.add_argument("--account", metavar="NAME", help="another stored account, by name or ID")
    flags.add_one(parser, "ascii")


def _days(argument: str) -> int:
    if argument.isascii() and argument.isdigit() and 1 <= int(argument[:4]) <= MAX_DAYS:
        return int(argument)
    raise argparse.ArgumentTypeError(f"must be a whole number of days from 1 to {MAX_DAYS}")


def run(arguments: argparse.Namespace) -> int:
    if arguments.force and arguments.output is None:
        raise UsageError("--force requires --output.")
    kind: str = arguments.format or _kind_of(arguments.output)
    if kind == "png":
        from beatpass_tui.exports import share_card

        share_card.check_png()
    settings = flags.settings(arguments, os.environ)
    environment = bootstrap.current_environment()
    name = f"report.{_SUFFIXES[kind]}"
    target = find_target(arguments.output, name, overwrite=arguments.force)
    if kind == "png" and target is None and sys.stdout is not None and sys.stdout.isatty():
        raise UsageError(f"A terminal can't show PNG; use --output {name}.")
    fetcher = environment.fetcher(arguments.account, offline=arguments.offline)
    try:
        report, errors = excepthooks.run(_load(fetcher, arguments, kind, settings.goals))
    finally:
        fetcher.close()
    if fetcher.warning:
        print_message(fetcher.warning)
    if report is not None:
        ascii_only = settings.ascii
        if ascii_only is None:
            ascii_only = target is None and not _can_show_symbols()
        problems = [error.message for error in errors]
        content = _render(report, kind, problems, ascii_only=ascii_only)
        _write(arguments, target, kind, content)
    for error in errors:
        print_error(error.message)
    return exit_codes.most_urgent(error.exit_code for error in errors)


def _kind_of(output: str | None) -> str:
    """Return the format of a file according to its name; text if that says nothing."""
    suffix = (output or "").rpartition(".")[2].lower()
    return next((kind for kind, known in _SUFFIXES.items() if known == suffix), "text")


async def _load(
    fetcher: Fetcher, arguments: argparse.Namespace, kind: str, goals: Goals
) -> tuple[Report | None, list[BeatPassError]]:
    """Return the report, and what failed; None if there is nothing to report."""
    from beatpass_tui.view_models.report import PLAYS, load_report

    with_earnings: bool = arguments.with_earnings
    errors: list[BeatPassError] = []
    if not arguments.offline:
        errors = await _fetch(fetcher, with_earnings=with_earnings)
    report = await load_report(fetcher.session, arguments.days, goals, with_earnings=with_earnings)
    if any(isinstance(error, NoArtistProfile) for error in errors):
        return None, errors
    is_picture = kind in ("svg", "png")
    needed = [report.figure(PLAYS)] if is_picture else report.figures
    if all(figure.value is None for figure in needed):
        if arguments.offline:
            message = "No cached data for this account; run without --offline to fetch it."
            errors.append(Unreachable(message))
        elif not errors:
            noun = "plays to draw" if is_picture else "numbers to report"
            errors.append(Unreachable(f"BeatPass sent no {noun}."))
        return None, errors
    return report, errors


async def _fetch(fetcher: Fetcher, *, with_earnings: bool) -> list[BeatPassError]:
    """Request what is outdated; return what failed."""

    def due() -> list[Query[Any]]:
        extra = [query for query in others() if not query.is_fresh]
        return [*fetcher.due_queries(None), *extra]

    def others() -> list[Query[Any]]:
        session = fetcher.session
        earnings = [session.transactions("all", "all", 1)] if with_earnings else []
        return [session.performance, *earnings]

    errors: list[BeatPassError] = []
    await fetcher.session.restore(others())
    try:
        if due():
            async with fetcher.connected():
                # Connecting starts a new session if the account was unknown.
                await fetcher.load(due())
    except (RequestFailed, CredentialsError) as error:
        errors.append(error)
    # Without the latest beats, the movers say how many beats they compare.
    return errors + fetcher.errors((*fetcher.session.home, *others()[1:]))


def _render(report: Report, kind: str, problems: list[str], *, ascii_only: bool) -> str | bytes:
    from beatpass_tui.exports import report_json, report_text, share_card

    match kind:
        case "json":
            return f"{report_json.as_json(report, problems)}\n"
        case "markdown":
            return report_text.as_markdown(report)
        case "svg":
            return share_card.as_svg(report)
        case "png":
            return share_card.as_png(share_card.as_svg(report))
    return report_text.as_text(report, ascii_only=ascii_only)


def _write(
    arguments: argparse.Namespace, target: Target | None, kind: str, content: str | bytes
) -> None:
    if target is not None:
        target.write(content, overwrite=arguments.force)
        print_info(f"The report was written to {text.clean(arguments.output)}.")
    elif isinstance(content, bytes):
        print_bytes(content)
    else:
        if kind in ("markdown", "svg") and isinstance(sys.stdout, TextIOWrapper):
            # Programs expect UTF-8, even if the terminal uses another encoding.
            sys.stdout.reconfigure(encoding="utf-8")
        print_data(content)


def _can_show_symbols() -> bool:
    try:
        "▲−·".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
