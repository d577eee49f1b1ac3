"""The documented answers about uploads and how they did."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from beatpass_tui.demo.answers import enveloped, require_artist
from beatpass_tui.demo.exchange import Answer, Json, RefusedError, zulu
from beatpass_tui.demo.model import Catalog, Person, Track

_RECENT = 20
_NO_ACCESS = "Upload access is needed to see upload insights."
# The plays that are not told, which the documents leave optional.
_UNTOLD_PLACE = 5


def track_performance(catalog: Catalog, now: datetime) -> Json:
    """Answer `GET /artist/track-performance`."""
    require_artist(catalog)
    return enveloped([_performance(track, now) for track in catalog.tracks[:_RECENT]])


def _performance(track: Track, now: datetime) -> Json:
    months = 12 * (now.year - track.uploaded.year) + now.month - track.uploaded.month
    return {
        "track_id": track.id,
        "track_name": track.name,
        "plays": track.plays,
        "contribution_value": track.contribution,
        "months_since_upload": months - (now.day < track.uploaded.day),
        "upload_date": zulu(track.uploaded),
        "last_updated": None if track.calculated is None else zulu(track.calculated),
    }


def upload_insights(catalog: Catalog, now: datetime) -> Json:
    """Answer `GET /artist/upload-insights`."""
    if not require_artist(catalog).upload_access:
        raise RefusedError(Answer(403, {"success": False, "message": _NO_ACCESS}))
    tracks = catalog.tracks
    this_month = now.strftime("%Y-%m")
    last_month = (now.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    months = [track.uploaded.strftime("%Y-%m") for track in tracks]
    uploads = Counter(months)
    data: Json = {
        "total_uploads": len(tracks),
        "uploads_this_month": uploads[this_month],
        "uploads_last_month": uploads[last_month],
        "average_plays_per_upload": round(catalog.total_plays / len(tracks)) if tracks else 0,
        "upload_frequency_days": _frequency(tracks),
        "recommended_upload_time": (
            "Friday, 18:00 to 20:00" if tracks else "Upload a few tracks to get a recommendation."
        ),
    }
    if tracks:
        plays: Counter[str] = Counter()
        for month, track in zip(months, tracks, strict=True):
            plays[month] += track.plays
        best = max(plays, key=lambda month: (plays[month], month))
        data["best_performing_month"] = {
            "month": best,
            "total_plays": plays[best],
            "track_count": uploads[best],
        }
    return enveloped(data)


def _frequency(tracks: tuple[Track, ...]) -> int | None:
    """Return the usual number of days between two uploads."""
    if len(tracks) < 2:
        return None
    return round((tracks[0].uploaded - tracks[-1].uploaded).days / (len(tracks) - 1))


def collaborative_tracks(catalog: Catalog) -> Json:
    """Answer `GET /artist/{artist}/collaborative-tracks`."""
    artist = require_artist(catalog)
    yourself = Person(artist.id, artist.name, None)
    shared = [track for track in catalog.listed if track.collaborators]
    rows = []
    for place, track in enumerate(shared):
        row: Json = {
            "id": track.id,
            "name": track.name,
            "artists": [_small(person) for person in (yourself, *track.collaborators)],
            "collaborators": [_small(person) for person in track.collaborators],
        }
        if place != _UNTOLD_PLACE:
            row["plays"] = track.plays
        rows.append(row)
    return {**enveloped(rows), "total": len(rows)}


def _small(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "image_small": f"https://images.example.com/artists/{person.id}-small.png",
    }
