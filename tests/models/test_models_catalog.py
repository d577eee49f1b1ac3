"""Decoding of tracks, albums, performance and collaborations."""

from __future__ import annotations

import math
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest

from beatpass_tui.models.catalog import (
    Album,
    Albums,
    AlbumTracks,
    Beat,
    Beats,
    Collaboration,
    CollaborationInsights,
    Collaborations,
    Collaborator,
    Performance,
    TrackPerformance,
)
from support.hostile import HOSTILE, check_clean

Json = dict[str, Any]

JUNK: list[Any] = [None, "x", [], {}, True, math.nan, math.inf, 10**23, -5, 1.5]

TRACK: Json = {
    "id": 910000001,
    "name": "Midnight Drive",
    "image": "https://images.example.com/1.png",
    "release_date": "2026-11-02",
    "duration": 193_116,
    "description": None,
    "artists": [
        {"id": 900000002, "name": "Nova Reyes", "verified": True},
        {"id": 900000003, "name": "Teo Lindqvist", "verified": False},
    ],
    "created_at": "2026-11-01T23:45:00Z",
    "updated_at": "2026-11-05T11:45:00Z",
    "plays": 7_919,
    "licensing_type": "both",
    "bpm": 140,
}
BEAT = Beat(
    id=910000001,
    name="Midnight Drive",
    artists=("Nova Reyes", "Teo Lindqvist"),
    seconds=193.116,
    plays=7_919,
    uploaded=datetime(2026, 11, 1, 23, 45, tzinfo=UTC),
    released=date(2026, 11, 2),
    licensing="both",
    bpm=140,
)
NO_BEAT = Beat(None, None, (), None, None, None, None, None)
ALBUM: Json = {
    "id": 930000001,
    "name": "First Light",
    "image": "https://images.example.com/a.png",
    "release_date": "2026-05-21",
    "description": "Mornings.",
    "artists": [{"id": 900000002, "name": "Nova Reyes", "verified": True}],
    "tracks": [TRACK, TRACK, TRACK],
    "plays": 12_345,
}
COLLECTION = Album(
    id=930000001,
    name="First Light",
    artists=("Nova Reyes",),
    released=date(2026, 5, 21),
    tracks=3,
    plays=12_345,
    track_ids=(910000001, 910000001, 910000001),
    description="Mornings.",
)
NO_ALBUM = Album(None, None, (), None, None, None)


def paged(rows: list[Any], **page: object) -> Json:
    shape = {"current_page": 1, "from": 1, "to": 1, "per_page": 100, "last_page": 2, "total": 120}
    return {"status": "success", "pagination": {**shape, "data": rows, **page}}


# Tracks


def test_track() -> None:
    assert Beat.decode(TRACK) == BEAT


def test_track_without_optional_fields() -> None:
    fields = ("id", "name", "release_date", "image", "duration", "description", "artists")
    result = Beat.decode({name: TRACK[name] for name in fields})
    assert (result.plays, result.uploaded, result.licensing) == (None, None, None)
    assert (result.name, result.seconds) == ("Midnight Drive", 193.116)


def test_empty_track() -> None:
    assert Beat.decode({}) == Beat.decode(dict.fromkeys(TRACK)) == NO_BEAT


FIELDS = {
    "id": "id", "name": "name", "duration": "seconds", "plays": "plays", "created_at": "uploaded",
    "release_date": "released", "licensing_type": "licensing", "bpm": "bpm",
}  # fmt: skip


@pytest.mark.parametrize("sent, field", FIELDS.items(), ids=list(FIELDS))
@pytest.mark.parametrize("junk", [None, [], {}, True, math.nan, math.inf, 10**23, -5], ids=repr)
def test_invalid_field_affects_itself_only(sent: str, field: str, junk: object) -> None:
    result = Beat.decode({**TRACK, sent: junk})
    assert getattr(result, field) is None
    for name in set(FIELDS.values()) - {field}:
        assert getattr(result, name) == getattr(BEAT, name)
    incomplete = deepcopy(TRACK)
    del incomplete[sent]
    assert getattr(Beat.decode(incomplete), field) is None


@pytest.mark.parametrize(
    "sent, seconds", [(0, 0), (500, 0.5), ("193116", 193.116), (193_116.0, 193.116), (-0.0, 0)]
)
def test_length_is_sent_in_milliseconds(sent: object, seconds: float) -> None:
    assert Beat.decode({**TRACK, "duration": sent}).seconds == seconds


