"""Tokens in the keyring and in the file: failures, permissions, damage and secrecy."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import keyring.core
import platformdirs
import pytest

from beatpass_tui.auth import accounts
from beatpass_tui.auth import credentials as module
from beatpass_tui.auth.accounts import AccountRecord
from beatpass_tui.auth.credentials import Credentials, SavedToken
from beatpass_tui.auth.system_keyring import SERVICE, Keyring, KeyringUnavailable, TimedKeyring
from beatpass_tui.errors import CredentialsError, InvalidToken
from beatpass_tui.fast_stats.snapshot import CREDENTIALS_FILE
from beatpass_tui.models.identity import Account, MenuItem, SignedIn
from beatpass_tui.models.secret import Secret, token_from_environment
from beatpass_tui.storage import private_file
from beatpass_tui.storage.private_file import PrivateFile
from support.fake_keyring import FakeKeyring, finder

ORIGIN = "https://open.beatpass.ca"
USER = f"{ORIGIN}#7"
OTHER = "http://127.0.0.1:8090"
TOKEN = "317|made-up-token-for-the-tests"
NEWER = "318|another-made-up-token"
NOW = datetime(2026, 11, 23, 18, 20, 5, tzinfo=UTC)
MENU = (MenuItem("Dashboard", "/producer-dashboard"), MenuItem("Märkte [β]", "/markets"))
QUARANTINED = "credentials.json.damaged-20261123-182005"

posix = pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")


class DroppingKeyring(FakeKeyring):
    """Stores nothing, as a null backend does."""

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self._enter("set")


class RustPanic(BaseException):
    """A `BaseException`, as a backend in Rust raises."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the home folder of the machine."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "beatpass-tui"


def credentials_in(
    folder: Path, fake_keyring: Keyring | None = None, wait: float = 60.0
) -> Credentials:
    return Credentials(folder, finder(fake_keyring), keyring_timeout=wait, now=lambda: NOW)


def signed_in(token: str = TOKEN, menu: tuple[MenuItem, ...] | None = None) -> SignedIn:
    return SignedIn(Secret(token), Account(7, "Nova Reyes"), menu)


def file_in(folder: Path) -> PrivateFile:
    return PrivateFile(folder, CREDENTIALS_FILE, failure=CredentialsError, now=lambda: NOW)


