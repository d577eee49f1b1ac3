"""Values and texts of the Activity page: audience, downloads and uploads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from beatpass_tui import formatting

if TYPE_CHECKING:
    from beatpass_tui.models import Activity, Download, UploadInsights

PERIODS = (("7d", "7 days"), ("30d", "30 days"), ("90d", "90 days"), ("all", "All time"))
"""Key and label of each period, shortest first."""

DEFAULT_PERIOD = "30d"

DOWNLOADS_PER_PAGE = 20

_LICENSES: Mapping[str, str] = {"non_exclusive": "Non-exclusive", "exclusive": "Exclusive"}
_STATUSES: Mapping[str, str] = {"active": "Active"}

WAITING = "…"
"""What stands where a number is still being asked for."""

Fact = tuple[str, str]


def audience_counts(
    activity: Activity | None, count: formatting.Count = formatting.count
) -> tuple[Fact, ...]:
    """Return the counts of a period, each with its label."""
    names = (
        ("Audience downloads", "downloads"),
        ("People downloading", "downloaders"),
        ("Licenses issued", "licenses"),
        ("Audience plays", "plays"),
        ("Likes", "likes"),
        ("Reposts", "reposts"),
        ("Comments", "comments"),
    )
    return tuple(
        (label, WAITING if activity is None else count(getattr(activity, name)))
        for label, name in names
    )


def top_track(activity: Activity | None) -> tuple[Fact]:
    """Return the track that was downloaded most, and how often."""
    if activity is None:
        said = WAITING
    else:
        said = activity.top_track or formatting.DASH
        if activity.top_track and activity.top_track_downloads is not None:
            said += f", {formatting.plural(activity.top_track_downloads, 'download')}"
    return (("Top downloaded track", said),)


def no_downloads_message(activity: Activity, period: str) -> str:
    """Return what is said where a period has no downloads to list."""
    if activity.total is None or activity.total > 0:
        return f"{formatting.DASH} no downloads are in the answer."
    if period == "all":
        return "No downloads yet."
    last = dict(PERIODS)[period]
    return f"No downloads in the last {last}; {{activity.period}} shows another period."


def upload_counts(insights: UploadInsights) -> tuple[Fact, ...]:
    """Return how much was uploaded, and how often."""
    return (
        ("Uploads", formatting.count(insights.total)),
        ("This month", formatting.count(insights.this_month)),
        ("Last month", formatting.count(insights.last_month)),
        ("Plays an upload", formatting.count(insights.average_plays)),
        ("Days between two", formatting.count(insights.every_days)),
    )


def upload_advice(insights: UploadInsights) -> tuple[Fact, ...]:
    """Return the month whose uploads have the most plays today, and when to upload."""
    month = [formatting.DASH]
    if insights.best_month is not None:
        month = [formatting.month_and_year(insights.best_month)]
        if insights.best_month_plays is not None:
            month.append(f"{formatting.plural(insights.best_month_plays, 'play')} until today")
        if insights.best_month_tracks is not None:
            month.append(formatting.plural(insights.best_month_tracks, "track"))
    return (
        ("Best month", " · ".join(month)),
        ("BeatPass recommends", insights.recommended or formatting.DASH),
    )


def license_label(download: Download) -> str:
    """Return the type of the license in words; a word that is not known stays as it is."""
    if download.license is None:
        return "no license" if download.license_status is None else formatting.DASH
    return _LICENSES.get(download.license, download.license)


def license_status_label(download: Download) -> str:
    """Return how the license stands; without a license there is nothing to say."""
    if download.license_status is None:
        return "" if download.license is None else formatting.DASH
    return _STATUSES.get(download.license_status, download.license_status)


def download_cells(download: Download, now: datetime) -> tuple[str, str, str, str, str]:
    """Return time, track, person, license and its status."""
    return (
        formatting.timestamp(download.at, now),
        download.track or formatting.DASH,
        download.by or formatting.DASH,
        license_label(download),
        license_status_label(download),
    )


def download_summary(download: Download, now: datetime) -> str:
    """Return everything about a download on one line."""
    parts = [download.track or "Unknown track"]
    if download.by:
        parts.append(f"by {download.by}")
    if download.at is not None:
        local = download.at.astimezone(now.tzinfo)
        parts.append(f"{formatting.short_date(local)} {local:%H:%M}")
    parts.append(
        ", ".join(filter(None, (license_label(download), license_status_label(download).lower())))
    )
    return " · ".join(parts)


def has_more_downloads(activity: Activity) -> bool:
    """Whether there is a page of older downloads."""
    if activity.total is None:
        return activity.more
    return activity.more or (
        activity.page * DOWNLOADS_PER_PAGE < activity.total and bool(activity.events)
    )


def download_range(activity: Activity) -> str:
    """Return which downloads a page holds: 21–40 of 1,204."""
    listed = len(activity.events)
    if not listed:
        return ""
    first = (activity.page - 1) * DOWNLOADS_PER_PAGE + 1
    place = f"{formatting.count(first)}–{formatting.count(first + listed - 1)}"
    return place if activity.total is None else f"{place} of {formatting.count(activity.total)}"
