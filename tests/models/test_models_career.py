"""Decoding of XP sources, achievements and leaderboards."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest

from beatpass_tui.models.career import (
    RARITIES,
    Achievement,
    Achievements,
    Entry,
    Standings,
    XpSource,
    XpSources,
)
from support.hostile import HOSTILE, check_clean

Json = dict[str, Any]

# Undocumented XP sources

UPLOADS, PLAYS = XpSource("Uploads", 800, 8), XpSource("First plays", 24.5, 24)
SOURCES: list[tuple[str, Any]] = [
    (
        "list under sources",
        {
            "totalXp": 824.5,
            "sources": [
                {"source": "uploads", "label": "Uploads", "count": 8, "xp": 800},
                {"source": "first_plays", "label": "First plays", "count": 24, "xp": 24.5},
            ],
        },
    ),
    (
        "bare list",
        [
            {"type": "uploads", "points": 800, "times": 8},
            {"type": "first_plays", "points": 24.5, "times": 24},
        ],
    ),
    (
        "snake case in an envelope",
        {
            "success": True,
            "data": [
                {"name": "uploads", "total_xp": "800", "events": "8"},
                {"name": "first_plays", "total_xp": "24.5", "events": "24"},
            ],
        },
    ),
    (
        "camel case under another key",
        {
            "xpSources": [
                {"title": "Uploads", "totalXp": 800, "count": 8},
                {"title": "First plays", "totalXp": 24.5, "count": 24},
            ]
        },
    ),
    (
        "nested",
        {
            "data": {
                "breakdown": [
                    {"source": "uploads", "amount": 800, "count": 8},
                    {"source": "first_plays", "amount": 24.5, "count": 24},
                ],
                "total": 824.5,
            }
        },
    ),
    (
        "objects by name",
        {
            "sources": {
                "uploads": {"xp": 800, "count": 8},
                "first_plays": {"xp": 24.5, "count": 24},
            }
        },
    ),
    (
        "objects by name, nested",
        {
            "success": True,
            "data": {
                "xp_sources": {
                    "uploads": {"value": 800, "times": 8},
                    "first_plays": {"value": 24.5, "times": 24},
                },
                "total_xp": 824.5,
            },
        },
    ),
]


@pytest.mark.parametrize("response", [a for _, a in SOURCES], ids=[name for name, _ in SOURCES])
def test_xp_sources_in_each_shape(response: object) -> None:
    assert XpSources.decode(response).rows == (UPLOADS, PLAYS)


@pytest.mark.parametrize(
    "response",
    [
        {"uploads": 800, "first_plays": 24.5},
        {"sources": {"uploads": 800, "first_plays": 24.5}},
        {"data": {"uploads": 800, "first_plays": 24.5}},
        {"success": True, "data": {"breakdown": {"uploads": 800, "first_plays": 24.5}}},
        {"uploads": 800, "first_plays": 24.5, "total_xp": 824.5, "totalXP": 824.5, "level": 12},
    ],
)
def test_numbers_by_name(response: object) -> None:
    assert XpSources.decode(response).rows == (
        XpSource("Uploads", 800, None),
        XpSource("First plays", 24.5, None),
    )


@pytest.mark.parametrize(
    "response",
    [
        None, {}, "x", 3, True, {"sources": None}, {"sources": {}}, {"sources": "x"},
        {"sources": ["uploads"]}, {"sources": [800]}, ["uploads"], [[]], [{}], [{"foo": 1}],
        {"sources": [{"label": "Uploads"}]}, {"sources": [{"xp": 800}]},
        {"sources": [{"label": "Uploads", "xp": "many"}]}, {"totalXp": 3_774},
        {"success": True, "data": {"total_xp": 3_774}}, {"message": "Soon"}, {"uploads": None},
        {"xp": 3_774, "level": 12}, {"id": 7, "points": 3_774},
        {"currentLevel": 12, "currentXP": 3_774, "xpToNextLevel": 383, "levelProgress": 24.7},
        {"xp": {"currentLevel": 12, "currentXP": 3_774}},
    ],
    ids=repr,
)  # fmt: skip
def test_unrecognized_xp_sources_are_none(response: object) -> None:
    assert XpSources.decode(response).rows is None


@pytest.mark.parametrize("response", [[], {"sources": []}, {"totalXp": 0, "sources": []}])
def test_empty_xp_sources(response: object) -> None:
    assert XpSources.decode(response).rows == ()


@pytest.mark.parametrize("xp", [None, "x", [], {}, True, math.nan, math.inf, 10**23], ids=repr)
def test_source_with_invalid_xp_keeps_its_name(xp: object) -> None:
    sources = [{"label": "Uploads", "xp": 800, "count": 8}, {"label": "Plays", "xp": xp}, None]
    assert XpSources.decode({"sources": sources}).rows == (
        UPLOADS,
        XpSource("Plays", None, None),
    )
    by_name = {"uploads": {"xp": 800, "count": 8}, "plays": {"xp": xp}, "others": xp}
    assert XpSources.decode({"sources": by_name}).rows == (UPLOADS,)


@pytest.mark.parametrize("name", [None, "", 3, [], {}, True], ids=repr)
def test_source_with_invalid_name_keeps_its_xp(name: object) -> None:
    sources = [{"label": "Uploads", "xp": 800, "count": 8}, {"label": name, "xp": 24}, {}]
    assert XpSources.decode({"sources": sources}).rows == (UPLOADS, XpSource(None, 24, None))


@pytest.mark.parametrize("times", [None, "x", -1, 1.5, True, []])
def test_unknown_number_of_awards(times: object) -> None:
    rows = XpSources.decode({"sources": [{"label": "Uploads", "xp": 0, "count": times}]}).rows
    assert rows == (XpSource("Uploads", 0, None),)


@pytest.mark.parametrize(
    "sent, name",
    [
        ("first_plays", "First plays"),
        ("First Plays", "First Plays"),
        ("XP bonus", "XP bonus"),
        ("first__plays_ _x", "First plays x"),
    ],
)
def test_source_keys_become_words(sent: str, name: str) -> None:
    rows = XpSources.decode({"sources": [{"source": sent, "xp": 1}]}).rows
    assert rows == (XpSource(name, 1, None),)


def test_xp_source_text_is_cleaned() -> None:
    for response in ({"sources": [{"label": HOSTILE, "xp": 1}]}, {"sources": {HOSTILE: 1}}):
        rows = XpSources.decode(response).rows
        assert rows is not None
        check_clean(rows[0].name, 60)


# Undocumented achievements

UNLOCKED_AT = "2024-02-07T10:11:00Z"
UNLOCKED = Achievement(
    name="Track Producer",
    about="Publish 10 tracks",
    category="Upload",
    rarity="common",
    xp=500,
    unlocked=True,
    unlocked_at=datetime(2024, 2, 7, 10, 11, tzinfo=UTC),
)
LOCKED = Achievement("Studio Legend", "Every week", "Upload", "legendary", 0, False, None)
CAMEL: Json = {
    "id": 950000001, "name": "Track Producer", "description": "Publish 10 tracks",
    "category": "Upload", "rarity": "common", "xp": 500, "unlocked": True,
    "unlockedAt": UNLOCKED_AT,
}  # fmt: skip
CAMEL_LOCKED: Json = {
    "id": 950000002, "name": "Studio Legend", "description": "Every week", "category": "Upload",
    "rarity": "legendary", "xp": 0, "unlocked": False, "unlockedAt": None,
}  # fmt: skip
SNAKE: Json = {
    "title": "Track Producer", "requirement": "Publish 10 tracks", "group": "Upload",
    "rarity_name": "Common", "xp_reward": "500", "is_unlocked": 1, "unlocked_at": UNLOCKED_AT,
}  # fmt: skip
SNAKE_LOCKED: Json = {
    "title": "Studio Legend", "requirement": "Every week", "group": "Upload",
    "rarity_name": "LEGENDARY", "xp_reward": "0", "is_unlocked": 0, "unlocked_at": None,
}  # fmt: skip
NUMBERED: Json = {
    "label": "Track Producer", "about": "Publish 10 tracks", "type": "Upload", "tier": 1,
    "points": 500, "earned": True, "earnedAt": "2024-02-07 10:11:00",
}  # fmt: skip
NUMBERED_LOCKED: Json = {
    "label": "Studio Legend", "about": "Every week", "type": "Upload", "tier": 4, "points": 0,
    "earned": False,
}  # fmt: skip
WITHOUT_FLAG = {name: value for name, value in CAMEL.items() if name != "unlocked"}
WITHOUT_FLAG_LOCKED = {name: value for name, value in CAMEL_LOCKED.items() if name != "unlocked"}
ACHIEVEMENTS: list[tuple[str, Any]] = [
    ("list under achievements", {"achievements": [CAMEL, CAMEL_LOCKED]}),
    ("bare list", [SNAKE, SNAKE_LOCKED]),
    ("data", {"success": True, "data": [NUMBERED, NUMBERED_LOCKED]}),
    ("nested", {"status": "success", "data": {"achievements": [CAMEL, SNAKE_LOCKED]}}),
    ("another key", {"catalog": [SNAKE, CAMEL_LOCKED], "count": 2}),
    ("two lists", {"unlocked": [WITHOUT_FLAG], "locked": [WITHOUT_FLAG_LOCKED]}),
    ("two lists in data", {"data": {"earned": [WITHOUT_FLAG], "available": [SNAKE_LOCKED]}}),
    ("two lists under a name", {"achievements": {"unlocked": [CAMEL], "locked": [SNAKE_LOCKED]}}),
    ("by key", {"achievements": {"track_producer": CAMEL, "studio_legend": CAMEL_LOCKED}}),
    ("a list beside the ids", {"achievements": [CAMEL, CAMEL_LOCKED], "unlocked": [950000001]}),
]


@pytest.mark.parametrize(
    "response", [a for _, a in ACHIEVEMENTS], ids=[name for name, _ in ACHIEVEMENTS]
)
def test_achievements_in_each_shape(response: object) -> None:
    assert Achievements.decode(response).rows == (UNLOCKED, LOCKED)


@pytest.mark.parametrize(
    "response",
    [
        None, {}, "x", 3, True, {"achievements": None}, {"achievements": {}},
        {"achievements": "x"}, {"achievements": ["Track Producer"]}, {"achievements": [{}]},
        {"achievements": [{"xp": 500}]}, {"achievements": {"unlocked": 9}}, ["Track Producer"],
        [1, 2], [{"rarity": "common"}], {"unlocked": 9, "locked": 15}, {"unlocked": [1, 2]},
        {"unlocked": [{"id": 1}], "locked": []}, {"total": 24}, {"user": {"name": "nova"}},
        {"success": True, "data": {"user": {"name": "nova"}}},
    ],
    ids=repr,
)  # fmt: skip
def test_unrecognized_achievements_are_none(response: object) -> None:
    assert Achievements.decode(response).rows is None


@pytest.mark.parametrize(
    "response",
    [[], {"achievements": []}, {"data": []}, {"unlocked": [], "locked": []}, {"unlocked": []}],
)
def test_empty_achievements(response: object) -> None:
    assert Achievements.decode(response).rows == ()


def achievement(**changes: object) -> Achievement:
    rows = Achievements.decode({"achievements": [{**CAMEL, **changes}]}).rows
    assert rows is not None
    (row,) = rows
    return row


@pytest.mark.parametrize("junk", [None, [], {}, True, math.nan], ids=repr)
def test_invalid_achievement_field_affects_itself_only(junk: object) -> None:
    assert achievement(description=junk).about is None
    assert achievement(category=junk).category is None
    assert achievement(rarity=junk).rarity is None
    assert achievement(xp=junk).xp is None
    assert achievement(unlockedAt=junk).unlocked_at is None
    for name in ("description", "category", "rarity", "xp", "unlockedAt"):
        result = achievement(**{name: junk})
        assert (result.name, result.unlocked) == ("Track Producer", True)


def test_zero_xp_reward_is_known() -> None:
    assert achievement(xp=0).xp == 0
    assert achievement(xp=None).xp is None


@pytest.mark.parametrize(
    "sent, rarity",
    [
        *((number, name) for number, name in enumerate(RARITIES, start=1)),
        ("2", "rare"), ("Epic", "epic"), ("Mythic", "mythic"), (0, None), (5, None), (-1, None),
        ("", None), (" ", None),
    ],
)  # fmt: skip
def test_rarity_as_word_or_number(sent: object, rarity: str | None) -> None:
    assert achievement(rarity=sent).rarity == rarity


@pytest.mark.parametrize(
    "flag, at, unlocked",
    [
        (True, None, True), (False, None, False), (False, UNLOCKED_AT, False),
        (None, UNLOCKED_AT, True), (None, None, None), ("soon", None, None), ("1", None, True),
        (0, None, False), (2, UNLOCKED_AT, True),
    ],
)  # fmt: skip
def test_unlocked_state(flag: object, at: str | None, unlocked: bool | None) -> None:
    assert achievement(unlocked=flag, unlockedAt=at).unlocked is unlocked


def test_unnamed_achievement_is_not_dropped() -> None:
    nameless = UNLOCKED._replace(name=None)
    rows = Achievements.decode([{**CAMEL, "name": " "}, None, CAMEL, {**CAMEL, "name": 3}]).rows
    assert rows == (nameless, UNLOCKED, nameless)


def test_empty_achievement_is_dropped() -> None:
    assert Achievements.decode([CAMEL, {"id": 1, "unlocked": True}, {}]).rows == (UNLOCKED,)


def test_achievement_text_is_cleaned() -> None:
    result = achievement(name=HOSTILE, description=HOSTILE, category=HOSTILE, rarity=HOSTILE)
    check_clean(result.name)
    check_clean(result.about, 200)
    check_clean(result.category, 40)
    assert result.rarity == "night [bold] drivex…"


# Leaderboards


def test_leaderboard_category() -> None:
    listed = [
        {"rank": 1, "name": "Halcyon Dials", "value": 402_118, "tier": "Diamond",
         "is_current_user": False},
        {"rank": 1, "name": "MOTH & FLAME", "value": 402_118.0, "tier": "Diamond",
         "is_current_user": 0},
        {"rank": 3, "name": "Nova Reyes", "value": "45210", "tier": "Gold",
         "is_current_user": True},
        {},
    ]  # fmt: skip
    result = Standings.decode({"data": {"plays": listed}})
    (plays,) = (row for row in result.rows if row.category == "plays")
    assert plays.entries == (
        Entry(1, "Halcyon Dials", 402_118, "Diamond", you=False),
        Entry(1, "MOTH & FLAME", 402_118, "Diamond", you=False),
        Entry(3, "Nova Reyes", 45_210, "Gold", you=True),
        Entry(None, None, None, None, you=False),
    )
    assert (plays.listed, plays.rank, plays.value, plays.tier) == (4, 3, 45_210, "Gold")
    assert {row.entries for row in result.rows if row.category != "plays"} == {()}


def test_leaderboard_text_is_cleaned() -> None:
    row = {"name": HOSTILE, "tier": HOSTILE, "is_current_user": True}
    standing = Standings.decode({"data": {"overall": [row]}}).rows[0]
    check_clean(standing.entries[0].name)
    check_clean(standing.entries[0].tier, 20)
    check_clean(standing.tier, 20)
