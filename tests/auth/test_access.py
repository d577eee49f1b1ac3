"""Sources of the token, sign-in, and messages of rejected sign-ins."""

from __future__ import annotations

import platform
from datetime import timedelta
from typing import cast

import pytest

from beatpass_tui.auth import sign_in
from beatpass_tui.auth.access import Access, DemoAccess, LoadedToken, StoredAccess, VariableAccess
from beatpass_tui.auth.accounts import AccountRecord, AccountSelector
from beatpass_tui.auth.credentials import Credentials, SavedToken
from beatpass_tui.errors import (
    BeatPassError,
    CredentialsError,
    Forbidden,
    InvalidResponse,
    MissingToken,
    NotSignedIn,
    RateLimited,
    ServerError,
    ServiceUnavailable,
    TwoFactorRequired,
    Unreachable,
    ValidationFailed,
)
from beatpass_tui.models.identity import MenuItem, SignedIn
from beatpass_tui.models.secret import Secret
from support.fakes import NOVA_ACCOUNT, NOVA_SIGNED_IN, NOW, TOKEN, FakeService

ORIGIN = "https://open.beatpass.ca"
OTHER = Secret("18|another-made-up-token")
MENU = (MenuItem("Dashboard", "/producer-dashboard"),)
ENDS = NOW + timedelta(days=90)
WITH_MENU = SignedIn(OTHER, NOVA_ACCOUNT, MENU)
NAME = "beatpass-tui on studio (0a1b2c3d)"
EMAIL, PASSWORD = "nova@example.com", "midnight drive"

FAILURES: list[BeatPassError] = [
    NotSignedIn("No.", status=401),
    Forbidden("No.", status=403),
    ValidationFailed("No.", status=422, fields={}),
    RateLimited("Too many.", retry_after=60),
    Unreachable("No network."),
    ServiceUnavailable("Down."),
    ServerError("Failed.", status=500),
    InvalidResponse("HTML."),
]
LOGIN_FAILURES: list[BeatPassError] = [*FAILURES, MissingToken("None."), TwoFactorRequired("Two.")]


# Signing in


async def test_pasted_token_is_verified_and_set() -> None:
    service = FakeService(token=None)
    assert await sign_in.with_token(service, OTHER) == SignedIn(OTHER, NOVA_ACCOUNT, None)
    assert service.requested == ["account"]
    assert service.calls[0].token == OTHER
    assert service.token == OTHER


@pytest.mark.parametrize("error", FAILURES, ids=repr)
async def test_unverified_token_is_not_set(error: BeatPassError) -> None:
    service = FakeService(token=None)
    service.fail(error, "account")
    with pytest.raises(type(error)) as caught:
        await sign_in.with_token(service, OTHER)
    assert caught.value is error
    assert service.token is None


async def test_password_is_sent_once_and_its_token_is_verified() -> None:
    service = FakeService(token=TOKEN)
    service.script("log_in", WITH_MENU)
    assert await sign_in.with_password(service, EMAIL, PASSWORD, NAME) == WITH_MENU
    log_in, account = service.calls
    assert (log_in.name, log_in.token) == ("log_in", None)
    assert log_in.arguments[:2] == (EMAIL, PASSWORD)
    assert (account.name, account.token) == ("account", OTHER)
    assert service.token == OTHER


@pytest.mark.parametrize("error", LOGIN_FAILURES, ids=repr)
async def test_rejected_password_is_not_sent_again(error: BeatPassError) -> None:
    service = FakeService(token=None)
    service.fail(error, "log_in")
    with pytest.raises(type(error)):
        await sign_in.with_password(service, EMAIL, PASSWORD, NAME)
    assert service.requested == ["log_in"]
    assert service.token is None


@pytest.mark.parametrize("error", FAILURES, ids=repr)
async def test_unverified_token_of_a_password_is_not_set(error: BeatPassError) -> None:
    service = FakeService(token=None)
    service.fail(error, "account")
    with pytest.raises(type(error)):
        await sign_in.with_password(service, EMAIL, PASSWORD, NAME)
    assert service.requested == ["log_in", "account"]
    assert service.token is None


