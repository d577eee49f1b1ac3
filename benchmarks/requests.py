"""Requests of Home, counted by the server."""

from __future__ import annotations

from beatpass_tui.demo import DemoServer
from benchmarks import report
from benchmarks.programs import dashboard, temporary_home

LIMIT = 7
FOCUS_LOST, FOCUS_WON = "\x1b[O", "\x1b[I"
VALUES = ("128", "45,210", "1,204", "873", "+7.5%", "Nova Reyes")
LAST = "/artist/track-performance"
"""The last request, for the top movers."""


def measure(*, quick: bool) -> None:
    """Load Home, then load it again in other ways while its data is fresh."""
    del quick
    with temporary_home() as env, DemoServer(growth_delay=0.0) as server:
        with dashboard(server, env) as terminal:
            for value in VALUES:
                terminal.until(value)
            terminal.wait(lambda: _was_requested(server, LAST), "the request for the top movers")
            first = len(server.requests)
            terminal.press(FOCUS_LOST)
            terminal.press(FOCUS_WON)
            terminal.press("r")
            terminal.until("Up to date")
            second = len(server.requests) - first
            terminal.press("q")
            terminal.exit()
        before = len(server.requests)
        with dashboard(server, env) as terminal:
            for value in VALUES:
                terminal.until(value)
            terminal.press("r")
            terminal.until("Up to date")
            third = len(server.requests) - before
    report.title("requests: a full load of Home, and further loads while its data is fresh")
    for name, count, limit in (
        ("first load", first, LIMIT),
        ("second load", second, 0),
        ("next start", third, 0),
    ):
        report.line(
            name, f"{count} requests", report.target(f"{count}", f"{limit}", met=count <= limit)
        )


def _was_requested(server: DemoServer, path: str) -> bool:
    return any(request.path.startswith(path) for request in server.requests)