def test_zero_plays() -> None:
    assert Beat.decode({**TRACK, "plays": 0}).plays == 0


@pytest.mark.parametrize("artists", [None, {}, "Nova", 3, [], [None, 3, {}, {"name": " "}]])
def test_track_without_readable_artists(artists: object) -> None:
    assert Beat.decode({**TRACK, "artists": artists}).artists == ()


def test_track_text_is_cleaned() -> None:
    result = Beat.decode(
        {"name": HOSTILE, "artists": [{"name": HOSTILE}], "licensing_type": HOSTILE}
    )
    check_clean(result.name)
    check_clean(result.artists[0])
    check_clean(result.licensing, 30)


@pytest.mark.parametrize(
    "sent, expected",
    [
        ({}, (None, None, None)),
        ({"album": None}, (None, None, True)),
        ({"album_id": None}, (None, None, True)),
        ({"is_single": True}, (None, None, True)),
        ({"is_single": 0}, (None, None, False)),
        ({"album": {"id": 5, "name": "Low Tide"}}, ("Low Tide", 5, False)),
        ({"album": {"title": "Low Tide"}, "is_single": True}, ("Low Tide", None, False)),
        ({"album_id": 5, "album": None}, (None, 5, False)),
        ({"album_name": "Low Tide"}, ("Low Tide", None, False)),
        ({"album": "x"}, (None, None, None)),
    ],
    ids=repr,
)
def test_single_or_album_only_if_the_response_says_so(
    sent: Json, expected: tuple[object, ...]
) -> None:
    result = Beat.decode({**TRACK, **sent})
    assert (result.album, result.album_id, result.is_single) == expected


@pytest.mark.parametrize(
    "sent, ids",
    [
        ({"tracks": [{"id": 1}, {"id": 2}]}, (1, 2)),
        ({"tracks": []}, ()),
        ({"tracks": [{"id": 1}], "tracks_count": 2}, None),
        ({"tracks": [{"id": 1}, {}]}, None),
        ({"tracks": None}, None),
        ({}, None),
    ],
    ids=repr,
)
def test_tracks_of_an_album_only_if_all_are_listed(sent: Json, ids: tuple[int, ...] | None) -> None:
    assert Album.decode({"id": 1, **sent}).track_ids == ids


def test_collaborators_are_ranked_only_if_every_entry_is_readable() -> None:
    body = {
        "collaborative_tracks": 13,
        "unique_collaborators": 5,
        "top_collaborators": [
            {"id": 1, "name": "Teo", "track_count": 6, "total_plays": 1_904},
            {"artist": {"name": "Ada"}, "collaborations": 3},
        ],
        "collaboration_score": 45,
        "network_strength": "growing",
    }
    for response in (body, {"success": True, "data": body}):
        insights = CollaborationInsights.decode(response)
        assert insights == CollaborationInsights(
            13, 5, (Collaborator("Teo", 6, 1_904), Collaborator("Ada", 3)), 45, "growing"
        )
    body["top_collaborators"] = [{"name": "Teo", "track_count": 6}, {"id": 7}]
    assert CollaborationInsights.decode(body).top is None
    assert CollaborationInsights.decode({}) == CollaborationInsights(None, None, None, None, None)


# Pages


@pytest.mark.parametrize(
    "response",
    [
        paged([TRACK]),
        {"status": "success", "tracks": paged([TRACK])["pagination"]},
        paged([TRACK])["pagination"],
    ],
    ids=["pagination", "tracks", "root"],
)
def test_track_page_in_each_shape(response: Json) -> None:
    assert Beats.decode(response) == Beats((BEAT,), page=1, per_page=100, total=120, more=True)


@pytest.mark.parametrize("key", ["pagination", "albums"])
def test_album_page_in_each_shape(key: str) -> None:
    page = paged([ALBUM], per_page=5, last_page=1, total=1)["pagination"]
    result = Albums.decode({"status": "success", key: page})
    assert result == Albums((COLLECTION,), page=1, total=1, more=False)


