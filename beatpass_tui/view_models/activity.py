"""What the Activity page says in words and numbers about the audience and the uploads."""

from __future__ import annotations

from beatpass_tui import formatting
from beatpass_tui.models import Activity, UploadInsights
from beatpass_tui.view_models.periods import PERIODS

WAITING = "…"
"""What stands where a number is still being asked for."""

Fact = tuple[str, str]


def figures(
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


def nothing(activity: Activity, period: str) -> str:
    """Return what is said where a period has no downloads to list."""
    if activity.total is None or activity.total > 0:
        return f"{formatting.DASH} no downloads are in the answer."
    if period == "all":
        return "No downloads yet."
    last = dict(PERIODS)[period]
    return f"No downloads in the last {last}; {{activity.period}} shows another period."


def rhythm(insights: UploadInsights) -> tuple[Fact, ...]:
    """Return how much was uploaded, and how often."""
    return (
        ("Uploads", formatting.count(insights.total)),
        ("This month", formatting.count(insights.this_month)),
        ("Last month", formatting.count(insights.last_month)),
        ("Plays an upload", formatting.count(insights.average_plays)),
        ("Days between two", formatting.count(insights.every_days)),
    )


def advice(insights: UploadInsights) -> tuple[Fact, ...]:
    """Return the month whose uploads have the most plays today, and when to upload."""
    month = [formatting.DASH]
    if insights.best_month is not None:
        month = [formatting.month(insights.best_month)]
        if insights.best_month_plays is not None:
            month.append(f"{formatting.plural(insights.best_month_plays, 'play')} until today")
        if insights.best_month_tracks is not None:
            month.append(formatting.plural(insights.best_month_tracks, "track"))
    return (
        ("Best month", " · ".join(month)),
        ("BeatPass recommends", insights.recommended or formatting.DASH),
    )
