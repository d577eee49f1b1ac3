"""A bar of progress that reads without color too."""

from __future__ import annotations


def bar(percent: float, cells: int) -> tuple[str, str]:
    """Return what is done and what is left of `cells` cells; the rest begins with another sign."""
    filled = min(max(int(percent / 100 * cells), 0), cells)
    return "━" * filled, "╺" + "━" * (cells - filled - 1) if filled < cells else ""
