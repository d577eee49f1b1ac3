"""The numbers of Home: catalog, level, growth and followers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode, levels
from beatpass_tui.models.career import Achievements
from beatpass_tui.models.identity import NAME_LIMIT


class TopTrack(NamedTuple):
    """The track with the most plays, from `GET /artist/dashboard-stats`."""

    name: str
    plays: int | None


class Stats(NamedTuple):
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
    def decode(cls, answer: Any) -> Self:
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


class Level(NamedTuple):
    """Level and XP of the account, from `GET /producer-intelligence/dashboard`."""

    level: int | None
    xp: float | None
    """XP in all."""
    to_next: float | None
    """XP still missing to the next level."""
    progress: float | None
    """How far into the level, in percent, as the service says or its XP tell."""
    title: str | None
    """The service's title of the level when it sends one, else the published one."""

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
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


class Unlocked(NamedTuple):
    """An achievement that the producer has."""

    name: str
    at: datetime | None


class Intelligence(NamedTuple):
    """Level, albums and growth, from `GET /producer-intelligence/dashboard`."""

    level: Level
    total_albums: int | None
    total_tracks: int | None
    total_plays: int | None
    growth_rate: float | None
    """The service's `growthRate` as it is: a signed percentage whose window it does not say."""
    growth_calculating: bool
    """The answer holds no rate yet, rather than one that cannot be read."""
    unlocked: tuple[Unlocked, ...] | None = None
    """The unlocked achievements that the answer lists; None where it lists none."""

    @classmethod
    def decode(cls, answer: Any) -> Self:
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
            unlocked=_unlocked(body),
        )


class Followers(NamedTuple):
    """How many follow the artist, from `GET /artists/{id}/followers?perPage=1`."""

    total: int | None

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read the page's `total`; a page without one has no count."""
        return cls(decode.count(decode.page(answer, "followers").get("total")))


def _unlocked(body: Mapping[str, Any]) -> tuple[Unlocked, ...] | None:
    listed = body.get("achievements")
    if not isinstance(listed, list) or not listed:
        return None
    rows = Achievements.decode({"achievements": listed}).rows or ()
    found = ((row.name, row.unlocked_at) for row in rows if row.unlocked)
    return tuple(Unlocked(name, at) for name, at in found if name is not None) or None


def _is_not_finite(value: Any) -> bool:
    return isinstance(value, float) and value - value != 0
