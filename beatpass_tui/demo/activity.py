"""Downloads, plays, sales and uploads, and the responses with them."""

from __future__ import annotations

import math
import uuid
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from beatpass_tui.demo.messages import Json, invalid, iso_utc, strict_number
from beatpass_tui.demo.model import (
    Catalog,
    Chance,
    Download,
    Engagement,
    License,
    Person,
    Purchase,
    Track,
    shares,
)

DOWNLOADS = 1_204
# Fewer than the lifetime plays, since the artist's team is excluded.
AUDIENCE_PLAYS = 43_336
LIKES, REPOSTS, COMMENTS = 2_310, 418, 236
SALES = 37
_AUDIENCE_DAYS = 1_090

# The newest sales are not paid out yet; one payout failed.
_UNPAID_STATUSES = {0: "waiting", 1: "waiting", 2: "sending", 5: "needs_attention"}
_PRICES = (2_999, 2_999, 3_999, 4_999, 7_999, 19_900)


def downloads(
    now: datetime, tracks: Sequence[Track], people: Sequence[Person]
) -> tuple[Download, ...]:
    """Return every download of two years, newest first."""
    chance = Chance("downloads")
    oldest_first = sorted(tracks, key=lambda track: track.uploaded)
    dates = [track.uploaded for track in oldest_first]
    weights = list(accumulate(1 + track.plays for track in oldest_first))
    # Counted from midnight, so that the start time does not change the downloads.
    today = now.replace(hour=0, minute=0)
    # The number halves every 140 days into the past, over two years.
    minutes_ago = sorted(
        45 - int(202 * 1_440 * math.log(1 - 0.97 * chance.fraction())) for _ in range(DOWNLOADS)
    )
    rows = []
    for place, minutes in enumerate(minutes_ago):
        at = now - timedelta(minutes=minutes)
        published = bisect_left(dates, today - timedelta(minutes=minutes))
        rows.append(
            Download(
                id=920_000_000 + DOWNLOADS - place,
                at=at,
                track=oldest_first[chance.place(weights, published)],
                # The download of a deleted account remains.
                downloader=None if place % 97 == 40 else _downloader(chance, people),
                license=_license(place) if chance.fraction() < 0.62 else None,
            )
        )
    return tuple(rows)


def _downloader(chance: Chance, people: Sequence[Person]) -> Person:
    """Return a person; some have no avatar, and a few are returned far more often."""
    person = people[int(len(people) * chance.fraction() ** 2)]
    return Person(person.id, person.name, None) if person.id % 5 == 0 else person


def _license(place: int) -> License:
    return License(
        uuid=str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://images.example.com/licenses/{place}")),
        type="non_exclusive",
        status="expired" if place % 31 == 30 else "active",
    )


def engagement(now: datetime) -> tuple[Engagement, ...]:
    """Return each day's plays, likes, reposts and comments, newest first."""
    chance = Chance("engagement")
    weights = [
        (0.6 + 0.8 * chance.fraction()) * (_AUDIENCE_DAYS - day / 1.4)
        for day in range(_AUDIENCE_DAYS)
    ]
    plays = shares(AUDIENCE_PLAYS, weights)
    cumulative = list(accumulate(weights))
    likes, reposts, comments = (
        Counter(chance.place(cumulative) for _ in range(total))
        for total in (LIKES, REPOSTS, COMMENTS)
    )
    return tuple(
        Engagement(
            at=now - timedelta(days=day, hours=12),
            plays=plays[day],
            likes=likes[day],
            reposts=reposts[day],
            comments=comments[day],
        )
        for day in range(_AUDIENCE_DAYS)
    )