SHAPES: list[tuple[str, Json, bool]] = [
    ("A", {"current_page": 1, "per_page": 2, "last_page": 3, "total": 5}, True),
    ("A last", {"current_page": 3, "per_page": 2, "last_page": 3, "total": 5}, False),
    ("A without total", {"current_page": 1, "per_page": 2, "last_page": 3}, True),
    ("A without total, last", {"current_page": 3, "per_page": 2, "last_page": 3}, False),
    ("A without last page", {"current_page": 2, "per_page": 2, "total": 5}, True),
    ("A without last page, last", {"current_page": 3, "per_page": 2, "total": 5}, False),
    ("A full last page", {"current_page": 2, "per_page": 2, "total": 4}, False),
    ("A as text", {"current_page": "1", "per_page": "2", "last_page": "3", "total": "5"}, True),
    (
        "B1",
        {"current_page": 1, "per_page": 2, "last_page": 2, "total": 4, "next_page": 2,
         "prev_page": None},
        True,
    ),
    (
        "B1 last",
        {"current_page": 2, "per_page": 2, "last_page": 2, "total": 4, "next_page": None,
         "prev_page": 1},
        False,
    ),
    ("B1 without the rest", {"current_page": 1, "next_page": 2}, True),
    ("B1 without the rest, last", {"current_page": 2, "next_page": None}, False),
    (
        "B2",
        {"current_page": 1, "per_page": 2, "next_page_url": "/tracks?page=2",
         "prev_page_url": None, "first_page_url": "/tracks?page=1", "path": "/tracks"},
        True,
    ),
    (
        "B2 last, although it is full",
        {"current_page": 4, "per_page": 2, "next_page_url": None, "prev_page_url": "/tracks",
         "path": "/tracks"},
        False,
    ),
    ("B3 full", {"current_page": 1, "from": 1, "to": 2, "per_page": 2}, True),
    ("B3 not full", {"current_page": 1, "from": 1, "to": 2, "per_page": 3}, False),
    ("C", {"page": 1, "perPage": 2, "total": 5, "hasMore": True}, True),
    ("C last", {"page": 3, "perPage": 2, "total": 5, "hasMore": False}, False),
    ("no paging fields", {}, False),
    ("unreadable paging fields", {"current_page": [], "per_page": "x", "last_page": {}}, False),
    ("an unreadable last page", {"per_page": 2, "last_page": "x", "total": 5}, True),
]  # fmt: skip


@pytest.mark.parametrize("name, page, more", SHAPES, ids=[name for name, _, _ in SHAPES])
def test_has_more(name: str, page: Json, more: bool) -> None:
    for row, decode in ((TRACK, Beats.decode), (ALBUM, Albums.decode)):
        result = decode({"status": "success", "pagination": {**page, "data": [row, row]}})
        assert result.more is more
        assert len(result.rows) == 2


@pytest.mark.parametrize("name, page, more", SHAPES, ids=[name for name, _, _ in SHAPES])
def test_empty_page_is_the_last(name: str, page: Json, more: bool) -> None:
    empty: list[Any] = [[], None, {}, "x"]
    for rows in empty:
        response = {"status": "success", "pagination": {**page, "data": rows}}
        assert Beats.decode(response).more is False, rows
        assert Albums.decode(response).more is False, rows


def test_row_that_is_not_an_object_does_not_end_the_list() -> None:
    response = {"pagination": {"current_page": 1, "per_page": 3, "data": [TRACK, None, TRACK]}}
    result = Beats.decode(response)
    assert result.rows == (BEAT, BEAT)
    assert result.more


@pytest.mark.parametrize("total", [None, "x", -1, True, math.nan, 10**23, 1.5])
def test_missing_total_is_none(total: object) -> None:
    assert Beats.decode(paged([TRACK], total=total)).total is None
    assert Albums.decode(paged([ALBUM], total=total)).total is None


def test_empty_catalog() -> None:
    response = paged([], per_page=20, last_page=1, total=0, **{"from": None, "to": None})
    assert Beats.decode(response) == Beats((), page=1, per_page=20, total=0, more=False)
    assert Albums.decode(response) == Albums((), page=1, total=0, more=False)


@pytest.mark.parametrize("sent", [None, 0, -1, "x", [], True])
def test_missing_page_number_is_the_requested_one(sent: object) -> None:
    response = paged([TRACK], current_page=sent, last_page=3)
    assert Beats.decode(response, 2).page == Albums.decode(response, 2).page == 2
    assert Beats.decode(response, 2).more
    assert not Beats.decode(response, 3).more


def test_received_page_number_is_used() -> None:
    result = Beats.decode(paged([TRACK], current_page=2, last_page=2), 9)
    assert (result.page, result.more) == (2, False)


