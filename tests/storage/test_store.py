"""The store: cached models, history of numbers, visits, announcements, settings and tokens."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from beatpass_tui.errors import StoreUnavailable
from beatpass_tui.storage import schema
from beatpass_tui.storage.store import (
    AccountKey,
    CachedModel,
    Store,
    StoreSummary,
    Visit,
)
from support.fakes import NOW, FakeClock

NOVA = AccountKey("https://open.beatpass.ca", 900000001)
VEGA = AccountKey("https://open.beatpass.ca", 900000007)
ELSEWHERE = AccountKey("https://test.example", 900000001)
ARTIST = 900000002

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.sqlite3"


class Stores:
    """Opens stores on one path with one clock, and closes them all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = FakeClock()
        self.opened: list[Store] = []

    def __call__(self, lock_wait: float = 1.0) -> Store:
        self.opened.append(Store(self.path, self.clock.now, lock_wait=lock_wait))
        return self.opened[-1]


@pytest.fixture
def stores(path: Path) -> Iterator[Stores]:
    stores = Stores(path)
    yield stores
    for store in stores.opened:
        store.close()


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores()


def cached(body: str, at: datetime = NOW) -> CachedModel:
    return CachedModel(at, "abcd1234", f'"{body}"')


def bodies(models: dict[str, CachedModel]) -> dict[str, str]:
    return {name: model.body.strip('"') for name, model in models.items()}


def alter(path: Path, statement: str, *values: object) -> None:
    """Change the file through another connection."""
    with closing(sqlite3.connect(path)) as sql:
        sql.execute(statement, values)
        sql.commit()


# Cached models


def test_cached_models_are_loaded_in_the_next_run(stores: Stores) -> None:
    model = cached("one", NOW.astimezone(timezone(timedelta(hours=5))))
    stores().save_cached(NOVA, {"stats": model})
    stores.opened[0].close()
    loaded = stores().load_cached(NOVA)
    assert loaded == {"stats": model}
    assert loaded["stats"].fetched.tzinfo is UTC


def test_cached_models_belong_to_one_account_and_origin(store: Store) -> None:
    store.save_cached(NOVA, {"stats": cached("nova")})
    store.save_cached(VEGA, {"stats": cached("vega")})
    assert bodies(store.load_cached(NOVA)) == {"stats": "nova"}
    assert bodies(store.load_cached(VEGA)) == {"stats": "vega"}
    assert store.load_cached(ELSEWHERE) == {}


def test_only_requested_models_are_loaded(store: Store) -> None:
    store.save_cached(NOVA, {name: cached(name) for name in ("a", "b", "c")})
    assert bodies(store.load_cached(NOVA, ["a", "c", "d"])) == {"a": "a", "c": "c"}
    assert store.load_cached(NOVA, []) == {}


def test_older_model_never_replaces_a_newer_one(store: Store) -> None:
    store.save_cached(NOVA, {"stats": cached("newer")})
    store.save_cached(
        NOVA, {"stats": cached("older", NOW - timedelta(seconds=1)), "other": cached("x")}
    )
    assert bodies(store.load_cached(NOVA)) == {"stats": "newer", "other": "x"}
    store.save_cached(NOVA, {"stats": cached("same time")})
    assert bodies(store.load_cached(NOVA))["stats"] == "same time"


def test_model_from_the_future_does_not_block_later_ones(store: Store) -> None:
    store.save_cached(NOVA, {"stats": cached("next year", NOW + 365 * DAY)})
    store.save_cached(NOVA, {"stats": cached("now")})
    assert bodies(store.load_cached(NOVA)) == {"stats": "now"}


def test_delete_cached_keeps_the_history(store: Store, stores: Stores) -> None:
    store.begin_visit(NOVA)
    store.save_cached(NOVA, {"stats": cached("x")}, artist=ARTIST, numbers={"tracks": 5})
    stores.clock.advance(3600)
    assert store.begin_visit(NOVA).baseline
    store.delete_cached(NOVA)
    assert store.load_cached(NOVA) == {}
    # Without cached models there is no baseline.
    assert store.begin_visit(NOVA) == store.load_visit(NOVA) == Visit()
    assert values(store, "tracks") == [5]
    stores.clock.advance(3600)
    store.save_cached(NOVA, {"stats": cached("y", stores.clock.now())})
    assert store.load_visit(NOVA).since == NOW + HOUR


