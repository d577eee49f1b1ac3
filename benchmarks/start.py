"""Time from the start of the process to the last byte of the first frame."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field

from beatpass_tui.demo import DemoServer
from benchmarks import report
from benchmarks.programs import FILLED, Terminal, bare, dashboard, place

MOST = 1.20
"""Maximum ratio of the dashboard's first frame to that of the bare app."""
SILENCE = 0.002
"""Seconds without output after which a frame is complete."""


@dataclass
class Variant:
    """A way to start, and the text of its first frame."""

    name: str
    start: Callable[[], AbstractContextManager[Terminal]]
    words: bytes
    times: list[float] = field(default_factory=list)
    """Seconds."""

    def run(self) -> None:
        """Start the program and end it after the first frame."""
        with self.start() as terminal:
            *_, (last, _) = terminal.record(self.words, SILENCE)
        self.times.append(last)


def remember(server: DemoServer, where: dict[str, str]) -> None:
    """Run the dashboard once, so that the next start has stored numbers."""
    with dashboard(server, where) as terminal:
        terminal.until(FILLED)
        terminal.press("q")
        terminal.exit()


def measure(*, quick: bool) -> None:
    """Start each variant in turn and compare."""
    with ExitStack() as stack:
        where = stack.enter_context(place())
        server = stack.enter_context(DemoServer(growth_delay=0.0))
        yardstick = Variant("bare Textual app", bare, b"Line 10")
        remember(server, where)
        variants = [
            Variant(
                "dashboard, without a snapshot",
                lambda: dashboard(server, where, "beatpass_tui", "--no-store"),
                b"Quick Stats",
            ),
            Variant(
                "dashboard, with the numbers on it", lambda: dashboard(server, where), b"45,210"
            ),
        ]
        for _ in range(6 if quick else 30):
            for variant in (yardstick, *variants):
                variant.run()
    report.title("start: from the start of the process to the end of the first frame")
    report.line(yardstick.name, report.milliseconds(yardstick.times))
    for variant in variants:
        ratio = report.ratio(
            statistics.median(variant.times), statistics.median(yardstick.times), MOST
        )
        least = min(variant.times) / min(yardstick.times)
        report.line(
            variant.name, report.milliseconds(variant.times), f"{ratio}, of the least {least:.2f}×"
        )
