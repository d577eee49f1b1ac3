"""How a run of the program comes by its token: a variable, the stored one, or signing in."""

from __future__ import annotations

import platform
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from beatpass_tui.errors import (
    BeatPassError,
    CredentialsError,
    Forbidden,
    NotSignedIn,
    RateLimited,
    ValidationFailed,
)
from beatpass_tui.formatting import duration
from beatpass_tui.models import Account, MenuItem, SignedIn
from beatpass_tui.models.secret import ENV_VARIABLE, Secret

if TYPE_CHECKING:
    from beatpass_tui.auth.accounts import AccountRecord
    from beatpass_tui.auth.credentials import Credentials

Menu = tuple[MenuItem, ...] | None


class SignInService(Protocol):
    """The part of the service that signing in needs."""

    token: Secret | None

    async def account(self) -> Account:
        """Ask `GET /users/me`."""

    async def log_in(self, email: str, password: str, token_name: str) -> SignedIn:
        """Ask `POST /auth/login`."""


class LoadedToken(NamedTuple):
    """A token that is known without asking the reader, and what is known with it."""

    token: Secret
    menu: Menu = None
    account: Account | None = None
    """The account, when the token has just been checked with `/users/me`."""
    remark: str = ""
    """What the reader should know about the place that the token came from."""
    token_ends: datetime | None = None
    """When the token has ended at the latest; None where that is not known."""


class KnownToken(NamedTuple):
    """What is known of the token of this run before it is looked at."""

    account: int | None
    """Id of the account that it belongs to."""
    menu: Menu = None


class Access(Protocol):
    """Where this run's token comes from and where a new one is kept."""

    variable: str | None
    """The environment variable that gave the token, if one did."""
    hint: str | None
    """What the sign-in screen says besides, such as the demo's credentials."""
    notice: str | None
    """What went wrong already, before anything was asked."""
    asks: bool
    """Whether the reader has to sign in before anything else, as far as is known at once."""
    known: KnownToken | None
    """Whose the token is, where that is known at once."""

    async def load(self, service: SignInService) -> LoadedToken | None:
        """Return the token of this run, or None when the reader has to sign in."""

    async def save(self, signed_in: SignedIn) -> str:
        """Keep the token for the next run and return a sentence that says where."""

    async def remove(self) -> None:
        """Forget the token and all that was kept with it."""


class VariableAccess:
    """The token of an environment variable: used as it is, never stored."""

    variable: str | None = ENV_VARIABLE
    hint: str | None = None
    notice: str | None = None
    asks = False

    def __init__(self, token: Secret, account: int | None = None) -> None:
        self.known: KnownToken | None = KnownToken(account)
        self._token = token

    async def load(self, service: SignInService) -> LoadedToken | None:
        """Return the variable's token."""
        del service
        return LoadedToken(self._token)

    async def save(self, signed_in: SignedIn) -> str:
        """Keep nothing: the variable wins over whatever would be stored."""
        del signed_in
        return f"Signed in by {ENV_VARIABLE}; nothing is stored."

    async def remove(self) -> None:
        """Forget nothing, since nothing is kept."""


class StoredAccess:
    """The token that an earlier run stored for this origin: of `account`, else the current one.

    An account that is named and not stored raises UnknownAccount.
    """

    variable: str | None = None
    hint: str | None = None

    def __init__(self, credentials: Credentials, origin: str, account: str | None = None) -> None:
        self._credentials = credentials
        self._origin = origin
        # What another instance makes current meanwhile changes nothing here.
        self._record: AccountRecord | None = None
        self.notice: str | None = None
        try:
            if account is None:
                self._record = credentials.find_account(origin)
            else:
                self._record = credentials.get_account(origin, account)
        except CredentialsError as error:
            # Signing in is still possible, and keeping the new token tells what became of this.
            self.notice = error.message
        self.asks = self._record is None
        self.known: KnownToken | None = None
        if self._record is not None:
            self.known = KnownToken(self._record.account_id, self._record.menu)

    async def load(self, service: SignInService) -> LoadedToken | None:
        """Return the stored token, if the place that keeps it still has it."""
        del service
        record = self._record
        if record is None:
            return None
        token = await self._credentials.load(self._origin, record)
        if token is None:
            return None
        remark = " ".join(self._credentials.warnings)
        return LoadedToken(token, record.menu, remark=remark, token_ends=record.expires_by)

    async def save(self, signed_in: SignedIn) -> str:
        """Store the token with its origin and account, which becomes the current one."""
        try:
            kept = await self._credentials.save(self._origin, signed_in)
        except CredentialsError as error:
            sentence = f"{error.message} The token is kept for this session only."
            raise CredentialsError(sentence) from error
        key = signed_in.account.key
        stored = self._credentials.list_accounts(self._origin)
        self._record = next((record for record in stored if record.account.key == key), None)
        return " ".join((f"Your token is kept in {kept.location}.", *kept.warnings))

    async def remove(self) -> None:
        """Remove this account's token and menu from every place."""
        record, self._record = self._record, None
        # Without a record nothing of this run is stored, and the current account is another one.
        if record is not None:
            await self._credentials.remove(self._origin, record)