@pytest.mark.parametrize("fetched", [1e300, -1e300, "soon", b"soon", 10**18])
def test_models_with_an_invalid_time_are_skipped(store: Store, path: Path, fetched: object) -> None:
    store.save_cached(NOVA, {"stats": cached("odd"), "other": cached("x")})
    alter(path, "UPDATE answer SET fetched = ? WHERE name = 'stats'", fetched)
    assert bodies(store.load_cached(NOVA)) == {"other": "x"}
    assert isinstance(store.summarize(NOVA), StoreSummary)
    store.save_cached(NOVA, {"stats": cached("repaired")})


@pytest.mark.parametrize("seen", [1e300, "soon", b"soon"])
def test_visits_with_an_invalid_time_are_ignored(store: Store, path: Path, seen: object) -> None:
    store.begin_visit(NOVA)
    alter(path, "UPDATE account SET seen = ?, since = ?", seen, seen)
    assert store.load_visit(NOVA) == store.begin_visit(NOVA) == Visit()
    assert store.begin_visit(NOVA) == Visit()


def test_invalid_samples_are_skipped(store: Store, path: Path) -> None:
    moments = [NOW - days * DAY for days in range(4)]
    store.add_samples(NOVA, ARTIST, [("tracks", at, 5) for at in moments])
    days = [int(at.timestamp()) for at in moments]
    alter(path, "UPDATE history SET value = 'many' WHERE at = ?", days[1])
    alter(path, "UPDATE history SET value = 1e999 WHERE at = ?", days[2])
    alter(path, "UPDATE history SET at = 1000000000000000000 WHERE at = ?", days[3])
    assert values(store, "tracks") == [5]


# History


def values(store: Store, number: str) -> list[float]:
    return [value for _, value in store.load_daily_samples(NOVA, ARTIST).get(number, [])]


def test_numbers_are_saved_with_the_time_of_their_model(store: Store) -> None:
    store.save_cached(
        NOVA,
        {"a": cached("a", NOW - HOUR), "b": cached("b")},
        artist=ARTIST,
        numbers={"tracks": 5, "growth": -2.5},
    )
    assert store.load_daily_samples(NOVA, ARTIST) == {
        "tracks": [(NOW, 5.0)],
        "growth": [(NOW, -2.5)],
    }


@pytest.mark.parametrize("artist, numbers", [(None, {"tracks": 5.0}), (ARTIST, {}), (ARTIST, None)])
def test_no_samples_without_artist_or_numbers(
    store: Store, artist: int | None, numbers: dict[str, float] | None
) -> None:
    store.save_cached(NOVA, {"stats": cached("x")}, artist=artist, numbers=numbers)
    assert store.summarize(NOVA).samples == 0


def test_history_belongs_to_one_artist_of_one_account(store: Store) -> None:
    store.add_samples(NOVA, ARTIST, [("tracks", NOW, 5)])
    store.add_samples(NOVA, ARTIST + 1, [("tracks", NOW, 6)])
    store.add_samples(VEGA, ARTIST, [("tracks", NOW, 7)])
    assert store.load_daily_samples(NOVA, ARTIST) == {"tracks": [(NOW, 5.0)]}
    assert store.load_daily_samples(NOVA, ARTIST + 1) == {"tracks": [(NOW, 6.0)]}
    assert store.load_daily_samples(ELSEWHERE, ARTIST) == {}


def test_daily_samples_are_the_last_of_each_day_in_order(store: Store) -> None:
    rows = [
        ("tracks", NOW - 2 * DAY, 1.0),
        ("tracks", NOW - 2 * DAY + HOUR, 2.0),
        ("tracks", NOW, 4.0),
        ("tracks", NOW - HOUR, 3.0),
    ]
    store.add_samples(NOVA, ARTIST, rows)
    assert store.load_daily_samples(NOVA, ARTIST) == {
        "tracks": [(NOW - 2 * DAY + HOUR, 2.0), (NOW, 4.0)]
    }


