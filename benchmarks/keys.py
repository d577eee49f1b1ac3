"""Time from a key press to the last byte of its output, on lists and cards of several sizes."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks import report
from benchmarks.programs import LARGE, SIZE, Terminal, bare, beats, home

HOME_LIMIT, BEATS_LIMIT, LARGE_LIMIT = 1.5, 2.0, 1.5
"""Maximum ratios of the 95th percentiles of Home, of My Beats and of both in a large window to that
of the bare list in a window of the same size."""
SIZES = (120, 1_000, 10_000)

DOWN, UP, RIGHT, LEFT = "\x1b[B", "\x1b[A", "\x1b[C", "\x1b[D"
RIGHT_AND_LEFT = [RIGHT, RIGHT, LEFT, LEFT]
PALETTE = "\x10"
DOWN_AND_UP = [DOWN] * 30 + [UP] * 30
SILENCE = 0.05
"""Seconds without output after which everything is drawn: three frames."""


class Case:
    """A running program and the keys to press in turn."""

    def __init__(
        self,
        name: str,
        terminal: Terminal,
        keys: Iterator[str],
        limit: float = 1.0,
        baseline: Case | None = None,
    ) -> None:
        self.name = name
        self.limit = limit
        self.baseline = baseline
        self.times: list[float] = []
        self._terminal = terminal
        self._keys = keys

    def step(self) -> None:
        """Press the next key and record the time to its output."""
        self.times.append(self._terminal.measure(next(self._keys), SILENCE))


def bare_case(stack: ExitStack, size: tuple[int, int]) -> Case:
    """Return the case of the bare app in a window of some size."""
    terminal = stack.enter_context(bare(size))
    terminal.until("Line 10")
    name = f"bare Textual list, {size[0]}×{size[1]}, move"
    return Case(name, terminal, itertools.cycle(DOWN_AND_UP))


def cases(stack: ExitStack) -> Iterator[Case]:
    """Yield the cases, each bare app before those that are compared with it."""
    baseline = bare_case(stack, SIZE)
    yield baseline
    at_home, _ = stack.enter_context(home())
    yield Case("Home, move", at_home, itertools.cycle(RIGHT_AND_LEFT), HOME_LIMIT, baseline)
    for listed in SIZES:
        rows = f"{listed:,} beats"
        moving, sorting, finding = (stack.enter_context(beats(listed)) for _ in range(3))
        sorting.measure(RIGHT * 3)
        finding.measure("/")
        word = itertools.cycle([*"rain", "\x7f", "\x7f", "\x7f", "\x7f"])
        for action, terminal, keys in (
            ("move", moving, itertools.cycle(DOWN_AND_UP)),
            ("sort by plays", sorting, itertools.cycle("s")),
            ("find", finding, word),
        ):
            yield Case(f"{rows}, {action}", terminal, keys, BEATS_LIMIT, baseline)
    palette = stack.enter_context(beats(SIZES[-1]))
    palette.measure(PALETTE)
    word = itertools.cycle([*"rain", *["\x7f"] * 4])
    yield Case(f"{SIZES[-1]:,} beats, palette", palette, word, BEATS_LIMIT, baseline)
    large = bare_case(stack, LARGE)
    yield large
    at_home, _ = stack.enter_context(home(size=LARGE))
    yield Case("Home, large", at_home, itertools.cycle(RIGHT_AND_LEFT), LARGE_LIMIT, large)
    moving = stack.enter_context(beats(SIZES[0], LARGE))
    name = f"{SIZES[0]:,} beats, large, move"
    yield Case(name, moving, itertools.cycle(DOWN_AND_UP), LARGE_LIMIT, large)


def measure(*, quick: bool) -> None:
    """Press keys in each program in turn."""
    with ExitStack() as stack:
        measured = list(cases(stack))
        for _ in range(30 if quick else 200):
            for case in measured:
                case.step()
    report.title("keys: from the key press to the last byte of its output")
    for case in measured:
        p95 = report.p95(case.times)
        median = statistics.median(case.times)
        target = ""
        if case.baseline is not None:
            target = f"p95 {report.ratio(p95, report.p95(case.baseline.times), case.limit)}"
        report.line(case.name, f"median {median * 1000:6.1f} ms, p95 {p95 * 1000:6.1f}", target)