def file_contents(folder: Path) -> bytes:
    """Return names and bytes of all files below a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return b"".join(str(path).encode() + path.read_bytes() for path in files)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def assert_error_has_no_token(error: BaseException | None) -> None:
    """Check the error, its context, and the local variables of their frames."""
    while error is not None:
        assert_no_token(f"{error} {error!r} {error.args}")
        trace: TracebackType | None = error.__traceback__
        while trace is not None:
            if "beatpass_tui" in trace.tb_frame.f_code.co_filename:
                assert_no_token(repr(trace.tb_frame.f_locals))
            trace = trace.tb_next
        error = error.__context__


def assert_no_token(shown: str) -> None:
    assert "made-up-token" not in shown


# Storing


async def test_token_is_stored_in_the_keyring_and_its_record_in_the_file(
    folder: Path, fake_keyring: FakeKeyring
) -> None:
    saved = await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in(menu=MENU))
    record = AccountRecord(ORIGIN, "keyring", NOW, 7, "Nova Reyes", MENU)
    assert saved == SavedToken(record, "the system keyring", ())
    assert fake_keyring.passwords == {("beatpass-tui", USER): TOKEN}
    assert b"made-up" not in file_contents(folder)
    again = credentials_in(folder, fake_keyring)
    assert again.file.find_account(ORIGIN) == record
    assert await again.load(ORIGIN) == Secret(TOKEN)
    assert again.warnings == ()


async def test_token_is_stored_in_the_file_without_a_keyring(folder: Path) -> None:
    saved = await credentials_in(folder).save(ORIGIN, signed_in())
    record = AccountRecord(ORIGIN, "file", NOW, 7, "Nova Reyes", None, Secret(TOKEN))
    assert saved == SavedToken(record, str(folder / "credentials.json"), ())
    again = credentials_in(folder)
    assert again.file.find_account(ORIGIN) == record
    assert await again.load(ORIGIN) == Secret(TOKEN)


async def test_path_is_displayed_relative_to_home(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("USERPROFILE", str(folder.parent))
    saved = await credentials_in(folder).save(ORIGIN, signed_in())
    assert saved.location == str(Path("~", "beatpass-tui", "credentials.json"))


@posix
async def test_file_and_folder_are_private_for_any_umask(folder: Path) -> None:
    before = os.umask(0)
    try:
        await credentials_in(folder).save(ORIGIN, signed_in())
    finally:
        os.umask(before)
    # Write access to the parent folder would allow replacing the folder.
    assert mode(folder) == mode(folder.parent) == 0o700
    assert {mode(path) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("menu", [None, (), MENU])
async def test_empty_menu_differs_from_no_menu(
    folder: Path, menu: tuple[MenuItem, ...] | None
) -> None:
    await credentials_in(folder).save(ORIGIN, signed_in(menu=menu))
    record = credentials_in(folder).file.find_account(ORIGIN)
    assert record is not None
    assert record.menu == menu


async def test_empty_menu_of_an_earlier_build_is_ignored(folder: Path) -> None:
    await credentials_in(folder).save(ORIGIN, signed_in(menu=()))
    path = folder / "credentials.json"
    content = json.loads(path.read_text())
    assert content["origins"][ORIGIN][0].pop("menu_recognized") is True
    path.write_text(json.dumps(content))
    record = credentials_in(folder).file.find_account(ORIGIN)
    assert record is not None
    assert record.menu is None


async def test_huge_menu_keeps_the_file_readable(folder: Path) -> None:
    await credentials_in(folder).save(
        ORIGIN, signed_in(menu=(MenuItem("x" * 40, "/" + "y" * 1999),) * 5000)
    )
    assert await credentials_in(folder).load(ORIGIN) == Secret(TOKEN)


async def test_account_without_id_and_name_is_stored(folder: Path) -> None:
    await credentials_in(folder).save(ORIGIN, SignedIn(Secret(TOKEN), Account(None, None)))
    assert credentials_in(folder).file.find_account(ORIGIN) == AccountRecord(
        ORIGIN, "file", NOW, None, None, None, Secret(TOKEN)
    )


@pytest.mark.parametrize("place", ["keyring", "file"])
async def test_token_is_not_returned_for_another_origin(
    folder: Path, fake_keyring: FakeKeyring, place: str
) -> None:
    stored = credentials_in(folder, fake_keyring if place == "keyring" else None)
    await stored.save(ORIGIN, signed_in())
    for other in (OTHER, ORIGIN + "/", ORIGIN + ":443", ORIGIN.upper(), "", "http" + ORIGIN[5:]):
        assert stored.file.find_account(other) is None
        assert await stored.load(other) is None


async def test_each_origin_has_its_own_record(folder: Path) -> None:
    stored = credentials_in(folder)
    await stored.save(ORIGIN, signed_in())
    await stored.save(OTHER, signed_in(NEWER))
    await stored.save(ORIGIN, signed_in(TOKEN + "-renewed"))
    assert await stored.load(ORIGIN) == Secret(TOKEN + "-renewed")
    assert await stored.load(OTHER) == Secret(NEWER)


async def test_loading_without_a_file_creates_no_folder(
    folder: Path, fake_keyring: FakeKeyring
) -> None:
    stored = credentials_in(folder, fake_keyring)
    assert stored.file.find_account(ORIGIN) is None
    assert await stored.load(ORIGIN) is None
    await stored.remove(ORIGIN)
    assert not folder.exists()


async def test_find_account_touches_neither_keyring_nor_modes(
    folder: Path, fake_keyring: FakeKeyring
) -> None:
    await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in())
    fake_keyring.calls.clear()
    folder.chmod(0o755)
    assert credentials_in(folder, fake_keyring).file.find_account(ORIGIN) is not None
    assert fake_keyring.calls == []
    assert mode(folder) == (0o755 if os.name == "posix" else mode(folder))


async def test_signing_in_again_moves_the_token_to_the_keyring(
    folder: Path, fake_keyring: FakeKeyring
) -> None:
    await credentials_in(folder).save(ORIGIN, signed_in())
    await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in(NEWER))
    assert b"made-up" not in file_contents(folder)
    assert await credentials_in(folder, fake_keyring).load(ORIGIN) == Secret(NEWER)


@pytest.mark.parametrize("place", ["keyring", "file"])
async def test_remove_deletes_token_and_record(
    folder: Path, fake_keyring: FakeKeyring, place: str
) -> None:
    await credentials_in(folder).save(OTHER, signed_in(NEWER))
    await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in())
    if place == "file":
        # A later sign-in without the keyring leaves the older token there.
        await credentials_in(folder).save(ORIGIN, signed_in())
    stored = credentials_in(folder, fake_keyring)
    await stored.remove(ORIGIN)
    assert fake_keyring.passwords == {}
    assert TOKEN.encode() not in file_contents(folder)
    assert stored.file.find_account(ORIGIN) is None
    assert await stored.load(OTHER) == Secret(NEWER)


async def test_token_deleted_from_the_keyring_is_not_loaded(
    folder: Path, fake_keyring: FakeKeyring
) -> None:
    await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in())
    fake_keyring.passwords.clear()
    assert await credentials_in(folder, fake_keyring).load(ORIGIN) is None


# Keyrings that fail


@pytest.mark.parametrize("error", [RuntimeError(TOKEN), OSError(5, TOKEN), RustPanic(TOKEN)])
@pytest.mark.parametrize("call", ["set", "get"])
async def test_failing_keyring_falls_back_to_the_file(
    folder: Path, fake_keyring: FakeKeyring, call: str, error: BaseException
) -> None:
    fake_keyring.failing[call] = error
    saved = await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in())
    assert saved.record.place == "file"
    assert saved.warnings == (f"The system keyring could not be used ({type(error).__name__}).",)
    assert await credentials_in(folder, fake_keyring).load(ORIGIN) == Secret(TOKEN)


async def test_keyring_that_stores_nothing_falls_back_to_the_file(folder: Path) -> None:
    saved = await credentials_in(folder, DroppingKeyring()).save(ORIGIN, signed_in())
    assert saved.record.place == "file"
    assert await credentials_in(folder).load(ORIGIN) == Secret(TOKEN)


async def test_keyring_failing_later_raises(folder: Path, fake_keyring: FakeKeyring) -> None:
    await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in())
    fake_keyring.failing["get"] = RustPanic(TOKEN)
    with pytest.raises(
        CredentialsError, match=r"could not be used \(RustPanic\).*unlock"
    ) as message:
        await credentials_in(folder, fake_keyring).load(ORIGIN)
    assert_error_has_no_token(message.value)
    with pytest.raises(CredentialsError, match="may still contain the token") as message:
        await credentials_in(folder, fake_keyring).remove(ORIGIN)
    assert_error_has_no_token(message.value)
    assert credentials_in(folder, fake_keyring).file.find_account(ORIGIN) is None


async def test_keyring_missing_later_raises(folder: Path, fake_keyring: FakeKeyring) -> None:
    await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in())
    with pytest.raises(CredentialsError, match="This machine has no system keyring"):
        await credentials_in(folder).load(ORIGIN)


async def test_invalid_token_in_the_keyring_raises(folder: Path, fake_keyring: FakeKeyring) -> None:
    await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in())
    fake_keyring.passwords[SERVICE, USER] = TOKEN + "\r\nHost: evil"
    with pytest.raises(CredentialsError, match="could not be used") as message:
        await credentials_in(folder, fake_keyring).load(ORIGIN)
    assert_error_has_no_token(message.value)


class Backend(FakeKeyring):
    def __init__(self, priority: float) -> None:
        super().__init__()
        self.priority = priority


@pytest.mark.parametrize("priority", [-1, 0, 0.5])
async def test_backends_that_are_not_recommended_count_as_absent(
    folder: Path, monkeypatch: pytest.MonkeyPatch, priority: float
) -> None:
    backend = Backend(priority)
    monkeypatch.setattr(keyring.core, "init_backend", lambda limit: None)
    monkeypatch.setattr(keyring.core, "get_keyring", lambda: backend)
    saved = await Credentials(folder).save(ORIGIN, signed_in())
    assert (saved.record.place, saved.warnings) == ("file", ())
    assert backend.calls == []


@pytest.mark.parametrize("name", ["fail", "null", "chainer"])
async def test_null_backends_count_as_absent(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    suffix = "ChainerBackend" if name == "chainer" else "Keyring"
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"keyring.backends.{name}.{suffix}")
    monkeypatch.setattr(keyring.backend, "get_all_keyring", lambda: [])
    saved = await Credentials(folder, keyring_timeout=60).save(ORIGIN, signed_in())
    assert (saved.record.place, saved.warnings) == ("file", ())


async def test_recommended_backend_is_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Backend(5)
    monkeypatch.setattr(keyring.core, "init_backend", lambda limit: None)
    monkeypatch.setattr(keyring.core, "get_keyring", lambda: backend)
    stored = Credentials(folder, keyring_timeout=60)
    assert (await stored.save(ORIGIN, signed_in())).record.place == "keyring"
    assert await stored.load(ORIGIN) == Secret(TOKEN)
    await stored.remove(ORIGIN)
    assert backend.passwords == {}


# Keyrings that hang


async def test_hanging_read_raises(folder: Path, fake_keyring: FakeKeyring) -> None:
    await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in())
    fake_keyring.held.add("get")
    with pytest.raises(CredentialsError, match=r"did not respond within 0\.05 seconds"):
        await credentials_in(folder, fake_keyring, wait=0.05).load(ORIGIN)


async def test_late_result_of_a_read_is_dropped(folder: Path, fake_keyring: FakeKeyring) -> None:
    await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in())
    fake_keyring.held.add("get")
    stored = credentials_in(folder, fake_keyring, wait=0.05)
    with pytest.raises(CredentialsError, match="did not respond"):
        await stored.load(ORIGIN)
    # The next sign-in stores its token in the file.
    saved = await stored.save(ORIGIN, signed_in(NEWER))
    assert saved.record.place == "file"
    stored._keyring._timeout = 60
    fake_keyring.release.set()
    assert await stored.load(ORIGIN) == Secret(NEWER)
    await stored.remove(ORIGIN)
    assert fake_keyring.passwords == {}
    assert b"made-up" not in file_contents(folder)


async def test_hanging_delete_raises_and_completes_later(
    folder: Path, fake_keyring: FakeKeyring
) -> None:
    await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in())
    fake_keyring.held.add("delete")
    stored = credentials_in(folder, fake_keyring, wait=0.05)
    with pytest.raises(CredentialsError, match="may still contain the token"):
        await stored.remove(ORIGIN)
    assert stored.file.find_account(ORIGIN) is None
    fake_keyring.release.set()
    assert fake_keyring.deleted.wait(60)
    assert fake_keyring.passwords == {}


async def test_late_write_is_undone(folder: Path, fake_keyring: FakeKeyring) -> None:
    fake_keyring.held.add("set")
    saved = await credentials_in(folder, fake_keyring, wait=0.05).save(ORIGIN, signed_in())
    assert saved.record.place == "file"
    assert saved.warnings == ("The system keyring did not respond within 0.05 seconds.",)
    fake_keyring.release.set()
    assert fake_keyring.deleted.wait(60)
    assert fake_keyring.passwords == {}
    assert await credentials_in(folder, fake_keyring).load(ORIGIN) == Secret(TOKEN)


async def test_canceled_write_is_undone(folder: Path, fake_keyring: FakeKeyring) -> None:
    fake_keyring.held.add("set")
    saving = asyncio.create_task(credentials_in(folder, fake_keyring).save(ORIGIN, signed_in()))
    assert await asyncio.to_thread(fake_keyring.waiting.wait, 60)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    fake_keyring.release.set()
    assert fake_keyring.deleted.wait(60)
    assert fake_keyring.passwords == {}
    assert credentials_in(folder, fake_keyring).file.find_account(ORIGIN) is None


async def test_write_completed_just_before_cancellation_is_undone(
    fake_keyring: FakeKeyring,
) -> None:
    timed = TimedKeyring(finder(fake_keyring), timeout=60)
    storing = asyncio.create_task(timed.store(ORIGIN, Secret(TOKEN)))
    await asyncio.sleep(0)
    # Block the event loop until the thread has finished.
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(60)
    storing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await storing
    assert fake_keyring.deleted.wait(60)
    assert fake_keyring.passwords == {}


async def test_late_write_does_not_undo_a_newer_one(fake_keyring: FakeKeyring) -> None:
    fake_keyring.held.add("set")
    timed = TimedKeyring(finder(fake_keyring), timeout=0.05)
    with pytest.raises(KeyringUnavailable):
        await timed.store(ORIGIN, Secret(TOKEN))
    with pytest.raises(KeyringUnavailable):
        await timed.store(ORIGIN, Secret("319|given-up-before-it-began"))
    timed._timeout = 60
    newer = asyncio.create_task(timed.store(ORIGIN, Secret(NEWER)))
    await asyncio.sleep(0)
    fake_keyring.release.set()
    await newer
    assert fake_keyring.passwords == {(SERVICE, ORIGIN): NEWER}
    assert fake_keyring.calls.count("set") == 2


def test_result_after_the_loop_is_closed_is_dropped(
    folder: Path, fake_keyring: FakeKeyring
) -> None:
    fake_keyring.held.add("set")
    asyncio.run(credentials_in(folder, fake_keyring, wait=0.05).save(ORIGIN, signed_in()))
    threads = [thread for thread in threading.enumerate() if thread.name == "keyring"]
    fake_keyring.release.set()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert fake_keyring.passwords == {}


def run(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a script in a new process."""
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(module.__file__).parents[2],
    )