def test_future_samples_do_not_hide_current_ones(store: Store) -> None:
    for hours, value in ((-1, 5.0), (1, 8.0), (9_000, 9.0)):
        store.add_samples(NOVA, ARTIST, [("tracks", NOW + timedelta(hours=hours), value)])
    assert values(store, "tracks") == [5.0]


def test_daily_samples_can_be_limited_by_time_and_numbers(store: Store) -> None:
    rows = [(name, NOW - days * DAY, days) for name in ("tracks", "albums") for days in (9, 5, 0)]
    store.add_samples(NOVA, ARTIST, rows)
    loaded = store.load_daily_samples(
        NOVA, ARTIST, since=NOW - 5 * DAY, numbers=("albums", "growth")
    )
    assert loaded == {"albums": [(NOW - 5 * DAY, 5.0), (NOW, 0.0)]}
    assert store.load_daily_samples(NOVA, ARTIST, numbers=()) == {}


@pytest.mark.parametrize("hours", [-11, -5, 0, 5.5, 13])
def test_days_follow_the_local_time_zone(path: Path, hours: float) -> None:
    zone = timezone(timedelta(hours=hours))
    midnight = datetime(2026, 11, 20, tzinfo=zone)
    now = datetime(2026, 11, 23, 12, tzinfo=zone)
    with closing(Store(path, lambda: now)) as store:
        store.add_samples(
            NOVA,
            ARTIST,
            [
                ("tracks", midnight - timedelta(seconds=1), 1),
                ("tracks", midnight, 2),
                ("tracks", midnight + DAY - timedelta(seconds=1), 3),
                ("tracks", midnight + DAY, 4),
            ],
        )
        [*loaded] = store.load_daily_samples(NOVA, ARTIST)["tracks"]
    assert [(at.date().day, value) for at, value in loaded] == [(19, 1), (20, 3), (21, 4)]
    assert {at.utcoffset() for at, _ in loaded} == {zone.utcoffset(None)}


def test_one_value_per_day_across_a_change_to_standard_time(path: Path) -> None:
    # Toronto set its clocks back on November 1, 2026.
    zone = ZoneInfo("America/Toronto")
    # Like the system clock: with the current offset.
    now = datetime(2026, 11, 23, 12, tzinfo=zone).astimezone(timezone(timedelta(hours=-5)))
    moments = [datetime(2026, 10, 30, 0, tzinfo=UTC) + n * HOUR for n in range(100)]
    with closing(Store(path, lambda: now)) as store:
        store.add_samples(NOVA, ARTIST, [("tracks", at, n) for n, at in enumerate(moments)])
        days = [at.date() for at, _ in store.load_daily_samples(NOVA, ARTIST)["tracks"]]
    assert days == sorted(set(days))


def test_samples_of_the_same_second_replace_each_other(store: Store) -> None:
    store.add_samples(
        NOVA, ARTIST, [("tracks", NOW, 5), ("tracks", NOW + timedelta(microseconds=9), 6)]
    )
    assert store.summarize(NOVA).samples == 1
    assert values(store, "tracks") == [6]


# Pruning


def add_regular_samples(store: Store, first: datetime, last: datetime, step: timedelta) -> None:
    count = int((last - first) / step) + 1
    rows = [("tracks", first + n * step, float(n)) for n in range(count)]
    store.add_samples(NOVA, ARTIST, rows)


def moments(path: Path) -> list[datetime]:
    with closing(sqlite3.connect(path)) as sql:
        rows = sql.execute("SELECT at FROM history ORDER BY at").fetchall()
    return [datetime.fromtimestamp(at, UTC) for (at,) in rows]


