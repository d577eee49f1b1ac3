"""The output that `stats --line --offline` prints again without reading the store."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from beatpass_tui.runtime.clock import SystemClock
from beatpass_tui.storage import kept_output, printed_line
from beatpass_tui.storage.store import NAME, AccountKey, Store

LINE = "45,210 plays · growth −1.2%\n"
TOKEN = "901|made-up-token"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kept on Linux only")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a store that was written a minute ago."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("BEATPASS_TOKEN", TOKEN)
    data = tmp_path / "beatpass-tui"
    data.mkdir(mode=0o700)
    (data / NAME).write_bytes(b"numbers")
    age(data)
    return data


def age(data: Path) -> None:
    for path in data.iterdir():
        earlier = path.stat().st_mtime - 60
        os.utime(path, (earlier, earlier))


def keep(data: Path, end: float | None = None) -> None:
    state = printed_line.state()
    assert state is not None
    path = data / printed_line.NAME
    path.write_bytes(printed_line.encode(state, LINE, end))
    path.chmod(0o600)


def test_output_is_returned_until_its_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    assert printed_line.load() is None
    keep(folder, now + 30)
    assert printed_line.load() == LINE.encode()
    assert TOKEN.encode() not in (folder / printed_line.NAME).read_bytes()
    for later, known in ((29, True), (30, False), (-1, False)):
        monkeypatch.setattr(time, "time", lambda: now + later)  # noqa: B023
        assert (printed_line.load() is not None) is known
    monkeypatch.setattr(time, "time", lambda: now)
    keep(folder)
    monkeypatch.setattr(time, "time", lambda: now + 24 * 3600)
    assert printed_line.load() is None


def write(name: str) -> Callable[[Path, pytest.MonkeyPatch], object]:
    return lambda data, _: (data / name).write_bytes(b"other numbers")


def variable(name: str, value: str) -> Callable[[Path, pytest.MonkeyPatch], object]:
    return lambda _, patch: patch.setenv(name, value)


def damage(content: bytes) -> Callable[[Path, pytest.MonkeyPatch], object]:
    return lambda data, _: (data / printed_line.NAME).write_bytes(content)


def change_output(data: Path, _: object) -> None:
    path = data / printed_line.NAME
    path.write_bytes(path.read_bytes().replace(b"45,210", b"99,999"))


def replace_by(make: Callable[[Path, Path], object]) -> Callable[[Path, object], None]:
    def change(data: Path, _: object) -> None:
        path = data / printed_line.NAME
        other = path.rename(data / "other")
        make(path, other)

    return change


CHANGES: dict[str, Callable[[Path, pytest.MonkeyPatch], object]] = {
    "store": write(NAME),
    "write-ahead log": write(f"{NAME}-wal"),
    "accounts": write("credentials.json"),
    "token": variable("BEATPASS_TOKEN", "901|another-token"),
    "API": variable("BEATPASS_API_URL", "http://127.0.0.1:9/api/v1"),
    "locale": variable("LC_ALL", "xx_XX.UTF-8"),
    "time zone": variable("TZ", "Pacific/Chatham"),
    "version": lambda _, patch: patch.setattr(kept_output, "__version__", "0.0.0"),
    "output": change_output,
    "empty file": damage(b""),
    "binary": damage(bytes(range(256))),
    "huge": damage(b"a\n" * 100_000),
    "open to others": lambda data, _: (data / printed_line.NAME).chmod(0o644),
    "store open to others": lambda data, _: (data / NAME).chmod(0o666),
    "folder open to others": lambda data, _: data.chmod(0o777),
    "folder behind a link": lambda data, _: data.symlink_to(data.rename(data.with_name("real"))),
    "symbolic link": replace_by(lambda path, other: path.symlink_to(other)),
    "pipe": replace_by(lambda path, _: os.mkfifo(path, 0o600)),
    "folder": replace_by(lambda path, _: path.mkdir()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_output_is_not_used_after_a_change(
    change: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(folder)
    assert printed_line.load() == LINE.encode()
    CHANGES[change](folder, monkeypatch)
    assert printed_line.load() is None


def test_output_is_not_kept_while_the_store_is_being_written(folder: Path) -> None:
    (folder / NAME).write_bytes(b"new numbers")
    assert printed_line.state() is None


def test_only_the_plain_command_is_answered() -> None:
    assert printed_line.is_requested(["stats", "--offline", "--line"])
    assert not printed_line.is_requested(["stats", "--offline", "--line", "--account", "nova"])
    assert not printed_line.is_requested(["stats", "--line"])


def test_output_is_removed_with_the_data_of_an_account(folder: Path) -> None:
    keep(folder)
    (folder / NAME).unlink()
    with closing(Store(folder / NAME, SystemClock().now)) as store:
        store.delete_account(AccountKey("https://open.beatpass.ca", 7), keep_history=True)
    assert not (folder / printed_line.NAME).exists()
