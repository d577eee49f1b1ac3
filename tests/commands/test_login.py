"""`login` and `logout`: every wrong input is a sentence and a status, and no secret shows up."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import re
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from beatpass_tui.auth.system_keyring import SERVICE
from beatpass_tui.errors import (
    BeatPassError,
    Forbidden,
    InvalidResponse,
    MissingToken,
    NotSignedIn,
    RateLimited,
    ServiceUnavailable,
    TwoFactorRequired,
    Unreachable,
    ValidationFailed,
)
from beatpass_tui.models.identity import Account, MenuItem
from beatpass_tui.models.secret import Secret
from beatpass_tui.storage.store import AccountKey, Store
from support.command_harness import ORIGIN, CommandResult, Machine, PipedInput, TerminalInput
from support.fakes import NOVA_ACCOUNT, NOVA_SIGNED_IN

TOKEN = "901|made-up-token-for-the-tests"
PASSWORD = "midnight made-up drive"
VEGA = Account(8, "vega")

posix = pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")


def with_token(machine: Machine, data: str | bytes = TOKEN, *more: str) -> CommandResult:
    given = data.encode() if isinstance(data, str) else data
    return machine.run("login", "--with-token", *more, stdin=PipedInput(given))


def answers(monkeypatch: pytest.MonkeyPatch, *typed: str | BaseException) -> list[str]:
    """Type at the hidden prompts; return what they asked for."""
    left, prompts = list(typed), []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        given = left.pop(0)
        if isinstance(given, BaseException):
            raise given
        return given

    monkeypatch.setattr(getpass, "getpass", ask)
    return prompts


def assert_nothing_told(machine: Machine, done: CommandResult) -> None:
    """Neither the output nor the disk nor the keyring holds a secret."""
    kept = str(machine.keyring.passwords) if machine.keyring is not None else ""
    for words in (done.out, done.err, machine.file_contents(), kept):
        assert "made-up" not in words


# A token


@pytest.mark.parametrize("data", [TOKEN, f"{TOKEN}\n", f"  {TOKEN}\r\n\n", f"Bearer {TOKEN}\n"])
def test_piped_token_is_verified_and_stored(machine: Machine, data: str) -> None:
    done = with_token(machine, data)
    assert (done.status, done.out) == (0, "")
    assert done.err == (
        f"Signed in to {ORIGIN} as @nova (900000001).\n"
        "Your token is stored in the system keyring.\n"
    )
    assert machine.service.requested == ["account"]
    assert machine.keyring is not None
    assert machine.keyring.passwords == {(SERVICE, f"{ORIGIN}#900000001"): TOKEN}
    assert machine.stored() == [NOVA_ACCOUNT]


def test_token_prompt_does_not_echo(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts = answers(monkeypatch, f"{TOKEN}\n")
    done = machine.run("login", stdin=TerminalInput(b""))
    assert (done.status, done.out, prompts) == (0, "", ["Token (not shown): "])
    assert asyncio.run(machine.credentials.load(ORIGIN)) == Secret(TOKEN)


def test_location_without_a_keyring_is_reported(machine: Machine) -> None:
    machine.keyring = None
    done = with_token(machine)
    assert done.status == 0
    assert f"Your token is stored in {machine.folder / 'credentials.json'}.\n" in done.err


def test_number_of_accounts_is_reported(machine: Machine) -> None:
    machine.store(VEGA)
    assert with_token(machine).err.endswith(
        "2 accounts stored; this one is now the current account.\n"
    )
    assert machine.stored() == [NOVA_ACCOUNT, VEGA]


UNUSABLE = {
    "empty": b"",
    "blank": b" \r\n\t\n",
    "space": b"901|made-up token",
    "newline": b"901|made-up\ntoken\n",
    "CR LF": b"901|made-up\r\nHost: evil\r\n",
    "NUL": b"901|made-up\0token",
    "smart quotes": "“901|made-up-token”".encode(),
    "UTF-16": "901|made-up-token".encode("utf-16"),
    "not UTF-8": b"901|made-up\xff",
    "escape": b"901|made-up\x1b[2J",
    "long": b"9" * 5000,
    "endless": b"made-up" * 100_000,
}


@pytest.mark.parametrize("data", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_invalid_piped_token_is_rejected_without_its_value(machine: Machine, data: bytes) -> None:
    done = with_token(machine, data)
    assert (done.status, done.out) == (4, "")
    assert re.match(r"beatpass-tui: (The|This is too long for a) token", done.err)
    assert done.err.count("\n") == 1
    assert "\x1b" not in done.err
    assert machine.service.calls == []
    assert_nothing_told(machine, done)


@pytest.mark.parametrize("typed", ["", "“901|made-up”", "901|made up", EOFError()])
def test_invalid_typed_token_is_rejected(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, typed: str | BaseException
) -> None:
    answers(monkeypatch, typed)
    done = machine.run("login", stdin=TerminalInput(b""))
    assert done.status == 4
    assert re.match(r"beatpass-tui: (The|This is too long for a) token", done.err)
    assert machine.service.calls == []
    assert_nothing_told(machine, done)


def test_with_token_rejects_a_terminal(machine: Machine) -> None:
    done = machine.run("login", "--with-token", stdin=TerminalInput(TOKEN.encode()))
    assert done.status == 2
    assert "which is a terminal" in done.err
    assert machine.service.calls == []


@pytest.mark.parametrize("arguments", [["login"], ["login", "--email", "n@b.ca"]])
def test_prompt_requires_a_terminal(machine: Machine, arguments: list[str]) -> None:
    done = machine.run(*arguments, stdin=PipedInput(TOKEN.encode()))
    assert done.status == 2
    assert "--with-token" in done.err
    assert machine.service.calls == []


def test_prompt_requires_hidden_input(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def echoing(prompt: str) -> str:
        warnings.warn("Can not control echo.", getpass.GetPassWarning, stacklevel=1)
        raise AssertionError("it was read")

    monkeypatch.setattr(getpass, "getpass", echoing)
    with warnings.catch_warnings():
        # As outside of the tests, where a warning by itself ends nothing.
        warnings.simplefilter("ignore")
        done = machine.run("login", stdin=TerminalInput(TOKEN.encode()))
    assert done.status == 2
    assert "can't hide your input" in done.err


def test_ctrl_c_at_the_prompt_exits_quietly(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, KeyboardInterrupt())
    done = machine.run("login", stdin=TerminalInput(b""))
    assert (done.status, done.out, done.err) == (130, "", "\n")


@pytest.mark.parametrize("value", [TOKEN, "", " "])
@pytest.mark.parametrize("arguments", [["login"], ["login", "--with-token"], ["login", "--email"]])
def test_login_is_rejected_beside_the_variable(
    machine: Machine, value: str, arguments: list[str]
) -> None:
    machine.environ["BEATPASS_TOKEN"] = value
    done = machine.run(*arguments, stdin=PipedInput(TOKEN.encode()))
    assert done.status == 2
    assert "BEATPASS_TOKEN is set" in done.err
    assert machine.service.calls == []
    assert_nothing_told(machine, done)


# What the service says

REFUSALS: dict[BeatPassError, tuple[int, str]] = {
    NotSignedIn("Unauthenticated.", status=401): (4, "did not accept this token"),
    Forbidden("Not enabled.", status=403): (4, "by invitation"),
    RateLimited("Too many.", retry_after=42): (5, "Try again in 42 s"),
    Unreachable("No network."): (6, "No network."),
    ServiceUnavailable("Down."): (6, "Down."),
    InvalidResponse("A web page."): (1, "A web page."),
}


@pytest.mark.parametrize("error, message", REFUSALS.items(), ids=lambda value: type(value).__name__)
def test_rejected_token_is_not_stored(
    machine: Machine, error: BeatPassError, message: tuple[int, str]
) -> None:
    machine.store(VEGA)
    before = machine.file_contents()
    machine.service.fail(error, "account")
    done = with_token(machine, "77|other-token")
    status, words = message
    assert (done.status, done.out) == (status, "")
    assert words in done.err
    assert machine.file_contents() == before
    assert machine.stored() == [VEGA]
    assert "other-token" not in done.err + str(machine.keyring and machine.keyring.passwords)


BY_PASSWORD: dict[BeatPassError, tuple[int, str]] = {
    NotSignedIn("Wrong.", status=401): (4, "did not accept this email and password"),
    ValidationFailed("Wrong.", status=422, fields={}): (4, "not accept this email and password"),
    ValidationFailed("Wrong.", status=422, fields={"email": "No such one"}): (4, "No such one."),
    Forbidden("Verify your email.", status=403): (4, "unverified or suspended"),
    RateLimited("Too many.", retry_after=60): (5, "Too many attempts"),
    MissingToken("The sign-in brought no token."): (4, "brought no token"),
    TwoFactorRequired("It asks for a second factor."): (4, "second factor"),
    Unreachable("No network."): (6, "No network."),
}


@pytest.mark.parametrize("error, message", BY_PASSWORD.items(), ids=repr)
def test_rejected_password_is_sent_once_and_nothing_is_stored(
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    error: BeatPassError,
    message: tuple[int, str],
) -> None:
    machine.service.fail(error, "log_in")
    answers(monkeypatch, PASSWORD)
    done = machine.run("login", "--email", "n@b.ca", stdin=TerminalInput(b""))
    status, words = message
    assert (done.status, done.out) == (status, "")
    assert words in done.err
    assert machine.service.requested == ["log_in"]
    assert_nothing_told(machine, done)


@pytest.mark.parametrize("given", [["--email", " n@b.ca "], ["--email"]])
def test_password_sign_in_stores_token_and_menu(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, given: list[str]
) -> None:
    menu = (MenuItem("Dashboard", "/producer-dashboard"),)
    machine.service.script("log_in", NOVA_SIGNED_IN._replace(menu=menu))
    prompts = answers(monkeypatch, f" {PASSWORD} ")
    done = machine.run("login", *given, stdin=TerminalInput(b"n@b.ca\n"))
    assert done.status == 0, done.err
    assert done.out == ""
    assert prompts == ["Password (not shown): "]
    assert machine.service.calls[0].arguments[:2] == ("n@b.ca", f" {PASSWORD} ")
    record = machine.credentials.file.find_account(ORIGIN)
    assert record is not None
    assert record.menu == menu
    assert PASSWORD not in machine.file_contents() + str(
        machine.keyring and machine.keyring.passwords
    )


@pytest.mark.parametrize("email, password", [("", "x"), ("  ", "x"), ("n@b.ca", ""), ("n", " ")])
def test_missing_email_or_password_is_rejected(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    answers(monkeypatch, password)
    done = machine.run("login", "--email", stdin=TerminalInput(f"{email}\n".encode()))
    assert done.status == 4
    assert "an email address and a password" in done.err
    assert machine.service.calls == []


# Whose token it is


@pytest.mark.parametrize("name", ["nova", "@Nova", "900000001"])
def test_expected_account_is_signed_in(machine: Machine, name: str) -> None:
    assert with_token(machine, TOKEN, "--account", name).status == 0
    assert machine.stored() == [NOVA_ACCOUNT]


@pytest.mark.parametrize("name", ["vega", "900000002", "", "nov\x1b[2J"])
def test_token_of_another_account_is_rejected(machine: Machine, name: str) -> None:
    done = with_token(machine, TOKEN, "--account", name)
    assert done.status == 4
    assert "got @nova (900000001)" in done.err
    assert "nothing was stored" in done.err
    assert "\x1b" not in done.err
    assert_nothing_told(machine, done)


def test_token_of_an_unnamed_account_is_rejected_if_an_account_is_expected(
    machine: Machine,
) -> None:
    machine.service.script("account", Account(None, None))
    done = with_token(machine, TOKEN, "--account", "nova")
    assert done.status == 4
    assert "expected nova, got unnamed account" in done.err
    assert_nothing_told(machine, done)


def test_token_created_by_a_rejected_sign_in_is_mentioned(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, PASSWORD)
    done = machine.run("login", "--email", "n@b.ca", "--account", "vega", stdin=TerminalInput(b""))
    assert done.status == 4
    assert "BeatPass created a token anyway" in done.err


# Where it cannot be kept


@pytest.mark.parametrize("how", ["hangs", "is locked"])
def test_failing_keyring_is_reported_and_falls_back_to_the_file(machine: Machine, how: str) -> None:
    assert machine.keyring is not None
    if how == "hangs":
        machine.keyring.held.add("set")
        machine.keyring_wait = 0.05
    else:
        machine.keyring.failing["set"] = RuntimeError("locked")
    done = with_token(machine)
    assert done.status == 0
    assert f"stored in {machine.folder / 'credentials.json'}." in done.err
    assert "The system keyring " in done.err
    assert machine.keyring.passwords == {}
    assert asyncio.run(machine.credentials.load(ORIGIN)) == Secret(TOKEN)


def _link(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere"))


def _open(path: Path) -> None:
    path.write_text('{"version": 2, "origins": {}}')
    path.chmod(0o644)


def _half(path: Path) -> None:
    path.write_text('{"version": 2, "origins": {"https://open.bea')


def _garbage(path: Path) -> None:
    path.write_bytes(bytes(range(256)))


def _newer(path: Path) -> None:
    path.write_text('{"version": 3}')


@posix
@pytest.mark.parametrize("make", [_link, Path.mkdir, _newer])
def test_unusable_file_prevents_storing_the_token(
    machine: Machine, make: Callable[[Path], None]
) -> None:
    machine.folder.mkdir(mode=0o700)
    make(machine.folder / "credentials.json")
    before = sorted(path.name for path in machine.folder.iterdir())
    done = with_token(machine)
    assert done.status == 4
    assert "The token was not stored." in done.err
    assert_nothing_told(machine, done)
    assert set(before) <= {path.name for path in machine.folder.iterdir()}


@posix
@pytest.mark.parametrize(
    "make, words",
    [
        (_open, "was accessible to other users; it is private now"),
        (_half, "was damaged; it was renamed"),
        (_garbage, "was damaged; it was renamed"),
    ],
)
def test_repairable_file_is_repaired_and_reported(
    machine: Machine, make: Callable[[Path], None], words: str
) -> None:
    machine.keyring = None
    machine.folder.mkdir(mode=0o700)
    path = machine.folder / "credentials.json"
    make(path)
    before = path.read_bytes()
    done = with_token(machine)
    assert done.status == 0
    assert words in done.err
    assert path.stat().st_mode & 0o777 == 0o600
    if "damaged" in words:
        aside = [found for found in machine.folder.iterdir() if "damaged" in found.name]
        assert [found.read_bytes() for found in aside] == [before]


def test_read_only_disk_keeps_existing_files(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.keyring = None
    machine.store(VEGA)
    before = machine.file_contents()

    def read_only(*names: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "replace", read_only)
    done = with_token(machine)
    assert done.status == 4
    assert "Read-only file system. The token was not stored." in done.err
    assert machine.file_contents() == before


def test_concurrent_logins_are_both_stored(machine: Machine) -> None:
    """The second one signs in while the first is being checked."""
    second = Account(900000009, "rigel")

    def sign_in_meanwhile() -> Account:
        thread = threading.Thread(target=machine.store, args=(second,))
        thread.start()
        thread.join()
        return NOVA_ACCOUNT

    machine.service.script("account", sign_in_meanwhile)
    assert with_token(machine).status == 0
    assert machine.stored() == [NOVA_ACCOUNT, second]


# Signing out


def test_logout_removes_the_current_account_and_reports_it(
    machine: Machine,
) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    done = machine.run("logout")
    assert (done.status, done.out) == (0, "")
    assert done.err.splitlines() == [
        "Signed out @nova (900000001): removed the token from the system keyring.",
        "The token stays valid until it expires; revoke it in Account Settings → Developers.",
        "Switched to @vega (8).",
    ]
    assert machine.stored() == [VEGA]
    assert machine.service.calls == []


@pytest.mark.parametrize("name", ["vega", "8"])
def test_logout_of_another_account_keeps_the_current(machine: Machine, name: str) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    done = machine.run("logout", "--account", name)
    assert done.status == 0
    assert "Signed out @vega (8)" in done.err
    assert "Switched to" not in done.err
    assert machine.stored() == [NOVA_ACCOUNT]


def test_logout_all_leaves_nothing(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    machine.keyring, ring = None, machine.keyring
    machine.store(Account(9, "rigel"))
    machine.keyring = ring
    done = machine.run("logout", "--all")
    assert done.status == 0
    assert done.err.count("Signed out") == 3
    assert machine.stored() == []
    assert_nothing_told(machine, done)


def test_logout_removes_stored_data(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    assert machine.run("stats").status == 0
    machine.service.script("account", VEGA)
    assert machine.run("stats", "--account", "vega").status == 0
    done = machine.run("logout")
    assert done.status == 0
    assert "the token from the system keyring, 6 cached responses.\n" in done.err
    kept = Store(machine.folder / "store.sqlite3", lambda: machine.now)
    assert kept.summarize(AccountKey(ORIGIN, NOVA_ACCOUNT.id or 0)).cached == 0
    assert kept.summarize(AccountKey(ORIGIN, VEGA.id or 0)).cached == 6
    kept.close()


def test_logout_of_the_last_account_leaves_no_bytes(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.run("stats").status == 0
    assert "Nova Reyes" in machine.file_contents()
    assert machine.run("logout", "--all").status == 0
    assert "Nova Reyes" not in machine.file_contents()


def test_logout_without_stored_data_does_not_mention_it(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    done = machine.run("logout")
    assert "history" not in done.err
    assert not (machine.folder / "store.sqlite3").exists()


def test_failed_removal_is_reported(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    (machine.folder / "store.sqlite3").mkdir()
    done = machine.run("logout")
    assert done.status == 7
    assert "store.sqlite3 is not a file." in done.err
    assert "removed the token" in done.err
    assert machine.stored() == []


ASIDE = "damaged-20261120-000000"


@pytest.mark.parametrize("where", ["at once", "late", "earlier"])
def test_logout_deletes_quarantined_stores(machine: Machine, where: str) -> None:
    """Whether the damage is found by opening the file, by reading it, or was found long ago."""
    machine.store(NOVA_ACCOUNT)
    assert machine.run("stats").status == 0
    path = machine.folder / "store.sqlite3"
    content = path.read_bytes()
    if where == "at once":
        path.write_bytes(b"Nova Reyes" + content[10:])
    elif where == "late":
        # The schema is whole, and every page after it is not.
        path.write_bytes(content[:4096] + b"Nova Reyes" * (len(content) // 10))
    else:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(f"{path.name}.{ASIDE}{suffix}").write_bytes(content)
    done = machine.run("logout")
    assert (done.status, done.out) == (0, "")
    assert f"{path.name}.damaged-2026112" in done.err
    assert "was renamed" not in done.err
    assert "Nova Reyes" not in machine.file_contents()
    assert not [each for each in machine.folder.iterdir() if "damaged" in each.name]


def test_remaining_copies_are_named(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.run("stats").status == 0
    path = machine.folder / "store.sqlite3"
    copies = [path.with_name(f"{path.name}.{why}-20261120-000000") for why in ("newer", "foreign")]
    # Only what has a name that the program gave is its own to judge.
    copies += [path.with_name(f"{path.name}.{name}") for name in ("damaged-mine", "newer.txt")]
    for copy in copies:
        copy.write_bytes(path.read_bytes())
    done = machine.run("logout")
    assert done.status == 1
    assert f"{copies[0]} may still contain your data; delete it" in done.err
    assert "removed the token" in done.err
    assert [copy.name in done.err for copy in copies] == [True, False, False, False]
    assert all(copy.exists() for copy in copies)


@pytest.mark.parametrize("accounts", [(), (NOVA_ACCOUNT,), (VEGA, NOVA_ACCOUNT)])
def test_logout_deletes_quarantined_credentials(
    machine: Machine, accounts: tuple[Account, ...]
) -> None:
    machine.store(*accounts)
    machine.folder.mkdir(mode=0o700, exist_ok=True)
    copies = [machine.folder / f"credentials.json.{ASIDE}{number}" for number in ("", "-2", "-10")]
    for copy in copies:
        copy.write_text(TOKEN)
    done = machine.run("logout")
    assert done.status == 0
    names = ", ".join(copy.name for copy in copies)
    assert f"Deleted damaged copies: {names}." in done.err
    assert "made-up" not in done.err
    assert not any(copy.exists() for copy in copies)
    assert machine.stored() == list(accounts[:-1])


def test_quarantined_file_that_cannot_be_deleted_is_named(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    copy = machine.folder / f"credentials.json.{ASIDE}"
    copy.mkdir()
    done = machine.run("logout")
    assert done.status == 1
    assert f"{copy} could not be deleted and may still contain a token." in done.err
    assert machine.stored() == []
    done = machine.run("logout")
    assert done.status == 1
    assert f"{copy} could not be deleted" in done.err


def test_logout_reports_tightened_permissions(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.run("stats").status == 0
    for name in ("credentials.json", "store.sqlite3"):
        (machine.folder / name).chmod(0o644)
    done = machine.run("logout")
    assert done.status == 0
    assert done.err.count("was accessible to other users; it is private now.") == 2


@pytest.mark.parametrize("arguments", [[], ["--all"]])
def test_logout_removes_data_of_the_variables_account(
    machine: Machine, arguments: list[str]
) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    assert machine.run("stats").status == 0
    assert "Nova Reyes" in machine.file_contents()
    done = machine.run("logout", *arguments)
    assert (done.status, done.out) == (0, "")
    assert done.err.splitlines() == [
        f"No accounts are stored for {ORIGIN}.",
        "Removed 6 cached responses.",
        "Kept 8 samples of its history; `beatpass-tui logout --forget --account 900000001` "
        "deletes it.",
        "BEATPASS_TOKEN is still set and signs you in; unset it as well.",
    ]
    assert_nothing_told(machine, done)
    assert "Nova Reyes" not in machine.file_contents()
    assert "Removed" not in machine.run("logout").err


@pytest.mark.parametrize(
    "arguments, stored, left",
    [
        ([], (NOVA_ACCOUNT, VEGA), 6),
        (["--account", "vega"], (VEGA,), 6),
        (["--all"], (NOVA_ACCOUNT, VEGA), 0),
        ([], (VEGA,), 0),
    ],
    ids=str,
)
def test_logout_keeps_the_variables_data_if_another_account_is_requested(
    machine: Machine, arguments: list[str], stored: tuple[Account, ...], left: int
) -> None:
    """An account that is stored as well, and not the current one, stays."""
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    assert machine.run("stats").status == 0
    machine.store(*stored)
    assert machine.run("logout", *arguments).status == 0
    kept = Store(machine.folder / "store.sqlite3", lambda: machine.now)
    assert kept.summarize(AccountKey(ORIGIN, NOVA_ACCOUNT.id or 0)).cached == left
    kept.close()


@pytest.mark.parametrize("token", ["", "901|made up", "902|another-made-up-token"])
def test_variable_of_an_unknown_account_removes_nothing(machine: Machine, token: str) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    assert machine.run("stats").status == 0
    machine.environ["BEATPASS_TOKEN"] = token
    done = machine.run("logout")
    assert done.status == 0
    assert "Removed" not in done.err
    assert "BEATPASS_TOKEN is still set" in done.err
    assert "Nova Reyes" in machine.file_contents()


@pytest.mark.parametrize("arguments", [["logout"], ["logout", "--all"]])
def test_logout_without_accounts_succeeds(machine: Machine, arguments: list[str]) -> None:
    done = machine.run(*arguments)
    assert (done.status, done.err) == (0, f"No accounts are stored for {ORIGIN}.\n")
    assert not machine.folder.exists()


def test_logout_of_an_unknown_account_is_rejected(machine: Machine) -> None:
    machine.store(VEGA)
    done = machine.run("logout", "--account", "nova")
    assert done.status == 4
    assert 'Unknown account "nova"; stored: @vega (8).' in done.err
    assert machine.stored() == [VEGA]


def test_ambiguous_name_is_wrong_usage(machine: Machine) -> None:
    machine.store(VEGA, Account(80, "Vega"))
    done = machine.run("logout", "--account", "vega")
    assert done.status == 2
    assert "80, 8" in done.err
    assert len(machine.stored()) == 2


def test_all_and_account_are_exclusive(machine: Machine) -> None:
    assert machine.run("logout", "--all", "--account", "vega").status == 2


def test_logout_mentions_a_set_variable(machine: Machine) -> None:
    machine.store(VEGA)
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    done = machine.run("logout")
    assert done.status == 0
    assert done.err.endswith("BEATPASS_TOKEN is still set and signs you in; unset it as well.\n")
    assert "made-up" not in done.err


def test_logout_with_a_locked_keyring_fails(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    assert machine.keyring is not None
    machine.keyring.failing["get"] = RuntimeError("locked")
    done = machine.run("logout", "--all")
    assert done.status == 1
    assert done.err.count("It may still contain the token") == 2
    assert "Signed out" not in done.err
    assert machine.stored() == []


def test_logout_quarantines_a_damaged_file(machine: Machine) -> None:
    machine.folder.mkdir(mode=0o700)
    (machine.folder / "credentials.json").write_text("{")
    done = machine.run("logout")
    assert done.status == 4
    assert "was renamed" in done.err
    assert machine.run("logout").status == 0


def test_logout_removes_the_menu(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    menu = (MenuItem("Dashboard", "/producer-dashboard"),)
    machine.service.script("log_in", NOVA_SIGNED_IN._replace(menu=menu))
    answers(monkeypatch, PASSWORD)
    machine.run("login", "--email", "n@b.ca", stdin=TerminalInput(b""))
    machine.run("logout")
    assert json.loads((machine.folder / "credentials.json").read_text()) == {
        "version": 2,
        "origins": {},
    }
