"""This build and the one before the restructuring read and write the same files.

`earlier_build/` holds a dump of the earlier store and `credentials.json`, made with the models of
`support.fakes`; `support.earlier_build` has the checks and statements of that build.
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
from beatpass_tui.storage import schema, serialization
from beatpass_tui.storage import store as store_module
from beatpass_tui.storage.store import Store
from support import earlier_build
from support.command_harness import KEY, ORIGIN
from support.earlier_build import EarlierBuild
from support.fake_keyring import FakeKeyring, finder
from support.fakes import NOVA, NOVA_ACCOUNT, NOVA_ARTIST

FILES = Path(__file__).parent / "earlier_build"
CLOSED_AT = datetime(2026, 11, 20, 18, 20, tzinfo=UTC)
"""When the earlier build was closed."""

CACHED = {
    "beats:1": "beats",
    "albums:1": "albums",
    "album:900000301": "album",
    "transactions:all:all:1": "transactions",
}
"""The names in the cache that differ from those of `NOVA`."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript((FILES / "store.sql").read_text("utf-8"))
    path.chmod(0o600)
    return path


@pytest.fixture
def store(path: Path) -> Store:
    return Store(path, lambda: CLOSED_AT + timedelta(hours=2))


def as_stored(model: object) -> Any:  # noqa: ANN401
    """Return a model as the earlier build stored it: with fewer fields, and days of uploads."""
    match model:
        case Beat() | TrackPerformance() if isinstance(model.uploaded, datetime):
            return model._replace(uploaded=model.uploaded.date())
        case Beats() | Performance():
            return model._replace(rows=tuple(map(as_stored, model.rows)))
        case AlbumTracks() if model.tracks is not None:
            return AlbumTracks(
                model.album._replace(track_ids=None), tuple(map(as_stored, model.tracks))
            )
    return model


def test_cached_answers_of_the_earlier_build_are_read(store: Store) -> None:
    with closing(store):
        answers = store.load_cached(KEY)
    assert {CACHED.get(name, name) for name in answers} == set(NOVA) - {
        "log_in", "activity_in", "downloads", "plays", "application",
        "collaboration_insights", "beat_insights", "album_insights", "placements", "leaderboards",
        "platform_uploads", "beat_plays", "album_plays",
    }  # fmt: skip
    for name, answer in answers.items():
        model = NOVA[CACHED.get(name, name)]
        assert answer.fetched == CLOSED_AT - timedelta(minutes=5)
        assert answer.shape == serialization.shape(type(model)), name
        assert serialization.load(type(model), answer.body) == as_stored(model), name


def test_history_visits_and_settings_of_the_earlier_build_are_read(store: Store) -> None:
    assert NOVA_ARTIST.id is not None
    with closing(store):
        history = store.load_daily_samples(KEY, NOVA_ARTIST.id)
        assert {number: len(points) for number, points in history.items()} == dict.fromkeys(
            ("tracks", "total-plays", "albums", "downloads", "followers", "level", "growth"), 7
        )
        assert history["total-plays"][-1] == (CLOSED_AT, 45_210)
        assert store.load_visit(KEY).since == CLOSED_AT
        assert store.mark_announced(KEY, ["total-plays 45000", "total-plays 46000"]) == [
            "total-plays 46000"
        ]
        assert store.load_setting("theme") == "nord"
        assert store.find_token_owner(ORIGIN, "901|made-up-token-of-a-variable") == NOVA_ACCOUNT.id


def test_credentials_of_the_earlier_build_are_read(tmp_path: Path) -> None:
    shutil.copy(FILES / "credentials.json", tmp_path)
    (tmp_path / "credentials.json").chmod(0o600)
    keyring = FakeKeyring()
    keyring.passwords["beatpass-tui", f"{ORIGIN}#900000001"] = "901|made-up-token-in-the-keyring"
    credentials = Credentials(tmp_path, finder(keyring), 60.0, now=lambda: CLOSED_AT)
    nova, other = credentials.file.list_accounts(ORIGIN)
    assert (nova.account, nova.place, nova.stored_at) == (NOVA_ACCOUNT, "keyring", CLOSED_AT)
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


ADDED = {
    "note": """
        CREATE TABLE note (
            account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            text TEXT NOT NULL
        )
    """,
    "by_text": "CREATE INDEX by_text ON note (text)",
}


@pytest.mark.parametrize("added", [{}, ADDED], ids=["this build", "a build with more tables"])
def test_earlier_build_uses_a_store_that_a_newer_one_has_used(
    path: Path, monkeypatch: pytest.MonkeyPatch, added: dict[str, str]
) -> None:
    artist, now = 900000002, CLOSED_AT + timedelta(hours=2)
    monkeypatch.setattr(store_module, "SCHEMA", {**schema.SCHEMA, **added})
    with closing(Store(path, lambda: now)) as newer:
        newer.begin_visit(KEY)
        newer.add_samples(KEY, artist, [("total-plays", now, 45_300)])
        if added:
            with newer._database.transaction() as sql:
                sql.execute("INSERT INTO note VALUES (1, 'of the newer build')")
    assert earlier_build.rejection(path) == ""
    with closing(EarlierBuild(path, *KEY, artist)) as earlier:
        assert (int(now.timestamp()), "total-plays", 45_300.0) in earlier.samples()
        later = now + timedelta(minutes=40)
        earlier.save("stats", later.timestamp(), {"total-plays": 45_400})
        earlier.begin_visit(now.timestamp(), later.timestamp())
    with closing(Store(path, lambda: later)) as newer:
        assert newer.warnings == ()
        assert newer.load_daily_samples(KEY, artist)["total-plays"][-1] == (later, 45_400)
        assert newer.load_cached(KEY)["stats"].body == '"earlier"'
        assert newer.load_visit(KEY).since == now
        assert newer.mark_announced(KEY, ["plays 46000"]) == []
        assert newer.load_setting("theme") == "gruvbox"
        if added:
            with newer._database.transaction() as sql:
                assert sql.execute("SELECT text FROM note").fetchall() == [("of the newer build",)]
    # Its deletions also remove rows of the added tables.
    with closing(EarlierBuild(path, *KEY, artist)) as earlier:
        earlier.sign_out()
        remaining = "SELECT count(*) FROM note" if added else "SELECT count(*) FROM history"
        assert earlier.sql.execute(remaining).fetchone() == (0,)
    assert [each.name for each in path.parent.iterdir() if "newer" in each.name] == []


def test_every_table_of_an_account_is_deleted_with_it(store: Store) -> None:
    # An earlier build deletes rows of unknown tables by their foreign keys.
    with closing(store), store._database.transaction() as sql:
        references = sql.execute(
            """
            SELECT item.name, reference.on_delete FROM sqlite_master AS item,
            pragma_foreign_key_list(item.name) AS reference
            """
        ).fetchall()
        assert {name for name, _ in references} == {
            "answer", "history", "beat", "plays", "told", "token", "budget", "pause",
        }  # fmt: skip
        assert {on_delete for _, on_delete in references} == {"CASCADE"}
