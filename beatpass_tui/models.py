"""What the service says, typed and cleaned at the door.

Every `decode` takes the parsed JSON of one answer and never raises: a field that is missing,
null or not what is documented is None, so that one bad field costs one card.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from beatpass_tui import decode, levels
from beatpass_tui.secret import Secret

NAME_LIMIT = 120

_CURRENCY = re.compile(r"[A-Za-z]{3}")


@dataclass(frozen=True, slots=True)
class Account:
    """The signed-in user, from `GET /users/me`."""

    id: int | None
    name: str | None
    """`display_name`."""

    @classmethod
    def decode(cls, answer: Any) -> Account:
        """Read the `user` of a `/users/me` or login answer."""
        body = decode.unwrap(answer)
        user = decode.mapping(body.get("user")) or body
        return cls(
            id=decode.identifier(user.get("id")),
            name=decode.string(decode.first(user, "display_name", "name"), NAME_LIMIT),
        )


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the dashboard's menu, as the sign-in brought it."""

    label: str
    target: str
    """A path on the web app, or a whole address."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a sign-in brings, from `POST /auth/login`, or a pasted token and `GET /users/me`."""

    token: Secret
    account: Account
    menu: tuple[MenuItem, ...] | None = None
    """The dashboard's menu; empty when it was delivered empty, None when none was delivered."""


@dataclass(frozen=True, slots=True)
class Artist:
    """The active artist profile, from `GET /artist/profile`."""

    id: int | None
    name: str | None
    upload_access: bool | None
    total_tracks: int | None
    total_plays: int | None
    member_since: datetime | None

    @classmethod
    def decode(cls, answer: Any) -> Artist:
        """Read the `data` of the answer."""
        data = decode.unwrap(answer)
        return cls(
            id=decode.identifier(data.get("id")),
            name=decode.string(data.get("name"), NAME_LIMIT),
            upload_access=decode.flag(data.get("upload_access")),
            total_tracks=decode.count(data.get("total_tracks")),
            total_plays=decode.count(data.get("total_plays")),
            member_since=decode.moment(data.get("member_since")),
        )


@dataclass(frozen=True, slots=True)
class TopTrack:
    """The track with the most plays, from `GET /artist/dashboard-stats`."""

    name: str
    plays: int | None


@dataclass(frozen=True, slots=True)
class Stats:
    """Numbers over all linked tracks, published or not, from `GET /artist/dashboard-stats`."""

    total_tracks: int | None
    total_plays: int | None
    """Plays over the lifetime of every linked track."""
    recent_uploads: int | None
    """Uploads of the last 30 days."""
    average_plays: int | None
    """Plays per track, rounded by the service."""
    tracks_with_plays: int | None
    contribution: float | None
    """The sum of the contribution values, a score without a unit."""
    top_track: TopTrack | None

    @classmethod
    def decode(cls, answer: Any) -> Stats:
        """Read the `data` of the answer."""
        data = decode.unwrap(answer)
        top = decode.mapping(data.get("top_track"))
        name = decode.string(decode.first(top, "name", "title"), NAME_LIMIT)
        return cls(
            total_tracks=decode.count(data.get("total_tracks")),
            total_plays=decode.count(data.get("total_plays")),
            recent_uploads=decode.count(data.get("recent_uploads")),
            average_plays=decode.count(data.get("average_plays_per_track")),
            tracks_with_plays=decode.count(data.get("tracks_with_plays")),
            contribution=decode.number(data.get("total_contribution")),
            top_track=TopTrack(name, decode.count(top.get("plays"))) if name else None,
        )


@dataclass(frozen=True, slots=True)
class Level:
    """Level and XP of the account, from `GET /producer-intelligence/dashboard`."""

    level: int | None
    xp: float | None
    """XP in all."""
    to_next: float | None
    """XP still missing to the next level."""
    progress: float | None
    """How far into the level, in percent from 0 to 100; only good for a bar."""
    title: str | None
    """The service's title of the level when it sends one, else the published one."""

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Level:
        """Read `xp` as an object, or the older `xp` and `level` at the root."""
        old = not isinstance(body.get("xp"), Mapping)
        source = body if old else decode.mapping(body["xp"])
        level = decode.count(source.get("level") if old else source.get("currentLevel"))
        xp = decode.number(source.get("xp") if old else source.get("currentXP"))
        to_next = decode.number(source.get("xpToNextLevel"))
        xp = xp if xp is None or xp >= 0 else None
        to_next = to_next if to_next is None or to_next >= 0 else None
        sent = decode.first(source, "title", "levelTitle", "level_title", "currentTitle")
        return cls(
            level=level,
            xp=xp,
            to_next=to_next,
            progress=levels.progress(
                level, xp, to_next, decode.number(source.get("levelProgress"))
            ),
            title=decode.string(sent, 40) or levels.title(level),
        )


