"""Local data that can't be read is reported instead of counting as missing."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from beatpass_tui.demo import DemoServer
from beatpass_tui.storage import files
from beatpass_tui.storage.store import NAME
from support import unprivileged
from support.command_harness import CommandResult, Machine, PipedInput
from support.fakes import NOVA_ACCOUNT, TOKEN
from support.terminal import Terminal

NOT_USED = "Nothing is read or saved in this run."

NEEDS_STORE = {
    "history": ("export", "history"),
    "cached list": ("export", "achievements", "--offline"),
    "cached pages": ("export", "beats", "--offline"),
    "fast path": ("stats", "--offline"),
    "session": ("stats", "--offline", "--account", "nova"),
    "report": ("report", "--offline"),
    "import": ("history", "import", "history.csv"),
}

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions and links")


@pytest.fixture
def nova(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine where Nova is signed in, with cached data and an exported history."""
    machine.store(NOVA_ACCOUNT)
    for command in (("stats",), ("export", "achievements"), ("export", "beats")):
        assert machine.run(*command).status == 0
    monkeypatch.chdir(machine.folder.parent)
    done = machine.run("export", "history", "--output", "history.csv")
    assert done.status == 0
    machine.service.calls.clear()
    return machine


# Ways of not being readable


def _replace_by_folder(machine: Machine, _: pytest.MonkeyPatch) -> None:
    (machine.folder / NAME).unlink()
    (machine.folder / NAME).mkdir()


def _replace_by_link(machine: Machine, _: pytest.MonkeyPatch) -> None:
    (machine.folder / NAME).rename(machine.folder / "elsewhere")
    (machine.folder / NAME).symlink_to("elsewhere")


def _replace_by_broken_link(machine: Machine, _: pytest.MonkeyPatch) -> None:
    (machine.folder / NAME).unlink()
    (machine.folder / NAME).symlink_to("nowhere")


def _link_folder(machine: Machine, _: pytest.MonkeyPatch) -> None:
    elsewhere = machine.folder.rename(machine.folder.with_name("elsewhere"))
    elsewhere.chmod(0o777)
    machine.folder.symlink_to("elsewhere")


def _link_folder_to_missing_disk(machine: Machine, _: pytest.MonkeyPatch) -> None:
    machine.folder.rename(machine.folder.with_name("elsewhere"))
    machine.folder.symlink_to("/nowhere/disk")


def _link_parent_to_missing_disk(machine: Machine, _: pytest.MonkeyPatch) -> None:
    parent = machine.folder.with_name("disk")
    parent.symlink_to("/nowhere/disk")
    machine.folder = parent / "data"


def _remove_folder_that_can_not_be_created(machine: Machine, patch: pytest.MonkeyPatch) -> None:
    mounts = machine.folder.with_name("mounts")
    mounts.mkdir()
    machine.folder = mounts / "disk" / "data"
    access = os.access
    patch.setattr(os, "access", lambda path, mode: path != mounts and access(path, mode))


def _replace_folder_by_file(machine: Machine, _: pytest.MonkeyPatch) -> None:
    machine.folder.rename(machine.folder.with_name("elsewhere"))
    machine.folder.write_text("in the way")


def _fail_to_look(code: int) -> Callable[[Machine, pytest.MonkeyPatch], None]:
    def spoil(machine: Machine, patch: pytest.MonkeyPatch) -> None:
        stat, lstat = os.stat, os.lstat

        def failing(look: Callable[..., os.stat_result]) -> Callable[..., os.stat_result]:
            def fail(path: object, **options: object) -> os.stat_result:
                if str(path).startswith(str(machine.folder / NAME)):
                    raise OSError(code, os.strerror(code), path)
                return look(path, **options)

            return fail

        patch.setattr(os, "stat", failing(stat))
        patch.setattr(os, "lstat", failing(lstat))

    return spoil


def _fail_to_open(code: int) -> Callable[[Machine, pytest.MonkeyPatch], None]:
    def spoil(machine: Machine, patch: pytest.MonkeyPatch) -> None:
        real = os.open

        def fail(path: object, *arguments: int) -> int:
            if str(path).startswith(str(machine.folder / NAME)):
                raise OSError(code, os.strerror(code), path)
            return real(path, *arguments)  # type: ignore[arg-type]

        patch.setattr(os, "open", fail)

    return spoil