SCRIPT = """
import asyncio, os, sys, threading
from pathlib import Path
from beatpass_tui.auth.credentials import Credentials
from beatpass_tui.models.identity import Account, SignedIn
from beatpass_tui.models.secret import Secret

class Hanging:
    def get_password(self, *names): threading.Event().wait()
    set_password = delete_password = get_password

def save(folder, origin, token, ring):
    credentials = Credentials(Path(folder), ring, keyring_timeout=0.05)
    signed_in = SignedIn(Secret(token), Account(7, "N"))
    return asyncio.run(credentials.save(origin, signed_in)).record.place
"""


def test_hanging_keyring_does_not_keep_the_process_alive(folder: Path) -> None:
    result = run(
        SCRIPT + "print(save(sys.argv[1], 'https://open.beatpass.ca', 'abc', Hanging))",
        folder,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "file\n", "")


# The file


@posix
async def test_concurrent_writers_lose_nothing(folder: Path) -> None:
    origins = [f"http://127.0.0.1:{port}" for port in range(8000, 8012)]
    await asyncio.gather(*(credentials_in(folder).save(origin, signed_in()) for origin in origins))
    stored = credentials_in(folder)
    assert all([await stored.load(origin) == Secret(TOKEN) for origin in origins])
    assert sorted(path.name for path in folder.iterdir()) == [
        "credentials.json",
        "credentials.json.lock",
    ]