class DemoAccess:
    """The demo's own sign-in: the token stays in memory, and nothing else is looked at."""

    variable: str | None = None
    notice: str | None = None

    def __init__(
        self,
        email: str,
        password: str,
        *,
        asks: bool,
        token: str = "",
        account: int | None = None,
    ) -> None:
        self.asks = asks
        self.known: KnownToken | None = KnownToken(account)
        self._email = email
        self._password = password
        also = f", or the token {token}" if token else ""
        self.hint: str | None = f"The demo takes {email} with {password}{also}."

    async def load(self, service: SignInService) -> LoadedToken | None:
        """Sign in with the demo's credentials, unless the reader is to do it."""
        if self.asks:
            return None
        answer = await service.log_in(self._email, self._password, token_name())
        return LoadedToken(answer.token, answer.menu)

    async def save(self, signed_in: SignedIn) -> str:
        """Keep nothing."""
        del signed_in
        return "The demo keeps your token in memory only."

    async def remove(self) -> None:
        """Ask at the next sign-in."""
        self.asks = True


def token_name(host: Callable[[], str] = platform.node) -> str:
    """Return the name under which a sign-in by password lists its token, 3 to 100 characters."""
    return f"beatpass-tui on {host() or 'a terminal'}"[:100]


async def with_token(service: SignInService, token: Secret) -> SignedIn:
    """Check a pasted token with `/users/me`; the service holds it afterwards."""
    return await _checked(service, token, None)


async def with_password(service: SignInService, email: str, password: str) -> SignedIn:
    """Sign in by e-mail and password, once, and check the token that comes."""
    service.token = None
    answer = await service.log_in(email, password, token_name())
    return await _checked(service, answer.token, answer.menu)


async def _checked(service: SignInService, token: Secret, menu: Menu) -> SignedIn:
    service.token = token
    try:
        account = await service.account()
    except BeatPassError:
        service.token = None
        raise
    return SignedIn(token, account, menu)


def explain(error: BeatPassError, *, by_token: bool) -> str:
    """Return the sentence of a sign-in that failed."""
    match error:
        case ValidationFailed(fields=fields) if fields:
            return " ".join(f"{_stop(words)}" for words in fields.values())
        case NotSignedIn() | ValidationFailed() if by_token:
            return (
                "BeatPass did not accept this token: it may be mistyped, older than 90 days, "
                "or deleted."
            )
        case NotSignedIn() | ValidationFailed():
            return "BeatPass did not accept this e-mail and password."
        case Forbidden() if by_token:
            return (
                f"{_stop(error.message)} API access is by invitation: write to contact@beatpass.ca."
            )
        case Forbidden():
            return f"{_stop(error.message)} The account may be unverified or suspended."
        case RateLimited(retry_after=seconds):
            again = f"in {duration(seconds)}" if seconds else "in a minute"
            return f"Too many attempts. Try again {again}."
    return error.message


LOST = "The keyring no longer has the token; sign in again."
"""The sentence where a token is known and its place has none."""


def rejected(error: BeatPassError, variable: str | None) -> str:
    """Return the sentence of a token that is not accepted any more, for those at a prompt."""
    if not isinstance(error, NotSignedIn):
        return explain(error, by_token=True)
    if variable is not None:
        return f"BeatPass did not accept the token in {variable}."
    return "The stored token has expired or was revoked; `beatpass-tui login` signs in."


def timed(error: BeatPassError) -> BeatPassError:
    """Return an error whose sentence says when to try again, where that is known."""
    if isinstance(error, RateLimited) and error.retry_after:
        again = f"{error.message.rstrip('.')}; try again in {duration(error.retry_after)}."
        return RateLimited(again, retry_after=error.retry_after)
    return error


def _stop(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
