"""A file that only its owner can read: written whole or not at all, and by one writer at a time."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from beatpass_tui.storage.files import (
    Failure,
    display_path,
    is_open,
    make_folder,
    make_private,
)

if sys.platform != "win32":
    import fcntl

LARGEST = 1 << 20
"""No file of ours is larger than this many bytes; one that is, is not ours."""

# Flags that Windows and the other systems do not have in common.
_NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_BINARY: int = getattr(os, "O_BINARY", 0)
_NONBLOCK: int = getattr(os, "O_NONBLOCK", 0)
_LOCK_WAIT = 5.0
"""How many seconds another instance may take to finish its writing."""


class PrivateFile:
    """One file in a folder of ours, both closed to other users.

    Whatever goes wrong is raised as what `failure` makes of a sentence that names the file and
    never its content. Symbolic links are not followed. Methods that take `warnings` add whole
    sentences on what they put right.
    """

    def __init__(
        self, folder: Path, name: str, *, failure: Failure, now: Callable[[], datetime]
    ) -> None:
        self.path = folder / name
        self.display_path = display_path(self.path)
        """The path for people, from the home folder on where it is in it."""
        self._folder = folder
        self._name = name
        self._failure = failure
        self._now = now

    def exists(self) -> bool:
        """Whether there is anything at all in its place."""
        with self._told("read"):
            self._check_folder(None)
            return os.path.lexists(self.path)

    def make_folder(self, warnings: list[str]) -> None:
        """Make the folder, readable by its owner only."""
        with self._told("written"):
            self._check_folder(warnings)
            make_folder(self._folder)

    def read(self, warnings: list[str] | None = None) -> bytes | None:
        """Return the content, None where there is no file; of a larger one LARGEST bytes and one.

        Modes that are too open are put right when `warnings` are given.
        """
        with self._told("read"):
            self._check_folder(warnings)
            return self._bytes(warnings)

    def replace(self, content: Callable[[], bytes]) -> None:
        """Write the content: either all of it is in the file afterwards or none is.

        It is made at the last moment, so that no frame of a traceback holds it.
        """
        with self._told("written"):
            temporary = self._folder / f".{self._name}.{os.urandom(8).hex()}.tmp"
            descriptor = os.open(
                temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _BINARY, 0o600
            )
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content())
                    file.flush()
                    os.fsync(descriptor)
                temporary.replace(self.path)
            finally:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
            self._sync_folder()

    def quarantine(self) -> str:
        """Move a damaged file out of the way without overwriting another; say where it is."""
        from beatpass_tui.storage import quarantine

        with self._told("kept aside"):
            # Taking the name first makes sure that the move overwrites nothing.
            aside = next(filter(_take, quarantine.names(self.path, "damaged", self._now())))
            self.path.replace(aside)
        told = f"{self.display_path} was damaged and is kept beside it as {aside.name}."
        return " ".join(filter(None, (told, quarantine.limit(self.path, aside))))

    def clear_quarantine(self) -> str:
        """Remove what was kept aside; say so in whole sentences, empty where there is nothing.

        What cannot be removed is raised, since something secret may be in it.
        """
        from beatpass_tui.storage import quarantine

        with self._told("read"):
            self._check_folder(None)
        gone, left = quarantine.clear(quarantine.found(self.path))
        if left:
            words = ", ".join(display_path(copy) for copy in left)
            raise self._failure(f"{words} could not be removed, and may still hold a token.")
        return f"Removed what was damaged and kept aside: {', '.join(gone)}." if gone else ""

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other instances from writing meanwhile, so that nothing they wrote gets lost."""
        if sys.platform == "win32":
            yield
            return
        with self._told("locked"):
            descriptor = os.open(
                self._folder / f"{self._name}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600
            )
        try:
            if self._lock(descriptor):
                self._sweep()
            yield
        finally:
            os.close(descriptor)

    def _lock(self, descriptor: int) -> bool:
        """Wait for the lock, though not for an instance that was stopped while it held it."""
        if sys.platform == "win32":
            return False
        give_up = time.monotonic() + _LOCK_WAIT
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > give_up:
                    raise self._failure(
                        f"Another instance keeps {self.display_path} locked."
                    ) from None
                time.sleep(0.02)
            except OSError:
                # A file system without locks: the replacing is atomic all the same.
                return False
            else:
                return True

    def _sweep(self) -> None:
        """Remove what a writer that was killed left behind, since a token may be in it."""
        with suppress(OSError):
            for leftover in self._folder.glob(f".{self._name}.*.tmp"):
                leftover.unlink(missing_ok=True)

    def _check_folder(self, warnings: list[str] | None) -> None:
        with suppress(FileNotFoundError):
            mode = self._folder.lstat().st_mode
            words = display_path(self._folder)
            if stat.S_ISLNK(mode):
                raise self._failure(f"{words} is a symbolic link, which is not followed.")
            if not stat.S_ISDIR(mode):
                raise self._failure(f"{words} is not a folder.")
            if warnings is not None and is_open(mode):
                warnings.append(make_private(self._folder, 0o700))

    def _bytes(self, warnings: list[str] | None) -> bytes | None:
        with suppress(FileNotFoundError):
            self._check_file(self.path.lstat().st_mode)
            # Another thing may have come to stand there since: a pipe must not keep us waiting,
            # and what is opened is looked at once more.
            flags = os.O_RDONLY | _NOFOLLOW | _NONBLOCK | _BINARY
            with os.fdopen(os.open(self.path, flags), "rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                self._check_file(mode)
                if warnings is not None and is_open(mode):
                    warnings.append(make_private(self.path, 0o600, file.fileno()))
                return file.read(LARGEST + 1)
        return None

    def _check_file(self, mode: int) -> None:
        if stat.S_ISLNK(mode):
            raise self._failure(f"{self.display_path} is a symbolic link, which is not followed.")
        if not stat.S_ISREG(mode):
            raise self._failure(f"{self.display_path} is not a file.")

    def _sync_folder(self) -> None:
        # Not every system can; the file itself is whole in any case.
        with suppress(OSError):
            descriptor = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise self._failure(f"{self.display_path} could not be {what}: {reason}.") from error


def _take(path: Path) -> bool:
    """Make an empty file unless the name is taken."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True
