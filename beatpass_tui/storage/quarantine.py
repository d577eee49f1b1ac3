"""Files that were moved out of the way, kept beside what took their place: names and number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

MOST = 5
"""So many damaged copies of a file stay; then the oldest makes room."""

_COMPANIONS = ("-wal", "-shm")
"""What SQLite keeps beside a file."""


def names(path: Path, problem: str, moment: datetime) -> Iterator[Path]:
    """Yield where a file may be kept aside: the first of these that is free is to be taken."""
    first = path.with_name(f"{path.name}.{problem}-{moment:%Y%m%d-%H%M%S}")
    day, time, number = _age(first, path, problem)
    # After the last of this second, even where earlier ones have made room: the newest comes last.
    for age in (_age(each, path, problem) for each in found(path, problem)):
        if age[:2] == (day, time):
            number = max(number, age[2] + 1)
    while True:
        yield first.with_name(f"{first.name}-{number}") if number > 1 else first
        number += 1


def found(path: Path, problem: str = "damaged") -> list[Path]:
    """Return what is kept aside of a file, the oldest first."""
    with suppress(OSError):
        aged = [(_age(each, path, problem), each) for each in path.parent.iterdir()]
        return [each for age, each in sorted(aged) if age]
    return []


def limit(path: Path, newest: Path) -> str:
    """Let the oldest damaged copies go where there are too many; say so in a whole sentence."""
    older = [each for each in found(path) if each != newest]
    gone = [each.name for each in older[: max(0, len(older) + 1 - MOST)] if _remove(each)]
    if not gone:
        return ""
    were = "was" if len(gone) == 1 else "were"
    return f"No more than {MOST} such copies stay: {', '.join(gone)} {were} removed."


def clear(copies: Iterable[Path]) -> tuple[list[str], list[Path]]:
    """Remove copies; return the names of those that are gone, and those that could not be."""
    gone: list[str] = []
    left: list[Path] = []
    for copy in copies:
        if _remove(copy):
            gone.append(copy.name)
        else:
            left.append(copy)
    return gone, left


def _age(copy: Path, path: Path, problem: str) -> tuple[int, ...]:
    """Return day, time and number of a name that was given here; nothing for any other name."""
    begin = f"{path.name}.{problem}-"
    parts = copy.name.removeprefix(begin).split("-")
    ours = copy.name.startswith(begin) and len(parts) in (2, 3)
    if not ours or not all(part.isascii() and part.isdigit() for part in parts):
        return ()
    return (*map(int, parts), 1)[:3]


def _remove(copy: Path) -> bool:
    try:
        copy.unlink(missing_ok=True)
        for companion in _COMPANIONS:
            copy.with_name(copy.name + companion).unlink(missing_ok=True)
    except OSError:
        return False
    return True
