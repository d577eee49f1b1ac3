"""One SQLite file of the user: opened, brought up to date, and set aside if it is damaged."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from beatpass_tui.errors import StoreUnavailable
from beatpass_tui.models import text
from beatpass_tui.storage.files import display_path, is_open, make_folder, make_private

if sys.platform != "win32":
    import fcntl

LARGEST = 256 * 1024 * 1024
"""Years of history take a few megabytes; a file of more bytes than this is not ours."""

_LOCK_WAIT = 1.0
"""Seconds that another instance may take over its writing."""

_COMPANIONS = ("", "-wal", "-shm")
_DAMAGED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
_NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0)

Migrations = Sequence[Sequence[str]]
"""The statements that lead from each version of the schema to the next, from none at all on."""


class Database:
    """A connection to the file at `path`, whose schema is as many migrations old as it says.

    A file that is damaged, foreign, far too large or of a newer version is moved aside, and
    `warnings` says so in whole sentences. Raises StoreUnavailable when there can be no file.
    """

    def __init__(
        self,
        path: Path,
        migrations: Migrations,
        *,
        application_id: int,
        now: Callable[[], datetime],
        lock_wait: float = _LOCK_WAIT,
    ) -> None:
        self.path = path
        self.display_path = display_path(path)
        """The path for people."""
        self.warnings: list[str] = []
        self._migrations = migrations
        self._application_id = application_id
        self._now = now
        self._lock_wait = lock_wait
        # One thread at a time: closing a connection that another one is using ends the process.
        self._turn = threading.RLock()
        self.connection = self._open()

    @contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[sqlite3.Connection]:
        """Run statements of which all or none take effect; raises StoreUnavailable alone.

        When they find the file damaged, it is moved aside and an empty one takes its place.
        """
        with self._turn, self._told():
            self.connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
                raise

    def clear_quarantine(self) -> tuple[str, ...]:
        """Remove the damaged copies that are kept aside; return their names.

        Raises StoreUnavailable when others are left that may hold the same: those can still be
        read, and are for the reader to keep or to delete.
        """
        from beatpass_tui.storage import quarantine

        gone, left = quarantine.clear(quarantine.found(self.path))
        for problem in ("newer", "too-large"):
            left += quarantine.found(self.path, problem)
        if left:
            words = ", ".join(display_path(each) for each in left)
            raise StoreUnavailable(
                f"{words} may still hold what was remembered; delete it, unless you need it."
            )
        return tuple(gone)

    def flush(self) -> None:
        """Write what was removed out of the journal as well."""
        with self._turn, self._told():
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; what was written stays."""
        with self._turn, suppress(sqlite3.Error):
            self.connection.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
            return
        # The last two are values that the file cannot hold.
        except (sqlite3.Error, ValueError, OverflowError) as error:
            damaged = _is_damage(error)
            sentence = f"{self.display_path} could not be used: {text.clean(str(error))}."
        if damaged:
            self.close()
            known = len(self.warnings)
            self.connection = self._open(suspect=True)
            sentence = " ".join(self.warnings[known:]) or sentence
        raise StoreUnavailable(sentence)

    def _open(self, *, suspect: bool = False) -> sqlite3.Connection:
        try:
            make_folder(self.path.parent)
            for place in (self.path.parent, *self._files()):
                if place.is_symlink():
                    sentence = f"{self.display_path} is behind a symbolic link; it is not used."
                    raise StoreUnavailable(sentence)
            # Two that made, moved or changed the file at once would get in each other's way.
            with self._locked():
                self._make_private()
                connection = self._sound(suspect)
                try:
                    self._bring_up_to_date(connection)
                except BaseException:
                    connection.close()
                    raise
            return connection
        except (sqlite3.Error, OSError) as error:
            reason = getattr(error, "strerror", None) or text.clean(str(error))
            sentence = f"{self.display_path} could not be opened: {reason}."
        raise StoreUnavailable(sentence)

    def _sound(self, suspect: bool) -> sqlite3.Connection:
        """Return a connection to a file that is ours, having moved aside one that is not."""
        connection = self._connect()
        try:
            problem = self._problem(connection, thorough=suspect)
        except BaseException:
            connection.close()
            raise
        if not problem:
            return connection
        connection.close()
        self._quarantine(problem)
        return self._connect()

    def _make_private(self) -> None:
        with suppress(FileExistsError):
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _NOFOLLOW
            os.close(os.open(self.path, flags, 0o600))
        if not stat.S_ISREG(self.path.lstat().st_mode):
            raise StoreUnavailable(f"{self.display_path} is not a file.")
        for place, mode in ((self.path.parent, 0o700), *((each, 0o600) for each in self._files())):
            with suppress(FileNotFoundError):
                if is_open(place.stat().st_mode):
                    self.warnings.append(make_private(place, mode))

    def _files(self) -> Iterator[Path]:
        """Yield the file and those that SQLite keeps beside it."""
        for companion in _COMPANIONS:
            yield self.path.with_name(self.path.name + companion)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._lock_wait, isolation_level=None, check_same_thread=False
        )
        # A few wrong bytes in one row are no reason to lose all others.
        connection.text_factory = lambda found: found.decode("utf-8", "replace")
        return connection

    def _problem(self, connection: sqlite3.Connection, *, thorough: bool = False) -> str:
        """Return what keeps the file from being ours, as a part of its new name; empty if nothing.

        Only a thorough look reads all of the file.
        """
        if self.path.stat().st_size > LARGEST:
            return "too-large"
        try:
            version = _version(connection)
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if thorough and connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
                return "damaged"
        except sqlite3.Error as error:
            if _is_damage(error):
                return "damaged"
            raise
        if tables and (application != self._application_id or version < 1):
            return "foreign"
        return "newer" if version > len(self._migrations) else ""

    def _quarantine(self, problem: str) -> None:
        from beatpass_tui.storage import quarantine

        free = quarantine.names(self.path, problem, self._now())
        aside = next(each for each in free if not os.path.lexists(each))
        for found, companion in zip(self._files(), _COMPANIONS, strict=True):
            with suppress(FileNotFoundError):
                found.rename(aside.with_name(aside.name + companion))
        self._make_private()
        why = {
            "damaged": "was damaged",
            "foreign": "was not written by this program",
            "newer": "was written by a newer version of this program",
            "too-large": "was far too large",
        }[problem]
        self.warnings.append(f"{self.display_path} {why} and is kept beside it as {aside.name}.")
        if problem == "damaged" and (limited := quarantine.limit(self.path, aside)):
            self.warnings.append(limited)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other instances from opening the file meanwhile."""
        if sys.platform == "win32":
            yield
            return
        lock = self.path.with_name(f"{self.path.name}.lock")
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | _NOFOLLOW, 0o600)
        try:
            give_up = time.monotonic() + self._lock_wait
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    if time.monotonic() > give_up:
                        reason = "another instance keeps it locked"
                        raise TimeoutError(errno.ETIMEDOUT, reason) from None
                    time.sleep(0.02)
                except OSError:
                    # A file system without locks: moving is atomic all the same.
                    break
                else:
                    break
            yield
        finally:
            os.close(descriptor)

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> None:
        # What is removed at signing out is to be gone, not just unlinked.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA journal_mode = WAL")
        if _version(connection) == len(self._migrations):
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statements in self._migrations[_version(connection) :]:
                for statement in statements:
                    connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {self._application_id}")
            connection.execute(f"PRAGMA user_version = {len(self._migrations)}")
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _is_damage(error: Exception) -> bool:
    # The extended codes keep the plain one in their lowest byte.
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in _DAMAGED
