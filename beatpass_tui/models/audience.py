"""Activity: what the audience did, what was uploaded, and when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode
from beatpass_tui.models.identity import NAME_LIMIT

PER_PAGE = 20
"""The downloads of a page, unless the answer says otherwise."""


class Download(NamedTuple):
    """One download by somebody outside the artist's team."""

    at: datetime | None
    track: str | None
    by: str | None
    """Display name; None when the account is gone."""
    license: str | None
    """Type such as `non_exclusive`; None when no license was issued."""
    license_status: str | None


class Activity(NamedTuple):
    """What the audience did in a period, from `GET /artists/{artist}/activity`.

    Accounts that manage the artist are not counted; anonymous plays are.
    """

    period: str | None
    """The `period.key` that the service answered for: 7d, 30d, 90d or all."""
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
    """Downloads in the whole period, over all pages."""
    more: bool = False
    """Whether there is a next page."""

    @classmethod
    def decode(cls, answer: Any, page: int = 1) -> Self:
        """Read `summary`; the page's `total` stands in for a missing download count."""
        body = decode.unwrap(answer)
        summary = decode.mapping(body.get("summary"))
        top = decode.mapping(summary.get("topDownloadedTrack"))
        paging = decode.mapping(body.get("pagination"))
        events = tuple(_download(row) for row in decode.items(body.get("downloadEvents")))
        downloads = summary.get("audienceDownloads")
        if downloads is None:
            downloads = paging.get("total")
        return cls(
            period=decode.string(decode.mapping(body.get("period")).get("key"), 10),
            downloads=decode.count(downloads),
            downloaders=decode.count(summary.get("uniqueDownloaders")),
            licenses=decode.count(summary.get("licensesIssued")),
            plays=decode.count(summary.get("audiencePlays")),
            likes=decode.count(summary.get("likes")),
            reposts=decode.count(summary.get("reposts")),
            comments=decode.count(summary.get("comments")),
            top_track=decode.string(decode.first(top, "name", "title"), NAME_LIMIT),
            top_track_downloads=decode.count(top.get("downloads")),
            events=events,
            page=decode.count(paging.get("page")) or page,
            total=decode.count(paging.get("total")),
            more=_more(paging, len(events)),
        )


def _more(paging: Mapping[str, Any], listed: int) -> bool:
    """Whether there is a next page; where neither that nor a total came, a full page has one."""
    said = decode.flag(paging.get("hasMore"))
    if said is None and decode.count(paging.get("total")) is None:
        return listed >= (decode.count(paging.get("perPage")) or PER_PAGE)
    return said is True


def _download(row: Mapping[str, Any]) -> Download:
    license_ = decode.mapping(row.get("license"))
    return Download(
        at=decode.moment(row.get("occurredAt")),
        track=decode.string(decode.mapping(row.get("track")).get("name"), NAME_LIMIT),
        by=decode.string(
            decode.first(decode.mapping(row.get("downloader")), "displayName", "display_name"),
            NAME_LIMIT,
        ),
        license=decode.string(license_.get("type"), 30),
        license_status=decode.string(license_.get("status"), 30),
    )
