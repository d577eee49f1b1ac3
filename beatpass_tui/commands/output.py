"""Print data on standard output, and messages on standard error."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

from beatpass_tui import formatting
from beatpass_tui.errors import UsageError, WriteFailed

ENCODING_ERRORS = "beatpass-symbols"
"""The name under which `replace_symbols` is registered."""

_MAX_ANSWER = 400
_is_quiet = False


def print_data(data: str) -> None:
    """Print data, at once; raises WriteFailed, and BrokenPipeError if the pipe was closed."""
    out = sys.stdout
    print_bytes(b"" if out is None else data.encode(out.encoding, out.errors or "strict"))


def print_bytes(data: bytes) -> None:
    """Print a file that is not text; raises like `print_data`."""
    if sys.stdout is None:
        raise WriteFailed("Output could not be written: standard output is closed.")
    try:
        rest = memoryview(data)
        while rest:
            # Without a buffer, a stream may take a part of the data, or nothing.
            if not (written := sys.stdout.buffer.write(rest)):
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            rest = rest[written:]
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
    else:
        return
    discard_output()
    raise WriteFailed(f"Output could not be written: {reason}.")


def replace_symbols(error: UnicodeError) -> tuple[str, int]:
    """Replace symbols that standard output can't encode with ASCII, other text with `?`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    symbols = error.object[error.start : error.end].translate(formatting.ASCII_SYMBOLS)
    return "".join(each if each.isascii() else "?" for each in symbols), error.end


def print_help(text: str) -> None:
    """Print a help text; a reader that has seen enough of it, such as `head`, is no failure."""
    try:
        print_data(text)
    except BrokenPipeError:
        discard_output()


def discard_output() -> None:
    """Discard further output, including buffered output that Python flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def set_quiet(is_quiet: bool) -> None:
    """Set whether `print_info` prints nothing."""
    global _is_quiet
    _is_quiet = is_quiet


def quiet() -> bool:
    """Return whether only warnings and errors are printed."""
    return _is_quiet


def print_info(message: str) -> None:
    """Print a message about what was done, except with `--quiet`."""
    if not _is_quiet:
        print_message(message)


def print_message(message: str) -> None:
    """Print a warning or a question if standard error is open."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(message, file=sys.stderr, flush=True)


def prompt(question: str) -> str:
    """Print a question and return the answer; raises UsageError if it can't be shown."""
    try:
        if sys.stderr is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        print(question, end="", file=sys.stderr, flush=True)
    except OSError:
        message = "Standard error can't be written, so there is nowhere to ask."
        raise UsageError(message) from None
    return sys.stdin.buffer.readline(_MAX_ANSWER).decode("utf-8", "replace").strip()


def print_error(message: str) -> None:
    """Print an error message, prefixed with the name of the program."""
    print_message(f"beatpass-tui: {message}")
