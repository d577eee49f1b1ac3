"""Several stored accounts: selecting, switching, removing, and failures."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from beatpass_tui.auth.access import StoredAccess
from beatpass_tui.auth.accounts import TOKEN_LIFETIME, AccountRecord
from beatpass_tui.auth.credentials import Credentials
from beatpass_tui.auth.system_keyring import SERVICE, Keyring
from beatpass_tui.errors import (
    AmbiguousAccount,
    BeatPassError,
    CredentialsError,
    UnknownAccount,
)
from beatpass_tui.models.identity import Account, MenuItem, SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.storage.private_file import MAX_BYTES
from support.fake_keyring import FakeKeyring, finder

ORIGIN = "https://open.beatpass.ca"
OTHER = "http://127.0.0.1:8090"
NOW = datetime(2026, 11, 23, 18, 20, 5, tzinfo=UTC)
EARLIER = NOW - timedelta(days=80)

NOVA, VEGA, RIGEL = Account(7, "nova"), Account(8, "vega"), Account(9, "Rigel")

posix = pytest.mark.skipif(os.name != "posix", reason="locks of POSIX")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "beatpass-tui"


@pytest.fixture(params=["keyring", "file"])
def stored(request: pytest.FixtureRequest, folder: Path, fake_keyring: FakeKeyring) -> Credentials:
    return credentials_in(folder, fake_keyring if request.param == "keyring" else None)


def credentials_in(
    folder: Path, fake_keyring: Keyring | None = None, now: datetime = NOW
) -> Credentials:
    return Credentials(folder, finder(fake_keyring), keyring_timeout=60, now=lambda: now)


def token(account: Account, sign: str = "") -> Secret:
    return Secret(f"{account.key}|made-up-token{sign}")


async def save(stored: Credentials, *accounts: Account, origin: str = ORIGIN) -> None:
    for account in accounts:
        await stored.save(origin, SignedIn(token(account), account))


def names(stored: Credentials, origin: str = ORIGIN) -> list[str | None]:
    return [record.account_name for record in stored.file.list_accounts(origin)]


def users(fake_keyring: FakeKeyring) -> set[str]:
    assert {service for service, _ in fake_keyring.passwords} <= {SERVICE}
    return {user for _, user in fake_keyring.passwords}


def file_content(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "credentials.json").read_text())
    return content


# The current account


async def test_last_account_signed_in_is_current(stored: Credentials) -> None:
    await save(stored, NOVA, VEGA, RIGEL)
    assert names(stored) == ["Rigel", "vega", "nova"]
    assert await stored.load(ORIGIN) == token(RIGEL)
    assert stored.file.find_account(ORIGIN) == stored.file.list_accounts(ORIGIN)[0]


async def test_each_account_has_its_own_token(stored: Credentials) -> None:
    await save(stored, NOVA, VEGA)
    assert await stored.load(ORIGIN, "nova") == token(NOVA)
    assert await stored.load(ORIGIN, "@vega") == token(VEGA)
    assert await stored.load(ORIGIN, "rigel") is None
    assert stored.file.find_account(ORIGIN, "rigel") is None


async def test_signing_in_again_replaces_only_that_token(
    stored: Credentials, folder: Path, fake_keyring: FakeKeyring
) -> None:
    await save(stored, NOVA, VEGA)
    await stored.save(ORIGIN, SignedIn(token(NOVA, "-renewed"), Account(7, "nova reyes")))
    assert names(stored) == ["nova reyes", "vega"]
    assert await stored.load(ORIGIN, "7") == token(NOVA, "-renewed")
    assert await stored.load(ORIGIN, "8") == token(VEGA)
    tokens = {entry.get("token") for entry in file_content(folder)["origins"][ORIGIN]}
    assert {*tokens, *fake_keyring.passwords.values()} - {None} == {
        token(NOVA, "-renewed").reveal(),
        token(VEGA).reveal(),
    }


async def test_switching_is_persistent(stored: Credentials, folder: Path) -> None:
    await save(stored, NOVA, VEGA, RIGEL)
    record = await stored.switch(ORIGIN, "@nova")
    assert record.account == NOVA
    assert credentials_in(folder).file.find_account(ORIGIN) == record
    assert names(credentials_in(folder)) == ["nova", "Rigel", "vega"]
    assert await stored.load(ORIGIN) == token(NOVA)


async def test_switching_to_an_unknown_account_changes_nothing_and_lists_accounts(
    stored: Credentials, folder: Path
) -> None:
    with pytest.raises(UnknownAccount, match=r'"rigel"; no accounts are stored\.$'):
        await stored.switch(ORIGIN, "rigel")
    await save(stored, NOVA, VEGA)
    before = (folder / "credentials.json").read_bytes()
    with pytest.raises(UnknownAccount, match=r"; stored: @vega \(8\), @nova \(7\)\.$"):
        await stored.switch(ORIGIN, "rigel")
    nearest = r"did you mean @nova \(7\)\? Stored: @vega \(8\), @nova \(7\)\.$"
    with pytest.raises(UnknownAccount, match=nearest):
        await stored.switch(ORIGIN, "@novva")
    assert (folder / "credentials.json").read_bytes() == before


async def test_accounts_of_another_origin_are_not_listed(stored: Credentials) -> None:
    await save(stored, NOVA)
    await save(stored, VEGA, origin=OTHER)
    assert names(stored) == ["nova"]
    assert stored.file.find_account(ORIGIN, "vega") is None
    with pytest.raises(UnknownAccount):
        await stored.switch(ORIGIN, "vega")
    await stored.remove(ORIGIN, "nova")
    assert await stored.load(OTHER) == token(VEGA)


# Selectors


@pytest.mark.parametrize("selector", ["nova", "@nova", "NOVA", " nova ", "7", " @Nova"])
async def test_account_is_selected_by_name_or_id(folder: Path, selector: str) -> None:
    stored = credentials_in(folder)
    await save(stored, NOVA, VEGA)
    assert stored.file.get_account(ORIGIN, selector).account == NOVA


@pytest.mark.parametrize(
    "selector", ["", " ", "@", "nov", "no va", "07", "7.0", "@7", "#7", "None"]
)
async def test_other_selectors_match_no_account(folder: Path, selector: str) -> None:
    stored = credentials_in(folder)
    await save(stored, NOVA, VEGA, Account(9, None))
    assert stored.file.find_account(ORIGIN, selector) is None
    with pytest.raises(UnknownAccount):
        stored.file.get_account(ORIGIN, selector)


async def test_ambiguous_name_is_rejected_with_ids(folder: Path) -> None:
    stored = credentials_in(folder)
    await save(stored, NOVA, Account(70, "Nova"), VEGA, Account(None, "nova"))
    before = (folder / "credentials.json").read_bytes()
    for attempt in (
        lambda: stored.load(ORIGIN, "@nova"),
        lambda: stored.switch(ORIGIN, "nova"),
        lambda: stored.remove(ORIGIN, "nova"),
    ):
        with pytest.raises(AmbiguousAccount) as message:
            await attempt()
        assert message.value.message == (
            "Several accounts are named nova; select one by ID: (no ID), 70, 7."
        )
    with pytest.raises(AmbiguousAccount):
        stored.file.find_account(ORIGIN, "nova")
    assert (folder / "credentials.json").read_bytes() == before
    assert await stored.load(ORIGIN, "70") == token(Account(70, "Nova"))


async def test_id_takes_precedence_over_a_name(folder: Path) -> None:
    stored = credentials_in(folder)
    await save(stored, Account(8, "7"), NOVA)
    assert stored.file.get_account(ORIGIN, "7").account == NOVA
    assert stored.file.get_account(ORIGIN, "@7").account == Account(8, "7")


async def test_unknown_account_message_is_cleaned(folder: Path) -> None:
    with pytest.raises(UnknownAccount) as message:
        credentials_in(folder).file.get_account(ORIGIN, "x\x1b]52;c;eA==\x07" + "y" * 5000)
    assert "\x1b" not in message.value.message
    assert len(message.value.message) < 200


async def test_accounts_without_id_are_distinguished_by_name(
    folder: Path, fake_keyring: FakeKeyring
) -> None:
    stored = credentials_in(folder, fake_keyring)
    nameless, nova, vega = Account(None, None), Account(None, "nova"), Account(None, "vega")
    await save(stored, nameless, nova, vega, nova)
    assert [record.account for record in stored.file.list_accounts(ORIGIN)] == [
        nova,
        vega,
        nameless,
    ]
    assert users(fake_keyring) == {f"{ORIGIN}#", f"{ORIGIN}#@nova", f"{ORIGIN}#@vega"}
    for record in stored.file.list_accounts(ORIGIN):
        assert await stored.load(ORIGIN, record) == token(record.account)
        await stored.remove(ORIGIN, record)
    assert fake_keyring.passwords == {}


# Removing


async def test_removing_the_current_account_restores_the_previous(
    stored: Credentials, fake_keyring: FakeKeyring
) -> None:
    await save(stored, NOVA, VEGA, RIGEL)
    await stored.switch(ORIGIN, "nova")
    await stored.remove(ORIGIN)
    assert names(stored) == ["Rigel", "vega"]
    assert await stored.load(ORIGIN) == token(RIGEL)
    assert f"{ORIGIN}#7" not in users(fake_keyring)


async def test_removing_another_account_keeps_the_current(stored: Credentials) -> None:
    await save(stored, NOVA, VEGA)
    await stored.remove(ORIGIN, "nova")
    assert names(stored) == ["vega"]
    assert await stored.load(ORIGIN) == token(VEGA)


async def test_removing_an_unknown_account_changes_nothing(
    stored: Credentials, folder: Path
) -> None:
    await save(stored, NOVA)
    before = (folder / "credentials.json").read_bytes()
    await stored.remove(ORIGIN, "vega")
    assert (folder / "credentials.json").read_bytes() == before
    assert await stored.load(ORIGIN) == token(NOVA)


async def test_removing_the_last_account_leaves_nothing(
    stored: Credentials, folder: Path, fake_keyring: FakeKeyring
) -> None:
    await save(stored, NOVA, VEGA)
    await stored.remove(ORIGIN)
    await stored.remove(ORIGIN)
    assert stored.file.list_accounts(ORIGIN) == ()
    assert fake_keyring.passwords == {}
    assert "made-up-token" not in "".join(path.read_text() for path in folder.iterdir())


# Failures


async def test_full_disk_keeps_existing_tokens(
    folder: Path, fake_keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = credentials_in(folder, fake_keyring)
    await save(stored, NOVA, VEGA)

    def full(*names: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        for account in (NOVA, RIGEL):
            with pytest.raises(CredentialsError, match="No space left"):
                await stored.save(ORIGIN, SignedIn(token(account, "-renewed"), account))
    assert names(stored) == ["vega", "nova"]
    assert users(fake_keyring) == {f"{ORIGIN}#7", f"{ORIGIN}#8"}
    assert await stored.load(ORIGIN, "nova") == token(NOVA, "-renewed")


async def test_locked_keyring_is_reported_once(folder: Path, fake_keyring: FakeKeyring) -> None:
    stored = credentials_in(folder, fake_keyring)
    await save(stored, NOVA)
    fake_keyring.failing["get"] = RuntimeError("locked")
    with pytest.raises(CredentialsError) as message:
        await stored.remove(ORIGIN)
    assert message.value.message.count("may still contain the token") == 1
    assert stored.file.list_accounts(ORIGIN) == ()


@posix
async def test_concurrent_sign_ins_are_both_stored(folder: Path, fake_keyring: FakeKeyring) -> None:
    accounts = [Account(number, f"artist {number}") for number in range(1, 9)]
    await asyncio.gather(
        *(save(credentials_in(folder, fake_keyring), account) for account in accounts)
    )
    stored = credentials_in(folder, fake_keyring)
    assert {record.account for record in stored.file.list_accounts(ORIGIN)} == set(accounts)
    for account in accounts:
        assert await stored.load(ORIGIN, str(account.id)) == token(account)


@posix
async def test_concurrent_sign_ins_of_one_account_leave_one_record(
    folder: Path, fake_keyring: FakeKeyring
) -> None:
    signed_in = [SignedIn(token(NOVA, f"-{number}"), NOVA) for number in range(6)]
    await asyncio.gather(
        *(credentials_in(folder, fake_keyring).save(ORIGIN, each) for each in signed_in)
    )
    stored = credentials_in(folder, fake_keyring)
    assert names(stored) == ["nova"]
    assert await stored.load(ORIGIN) in {each.token for each in signed_in}
    assert users(fake_keyring) == {f"{ORIGIN}#7"}


async def test_duplicate_records_count_as_damage(folder: Path) -> None:
    stored = credentials_in(folder)
    await save(stored, NOVA, VEGA)
    content = file_content(folder)
    first, second = content["origins"][ORIGIN]
    second["account"] = first["account"]
    (folder / "credentials.json").write_text(json.dumps(content))
    with pytest.raises(CredentialsError, match="is damaged"):
        stored.file.list_accounts(ORIGIN)


async def test_menus_are_omitted_if_the_file_would_be_too_large(folder: Path) -> None:
    stored = credentials_in(folder)
    menu = (MenuItem("Märkte" * 80, "/" + "β" * 1999),) * 100
    for number in range(3):
        account = Account(number, f"artist {number}")
        await stored.save(ORIGIN, SignedIn(token(account), account, menu))
    assert (folder / "credentials.json").stat().st_size <= MAX_BYTES
    assert len(stored.file.list_accounts(ORIGIN)) == 3
    assert await stored.load(ORIGIN, "artist 0") == token(Account(0, "artist 0"))


def test_token_expires_90_days_after_it_was_stored() -> None:
    record = AccountRecord(ORIGIN, "file", NOW, 7, "nova", None)
    assert record.expires_by == datetime(2027, 2, 21, 18, 20, 5, tzinfo=UTC)
    assert timedelta(days=90) == TOKEN_LIFETIME


# A run keeps its account


async def test_requested_account_is_loaded(folder: Path) -> None:
    stored = credentials_in(folder)
    await save(stored, NOVA, VEGA)
    loaded = await StoredAccess(stored, ORIGIN, "@nova").load(UnusedService())
    assert loaded is not None
    assert loaded.token == token(NOVA)
    assert loaded.expires_by == NOW + timedelta(days=90)
    current = await StoredAccess(stored, ORIGIN).load(UnusedService())
    assert current is not None
    assert current.token == token(VEGA)


async def test_unknown_requested_account_is_rejected(folder: Path) -> None:
    await save(credentials_in(folder), NOVA)
    with pytest.raises(UnknownAccount):
        StoredAccess(credentials_in(folder), ORIGIN, "vega")


async def test_switching_elsewhere_does_not_change_this_run(folder: Path) -> None:
    stored = credentials_in(folder)
    await save(stored, NOVA, VEGA)
    access = StoredAccess(stored, ORIGIN)
    await credentials_in(folder).switch(ORIGIN, "nova")
    loaded = await access.load(UnusedService())
    assert loaded is not None
    assert loaded.token == token(VEGA)
    await access.remove()
    assert names(stored) == ["nova"]


async def test_removing_twice_keeps_the_other_account(folder: Path) -> None:
    stored = credentials_in(folder)
    await save(stored, NOVA, VEGA)
    access = StoredAccess(stored, ORIGIN)
    await access.remove()
    await access.remove()
    assert names(stored) == ["nova"]


async def test_run_continues_with_the_account_signed_in_last(folder: Path) -> None:
    stored = credentials_in(folder)
    await save(stored, NOVA)
    access = StoredAccess(stored, ORIGIN)
    assert await access.save(SignedIn(token(VEGA), VEGA)) == (
        f"Your token is stored in {folder / 'credentials.json'}."
    )
    loaded = await access.load(UnusedService())
    assert loaded is not None
    assert loaded.token == token(VEGA)
    await access.remove()
    assert names(stored) == ["nova"]


class UnusedService:
    """A service that must receive no request."""

    token: Secret | None = None

    async def account(self) -> Account:
        raise BeatPassError("It was asked.")

    async def log_in(self, email: str, password: str, token_name: str) -> SignedIn:
        raise BeatPassError("It was asked.")
