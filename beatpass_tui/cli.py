"""The command line: arguments in, an exit status out."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn, Protocol, cast

from beatpass_tui import __version__, collector, exits
from beatpass_tui.errors import BeatPassError, UnusableSettings, WrongUsage
from beatpass_tui.talk import complain, give_up_output

if TYPE_CHECKING:
    from pathlib import Path

    from beatpass_tui.app import BeatPassApp
    from beatpass_tui.launch import Launch

STATES = (
    "normal",
    "new",
    "offline",
    "no-artist",
    "expired",
    "forbidden",
    "limited",
    "failed-group",
    "slow",
    "known",
)
"""The states of the demo, named here so that `--help` need not load it."""

_DEMO_TRACKS = 128

_NAME = "beatpass-tui"

COMMANDS: Mapping[str, str] = {
    "login": "sign in and keep the token",
    "logout": "forget a stored token",
    "stats": "the eight numbers as a table, as JSON or on a line",
    "export": "a page as CSV or JSON",
    "status": "who is signed in, and where the token is kept",
    "switch": "make another stored account the current one",
    "config": "show the configuration, and where it lies",
    "completions": "print the completions for a shell",
}
"""Each command with its summary; `commands.NAME` adds its arguments and runs it."""

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
  beatpass-tui export beats         the catalogue as CSV
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
    _add_demo(found)
    if complete or only is None:
        # What sets the dashboard; a command has of it what concerns it.
        from beatpass_tui import options

        options.add(found)
    commands = found.add_subparsers(title="commands", dest="command", metavar="COMMAND", prog=_NAME)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            formatter_class=_Formatter,
            allow_abbrev=False,
        )
        if complete or name == only:
            _module(name).add_arguments(command)
    return found


def _add_demo(found: argparse.ArgumentParser) -> None:
    found.add_argument(
        "--demo", action="store_true", help="show a made-up artist: no account, no network"
    )
    found.add_argument(
        "--no-store", action="store_true", help="remember nothing, and look at nothing remembered"
    )
    found.add_argument(
        "--sign-in", action="store_true", help="with --demo: begin at the sign-in screen"
    )
    found.add_argument(
        "--state",
        choices=STATES,
        default="normal",
        metavar="STATE",
        help="with --demo: the state to show, see below",
    )
    found.add_argument(
        "--documented-only",
        action="store_true",
        help="with --demo: leave out every answer whose shape is not documented",
    )
    found.add_argument(
        "--tracks",
        type=int,
        default=_DEMO_TRACKS,
        metavar="N",
        help=f"with --demo: the size of the catalogue, {_DEMO_TRACKS} or more",
    )


class _Command(Protocol):
    """What a module of `commands` has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add description, arguments and examples."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it and return the exit status; a BeatPassError is said and leads to its own."""


def _module(name: str) -> _Command:
    return cast(_Command, import_module(f"beatpass_tui.commands.{name}"))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    words = sys.argv[1:] if argv is None else list(argv)
    only = next((word for word in words if word in COMMANDS), None)
    if only is None:
        return _main(words, None)
    # Most commands are over before anything they have made could be garbage.
    with collector.held():
        status = _main(words, only)
    if argv is None:
        collector.leave()
    return status


def _main(words: Sequence[str], only: str | None) -> int:
    arguments = parser(only).parse_args(words)
    try:
        if arguments.command is None:
            return _dashboard(arguments)
        if words[0] != arguments.command:
            raise WrongUsage(
                f"Options of the dashboard do not go with a command; begin with "
                f"{arguments.command}."
            )
        return _command(arguments)
    except UnusableSettings as error:
        for sentence in error.sentences:
            complain(sentence)
        return exits.status_of([error])
    except BeatPassError as error:
        complain(error.sentence)
        return exits.status_of([error])


def _command(arguments: argparse.Namespace) -> int:
    if isinstance(sys.stdout, TextIOWrapper):
        # A name that the terminal has no letters for must not cost the rest.
        sys.stdout.reconfigure(errors="replace")
    try:
        status = _module(arguments.command).run(arguments)
        print(end="", flush=True)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return exits.INTERRUPTED
    except BrokenPipeError:
        # Whoever read it has seen enough; Python would complain once more at its end.
        give_up_output()
        return exits.UNEXPECTED
    return status


def _dashboard(arguments: argparse.Namespace) -> int:
    only_demo = (
        arguments.sign_in,
        arguments.state != "normal",
        arguments.documented_only,
        arguments.tracks != _DEMO_TRACKS,
    )
    if not arguments.demo and any(only_demo):
        named = "--sign-in, --state, --documented-only and --tracks"
        raise WrongUsage(f"{named} belong to --demo.")
    if arguments.demo and arguments.account is not None:
        raise WrongUsage("--demo has an account of its own and takes no --account.")
    if arguments.tracks < _DEMO_TRACKS:
        raise WrongUsage(f"--tracks takes a number from {_DEMO_TRACKS} up.")
    if not arguments.demo:
        return _open(arguments, None)
    from pathlib import Path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="beatpass-tui-") as folder:
        return _open(arguments, Path(folder))


def _open(arguments: argparse.Namespace, folder: Path | None) -> int:
    """Open the dashboard; the demo remembers into `folder`."""
    from beatpass_tui import options

    settings = options.load(arguments, os.environ).settings
    launch = _launch(arguments, folder)
    missing = missing_terminal(os.environ)
    if missing is not None:
        raise WrongUsage(missing)

    with collector.held():
        from beatpass_tui.app import BeatPassApp

        app = BeatPassApp(
            launch.connect,
            launch.access,
            memory=launch.memory,
            demo=arguments.demo,
            ascii_only=not _encodes_signs() if settings.ascii is None else settings.ascii,
            growth_delay=launch.growth_delay,
            settings=settings,
            theme=settings.theme,
        )
        return _run(app, mouse=settings.mouse)


def _launch(arguments: argparse.Namespace, folder: Path | None) -> Launch:
    from beatpass_tui import launch

    if folder is None:
        return launch.real(arguments.account, remembers=not arguments.no_store)
    return launch.demo(
        arguments.state,
        asks=arguments.sign_in,
        tracks=arguments.tracks,
        documented_only=arguments.documented_only,
        remembers=not arguments.no_store,
        folder=folder,
    )


def _run(app: BeatPassApp, *, mouse: bool) -> int:
    try:
        app.run(mouse=mouse)
    finally:
        remark = app.close_memory()
        if remark:
            complain(remark)
    # run() returns None after a crash as well; only the return code tells.
    return app.return_code or exits.OK


def missing_terminal(environ: Mapping[str, str]) -> str | None:
    """Return what the dashboard lacks to be drawn, if anything."""
    for stream in (sys.stdin, sys.stdout):
        if stream is None or stream.closed or not stream.isatty():
            return "The dashboard needs a terminal; input and output may not be redirected."
    if environ.get("TERM", "") in ("dumb", "unknown"):
        return "The dashboard needs a terminal that can move its cursor; TERM says it cannot."
    return None


def _encodes_signs() -> bool:
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        "◐╭▲".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


if __name__ == "__main__":
    raise SystemExit(main())