def test_received_page_size_is_used() -> None:
    assert Beats.decode(paged([TRACK], per_page=20)).per_page == 20
    assert Beats.decode(paged([TRACK], per_page=None)).per_page is None


@pytest.mark.parametrize(
    "response", [None, [], {}, "x", 3, {"pagination": []}, {"tracks": "x"}, {"pagination": {}}]
)
def test_missing_page_is_empty(response: object) -> None:
    assert Beats.decode(response) == Beats((), page=1, per_page=None, total=None, more=False)
    assert Albums.decode(response) == Albums((), page=1, total=None, more=False)


# Albums


def test_album() -> None:
    assert Album.decode(ALBUM) == COLLECTION


def test_empty_album() -> None:
    assert Album.decode({}) == Album.decode(dict.fromkeys(ALBUM)) == NO_ALBUM


@pytest.mark.parametrize(
    "sent, tracks",
    [
        ({"tracks": []}, 0),
        ({"tracks": None}, None),
        ({"tracks": "x"}, None),
        ({"tracks": None, "tracks_count": 4}, 4),
        ({"tracks": None, "track_count": "4"}, 4),
        ({"tracks": [TRACK], "tracks_count": 4}, 1),
        ({"tracks": None, "tracks_count": -4}, None),
    ],
)
def test_track_count_of_an_album(sent: Json, tracks: int | None) -> None:
    assert Album.decode({**ALBUM, **sent}).tracks == tracks


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_invalid_album_field(junk: object) -> None:
    assert Album.decode({**ALBUM, "plays": junk}).plays is None
    assert Album.decode({**ALBUM, "release_date": junk}).released is None
    assert Album.decode({**ALBUM, "id": junk}).id is None
    assert Album.decode({**ALBUM, "plays": junk}).name == "First Light"


def test_album_text_is_cleaned() -> None:
    result = Album.decode({"name": HOSTILE, "artists": [{"name": HOSTILE}]})
    check_clean(result.name)
    check_clean(result.artists[0])


@pytest.mark.parametrize(
    "response",
    [
        {"album": {**ALBUM, "tracks": [TRACK]}, "loader": "albumPage"},
        {"status": "success", "album": {**ALBUM, "tracks": [TRACK]}},
        {"status": "success", "data": {"album": {**ALBUM, "tracks": [TRACK]}}},
        {**ALBUM, "tracks": [TRACK]},
    ],
    ids=["raw", "status", "data", "root"],
)
def test_album_with_tracks(response: Json) -> None:
    result = AlbumTracks.decode(response)
    assert result.tracks == (BEAT,)
    assert result.album == Album.decode({**ALBUM, "tracks": [TRACK]})


def test_album_with_a_page_of_tracks() -> None:
    response = {"album": {**ALBUM, "tracks": {"current_page": 1, "data": [TRACK, None]}}}
    assert AlbumTracks.decode(response).tracks == (BEAT,)


@pytest.mark.parametrize("tracks", [None, "x", 3, {}, {"data": None}])
def test_unlisted_album_tracks_are_none(tracks: object) -> None:
    result = AlbumTracks.decode({"album": {**ALBUM, "tracks": tracks}})
    assert result.tracks is None
    assert result.album.name == "First Light"
    assert AlbumTracks.decode({"album": {**ALBUM, "tracks": []}}).tracks == ()


@pytest.mark.parametrize("response", [None, [], {}, "x", {"album": None}, {"album": []}])
def test_missing_album(response: object) -> None:
    assert AlbumTracks.decode(response) == AlbumTracks(NO_ALBUM, None)


# Performance


LATEST: Json = {
    "track_id": 910000001,
    "track_name": "Midnight Drive",
    "plays": 7_919,
    "contribution_value": 41.5,
    "months_since_upload": 0,
    "upload_date": "2026-11-02T11:45:00Z",
    "last_updated": "2026-11-22T00:00:00Z",
}


def test_performance() -> None:
    result = Performance.decode({"success": True, "data": [LATEST]})
    assert result.rows == (
        TrackPerformance(
            910000001,
            "Midnight Drive",
            7_919,
            41.5,
            pending=False,
            uploaded=datetime(2026, 11, 2, 11, 45, tzinfo=UTC),
        ),
    )


