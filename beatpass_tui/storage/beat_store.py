"""The part of the store with the plays of beats."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from beatpass_tui.models.beat_plays import BeatPlays, RecordedBeat
from beatpass_tui.storage import plays, settings
from beatpass_tui.storage.accounts import AccountKey, account_id, ensure_account
from beatpass_tui.storage.database import Database
from beatpass_tui.storage.plays import PlaysSample
from beatpass_tui.storage.samples import parse_time

_CHUNK = 250
"""Beats that are read at a time."""


class BeatStore:
    """The plays of beats by account and artist; a part of `Store`, with the same errors."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def record(
        self, key: AccountKey, artist: int, beats: Iterable[BeatPlays], at: datetime
    ) -> None:
        """Record the plays of beats in a response received at `at`."""
        with self._database.transaction() as sql:
            plays.record(sql, ensure_account(sql, key), artist, beats, at, self._now())

    def load(
        self,
        key: AccountKey,
        artist: int,
        since: datetime,
        beats: Sequence[int] | None = None,
    ) -> list[RecordedBeat]:
        """Return beats, by default all, with their plays since a moment and the last before."""
        with self._database.transaction(writes=False) as sql:
            account = account_id(sql, key)
            return list(plays.load(sql, account, artist, since, self._now(), beats))

    def read(self, key: AccountKey, artist: int, since: datetime) -> Iterator[RecordedBeat]:
        """Yield all beats like `load`, reading some hundred at a time.

        The values of 10,000 beats at once would stop every thread while garbage is collected.
        """
        with self._database.transaction(writes=False) as sql:
            ids = plays.beat_ids(sql, account_id(sql, key), artist)
        for start in range(0, len(ids), _CHUNK):
            yield from self.load(key, artist, since, ids[start : start + _CHUNK])

    def load_all(self, key: AccountKey) -> list[PlaysSample]:
        """Return all recorded plays, oldest first."""
        with self._database.transaction(writes=False) as sql:
            return plays.load_all(sql, account_id(sql, key), self._now())

    def import_plays(
        self, key: AccountKey, artist: int, samples: Iterable[tuple[BeatPlays, datetime]]
    ) -> int:
        """Add plays of days on which none are recorded of a beat; return how many were added."""
        with self._database.transaction() as sql:
            account = ensure_account(sql, key)
            # Imported values are old, so they must be thinned today.
            settings.save(sql, "thinned", "")
            return plays.add_missing(sql, account, artist, samples, self._now())

    def count(self, origin: str) -> dict[int, tuple[int, int]]:
        """Return the number of values, and of their beats, of each account that has any."""
        with self._database.transaction(writes=False) as sql:
            return plays.count(sql, origin)

    # Pages of the catalog

    def page_times(self, key: AccountKey) -> dict[int, datetime]:
        """Return when each page of the catalog was fetched, in UTC, by its number."""
        with self._database.transaction(writes=False) as sql:
            rows = sql.execute(
                """
                SELECT name, fetched FROM answer
                WHERE account = ? AND edition = 0 AND name GLOB 'beats:[0-9]*'
                """,
                (account_id(sql, key),),
            )
            times = ((name.partition(":")[2], parse_time(fetched)) for name, fetched in rows)
            return {int(page): at for page, at in times if at is not None and page.isdecimal()}

    def take_page(self, key: AccountKey, most: int) -> bool:
        """Count a page that is about to be requested; return false after `most` on a local day."""
        name, today = f"catalog pages of {key.origin} {key.account}", f"{self._now():%Y-%m-%d}"
        with self._database.transaction() as sql:
            day, _, count = (settings.load(sql, name) or "").partition(" ")
            taken = int(count) if day == today and count.isdecimal() else 0
            if taken < most:
                settings.save(sql, name, f"{today} {taken + 1}")
            return taken < most
