"""Time from the start of the process to the last byte of the first frame."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field

from beatpass_tui.demo import DemoServer
from benchmarks import report
from benchmarks.programs import FILLED, Terminal, bare, dashboard, temporary_home

LIMIT = 1.20
"""Maximum ratio of the dashboard's first frame to that of the bare app."""
SILENCE = 0.002
"""Seconds without output after which a frame is complete."""


@dataclass
class Variant:
    """A way to start, and the text of its first frame."""

    name: str
    start: Callable[[], AbstractContextManager[Terminal]]
    text: bytes
    times: list[float] = field(default_factory=list)
    """Seconds."""

    def run(self) -> None:
        """Start the program and end it after the first frame."""
        with self.start() as terminal:
            *_, (last, _) = terminal.record(self.text, SILENCE)
        self.times.append(last)


def fill_store(server: DemoServer, env: dict[str, str]) -> None:
    """Run the dashboard once to store numbers for the next start."""
    with dashboard(server, env) as terminal:
        terminal.until(FILLED)
        terminal.press("q")
        terminal.exit()


def measure(*, quick: bool) -> None:
    """Start each variant in turn and compare."""
    with ExitStack() as stack:
        env = stack.enter_context(temporary_home())
        server = stack.enter_context(DemoServer(growth_delay=0.0))
        baseline = Variant("bare Textual app", bare, b"Line 10")
        fill_store(server, env)
        variants = [
            Variant(
                "dashboard, without a store",
                lambda: dashboard(server, env, "beatpass_tui", "--no-store"),
                b"Quick Stats",
            ),
            # With an argument, the Home of the last run is not shown before.
            Variant(
                "dashboard, with stored numbers",
                lambda: dashboard(server, env, "beatpass_tui", "--theme", "beatpass"),
                b"45,210",
            ),
        ]
        for _ in range(6 if quick else 30):
            for variant in (baseline, *variants):
                variant.run()
    report.title("start: from the start of the process to the end of the first frame")
    report.line(baseline.name, report.milliseconds(baseline.times))
    for variant in variants:
        ratio = report.ratio(
            statistics.median(variant.times), statistics.median(baseline.times), LIMIT
        )
        least = min(variant.times) / min(baseline.times)
        report.line(
            variant.name, report.milliseconds(variant.times), f"{ratio}, minimum {least:.2f}×"
        )
