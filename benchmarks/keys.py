"""Time from a key press to the last byte of its output, on lists and cards of several sizes."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks import report
from benchmarks.programs import Terminal, bare, beats, home

HOME_LIMIT, BEATS_LIMIT = 1.5, 2.0
"""Maximum ratios of Home's and My Beats' 95th percentiles to that of the bare list."""
SIZES = (120, 1_000, 10_000)

DOWN, UP, RIGHT, LEFT = "\x1b[B", "\x1b[A", "\x1b[C", "\x1b[D"
RIGHT_AND_LEFT = [RIGHT, RIGHT, LEFT, LEFT]
PALETTE = "\x10"
DOWN_AND_UP = [DOWN] * 30 + [UP] * 30


class Case:
    """A running program and the keys to press in turn."""

    def __init__(self, name: str, terminal: Terminal, keys: Iterator[str], limit: float) -> None:
        self.name = name
        self.limit = limit
        self.times: list[float] = []
        self._terminal = terminal
        self._keys = keys

    def step(self) -> None:
        """Press the next key and record the time to its output."""
        self.times.append(self._terminal.measure(next(self._keys)))


def cases(stack: ExitStack) -> list[Case]:
    """Return the cases, the bare app first."""
    baseline = stack.enter_context(bare())
    baseline.until("Line 10")
    at_home, _ = stack.enter_context(home())
    all_cases = [
        Case("bare Textual list, move", baseline, itertools.cycle(DOWN_AND_UP), 1.0),
        Case("Home, move", at_home, itertools.cycle(RIGHT_AND_LEFT), HOME_LIMIT),
    ]
    for listed in SIZES:
        rows = f"{listed:,} beats"
        moving, sorting, finding = (stack.enter_context(beats(listed)) for _ in range(3))
        sorting.measure(RIGHT * 3)
        finding.measure("/")
        word = itertools.cycle([*"rain", "\x7f", "\x7f", "\x7f", "\x7f"])
        all_cases += [
            Case(f"{rows}, move", moving, itertools.cycle(DOWN_AND_UP), BEATS_LIMIT),
            Case(f"{rows}, sort by plays", sorting, itertools.cycle("s"), BEATS_LIMIT),
            Case(f"{rows}, find", finding, word, BEATS_LIMIT),
        ]
    palette = stack.enter_context(beats(SIZES[-1]))
    palette.measure(PALETTE)
    word = itertools.cycle([*"rain", *["\x7f"] * 4])
    all_cases.append(Case(f"{SIZES[-1]:,} beats, palette", palette, word, BEATS_LIMIT))
    return all_cases


def measure(*, quick: bool) -> None:
    """Press keys in each program in turn."""
    with ExitStack() as stack:
        measured = cases(stack)
        for _ in range(30 if quick else 200):
            for case in measured:
                case.step()
    report.title("keys: from the key press to the last byte of its output")
    baseline_p95 = report.p95(measured[0].times)
    for case in measured:
        p95 = report.p95(case.times)
        median = statistics.median(case.times)
        report.line(
            case.name,
            f"median {median * 1000:6.1f} ms, p95 {p95 * 1000:6.1f}",
            "" if case is measured[0] else f"p95 {report.ratio(p95, baseline_p95, case.limit)}",
        )
