"""Time from a key press to the last byte of its output, on lists and cards of several sizes."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks import report
from benchmarks.programs import Terminal, bare, beats, home

ON_HOME, ON_BEATS = 1.5, 2.0
"""Maximum ratios of Home's and My Beats' 95th percentiles to that of the bare list."""
SIZES = (120, 1_000, 10_000)

DOWN, UP, RIGHT, LEFT = "\x1b[B", "\x1b[A", "\x1b[C", "\x1b[D"
ACROSS = [RIGHT, RIGHT, LEFT, LEFT]
ALONG = [DOWN] * 30 + [UP] * 30


class Case:
    """A running program and the keys to press in turn."""

    def __init__(self, name: str, terminal: Terminal, keys: Iterator[str], most: float) -> None:
        self.name = name
        self.most = most
        self.times: list[float] = []
        self._terminal = terminal
        self._keys = keys

    def step(self) -> None:
        """Press the next key and record the time to its output."""
        self.times.append(self._terminal.measure(next(self._keys)))


def cases(stack: ExitStack) -> list[Case]:
    """Return the cases, the bare app first."""
    yardstick = stack.enter_context(bare())
    yardstick.until("Line 10")
    at_home, _ = stack.enter_context(home())
    found = [
        Case("bare Textual list, move", yardstick, itertools.cycle(ALONG), 1.0),
        Case("Home, move", at_home, itertools.cycle(ACROSS), ON_HOME),
    ]
    for listed in SIZES:
        rows = f"{listed:,} beats"
        moving, sorting, finding = (stack.enter_context(beats(listed)) for _ in range(3))
        sorting.measure(RIGHT * 3)
        finding.measure("/")
        word = itertools.cycle([*"rain", "\x7f", "\x7f", "\x7f", "\x7f"])
        found += [
            Case(f"{rows}, move", moving, itertools.cycle(ALONG), ON_BEATS),
            Case(f"{rows}, sort by plays", sorting, itertools.cycle("s"), ON_BEATS),
            Case(f"{rows}, find", finding, word, ON_BEATS),
        ]
    return found


def measure(*, quick: bool) -> None:
    """Press keys in each program in turn."""
    with ExitStack() as stack:
        measured = cases(stack)
        for _ in range(30 if quick else 200):
            for case in measured:
                case.step()
    report.title("keys: from the key to the last byte of what it painted")
    least = report.p95(measured[0].times)
    for case in measured:
        p95 = report.p95(case.times)
        median = statistics.median(case.times)
        report.line(
            case.name,
            f"median {median * 1000:6.1f} ms, p95 {p95 * 1000:6.1f}",
            "" if case is measured[0] else f"p95 {report.ratio(p95, least, case.most)}",
        )
