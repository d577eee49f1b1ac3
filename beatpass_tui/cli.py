"""The command line: arguments in, an exit status out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING

from beatpass_tui import exit_codes
from beatpass_tui.commands.arguments import COMMANDS, DEMO_TRACKS, plain
from beatpass_tui.commands.output import discard_output, print_error, print_message
from beatpass_tui.errors import BeatPassError, UsageError, WriteFailed
from beatpass_tui.models.secret import ENV_VARIABLE
from beatpass_tui.runtime import gc_policy, signals
from beatpass_tui.runtime.excepthooks import HOOKS

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from beatpass_tui.app import BeatPassApp
    from beatpass_tui.bootstrap import AppDependencies
    from beatpass_tui.config.settings import Settings

_WITHHELD = (ENV_VARIABLE, "TEXTUAL", "TEXTUAL_DEBUG", "TEXTUAL_LOG")
"""Variables that nothing needs once the dashboard opens: a browser would inherit the token, and
by the others Textual writes every key into a file or to a socket, also those of a password."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    words = sys.argv[1:] if argv is None else list(argv)
    if argv is None:
        HOOKS.install()
    _fill_gaps()
    with signals.handle():
        try:
            status = _ended(_main(words, last=argv is None))
        except KeyboardInterrupt:
            # What fails in a thread interrupts this one.
            status = _ended(exit_codes.INTERRUPTED)
        # Whoever has sent a signal is told of that, however the rest went.
        return signals.exit_status() or status


def _fill_gaps() -> None:
    """Let nothing that is opened take the place of a standard stream that is closed."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None:
            os.open(os.devnull, os.O_RDWR)


def _main(words: Sequence[str], *, last: bool) -> int:
    if not any(word in COMMANDS for word in words):
        return _run_words(words)
    # Most commands are over before anything they have made could be garbage.
    with gc_policy.pause():
        status = _run_words(words)
    if last:
        gc_policy.skip_final_collection()
    return status


def _run_words(words: Sequence[str]) -> int:
    arguments = _read(words)
    try:
        if arguments.command is None:
            return _dashboard(arguments)
        if words[0] != arguments.command:
            raise UsageError(
                f"Options of the dashboard do not go with a command; begin with "
                f"{arguments.command}."
            )
        return _command(arguments)
    except BeatPassError as error:
        for message in error.messages:
            print_error(message)
        return error.exit_code


def _read(words: Sequence[str]) -> Namespace:
    switches = plain(words)
    if switches is not None:
        return switches
    from beatpass_tui.commands.parser import parse

    return parse(words)


def _command(arguments: Namespace) -> int:
    from beatpass_tui.commands.parser import module

    if isinstance(sys.stdout, TextIOWrapper):
        # A name that the terminal has no letters for must not cost the rest.
        sys.stdout.reconfigure(errors="replace")
    try:
        with _debugging(getattr(arguments, "debug", None)):
            status = module(arguments.command).run(arguments)
        print(end="", flush=True)
    except KeyboardInterrupt:
        if signals.exit_status() is None and not HOOKS.failures:
            # The terminal shows ^C where it was pressed.
            print_message("")
        raise
    except BrokenPipeError:
        # Whoever read it has seen enough; Python would complain once more at its end.
        discard_output()
        return exit_codes.UNEXPECTED
    return status


def _ended(status: int) -> int:
    """Return the status; what nobody caught is told, and has its own."""
    return HOOKS.report() if HOOKS.failures else status


@contextmanager
def _debugging(path: str | None) -> Iterator[None]:
    """Write down every request that is made meanwhile, where that is wanted."""
    if path is None:
        yield
        return
    from beatpass_tui.transport import request_log

    with request_log.written_to(path, print_error):
        yield


def _dashboard(arguments: Namespace) -> int:
    only_demo = (
        arguments.sign_in,
        arguments.state != "normal",
        arguments.documented_only,
        arguments.tracks != DEMO_TRACKS,
    )
    if not arguments.demo and any(only_demo):
        named = "--sign-in, --state, --documented-only and --tracks"
        raise UsageError(f"{named} belong to --demo.")
    if arguments.demo and arguments.account is not None:
        raise UsageError("--demo has an account of its own and takes no --account.")
    if arguments.tracks < DEMO_TRACKS:
        raise UsageError(f"--tracks takes a number from {DEMO_TRACKS} up.")
    if not arguments.demo:
        return _open(arguments, None)
    from pathlib import Path
    from tempfile import TemporaryDirectory

    try:
        folder = TemporaryDirectory(prefix="beatpass-tui-")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WriteFailed(f"The demo finds no place for temporary files: {reason}.") from error
    with folder as path:
        return _open(arguments, Path(path))


def _open(arguments: Namespace, folder: Path | None) -> int:
    """Open the dashboard; the demo remembers into `folder`."""
    with gc_policy.pause(), _debugging(arguments.debug):
        from beatpass_tui.bootstrap import closed_on_error
        from beatpass_tui.config import flags

        settings = flags.settings(arguments, os.environ)
        dependencies = _launch(arguments, folder)
        with closed_on_error(dependencies.repository):
            app = _app(arguments, settings, dependencies)
        return _run(app, mouse=settings.mouse)


def _app(arguments: Namespace, settings: Settings, dependencies: AppDependencies) -> BeatPassApp:
    missing = missing_terminal(os.environ)
    if missing is not None:
        raise UsageError(missing)
    if not os.environ.get("NO_COLOR"):
        # Empty is as good as unset, which Textual sees otherwise.
        os.environ.pop("NO_COLOR", None)
    for name in _WITHHELD:
        os.environ.pop(name, None)
    from beatpass_tui.app import BeatPassApp

    return BeatPassApp(
        dependencies.connect,
        dependencies.access,
        repository=dependencies.repository,
        demo=arguments.demo,
        ascii_only=not _encodes_signs() if settings.ascii is None else settings.ascii,
        growth_delay=dependencies.growth_delay,
        settings=settings,
        theme=settings.theme,
    )


def _launch(arguments: Namespace, folder: Path | None) -> AppDependencies:
    from beatpass_tui import bootstrap

    if folder is None:
        return bootstrap.service_dependencies(arguments.account, use_store=not arguments.no_store)
    return bootstrap.demo_dependencies(
        arguments.state,
        needs_sign_in=arguments.sign_in,
        tracks=arguments.tracks,
        documented_only=arguments.documented_only,
        use_store=not arguments.no_store,
        folder=folder,
    )


def _run(app: BeatPassApp, *, mouse: bool) -> int:
    try:
        app.run(mouse=mouse)
    finally:
        remark = app.close_repository()
        if remark:
            print_error(remark)
    # run() returns None after a crash as well; only the return code tells.
    return app.return_code or exit_codes.OK


def missing_terminal(environ: Mapping[str, str]) -> str | None:
    """Return what the dashboard lacks to be drawn, if anything."""
    for stream in (sys.stdin, sys.stdout):
        if stream is None or stream.closed or not stream.isatty():
            return "The dashboard needs a terminal; input and output may not be redirected."
    if environ.get("TERM", "") in ("", "dumb", "unknown"):
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
