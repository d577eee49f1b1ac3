"""What the program remembers of an account: the last answers, the history of its numbers, visits.

Times are stored in seconds since 1970. The bodies of answers are opaque here: JSON that `serial`
wrote, with the shape of the model that it was.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from beatpass_tui.errors import StoreUnavailable
from beatpass_tui.models.decode import MAX_NUMBER
from beatpass_tui.storage.database import Database

NAME = "store.sqlite3"

APPLICATION = 0x42545549
"""By this number a file says that it is ours."""

VISIT_GAP = timedelta(minutes=30)
"""A visit has ended when nobody looked for this long."""

HOURLY_AFTER = timedelta(days=1)
DAILY_AFTER = timedelta(days=90)
"""From these ages on, the history keeps the last value of an hour, and of a day."""

KEPT_FOR = timedelta(days=90)
"""How long the answer of a page that is not opened any more stays."""

_HOUR, _DAY = 3600, 86400

_LAST_SECOND = 7_258_118_400
"""No time beyond the year 2199 can be true."""

# The answers of pages of lists, whose names hold the number of the page.
_NO_PAGES = "AND name NOT LIKE '%:%'"

LATEST, BEFORE = 0, 1
"""The two editions of an answer: the newest, and as it was when the visit before ended."""

_FIRST_VERSION = (
    """
    CREATE TABLE account (
        id INTEGER PRIMARY KEY,
        origin TEXT NOT NULL,
        number INTEGER NOT NULL,
        since REAL,
        seen REAL,
        UNIQUE (origin, number)
    )
    """,
    """
    CREATE TABLE answer (
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        edition INTEGER NOT NULL,
        name TEXT NOT NULL,
        fetched REAL NOT NULL,
        shape TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (account, edition, name)
    )
    """,
    """
    CREATE TABLE history (
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        artist INTEGER NOT NULL,
        number TEXT NOT NULL,
        at INTEGER NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (account, artist, number, at)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE told (
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        what TEXT NOT NULL,
        PRIMARY KEY (account, what)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE token (
        digest BLOB PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)

MIGRATIONS: tuple[Sequence[str], ...] = (_FIRST_VERSION,)


class AccountKey(NamedTuple):
    """The account that something belongs to."""

    origin: str
    """Scheme, host and port of the API."""
    account: int
    """Id of the account, from `/users/me`."""


class Answer(NamedTuple):
    """One answer as it is kept."""

    fetched: datetime
    """When it was fetched, in UTC."""
    shape: str
    body: str


class Holdings(NamedTuple):
    """How much is remembered of an account."""

    answers: int
    newest: datetime | None
    """When the newest answer was fetched, in UTC."""
    values: int
    """Values in the history."""
    first: datetime | None
    """When the history begins, in UTC."""


class Visit(NamedTuple):
    """What the present visit is measured against."""

    since: datetime | None = None
    """When the visit before ended; None at the first visit."""
    before: Mapping[str, Answer] = MappingProxyType({})
    """The answers as they were then."""


class Store:
    """The tables of one file; every method raises StoreUnavailable and nothing else.

    Threads take turns; other instances of the program may use the same file.
    """

    def __init__(self, path: Path, now: Callable[[], datetime], *, lock_wait: float = 1.0) -> None:
        self._now = now
        self._database = Database(
            path, MIGRATIONS, application=APPLICATION, now=now, lock_wait=lock_wait
        )

    @property
    def display_path(self) -> str:
        """The path of the file for messages."""
        return self._database.display_path

    @property
    def remarks(self) -> tuple[str, ...]:
        """Whole sentences on what was put right, such as a damaged file kept aside."""
        return tuple(self._database.remarks)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # Answers

    def answers(self, whose: AccountKey, names: Iterable[str] | None = None) -> dict[str, Answer]:
        """Return the newest answers of an account by name, all of them or those named."""
        with self._database.transaction(writes=False) as sql:
            return _answers(sql, _find(sql, whose), LATEST, names)

    def keep(
        self,
        whose: AccountKey,
        answers: Mapping[str, Answer],
        *,
        artist: int | None = None,
        numbers: Mapping[str, float] | None = None,
    ) -> None:
        """Keep answers, unless newer ones are there, and the numbers of an artist that they held.

        The time of the numbers is that of the newest of the answers.
        """
        with self._database.transaction() as sql:
            key = _obtain(sql, whose)
            # A clock that was ahead once must not keep later answers out for ever.
            ahead = (self._now() + timedelta(minutes=5)).timestamp()
            sql.executemany(
                """
                INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (account, edition, name) DO UPDATE SET
                    fetched = excluded.fetched, shape = excluded.shape, body = excluded.body
                WHERE excluded.fetched >= answer.fetched OR answer.fetched > ?
                """,
                [
                    (key, LATEST, name, kept.fetched.timestamp(), kept.shape, kept.body, ahead)
                    for name, kept in answers.items()
                ],
            )
            if artist is not None and numbers and answers:
                at = int(max(kept.fetched.timestamp() for kept in answers.values()))
                _record(sql, key, artist, [(number, at, v) for number, v in numbers.items()])

    def drop_answers(self, whose: AccountKey) -> None:
        """Remove the answers of an account, and keep its history.

        The present visit is measured against nothing from then on.
        """
        with self._database.transaction() as sql:
            key = _find(sql, whose)
            sql.execute("DELETE FROM answer WHERE account = ?", (key,))
            sql.execute("UPDATE account SET since = NULL WHERE id = ?", (key,))

    # History

    def record(
        self, whose: AccountKey, artist: int, rows: Iterable[tuple[str, datetime, float]]
    ) -> None:
        """Add number, time and value to the history of an artist."""
        with self._database.transaction() as sql:
            key = _obtain(sql, whose)
            _record(
                sql, key, artist, [(name, int(at.timestamp()), value) for name, at, value in rows]
            )

    def history(
        self,
        whose: AccountKey,
        artist: int,
        *,
        since: datetime | None = None,
        numbers: Sequence[str] | None = None,
    ) -> dict[str, list[tuple[datetime, float]]]:
        """Return time and value of the last sample of each local day, by number, oldest first.

        The days are those of the zone that `now` is in.
        """
        now = self._now()
        offset = int((now.utcoffset() or timedelta()).total_seconds())
        found: dict[str, list[tuple[datetime, float]]] = {}
        with self._database.transaction(writes=False) as sql:
            # SQLite takes `value` from the row that has the largest `at`.
            rows = sql.execute(
                f"""
                SELECT number, max(at), value FROM history
                WHERE account = ? AND artist = ? AND at >= ?
                {_among("number", numbers)}
                GROUP BY number, (at + ?) / {_DAY} ORDER BY number, max(at)
                """,
                (
                    _find(sql, whose),
                    artist,
                    int(since.timestamp()) if since is not None else 0,
                    *(numbers or ()),
                    offset,
                ),
            )
            for number, at, value in rows:
                moment = _moment(at)
                # A file that is only a little damaged may hold anything.
                if moment is not None and isinstance(value, float) and abs(value) <= MAX_NUMBER:
                    found.setdefault(number, []).append((moment.astimezone(now.tzinfo), value))
        return found

    def samples(self, whose: AccountKey) -> list[tuple[datetime, int, str, float]]:
        """Return every value that is kept of an account: time, artist, number and value."""
        with self._database.transaction(writes=False) as sql:
            rows = sql.execute(
                """
                SELECT at, artist, number, value FROM history
                WHERE account = ? ORDER BY at, artist, number
                """,
                (_find(sql, whose),),
            )
            zone = self._now().tzinfo
            return [
                (moment.astimezone(zone), artist, number, value)
                for at, artist, number, value in rows
                if (moment := _moment(at)) is not None
                and isinstance(value, float)
                and abs(value) <= MAX_NUMBER
            ]

    def thin(self) -> None:
        """Leave out what is too old to be kept in full; once a day is enough.

        All of the last day stays, then the last value of each hour, after 90 days of each day.
        """
        now = self._now()
        offset = int((now.utcoffset() or timedelta()).total_seconds())
        hourly = int((now - HOURLY_AFTER).timestamp())
        daily = int((now - DAILY_AFTER).timestamp())
        with self._database.transaction() as sql:
            today = f"{now:%Y-%m-%d}"
            if _setting(sql, "thinned") == today:
                return
            _set(sql, "thinned", today)
            sql.execute(_thinning(_DAY), {"from": 0, "to": daily, "offset": offset})
            sql.execute(_thinning(_HOUR), {"from": daily, "to": hourly, "offset": offset})
            stale = (now - KEPT_FOR).timestamp()
            sql.execute("DELETE FROM answer WHERE edition = 0 AND fetched < ?", (stale,))

    # Visits

    def visit(self, whose: AccountKey, *, begin: bool = True) -> Visit:
        """Return what the present visit is measured against.

        When the last one has ended, a new one begins; without `begin` nothing is written yet.
        """
        if not begin:
            with self._database.transaction(writes=False) as sql:
                key = _find(sql, whose)
                since, ended = self._since(sql, key)
                edition = LATEST if ended else BEFORE
                before = _answers(sql, key, edition, pages=False) if since is not None else {}
                return Visit(since, before)
        with self._database.transaction() as sql:
            key = _obtain(sql, whose)
            since, ended = self._since(sql, key)
            if ended:
                _set_before(sql, key)
            sql.execute(
                "UPDATE account SET since = ?, seen = ? WHERE id = ?",
                (since.timestamp() if since else None, self._now().timestamp(), key),
            )
            return Visit(since, _answers(sql, key, BEFORE) if since is not None else {})

    def settle(self, whose: AccountKey) -> None:
        """Keep the answers as they were when the last visit ended, if it has, and begin no other.

        This is for newer answers that nobody looks at: the next visit is not measured by them.
        """
        with self._database.transaction() as sql:
            key = _obtain(sql, whose)
            since, ended = self._since(sql, key)
            if ended and since is not None:
                _set_before(sql, key)
                sql.execute(
                    "UPDATE account SET since = ?, seen = NULL WHERE id = ?",
                    (since.timestamp(), key),
                )

    def _since(self, sql: sqlite3.Connection, key: int) -> tuple[datetime | None, bool]:
        """Return when the visit before the present one ended, and whether it is only now known."""
        row = sql.execute("SELECT since, seen FROM account WHERE id = ?", (key,)).fetchone()
        since, seen = map(_moment, row or (None, None))
        now = self._now()
        if since is not None and since > now:
            # The clock was ahead then, and no answer would be newer than that visit.
            since = now
        ended = seen is not None and now - seen >= VISIT_GAP
        return (seen if ended else since), ended

    def see(self, whose: AccountKey) -> None:
        """Take note that the reader is looking."""
        with self._database.transaction() as sql:
            key = _obtain(sql, whose)
            sql.execute("UPDATE account SET seen = ? WHERE id = ?", (self._now().timestamp(), key))

    def tell(self, whose: AccountKey, what: Sequence[str]) -> list[str]:
        """Return which of `what` have not been told to this account yet; now they are."""
        with self._database.transaction() as sql:
            key = _obtain(sql, whose)
            return [
                each
                for each in dict.fromkeys(what)
                if sql.execute("INSERT OR IGNORE INTO told VALUES (?, ?)", (key, each)).rowcount
            ]

    # Accounts, tokens and settings

    def forget(self, whose: AccountKey) -> tuple[str, ...]:
        """Remove all that is known of an account, and the damaged copies of the file.

        Returns the names of the copies. Raises StoreUnavailable also when something is left that
        may hold the account.
        """
        known = len(self._database.remarks)
        try:
            self._remove(whose)
        except StoreUnavailable:
            if len(self._database.remarks) == known:
                raise
            # The file was damaged, and is a copy now that goes with the others.
            self._remove(whose)
        return self._database.clear_quarantine()

    def clear_quarantine(self) -> tuple[str, ...]:
        """Remove the damaged copies of the file; raises like `forget`."""
        return self._database.clear_quarantine()

    def _remove(self, whose: AccountKey) -> None:
        with self._database.transaction() as sql:
            sql.execute("DELETE FROM account WHERE origin = ? AND number = ?", whose)
        self._database.flush()

    def holdings(self, whose: AccountKey) -> Holdings:
        """Return how much is remembered of an account."""
        with self._database.transaction(writes=False) as sql:
            key = _find(sql, whose)
            answers, newest = sql.execute(
                "SELECT count(*), max(fetched) FROM answer WHERE account = ? AND edition = ?",
                (key, LATEST),
            ).fetchone()
            values, first = sql.execute(
                "SELECT count(*), min(at) FROM history WHERE account = ?", (key,)
            ).fetchone()
            return Holdings(answers, _moment(newest), values, _moment(first))

    def learn(self, whose: AccountKey, token: str) -> None:
        """Remember whose token this is, by a digest from which it cannot be told."""
        with self._database.transaction() as sql:
            digest = _digest(_salt(sql), whose.origin, token)
            key = _obtain(sql, whose)
            sql.execute("DELETE FROM token WHERE account = ? AND digest <> ?", (key, digest))
            sql.execute("INSERT OR REPLACE INTO token VALUES (?, ?)", (digest, key))

    def whose(self, origin: str, token: str) -> int | None:
        """Return the account that a token was last seen to belong to."""
        with self._database.transaction(writes=False) as sql:
            salt = _setting(sql, "salt")
            if salt is None:
                return None
            row = sql.execute(
                """
                SELECT number FROM token JOIN account ON account.id = token.account
                WHERE digest = ? AND origin = ?
                """,
                (_digest(salt, origin, token), origin),
            ).fetchone()
            return None if row is None else int(row[0])

    def setting(self, name: str) -> str | None:
        """Return what was set, such as the theme that was chosen last."""
        with self._database.transaction(writes=False) as sql:
            return _setting(sql, name)

    def set(self, name: str, value: str) -> None:
        """Keep a setting."""
        with self._database.transaction() as sql:
            _set(sql, name, value)


def _find(sql: sqlite3.Connection, whose: AccountKey) -> int:
    """Return the row of an account; 0 where there is none."""
    row = sql.execute("SELECT id FROM account WHERE origin = ? AND number = ?", whose).fetchone()
    return 0 if row is None else int(row[0])


def _obtain(sql: sqlite3.Connection, whose: AccountKey) -> int:
    """Return the row of an account, made where there is none."""
    sql.execute("INSERT OR IGNORE INTO account (origin, number) VALUES (?, ?)", whose)
    return _find(sql, whose)


def _answers(
    sql: sqlite3.Connection,
    key: int,
    edition: int,
    names: Iterable[str] | None = None,
    *,
    pages: bool = True,
) -> dict[str, Answer]:
    wanted = None if names is None else tuple(names)
    rows = sql.execute(
        f"""
        SELECT name, fetched, shape, body FROM answer
        WHERE account = ? AND edition = ? {_among("name", wanted)} {"" if pages else _NO_PAGES}
        """,
        (key, edition, *(wanted or ())),
    )
    found = ((name, _moment(fetched), shape, body) for name, fetched, shape, body in rows)
    return {name: Answer(at, shape, body) for name, at, shape, body in found if at is not None}


def _set_before(sql: sqlite3.Connection, key: int) -> None:
    """Make the newest answers those of the end of the visit before."""
    sql.execute("DELETE FROM answer WHERE account = ? AND edition = 1", (key,))
    sql.execute(
        f"""
        INSERT INTO answer SELECT account, 1, name, fetched, shape, body
        FROM answer WHERE account = ? AND edition = 0 {_NO_PAGES}
        """,
        (key,),
    )


def _moment(seconds: object) -> datetime | None:
    """Return a stored time; None for one that is missing or cannot be true."""
    if not isinstance(seconds, int | float) or not 0 <= seconds < _LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _among(column: str, values: Sequence[str] | None) -> str:
    return "" if values is None else f"AND {column} IN ({', '.join('?' * len(values))})"


def _record(
    sql: sqlite3.Connection, key: int, artist: int, rows: Iterable[tuple[str, int, float]]
) -> None:
    sql.executemany(
        "INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?, ?)",
        [(key, artist, *row) for row in rows],
    )


def _thinning(bucket: int) -> str:
    """Return what deletes every sample that a later one of the same bucket follows."""
    return f"""
        DELETE FROM history WHERE at >= :from AND at < :to AND EXISTS (
            SELECT 1 FROM history AS later
            WHERE later.account = history.account
                AND later.artist = history.artist
                AND later.number = history.number
                AND later.at > history.at
                AND later.at < ((history.at + :offset) / {bucket} + 1) * {bucket} - :offset
        )
    """


def _setting(sql: sqlite3.Connection, name: str) -> str | None:
    row = sql.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def _set(sql: sqlite3.Connection, name: str, value: str) -> None:
    sql.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))


def _salt(sql: sqlite3.Connection) -> str:
    if (salt := _setting(sql, "salt")) is None:
        salt = os.urandom(16).hex()
        _set(sql, "salt", salt)
    return salt


def _digest(salt: str, origin: str, token: str) -> bytes:
    """Return a few bytes that a long random token cannot be found from."""
    import hashlib
    import hmac

    message = f"{origin}\n{token}".encode("utf-8", "surrogatepass")
    return hmac.digest(salt.encode(), message, hashlib.sha256)[:16]


def open_store(
    path: Path, now: Callable[[], datetime], *, lock_wait: float = 1.0
) -> tuple[Store | None, str]:
    """Return the store, or None where there can be none, and a sentence on what is amiss."""
    try:
        store = Store(path, now, lock_wait=lock_wait)
    except StoreUnavailable as error:
        return None, f"{error.sentence} Nothing is remembered from this run."
    return store, " ".join(store.remarks)