@posix
async def test_lock_of_a_stopped_instance_times_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_file, "_LOCK_WAIT", 0.0)
    folder.mkdir(parents=True, mode=0o700)
    with (
        file_in(folder).locked(),
        pytest.raises(CredentialsError, match="another instance is using it"),
    ):
        await credentials_in(folder).save(ORIGIN, signed_in())


GARBAGE = {
    "empty": b"",
    "truncated": b'{"version": 1, "records": {"https://open.bea',
    "binary": bytes(range(256)) * 8,
    "utf-16": '{"version": 1, "records": {}}'.encode("utf-16")[1:],
    "list": b"[1, 2]",
    "null": b"null",
    "no version": b'{"records": {}}',
    "version true": b'{"version": true, "records": {}}',
    "version text": b'{"version": "2", "records": {}}',
    "version zero": b'{"version": 0, "records": {}}',
    "records list": b'{"version": 1, "records": [1]}',
    "record text": b'{"version": 1, "records": {"https://open.beatpass.ca": "x"}}',
    "origins missing": b'{"version": 2, "records": {}}',
    "origins list": b'{"version": 2, "origins": [1]}',
    "origin text": b'{"version": 2, "origins": {"https://open.beatpass.ca": "x"}}',
    "origin of one": b'{"version": 2, "origins": {"https://open.beatpass.ca": {"account": {}}}}',
    "entry text": b'{"version": 2, "origins": {"https://open.beatpass.ca": ["x"]}}',
    "deep": b"[" * 200_000,
    "long number": b'{"version": ' + b"9" * 5000 + b"}",
    "large": b" " * 2_000_000 + b'{"version": 1, "records": {}}',
}


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE.keys())
async def test_damaged_file_is_quarantined_and_reported(folder: Path, content: bytes) -> None:
    folder.mkdir(parents=True, mode=0o700)
    path = folder / "credentials.json"
    path.write_bytes(content)
    stored = credentials_in(folder)
    with pytest.raises(CredentialsError, match="is damaged"):
        stored.file.find_account(ORIGIN)
    assert path.read_bytes() == content
    with pytest.raises(CredentialsError, match=f"renamed to {QUARANTINED}. Sign in again"):
        await stored.load(ORIGIN)
    assert (folder / QUARANTINED).read_bytes() == content
    assert stored.file.find_account(ORIGIN) is None
    assert await stored.load(ORIGIN) is None
    if os.name == "posix":
        assert mode(folder / QUARANTINED) == 0o600


