"""Decoding of current, older and invalid responses."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from beatpass_tui.models.audience import Activity
from beatpass_tui.models.career import CATEGORIES, Entry, Standing, Standings
from beatpass_tui.models.home import Followers, Intelligence, Level, Stats, TopTrack
from beatpass_tui.models.identity import Account, Application, ApplicationStatus, Artist
from beatpass_tui.models.money import Purchase, Sales
from beatpass_tui.models.text import MAX_CHARACTERS, MAX_NAME
from support.hostile import ATTACKS, HOSTILE, check_clean

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
    Entry(rank, result["name"], result["value"], result["tier"], rank == 2)
    for rank in (1, 2, 3)
    for result in [entry(rank, own=rank == 2)]
)
PURCHASES = (
    Purchase(None, Decimal(20), None, None),
    Purchase(None, Decimal(30), None, None),
)

DOCUMENTED: list[tuple[Callable[[Any], Any], Json, Any]] = [
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
        Stats(128, 45210, 4, 353, 121, 1512.25, TopTrack("Midnight Drive", 7919, 900000101)),
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
            top_track_id=1,
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
NAMES = [result.__class__.__name__ for _, _, result in DOCUMENTED]


@pytest.mark.parametrize("read, response, result", DOCUMENTED, ids=NAMES)
def test_documented_response_is_decoded(
    read: Callable[[Any], Any], response: Json, result: object
) -> None:
    assert read(response) == result


@pytest.mark.parametrize("read, response, result", DOCUMENTED, ids=NAMES)
def test_decoding_does_not_change_the_response(
    read: Callable[[Any], Any], response: Json, result: object
) -> None:
    before = deepcopy(response)
    read(response)
    assert response == before


NEVER_NONE = {"events", "page", "more"}
"""Fields with a default."""


def leaves(result: object) -> list[Any]:
    """Return every value of a model that may be None."""
    if isinstance(result, Activity):
        return [value for name, value in result._asdict().items() if name not in NEVER_NONE]
    if isinstance(result, Level | Account | Artist | Stats | Followers | Sales):
        return list(result)
    if isinstance(result, Intelligence):
        return [
            *leaves(result.level),
            result.total_albums,
            result.total_tracks,
            result.total_plays,
            result.growth_rate,
        ]
    assert isinstance(result, Standings)
    rows = [value for row in result.rows for value in (row.listed, row.rank, row.value, row.tier)]
    return [*rows, result.season_end]


EMPTY: list[Any] = [
    None, [], {}, "", "text", 0, 12, 1.5, True, math.nan, [[]], [{}], {"data": None},
    {"data": []}, {"data": {}}, {"success": True, "data": None}, {"success": True, "data": []},
    {"success": True, "data": "x"}, {"user": None}, {"user": []}, {"xp": None}, {"xp": []},
    {"overview": []}, {"stats": "x"}, {"pagination": None}, {"pagination": []},
    {"summary": []}, {"earnings": []}, {"earnings": None, "recent_purchases": None},
    {"data": {"overall": {}, "points": None, "season_info": []}},
]  # fmt: skip


@pytest.mark.parametrize("read", [read for read, _, _ in DOCUMENTED], ids=NAMES)
def test_empty_response_has_no_values(read: Callable[[Any], Any]) -> None:
    for response in EMPTY:
        assert set(leaves(read(response))) == {None}, response


JUNK: list[Any] = [
    None, "", "x", [], {}, [1], {"a": 1}, True, False, math.nan, math.inf, -math.inf, 10**23,
    -(10**23), 10**400,
]  # fmt: skip


def with_value(response: Json, path: tuple[str, ...], value: object) -> Json:
    """Return a copy of `response` with the value at `path` replaced."""
    copy = deepcopy(response)
    parent = copy
    for name in path[:-1]:
        parent = parent[name]
    parent[path[-1]] = value
    return copy


def without(response: Json, path: tuple[str, ...]) -> Json:
    """Return a copy of `response` without `path`."""
    copy = deepcopy(response)
    parent = copy
    for name in path[:-1]:
        parent = parent[name]
    del parent[path[-1]]
    return copy


NUMBERS: list[tuple[Callable[[Any], Any], Json, tuple[str, ...], Callable[[Any], Any]]] = [
    (Stats.decode, STATS, ("data", "total_tracks"), lambda result: result.total_tracks),
    (Stats.decode, STATS, ("data", "total_plays"), lambda result: result.total_plays),
    (
        Intelligence.decode, INTELLIGENCE, ("overview", "totalAlbums"),
        lambda result: result.total_albums,
    ),
    (Activity.decode, ACTIVITY, ("summary", "audienceDownloads"), lambda result: result.downloads),
    (Followers.decode, FOLLOWERS, ("pagination", "total"), lambda result: result.total),
    (Intelligence.decode, INTELLIGENCE, ("xp", "currentLevel"), lambda result: result.level.level),
    (Intelligence.decode, INTELLIGENCE, ("xp", "currentXP"), lambda result: result.level.xp),
    (
        Intelligence.decode, INTELLIGENCE, ("overview", "growthRate"),
        lambda result: result.growth_rate,
    ),
]  # fmt: skip
NUMBER_IDS = ["tracks", "plays", "albums", "downloads", "followers", "level", "xp", "growth"]


@pytest.mark.parametrize("read, response, path, pick", NUMBERS, ids=NUMBER_IDS)
def test_invalid_number_affects_itself_only(
    read: Callable[[Any], Any], response: Json, path: tuple[str, ...], pick: Callable[[Any], Any]
) -> None:
    if path == ("summary", "audienceDownloads"):
        # Downloads fall back to the page total.
        response = without(response, ("pagination", "total"))
    whole = read(response)
    for junk in (*JUNK, "1e23", "1" * 41):
        result = read(with_value(response, path, junk))
        assert pick(result) is None, junk
        pairs = zip(leaves(result), leaves(whole), strict=True)
        changed = [new for new, old in pairs if new != old]
        # Only the title is derived from another value, the level.
        assert set(changed) == {None}, junk
        assert len(changed) <= (2 if path[-1] == "currentLevel" else 1)


@pytest.mark.parametrize("path", [path for _, _, path, _ in NUMBERS], ids=NUMBER_IDS)
def test_missing_number_is_none(path: tuple[str, ...]) -> None:
    read, response, _, pick = next(number for number in NUMBERS if number[2] == path)
    incomplete = without(response, path)
    if path == ("summary", "audienceDownloads"):
        incomplete = without(incomplete, ("pagination", "total"))
    assert pick(read(incomplete)) is None


@pytest.mark.parametrize(
    "sent, expected",
    [("12", 12), (1.0, 1), (0, 0), ("0", 0), (-0.0, 0), (10**15, 10**15)],
    ids=repr,
)
@pytest.mark.parametrize("read, response, path, pick", NUMBERS, ids=NUMBER_IDS)
def test_number_in_another_format(
    read: Callable[[Any], Any],
    response: Json,
    path: tuple[str, ...],
    pick: Callable[[Any], Any],
    sent: object,
    expected: float,
) -> None:
    result = pick(read(with_value(response, path, sent)))
    assert result == expected
    assert math.copysign(1, result) == 1


@pytest.mark.parametrize("read, response, path, pick", NUMBERS[:7], ids=NUMBER_IDS[:7])
def test_negative_number_is_invalid(
    read: Callable[[Any], Any],
    response: Json,
    path: tuple[str, ...],
    pick: Callable[[Any], Any],
) -> None:
    assert pick(read(with_value(response, path, -5))) is None


def test_growth_may_be_negative() -> None:
    result = Intelligence.decode(with_value(INTELLIGENCE, ("overview", "growthRate"), -5))
    assert (result.growth_rate, result.growth_calculating) == (-5, False)


@pytest.mark.parametrize("path", [path for _, _, path, _ in NUMBERS[:6]], ids=NUMBER_IDS[:6])
def test_fractional_count_is_invalid(path: tuple[str, ...]) -> None:
    read, response, _, pick = next(number for number in NUMBERS if number[2] == path)
    assert pick(read(with_value(response, path, 1.5))) is None


# Account and artist


@pytest.mark.parametrize(
    "response",
    [
        {"user": {"id": 7, "display_name": "nova"}},
        {"status": "success", "data": {"user": {"id": 7, "display_name": "nova"}}},
        {"status": "success", "data": {"id": "7", "name": "nova"}},
        {"id": 7, "name": "nova"},
    ],
)
def test_account_in_each_envelope(response: Json) -> None:
    assert Account.decode(response) == Account(7, "nova")


@pytest.mark.parametrize("junk", [0, -1, 1e3, "1e3", "1/../../users/me", True, [], {}, None])
def test_artist_with_an_invalid_id(junk: object) -> None:
    result = Artist.decode(with_value(ARTIST, ("data", "id"), junk))
    assert result.id is None
    assert (result.name, result.total_tracks) == ("Nova Reyes", 128)


def test_names_are_cleaned_and_truncated() -> None:
    sent = "Nova\x1b]52;c;x\x07 \u202e[FREE]\n" + "x" * 10_000
    name = Artist.decode(with_value(ARTIST, ("data", "name"), sent)).name
    assert name is not None
    assert name.startswith("Nova [FREE] xxx")
    assert len(name) == MAX_NAME


@pytest.mark.parametrize(
    "fields, status",
    [
        ({"can_submit": True, "block_reason": None}, ApplicationStatus.MAY_APPLY),
        ({"can_submit": 1}, ApplicationStatus.MAY_APPLY),
        ({"can_submit": False, "block_reason": "pending"}, ApplicationStatus.UNDER_REVIEW),
        ({"can_submit": True, "block_reason": "Pending"}, ApplicationStatus.UNDER_REVIEW),
        ({"can_submit": False, "block_reason": "revoked"}, ApplicationStatus.REVOKED),
        ({"can_submit": False, "block_reason": None}, None),
        ({"can_submit": True, "block_reason": "suspended"}, None),
        ({"can_submit": "maybe", "block_reason": ["pending"]}, None),
        ({"can_submit": math.nan, "block_reason": {"pending": True}}, None),
        ({"block_reason": ""}, None),
        ({}, None),
    ],
)
def test_application_status(fields: Json, status: ApplicationStatus | None) -> None:
    for response in (fields, {"status": "success", **fields}, {"success": True, "data": fields}):
        assert Application.decode(response).status is status


@pytest.mark.parametrize("sent", [*ATTACKS, HOSTILE, None, 7, True, [], {}])
def test_application_text_is_cleaned_and_its_contact_page_checked(sent: object) -> None:
    application = Application.decode(
        {
            "can_submit": sent,
            "block_reason": sent,
            "message": sent,
            "contact_url": sent,
            "blocking_request_id": sent,
        }
    )
    for text in (application.block_reason, application.message, application.contact):
        assert text is None or (text.isprintable() and len(text) <= MAX_CHARACTERS)
    assert application.contact_url is None
    assert application.status is None or sent is True
    assert application.request_id == (7 if sent == 7 else None)


@pytest.mark.parametrize("response", [None, [], "x", 3, {"data": []}, {"data": {"message": 1}}])
def test_application_in_another_shape_has_no_values(response: object) -> None:
    application = Application.decode(response)
    assert set(application) == {None}
    assert application.status is None
    assert application.contact_url is None


@pytest.mark.parametrize(
    "contact, url",
    [
        ("/contact", "https://open.beatpass.ca/contact"),
        ("https://help.beatpass.ca/appeal?id=7", "https://help.beatpass.ca/appeal?id=7"),
        ("contact", None),
        ("https://beatpass.ca:8443/contact", None),
        ("https://beatpass.ca.evil.example/contact", None),
    ],
)
def test_contact_page_of_an_application(contact: str, url: str | None) -> None:
    assert Application.decode({"contact_url": contact}).contact_url == url


def test_home_text_is_cleaned() -> None:
    check_clean(Account.decode(with_value(ACCOUNT, ("user", "display_name"), HOSTILE)).name)
    top = Stats.decode(with_value(STATS, ("data", "top_track", "name"), HOSTILE)).top_track
    assert top is not None
    check_clean(top.name)
    check_clean(level(title=HOSTILE).title, 40)


@pytest.mark.parametrize(
    "top", [None, [], {}, "Midnight", {"plays": 5}, {"name": "", "plays": 5}, {"name": 5}]
)
def test_top_track_without_a_name_is_none(top: object) -> None:
    result = Stats.decode(with_value(STATS, ("data", "top_track"), top))
    assert result.top_track is None
    assert result.total_tracks == 128


def test_top_track_with_title_and_without_plays() -> None:
    result = Stats.decode(with_value(STATS, ("data", "top_track"), {"title": "Neon [Rain]"}))
    assert result.top_track == TopTrack("Neon [Rain]", None)


# Level and growth


def level(**xp: object) -> Level:
    return Intelligence.decode({**INTELLIGENCE, "xp": {**INTELLIGENCE["xp"], **xp}}).level


@pytest.mark.parametrize(
    "sent, percent",
    [(24.7, 24.7), (0.247, 24.7), ("0.247", 24.7), (0, 0), (150, 150), (-3, -3), (100, 100)],
)
def test_progress_as_percentage_or_fraction(sent: object, percent: float) -> None:
    assert level(levelProgress=sent).progress == pytest.approx(percent)


@pytest.mark.parametrize("sent", [None, [], "x", True, math.nan])
def test_missing_progress_is_derived(sent: object) -> None:
    assert level(levelProgress=sent).progress == pytest.approx(24.7, abs=0.1)


def test_progress_of_1_is_interpreted_by_the_xp() -> None:
    floor = 100 * 11**1.5
    assert level(currentXP=floor + 5, xpToNextLevel=495, levelProgress=1).progress == 1
    assert level(currentXP=floor + 495, xpToNextLevel=5, levelProgress=1).progress == 100


def test_title_from_the_service_is_preferred() -> None:
    assert level(title="Beat Master").title == "Beat Master"
    assert level(levelTitle="Rising [Producer]").title == "Rising [Producer]"
    assert level(title="  ").title == "Experienced Producer"


def test_first_level_without_xp() -> None:
    result = level(currentLevel=1, currentXP=0, xpToNextLevel=100, levelProgress=0)
    assert result == Level(1, 0, 100, 0, "Novice Producer")


def test_highest_level_is_complete() -> None:
    result = level(currentLevel=100, currentXP=250_000, xpToNextLevel=0, levelProgress=0)
    assert (result.progress, result.title) == (100, "Legendary Producer")


@pytest.mark.parametrize("sent", [None, math.nan, math.inf, -math.inf])
def test_missing_growth_rate_is_calculating(sent: object) -> None:
    result = Intelligence.decode(with_value(INTELLIGENCE, ("overview", "growthRate"), sent))
    assert (result.growth_rate, result.growth_calculating) == (None, True)


@pytest.mark.parametrize("sent", [[], {}, True, "x", 10**23])
def test_invalid_growth_rate_is_not_calculating(sent: object) -> None:
    result = Intelligence.decode(with_value(INTELLIGENCE, ("overview", "growthRate"), sent))
    assert (result.growth_rate, result.growth_calculating) == (None, False)


def test_zero_growth_rate() -> None:
    result = Intelligence.decode(with_value(INTELLIGENCE, ("overview", "growthRate"), 0))
    assert (result.growth_rate, result.growth_calculating) == (0, False)


def test_older_dashboard_response() -> None:
    result = Intelligence.decode(
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
    assert result == Intelligence(
        Level(12, 3774, None, None, "Experienced Producer"), 9, 128, 45210, -3.2, False
    )


def test_current_fields_are_preferred_over_older_ones() -> None:
    result = Intelligence.decode({**INTELLIGENCE, "level": 3, "stats": {"totalAlbums": 1}})
    assert (result.level.level, result.total_albums) == (12, 9)


def test_dashboard_in_an_envelope() -> None:
    response = {"success": True, "data": INTELLIGENCE}
    assert Intelligence.decode(response) == Intelligence.decode(INTELLIGENCE)


# Followers and activity


def test_older_followers_response() -> None:
    assert Followers.decode({"status": "success", "followers": {"total": 873}}) == Followers(873)


def test_simple_page_has_no_follower_count() -> None:
    page = {"current_page": 1, "from": 1, "to": 1, "per_page": 1, "data": [{"id": 1}]}
    assert Followers.decode({"status": "success", "pagination": page}) == Followers(None)


def test_page_total_replaces_missing_downloads() -> None:
    for response in (
        without(ACTIVITY, ("summary", "audienceDownloads")),
        with_value(ACTIVITY, ("summary", "audienceDownloads"), None),
    ):
        response["pagination"]["total"] = 1203
        assert Activity.decode(response).downloads == 1203


def test_zero_downloads() -> None:
    assert Activity.decode(with_value(ACTIVITY, ("summary", "audienceDownloads"), 0)).downloads == 0


@pytest.mark.parametrize("top", [None, [], "x"])
def test_activity_without_a_top_track(top: object) -> None:
    result = Activity.decode(with_value(ACTIVITY, ("summary", "topDownloadedTrack"), top))
    assert (result.top_track, result.top_track_downloads) == (None, None)
    assert result.downloads == 1204


# Sales


def test_sales_under_data() -> None:
    nested = {
        "status": "success",
        "data": {"earnings": SALES["earnings"], "recent_purchases": SALES["recent_purchases"]},
    }
    assert Sales.decode(nested) == Sales.decode(SALES)


@pytest.mark.parametrize("code", [None, "", "EURO", "€", "C", "C$1", "123", 840, ["CAD"]])
def test_invalid_currency_is_none(code: object) -> None:
    result = Sales.decode(with_value(SALES, ("earnings", "currency"), code))
    assert result.currency is None
    assert result.revenue == Decimal("1234.5")


@pytest.mark.parametrize("name, field", [("total_revenue", "revenue"), ("paid_out", "paid_out")])
@pytest.mark.parametrize("junk", [None, "x", [], {}, True, math.nan, 10**23])
def test_invalid_amount_is_none(name: str, field: str, junk: object) -> None:
    result = Sales.decode(with_value(SALES, ("earnings", name), junk))
    assert getattr(result, field) is None
    assert result.pending == 84


def test_refund_is_negative() -> None:
    assert Sales.decode(with_value(SALES, ("earnings", "total_revenue"), -5.25)).revenue == Decimal(
        "-5.25"
    )


@pytest.mark.parametrize("recent, count", [([], 0), ([{}, None, {}], 2), (None, None), ({}, None)])
def test_recent_purchases_are_none_unless_listed(recent: object, count: int | None) -> None:
    result = Sales.decode({**SALES, "recent_purchases": recent}).recent
    assert (None if result is None else len(result)) == count


# Standings


def test_category_without_own_row_has_no_rank() -> None:
    first, second = ENTRIES[0], ENTRIES[1]._replace(you=False)
    response = with_value(STANDINGS, ("data", "plays"), [entry(1), entry(2)])
    rows = {row.category: row for row in Standings.decode(response).rows}
    assert rows["plays"] == Standing("plays", 2, None, None, None, (first, second))
    assert rows["overall"].rank == 2


@pytest.mark.parametrize("entries", [None, {}, "x", 3])
def test_missing_category_has_no_count(entries: object) -> None:
    rows = {
        row.category: row
        for row in Standings.decode(with_value(STANDINGS, ("data", "quality"), entries)).rows
    }
    assert rows["quality"] == Standing("quality", None, None, None, None)
    assert [row.category for row in Standings.decode(STANDINGS).rows] == list(CATEGORIES)


def test_empty_category() -> None:
    response = with_value(STANDINGS, ("data", "uploads"), [])
    rows = {row.category: row for row in Standings.decode(response).rows}
    assert rows["uploads"].listed == 0


@pytest.mark.parametrize("rank", [None, 0, -1, "first", True])
def test_row_with_an_invalid_rank_keeps_its_value(rank: object) -> None:
    own = {**entry(2, own=True), "rank": rank}
    row = Standings.decode(with_value(STANDINGS, ("data", "overall"), [own])).rows[0]
    assert (row.rank, row.value, row.tier) == (None, 98.5, "Gold")


def test_rows_that_are_not_objects_are_skipped() -> None:
    response = with_value(STANDINGS, ("data", "overall"), [None, "x", entry(7, own=True), 3])
    own = Entry(7, "Producer 7", 93.5, "Gold", you=True)
    assert Standings.decode(response).rows[0] == Standing("overall", 1, 7, 93.5, "Gold", (own,))


def test_older_leaderboards_have_no_categories() -> None:
    result = Standings.decode({"data": {"weekly": [entry(1, own=True)], "allTime": []}})
    assert {row.listed for row in result.rows} == {None}
