"""Each answer as it is documented, as it once was, and as it should never be."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from beatpass_tui.models import (
    CATEGORIES,
    Account,
    Activity,
    Artist,
    Entry,
    Followers,
    Intelligence,
    Level,
    Purchase,
    Sales,
    Standing,
    Standings,
    Stats,
    TopTrack,
)
from beatpass_tui.models.text import MAX_NAME
from support.hostile import HOSTILE, check_clean

Json = dict[str, Any]


ACCOUNT: Json = {
    "status": "success",
    "user": {"id": 900000001, "display_name": "nova", "avatar": "avatars/nova.png"},
}
ARTIST: Json = {
    "success": True,
    "data": {
        "id": 900000002,
        "name": "Nova Reyes",
        "upload_access": True,
        "total_tracks": 128,
        "total_plays": 45210,
        "member_since": "2023-03-03T09:30:00Z",
        "bio": "Beats.",
        "website": None,
        "social_links": {"twitter": None},
    },
}
STATS: Json = {
    "success": True,
    "data": {
        "total_tracks": 128,
        "total_plays": 45210,
        "total_contribution": 1512.25,
        "recent_uploads": 4,
        "play_growth_percentage": 12.5,
        "top_track": {
            "id": 900000101,
            "name": "Midnight Drive",
            "plays": 7919,
            "contribution_value": 88.1,
        },
        "average_plays_per_track": 353,
        "tracks_with_plays": 121,
    },
}
INTELLIGENCE: Json = {
    "xp": {"currentLevel": 12, "currentXP": 3774, "xpToNextLevel": 383, "levelProgress": 24.7},
    "overview": {
        "totalTracks": 128,
        "totalPlays": 45210,
        "totalRevenue": 1234.5,
        "totalAlbums": 9,
        "uniqueListeners": 9000.5,
        "growthRate": 7.5,
    },
    "achievements": [{"anything": 1}],
    "topTracks": [],
    "recentActivity": [],
    "legacy": {},
}
FOLLOWERS: Json = {
    "status": "success",
    "pagination": {
        "current_page": 1,
        "from": 1,
        "to": 1,
        "per_page": 1,
        "last_page": 873,
        "total": 873,
        "data": [{"id": 1, "display_name": "a", "avatar": ""}],
    },
}
ACTIVITY: Json = {
    "hasTracks": True,
    "period": {"key": "all", "start": None, "end": "2026-11-23T12:00:00+00:00"},
    "summary": {
        "audienceDownloads": 1204,
        "uniqueDownloaders": 611,
        "licensesIssued": 37,
        "audiencePlays": 41877,
        "likes": 2310,
        "reposts": 184,
        "comments": 96,
        "topDownloadedTrack": {"id": 1, "name": "Midnight Drive", "image": None, "downloads": 212},
    },
    "downloadEvents": [],
    "pagination": {"page": 1, "perPage": 1, "total": 1204, "hasMore": True},
}
SALES: Json = {
    "status": "success",
    "earnings": {
        "total_sales": 37,
        "total_revenue": 1234.5,
        "total_revenue_formatted": "$1,234.50",
        "pending_payout": 84,
        "paid_out": "1150.50",
        "currency": "cad",
    },
    "recent_purchases": [{"id": 1, "artist_amount": 20}, {"id": 2, "artist_amount": 30}],
}


def entry(rank: int, *, own: bool = False) -> Json:
    return {
        "id": rank,
        "producer_id": rank,
        "name": f"Producer {rank}",
        "avatar": None,
        "rank": rank,
        "value": 100.5 - rank,
        "score": 90,
        "tier": "Gold",
        "is_current_user": own,
        "metadata": {},
    }


STANDINGS: Json = {
    "data": {
        **{category: [entry(1), entry(2, own=True), entry(3)] for category in CATEGORIES},
        "season_info": {
            "type": "monthly",
            "time_remaining": "7 days",
            "end_date": "2026-11-30T23:59:59Z",
        },
        "user_positions": [],
    }
}

ENTRIES = tuple(
    Entry(place, found["name"], found["value"], found["tier"], place == 2)
    for place in (1, 2, 3)
    for found in [entry(place, own=place == 2)]
)
PURCHASES = (
    Purchase(None, Decimal(20), None, None),
    Purchase(None, Decimal(30), None, None),
)

WHOLE: list[tuple[Callable[[Any], Any], Json, Any]] = [
    (Account.decode, ACCOUNT, Account(900000001, "nova")),
    (
        Artist.decode,
        ARTIST,
        Artist(
            900000002, "Nova Reyes", True, 128, 45210, datetime(2023, 3, 3, 9, 30, tzinfo=UTC)
        ),
    ),
    (
        Stats.decode,
        STATS,
        Stats(128, 45210, 4, 353, 121, 1512.25, TopTrack("Midnight Drive", 7919)),
    ),
    (
        Intelligence.decode,
        INTELLIGENCE,
        Intelligence(
            Level(12, 3774, 383, 24.7, "Experienced Producer"), 9, 128, 45210, 7.5, False
        ),
    ),
    (Followers.decode, FOLLOWERS, Followers(873)),
    (
        Activity.decode,
        ACTIVITY,
        Activity(
            period="all",
            downloads=1204,
            downloaders=611,
            licenses=37,
            plays=41877,
            likes=2310,
            reposts=184,
            comments=96,
            top_track="Midnight Drive",
            top_track_downloads=212,
            events=(),
            page=1,
            total=1204,
            more=True,
        ),
    ),
    (
        Sales.decode,
        SALES,
        Sales(37, Decimal("1234.5"), Decimal(84), Decimal("1150.50"), "CAD", PURCHASES),
    ),
    (
        Standings.decode,
        STANDINGS,
        Standings(
            tuple(Standing(category, 3, 2, 98.5, "Gold", ENTRIES) for category in CATEGORIES),
            datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC),
        ),
    ),
]  # fmt: skip
NAMES = [found.__class__.__name__ for _, _, found in WHOLE]


@pytest.mark.parametrize("read, answer, found", WHOLE, ids=NAMES)
def test_a_documented_answer_is_read_whole(
    read: Callable[[Any], Any], answer: Json, found: object
) -> None:
    assert read(answer) == found


@pytest.mark.parametrize("read, answer, found", WHOLE, ids=NAMES)
def test_an_answer_that_is_read_is_not_changed(
    read: Callable[[Any], Any], answer: Json, found: object
) -> None:
    before = deepcopy(answer)
    read(answer)
    assert answer == before


NEVER_NONE = {"events", "page", "more"}
"""What an answer's page of downloads has even when nothing came."""


