"""The registry of stored accounts and its file, credentials.json."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple, NoReturn

from beatpass_tui.errors import (
    SIMILAR,
    AmbiguousAccount,
    CredentialsError,
    CredentialsUnusable,
    InvalidToken,
    UnknownAccount,
)
from beatpass_tui.fast_stats.snapshot import CREDENTIALS_FILE, CREDENTIALS_VERSION
from beatpass_tui.models import text
from beatpass_tui.models.identity import Account, MenuItem
from beatpass_tui.models.secret import Secret
from beatpass_tui.storage.files import data_folder
from beatpass_tui.storage.private_file import MAX_BYTES, PrivateFile

TOKEN_LIFETIME = timedelta(days=90)
"""Documented lifetime of a token from its creation."""

Place = Literal["keyring", "file"]


class AccountRecord(NamedTuple):
    """A stored account."""

    origin: str
    """Scheme, host and port of the API; the token is never sent to another origin."""
    place: Place
    """Where the token is stored."""
    stored_at: datetime
    account_id: int | None
    account_name: str | None
    menu: tuple[MenuItem, ...] | None
    """The dashboard menu delivered at sign-in, if any."""
    token: Secret | None = None
    """None if the token is in the keyring."""

    @property
    def account(self) -> Account:
        return Account(self.account_id, self.account_name)

    @property
    def expires_by(self) -> datetime:
        """Latest time at which the token expires, since it was created before it was stored."""
        return self.stored_at + TOKEN_LIFETIME

    @property
    def keyring_user(self) -> str:
        # Origins contain no "#", so user names of different origins never collide.
        return f"{self.origin}#{self.account.key}"


AccountSelector = str | AccountRecord | None
"""An account by its name or ID, by its record, or None for the current account."""

Registry = dict[str, tuple[AccountRecord, ...]]
"""Records by origin. The first one is the current account, then the most recently used."""


class Damaged(CredentialsError):
    """The content of the file is invalid."""


class AccountFile:
    """The file of stored accounts. All methods do blocking I/O.

    Methods raise CredentialsUnusable if the file can't be read, CredentialsError if it is damaged
    or can't be written, and AmbiguousAccount if several accounts have the given name. They append
    messages about repairs to `warnings`.
    """

    def __init__(self, folder: Path | None, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now

    @property
    def display_path(self) -> str:
        return self._file().display_path

    def list_accounts(self, origin: str) -> tuple[AccountRecord, ...]:
        """Return the records of `origin`, the current account first, without repairing the file."""
        return self._read().get(origin, ())

    def find_account(self, origin: str, account: AccountSelector = None) -> AccountRecord | None:
        """Return a record or None, without repairing the file."""
        return _select(self.list_accounts(origin), account)

    def get_account(self, origin: str, account: str) -> AccountRecord:
        """Return a record; raises UnknownAccount."""
        records = self.list_accounts(origin)
        return _select(records, account) or _raise_unknown(account, records)

    def load(
        self, origin: str, account: AccountSelector, warnings: list[str]
    ) -> AccountRecord | None:
        """Return a record or None; a damaged file is quarantined."""
        with suppress(Damaged):
            return _select(self._read(warnings).get(origin, ()), account)
        with self._file().locked():
            try:
                records = self._read_or_quarantine(warnings).get(origin, ())
            except Damaged as error:
                raise CredentialsError(f"{error.message} Sign in again.") from None
            return _select(records, account)

    def prepare(self, origin: str, account: Account, warnings: list[str]) -> AccountRecord | None:
        """Check that the file can be written; return the current record of `account`, if any.

        A damaged file is quarantined.
        """
        file = self._file()
        file.make_folder(warnings)
        with file.locked():
            try:
                return _find(account, self._read_or_quarantine(warnings).get(origin, ()))
            except Damaged as error:
                warnings.append(error.message)
                return None

    def save(self, record: AccountRecord, warnings: list[str]) -> None:
        """Add or replace the record of an account, which becomes the current account."""
        file = self._file()
        with file.locked():
            registry = self._read(warnings)
            others = _without(record.account, registry.get(record.origin, ()))
            registry[record.origin] = (record, *others)
            file.replace(lambda: serialize(registry))

    def switch(self, origin: str, account: str, warnings: list[str]) -> AccountRecord:
        """Make a stored account the current account; raises UnknownAccount."""
        self.get_account(origin, account)
        file = self._file()
        with file.locked():
            registry = self._read(warnings)
            records = registry.get(origin, ())
            record = _select(records, account) or _raise_unknown(account, records)
            registry[origin] = (record, *_without(record.account, records))
            file.replace(lambda: serialize(registry))
        return record

    def remove(
        self, origin: str, account: AccountSelector, warnings: list[str]
    ) -> AccountRecord | None:
        """Remove and return a record, if it exists.

        Quarantines a damaged file and raises Damaged.
        """
        file = self._file()
        if not file.exists():
            return None
        with file.locked():
            try:
                registry = self._read_or_quarantine(warnings)
            except Damaged as error:
                raise Damaged(
                    f"{error.message} Delete it or sign out again: it may still contain a token. "
                    f"The system keyring may contain others, under the name beatpass-tui."
                ) from None
            record = _select(registry.get(origin, ()), account)
            if record is not None:
                registry[origin] = _without(record.account, registry[origin])
                if not registry[origin]:
                    del registry[origin]
                file.replace(lambda: serialize(registry))
            return record

    def delete_quarantined(self) -> str:
        """Delete quarantined files; return a message that lists them, or ""."""
        return self._file().clear_quarantine()

    def _file(self) -> PrivateFile:
        if self._folder is None:
            self._folder = data_folder(CredentialsError)
        return PrivateFile(self._folder, CREDENTIALS_FILE, failure=CredentialsError, now=self._now)

    def _read(self, warnings: list[str] | None = None) -> Registry:
        file = self._file()
        try:
            content = file.read(warnings)
        except CredentialsError as error:
            raise CredentialsUnusable(error.message) from error
        registry = parse(content)
        if registry is None:
            raise Damaged(f"{file.display_path} is damaged.")
        if isinstance(registry, int):
            raise CredentialsError(
                f"{file.display_path} was written by a newer version of beatpass-tui; update it."
            )
        return registry

    def _read_or_quarantine(self, warnings: list[str]) -> Registry:
        try:
            return self._read(warnings)
        except Damaged:
            message = self._file().quarantine()
        raise Damaged(message)


def _select(records: Sequence[AccountRecord], account: AccountSelector) -> AccountRecord | None:
    """Return a record or None; an ID takes precedence over a name."""
    if account is None:
        return records[0] if records else None
    if isinstance(account, AccountRecord):
        return _find(account.account, records)
    by_id = [record for record in records if account.strip() == str(record.account_id)]
    matches = by_id or [record for record in records if record.account.matches(account)]
    if len(matches) > 1:
        ids = ", ".join(str(record.account_id or "(no ID)") for record in matches)
        name = text.clean(account.strip().removeprefix("@"), 60)
        raise AmbiguousAccount(f"Several accounts are named {name}; select one by ID: {ids}.")
    return matches[0] if matches else None


def _find(account: Account, records: Iterable[AccountRecord]) -> AccountRecord | None:
    return next((record for record in records if record.account.key == account.key), None)


def _without(account: Account, records: Iterable[AccountRecord]) -> tuple[AccountRecord, ...]:
    return tuple(record for record in records if record.account.key != account.key)


def _raise_unknown(account: str, records: Iterable[AccountRecord]) -> NoReturn:
    import difflib

    names = ", ".join(record.account.label for record in records)
    stored = f"stored: {names}" if names else "no accounts are stored"
    labels = {record.account_name or "": record.account.label for record in records}
    word = account.strip().removeprefix("@")[:60]
    if similar := difflib.get_close_matches(word, labels, n=1, cutoff=SIMILAR):
        stored = f"did you mean {labels[similar[0]]}? S{stored[1:]}"
    raise UnknownAccount(f'Unknown account "{text.clean(account, 60)}"; {stored}.')


# File format


def serialize(registry: Mapping[str, Sequence[AccountRecord]]) -> bytes:
    """Return the content of the file; menus are omitted if they would make it too large."""
    content = _dump(registry)
    if len(content) <= MAX_BYTES:
        return content
    # Unlike tokens, menus are delivered again at the next sign-in.
    return _dump(
        {
            origin: [record._replace(menu=None) for record in records]
            for origin, records in registry.items()
        }
    )


def _dump(registry: Mapping[str, Sequence[AccountRecord]]) -> bytes:
    origins = {origin: [*map(_to_json, records)] for origin, records in registry.items()}
    return (
        json.dumps({"version": CREDENTIALS_VERSION, "origins": origins}, indent=2).encode() + b"\n"
    )


def _to_json(record: AccountRecord) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "account": {"id": record.account_id, "name": record.account_name},
        "place": record.place,
        # Always false; earlier builds require it.
        "plain": False,
        "stored_at": record.stored_at.isoformat(),
        "menu": None
        if record.menu is None
        else [{"label": item.label, "target": item.target} for item in record.menu],
        "menu_recognized": record.menu is not None,
    }
    if record.token is not None:
        entry["token"] = record.token.reveal()
    return entry


def parse(body: bytes | None) -> Registry | int | None:
    """Return the registry, the version of a newer file, or None for a damaged file.

    Never raises: a traceback would contain the content, including tokens.
    """
    if body is None:
        return {}
    if len(body) > MAX_BYTES:
        return None
    try:
        content = json.loads(body)
        version = content["version"]
        if type(version) is not int or version < CREDENTIALS_VERSION:
            return None
        if version > CREDENTIALS_VERSION:
            return version
        return {origin: _records(origin, rows) for origin, rows in content["origins"].items()}
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError, InvalidToken):
        return None


def _records(origin: str, rows: object) -> tuple[AccountRecord, ...]:
    if not isinstance(rows, list):
        raise TypeError
    records = tuple(_record(origin, row) for row in rows)
    # Two records with the same keyring user would use each other's token.
    if len({record.account.key for record in records}) < len(records):
        raise ValueError
    return records


def _record(origin: str, row: Mapping[str, Any]) -> AccountRecord:
    """Decode one record; raises only exceptions that `parse` catches."""
    account, menu, name = row["account"], row["menu"], row["account"]["name"]
    stored_at = datetime.fromisoformat(row["stored_at"])
    if (
        row["place"] not in ("keyring", "file")
        or stored_at.tzinfo is None
        # Adding 90 days must not overflow.
        or not 1970 <= stored_at.year < 9000
        or type(account["id"]) not in (int, type(None))
        or not isinstance(menu, list | None)
    ):
        raise TypeError
    return AccountRecord(
        origin=origin,
        place=row["place"],
        stored_at=stored_at,
        account_id=account["id"],
        account_name=None if name is None else _string(name),
        menu=_menu(row),
        token=Secret.parse(row["token"]) if row["place"] == "file" else None,
    )


def _menu(row: Mapping[str, Any]) -> tuple[MenuItem, ...] | None:
    """Return the menu of a record.

    Earlier builds stored an empty menu if none was delivered, and no `menu_recognized`.
    """
    menu = row["menu"]
    if menu is None or (not menu and row.get("menu_recognized") is not True):
        return None
    return tuple(map(_menu_item, menu))


def _menu_item(row: Mapping[str, Any]) -> MenuItem:
    return MenuItem(_string(row["label"]), _string(row["target"], 2000))


def _string(value: object, limit: int = text.MAX_CHARACTERS) -> str:
    if not isinstance(value, str):
        raise TypeError
    return text.clean(value, limit)
