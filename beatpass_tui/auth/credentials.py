"""Where the tokens live: in the system keyring, or in a file that only its owner can read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from beatpass_tui.auth.account_file import AccountFile
from beatpass_tui.auth.accounts import AccountRecord, AccountSelector, Entry, Place, user_name
from beatpass_tui.auth.system_keyring import SYSTEM, KeyringLike, KeyringUnavailable, TimedKeyring
from beatpass_tui.errors import CredentialsError
from beatpass_tui.models import Account, SignedIn, text
from beatpass_tui.models.secret import Secret
from beatpass_tui.runtime.clock import SystemClock

__all__ = ["AccountRecord", "AccountSelector", "Credentials", "Place", "SavedToken"]

_MENU_LIMIT = 100

_CLOCK = SystemClock()


class SavedToken(NamedTuple):
    """Where a token was stored, and what the producer should know about it."""

    place: Place
    words: str
    """The place in words: "the system keyring", or the path of the file."""
    warnings: tuple[str, ...] = ()
    """Whole sentences."""


class Credentials:
    """The stored tokens: of each API origin several accounts, one of which is the current one.

    An account is meant by its name, by its id, by a record of it, or by None for the current one.
    A name that several accounts have raises AmbiguousAccount.
    """

    def __init__(
        self,
        folder: Path | None = None,
        keyring: KeyringLike | None = SYSTEM,
        keyring_wait: float = 3.0,
        now: Callable[[], datetime] = _CLOCK.now,
    ) -> None:
        self.warnings: tuple[str, ...] = ()
        """What the latest call put right and the producer should know."""
        self._book = AccountFile(folder, now)
        self._keyring = TimedKeyring(keyring, keyring_wait)
        self._now = now

    def list_accounts(self, origin: str) -> tuple[AccountRecord, ...]:
        """Return the records of `origin`, the current one first, changing nothing.

        Raises CredentialsError when the file is there and cannot be read.
        """
        return self._book.list_accounts(origin)

    def find_account(self, origin: str, account: AccountSelector = None) -> AccountRecord | None:
        """Return one record, changing nothing; None when there is no such account.

        Raises CredentialsError when the file is there and cannot be read.
        """
        return self._book.find_account(origin, account)

    def get_account(self, origin: str, account: str) -> AccountRecord:
        """Return the record of an account that has to be there; raises UnknownAccount."""
        return self._book.get_account(origin, account)

    def display_path(self, place: Place) -> str:
        """Return a place in words: "the system keyring", or the path of the file."""
        return "the system keyring" if place == "keyring" else self._book.display_path

    async def load(self, origin: str, account: AccountSelector = None) -> Secret | None:
        """Return the token that was stored for exactly this origin, None when there is none.

        Raises CredentialsError when there is one that cannot be had. A keyring that no
        longer holds the token of a record counts as none.
        """
        warnings: list[str] = []
        entry = await asyncio.to_thread(self._book.find, origin, account, warnings)
        self.warnings = tuple(warnings)
        if entry is None:
            return None
        if entry.token is not None:
            return entry.token
        try:
            return await self._keyring.read(entry.user)
        except KeyringUnavailable as error:
            raise CredentialsError(
                f"{error.message} The token is kept in it; unlock it and start again, "
                f"or sign in again."
            ) from None

    async def save(self, origin: str, signed_in: SignedIn) -> SavedToken:
        """Store a token with what came with it; its account becomes the current one.

        Raises CredentialsError when there is no place for it, and then leaves none behind.
        """
        warnings: list[str] = []
        account = Account(signed_in.account.id, _cleaned(signed_in.account.name))
        try:
            # First of all, so that a file that must not be touched leaves the keyring alone too.
            before = await asyncio.to_thread(self._book.prepare, origin, account, warnings)
            plain = before is not None and before.plain
            in_keyring = await self._store(
                origin if plain else user_name(origin, account), signed_in.token, warnings
            )
            record = self._record(origin, "keyring" if in_keyring else "file", account, signed_in)
            entry = Entry(record, None if in_keyring else signed_in.token, plain)
            await self._put(entry, before, warnings)
        finally:
            self.warnings = tuple(warnings)
        return SavedToken(record.place, self.display_path(record.place), self.warnings)

    async def _store(self, user: str, token: Secret, warnings: list[str]) -> bool:
        """Put a token into the keyring and return whether it is there."""
        try:
            await self._keyring.store(user, token)
        except KeyringUnavailable as error:
            if not error.absent:
                warnings.append(error.message)
            return False
        return True

    async def _put(self, entry: Entry, before: Entry | None, warnings: list[str]) -> None:
        """Write the record of a token, and let the keyring hold nothing that has none."""
        in_keyring = entry.record.place == "keyring"
        try:
            entries = await asyncio.to_thread(self._book.put, entry, warnings)
        except CredentialsError:
            # Without a record nobody would ever find it there, nor remove it.
            if in_keyring and (before is None or before.record.place != "keyring"):
                with suppress(KeyringUnavailable):
                    await self._keyring.remove(entry.user)
            raise
        if in_keyring and not any(other.plain for other in entries):
            # What an older version may have left there, without a record by now.
            with suppress(KeyringUnavailable):
                await self._keyring.remove(entry.record.origin)

    async def remove(self, origin: str, account: AccountSelector = None) -> None:
        """Remove the token from the keyring and the file; the account used before is current then.

        What was damaged and kept aside earlier is removed as well. Raises CredentialsError,
        after all that could be removed was, when a copy may be left.
        """
        warnings: list[str] = []
        problems: list[str] = []
        entry: Entry | None = None
        left: tuple[Entry, ...] = ()
        try:
            entry, left = await asyncio.to_thread(self._book.drop, origin, account, warnings)
            warnings += filter(None, [await self.clear_quarantine()])
        except CredentialsError as error:
            problems.append(error.message)
        self.warnings = tuple(warnings)
        record = account if entry is None else entry.record
        users = set() if any(other.plain for other in left) else {origin}
        if isinstance(record, AccountRecord):
            users.add(user_name(origin, record.account))
        # Whatever the record says: an earlier sign-in may have left one there.
        removals = [self._keyring.remove(user) for user in sorted(users)]
        for outcome in await asyncio.gather(*removals, return_exceptions=True):
            if not isinstance(outcome, KeyringUnavailable):
                continue
            if entry is not None and entry.record.place == "keyring":
                problems.append(
                    f"{outcome.message} The token may still be in it; delete it there, or in "
                    f"Account Settings → Developers."
                )
                break
        if problems:
            raise CredentialsError(" ".join(problems))

    async def clear_quarantine(self) -> str:
        """Remove damaged files that were kept aside; say so in whole sentences.

        Raises CredentialsError when one is left.
        """
        return await asyncio.to_thread(self._book.clear_quarantine)

    async def switch(self, origin: str, account: str) -> AccountRecord:
        """Make another stored account the current one; raises UnknownAccount."""
        warnings: list[str] = []
        record = await asyncio.to_thread(self._book.switch, origin, account, warnings)
        self.warnings = tuple(warnings)
        return record

    def _record(
        self, origin: str, place: Place, account: Account, signed_in: SignedIn
    ) -> AccountRecord:
        menu = signed_in.menu[:_MENU_LIMIT] if signed_in.menu is not None else None
        return AccountRecord(origin, place, self._now(), account.id, account.name, menu)


def _cleaned(name: str | None) -> str | None:
    return None if name is None else text.clean(name)
