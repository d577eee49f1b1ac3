"""Progress and rank: XP by source, achievements, leaderboards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode, text
from beatpass_tui.models.identity import NAME_LIMIT


class XpSource(NamedTuple):
    """XP that came from one source."""

    name: str | None
    xp: float | None
    times: int | None
    """How often it was given, where that came."""


class XpSources(NamedTuple):
    """XP by source, from `GET /producer-intelligence/xp-sources`."""

    rows: tuple[XpSource, ...] | None
    """None when nothing of the answer could be told to be sources."""

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read a list of sources, or an object of XP by name; nothing of it is documented."""
        found = decode.rows(answer, *_SOURCES)
        rows = [_source(row) for row in found or ()]
        if any(row.name is not None and row.xp is not None for row in rows):
            # Among sources, one of which not everything can be read is a source as well.
            return cls(tuple(row for row in rows if row.name is not None or row.xp is not None))
        return cls(() if found == [] else _sources_by_key(answer))


_SOURCES = ("sources", "xp_sources", "xpSources", "breakdown")
_XP = ("xp", "total_xp", "totalXp", "totalXP", "amount", "points", "value")
_NO_SOURCES = frozenset(
    (
        "xp", "level", "currentxp", "currentlevel", "xptonextlevel", "levelprogress", "points",
        "value", "count", "id", "userid", "artistid", "code", "page", "perpage", "data", "result",
        "meta",
    )
)  # fmt: skip
"""Keys, in small letters alone, of what may stand beside the sources or around them."""


def _source(row: Mapping[str, Any]) -> XpSource:
    name = decode.string(decode.first(row, "label", "name", "title", "source", "type"), 60)
    xp = decode.number(decode.first(row, *_XP))
    times = decode.count(decode.first(row, "count", "times", "events"))
    return XpSource(_readable(name) if name is not None else None, xp, times)


def _sources_by_key(answer: Any) -> tuple[XpSource, ...] | None:
    for place in decode.places(answer, *_SOURCES):
        rows = []
        for key, value in place.items():
            inner = decode.mapping(value)
            xp = decode.number(decode.first(inner, *_XP) if inner else value)
            name = decode.string(key, 60)
            if xp is not None and name and _may_be_source(name):
                times = decode.count(decode.first(inner, "count", "times", "events"))
                rows.append(XpSource(_readable(name), xp, times))
        if rows:
            return tuple(rows)
    return None


def _may_be_source(key: str) -> bool:
    letters = key.replace("_", "").lower()
    return "total" not in letters and letters not in _NO_SOURCES


def _readable(name: str) -> str:
    """Return a key such as `first_plays` as words."""
    return text.clean(name.replace("_", " ")).capitalize() if name.islower() else name


RARITIES = ("common", "rare", "epic", "legendary")


class Achievement(NamedTuple):
    """One achievement, unlocked or not."""

    name: str | None
    about: str | None
    category: str | None
    rarity: str | None
    """One of RARITIES, or the service's own word."""
    xp: float | None
    """XP that it gives; 0 is no bonus, which still counts."""
    unlocked: bool | None
    unlocked_at: datetime | None


