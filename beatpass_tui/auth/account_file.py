"""The file of records, by API origin and account: read and written, one writer at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from beatpass_tui.auth import accounts
from beatpass_tui.auth.accounts import AccountRecord, AccountSelector, Entries, Entry
from beatpass_tui.errors import CredentialsError, UnknownAccount
from beatpass_tui.fast_stats.snapshot import CREDENTIALS_FILE
from beatpass_tui.models import Account, text
from beatpass_tui.runtime.clock import SystemClock
from beatpass_tui.storage.files import data_folder
from beatpass_tui.storage.private_file import PrivateFile

_CLOCK = SystemClock()


class Damaged(CredentialsError):
    """What stands in the file is not what was written there."""


class AccountFile:
    """The file of records; everything here waits for the disk."""

    def __init__(
        self, folder: Path | None = None, now: Callable[[], datetime] = _CLOCK.now
    ) -> None:
        self._folder = folder
        self._now = now

    @property
    def display_path(self) -> str:
        """The path of the file for messages."""
        return self._file().display_path

    def list_accounts(self, origin: str) -> tuple[AccountRecord, ...]:
        """Return the records of `origin`, the current one first, changing nothing.

        Raises CredentialsError when the file is there and cannot be read.
        """
        return tuple(entry.record for entry in self._read().get(origin, ()))

    def find_account(self, origin: str, account: AccountSelector = None) -> AccountRecord | None:
        """Return one record, changing nothing; None when there is no such account.

        Raises CredentialsError like `all`, and AmbiguousAccount.
        """
        entry = accounts.select(self._read().get(origin, ()), account)
        return entry.record if entry is not None else None

    def get_account(self, origin: str, account: str) -> AccountRecord:
        """Return the record of an account that has to be there; raises UnknownAccount."""
        record = self.find_account(origin, account)
        if record is None:
            raise _unknown(account, self.list_accounts(origin))
        return record

    def find(self, origin: str, account: AccountSelector, warnings: list[str]) -> Entry | None:
        """Return one entry; modes are put right and a damaged file is moved aside."""
        file = self._file()
        with suppress(Damaged):
            return accounts.select(self._read(warnings).get(origin, ()), account)
        with file.locked():
            try:
                return accounts.select(self._read(warnings).get(origin, ()), account)
            except Damaged:
                quarantined = file.quarantine()
        raise CredentialsError(f"{quarantined} Sign in again.")

    def prepare(self, origin: str, account: Account, warnings: list[str]) -> Entry | None:
        """Make sure that an entry can be written; return the one that it would take the place of.

        A damaged file is moved aside.
        """
        file = self._file()
        file.make_folder(warnings)
        with file.locked():
            try:
                return accounts.of(account, self._read(warnings).get(origin, ()))
            except Damaged:
                warnings.append(file.quarantine())
                return None

    def put(self, entry: Entry, warnings: list[str]) -> tuple[Entry, ...]:
        """Write an entry, which becomes the current one; return all of its origin."""
        record = entry.record
        file = self._file()
        with file.locked():
            entries = self._read(warnings)
            before = entries.get(record.origin, ())
            entries[record.origin] = (entry, *accounts.without(record.account, before))
            file.replace(lambda: accounts.serialize(entries))
        return entries[record.origin]

    def switch(self, origin: str, account: str, warnings: list[str]) -> AccountRecord:
        """Make another entry the current one; raises UnknownAccount."""
        chosen = self.get_account(origin, account)
        file = self._file()
        with file.locked():
            entries = self._read(warnings)
            before = entries.get(origin, ())
            entry = accounts.of(chosen.account, before)
            if entry is None:
                raise _unknown(account, [other.record for other in before])
            entries[origin] = (entry, *accounts.without(chosen.account, before))
            file.replace(lambda: accounts.serialize(entries))
        return entry.record

    def drop(
        self, origin: str, account: AccountSelector, warnings: list[str]
    ) -> tuple[Entry | None, tuple[Entry, ...]]:
        """Remove one entry; return it, if there was one, and those of its origin that are left.

        Raises Damaged after having moved a damaged file aside.
        """
        file = self._file()
        if not file.exists():
            return None, ()
        with file.locked():
            try:
                entries = self._read(warnings)
            except Damaged:
                quarantined = file.quarantine()
            else:
                before = entries.get(origin, ())
                entry = accounts.select(before, account)
                if entry is None:
                    return None, before
                left = accounts.without(entry.record.account, before)
                entries[origin] = left
                if not left:
                    del entries[origin]
                file.replace(lambda: accounts.serialize(entries))
                return entry, left
        raise Damaged(
            f"{quarantined} Delete it or sign out once more, since it may still hold a token; the "
            f"system keyring may hold others, under the name beatpass-tui."
        )

    def clear_quarantine(self) -> str:
        """Remove damaged files that were moved aside; say so in whole sentences."""
        return self._file().clear_quarantine()

    def _file(self) -> PrivateFile:
        if self._folder is None:
            self._folder = data_folder(CredentialsError)
        return PrivateFile(self._folder, CREDENTIALS_FILE, failure=CredentialsError, now=self._now)

    def _read(self, warnings: list[str] | None = None) -> Entries:
        file = self._file()
        entries = accounts.parse(file.read(warnings))
        if entries is None:
            raise Damaged(f"{file.display_path} is damaged.")
        if isinstance(entries, int):
            raise CredentialsError(
                f"{file.display_path} was written by a newer version of this program; update it."
            )
        return entries


def _unknown(account: str, stored: Iterable[AccountRecord]) -> UnknownAccount:
    words = [record.account.label for record in stored]
    if not words:
        there = "none is"
    else:
        there = f"there {'is' if len(words) == 1 else 'are'} {', '.join(words)}"
    return UnknownAccount(f'No account called "{text.clean(account, 60)}" is stored; {there}.')
