"""Command-line entry point."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING

from beatpass_tui import exit_codes
from beatpass_tui.commands.arguments import (
    COMMANDS,
    DATED_COMMANDS,
    DEMO_TRACKS,
    parse_switches,
)
from beatpass_tui.commands.output import (
    ENCODING_ERRORS,
    discard_output,
    print_data,
    print_error,
    print_message,
    replace_symbols,
    set_quiet,
)
from beatpass_tui.errors import BeatPassError, ConfigError, UsageError, WriteFailed, is_interrupt
from beatpass_tui.instant_paint import frame, painter
from beatpass_tui.models.secret import ENV_VARIABLE
from beatpass_tui.runtime import gc_policy, signals
from beatpass_tui.runtime.excepthooks import HOOKS

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from beatpass_tui.app import BeatPassApp
    from beatpass_tui.bootstrap import AppDependencies
    from beatpass_tui.config.settings import Settings

_PRIVATE_VARIABLES = (ENV_VARIABLE, "TEXTUAL", "TEXTUAL_DEBUG", "TEXTUAL_LOG")
"""Variables removed before the dashboard opens: a browser would inherit the token, and the others
make Textual write every key, including passwords, to a file or a socket."""

_TERMS_WITH_FEW_SYMBOLS = frozenset(("linux", "vt100", "vt102", "vt220", "ansi"))
"""The Linux console, whose font has few symbols, and serial consoles."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    args = sys.argv[1:] if argv is None else list(argv)
    if argv is None:
        HOOKS.install()
    _open_missing_streams()
    with signals.handle():
        try:
            code = _exit_code(_main(args, is_process=argv is None))
        except BaseException as error:
            # Interrupts are also raised here when a thread fails.
            if not is_interrupt(error):
                raise
            code = _exit_code(exit_codes.INTERRUPTED)
        # A signal takes precedence over other exit codes.
        return signals.exit_status() or code


def _open_missing_streams() -> None:
    """Open the null device for closed standard streams, so that no file reuses their numbers."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None:
            os.open(os.devnull, os.O_RDWR)


def _main(args: Sequence[str], *, is_process: bool) -> int:
    if not any(arg in COMMANDS for arg in args):
        return _run(args)
    # Most commands end before garbage collection is worthwhile.
    with gc_policy.pause():
        code = _run(args)
    if is_process:
        gc_policy.skip_final_collection()
    return code


def _run(args: Sequence[str]) -> int:
    try:
        arguments = parse_switches(args)
        if arguments is None:
            from beatpass_tui.commands.parser import parse

            arguments = parse(args)
        if arguments.command is None:
            return _dashboard(arguments)
        if args[0] != arguments.command:
            raise UsageError(
                f"Put options after the command: `beatpass-tui {arguments.command} OPTIONS`."
            )
        return _command(arguments)
    except BeatPassError as error:
        painter.leave()
        for message in error.messages:
            print_error(message)
        return error.exit_code


def _command(arguments: Namespace) -> int:
    from beatpass_tui.commands.parser import module

    if isinstance(sys.stdout, TextIOWrapper):
        # Characters that the terminal can't encode must not abort the output.
        codecs.register_error(ENCODING_ERRORS, replace_symbols)
        sys.stdout.reconfigure(errors=ENCODING_ERRORS)
    try:
        set_quiet(getattr(arguments, "quiet", False))
        # `stats --line` has no dates, and status bars run it often.
        if arguments.command in DATED_COMMANDS and not getattr(arguments, "line", False):
            _use_date_style(arguments)
        with _request_log(getattr(arguments, "debug", None)):
            code = module(arguments.command).run(arguments)
        if sys.stdout is not None:
            # Flushes only: devices such as /dev/full refuse even an empty write.
            print_data("")
    except KeyboardInterrupt:
        if signals.exit_status() is None and not HOOKS.failures:
            # End the line on which the terminal shows ^C.
            print_message("")
        raise
    except BrokenPipeError:
        discard_output()
        return exit_codes.UNEXPECTED
    return code


def _use_date_style(arguments: Namespace) -> None:
    from beatpass_tui import formatting
    from beatpass_tui.config import flags

    # A status bar shows its numbers even if the config file is invalid.
    with suppress(ConfigError):
        formatting.set_date_style(flags.settings(arguments, os.environ).dates)


def _exit_code(code: int) -> int:
    """Report uncaught exceptions, which determine the exit code; otherwise return `code`."""
    painter.leave()
    return HOOKS.report() if HOOKS.failures else code


@contextmanager
def _request_log(path: str | None, *, uses_terminal: bool = False) -> Iterator[None]:
    """Log requests to a file if `path` is given."""
    if path is None:
        yield
        return
    from beatpass_tui.transport import request_log

    with request_log.written_to(path, print_error, uses_terminal=uses_terminal):
        yield


def _dashboard(arguments: Namespace) -> int:
    demo_only = (
        arguments.sign_in,
        arguments.state != "normal",
        arguments.documented_only,
        arguments.tracks != DEMO_TRACKS,
    )
    if not arguments.demo and any(demo_only):
        options = "--sign-in, --state, --documented-only and --tracks"
        raise UsageError(f"{options} require --demo.")
    if arguments.demo and arguments.account is not None:
        raise UsageError("--demo has its own account; omit --account.")
    if arguments.tracks < DEMO_TRACKS:
        raise UsageError(f"--tracks must be at least {DEMO_TRACKS}.")
    if not arguments.demo:
        return _open(arguments, None)
    from pathlib import Path
    from tempfile import TemporaryDirectory

    try:
        folder = TemporaryDirectory(prefix="beatpass-tui-")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WriteFailed(f"The demo could not create a temporary folder: {reason}.") from error
    with folder as path:
        return _open(arguments, Path(path))


def _open(arguments: Namespace, folder: Path | None) -> int:
    """Open the dashboard; `folder` is the demo's data folder, None without the demo."""
    with gc_policy.pause(), _request_log(arguments.debug, uses_terminal=True):
        from beatpass_tui.bootstrap import closed_on_error
        from beatpass_tui.config import flags

        start = frame.Start() if not sys.argv[1:] else None
        settings = flags.settings(arguments, os.environ)
        dependencies = _dependencies(arguments, folder)
        with closed_on_error(dependencies.repository):
            app = _app(arguments, settings, dependencies, start)
        try:
            app.run(mouse=settings.mouse)
        finally:
            painter.leave()
            if warning := app.close_repository():
                print_error(warning)
        # run() also returns None after a crash.
        return app.return_code or exit_codes.OK


