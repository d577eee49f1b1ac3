"""Write a store as an earlier run of the program did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from beatpass_tui.models.beat_plays import beats_in
from beatpass_tui.models.secret import Secret
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.storage import serialization
from beatpass_tui.storage.store import AccountKey, CachedModel, Store
from support.fakes import NOVA, NOVA_ACCOUNT, NOVA_ARTIST, FakeClock

ORIGIN = "https://open.beatpass.ca"
assert NOVA_ACCOUNT.id is not None
assert NOVA_ARTIST.id is not None
ACCOUNT: int = NOVA_ACCOUNT.id
ARTIST: int = NOVA_ARTIST.id
ACCOUNT_KEY = AccountKey(ORIGIN, ACCOUNT)

HOME = ("account", "artist", "stats", "intelligence", "followers", "activity")


class StoredHistory:
    """A store on disk, and the repositories of runs that use it."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        self.path = folder / "data" / "store.sqlite3"
        self.clock = clock
        self._stores: list[Store] = []

    def save_visit(
        self,
        at: datetime,
        answers: Mapping[str, Any] | None = None,
        *,
        account_key: AccountKey = ACCOUNT_KEY,
        pages: Mapping[str, object] | None = None,
        history: tuple[tuple[str, datetime, float], ...] = (),
        **other: object,
    ) -> None:
        """Store the answers of a visit at `at`: those of Home, with the given changes."""
        models = {name: NOVA[name] for name in HOME} if answers is None else dict(answers)
        models |= {**other, **(pages or {})}
        store = Store(self.path, lambda: at)
        cached = {
            name: CachedModel(at, serialization.shape(type(value)), serialization.dump(value))
            for name, value in models.items()
        }
        store.save_cached(account_key, cached)
        store.add_samples(account_key, ARTIST, history)
        for value in models.values():
            store.beats.record(account_key, ARTIST, beats_in(value), at)
        store.mark_seen(account_key)
        store.close()

    def store(self) -> Store:
        """Open the store."""
        self._stores.append(Store(self.path, self.clock.now))
        return self._stores[-1]

    def repository(self, token: Secret | None = None) -> HistoryRepository:
        """Return the repository that a run receives."""
        return HistoryRepository(self.store(), ORIGIN, self.clock, token=token)

    def close(self) -> None:
        """Close every store."""
        for store in self._stores:
            store.close()


async def wait_for_writes(repository: HistoryRepository) -> None:
    """Wait until all changes are on disk."""
    await repository.run(lambda _: None, None)
