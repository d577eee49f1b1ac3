"""XP by source, achievements and leaderboards."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode, text
from beatpass_tui.models.decode import JsonObject


class XpSource(NamedTuple):
    """XP from one source."""

    name: str | None
    xp: float | None
    times: int | None
    """Number of awards."""


class XpAward(NamedTuple):
    """XP that was awarded once."""

    name: str
    """What it was awarded for."""
    xp: float
    at: date | None


class XpSources(NamedTuple):
    """XP by source, from `GET /producer-intelligence/xp-sources`."""

    rows: tuple[XpSource, ...] | None
    """None if the response has no recognizable sources."""
    awards: tuple[XpAward, ...] | None = None
    """The latest awards; None if the response has none."""

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read a list of sources or an object of XP by name; the format is not documented."""
        body = decode.unwrap(response)
        awards = read_awards(body.first(*_AWARDS))
        if awards is not None:
            response = {name: value for name, value in body.items() if name not in _AWARDS}
        items = decode.rows(response, *_SOURCES)
        rows = [_source(row) for row in items or ()]
        if any(row.name is not None and row.xp is not None for row in rows):
            # Among complete sources, an incomplete row is a source as well.
            known = (row for row in rows if row.name is not None or row.xp is not None)
            return cls(tuple(known), awards)
        return cls(() if items == [] else _sources_by_key(response), awards)


_AWARDS = ("recentAwards", "recent_awards", "awards", "recent", "recentXp", "recent_xp", "events")
_MAX_AWARDS = 20


def read_awards(value: Any) -> tuple[XpAward, ...] | None:
    """Return the awards in a list of undocumented objects, latest first; None without any.

    Objects without a name or without XP are ignored.
    """
    awards = [award for row in decode.objects(value) if (award := _award(row)) is not None]
    if awards and all(award.at is not None for award in awards):
        awards.sort(key=lambda award: decode.sort_time(award.at), reverse=True)
    return tuple(awards[:_MAX_AWARDS]) or None


def _award(row: JsonObject) -> XpAward | None:
    xp = row.number(
        "xp", "xpAwarded", "xp_awarded", "xpAmount", "xp_amount", "xpEarned", "xp_earned"
    )
    name = row.string("description", "label", "title", "reason", "source", "action", "type", "name")
    if not xp or not name:
        return None
    subject = row.nested("track", "achievement", "subject").string("name", "title")
    subject = subject or row.string("track_name", "trackName")
    about = text.words(name)
    if subject and subject.lower() not in about.lower():
        about = f"{about}: {subject}"
    at = row.day_or_moment(
        "awardedAt",
        "awarded_at",
        "occurredAt",
        "occurred_at",
        "createdAt",
        "created_at",
        "at",
        "date",
    )
    return XpAward(text.clean(about, text.MAX_NAME), xp, at)


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
"""Keys beside or around the sources, in lower case and without underscores."""


def _source(row: JsonObject) -> XpSource:
    name = row.string("label", "name", "title", "source", "type", limit=60)
    return XpSource(name and text.words(name), row.number(*_XP), row.count(*_TIMES))


def _sources_by_key(response: Any) -> tuple[XpSource, ...] | None:
    for place in decode.places(response, *_SOURCES):
        rows = []
        for key, value in place.items():
            inner = JsonObject(value)
            xp = inner.number(*_XP) if inner else decode.number(value)
            name = decode.string(key, 60)
            if xp is not None and name and _may_be_source(name):
                rows.append(XpSource(text.words(name), xp, inner.count(*_TIMES)))
        if rows:
            return tuple(rows)
    return None


def _may_be_source(key: str) -> bool:
    letters = key.replace("_", "").lower()
    return "total" not in letters and letters not in _NO_SOURCES


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
    unlocked_at: date | None


