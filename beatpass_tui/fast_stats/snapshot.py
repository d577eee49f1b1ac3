"""The stored numbers of the current account, without asyncio, the session or the keyring."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from beatpass_tui.errors import CredentialsError
from beatpass_tui.models.audience import Activity
from beatpass_tui.models.home import Followers, Intelligence, Stats
from beatpass_tui.models.identity import Account, Artist
from beatpass_tui.models.numbers import Fetched, Snapshot
from beatpass_tui.storage.private_file import PrivateFile
from beatpass_tui.storage.store import AccountKey, CachedModel, Store

CREDENTIALS_FILE = "credentials.json"
CREDENTIALS_VERSION = 2

MODELS: Mapping[str, type[Any]] = {
    "account": Account,
    "artist": Artist,
    "stats": Stats,
    "intelligence": Intelligence,
    "followers": Followers,
    "activity": Activity,
}
"""The queries from which the numbers are read, with their models."""


def current_account(folder: Path, origin: str, now: Callable[[], datetime]) -> int | None:
    """Return the id of the current account of an API origin; None if it can't be read here."""
    try:
        file = PrivateFile(folder, CREDENTIALS_FILE, failure=CredentialsError, now=now)
        content = json.loads(file.read() or b"{}")
        if content["version"] != CREDENTIALS_VERSION:
            return None
        account = content["origins"][origin][0]["account"]["id"]
    except (CredentialsError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return account if type(account) is int else None


def load_snapshot(store: Store, key: AccountKey, now: datetime) -> Snapshot:
    """Return the cached models and the baseline of an account; raises StoreUnavailable."""
    visit = store.load_visit(key)
    current = store.load_cached(key, MODELS)
    baseline = _load(visit.baseline, now)
    return Snapshot(_load(current, now), baseline, visit.since, is_offline=True)


def _load(cached: Mapping[str, CachedModel], now: datetime) -> dict[str, Fetched]:
    models: dict[str, Fetched] = {}
    for name, entry in cached.items():
        if name in MODELS and (model := entry.load(MODELS[name])) is not None:
            models[name] = Fetched(model, entry.fetched.astimezone(now.tzinfo))
    return models
