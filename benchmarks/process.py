"""What Linux tells of a running process under /proc."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class HistoryRepository(NamedTuple):
    """Memory in megabytes of 1,048,576 bytes."""

    resident: float
    proportional: float
    """Resident, with what is shared counted in parts."""
    own: float
    """What no other process has."""


def memory(pid: int) -> HistoryRepository:
    """Return the memory of a process."""
    sizes: dict[str, int] = {}
    for row in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, size, *_ = row.split()
        sizes[name] = int(size)
    own = sizes["Private_Clean:"] + sizes["Private_Dirty:"]
    return HistoryRepository(*(size / 1024 for size in (sizes["Rss:"], sizes["Pss:"], own)))


def cpu_seconds(pid: int) -> float:
    """Return the time that all threads of a process have run."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def wake_ups(pid: int) -> int:
    """Return how often the threads of a process have given up the processor in order to wait."""
    return sum(
        int(row.split()[1])
        for task in Path(f"/proc/{pid}/task").iterdir()
        for row in (task / "status").read_text().splitlines()
        if row.startswith("voluntary_ctxt_switches:")
    )
