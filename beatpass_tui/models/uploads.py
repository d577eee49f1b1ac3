"""When was uploaded: the rhythm of it, and the uploads of each day."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode
from beatpass_tui.models.identity import NAME_LIMIT


class UploadInsights(NamedTuple):
    """The rhythm of uploads, from `GET /artist/upload-insights`."""

    total: int | None
    this_month: int | None
    last_month: int | None
    average_plays: int | None
    """Plays an upload."""
    best_month: date | None
    """First day of the month whose uploads have the most plays today."""
    best_month_plays: int | None
    best_month_tracks: int | None
    every_days: int | None
    """Days between two uploads; None with fewer than two."""
    recommended: str | None
    """When to upload, in the service's own words."""

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read the `data` of the answer."""
        data = decode.unwrap(answer)
        best = decode.mapping(data.get("best_performing_month"))
        return cls(
            total=decode.count(data.get("total_uploads")),
            this_month=decode.count(data.get("uploads_this_month")),
            last_month=decode.count(data.get("uploads_last_month")),
            average_plays=decode.count(data.get("average_plays_per_upload")),
            best_month=decode.month(best.get("month")),
            best_month_plays=decode.count(best.get("total_plays")),
            best_month_tracks=decode.count(best.get("track_count")),
            every_days=decode.count(data.get("upload_frequency_days")),
            recommended=decode.string(data.get("recommended_upload_time"), NAME_LIMIT),
        )


class UploadDay(NamedTuple):
    """The uploads of one calendar day."""

    uploads: int
    tracks: tuple[str, ...]
    """Names of the uploaded tracks, as far as they came."""


class Uploads(NamedTuple):
    """Uploads a day, from `GET /producer-intelligence/artist/{artistId}/contribution-graph`."""

    days: Mapping[date, UploadDay] | None
    """None when nothing of the answer could be told to be days."""

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read a date-like key and a count of each entry; the field names are not documented."""
        found = decode.rows(answer, *_CALENDARS)
        days = {when: day for row in found or () if (when := _date(row)) and (day := _uploads(row))}
        return cls(days if days or found == [] else _days_by_key(answer))


_CALENDARS = ("days", "contributions", "graph", "calendar")
_DATES = ("date", "day", "on", "uploaded_on")
_COUNTS = ("uploads", "count", "upload_count", "uploadCount", "total", "value", "track_count")


def _date(row: Mapping[str, Any]) -> date | None:
    return decode.day(decode.first(row, *_DATES))


def _uploads(row: Mapping[str, Any]) -> UploadDay | None:
    tracks = decode.strings(decode.first(row, "tracks", "items"), "name", "title", "track_name")
    counted = decode.count(decode.first(row, *_COUNTS))
    return UploadDay(counted, tracks) if counted is not None else None


def _days_by_key(answer: Any) -> Mapping[date, UploadDay] | None:
    """Read days that are the keys of an object, with a count or an object for each."""
    for place in decode.places(answer, *_CALENDARS):
        days = {}
        for key, value in place.items():
            when = decode.day(key)
            counted = decode.count(value)
            day = UploadDay(counted, ()) if counted is not None else _uploads(decode.mapping(value))
            if when is not None and day is not None:
                days[when] = day
        if days:
            return days
    return None
