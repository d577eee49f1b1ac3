"""Requests of Home, counted by the server."""

from __future__ import annotations

from beatpass_tui.demo import DemoServer
from benchmarks import report
from benchmarks.programs import dashboard, place

MOST = 6
FOCUS_LOST, FOCUS_WON = "\x1b[O", "\x1b[I"
VALUES = ("128", "45,210", "1,204", "873", "+7.5%", "Nova Reyes")
OUTSIDE = "/artist/track-performance"
"""Additional request of a tall window, for the top movers."""


def measure(*, quick: bool) -> None:
    """Load Home, then load it again in every way while its data is fresh."""
    del quick
    with place() as where, DemoServer(growth_delay=0.0) as server:
        with dashboard(server, where) as terminal:
            for value in VALUES:
                terminal.until(value)
            terminal.wait(lambda: _asked(server, OUTSIDE), "what a tall window asks for")
            first = len(server.requests)
            terminal.press(FOCUS_LOST)
            terminal.press(FOCUS_WON)
            terminal.press("r")
            terminal.until("Up to date")
            second = len(server.requests) - first
            terminal.press("q")
            terminal.exit()
        before = len(server.requests)
        with dashboard(server, where) as terminal:
            for value in VALUES:
                terminal.until(value)
            terminal.press("r")
            terminal.until("Up to date")
            third = len(server.requests) - before
    beside = first - sum(not request.path.startswith(OUTSIDE) for request in server.requests)
    report.title("requests: what a full load of Home asks, and further ones within freshness")
    for name, found, most in (
        ("first load", first - beside, MOST),
        ("second load", second, 0),
        ("next start", third, 0),
    ):
        report.line(
            name, f"{found} requests", report.target(f"{found}", f"{most}", met=found <= most)
        )
    report.line("which beat moved, in a tall window", f"{beside} request")


def _asked(server: DemoServer, path: str) -> bool:
    return any(request.path.startswith(path) for request in server.requests)
