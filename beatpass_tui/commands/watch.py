"""`watch`: print each change of the numbers as it happens, and notify about it."""

from __future__ import annotations

import argparse
import json
import select
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from beatpass_tui import bootstrap
from beatpass_tui.bootstrap import Environment
from beatpass_tui.commands.output import print_data, print_error, print_info
from beatpass_tui.errors import BeatPassError, UsageError
from beatpass_tui.exports.json_values import id_and_name, whole
from beatpass_tui.fast_stats import line
from beatpass_tui.formatting import iso_time, plural
from beatpass_tui.models import text
from beatpass_tui.runtime import excepthooks, gc_policy, notifications, programs
from beatpass_tui.storage.files import reason

if TYPE_CHECKING:
    from beatpass_tui.commands.rounds import Rounds
    from beatpass_tui.models.identity import Account, Artist
    from beatpass_tui.view_models.changes import Change

SCHEMA = 1
"""The version of the JSON output; new fields do not change it."""

PROGRAM_SECONDS = 30.0
"""Seconds after which the program of `--exec` is ended."""

_MAX_MINUTES = 7 * 24 * 60
_UNITS = {"": 1, "m": 1, "h": 60}
_PRIVATE_PREFIX = "BEATPASS_"
"""Variables with this prefix, such as the token, are not passed to other programs."""

_DESCRIPTION = """\
Print one line for each change of the numbers, until you stop it. Only outdated
data is fetched, with at most six requests in a round; data that the dashboard
has fetched is not fetched again. Watching does not count as a visit.
"""

