"""The local store: cached models, history of numbers, visits and settings, by account."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from beatpass_tui.storage import kept_output, samples, serialization, settings, visits
from beatpass_tui.storage.accounts import AccountKey as AccountKey
from beatpass_tui.storage.accounts import account_id, ensure_account
from beatpass_tui.storage.database import Database
from beatpass_tui.storage.limits import LimitStore
from beatpass_tui.storage.samples import parse_time, restrict
from beatpass_tui.storage.schema import APPLICATION_ID, SCHEMA

if TYPE_CHECKING:
    from beatpass_tui.storage.beat_store import BeatStore

T = TypeVar("T")

NAME = "store.sqlite3"

CACHED_FOR = timedelta(days=90)
"""Cached models that have not been fetched again for this long are deleted."""

LATEST, BASELINE = 0, 1
"""Editions of a cached model: the newest, and the one at the end of the previous visit."""


class CachedModel(NamedTuple):
    """A serialized model; see `serialization`."""

    fetched: datetime
    """When it was fetched, in UTC."""
    shape: str
    body: str

    def load(self, model: type[T]) -> T | None:
        """Return the model; None if it can't be read or was stored with other fields."""
        if self.shape != serialization.shape(model):
            return None
        try:
            return serialization.load(model, self.body)
        except serialization.SerializationError:
            return None


class StoreSummary(NamedTuple):
    """How much is stored for an account."""

    cached: int
    """Number of cached models."""
    last_fetched: datetime | None
    """When the newest of them was fetched, in UTC."""
    samples: int
    """Number of values in the history."""
    first_sample: datetime | None
    """When the history begins, in UTC."""
    plays: int = 0
    """Number of recorded plays of beats."""
    beats: int = 0
    """Number of beats that they are of."""


class Visit(NamedTuple):
    """What changes are measured against during a visit."""

    since: datetime | None = None
    """When the previous visit ended; None at the first visit."""
    baseline: Mapping[str, CachedModel] = MappingProxyType({})
    """The cached models at that time."""


