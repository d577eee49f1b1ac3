"""Exit codes of the program, which scripts rely on."""

from __future__ import annotations

TYPE_CHECKING = False
"""Importing `typing` takes longer than the program's first frame."""

if TYPE_CHECKING:
    from collections.abc import Iterable

OK = 0
UNEXPECTED = 1
USAGE = 2
NO_ARTIST = 3
NOT_SIGNED_IN = 4
"""Not signed in, or the token was rejected."""
RATE_LIMITED = 5
OFFLINE = 6
"""The service was unreachable or failed, or a list is incomplete."""
LOCAL_DATA = 7
"""Data on this computer can't be read."""
BY_SIGNAL = 128
"""Added to the number of the signal that ended the program, as in shells."""
INTERRUPTED = BY_SIGNAL + 2
"""Ended by ctrl+c."""

_MOST_URGENT_FIRST = (
    NOT_SIGNED_IN,
    NO_ARTIST,
    RATE_LIMITED,
    OFFLINE,
    LOCAL_DATA,
    USAGE,
    UNEXPECTED,
)


def most_urgent(codes: Iterable[int]) -> int:
    """Return the most urgent of several exit codes; 0 without any."""
    return min(codes, key=_MOST_URGENT_FIRST.index, default=OK)