def test_pending_contribution_is_none() -> None:
    sent = {**LATEST, "contribution_value": 0, "last_updated": None}
    (row,) = Performance.decode({"success": True, "data": [sent]}).rows
    assert (row.contribution, row.pending) == (None, True)


def test_zero_contribution() -> None:
    (row,) = Performance.decode({"data": [{**LATEST, "contribution_value": 0}]}).rows
    assert (row.contribution, row.pending) == (0, False)


def test_contribution_without_timestamp_is_not_pending() -> None:
    incomplete = {name: value for name, value in LATEST.items() if name != "last_updated"}
    (row,) = Performance.decode({"data": [incomplete]}).rows
    assert (row.contribution, row.pending) == (41.5, False)


@pytest.mark.parametrize("junk", [None, "x", [], {}, True, math.nan, 10**23], ids=repr)
def test_invalid_performance_field(junk: object) -> None:
    for name, field in (
        ("track_id", "id"),
        ("plays", "plays"),
        ("contribution_value", "contribution"),
        ("upload_date", "uploaded"),
    ):
        (row,) = Performance.decode({"data": [{**LATEST, name: junk}]}).rows
        assert getattr(row, field) is None
        assert row.name == "Midnight Drive"


def test_empty_performance() -> None:
    assert Performance.decode({"data": [{}]}).rows == (
        TrackPerformance(None, None, None, None, False, None),
    )
    empty_responses: list[Any] = [None, {}, [], {"success": True, "data": None}, {"data": []}]
    for response in empty_responses:
        assert Performance.decode(response).rows == ()


# Collaborations


SHARED: Json = {
    "id": 910000003,
    "name": "Cold Lanterns",
    "artists": [{"id": 1, "name": "Nova Reyes", "image_small": "x"}],
    "collaborators": [
        {"id": 2, "name": "Teo Lindqvist", "image_small": "x"},
        {"id": 3, "name": "Ada Voss", "image_small": "x"},
    ],
    "plays": 9,
}
COLLABORATION = Collaboration(910000003, "Cold Lanterns", ("Teo Lindqvist", "Ada Voss"), 9)


def test_collaborations() -> None:
    result = Collaborations.decode({"success": True, "data": [SHARED], "total": 13})
    assert result == Collaborations((COLLABORATION,), 13)


def test_collaborations_with_older_field_names() -> None:
    older = {
        "track_id": 910000003,
        "title": "Cold Lanterns",
        "primary_artist": {"id": 1, "name": "Nova Reyes"},
        "collaborators": [{"id": 2, "name": "Teo Lindqvist"}, {"id": 3, "name": "Ada Voss"}],
        "plays": 9,
    }
    assert Collaborations.decode({"success": True, "data": [older], "total": 1}) == Collaborations(
        (COLLABORATION,), 1
    )


def test_newer_field_names_are_preferred() -> None:
    sent = {**SHARED, "track_id": 7, "title": "Other"}
    assert Collaborations.decode({"data": [sent]}).rows == (COLLABORATION,)


@pytest.mark.parametrize("plays", [None, "x", -1, [], True])
def test_missing_plays_are_none(plays: object) -> None:
    (row,) = Collaborations.decode({"data": [{**SHARED, "plays": plays}]}).rows
    assert row.plays is None
    assert row.name == "Cold Lanterns"
    incomplete = {name: value for name, value in SHARED.items() if name != "plays"}
    assert Collaborations.decode({"data": [incomplete]}).rows[0].plays is None


@pytest.mark.parametrize("total", [None, "x", -1, 10**23])
def test_missing_total_of_collaborations(total: object) -> None:
    result = Collaborations.decode({"success": True, "data": [SHARED], "total": total})
    assert (result.total, len(result.rows)) == (None, 1)


@pytest.mark.parametrize("response", [None, {}, [], "x", {"data": None}, {"success": True}])
def test_missing_collaborations_are_empty(response: object) -> None:
    assert Collaborations.decode(response) == Collaborations((), None)


def test_performance_and_collaboration_text_is_cleaned() -> None:
    (row,) = Performance.decode({"data": [{"track_name": HOSTILE}]}).rows
    (shared,) = Collaborations.decode(
        {"data": [{"name": HOSTILE, "collaborators": [{"name": HOSTILE}, HOSTILE]}]}
    ).rows
    check_clean(row.name)
    check_clean(shared.name)
    for other in shared.others:
        check_clean(other)