class Store:
    """The store's SQLite file; every error is raised as StoreUnavailable.

    Safe to use from several threads and by several instances of the program.
    """

    def __init__(self, path: Path, now: Callable[[], datetime], *, lock_wait: float = 1.0) -> None:
        self._now = now
        self._database = Database(
            path, SCHEMA, application_id=APPLICATION_ID, now=now, lock_wait=lock_wait
        )
        self.limits = LimitStore(self._database, now)

    @cached_property
    def beats(self) -> "BeatStore":
        """The recorded plays of beats; what they need is imported on first use."""
        from beatpass_tui.storage.beat_store import BeatStore

        return BeatStore(self._database, self._now)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Messages about repairs, such as a damaged file that was quarantined."""
        return tuple(self._database.warnings)

    @property
    def read_only_warning(self) -> str:
        """A sentence if the file can only be read; empty otherwise."""
        return self._database.read_only_warning

    @property
    def is_own(self) -> bool:
        """Whether it was closed, and no other process has changed it since it was opened."""
        return self._database.is_own

    def close(self) -> None:
        self._database.close()

    # Cached models

    def load_cached(
        self, key: AccountKey, names: Iterable[str] | None = None
    ) -> dict[str, CachedModel]:
        """Return the newest cached models by name; all of them unless `names` are given."""
        with self._database.transaction(writes=False) as sql:
            return _load_cached(sql, account_id(sql, key), LATEST, names)

    def save_cached(
        self,
        key: AccountKey,
        models: Mapping[str, CachedModel],
        *,
        artist: int | None = None,
        numbers: Mapping[str, float] | None = None,
    ) -> None:
        """Cache models that are newer than the cached ones, and add an artist's numbers.

        The numbers get the time of the newest of the models.
        """
        with self._database.transaction() as sql:
            account = ensure_account(sql, key)
            # A clock that was once ahead must not block later models forever.
            ahead = (self._now() + timedelta(minutes=5)).timestamp()
            rows = [
                (account, LATEST, name, fetched.timestamp(), shape, body, ahead)
                for name, (fetched, shape, body) in models.items()
            ]
            sql.executemany(
                """
                INSERT INTO answer (account, edition, name, fetched, shape, body)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (account, edition, name) DO UPDATE SET
                    fetched = excluded.fetched, shape = excluded.shape, body = excluded.body
                WHERE excluded.fetched >= answer.fetched OR answer.fetched > ?
                """,
                rows,
            )
            if artist is not None and numbers and models:
                at = max(model.fetched for model in models.values())
                values = [(number, at, value) for number, value in numbers.items()]
                samples.add(sql, account, artist, values)

    def delete_cached(self, key: AccountKey) -> None:
        """Delete the cached models of an account and its baseline, but not its history."""
        kept_output.remove(self._database.path.parent)
        with self._database.transaction() as sql:
            account = account_id(sql, key)
            sql.execute("DELETE FROM answer WHERE account = ?", (account,))
            sql.execute("UPDATE account SET since = NULL WHERE id = ?", (account,))

    # History

    def add_samples(
        self, key: AccountKey, artist: int, rows: Iterable[tuple[str, datetime, float]]
    ) -> None:
        """Add rows of number, time and value to the history of an artist."""
        with self._database.transaction() as sql:
            samples.add(sql, ensure_account(sql, key), artist, rows)

    def import_samples(
        self, key: AccountKey, artist: int, rows: Iterable[tuple[str, datetime, float]]
    ) -> int:
        """Add rows like `add_samples`, but keep stored values; return how many were added."""
        with self._database.transaction() as sql:
            return samples.add(sql, ensure_account(sql, key), artist, rows, replace=False)

    def load_daily_samples(
        self,
        key: AccountKey,
        artist: int,
        *,
        since: datetime | None = None,
        hourly: Sequence[samples.Span] = (),
        numbers: Sequence[str] | None = None,
    ) -> dict[str, list[tuple[datetime, float]]]:
        """Return the last sample of each local day, by number, oldest first.

        In the spans of `hourly`, return the last sample of each hour.
        """
        with self._database.transaction(writes=False) as sql:
            account, now = account_id(sql, key), self._now()
            return samples.load_daily(sql, account, artist, now, since, numbers, hourly)

    def load_samples(self, key: AccountKey) -> list[tuple[datetime, int, str, float]]:
        """Return time, artist, number and value of every sample, oldest first."""
        with self._database.transaction(writes=False) as sql:
            return samples.load_all(sql, account_id(sql, key), self._now())

    def list_artists(self, key: AccountKey) -> list[int]:
        """Return the artists in the history, the one with the latest sample first."""
        with self._database.transaction(writes=False) as sql:
            return samples.list_artists(sql, account_id(sql, key))

    def count_samples(self, origin: str) -> dict[int, int]:
        """Return the number of samples of each account that has a history."""
        with self._database.transaction(writes=False) as sql:
            return samples.count(sql, origin)

    def prune(self) -> None:
        """Thin old samples and delete old cached models, at most once a day."""
        from beatpass_tui.storage import plays

        now = self._now()
        today = f"{now:%Y-%m-%d}"
        with self._database.transaction() as sql:
            thinned = settings.load(sql, "thinned")
            if thinned == today:
                return
            settings.save(sql, "thinned", today)
            samples.thin(sql, now)
            plays.thin(sql, now, plays.parse_day(thinned))
            oldest = (now - CACHED_FOR).timestamp()
            sql.execute("DELETE FROM answer WHERE edition = 0 AND fetched < ?", (oldest,))

    # Visits

    def load_visit(self, key: AccountKey) -> Visit:
        """Return what `begin_visit` would return, except for pages of lists."""
        with self._database.transaction(writes=False) as sql:
            account = account_id(sql, key)
            since, ended = visits.load_previous(sql, account, self._now())
            if since is None:
                return Visit()
            edition = LATEST if ended else BASELINE
            return Visit(since, _load_cached(sql, account, edition, pages=False))

    def load_visit_end(self, key: AccountKey) -> datetime | None:
        """Return when the current visit ends unless the dashboard is seen; None if it has."""
        with self._database.transaction(writes=False) as sql:
            return visits.load_end(sql, account_id(sql, key), self._now())

    def begin_visit(self, key: AccountKey) -> Visit:
        """Return the current visit, a new one if the last visit has ended."""
        with self._database.transaction() as sql:
            account = ensure_account(sql, key)
            since, ended = visits.load_previous(sql, account, self._now())
            if ended:
                visits.copy_to_baseline(sql, account)
            visits.save(sql, account, since, self._now())
            return Visit() if since is None else Visit(since, _load_cached(sql, account, BASELINE))

    def save_baseline(self, key: AccountKey) -> None:
        """If the last visit has ended, save its baseline without beginning a new visit.

        Call it before caching models that the user does not see, so that the next visit's changes
        are not measured against them.
        """
        with self._database.transaction() as sql:
            account = ensure_account(sql, key)
            since, ended = visits.load_previous(sql, account, self._now())
            if ended and since is not None:
                visits.copy_to_baseline(sql, account)
                visits.save(sql, account, since, None)

    def mark_seen(self, key: AccountKey) -> None:
        """Save the current time as the last time the user saw the dashboard."""
        with self._database.transaction() as sql:
            account = ensure_account(sql, key)
            seen = self._now().timestamp()
            sql.execute("UPDATE account SET seen = ? WHERE id = ?", (seen, account))

    def mark_announced(self, key: AccountKey, items: Sequence[str]) -> list[str]:
        """Mark items as reported to an account; return those that were not marked before."""
        with self._database.transaction() as sql:
            account = ensure_account(sql, key)
            return [
                item
                for item in dict.fromkeys(items)
                if sql.execute(
                    "INSERT OR IGNORE INTO told (account, what) VALUES (?, ?)", (account, item)
                ).rowcount
            ]

    # Accounts, tokens and settings

    def summarize(self, key: AccountKey) -> StoreSummary:
        from beatpass_tui.storage import plays

        with self._database.transaction(writes=False) as sql:
            account = account_id(sql, key)
            cached, fetched = sql.execute(
                "SELECT count(*), max(fetched) FROM answer WHERE account = ? AND edition = ?",
                (account, LATEST),
            ).fetchone()
            values, first = sql.execute(
                "SELECT count(*), min(at) FROM history WHERE account = ?", (account,)
            ).fetchone()
            sizes = plays.count(sql, key.origin).get(key.account, (0, 0))
            return StoreSummary(cached, parse_time(fetched), values, parse_time(first), *sizes)

    def delete_account(self, key: AccountKey, *, keep_history: bool = False) -> tuple[str, ...]:
        """Delete everything about an account, and damaged copies of the file; return their names.

        With `keep_history` its samples and announcements stay. Also raises StoreUnavailable when
        a copy that may contain the account could not be deleted.
        """
        kept_output.remove(self._database.path.parent)
        return self._database.delete(partial(_delete_account, key=key, keep_history=keep_history))

    def delete_history(self, key: AccountKey) -> tuple[str, ...]:
        """Delete the samples of an account, and damaged copies; otherwise like delete_account."""
        return self._database.delete(partial(_delete_history, key=key))

    def clear_quarantine(self) -> tuple[str, ...]:
        """Delete damaged copies of the file and return their names; raises like delete_account."""
        return self._database.clear_quarantine()

    def save_token_owner(self, key: AccountKey, token: str) -> None:
        """Save which account a token belongs to, as a digest that doesn't reveal the token."""
        with self._database.transaction() as sql:
            account = ensure_account(sql, key)
            digest = settings.token_digest(sql, key.origin, token, create_salt=True)
            sql.execute("DELETE FROM token WHERE account = ? AND digest <> ?", (account, digest))
            sql.execute(
                "INSERT OR REPLACE INTO token (digest, account) VALUES (?, ?)", (digest, account)
            )

    def find_token_owner(self, origin: str, token: str) -> int | None:
        """Return the id of the account that a token was last saved for."""
        with self._database.transaction(writes=False) as sql:
            digest = settings.token_digest(sql, origin, token)
            row = sql.execute(
                """
                SELECT number FROM token JOIN account ON account.id = token.account
                WHERE digest = ? AND origin = ?
                """,
                (digest, origin),
            ).fetchone()
            return None if row is None else int(row[0])

    def load_setting(self, name: str) -> str | None:
        with self._database.transaction(writes=False) as sql:
            return settings.load(sql, name)

    def save_setting(self, name: str, value: str) -> None:
        with self._database.transaction() as sql:
            settings.save(sql, name, value)