@pytest.mark.parametrize(
    "field, value",
    [
        ("place", "cloud"),
        ("place", ["file"]),
        ("stored_at", "yesterday"),
        ("stored_at", 1),
        ("stored_at", "2026-11-23T18:20:05"),
        ("stored_at", "9999-12-31T23:59:59+00:00"),
        ("stored_at", "0001-01-01T00:00:00+14:00"),
        ("account", None),
        ("account", {"id": 7}),
        ("account", {"id": True, "name": None}),
        ("account", {"id": "7", "name": None}),
        ("account", {"id": 7, "name": []}),
        ("menu", {}),
        ("menu", "abc"),
        ("menu", [1]),
        ("menu", [{"label": "x"}]),
        ("menu", [{"label": "x", "target": 1}]),
        ("token", None),
        ("token", ["x"]),
        ("token", "with\nnewline"),
        ("token", ""),
    ],
)
async def test_record_with_wrong_types_is_quarantined(
    folder: Path, field: str, value: object
) -> None:
    await credentials_in(folder).save(ORIGIN, signed_in(menu=MENU))
    path = folder / "credentials.json"
    content = json.loads(path.read_text())
    content["origins"][ORIGIN][0][field] = value
    path.write_text(json.dumps(content))
    with pytest.raises(CredentialsError, match="was damaged") as message:
        await credentials_in(folder).load(ORIGIN)
    assert_error_has_no_token(message.value)
    assert json.loads((folder / QUARANTINED).read_text()) == content


