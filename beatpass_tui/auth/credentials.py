"""Token storage: the system keyring, or a file that only its owner can read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from beatpass_tui.auth.accounts import AccountFile, AccountRecord, AccountSelector, Place
from beatpass_tui.auth.installation import Installation
from beatpass_tui.auth.sign_in import token_name
from beatpass_tui.auth.system_keyring import (
    Keyring,
    KeyringUnavailable,
    TimedKeyring,
    find_system_keyring,
)
from beatpass_tui.errors import CredentialsError
from beatpass_tui.models import text
from beatpass_tui.models.identity import SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.runtime.clock import SystemClock

_MAX_MENU_ITEMS = 100

_CLOCK = SystemClock()


class SavedToken(NamedTuple):
    """A stored token and its location."""

    record: AccountRecord
    location: str
    """For display: "the system keyring", or the path of the file."""
    warnings: tuple[str, ...] = ()


class Credentials:
    """The stored accounts of each API origin, and their tokens.

    Methods raise CredentialsError if the keyring or the file can't be used, and AmbiguousAccount
    if several accounts have the given name.
    """

    def __init__(
        self,
        folder: Path | None = None,
        find_keyring: Callable[[], Keyring] = find_system_keyring,
        keyring_timeout: float = 3.0,
        now: Callable[[], datetime] = _CLOCK.now,
    ) -> None:
        self.warnings: tuple[str, ...] = ()
        """Messages about repairs and problems of the last call."""
        self._installation = Installation(folder, now)
        self.file = AccountFile(folder, now)
        self._keyring = TimedKeyring(find_keyring, keyring_timeout)
        self._now = now

    async def token_name(self) -> str:
        """Return the name for tokens created by this installation."""
        return token_name(await asyncio.to_thread(self._installation.id))

    def location(self, place: Place) -> str:
        """Return "the system keyring" or the path of the file, for display."""
        return "the system keyring" if place == "keyring" else self.file.display_path

    async def load(self, origin: str, account: AccountSelector = None) -> Secret | None:
        """Return the stored token of an account of this origin, if any."""
        warnings: list[str] = []
        record = await asyncio.to_thread(self.file.load, origin, account, warnings)
        self.warnings = tuple(warnings)
        if record is None:
            return None
        if record.token is not None:
            return record.token
        try:
            return await self._keyring.read(record.keyring_user)
        except KeyringUnavailable as error:
            raise CredentialsError(
                f"{error.message} Your token is stored there; unlock it and restart, or sign in "
                f"again."
            ) from None

    async def save(self, origin: str, signed_in: SignedIn) -> SavedToken:
        """Store a token; its account becomes the current account.

        No copy of the token remains if CredentialsError is raised.
        """
        warnings: list[str] = []
        token, account, menu = signed_in
        record = AccountRecord(
            origin,
            "file",
            self._now(),
            account.id,
            None if account.name is None else text.clean(account.name),
            None if menu is None else menu[:_MAX_MENU_ITEMS],
            token,
        )
        try:
            # Checked first, so that the keyring is not changed if the file can't be written.
            previous = await asyncio.to_thread(self.file.prepare, origin, record.account, warnings)
            try:
                await self._keyring.store(record.keyring_user, token)
                record = record._replace(place="keyring", token=None)
            except KeyringUnavailable as error:
                warnings += [] if error.absent else [error.message]
            try:
                await asyncio.to_thread(self.file.save, record, warnings)
            except CredentialsError:
                if record.place == "keyring" and (previous is None or previous.place != "keyring"):
                    with suppress(KeyringUnavailable):
                        await self._keyring.remove(record.keyring_user)
                raise
            await asyncio.to_thread(self._installation.keep)
        finally:
            self.warnings = tuple(warnings)
        return SavedToken(record, self.location(record.place), self.warnings)

    async def remove(self, origin: str, account: AccountSelector = None) -> None:
        """Remove a token from the keyring and the file, and delete quarantined files.

        The previously used account becomes the current account. Raises CredentialsError at the
        end if a copy of the token may remain.
        """
        warnings: list[str] = []
        problems: list[str] = []
        removed: AccountRecord | None = None
        try:
            removed = await asyncio.to_thread(self.file.remove, origin, account, warnings)
            warnings += filter(None, [await asyncio.to_thread(self.file.delete_quarantined)])
        except CredentialsError as error:
            problems.append(error.message)
        self.warnings = tuple(warnings)
        record = removed or account
        if problems and isinstance(account, AccountRecord) and self._holds(account):
            problems.append("You are still signed in.")
        if isinstance(record, AccountRecord):
            try:
                # Even if the token is in the file, an earlier one may be in the keyring.
                await self._keyring.remove(record.keyring_user)
            except KeyringUnavailable as error:
                if removed is not None and removed.place == "keyring":
                    problems.append(
                        f"{error.message} It may still contain the token; delete it there, or "
                        f"revoke it in Account Settings → Developers."
                    )
        if problems:
            raise CredentialsError(" ".join(problems))

    def _holds(self, record: AccountRecord) -> bool:
        """Return whether the file still has the token of an account."""
        with suppress(CredentialsError):
            stored = self.file.find_account(record.origin, record)
            return stored is not None and stored.place == "file"
        return record.place == "file"

    async def switch(self, origin: str, account: str) -> AccountRecord:
        """Make a stored account the current account; raises UnknownAccount."""
        warnings: list[str] = []
        record = await asyncio.to_thread(self.file.switch, origin, account, warnings)
        self.warnings = tuple(warnings)
        return record