class Achievements(NamedTuple):
    """The producer's achievements, from `GET /producer-intelligence/achievements`."""

    rows: tuple[Achievement, ...] | None
    """None when nothing of the answer could be told to be achievements."""

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read one list, or one of unlocked and one of locked; nothing of it is documented."""
        body = decode.unwrap(answer)
        inner = body.get("achievements")
        place = decode.mapping(inner) or body
        split = ((place.get(name), state) for name, state in _HALVES)
        halves = [(found, state) for found, state in split if isinstance(found, list)]
        items: list[tuple[Mapping[str, Any], bool | None]]
        if halves and not isinstance(inner, list):
            items = [(item, state) for found, state in halves for item in decode.items(found)]
            empty = not any(found for found, _ in halves)
        else:
            listed = decode.rows(answer, "achievements")
            empty = listed == []
            by_key = decode.items(list(decode.mapping(inner).values()))
            items = [(item, None) for item in listed or by_key]
        rows = [row for item, state in items if (row := _achievement(item, state)) is not None]
        # Among achievements, one whose name cannot be read is an achievement as well.
        named = any(row.name is not None for row in rows)
        return cls(tuple(rows) if named else () if empty else None)


_HALVES = (("unlocked", True), ("earned", True), ("locked", False), ("available", False))
_RARITY_BY_NUMBER = dict(enumerate(RARITIES, start=1))


def _achievement(row: Mapping[str, Any], state: bool | None) -> Achievement | None:
    name = decode.string(decode.first(row, "name", "title", "label"), NAME_LIMIT)
    at = decode.moment(
        decode.first(row, "unlockedAt", "unlocked_at", "earnedAt", "earned_at", "achieved_at")
    )
    sent = decode.flag(
        decode.first(row, "unlocked", "isUnlocked", "is_unlocked", "earned", "completed")
    )
    unlocked = state if state is not None else sent
    rarity = decode.first(row, "rarity", "tier", "rarity_name")
    number = decode.count(rarity)
    found = Achievement(
        name=name,
        about=decode.string(decode.first(row, "description", "about", "requirement"), 200),
        category=decode.string(decode.first(row, "category", "type", "group"), 40),
        rarity=_RARITY_BY_NUMBER.get(number)
        if number is not None
        else (decode.string(rarity, 20) or "").lower() or None,
        xp=decode.number(decode.first(row, "xp", "xp_reward", "xpReward", "xpBonus", "points")),
        unlocked=True if unlocked is None and at is not None else unlocked,
        unlocked_at=at,
    )
    return found if name is not None or _says_something(found) else None


def _says_something(row: Achievement) -> bool:
    return any(value is not None for value in (row.about, row.category, row.rarity, row.xp))


CATEGORIES = ("overall", "points", "uploads", "plays", "earnings", "quality", "collaboration")
"""The categories of the public leaderboard, in the order in which they are documented."""


class Entry(NamedTuple):
    """One row of a leaderboard."""

    rank: int | None
    name: str | None
    value: float | None
    """What is ranked: a score, XP, uploads, plays, percent, as the category has it."""
    tier: str | None
    you: bool


class Standing(NamedTuple):
    """One category of the leaderboard, and the caller's own row in it."""

    category: str
    listed: int | None
    """How many producers the category lists; None when the answer has no such category."""
    rank: int | None
    """The caller's rank, None when the caller is not in the list."""
    value: float | None
    tier: str | None
    entries: tuple[Entry, ...] = ()


class Standings(NamedTuple):
    """The seven categories, from `GET /producer-intelligence/leaderboard`."""

    rows: tuple[Standing, ...]
    season_end: datetime | None

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read the seven category lists and find the row marked `is_current_user` in each."""
        data = decode.mapping(decode.mapping(answer).get("data"))
        season = decode.mapping(data.get("season_info"))
        return cls(
            rows=tuple(_standing(category, data.get(category)) for category in CATEGORIES),
            season_end=decode.moment(season.get("end_date")),
        )


def _standing(category: str, found: Any) -> Standing:
    if not isinstance(found, list):
        return Standing(category, None, None, None, None)
    entries = tuple(_entry(row) for row in decode.items(found))
    own = next((entry for entry in entries if entry.you), None)
    if own is None:
        return Standing(category, len(entries), None, None, None, entries)
    return Standing(category, len(entries), own.rank, own.value, own.tier, entries)


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        rank=decode.count(row.get("rank")) or None,
        name=decode.string(row.get("name"), NAME_LIMIT),
        value=decode.number(row.get("value")),
        tier=decode.string(row.get("tier"), 20),
        you=decode.flag(row.get("is_current_user")) is True,
    )