def test_samples_are_thinned_to_hours_and_then_to_days(store: Store, path: Path) -> None:
    step = timedelta(minutes=15)
    add_regular_samples(store, NOW - 100 * DAY, NOW, step)
    store.prune()
    remaining = moments(path)
    today = [at for at in remaining if at >= NOW - DAY]
    assert today == [NOW - DAY + n * step for n in range(97)]
    hourly = [at for at in remaining if NOW - 90 * DAY <= at < NOW - DAY]
    # One more if an hour is split by the limit.
    assert len(hourly) in (89 * 24, 89 * 24 + 1)
    assert len({at.replace(minute=0) for at in hourly}) == len(hourly)
    daily = [at for at in remaining if at < NOW - 90 * DAY]
    assert len({at.date() for at in daily}) == len(daily) >= 10
    # The last value of each day or hour is kept.
    assert all(at.hour == 23 and at.minute == 49 for at in daily[:-1])
    assert all(at.minute == 49 for at in hourly[:-1])


def test_samples_of_a_span_are_loaded_by_hour(store: Store) -> None:
    add_regular_samples(store, NOW - 8 * DAY, NOW, timedelta(minutes=20))
    every_day = store.load_daily_samples(NOVA, ARTIST)["tracks"]
    start, end = NOW - 3 * DAY, NOW - 2 * DAY
    loaded = store.load_daily_samples(NOVA, ARTIST, hourly=[(start, end)])["tracks"]
    outside = [sample for sample in loaded if not start <= sample[0] < end]
    assert outside == [sample for sample in every_day if not start <= sample[0] < end]
    inside = [at.replace(minute=0) for at, _ in loaded if start <= at < end]
    assert inside == sorted(set(inside))
    assert len(inside) in (24, 25)


def test_thinning_does_not_change_daily_samples(store: Store) -> None:
    add_regular_samples(store, NOW - 120 * DAY, NOW, timedelta(minutes=50))
    before = store.load_daily_samples(NOVA, ARTIST)
    store.prune()
    assert store.load_daily_samples(NOVA, ARTIST) == before


def test_pruning_runs_once_a_day(store: Store, stores: Stores, path: Path) -> None:
    store.prune()
    add_regular_samples(store, NOW - 3 * DAY, NOW - 2 * DAY, timedelta(minutes=10))
    before = moments(path)
    store.prune()
    assert moments(path) == before
    stores.clock.advance(86_400)
    store.prune()
    assert len(moments(path)) < len(before) / 4


