"""Time to open a page with fresh data, compared with a bare screen push."""

from __future__ import annotations

import statistics
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks import report
from benchmarks.programs import Terminal, bare, home

MOST = 0.033
"""Maximum seconds beyond the bare push: two frames."""
PAGES = ("Finances", "Activity", "Progress", "Leaderboards", "My Beats", "My Collections")
SETTLED = 1.0
"""Seconds without output after which a newly opened page is complete."""


@dataclass
class Door:
    """A key that opens a page or screen; `Esc` closes it."""

    name: str
    terminal: Terminal
    key: str
    times: list[float] = field(default_factory=list)
    """Seconds."""

    def swing(self) -> None:
        """Open, record the time, and close."""
        self.times.append(self.terminal.measure(self.key))
        self.terminal.measure("\x1b", silence=0.2)


def measure(*, quick: bool) -> None:
    """Open each page in turn."""
    with ExitStack() as stack:
        yardstick = Door("bare Textual app, push", stack.enter_context(bare()), "p")
        yardstick.terminal.until("Line 10")
        terminal, _ = stack.enter_context(home())
        pages = [Door(name, terminal, str(at)) for at, name in enumerate(PAGES, start=2)]
        for door in (yardstick, *pages):
            door.terminal.measure(door.key, SETTLED)
            door.terminal.measure("\x1b", SETTLED)
        for _ in range(4 if quick else 20):
            for door in (yardstick, *pages):
                door.swing()
    report.title("page: opening a page whose data is fresh, beside a bare push")
    report.line(yardstick.name, report.milliseconds(yardstick.times))
    bare_push = statistics.median(yardstick.times)
    for door in pages:
        more = statistics.median(door.times) - bare_push
        report.line(
            door.name,
            report.milliseconds(door.times),
            report.target(f"{more * 1000:+.0f} ms", f"+{MOST * 1000:.0f} ms", met=more <= MOST),
        )
