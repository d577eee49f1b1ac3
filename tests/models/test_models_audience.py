"""Decoding of activity and uploads."""

from __future__ import annotations

import math
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest

from beatpass_tui.models.audience import Activity, Download
from beatpass_tui.models.uploads import UploadDay, UploadInsights, Uploads
from support.hostile import HOSTILE, check_clean

Json = dict[str, Any]

UUID = "5d1b0c4e-7a83-5f0e-9a54-0f3f0d6a7c11"

# Activity

EVENT: Json = {
    "id": 1,
    "occurredAt": "2026-11-20T13:10:00Z",
    "track": {"id": 910000001, "name": "Midnight Drive", "image": None},
    "downloader": {"id": 900100007, "displayName": "sam", "avatar": None},
    "license": {"uuid": UUID, "type": "non_exclusive", "status": "active"},
}
DOWNLOAD = Download(
    at=datetime(2026, 11, 20, 13, 10, tzinfo=UTC),
    track="Midnight Drive",
    by="sam",
    license="non_exclusive",
    license_status="active",
    id="1",
    track_id=910000001,
    license_uuid=UUID,
)
ACTIVITY: Json = {
    "hasTracks": True,
    "period": {
        "key": "90d",
        "start": "2026-08-25T12:00:00+00:00",
        "end": "2026-11-23T12:00:00+00:00",
    },
    "summary": {
        "audienceDownloads": 41,
        "uniqueDownloaders": 30,
        "licensesIssued": 7,
        "audiencePlays": 4_187,
        "likes": 231,
        "reposts": 18,
        "comments": 0,
        "topDownloadedTrack": {"id": 1, "name": "Midnight Drive", "image": None, "downloads": 12},
    },
    "downloadEvents": [EVENT, EVENT],
    "pagination": {"page": 2, "perPage": 20, "total": 41, "hasMore": True},
}
SUMMARY = {
    "audienceDownloads": "downloads",
    "uniqueDownloaders": "downloaders",
    "licensesIssued": "licenses",
    "audiencePlays": "plays",
    "likes": "likes",
    "reposts": "reposts",
    "comments": "comments",
}


def activity(**changes: object) -> Activity:
    return Activity.decode({**ACTIVITY, **changes})


def test_activity_page() -> None:
    assert activity() == Activity(
        period="90d",
        downloads=41,
        downloaders=30,
        licenses=7,
        plays=4_187,
        likes=231,
        reposts=18,
        comments=0,
        top_track="Midnight Drive",
        top_track_downloads=12,
        top_track_id=1,
        events=(DOWNLOAD, DOWNLOAD),
        page=2,
        total=41,
        more=True,
    )


def test_activity_in_an_envelope() -> None:
    assert Activity.decode({"success": True, "data": ACTIVITY}) == activity()


def test_download_without_account_or_license() -> None:
    (result,) = activity(downloadEvents=[{**EVENT, "downloader": None, "license": None}]).events
    assert result == Download(DOWNLOAD.at, "Midnight Drive", None, None, None, "1", 910000001)


def test_empty_download() -> None:
    assert activity(downloadEvents=[{}]).events == (Download(None, None, None, None, None),)


@pytest.mark.parametrize("junk", [None, "x", 3, [], {}, True], ids=repr)
def test_invalid_download_field_affects_itself_only(junk: object) -> None:
    for name, fields in {
        "occurredAt": {"at"},
        "track": {"track", "track_id"},
        "downloader": {"by"},
        "license": {"license", "license_status", "license_uuid"},
    }.items():
        (result,) = activity(downloadEvents=[{**EVENT, name: junk}]).events
        for field in ("at", "track", "by", "license", "license_status"):
            assert getattr(result, field) == (None if field in fields else getattr(DOWNLOAD, field))


def test_downloader_name_in_snake_case() -> None:
    (result,) = activity(downloadEvents=[{**EVENT, "downloader": {"display_name": "sam"}}]).events
    assert result.by == "sam"


def test_downloads_that_are_not_objects_are_skipped() -> None:
    assert activity(downloadEvents=[None, EVENT, "x", []]).events == (DOWNLOAD,)


@pytest.mark.parametrize("events", [None, {}, "x", 3, []])
def test_missing_downloads(events: object) -> None:
    result = activity(downloadEvents=events)
    assert (result.events, result.downloads) == ((), 41)


@pytest.mark.parametrize("sent, field", SUMMARY.items(), ids=list(SUMMARY))
@pytest.mark.parametrize("junk", ["x", [], {}, True, math.nan, 10**23, -5, 1.5], ids=repr)
def test_invalid_number_affects_itself_only(sent: str, field: str, junk: object) -> None:
    result = activity(summary={**ACTIVITY["summary"], sent: junk})
    whole = activity()
    assert getattr(result, field) is None
    for other in set(SUMMARY.values()) - {field}:
        assert getattr(result, other) == getattr(whole, other)


