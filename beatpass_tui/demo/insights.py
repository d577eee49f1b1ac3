"""Insights and Audio Recon matches of tracks and albums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from beatpass_tui.demo import messages
from beatpass_tui.demo.artist import engagement_of, enveloped, require_artist
from beatpass_tui.demo.catalog import TOP_TITLE
from beatpass_tui.demo.messages import Json, RequestRefused, Response, error_response, iso_utc
from beatpass_tui.demo.model import Catalog, Track

PERIODS: Mapping[str, int] = {"7-days": 7, "30-days": 30, "90-days": 90, "1-year": 365}
"""Days by the documented name of a period."""

FORBIDDEN_TITLE = "Who's Asking?"
"""A track of the demo's artist whose insights the account may not see."""
SCANNING_TITLE = "Sunday Service [FREE]"
"""A track whose scan is in progress; the newest one is not scanned yet either."""
UNSCANNED_TITLE = "808 & Heartache"
FAILED_TITLE = "Glass Teeth [140 BPM]"


def find_track(catalog: Catalog, given_id: str) -> Track:
    """Return a track of the artist; raise RequestRefused if there is none."""
    require_artist(catalog)
    track = next((each for each in catalog.tracks if str(each.id) == given_id), None)
    if track is None:
        raise RequestRefused(error_response(404, "This track could not be found."))
    if track.name == FORBIDDEN_TITLE:
        refusal = {"success": False, "message": "You may not see the insights of this track."}
        raise RequestRefused(Response(403, {**refusal, "error": "unauthorized"}))
    return track


def tracks_of_album(catalog: Catalog, given_id: str) -> tuple[Track, ...]:
    """Return the tracks of an album; raise RequestRefused if there is no such album."""
    require_artist(catalog)
    album = next((each for each in catalog.albums if str(each.id) == given_id), None)
    if album is None:
        raise RequestRefused(error_response(404, "This album could not be found."))
    return catalog.tracks_by_album.get(album.id, ())


def album_insights(catalog: Catalog, given_id: str) -> Json:
    """Return the documented part of `GET …/insights/albums/{albumId}`: that the album exists."""
    tracks_of_album(catalog, given_id)
    return {}


def track_insights(
    catalog: Catalog, given_id: str, query: Mapping[str, str], now: datetime
) -> Json:
    """Return the documented part of `GET /producer-intelligence/insights/tracks/{trackId}`."""
    track = find_track(catalog, given_id)
    likes, reposts, _ = engagement_of(track)
    return {
        "basic_info": {},
        "performance_metrics": {
            "total_plays": track.plays,
            "period_plays": period_plays([track], query, now),
        },
        "engagement_metrics": {"likes": likes, "reposts": reposts},
        "xp_and_achievements": {},
        "recent_activity": {},
        "collaboration_metrics": {},
        "audience_insights": {},
    }


def period_plays(tracks: Iterable[Track], query: Mapping[str, str], now: datetime) -> int:
    """Return the plays of tracks in the requested period, all of those uploaded in it."""
    period = query.get("period", "30-days")
    if period not in PERIODS:
        raise messages.invalid("period", "The selected period is invalid.")
    ages = ((track, min(max((now - track.uploaded).days, 1), 577)) for track in tracks)
    return round(sum(track.plays * min(PERIODS[period] / age, 1) for track, age in ages))


def placements(catalog: Catalog, given_id: str, now: datetime) -> Json:
    """Return the response of `GET /tracks/{track}/placements`."""
    track = find_track(catalog, given_id)
    rows = _matches(now) if track.name == TOP_TITLE else []
    scanned: datetime | None = now.replace(hour=4, minute=12) - timedelta(days=1 + track.id % 9)
    status: str | None = "complete" if rows else "no_results"
    if track.name == SCANNING_TITLE or track == catalog.tracks[0]:
        status, scanned = "processing", None
    elif track.name == UNSCANNED_TITLE:
        status, scanned = None, None
    elif track.name == FAILED_TITLE:
        status = "failed"
    return {
        "placements": rows,
        "scan_status": status,
        "scanned_at": None if scanned is None else iso_utc(scanned),
        "total_count": len(rows),
        "artist_verified": True,
    }


def _matches(now: datetime) -> list[Json]:
    return [
        {
            "id": 970_000_002 - at,
            "title": title,
            "artist_name": artist,
            "album_name": album,
            "release_date": (now - timedelta(days=days)).date().isoformat(),
            "confidence_score": confidence,
            "spotify_url": spotify,
            "youtube_url": youtube,
            "deezer_url": None,
            "created_at": iso_utc(now - timedelta(days=days // 2)),
        }
        for at, (title, artist, album, days, confidence, spotify, youtube) in enumerate(
            (
                ("Late Shift", "K. Mora", "Late Shift EP", 120, 98,
                 "https://open.spotify.com/track/made-up-1", None),
                (f"{TOP_TITLE} (sped up)", "sdwv", None, 45, 94,
                 None, "https://www.youtube.com/watch?v=made-up-2"),
            )
        )
    ]  # fmt: skip


def collaborations(catalog: Catalog) -> Json:
    """Return the documented part of `GET …/insights/artists/{id}/collaborations`."""
    require_artist(catalog)
    shared = [track for track in catalog.listed if track.collaborators]
    people = people_in(shared)
    return enveloped(
        {
            "collaborative_tracks": len(shared),
            "unique_collaborators": len(people),
            "top_collaborators": [],
            "collaboration_score": min(100, 9 * len(people)),
            "network_strength": "growing" if people else "emerging",
        }
    )


def people_in(tracks: Iterable[Track]) -> Counter[int]:
    """Return the collaborators by id, with their numbers of tracks."""
    return Counter(person.id for track in tracks for person in track.collaborators)
