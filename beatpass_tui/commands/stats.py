"""`stats`: the numbers of the dashboard as a table, as JSON, or on one line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime, timedelta
from itertools import chain, repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from beatpass_tui import bootstrap, exit_codes, formatting
from beatpass_tui.bootstrap import Environment
from beatpass_tui.commands.output import print_data, print_error, print_message
from beatpass_tui.errors import BeatPassError, StoreUnavailable, Unreachable, UsageError
from beatpass_tui.fast_stats import line
from beatpass_tui.fast_stats.snapshot import current_account, load_snapshot
from beatpass_tui.models.numbers import Reading, Snapshot, measure_all
from beatpass_tui.runtime import excepthooks
from beatpass_tui.session.recent_points import load_recent_points
from beatpass_tui.storage import files, printed_line
from beatpass_tui.storage.store import AccountKey, Store
from beatpass_tui.view_models import periods
from beatpass_tui.view_models.periods import PERIODS, WEEK, Period

if TYPE_CHECKING:
    from beatpass_tui.models.trends import Points
    from beatpass_tui.session.fetch import Fetcher
    from beatpass_tui.view_models.movers import Movers

WAIT = 120
"""Default of `--wait` in seconds."""

_MAX_WAIT = 3600
_MOVERS = 5
"""Number of top movers below the table."""

_DESCRIPTION = """\
Print the numbers of the dashboard and how they changed since your last visit,
or in a period. Only outdated data is fetched, with at most six requests. An
unavailable number is a dash with the reason.
"""

_EPILOG = """\
fields of --format:
  tracks plays albums downloads followers level growth xp profile as_of since
  and the first seven with _change and _percent, such as plays_change

examples:
  beatpass-tui stats                         a table
  beatpass-tui stats --period 7d             gains of 7 days, and top movers
  beatpass-tui stats --json | jq .numbers.plays.value
  beatpass-tui stats --line --offline        for tmux, starship or waybar
  beatpass-tui stats --format '{plays} {plays_change}'
  beatpass-tui stats --max-age 5 > /dev/null from cron, for --offline elsewhere

exit status:
  0 success (the growth rate may still be calculating), 3 no artist profile,
  4 not signed in, 5 rate limited, 6 offline, server down, or nothing cached,
  7 local data cannot be read; with 5 and 6 known numbers are printed as well
"""


class _Report(NamedTuple):
    snapshot: Snapshot
    errors: Sequence[BeatPassError] = ()
    warnings: Sequence[str] = ()
    movers: Movers | None = None
    points: Mapping[str, Points] = MappingProxyType({})
    """The recorded values by the ids of numbers."""
    visit_end: datetime | None = None
    """When the visit ends, after which changes are measured anew; None if it has ended."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    output_format = parser.add_mutually_exclusive_group()
    output_format.add_argument("--json", action="store_true", help="print JSON")
    output_format.add_argument("--line", action="store_true", help="print one line")
    output_format.add_argument(
        "--format", metavar="LINE", help="print a line with fields in braces"
    )
    parser.add_argument(
        "--period",
        dest="change_period",
        choices=[period.key for period in PERIODS],
        metavar="PERIOD",
        help="measure changes in visit (default), 24h, 7d or 30d",
    )
    parser.add_argument(
        "--wait",
        nargs="?",
        type=_seconds,
        const=WAIT,
        metavar="SECONDS",
        help=f"wait for a growth rate that is being calculated (default: {WAIT})",
    )
    age = parser.add_mutually_exclusive_group()
    age.add_argument("--offline", action="store_true", help="print cached data, send no requests")
    age.add_argument(
        "--max-age",
        type=_minutes,
        metavar="MINUTES",
        help="fetch data older than this; data under 30 seconds old is never fetched",
    )
    parser.add_argument("--account", metavar="NAME", help="another stored account, by name or ID")


def _minutes(text: str) -> timedelta:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise argparse.ArgumentTypeError("must be a whole number of minutes, 0 or more")
    return timedelta(minutes=int(text))


def _seconds(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:5]) <= _MAX_WAIT:
        return int(text)
    raise argparse.ArgumentTypeError(f"must be a whole number of seconds, 1 to {_MAX_WAIT}")


