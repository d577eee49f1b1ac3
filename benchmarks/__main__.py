"""Prints key-to-paint times as ratios of runs that alternate in a pseudo-terminal, 120×36."""

from __future__ import annotations

import argparse
import itertools
import re
import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from terminal import Terminal

SIZE = (120, 36)
LISTED_SHARE = 0.9375
"""The part of the demo's linked tracks that is listed."""

DOWN, UP, RIGHT, LEFT = "\x1b[B", "\x1b[A", "\x1b[C", "\x1b[D"


class Case:
    """A running program and the keys that are pressed in turn."""

    def __init__(self, name: str, terminal: Terminal, keys: Iterator[str]) -> None:
        self.name = name
        self.times: list[float] = []
        self._terminal = terminal
        self._keys = keys

    def step(self) -> None:
        """Press the next key and keep how long it took to be painted."""
        self.times.append(self._terminal.painted(next(self._keys)))

    @property
    def median(self) -> float:
        """Milliseconds."""
        return statistics.median(self.times) * 1000

    @property
    def p95(self) -> float:
        """Milliseconds."""
        return statistics.quantiles(self.times, n=20)[-1] * 1000


def start(stack: ExitStack, *program: str) -> Terminal:
    """Start one of the programs of this folder."""
    command = [sys.executable, "-m", *program]
    return stack.enter_context(Terminal(size=SIZE, program=command))


def home(stack: ExitStack) -> Terminal:
    """Start the dashboard and wait until Home is filled."""
    terminal = start(stack, "benchmarks.large", "128")
    terminal.until("+7.5%")
    return terminal


def beats(stack: ExitStack, listed: int) -> Terminal:
    """Start the dashboard on `listed` beats and load them all."""
    terminal = start(stack, "benchmarks.large", str(max(round(listed / LISTED_SHARE), 128)))
    terminal.until("+7.5%")
    terminal.press("6")
    terminal.until("loaded" if listed > 200 else "Catalogue ·")
    terminal.press("L")
    terminal.wait(lambda: _is_whole(terminal.text), "the whole catalogue")
    return terminal


def _is_whole(screen: str) -> bool:
    """Whether every beat is loaded."""
    return bool(re.search(r"Catalogue · [\d,]+ beats", screen)) and "Loading" not in screen


def cases(stack: ExitStack) -> list[Case]:
    """Return everything that is measured, the yardsticks first."""
    bare = start(stack, "benchmarks.bare")
    bare.until("Line 10")
    found = [
        Case("bare Textual list, move", bare, itertools.cycle([DOWN] * 30 + [UP] * 30)),
        Case("Home, move", home(stack), itertools.cycle([RIGHT, RIGHT, LEFT, LEFT])),
    ]
    for listed in (128, 1_000, 10_000):
        rows = f"{listed:,} beats"
        moving = beats(stack, listed)
        found.append(Case(f"{rows}, move", moving, itertools.cycle([DOWN] * 60 + [UP] * 60)))
        sorting = beats(stack, listed)
        sorting.press(RIGHT * 3)
        found.append(Case(f"{rows}, sort by plays", sorting, itertools.cycle("s")))
        finding = beats(stack, listed)
        finding.press("/")
        keys = itertools.cycle([*"rain", "\x7f", "\x7f", "\x7f", "\x7f"])
        found.append(Case(f"{rows}, find", finding, keys))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--keys", type=int, default=120, help="keys pressed in each case")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        measured = cases(stack)
        for _ in range(arguments.keys):
            for case in measured:
                case.step()
    bare, yardstick = measured[0], measured[1]
    print(f"{'key to paint':32} {'median':>9} {'p95':>9} {'p95/Home':>9} {'p95/bare':>9}")
    for case in measured:
        ratios = f"{case.p95 / yardstick.p95:9.2f} {case.p95 / bare.p95:9.2f}"
        print(f"{case.name:32} {case.median:6.1f} ms {case.p95:6.1f} ms {ratios}")


if __name__ == "__main__":
    main()
