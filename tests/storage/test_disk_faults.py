"""Faults while writing: the old or the new file is complete afterwards."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("forks and signals of POSIX", allow_module_level=True)

from support import faults
from support.faults import KEY, NEW, OLD, ORIGIN, POINTS

KILLED = -9


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one folder per fault and the exit statuses in `statuses.json`."""
    folder = tmp_path_factory.mktemp("faults")
    result = subprocess.run(
        [sys.executable, faults.__file__, str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert result.stderr == ""
    (folder / "statuses.json").write_text(result.stdout)
    return folder


def status(base: Path, name: str) -> int:
    return int(json.loads((base / "statuses.json").read_text())[name])


def token(folder: Path) -> str:
    token = asyncio.run(faults.credentials_in(folder).load(ORIGIN))
    return "" if token is None else token.reveal()


def all_bytes(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


@pytest.mark.parametrize("point", POINTS)
def test_killed_writer_leaves_the_old_or_the_new_file(base: Path, point: str) -> None:
    folder = base / point
    assert status(base, point) == KILLED
    replaced = point in ("replaced", "folder")
    assert token(folder) == (NEW if replaced else OLD)
    temporary = [each for each in folder.iterdir() if each.suffix == ".tmp"]
    assert len(temporary) == (0 if replaced else 1)
    assert {each.stat().st_mode & 0o777 for each in folder.iterdir()} == {0o600}
    # The next write deletes leftovers that may contain a token.
    faults.save(folder, OLD)
    assert not [each for each in folder.iterdir() if each.suffix == ".tmp"]
    assert NEW.encode() not in all_bytes(folder)
    assert token(folder) == OLD


def test_killed_transaction_leaves_the_earlier_data(base: Path) -> None:
    assert status(base, "caching") == KILLED
    with closing(faults.open_store(base / "caching")) as store:
        assert store.warnings == ()
        assert store.load_cached(KEY)["stats"].body == "second"
        assert store.load_setting("big") is None


def test_full_disk_leaves_the_old_token_and_no_temporary_file(base: Path) -> None:
    folder = base / "full-saving"
    assert status(base, folder.name) == 0
    assert (folder / "message").read_text().endswith("could not be written: File too large.")
    assert token(folder) == OLD
    assert NEW.encode() not in all_bytes(folder)
    assert not [each for each in folder.iterdir() if each.suffix == ".tmp"]


def test_full_disk_only_loses_the_new_data(base: Path) -> None:
    folder = base / "full-caching"
    assert status(base, folder.name) == 0
    assert "store.sqlite3 could not be used: " in (folder / "message").read_text()
    with closing(faults.open_store(folder)) as store:
        assert store.warnings == ()
        assert store.load_cached(KEY)["stats"].body == "second"
        assert store.load_setting("theme") == "nord"


def test_full_disk_leaves_an_existing_export_unchanged(base: Path) -> None:
    folder = base / "full-exporting"
    assert status(base, folder.name) == 0
    messages = (folder / "message").read_text().splitlines()
    assert [each.partition("written: ")[2] for each in messages] == ["File too large."] * 2
    assert [each.name for each in folder.glob("*.csv")] == ["old.csv"]
    assert (folder / "old.csv").read_text() == "old"
    assert not [each for each in folder.iterdir() if each.suffix == ".tmp"]


def test_concurrent_sign_ins_and_sign_outs_lose_nothing(base: Path) -> None:
    folder = base / "at-once"
    assert status(base, folder.name) == 0
    stored = faults.credentials_in(folder).file.list_accounts(ORIGIN)
    numbers = sorted(record.account_id or 0 for record in stored)
    assert numbers == [*range(200, 208), *range(300, 308)]
    assert sorted(each.name for each in folder.iterdir()) == [
        "credentials.json",
        "credentials.json.lock",
    ]
