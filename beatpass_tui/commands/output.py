"""Data on standard output, and on standard error what is said beside it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from beatpass_tui.errors import Unwritable


def put(data: str) -> None:
    """Print data; raises Unwritable, and BrokenPipeError when nobody reads it any more."""
    if sys.stdout is None:
        raise Unwritable("The output could not be written: standard output is closed.")
    try:
        print(data, end="", flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
    else:
        return
    give_up_output()
    raise Unwritable(f"The output could not be written: {reason}.")


def give_up_output() -> None:
    """Print nothing more: Python itself would complain about the rest at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(sentence: str) -> None:
    """Tell how it went, if there is anybody to be told."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(sentence, file=sys.stderr, flush=True)


def complain(sentence: str) -> None:
    """Tell what went wrong, and that it was this program."""
    say(f"beatpass-tui: {sentence}")
