"""Sources of the token: an environment variable, the stored accounts, or the demo."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from beatpass_tui.auth.installation import new_id
from beatpass_tui.auth.sign_in import SignInService, token_name
from beatpass_tui.errors import CredentialsError, UnknownAccount
from beatpass_tui.models.identity import Account, MenuItem, SignedIn
from beatpass_tui.models.secret import ENV_VARIABLE, Secret

if TYPE_CHECKING:
    from beatpass_tui.auth.accounts import AccountRecord
    from beatpass_tui.auth.credentials import Credentials

Menu = tuple[MenuItem, ...] | None

LOST_MESSAGE = "The keyring no longer has your token; sign in again."
"""The message for a stored account whose token is missing."""


class LoadedToken(NamedTuple):
    """A token and the data stored with it."""

    token: Secret
    menu: Menu = None
    account: Account | None = None
    """The account, if the token was just verified with `/users/me`."""
    warning: str = ""
    """Problems with the keyring or the file that the token was loaded from."""
    expires_by: datetime | None = None
    """Latest time at which the token expires, if known."""


class KnownToken(NamedTuple):
    """Data about the token that is known before the token is loaded."""

    account: int | None
    """ID of its account."""
    menu: Menu = None


class Access(ABC):
    """A source of the token, and the destination of a new one."""

    variable: str | None = None
    """The environment variable that the token comes from."""
    hint: str | None = None
    """Additional text of the sign-in screen, such as the demo's credentials."""
    problem: CredentialsError | None = None
    """A problem found before the token is loaded."""
    needs_sign_in = False
    """Whether the user has to sign in because there is no token."""
    known: KnownToken | None = None

    @property
    def notice(self) -> str | None:
        """The message of `problem`."""
        return None if self.problem is None else self.problem.message

    def known_next(self) -> KnownToken | None:
        """Return what a start now would know; None if it would use another account. Blocking."""
        return self.known

    @abstractmethod
    async def load(self, service: SignInService) -> LoadedToken | None:
        """Return the token, or None if the user has to sign in."""

    async def token_name(self) -> str:
        """Return the name of a token to be created.

        It is unique, so that an unstored token does not replace a stored one.
        """
        return token_name(new_id())

    @abstractmethod
    async def save(self, signed_in: SignedIn) -> str:
        """Store a new token; return a message that names the place."""

    @abstractmethod
    async def remove(self) -> None:
        """Remove the token and everything stored with it."""

    async def other_accounts(self) -> tuple[Account, ...]:
        """Return the accounts to switch to; empty if they can't be read."""
        return ()

    async def switch(self, account: Account) -> LoadedToken:
        """Make one of the other accounts the current one, and return its token.

        Raises CredentialsError; then the account stays as it is.
        """
        raise UnknownAccount(f"{account.label} is not stored.")


class VariableAccess(Access):
    """The token of an environment variable, which is never stored."""

    variable = ENV_VARIABLE

    def __init__(self, token: Secret, account: int | None = None) -> None:
        self.known = KnownToken(account)
        self._token = token

    async def load(self, service: SignInService) -> LoadedToken | None:
        return LoadedToken(self._token)

    async def save(self, signed_in: SignedIn) -> str:
        return f"Signed in with {ENV_VARIABLE}; nothing is stored."

    async def remove(self) -> None:
        """Do nothing, because nothing is stored."""


class StoredAccess(Access):
    """The stored token of `account`, or of the current account of `origin`.

    Raises UnknownAccount if `account` is not stored.
    """

    def __init__(self, credentials: Credentials, origin: str, account: str | None = None) -> None:
        self._credentials = credentials
        self._origin = origin
        # Read once, so that this run keeps its account if another instance switches.
        self._record: AccountRecord | None = None
        try:
            if account is None:
                self._record = credentials.file.find_account(origin)
            else:
                self._record = credentials.file.get_account(origin, account)
        except CredentialsError as error:
            # Signing in is still possible; saving the new token repairs the file or fails.
            self.problem = error
        self.needs_sign_in = self._record is None
        if self._record is not None:
            self.known = KnownToken(self._record.account_id, self._record.menu)

    async def load(self, service: SignInService) -> LoadedToken | None:
        record = self._record
        if record is None:
            return None
        token = await self._credentials.load(self._origin, record)
        if token is None:
            return None
        warning = " ".join(self._credentials.warnings)
        return LoadedToken(token, record.menu, warning=warning, expires_by=record.expires_by)

    def known_next(self) -> KnownToken | None:
        try:
            record = self._credentials.file.find_account(self._origin)
        except CredentialsError:
            return None
        if record is None or record != self._record:
            return None
        return KnownToken(record.account_id, record.menu)

    async def token_name(self) -> str:
        return await self._credentials.token_name()

    async def save(self, signed_in: SignedIn) -> str:
        try:
            saved = await self._credentials.save(self._origin, signed_in)
        except CredentialsError as error:
            raise CredentialsError(
                f"{error.message} Your token is kept for this session only."
            ) from error
        self._record = saved.record
        return " ".join((f"Your token is stored in {saved.location}.", *saved.warnings))

    async def remove(self) -> None:
        record, self._record = self._record, None
        # None would remove the current account, which may be a different one.
        if record is not None:
            await self._credentials.remove(self._origin, record)

    async def other_accounts(self) -> tuple[Account, ...]:
        try:
            records = await asyncio.to_thread(self._credentials.file.list_accounts, self._origin)
        except CredentialsError:
            return ()
        own = self._record.account.key if self._record is not None else None
        return tuple(record.account for record in records if record.account.key != own)

    async def switch(self, account: Account) -> LoadedToken:
        selector = account.key.removeprefix("@")
        find = self._credentials.file.get_account
        record = await asyncio.to_thread(find, self._origin, selector)
        token = await self._credentials.load(self._origin, record)
        if token is None:
            raise CredentialsError(f"The keyring no longer has the token of {account.label}.")
        await self._credentials.switch(self._origin, selector)
        self._record = record
        self.known = KnownToken(record.account_id, record.menu)
        warning = " ".join(self._credentials.warnings)
        return LoadedToken(token, record.menu, warning=warning, expires_by=record.expires_by)


class DemoAccess(Access):
    """The demo's credentials; the token is kept in memory only."""

    def __init__(
        self, email: str, password: str, *, needs_sign_in: bool, account: int | None = None
    ) -> None:
        self.needs_sign_in = needs_sign_in
        self.known = KnownToken(account)
        self.hint = f"Demo: {email}, password {password}"
        self._email = email
        self._password = password

    async def load(self, service: SignInService) -> LoadedToken | None:
        if self.needs_sign_in:
            return None
        signed_in = await service.log_in(self._email, self._password, await self.token_name())
        return LoadedToken(signed_in.token, signed_in.menu)

    async def save(self, signed_in: SignedIn) -> str:
        return "The demo keeps your token in memory only."

    async def remove(self) -> None:
        self.needs_sign_in = True
