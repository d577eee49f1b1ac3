"""`login` and `logout`: messages, exit codes, stored data, and secrecy."""

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
    content = data.encode() if isinstance(data, str) else data
    return machine.run("login", "--with-token", *more, stdin=PipedInput(content))


def answer_prompts(monkeypatch: pytest.MonkeyPatch, *typed: str | BaseException) -> list[str]:
    """Answer hidden prompts with `typed`; return the prompts."""
    remaining, prompts = list(typed), []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        entry = remaining.pop(0)
        if isinstance(entry, BaseException):
            raise entry
        return entry

    monkeypatch.setattr(getpass, "getpass", ask)
    return prompts


def assert_no_secret(machine: Machine, result: CommandResult) -> None:
    """Check that output, files and keyring contain no secret."""
    passwords = str(machine.keyring.passwords) if machine.keyring is not None else ""
    for text in (result.out, result.err, machine.file_contents(), passwords):
        assert "made-up" not in text


# A token


@pytest.mark.parametrize(
    "data",
    [
        TOKEN,
        f"{TOKEN}\n",
        f"  {TOKEN}\r\n\n",
        f"Bearer {TOKEN}\n",
        f"\ufeff{TOKEN}\r\n",
        f"{TOKEN}\r\n".encode("utf-16"),
        f"\ufeff{TOKEN}".encode("utf-16-be"),
        f"{TOKEN}\n".encode("utf-16-le"),
    ],
)
def test_piped_token_is_verified_and_stored(machine: Machine, data: str | bytes) -> None:
    result = with_token(machine, data)
    assert (result.status, result.out) == (0, "")
    assert result.err == (
        f"Signed in to {ORIGIN} as @nova (900000001).\n"
        "Your token is stored in the system keyring.\n"
    )
    assert machine.service.requested == ["account"]
    assert machine.keyring is not None
    assert machine.keyring.passwords == {(SERVICE, f"{ORIGIN}#900000001"): TOKEN}
    assert machine.stored() == [NOVA_ACCOUNT]


def test_token_prompt_does_not_echo(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts = answer_prompts(monkeypatch, f"{TOKEN}\n")
    result = machine.run("login", stdin=TerminalInput(b""))
    assert (result.status, result.out, prompts) == (0, "", ["Token (not shown): "])
    assert asyncio.run(machine.credentials.load(ORIGIN)) == Secret(TOKEN)


def test_location_without_a_keyring_is_reported(machine: Machine) -> None:
    machine.keyring = None
    result = with_token(machine)
    assert result.status == 0
    assert f"Your token is stored in {machine.folder / 'credentials.json'}.\n" in result.err


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
    "odd UTF-16": "901|made-up-token".encode("utf-16")[:-1],
    "not UTF-8": b"901|made-up\xff",
    "escape": b"901|made-up\x1b[2J",
    "long": b"9" * 5000,
    "endless": b"made-up" * 100_000,
}


