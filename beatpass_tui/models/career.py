"""XP by source, achievements and leaderboards."""

from datetime import datetime
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode, text
from beatpass_tui.models.decode import JsonObject


class XpSource(NamedTuple):
    """XP from one source."""

    name: str | None
    xp: float | None
    times: int | None
    """Number of awards."""


class XpSources(NamedTuple):
    """XP by source, from `GET /producer-intelligence/xp-sources`."""

    rows: tuple[XpSource, ...] | None
    """None if the response has no recognizable sources."""

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read a list of sources or an object of XP by name; the response is not documented."""
        found = decode.rows(response, *_SOURCES)
        rows = [_source(row) for row in found or ()]
        if any(row.name is not None and row.xp is not None for row in rows):
            # Next to complete sources, an incomplete row is a source as well.
            return cls(tuple(row for row in rows if row.name is not None or row.xp is not None))
        return cls(() if found == [] else _sources_by_key(response))


_SOURCES = ("sources", "xp_sources", "xpSources", "breakdown")
_XP = ("xp", "total_xp", "totalXp", "totalXP", "amount", "points", "value")
_TIMES = ("count", "times", "events")
_NO_SOURCES = frozenset(
    (
        "xp", "level", "currentxp", "currentlevel", "xptonextlevel", "levelprogress", "points",
        "value", "count", "id", "userid", "artistid", "code", "page", "perpage", "data", "result",
        "meta",
    )
)  # fmt: skip
"""Keys next to or around the sources, in lower case and without underscores."""


def _source(row: JsonObject) -> XpSource:
    name = row.string("label", "name", "title", "source", "type", limit=60)
    return XpSource(name and _readable(name), row.number(*_XP), row.count(*_TIMES))


def _sources_by_key(response: Any) -> tuple[XpSource, ...] | None:
    for place in decode.places(response, *_SOURCES):
        rows = []
        for key, value in place.items():
            inner = JsonObject(value)
            xp = inner.number(*_XP) if inner else decode.number(value)
            name = decode.string(key, 60)
            if xp is not None and name and _may_be_source(name):
                rows.append(XpSource(_readable(name), xp, inner.count(*_TIMES)))
        if rows:
            return tuple(rows)
    return None


def _may_be_source(key: str) -> bool:
    letters = key.replace("_", "").lower()
    return "total" not in letters and letters not in _NO_SOURCES


def _readable(name: str) -> str:
    """Turn a key such as `first_plays` into words."""
    return text.clean(name.replace("_", " ")).capitalize() if name.islower() else name


RARITIES = ("common", "rare", "epic", "legendary")


class Achievement(NamedTuple):
    """An achievement, unlocked or locked."""

    name: str | None
    about: str | None
    category: str | None
    rarity: str | None
    """One of RARITIES, or the service's own word."""
    xp: float | None
    """XP reward; 0 is a known reward."""
    unlocked: bool | None
    unlocked_at: datetime | None


class Achievements(NamedTuple):
    """The producer's achievements, from `GET /producer-intelligence/achievements`."""

    rows: tuple[Achievement, ...] | None
    """None if the response has no recognizable achievements."""

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read one list, or one of unlocked and one of locked; the response is not documented."""
        body = decode.unwrap(response)
        inner = body.get("achievements")
        place = JsonObject(inner) or body
        halves = [(place[key], state) for key, state in _HALVES if isinstance(place.get(key), list)]
        items: list[tuple[JsonObject, bool | None]]
        if halves and not isinstance(inner, list):
            items = [(item, state) for found, state in halves for item in decode.objects(found)]
            is_empty = not any(found for found, _ in halves)
        else:
            listed = decode.rows(response, "achievements")
            is_empty = listed == []
            by_key = decode.objects(list(JsonObject(inner).values()))
            items = [(item, None) for item in listed or by_key]
        rows = [row for item, state in items if (row := _achievement(item, state)) is not None]
        # Next to named achievements, an unnamed row is an achievement as well.
        is_named = any(row.name is not None for row in rows)
        return cls(tuple(rows) if is_named else () if is_empty else None)


_HALVES = (("unlocked", True), ("earned", True), ("locked", False), ("available", False))
_RARITY_BY_NUMBER = dict(enumerate(RARITIES, start=1))


def _achievement(row: JsonObject, state: bool | None) -> Achievement | None:
    unlocked_at = row.moment("unlockedAt", "unlocked_at", "earnedAt", "earned_at", "achieved_at")
    if state is None:
        state = row.flag("unlocked", "isUnlocked", "is_unlocked", "earned", "completed")
    if state is None and unlocked_at is not None:
        state = True
    tier = ("rarity", "tier", "rarity_name")
    number = row.count(*tier)
    achievement = Achievement(
        name=row.string("name", "title", "label"),
        about=row.string("description", "about", "requirement", limit=200),
        category=row.string("category", "type", "group", limit=40),
        rarity=(row.string(*tier, limit=20) or "").lower() or None
        if number is None
        else _RARITY_BY_NUMBER.get(number),
        xp=row.number("xp", "xp_reward", "xpReward", "xpBonus", "points"),
        unlocked=state,
        unlocked_at=unlocked_at,
    )
    # Without any of these, the row is something else.
    return achievement if any(value is not None for value in achievement[:5]) else None


CATEGORIES = ("overall", "points", "uploads", "plays", "earnings", "quality", "collaboration")
"""The categories of the public leaderboard, in documented order."""


class Entry(NamedTuple):
    """A row of a leaderboard."""

    rank: int | None
    name: str | None
    value: float | None
    """The ranked value; its unit depends on the category."""
    tier: str | None
    you: bool


class Standing(NamedTuple):
    """A category of the leaderboard and your own row in it."""

    category: str
    listed: int | None
    """Number of producers in the list; None if the category is missing."""
    rank: int | None
    """Your rank; None if you are not in the list."""
    value: float | None
    tier: str | None
    entries: tuple[Entry, ...] = ()


class Standings(NamedTuple):
    """The seven categories, from `GET /producer-intelligence/leaderboard`."""

    rows: tuple[Standing, ...]
    season_end: datetime | None

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read the category lists; your own rows are marked by `is_current_user`."""
        data = JsonObject(response).nested("data")
        return cls(
            rows=tuple(_standing(category, data.get(category)) for category in CATEGORIES),
            season_end=data.nested("season_info").moment("end_date"),
        )


def _standing(category: str, rows: Any) -> Standing:
    if not isinstance(rows, list):
        return Standing(category, None, None, None, None)
    entries = tuple(map(_entry, decode.objects(rows)))
    own = next((entry for entry in entries if entry.you), Entry(None, None, None, None, False))
    return Standing(category, len(entries), own.rank, own.value, own.tier, entries)


def _entry(row: JsonObject) -> Entry:
    return Entry(
        rank=row.count("rank") or None,
        name=row.string("name"),
        value=row.number("value"),
        tier=row.string("tier", limit=20),
        you=row.flag("is_current_user") is True,
    )
