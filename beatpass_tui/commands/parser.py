"""The parser of the command line, and the modules of the commands."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn, Protocol, cast

from beatpass_tui import __version__
from beatpass_tui.commands.arguments import (
    ASKING,
    COMMANDS,
    DEFAULTS,
    DEMO_TRACKS,
    STATES,
    SWITCHES,
)

_NAME = "beatpass-tui"

_EPILOG = f"""\
Without a command the dashboard opens. `beatpass-tui COMMAND --help` tells more.

states of the demo:
  {", ".join(STATES[:5])},
  {", ".join(STATES[5:])}

environment:
  BEATPASS_TOKEN    a personal access token; wins over the stored ones
  BEATPASS_API_URL  another API than https://open.beatpass.ca/api/v1
  BEATPASS_THEME, BEATPASS_REFRESH, ... the settings above, by their names
  ACCESSIBLE        set to 1: the same as --accessible

exit status:
  0 all is well, 1 unexpected failure, 2 wrong usage or no terminal,
  3 no artist profile, 4 not signed in, or the token was rejected,
  5 rate limited, 6 offline or the server is down

examples:
  beatpass-tui --demo               a made-up artist, to look around
  beatpass-tui --account nova       the dashboard of another stored account
  beatpass-tui stats --line         the numbers on one line, for status bars
  beatpass-tui export beats         the catalog as CSV
  beatpass-tui status --json        who is signed in, for scripts
"""


_TOKENS = re.compile(r"\d+\|[^\s']+|[^\s'=]{32,}")
"""What may be a token among the words of a command line."""


class _Parser(argparse.ArgumentParser):
    """A parser that does not repeat a token when it complains."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and leave."""
        super().error(_TOKENS.sub("...", message))


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """A formatter that finds out the width of the terminal by itself.

    Argparse makes one for every argument, and would load three packers of archives to ask.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    """Return the width of the terminal as COLUMNS or the terminal has it, else 80."""
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given[:9]) > 0:
        return int(given[:9])
    try:
        return os.get_terminal_size(1).columns or 80
    except (OSError, ValueError):
        return 80


def parser(only: str | None = None, *, complete: bool = False) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Every command is listed. `only` has its arguments as well, and with `complete` all have
    theirs; each of those costs the import of its module.
    """
    found = _Parser(
        prog=_NAME,
        usage=f"{_NAME} [OPTIONS]\n       {_NAME} COMMAND [OPTIONS]",
        description="The BeatPass Producer Dashboard in the terminal.",
        epilog=_EPILOG,
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    found.add_argument("--version", action="version", version=f"{_NAME} {__version__}")
    found.add_argument(
        "--account", metavar="NAME", help="open another stored account than the current one"
    )
    _add_debug(found)
    _add_demo(found)
    found.set_defaults(**DEFAULTS)
    if complete or only is None:
        # What sets the dashboard; a command has of it what concerns it.
        from beatpass_tui.config import flags

        flags.add(found)
    commands = found.add_subparsers(title="commands", dest="command", metavar="COMMAND", prog=_NAME)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            formatter_class=_Formatter,
            allow_abbrev=False,
        )
        if complete or name == only:
            module(name).add_arguments(command)
            if name in ASKING:
                _add_debug(command)
    return found


def _add_debug(found: argparse.ArgumentParser) -> None:
    found.add_argument(
        "--debug",
        metavar="FILE",
        help="add a line on every request to FILE, without headers, bodies or e-mail addresses",
    )


def _add_demo(found: argparse.ArgumentParser) -> None:
    for switch, about in SWITCHES.items():
        found.add_argument(switch, action="store_true", help=about)
        if switch == "--sign-in":
            # The help has the options in this order.
            found.add_argument(
                "--state",
                choices=STATES,
                metavar="STATE",
                help="with --demo: the state to show, see below",
            )
    found.add_argument(
        "--tracks",
        type=int,
        metavar="N",
        help=f"with --demo: the size of the catalog, {DEMO_TRACKS} or more",
    )


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Return what the words say; ends the program when they are wrong or ask for help."""
    only = next((word for word in words if word in COMMANDS), None)
    return parser(only).parse_args(words)


class Command(Protocol):
    """What a module of `commands` has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add description, arguments and examples."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it and return the exit status; a BeatPassError is said and leads to its own."""


def module(name: str) -> Command:
    """Return the module of a command."""
    return cast(Command, import_module(f"beatpass_tui.commands.{name}"))
