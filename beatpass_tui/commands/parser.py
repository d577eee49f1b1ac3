"""The argument parser, and the modules of the commands."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn, Protocol, cast

from beatpass_tui import __version__
from beatpass_tui.commands.arguments import (
    COMMANDS,
    DEFAULTS,
    DEMO_TRACKS,
    ONLINE_COMMANDS,
    QUIET_COMMANDS,
    STATES,
    SWITCHES,
)
from beatpass_tui.commands.output import print_help, print_message
from beatpass_tui.errors import unknown_message
from beatpass_tui.models import text

_NAME = "beatpass-tui"

_EPILOG = f"""\
Without a command, the dashboard opens. See `beatpass-tui COMMAND --help`.

states of the demo:
  {", ".join(STATES[:7])},
  {", ".join(STATES[7:])}

environment:
  BEATPASS_TOKEN    personal access token; overrides stored accounts
  BEATPASS_API_URL  another API than https://open.beatpass.ca/api/v1
  BEATPASS_THEME, BEATPASS_REFRESH, ... override the config file
  ACCESSIBLE        set to 1: same as --accessible

exit status:
  0 success, 1 unexpected failure, 2 wrong usage or no terminal,
  3 no artist profile, 4 not signed in or the token was rejected,
  5 rate limited, 6 offline or server down, 7 local data cannot be read

examples:
  beatpass-tui --demo               try it with a made-up artist
  beatpass-tui --account nova       open another stored account
  beatpass-tui stats --line         the numbers on one line, for status bars
  beatpass-tui export beats         the catalog as CSV
  beatpass-tui status --json        the account and its token, for scripts
"""

_POSSIBLE_TOKEN = re.compile(r"\d+\|[^\s'\"]+|[^\s'\"=]{32,}")


class _Parser(argparse.ArgumentParser):
    """A parser whose error messages list known words, and never repeat a token."""

    def error(self, message: str) -> NoReturn:
        super().error(_POSSIBLE_TOKEN.sub("...", message))

    def report_unknown(self, arguments: Sequence[str]) -> NoReturn:
        """Exit because of arguments that the parser doesn't know."""
        first = next((each for each in arguments if each != "--"), "--")
        if not first.startswith("-"):
            self.error(f"unexpected argument: {text.clean(first, 60)}")
        options = [name for name in self._option_string_actions if name.startswith("--")]
        name = text.clean(first.partition("=")[0], 60)
        self.error(f"{unknown_message('option', name, options)}.")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is None or value in action.choices:
            return
        metavar = action.metavar
        kind = metavar.lower() if isinstance(metavar, str) and metavar.isupper() else action.dest
        known = [str(choice) for choice in action.choices]
        self.error(f"{unknown_message(kind, text.clean(str(value), 60), known)}.")

    def _print_message(self, message: str, file: object = None) -> None:
        if file is sys.stderr:
            print_message(message.removesuffix("\n"))
        else:
            print_help(message)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """A formatter with the width of the terminal.

    Argparse would import shutil and its compression modules to determine the width.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns[:9]) > 0:
        return int(columns[:9])
    try:
        return os.get_terminal_size(1).columns or 80
    except (OSError, ValueError):
        return 80


def parser(only: str | None = None, *, complete: bool = False) -> _Parser:
    """Return the argument parser with all commands.

    Only the command `only` has its arguments, or every command if `complete`, because each
    requires importing a module.
    """
    root = _Parser(
        prog=_NAME,
        usage=f"{_NAME} [OPTIONS]\n       {_NAME} COMMAND [OPTIONS]",
        description="The BeatPass Producer Dashboard in the terminal.",
        epilog=_EPILOG,
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    root.add_argument("-V", "--version", action="version", version=f"{_NAME} {__version__}")
    root.add_argument("--account", metavar="NAME", help="open another stored account")
    _add_debug(root)
    _add_demo(root)
    root.set_defaults(**DEFAULTS)
    if complete or only is None:
        from beatpass_tui.config import flags

        flags.add(root)
    commands = root.add_subparsers(title="commands", dest="command", metavar="COMMAND", prog=_NAME)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            formatter_class=_Formatter,
            allow_abbrev=False,
        )
        if complete or name == only:
            module(name).add_arguments(command)
            if name in ONLINE_COMMANDS:
                _add_debug(command)
            if name in QUIET_COMMANDS:
                command.add_argument(
                    "-q", "--quiet", action="store_true", help="print warnings and errors only"
                )
    return root


def _add_debug(root: argparse.ArgumentParser) -> None:
    root.add_argument(
        "--debug",
        metavar="FILE",
        help="log requests to FILE, without headers, bodies or email addresses",
    )


def _add_demo(root: argparse.ArgumentParser) -> None:
    for switch, help_text in SWITCHES.items():
        root.add_argument(switch, action="store_true", help=help_text)
        if switch == "--sign-in":
            root.add_argument(
                "--state",
                choices=STATES,
                metavar="STATE",
                help="with --demo: the state to show (see below)",
            )
    root.add_argument(
        "--tracks",
        type=int,
        metavar="N",
        help=f"with --demo: number of tracks, {DEMO_TRACKS} or more",
    )


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the parsed arguments; exits if they are invalid or request help."""
    command = next((argument for argument in arguments if argument in COMMANDS), None)
    # An option before the command may be one of the dashboard, or have the command as value.
    root = parser(command, complete=command is not None and arguments[0] != command)
    _check_options(root, arguments)
    parsed, unknown = root.parse_known_args(arguments)
    if unknown:
        _command_parser(root, parsed.command).report_unknown(unknown)
    return parsed


def _check_options(root: _Parser, arguments: Sequence[str]) -> None:
    """Exit because of an unknown option, if there is one.

    Argparse would complain about the word after it, as an unknown command or value.
    """
    current, words = root, iter(arguments)
    for word in words:
        name = word.partition("=")[0] if word.startswith("--") else word[:2]
        option = current._option_string_actions.get(name)
        if word == "--":
            return
        if option is not None:
            if option.nargs is None and name == word:
                next(words, None)
        elif re.fullmatch(r"--?[A-Za-z]\S*", word):
            current.report_unknown([word])
        elif current is root and word in COMMANDS:
            current = _command_parser(root, word)


def find_parser(command: str | None) -> argparse.ArgumentParser:
    """Return the parser of a command, or of the program."""
    return _command_parser(parser(command), command)


def _command_parser(root: _Parser, command: str | None) -> _Parser:
    if command is None:
        return root
    commands = next(a for a in root._actions if isinstance(a, argparse._SubParsersAction))
    return cast(_Parser, commands.choices[command])


class Command(Protocol):
    """The functions of a command's module."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add description, arguments and examples."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Run the command and return the exit code; raises BeatPassError."""


def module(name: str) -> Command:
    return cast(Command, import_module(f"beatpass_tui.commands.{name}"))
