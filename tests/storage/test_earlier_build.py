"""Files that the build before the restructuring wrote are read by this one.

`earlier_build/` holds a dump of its store and its `credentials.json`, made with the models of
`support.fakes`.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from beatpass_tui.auth.credentials import Credentials
from beatpass_tui.models.catalog import AlbumTracks, Beat, Beats, Performance, TrackPerformance
from beatpass_tui.models.identity import MenuItem
from beatpass_tui.storage import serialization
from beatpass_tui.storage.store import AccountKey, Store
from support.fake_keyring import FakeKeyring, finder
from support.fakes import NOVA, NOVA_ACCOUNT, NOVA_ARTIST

FILES = Path(__file__).parent / "earlier_build"
ORIGIN = "https://open.beatpass.ca"
KEY = AccountKey(ORIGIN, 900000001)
LEFT = datetime(2026, 11, 20, 18, 20, tzinfo=UTC)
"""When the earlier build was closed."""

CACHED = {
    "beats:1": "beats",
    "albums:1": "albums",
    "album:900000301": "album",
    "transactions:all:all:1": "transactions",
}
"""The names in the cache that differ from those of `NOVA`."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    path = tmp_path / "store.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript((FILES / "store.sql").read_text("utf-8"))
    path.chmod(0o600)
    return Store(path, lambda: LEFT + timedelta(hours=2))


def as_stored(model: object) -> Any:  # noqa: ANN401
    """Return a model as the earlier build had it: with the UTC day of an upload, not its time."""
    match model:
        case Beat() | TrackPerformance() if isinstance(model.uploaded, datetime):
            return model._replace(uploaded=model.uploaded.date())
        case Beats() | Performance():
            return model._replace(rows=tuple(map(as_stored, model.rows)))
        case AlbumTracks() if model.tracks is not None:
            return model._replace(tracks=tuple(map(as_stored, model.tracks)))
    return model


def test_cached_answers_of_the_earlier_build_are_read(store: Store) -> None:
    with closing(store):
        answers = store.load_cached(KEY)
    assert {CACHED.get(name, name) for name in answers} == set(NOVA) - {
        "log_in", "activity_in", "downloads",
    }  # fmt: skip
    for name, answer in answers.items():
        model = NOVA[CACHED.get(name, name)]
        assert answer.fetched == LEFT - timedelta(minutes=5)
        assert answer.shape == serialization.shape(type(model)), name
        assert serialization.load(type(model), answer.body) == as_stored(model), name


def test_history_visits_and_settings_of_the_earlier_build_are_read(store: Store) -> None:
    assert NOVA_ARTIST.id is not None
    with closing(store):
        history = store.load_daily_samples(KEY, NOVA_ARTIST.id)
        assert {number: len(points) for number, points in history.items()} == dict.fromkeys(
            ("tracks", "total-plays", "albums", "downloads", "followers", "level", "growth"), 7
        )
        assert history["total-plays"][-1] == (LEFT, 45_210)
        assert store.load_visit(KEY).since == LEFT
        assert store.mark_announced(KEY, ["total-plays 45000", "total-plays 46000"]) == [
            "total-plays 46000"
        ]
        assert store.load_setting("theme") == "nord"
        assert store.find_token_owner(ORIGIN, "901|made-up-token-of-a-variable") == NOVA_ACCOUNT.id


def test_credentials_of_the_earlier_build_are_read(tmp_path: Path) -> None:
    shutil.copy(FILES / "credentials.json", tmp_path)
    (tmp_path / "credentials.json").chmod(0o600)
    keyring = FakeKeyring()
    keyring.kept["beatpass-tui", f"{ORIGIN}#900000001"] = "901|made-up-token-in-the-keyring"
    credentials = Credentials(tmp_path, finder(keyring), 60.0, now=lambda: LEFT)
    nova, other = credentials.file.list_accounts(ORIGIN)
    assert (nova.account, nova.place, nova.stored_at) == (NOVA_ACCOUNT, "keyring", LEFT)
    assert nova.menu == (
        MenuItem("Home", "/producer-dashboard"),
        MenuItem("Finances", "/producer-dashboard/finances"),
    )
    assert (other.account.id, other.place, other.menu) == (900000002, "file", None)
    for record, token in (
        (nova, "901|made-up-token-in-the-keyring"),
        (other, "902|made-up-token-in-the-file"),
    ):
        loaded = asyncio.run(credentials.load(ORIGIN, record))
        assert loaded is not None
        assert loaded.reveal() == token
