"""The file of the store: its modes, its schema, what is set copy, and other instances."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest

from beatpass_tui.errors import StoreUnavailable
from beatpass_tui.storage import database
from beatpass_tui.storage.database import Database
from support.fakes import FakeClock

APPLICATION = 0x0BEA7

MIGRATIONS: Sequence[Sequence[str]] = (
    (
        "CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT NOT NULL)",
        "CREATE INDEX by_words ON note (words)",
    ),
)

posix = pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")
not_root = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="modes mean nothing to root"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.sqlite3"


class Opens:
    """Opens databases on one path and closes them all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = FakeClock()
        self.opened: list[Database] = []

    def __call__(
        self, migrations: Sequence[Sequence[str]] = MIGRATIONS, lock_wait: float = 1.0
    ) -> Database:
        found = Database(
            self.path,
            migrations,
            application_id=APPLICATION,
            now=self.clock.now,
            lock_wait=lock_wait,
        )
        self.opened.append(found)
        return found


@pytest.fixture
def opens(path: Path) -> Iterator[Opens]:
    found = Opens(path)
    yield found
    for each in found.opened:
        each.close()


def add(found: Database, words: str) -> None:
    with found.transaction() as sql:
        sql.execute("INSERT INTO note (words) VALUES (?)", (words,))


def notes(found: Database) -> list[str]:
    with found.transaction(writes=False) as sql:
        return [words for (words,) in sql.execute("SELECT words FROM note ORDER BY id")]


def mode(place: Path) -> int:
    return stat.S_IMODE(place.stat().st_mode)


def filled(opens: Opens, rows: int = 400) -> bytes:
    """Return the bytes of a file of many pages, which is left in its place."""
    found = opens()
    with found.transaction() as sql:
        sql.executemany(
            "INSERT INTO note (words) VALUES (?)",
            [(f"{number:05} " + "words " * 30,) for number in range(rows)],
        )
    found.close()
    return opens.path.read_bytes()


def quarantined(path: Path) -> list[str]:
    return sorted(
        each.name
        for each in path.parent.iterdir()
        if each.name.startswith(f"{path.name}.")
        and not each.name.endswith((".lock", "-wal", "-shm"))
    )


# Modes and places


@posix
@pytest.mark.parametrize("umask", [0, 0o077])
def test_everything_is_made_for_its_owner_alone(tmp_path: Path, umask: int) -> None:
    opens = Opens(path := tmp_path / "above" / "data" / "store.sqlite3")
    was = os.umask(umask)
    try:
        add(opens(), "one")
        opens().close()
    finally:
        os.umask(was)
    assert mode(path.parent) == mode(path.parent.parent) == 0o700
    assert {mode(each) for each in path.parent.iterdir()} == {0o600}
    assert opens.opened[0].warnings == []
    opens.opened[0].close()


@posix
def test_modes_that_are_too_open_are_tightened_and_said(opens: Opens, path: Path) -> None:
    add(opens(), "one")
    # The journal stays where the program was killed; it holds the same rows.
    for each in path.parent.iterdir():
        each.chmod(0o644)
    path.parent.chmod(0o755)
    found = opens()
    assert notes(found) == ["one"]
    assert mode(path.parent) == 0o700
    assert {mode(each) for each in path.parent.iterdir() if not each.name.endswith(".lock")} == {
        0o600
    }
    assert any("store.sqlite3 was open to other users" in each for each in found.warnings)
    assert any(
        each.endswith("data was open to other users; it is private now.") for each in found.warnings
    )
    assert opens().warnings == []