async def test_password_signs_in_with_the_name_of_the_token() -> None:
    service = FakeService(token=None)
    await sign_in.with_password(service, EMAIL, PASSWORD, NAME)
    assert service.calls[0].arguments == (EMAIL, PASSWORD, NAME)


@pytest.mark.parametrize(
    "host, name",
    [
        ("studio", "beatpass-tui on studio (0a1b2c3d)"),
        ("", "beatpass-tui on a terminal (0a1b2c3d)"),
        ("st\x1b[2Judio\n", "beatpass-tui on studio (0a1b2c3d)"),
        ("x" * 300, "beatpass-tui on " + "x" * 60 + " (0a1b2c3d)"),
    ],
)
def test_token_name_has_the_documented_length(
    host: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "node", lambda: host)
    assert sign_in.token_name("0a1b2c3d") == name
    assert 3 <= len(name) <= 100


# Messages of rejected sign-ins

BY_TOKEN, BY_PASSWORD = True, False


@pytest.mark.parametrize(
    "error, by_token, message",
    [
        (
            NotSignedIn("Unauthenticated.", status=401),
            BY_TOKEN,
            "BeatPass did not accept this token: it may be mistyped, older than 90 days, or "
            "deleted.",
        ),
        (
            ValidationFailed("Invalid.", status=422, fields={}),
            BY_TOKEN,
            "BeatPass did not accept this token: it may be mistyped, older than 90 days, or "
            "deleted.",
        ),
        (
            NotSignedIn("Wrong.", status=401),
            BY_PASSWORD,
            "BeatPass did not accept this email and password.",
        ),
        (
            NotSignedIn("Wrong.", status=422),
            BY_PASSWORD,
            "BeatPass did not accept this email and password.",
        ),
        (
            ValidationFailed("Invalid.", status=422, fields={}),
            BY_PASSWORD,
            "BeatPass did not accept this email and password.",
        ),
        (
            ValidationFailed(
                "Invalid.", status=422, fields={"email": "Verify your email address first"}
            ),
            BY_PASSWORD,
            "Verify your email address first.",
        ),
        (
            ValidationFailed(
                "Invalid.", status=422, fields={"email": "No such one!", "token_name": "Long"}
            ),
            BY_PASSWORD,
            "No such one! Long.",
        ),
        (
            Forbidden("API access is not enabled", status=403),
            BY_TOKEN,
            "API access is not enabled. API access is by invitation: write to contact@beatpass.ca.",
        ),
        (
            Forbidden("The account may not sign in.", status=403),
            BY_PASSWORD,
            "The account may not sign in. Your account may be unverified or suspended.",
        ),
        (
            RateLimited("Too many.", retry_after=42),
            BY_PASSWORD,
            "Too many attempts. Try again in 42 s.",
        ),
        (
            RateLimited("Too many.", retry_after=3_600),
            BY_TOKEN,
            "Too many attempts. Try again in 1 h 00 min.",
        ),
        (
            RateLimited("Too many.", retry_after=None),
            BY_PASSWORD,
            "Too many attempts. Try again in a minute.",
        ),
        (
            RateLimited("Too many.", retry_after=0),
            BY_PASSWORD,
            "Too many attempts. Try again in a minute.",
        ),
    ],
)
def test_error_message_of_a_rejected_sign_in(
    error: BeatPassError, by_token: bool, message: str
) -> None:
    assert sign_in.error_message(error, by_token=by_token) == message


