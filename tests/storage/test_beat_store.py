"""Recorded plays of beats: one value a day, only changes, thinned, by account and artist."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from beatpass_tui.models import gains
from beatpass_tui.models.beat_plays import BeatPlays, RecordedBeat
from beatpass_tui.storage import beat_store
from beatpass_tui.storage.plays import WEEKLY_AFTER
from beatpass_tui.storage.store import NAME, AccountKey, Store
from support.earlier_build import EarlierBuild, rejection

KEY, OTHER = AccountKey("https://open.beatpass.ca", 1), AccountKey("https://open.beatpass.ca", 2)
ARTIST, BEAT = 21, 910_000_001
TORONTO = ZoneInfo("America/Toronto")
NOW = datetime(2026, 11, 27, 12, 48, tzinfo=TORONTO)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)


class Clock:
    """A clock that only tests advance."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with closing(Store(tmp_path / NAME, clock)) as store:
        yield store


def record(store: Store, clock: Clock, at: datetime, *plays: int, beat: int = BEAT) -> None:
    """Record answers of `at` with these plays of a beat, in this order."""
    clock.time = at
    for value in plays:
        store.beats.record(KEY, ARTIST, [BeatPlays(beat, value)], at)


def recorded(store: Store, since: datetime = LONG_AGO) -> RecordedBeat:
    (beat,) = store.beats.load(KEY, ARTIST, since)
    return beat


def runs(store: Store) -> list[tuple[datetime, datetime, int]]:
    return [tuple(run) for run in recorded(store).runs]  # type: ignore[misc]


