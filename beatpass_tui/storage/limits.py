"""The part of the store with the request budget and the rate limits of accounts.

Processes share them, so times are those of the wall clock. A clock that was set back neither
blocks requests nor adds to the budget; one that was set forward fills the budget once.
"""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from beatpass_tui.storage.accounts import AccountKey, account_id, ensure_account
from beatpass_tui.storage.database import Database


class Permit(NamedTuple):
    """Whether a request may be sent; it may if both times are 0."""

    wait: float = 0.0
    """Seconds until the budget may have room for it."""
    paused_for: float = 0.0
    """Seconds until a pause of its endpoint ends."""
    is_limited: bool = False
    """Whether the pause is a rate limit of the service, and not a precaution."""


class LimitStore:
    """The budget and the pauses of endpoints by account; a part of `Store`, with the same errors.

    The budget is a token bucket, which an interrupted process cannot leave in use.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def take(
        self, key: AccountKey, path: str, *, burst: int, rate: float, reserve: int = 0
    ) -> Permit:
        """Take a token for a request unless its endpoint is paused or `reserve` would be touched.

        The bucket holds `burst` tokens and gets `rate` tokens a second.
        """
        with self._database.transaction() as sql:
            # Read while the file is locked, so that processes refill the bucket in order.
            now = self._now().timestamp()
            account = ensure_account(sql, key)
            pause = _load_pause(sql, account, path, now)
            if pause.paused_for:
                return pause
            tokens = _load_tokens(sql, account, now, burst, rate)
            missing = 1 + reserve - tokens
            # Ignore rounding errors of the clock.
            wait = missing / rate if missing > 1e-6 else 0.0
            if not wait:
                tokens -= 1
            sql.execute("INSERT OR REPLACE INTO budget VALUES (?, ?, ?)", (account, tokens, now))
            return Permit(wait)

    def pause(self, key: AccountKey, path: str, seconds: float, *, is_limited: bool) -> None:
        """Pause an endpoint of an account for all processes."""
        with self._database.transaction() as sql:
            now = self._now().timestamp()
            _save_pause(sql, ensure_account(sql, key), path, now, seconds, is_limited)

    def load_pauses(self, key: AccountKey) -> dict[str, float]:
        """Return the remaining seconds of an account's pauses by path."""
        with self._database.transaction(writes=False) as sql:
            if not sql.execute("SELECT 1 FROM sqlite_master WHERE name = 'pause'").fetchone():
                # A read-only file of an earlier version.
                return {}
            now = self._now().timestamp()
            rows = sql.execute(
                "SELECT path, at, until FROM pause WHERE account = ?", (account_id(sql, key),)
            ).fetchall()
            # A clock that was set back must not make a pause longer.
            return {path: until - max(at, now) for path, at, until in rows if until > now}


def _load_tokens(
    sql: sqlite3.Connection, account: int, now: float, burst: int, rate: float
) -> float:
    row = sql.execute(
        """
        SELECT tokens, at FROM budget
        WHERE account = ? AND tokens BETWEEN 0 AND ? AND typeof(at) = 'real'
        """,
        (account, burst),
    ).fetchone()
    if row is None:
        return float(burst)
    tokens, at = row
    return float(min(tokens + max(now - at, 0.0) * rate, burst))


def _load_pause(sql: sqlite3.Connection, account: int, path: str, now: float) -> Permit:
    row = sql.execute(
        "SELECT at, until, limited FROM pause WHERE account = ? AND path = ?", (account, path)
    ).fetchone()
    if row is None or row[1] <= now:
        return Permit()
    at, until, limited = row
    if at > now:
        # The clock was set back, so that the pause would last too long.
        until += now - at
        _save_pause(sql, account, path, now, until - now, limited)
    return Permit(paused_for=until - now, is_limited=bool(limited))


def _save_pause(
    sql: sqlite3.Connection, account: int, path: str, now: float, seconds: float, limited: bool
) -> None:
    sql.execute(
        "INSERT OR REPLACE INTO pause VALUES (?, ?, ?, ?, ?)",
        (account, path, now, now + seconds, int(limited)),
    )