@pytest.mark.parametrize("data", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_invalid_piped_token_is_rejected_without_its_value(machine: Machine, data: bytes) -> None:
    result = with_token(machine, data)
    assert (result.status, result.out) == (4, "")
    assert re.match(r"beatpass-tui: (The|This is too long for a) token", result.err)
    assert result.err.count("\n") == 1
    assert "\x1b" not in result.err
    assert machine.service.calls == []
    assert_no_secret(machine, result)


@pytest.mark.parametrize("typed", ["", "“901|made-up”", "901|made up", EOFError()])
def test_invalid_typed_token_is_rejected(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, typed: str | BaseException
) -> None:
    answer_prompts(monkeypatch, typed)
    result = machine.run("login", stdin=TerminalInput(b""))
    assert result.status == 4
    assert re.match(r"beatpass-tui: (The|This is too long for a) token", result.err)
    assert machine.service.calls == []
    assert_no_secret(machine, result)


def test_with_token_rejects_a_terminal(machine: Machine) -> None:
    result = machine.run("login", "--with-token", stdin=TerminalInput(TOKEN.encode()))
    assert result.status == 2
    assert "which is a terminal" in result.err
    assert machine.service.calls == []


@pytest.mark.parametrize("arguments", [["login"], ["login", "--email", "n@b.ca"]])
def test_prompt_requires_a_terminal(machine: Machine, arguments: list[str]) -> None:
    result = machine.run(*arguments, stdin=PipedInput(TOKEN.encode()))
    assert result.status == 2
    assert "--with-token" in result.err
    assert machine.service.calls == []


def test_prompt_requires_hidden_input(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def echoing(prompt: str) -> str:
        warnings.warn("Can not control echo.", getpass.GetPassWarning, stacklevel=1)
        raise AssertionError("the input was read")

    monkeypatch.setattr(getpass, "getpass", echoing)
    with warnings.catch_warnings():
        # Outside the tests, warnings are not errors.
        warnings.simplefilter("ignore")
        result = machine.run("login", stdin=TerminalInput(TOKEN.encode()))
    assert result.status == 2
    assert "can't hide your input" in result.err


def test_typed_bytes_that_are_no_text_are_reported(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def undecodable(_: str) -> str:
        return b"901|made-up\xff".decode()

    monkeypatch.setattr(getpass, "getpass", undecodable)
    result = machine.run("login", stdin=TerminalInput(b""))
    assert (result.status, result.out) == (4, "")
    assert result.err == (
        "beatpass-tui: Token has characters that this terminal can't send as text.\n"
    )


def test_ctrl_c_at_the_prompt_exits_quietly(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_prompts(monkeypatch, KeyboardInterrupt())
    result = machine.run("login", stdin=TerminalInput(b""))
    assert (result.status, result.out, result.err) == (130, "", "\n")


@pytest.mark.parametrize("value", [TOKEN, "", " "])
@pytest.mark.parametrize("arguments", [["login"], ["login", "--with-token"], ["login", "--email"]])
def test_login_is_rejected_beside_the_variable(
    machine: Machine, value: str, arguments: list[str]
) -> None:
    machine.environ["BEATPASS_TOKEN"] = value
    result = machine.run(*arguments, stdin=PipedInput(TOKEN.encode()))
    assert result.status == 2
    assert "BEATPASS_TOKEN is set" in result.err
    assert machine.service.calls == []
    assert_no_secret(machine, result)


# Rejected sign-ins

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
    result = with_token(machine, "77|other-token")
    status, text = message
    assert (result.status, result.out) == (status, "")
    assert text in result.err
    assert machine.file_contents() == before
    assert machine.stored() == [VEGA]
    assert "other-token" not in result.err + str(machine.keyring and machine.keyring.passwords)


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
    answer_prompts(monkeypatch, PASSWORD)
    result = machine.run("login", "--email", "n@b.ca", stdin=TerminalInput(b""))
    status, text = message
    assert (result.status, result.out) == (status, "")
    assert text in result.err
    assert machine.service.requested == ["log_in"]
    assert_no_secret(machine, result)


@pytest.mark.parametrize("given", [["--email", " n@b.ca "], ["--email"]])
def test_password_sign_in_stores_token_and_menu(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, given: list[str]
) -> None:
    menu = (MenuItem("Dashboard", "/producer-dashboard"),)
    machine.service.script("log_in", NOVA_SIGNED_IN._replace(menu=menu))
    prompts = answer_prompts(monkeypatch, f" {PASSWORD} ")
    result = machine.run("login", *given, stdin=TerminalInput(b"n@b.ca\n"))
    assert result.status == 0, result.err
    assert result.out == ""
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
    answer_prompts(monkeypatch, password)
    result = machine.run("login", "--email", stdin=TerminalInput(f"{email}\n".encode()))
    assert result.status == 4
    assert "an email address and a password" in result.err
    assert machine.service.calls == []


# Expected accounts


@pytest.mark.parametrize("name", ["nova", "@Nova", "900000001"])
def test_expected_account_is_signed_in(machine: Machine, name: str) -> None:
    assert with_token(machine, TOKEN, "--account", name).status == 0
    assert machine.stored() == [NOVA_ACCOUNT]


@pytest.mark.parametrize("name", ["vega", "900000002", "", "nov\x1b[2J"])
def test_token_of_another_account_is_rejected(machine: Machine, name: str) -> None:
    result = with_token(machine, TOKEN, "--account", name)
    assert result.status == 4
    assert "got @nova (900000001)" in result.err
    assert "nothing was stored" in result.err
    assert "\x1b" not in result.err
    assert_no_secret(machine, result)


def test_token_of_an_unnamed_account_is_rejected_if_an_account_is_expected(
    machine: Machine,
) -> None:
    machine.service.script("account", Account(None, None))
    result = with_token(machine, TOKEN, "--account", "nova")
    assert result.status == 4
    assert "expected nova, got unnamed account" in result.err
    assert_no_secret(machine, result)


def test_token_created_by_a_rejected_sign_in_is_mentioned(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_prompts(monkeypatch, PASSWORD)
    result = machine.run(
        "login", "--email", "n@b.ca", "--account", "vega", stdin=TerminalInput(b"")
    )
    assert result.status == 4
    assert "BeatPass created a token anyway" in result.err


# Failures to store


@pytest.mark.parametrize("failure", ["hangs", "is locked"])
def test_failing_keyring_is_reported_and_falls_back_to_the_file(
    machine: Machine, failure: str
) -> None:
    assert machine.keyring is not None
    if failure == "hangs":
        machine.keyring.held.add("set")
        machine.keyring_wait = 0.05
    else:
        machine.keyring.failing["set"] = RuntimeError("locked")
    result = with_token(machine)
    assert result.status == 0
    assert f"stored in {machine.folder / 'credentials.json'}." in result.err
    assert "The system keyring " in result.err
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
    result = with_token(machine)
    assert result.status == 7
    assert "The token was not stored." in result.err
    assert_no_secret(machine, result)
    assert set(before) <= {path.name for path in machine.folder.iterdir()}


@posix
@pytest.mark.parametrize(
    "make, message",
    [
        (_open, "was accessible to other users; it is private now"),
        (_half, "was damaged; it was renamed"),
        (_garbage, "was damaged; it was renamed"),
    ],
)
def test_repairable_file_is_repaired_and_reported(
    machine: Machine, make: Callable[[Path], None], message: str
) -> None:
    machine.keyring = None
    machine.folder.mkdir(mode=0o700)
    path = machine.folder / "credentials.json"
    make(path)
    before = path.read_bytes()
    result = with_token(machine)
    assert result.status == 0
    assert message in result.err
    assert path.stat().st_mode & 0o777 == 0o600
    if "damaged" in message:
        copies = [copy for copy in machine.folder.iterdir() if "damaged" in copy.name]
        assert [copy.read_bytes() for copy in copies] == [before]


def test_read_only_disk_keeps_existing_files(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.keyring = None
    machine.store(VEGA)
    before = machine.file_contents()

    def read_only(*names: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "replace", read_only)
    result = with_token(machine)
    assert result.status == 7
    assert "Read-only file system. The token was not stored." in result.err
    assert machine.file_contents() == before


def test_concurrent_logins_are_both_stored(machine: Machine) -> None:
    # The second login completes while the first one verifies its token.
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


def test_logout_removes_the_current_account_and_reports_it(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    result = machine.run("logout")
    assert (result.status, result.out) == (0, "")
    assert result.err.splitlines() == [
        "Signed out @nova (900000001): removed the token from the system keyring.",
        "The token stays valid until it expires; revoke it in Account Settings → Developers.",
        "Switched to @vega (8).",
    ]
    assert machine.stored() == [VEGA]
    assert machine.service.calls == []


@pytest.mark.parametrize("name", ["vega", "8"])
def test_logout_of_another_account_keeps_the_current(machine: Machine, name: str) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    result = machine.run("logout", "--account", name)
    assert result.status == 0
    assert "Signed out @vega (8)" in result.err
    assert "Switched to" not in result.err
    assert machine.stored() == [NOVA_ACCOUNT]


def test_logout_all_leaves_nothing(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    machine.keyring, fake_keyring = None, machine.keyring
    machine.store(Account(9, "rigel"))
    machine.keyring = fake_keyring
    result = machine.run("logout", "--all")
    assert result.status == 0
    assert result.err.count("Signed out") == 3
    assert machine.stored() == []
    assert_no_secret(machine, result)


def test_logout_removes_stored_data(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    assert machine.run("stats").status == 0
    machine.service.script("account", VEGA)
    assert machine.run("stats", "--account", "vega").status == 0
    result = machine.run("logout")
    assert result.status == 0
    assert "the token from the system keyring, 6 cached responses.\n" in result.err
    store = Store(machine.folder / "store.sqlite3", lambda: machine.now)
    assert store.summarize(AccountKey(ORIGIN, NOVA_ACCOUNT.id or 0)).cached == 0
    assert store.summarize(AccountKey(ORIGIN, VEGA.id or 0)).cached == 6
    store.close()


def test_logout_of_the_last_account_leaves_no_bytes(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.run("stats").status == 0
    assert "Nova Reyes" in machine.file_contents()
    assert machine.run("logout", "--all").status == 0
    assert "Nova Reyes" not in machine.file_contents()


def test_logout_without_stored_data_does_not_mention_it(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    result = machine.run("logout")
    assert "history" not in result.err
    assert not (machine.folder / "store.sqlite3").exists()


def test_failed_removal_is_reported(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    (machine.folder / "store.sqlite3").mkdir()
    result = machine.run("logout")
    assert result.status == 7
    assert "store.sqlite3 is not a file." in result.err
    assert "removed the token" in result.err
    assert machine.stored() == []


SUFFIX = "damaged-20261120-000000"


@pytest.mark.parametrize("detected", ["on opening", "while reading", "earlier"])
def test_logout_deletes_quarantined_stores(machine: Machine, detected: str) -> None:
    # The damage is detected on opening, while reading, or was detected by an earlier run.
    machine.store(NOVA_ACCOUNT)
    assert machine.run("stats").status == 0
    path = machine.folder / "store.sqlite3"
    content = path.read_bytes()
    if detected == "on opening":
        path.write_bytes(b"Nova Reyes" + content[10:])
    elif detected == "while reading":
        # Only the schema is intact.
        path.write_bytes(content[:4096] + b"Nova Reyes" * (len(content) // 10))
    else:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(f"{path.name}.{SUFFIX}{suffix}").write_bytes(content)
    result = machine.run("logout")
    assert (result.status, result.out) == (0, "")
    assert f"{path.name}.damaged-2026112" in result.err
    assert "was renamed" not in result.err
    assert "Nova Reyes" not in machine.file_contents()
    assert not [each for each in machine.folder.iterdir() if "damaged" in each.name]


def test_remaining_copies_are_named(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.run("stats").status == 0
    path = machine.folder / "store.sqlite3"
    copies = [path.with_name(f"{path.name}.{why}-20261120-000000") for why in ("newer", "foreign")]
    # Files that the program did not name are not mentioned.
    copies += [path.with_name(f"{path.name}.{name}") for name in ("damaged-mine", "newer.txt")]
    for copy in copies:
        copy.write_bytes(path.read_bytes())
    result = machine.run("logout")
    assert result.status == 1
    assert f"{copies[0]} may still contain your data; delete it" in result.err
    assert "removed the token" in result.err
    assert [copy.name in result.err for copy in copies] == [True, False, False, False]
    assert all(copy.exists() for copy in copies)


@pytest.mark.parametrize("accounts", [(), (NOVA_ACCOUNT,), (VEGA, NOVA_ACCOUNT)])
def test_logout_deletes_quarantined_credentials(
    machine: Machine, accounts: tuple[Account, ...]
) -> None:
    machine.store(*accounts)
    machine.folder.mkdir(mode=0o700, exist_ok=True)
    copies = [machine.folder / f"credentials.json.{SUFFIX}{number}" for number in ("", "-2", "-10")]
    for copy in copies:
        copy.write_text(TOKEN)
    result = machine.run("logout")
    assert result.status == 0
    names = ", ".join(copy.name for copy in copies)
    assert f"Deleted damaged copies: {names}." in result.err
    assert "made-up" not in result.err
    assert not any(copy.exists() for copy in copies)
    assert machine.stored() == list(accounts[:-1])


def test_quarantined_file_that_cannot_be_deleted_is_named(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    copy = machine.folder / f"credentials.json.{SUFFIX}"
    copy.mkdir()
    result = machine.run("logout")
    assert result.status == 1
    assert f"{copy} could not be deleted and may still contain a token." in result.err
    assert machine.stored() == []
    result = machine.run("logout")
    assert result.status == 1
    assert f"{copy} could not be deleted" in result.err


def test_logout_reports_tightened_permissions(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.run("stats").status == 0
    for name in ("credentials.json", "store.sqlite3"):
        (machine.folder / name).chmod(0o644)
    result = machine.run("logout")
    assert result.status == 0
    assert result.err.count("was accessible to other users; it is private now.") == 2


@pytest.mark.parametrize("arguments", [[], ["--all"]])
def test_logout_removes_data_of_the_variables_account(
    machine: Machine, arguments: list[str]
) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    assert machine.run("stats").status == 0
    assert "Nova Reyes" in machine.file_contents()
    result = machine.run("logout", *arguments)
    assert (result.status, result.out) == (0, "")
    assert result.err.splitlines() == [
        f"No accounts are stored for {ORIGIN}.",
        "Removed 6 cached responses.",
        "Kept 8 samples of its history; `beatpass-tui logout --forget --account 900000001` "
        "deletes it.",
        "BEATPASS_TOKEN is still set and signs you in; unset it as well.",
    ]
    assert_no_secret(machine, result)
    assert "Nova Reyes" not in machine.file_contents()
    assert "Removed" not in machine.run("logout").err


@pytest.mark.parametrize(
    "arguments, stored, count",
    [
        ([], (NOVA_ACCOUNT, VEGA), 6),
        (["--account", "vega"], (VEGA,), 6),
        (["--all"], (NOVA_ACCOUNT, VEGA), 0),
        ([], (VEGA,), 0),
    ],
    ids=str,
)
def test_logout_keeps_the_variables_data_if_another_account_is_requested(
    machine: Machine, arguments: list[str], stored: tuple[Account, ...], count: int
) -> None:
    # The data of a stored account that is not the current one is kept.
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    assert machine.run("stats").status == 0
    machine.store(*stored)
    assert machine.run("logout", *arguments).status == 0
    store = Store(machine.folder / "store.sqlite3", lambda: machine.now)
    assert store.summarize(AccountKey(ORIGIN, NOVA_ACCOUNT.id or 0)).cached == count
    store.close()


@pytest.mark.parametrize("token", ["", "901|made up", "902|another-made-up-token"])
def test_variable_of_an_unknown_account_removes_nothing(machine: Machine, token: str) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    assert machine.run("stats").status == 0
    machine.environ["BEATPASS_TOKEN"] = token
    result = machine.run("logout")
    assert result.status == 0
    assert "Removed" not in result.err
    assert "BEATPASS_TOKEN is still set" in result.err
    assert "Nova Reyes" in machine.file_contents()


@pytest.mark.parametrize("arguments", [["logout"], ["logout", "--all"]])
def test_logout_without_accounts_succeeds(machine: Machine, arguments: list[str]) -> None:
    result = machine.run(*arguments)
    assert (result.status, result.err) == (0, f"No accounts are stored for {ORIGIN}.\n")
    assert not machine.folder.exists()


def test_logout_of_an_unknown_account_is_rejected(machine: Machine) -> None:
    machine.store(VEGA)
    result = machine.run("logout", "--account", "nova")
    assert result.status == 4
    assert 'Unknown account "nova"; stored: @vega (8).' in result.err
    assert machine.stored() == [VEGA]


def test_ambiguous_name_is_wrong_usage(machine: Machine) -> None:
    machine.store(VEGA, Account(80, "Vega"))
    result = machine.run("logout", "--account", "vega")
    assert result.status == 2
    assert "80, 8" in result.err
    assert len(machine.stored()) == 2


def test_all_and_account_are_exclusive(machine: Machine) -> None:
    assert machine.run("logout", "--all", "--account", "vega").status == 2


def test_logout_mentions_a_set_variable(machine: Machine) -> None:
    machine.store(VEGA)
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    result = machine.run("logout")
    assert result.status == 0
    assert result.err.endswith("BEATPASS_TOKEN is still set and signs you in; unset it as well.\n")
    assert "made-up" not in result.err


def test_logout_with_a_locked_keyring_fails(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    assert machine.keyring is not None
    machine.keyring.failing["get"] = RuntimeError("locked")
    result = machine.run("logout", "--all")
    assert result.status == 1
    assert result.err.count("It may still contain the token") == 2
    assert "Signed out" not in result.err
    assert machine.stored() == []


def test_logout_quarantines_a_damaged_file(machine: Machine) -> None:
    machine.folder.mkdir(mode=0o700)
    (machine.folder / "credentials.json").write_text("{")
    result = machine.run("logout")
    assert result.status == 4
    assert "was renamed" in result.err
    assert machine.run("logout").status == 0


def test_logout_removes_the_menu(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    menu = (MenuItem("Dashboard", "/producer-dashboard"),)
    machine.service.script("log_in", NOVA_SIGNED_IN._replace(menu=menu))
    answer_prompts(monkeypatch, PASSWORD)
    machine.run("login", "--email", "n@b.ca", stdin=TerminalInput(b""))
    machine.run("logout")
    assert json.loads((machine.folder / "credentials.json").read_text()) == {
        "version": 2,
        "origins": {},
    }