async def test_saving_quarantines_a_damaged_file(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    for number, content in enumerate([b"first", b"second", b"third"]):
        (folder / "credentials.json").write_bytes(content)
        (folder / "credentials.json").chmod(0o600)
        saved = await credentials_in(folder).save(ORIGIN, signed_in())
        quarantined = QUARANTINED + ("" if number == 0 else f"-{number + 1}")
        assert saved.warnings == (
            f"{folder / 'credentials.json'} was damaged; it was renamed to {quarantined}.",
        )
        assert (folder / quarantined).read_bytes() == content
    assert await credentials_in(folder).load(ORIGIN) == Secret(TOKEN)


async def test_at_most_five_quarantined_files_are_kept(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    path = folder / "credentials.json"
    foreign = path.with_name("credentials.json.damaged-by-me")
    foreign.write_text("not given by the program")
    # The clock was set back after this file was quarantined.
    ahead = path.with_name("credentials.json.damaged-20271231-235959")
    ahead.write_bytes(b"ahead")
    message: list[str] = []
    for number in range(12):
        path.write_bytes(b"%d" % number)
        path.chmod(0o600)
        message += (await credentials_in(folder).save(ORIGIN, signed_in())).warnings
    saved = {each.name: each.read_bytes() for each in folder.glob("*.damaged-2*")}
    last = {f"{QUARANTINED}-{number}": b"%d" % (number - 1) for number in range(9, 13)}
    assert saved == {ahead.name: b"ahead", **last}
    assert foreign.exists()
    removed = [
        warning for warning in message if "was renamed to" in warning and "deleted" in warning
    ]
    assert len(removed) == len(message) - 4 == 8
    assert removed[0].endswith(f" Only 5 such files are kept; deleted {QUARANTINED}.")


async def test_removing_from_a_damaged_file_reports_where_tokens_may_be(
    folder: Path, fake_keyring: FakeKeyring
) -> None:
    await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in())
    record = credentials_in(folder, fake_keyring).file.find_account(ORIGIN)
    (folder / "credentials.json").write_bytes(b"{")
    with pytest.raises(CredentialsError, match=f"{QUARANTINED}. Delete it.* system keyring"):
        await credentials_in(folder, fake_keyring).remove(ORIGIN, record)
    assert fake_keyring.passwords == {}


async def test_file_of_a_newer_version_is_not_changed(
    folder: Path, fake_keyring: FakeKeyring
) -> None:
    await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in())
    content = b'{"version": 3, "tokens": []}'
    (folder / "credentials.json").write_bytes(content)
    stored = credentials_in(folder, fake_keyring)
    with pytest.raises(CredentialsError, match="newer version"):
        stored.file.find_account(ORIGIN)
    with pytest.raises(CredentialsError, match="newer version"):
        await stored.load(ORIGIN)
    with pytest.raises(CredentialsError, match=r"newer version"):
        await stored.save(ORIGIN, signed_in(NEWER))
    assert (folder / "credentials.json").read_bytes() == content
    with pytest.raises(CredentialsError, match="newer version"):
        await stored.switch(ORIGIN, "7")
    assert (folder / "credentials.json").read_bytes() == content
    assert fake_keyring.passwords == {(SERVICE, USER): TOKEN}


async def test_names_in_the_file_are_cleaned(folder: Path) -> None:
    evil = SignedIn(Secret(TOKEN), Account(7, "No\x1b]52;c;x\x07va"), (MenuItem("A\x1b[2J", "/a"),))
    await credentials_in(folder).save(ORIGIN, evil)
    record = credentials_in(folder).file.find_account(ORIGIN)
    assert record is not None
    assert "\x1b" not in repr(record).encode().decode("unicode_escape")


@posix
async def test_open_permissions_are_tightened_and_reported(folder: Path) -> None:
    await credentials_in(folder).save(ORIGIN, signed_in())
    path = folder / "credentials.json"
    stored = credentials_in(folder)
    folder.chmod(0o755)
    path.chmod(0o644)
    assert await stored.load(ORIGIN) == Secret(TOKEN)
    assert stored.warnings == (
        f"{folder} was accessible to other users; it is private now.",
        f"{path} was accessible to other users; it is private now.",
    )
    assert (mode(folder), mode(path)) == (0o700, 0o600)
    await stored.load(ORIGIN)
    assert not stored.warnings
    path.chmod(0o640)
    assert (await stored.save(ORIGIN, signed_in())).warnings == (
        f"{path} was accessible to other users; it is private now.",
    )