def purchases(now: datetime, tracks: Sequence[Track]) -> tuple[Purchase, ...]:
    """Return every sale, newest first."""
    chance = Chance("purchases")
    oldest_sale = now.replace(hour=0, minute=0) - timedelta(days=400)
    old_enough = [track for track in tracks if track.uploaded < oldest_sale]
    weights = list(accumulate(track.plays for track in old_enough))
    hours_ago = sorted(20 + int(9_000 * chance.fraction()) for _ in range(SALES))
    rows = []
    for place, hours in enumerate(hours_ago):
        total = chance.pick(_PRICES)
        rows.append(
            Purchase(
                id=940_000_000 + SALES - place,
                at=now - timedelta(hours=hours, minutes=chance.between(0, 59)),
                track=old_enough[chance.place(weights)],
                total_cents=total,
                fee_cents=round(total * 0.1),
                status=_UNPAID_STATUSES.get(place, "completed"),
            )
        )
    return tuple(rows)


# The web dashboard's calendar has 53 weeks.
DAYS = 53 * 7


@dataclass(frozen=True, slots=True)
class UploadDay:
    """A day in UTC with the artist's uploads."""

    day: date
    tracks: tuple[Track, ...]


def upload_days(catalog: Catalog, now: datetime) -> tuple[UploadDay, ...]:
    """Return each day up to today, oldest first."""
    first = now.date() - timedelta(days=DAYS - 1)
    by_day: defaultdict[date, list[Track]] = defaultdict(list)
    for track in catalog.tracks:
        if track.uploaded.date() < first:
            break
        by_day[track.uploaded.date()].append(track)
    days = (first + timedelta(days=at) for at in range(DAYS))
    return tuple(UploadDay(day, tuple(reversed(by_day.get(day, ())))) for day in days)


def platform_uploads(catalog: Catalog, now: datetime) -> tuple[tuple[date, int], ...]:
    """Return the uploads of the whole platform, including the artist's."""
    return tuple(
        (each.day, _others(each.day) + len(each.tracks)) for each in upload_days(catalog, now)
    )


def _others(day: date) -> int:
    """Return the uploads of others, derived from the date so that they do not change."""
    maximum = 46 if day.weekday() >= 4 else 31
    # Some days have no uploads at all.
    return 0 if (day.month, day.day) == (12, 25) else Chance(f"platform {day}").between(3, maximum)


_PERIODS: Mapping[str, timedelta | None] = {
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
    "all": None,
}


_TIMEFRAMES = {"7d": 7, "30d": 30, "90d": 90, "1y": 365}

# The service's charts include the plays of the artist's team.
_TEAM_SHARE = 0.148


def plays_over_time(
    catalog: Catalog, query: Mapping[str, str], now: datetime
) -> tuple[str, tuple[tuple[date, int], ...]]:
    """Return "day" or "month", and the plays of each day in UTC or of each month of a year."""
    timeframe = query.get("timeframe", "30d")
    if timeframe not in _TIMEFRAMES:
        raise invalid("timeframe", "The selected timeframe is invalid.")
    today = now.date()
    counts = dict(enumerate(day.plays for day in catalog.engagement))
    days = [
        (today - timedelta(days=back), round(counts.get(back, 0) * (1 + _TEAM_SHARE)))
        for back in range(_TIMEFRAMES[timeframe])
    ]
    if timeframe != "1y":
        return "day", tuple(reversed(days))
    months: Counter[date] = Counter()
    for each, plays in days:
        months[each.replace(day=1)] += plays
    return "month", tuple(sorted(months.items()))


def activity(catalog: Catalog, query: Mapping[str, str], now: datetime) -> Json:
    """Return the response of `GET /artists/{artist}/activity`."""
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
    # The documentation shows both notations of UTC in one response.
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _summary(catalog: Catalog, downloads: list[Download], start: datetime | None) -> Json:
    days = [day for day in catalog.engagement if start is None or day.at >= start]
    # Counted by id, since titles are not unique.
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
        "occurredAt": iso_utc(download.at),
        "track": _track(download.track),
        "downloader": (
            person and {"id": person.id, "displayName": person.name, "avatar": person.avatar}
        ),
        "license": (
            license_ and {"uuid": license_.uuid, "type": license_.type, "status": license_.status}
        ),
    }
