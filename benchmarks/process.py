"""Figures of a process from Linux's /proc."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class MemoryUsage(NamedTuple):
    """Memory in megabytes of 1,048,576 bytes."""

    resident: float
    proportional: float
    """Proportional set size."""
    own: float
    """Memory that is not shared."""


def memory(pid: int) -> MemoryUsage:
    """Return the memory of a process."""
    sizes: dict[str, int] = {}
    for row in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, size, *_ = row.split()
        sizes[name] = int(size)
    own = sizes["Private_Clean:"] + sizes["Private_Dirty:"]
    return MemoryUsage(*(size / 1024 for size in (sizes["Rss:"], sizes["Pss:"], own)))


def cpu_seconds(pid: int) -> float:
    """Return the processor seconds of all threads of a process."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def wake_ups(pid: int) -> int:
    """Return the voluntary context switches of all threads of a process."""
    return sum(
        int(row.split()[1])
        for task in Path(f"/proc/{pid}/task").iterdir()
        for row in (task / "status").read_text().splitlines()
        if row.startswith("voluntary_ctxt_switches:")
    )
