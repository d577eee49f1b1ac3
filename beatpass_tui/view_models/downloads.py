"""Rows of downloads as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from beatpass_tui import formatting
from beatpass_tui.models import Activity, Download

PER_PAGE = 20

_LICENSES: Mapping[str, str] = {"non_exclusive": "Non-exclusive", "exclusive": "Exclusive"}
_STATUSES: Mapping[str, str] = {"active": "Active"}


def license_of(download: Download) -> str:
    """Return the type of the license in words; a word that is not known stays as it is."""
    if download.license is None:
        return "no license" if download.license_status is None else formatting.DASH
    return _LICENSES.get(download.license, download.license)


def status_of(download: Download) -> str:
    """Return how the license stands; without a license there is nothing to say."""
    if download.license_status is None:
        return "" if download.license is None else formatting.DASH
    return _STATUSES.get(download.license_status, download.license_status)


def cells(download: Download, now: datetime) -> tuple[str, str, str, str, str]:
    """Return time, track, person, license and its status."""
    return (
        formatting.stamp(download.at, now),
        download.track or formatting.DASH,
        download.by or formatting.DASH,
        license_of(download),
        status_of(download),
    )


def words(download: Download, now: datetime) -> str:
    """Return everything about a download on one line."""
    parts = [download.track or "Unknown track"]
    if download.by:
        parts.append(f"by {download.by}")
    if download.at is not None:
        local = download.at.astimezone(now.tzinfo)
        parts.append(f"{formatting.short_date(local)} {local:%H:%M}")
    parts.append(", ".join(filter(None, (license_of(download), status_of(download).lower()))))
    return " · ".join(parts)


def has_more(activity: Activity) -> bool:
    """Whether there is a page of older downloads."""
    if activity.total is None:
        return activity.more
    return activity.more or (activity.page * PER_PAGE < activity.total and bool(activity.events))


def span(activity: Activity) -> str:
    """Return which downloads a page holds: 21–40 of 1,204."""
    listed = len(activity.events)
    if not listed:
        return ""
    first = (activity.page - 1) * PER_PAGE + 1
    place = f"{formatting.count(first)}–{formatting.count(first + listed - 1)}"
    return place if activity.total is None else f"{place} of {formatting.count(activity.total)}"
