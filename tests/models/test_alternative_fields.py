"""Decoding of alternative field names and of undocumented list shapes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from beatpass_tui.models import levels
from beatpass_tui.models.career import CATEGORIES, Achievement, Achievements, Standings
from beatpass_tui.models.catalog import Album, Beat, Collaborations, Performance
from beatpass_tui.models.home import Intelligence
from beatpass_tui.models.money import Amount, CurrencyTotals, Finances
from beatpass_tui.models.uploads import UploadDay, Uploads
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from support.fakes import NOVA_ARTIST, FakeClock, FakeService

# Tracks and albums

PLAYS = ("plays", "plays_count", "total_plays")


@pytest.mark.parametrize("name", PLAYS)
@pytest.mark.parametrize("plays", [0, 1_204, "1204"])
def test_plays_of_a_track_under_each_name(name: str, plays: object) -> None:
    row = {"id": 1, "name": "Midnight Drive", name: plays}
    expected = int(str(plays))
    assert Beat.decode(row).plays == expected
    assert Performance.decode({"data": [row]}).rows[0].plays == expected
    assert Collaborations.decode({"data": [row]}).rows[0].plays == expected


def test_missing_play_count_is_none() -> None:
    assert Beat.decode({"id": 1, "plays": None, "likes_count": 3}).plays is None


@pytest.mark.parametrize(
    "row, seconds",
    [
        ({"duration": 193_000}, 193.0),
        ({"duration_text": "3:13"}, 193.0),
        ({"duration": 193_000, "duration_text": "9:59"}, 193.0),
        ({"duration": None, "duration_text": " 0:07 "}, 7.0),
        ({"duration_text": "1:02:05"}, 3725.0),
        ({"duration_text": "75:00"}, 4500.0),
        ({"duration": "3:13"}, 193.0),
        ({"duration": -5, "duration_text": "3:13"}, None),
        ({"duration_text": "3:75"}, None),
        ({"duration_text": "3 min"}, None),
        ({"duration_text": "٣:١٣"}, None),
        ({"duration_text": 313}, None),
        ({"duration_text": ["3:13"]}, None),
        ({}, None),
    ],
    ids=repr,
)
def test_length_in_milliseconds_or_as_text(row: dict[str, object], seconds: float | None) -> None:
    assert Beat.decode(row).seconds == seconds


@pytest.mark.parametrize("plays", ["plays", "plays_count"])
@pytest.mark.parametrize("tracks", ["tracks_count", "track_count"])
def test_plays_and_tracks_of_an_album_under_each_name(plays: str, tracks: str) -> None:
    album = Album.decode({"id": 1, "name": "Neon", plays: 0, tracks: 12})
    assert (album.plays, album.tracks) == (0, 12)


# Uploads

MAY_2, MAY_3 = date(2026, 5, 2), date(2026, 5, 3)


@pytest.mark.parametrize("when", ["date", "day", "uploaded_on", "calendarDate", "x"])
@pytest.mark.parametrize(
    "count", ["uploads_count", "contributionCount", "count", "value", "n", "numberOfUploads"]
)
def test_only_date_and_count_of_a_day_are_read_under_any_name(when: str, count: str) -> None:
    days = [
        {when: "2026-05-02", count: 0, "id": 7, "track_id": 9, "level": 2},
        {when: "2026-05-03T00:00:00Z", count: 3, "tracks": [{"name": "A"}], "weekday": 0},
    ]
    for response in (days, {"days": days}, {"data": days}, {"contributions": days}):
        assert Uploads.decode(response).days == {
            MAY_2: UploadDay(0, ()),
            MAY_3: UploadDay(3, ("A",)),
        }


@pytest.mark.parametrize("name", ["days", "data", "contributions", None])
@pytest.mark.parametrize("value", [3, "3", {"uploads_count": 3}, {"n": 3}], ids=repr)
def test_uploads_by_date(name: str | None, value: object) -> None:
    days = {"2026-05-02": 0, "2026-05-03": value}
    response: Any = days if name is None else {name: days}
    for sent in (response, {"success": True, "data": response}):
        uploads = Uploads.decode(sent).days
        assert uploads is not None
        assert {day: each.uploads for day, each in uploads.items()} == {MAY_2: 0, MAY_3: 3}


@pytest.mark.parametrize(
    "row",
    [
        {"start": "2026-05-02", "end": "2026-05-03", "count": 3},
        {"date": "2026-05-02", "mine": 1, "platform": 5},
        {"date": "2026-05-02", "track_id": 5},
        {"date": "2026-05-02", "public": True},
    ],
    ids=repr,
)
def test_ambiguous_days_are_not_guessed(row: dict[str, object]) -> None:
    assert Uploads.decode([row]).days is None


# Achievements

AT = "2024-02-07T10:11:00Z"
UNLOCKED_AT = datetime(2024, 2, 7, 10, 11, tzinfo=UTC)


def rows_of(response: object) -> dict[str | None, Achievement]:
    """Return the achievements of a response by name, checking that no name is repeated."""
    rows = Achievements.decode(response).rows
    assert rows is not None
    assert len({row.name for row in rows}) == len(rows)
    return {row.name: row for row in rows}


@pytest.mark.parametrize(
    "state, unlocked",
    [
        ({"unlocked": True}, True),
        ({"unlocked": 0}, False),
        ({"is_unlocked": 1}, True),
        ({"is_unlocked": "false"}, False),
        ({"status": "unlocked"}, True),
        ({"status": "Completed"}, True),
        ({"status": "locked"}, False),
        ({"status": "in-progress"}, False),
        ({"status": "secret"}, None),
        ({"unlocked_at": AT}, True),
        ({"pivot": {"unlocked_at": AT}}, True),
        ({"unlocked": False, "pivot": {"unlocked_at": AT}}, False),
        ({"status": "locked", "unlocked_at": None}, False),
        ({}, None),
    ],
    ids=repr,
)
def test_achievement_state_under_each_field_name(
    state: dict[str, object], unlocked: bool | None
) -> None:
    (row,) = rows_of({"achievements": [{"name": "Oracle", **state}]}).values()
    assert row.unlocked is unlocked


def test_unlock_time_in_the_pivot() -> None:
    rows = rows_of([{"name": "Oracle", "pivot": {"unlocked_at": AT}}])
    assert rows["Oracle"].unlocked_at == UNLOCKED_AT


def test_null_unlock_time_means_locked_if_other_rows_have_times() -> None:
    rows = rows_of(
        [
            {"name": "Oracle", "unlocked_at": AT},
            {"name": "Model", "unlocked_at": None},
            {"name": "Linked"},
        ]
    )
    states = [row.unlocked for row in rows.values()]
    assert states == [True, False, None]


@pytest.mark.parametrize("wrapper", ["achievements", "data", None])
def test_achievements_by_category(wrapper: str | None) -> None:
    lists = {
        "Upload": [{"name": "Track Producer", "unlocked": True}],
        "Profile": [{"name": "Oracle", "unlocked": False}, {"name": "M", "category": "Own"}],
        "Seasonal": [],
    }
    rows = rows_of(lists if wrapper is None else {"success": True, wrapper: lists})
    assert {name: (row.category, row.unlocked) for name, row in rows.items()} == {
        "Track Producer": ("Upload", True),
        "Oracle": ("Profile", False),
        "M": ("Own", None),
    }


@pytest.mark.parametrize("key", ["id", "key", "slug", "name"])
@pytest.mark.parametrize("wrapper", ["achievements", "data", None])
def test_unlocked_achievements_are_not_listed_twice(key: str, wrapper: str | None) -> None:
    first = {"name": "Oracle", "rarity": "common", key: "Oracle"}
    second = {"name": "Model", "xp": 500, key: "Model"}
    lists = {
        "available": [first, second],
        "unlocked": [{"name": "Oracle", key: "Oracle", "rarity": None, "unlocked_at": AT}],
    }
    rows = rows_of(lists if wrapper is None else {"success": True, wrapper: lists})
    assert {name: row.unlocked for name, row in rows.items()} == {"Oracle": True, "Model": False}
    assert (rows["Oracle"].rarity, rows["Oracle"].unlocked_at) == ("common", UNLOCKED_AT)


def test_available_achievement_without_a_state_is_unknown() -> None:
    rows = rows_of({"available": [{"name": "Oracle"}, {"name": "Model", "unlocked": True}]})
    assert {name: row.unlocked for name, row in rows.items()} == {"Oracle": None, "Model": True}


# Finances

CAD = {"earnedMinor": 2_699, "pending": 0}


@pytest.mark.parametrize("inner", [None, "totals", "amounts"])
@pytest.mark.parametrize("by_code", [False, True])
@pytest.mark.parametrize("factor_inside", [False, True])
@pytest.mark.parametrize("objects", [False, True])
def test_totals_of_a_currency(
    inner: str | None, *, by_code: bool, factor_inside: bool, objects: bool
) -> None:
    unit = {"minorUnitFactor": 100}
    amounts: dict[str, Any] = {"earned": 2_699, "pending": 0}
    if objects:
        amounts = {name: {"amountMinor": minor, **unit} for name, minor in amounts.items()}
    elif factor_inside:
        amounts |= unit
    row = amounts if inner is None else {inner: amounts}
    if not objects and not factor_inside:
        row = {**row, **unit}
    response = {"currencies": {"CAD": row} if by_code else [{"currency": "CAD", **row}]}
    for sent in (response, {"success": True, "data": response}):
        assert Finances.decode(sent).totals == (
            CurrencyTotals(
                currency="CAD",
                earned=Amount(2_699, 100, "CAD"),
                pending=Amount(0, 100, "CAD"),
                processing=None,
                delayed=None,
                sent=None,
            ),
        )


def test_currencies_stay_separate() -> None:
    currencies = {
        "CAD": {"totals": {"earned": 2_699}, "minorUnitFactor": 100},
        "JPY": {"totals": {"earned": 900}, "minorUnitFactor": 1},
    }
    totals = Finances.decode({"currencies": currencies}).totals
    assert totals is not None
    assert [row.earned for row in totals] == [Amount(2_699, 100, "CAD"), Amount(900, 1, "JPY")]


# XP to the next level


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_xp_to_the_next_level_as_remainder_and_as_threshold(share: float) -> None:
    for level in range(1, 100):
        floor, threshold = levels.xp_at(level), levels.xp_at(level + 1)
        xp = floor + share * (threshold - floor)
        for given in (threshold - xp, threshold):
            remaining = levels.remaining(level, xp, given)
            assert remaining == pytest.approx(threshold - xp), (level, given)


@pytest.mark.parametrize(
    "level, threshold",
    [(14, 5_423), (19, 8_718), (24, 12_500), (29, 16_732), (39, 25_298), (49, 34_643)],
)
@pytest.mark.parametrize("missing", [1, 300])
def test_published_thresholds_differ_from_the_formula(
    level: int, threshold: int, missing: int
) -> None:
    xp = threshold - missing
    assert levels.remaining(level, xp, missing) == missing
    assert levels.remaining(level, xp, threshold) == missing


@pytest.mark.parametrize(
    "level, xp, sent",
    [(None, 50, 100), (1, None, 100), (1, 50, None), (100, 98_504, 98_504), (1, 50, 0)],
)
def test_xp_to_the_next_level_stays_as_sent(
    level: int | None, xp: float | None, sent: float | None
) -> None:
    assert levels.remaining(level, xp, sent) == sent


def test_level_with_a_threshold() -> None:
    xp = {"currentLevel": 12, "currentXP": 3_774, "xpToNextLevel": 4_157, "levelProgress": 23.5}
    level = Intelligence.decode({"xp": xp}).level
    assert (level.to_next, level.progress) == (383, 23.5)
    assert levels.xp_summary(level.level, level.xp, level.to_next).endswith("383 to level 13")
    old = Intelligence.decode({"xp": 50, "level": 1, "xpToNextLevel": 100}).level
    assert (old.to_next, old.progress) == (50, 50)


# Leaderboards


def own_rows(*rows: Mapping[str, object], artist: int | None = 7) -> list[bool]:
    """Return for each row of a category whether it is your own."""
    data = {"data": {"plays": [{"rank": 1, **row} for row in rows], "uploads": []}}
    response = Standings.decode(data, artist).rows[CATEGORIES.index("plays")]
    return [entry.you for entry in response.entries]


@pytest.mark.parametrize("name", ["producer_id", "id"])
@pytest.mark.parametrize("flag", [{}, {"is_current_user": False}, {"is_current_user": None}])
def test_own_row_is_identified_by_the_artist_id(name: str, flag: dict[str, object]) -> None:
    assert own_rows({name: 3, **flag}, {name: 7, **flag}, {name: "70", **flag}) == [
        False,
        True,
        False,
    ]


def test_current_user_flag_takes_precedence_over_ids() -> None:
    marked = {"is_current_user": True, "producer_id": 3}
    assert own_rows(marked, {"producer_id": 7}) == [True, False]


def test_producer_id_takes_precedence_over_id() -> None:
    assert own_rows({"id": 7, "producer_id": 3}, {"id": 3, "producer_id": 7}) == [False, True]


def test_current_user_flag_in_any_category_disables_matching_by_id() -> None:
    rows = {"uploads": [{"rank": 2, "is_current_user": True}], "plays": [{"rank": 1, "id": 7}]}
    standings = {row.category: row for row in Standings.decode({"data": rows}, 7).rows}
    assert (standings["uploads"].rank, standings["plays"].rank) == (2, None)


def test_no_own_row_without_an_artist_id() -> None:
    assert own_rows({"id": 7}, {"id": None}, {}, artist=None) == [False, False, False]


async def test_leaderboards_are_decoded_with_the_artist_id() -> None:
    entries = [{"rank": rank, "id": rank, "producer_id": rank} for rank in (1, 2)]
    service = FakeService()
    service.script(
        "standings", lambda artist: Standings.decode({"data": {"plays": entries}}, artist)
    )
    session = Session(service, FakeClock(), jitter=lambda: 0.0)
    service.script("artist", NOVA_ARTIST._replace(id=2))
    queries = (session.artist, session.standings)
    await session.load(queries, Trigger.AUTOMATIC, lambda: None)
    assert session.standings.value is not None
    assert session.standings.value.rows[CATEGORIES.index("plays")].rank == 2