@posix
@pytest.mark.parametrize("code", [errno.EROFS, errno.EPERM])
@pytest.mark.parametrize("name", ["", "credentials.json"])
async def test_permissions_that_cannot_be_changed_are_reported(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: int
) -> None:
    # Also for a folder or file of another user.
    await credentials_in(folder).save(ORIGIN, signed_in())
    (folder / name).chmod(0o777)

    def refuse(place: object, mode: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "chmod", refuse)
    stored = credentials_in(folder)
    assert await stored.load(ORIGIN) == Secret(TOKEN)
    assert stored.warnings == (
        f"{folder / name} is accessible to other users; this file system can't restrict it.",
    )


@posix
async def test_hard_link_is_never_written_through(folder: Path, tmp_path: Path) -> None:
    await credentials_in(folder).save(ORIGIN, signed_in())
    backup = tmp_path / "backup.json"
    backup.hardlink_to(folder / "credentials.json")
    before = backup.read_bytes()
    await credentials_in(folder).save(ORIGIN, signed_in(NEWER))
    assert backup.read_bytes() == before
    assert await credentials_in(folder).load(ORIGIN) == Secret(NEWER)


@posix
@pytest.mark.parametrize("what", ["pipe", "link", "folder", "gone"])
async def test_file_replaced_while_opening_is_not_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    # The check before opening saw a regular file.
    await credentials_in(folder).save(ORIGIN, signed_in())
    path = folder / "credentials.json"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(path.read_bytes())
    elsewhere.chmod(0o644)
    real, ends = os.open, list[int]()

    def swap(place: Path, flags: int, mode: int = 0o777) -> int:
        if place != path:
            return real(place, flags, mode)
        path.unlink()
        if what == "pipe":
            # Without O_NONBLOCK, opening a pipe without a writer blocks.
            assert flags & os.O_NONBLOCK
            os.mkfifo(path)
            ends.append(real(path, os.O_RDWR))
            os.write(ends[0], elsewhere.read_bytes())
        elif what == "link":
            path.symlink_to(elsewhere)
        elif what == "folder":
            path.mkdir()
        return real(place, flags, mode)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", swap)
        if what == "gone":
            assert await credentials_in(folder).load(ORIGIN) is None
        else:
            with pytest.raises(CredentialsError, match=r"is not a file|could not be read"):
                await credentials_in(folder).load(ORIGIN)
    for end in ends:
        os.close(end)
    assert mode(elsewhere) == 0o644