@pytest.mark.parametrize("sent, field", list(SUMMARY.items())[1:], ids=list(SUMMARY)[1:])
def test_missing_number_is_none(sent: str, field: str) -> None:
    incomplete = deepcopy(ACTIVITY)
    del incomplete["summary"][sent]
    assert getattr(Activity.decode(incomplete), field) is None
    assert getattr(activity(summary={**ACTIVITY["summary"], sent: None}), field) is None
    assert getattr(activity(summary={**ACTIVITY["summary"], sent: 0}), field) == 0


@pytest.mark.parametrize(
    "paging, page, total, more",
    [
        ({"page": 1, "perPage": 20, "total": 21, "hasMore": True}, 1, 21, True),
        ({"page": 2, "perPage": 20, "total": 21, "hasMore": False}, 2, 21, False),
        ({"page": "2", "total": "21", "hasMore": "true"}, 2, 21, True),
        ({"page": None, "total": None, "hasMore": None}, 1, None, False),
        ({"page": 0, "total": -1, "hasMore": "soon"}, 1, None, False),
        ({}, 1, None, False),
        ([], 1, None, False),
        (None, 1, None, False),
    ],
)
def test_download_paging(paging: object, page: int, total: int | None, more: bool) -> None:
    result = activity(pagination=paging)
    assert (result.page, result.total, result.more) == (page, total, more)


@pytest.mark.parametrize("listed, more", [(20, True), (19, False)])
def test_full_page_without_total_has_a_next_page(listed: int, more: bool) -> None:
    result = Activity.decode({"downloadEvents": [{"id": 1}] * listed, "pagination": {"page": 1}})
    assert result.more is more


@pytest.mark.parametrize("response", [None, [], {}, "x", {"summary": [], "downloadEvents": {}}])
def test_empty_activity(response: object) -> None:
    result = Activity.decode(response)
    assert (result.events, result.page, result.total, result.more) == ((), 1, None, False)
    assert {getattr(result, field) for field in SUMMARY.values()} == {None}


@pytest.mark.parametrize("period", [None, [], "90d", {"key": 90}, {"key": None}, {}])
def test_missing_period(period: object) -> None:
    assert activity(period=period).period is None


def test_activity_text_is_cleaned() -> None:
    event = {
        "track": {"name": HOSTILE},
        "downloader": {"displayName": HOSTILE},
        "license": {"type": HOSTILE, "status": HOSTILE},
    }
    result = activity(
        downloadEvents=[event],
        summary={"topDownloadedTrack": {"name": HOSTILE}},
        period={"key": HOSTILE},
    )
    check_clean(result.top_track)
    check_clean(result.events[0].track)
    check_clean(result.events[0].by)
    check_clean(result.events[0].license, 30)
    check_clean(result.events[0].license_status, 30)
    check_clean(result.period, 10)


# Upload insights

INSIGHTS: Json = {
    "total_uploads": 128,
    "uploads_this_month": 3,
    "uploads_last_month": 0,
    "average_plays_per_upload": 353,
    "best_performing_month": {"month": "2024-10", "total_plays": 12_821, "track_count": 13},
    "upload_frequency_days": 8,
    "recommended_upload_time": "Friday, 18:00 to 20:00",
}
NO_INSIGHTS = UploadInsights(None, None, None, None, None, None, None, None, None)


def insights(**changes: object) -> UploadInsights:
    return UploadInsights.decode({"success": True, "data": {**INSIGHTS, **changes}})


def test_upload_insights() -> None:
    assert insights() == UploadInsights(
        total=128,
        this_month=3,
        last_month=0,
        average_plays=353,
        best_month=date(2024, 10, 1),
        best_month_plays=12_821,
        best_month_tracks=13,
        every_days=8,
        recommended="Friday, 18:00 to 20:00",
    )


@pytest.mark.parametrize("best", [None, [], {}, "2024-10", {"month": "2024-13"}, {"month": 10}])
def test_missing_best_month(best: object) -> None:
    result = insights(best_performing_month=best)
    assert (result.best_month, result.best_month_plays, result.best_month_tracks) == (None,) * 3
    assert result.total == 128


def test_upload_frequency_may_be_zero_or_missing() -> None:
    assert insights(upload_frequency_days=None).every_days is None
    assert insights(upload_frequency_days=0).every_days == 0


@pytest.mark.parametrize("junk", [None, "x", [], {}, True, math.nan, 10**23, -5, 1.5], ids=repr)
@pytest.mark.parametrize(
    "sent, field",
    [
        ("total_uploads", "total"),
        ("uploads_this_month", "this_month"),
        ("uploads_last_month", "last_month"),
        ("average_plays_per_upload", "average_plays"),
        ("upload_frequency_days", "every_days"),
    ],
)
def test_invalid_insight_is_none(sent: str, field: str, junk: object) -> None:
    result = insights(**{sent: junk})
    assert getattr(result, field) is None
    assert result.recommended == "Friday, 18:00 to 20:00"


@pytest.mark.parametrize(
    "response", [None, [], {}, "x", {"data": None}, {"success": True, "data": []}]
)
def test_empty_insights(response: object) -> None:
    assert UploadInsights.decode(response) == NO_INSIGHTS


def test_insights_text_is_cleaned() -> None:
    check_clean(insights(recommended_upload_time=HOSTILE).recommended)


