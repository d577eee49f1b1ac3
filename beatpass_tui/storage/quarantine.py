"""Quarantine: unusable files are renamed to NAME.PROBLEM-DATE-TIME, so that nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from beatpass_tui.storage.files import display_path

MAX_COPIES = 5
"""Number of damaged copies of a file that are kept."""

_COMPANIONS = ("", "-wal", "-shm")
"""Suffixes of the files that SQLite uses."""

_PROBLEMS = {
    "damaged": "was damaged",
    "foreign": "was not written by this program",
    "newer": "was written by a newer version of this program",
    "too-large": "was far too large",
}


def move(path: Path, problem: str, now: datetime) -> list[str]:
    """Rename a file, and SQLite's files beside it; return sentences that say so.

    `problem` is one of damaged, foreign, newer and too-large. Raises OSError.
    """
    copy = next(filter(_reserve, _names(path, problem, now)))
    for suffix in _COMPANIONS:
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).replace(copy.with_name(copy.name + suffix))
    sentences = [f"{display_path(path)} {_PROBLEMS[problem]}; it was renamed to {copy.name}."]
    if problem == "damaged":
        oldest = [each for each in copies(path) if each != copy][: 1 - MAX_COPIES]
        if deleted := delete(oldest)[0]:
            sentences.append(f"Only {MAX_COPIES} such files are kept; deleted {_list(deleted)}.")
    return sentences


def copies(path: Path, problem: str = "damaged") -> list[Path]:
    """Return the quarantined copies of a file, oldest first."""
    with suppress(OSError):
        aged = [(_age(each, path, problem), each) for each in path.parent.iterdir()]
        return [each for age, each in sorted(aged) if age]
    return []


def delete(copies: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Delete copies; return those that were deleted, and those that could not be."""
    deleted: list[Path] = []
    left: list[Path] = []
    for copy in copies:
        try:
            for suffix in _COMPANIONS:
                copy.with_name(copy.name + suffix).unlink(missing_ok=True)
        except OSError:
            left.append(copy)
        else:
            deleted.append(copy)
    return deleted, left


def _list(paths: Iterable[Path]) -> str:
    return ", ".join(path.name for path in paths)


def _reserve(path: Path) -> bool:
    """Create an empty file, so that renaming can't overwrite another one."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True


def _names(path: Path, problem: str, now: datetime) -> Iterator[Path]:
    first = path.with_name(f"{path.name}.{problem}-{now:%Y%m%d-%H%M%S}")
    day, time, number = _age(first, path, problem)
    # Number after the last copy of this second even if earlier ones were deleted, so that names
    # sort by age.
    for age in (_age(each, path, problem) for each in copies(path, problem)):
        if age[:2] == (day, time):
            number = max(number, age[2] + 1)
    while True:
        yield first.with_name(f"{first.name}-{number}") if number > 1 else first
        number += 1


def _age(copy: Path, path: Path, problem: str) -> tuple[int, ...]:
    """Return day, time and number from the name of a copy; empty for any other name."""
    start = f"{path.name}.{problem}-"
    parts = copy.name.removeprefix(start).split("-")
    if not copy.name.startswith(start) or len(parts) not in (2, 3):
        return ()
    if not all(part.isascii() and part.isdigit() for part in parts):
        return ()
    return (*map(int, parts), 1)[:3]