def leaves(found: object) -> list[Any]:
    """Return every value of a model that may be None."""
    if isinstance(found, Activity):
        return [value for name, value in found._asdict().items() if name not in NEVER_NONE]
    if isinstance(found, Level | Account | Artist | Stats | Followers | Sales):
        return list(found)
    if isinstance(found, Intelligence):
        return [
            *leaves(found.level),
            found.total_albums,
            found.total_tracks,
            found.total_plays,
            found.growth_rate,
        ]
    assert isinstance(found, Standings)
    rows = [value for row in found.rows for value in (row.listed, row.rank, row.value, row.tier)]
    return [*rows, found.season_end]


@pytest.mark.parametrize(
    "answer",
    [
        None, [], {}, "", "text", 0, 12, 1.5, True, math.nan, [[]], [{}], {"data": None},
        {"data": []}, {"data": {}}, {"success": True, "data": None}, {"success": True, "data": []},
        {"success": True, "data": "x"}, {"user": None}, {"user": []}, {"xp": None}, {"xp": []},
        {"overview": []}, {"stats": "x"}, {"pagination": None}, {"pagination": []},
        {"summary": []}, {"earnings": []}, {"earnings": None, "recent_purchases": None},
        {"data": {"overall": {}, "points": None, "season_info": []}},
    ],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("read", [read for read, _, _ in WHOLE], ids=NAMES)
def test_an_answer_without_anything_has_nothing_in_it(
    read: Callable[[Any], Any], answer: object
) -> None:
    assert set(leaves(read(answer))) == {None}


JUNK: list[Any] = [
    None, "", "x", [], {}, [1], {"a": 1}, True, False, math.nan, math.inf, -math.inf, 10**23,
    -(10**23), 10**400,
]  # fmt: skip


def spoil(answer: Json, path: tuple[str, ...], value: object) -> Json:
    """Return a copy of `answer` with another value in one place."""
    copy = deepcopy(answer)
    place = copy
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return copy


def without(answer: Json, path: tuple[str, ...]) -> Json:
    """Return a copy of `answer` in which one place is missing."""
    copy = deepcopy(answer)
    place = copy
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return copy


NUMBERS: list[tuple[Callable[[Any], Any], Json, tuple[str, ...], Callable[[Any], Any]]] = [
    (Stats.decode, STATS, ("data", "total_tracks"), lambda found: found.total_tracks),
    (Stats.decode, STATS, ("data", "total_plays"), lambda found: found.total_plays),
    (
        Intelligence.decode, INTELLIGENCE, ("overview", "totalAlbums"),
        lambda found: found.total_albums,
    ),
    (Activity.decode, ACTIVITY, ("summary", "audienceDownloads"), lambda found: found.downloads),
    (Followers.decode, FOLLOWERS, ("pagination", "total"), lambda found: found.total),
    (Intelligence.decode, INTELLIGENCE, ("xp", "currentLevel"), lambda found: found.level.level),
    (Intelligence.decode, INTELLIGENCE, ("xp", "currentXP"), lambda found: found.level.xp),
    (
        Intelligence.decode, INTELLIGENCE, ("overview", "growthRate"),
        lambda found: found.growth_rate,
    ),
]  # fmt: skip
NUMBER_IDS = ["tracks", "plays", "albums", "downloads", "followers", "level", "xp", "growth"]


@pytest.mark.parametrize("junk", [*JUNK, "1e23", "1" * 41], ids=repr)
@pytest.mark.parametrize("read, answer, path, pick", NUMBERS, ids=NUMBER_IDS)
def test_one_bad_number_costs_that_number_only(
    read: Callable[[Any], Any],
    answer: Json,
    path: tuple[str, ...],
    pick: Callable[[Any], Any],
    junk: object,
) -> None:
    if path == ("summary", "audienceDownloads"):
        # Where nothing is sent the page's total would stand in for it.
        answer = without(answer, ("pagination", "total"))
    found, whole = read(spoil(answer, path, junk)), read(answer)
    assert pick(found) is None
    lost = [new for new, old in zip(leaves(found), leaves(whole), strict=True) if new != old]
    # What hangs on the level alone goes with it: its title, and never anything but a None.
    assert set(lost) == {None}
    assert len(lost) <= (2 if path[-1] == "currentLevel" else 1)


@pytest.mark.parametrize("path", [path for _, _, path, _ in NUMBERS], ids=NUMBER_IDS)
def test_a_missing_number_is_not_zero(path: tuple[str, ...]) -> None:
    read, answer, _, pick = next(number for number in NUMBERS if number[2] == path)
    cut = without(answer, path)
    if path == ("summary", "audienceDownloads"):
        cut = without(cut, ("pagination", "total"))
    assert pick(read(cut)) is None


@pytest.mark.parametrize(
    "sent, shown", [("12", 12), (1.0, 1), (0, 0), ("0", 0), (-0.0, 0), (10**15, 10**15)], ids=repr
)
@pytest.mark.parametrize("read, answer, path, pick", NUMBERS, ids=NUMBER_IDS)
def test_a_number_in_another_spelling_is_the_same_number(
    read: Callable[[Any], Any],
    answer: Json,
    path: tuple[str, ...],
    pick: Callable[[Any], Any],
    sent: object,
    shown: float,
) -> None:
    found = pick(read(spoil(answer, path, sent)))
    assert found == shown
    assert math.copysign(1, found) == 1


@pytest.mark.parametrize("read, answer, path, pick", NUMBERS[:7], ids=NUMBER_IDS[:7])
def test_nothing_but_growth_is_negative(
    read: Callable[[Any], Any],
    answer: Json,
    path: tuple[str, ...],
    pick: Callable[[Any], Any],
) -> None:
    assert pick(read(spoil(answer, path, -5))) is None


def test_growth_may_be_negative() -> None:
    found = Intelligence.decode(spoil(INTELLIGENCE, ("overview", "growthRate"), -5))
    assert (found.growth_rate, found.growth_calculating) == (-5, False)


@pytest.mark.parametrize("path", [path for _, _, path, _ in NUMBERS[:6]], ids=NUMBER_IDS[:6])
def test_a_count_is_whole(path: tuple[str, ...]) -> None:
    read, answer, _, pick = next(number for number in NUMBERS if number[2] == path)
    assert pick(read(spoil(answer, path, 1.5))) is None


# Account and artist


@pytest.mark.parametrize(
    "answer",
    [
        {"user": {"id": 7, "display_name": "nova"}},
        {"status": "success", "data": {"user": {"id": 7, "display_name": "nova"}}},
        {"status": "success", "data": {"id": "7", "name": "nova"}},
        {"id": 7, "name": "nova"},
    ],
)
def test_an_account_in_other_wrappings(answer: Json) -> None:
    assert Account.decode(answer) == Account(7, "nova")


@pytest.mark.parametrize("junk", [0, -1, 1e3, "1e3", "1/../../users/me", True, [], {}, None])
def test_an_artist_with_an_unusable_id_keeps_the_rest(junk: object) -> None:
    found = Artist.decode(spoil(ARTIST, ("data", "id"), junk))
    assert found.id is None
    assert (found.name, found.total_tracks) == ("Nova Reyes", 128)


def test_names_are_cleaned_and_cut() -> None:
    sent = "Nova\x1b]52;c;x\x07 \u202e[FREE]\n" + "x" * 10_000
    name = Artist.decode(spoil(ARTIST, ("data", "name"), sent)).name
    assert name is not None
    assert name.startswith("Nova]52;c;x [FREE] xxx")
    assert len(name) == MAX_NAME


def test_the_text_of_home_is_cleaned() -> None:
    check_clean(Account.decode(spoil(ACCOUNT, ("user", "display_name"), HOSTILE)).name)
    top = Stats.decode(spoil(STATS, ("data", "top_track", "name"), HOSTILE)).top_track
    assert top is not None
    check_clean(top.name)
    check_clean(level(title=HOSTILE).title, 40)


@pytest.mark.parametrize(
    "top", [None, [], {}, "Midnight", {"plays": 5}, {"name": "", "plays": 5}, {"name": 5}]
)
def test_a_top_track_without_a_name_is_none(top: object) -> None:
    found = Stats.decode(spoil(STATS, ("data", "top_track"), top))
    assert found.top_track is None
    assert found.total_tracks == 128


def test_a_top_track_may_have_a_title_and_no_plays() -> None:
    found = Stats.decode(spoil(STATS, ("data", "top_track"), {"title": "Neon [Rain]"}))
    assert found.top_track == TopTrack("Neon [Rain]", None)


# Level and growth


def level(**xp: object) -> Level:
    return Intelligence.decode({**INTELLIGENCE, "xp": {**INTELLIGENCE["xp"], **xp}}).level


@pytest.mark.parametrize(
    "sent, percent",
    [(24.7, 24.7), (0.247, 24.7), ("0.247", 24.7), (0, 0), (150, 150), (-3, -3), (100, 100)],
)
def test_progress_is_a_percentage_however_it_is_sent(sent: object, percent: float) -> None:
    assert level(levelProgress=sent).progress == pytest.approx(percent)


@pytest.mark.parametrize("sent", [None, [], "x", True, math.nan])
def test_progress_is_derived_when_it_is_not_sent(sent: object) -> None:
    assert level(levelProgress=sent).progress == pytest.approx(24.7, abs=0.1)


def test_one_percent_and_a_whole_level_are_told_apart_by_the_xp() -> None:
    floor = 100 * 11**1.5
    assert level(currentXP=floor + 5, xpToNextLevel=495, levelProgress=1).progress == 1
    assert level(currentXP=floor + 495, xpToNextLevel=5, levelProgress=1).progress == 100


def test_the_services_title_wins() -> None:
    assert level(title="Beat Master").title == "Beat Master"
    assert level(levelTitle="Rising [Producer]").title == "Rising [Producer]"
    assert level(title="  ").title == "Experienced Producer"


def test_level_one_with_no_xp_is_a_level() -> None:
    found = level(currentLevel=1, currentXP=0, xpToNextLevel=100, levelProgress=0)
    assert found == Level(1, 0, 100, 0, "Novice Producer")


def test_the_highest_level_is_full() -> None:
    found = level(currentLevel=100, currentXP=250_000, xpToNextLevel=0, levelProgress=0)
    assert (found.progress, found.title) == (100, "Legendary Producer")


@pytest.mark.parametrize("sent", [None, math.nan, math.inf, -math.inf])
def test_a_rate_that_is_not_there_yet_is_being_calculated(sent: object) -> None:
    found = Intelligence.decode(spoil(INTELLIGENCE, ("overview", "growthRate"), sent))
    assert (found.growth_rate, found.growth_calculating) == (None, True)


@pytest.mark.parametrize("sent", [[], {}, True, "x", 10**23])
def test_a_rate_that_cannot_be_read_is_not_being_calculated(sent: object) -> None:
    found = Intelligence.decode(spoil(INTELLIGENCE, ("overview", "growthRate"), sent))
    assert (found.growth_rate, found.growth_calculating) == (None, False)


def test_a_rate_of_zero_is_a_rate() -> None:
    found = Intelligence.decode(spoil(INTELLIGENCE, ("overview", "growthRate"), 0))
    assert (found.growth_rate, found.growth_calculating) == (0, False)


def test_the_older_dashboard() -> None:
    found = Intelligence.decode(
        {
            "xp": 3774,
            "level": 12,
            "achievements": [],
            "stats": {
                "total_tracks": 128,
                "total_plays": 45210,
                "total_albums": 9,
                "growth_rate": -3.2,
            },
        }
    )
    assert found == Intelligence(
        Level(12, 3774, None, None, "Experienced Producer"), 9, 128, 45210, -3.2, False
    )


def test_the_object_wins_over_what_is_left_of_the_older_dashboard() -> None:
    found = Intelligence.decode({**INTELLIGENCE, "level": 3, "stats": {"totalAlbums": 1}})
    assert (found.level.level, found.total_albums) == (12, 9)


def test_a_dashboard_in_an_envelope() -> None:
    answer = {"success": True, "data": INTELLIGENCE}
    assert Intelligence.decode(answer) == Intelligence.decode(INTELLIGENCE)


# Followers and activity


def test_followers_of_the_older_generation() -> None:
    assert Followers.decode({"status": "success", "followers": {"total": 873}}) == Followers(873)


def test_a_simple_page_has_no_count_of_followers() -> None:
    page = {"current_page": 1, "from": 1, "to": 1, "per_page": 1, "data": [{"id": 1}]}
    assert Followers.decode({"status": "success", "pagination": page}) == Followers(None)


def test_the_pages_total_stands_in_for_missing_downloads() -> None:
    for answer in (
        without(ACTIVITY, ("summary", "audienceDownloads")),
        spoil(ACTIVITY, ("summary", "audienceDownloads"), None),
    ):
        answer["pagination"]["total"] = 1203
        assert Activity.decode(answer).downloads == 1203


def test_no_downloads_is_zero() -> None:
    assert Activity.decode(spoil(ACTIVITY, ("summary", "audienceDownloads"), 0)).downloads == 0


@pytest.mark.parametrize("top", [None, [], "x"])
def test_activity_without_a_top_track(top: object) -> None:
    found = Activity.decode(spoil(ACTIVITY, ("summary", "topDownloadedTrack"), top))
    assert (found.top_track, found.top_track_downloads) == (None, None)
    assert found.downloads == 1204


# Sales


def test_sales_nested_under_data() -> None:
    nested = {
        "status": "success",
        "data": {"earnings": SALES["earnings"], "recent_purchases": SALES["recent_purchases"]},
    }
    assert Sales.decode(nested) == Sales.decode(SALES)


@pytest.mark.parametrize("code", [None, "", "EURO", "€", "C", "C$1", "123", 840, ["CAD"]])
def test_a_currency_is_three_letters(code: object) -> None:
    found = Sales.decode(spoil(SALES, ("earnings", "currency"), code))
    assert found.currency is None
    assert found.revenue == Decimal("1234.5")


@pytest.mark.parametrize("name, field", [("total_revenue", "revenue"), ("paid_out", "paid_out")])
@pytest.mark.parametrize("junk", [None, "x", [], {}, True, math.nan, 10**23])
def test_an_unreadable_amount_is_not_zero(name: str, field: str, junk: object) -> None:
    found = Sales.decode(spoil(SALES, ("earnings", name), junk))
    assert getattr(found, field) is None
    assert found.pending == 84


def test_a_refund_is_negative() -> None:
    assert Sales.decode(spoil(SALES, ("earnings", "total_revenue"), -5.25)).revenue == Decimal(
        "-5.25"
    )


@pytest.mark.parametrize("recent, count", [([], 0), ([{}, None, {}], 2), (None, None), ({}, None)])
def test_recent_purchases_are_known_only_where_they_are_listed(
    recent: object, count: int | None
) -> None:
    found = Sales.decode({**SALES, "recent_purchases": recent}).recent
    assert (None if found is None else len(found)) == count


# Standings


def test_a_category_without_the_caller_has_no_rank() -> None:
    first, second = ENTRIES[0], ENTRIES[1]._replace(you=False)
    answer = spoil(STANDINGS, ("data", "plays"), [entry(1), entry(2)])
    rows = {row.category: row for row in Standings.decode(answer).rows}
    assert rows["plays"] == Standing("plays", 2, None, None, None, (first, second))
    assert rows["overall"].rank == 2


@pytest.mark.parametrize("entries", [None, {}, "x", 3])
def test_a_category_that_did_not_come_lists_nobody_knows_how_many(entries: object) -> None:
    rows = {
        row.category: row
        for row in Standings.decode(spoil(STANDINGS, ("data", "quality"), entries)).rows
    }
    assert rows["quality"] == Standing("quality", None, None, None, None)
    assert [row.category for row in Standings.decode(STANDINGS).rows] == list(CATEGORIES)


def test_an_empty_category_lists_none() -> None:
    answer = spoil(STANDINGS, ("data", "uploads"), [])
    rows = {row.category: row for row in Standings.decode(answer).rows}
    assert rows["uploads"].listed == 0


@pytest.mark.parametrize("rank", [None, 0, -1, "first", True])
def test_a_row_without_a_usable_rank_keeps_its_value(rank: object) -> None:
    own = {**entry(2, own=True), "rank": rank}
    row = Standings.decode(spoil(STANDINGS, ("data", "overall"), [own])).rows[0]
    assert (row.rank, row.value, row.tier) == (None, 98.5, "Gold")


def test_rows_that_are_no_objects_are_passed_over() -> None:
    answer = spoil(STANDINGS, ("data", "overall"), [None, "x", entry(7, own=True), 3])
    own = Entry(7, "Producer 7", 93.5, "Gold", you=True)
    assert Standings.decode(answer).rows[0] == Standing("overall", 1, 7, 93.5, "Gold", (own,))


def test_the_boards_of_older_documents_have_no_categories() -> None:
    found = Standings.decode({"data": {"weekly": [entry(1, own=True)], "allTime": []}})
    assert {row.listed for row in found.rows} == {None}
