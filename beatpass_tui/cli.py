"""The command line: arguments in, an exit status out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from beatpass_tui import __version__
from beatpass_tui.errors import BeatPassError, UnusableAddress

if TYPE_CHECKING:
    from beatpass_tui.app import BeatPassApp
    from beatpass_tui.launch import Launch

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
    "known",
)
"""The states of the demo, named here so that `--help` need not load it."""

_DEMO_TRACKS = 128

_EPILOG = f"""\
states of the demo:
  {", ".join(STATES[:5])},
  {", ".join(STATES[5:])}

environment:
  BEATPASS_TOKEN    a personal access token; wins over the stored one
  BEATPASS_API_URL  another API than https://open.beatpass.ca/api/v1

exit status:
  0 left by the reader, 1 unexpected failure, 2 wrong usage or no terminal,
  4 not signed in, or the token was rejected
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
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
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    arguments = parser().parse_args(argv)
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
    if not arguments.demo:
        return _open(arguments, None)
    with TemporaryDirectory(prefix="beatpass-tui-") as folder:
        return _open(arguments, Path(folder))


def _open(arguments: argparse.Namespace, folder: Path | None) -> int:
    """Open the dashboard; the demo remembers into `folder`."""
    try:
        launch = _launch(arguments, folder)
    except BeatPassError as error:
        usage = isinstance(error, UnusableAddress)
        return _complain(error.sentence, EXIT_USAGE if usage else EXIT_NOT_SIGNED_IN)
    missing = missing_terminal(os.environ)
    if missing is not None:
        return _complain(missing, EXIT_USAGE)

    from beatpass_tui.app import BeatPassApp

    app = BeatPassApp(
        launch.connect,
        launch.access,
        memory=launch.memory,
        demo=arguments.demo,
        ascii_only=not _encodes_signs(),
        growth_delay=launch.growth_delay,
    )
    return _run(app)


def _launch(arguments: argparse.Namespace, folder: Path | None) -> Launch:
    from beatpass_tui import launch

    if folder is None:
        return launch.real(os.environ, remembers=not arguments.no_store)
    return launch.demo(
        arguments.state,
        asks=arguments.sign_in,
        tracks=arguments.tracks,
        documented_only=arguments.documented_only,
        remembers=not arguments.no_store,
        folder=folder,
    )


def _run(app: BeatPassApp) -> int:
    try:
        app.run()
    finally:
        app.close_memory()
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


if __name__ == "__main__":
    raise SystemExit(main())
