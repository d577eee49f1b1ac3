"""Data on standard output, and on standard error what is said beside it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import datetime

from beatpass_tui.errors import WriteFailed


def print_data(data: str) -> None:
    """Print data; raises WriteFailed, and BrokenPipeError when nobody reads it any more."""
    if sys.stdout is None:
        raise WriteFailed("The output could not be written: standard output is closed.")
    try:
        print(data, end="", flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
    else:
        return
    discard_output()
    raise WriteFailed(f"The output could not be written: {reason}.")


def discard_output() -> None:
    """Print nothing more: Python itself would complain about the rest at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_message(sentence: str) -> None:
    """Tell how it went, if there is anybody to be told."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(sentence, file=sys.stderr, flush=True)


def print_error(sentence: str) -> None:
    """Tell what went wrong, and that it was this program."""
    print_message(f"beatpass-tui: {sentence}")


def iso_time(moment: datetime | None, now: datetime) -> str | None:
    """Return a local time for JSON."""
    return None if moment is None else moment.astimezone(now.tzinfo).isoformat(timespec="seconds")
