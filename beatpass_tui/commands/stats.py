"""`stats`: the eight numbers as a table, as JSON, or on one line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from beatpass_tui import bootstrap, exit_codes, formatting
from beatpass_tui.commands.output import print_data, print_error, print_message
from beatpass_tui.errors import BeatPassError, StoreUnavailable, Unreachable
from beatpass_tui.fast_stats import current, figures, line, snapshot
from beatpass_tui.fast_stats.figures import Figure, Known, Reading, Value
from beatpass_tui.runtime import excepthooks

if TYPE_CHECKING:
    from beatpass_tui.bootstrap import Environment
    from beatpass_tui.session.fetch import Fetcher

SCHEMA = 1
"""The version of what `--json` prints: it grows without a change, and changes with a new one."""

_DESCRIPTION = """\
Print the eight numbers of the dashboard with their change since you last looked
at them there. BeatPass is asked for what is older than its freshness alone, in
at most six requests; a number that could not be had is a dash with the reason.
"""

_EPILOG = """\
fields of --format:
  tracks plays albums downloads followers level growth xp profile as_of since
  and with _change each of the first seven, such as plays_change

examples:
  beatpass-tui stats                         a table
  beatpass-tui stats --json | jq .numbers.plays.value
  beatpass-tui stats --line --offline        for tmux, starship or waybar
  beatpass-tui stats --format '{plays} {plays_change}'
  beatpass-tui stats --max-age 5 > /dev/null from cron, for --offline elsewhere

exit status:
  0 all is well (a growth rate may still be calculated), 3 no artist profile,
  4 not signed in, 5 rate limited, 6 offline, the server is down, or nothing is
  remembered; with 5 and 6 the numbers that are known are printed all the same
