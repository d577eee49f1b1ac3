"""How many requests Home takes, counted by the server."""

from __future__ import annotations

from benchmarks import report
from benchmarks.programs import home

MOST = 6
FOCUS_LOST, FOCUS_WON = "\x1b[O", "\x1b[I"


def measure(*, quick: bool) -> None:
    """Load Home, then once more in every way there is while all of it is fresh."""
    del quick
    with home() as (terminal, server):
        first = len(server.requests)
        terminal.press(FOCUS_LOST)
        terminal.press(FOCUS_WON)
        terminal.press("r")
        terminal.until("Up to date")
        second = len(server.requests) - first
    report.title("requests: what a full load of Home asks, and a second one within freshness")
    report.line(
        "first load", f"{first} requests", report.target(f"{first}", "6", met=first <= MOST)
    )
    report.line(
        "second load", f"{second} requests", report.target(f"{second}", "0", met=not second)
    )
