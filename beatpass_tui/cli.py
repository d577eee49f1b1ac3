"""The command line: arguments in, an exit status out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from beatpass_tui import __version__
from beatpass_tui.address import API, check_base_url, origin
from beatpass_tui.errors import BeatPassError, UnusableAddress, UnusableSettings

if TYPE_CHECKING:
    from beatpass_tui.access import Access
    from beatpass_tui.app import BeatPassApp, Connect
    from beatpass_tui.endpoints import Service

COMMANDS: Mapping[str, str] = {
    "config": "show the configuration, and where it lies",
    "completions": "print the completions for a shell",
}
"""Each command and what it does; its module has the same name."""

EXIT_USAGE = 2
EXIT_NOT_SIGNED_IN = 4

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
)
"""The states of the demo, named here so that `--help` need not load it."""

_DEMO_GROWTH_DELAY = 2.0
_DEMO_TRACKS = 128

_EPILOG = f"""\
states of the demo:
  {", ".join(STATES[:5])},
  {", ".join(STATES[5:])}

environment:
  BEATPASS_TOKEN    a personal access token; wins over the stored one
  BEATPASS_API_URL  another API than https://open.beatpass.ca/api/v1
  BEATPASS_THEME, BEATPASS_REFRESH, ... the settings above, by their names
  ACCESSIBLE        set to 1: the same as --accessible

exit status:
  0 left by the reader, 1 unexpected failure, 2 wrong usage or no terminal,
  4 not signed in, or the token was rejected
"""


def parser(only: str | None = None, *, complete: bool = False) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Every command is listed. `only` has its arguments as well, and with `complete` all have
    theirs; each of those costs the import of its module.
    """
    found = argparse.ArgumentParser(
        prog="beatpass-tui",
        description="The BeatPass Producer Dashboard in the terminal.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("--version", action="version", version=f"beatpass-tui {__version__}")
    found.add_argument(
        "--demo", action="store_true", help="show a made-up artist: no account, no network"
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
    if complete or only is None:
        # What sets the dashboard; a command has of it what concerns it.
        from beatpass_tui import options

        options.add(found)
    commands = found.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary)
        if complete or name == only:
            _module(name).add_arguments(command)
    return found


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
    arguments = parser(next((word for word in words if word in COMMANDS), None)).parse_args(words)
    try:
        if arguments.command is None:
            return _dashboard(arguments)
        return _module(arguments.command).run(arguments)
    except UnusableSettings as error:
        for sentence in error.sentences:
            _complain(sentence, EXIT_USAGE)
        return EXIT_USAGE


def _dashboard(arguments: argparse.Namespace) -> int:
    only_demo = (
        arguments.sign_in,
        arguments.state != "normal",
        arguments.documented_only,
        arguments.tracks != _DEMO_TRACKS,
    )
    if not arguments.demo and any(only_demo):
        named = "--sign-in, --state, --documented-only and --tracks"
        return _complain(f"{named} belong to --demo.", EXIT_USAGE)
    if arguments.tracks < _DEMO_TRACKS:
        return _complain(f"--tracks takes a number from {_DEMO_TRACKS} up.", EXIT_USAGE)
    from beatpass_tui import options

    settings = options.load(arguments, os.environ).settings
    try:
        if arguments.demo:
            connect, access, delay = _demo(arguments)
        else:
            connect, access, delay = _real(os.environ)
    except BeatPassError as error:
        usage = isinstance(error, UnusableAddress)
        return _complain(error.sentence, EXIT_USAGE if usage else EXIT_NOT_SIGNED_IN)
    missing = missing_terminal(os.environ)
    if missing is not None:
        return _complain(missing, EXIT_USAGE)

    from beatpass_tui.app import BeatPassApp

    app = BeatPassApp(
        connect,
        access,
        demo=arguments.demo,
        ascii_only=not _encodes_signs() if settings.ascii is None else settings.ascii,
        growth_delay=delay,
        settings=settings,
        theme=settings.theme,
    )
    return _run(app, mouse=settings.mouse)


def _run(app: BeatPassApp, *, mouse: bool) -> int:
    app.run(mouse=mouse)
    # run() returns None after a crash as well; only the return code tells.
    return app.return_code or 0


def _complain(sentence: str, status: int) -> int:
    print(f"beatpass-tui: {sentence}", file=sys.stderr)
    return status


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


def _real(environ: Mapping[str, str]) -> tuple[Connect, Access, float]:
    from beatpass_tui.access import StoredAccess, VariableAccess
    from beatpass_tui.credentials import Credentials, environment_token
    from beatpass_tui.groups import BACKOFF

    base_url = check_base_url(environ.get("BEATPASS_API_URL") or API)
    token = environment_token(environ)

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        from beatpass_tui.api import BeatPass

        async with BeatPass(base_url) as service:
            yield service

    if token is not None:
        return connect, VariableAccess(token), BACKOFF[0]
    return connect, StoredAccess(Credentials(), origin(base_url)), BACKOFF[0]


def _demo(arguments: argparse.Namespace) -> tuple[Connect, Access, float]:
    from beatpass_tui.access import DemoAccess

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        from beatpass_tui.api import BeatPass
        from beatpass_tui.demo import DemoServer

        server = DemoServer(
            state=arguments.state,
            tracks=arguments.tracks,
            documented_only=arguments.documented_only,
        )
        with server:
            async with BeatPass(server.base_url) as service:
                yield service

    access = DemoAccess("nova@example.com", "midnight-drive", asks=arguments.sign_in)
    return connect, access, _DEMO_GROWTH_DELAY


if __name__ == "__main__":
    raise SystemExit(main())
