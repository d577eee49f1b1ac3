"""Insights and Audio Recon matches of a beat."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

import pytest

from beatpass_tui.models.insights import Figure, Insights, Match, Placements, Share
from support.hostile import HOSTILE, check_clean

DOCUMENTED = {
    "basic_info": {"id": 7},
    "performance_metrics": {"total_plays": 7_919, "period_plays": 412},
    "engagement_metrics": {"likes": 38, "reposts": 6},
    "recent_activity": {"views": 9},
    "audience_insights": {},
}
FIGURES = (
    Figure("total_plays", 7_919),
    Figure("period_plays", 412),
    Figure("likes", 38),
    Figure("reposts", 6),
)


@pytest.mark.parametrize(
    "response", [DOCUMENTED, {"success": True, "data": DOCUMENTED}], ids=["raw", "in data"]
)
def test_documented_insights(response: object) -> None:
    assert Insights.decode(response) == Insights(FIGURES)
    assert Insights.decode(response).value("period_plays") == 412


@pytest.mark.parametrize(
    "places, share",
    [
        ({"top_locations": [{"name": "Toronto", "percentage": 18}, {"name": "Lagos"}]}, 18),
        ({"countries": [{"country": "Toronto", "percent": "18"}]}, 18),
        ({"top_city": "Toronto"}, None),
        ({"cities": [{"city": "Toronto", "share": 1_800}]}, None),
    ],
    ids=repr,
)
def test_other_numbers_and_the_top_place_under_their_own_names(
    places: dict[str, Any], share: float | None
) -> None:
    body = {
        **DOCUMENTED,
        "performance_metrics": {"listeners": 301, "track_id": 4, "is_hot": True, "started_at": 3},
        "audience_insights": {"completion_percentage": 61.5, **places},
    }
    insights = Insights.decode(body)
    assert Figure("listeners", 301) in insights.figures
    assert Figure("completion_percentage", 61.5) in insights.figures
    assert len(insights.figures) == 4
    assert insights.top_place == Share("Toronto", share)


@pytest.mark.parametrize("junk", [None, "x", [], True, math.nan, math.inf, 10**23, -5], ids=repr)
def test_junk_is_no_insight(junk: object) -> None:
    assert not Insights.decode(junk).is_readable
    body = {"performance_metrics": {"total_plays": junk, "listeners": 3}, "audience_insights": junk}
    assert Insights.decode(body).figures == (Figure("listeners", 3),)


MATCH = {
    "id": 97,
    "title": "Late Shift",
    "artist_name": "K. Mora",
    "album_name": None,
    "release_date": "2026-08-01",
    "confidence_score": 98,
    "spotify_url": "https://open.spotify.com/track/1",
    "youtube_url": None,
    "deezer_url": "https://evil.example/",
    "created_at": "2026-11-20T10:00:00Z",
}
FOUND = Match(
    id="97",
    title="Late Shift",
    artist="K. Mora",
    album=None,
    released=date(2026, 8, 1),
    confidence=98,
    links=("https://open.spotify.com/track/1", "https://evil.example/"),
    found_at=datetime(2026, 11, 20, 10, tzinfo=UTC),
)


def test_matches() -> None:
    response = {
        "placements": [MATCH, "x"],
        "scan_status": "complete",
        "scanned_at": "2026-11-25",
        "total_count": 1,
        "artist_verified": True,
    }
    assert Placements.decode(response) == Placements(
        (FOUND,), "complete", date(2026, 11, 25), 1, True
    )


def test_matches_without_a_scan() -> None:
    response: dict[str, object] = {"placements": [], "scan_status": None, "scanned_at": None}
    assert Placements.decode(response) == Placements((), None, None, None, None)
    assert Placements.decode(response).is_readable
    unreadable: tuple[object, ...] = ({}, None, [], {"placements": "x"})
    for junk in unreadable:
        assert not Placements.decode(junk).is_readable


@pytest.mark.parametrize("confidence", [None, "x", -1, 101, math.nan, True], ids=repr)
def test_implausible_confidence_is_unknown(confidence: object) -> None:
    rows = Placements.decode({"placements": [{**MATCH, "confidence_score": confidence}]}).rows
    assert rows is not None
    assert rows[0] == FOUND._replace(confidence=None)


def test_hostile_text_is_cleaned() -> None:
    rows = Placements.decode({"placements": [dict.fromkeys(MATCH, HOSTILE)]}).rows
    assert rows is not None
    for value in (rows[0].title, rows[0].artist, rows[0].album):
        check_clean(value)
    insights = Insights.decode(
        {"audience_insights": {HOSTILE: 3, "top_locations": [{"name": HOSTILE}]}}
    )
    check_clean(insights.figures[0].name, 40)
    assert insights.top_place is not None
    check_clean(insights.top_place.name)