def run(arguments: argparse.Namespace) -> int:
    if arguments.wait is not None and arguments.offline:
        raise UsageError("--wait sends requests, which --offline forbids; omit one of them.")
    if arguments.format is not None:
        line.check_template(arguments.format)
    environment = bootstrap.current_environment()
    state = printed_line.state() if printed_line.is_requested(sys.argv[1:]) else None
    report = None
    if arguments.offline and arguments.account is None:
        report = _read_stored(environment)
    if report is None:
        report = _open_session(environment, arguments)
    key: str | None = arguments.change_period
    period = periods.by_key(key)
    if arguments.json or key is not None:
        needs_movers = arguments.json or not (arguments.line or arguments.format)
        movers_period = period if key is not None else WEEK
        report = _with_history(environment, report, movers_period if needs_movers else None)
    output = f"{_format(arguments, report, period, environment.now())}\n"
    print_data(output)
    if state is not None and not report.warnings and not report.errors:
        _keep(environment, state, output, report.visit_end)
    for warning in report.warnings:
        print_message(warning)
    for error in report.errors:
        print_error(error.message)
    return exit_codes.most_urgent(error.exit_code for error in report.errors)


def _keep(environment: Environment, state: bytes, output: str, end: datetime | None) -> None:
    """Keep the output for the next run, if nothing has changed since `state` was taken."""
    if printed_line.state() == state:
        content = printed_line.encode(state, output, None if end is None else end.timestamp())
        # The next run then reads the store again.
        with suppress(OSError):
            files.write_atomically(environment.data() / printed_line.NAME, lambda: content)


def _read_stored(environment: Environment) -> _Report | None:
    """Return the stored numbers of the current account; None if that needs a session.

    Raises InvalidToken and StoreUnavailable.
    """
    path, token = environment.store_path(), environment.variable_token
    if path is None:
        return None
    account = None
    if token is None:
        account = current_account(path.parent, environment.origin, environment.now)
        if account is None:
            return None
    with closing(Store(path, environment.now)) as store:
        if token is not None:
            account = store.find_token_owner(environment.origin, token.reveal())
        if account is None:
            return None
        key = AccountKey(environment.origin, account)
        snapshot = load_snapshot(store, key, environment.now())
        end = store.load_visit_end(key)
    return _Report(snapshot, _error_if_empty(snapshot), store.warnings, visit_end=end)


def _with_history(environment: Environment, report: _Report, movers: Period | None) -> _Report:
    """Return the report with the recorded values of the numbers, and the gains of the beats.

    `movers` is the period of the gains of the beats, None if they are not needed.
    """
    path, now = environment.store_path(), environment.now()
    account, artist = report.snapshot.account, report.snapshot.artist
    if path is None or account is None or account.id is None:
        return report
    if artist is None or artist.id is None:
        return report
    with suppress(StoreUnavailable), closing(Store(path, environment.now)) as store:
        key = AccountKey(environment.origin, account.id)
        report = report._replace(points=load_recent_points(store, key, artist.id, now))
        if movers is not None:
            visit = report.snapshot.last_visit
            beats = _load_movers(store, key, artist.id, movers, visit, now)
            report = report._replace(movers=beats)
    return report


def _load_movers(
    store: Store,
    key: AccountKey,
    artist: int,
    period: Period,
    last_visit: datetime | None,
    now: datetime,
) -> Movers | None:
    """Return the gains of the recorded beats in a period; None if none are recorded."""
    from beatpass_tui.models.catalog import Beats
    from beatpass_tui.view_models.movers import STRIP_DAYS, measure

    days = period.days
    if days is None:
        days = (now - last_visit).days + 1 if last_visit is not None else 1
    since = now - timedelta(days=max(2 * days, STRIP_DAYS) + 2)
    beats = store.beats.load(key, artist, since)
    cached = store.load_cached(key, ("beats:1",)).get("beats:1")
    catalog = cached.load(Beats) if cached is not None else None
    total = catalog.total if catalog is not None else None
    return measure(beats, now, period, last_visit, total) if beats else None


def _error_if_empty(snapshot: Snapshot) -> Sequence[BeatPassError]:
    if snapshot.current:
        return ()
    return (Unreachable("No cached data for this account; run without --offline to fetch it."),)


def _open_session(environment: Environment, arguments: argparse.Namespace) -> _Report:
    """Return the numbers of a session; unless offline, outdated data is fetched first."""
    fetcher = environment.fetcher(arguments.account, offline=arguments.offline)
    try:
        if not arguments.offline:
            return excepthooks.run(_fetch(environment, fetcher, arguments))
        report = _report(fetcher)
        snapshot = report.snapshot._replace(is_offline=True)
        return report._replace(snapshot=snapshot, errors=_error_if_empty(snapshot))
    finally:
        fetcher.close()