@posix
def test_a_disk_that_knows_no_modes_is_said_and_used(
    opens: Opens, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(opens(), "one")
    path.chmod(0o666)

    def refused(path: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", refused)
    found = opens()
    assert notes(found) == ["one"]
    assert any("cannot make it private" in each for each in found.warnings)


@posix
@pytest.mark.parametrize("dangles", [False, True])
def test_a_symbolic_link_in_place_of_the_file_is_refused(
    opens: Opens, path: Path, tmp_path: Path, dangles: bool
) -> None:
    path.parent.mkdir()
    aim = tmp_path / "elsewhere"
    if not dangles:
        aim.write_bytes(b"precious")
    path.symlink_to(aim)
    with pytest.raises(StoreUnavailable, match="symbolic link"):
        opens()
    assert aim.exists() is not dangles
    assert dangles or aim.read_bytes() == b"precious"


@posix
@pytest.mark.parametrize("companion", ["-wal", "-shm"])
def test_a_symbolic_link_in_place_of_the_journal_is_refused(
    opens: Opens, path: Path, tmp_path: Path, companion: str
) -> None:
    path.parent.mkdir(mode=0o700)
    aim = tmp_path / "elsewhere"
    aim.write_bytes(b"precious")
    aim.chmod(0o644)
    path.with_name(path.name + companion).symlink_to(aim)
    with pytest.raises(StoreUnavailable, match="symbolic link"):
        opens()
    assert (aim.read_bytes(), mode(aim)) == (b"precious", 0o644)


@posix
@pytest.mark.parametrize("dangles", [False, True])
def test_a_symbolic_link_in_place_of_the_folder_is_refused(
    opens: Opens, path: Path, tmp_path: Path, dangles: bool
) -> None:
    aim = tmp_path / "elsewhere"
    if not dangles:
        aim.mkdir()
    path.parent.symlink_to(aim)
    with pytest.raises(StoreUnavailable):
        opens()
    assert dangles or not list(aim.iterdir())


def test_a_folder_in_place_of_the_file_is_refused(opens: Opens, path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreUnavailable, match="not a file"):
        opens()
    assert path.is_dir()


def test_a_file_in_place_of_the_folder_is_refused(opens: Opens, path: Path) -> None:
    path.parent.write_bytes(b"in the way")
    with pytest.raises(StoreUnavailable, match=r"could not be opened: Not a directory\."):
        opens()


@posix
def test_a_pipe_in_place_of_the_file_is_refused_without_waiting_for_it(
    opens: Opens, path: Path
) -> None:
    path.parent.mkdir()
    os.mkfifo(path)
    with pytest.raises(StoreUnavailable, match="not a file"):
        opens()


@not_root
def test_a_folder_that_cannot_be_written_is_said(opens: Opens, path: Path) -> None:
    path.parent.mkdir(mode=0o500)
    with pytest.raises(StoreUnavailable, match="could not be opened"):
        opens()
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
def test_a_disk_that_takes_no_file_is_said_in_one_sentence(
    opens: Opens, error: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> int:
        raise error

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(StoreUnavailable) as caught:
        opens()
    assert caught.value.message.endswith(f"could not be opened: {error.strerror}.")


@not_root
def test_a_read_only_file_is_read_and_writing_to_it_is_said(opens: Opens, path: Path) -> None:
    add(opens(), "one")
    opens.opened[0].close()
    path.chmod(0o400)
    found = opens()
    assert notes(found) == ["one"]
    with pytest.raises(StoreUnavailable, match="could not be used"):
        add(found, "two")
    assert notes(found) == ["one"]


def test_a_connection_that_may_only_read_says_so_and_goes_on(opens: Opens) -> None:
    found = opens()
    add(found, "one")
    found.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreUnavailable, match="could not be used"):
        add(found, "two")
    assert notes(found) == ["one"]
    assert not quarantined(opens.path)


# Transactions


def test_all_of_a_transaction_takes_effect_or_none(opens: Opens) -> None:
    found = opens()

    def fail(*rest: str) -> None:
        with found.transaction() as sql:
            sql.execute("INSERT INTO note (words) VALUES ('lost')")
            sql.execute(rest[0])

    with pytest.raises(StoreUnavailable):
        fail("INSERT INTO note (words) VALUES (NULL)")
    with pytest.raises(IndexError):
        fail()
    add(found, "kept")
    assert notes(found) == ["kept"]


def test_a_transaction_that_cannot_end_well_does_not_stay_open(opens: Opens) -> None:
    referring = ("CREATE TABLE link (id REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)",)
    found = opens((*MIGRATIONS, referring))
    with pytest.raises(StoreUnavailable), found.transaction() as sql:
        sql.execute("INSERT INTO link VALUES (5)")
    add(found, "goes on")
    assert notes(found) == ["goes on"]


@pytest.mark.parametrize("odd", ["\udcff", 10**30])
def test_a_value_that_the_file_cannot_hold_is_one_of_our_errors(opens: Opens, odd: object) -> None:
    found = opens()
    with pytest.raises(StoreUnavailable), found.transaction() as sql:
        sql.execute("INSERT INTO note (words) VALUES (?)", (odd,))
    assert notes(found) == []


def test_bytes_that_are_no_text_are_read_all_the_same(opens: Opens) -> None:
    found = opens()
    with found.transaction() as sql:
        sql.execute("INSERT INTO note (words) VALUES (CAST(x'41ff42' AS TEXT))")
    assert notes(found) == ["A\ufffdB"]


# Versions of the schema

SECOND = (
    "ALTER TABLE note ADD COLUMN loud INTEGER NOT NULL DEFAULT 0",
    "UPDATE note SET loud = 1 WHERE words = 'two'",
)
THIRD = ("CREATE TABLE more (id INTEGER PRIMARY KEY)",)


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as sql:
        return int(sql.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.parametrize("steps", [1, 2])
def test_an_older_file_is_brought_up_to_date_with_what_is_in_it(opens: Opens, steps: int) -> None:
    add(opens(), "one")
    add(opens.opened[0], "two")
    opens.opened[0].close()
    found = opens((*MIGRATIONS, SECOND, THIRD)[: steps + 1])
    with found.transaction() as sql:
        assert list(sql.execute("SELECT words, loud FROM note")) == [("one", 0), ("two", 1)]
    assert version(opens.path) == steps + 1
    assert found.warnings == []
    assert not quarantined(opens.path)


def test_a_migration_that_fails_changes_nothing(opens: Opens) -> None:
    add(opens(), "one")
    opens.opened[0].close()
    with pytest.raises(StoreUnavailable):
        opens((*MIGRATIONS, SECOND, ("CREATE TABLE note (id)",)))
    assert version(opens.path) == 1
    assert notes(opens()) == ["one"]


def test_a_migration_waits_for_an_instance_that_is_still_writing(opens: Opens) -> None:
    old = opens()
    add(old, "one")
    with old.transaction() as sql:
        sql.execute("INSERT INTO note (words) VALUES ('two')")
        with pytest.raises(StoreUnavailable, match="locked"):
            opens((*MIGRATIONS, SECOND), lock_wait=0.05)
    assert version(opens.path) == 1
    with opens((*MIGRATIONS, SECOND)).transaction() as sql:
        assert list(sql.execute("SELECT words, loud FROM note")) == [("one", 0), ("two", 1)]
    # The older instance goes on with what it knows of the schema.
    add(old, "three")


def test_the_file_of_a_newer_version_is_kept_aside_untouched(opens: Opens, path: Path) -> None:
    add(opens((*MIGRATIONS, SECOND)), "of tomorrow")
    opens.opened[0].close()
    before = path.read_bytes()
    found = opens()
    assert notes(found) == []
    add(found, "of today")
    [copy] = quarantined(path)
    assert copy == "store.sqlite3.newer-20261123-200400"
    assert path.with_name(copy).read_bytes() == before
    [remark] = found.warnings
    assert remark.endswith(
        f"was written by a newer version of this program; it was renamed to {copy}."
    )


# What is no file of ours


def test_an_empty_file_becomes_one_of_ours(opens: Opens, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    path.touch(mode=0o600)
    found = opens()
    add(found, "one")
    assert notes(found) == ["one"]
    assert found.warnings == []


@pytest.mark.parametrize(
    "content",
    [b"\0" * 4096, b"garbage", b"SQLite format 3\0" + b"\xff" * 5000, os.urandom(64) * 300],
    ids=["zeros", "short", "header", "noise"],
)
def test_garbage_is_kept_aside_and_said(opens: Opens, path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700)
    path.write_bytes(content)
    path.chmod(0o600)
    found = opens()
    add(found, "one")
    assert notes(found) == ["one"]
    [copy] = quarantined(path)
    assert copy == "store.sqlite3.damaged-20261123-200400"
    assert path.with_name(copy).read_bytes() == content
    assert found.warnings == [
        f"{found.display_path} was damaged; it was renamed to {copy}.",
    ]


def test_another_programs_file_is_kept_aside_and_said(opens: Opens, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("CREATE TABLE theirs (a)")
        sql.execute("INSERT INTO theirs VALUES (1)")
        sql.commit()
    path.chmod(0o600)
    found = opens()
    assert notes(found) == []
    [copy] = quarantined(path)
    assert copy.startswith("store.sqlite3.foreign-")
    assert "was not written by this program" in found.warnings[0]
    with closing(sqlite3.connect(path.with_name(copy))) as sql:
        assert list(sql.execute("SELECT a FROM theirs")) == [(1,)]


def test_a_file_that_is_far_too_large_is_kept_aside_and_said(
    opens: Opens, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(opens)
    monkeypatch.setattr(database, "LARGEST", 20_000)
    found = opens()
    assert notes(found) == []
    [copy] = quarantined(path)
    assert copy.startswith("store.sqlite3.too-large-")
    assert "was far too large" in found.warnings[0]


def test_a_gigabyte_is_kept_aside_without_being_read(opens: Opens, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    with path.open("wb") as file:
        file.truncate(1 << 30)
    path.chmod(0o600)
    add(opens(), "one")
    [copy] = quarantined(path)
    assert copy.startswith("store.sqlite3.too-large-")
    assert path.with_name(copy).stat().st_size == 1 << 30


def test_no_more_than_five_damaged_copies_stay(opens: Opens, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    for suffix in ("damaged-20250101-000000", "newer-20250101-000000", "damaged-by-me"):
        path.with_name(f"{path.name}.{suffix}").touch()
    path.with_name(f"{path.name}.damaged-20250101-000000-wal").touch()
    for number in range(7):
        path.write_bytes(b"garbage %d" % number)
        path.chmod(0o600)
        opens().close()
    found = opens.opened[-1]
    stamp = "store.sqlite3.damaged-20261123-200400"
    kept = [f"{stamp}-{number}" for number in range(3, 8)]
    others = ["store.sqlite3.damaged-by-me", "store.sqlite3.newer-20250101-000000"]
    assert quarantined(path) == sorted([*kept, *others])
    assert not list(path.parent.glob("*-wal"))
    assert found.warnings == [
        f"{found.display_path} was damaged; it was renamed to {kept[-1]}.",
        f"Only 5 such files are kept; deleted {stamp}-2.",
    ]


def test_each_one_that_is_kept_aside_has_a_name_of_its_own(opens: Opens, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    for number in range(3):
        path.write_bytes(b"garbage %d" % number)
        path.chmod(0o600)
        opens().close()
    names = quarantined(path)
    stamp = "store.sqlite3.damaged-20261123-200400"
    assert names == [stamp, f"{stamp}-2", f"{stamp}-3"]
    assert [path.with_name(name).read_bytes() for name in names] == [
        b"garbage 0",
        b"garbage 1",
        b"garbage 2",
    ]


def test_the_journal_goes_with_the_file_that_is_kept_aside(opens: Opens, path: Path) -> None:
    add(opens((*MIGRATIONS, SECOND)), "in the journal")
    # As after a kill: what was written last stands in the journal alone.
    copies = {
        each.name: each.read_bytes() for each in path.parent.iterdir() if "lock" not in each.name
    }
    opens.opened[0].close()
    for name, content in copies.items():
        path.with_name(name).write_bytes(content)
    assert f"{path.name}-wal" in copies
    assert notes(opens()) == []
    [copy] = quarantined(path)
    with closing(sqlite3.connect(path.with_name(copy))) as sql:
        assert list(sql.execute("SELECT words FROM note")) == [("in the journal",)]


# Damage that is found late


def places(content: bytes) -> list[int]:
    size = len(content)
    return [50, 99, 100, 500, 4095, 4096, 4097, 8192, 8192 + 77, size // 2, size - 4096]


@pytest.mark.parametrize("place", range(11))
def test_a_file_that_is_cut_short_never_keeps_the_store_from_working(
    opens: Opens, path: Path, place: int
) -> None:
    content = filled(opens)
    path.write_bytes(content[: places(content)[place]])
    found = opens()
    works_in_the_end(found)
    assert len(quarantined(path)) == 1
    assert len(found.warnings) == 1
    assert "was damaged" in found.warnings[0]


def works_in_the_end(found: Database) -> None:
    """Use everything that is in the file until the damage is found, and then once more."""
    for _ in range(3):
        with suppress(StoreUnavailable):
            notes(found)
            add(found, "words")
            with found.transaction() as sql:
                sql.execute("SELECT count(*) FROM note WHERE words > 'a'").fetchall()
    assert notes(found)[-1] == "words"


@pytest.mark.parametrize("page", [1, 2, 3, 4, 9])
@pytest.mark.parametrize("noise", [b"\xff", b"\x00", b"\x0d"])
def test_a_page_of_noise_never_keeps_the_store_from_working(
    opens: Opens, path: Path, page: int, noise: bytes
) -> None:
    content = filled(opens)
    begin = page * 4096
    path.write_bytes(content[:begin] + noise * 4096 + content[begin + 4096 :])
    works_in_the_end(opens())


def test_damage_that_is_found_late_is_said_by_the_error(opens: Opens, path: Path) -> None:
    content = filled(opens)
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    found = opens()
    with pytest.raises(StoreUnavailable) as caught:
        notes(found)
    [copy] = quarantined(path)
    assert caught.value.message == f"{found.display_path} was damaged; it was renamed to {copy}."
    assert notes(found) == []
    add(found, "goes on")
    assert notes(found) == ["goes on"]


def test_an_index_that_lacks_a_row_counts_as_damage(opens: Opens, path: Path) -> None:
    filled(opens)
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
    found = opens()
    with pytest.raises(StoreUnavailable, match="was damaged"), found.transaction() as sql:
        sql.execute("DELETE FROM note WHERE id = 1000")
    works_in_the_end(found)


# Other instances


def test_two_instances_see_what_the_other_writes(opens: Opens) -> None:
    one, two = opens(), opens()
    for number in range(20):
        add((one, two)[number % 2], str(number))
    assert notes(one) == notes(two) == [str(number) for number in range(20)]
    one.close()
    add(two, "after")
    assert notes(opens())[-1] == "after"


def test_an_instance_goes_on_in_the_new_file_when_another_has_set_the_old_one_aside(
    opens: Opens, path: Path
) -> None:
    content = filled(opens)
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    one, two = opens(), opens()
    for each in (one, two):
        with pytest.raises(StoreUnavailable):
            notes(each)
    add(one, "one")
    add(two, "two")
    assert notes(one) == notes(two) == ["one", "two"]
    assert len(quarantined(path)) == 1
    one.close()
    two.close()
    assert notes(opens()) == ["one", "two"]


def test_an_instance_whose_file_was_set_aside_harms_the_new_one_in_no_way(
    opens: Opens, path: Path
) -> None:
    newer = opens((*MIGRATIONS, SECOND))
    add(newer, "before")
    older = opens()
    add(older, "older")
    add(newer, "after")
    newer.close()
    # It has not taken the journal of the new file away with its own.
    add(older, "still")
    assert notes(opens()) == ["older", "still"]
    [copy] = quarantined(path)
    with closing(sqlite3.connect(path.with_name(copy))) as sql:
        assert set(sql.execute("SELECT words FROM note")) == {("before",), ("after",)}


@posix
@pytest.mark.parametrize("all_of_it", [False, True])
def test_a_file_that_is_deleted_while_it_is_open_comes_back_empty_and_unharmed(
    opens: Opens, path: Path, all_of_it: bool
) -> None:
    """Whoever deletes it wants to forget, so that nothing of it is brought back."""
    one = opens()
    add(one, "deleted")
    for each in list(path.parent.iterdir()):
        each.unlink()
    if all_of_it:
        path.parent.rmdir()
    add(one, "into the void")
    assert not path.exists()
    two = opens()
    add(two, "new")
    add(one, "into the void")
    one.close()
    add(two, "newer")
    assert notes(two) == notes(opens()) == ["new", "newer"]
    assert not quarantined(path)
    assert two.warnings == []


@posix
def test_the_journal_of_a_file_that_was_deleted_alone_is_not_taken_for_its_own(
    opens: Opens, path: Path
) -> None:
    add(opens(), "deleted")
    journal = path.with_name(f"{path.name}-wal")
    content = journal.read_bytes()
    opens.opened[0].close()
    path.unlink()
    journal.write_bytes(content)
    journal.chmod(0o600)
    add(opens(), "new")
    assert notes(opens()) == ["new"]


def test_a_lock_that_lasts_too_long_is_said_and_nothing_is_lost(opens: Opens, path: Path) -> None:
    found = opens(lock_wait=0.05)
    add(found, "one")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            add(found, "two")
        # Reading goes on meanwhile.
        assert notes(found) == ["one"]
        other.execute("COMMIT")
    add(found, "three")
    assert notes(found) == ["one", "three"]
    assert not quarantined(path)


def test_a_file_that_is_locked_while_it_is_opened_is_said_and_left_alone(
    opens: Opens, path: Path
) -> None:
    add(opens(), "one")
    opens.opened[0].close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("INSERT INTO note (words) VALUES ('theirs')")
        with pytest.raises(StoreUnavailable, match="locked"):
            opens(lock_wait=0.05)
        other.execute("COMMIT")
    assert notes(opens()) == ["one", "theirs"]
    assert not quarantined(path)


@posix
def test_a_file_is_not_set_aside_while_another_instance_does_that(opens: Opens, path: Path) -> None:
    import fcntl

    path.parent.mkdir(mode=0o700)
    path.write_bytes(b"garbage")
    path.chmod(0o600)
    with path.with_name("store.sqlite3.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreUnavailable):
            opens(lock_wait=0.05)
    assert path.read_bytes() == b"garbage"
    assert notes(opens()) == []


def test_threads_take_turns_and_closing_waits_for_its_own(opens: Opens) -> None:
    found, begun = opens(), threading.Barrier(4)
    counts = list[int]()

    def run() -> None:
        number = 0
        begun.wait()
        with suppress(StoreUnavailable):
            while True:
                add(found, str(number))
                number += len(notes(found)[:1])
        counts.append(number)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    begun.wait()
    while found.connection.total_changes < 60 and any(each.is_alive() for each in threads):
        pass
    found.close()
    for thread in threads:
        thread.join()
    assert len(notes(opens())) in (sum(counts), *(sum(counts) + n for n in range(4)))


def test_many_that_open_a_new_file_at_once_all_can_use_it(opens: Opens, path: Path) -> None:
    start, problems = threading.Barrier(8), list[str]()

    def run(number: int) -> None:
        start.wait()
        try:
            found = Database(
                path, MIGRATIONS, application_id=APPLICATION, now=opens.clock.now, lock_wait=10
            )
            add(found, str(number))
            found.close()
        except StoreUnavailable as error:
            problems.append(error.message)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert sorted(notes(opens())) == [str(number) for number in range(8)]


def test_many_that_find_the_same_garbage_set_it_aside_once(opens: Opens, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    path.write_bytes(b"garbage" * 1000)
    path.chmod(0o600)
    start, problems = threading.Barrier(6), list[str]()

    def run(number: int) -> None:
        start.wait()
        try:
            found = Database(
                path, MIGRATIONS, application_id=APPLICATION, now=opens.clock.now, lock_wait=10
            )
            add(found, str(number))
            found.close()
        except StoreUnavailable as error:
            problems.append(error.message)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert sorted(notes(opens())) == [str(number) for number in range(6)]
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


def test_two_processes_write_at_once_and_nothing_gets_lost(path: Path) -> None:
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
