"""A file that only its owner can read, written atomically by one process at a time."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from beatpass_tui.storage import files, quarantine
from beatpass_tui.storage.files import Failure, display_path

MAX_BYTES = 1 << 20
"""Size in bytes above which a file is not read completely, since the program didn't write it."""

_LOCK_WAIT = 5.0
"""Seconds to wait for another instance's lock."""


class PrivateFile:
    """A file in the program's data folder, both inaccessible to other users.

    Errors are raised as `failure`, with a message that names the file but never its content.
    Symbolic links are not followed, except for the folder if `files.check_link` accepts it. Methods
    append messages about repairs to `warnings`.
    """

    def __init__(
        self, folder: Path, name: str, *, failure: Failure, now: Callable[[], datetime]
    ) -> None:
        self.path = folder / name
        self.display_path = display_path(self.path)
        self._failure = failure
        self._now = now

    def exists(self) -> bool:
        """Return whether the path exists, even as a broken link."""
        with self._reporting("read"):
            self._check_folder(None)
            return os.path.lexists(self.path)

    def make_folder(self, warnings: list[str]) -> None:
        with self._reporting("written"):
            self._check_folder(warnings)
            files.make_folder(self.path.parent)

    def read(self, warnings: list[str] | None = None) -> bytes | None:
        """Return the content, at most MAX_BYTES + 1 bytes; None if there is no file.

        Permissions that are too open are corrected if `warnings` are given.
        """
        with self._reporting("read"):
            with suppress(FileNotFoundError):
                self._check_folder(warnings)
                self._check_type(self.path, self.path.lstat().st_mode, stat.S_IFREG)
                # The path may have been replaced since: don't block on a pipe, and check the type
                # of the opened file.
                flags = os.O_RDONLY | files.NOFOLLOW | files.NONBLOCK | files.BINARY
                with os.fdopen(os.open(self.path, flags), "rb") as file:
                    descriptor = file.fileno()
                    self._check_type(self.path, os.fstat(descriptor).st_mode, stat.S_IFREG)
                    if warnings is not None:
                        files.make_private(self.path, warnings, descriptor)
                    return file.read(MAX_BYTES + 1)
            files.check_absence(self.path)
        return None

    def replace(self, content: Callable[[], bytes]) -> None:
        """Write the content, completely or not at all."""
        with self._reporting("written"):
            files.write_atomically(self.path, content)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other instances from writing, so that their changes are not overwritten."""
        with ExitStack() as stack:
            with self._reporting("locked"):
                if stack.enter_context(files.locked(self.path, _LOCK_WAIT)):
                    self._delete_leftovers()
            yield

    def quarantine(self) -> str:
        """Rename a damaged file; return a message for the user."""
        with self._reporting("renamed"):
            return " ".join(quarantine.move(self.path, "damaged", self._now()))

    def clear_quarantine(self) -> str:
        """Delete damaged copies; return a message for the user, empty without copies.

        Raises `failure` for copies that can't be deleted, since they may contain a secret.
        """
        with self._reporting("read"):
            self._check_folder(None)
        deleted, remaining = quarantine.delete(quarantine.copies(self.path))
        if remaining:
            paths = ", ".join(map(display_path, remaining))
            raise self._failure(f"{paths} could not be deleted and may still contain a token.")
        names = ", ".join(copy.name for copy in deleted)
        return f"Deleted damaged copies: {names}." if names else ""

    def _delete_leftovers(self) -> None:
        """Delete temporary files of writers that were killed, since they may contain a token."""
        with suppress(OSError):
            for leftover in self.path.parent.glob(f".{self.path.name}.*.tmp"):
                leftover.unlink(missing_ok=True)

    def _check_folder(self, warnings: list[str] | None) -> None:
        folder = self.path.parent
        with suppress(FileNotFoundError):
            files.check_link(folder)
            self._check_type(folder, folder.stat().st_mode, stat.S_IFDIR)
            if warnings is not None:
                files.make_private(folder, warnings)

    def _check_type(self, path: Path, mode: int, expected: int) -> None:
        if stat.S_ISLNK(mode):
            problem = "is a symbolic link, which is not followed"
        elif stat.S_IFMT(mode) != expected:
            problem = f"is not a {'folder' if expected == stat.S_IFDIR else 'file'}"
        else:
            return
        raise self._failure(f"{display_path(path)} {problem}.")

    def _reporting(self, action: str) -> AbstractContextManager[None]:
        return files.reporting(self.path, action, self._failure)
