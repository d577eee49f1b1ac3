"""The database file: permissions, added tables, quarantine and other instances."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from beatpass_tui.errors import StoreUnavailable
from beatpass_tui.storage import database
from beatpass_tui.storage.database import Database
from support.fakes import FakeClock

APPLICATION = 0x0BEA7

SCHEMA: Mapping[str, str] = {
    "note": "CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT NOT NULL)",
    "by_words": "CREATE INDEX by_words ON note (words)",
}

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions and links")
not_root = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="root ignores permissions"
)


Look = Callable[..., os.stat_result]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.sqlite3"


class Databases:
    """Opens databases on one path, and closes them all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = FakeClock()
        self.opened: list[Database] = []

    def __call__(self, schema: Mapping[str, str] = SCHEMA, lock_wait: float = 1.0) -> Database:
        db = Database(
            self.path,
            schema,
            application_id=APPLICATION,
            now=self.clock.now,
            lock_wait=lock_wait,
        )
        self.opened.append(db)
        return db


@pytest.fixture
def databases(path: Path) -> Iterator[Databases]:
    db = Databases(path)
    yield db
    for each in db.opened:
        each.close()


def add(db: Database, text: str) -> None:
    with db.transaction() as sql:
        sql.execute("INSERT INTO note (words) VALUES (?)", (text,))


def notes(db: Database) -> list[str]:
    with db.transaction(writes=False) as sql:
        return [text for (text,) in sql.execute("SELECT words FROM note ORDER BY id")]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def filled(databases: Databases, rows: int = 400) -> bytes:
    """Create a file of many pages and return its bytes."""
    db = databases()
    with db.transaction() as sql:
        sql.executemany(
            "INSERT INTO note (words) VALUES (?)",
            [(f"{number:05} " + "words " * 30,) for number in range(rows)],
        )
    db.close()
    return databases.path.read_bytes()


def quarantined(path: Path) -> list[str]:
    return sorted(
        each.name
        for each in path.parent.iterdir()
        if each.name.startswith(f"{path.name}.")
        and not each.name.endswith((".lock", "-wal", "-shm"))
    )


# Permissions and paths


@posix
@pytest.mark.parametrize("umask", [0, 0o077])
def test_files_and_folders_are_private(tmp_path: Path, umask: int) -> None:
    databases = Databases(path := tmp_path / "above" / "data" / "store.sqlite3")
    previous = os.umask(umask)
    try:
        add(databases(), "one")
        databases().close()
    finally:
        os.umask(previous)
    assert mode(path.parent) == mode(path.parent.parent) == 0o700
    assert {mode(each) for each in path.parent.iterdir()} == {0o600}
    assert databases.opened[0].warnings == []
    databases.opened[0].close()


@posix
def test_open_permissions_are_corrected_with_a_warning(databases: Databases, path: Path) -> None:
    add(databases(), "one")
    # As after a kill, the journal with the same rows is still there.
    for each in path.parent.iterdir():
        each.chmod(0o644)
    path.parent.chmod(0o755)
    db = databases()
    assert notes(db) == ["one"]
    assert mode(path.parent) == 0o700
    assert {mode(each) for each in path.parent.iterdir() if not each.name.endswith(".lock")} == {
        0o600
    }
    assert any("store.sqlite3 was accessible to other users" in each for each in db.warnings)
    assert any(
        each.endswith("data was accessible to other users; it is private now.")
        for each in db.warnings
    )
    assert databases().warnings == []


