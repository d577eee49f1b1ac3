"""The one spinner of the program: which frame is due at a moment."""

from __future__ import annotations

FRAMES = "◐◓◑◒"

INTERVAL = 1 / 8
"""Seconds a frame stays."""

SLOW_INTERVAL = 1.0
"""Seconds a frame stays once a wait has become a long one."""


def frame(seconds: float, interval: float = INTERVAL) -> str:
    """Return the frame that is due `seconds` into a wait."""
    return FRAMES[int(seconds / interval) % len(FRAMES)]
