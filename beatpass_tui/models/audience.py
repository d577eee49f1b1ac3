"""Audience activity and downloads."""

from datetime import date
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode
from beatpass_tui.models.decode import JsonObject

PER_PAGE = 20
"""Default number of downloads per page."""


class Download(NamedTuple):
    """A download by a person outside the artist's team."""

    at: date | None
    track: str | None
    by: str | None
    """Display name; None for a deleted account."""
    license: str | None
    """Type such as `non_exclusive`; None if no license was issued."""
    license_status: str | None
    id: str | None = None
    track_id: int | None = None
    license_uuid: str | None = None


class Activity(NamedTuple):
    """Audience figures of a period, from `GET /artists/{artist}/activity`.

    Excludes accounts that manage the artist; includes anonymous plays.
    """

    period: str | None
    """The `period.key` of the response: 7d, 30d, 90d or all."""
    downloads: int | None
    downloaders: int | None
    licenses: int | None
    plays: int | None
    likes: int | None
    reposts: int | None
    comments: int | None
    top_track: str | None
    top_track_downloads: int | None
    events: tuple[Download, ...] = ()
    """The downloads of this page, newest first."""
    page: int = 1
    total: int | None = None
    """Downloads of the period, on all pages."""
    more: bool = False
    """Whether there is a next page."""
    top_track_id: int | None = None

    @classmethod
    def decode(cls, response: Any, page: int = 1) -> Self:
        """Read `summary`; a missing download count is replaced by the `total` of the page."""
        body = decode.unwrap(response)
        summary, paging = body.nested("summary"), body.nested("pagination")
        top = summary.nested("topDownloadedTrack")
        events = tuple(map(_download, body.objects("downloadEvents")))
        downloads = summary.first("audienceDownloads")
        return cls(
            period=body.nested("period").string("key", limit=10),
            downloads=paging.count("total") if downloads is None else decode.count(downloads),
            downloaders=summary.count("uniqueDownloaders"),
            licenses=summary.count("licensesIssued"),
            plays=summary.count("audiencePlays"),
            likes=summary.count("likes"),
            reposts=summary.count("reposts"),
            comments=summary.count("comments"),
            top_track=top.string("name", "title"),
            top_track_downloads=top.count("downloads"),
            events=events,
            page=paging.count("page") or page,
            total=paging.count("total"),
            more=_has_more(paging, len(events)),
            top_track_id=top.identifier("id"),
        )


def _has_more(paging: JsonObject, listed: int) -> bool:
    """Return whether there is a next page; assumed for a full page without `hasMore` and total."""
    more = paging.flag("hasMore")
    if more is None and paging.count("total") is None:
        return listed >= (paging.count("perPage") or PER_PAGE)
    return more is True


def _download(row: JsonObject) -> Download:
    return Download(
        at=row.day_or_moment("occurredAt"),
        track=row.nested("track").string("name"),
        by=row.nested("downloader").string("displayName", "display_name"),
        license=row.nested("license").string("type", limit=30),
        license_status=row.nested("license").string("status", limit=30),
        id=row.key("id"),
        track_id=row.nested("track").identifier("id"),
        license_uuid=row.nested("license").string("uuid", limit=36),
    )