@posix
@pytest.mark.parametrize("which", ["file", "folder"])
async def test_symbolic_links_are_rejected(folder: Path, tmp_path: Path, which: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    await credentials_in(elsewhere).save(ORIGIN, signed_in())
    before = (elsewhere / "credentials.json").read_bytes()
    if which == "folder":
        elsewhere.chmod(0o770)
        folder.parent.mkdir()
        folder.symlink_to(elsewhere)
    else:
        folder.mkdir(parents=True, mode=0o700)
        (folder / "credentials.json").symlink_to(elsewhere / "credentials.json")
    stored = credentials_in(folder)
    with pytest.raises(CredentialsError, match="is a symbolic link"):
        stored.file.find_account(ORIGIN)
    with pytest.raises(CredentialsError, match="is a symbolic link"):
        await stored.load(ORIGIN)
    with pytest.raises(CredentialsError, match=r"is a symbolic link"):
        await stored.save(ORIGIN, signed_in(NEWER))
    with pytest.raises(CredentialsError, match="is a symbolic link"):
        await stored.remove(ORIGIN)
    assert (elsewhere / "credentials.json").read_bytes() == before


@posix
@pytest.mark.parametrize("what", ["folder", "pipe"])
async def test_folder_or_pipe_instead_of_the_file_raises(folder: Path, what: str) -> None:
    folder.mkdir(parents=True, mode=0o700)
    path = folder / "credentials.json"
    path.mkdir() if what == "folder" else os.mkfifo(path)
    stored = credentials_in(folder)
    with pytest.raises(CredentialsError, match="is not a file"):
        stored.file.find_account(ORIGIN)
    with pytest.raises(CredentialsError, match="is not a file"):
        await stored.load(ORIGIN)
    with pytest.raises(CredentialsError, match=r"is not a file"):
        await stored.save(ORIGIN, signed_in())


async def test_file_instead_of_the_folder_raises(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("")
    with pytest.raises(CredentialsError, match=r"is not a folder"):
        await credentials_in(folder).save(ORIGIN, signed_in())
    with pytest.raises(CredentialsError, match="is not a folder"):
        credentials_in(folder).file.find_account(ORIGIN)


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
async def test_read_only_folder_leaves_keyring_and_file_unchanged(
    folder: Path, fake_keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in())
    real = os.open

    def read_only(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(code, os.strerror(code), str(path))
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(CredentialsError) as message:
        await credentials_in(folder, fake_keyring).save(ORIGIN, signed_in(NEWER))
    assert os.strerror(code) in message.value.message
    assert_error_has_no_token(message.value)
    assert await credentials_in(folder, fake_keyring).load(ORIGIN) == Secret(TOKEN)


@pytest.mark.parametrize("place", ["keyring", "file"])
async def test_full_disk_leaves_the_old_file_and_no_copy(
    folder: Path, fake_keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    await credentials_in(folder).save(OTHER, signed_in())
    before = file_contents(folder)

    def full(*names: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    stored = credentials_in(folder, fake_keyring if place == "keyring" else None)
    with pytest.raises(CredentialsError, match=r"No space left") as message:
        await stored.save(ORIGIN, signed_in(NEWER))
    assert_error_has_no_token(message.value)
    assert file_contents(folder) == before
    assert fake_keyring.passwords == {}


async def test_unreadable_file_raises(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await credentials_in(folder).save(ORIGIN, signed_in())

    def refuse(path: Path, flags: int, mode: int = 0o777) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(CredentialsError, match="could not be read: Permission denied"):
        credentials_in(folder).file.find_account(ORIGIN)
    with pytest.raises(CredentialsError, match="could not be read: Permission denied"):
        await credentials_in(folder).load(ORIGIN)


# The default folder


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="XDG paths")
@pytest.mark.parametrize("value", ["", "relative", "./data", "~/data"])
async def test_xdg_paths_never_lead_into_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    working, home = tmp_path / "working", tmp_path / "home"
    working.mkdir()
    home.mkdir()
    monkeypatch.chdir(working)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", value)
    saved = await Credentials(find_keyring=finder()).save(ORIGIN, signed_in())
    assert saved.location == "~/.local/share/beatpass-tui/credentials.json"
    assert (home / ".local/share/beatpass-tui/credentials.json").is_file()
    assert list(working.iterdir()) == []


@pytest.mark.parametrize("answer", [Path("relative"), Path("~/.local/share"), RuntimeError("HOME")])
async def test_missing_home_folder_raises(
    monkeypatch: pytest.MonkeyPatch, answer: Path | RuntimeError
) -> None:
    def find(*names: object, **options: object) -> Path:
        if isinstance(answer, Path):
            return answer
        raise answer

    monkeypatch.setenv("HOME", "")
    monkeypatch.setenv("XDG_DATA_HOME", "")
    monkeypatch.setattr(platformdirs, "user_data_path", find)
    stored = Credentials(find_keyring=finder())
    with pytest.raises(CredentialsError, match="set HOME"):
        stored.file.find_account(ORIGIN)
    with pytest.raises(CredentialsError, match="set HOME"):
        await stored.load(ORIGIN)
    with pytest.raises(CredentialsError, match=r"set HOME"):
        await stored.save(ORIGIN, signed_in())
    with pytest.raises(CredentialsError, match="set HOME"):
        await stored.remove(ORIGIN)


def test_import_loads_neither_keyring_nor_textual_nor_httpx() -> None:
    result = run(
        "import sys, beatpass_tui.auth.credentials\n"
        "print({'keyring', 'platformdirs', 'textual', 'httpx'} & set(sys.modules))"
    )
    assert (result.stdout, result.stderr) == ("set()\n", "")


# The variable and secrecy


def test_variable_contains_a_token() -> None:
    assert token_from_environment({}) is None
    assert token_from_environment({"BEATPASS_TOKEN": f"  {TOKEN}\n"}) == Secret(TOKEN)


@pytest.mark.parametrize("value", ["", " ", "\t\n", "two\nlines", "“quoted”", "x" * 5000])
def test_invalid_variable_is_named_without_its_value(value: str) -> None:
    with pytest.raises(InvalidToken, match=r"^BEATPASS_TOKEN") as message:
        token_from_environment({"BEATPASS_TOKEN": value})
    assert not value.strip() or value not in message.value.message


async def test_repr_of_credentials_does_not_contain_the_token(folder: Path) -> None:
    stored = credentials_in(folder)
    saved = await stored.save(ORIGIN, signed_in(menu=MENU))
    entry = accounts.parse(file_in(folder).read())
    record, token = stored.file.find_account(ORIGIN), await stored.load(ORIGIN)
    shown = (saved, record, token, entry, stored, vars(stored))
    assert_no_token(repr(shown))
