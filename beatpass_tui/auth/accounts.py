"""What is kept of each signed-in account, how one is chosen, and the form it has on disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from beatpass_tui.errors import AmbiguousAccount, InvalidToken
from beatpass_tui.fast_stats.snapshot import CREDENTIALS_VERSION
from beatpass_tui.models import Account, MenuItem, text
from beatpass_tui.models.secret import Secret
from beatpass_tui.storage.private_file import LARGEST

TOKEN_LIFE = timedelta(days=90)
"""How long a token works from when it was made, as documented."""

Place = Literal["keyring", "file"]


class AccountRecord(NamedTuple):
    """What is known of a stored token without looking at it."""

    origin: str
    """Scheme, host and port of the API that the token is for; it goes to no other."""
    place: Place
    stored_at: datetime
    account_id: int | None
    account_name: str | None
    menu: tuple[MenuItem, ...] | None
    """The menu that came with the sign-in; empty when it came empty, None when none came."""

    @property
    def account(self) -> Account:
        """The account that the token belongs to."""
        return Account(self.account_id, self.account_name)

    @property
    def ends(self) -> datetime:
        """When the token has ended at the latest: it was made before it was stored."""
        return self.stored_at + TOKEN_LIFE


AccountSelector = str | AccountRecord | None
"""An account: its name or id, a record of it, or None for the current one."""


class Entry(NamedTuple):
    """A record, and the token when it is kept beside it."""

    record: AccountRecord
    token: Secret | None
    plain: bool = False
    """Whether the keyring has the token under the origin alone, where versions put it that knew
    one account only."""

    @property
    def user(self) -> str:
        """The user name under which the keyring has the token."""
        record = self.record
        return record.origin if self.plain else user_name(record.origin, record.account)


Entries = dict[str, tuple[Entry, ...]]
"""By origin, the one used last first; that is the current one."""


def user_name(origin: str, account: Account) -> str:
    """Return the user name for an account's token in the keyring."""
    # No origin holds a "#", so that this is never the one of another origin or account.
    return f"{origin}#{account.key}"


def select(entries: Sequence[Entry], account: AccountSelector) -> Entry | None:
    """Return the entry of an account, None when there is none.

    An id comes before a name that looks like one. Raises AmbiguousAccount.
    """
    if account is None:
        return entries[0] if entries else None
    if isinstance(account, AccountRecord):
        return of(account.account, entries)
    by_id = [entry for entry in entries if account.strip() == str(entry.record.account_id)]
    found = by_id or [entry for entry in entries if entry.record.account.matches(account)]
    if len(found) > 1:
        ids = ", ".join(str(entry.record.account_id or "one without an id") for entry in found)
        name = text.clean(account.strip().removeprefix("@"), 60)
        raise AmbiguousAccount(f"Several accounts are called {name}: {ids}; say which by its id.")
    return found[0] if found else None


def of(account: Account, entries: Iterable[Entry]) -> Entry | None:
    """Return the entry of exactly this account."""
    return next((entry for entry in entries if entry.record.account.key == account.key), None)


def without(account: Account, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries of all other accounts."""
    return tuple(entry for entry in entries if entry.record.account.key != account.key)


# The format


def serialize(entries: Mapping[str, Sequence[Entry]]) -> bytes:
    """Return the content of the file; menus are left out where they would make it too large."""
    content = _dump(entries)
    if len(content) <= LARGEST:
        return content
    # A menu comes again with the next sign-in, a token does not.
    return _dump(
        {
            origin: [entry._replace(record=entry.record._replace(menu=None)) for entry in found]
            for origin, found in entries.items()
        }
    )


def _dump(entries: Mapping[str, Sequence[Entry]]) -> bytes:
    origins = {origin: [_to_json(entry) for entry in found] for origin, found in entries.items()}
    return (
        json.dumps({"version": CREDENTIALS_VERSION, "origins": origins}, indent=2).encode() + b"\n"
    )


def _to_json(entry: Entry) -> dict[str, Any]:
    record = entry.record
    written: dict[str, Any] = {
        "account": {"id": record.account_id, "name": record.account_name},
        "place": record.place,
        "plain": entry.plain,
        "stored_at": record.stored_at.isoformat(),
        "menu": None
        if record.menu is None
        else [{"label": item.label, "target": item.target} for item in record.menu],
    }
    if entry.token is not None:
        written["token"] = entry.token.reveal()
    return written


def parse(body: bytes | None) -> Entries | int | None:
    """Return the entries, the version when it is newer than ours, None when damaged.

    Never raises: an exception would carry the content, token and all, in its traceback.
    """
    if body is None:
        return {}
    if len(body) > LARGEST:
        return None
    try:
        content = json.loads(body)
        version = content["version"]
        if type(version) is not int or version < 1:
            return None
        if version > CREDENTIALS_VERSION:
            return version
        if version == 1:
            # One account for each origin, and its token under the origin alone.
            items = content["records"].items()
            return {origin: (_entry(origin, found, plain=True),) for origin, found in items}
        return {origin: _of_origin(origin, found) for origin, found in content["origins"].items()}
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError, InvalidToken):
        return None


def _of_origin(origin: str, found: object) -> tuple[Entry, ...]:
    if not isinstance(found, list):
        raise TypeError
    entries = tuple(_entry(origin, item, plain=item["plain"]) for item in found)
    # Two that the keyring would have under one name would take each other's token.
    if len({entry.record.account.key for entry in entries}) < len(entries):
        raise ValueError
    if sum(entry.plain for entry in entries) > 1:
        raise ValueError
    return entries


def _entry(origin: str, found: Mapping[str, Any], *, plain: object) -> Entry:
    """Read one entry; raises what `parse` catches when anything is not as it was written."""
    account, menu = found["account"], found["menu"]
    name = account["name"]
    stored_at = datetime.fromisoformat(found["stored_at"])
    if (
        found["place"] not in ("keyring", "file")
        or stored_at.tzinfo is None
        # At the edges of the calendar no 90 days can be counted.
        or not 1970 <= stored_at.year < 9000
        or type(account["id"]) not in (int, type(None))
        or not isinstance(menu, list | None)
        or not isinstance(plain, bool)
    ):
        raise TypeError
    record = AccountRecord(
        origin=origin,
        place=found["place"],
        stored_at=stored_at,
        account_id=account["id"],
        account_name=None if name is None else _string(name),
        menu=None if menu is None else tuple(map(_menu_item, menu)),
    )
    return Entry(record, Secret.parse(found["token"]) if record.place == "file" else None, plain)


def _menu_item(found: Mapping[str, Any]) -> MenuItem:
    return MenuItem(_string(found["label"]), _string(found["target"], 2000))


def _string(value: object, limit: int = text.MAX_CHARACTERS) -> str:
    if not isinstance(value, str):
        raise TypeError
    return text.clean(value, limit)