@dataclass(frozen=True, slots=True)
class Intelligence:
    """Level, albums and growth, from `GET /producer-intelligence/dashboard`."""

    level: Level
    total_albums: int | None
    total_tracks: int | None
    total_plays: int | None
    growth_rate: float | None
    """The service's `growthRate` as it is: a signed percentage whose window it does not say."""
    growth_calculating: bool
    """The answer holds no rate yet, rather than one that cannot be read."""

    @classmethod
    def decode(cls, answer: Any) -> Intelligence:
        """Read the raw object; `overview` is read from `stats` in the older generation."""
        body = decode.unwrap(answer)
        overview = decode.mapping(decode.first(body, "overview", "stats"))
        sent = decode.first(overview, "growthRate", "growth_rate")
        return cls(
            level=Level.decode(body),
            total_albums=decode.count(decode.first(overview, "totalAlbums", "total_albums")),
            total_tracks=decode.count(decode.first(overview, "totalTracks", "total_tracks")),
            total_plays=decode.count(decode.first(overview, "totalPlays", "total_plays")),
            growth_rate=decode.number(sent),
            growth_calculating=sent is None or _is_not_finite(sent),
        )


@dataclass(frozen=True, slots=True)
class Followers:
    """How many follow the artist, from `GET /artists/{id}/followers?perPage=1`."""

    total: int | None

    @classmethod
    def decode(cls, answer: Any) -> Followers:
        """Read the page's `total`; a page without one has no count."""
        return cls(decode.count(decode.page(answer, "followers").get("total")))


@dataclass(frozen=True, slots=True)
class Activity:
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

    @classmethod
    def decode(cls, answer: Any) -> Activity:
        """Read `summary`; the page's `total` stands in for a missing download count."""
        body = decode.unwrap(answer)
        summary = decode.mapping(body.get("summary"))
        top = decode.mapping(summary.get("topDownloadedTrack"))
        downloads = summary.get("audienceDownloads")
        if downloads is None:
            downloads = decode.mapping(body.get("pagination")).get("total")
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
        )


@dataclass(frozen=True, slots=True)
class Sales:
    """Totals of track sales in major units of one currency, from `GET /artist/sales`."""

    total_sales: int | None
    revenue: Decimal | None
    pending: Decimal | None
    paid_out: Decimal | None
    currency: str | None
    """ISO 4217 code."""
    recent: int | None
    """How many recent purchases the answer lists."""

    @classmethod
    def decode(cls, answer: Any) -> Sales:
        """Read `earnings` at the root, or under `data` as it once was."""
        body = decode.unwrap(answer)
        earnings = decode.mapping(body.get("earnings"))
        code = decode.string(earnings.get("currency"), 3)
        recent = body.get("recent_purchases")
        return cls(
            total_sales=decode.count(earnings.get("total_sales")),
            revenue=decode.decimal(earnings.get("total_revenue")),
            pending=decode.decimal(earnings.get("pending_payout")),
            paid_out=decode.decimal(earnings.get("paid_out")),
            currency=code.upper() if code and _CURRENCY.fullmatch(code) else None,
            recent=len(list(decode.items(recent))) if isinstance(recent, list) else None,
        )


CATEGORIES = ("overall", "points", "uploads", "plays", "earnings", "quality", "collaboration")
"""The categories of the public leaderboard, in the order in which they are documented."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The caller's own row of one leaderboard category."""

    category: str
    listed: int | None
    """How many producers the category lists; None when the answer has no such category."""
    rank: int | None
    """None when the caller is not in the list."""
    value: float | None
    tier: str | None


@dataclass(frozen=True, slots=True)
class Standings:
    """Where the caller ranks per category, from `GET /producer-intelligence/leaderboard`."""

    rows: tuple[Standing, ...]
    season_end: datetime | None

    @classmethod
    def decode(cls, answer: Any) -> Standings:
        """Read the seven category lists and find the row marked `is_current_user` in each."""
        data = decode.mapping(decode.mapping(answer).get("data"))
        season = decode.mapping(data.get("season_info"))
        return cls(
            rows=tuple(_standing(category, data.get(category)) for category in CATEGORIES),
            season_end=decode.moment(season.get("end_date")),
        )


def _standing(category: str, entries: Any) -> Standing:
    if not isinstance(entries, list):
        return Standing(category, None, None, None, None)
    rows = list(decode.items(entries))
    for row in rows:
        if decode.flag(row.get("is_current_user")):
            return Standing(
                category=category,
                listed=len(rows),
                rank=decode.count(row.get("rank")) or None,
                value=decode.number(row.get("value")),
                tier=decode.string(row.get("tier"), 20),
            )
    return Standing(category, len(rows), None, None, None)


def _is_not_finite(value: Any) -> bool:
    return isinstance(value, float) and value - value != 0