async def _fetch(
    environment: Environment, fetcher: Fetcher, arguments: argparse.Namespace
) -> _Report:
    from beatpass_tui.errors import CredentialsError, RequestFailed
    from beatpass_tui.session.query import Trigger

    max_age: timedelta | None = arguments.max_age
    must_wait = arguments.wait is not None and _is_calculating(fetcher)
    errors: list[BeatPassError] = []
    try:
        if fetcher.due_queries(max_age) or must_wait:
            async with fetcher.connected():
                trigger = Trigger.AUTOMATIC if max_age is None else Trigger.MANUAL
                await fetcher.load(fetcher.due_queries(max_age), trigger)
                if arguments.wait is not None:
                    await _wait_for_growth(environment, fetcher, arguments.wait)
    except (RequestFailed, CredentialsError) as error:
        errors.append(error)
    errors += fetcher.errors(fetcher.session.home)
    return _report(fetcher)._replace(errors=errors)


def _is_calculating(fetcher: Fetcher) -> bool:
    """Return whether BeatPass is still calculating the growth rate."""
    query = fetcher.session.intelligence
    return query.error is None and query.value is not None and query.value.growth_calculating


async def _wait_for_growth(environment: Environment, fetcher: Fetcher, seconds: float) -> None:
    """Request the growth rate until it is known, less and less often, for some seconds."""
    from beatpass_tui.session.query import BACKOFF, MANUAL_FLOOR, Trigger

    end = fetcher.clock.monotonic() + seconds
    for delay in chain(BACKOFF, repeat(BACKOFF[-1])):
        query, left = fetcher.session.intelligence, end - fetcher.clock.monotonic()
        pause = min(max(delay - query.age, 0), left)
        if not _is_calculating(fetcher) or query.age + pause < MANUAL_FLOOR:
            break
        await environment.sleep(pause)
        await fetcher.load((query,), Trigger.MANUAL)


def _report(fetcher: Fetcher) -> _Report:
    from beatpass_tui.view_models.snapshots import take_snapshot

    warnings = (fetcher.warning,) if fetcher.warning else ()
    return _Report(take_snapshot(fetcher.session), warnings=warnings)


def _format(arguments: argparse.Namespace, report: _Report, period: Period, now: datetime) -> str:
    readings: Sequence[Reading] = measure_all(report.snapshot)
    since = report.snapshot.last_visit
    if period.days is not None:
        from beatpass_tui.fast_stats.period import with_changes

        readings = with_changes(readings, report.points, now, period.days)
        since = now - timedelta(days=period.days)
    if arguments.json:
        from beatpass_tui.exports.stats_json import as_json

        problems = [error.message for error in report.errors]
        return as_json(
            report.snapshot, readings, report.points, report.movers, period.key, problems, now
        )
    if arguments.format is not None:
        return line.fill_template(arguments.format, readings, report.snapshot, since, now)
    if arguments.line:
        return line.default_line(readings)
    lines = _as_table(since, period, readings, now)
    if report.movers is not None and report.movers.rows:
        from beatpass_tui.exports.report_text import movers_lines

        lines += ["", *movers_lines(report.movers, _MOVERS)]
    return "\n".join(lines)


def _as_table(
    since: datetime | None, period: Period, readings: Sequence[Reading], now: datetime
) -> list[str]:
    title = f"Since {formatting.date_or_time(since, now)}" if since is not None else ""
    rows = [("", "Now", title if period.days is None else period.label, "", "As of", "")]
    for reading in readings[:-1]:
        at, percent = reading.fetched_at, reading.percent
        is_changed = reading.change is not None or (period.days is not None and at is not None)
        rows.append(
            (
                reading.number.title,
                line.format_value(reading),
                line.format_change(reading) if is_changed else "",
                formatting.percent_change(percent) if percent is not None else "",
                formatting.date_or_time(at, now) if at is not None else "",
                _in_parentheses(reading.reason),
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    # Without changes or comparisons, the table has no columns for them.
    shown = [place for place, width in enumerate(widths) if width]
    lines = []
    for row in rows:
        cells = [
            row[place].ljust(widths[place])
            if place in (0, 4, 5)
            else row[place].rjust(widths[place])
            for place in shown
        ]
        lines.append("   ".join(cells).rstrip())
    profile = readings[-1]
    link = f"{line.format_value(profile)} {_in_parentheses(profile.reason)}".rstrip()
    return [*lines, f"{profile.number.title.ljust(widths[0])}   {link}"]


def _in_parentheses(reason: str | None) -> str:
    return "" if reason is None else f"({reason})"
