"""Tracks, albums, performance and collaborations, as they are documented and as they are not."""

from __future__ import annotations

import math
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from beatpass_tui.models import (
    Album,
    Albums,
    AlbumTracks,
    Beat,
    Beats,
    Collaboration,
    Collaborations,
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
    uploaded=date(2026, 11, 1),
    released=date(2026, 11, 2),
    licensing="both",
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
COLLECTION = Album(930000001, "First Light", ("Nova Reyes",), date(2026, 5, 21), 3, 12_345)
NO_ALBUM = Album(None, None, (), None, None, None)


def paged(rows: list[Any], **page: object) -> Json:
    shape = {"current_page": 1, "from": 1, "to": 1, "per_page": 100, "last_page": 2, "total": 120}
    return {"status": "success", "pagination": {**shape, "data": rows, **page}}


# One track


def test_a_whole_track() -> None:
    assert Beat.decode(TRACK) == BEAT


def test_a_track_as_its_schema_has_it_lacks_what_only_a_token_brings() -> None:
    kept = ("id", "name", "release_date", "image", "duration", "description", "artists")
    found = Beat.decode({name: TRACK[name] for name in kept})
    assert (found.plays, found.uploaded, found.licensing) == (None, None, None)
    assert (found.name, found.seconds) == ("Midnight Drive", 193.116)


def test_a_track_of_nothing() -> None:
    assert Beat.decode({}) == Beat.decode(dict.fromkeys(TRACK)) == NO_BEAT


FIELDS = {
    "id": "id", "name": "name", "duration": "seconds", "plays": "plays", "created_at": "uploaded",
    "release_date": "released", "licensing_type": "licensing",
}  # fmt: skip


@pytest.mark.parametrize("sent, field", FIELDS.items(), ids=list(FIELDS))
@pytest.mark.parametrize("junk", [None, [], {}, True, math.nan, math.inf, 10**23, -5], ids=repr)
def test_one_bad_field_costs_that_field_only(sent: str, field: str, junk: object) -> None:
    found = Beat.decode({**TRACK, sent: junk})
    assert getattr(found, field) is None
    for name in set(FIELDS.values()) - {field}:
        assert getattr(found, name) == getattr(BEAT, name)
    cut = deepcopy(TRACK)
    del cut[sent]
    assert getattr(Beat.decode(cut), field) is None


@pytest.mark.parametrize(
    "sent, seconds", [(0, 0), (500, 0.5), ("193116", 193.116), (193_116.0, 193.116), (-0.0, 0)]
)
def test_a_length_is_sent_in_milliseconds(sent: object, seconds: float) -> None:
    assert Beat.decode({**TRACK, "duration": sent}).seconds == seconds


def test_no_plays_is_zero() -> None:
    assert Beat.decode({**TRACK, "plays": 0}).plays == 0


@pytest.mark.parametrize("artists", [None, {}, "Nova", 3, [], [None, 3, {}, {"name": " "}]])
def test_a_track_without_readable_artists(artists: object) -> None:
    assert Beat.decode({**TRACK, "artists": artists}).artists == ()


def test_the_text_of_a_track_is_cleaned() -> None:
    found = Beat.decode(
        {"name": HOSTILE, "artists": [{"name": HOSTILE}], "licensing_type": HOSTILE}
    )
    check_clean(found.name)
    check_clean(found.artists[0])
    check_clean(found.licensing, 30)


# Pages


@pytest.mark.parametrize(
    "answer",
    [
        paged([TRACK]),
        {"status": "success", "tracks": paged([TRACK])["pagination"]},
        paged([TRACK])["pagination"],
    ],
    ids=["pagination", "tracks", "root"],
)
def test_a_page_of_tracks_in_each_generation(answer: Json) -> None:
    assert Beats.decode(answer) == Beats((BEAT,), page=1, per_page=100, total=120, more=True)


@pytest.mark.parametrize("key", ["pagination", "albums"])
def test_a_page_of_albums_in_each_generation(key: str) -> None:
    page = paged([ALBUM], per_page=5, last_page=1, total=1)["pagination"]
    found = Albums.decode({"status": "success", key: page})
    assert found == Albums((COLLECTION,), page=1, total=1, more=False)


SHAPES: list[tuple[str, Json, bool]] = [
    ("A", {"current_page": 1, "per_page": 2, "last_page": 3, "total": 5}, True),
    ("A last", {"current_page": 3, "per_page": 2, "last_page": 3, "total": 5}, False),
    ("A without total", {"current_page": 1, "per_page": 2, "last_page": 3}, True),
    ("A without total, last", {"current_page": 3, "per_page": 2, "last_page": 3}, False),
    ("A without last page", {"current_page": 2, "per_page": 2, "total": 5}, True),
    ("A without last page, last", {"current_page": 3, "per_page": 2, "total": 5}, False),
    ("A full last page", {"current_page": 2, "per_page": 2, "total": 4}, False),
    ("A of words", {"current_page": "1", "per_page": "2", "last_page": "3", "total": "5"}, True),
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
    ("nothing said", {}, False),
    ("nothing readable", {"current_page": [], "per_page": "x", "last_page": {}}, False),
    ("an unreadable last page", {"per_page": 2, "last_page": "x", "total": 5}, True),
]  # fmt: skip


@pytest.mark.parametrize("name, page, more", SHAPES, ids=[name for name, _, _ in SHAPES])
def test_whether_there_is_more(name: str, page: Json, more: bool) -> None:
    for row, decode in ((TRACK, Beats.decode), (ALBUM, Albums.decode)):
        found = decode({"status": "success", "pagination": {**page, "data": [row, row]}})
        assert found.more is more
        assert len(found.rows) == 2


@pytest.mark.parametrize("rows", [[], None, {}, "x"])
@pytest.mark.parametrize("name, page, more", SHAPES, ids=[name for name, _, _ in SHAPES])
def test_an_empty_page_ends_the_list(name: str, page: Json, more: bool, rows: object) -> None:
    answer = {"status": "success", "pagination": {**page, "data": rows}}
    assert Beats.decode(answer).more is False
    assert Albums.decode(answer).more is False


def test_a_row_that_is_no_object_does_not_end_the_list() -> None:
    answer = {"pagination": {"current_page": 1, "per_page": 3, "data": [TRACK, None, TRACK]}}
    found = Beats.decode(answer)
    assert found.rows == (BEAT, BEAT)
    assert found.more


@pytest.mark.parametrize("total", [None, "x", -1, True, math.nan, 10**23, 1.5])
def test_a_total_that_is_not_told_is_not_counted(total: object) -> None:
    assert Beats.decode(paged([TRACK], total=total)).total is None
    assert Albums.decode(paged([ALBUM], total=total)).total is None


def test_an_empty_catalog() -> None:
    answer = paged([], per_page=20, last_page=1, total=0, **{"from": None, "to": None})
    assert Beats.decode(answer) == Beats((), page=1, per_page=20, total=0, more=False)
    assert Albums.decode(answer) == Albums((), page=1, total=0, more=False)


@pytest.mark.parametrize("sent", [None, 0, -1, "x", [], True])
def test_a_page_that_does_not_say_which_it_is_is_the_one_that_was_asked_for(sent: object) -> None:
    answer = paged([TRACK], current_page=sent, last_page=3)
    assert Beats.decode(answer, 2).page == Albums.decode(answer, 2).page == 2
    assert Beats.decode(answer, 2).more
    assert not Beats.decode(answer, 3).more


def test_the_page_that_came_counts_and_not_the_one_that_was_asked_for() -> None:
    found = Beats.decode(paged([TRACK], current_page=2, last_page=2), 9)
    assert (found.page, found.more) == (2, False)


def test_the_size_is_the_one_that_the_service_gave() -> None:
    assert Beats.decode(paged([TRACK], per_page=20)).per_page == 20
    assert Beats.decode(paged([TRACK], per_page=None)).per_page is None


@pytest.mark.parametrize(
    "answer", [None, [], {}, "x", 3, {"pagination": []}, {"tracks": "x"}, {"pagination": {}}]
)
def test_no_page_has_neither_rows_nor_a_count(answer: object) -> None:
    assert Beats.decode(answer) == Beats((), page=1, per_page=None, total=None, more=False)
    assert Albums.decode(answer) == Albums((), page=1, total=None, more=False)


# Albums


def test_a_whole_album() -> None:
    assert Album.decode(ALBUM) == COLLECTION


def test_an_album_of_nothing() -> None:
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
def test_how_many_tracks_an_album_has(sent: Json, tracks: int | None) -> None:
    assert Album.decode({**ALBUM, **sent}).tracks == tracks


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_an_unreadable_field_of_an_album(junk: object) -> None:
    assert Album.decode({**ALBUM, "plays": junk}).plays is None
    assert Album.decode({**ALBUM, "release_date": junk}).released is None
    assert Album.decode({**ALBUM, "id": junk}).id is None
    assert Album.decode({**ALBUM, "plays": junk}).name == "First Light"


def test_the_text_of_an_album_is_cleaned() -> None:
    found = Album.decode({"name": HOSTILE, "artists": [{"name": HOSTILE}]})
    check_clean(found.name)
    check_clean(found.artists[0])


@pytest.mark.parametrize(
    "answer",
    [
        {"album": {**ALBUM, "tracks": [TRACK]}, "loader": "albumPage"},
        {"status": "success", "album": {**ALBUM, "tracks": [TRACK]}},
        {"status": "success", "data": {"album": {**ALBUM, "tracks": [TRACK]}}},
        {**ALBUM, "tracks": [TRACK]},
    ],
    ids=["raw", "status", "data", "root"],
)
def test_an_album_with_its_tracks(answer: Json) -> None:
    found = AlbumTracks.decode(answer)
    assert found.tracks == (BEAT,)
    assert found.album == Album.decode({**ALBUM, "tracks": [TRACK]})


def test_an_album_with_a_page_of_tracks() -> None:
    answer = {"album": {**ALBUM, "tracks": {"current_page": 1, "data": [TRACK, None]}}}
    assert AlbumTracks.decode(answer).tracks == (BEAT,)


@pytest.mark.parametrize("tracks", [None, "x", 3, {}, {"data": None}])
def test_tracks_that_are_not_listed_are_not_none_of_them(tracks: object) -> None:
    found = AlbumTracks.decode({"album": {**ALBUM, "tracks": tracks}})
    assert found.tracks is None
    assert found.album.name == "First Light"
    assert AlbumTracks.decode({"album": {**ALBUM, "tracks": []}}).tracks == ()


@pytest.mark.parametrize("answer", [None, [], {}, "x", {"album": None}, {"album": []}])
def test_no_album(answer: object) -> None:
    assert AlbumTracks.decode(answer) == AlbumTracks(NO_ALBUM, None)


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


def test_a_whole_performance() -> None:
    found = Performance.decode({"success": True, "data": [LATEST]})
    assert found.rows == (
        TrackPerformance(910000001, "Midnight Drive", 7_919, 41.5, False, date(2026, 11, 2)),
    )


def test_a_contribution_that_is_not_calculated_yet_is_pending_and_not_zero() -> None:
    sent = {**LATEST, "contribution_value": 0, "last_updated": None}
    (row,) = Performance.decode({"success": True, "data": [sent]}).rows
    assert (row.contribution, row.pending) == (None, True)


def test_a_contribution_of_zero_is_one() -> None:
    (row,) = Performance.decode({"data": [{**LATEST, "contribution_value": 0}]}).rows
    assert (row.contribution, row.pending) == (0, False)


def test_without_the_time_of_calculation_nothing_is_called_pending() -> None:
    cut = {name: value for name, value in LATEST.items() if name != "last_updated"}
    (row,) = Performance.decode({"data": [cut]}).rows
    assert (row.contribution, row.pending) == (41.5, False)


@pytest.mark.parametrize("junk", [None, "x", [], {}, True, math.nan, 10**23], ids=repr)
def test_an_unreadable_field_of_a_performance(junk: object) -> None:
    for name, field in (
        ("track_id", "id"),
        ("plays", "plays"),
        ("contribution_value", "contribution"),
        ("upload_date", "uploaded"),
    ):
        (row,) = Performance.decode({"data": [{**LATEST, name: junk}]}).rows
        assert getattr(row, field) is None
        assert row.name == "Midnight Drive"


def test_a_performance_of_nothing() -> None:
    assert Performance.decode({"data": [{}]}).rows == (
        TrackPerformance(None, None, None, None, False, None),
    )
    nothing: list[Any] = [None, {}, [], {"success": True, "data": None}, {"data": []}]
    for answer in nothing:
        assert Performance.decode(answer).rows == ()


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
    found = Collaborations.decode({"success": True, "data": [SHARED], "total": 13})
    assert found == Collaborations((COLLABORATION,), 13)


def test_collaborations_under_their_older_names() -> None:
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


def test_the_newer_names_win() -> None:
    sent = {**SHARED, "track_id": 7, "title": "Other"}
    assert Collaborations.decode({"data": [sent]}).rows == (COLLABORATION,)


@pytest.mark.parametrize("plays", [None, "x", -1, [], True])
def test_plays_that_are_not_told_are_not_zero(plays: object) -> None:
    (row,) = Collaborations.decode({"data": [{**SHARED, "plays": plays}]}).rows
    assert row.plays is None
    assert row.name == "Cold Lanterns"
    cut = {name: value for name, value in SHARED.items() if name != "plays"}
    assert Collaborations.decode({"data": [cut]}).rows[0].plays is None


@pytest.mark.parametrize("total", [None, "x", -1, 10**23])
def test_a_total_of_collaborations_that_is_not_told(total: object) -> None:
    found = Collaborations.decode({"success": True, "data": [SHARED], "total": total})
    assert (found.total, len(found.rows)) == (None, 1)


@pytest.mark.parametrize("answer", [None, {}, [], "x", {"data": None}, {"success": True}])
def test_no_collaborations_are_not_a_count_of_zero(answer: object) -> None:
    assert Collaborations.decode(answer) == Collaborations((), None)


def test_the_text_of_performance_and_collaborations_is_cleaned() -> None:
    (row,) = Performance.decode({"data": [{"track_name": HOSTILE}]}).rows
    (shared,) = Collaborations.decode(
        {"data": [{"name": HOSTILE, "collaborators": [{"name": HOSTILE}, HOSTILE]}]}
    ).rows
    check_clean(row.name)
    check_clean(shared.name)
    for other in shared.others:
        check_clean(other)
