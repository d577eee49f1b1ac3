"""The answer about the audience's activity, computed for the period that was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from beatpass_tui.demo.exchange import Json, zulu
from beatpass_tui.demo.model import Catalog, Download, Track
from beatpass_tui.demo.paging import invalid, strict_number

_PERIODS: Mapping[str, timedelta | None] = {
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
    "all": None,
}


def activity(catalog: Catalog, query: Mapping[str, str], now: datetime) -> Json:
    """Answer `GET /artists/{artist}/activity`."""
    key = query.get("period", "90d")
    if key not in _PERIODS:
        raise invalid("period", "The selected period is invalid.")
    page = strict_number(query, "page", 1)
    size = strict_number(query, "per_page", 20, largest=50)
    span = _PERIODS[key]
    start = None if span is None else now - span
    downloads = [each for each in catalog.downloads if start is None or each.at >= start]
    first = (page - 1) * size
    return {
        "hasTracks": bool(catalog.tracks),
        "period": {
            "key": key,
            "start": None if start is None else _with_offset(start),
            "end": _with_offset(now),
        },
        "summary": _summary(catalog, downloads, start),
        "downloadEvents": [_event(download) for download in downloads[first : first + size]],
        "pagination": {
            "page": page,
            "perPage": size,
            "total": len(downloads),
            "hasMore": page * size < len(downloads),
        },
    }


def _with_offset(moment: datetime) -> str:
    # The documents show both spellings of UTC in one answer.
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _summary(catalog: Catalog, downloads: list[Download], start: datetime | None) -> Json:
    days = [day for day in catalog.engagement if start is None or day.at >= start]
    # A track title is not unique, so they are counted by id.
    counts = Counter(download.track.id for download in downloads)
    tracks = {download.track.id: download.track for download in downloads}
    top = min(counts, key=lambda track_id: (-counts[track_id], track_id), default=None)
    people = {download.downloader.id for download in downloads if download.downloader}
    return {
        "audienceDownloads": len(downloads),
        "uniqueDownloaders": len(people),
        "licensesIssued": sum(download.license is not None for download in downloads),
        "audiencePlays": sum(day.plays for day in days),
        "likes": sum(day.likes for day in days),
        "reposts": sum(day.reposts for day in days),
        "comments": sum(day.comments for day in days),
        "topDownloadedTrack": (
            None if top is None else {**_track(tracks[top]), "downloads": counts[top]}
        ),
    }


def _track(track: Track) -> Json:
    return {
        "id": track.id,
        "name": track.name,
        "image": track.image,
    }


def _event(download: Download) -> Json:
    person, license_ = download.downloader, download.license
    return {
        "id": download.id,
        "occurredAt": zulu(download.at),
        "track": _track(download.track),
        "downloader": (
            person and {"id": person.id, "displayName": person.name, "avatar": person.avatar}
        ),
        "license": (
            license_ and {"uuid": license_.uuid, "type": license_.type, "status": license_.status}
        ),
    }
