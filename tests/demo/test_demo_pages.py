"""Responses of the demo server to the pages: documented shapes, paging and consistent numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import beatpass_tui.demo
from beatpass_tui.demo import DemoServer, artist
from beatpass_tui.demo.__main__ import main
from beatpass_tui.demo.messages import Json
from beatpass_tui.demo.model import Catalog, Track
from support.demo_client import (
    NOW,
    NUMBER,
    WITHOUT_ZONE,
    ZULU,
    call,
    check,
    matching,
    one_of,
    optional,
    run_demo,
)

ARTIST = "/artists/900000021"
COLLABORATIONS = "/artist/900000021/collaborative-tracks"
GRAPH = "/producer-intelligence/artist/900000021/contribution-graph"
PLATFORM = "/producer-intelligence/platform/contribution-graph"
GUESSED = (
    GRAPH,
    PLATFORM,
    "/producer-intelligence/insights/artists/900000021/charts",
    "/producer-intelligence/xp-sources",
    "/producer-intelligence/achievements",
    f"{ARTIST}/finances/provider-balance",
)


@pytest.fixture
def documented() -> Iterator[DemoServer]:
    with DemoServer(now=lambda: NOW, growth_delay=0, documented_only=True) as running:
        yield running


def pages(server: DemoServer, path: str, size: int) -> Iterator[Any]:
    """Read every page of a list to its end."""
    page = 1
    while True:
        body = call(server, f"{path}?perPage={size}&page={page}").body["pagination"]
        yield body
        if page >= body["last_page"]:
            return
        page += 1


def rows(server: DemoServer, path: str, size: int = 100) -> list[Any]:
    return [row for page in pages(server, path, size) for row in page["data"]]


# -- shapes ---------------------------------------------------------------------------------------

DAY = matching(r"\d{4}-\d\d-\d\d")
NAMED = {"id": int, "name": str}
CREDIT = {**NAMED, "verified": bool}
SMALL = {**NAMED, "image_small": str}
PAGE = {
    "current_page": int,
    "data": list,
    "from": optional(int),
    "to": optional(int),
    "per_page": int,
    "last_page": int,
    "total": int,
}
# `…_ALWAYS` are required fields, `…_MAYBE` optional ones.
TRACK_ALWAYS = {
    "id": int,
    "name": str,
    "image": str,
    "description": optional(str),
    "artists": [CREDIT],
}
TRACK_MAYBE = {
    "release_date": DAY,
    "duration": int,
    "created_at": ZULU,
    "updated_at": ZULU,
    "plays": optional(int),
    "licensing_type": one_of("both", "non_exclusive_only", "exclusive_only"),
    "bpm": int,
    "key": str,
    "scale": str,
    "likes_count": int,
    "album": optional(NAMED),
}
ALBUM_ALWAYS = {
    "id": int,
    "name": str,
    "image": str,
    "description": optional(str),
    "tracks": optional(list),
    "artists": [CREDIT],
}
ALBUM_MAYBE = {"release_date": DAY, "created_at": ZULU, "plays": int}
SHAPES: Mapping[str, Any] = {
    f"{ARTIST}/tracks": {"status": one_of("success"), "pagination": PAGE},
    f"{ARTIST}/albums": {"status": one_of("success"), "pagination": PAGE},
    "/artist/track-performance": {
        "success": one_of(True),
        "data": [
            {
                "track_id": int,
                "track_name": str,
                "plays": int,
                "contribution_value": NUMBER,
                "months_since_upload": int,
                "upload_date": ZULU,
                "last_updated": optional(ZULU),
            }
        ],
    },
    COLLABORATIONS: {"success": one_of(True), "data": list, "total": int},
}


def check_row(
    row: Mapping[str, object], always: Mapping[str, Any], maybe: Mapping[str, Any]
) -> None:
    known = {**always, **maybe}
    assert always.keys() <= row.keys() <= known.keys()
    for name, value in row.items():
        check(value, known[name], name)


@pytest.mark.parametrize("path", SHAPES)
@pytest.mark.parametrize("state", ["normal", "new"])
def test_responses_have_the_documented_fields(path: str, state: str) -> None:
    with DemoServer(state=state, now=lambda: NOW) as server:
        reply = call(server, path)
    assert reply.status == 200
    check(reply.body, SHAPES[path])


@pytest.mark.parametrize("path", [*SHAPES, *GUESSED, "/artist/upload-insights"])
def test_valid_token_is_required(server: DemoServer, path: str) -> None:
    assert call(server, path, token=None).status == 401
    assert call(server, path, token="901|somebody-else").status == 401


@pytest.mark.parametrize(
    "path, status",
    [
        ("/artists/900000022/tracks", 403),
        ("/artists/900000022/albums", 403),
        ("/artists/900000022/finances/summary", 403),
        ("/artists/1e3/finances/transactions", 403),
        ("/artists/900000022/finances/provider-balance", 403),
        ("/producer-intelligence/artist/900000022/contribution-graph", 403),
        ("/artists/900000021/collaborative-tracks", 404),
        ("/albums/930000099", 404),
        ("/albums/930000009x", 404),
        ("/albums/", 404),
    ],
)
def test_foreign_and_missing_resources_are_refused(
    server: DemoServer, path: str, status: int
) -> None:
    reply = call(server, path)
    assert reply.status == status
    check(reply.body, {"message": str})


def test_collaborations_of_another_artist_are_not_found(server: DemoServer) -> None:
    reply = call(server, "/artist/900000022/collaborative-tracks")
    assert reply.status == 404
    check(reply.body, {"error": str, "data": one_of([])})


# -- tracks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [7, 20, 100])
def test_tracks_have_a_last_page(server: DemoServer, size: int) -> None:
    ids: list[int] = []
    for at, page in enumerate(pages(server, f"{ARTIST}/tracks", size), start=1):
        assert (page["current_page"], page["per_page"], page["total"]) == (at, size, 120)
        assert (page["from"], page["to"]) == (len(ids) + 1, len(ids) + len(page["data"]))
        ids += [row["id"] for row in page["data"]]
    assert len(ids) == len(set(ids)) == 120


@pytest.mark.parametrize("query, size", [("", 20), ("?perPage=100", 100), ("?perPage=500", 100)])
def test_page_of_tracks_states_its_size(server: DemoServer, query: str, size: int) -> None:
    page = call(server, f"{ARTIST}/tracks{query}").body["pagination"]
    assert page["per_page"] == len(page["data"]) == size


def test_tracks_have_required_and_optional_fields(server: DemoServer) -> None:
    tracks = rows(server, f"{ARTIST}/tracks")
    for track in tracks:
        check_row(track, TRACK_ALWAYS, TRACK_MAYBE)
    for name in ("updated_at", "licensing_type", "bpm", "key", "scale", "duration"):
        assert 0 < sum(name not in track for track in tracks) < 60, name
    assert sum(track["plays"] is None for track in tracks) == 1
    assert sum(len(track["artists"]) == 3 for track in tracks) >= 1
    created = [datetime.fromisoformat(track["created_at"]) for track in tracks]
    assert created == sorted(created, reverse=True)
    updated = [track["updated_at"] for track in tracks if "updated_at" in track]
    assert max(datetime.fromisoformat(each) for each in updated) <= NOW


def test_some_titles_are_awkward(server: DemoServer) -> None:
    titles = [track["name"] for track in rows(server, f"{ARTIST}/tracks")]
    assert any("[140 BPM]" in title for title in titles)
    assert any("夜" in title for title in titles)
    assert any(len(title) > 120 for title in titles)
    assert all(title.isprintable() for title in titles)


def test_plays_add_up_except_for_the_unknown_count(server: DemoServer) -> None:
    tracks = rows(server, f"{ARTIST}/tracks")
    plays = {track["id"]: track["plays"] for track in tracks if track["plays"] is not None}
    stats = call(server, "/artist/dashboard-stats").body["data"]
    assert 0 < stats["total_plays"] - sum(plays.values()) < 2_000
    assert stats["top_track"]["plays"] == plays[stats["top_track"]["id"]] == max(plays.values())
    recent = call(server, "/artist/track-performance").body["data"]
    listed = [row for row in recent if row["track_id"] in {track["id"] for track in tracks}]
    assert [row["plays"] for row in listed] == [plays[row["track_id"]] for row in listed]


# -- albums ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [2, 5, 100])
def test_albums_have_a_last_page(server: DemoServer, size: int) -> None:
    assert len({album["id"] for album in rows(server, f"{ARTIST}/albums", size)}) == 9


def test_page_of_albums_has_five_by_default(server: DemoServer) -> None:
    page = call(server, f"{ARTIST}/albums").body["pagination"]
    assert (len(page["data"]), page["per_page"], page["last_page"], page["total"]) == (5, 5, 2, 9)


def test_albums_cover_all_cases(server: DemoServer) -> None:
    albums = rows(server, f"{ARTIST}/albums")
    for album in albums:
        check_row(album, ALBUM_ALWAYS, ALBUM_MAYBE)
    dates = [date.fromisoformat(each["release_date"]) for each in albums if "release_date" in each]
    assert len(dates) == len(albums) - 1
    assert sum(each > NOW.date() for each in dates) == 1
    assert sum(album["tracks"] == [] for album in albums) == 1
    assert sum(album["tracks"] is None for album in albums) == 1
    assert sum("plays" not in album for album in albums) == 1


def test_album_has_its_tracks(server: DemoServer) -> None:
    listed = {track["id"]: track for track in rows(server, f"{ARTIST}/tracks")}
    on_albums: set[int] = set()
    for album in rows(server, f"{ARTIST}/albums"):
        body = call(server, f"/albums/{album['id']}?loader=albumPage").body
        check(body, {"album": dict.fromkeys(body["album"], object), "loader": str})
        page = body["album"]
        genres, tags = page.pop("genres"), page.pop("tags")
        check(genres, [NAMED])
        check(tags, optional([NAMED]))
        check_row(page, ALBUM_ALWAYS, ALBUM_MAYBE)
        for track in page["tracks"]:
            check_row(track, TRACK_ALWAYS, TRACK_MAYBE)
            assert track.get("release_date") == page.get("release_date")
            row = listed.get(track["id"], track)
            assert row["plays"] in (track["plays"], None)
        if album["tracks"] is not None:
            names = [track["name"] for track in page["tracks"]]
            assert names == [track["name"] for track in album["tracks"]]
            assert album["plays"] == sum(track["plays"] for track in page["tracks"])
        assert not on_albums & {track["id"] for track in page["tracks"]}
        on_albums |= {track["id"] for track in page["tracks"]}
    assert len(on_albums) == 64


# -- uploads --------------------------------------------------------------------------------------


def test_performance_lists_the_latest_tracks(server: DemoServer) -> None:
    data = call(server, "/artist/track-performance").body["data"]
    assert len(data) == 20
    assert [row["last_updated"] is None for row in data] == [True] + [False] * 19
    assert data[0]["contribution_value"] == 0
    dates = [datetime.fromisoformat(row["upload_date"]) for row in data]
    assert dates == sorted(dates, reverse=True)
    assert data[0]["months_since_upload"] == 0
    assert [row["months_since_upload"] for row in data][-1] >= 2


def test_upload_insights_agree_with_the_catalog(server: DemoServer) -> None:
    body = call(server, "/artist/upload-insights").body
    check(
        body,
        {
            "success": one_of(True),
            "data": {
                "total_uploads": int,
                "uploads_this_month": int,
                "uploads_last_month": int,
                "average_plays_per_upload": int,
                "upload_frequency_days": int,
                "recommended_upload_time": str,
                "best_performing_month": {
                    "month": matching(r"\d{4}-\d\d"),
                    "total_plays": int,
                    "track_count": int,
                },
            },
        },
    )
    data = body["data"]
    stats = call(server, "/artist/dashboard-stats").body["data"]
    assert data["total_uploads"] == stats["total_tracks"] == 128
    assert data["average_plays_per_upload"] == stats["average_plays_per_track"] == 353
    uploads = Counter(day["date"][:7] for day in days(server) for _ in day["tracks"])
    assert data["uploads_this_month"] == uploads["2026-11"] > 0
    assert data["uploads_last_month"] == uploads["2026-10"] > 0


def test_upload_insights_of_a_new_artist() -> None:
    with DemoServer(state="new", now=lambda: NOW) as server:
        data = call(server, "/artist/upload-insights").body["data"]
    assert isinstance(data.pop("recommended_upload_time"), str)
    assert data == {
        "total_uploads": 0,
        "uploads_this_month": 0,
        "uploads_last_month": 0,
        "average_plays_per_upload": 0,
        "upload_frequency_days": None,
    }


@pytest.mark.parametrize("state", ["normal", "new"])
def test_upload_insights_need_upload_access(state: str) -> None:
    with DemoServer(state=state, now=lambda: NOW, upload_access=False) as server:
        assert call(server, "/artist/profile").body["data"]["upload_access"] is False
        reply = call(server, "/artist/upload-insights")
        assert reply.status == 403
        check(reply.body, {"success": one_of(False), "message": str})
        assert call(server, "/artist/track-performance").status == 200


def test_collaborations(server: DemoServer) -> None:
    body = call(server, COLLABORATIONS).body
    assert body["total"] == len(body["data"]) >= 3
    listed = {track["id"]: track for track in rows(server, f"{ARTIST}/tracks")}
    for row in body["data"]:
        check_row(
            row,
            {"id": int, "name": str, "artists": [SMALL], "collaborators": [SMALL]},
            {"plays": int},
        )
        credits = [artist["id"] for artist in listed[row["id"]]["artists"]]
        assert [artist["id"] for artist in row["artists"]] == credits
        assert [artist["id"] for artist in row["collaborators"]] == credits[1:]
        assert row.get("plays", listed[row["id"]]["plays"]) == listed[row["id"]]["plays"]
    assert sum("plays" not in row for row in body["data"]) == 1


# -- guesses --------------------------------------------------------------------------------------


def days(server: DemoServer, path: str = GRAPH) -> list[Any]:
    graph: list[Any] = call(server, path).body["days"]
    return graph


def test_contribution_graph_has_every_day_of_53_weeks(server: DemoServer) -> None:
    graph = days(server)
    dates = [date.fromisoformat(day["date"]) for day in graph]
    assert dates == [NOW.date() - timedelta(days=back) for back in range(370, -1, -1)]
    assert all(day["uploads"] == len(day["tracks"]) for day in graph)
    assert Counter(day["uploads"] for day in graph)[9] == 1
    assert max(day["uploads"] for day in graph) == 9
    uploaded = {track["id"]: day["date"] for day in graph for track in day["tracks"]}
    for track in rows(server, f"{ARTIST}/tracks"):
        created = track["created_at"][:10]
        assert uploaded.get(track["id"]) == (created if created >= graph[0]["date"] else None)


@pytest.mark.parametrize("minute", [0, 1, 719, 1_439])
def test_nine_uploads_are_on_one_day_at_any_hour(minute: int) -> None:
    now = NOW.replace(hour=0, minute=0) + timedelta(minutes=minute)
    with DemoServer(now=lambda: now) as server:
        assert max(day["uploads"] for day in days(server)) == 9


def test_platform_uploads_include_your_own(server: DemoServer) -> None:
    own, platform = days(server), days(server, PLATFORM)
    assert [day["date"] for day in own] == [day["date"] for day in platform]
    assert all(
        own_day["uploads"] <= platform_day["uploads"]
        for own_day, platform_day in zip(own, platform, strict=True)
    )
    assert sum(day["uploads"] for day in platform) > 1_000


def test_xp_adds_up(server: DemoServer) -> None:
    body = call(server, "/producer-intelligence/xp-sources").body
    xp = call(server, "/producer-intelligence/dashboard").body["xp"]["currentXP"]
    assert body["totalXp"] == xp == sum(source["xp"] for source in body["sources"]) == 3774
    unlocked = [each for each in achievements(server) if each["unlocked"]]
    source = next(each for each in body["sources"] if each["source"] == "achievements")
    assert source["count"] == len(unlocked)
    assert source["xp"] == sum(each["xp"] for each in unlocked)
    board = call(server, "/producer-intelligence/leaderboard").body["data"]["points"]
    you = next(row for row in board if row["is_current_user"])
    assert you["achievement_count"] == len(unlocked)


def achievements(server: DemoServer) -> list[Any]:
    all_achievements: list[Any] = call(server, "/producer-intelligence/achievements").body[
        "achievements"
    ]
    return all_achievements


def test_achievements_cover_all_cases(server: DemoServer) -> None:
    all_achievements = achievements(server)
    assert len(all_achievements) == len({each["name"] for each in all_achievements}) == 24
    assert all((each["unlockedAt"] is not None) == each["unlocked"] for each in all_achievements)
    kinds = {(each["rarity"], each["unlocked"]) for each in all_achievements}
    assert ("legendary", False) in kinds
    assert {rarity for rarity, _ in kinds} == {"common", "rare", "epic", "legendary"}
    assert sum(each["xp"] == 0 for each in all_achievements) == 1
    since = call(server, "/artist/profile").body["data"]["member_since"]
    assert all(
        since < each["unlockedAt"] < "2026-11-23" for each in all_achievements if each["unlocked"]
    )
    recent = call(server, "/producer-intelligence/dashboard").body["achievements"]
    assert len(recent) == 3
    assert all(each in all_achievements for each in recent)
    dates = [each["unlockedAt"] for each in recent]
    assert (
        dates == sorted((each["unlockedAt"] or "" for each in all_achievements), reverse=True)[:3]
    )


def test_new_artist_has_no_data() -> None:
    with DemoServer(state="new", now=lambda: NOW) as server:
        assert rows(server, f"{ARTIST}/tracks") == rows(server, f"{ARTIST}/albums") == []
        assert call(server, "/artist/track-performance").body["data"] == []
        assert call(server, COLLABORATIONS).body == {"success": True, "data": [], "total": 0}
        assert {day["uploads"] for day in days(server)} == {0}
        assert call(server, "/producer-intelligence/xp-sources").body == {
            "totalXp": 0,
            "sources": [],
        }
        assert not any(each["unlocked"] for each in achievements(server))
        assert call(server, "/producer-intelligence/dashboard").body["achievements"] == []


@pytest.mark.parametrize(
    "category, period, scope",
    [
        ("earning_share", "current", "artist"),
        ("progress", "all", "producer_account"),
        ("audience_plays", "7d", "artist"),
        ("releases", "30d", "artist"),
        ("collaborations", "all", "artist"),
    ],
)
def test_scheduled_leaderboard(server: DemoServer, category: str, period: str, scope: str) -> None:
    query = f"artist_id=900000021&category={category}&period={period}"
    board = call(server, f"/producer-intelligence/leaderboards?{query}").body
    assert (board["category"], board["scope"], board["period"]["key"]) == (category, scope, period)
    values = [row["value"] for row in board["leaders"]]
    assert values == sorted(values, reverse=True)
    # Tied artists share a rank, and the next one is skipped.
    assert [row["rank"] for row in board["leaders"]] == [values.index(v) + 1 for v in values]
    own, nearby = board["current"]["entry"], board["current"]["nearby"]
    assert (own["artist"]["name"], board["current"]["eligible"]) == ("Nova Reyes", True)
    assert len(nearby) == 2
    assert nearby[0]["rank"] <= own["rank"] <= nearby[1]["rank"]
    assert board["participantCount"] >= own["rank"]


def test_audience_plays_on_the_leaderboard_are_those_of_the_activity(server: DemoServer) -> None:
    for period in ("7d", "30d", "all"):
        query = f"artist_id=900000021&category=audience_plays&period={period}"
        board = call(server, f"/producer-intelligence/leaderboards?{query}").body
        activity = call(server, f"{ARTIST}/activity?period={period}").body
        assert board["current"]["entry"]["value"] == activity["summary"]["audiencePlays"]


@pytest.mark.parametrize(
    "query, status",
    [
        ("artist_id=900000021&category=progress&period=7d", 422),
        ("artist_id=900000021&category=overall&period=all", 422),
        ("artist_id=900000021&category=progress", 422),
        ("category=progress&period=all", 422),
        ("artist_id=900000009&category=progress&period=all", 403),
    ],
)
def test_leaderboard_refuses_other_artists_and_periods(
    server: DemoServer, query: str, status: int
) -> None:
    assert call(server, f"/producer-intelligence/leaderboards?{query}").status == status


def test_leaderboard_gives_the_reason_for_a_missing_entry(server: DemoServer) -> None:
    query = "artist_id=900000021&category=collaborations&period=7d"
    current = call(server, f"/producer-intelligence/leaderboards?{query}").body["current"]
    assert current == {"eligible": False, "reason": "no_activity", "entry": None, "nearby": []}


# -- without guesses ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", GUESSED)
def test_documented_only_leaves_out_guessed_responses(documented: DemoServer, path: str) -> None:
    reply = call(documented, path)
    assert (reply.status, reply.body) == (200, {})


def test_documented_only_keeps_documented_responses(
    server: DemoServer, documented: DemoServer
) -> None:
    tracks = f"{ARTIST}/tracks"
    for row in rows(documented, tracks):
        check_row(row, TRACK_ALWAYS, {"release_date": DAY, "duration": int, "created_at": ZULU})
    for path in (
        *(set(SHAPES) - {tracks}),
        "/artist/upload-insights",
        "/albums/930000003",
        "/artist/sales",
    ):
        assert call(documented, path).content == call(server, path).content
    dashboard = call(server, "/producer-intelligence/dashboard").body
    del dashboard["recentActivity"]
    assert call(documented, "/producer-intelligence/dashboard").body == {
        **dashboard,
        "achievements": [],
    }


# -- large catalogs -----------------------------------------------------------------------------


def test_ten_thousand_tracks_are_counted_consistently() -> None:
    with DemoServer(now=lambda: NOW, tracks=10_000) as server:
        page = call(server, f"{ARTIST}/tracks?perPage=100").body["pagination"]
        assert (page["total"], page["last_page"], len(page["data"])) == (9_375, 94, 100)
        last = call(server, f"{ARTIST}/tracks?perPage=100&page=94").body["pagination"]
        assert (last["from"], last["to"], len(last["data"])) == (9_301, 9_375, 75)
        profile = call(server, "/artist/profile").body["data"]
        stats = call(server, "/artist/dashboard-stats").body["data"]
        insights = call(server, "/artist/upload-insights").body["data"]
        overview = call(server, "/producer-intelligence/dashboard").body["overview"]
        assert profile["member_since"] < last["data"][-1]["created_at"]
        board = call(server, "/producer-intelligence/leaderboard").body["data"]
        graph = days(server)
        performance = call(server, "/artist/track-performance").body["data"]
    for total in (
        profile["total_tracks"],
        stats["total_tracks"],
        insights["total_uploads"],
        overview["totalTracks"],
    ):
        assert total == 10_000
    assert profile["total_plays"] == stats["total_plays"] == overview["totalPlays"]
    assert stats["tracks_with_plays"] == 9_375
    you = {
        name: [row["value"] for row in board[name] if row["is_current_user"]]
        for name in ("uploads", "plays")
    }
    assert you == {"uploads": [9_375], "plays": [stats["total_plays"]]}
    assert (stats["recent_uploads"], stats["top_track"]["name"]) == (4, "Midnight Drive")
    assert max(day["uploads"] for day in graph) == 9
    assert len(performance) == 20


def test_ten_thousand_tracks_have_a_last_page() -> None:
    with DemoServer(now=lambda: NOW, tracks=10_000) as server:
        tracks = rows(server, f"{ARTIST}/tracks")
    assert len({track["id"] for track in tracks}) == len(tracks) == 9_375
    assert len({track["name"] for track in tracks}) == 9_375
    created = [track["created_at"] for track in tracks]
    assert created == sorted(created, reverse=True)


def test_only_rows_of_the_requested_page_are_generated(monkeypatch: pytest.MonkeyPatch) -> None:
    generated: list[int] = []
    track_row = artist.track_row

    def counted(catalog: Catalog, track: Track, *, plays_known: bool = True) -> Json:
        generated.append(track.id)
        return track_row(catalog, track, plays_known=plays_known)

    monkeypatch.setattr(artist, "track_row", counted)
    with DemoServer(now=lambda: NOW, tracks=10_000) as server:
        for page in (1, 50):
            call(server, f"{ARTIST}/tracks?perPage=100&page={page}")
    assert len(generated) == 200


def test_catalog_has_at_least_128_tracks() -> None:
    with pytest.raises(ValueError, match="128 tracks or more"):
        DemoServer(tracks=127)


@pytest.mark.parametrize("count", ["127", "-1", "many", "9" * 5_000])
def test_invalid_number_of_tracks_is_refused(
    count: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit:
        main([f"--tracks={count}"])
    assert exit.value.code == 2
    assert "128 tracks or more" in capsys.readouterr().err


def test_standalone_server_applies_its_options() -> None:
    with run_demo("--tracks=200", "--documented-only", "--no-upload-access") as process:
        assert process.stdout is not None
        base_url, token = process.stdout.readline().split()
        try:
            with DemoServer() as server:
                server.base_url = base_url
                stats = call(server, "/artist/dashboard-stats", token=token)
                xp = call(server, "/producer-intelligence/xp-sources", token=token)
                insights = call(server, "/artist/upload-insights", token=token)
        finally:
            process.kill()
    assert stats.body["data"]["total_tracks"] == 200
    assert (xp.body, insights.status) == ({}, 403)


def test_only_the_service_imports_guesses() -> None:
    folder = Path(beatpass_tui.demo.__file__).parent
    importers = [each.name for each in folder.glob("*.py") if "guesses" in each.read_text("utf-8")]
    assert importers == ["service.py"]


@pytest.mark.parametrize("tracks", [128, 129, 2_000])
def test_first_tracks_are_the_same_in_any_catalog(server: DemoServer, tracks: int) -> None:
    path = f"{ARTIST}/tracks?perPage=100"
    with DemoServer(now=lambda: NOW, tracks=tracks) as larger:
        own = call(larger, path).body["pagination"]["data"]
    assert own == call(server, path).body["pagination"]["data"]


# -- the same at every start ----------------------------------------------------------------------


def test_responses_are_the_same_at_every_start() -> None:
    paths = [*SHAPES, *GUESSED, "/artist/upload-insights", "/albums/930000008"]
    paths += [f"{ARTIST}/tracks?page=40&perPage=100", f"{ARTIST}/finances/transactions?page=3"]

    def responses() -> list[bytes]:
        with DemoServer(now=lambda: NOW, tracks=5_000) as server:
            return [call(server, path).content for path in paths]

    assert responses() == responses()


def test_time_of_day_does_not_change_the_tracks(server: DemoServer) -> None:
    with DemoServer(now=lambda: NOW.replace(hour=23, minute=59)) as later:
        assert rows(later, f"{ARTIST}/tracks") == rows(server, f"{ARTIST}/tracks")
        assert days(later) == days(server)


def test_only_sales_have_times_without_a_zone(server: DemoServer) -> None:
    check(call(server, "/artist/sales").body["recent_purchases"][0]["purchased_at"], WITHOUT_ZONE)
    check(rows(server, f"{ARTIST}/tracks")[0]["created_at"], ZULU)