@pytest.mark.parametrize(
    "error",
    [
        MissingToken("The sign-in brought no token."),
        TwoFactorRequired("The account asks for a second factor."),
        Unreachable("The name of the service could not be found."),
        ServiceUnavailable("The service is down."),
        ServerError("Failed.", status=500),
        InvalidResponse("The answer is a web page."),
        CredentialsError("The keyring is locked."),
    ],
    ids=repr,
)
@pytest.mark.parametrize("by_token", [True, False])
def test_error_message_of_other_errors_is_unchanged(error: BeatPassError, by_token: bool) -> None:
    assert sign_in.error_message(error, by_token=by_token) == error.message


# The variable


async def test_variable_token_is_loaded() -> None:
    service = FakeService(token=None)
    access: Access = VariableAccess(OTHER)
    assert not access.needs_sign_in
    assert access.variable == "BEATPASS_TOKEN"
    assert await access.load(service) == LoadedToken(OTHER)
    assert service.calls == []
    await access.remove()
    assert await access.load(service) == LoadedToken(OTHER)


async def test_variable_access_stores_nothing() -> None:
    assert await VariableAccess(OTHER).save(NOVA_SIGNED_IN) == (
        "Signed in with BEATPASS_TOKEN; nothing is stored."
    )


# The stored token


class FakeCredentials:
    """Stores the token of one account in memory."""

    def __init__(self, signed_in: SignedIn | None = None) -> None:
        self.stored: dict[str, SignedIn] = {} if signed_in is None else {ORIGIN: signed_in}
        self.warnings: tuple[str, ...] = ()
        self.unreadable: CredentialsError | None = None
        self.token_gone = False
        self.file = self

    def list_accounts(self, origin: str) -> tuple[AccountRecord, ...]:
        if self.unreadable is not None:
            raise self.unreadable
        signed_in = self.stored.get(origin)
        if signed_in is None:
            return ()
        account = signed_in.account
        return (AccountRecord(origin, "keyring", NOW, account.id, account.name, signed_in.menu),)

    def find_account(self, origin: str, account: AccountSelector = None) -> AccountRecord | None:
        return next(iter(self.list_accounts(origin)), None)

    async def load(self, origin: str, account: AccountSelector = None) -> Secret | None:
        if self.unreadable is not None:
            raise self.unreadable
        signed_in = self.stored.get(origin)
        return None if signed_in is None or self.token_gone else signed_in.token

    async def save(self, origin: str, signed_in: SignedIn) -> SavedToken:
        if self.unreadable is not None:
            raise self.unreadable
        self.stored[origin] = signed_in
        return SavedToken(self.list_accounts(origin)[0], "the system keyring", self.warnings)

    async def remove(self, origin: str, account: AccountSelector = None) -> None:
        self.stored.pop(origin, None)
        if self.unreadable is not None:
            raise self.unreadable


def stored(credentials: FakeCredentials, origin: str = ORIGIN) -> Access:
    return StoredAccess(cast(Credentials, credentials), origin)


async def test_stored_token_is_loaded_with_its_menu() -> None:
    service = FakeService(token=None)
    access = stored(FakeCredentials(WITH_MENU))
    assert (access.needs_sign_in, access.notice, access.variable) == (False, None, None)
    assert await access.load(service) == LoadedToken(OTHER, MENU, expires_by=ENDS)
    assert service.calls == []


async def test_warnings_of_credentials_are_passed_on() -> None:
    credentials = FakeCredentials(WITH_MENU)
    credentials.warnings = ("It was open to others.", "It no longer is.")
    token = await stored(credentials).load(FakeService())
    assert token is not None
    assert token.warning == "It was open to others. It no longer is."


async def test_missing_token_requires_sign_in() -> None:
    access = stored(FakeCredentials())
    assert (access.needs_sign_in, access.notice) == (True, None)
    assert await access.load(FakeService()) is None


async def test_token_is_not_loaded_for_another_origin() -> None:
    access = stored(FakeCredentials(WITH_MENU), "http://127.0.0.1:8090")
    assert access.needs_sign_in
    assert await access.load(FakeService()) is None