def _delete_account(sql: sqlite3.Connection, key: AccountKey, *, keep_history: bool) -> None:
    account = account_id(sql, key)
    if keep_history:
        visits.save(sql, account, None, None)
        for table in ("answer", "token", "pause"):
            sql.execute(f"DELETE FROM {table} WHERE account = ?", (account,))
        for table in ("history", "beat"):
            if sql.execute(f"SELECT 1 FROM {table} WHERE account = ?", (account,)).fetchone():
                return
    # Its rows in other tables are deleted with it.
    sql.execute("DELETE FROM account WHERE id = ?", (account,))


def _delete_history(sql: sqlite3.Connection, key: AccountKey) -> None:
    # The plays of a beat are deleted with it.
    for table in ("history", "beat"):
        sql.execute(f"DELETE FROM {table} WHERE account = ?", (account_id(sql, key),))


def _load_cached(
    sql: sqlite3.Connection,
    account: int,
    edition: int,
    names: Iterable[str] | None = None,
    *,
    pages: bool = True,
) -> dict[str, CachedModel]:
    requested = None if names is None else tuple(names)
    rows = sql.execute(
        f"""
        SELECT name, fetched, shape, body FROM answer WHERE account = ? AND edition = ?
        {restrict("name", requested)} {"" if pages else visits.NO_PAGES}
        """,
        (account, edition, *(requested or ())),
    )
    return {
        name: CachedModel(at, shape, body)
        for name, fetched, shape, body in rows
        if (at := parse_time(fetched)) is not None
    }
