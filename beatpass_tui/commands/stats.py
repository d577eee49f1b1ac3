"""`stats`: the numbers of the dashboard as a table, as JSON, or on one line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from beatpass_tui import bootstrap, exit_codes, formatting
from beatpass_tui.bootstrap import Environment
from beatpass_tui.commands.output import print_data, print_error, print_message
from beatpass_tui.errors import BeatPassError, StoreUnavailable, Unreachable
from beatpass_tui.fast_stats import line
from beatpass_tui.fast_stats.snapshot import current_account, load_snapshot
from beatpass_tui.models.numbers import PROFILE, XP, Reading, Snapshot, measure_all
from beatpass_tui.runtime import excepthooks
from beatpass_tui.storage import files, printed_line
from beatpass_tui.storage.samples import LOOK_BACK
from beatpass_tui.storage.store import AccountKey, Store

if TYPE_CHECKING:
    from beatpass_tui.models.trends import Points
    from beatpass_tui.session.fetch import Fetcher
    from beatpass_tui.view_models.movers import Movers

SCHEMA = 1
"""The version of the JSON output; new fields do not change it."""

GAIN_DAYS = 30
"""How many days of gains the JSON output has."""

_DESCRIPTION = """\
Print the numbers of the dashboard and how they changed since your last visit.
Only outdated data is fetched, with at most six requests. An unavailable number
is a dash with the reason.
"""

_EPILOG = """\
fields of --format:
  tracks plays albums downloads followers level growth xp profile as_of since
  and the first seven with _change, such as plays_change

examples:
  beatpass-tui stats                         a table
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
    """The recorded values by the ids of numbers, one a day."""
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


def run(arguments: argparse.Namespace) -> int:
    if arguments.format is not None:
        line.check_template(arguments.format)
    environment = bootstrap.current_environment()
    state = printed_line.state() if printed_line.is_requested(sys.argv[1:]) else None
    report = None
    if arguments.offline and arguments.account is None:
        report = _read_stored(environment)
    if report is None:
        report = _open_session(environment, arguments)
    if arguments.json:
        report = _with_history(environment, report)
    output = f"{_format(arguments, report, environment.now())}\n"
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


def _with_history(environment: Environment, report: _Report) -> _Report:
    """Return the report with the recorded gains of the numbers and of the beats."""
    path, now, current = environment.store_path(), environment.now(), report.snapshot.current
    account, artist = current.get("account"), current.get("artist")
    if path is None or account is None or artist is None or artist.model.id is None:
        return report
    with suppress(StoreUnavailable), closing(Store(path, environment.now)) as store:
        key, since = AccountKey(environment.origin, account.model.id), now - LOOK_BACK
        points = store.load_daily_samples(key, artist.model.id, since=since)
        movers = _load_movers(store, key, artist.model.id, now)
        return report._replace(points=points, movers=movers)
    return report


def _load_movers(store: Store, key: AccountKey, artist: int, now: datetime) -> Movers | None:
    """Return the gains of the recorded beats in 7 days; None if none are recorded."""
    from beatpass_tui.models.catalog import Beats
    from beatpass_tui.view_models.movers import STRIP_DAYS, measure
    from beatpass_tui.view_models.periods import WEEK

    beats = store.beats.load(key, artist, now - timedelta(days=STRIP_DAYS + 2))
    cached = store.load_cached(key, ("beats:1",)).get("beats:1")
    catalog = cached.load(Beats) if cached is not None else None
    total = catalog.total if catalog is not None else None
    return measure(beats, now, WEEK, None, total) if beats else None


def _error_if_empty(snapshot: Snapshot) -> Sequence[BeatPassError]:
    if snapshot.current:
        return ()
    return (Unreachable("No cached data for this account; run without --offline to fetch it."),)


def _open_session(environment: Environment, arguments: argparse.Namespace) -> _Report:
    """Return the numbers of a session; unless offline, outdated data is fetched first."""
    fetcher = environment.fetcher(arguments.account, offline=arguments.offline)
    try:
        if not arguments.offline:
            return excepthooks.run(_fetch(fetcher, arguments.max_age))
        report = _report(fetcher)
        snapshot = report.snapshot._replace(is_offline=True)
        return report._replace(snapshot=snapshot, errors=_error_if_empty(snapshot))
    finally:
        fetcher.close()