_EPILOG = """\
--exec runs CMD once for each change, without a shell and without a terminal. It
gets the change as JSON on standard input, and is ended after 30 seconds.

examples:
  beatpass-tui watch                              12:04 Total Plays 45,520 (+12)
  beatpass-tui watch --every 1h --notify
  beatpass-tui watch --json >> changes.jsonl
  beatpass-tui watch --exec "$HOME/bin/to-discord"

exit status:
  1 output could not be written, or its reader ended; 2 wrong usage;
  3 no artist profile, 4 not signed in, 7 local data cannot be used, all at the
  start; 4 also when the token in BEATPASS_TOKEN is rejected later;
  130, 143 or 129 stopped by ctrl+c, SIGTERM or SIGHUP
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument(
        "--every",
        type=_minutes,
        default=15,
        metavar="TIME",
        help="time between rounds, such as 15m or 1h; at least 1m (default: 15m)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")
    parser.add_argument(
        "--exec", type=_command, metavar="CMD", help="run a program for each change"
    )
    parser.add_argument("--bell", action="store_true", help="ring the terminal bell")
    parser.add_argument("--notify", action="store_true", help="show a notification of the desktop")
    parser.add_argument("--account", metavar="NAME", help="another stored account, by name or ID")


def _minutes(value: str) -> int:
    number, unit = value.rstrip("mh"), value[len(value.rstrip("mh")) :]
    if not number.isascii() or not number.isdigit() or len(number) > 5 or unit not in _UNITS:
        raise argparse.ArgumentTypeError("must be minutes or hours, such as 15m or 1h")
    minutes = int(number) * _UNITS[unit]
    if not 1 <= minutes <= _MAX_MINUTES:
        raise argparse.ArgumentTypeError("must be from 1m to 168h")
    return minutes


def _command(value: str) -> Sequence[str]:
    try:
        command = shlex.split(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"can't be split into words: {error}") from None
    if not command or not command[0]:
        raise argparse.ArgumentTypeError("must name a program")
    return command


def run(arguments: argparse.Namespace) -> int:
    environment = bootstrap.current_environment()
    # The first change may be days away.
    if (command := arguments.exec) and programs.find(command[0], environment.environ) is None:
        name = _name(command)
        print_error(f"{name} was not found or is not executable; it is tried at each change.")
    # It runs for weeks.
    gc_policy.resume()
    with _terminal(required=arguments.bell, used=arguments.bell or arguments.notify) as terminal:
        return excepthooks.run(_watch(environment, arguments, terminal))


async def _watch(
    environment: Environment, arguments: argparse.Namespace, terminal: TextIO | None
) -> int:
    from beatpass_tui.commands.rounds import Rounds

    rounds = Rounds(
        partial(environment.fetcher, writes=True),
        environment.clock,
        arguments.every * 60.0,
        print_error,
        account=arguments.account,
        has_fixed_token=environment.has_token_variable,
        sleep=environment.sleep,
    )
    output = _Output(environment, arguments, terminal)
    is_first = True
    while True:
        try:
            changes = await rounds.run()
        except BeatPassError as error:
            print_error(error.message)
            return error.exit_code
        if is_first:
            _print_start(rounds, arguments.every)
        is_first = False
        await output.show(changes, rounds)
        await rounds.wait(_check_output)


def _print_start(rounds: Rounds, minutes: int) -> None:
    name = f"@{rounds.account.name}" if rounds.account is not None else "your numbers"
    hours, rest = divmod(minutes, 60)
    print_info(
        f"Watching {name} every {minutes} min." if rest else f"Watching {name} every {hours} h."
    )


class _Output:
    """Prints changes, rings the bell, shows notifications and runs a program."""

    def __init__(
        self, environment: Environment, arguments: argparse.Namespace, terminal: TextIO | None
    ) -> None:
        self._now = environment.now
        self._environ = _public(environment.environ)
        self._arguments = arguments
        self._terminal = terminal
        self._can_notify = True

    async def show(self, changes: Sequence[Change], rounds: Rounds) -> None:
        """Show the changes of a round."""
        if not changes:
            return
        now = self._now()
        lines = [as_text(change, now) for change in changes]
        contents = [as_json(change, rounds.account, rounds.artist, now) for change in changes]
        for content, text_line in zip(contents, lines, strict=True):
            print_data(f"{json.dumps(content) if self._arguments.json else text_line}\n")
        if self._arguments.bell:
            self._write("\a")
        if self._arguments.notify:
            await self._notify(" · ".join(map(as_summary, changes)))
        if (command := self._arguments.exec) is not None:
            for content in contents:
                await self._run(command, content)

    def _write(self, codes: str) -> None:
        if self._terminal is not None:
            # A terminal that was closed sends a signal as well.
            with suppress(OSError):
                self._terminal.write(codes)
                self._terminal.flush()

    async def _notify(self, message: str) -> None:
        write = None if self._terminal is None else self._write
        shown = await notifications.send(message, write, self._environ)
        if not shown and self._can_notify:
            print_error("No notification could be shown here: no notify-send, or no desktop.")
        self._can_notify = shown

    async def _run(self, command: Sequence[str], content: Mapping[str, object]) -> None:
        data = f"{json.dumps(content)}\n".encode()
        name = _name(command)
        try:
            status = await programs.run_limited(
                command, self._environ, data, seconds=PROGRAM_SECONDS
            )
        except OSError as error:
            print_error(f"{name} could not be started: {reason(error)}.")
            return
        if status is None:
            print_error(f"{name} was ended after {plural(int(PROGRAM_SECONDS), 'second')}.")
        elif status < 0:
            print_error(f"{name} was ended by signal {-status}.")
        elif status > 0:
            print_error(f"{name} failed with status {status}.")


def as_summary(change: Change) -> str:
    """Return a change without its time, and its milestone."""
    reading = change.reading
    summary = f"{reading.number.title} {line.format_value(reading)} ({line.format_change(reading)})"
    return f"{summary}, {change.milestone}" if change.milestone is not None else summary


def as_text(change: Change, now: datetime) -> str:
    """Return the line of a change, with the local time of its value."""
    at = change.reading.fetched_at or now
    return f"{at.astimezone(now.tzinfo):%H:%M} {as_summary(change)}"


def as_json(
    change: Change, account: Account | None, artist: Artist | None, now: datetime
) -> dict[str, object]:
    """Return the JSON object of a change."""
    reading = change.reading
    return {
        "version": SCHEMA,
        "at": iso_time(reading.fetched_at, now),
        "account": id_and_name(account),
        "artist": id_and_name(artist),
        "number": reading.number.published_name,
        "title": reading.number.title,
        "value": whole(reading.value),
        "previous": whole(reading.previous),
        "change": whole(reading.change),
        "since": iso_time(reading.change_since, now),
        "milestone": change.milestone,
    }


def _name(command: Sequence[str]) -> str:
    return text.clean(Path(command[0]).name or command[0], 60)


def _public(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that other programs may get."""
    return {name: value for name, value in environ.items() if not name.startswith(_PRIVATE_PREFIX)}


def _check_output() -> None:
    """Raise BrokenPipeError if no program reads standard output any longer."""
    if sys.stdout is None or not hasattr(select, "poll"):
        return
    events: list[tuple[int, int]] = []
    with suppress(OSError, ValueError):
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        events = poll.poll(0)
    if any(event & select.POLLERR for _, event in events):
        raise BrokenPipeError


@contextmanager
def _terminal(*, required: bool, used: bool) -> Iterator[TextIO | None]:
    """Open the terminal of this process for control codes, even if output is redirected."""
    if not used:
        yield None
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(Path("/dev/tty").open("w", encoding="utf-8"))
        except OSError:
            if required:
                raise UsageError("--bell requires a terminal.") from None
            file = None
        yield file