def _app(
    arguments: Namespace,
    settings: Settings,
    dependencies: AppDependencies,
    start: frame.Start | None,
) -> BeatPassApp:
    check_terminal(os.environ)
    if not os.environ.get("NO_COLOR"):
        # Textual treats an empty variable as set.
        os.environ.pop("NO_COLOR", None)
    for name in _PRIVATE_VARIABLES:
        os.environ.pop(name, None)
    from beatpass_tui.app import BeatPassApp

    return BeatPassApp(
        dependencies.connect,
        dependencies.access,
        repository=dependencies.repository,
        demo=arguments.demo,
        ascii_only=not _can_show_symbols(os.environ) if settings.ascii is None else settings.ascii,
        growth_delay=dependencies.growth_delay,
        settings=settings,
        theme=settings.theme,
        start=start if start is not None and start.folder is not None else None,
    )


def _dependencies(arguments: Namespace, folder: Path | None) -> AppDependencies:
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


def check_terminal(environ: Mapping[str, str]) -> None:
    """Raise UsageError if the dashboard can't be displayed."""
    for stream in (sys.stdin, sys.stdout):
        if stream is None or stream.closed or not stream.isatty():
            raise UsageError(
                "Not a terminal; the dashboard can't run with redirected input or output."
            )
    if environ.get("TERM", "") in ("", "dumb", "unknown"):
        raise UsageError("The dashboard needs a terminal with cursor movement; check TERM.")


def _can_show_symbols(environ: Mapping[str, str]) -> bool:
    if environ.get("TERM") in _TERMS_WITH_FEW_SYMBOLS and not _is_utf8(environ):
        # Python ignores that the locale has no symbols.
        return False
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        "◐╭▲".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _is_utf8(environ: Mapping[str, str]) -> bool:
    """Return whether the locale that the user has set is UTF-8."""
    names: tuple[str, ...] = ("LC_ALL", "LC_CTYPE", "LANG")
    if not environ.get("LC_ALL") and environ.get("LC_CTYPE") in ("C.UTF-8", "C.utf8", "UTF-8"):
        # Set by Python itself if the others say C or nothing.
        names = ("LANG",)
    locale = next((environ[name] for name in names if environ.get(name)), "")
    return "utf" in locale.lower()
