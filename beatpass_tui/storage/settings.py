"""Queries on settings, and the digests by which tokens are recognized."""

import os
import sqlite3


def load(sql: sqlite3.Connection, name: str) -> str | None:
    """Return a setting; None if it was never saved."""
    row = sql.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def save(sql: sqlite3.Connection, name: str, value: str) -> None:
    """Save a setting."""
    sql.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (name, value))


def token_digest(
    sql: sqlite3.Connection, origin: str, token: str, *, create_salt: bool = False
) -> bytes | None:
    """Return a digest that doesn't reveal a long random token; None if there is no salt yet."""
    import hashlib
    import hmac

    salt = load(sql, "salt")
    if salt is None:
        if not create_salt:
            return None
        salt = os.urandom(16).hex()
        save(sql, "salt", salt)
    message = f"{origin}\n{token}".encode("utf-8", "surrogatepass")
    return hmac.digest(salt.encode(), message, hashlib.sha256)[:16]