# Uploads per day (undocumented)

QUIET, BUSY = date(2026, 6, 13), date(2026, 6, 14)
CALENDARS: list[tuple[str, Any]] = [
    (
        "list under days",
        {"days": [{"date": "2026-06-13", "uploads": 0}, {"date": "2026-06-14", "uploads": 9}]},
    ),
    (
        "bare list",
        [{"day": "2026-06-13", "count": 0}, {"day": "2026-06-14", "count": 9}],
    ),
    (
        "snake case in an envelope",
        {
            "success": True,
            "data": [
                {"uploaded_on": "2026-06-13", "upload_count": "0"},
                {"uploaded_on": "2026-06-14T00:00:00Z", "upload_count": "9"},
            ],
        },
    ),
    (
        "camel case under another key",
        {
            "graph": [
                {"date": "2026-06-13", "uploadCount": 0},
                {"date": "2026-06-14", "uploadCount": 9},
            ],
            "year": 2026,
        },
    ),
    (
        "nested",
        {
            "data": {
                "contributions": [
                    {"date": "2026-06-13", "total": 0},
                    {"date": "2026-06-14", "total": 9},
                ]
            }
        },
    ),
    (
        "a list inside a named object",
        {"calendar": {"total": 9, "weeks": [
            {"date": "2026-06-13", "value": 0}, {"date": "2026-06-14", "value": 9},
        ]}},
    ),
    ("numbers by day", {"2026-06-13": 0, "2026-06-14": 9}),
    ("numbers by day in data", {"success": True, "data": {"2026-06-13": 0, "2026-06-14": 9}}),
    ("numbers by day under a key", {"contributions": {"2026-06-13": 0, "2026-06-14": 9}}),
    ("numbers by day, nested", {"data": {"days": {"2026-06-13": 0, "2026-06-14": 9}, "total": 9}}),
    (
        "objects by day",
        {"days": {"2026-06-13": {"count": 0, "tracks": []}, "2026-06-14": {"count": 9}}},
    ),
]  # fmt: skip


@pytest.mark.parametrize("response", [a for _, a in CALENDARS], ids=[name for name, _ in CALENDARS])
def test_calendar_in_each_shape(response: object) -> None:
    assert Uploads.decode(response).days == {QUIET: UploadDay(0, ()), BUSY: UploadDay(9, ())}


@pytest.mark.parametrize(
    "tracks",
    [
        {"tracks": [{"id": 1, "name": "Take 1"}, {"id": 2, "name": "Take 2"}]},
        {"tracks": [{"track_name": "Take 1"}, {"title": "Take 2"}]},
        {"items": ["Take 1", "Take 2", None, {}, 3]},
    ],
)
def test_tracks_of_a_day(tracks: Json) -> None:
    for response in (
        {"days": [{"date": "2026-06-14", "uploads": 2, **tracks}]},
        {"2026-06-14": {"uploads": 2, **tracks}},
    ):
        assert Uploads.decode(response).days == {BUSY: UploadDay(2, ("Take 1", "Take 2"))}


@pytest.mark.parametrize(
    "response",
    [
        None, {}, "x", 3, True, {"days": None}, {"days": {}}, {"data": {}}, {"success": True},
        {"days": ["2026-06-14"]}, {"days": [3, 4]}, ["2026-06-14"], [[1, 2]], [{}],
        {"days": [{"date": "2026-06-14"}]}, {"days": [{"uploads": 9}]},
        {"days": [{"when": "2026-06-14", "n": 9, "m": 9}]},
        {"days": [{"date": "Monday", "uploads": 9}]},
        {"days": [{"date": "2026-06-14", "uploads": -9}]},
        {"days": [{"date": "2026-06-14", "uploads": 1.5}]},
        {"message": "Soon", "total": 9}, {"monday": 9}, {"2026-06-14": "many"},
        {"2026-06-14": None, "2026-13-40": 4}, {"genres": [{"name": "House", "count": 9}]},
    ],
    ids=repr,
)  # fmt: skip
def test_unrecognized_calendar_is_none(response: object) -> None:
    assert Uploads.decode(response).days is None


@pytest.mark.parametrize("response", [[], {"days": []}, {"data": []}, {"data": {"graph": []}}])
def test_calendar_without_days_is_empty(response: object) -> None:
    assert Uploads.decode(response).days == {}


def test_other_list_does_not_hide_days_by_key() -> None:
    response = {"days": {"2026-06-14": 9}, "genres": [{"name": "House"}]}
    assert Uploads.decode(response).days == {BUSY: UploadDay(9, ())}


def test_invalid_day_affects_itself_only() -> None:
    response = {"days": [{"date": None, "uploads": 1}, None, {"date": "2026-06-14", "uploads": 9}]}
    assert Uploads.decode(response).days == {BUSY: UploadDay(9, ())}


def test_calendar_text_is_cleaned() -> None:
    days = Uploads.decode(
        {"days": [{"date": "2026-06-14", "uploads": 1, "tracks": [{"name": HOSTILE}]}]}
    ).days
    assert days is not None
    check_clean(days[BUSY].tracks[0])