def _fail_to_read(statement: str, code: int) -> Callable[[Machine, pytest.MonkeyPatch], None]:
    def spoil(_: Machine, patch: pytest.MonkeyPatch) -> None:
        connect = sqlite3.connect

        class Failing(sqlite3.Connection):
            def execute(self, sql: str, /, *arguments: object) -> sqlite3.Cursor:
                if statement in sql:
                    error = sqlite3.OperationalError("disk I/O error")
                    error.sqlite_errorcode = code
                    raise error
                return super().execute(sql, *arguments)  # type: ignore[arg-type]

        def fail(*arguments: object, **options: object) -> sqlite3.Connection:
            return connect(*arguments, **options, factory=Failing)  # type: ignore[call-overload,no-any-return]

        patch.setattr(sqlite3, "connect", fail)

    return spoil


DANGLES = "is a symbolic link to a folder that does not exist"

WAYS = {
    "folder": (_replace_by_folder, "is not a file"),
    "link": (_replace_by_link, "is behind a symbolic link"),
    "broken link": (_replace_by_broken_link, "is behind a symbolic link"),
    "linked shared folder": (_link_folder, "that other users can change"),
    "linked missing disk": (_link_folder_to_missing_disk, f"data {DANGLES}"),
    "parent on missing disk": (_link_parent_to_missing_disk, f"disk {DANGLES}"),
    "missing disk": (_remove_folder_that_can_not_be_created, "data does not exist"),
    "file for folder": (_replace_folder_by_file, "Not a directory"),
    **{
        f"look {errno.errorcode[code]}": (_fail_to_look(code), os.strerror(code))
        for code in (errno.EACCES, errno.EPERM, errno.EIO, errno.ELOOP, errno.ENOTCONN)
    },
    **{
        f"open {errno.errorcode[code]}": (_fail_to_open(code), os.strerror(code))
        for code in (errno.EIO, errno.ENXIO, errno.ESTALE, errno.EMFILE)
    },
    "read header": (_fail_to_read("user_version", sqlite3.SQLITE_IOERR), "disk I/O error"),
    "read rows": (_fail_to_read("FROM account", sqlite3.SQLITE_IOERR), "disk I/O error"),
    "locking": (_fail_to_read("BEGIN", sqlite3.SQLITE_IOERR), "disk I/O error"),
}  # fmt: skip