def quarter(at: datetime) -> datetime:
    """Round a time down to the quarter hour, as the store does."""
    return datetime.fromtimestamp(at.timestamp() // 900 * 900, at.tzinfo)


def test_one_value_is_stored_per_day_and_none_for_unchanged_days(
    store: Store, clock: Clock
) -> None:
    record(store, clock, NOW, 5, 7)
    record(store, clock, NOW + HOUR, 8)
    for day in (1, 2, 5):
        record(store, clock, NOW + day * DAY, 8)
    record(store, clock, NOW + 9 * DAY, 12)
    first, last = quarter(NOW + HOUR), quarter(NOW + 5 * DAY)
    later = quarter(NOW + 9 * DAY)
    assert runs(store) == [(first, last, 8), (later, later, 12)]


def test_beat_missing_from_answers_has_no_gain(store: Store, clock: Clock) -> None:
    record(store, clock, NOW, 5, beat=1)
    record(store, clock, NOW, 5, beat=2)
    record(store, clock, NOW + 7 * DAY, 5, beat=1)
    now = NOW + 7 * DAY
    seen, unseen = store.beats.load(KEY, ARTIST, LONG_AGO)
    assert seen.period_gain(now, 7).gain == seen.gain_since(now, now - 3 * DAY).gain == 0
    assert unseen.period_gain(now, 7).gain is unseen.gain_since(now, NOW).gain is None


@pytest.mark.parametrize("delay, is_known", [(0, True), (1_200, False)])
def test_responses_from_exactly_a_day_ago_are_compared(
    store: Store, clock: Clock, delay: int, is_known: bool
) -> None:
    """Stored times are rounded down by up to a quarter of an hour."""
    record(store, clock, NOW - 9 * DAY, 5)
    record(store, clock, NOW - DAY, 8)
    now = NOW + timedelta(seconds=delay)
    assert recorded(store).period_gain(now, 7).gain == (3 if is_known else None)
    assert recorded(store).gain_since(now, NOW - 10 * DAY).gain == (3 if is_known else None)


def test_older_answer_changes_nothing(store: Store, clock: Clock) -> None:
    record(store, clock, NOW, 9)
    store.beats.record(KEY, ARTIST, [BeatPlays(BEAT, 3)], NOW - DAY)
    assert [plays for *_, plays in runs(store)] == [9]


def test_future_values_do_not_block_later_ones(store: Store, clock: Clock) -> None:
    record(store, clock, NOW - DAY, 3)
    record(store, clock, NOW + 400 * DAY, 3, 4)
    record(store, clock, NOW, 5)
    record(store, clock, NOW + DAY, 6)
    assert [plays for *_, plays in runs(store)] == [3, 5, 6]


def test_future_values_are_not_loaded(store: Store, clock: Clock) -> None:
    for days in (-2, -1):
        record(store, clock, NOW + days * DAY, 3)
        record(store, clock, NOW + days * DAY, 9, beat=2)
    record(store, clock, NOW + 400 * DAY, 3)
    record(store, clock, NOW + 400 * DAY, 99, beat=2)
    clock.time = NOW
    unchanged, changed = store.beats.load(KEY, ARTIST, LONG_AGO)
    assert unchanged.runs[-1].last <= NOW + HOUR
    assert [run.plays for run in changed.runs] == [9]
    record(store, clock, NOW, 3)
    clock.time = NOW + 2 * DAY
    assert store.beats.load(KEY, ARTIST, LONG_AGO)[0].runs[-1].last == quarter(NOW)


@pytest.mark.parametrize(
    "night",
    [datetime(2026, 3, 8, tzinfo=TORONTO), datetime(2026, 11, 1, tzinfo=TORONTO)],
    ids=["23 hours", "25 hours"],
)
def test_days_are_local_across_clock_changes(store: Store, clock: Clock, night: datetime) -> None:
    for plays, hours in enumerate((-1, 1, 22, 26, 45)):
        record(store, clock, (night.astimezone(UTC) + hours * HOUR).astimezone(TORONTO), plays)
    days: dict[date, int] = {}
    for _, last, plays in runs(store):
        assert last.date() not in days
        days[last.date()] = plays
    assert list(days.values()) == [0, 2, 4]


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Australia/Eucla", "Pacific/Chatham"])
def test_stored_times_keep_the_local_day(store: Store, clock: Clock, zone: str) -> None:
    midnight = datetime(2026, 11, 27, tzinfo=ZoneInfo(zone))
    record(store, clock, midnight - timedelta(minutes=1), 1)
    record(store, clock, midnight + timedelta(minutes=1), 2)
    assert [(first.day, plays) for first, _, plays in runs(store)] == [(26, 1), (27, 2)]


def test_accounts_and_artists_are_separate(store: Store) -> None:
    for key, artist, plays in ((KEY, ARTIST, 1), (KEY, 22, 2), (OTHER, ARTIST, 3)):
        store.beats.record(key, artist, [BeatPlays(BEAT, plays, "Neon [FREE]")], NOW)
    for key, artist, plays in ((KEY, ARTIST, 1), (KEY, 22, 2), (OTHER, ARTIST, 3)):
        (beat,) = store.beats.load(key, artist, LONG_AGO)
        assert (beat.id, beat.name, beat.runs[-1].plays) == (BEAT, "Neon [FREE]", plays)
    assert store.beats.count(KEY.origin) == {1: (2, 2), 2: (1, 1)}


def test_beat_keeps_its_latest_name_and_its_day_of_upload(store: Store, clock: Clock) -> None:
    evening = datetime(2026, 11, 27, 1, 30, tzinfo=UTC)
    for beat in (
        BeatPlays(BEAT, 1, "Neon", evening),
        BeatPlays(BEAT, 2, "夜 [B]"),
        BeatPlays(BEAT, 3),
    ):
        store.beats.record(KEY, ARTIST, [beat], NOW)
    assert recorded(store)[1:3] == ("夜 [B]", date(2026, 11, 26))


def test_signing_out_keeps_plays_and_forgetting_deletes_them(store: Store) -> None:
    for key in (KEY, OTHER):
        store.beats.record(key, ARTIST, [BeatPlays(BEAT, 1)], NOW)
    store.delete_account(KEY, keep_history=True)
    assert store.beats.count(KEY.origin) == {1: (1, 1), 2: (1, 1)}
    store.delete_history(KEY)
    assert store.beats.count(KEY.origin) == {2: (1, 1)}
    store.delete_account(OTHER)
    assert store.beats.count(KEY.origin) == {}


# Long histories

observations = st.lists(
    st.tuples(st.integers(0, 95), st.sampled_from((0, 0, 1, 3, 40, -2)), st.booleans()),
    min_size=62,
    max_size=100,
)
"""For each day: its quarter hour, the gain, and whether the beat was in an answer."""


@settings(max_examples=12)
@given(observations)
@example([(48, 1, True)] * 100)
@example([(48, 1, False)] * 90 + [(0, 1, True), (64, 1, True), (8, 1, True)])
def test_gains_of_30_days_survive_storage_and_thinning(days: list[tuple[int, int, bool]]) -> None:
    clock, plays, points = Clock(), 1_000, []
    start = datetime(2026, 8, 1, tzinfo=TORONTO)
    with TemporaryDirectory() as folder, closing(Store(Path(folder) / NAME, clock)) as store:
        for day, (hour, gain, is_seen) in enumerate(days):
            plays += gain
            at = (start + day * DAY).astimezone(UTC) + hour * timedelta(minutes=15)
            if is_seen:
                record(store, clock, at.astimezone(TORONTO), plays)
                points.append((at.astimezone(TORONTO), float(plays)))
                store.prune()
        now = clock.time
        if not points:
            return
        beat = recorded(store, now - 61 * DAY)
    for length in (1, 7, 30):
        expected = gains.period_gain(points, now, length)
        actual = beat.period_gain(now, length)
        if expected.gain is not None:
            assert actual.gain == expected.gain
        if expected.previous_gain is not None and length > 1:
            assert actual.previous_gain == expected.previous_gain
    # Days without an answer between two with the same plays are known, too.
    by_day = zip(beat.gains_per_day(now, 14), gains.gains_per_day(points, now, 14), strict=True)
    for measured, of_all in by_day:
        if of_all is not None:
            assert measured is not None
            assert measured.gain == pytest.approx(of_all.gain)


def test_old_rows_are_thinned_by_weeks_and_months(store: Store, clock: Clock) -> None:
    for day in range(900, -1, -1):
        record(store, clock, NOW - day * DAY, 10_000 - day)
        if day % 50 == 0:
            store.prune()
    ages = [(NOW - last).days for _, last, _ in runs(store)]
    recent = [age for age in ages if age < WEEKLY_AFTER.days]
    assert recent == list(range(WEEKLY_AFTER.days - 1, -1, -1))
    steps = [before - after for before, after in pairwise(ages)]
    assert max(steps) <= 28
    assert 5 <= sum(age > 730 for age in ages) <= 8
    assert (730 - 70) / 7 - 3 <= len(ages) - len(recent) - 6 <= (730 - 70) / 7 + 10
    assert runs(store)[-1][2] == 10_000


def test_damaged_row_is_left_out(store: Store, tmp_path: Path, clock: Clock) -> None:
    for day in range(4):
        record(store, clock, NOW + day * DAY, day)
    with closing(sqlite3.connect(tmp_path / NAME)) as sql, sql:
        for offset, (column, value) in enumerate(
            (("plays", "'x'"), ("same", "-5"), ("plays", "1e300"))
        ):
            sql.execute(f"""
                UPDATE plays SET {column} = {value}
                WHERE at = (SELECT at FROM plays ORDER BY at LIMIT 1 OFFSET {offset})
            """)
        sql.execute("UPDATE beat SET uploaded = 'soon'")
    assert recorded(store)[2] is None
    assert [plays for *_, plays in runs(store)] == [3]


def test_damaged_values_are_replaced_and_names_cleaned(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    damages = ("at = 'x'", "at = 1.5", "same = 'x'", "same = X'00'", "plays = 'x'", "same = -5000")
    for beat, damage in enumerate(damages, 1):
        record(store, clock, NOW - DAY, 5, beat=beat)
        with closing(sqlite3.connect(tmp_path / NAME)) as sql, sql:
            sql.execute(f"UPDATE plays SET {damage} WHERE beat = {beat}")
            name = "a\x1b]52;c;x\x07\u202e[b]" if beat % 2 else b"\xff"
            sql.execute(f"UPDATE beat SET name = ? WHERE id = {beat}", (name,))
    imported = [(BeatPlays(beat, 4), NOW - 2 * DAY) for beat in range(1, len(damages) + 1)]
    clock.time = NOW
    for _ in range(2):
        store.beats.import_plays(KEY, ARTIST, imported)
        for beat in range(1, len(damages) + 1):
            record(store, clock, NOW, 7, beat=beat)
        beats = store.beats.load(KEY, ARTIST, LONG_AGO)
        assert [beat.runs[-1].plays for beat in beats] == [7] * len(damages)
        names = {*(beat.name for beat in beats), *(each.name for each in store.beats.load_all(KEY))}
        assert names == {"a[b]", None}


def test_import_adds_days_without_values_only(store: Store, clock: Clock) -> None:
    record(store, clock, NOW - 4 * DAY, 10)
    record(store, clock, NOW - 2 * DAY, 10)
    samples = [
        (BeatPlays(BEAT, plays, "Neon"), NOW - timedelta(days=day))
        for day, plays in ((9, 5), (8, 5), (6, 5), (5, 7), (4, 99), (3, 99), (2, 99), (0, 12))
    ]
    clock.time = NOW
    assert store.beats.import_plays(KEY, ARTIST, samples) == 5
    assert [plays for *_, plays in runs(store)] == [5, 7, 10, 12]
    assert store.beats.import_plays(KEY, ARTIST, samples) == 0
    exported = [(sample.at, sample.plays) for sample in store.beats.load_all(KEY)]
    first, last = quarter(NOW - 9 * DAY), quarter(NOW - 6 * DAY)
    assert exported[:2] == [(first, 5), (last, 5)]
    assert len(exported) == 6


def test_earlier_build_opens_the_store_and_deletes_plays_with_the_account(
    store: Store, tmp_path: Path
) -> None:
    store.beats.record(KEY, ARTIST, [BeatPlays(BEAT, 1)], NOW)
    assert rejection(tmp_path / NAME) == ""
    build = EarlierBuild(tmp_path / NAME, *KEY, ARTIST)
    build.save("stats", NOW.timestamp(), {"tracks": 1})
    assert store.beats.count(KEY.origin) == {1: (1, 1)}
    build.sign_out()
    build.close()
    assert store.beats.count(KEY.origin) == {}


def test_chunks_have_all_beats_of_the_artist_in_order(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beat_store, "_CHUNK", 2)
    for beat in (5, 3, 9, 4, 7):
        record(store, clock, NOW, beat, beat=beat)
    store.beats.record(KEY, ARTIST + 1, [BeatPlays(6, 1)], NOW)
    chunked = list(store.beats.read(KEY, ARTIST, LONG_AGO))
    assert [beat.id for beat in chunked] == [5, 3, 9, 4, 7]
    assert chunked == store.beats.load(KEY, ARTIST, LONG_AGO)
    assert list(store.beats.read(KEY, ARTIST + 2, LONG_AGO)) == []