async def _fetch(fetcher: Fetcher, max_age: timedelta | None) -> _Report:
    from beatpass_tui.errors import CredentialsError, RequestFailed
    from beatpass_tui.session.query import Trigger

    errors: list[BeatPassError] = []
    try:
        if fetcher.due_queries(max_age):
            async with fetcher.connected():
                trigger = Trigger.AUTOMATIC if max_age is None else Trigger.MANUAL
                await fetcher.load(fetcher.due_queries(max_age), trigger)
    except (RequestFailed, CredentialsError) as error:
        errors.append(error)
    errors += fetcher.errors(fetcher.session.home)
    return _report(fetcher)._replace(errors=errors)


def _report(fetcher: Fetcher) -> _Report:
    from beatpass_tui.view_models.snapshots import take_snapshot

    warnings = (fetcher.warning,) if fetcher.warning else ()
    return _Report(take_snapshot(fetcher.session), warnings=warnings)


def _format(arguments: argparse.Namespace, report: _Report, now: datetime) -> str:
    readings = measure_all(report.snapshot)
    if arguments.json:
        return json.dumps(_as_json(report, readings, now), indent=2)
    if arguments.format is not None:
        return line.fill_template(arguments.format, readings, report.snapshot, now)
    if arguments.line:
        return line.default_line(readings)
    return _as_table(report.snapshot.last_visit, readings, now)


def _as_table(last_visit: datetime | None, readings: Sequence[Reading], now: datetime) -> str:
    since = f"Since {formatting.date_or_time(last_visit, now)}" if last_visit else ""
    rows = [("", "Now", since, "As of", "")]
    for reading in readings[:-1]:
        at = reading.fetched_at
        rows.append(
            (
                reading.number.title,
                line.format_value(reading),
                line.format_change(reading) if last_visit and reading.change is not None else "",
                formatting.date_or_time(at, now) if at is not None else "",
                _in_parentheses(reading.reason),
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        title, value, change, as_of, reason = row
        cells = [title.ljust(widths[0]), value.rjust(widths[1]), as_of.ljust(widths[3]), reason]
        if last_visit:
            cells.insert(2, change.rjust(widths[2]))
        lines.append("   ".join(cells).rstrip())
    profile = readings[-1]
    link = f"{line.format_value(profile)} {_in_parentheses(profile.reason)}".rstrip()
    return "\n".join((*lines, f"{profile.number.title.ljust(widths[0])}   {link}"))


def _in_parentheses(reason: str | None) -> str:
    return "" if reason is None else f"({reason})"


def _as_json(report: _Report, readings: Sequence[Reading], now: datetime) -> dict[str, object]:
    from beatpass_tui.exports.json_values import movers_object

    snapshot = report.snapshot
    return {
        "version": SCHEMA,
        "now": now.isoformat(),
        "account": _id_and_name(snapshot, "account"),
        "artist": _id_and_name(snapshot, "artist"),
        "last_visit": formatting.iso_time(snapshot.last_visit, now),
        "problems": [error.message for error in report.errors],
        "numbers": {
            reading.number.published_name: _number(reading, report, now) for reading in readings
        },
        "movers": None if report.movers is None else movers_object(report.movers),
    }


def _id_and_name(snapshot: Snapshot, query: str) -> dict[str, object] | None:
    fetched = snapshot.current.get(query)
    return None if fetched is None else {"id": fetched.model.id, "name": fetched.model.name}


def _number(reading: Reading, report: _Report, now: datetime) -> dict[str, object]:
    from beatpass_tui.exports.json_values import whole

    fields: dict[str, object] = {
        "value": whole(reading.value),
        "reason": reading.reason,
        "as_of": formatting.iso_time(reading.fetched_at, now),
        "source": reading.source.source,
    }
    if reading.number is PROFILE:
        return fields
    if reading.number.id == "level":
        fields["xp"] = whole(report.snapshot.xp)
        fields["xp_gains"] = _gains(report.points.get(XP.id, ()), now)
    if reading.number.unit:
        fields["gains"] = _gains(report.points.get(reading.number.id, ()), now)
    return fields | {
        "change": whole(reading.change),
        "change_since": formatting.iso_time(reading.change_since, now),
        "change_reason": reading.change_reason,
    }


def _gains(points: Points, now: datetime) -> list[dict[str, object]]:
    """Return the gains of the last days that are known, oldest first."""
    from beatpass_tui.exports.json_values import day_gains
    from beatpass_tui.models.gains import gains_per_day

    return day_gains(gains_per_day(points, now, GAIN_DAYS))
