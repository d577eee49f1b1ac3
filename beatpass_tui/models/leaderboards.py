"""The five leaderboards: the top 20, your entry and its neighbors."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode
from beatpass_tui.models.decode import JsonObject

MAX_LEADERS = 20
_MAX_NEARBY = 4
_MAX_DETAILS = 3


class RankedArtist(NamedTuple):
    """An entry of a leaderboard; its fields are known from an example only."""

    rank: int | None
    artist_id: int | None
    name: str | None
    url: str | None
    """The public page of the artist, as sent."""
    value: float | None
    """The ranked value; its unit depends on the category."""
    details: Mapping[str, float] = MappingProxyType({})
    """Other numbers of the entry by name, such as `playedTracks`."""
    you: bool = False


class Leaderboard(NamedTuple):
    """A category in a period, from `GET /producer-intelligence/leaderboards`."""

    category: str | None
    period: str | None
    generated_at: datetime | None
    is_stale: bool
    """Whether BeatPass says that the ranking is out of date."""
    participants: int | None
    leaders: tuple[RankedArtist, ...] | None
    """The top 20; None if the response has no recognizable list."""
    eligible: bool | None
    reason: str | None
    """A code for why you have no entry."""
    entry: RankedArtist | None
    """Your entry; None if you are not ranked."""
    nearby: tuple[RankedArtist, ...]
    """The entries directly above and below yours."""

    @classmethod
    def decode(cls, response: Any, artist: int | None = None) -> Self:
        """Read the object; `artist` identifies your entry if the service does not repeat it."""
        body = decode.unwrap(response)
        current = body.nested("current")
        leaders = body.get("leaders")
        own = _entry(current.nested("entry"))
        listed = [_entry(row) for row in decode.objects(leaders)[:MAX_LEADERS]]
        ranked = [entry for entry in listed if entry is not None]
        if own is None and body.string("scope", limit=40) in ("artist", None):
            is_own = (each for each in ranked if artist is not None and each.artist_id == artist)
            own = next(is_own, None)
        near = (_entry(row) for row in current.objects("nearby")[:_MAX_NEARBY])
        return cls(
            category=body.string("category", limit=40),
            period=body.nested("period").string("key", limit=20) or body.string("period", limit=20),
            generated_at=body.moment("generatedAt", "generated_at"),
            is_stale=body.flag("isStale", "is_stale") is True,
            participants=body.count("participantCount", "participant_count"),
            leaders=tuple(_marked(each, own) for each in ranked)
            if isinstance(leaders, list)
            else None,
            eligible=current.flag("eligible"),
            reason=current.string("reason", limit=60),
            entry=None if own is None else own._replace(you=True),
            nearby=tuple(each for each in near if each is not None and not _is_same(each, own)),
        )

    def by_artist(self) -> Mapping[int, RankedArtist]:
        """Return the entries with an artist's id by that id."""
        rows = (*(self.leaders or ()), *self.nearby, *((self.entry,) if self.entry else ()))
        return {row.artist_id: row for row in rows if row.artist_id is not None}


def _entry(row: JsonObject) -> RankedArtist | None:
    artist = row.nested("artist", "producer", "user")
    entry = RankedArtist(
        rank=row.count("rank", "position") or None,
        artist_id=artist.identifier("id")
        or row.identifier("artist_id", "artistId", "producer_id", "id"),
        name=artist.string("name", "display_name", "displayName")
        or row.string("name", "artist_name", "artistName", "display_name"),
        url=artist.string("url", "link", limit=500) or row.string("url", "link", limit=500),
        value=row.number("value", "score", "count", "total"),
        details=_details(row.nested("context", "metadata")),
    )
    # A row without any of these is not an entry.
    is_known = any(each is not None for each in (entry.rank, entry.name, entry.value))
    return entry if is_known else None


def _details(context: JsonObject) -> Mapping[str, float]:
    details: dict[str, float] = {}
    for key, value in context.items():
        name = decode.string(key, 40)
        number = None if isinstance(value, bool) else decode.number(value)
        if name and number is not None and not name.lower().endswith("id"):
            details[name] = number
        if len(details) == _MAX_DETAILS:
            break
    return details


def _is_same(entry: RankedArtist, own: RankedArtist | None) -> bool:
    if own is None:
        return False
    if entry.artist_id is not None and own.artist_id is not None:
        return entry.artist_id == own.artist_id
    return (entry.rank, entry.name, entry.value) == (own.rank, own.name, own.value)


def _marked(entry: RankedArtist, own: RankedArtist | None) -> RankedArtist:
    return entry._replace(you=True) if _is_same(entry, own) else entry
