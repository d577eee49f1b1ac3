"""Queries on the accounts that stored data belongs to."""

import sqlite3
from typing import NamedTuple


class AccountKey(NamedTuple):
    """The account that stored data belongs to."""

    origin: str
    """Scheme, host and port of the API."""
    account: int
    """Id of the account, from `/users/me`."""


def account_id(sql: sqlite3.Connection, key: AccountKey) -> int:
    """Return the row id of an account; 0 if nothing is stored for it."""
    row = sql.execute("SELECT id FROM account WHERE origin = ? AND number = ?", key).fetchone()
    return 0 if row is None else int(row[0])


def ensure_account(sql: sqlite3.Connection, key: AccountKey) -> int:
    """Return the row id of an account, after inserting it if necessary."""
    sql.execute("INSERT OR IGNORE INTO account (origin, number) VALUES (?, ?)", key)
    return account_id(sql, key)
