"""Processor time and wake-ups of an idle Home."""

from __future__ import annotations

import time
from contextlib import ExitStack

from beatpass_tui.screens.catalog_refresh import DELAY, PACE
from benchmarks import process, report
from benchmarks.programs import bare, home

LIMIT = 0.5
"""Percent of one processor."""
BACKGROUND_SECONDS = DELAY + 3 * PACE
"""Until the pages of the demo's catalog are loaded in the background."""

LIMIT_WAKE_UPS = 1.0
"""Wake-ups per second beyond the bare app: no timer is shorter than a second."""


def measure(*, quick: bool) -> None:
    """Run both programs side by side without input."""
    seconds = 5.0 if quick else 30.0
    with ExitStack() as stack:
        baseline = stack.enter_context(bare())
        baseline.until("Line 10")
        at_home, _ = stack.enter_context(home())
        terminals = (baseline, at_home)
        if not quick:
            time.sleep(BACKGROUND_SECONDS)
        for terminal in terminals:
            terminal.wait_for_silence()
        before = [(process.cpu_seconds(t.pid), process.wake_ups(t.pid)) for t in terminals]
        time.sleep(seconds)
        after = [(process.cpu_seconds(t.pid), process.wake_ups(t.pid)) for t in terminals]
    shares, wakes = zip(
        *(
            ((cpu - cpu_before) / seconds * 100, (woken - woken_before) / seconds)
            for (cpu, woken), (cpu_before, woken_before) in zip(after, before, strict=True)
        ),
        strict=True,
    )
    more = wakes[1] - wakes[0]
    report.title(f"idle: {seconds:.0f} s without input")
    report.line("bare Textual app", f"{shares[0]:6.2f} %, {wakes[0]:6.1f} wake-ups per second")
    report.line(
        "Home",
        f"{shares[1]:6.2f} %, {wakes[1]:6.1f} wake-ups per second",
        report.target(f"{shares[1]:.2f} %", f"{LIMIT} %", met=shares[1] <= LIMIT)
        + ", "
        + report.target(
            f"{more:+.1f} wake-ups", f"+{LIMIT_WAKE_UPS:.0f}", met=more <= LIMIT_WAKE_UPS
        ),
    )
