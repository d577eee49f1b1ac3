"""Safe file operations: private permissions, error messages and paths for display."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from beatpass_tui.errors import BeatPassError
from beatpass_tui.models import text

Failure = Callable[[str], BeatPassError]
"""Make an error from a sentence."""


def data_folder(failure: Failure) -> Path:
    """Return the folder for what this program keeps; where there is none `failure` is raised."""
    import platformdirs

    with suppress(RuntimeError):
        folder = platformdirs.user_data_path("beatpass-tui", appauthor=False)
        # A relative one would put secrets wherever the program happens to be started.
        if folder.is_absolute():
            return folder
    raise failure("There is no home folder to keep anything in; set HOME to an absolute path.")


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can use, and those above it that are not there either.

    Raises OSError.
    """
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        try:
            each.mkdir(mode=0o700)
        except FileExistsError as error:
            # One that somebody else has just made is as good.
            if not each.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error


def display_path(path: Path) -> str:
    """Return a path for messages, with `~` for the home folder."""
    with suppress(RuntimeError, ValueError):
        return text.clean(f"~{os.sep}{path.relative_to(Path.home())}")
    return text.clean(str(path))


def is_open(mode: int) -> bool:
    """Whether other users may do anything; Windows keeps that elsewhere than in the mode."""
    return os.name == "posix" and bool(mode & 0o077)


def make_private(path: Path, mode: int, descriptor: int | None = None) -> str:
    """Take other users' access away and say so in a whole sentence.

    What is open already is meant by its `descriptor`, whatever stands at the path by now.
    """
    # Some file systems refuse and some pretend, so what counts is what it is afterwards.
    with suppress(OSError):
        if descriptor is None:
            path.chmod(mode)
        elif sys.platform != "win32":
            os.fchmod(descriptor, mode)
    if is_open((path.lstat() if descriptor is None else os.fstat(descriptor)).st_mode):
        return f"{display_path(path)} is open to other users, and this disk cannot make it private."
    return f"{display_path(path)} was open to other users; it is private now."
