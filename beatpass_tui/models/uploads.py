"""Upload statistics and uploads per day."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode
from beatpass_tui.models.decode import JsonObject


class UploadInsights(NamedTuple):
    """Upload statistics, from `GET /artist/upload-insights`."""

    total: int | None
    this_month: int | None
    last_month: int | None
    average_plays: int | None
    """Plays per upload."""
    best_month: date | None
    """First day of the month whose uploads have the most plays to date."""
    best_month_plays: int | None
    best_month_tracks: int | None
    every_days: int | None
    """Days between uploads; None with fewer than two."""
    recommended: str | None
    """Recommended upload time, as text."""

    @classmethod
    def decode(cls, response: Any) -> Self:
        data = decode.unwrap(response)
        best = data.nested("best_performing_month")
        return cls(
            total=data.count("total_uploads"),
            this_month=data.count("uploads_this_month"),
            last_month=data.count("uploads_last_month"),
            average_plays=data.count("average_plays_per_upload"),
            best_month=decode.month(best.get("month")),
            best_month_plays=best.count("total_plays"),
            best_month_tracks=best.count("track_count"),
            every_days=data.count("upload_frequency_days"),
            recommended=data.string("recommended_upload_time"),
        )


class UploadDay(NamedTuple):
    """The uploads of a day."""

    uploads: int
    tracks: tuple[str, ...]
    """Names of the uploaded tracks, if known."""


class Uploads(NamedTuple):
    """Uploads per day, from `GET /producer-intelligence/artist/{artistId}/contribution-graph`."""

    days: Mapping[date, UploadDay] | None
    """None if the response has no recognizable days."""

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read a date and a count from each entry; the field names are not documented."""
        entries = decode.rows(response, *_CALENDARS)
        days = {
            date: day
            for row in entries or ()
            if (date := decode.only_day(row, *_DATES)) and (day := _upload_day(row))
        }
        return cls(days if days or entries == [] else _days_by_key(response))


_CALENDARS = ("days", "contributions", "graph", "calendar")
_DATES = ("date", "day", "on", "uploaded_on")
_COUNTS = (
    "uploads", "uploads_count", "uploadsCount", "upload_count", "uploadCount", "count", "total",
    "value", "track_count", "contributionCount", "contribution_count", "contributions",
)  # fmt: skip


def _upload_day(row: JsonObject) -> UploadDay | None:
    uploads = decode.only_count(row, *_COUNTS)
    tracks = decode.strings(row.first("tracks", "items"), "name", "title", "track_name")
    return UploadDay(uploads, tracks) if uploads is not None else None


def _days_by_key(response: Any) -> Mapping[date, UploadDay] | None:
    """Read an object that maps dates to counts or objects."""
    for place in decode.places(response, *_CALENDARS, "data"):
        days = {}
        for key, value in place.items():
            day, uploads = decode.day(key), decode.count(value)
            entry = _upload_day(JsonObject(value)) if uploads is None else UploadDay(uploads, ())
            if day is not None and entry is not None:
                days[day] = entry
        if days:
            return days
    return None