async def test_token_missing_from_keyring_requires_sign_in() -> None:
    credentials = FakeCredentials(WITH_MENU)
    credentials.token_gone = True
    access = stored(credentials)
    assert not access.needs_sign_in
    assert await access.load(FakeService()) is None


async def test_unreadable_credentials_require_sign_in_with_a_notice() -> None:
    credentials = FakeCredentials(WITH_MENU)
    credentials.unreadable = CredentialsError("The file is damaged.")
    access = stored(credentials)
    assert (access.needs_sign_in, access.notice) == (True, "The file is damaged.")
    assert await access.load(FakeService()) is None


async def test_unreadable_keyring_raises() -> None:
    credentials = FakeCredentials(WITH_MENU)
    access = stored(credentials)
    credentials.unreadable = CredentialsError("The keyring is locked.")
    with pytest.raises(CredentialsError, match="locked"):
        await access.load(FakeService())


async def test_saved_token_is_loaded_again_and_its_location_reported() -> None:
    credentials = FakeCredentials()
    credentials.warnings = ("An older one was replaced.",)
    access = stored(credentials)
    assert await access.save(WITH_MENU) == (
        "Your token is stored in the system keyring. An older one was replaced."
    )
    assert await stored(credentials).load(FakeService()) == LoadedToken(
        OTHER, MENU, warning="An older one was replaced.", expires_by=ENDS
    )


async def test_token_that_cannot_be_saved_raises() -> None:
    credentials = FakeCredentials()
    access = stored(credentials)
    credentials.unreadable = CredentialsError("The disk is full.")
    with pytest.raises(CredentialsError) as message:
        await access.save(WITH_MENU)
    assert message.value.message == "The disk is full. Your token is kept for this session only."


async def test_removed_token_is_not_loaded() -> None:
    credentials = FakeCredentials(WITH_MENU)
    access = stored(credentials)
    await access.remove()
    assert credentials.stored == {}
    assert await access.load(FakeService()) is None


async def test_token_is_not_loaded_after_a_failed_removal() -> None:
    credentials = FakeCredentials(WITH_MENU)
    access = stored(credentials)
    credentials.unreadable = CredentialsError("The file is read-only.")
    with pytest.raises(CredentialsError):
        await access.remove()
    credentials.unreadable = None
    assert await access.load(FakeService()) is None


# The demo


async def test_demo_signs_in_automatically() -> None:
    service = FakeService(token=None)
    service.script("log_in", WITH_MENU)
    access: Access = DemoAccess(EMAIL, PASSWORD, needs_sign_in=False)
    assert (access.variable, access.notice) == (None, None)
    assert await access.load(service) == LoadedToken(OTHER, MENU)
    assert service.calls[0].arguments[:2] == (EMAIL, PASSWORD)


async def test_demo_can_start_at_sign_in_with_a_hint() -> None:
    service = FakeService(token=None)
    access = DemoAccess(EMAIL, PASSWORD, needs_sign_in=True)
    assert await access.load(service) is None
    assert service.calls == []
    assert access.hint == f"Demo: {EMAIL}, password {PASSWORD}"


async def test_demo_stores_nothing_and_requires_sign_in_after_sign_out() -> None:
    service = FakeService(token=None)
    access = DemoAccess(EMAIL, PASSWORD, needs_sign_in=False)
    assert await access.save(NOVA_SIGNED_IN) == "The demo keeps your token in memory only."
    await access.remove()
    assert access.needs_sign_in
    assert await access.load(service) is None


async def test_demo_sign_in_failure_raises() -> None:
    service = FakeService(token=None)
    service.fail(Unreachable("No demo."), "log_in")
    with pytest.raises(Unreachable):
        await DemoAccess(EMAIL, PASSWORD, needs_sign_in=False).load(service)


def test_repr_does_not_contain_the_token() -> None:
    assert OTHER.reveal() not in repr(LoadedToken(OTHER, MENU, NOVA_ACCOUNT))
    assert OTHER.reveal() not in repr(WITH_MENU)