class Achievements(NamedTuple):
    """The producer's achievements, from `GET /producer-intelligence/achievements`."""

    rows: tuple[Achievement, ...] | None
    """None if the response has no recognizable achievements."""

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read one list, lists by category, or lists by state; the format is not documented."""
        body = decode.unwrap(response)
        inner = body.get("achievements")
        place = JsonObject(inner) or body
        lists = [(place[key], state) for key, state in _STATES if isinstance(place.get(key), list)]
        items: list[tuple[JsonObject, bool | None]]
        if lists and not isinstance(inner, list):
            items = _merge([(row, state) for each, state in lists for row in decode.objects(each)])
            is_empty = not any(rows for rows, _ in lists)
        else:
            listed = decode.rows(response, "achievements")
            is_empty = listed == []
            items = [(row, None) for row in listed or _by_category(place)]
            if not items:
                items = [(row, None) for row in decode.objects(list(JsonObject(inner).values()))]
        has_times = any(_unlocked_at(row) for row, _ in items)
        rows = [row for item in items if (row := _achievement(*item, has_times)) is not None]
        # Among named achievements, an unnamed row is an achievement as well.
        is_named = any(row.name is not None for row in rows)
        return cls(tuple(rows) if is_named else () if is_empty else None)


# `available` may list all achievements, or only the locked ones.
_STATES = (("unlocked", True), ("earned", True), ("locked", False), ("available", None))
_UNLOCK_TIMES = ("unlockedAt", "unlocked_at", "earnedAt", "earned_at", "achieved_at")
_STATUSES = {
    "unlocked": True, "earned": True, "completed": True, "achieved": True, "claimed": True,
    "locked": False, "available": False, "in_progress": False, "not_started": False,
}  # fmt: skip
_RARITY_BY_NUMBER = dict(enumerate(RARITIES, start=1))


def _merge(
    items: list[tuple[JsonObject, bool | None]],
) -> list[tuple[JsonObject, bool | None]]:
    """Merge several lists, so that each achievement has the state of the first list with it.

    If some lists have a state, achievements that are only in lists without one are locked.
    """
    merged: dict[object, tuple[JsonObject, bool | None]] = {}
    is_all = any(state is not None for _, state in items)
    for row, state in items:
        name = row.first("id", "key", "slug", "name", "title", "label")
        key = id(row) if name is None or isinstance(name, list | dict) else name
        if key in merged:
            first, state = merged[key]
            known = {name: value for name, value in first.items() if value is not None}
            merged[key] = JsonObject({**row, **known}), state
        else:
            has_own = state is None and _own_state(row) is not None
            merged[key] = row, False if state is None and is_all and not has_own else state
    return list(merged.values())


def _by_category(place: JsonObject) -> list[JsonObject]:
    """Return the rows of an object of lists by category, with the category in each row."""
    return [
        JsonObject({"category": category, **row})
        for category, rows in place.items()
        for row in decode.objects(rows)
        if category != "data"
    ]


def _unlocked_at(row: JsonObject) -> date | None:
    return row.day_or_moment(*_UNLOCK_TIMES) or row.nested("pivot").day_or_moment(*_UNLOCK_TIMES)


def _own_state(row: JsonObject) -> bool | None:
    """Return the unlocked state in the row's own fields, if any."""
    state = row.flag("unlocked", "isUnlocked", "is_unlocked", "earned", "completed")
    if state is None:
        state = _STATUSES.get(_word(row.string("status", "state", limit=20)))
    return True if state is None and _unlocked_at(row) is not None else state


def _word(value: str | None) -> str:
    return (value or "").lower().replace(" ", "_").replace("-", "_")


def _achievement(row: JsonObject, state: bool | None, has_times: bool) -> Achievement | None:
    """Read a row; if other rows have an unlock time, a row with an empty one is locked."""
    unlocked_at = _unlocked_at(row)
    if state is None:
        state = _own_state(row)
    if state is None and has_times and any(name in row for name in ("pivot", *_UNLOCK_TIMES)):
        state = False
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
    # A row without any of these is not an achievement.
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
    season_end: date | None

    @classmethod
    def decode(cls, response: Any, artist: int | None = None) -> Self:
        """Read the category lists; your own rows are marked or have the artist's id."""
        data = JsonObject(response).nested("data")
        lists = {name: data[name] for name in CATEGORIES if isinstance(data.get(name), list)}
        is_own = _own_test([row for rows in lists.values() for row in decode.objects(rows)], artist)
        return cls(
            rows=tuple(_standing(category, lists.get(category), is_own) for category in CATEGORIES),
            season_end=data.nested("season_info").day_or_moment("end_date"),
        )


def _own_test(rows: list[JsonObject], artist: int | None) -> Callable[[JsonObject], bool]:
    """Return a test for your own rows, by `is_current_user` or, if no row has it, by id."""
    if not any(row.flag("is_current_user") for row in rows):
        for name in ("producer_id", "id"):
            if artist is not None and any(row.identifier(name) == artist for row in rows):
                return lambda row: row.identifier(name) == artist
    return lambda row: row.flag("is_current_user") is True


def _standing(
    category: str, rows: list[Any] | None, is_own: Callable[[JsonObject], bool]
) -> Standing:
    if rows is None:
        return Standing(category, None, None, None, None)
    entries = tuple(_entry(row, you=is_own(row)) for row in decode.objects(rows))
    own = next((entry for entry in entries if entry.you), Entry(None, None, None, None, False))
    return Standing(category, len(entries), own.rank, own.value, own.tier, entries)


def _entry(row: JsonObject, *, you: bool) -> Entry:
    return Entry(
        rank=row.count("rank") or None,
        name=row.string("name"),
        value=row.number("value"),
        tier=row.string("tier", limit=20),
        you=you,
    )