@pytest.mark.parametrize("zone", ["America/Toronto", "Europe/Berlin", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("month", [1, 4, 7, 11])
def test_last_sample_of_each_day_is_found_across_clock_changes(
    path: Path, zone: str, month: int
) -> None:
    """Each day ends by the UTC offset of its own date, before and after thinning."""
    now = datetime(2027, month, 15, 12, tzinfo=ZoneInfo(zone))
    start = now.astimezone(UTC) - timedelta(days=330)
    times = [(start + step * timedelta(minutes=30)) for step in range(330 * 48)]
    local = [at.astimezone(now.tzinfo) for at in times]
    near_midnight = [at for at in local if at.hour in (0, 23)]
    last = {at.date(): at for at in near_midnight}
    with closing(Store(path, lambda: now)) as store:
        store.add_samples(NOVA, ARTIST, [("tracks", at, at.timestamp()) for at in near_midnight])
        for _ in range(2):
            samples = store.load_daily_samples(NOVA, ARTIST)["tracks"]
            assert [at for at, _ in samples] == list(last.values())
            assert all(at.timestamp() == value for at, value in samples)
            store.prune()


def test_thinning_keeps_numbers_artists_and_accounts_apart(store: Store) -> None:
    for key, artist, name in (
        (NOVA, ARTIST, "tracks"),
        (NOVA, ARTIST, "albums"),
        (NOVA, ARTIST + 1, "tracks"),
        (VEGA, ARTIST, "tracks"),
    ):
        store.add_samples(
            key, artist, [(name, NOW - 99 * DAY, 1), (name, NOW - 99 * DAY + HOUR, 2)]
        )
    store.prune()
    assert store.summarize(NOVA).samples == 3
    assert store.summarize(VEGA).samples == 1


def test_ten_years_of_history_stay_small(store: Store, stores: Stores, path: Path) -> None:
    # Two visits a day, with seven numbers and thirty pages of lists.
    names = ("tracks", "total-plays", "albums", "downloads", "followers", "level", "growth")
    body = '"' + "x" * 20_000 + '"'
    store.save_cached(
        NOVA, {f"beats:{n}": CachedModel(NOW + 3640 * DAY, "abcd1234", body) for n in range(30)}
    )
    for days in range(0, 3650, 50):
        # Pruned at every start, as in the program.
        stores.clock.set_wall(NOW + days * DAY)
        moments = (NOW + (days + n) * DAY - hour * HOUR for n in range(-49, 1) for hour in (0, 5))
        store.add_samples(NOVA, ARTIST, [(name, at, 7.5) for at in moments for name in names])
        store.prune()
    assert len(store.load_daily_samples(NOVA, ARTIST)["tracks"]) > 3640
    store.close()
    assert path.stat().st_size < 4_000_000


def test_unused_cached_models_are_deleted_after_90_days(store: Store, stores: Stores) -> None:
    store.save_cached(NOVA, {"beats:1": cached("old"), "stats": cached("home")})
    stores.clock.advance(91 * 86_400)
    store.save_cached(NOVA, {"beats:2": cached("new", stores.clock.now())})
    store.prune()
    assert "beats:1" not in store.load_cached(NOVA)
    assert "beats:2" in store.load_cached(NOVA)


# Visits


def test_first_visit_has_no_baseline(store: Store) -> None:
    assert store.load_visit(NOVA) == Visit()
    assert store.begin_visit(NOVA) == Visit()
    store.save_cached(NOVA, {"stats": cached("x")})
    assert store.begin_visit(NOVA) == Visit()


@pytest.mark.parametrize("minutes, ended", [(0, False), (29.99, False), (30, True), (600, True)])
def test_visit_ends_after_half_an_hour_without_activity(
    store: Store, stores: Stores, minutes: float, ended: bool
) -> None:
    store.begin_visit(NOVA)
    store.save_cached(NOVA, {"stats": cached("x")})
    stores.clock.advance(60)
    store.mark_seen(NOVA)
    seen = stores.clock.now()
    stores.clock.advance(minutes * 60)
    visit = store.begin_visit(NOVA)
    assert visit.since == (seen if ended else None)
    assert bodies(dict(visit.baseline)) == ({"stats": "x"} if ended else {})


def test_baseline_stays_the_same_during_a_visit(store: Store, stores: Stores) -> None:
    store.begin_visit(NOVA)
    store.save_cached(NOVA, {"stats": cached("then")})
    stores.clock.advance(3600)
    first = store.begin_visit(NOVA)
    for _ in range(5):
        stores.clock.advance(29 * 60)
        store.save_cached(NOVA, {"stats": cached("now", stores.clock.now())})
        assert store.begin_visit(NOVA) == first
    assert bodies(dict(first.baseline)) == {"stats": "then"}
    assert bodies(store.load_cached(NOVA)) == {"stats": "now"}


def test_setting_the_clock_back_neither_ends_nor_prolongs_a_visit(
    store: Store, stores: Stores
) -> None:
    store.begin_visit(NOVA)
    store.save_cached(NOVA, {"stats": cached("x")})
    stores.clock.set_wall(NOW - 5 * HOUR)
    assert store.begin_visit(NOVA) == Visit()
    stores.clock.advance(1800)
    assert store.begin_visit(NOVA).since == NOW - 5 * HOUR


@pytest.mark.parametrize("minutes", [0, 10, 45, 5000])
def test_load_visit_equals_the_next_begin_visit(store: Store, stores: Stores, minutes: int) -> None:
    store.begin_visit(NOVA)
    store.save_cached(
        NOVA, {"stats": cached("x"), "beats:1": cached("page"), "artist": cached("y")}
    )
    stores.clock.advance(3600)
    for _ in range(3):
        expected = store.load_visit(NOVA)
        # Loading changes nothing.
        assert store.load_visit(NOVA) == expected
        assert store.begin_visit(NOVA) == expected
        assert store.load_visit(NOVA) == expected
        assert "beats:1" not in expected.baseline
        stores.clock.advance(minutes * 60)


def test_visits_belong_to_one_account(store: Store, stores: Stores) -> None:
    store.begin_visit(NOVA)
    store.begin_visit(VEGA)
    stores.clock.advance(1700)
    store.mark_seen(VEGA)
    stores.clock.advance(200)
    assert store.begin_visit(NOVA).since == NOW
    assert store.begin_visit(VEGA).since is None


# Announcements


def test_items_are_announced_once(stores: Stores) -> None:
    store = stores()
    assert store.mark_announced(NOVA, ["a", "b", "a"]) == ["a", "b"]
    assert store.mark_announced(NOVA, ["b", "c"]) == ["c"]
    assert store.mark_announced(NOVA, []) == []
    store.close()
    assert stores().mark_announced(NOVA, ["a", "b", "c", "d"]) == ["d"]
    assert stores().mark_announced(VEGA, ["a"]) == ["a"]


def test_imported_samples_never_replace_stored_ones(store: Store) -> None:
    store.add_samples(NOVA, ARTIST, [("tracks", NOW, 5)])
    rows = [
        ("tracks", NOW, 9.0),
        ("tracks", NOW - DAY, 4.0),
        ("albums", NOW, 2.0),
        ("tracks", NOW - DAY, 3.0),
    ]
    assert store.import_samples(NOVA, ARTIST, rows) == 2
    assert store.import_samples(NOVA, ARTIST, rows) == 0
    assert store.import_samples(NOVA, ARTIST, []) == 0
    assert store.load_samples(NOVA) == [
        (NOW - DAY, ARTIST, "tracks", 4),
        (NOW, ARTIST, "albums", 2),
        (NOW, ARTIST, "tracks", 5),
    ]
    # Another artist or account has samples of its own.
    assert store.import_samples(NOVA, 7, rows) == 3
    assert store.import_samples(VEGA, ARTIST, rows) == 3


def test_artists_of_a_history_are_listed_latest_first(store: Store) -> None:
    assert store.list_artists(NOVA) == []
    store.add_samples(NOVA, 7, [("tracks", NOW - DAY, 5), ("albums", NOW - 3 * DAY, 5)])
    store.add_samples(NOVA, ARTIST, [("tracks", NOW, 5), ("tracks", NOW - 9 * DAY, 5)])
    store.add_samples(VEGA, 8, [("tracks", NOW, 5)])
    assert store.list_artists(NOVA) == [ARTIST, 7]


# Deleting


def test_deleted_account_leaves_no_bytes_behind(store: Store, path: Path) -> None:
    for key, word in ((NOVA, "SECRETNOVA"), (VEGA, "KEPTVEGA")):
        store.save_token_owner(key, f"{word}-token")
        store.begin_visit(key)
        store.mark_seen(key)
        body = word * 2_000
        store.save_cached(
            key, {"stats": cached(body), "beats:1": cached(body)}, artist=1, numbers={word: 5}
        )
        store.mark_announced(key, [f"{word} told"])
    store.delete_account(NOVA)
    files = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    assert all(b"SECRETNOVA" not in content for content in files.values())
    assert any(b"KEPTVEGA" in content for content in files.values())
    assert store.summarize(NOVA) == StoreSummary(0, None, 0, None)
    assert store.find_token_owner(NOVA.origin, "SECRETNOVA-token") is None
    assert store.load_visit(NOVA) == Visit()
    assert store.mark_announced(NOVA, ["SECRETNOVA told"]) == ["SECRETNOVA told"]
    assert store.summarize(VEGA).cached == 2
    assert store.find_token_owner(VEGA.origin, "KEPTVEGA-token") == VEGA.account


def test_deleting_an_account_deletes_damaged_copies(stores: Stores) -> None:
    store = stores()
    store.save_cached(NOVA, {"stats": cached("SECRETNOVA" * 2_000)})
    store.close()
    content = stores.path.read_bytes()
    stores.path.write_bytes(content[:4096] + b"SECRETNOVA" * (len(content) // 10))
    store = stores()
    [copy] = store.delete_account(NOVA)
    assert copy.startswith("store.sqlite3.damaged-")
    assert all(b"SECRETNOVA" not in each.read_bytes() for each in stores.path.parent.iterdir())
    store.save_cached(NOVA, {"stats": cached("new")})
    assert bodies(store.load_cached(NOVA)) == {"stats": "new"}


def test_account_is_deleted_except_for_its_history(store: Store, path: Path) -> None:
    body = "SECRETNOVA" * 2_000
    for key in (NOVA, VEGA):
        store.save_token_owner(key, f"{key.account}-token")
        store.begin_visit(key)
        store.save_cached(
            key,
            {"stats": cached(body), "beats:1": cached(body)},
            artist=ARTIST,
            numbers={"tracks": 5},
        )
        store.save_baseline(key)
        store.mark_announced(key, ["tracks 5"])
    before = store.load_samples(NOVA)
    store.delete_account(VEGA)
    assert store.delete_account(NOVA, keep_history=True) == ()
    assert all(b"SECRETNOVA" not in each.read_bytes() for each in path.parent.iterdir())
    assert store.find_token_owner(NOVA.origin, f"{NOVA.account}-token") is None
    assert store.load_visit(NOVA) == Visit()
    assert store.summarize(NOVA) == StoreSummary(0, None, 1, NOW)
    assert store.load_samples(NOVA) == before
    assert store.mark_announced(NOVA, ["tracks 5", "tracks 10"]) == ["tracks 10"]
    assert store.count_samples(NOVA.origin) == {NOVA.account: 1}
    # The next visit is the first one again.
    assert store.begin_visit(NOVA) == Visit()


def test_account_without_history_leaves_nothing(store: Store, path: Path) -> None:
    store.save_cached(NOVA, {"stats": cached("x")})
    store.mark_announced(NOVA, ["tracks 5"])
    store.delete_account(NOVA, keep_history=True)
    with store._database.transaction(writes=False) as sql:
        for table in ("account", "answer", "told"):
            assert sql.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_only_the_history_of_an_account_is_deleted(store: Store, path: Path) -> None:
    for key in (NOVA, VEGA, ELSEWHERE):
        store.save_cached(key, {"stats": cached("x")}, artist=ARTIST, numbers={"SECRET": 5})
        store.add_samples(key, 7, [("SECRET", NOW - DAY, 4)])
    copy = path.with_name(f"{path.name}.damaged-20261120-000000")
    copy.write_bytes(b"SECRET")
    assert store.delete_history(NOVA) == (copy.name,)
    assert store.summarize(NOVA) == StoreSummary(1, NOW, 0, None)
    assert store.count_samples(NOVA.origin) == {VEGA.account: 2}
    assert store.count_samples(ELSEWHERE.origin) == {ELSEWHERE.account: 2}
    store.delete_history(VEGA)
    store.delete_history(ELSEWHERE)
    assert all(b"SECRET" not in each.read_bytes() for each in path.parent.iterdir())


def test_unknown_account_can_be_deleted(store: Store) -> None:
    store.delete_account(NOVA)
    assert store.load_cached(NOVA) == {}


def test_summary_counts_models_and_samples(store: Store) -> None:
    store.save_cached(
        NOVA, {"a": cached("a", NOW - HOUR), "b": cached("b")}, artist=1, numbers={"x": 1}
    )
    store.add_samples(NOVA, 2, [("tracks", NOW - 3 * DAY, 5)])
    store.save_cached(VEGA, {"a": cached("a")})
    assert store.summarize(NOVA) == StoreSummary(2, NOW, 2, NOW - 3 * DAY)


# Tokens


def test_token_owner_is_found_and_the_token_is_not_stored(stores: Stores, path: Path) -> None:
    store, token = stores(), "17|a-very-long-and-secret-token"
    assert store.find_token_owner(NOVA.origin, token) is None
    store.save_token_owner(NOVA, token)
    assert store.find_token_owner(NOVA.origin, token) == NOVA.account
    assert store.find_token_owner(NOVA.origin, token + "x") is None
    assert store.find_token_owner(ELSEWHERE.origin, token) is None
    contents = [each.read_bytes() for each in path.parent.iterdir()]
    assert all(token.encode() not in content for content in contents)
    assert all(b"secret-token" not in content for content in contents)
    store.close()
    assert stores().find_token_owner(NOVA.origin, token) == NOVA.account


def test_account_has_one_token_and_token_one_account(store: Store) -> None:
    store.save_token_owner(NOVA, "first")
    store.save_token_owner(NOVA, "second")
    assert store.find_token_owner(NOVA.origin, "first") is None
    assert store.find_token_owner(NOVA.origin, "second") == NOVA.account
    store.save_token_owner(VEGA, "second")
    assert store.find_token_owner(VEGA.origin, "second") == VEGA.account


def test_digests_differ_between_machines(tmp_path: Path) -> None:
    digests = set()
    for name in ("one", "two"):
        path = tmp_path / name / "store.sqlite3"
        with closing(Store(path, FakeClock().now)) as store:
            store.save_token_owner(NOVA, "token")
        with closing(sqlite3.connect(path)) as sql:
            digests.add(sql.execute("SELECT digest FROM token").fetchone()[0])
    assert len(digests) == 2


def test_damaged_salt_only_loses_the_token_owner(store: Store, path: Path) -> None:
    store.save_token_owner(NOVA, "token")
    alter(path, "UPDATE setting SET value = 'no such thing' WHERE name = 'salt'")
    assert store.find_token_owner(NOVA.origin, "token") is None
    store.save_token_owner(NOVA, "token")
    assert store.find_token_owner(NOVA.origin, "token") == NOVA.account


def test_settings_are_saved(stores: Stores) -> None:
    assert stores().load_setting("theme") is None
    stores.opened[0].save_setting("theme", "dracula")
    stores.opened[0].save_setting("theme", "nord")
    assert stores().load_setting("theme") == "nord"


# Instances and errors


def test_two_stores_share_one_file(stores: Stores) -> None:
    first, second = stores(), stores()
    first.save_cached(NOVA, {"stats": cached("one")})
    second.save_cached(NOVA, {"stats": cached("older", NOW - HOUR), "artist": cached("two")})
    assert bodies(first.load_cached(NOVA)) == {"stats": "one", "artist": "two"}
    assert first.mark_announced(NOVA, ["a"]) == ["a"]
    assert second.mark_announced(NOVA, ["a"]) == []
    first.delete_account(NOVA)
    assert second.load_cached(NOVA) == {}


def test_every_method_reports_a_locked_store(stores: Stores, path: Path) -> None:
    store = stores(lock_wait=0.01)
    store.save_cached(NOVA, {"stats": cached("x")})
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for call in (
            lambda: store.save_cached(NOVA, {"stats": cached("y")}),
            lambda: store.add_samples(NOVA, ARTIST, []),
            lambda: store.begin_visit(NOVA),
            lambda: store.mark_seen(NOVA),
            lambda: store.mark_announced(NOVA, ["a"]),
            lambda: store.delete_account(NOVA),
            lambda: store.delete_cached(NOVA),
            lambda: store.save_token_owner(NOVA, "token"),
            lambda: store.save_setting("a", "b"),
            lambda: store.prune(),
        ):
            with pytest.raises(StoreUnavailable):
                call()
        other.execute("ROLLBACK")
    assert bodies(store.load_cached(NOVA)) == {"stats": "x"}
    assert store.mark_announced(NOVA, ["a"]) == ["a"]


def test_closed_store_raises_store_unavailable(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable):
        store.load_cached(NOVA)


def test_file_has_application_id_and_schema_version(store: Store, path: Path) -> None:
    store.close()
    with closing(sqlite3.connect(path)) as sql:
        assert sql.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)
        assert sql.execute("PRAGMA user_version").fetchone() == (1,)
        assert sql.execute("PRAGMA journal_mode").fetchone() == ("wal",)
