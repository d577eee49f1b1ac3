"""Quarantine: unusable files are renamed to NAME.PROBLEM-DATE-TIME, so that nothing is lost."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from beatpass_tui.storage.files import display_path

MAX_COPIES = 5
"""Number of damaged copies of a file that are kept."""

PROBLEMS = {
    "damaged": "was damaged",
    "foreign": "was not written by this program",
    "too-large": "was far too large",
}
"""Descriptions of problems for messages."""


def move(path: Path, problem: str, now: datetime) -> list[str]:
    """Rename a file and SQLite's files beside it; return messages for the user.

    `problem` is one of damaged, foreign and too-large. Raises OSError.
    """
    stamp = f"{problem}-{now:%Y%m%d-%H%M%S}"
    # Numbered after the last copy of this second, so that copies sort by age.
    number = max((n for s, n, _ in _find(path, problem) if s == stamp), default=0) + 1
    copy = path.with_name(f"{path.name}.{stamp}" + (f"-{number}" if number > 1 else ""))
    # Fails if the name is taken, while renaming would overwrite the file.
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    for old, new in zip(sqlite_files(path), sqlite_files(copy), strict=True):
        with suppress(FileNotFoundError):
            old.replace(new)
    messages = [f"{display_path(path)} {PROBLEMS[problem]}; it was renamed to {copy.name}."]
    if problem == "damaged":
        # If the clock was set back, the new copy may not be the last.
        others = [each for each in copies(path) if each != copy]
        deleted, _ = delete(others[: 1 - MAX_COPIES])
        if deleted:
            names = ", ".join(each.name for each in deleted)
            messages.append(f"Only {MAX_COPIES} such files are kept; deleted {names}.")
    return messages


def copies(path: Path, problem: str = "damaged") -> list[Path]:
    """Return the quarantined copies of a file, oldest first."""
    return [copy for _, _, copy in sorted(_find(path, problem))]


def sqlite_files(path: Path) -> list[Path]:
    """Return the paths of an SQLite file, its write-ahead log and its shared memory."""
    return [path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm")]


def _find(path: Path, problem: str) -> Iterator[tuple[str, int, Path]]:
    """Yield problem and time, number and path of each copy."""
    name = re.compile(rf"{re.escape(path.name)}\.({problem}-\d{{8}}-\d{{6}})(?:-(\d+))?", re.ASCII)
    with suppress(OSError):
        for copy in path.parent.iterdir():
            if match := name.fullmatch(copy.name):
                yield match[1], int(match[2] or 1), copy


def delete(copies: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Delete copies; return those that were deleted, and those that could not be."""
    deleted: list[Path] = []
    remaining: list[Path] = []
    for copy in copies:
        try:
            for file in sqlite_files(copy):
                file.unlink(missing_ok=True)
        except OSError:
            remaining.append(copy)
        else:
            deleted.append(copy)
    return deleted, remaining
