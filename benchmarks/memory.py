"""Resident memory on Linux; the server runs in another process."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from operator import attrgetter

from benchmarks import process, report
from benchmarks.page import COMPLETE_AFTER
from benchmarks.programs import Terminal, bare, beats, home

HOME_LIMIT = 1.6
"""Maximum ratio of Home's memory to that of the bare app."""
BEATS_LIMIT = 40.0
"""Maximum megabytes that 10,000 beats add to Home."""
USE_LIMIT = 1.15
"""Maximum ratio of Home's memory after long use to that after short use."""
HELP = "Type to find a key"
"""A text that only help shows."""
PAGES = "234567"
"""The keys of the pages."""
_FEW = 10


@contextmanager
def bare_list() -> Iterator[Terminal]:
    """Run the bare app."""
    with bare() as terminal:
        terminal.until("Line 10")
        yield terminal


@contextmanager
def filled_home() -> Iterator[Terminal]:
    """Run the dashboard until Home is complete."""
    with home() as (terminal, _):
        yield terminal


def measure(*, quick: bool) -> None:
    """Run the programs one after the other and measure each when it is idle."""
    programs: dict[str, Callable[[], AbstractContextManager[Terminal]]] = {
        "bare Textual app": bare_list,
        "Home": filled_home,
        "My Beats, 10,000 beats": lambda: beats(10_000),
    }
    runs: dict[str, list[process.MemoryUsage]] = {name: [] for name in programs}
    for _ in range(1 if quick else 3):
        for name, program in programs.items():
            with program() as terminal:
                terminal.wait_for_silence()
                runs[name].append(process.memory(terminal.pid))
    report.title("memory: resident, proportional and own, in MB")
    resident = {
        name: statistics.median(usage.resident for usage in usages) for name, usages in runs.items()
    }
    bare_app, at_home, with_beats = resident.values()
    extra = with_beats - at_home
    comparisons = (
        "",
        report.ratio(at_home, bare_app, HOME_LIMIT),
        report.target(f"{extra:+.0f} MB", f"+{BEATS_LIMIT:.0f} MB", met=extra <= BEATS_LIMIT),
    )
    for (name, usages), comparison in zip(runs.items(), comparisons, strict=True):
        sizes = (
            statistics.median(map(attrgetter(kind), usages))
            for kind in ("resident", "proportional", "own")
        )
        report.line(name, " ".join(f"{size:9.1f}" for size in sizes), comparison)
    _measure_use(openings=40 if quick else 200)


def _measure_use(openings: int) -> None:
    """Compare memory after a few openings, which load everything, with that after many."""
    with home() as (terminal, _):
        _use(terminal, _FEW)
        before = _resident(terminal)
        _use(terminal, openings)
        after = _resident(terminal)
    report.line(f"Home, help opened {_FEW} times", f"{before:9.1f}")
    flatness = report.ratio(after, before, USE_LIMIT)
    report.line(f"Home, help opened {openings} times more", f"{after:9.1f}", flatness)


def _use(terminal: Terminal, openings: int) -> None:
    """Visit each page, then open and close help."""
    for key in PAGES:
        terminal.measure(key, COMPLETE_AFTER)
        terminal.measure("\x1b", COMPLETE_AFTER)
    for _ in range(openings):
        terminal.press("?")
        terminal.until(HELP)
        terminal.press("\x1b")
        terminal.wait(lambda: HELP not in terminal.text, "the end of help")


def _resident(terminal: Terminal) -> float:
    terminal.wait_for_silence()
    return process.memory(terminal.pid).resident