@posix
@pytest.mark.parametrize("spoil, reason", WAYS.values(), ids=WAYS)
def test_commands_that_need_the_store_name_path_and_reason(
    nova: Machine,
    spoil: Callable[[Machine, pytest.MonkeyPatch], None],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = nova.folder.parent / "kept.csv"
    target.write_text("years of history")
    files = (("export", "history", "--force", "--output", str(target)),)
    with monkeypatch.context() as patch:
        spoil(nova, patch)
        for command in (*NEEDS_STORE.values(), *files):
            done = nova.run(*command)
            assert (done.status, done.out) == (7, ""), (command, done)
            assert done.err.startswith(f"beatpass-tui: {nova.folder / NAME} "), command
            assert reason in done.err, command
            assert (done.err[-2:], done.err.count("\n")) == (".\n", 1), command
    assert target.read_text() == "years of history"
    assert nova.service.calls == []


@posix
def test_own_folder_behind_a_link_is_used(nova: Machine) -> None:
    before = outputs(nova)
    nova.folder.rename(nova.folder.with_name("elsewhere"))
    nova.folder.symlink_to("elsewhere")
    assert outputs(nova) == before
    assert nova.run("stats", "--max-age", "0").err == ""
    assert nova.run("logout").status == 0
    assert nova.stored() == []


@posix
def test_empty_folder_behind_a_link_may_be_a_disk_that_is_not_mounted(nova: Machine) -> None:
    nova.folder.rename(nova.folder.with_name("elsewhere"))
    nova.folder.with_name("empty").mkdir(mode=0o700)
    nova.folder.symlink_to("empty")
    for command in (("export", "history"), ("stats", "--offline"), ("status",), ("logout",)):
        done = nova.run(*command)
        assert done.status == 7, (command, done)
        assert "data is a symbolic link to an empty folder.\n" in done.err
    assert list(nova.folder.iterdir()) == []


@posix
def test_empty_own_folder_behind_a_link_is_used_from_the_first_run(machine: Machine) -> None:
    machine.folder.with_name("elsewhere").mkdir(mode=0o700)
    machine.folder.symlink_to("elsewhere")
    machine.store(NOVA_ACCOUNT)
    done = machine.run("stats", "--line")
    assert (done.status, done.err) == (0, "")
    assert machine.run("stats", "--line", "--offline").out == done.out


@posix
@pytest.mark.parametrize("spoil, reason", WAYS.values(), ids=WAYS)
def test_live_commands_run_and_name_the_reason_once(
    nova: Machine,
    spoil: Callable[[Machine, pytest.MonkeyPatch], None],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nova.environ["BEATPASS_TOKEN"] = TOKEN.reveal()
    with monkeypatch.context() as patch:
        spoil(nova, patch)
        for command, data in (
            (("stats", "--line"), "45,210 plays"),
            (("report",), "Total Plays   45,210"),
            (("export", "beats"), "Midnight Drive"),
        ):
            done = nova.run(*command)
            assert (done.status, done.err.count(str(nova.folder / NAME))) == (0, 1), (command, done)
            assert data in done.out
            if "disk I/O" not in reason:
                assert done.err.endswith(f"{NOT_USED}\n")


@pytest.mark.parametrize("command", NEEDS_STORE.values(), ids=NEEDS_STORE)
def test_missing_store_is_no_error_of_this_kind(
    machine: Machine, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.store(NOVA_ACCOUNT)
    monkeypatch.chdir(machine.folder.parent)
    Path("history.csv").write_text("at,artist_id,number,value\n")
    status = 0 if "history" in command else 6
    assert machine.run(*command).status == status


@posix
def test_accounts_that_can_not_be_read_are_no_sign_out(nova: Machine) -> None:
    path = nova.folder / "credentials.json"
    path.rename(nova.folder / "elsewhere")
    path.mkdir()
    for command in (*NEEDS_STORE.values(), ("stats",), ("status",), ("switch",), ("logout",)):
        done = nova.run(*command)
        assert done.status == 7, (command, done)
        assert f"beatpass-tui: {path} is not a file.\n" in done.err
        assert "Not signed in" not in done.err
    assert nova.service.calls == []


# Data that can only be read


@pytest.fixture
def before(nova: Machine) -> list[CommandResult]:
    """Return the outputs of the commands that only read."""
    return outputs(nova)


@pytest.fixture(params=[errno.EACCES, errno.EPERM, errno.EROFS], ids=errno.errorcode.get)
def read_only(
    nova: Machine,
    before: list[CommandResult],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Machine:
    """A machine whose folder can't be written."""
    real = os.open

    def refuse(path: object, flags: int, *arguments: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR) and str(path).startswith(str(nova.folder)):
            raise OSError(request.param, os.strerror(request.param), path)
        return real(path, flags, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refuse)
    return nova


def outputs(machine: Machine) -> list[CommandResult]:
    return [machine.run(*command) for command in list(NEEDS_STORE.values())[:-1]]


def test_read_only_data_is_read_offline(before: list[CommandResult], read_only: Machine) -> None:
    assert outputs(read_only) == before
    assert {done.status for done in before} == {0}


def test_read_only_data_is_named_by_what_writes(read_only: Machine) -> None:
    path = read_only.folder / NAME
    sentence = f"{path} is read-only. Nothing is saved in this run.\n"
    done = read_only.run("history", "import", "history.csv")
    assert (done.status, done.out, done.err) == (7, "", f"beatpass-tui: {sentence}")
    for command in (("stats", "--max-age", "0"), ("export", "collections")):
        done = read_only.run(*command)
        assert (done.status, done.err) == (0, sentence), command
    done = read_only.run("logout")
    assert done.status == 7
    assert sentence in done.err
    # The token of this account is in the keyring, from which it was removed.
    assert "You are still signed in." not in done.err


def test_logout_says_that_the_token_in_a_read_only_file_remains(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.keyring = None
    machine.store(NOVA_ACCOUNT)
    machine.folder.chmod(0o500)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(files, "write_atomically", refuse)
    for command in (("logout",), ("logout", "--account", "nova")):
        done = machine.run(*command)
        assert (done.status, done.out) == (1, "")
        assert "Read-only file system. You are still signed in.\n" in done.err
    assert machine.stored() == [NOVA_ACCOUNT]


def test_login_into_an_unusable_folder_is_no_rejected_token(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.folder.write_text("in the way")
    done = machine.run("login", "--with-token", stdin=PipedInput(TOKEN.reveal().encode()))
    assert (done.status, done.out) == (7, "")
    assert "The token was not stored." in done.err


# Processes


class Program:
    """The program as a user who is not root, with data in a folder of its own."""

    def __init__(self, server: DemoServer, home: Path) -> None:
        self.folder = home / "data" / "beatpass-tui"
        self.path = self.folder / NAME
        self.env = {
            **os.environ,
            "BEATPASS_API_URL": server.base_url,
            "BEATPASS_TOKEN": server.token,
            "XDG_DATA_HOME": str(home / "data"),
            "HOME": str(home),
        }

    def run(self, *arguments: str) -> CommandResult:
        done = subprocess.run(
            [*unprivileged.PROGRAM, *arguments],
            env=self.env,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return CommandResult(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(growth_delay=0.0) as server:
        yield server


@pytest.fixture
def program(server: DemoServer, tmp_path: Path) -> Iterator[Program]:
    program = Program(server, tmp_path)
    assert program.run("stats").status == 0
    yield program
    if os.access(program.folder, os.X_OK):
        program.folder.chmod(0o700)


OFFLINE = (("stats", "--offline", "--format", "{plays} {as_of}"), ("export", "history"))

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="capabilities of Linux")


@linux
def test_store_in_a_read_only_folder_is_read_with_and_without_its_log(program: Program) -> None:
    complete = [program.run(*command) for command in OFFLINE]
    assert {done.status for done in complete} == {0}
    program.folder.chmod(0o500)
    assert not program.path.with_name(f"{NAME}-wal").exists()
    assert [program.run(*command) for command in OFFLINE] == complete
    imported = program.run("history", "import", "/dev/null")
    assert imported.status == 2
    # A row that is only in the log.
    program.folder.chmod(0o700)
    with closing(sqlite3.connect(program.path, isolation_level=None)) as other:
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("UPDATE history SET value = 7 WHERE number = 'total-plays'")
        program.folder.chmod(0o500)
        done = program.run("export", "history")
        assert (done.status, ",plays,7," in done.out) == (0, True)
        # Without the index of the log, SQLite would have to create that.
        program.folder.chmod(0o700)
        copy = program.folder.with_name("copy")
        copy.mkdir(mode=0o700)
        for name in (NAME, f"{NAME}-wal"):
            (copy / name).write_bytes((program.folder / name).read_bytes())
    program.folder.rename(program.folder.with_name("first"))
    copy.rename(program.folder)
    program.folder.chmod(0o500)
    done = program.run("export", "history")
    assert (done.status, done.out) == (7, "")
    assert f"{NAME}-wal can't be read in a read-only folder." in done.err


@linux
@pytest.mark.parametrize("what", ["folder", "file"])
def test_data_of_another_user_is_reported(program: Program, what: str) -> None:
    """As after a run by `sudo`; a user who is not root can only take away permissions."""
    path = program.folder if what == "folder" else program.path
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)
    else:
        path.chmod(0)
    reason = f"{NAME} could not be {'read' if what == 'folder' else 'opened'}: Permission denied."
    target = program.folder.parent / "kept.csv"
    target.write_text("years of history")
    for command in (*OFFLINE, ("export", "history", "--force", "--output", str(target))):
        done = program.run(*command)
        assert (done.status, done.out, reason in done.err) == (7, "", True), done
    assert target.read_text() == "years of history"
    done = program.run("stats", "--line")
    assert (done.status, "45,210 plays" in done.out) == (0, True)
    assert done.err.endswith(f"{NAME} could not be opened: Permission denied. {NOT_USED}\n")
    done = program.run("logout")
    assert (done.status, "Permission denied" in done.err) == (7, True)
    if what == "file":
        return
    with Terminal(env=program.env, size=(120, 36), program=unprivileged.PROGRAM) as terminal:
        terminal.until("45,210")
        # Shown for some seconds only, so the raw output is searched.
        terminal.wait(lambda: NOT_USED.encode() in terminal.raw, NOT_USED)
        terminal.press("q")
        assert terminal.exit() == 0
