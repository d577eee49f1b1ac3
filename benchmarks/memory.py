"""Resident memory on Linux; the server runs in another process."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from operator import attrgetter

from benchmarks import process, report
from benchmarks.keys import PALETTE
from benchmarks.page import COMPLETE_AFTER
from benchmarks.programs import Terminal, bare, beats, home

HOME_LIMIT = 1.6
"""Maximum ratio of Home's memory to that of the bare app."""
BEATS_LIMIT = 40.0
"""Maximum megabytes that 10,000 beats add to Home."""
USE_LIMIT = 1.25
"""Maximum ratio of Home's memory after long use to that at first."""
SCREENS = (("?", "Type to find a key"), (PALETTE, "Search"))
"""The keys of help and palette, and a text that only they show."""
PAGES = "234567"
"""The keys of the pages."""
_SILENCE = 0.1
"""Seconds without output after which a page is drawn."""


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
    """Compare memory at first with that after openings of help, of the palette and of pages."""
    with home() as (terminal, _):
        before = _resident(terminal)
        for key in PAGES:
            terminal.measure(key, COMPLETE_AFTER)
            terminal.measure("\x1b", COMPLETE_AFTER)
        loaded = _resident(terminal)
        for _, page in zip(range(openings), itertools.cycle(PAGES), strict=False):
            for key, text in SCREENS:
                terminal.press(key)
                terminal.until(text)
                terminal.press("\x1b")
                terminal.wait(lambda text=text: text not in terminal.text, "the end")  # type: ignore[misc]
            terminal.measure(page, _SILENCE)
            terminal.measure("\x1b", _SILENCE)
        after = _resident(terminal)
    report.line("Home, at first", f"{before:9.1f}")
    report.line("after a visit of each page", f"{loaded:9.1f}", f"{loaded / before:.2f}×")
    used = f"after {openings} openings of help, palette, pages"
    report.line(used, f"{after:9.1f}", report.ratio(after, before, USE_LIMIT))


def _resident(terminal: Terminal) -> float:
    terminal.wait_for_silence()
    return process.memory(terminal.pid).resident
