"""What is said beside the data: on standard error, so that standard output stays for the data."""

from __future__ import annotations

import sys


def say(sentence: str) -> None:
    """Tell how it went."""
    print(sentence, file=sys.stderr)


def complain(sentence: str) -> None:
    """Tell what went wrong, and that it was this program."""
    say(f"beatpass-tui: {sentence}")
