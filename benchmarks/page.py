"""Time to open a page with fresh data, compared with a bare screen push."""

from __future__ import annotations

import statistics
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks import report
from benchmarks.programs import LARGE, SIZE, Terminal, bare, home

LIMIT = 0.033
"""Maximum seconds beyond the bare push: two frames."""
PAGES = ("Finances", "Activity", "Progress", "Leaderboards", "My Beats", "My Collections")
COMPLETE_AFTER = 1.0
"""Seconds without output after which a newly opened page is complete."""


@dataclass
class PageOpening:
    """A key that opens a page or screen; `Esc` closes it."""

    name: str
    terminal: Terminal
    key: str
    times: list[float] = field(default_factory=list)
    """Seconds."""

    def measure(self) -> None:
        """Open, record the time, and close."""
        self.times.append(self.terminal.measure(self.key))
        self.terminal.measure("\x1b", silence=0.2)


def measure(*, quick: bool) -> None:
    """Open each page in turn, in windows of two sizes."""
    for size in (SIZE, LARGE):
        _measure(size, openings=4 if quick else 20)


def _measure(size: tuple[int, int], openings: int) -> None:
    with ExitStack() as stack:
        baseline = PageOpening("bare Textual app, push", stack.enter_context(bare(size)), "p")
        baseline.terminal.until("Line 10")
        terminal, _ = stack.enter_context(home(size=size))
        pages = [
            PageOpening(name, terminal, str(position))
            for position, name in enumerate(PAGES, start=2)
        ]
        for opening in (baseline, *pages):
            opening.terminal.measure(opening.key, COMPLETE_AFTER)
            opening.terminal.measure("\x1b", COMPLETE_AFTER)
        for _ in range(openings):
            for opening in (baseline, *pages):
                opening.measure()
    columns, rows = size
    report.title(f"page: opening a page with fresh data at {columns}×{rows}, beyond a bare push")
    report.line(baseline.name, report.milliseconds(baseline.times))
    bare_push = statistics.median(baseline.times)
    for opening in pages:
        extra = statistics.median(opening.times) - bare_push
        report.line(
            opening.name,
            report.milliseconds(opening.times),
            report.target(f"{extra * 1000:+.0f} ms", f"+{LIMIT * 1000:.0f} ms", met=extra <= LIMIT),
        )
