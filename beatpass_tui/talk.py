"""Data on standard output, and on standard error what is said beside it."""

from __future__ import annotations

import os
import sys

from beatpass_tui.errors import Unwritable


def put(data: str) -> None:
    """Print data; raises Unwritable, and BrokenPipeError when nobody reads it any more."""
    if sys.stdout is None:
        raise Unwritable("The output could not be written: it was closed.")
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
    """Tell how it went."""
    print(sentence, file=sys.stderr)


def complain(sentence: str) -> None:
    """Tell what went wrong, and that it was this program."""
    say(f"beatpass-tui: {sentence}")
