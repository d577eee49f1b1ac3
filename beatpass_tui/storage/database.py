"""A private SQLite file that is opened, migrated, and quarantined if it is damaged."""

import errno
import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from beatpass_tui.errors import CopiesRemain, StoreUnavailable
from beatpass_tui.models import text
from beatpass_tui.storage import files, quarantine

MAX_BYTES = 256 * 1024 * 1024
"""Bytes; a larger file was not written by the program. Years of history take a few megabytes."""

_REFUSED = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))
_SQLITE_REFUSED = frozenset((sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY))
_DAMAGED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))

VERSION = 1
"""`PRAGMA user_version`, which never changes, since earlier builds refuse larger versions."""

_COLUMNS = """
    SELECT item.name, part.name FROM sqlite_master AS item, pragma_table_info(item.name) AS part
    WHERE item.type = 'table'
"""


class Database:
    """A connection to the SQLite file at `path`, with all tables and indexes of `schema`.

    `schema` maps each name to the statement that creates it; tables added by a newer version of
    the program are left alone. A file that is damaged, too large, or from another program is
    quarantined, which adds to `warnings`. A file that can't be written, such as one in a read-only
    folder, is opened for reading, and `read_only_warning` says so. Raises StoreUnavailable if the
    file can't be opened or created. `lock_wait` is the number of seconds to wait for other
    instances.
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
        self.is_own = False
        """Whether it was closed, and no other process has changed it since it was opened."""
        self.connection = self._open()
        self._version = self._data_version()

    @contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[sqlite3.Connection]:
        """Run statements atomically; raises StoreUnavailable for every database error.

        If the file turns out to be damaged, it is quarantined and replaced by an empty one.
        """
        if writes and self.read_only_warning:
            raise StoreUnavailable(self.read_only_warning)
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

        Raises CopiesRemain if copies remain that may contain the same data. Copies that are too
        large or from a newer version are still readable, so the user decides about them.
        """
        deleted, remaining = quarantine.delete(quarantine.copies(self.path))
        for problem in ("newer", "too-large"):
            remaining += quarantine.copies(self.path, problem)
        if remaining:
            paths = ", ".join(map(files.display_path, remaining))
            raise CopiesRemain(
                f"{paths} may still contain your data; delete it unless you need it."
            )
        return tuple(copy.name for copy in deleted)

    def close(self) -> None:
        with self._lock, suppress(sqlite3.Error):
            version = self._data_version()
            self.connection.close()
            self.is_own = version == self._version

    def _data_version(self) -> int:
        """Return a number that changes with the changes of other processes."""
        (version,) = self.connection.execute("PRAGMA data_version").fetchone()
        return int(version)

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
        self.read_only_warning = ""
        try:
            with files.reporting(self.path, "opened", StoreUnavailable):
                try:
                    return self._open_for_writing(thorough=thorough)
                except (OSError, sqlite3.Error) as error:
                    if not _is_refusal(error) or not os.path.lexists(self.path):
                        raise
                    if not os.access(self.path, os.R_OK):
                        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from error
                return self._open_for_reading(thorough=thorough)
        except sqlite3.Error as error:
            message = f"{self.display_path} could not be opened: {text.clean(str(error))}."
        raise StoreUnavailable(message)

    def _open_for_writing(self, *, thorough: bool) -> sqlite3.Connection:
        folder = self.path.parent
        # An empty folder behind a link is accepted here, as one that was made for the data.
        if folder.exists():
            files.check_link(folder)
        elif not files.exists(self.path):
            files.make_folder(folder)
        for path in quarantine.sqlite_files(self.path):
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

    def _open_for_reading(self, *, thorough: bool) -> sqlite3.Connection:
        """Open a file that can't be written; raises StoreUnavailable if it is damaged."""
        self.read_only_warning = f"{self.display_path} is read-only. Nothing is saved in this run."
        connection = self._connect("mode=ro")
        try:
            try:
                problem = self._check(connection, thorough=thorough)
            except sqlite3.Error as error:
                if not _is_refusal(error):
                    raise
                log = quarantine.sqlite_files(self.path)[1]
                if log.exists() and log.stat().st_size:
                    message = f"{files.display_path(log)} can't be read in a read-only folder."
                    raise StoreUnavailable(message) from error
                # SQLite can't create the files that coordinate processes. Without them, no other
                # process can be writing, and all data is in the main file.
                connection.close()
                connection = self._connect("mode=ro&immutable=1")
                problem = self._check(connection, thorough=thorough)
            if problem:
                message = f"{self.display_path} {quarantine.PROBLEMS[problem]}, and is read-only."
                raise StoreUnavailable(message)
            self._check_version(connection)
        except BaseException:
            connection.close()
            raise
        return connection

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

    def _connect(self, parameters: str = "mode=rw") -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{parameters}",
            uri=True,
            timeout=self._lock_wait,
            isolation_level=None,
            check_same_thread=False,
        )
        # Invalid bytes in one row must not make other rows unreadable.
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return connection

    def _check(self, connection: sqlite3.Connection, *, thorough: bool) -> str:
        """Return the problem for `quarantine` if the file can't be used, otherwise "".

        Only a `thorough` check reads the whole file.
        """
        if self.path.stat().st_size > MAX_BYTES:
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
        version = self._check_version(connection)
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

    def _check_version(self, connection: sqlite3.Connection) -> int:
        """Return the version of the file; raises StoreUnavailable if it lacks known columns."""
        version = _version(connection)
        if version > VERSION and not self._has_columns(connection):
            raise StoreUnavailable(
                f"{self.display_path} was written by a newer version of beatpass-tui; update it."
            )
        return version

    def _has_columns(self, connection: sqlite3.Connection) -> bool:
        """Return whether the tables of the file have all columns that this version uses."""
        with closing(sqlite3.connect(":memory:")) as empty:
            for statement in self._schema.values():
                empty.execute(statement)
            return {*empty.execute(_COLUMNS)} <= {*connection.execute(_COLUMNS)}


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _is_damage(error: Exception) -> bool:
    return _sqlite_code(error) in _DAMAGED


def _is_refusal(error: Exception) -> bool:
    """Return whether an error may mean that a file can only be read."""
    return _sqlite_code(error) in _SQLITE_REFUSED or getattr(error, "errno", None) in _REFUSED


def _sqlite_code(error: Exception) -> int:
    # The lowest byte of an extended error code is the primary one.
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