@posix
def test_disk_without_permissions_is_used_with_a_warning(
    databases: Databases, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(databases(), "one")
    path.chmod(0o666)

    def deny(path: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", deny)
    db = databases()
    assert notes(db) == ["one"]
    assert any("this file system can't restrict it" in each for each in db.warnings)


@posix
@pytest.mark.parametrize("dangling", [False, True])
def test_symbolic_link_as_file_is_refused(
    databases: Databases, path: Path, tmp_path: Path, dangling: bool
) -> None:
    path.parent.mkdir()
    target = tmp_path / "elsewhere"
    if not dangling:
        target.write_bytes(b"precious")
    path.symlink_to(target)
    with pytest.raises(StoreUnavailable, match="symbolic link"):
        databases()
    assert target.exists() is not dangling
    assert dangling or target.read_bytes() == b"precious"


@posix
@pytest.mark.parametrize("companion", ["-wal", "-shm"])
def test_symbolic_link_as_journal_is_refused(
    databases: Databases, path: Path, tmp_path: Path, companion: str
) -> None:
    path.parent.mkdir(mode=0o700)
    target = tmp_path / "elsewhere"
    target.write_bytes(b"precious")
    target.chmod(0o644)
    path.with_name(path.name + companion).symlink_to(target)
    with pytest.raises(StoreUnavailable, match="symbolic link"):
        databases()
    assert (target.read_bytes(), mode(target)) == (b"precious", 0o644)


@posix
def test_link_to_a_folder_of_the_same_user_is_followed(
    databases: Databases, path: Path, tmp_path: Path
) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir(mode=0o755)
    path.parent.symlink_to(target)
    databases().close()
    assert path.parent.is_symlink()
    assert mode(target) == 0o700
    assert (target / path.name).exists()


def stat_of_another(
    path: Path,
    *,
    of_link: bool,
    name: str = "",
    follow_symlinks: bool = True,
    look: Look = os.stat,
) -> os.stat_result:
    """Return the status of a file; links, or everything else, belong to another user.

    With `name`, that is true only of paths that end with it.
    """
    fields: list[float] = [*look(path, follow_symlinks=follow_symlinks)]
    fields[4] += of_link is not follow_symlinks and str(path).endswith(name)
    return os.stat_result(fields)


@posix
@pytest.mark.parametrize(
    "kind, problem",
    [
        ("dangling", "to a folder that does not exist"),
        ("foreign link", "made by another user"),
        ("foreign link behind a link", "made by another user"),
        ("foreign folder", "to a folder of another user"),
        ("shared folder", "to a folder that other users can change"),
    ],
)
def test_link_that_others_could_have_planted_is_refused(
    databases: Databases,
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    problem: str,
) -> None:
    target = tmp_path / "elsewhere"
    middle = tmp_path / "middle"
    middle.symlink_to(target)
    path.parent.symlink_to(middle)
    if kind != "dangling":
        target.mkdir(mode=0o700)
    if kind == "shared folder":
        target.chmod(0o770)
    if kind.startswith("foreign"):
        foreign = partial(
            stat_of_another,
            of_link=kind.startswith("foreign link"),
            name="middle" if kind.endswith("behind a link") else "",
        )
        monkeypatch.setattr(os, "stat", foreign)
    with pytest.raises(StoreUnavailable, match=f"is a symbolic link {problem}"):
        databases()
    monkeypatch.undo()
    assert kind == "dangling" or not list(target.iterdir())


def test_folder_as_file_is_refused(databases: Databases, path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreUnavailable, match="not a file"):
        databases()
    assert path.is_dir()


def test_file_as_folder_is_refused(databases: Databases, path: Path) -> None:
    path.parent.write_bytes(b"a file")
    with pytest.raises(StoreUnavailable, match=r"could not be opened: Not a directory\."):
        databases()


@posix
def test_pipe_as_file_is_refused_without_blocking(databases: Databases, path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)
    with pytest.raises(StoreUnavailable, match="not a file"):
        databases()


@not_root
def test_unwritable_folder_is_reported(databases: Databases, path: Path) -> None:
    path.parent.mkdir(mode=0o500)
    with pytest.raises(StoreUnavailable, match="could not be opened"):
        databases()
    path.parent.chmod(0o700)


@pytest.mark.parametrize(
    "error",
    [
        PermissionError(13, "Permission denied"),
        OSError(28, "No space left on device"),
        OSError(30, "Read-only file system"),
    ],
    ids=str,
)
def test_errors_on_creating_the_file_are_reported(
    databases: Databases, error: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(*_: object) -> int:
        raise error

    monkeypatch.setattr(os, "open", deny)
    with pytest.raises(StoreUnavailable) as caught:
        databases()
    assert caught.value.message.endswith(f"could not be opened: {error.strerror}.")


@not_root
def test_read_only_file_is_read_and_write_errors_are_reported(
    databases: Databases, path: Path
) -> None:
    add(databases(), "one")
    databases.opened[0].close()
    path.chmod(0o400)
    db = databases()
    assert notes(db) == ["one"]
    with pytest.raises(StoreUnavailable, match="could not be used"):
        add(db, "two")
    assert notes(db) == ["one"]


def test_write_errors_do_not_stop_reading(databases: Databases) -> None:
    db = databases()
    add(db, "one")
    db.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreUnavailable, match="could not be used"):
        add(db, "two")
    assert notes(db) == ["one"]
    assert not quarantined(databases.path)


# Transactions


def test_transactions_are_atomic(databases: Databases) -> None:
    db = databases()

    def fail(*rest: str) -> None:
        with db.transaction() as sql:
            sql.execute("INSERT INTO note (words) VALUES ('lost')")
            sql.execute(rest[0])

    with pytest.raises(StoreUnavailable):
        fail("INSERT INTO note (words) VALUES (NULL)")
    with pytest.raises(IndexError):
        fail()
    add(db, "kept")
    assert notes(db) == ["kept"]


def test_failed_commit_is_rolled_back(databases: Databases) -> None:
    referring = "CREATE TABLE link (id REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)"
    db = databases({**SCHEMA, "link": referring})
    with pytest.raises(StoreUnavailable), db.transaction() as sql:
        sql.execute("INSERT INTO link VALUES (5)")
    add(db, "continues")
    assert notes(db) == ["continues"]


@pytest.mark.parametrize("value", ["\udcff", 10**30])
def test_unsupported_values_raise_store_unavailable(databases: Databases, value: object) -> None:
    db = databases()
    with pytest.raises(StoreUnavailable), db.transaction() as sql:
        sql.execute("INSERT INTO note (words) VALUES (?)", (value,))
    assert notes(db) == []


def test_invalid_utf_8_is_read_with_replacements(databases: Databases) -> None:
    db = databases()
    with db.transaction() as sql:
        sql.execute("INSERT INTO note (words) VALUES (CAST(x'41ff42' AS TEXT))")
    assert notes(db) == ["A\ufffdB"]


# Older and newer files

ADDED = {
    "more": "CREATE TABLE more (note INTEGER REFERENCES note (id) ON DELETE CASCADE, text TEXT)",
    "by_text": "CREATE INDEX by_text ON more (text)",
}


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as sql:
        return int(sql.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.parametrize("count", [1, 2])
def test_missing_tables_and_indexes_are_added_to_an_older_file(
    databases: Databases, count: int
) -> None:
    add(databases(), "one")
    add(databases.opened[0], "two")
    databases.opened[0].close()
    names = [*ADDED][:count]
    db = databases({**SCHEMA, **{name: ADDED[name] for name in names}})
    assert notes(db) == ["one", "two"]
    with db.transaction() as sql:
        existing = {name for (name,) in sql.execute("SELECT name FROM sqlite_master")}
        assert {*SCHEMA, *names} == existing
    assert version(databases.path) == 1
    assert db.warnings == []
    assert not quarantined(databases.path)


def test_failed_addition_changes_nothing(databases: Databases) -> None:
    add(databases(), "one")
    databases.opened[0].close()
    with pytest.raises(StoreUnavailable):
        databases({**SCHEMA, **ADDED, "other": "CREATE TABLE note (id)"})
    with closing(sqlite3.connect(databases.path)) as sql:
        assert {name for (name,) in sql.execute("SELECT name FROM sqlite_master")} == {*SCHEMA}
    assert notes(databases()) == ["one"]


def test_addition_waits_for_another_writer(databases: Databases) -> None:
    old = databases()
    add(old, "one")
    with old.transaction() as sql:
        sql.execute("INSERT INTO note (words) VALUES ('two')")
        with pytest.raises(StoreUnavailable, match="locked"):
            databases({**SCHEMA, **ADDED}, lock_wait=0.05)
    with databases({**SCHEMA, **ADDED}).transaction() as sql:
        assert list(sql.execute("SELECT words FROM note")) == [("one",), ("two",)]
        sql.execute("INSERT INTO more VALUES (1, 'added')")
    # The older instance continues with the tables that it knows.
    add(old, "three")


NEWER = {
    "more tables": tuple(ADDED.values()),
    "another version": (*ADDED.values(), "PRAGMA user_version = 2"),
    "more columns": ("ALTER TABLE note ADD COLUMN loud INTEGER", "PRAGMA user_version = 9"),
}


@pytest.mark.parametrize("changes", NEWER.values(), ids=NEWER)
def test_file_that_a_newer_version_has_added_to_is_used(
    databases: Databases, path: Path, changes: Sequence[str]
) -> None:
    add(databases(), "earlier")
    with databases.opened[0].transaction() as sql:
        for change in changes:
            sql.execute(change)
    databases.opened[0].close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA foreign_keys = ON")
        if "more" in changes[0]:
            other.execute("INSERT INTO more VALUES (1, 'newer')")
            other.commit()
        before = version(path), list(other.execute("SELECT name FROM sqlite_master"))
    db = databases()
    add(db, "current")
    assert notes(db) == ["earlier", "current"]
    assert (db.warnings, quarantined(path)) == ([], [])
    with closing(sqlite3.connect(path)) as other:
        assert (version(path), list(other.execute("SELECT name FROM sqlite_master"))) == before
        if "more" in changes[0]:
            assert list(other.execute("SELECT * FROM more")) == [(1, "newer")]
    # Rows that a newer version has added are deleted with the row that they refer to.
    with db.transaction() as sql:
        sql.execute("DELETE FROM note")
    assert notes(db) == []


@pytest.mark.parametrize(
    "change",
    ["ALTER TABLE note RENAME TO memo", "ALTER TABLE note RENAME COLUMN words TO text"],
)
def test_file_of_a_newer_version_without_the_known_tables_is_left_alone(
    databases: Databases, path: Path, change: str
) -> None:
    add(databases(), "earlier")
    with databases.opened[0].transaction() as sql:
        sql.execute(change)
        sql.execute("PRAGMA user_version = 2")
    databases.opened[0].close()
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match=r"by a newer version of beatpass-tui; update it\."):
        databases()
    assert path.read_bytes() == before
    assert quarantined(path) == []


# Unusable files


def test_empty_file_is_initialized(databases: Databases, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    path.touch(mode=0o600)
    db = databases()
    add(db, "one")
    assert notes(db) == ["one"]
    assert db.warnings == []


@pytest.mark.parametrize(
    "content",
    [b"\0" * 4096, b"garbage", b"SQLite format 3\0" + b"\xff" * 5000, os.urandom(64) * 300],
    ids=["zeros", "short", "header", "noise"],
)
def test_garbage_is_quarantined_with_a_warning(
    databases: Databases, path: Path, content: bytes
) -> None:
    path.parent.mkdir(mode=0o700)
    path.write_bytes(content)
    path.chmod(0o600)
    db = databases()
    add(db, "one")
    assert notes(db) == ["one"]
    [copy] = quarantined(path)
    assert copy == "store.sqlite3.damaged-20261123-200400"
    assert path.with_name(copy).read_bytes() == content
    assert db.warnings == [
        f"{db.display_path} was damaged; it was renamed to {copy}.",
    ]


def test_file_of_another_program_is_quarantined_with_a_warning(
    databases: Databases, path: Path
) -> None:
    path.parent.mkdir(mode=0o700)
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("CREATE TABLE theirs (a)")
        sql.execute("INSERT INTO theirs VALUES (1)")
        sql.commit()
    path.chmod(0o600)
    db = databases()
    assert notes(db) == []
    [copy] = quarantined(path)
    assert copy.startswith("store.sqlite3.foreign-")
    assert "was not written by this program" in db.warnings[0]
    with closing(sqlite3.connect(path.with_name(copy))) as sql:
        assert list(sql.execute("SELECT a FROM theirs")) == [(1,)]


def test_too_large_file_is_quarantined_with_a_warning(
    databases: Databases, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(databases)
    monkeypatch.setattr(database, "MAX_BYTES", 20_000)
    db = databases()
    assert notes(db) == []
    [copy] = quarantined(path)
    assert copy.startswith("store.sqlite3.too-large-")
    assert "was far too large" in db.warnings[0]


def test_gigabyte_is_quarantined_without_being_read(databases: Databases, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    with path.open("wb") as file:
        file.truncate(1 << 30)
    path.chmod(0o600)
    add(databases(), "one")
    [copy] = quarantined(path)
    assert copy.startswith("store.sqlite3.too-large-")
    assert path.with_name(copy).stat().st_size == 1 << 30


def test_at_most_five_damaged_copies_are_kept(databases: Databases, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    for suffix in ("damaged-20250101-000000", "newer-20250101-000000", "damaged-by-me"):
        path.with_name(f"{path.name}.{suffix}").touch()
    path.with_name(f"{path.name}.damaged-20250101-000000-wal").touch()
    for number in range(7):
        path.write_bytes(b"garbage %d" % number)
        path.chmod(0o600)
        databases().close()
    db = databases.opened[-1]
    stamp = "store.sqlite3.damaged-20261123-200400"
    newest = [f"{stamp}-{number}" for number in range(3, 8)]
    others = ["store.sqlite3.damaged-by-me", "store.sqlite3.newer-20250101-000000"]
    assert quarantined(path) == sorted([*newest, *others])
    assert not list(path.parent.glob("*-wal"))
    assert db.warnings == [
        f"{db.display_path} was damaged; it was renamed to {newest[-1]}.",
        f"Only 5 such files are kept; deleted {stamp}-2.",
    ]


def test_newest_copy_is_kept_after_the_clock_was_set_back(databases: Databases, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    for number in range(6):
        databases.clock.set_wall(databases.clock.now() - timedelta(days=1))
        path.write_bytes(b"garbage %d" % number)
        path.chmod(0o600)
        databases().close()
    copies = [path.with_name(name).read_bytes() for name in quarantined(path)]
    assert len(copies) == 5
    assert b"garbage 5" in copies


def test_quarantined_files_have_different_names(databases: Databases, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    for number in range(3):
        path.write_bytes(b"garbage %d" % number)
        path.chmod(0o600)
        databases().close()
    names = quarantined(path)
    stamp = "store.sqlite3.damaged-20261123-200400"
    assert names == [stamp, f"{stamp}-2", f"{stamp}-3"]
    assert [path.with_name(name).read_bytes() for name in names] == [
        b"garbage 0",
        b"garbage 1",
        b"garbage 2",
    ]


def test_journal_is_quarantined_with_its_file(
    databases: Databases, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(databases(), "in the journal")
    # As after a kill: the last write is only in the journal.
    copies = {
        each.name: each.read_bytes() for each in path.parent.iterdir() if "lock" not in each.name
    }
    databases.opened[0].close()
    for name, content in copies.items():
        path.with_name(name).write_bytes(content)
    assert f"{path.name}-wal" in copies
    monkeypatch.setattr(database, "MAX_BYTES", 0)
    assert notes(databases()) == []
    [copy] = quarantined(path)
    with closing(sqlite3.connect(path.with_name(copy))) as sql:
        assert list(sql.execute("SELECT words FROM note")) == [("in the journal",)]


# Damage found after opening


def truncation_points(content: bytes) -> list[int]:
    size = len(content)
    return [50, 99, 100, 500, 4095, 4096, 4097, 8192, 8192 + 77, size // 2, size - 4096]


@pytest.mark.parametrize("index", range(11))
def test_truncated_file_is_replaced(databases: Databases, path: Path, index: int) -> None:
    content = filled(databases)
    path.write_bytes(content[: truncation_points(content)[index]])
    db = databases()
    assert_usable(db)
    assert len(quarantined(path)) == 1
    assert len(db.warnings) == 1
    assert "was damaged" in db.warnings[0]


def assert_usable(db: Database) -> None:
    """Use the whole file until the damage is detected, and then once more."""
    for _ in range(3):
        with suppress(StoreUnavailable):
            notes(db)
            add(db, "words")
            with db.transaction() as sql:
                sql.execute("SELECT count(*) FROM note WHERE words > 'a'").fetchall()
    assert notes(db)[-1] == "words"


@pytest.mark.parametrize("page", [1, 2, 3, 4, 9])
@pytest.mark.parametrize("noise", [b"\xff", b"\x00", b"\x0d"])
def test_file_with_a_damaged_page_is_replaced_or_works(
    databases: Databases, path: Path, page: int, noise: bytes
) -> None:
    content = filled(databases)
    begin = page * 4096
    path.write_bytes(content[:begin] + noise * 4096 + content[begin + 4096 :])
    assert_usable(databases())


def test_error_reports_damage_that_is_found_late(databases: Databases, path: Path) -> None:
    content = filled(databases)
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    db = databases()
    with pytest.raises(StoreUnavailable) as caught:
        notes(db)
    [copy] = quarantined(path)
    assert caught.value.message == f"{db.display_path} was damaged; it was renamed to {copy}."
    assert notes(db) == []
    add(db, "continues")
    assert notes(db) == ["continues"]


def test_inconsistent_index_counts_as_damage(databases: Databases, path: Path) -> None:
    filled(databases)
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("PRAGMA writable_schema = ON")
        row = sql.execute("SELECT * FROM sqlite_master WHERE name = 'by_words'").fetchone()
        sql.execute("DELETE FROM sqlite_master WHERE name = 'by_words'")
        sql.commit()
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("INSERT INTO note (id, words) VALUES (1000, 'unknown to the index')")
        sql.execute("PRAGMA writable_schema = ON")
        sql.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)
        sql.commit()
    db = databases()
    with pytest.raises(StoreUnavailable, match="was damaged"), db.transaction() as sql:
        sql.execute("DELETE FROM note WHERE id = 1000")
    assert_usable(db)


# Other instances


def test_instances_see_each_others_writes(databases: Databases) -> None:
    first, second = databases(), databases()
    for number in range(20):
        add((first, second)[number % 2], str(number))
    assert notes(first) == notes(second) == [str(number) for number in range(20)]
    first.close()
    add(second, "after")
    assert notes(databases())[-1] == "after"


def test_instance_continues_in_the_new_file_after_a_quarantine(
    databases: Databases, path: Path
) -> None:
    content = filled(databases)
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    first, second = databases(), databases()
    for each in (first, second):
        with pytest.raises(StoreUnavailable):
            notes(each)
    add(first, "one")
    add(second, "two")
    assert notes(first) == notes(second) == ["one", "two"]
    assert len(quarantined(path)) == 1
    first.close()
    second.close()
    assert notes(databases()) == ["one", "two"]


def test_instance_with_a_quarantined_file_does_not_affect_the_new_one(
    databases: Databases, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = databases()
    add(old, "before")
    with monkeypatch.context() as patch:
        patch.setattr(database, "MAX_BYTES", 0)
        new = databases()
    add(new, "two")
    add(old, "after")
    old.close()
    # Closing it did not delete the journal of the new file.
    add(new, "still")
    assert notes(databases()) == ["two", "still"]
    [copy] = quarantined(path)
    with closing(sqlite3.connect(path.with_name(copy))) as sql:
        assert set(sql.execute("SELECT words FROM note")) == {("before",), ("after",)}


@posix
@pytest.mark.parametrize("with_folder", [False, True])
def test_file_deleted_while_open_is_recreated_empty(
    databases: Databases, path: Path, with_folder: bool
) -> None:
    # Deleting the file removes the data; nothing is restored.
    old = databases()
    add(old, "deleted")
    for each in list(path.parent.iterdir()):
        each.unlink()
    if with_folder:
        path.parent.rmdir()
    add(old, "discarded")
    assert not path.exists()
    new = databases()
    add(new, "new")
    add(old, "discarded")
    old.close()
    add(new, "newer")
    assert notes(new) == notes(databases()) == ["new", "newer"]
    assert not quarantined(path)
    assert new.warnings == []


@posix
def test_journal_of_a_deleted_file_is_not_used(databases: Databases, path: Path) -> None:
    add(databases(), "deleted")
    journal = path.with_name(f"{path.name}-wal")
    content = journal.read_bytes()
    databases.opened[0].close()
    path.unlink()
    journal.write_bytes(content)
    journal.chmod(0o600)
    add(databases(), "new")
    assert notes(databases()) == ["new"]


def test_long_lock_is_reported_and_loses_nothing(databases: Databases, path: Path) -> None:
    db = databases(lock_wait=0.05)
    add(db, "one")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            add(db, "two")
        # Reading still works.
        assert notes(db) == ["one"]
        other.execute("COMMIT")
    add(db, "three")
    assert notes(db) == ["one", "three"]
    assert not quarantined(path)


def test_file_locked_at_opening_is_reported_and_unchanged(databases: Databases, path: Path) -> None:
    add(databases(), "one")
    databases.opened[0].close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("INSERT INTO note (words) VALUES ('theirs')")
        with pytest.raises(StoreUnavailable, match="locked"):
            databases(lock_wait=0.05)
        other.execute("COMMIT")
    assert notes(databases()) == ["one", "theirs"]
    assert not quarantined(path)


@posix
def test_only_one_instance_quarantines_at_a_time(databases: Databases, path: Path) -> None:
    import fcntl

    path.parent.mkdir(mode=0o700)
    path.write_bytes(b"garbage")
    path.chmod(0o600)
    with path.with_name("store.sqlite3.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreUnavailable):
            databases(lock_wait=0.05)
    assert path.read_bytes() == b"garbage"
    assert notes(databases()) == []


def test_threads_take_turns_and_close_waits_for_them(databases: Databases) -> None:
    db, begun = databases(), threading.Barrier(4)
    counts = list[int]()

    def run() -> None:
        number = 0
        begun.wait()
        with suppress(StoreUnavailable):
            while True:
                add(db, str(number))
                number += len(notes(db)[:1])
        counts.append(number)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    begun.wait()
    while db.connection.total_changes < 60 and any(each.is_alive() for each in threads):
        pass
    db.close()
    for thread in threads:
        thread.join()
    assert len(notes(databases())) in (sum(counts), *(sum(counts) + n for n in range(4)))


def test_new_file_can_be_opened_by_many_threads_at_once(databases: Databases, path: Path) -> None:
    start, problems = threading.Barrier(8), list[str]()

    def run(number: int) -> None:
        start.wait()
        try:
            db = Database(
                path, SCHEMA, application_id=APPLICATION, now=databases.clock.now, lock_wait=10
            )
            add(db, str(number))
            db.close()
        except StoreUnavailable as error:
            problems.append(error.message)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert sorted(notes(databases())) == [str(number) for number in range(8)]


def test_garbage_is_quarantined_once_by_many_threads(databases: Databases, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    path.write_bytes(b"garbage" * 1000)
    path.chmod(0o600)
    start, problems = threading.Barrier(6), list[str]()

    def run(number: int) -> None:
        start.wait()
        try:
            db = Database(
                path, SCHEMA, application_id=APPLICATION, now=databases.clock.now, lock_wait=10
            )
            add(db, str(number))
            db.close()
        except StoreUnavailable as error:
            problems.append(error.message)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert sorted(notes(databases())) == [str(number) for number in range(6)]
    assert len(quarantined(path)) == 1


_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from beatpass_tui.storage.store import AccountKey, Store

store = Store(Path(sys.argv[1]), lambda: datetime(2026, 11, 23, tzinfo=UTC), lock_wait=20)
sys.stdin.readline()
for number in range(50):
    moment = datetime.fromtimestamp(1_700_000_000 + number, UTC)
    store.add_samples(AccountKey("demo", 1), 1, [(sys.argv[2], moment, number)])
    store.mark_announced(AccountKey("demo", 1), [f"{sys.argv[2]} {number}"])
store.close()
"""


def test_concurrent_writes_of_processes_lose_nothing(path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path), name],
            stdin=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for name in ("tracks", "albums")
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    with closing(sqlite3.connect(path)) as sql:
        counted = dict(sql.execute("SELECT number, count(*) FROM history GROUP BY number"))
        assert counted == {"tracks": 50, "albums": 50}
        assert sql.execute("SELECT count(*) FROM told").fetchone() == (100,)