"""


class _Report(NamedTuple):
    known: Known
    problems: Sequence[BeatPassError] = ()
    remarks: Sequence[str] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add description, arguments and examples."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print it as JSON")
    form.add_argument("--line", action="store_true", help="print one line")
    form.add_argument(
        "--format", metavar="LINE", help="print this line, with fields in braces; see below"
    )
    age = parser.add_mutually_exclusive_group()
    age.add_argument("--offline", action="store_true", help="print what is remembered; ask nothing")
    age.add_argument(
        "--max-age",
        type=_minutes,
        metavar="MINUTES",
        help="ask for what is older than this, and for nothing younger than half a minute",
    )
    parser.add_argument("--account", metavar="NAME", help="another stored account, by name or id")


def _minutes(words: str) -> timedelta:
    if not words.isascii() or not words.isdigit() or len(words) > 6:
        raise argparse.ArgumentTypeError("a whole number of minutes is wanted, 0 or more")
    return timedelta(minutes=int(words))


def run(arguments: argparse.Namespace) -> int:
    """Print the numbers; what went wrong is said beside them."""
    if arguments.format is not None:
        line.check(arguments.format)
    found = bootstrap.current_environment()
    report = None
    if arguments.offline and arguments.account is None:
        report = _glance(found)
    if report is None:
        report = _look(found, arguments)
    print_data(f"{_shown(arguments, report, found.now())}\n")
    for remark in report.remarks:
        print_message(remark)
    for problem in report.problems:
        print_error(problem.message)
    return exit_codes.most_urgent(error.exit_code for error in report.problems)


def _glance(found: Environment) -> _Report | None:
    """Return what is remembered, read by the shortest way; None where that is too short."""
    from beatpass_tui.storage.store import AccountKey, Store

    path = found.store_path()
    if path is None or found.has_token_variable:
        return None
    account = current.account(path.parent, found.origin, found.now)
    if account is None:
        return None
    try:
        store = Store(path, found.now)
        try:
            known = snapshot.read(store, AccountKey(found.origin, account), found.now())
        finally:
            store.close()
    except StoreUnavailable:
        return None
    remarks = store.warnings
    if known is None and not remarks:
        return None
    known = known or Known({}, {}, None)
    return _Report(known, _missing(known), remarks)


def _missing(known: Known) -> Sequence[BeatPassError]:
    if known.readings:
        return ()
    return (
        Unreachable(
            "Nothing is remembered of this account yet; leave --offline out to ask for it."
        ),
    )


def _look(found: Environment, arguments: argparse.Namespace) -> _Report:
    """Return what is remembered, and unless it is to be left at that, what is asked for."""
    fetcher = found.fetcher(arguments.account, offline=arguments.offline)
    try:
        if arguments.offline:
            known = _known(fetcher)
            return _Report(known, _missing(known), _remarks(fetcher))
        return excepthooks.run(_ask(fetcher, arguments.max_age))
    finally:
        fetcher.close()


def _remarks(fetcher: Fetcher) -> Sequence[str]:
    return tuple(filter(None, (fetcher.warning,)))


async def _ask(fetcher: Fetcher, max_age: timedelta | None) -> _Report:
    from beatpass_tui.errors import CredentialsError, RequestFailed
    from beatpass_tui.session.query import Trigger

    problems: list[BeatPassError] = []
    try:
        if fetcher.due_queries(max_age):
            async with fetcher.connected():
                trigger = Trigger.AUTOMATIC if max_age is None else Trigger.MANUAL
                await fetcher.load(fetcher.due_queries(max_age), trigger)
    except (RequestFailed, CredentialsError) as error:
        problems.append(error)
    problems += fetcher.errors(fetcher.session.home)
    return _Report(_known(fetcher), problems, _remarks(fetcher))


def _known(fetcher: Fetcher) -> Known:
    """Return what a session knows of the numbers."""
    session = fetcher.session
    past = session.history
    readings, before, reasons = {}, {}, {}
    for query in session.home:
        if query.value is not None and query.fetched_at is not None:
            readings[query.name] = Reading(query.fetched_at, figures.read(query.name, query.value))
        else:
            error = query.error or session.artist.error
            unasked = "no artist id" if session.artist.value is not None else "not asked yet"
            needs = session.needs_artist(query)
            if error is not None and (query.error is not None or needs):
                reasons[query.name] = error.reason
            elif needs:
                reasons[query.name] = unasked
        was = past.value_at_last_visit(query) if past is not None else None
        if was is not None:
            before[query.name] = Reading(was[1], figures.read(query.name, was[0]))
    return Known(readings, before, past.last_visit if past is not None else None, reasons)


def _shown(arguments: argparse.Namespace, report: _Report, now: datetime) -> str:
    numbers = figures.figures(report.known)
    if arguments.json:
        return json.dumps(_as_json(report, numbers, now), indent=2)
    if arguments.format is not None:
        return line.fill(arguments.format, numbers, report.known, now)
    if arguments.line:
        return line.usual(numbers)
    return "\n".join(_table(report.known, numbers, now))


def _table(known: Known, numbers: Sequence[Figure], now: datetime) -> list[str]:
    since = f"Since {formatting.date_or_time(known.since, now)}" if known.since else ""
    heads = ["", "Now", since, "As of"]
    rows = [
        [
            figure.spec.title,
            line.shown(figure),
            line.shown_change(figure) if known.since and figure.change_reason is None else "",
            formatting.date_or_time(figure.as_of, now) if figure.as_of is not None else "",
            f"({figure.reason})" if figure.reason is not None else "",
        ]
        for figure in numbers[:-1]
    ]
    widths = [
        max(map(len, column)) for column in zip(heads, *(row[:4] for row in rows), strict=True)
    ]
    lines = []
    for row in ([*heads, ""], *rows):
        name, value, change, at, reason = row
        cells = [f"{name:<{widths[0]}}", f"{value:>{widths[1]}}"]
        if known.since:
            cells.append(f"{change:>{widths[2]}}")
        cells += [f"{at:<{widths[3]}}", reason]
        lines.append("   ".join(cells).rstrip())
    profile = numbers[-1]
    reason = f" ({profile.reason})" if profile.reason is not None else ""
    return [*lines, f"{profile.spec.title:<{widths[0]}}   {line.shown(profile)}{reason}"]


def _as_json(report: _Report, numbers: Sequence[Figure], now: datetime) -> dict[str, object]:
    known = report.known
    return {
        "version": SCHEMA,
        "now": now.isoformat(),
        "account": _named(known, "account"),
        "artist": _named(known, "artist"),
        "last_visit": _moment(known.since, now),
        "problems": [problem.message for problem in report.problems],
        "numbers": {figure.spec.name: _number(figure, known, now) for figure in numbers},
    }


def _named(known: Known, query: str) -> dict[str, object] | None:
    reading = known.readings.get(query)
    return None if reading is None else {name: reading.values[name] for name in ("id", "name")}


def _number(figure: Figure, known: Known, now: datetime) -> dict[str, object]:
    found: dict[str, object] = {
        "value": _whole(figure.value),
        "reason": figure.reason,
        "as_of": _moment(figure.as_of, now),
        "source": figure.spec.source,
    }
    if figure.spec.name == "profile":
        return found
    if figure.spec.name == "level":
        reading = known.readings.get("intelligence")
        found["xp"] = _whole(reading.values["xp"]) if reading is not None else None
    return {
        **found,
        "change": _whole(figure.change),
        "change_since": _moment(figure.change_since, now),
        "change_reason": figure.change_reason,
    }


def _whole(value: Value) -> Value:
    """Return a number without a fraction as one that is printed without."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _moment(moment: datetime | None, now: datetime) -> str | None:
    return None if moment is None else moment.astimezone(now.tzinfo).isoformat(timespec="seconds")
