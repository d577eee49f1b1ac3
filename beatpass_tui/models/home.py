"""The numbers of Home: catalog, level, growth and followers."""

import math
from datetime import date
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode, levels
from beatpass_tui.models.career import Achievements, XpAward, read_awards
from beatpass_tui.models.decode import JsonObject


class TopTrack(NamedTuple):
    """The track with the most plays, from `GET /artist/dashboard-stats`."""

    name: str
    plays: int | None
    id: int | None = None


class Stats(NamedTuple):
    """Numbers of all linked tracks, published or not, from `GET /artist/dashboard-stats`."""

    total_tracks: int | None
    total_plays: int | None
    """All-time plays."""
    recent_uploads: int | None
    """Uploads in the last 30 days."""
    average_plays: int | None
    """Plays per track, rounded by the service."""
    tracks_with_plays: int | None
    contribution: float | None
    """Sum of the contribution values, a score without a unit."""
    top_track: TopTrack | None

    @classmethod
    def decode(cls, response: Any) -> Self:
        data = decode.unwrap(response)
        top = data.nested("top_track")
        name = top.string("name", "title")
        return cls(
            total_tracks=data.count("total_tracks"),
            total_plays=data.count("total_plays"),
            recent_uploads=data.count("recent_uploads"),
            average_plays=data.count("average_plays_per_track"),
            tracks_with_plays=data.count("tracks_with_plays"),
            contribution=data.number("total_contribution"),
            top_track=TopTrack(name, top.count("plays"), top.identifier("id")) if name else None,
        )


class Level(NamedTuple):
    """Level and XP of the account, from `GET /producer-intelligence/dashboard`."""

    level: int | None
    xp: float | None
    """Total XP."""
    to_next: float | None
    """XP needed for the next level; derived if the service sent the threshold."""
    progress: float | None
    """Progress within the level in percent, as sent or derived from XP."""
    title: str | None
    """Title sent by the service, or the published title of the level."""

    @classmethod
    def decode(cls, body: JsonObject) -> Self:
        """Read the object `xp`, or `xp` and `level` at the root in older responses."""
        is_old = not isinstance(body.get("xp"), dict)
        source = body if is_old else body.nested("xp")
        level = source.count("level" if is_old else "currentLevel")
        xp = _not_negative(source.number("xp" if is_old else "currentXP"))
        sent_to_next = _not_negative(source.number("xpToNextLevel"))
        to_next = levels.remaining(level, xp, sent_to_next)
        sent = source.string("title", "levelTitle", "level_title", "currentTitle", limit=40)
        return cls(
            level=level,
            xp=xp,
            to_next=to_next,
            progress=levels.progress(level, xp, to_next, source.number("levelProgress")),
            title=sent or levels.title(level),
        )


def _not_negative(value: float | None) -> float | None:
    return value if value is None or value >= 0 else None


class Unlocked(NamedTuple):
    """An unlocked achievement."""

    name: str
    at: date | None


class Intelligence(NamedTuple):
    """Level, albums and growth, from `GET /producer-intelligence/dashboard`."""

    level: Level
    total_albums: int | None
    total_tracks: int | None
    total_plays: int | None
    growth_rate: float | None
    """`growthRate` as sent: a signed percentage over an undocumented period."""
    growth_calculating: bool
    """Whether the response has no rate yet, as opposed to an unreadable rate."""
    unlocked: tuple[Unlocked, ...] | None = None
    """The unlocked achievements in the response; None without any."""
    awards: tuple[XpAward, ...] | None = None
    """The latest XP awards in the response; None without any."""

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read the object without an envelope; `overview` is `stats` in older responses."""
        body = decode.unwrap(response)
        overview = body.nested("overview", "stats")
        rate = overview.first("growthRate", "growth_rate")
        return cls(
            level=Level.decode(body),
            total_albums=overview.count("totalAlbums", "total_albums"),
            total_tracks=overview.count("totalTracks", "total_tracks"),
            total_plays=overview.count("totalPlays", "total_plays"),
            growth_rate=decode.number(rate),
            growth_calculating=rate is None
            or (isinstance(rate, float) and not math.isfinite(rate)),
            unlocked=_unlocked(body),
            awards=read_awards(body.first("recentActivity", "recent_activity")),
        )


def _unlocked(body: JsonObject) -> tuple[Unlocked, ...] | None:
    listed = body.get("achievements")
    if not isinstance(listed, list) or not listed:
        return None
    rows = Achievements.decode({"achievements": listed}).rows or ()
    unlocked = (row for row in rows if row.unlocked)
    return tuple(Unlocked(row.name, row.unlocked_at) for row in unlocked if row.name) or None


class Followers(NamedTuple):
    """Number of followers, from `GET /artists/{id}/followers?perPage=1`."""

    total: int | None

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read the `total` of the page, which some formats don't have."""
        return cls(decode.page(response, "followers").count("total"))
