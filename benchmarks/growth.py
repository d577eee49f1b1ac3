"""How load time, memory and keys grow with the catalog."""

from __future__ import annotations

import itertools
import statistics
import time

from benchmarks import process, report
from benchmarks.keys import DOWN_AND_UP, SIZES
from benchmarks.programs import home, load


def measure(*, quick: bool) -> None:
    """Load My Beats at each size and move the cursor."""
    report.title("growth: My Beats as the catalog grows (120 beats are the demo's fewest)")
    for listed in SIZES:
        with home(listed, unpaced=True) as (terminal, _):
            began = time.perf_counter()
            load(terminal)
            loaded = time.perf_counter() - began
            terminal.wait_for_silence()
            size = process.memory(terminal.pid).resident
            keys = itertools.islice(itertools.cycle(DOWN_AND_UP), 30 if quick else 120)
            times = [terminal.measure(key) for key in keys]
        report.line(
            f"{listed:,} beats",
            f"loaded in {loaded:6.2f} s, {size:6.1f} MB",
            f"key to paint: median {statistics.median(times) * 1000:.1f} ms, "
            f"p95 {report.p95(times) * 1000:.1f} ms",
        )
