"""Values and texts of the Activity page: audience, downloads and uploads."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.audience import PER_PAGE, Activity, Download
from beatpass_tui.models.links import license_url
from beatpass_tui.models.numbers import AUDIENCE_FIGURES, audience_id
from beatpass_tui.models.trends import SPANS, Points
from beatpass_tui.models.uploads import UploadInsights
from beatpass_tui.view_models.labels import LICENSES, label
from beatpass_tui.view_models.missing import NOT_SENT_HERE

KeyValue = tuple[str, str]
Cell = str | tuple[tuple[str, str], ...]
"""Text, or parts of text with their styles."""

PERIODS = (("7d", "7 days"), ("30d", "30 days"), ("90d", "90 days"), ("all", "All time"))
"""Key and label of each period, shortest first."""

DEFAULT_PERIOD = "30d"

LOADING = "…"
"""Shown in place of a number that is loading."""

_COUNTS = (
    ("Plays", "plays"),
    ("Downloads", "downloads"),
    ("Downloaders", "downloaders"),
    ("Licenses", "licenses"),
    ("Likes", "likes"),
    ("Reposts", "reposts"),
    ("Comments", "comments"),
)
"""Label and attribute of each count of `Activity`."""


class RecordedFigures(NamedTuple):
    """The audience figures of a period at an earlier time."""

    at: datetime
    values: Mapping[str, float]
    """By attribute of `Activity`; figures that were not sent are missing."""


def recorded_before(
    series: Mapping[str, Points], period: str, now: datetime
) -> RecordedFigures | None:
    """Return the figures recorded closest to one period ago.

    None unless they are within a tenth of the period of that time, or within a day.
    """
    days = SPANS[period].days
    if days is None:
        return None
    responses: defaultdict[datetime, dict[str, float]] = defaultdict(dict)
    for figure in AUDIENCE_FIGURES:
        for at, value in series.get(audience_id(period, figure), ()):
            responses[at][figure] = value
    target = now.timestamp() - timedelta(days=days).total_seconds()
    closest = min(responses, key=lambda at: abs(at.timestamp() - target), default=None)
    tolerance = max(timedelta(days=days) / 10, timedelta(days=1))
    if closest is None or abs(closest.timestamp() - target) > tolerance.total_seconds():
        return None
    return RecordedFigures(closest, responses[closest])


def audience_table(
    activity: Activity | None,
    period: str,
    before: RecordedFigures | None,
    now: datetime,
    count: formatting.Count = formatting.count,
    *,
    in_words: bool = False,
) -> tuple[tuple[str, ...], ...]:
    """Return a header and a row per figure; with `before`, also earlier values and changes."""
    header: tuple[str, ...] = ("", dict(PERIODS)[period])
    if before is not None:
        header = (*header, _before_label(before.at, period, now), "change")
    rows = [header]
    for name, attribute in _COUNTS:
        value = None if activity is None else getattr(activity, attribute)
        row: tuple[str, ...] = (name, LOADING if activity is None else count(value))
        if before is not None:
            past = before.values.get(attribute)
            row = (*row, count(past), _change(past, value, in_words))
        rows.append(row)
    return tuple(rows)


def _before_label(at: datetime, period: str, now: datetime) -> str:
    """Return "before" for figures of one period ago, else their date."""
    days = SPANS[period].days or 0
    is_exact = abs(now.timestamp() - at.timestamp() - days * 86_400) <= 86_400
    return "before" if is_exact else formatting.short_date(at, now)


def _change(before: float | None, now: float | None, in_words: bool) -> str:
    """Return a change in percent, or the difference if it started at zero."""
    if before is None or now is None:
        return ""
    if before <= 0:
        return formatting.signed(now - before)
    return formatting.percent_change((now / before - 1) * 100, in_words=in_words)


def best_upload_time(insights: UploadInsights | None) -> tuple[KeyValue, ...]:
    """Return the recommended time to upload, if it is known."""
    recommended = insights.recommended if insights is not None else None
    return (("Best upload time", recommended),) if recommended else ()


def top_download(activity: Activity | None) -> KeyValue:
    """Return the most downloaded track and its number of downloads."""
    if activity is None:
        text = LOADING
    else:
        text = activity.top_track or formatting.DASH
        if activity.top_track and activity.top_track_downloads is not None:
            text += f", {formatting.count(activity.top_track_downloads)}"
    return ("Top download", text)


def no_downloads_message(activity: Activity, period: str) -> str:
    """Return the text shown for a period without downloads."""
    if activity.total is None or activity.total > 0:
        return NOT_SENT_HERE
    if period == "all":
        return "No downloads yet."
    label = dict(PERIODS)[period]
    return f"No downloads in the last {label}; {{activity.period}} shows another period."


def upload_counts(
    insights: UploadInsights | None, contribution: float | None
) -> tuple[KeyValue, ...]:
    """Return label and value of each upload statistic, and the contribution points."""
    points = ("Contribution points", formatting.decimal(contribution and round(contribution, 1)))
    if insights is None:
        return (points,)
    return (
        ("Uploads", formatting.count(insights.total)),
        ("This month", formatting.count(insights.this_month)),
        ("Last month", formatting.count(insights.last_month)),
        ("Plays per upload", formatting.count(insights.average_plays)),
        ("Days between uploads", formatting.count(insights.every_days)),
        points,
    )


def best_month(insights: UploadInsights | None) -> tuple[KeyValue, ...]:
    """Return the month whose uploads have the most plays, and what they have to date."""
    if insights is None or insights.best_month is None:
        return () if insights is None else (("Best month", formatting.DASH),)
    facts = [("Best month", formatting.month_and_year(insights.best_month))]
    if insights.best_month_tracks is not None:
        facts.append(("Its uploads", formatting.plural(insights.best_month_tracks, "track")))
    if insights.best_month_plays is not None:
        facts.append(("Their plays to date", formatting.count(insights.best_month_plays)))
    return tuple(facts)


def license_label(download: Download) -> str:
    """Return the label of the license type; an unknown type is spelled out."""
    if download.license is None:
        return "No license" if download.license_status is None else formatting.DASH
    return label(download.license, LICENSES) or formatting.DASH


def license_status_label(download: Download) -> str:
    """Return the status of the license, empty without a license."""
    if download.license_status is None:
        return "" if download.license is None else formatting.DASH
    return label(download.license_status) or formatting.DASH


def _license_style(download: Download) -> str:
    """Return the color of a license: active licenses, others, and none."""
    if download.license is None and download.license_status is None:
        return "table--zero"
    is_active = (download.license_status or "active").lower() == "active"
    return "table--gain" if is_active else "$hue-delayed"


def download_cells(download: Download, now: datetime) -> tuple[Cell, ...]:
    """Return time, track, downloader, license and license status."""
    style, status = _license_style(download), license_status_label(download)
    has_status = bool(status) and status != formatting.DASH
    return (
        formatting.timestamp(download.at, now),
        download.track or formatting.DASH,
        download.by or formatting.DASH,
        ((license_label(download), style),),
        ((f"● {status}" if has_status else status, style),),
    )


def download_details(download: Download, now: datetime) -> tuple[KeyValue, ...]:
    """Return what is known about a download, and where its license is verified."""
    is_verifiable = license_url(download.license_uuid) is not None
    facts = [
        ("When", formatting.DASH),
        ("Beat", download.track or formatting.DASH),
        ("Downloader", download.by or formatting.DASH),
        ("License", _license_words(download)),
        ("Verification", (download.license_uuid or "") if is_verifiable else ""),
    ]
    if download.at is not None:
        facts[0] = ("When", formatting.date_and_time(download.at, now))
    return tuple((label, value) for label, value in facts if value)


def download_summary(download: Download, now: datetime, *, with_license: bool = True) -> str:
    """Return everything about a download on one line, or all but its license."""
    parts = [download.track or "Unknown track"]
    if download.by:
        parts.append(f"by {download.by}")
    if download.at is not None:
        parts.append(formatting.date_and_time(download.at, now))
    if with_license:
        parts.append(_license_words(download))
    return " · ".join(parts)


def download_action(download: Download) -> str:
    """Return the key that opens the page of the license, if it has one."""
    return "{page.browse} verifies the license" if license_url(download.license_uuid) else ""


def _license_words(download: Download) -> str:
    status = license_status_label(download).lower()
    return ", ".join(filter(None, (license_label(download), status)))


def has_more_downloads(activity: Activity) -> bool:
    """Return whether there is a page of older downloads."""
    if activity.total is None or activity.more:
        return activity.more
    return bool(activity.events) and activity.page * PER_PAGE < activity.total


def download_range(activity: Activity) -> str:
    """Return the range of downloads on a page, such as 21–40 of 1,204."""
    listed = len(activity.events)
    if not listed:
        return ""
    first = (activity.page - 1) * PER_PAGE + 1
    text = f"{formatting.count(first)}–{formatting.count(first + listed - 1)}"
    return text if activity.total is None else f"{text} of {formatting.count(activity.total)}"
