"""A private SQLite file that is opened, migrated, and quarantined if it is damaged."""

import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from beatpass_tui.errors import StoreUnavailable
from beatpass_tui.models import text
from beatpass_tui.storage import files, quarantine

LARGEST = 256 * 1024 * 1024
"""Bytes; a larger file was not written by the program. Years of history take a few megabytes."""

_DAMAGED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))

VERSION = 1
"""`PRAGMA user_version`; it stays the same, since earlier builds refuse files with a larger one."""

_COLUMNS = """
    SELECT item.name, part.name FROM sqlite_master AS item, pragma_table_info(item.name) AS part
    WHERE item.type = 'table'
"""


class Database:
    """A connection to the SQLite file at `path`, with all tables and indexes of `schema`.

    `schema` maps each name to the statement that creates it; tables added by a newer version of
    the program are left alone. A file that is damaged, too large, or from another program is
    quarantined, which adds to `warnings`. Raises StoreUnavailable if the file can't be opened or
    created. `lock_wait` is the number of seconds to wait for other instances.
    """

    def __init__(
        self,
        path: Path,
        schema: Mapping[str, str],
        *,
        application_id: int,
        now: Callable[[], datetime],
        lock_wait: float = 1.0,
    ) -> None:
        self.path = path
        self.display_path = files.display_path(path)
        self.warnings: list[str] = []
        self._schema = schema
        self._application_id = application_id
        self._now = now
        self._lock_wait = lock_wait
        # Closing a connection that another thread is using crashes the process.
        self._lock = threading.RLock()
        self.connection = self._open()

    @contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[sqlite3.Connection]:
        """Run statements atomically; raises StoreUnavailable for every database error.

        If the file turns out to be damaged, it is quarantined and replaced by an empty one.
        """
        with self._lock, self._reporting():
            self.connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
                raise

    def delete(self, work: Callable[[sqlite3.Connection], object]) -> tuple[str, ...]:
        """Run statements that delete rows, overwrite these on disk, and clear the quarantine.

        Returns and raises like `clear_quarantine`.
        """
        previous = len(self.warnings)
        try:
            self._overwrite(work)
        except StoreUnavailable:
            if len(self.warnings) == previous:
                raise
            # The file was damaged and quarantined, so it is deleted with the other copies.
            self._overwrite(work)
        return self.clear_quarantine()

    def _overwrite(self, work: Callable[[sqlite3.Connection], object]) -> None:
        with self.transaction() as connection:
            work(connection)
        # Deleted rows must not remain in the write-ahead log.
        with self._lock, self._reporting():
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def clear_quarantine(self) -> tuple[str, ...]:
        """Delete damaged copies of the file; return their names.

        Raises StoreUnavailable if copies remain that may contain the same data. Copies that are
        too large or from a newer version are still readable, so the user decides about them.
        """
        deleted, remaining = quarantine.delete(quarantine.copies(self.path))
        for problem in ("newer", "too-large"):
            remaining += quarantine.copies(self.path, problem)
        if remaining:
            paths = ", ".join(map(files.display_path, remaining))
            raise StoreUnavailable(
                f"{paths} may still contain your data; delete it unless you need it."
            )
        return tuple(copy.name for copy in deleted)

    def close(self) -> None:
        with self._lock, suppress(sqlite3.Error):
            self.connection.close()

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
            return
        # ValueError and OverflowError: values that SQLite can't store.
        except (sqlite3.Error, ValueError, OverflowError) as error:
            damaged = _is_damage(error)
            message = f"{self.display_path} could not be used: {text.clean(str(error))}."
        if damaged:
            self.close()
            previous = len(self.warnings)
            self.connection = self._open(thorough=True)
            message = " ".join(self.warnings[previous:]) or message
        raise StoreUnavailable(message)

    def _open(self, *, thorough: bool = False) -> sqlite3.Connection:
        try:
            with files.reporting(self.path, "opened", StoreUnavailable):
                files.make_folder(self.path.parent)
                for path in (self.path.parent, *quarantine.sqlite_files(self.path)):
                    if path.is_symlink():
                        message = f"{self.display_path} is behind a symbolic link; it is not used."
                        raise StoreUnavailable(message)
                # Only one instance may create, rename or migrate the file at a time.
                with files.locked(self.path, self._lock_wait):
                    self._create()
                    connection = self._connect()
                    try:
                        if problem := self._check(connection, thorough=thorough):
                            connection.close()
                            self.warnings += quarantine.move(self.path, problem, self._now())
                            self._create()
                            connection = self._connect()
                        self._configure(connection)
                    except BaseException:
                        # Closing also rolls back.
                        connection.close()
                        raise
                    return connection
        except sqlite3.Error as error:
            message = f"{self.display_path} could not be opened: {text.clean(str(error))}."
        raise StoreUnavailable(message)

    def _create(self) -> None:
        """Create the file if it is missing; make it, its companions and its folder private."""
        with suppress(FileExistsError):
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | files.NOFOLLOW
            os.close(os.open(self.path, flags, 0o600))
        if not stat.S_ISREG(self.path.lstat().st_mode):
            raise StoreUnavailable(f"{self.display_path} is not a file.")
        for path in (self.path.parent, *quarantine.sqlite_files(self.path)):
            with suppress(FileNotFoundError):
                files.make_private(path, self.warnings)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._lock_wait, isolation_level=None, check_same_thread=False
        )
        # Invalid bytes in one row must not make other rows unreadable.
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return connection

    def _check(self, connection: sqlite3.Connection, *, thorough: bool) -> str:
        """Return the problem for `quarantine` if the file can't be used, otherwise "".

        Only a `thorough` check reads the whole file.
        """
        if self.path.stat().st_size > LARGEST:
            return "too-large"
        try:
            version = _version(connection)
            application_id = connection.execute("PRAGMA application_id").fetchone()[0]
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if thorough and connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
                return "damaged"
        except sqlite3.Error as error:
            if _is_damage(error):
                return "damaged"
            raise
        if tables and (application_id != self._application_id or version < 1):
            return "foreign"
        return ""

    def _configure(self, connection: sqlite3.Connection) -> None:
        """Configure the connection, and add missing tables and indexes."""
        version = _version(connection)
        if version > VERSION and not self._has_columns(connection):
            raise StoreUnavailable(
                f"{self.display_path} was written by a newer version of beatpass-tui; update it."
            )
        # Deleted data must be overwritten, not just unlinked.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA journal_mode = WAL")
        existing = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        missing = [statement for name, statement in self._schema.items() if name not in existing]
        if not missing:
            return
        connection.execute("BEGIN IMMEDIATE")
        for statement in missing:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {self._application_id}")
        connection.execute(f"PRAGMA user_version = {max(version, VERSION)}")
        connection.execute("COMMIT")

    def _has_columns(self, connection: sqlite3.Connection) -> bool:
        """Return whether the tables of the file have all columns that this version uses."""
        with closing(sqlite3.connect(":memory:")) as empty:
            for statement in self._schema.values():
                empty.execute(statement)
            return {*empty.execute(_COLUMNS)} <= {*connection.execute(_COLUMNS)}


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _is_damage(error: Exception) -> bool:
    # The lowest byte of an extended error code is the primary one.
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in _DAMAGED
