"""Time from the first request to the paint of all eight values."""

from __future__ import annotations

import statistics
import time
from typing import NamedTuple

from beatpass_tui.demo import DemoServer
from beatpass_tui.demo.messages import Request, Response
from benchmarks import report
from benchmarks.programs import FILLED, dashboard, temporary_home

LIMIT = 0.150
"""Seconds."""
VALUES = ("128", "45,210", "1,204", "873", "3,774 XP", FILLED, "Nova Reyes", "open.beatpass.ca")
"""Texts of a complete Home; Albums are in the response with the level."""
SPINNERS = "◐◓◑◒"


class Stopwatch(DemoServer):
    """A server without delays that records the time of its first request."""

    def __init__(self) -> None:
        super().__init__(growth_delay=0.0)
        self.first: float | None = None
        """Time of the first request, by `time.perf_counter`."""
        self.spent = 0.0
        """Seconds spent on all responses."""

    def reply(self, request: Request, recorded_path: str) -> Response | None:
        """Respond and record the time."""
        start = time.perf_counter()
        self.first = self.first or start
        try:
            return super().reply(request, recorded_path)
        finally:
            self.spent += time.perf_counter() - start


class Run(NamedTuple):
    """One load of Home, in seconds."""

    from_request: float
    """From the first request to the paint of all eight values."""
    from_frame: float
    """From the first frame to the first request; httpx is imported in between."""
    served: float
    """Time spent by the server."""


def once() -> Run:
    """Load Home."""
    with temporary_home() as env, Stopwatch() as server, dashboard(server, env) as terminal:
        recorded = terminal.record(FILLED.encode(), 0.3)
        frame = next(moment for moment, data in recorded if b"Quick Stats" in data)
        shown = next(moment for moment in terminal.replay(recorded) if is_filled(terminal.text))
    assert server.first is not None
    return Run(terminal.since + shown - server.first, shown - frame, server.spent)


def is_filled(screen: str) -> bool:
    """Return whether all eight values are on the screen."""
    return all(value in screen for value in VALUES) and not set(SPINNERS) & set(screen)


def measure(*, quick: bool) -> None:
    """Load Home repeatedly."""
    runs = [once() for _ in range(4 if quick else 15)]
    report.title("values: until all eight values are painted")
    median = statistics.median(run.from_request for run in runs)
    report.line(
        "from the first request",
        report.milliseconds([run.from_request for run in runs]),
        report.target(f"{median * 1000:.0f} ms", f"{LIMIT * 1000:.0f} ms", met=median <= LIMIT),
    )
    report.line("from the first frame", report.milliseconds([run.from_frame for run in runs]))
    report.line("spent by the server", report.milliseconds([run.served for run in runs]))
