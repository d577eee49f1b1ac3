"""The eight numbers as a command tells them: each with its age, its source and its change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from beatpass_tui.models.links import artist_url

Value = float | str | None


class Spec(NamedTuple):
    """What one of the eight numbers is."""

    name: str
    """What scripts call it."""
    title: str
    query: str
    """The answer that holds it."""
    source: str
    """The request that the answer is to."""


_STATS = "GET /artist/dashboard-stats"
_INTELLIGENCE = "GET /producer-intelligence/dashboard"

SPECS = (
    Spec("tracks", "Tracks", "stats", _STATS),
    Spec("plays", "Total Plays", "stats", _STATS),
    Spec("albums", "Albums", "intelligence", _INTELLIGENCE),
    Spec("downloads", "Downloads", "activity", "GET /artists/{artist}/activity?period=all"),
    Spec("followers", "Followers", "followers", "GET /artists/{id}/followers"),
    Spec("level", "Level", "intelligence", _INTELLIGENCE),
    Spec("growth", "Growth", "intelligence", _INTELLIGENCE),
    Spec("profile", "View Profile", "artist", "GET /artist/profile"),
)

FIELDS: Mapping[str, Mapping[str, str]] = {
    "account": {"id": "id", "name": "name"},
    "artist": {"id": "id", "name": "name"},
    "stats": {"tracks": "total_tracks", "plays": "total_plays"},
    "intelligence": {
        "albums": "total_albums",
        "level": "level.level",
        "xp": "level.xp",
        "growth": "growth_rate",
        "calculating": "growth_calculating",
    },
    "followers": {"followers": "total"},
    "activity": {"downloads": "downloads"},
}
"""Where in the model of each answer a value stands."""


class Reading(NamedTuple):
    """What one answer holds of the numbers."""

    at: datetime
    """When it was fetched."""
    values: Mapping[str, Value]
    """By the names of FIELDS."""


class Known(NamedTuple):
    """All that is known at one moment."""

    readings: Mapping[str, Reading]
    """The newest answers, by group."""
    before: Mapping[str, Reading]
    """The answers as they were at the end of the visit before."""
    since: datetime | None
    """When that visit ended; None at the first one."""
    reasons: Mapping[str, str] = {}
    """Why a group has no answer, in a few words."""


class Figure(NamedTuple):
    """One of the eight numbers with all that there is to say about it."""

    spec: Spec
    value: Value
    reason: str | None
    """Why there is no value, in a few words."""
    as_of: datetime | None
    change: float | None = None
    """How much it has changed since the last visit."""
    change_since: datetime | None = None
    """When the value was fetched that the change is measured from."""
    change_reason: str | None = None
    """Why there is no change, in a few words."""


def figures(known: Known) -> tuple[Figure, ...]:
    """Return the eight numbers in the order of Home."""
    return tuple(_figure(spec, known) for spec in SPECS)


def _figure(spec: Spec, known: Known) -> Figure:
    reading = known.readings.get(spec.query)
    if spec.name == "profile":
        return _profile(spec, known)
    if reading is None:
        reason = known.reasons.get(spec.query, "not asked yet")
        return Figure(spec, None, reason, None, change_reason="no value")
    value = reading.values.get(spec.name)
    if value is None:
        calculating = spec.name == "growth" and reading.values.get("calculating")
        reason = "calculating" if calculating else "not sent"
        return Figure(spec, None, reason, reading.at, change_reason="no value")
    before = known.before.get(spec.query)
    was = before.values.get(spec.name) if before is not None else None
    if known.since is None:
        missing = "no visit before"
    elif reading.at <= known.since:
        missing = "not asked since the last visit"
    elif before is None or not isinstance(was, int | float) or not isinstance(value, int | float):
        missing = "not known at the last visit"
    else:
        # Rates come with one decimal or two, and their difference with a long tail.
        return Figure(spec, value, None, reading.at, round(value - was, 4), before.at)
    return Figure(spec, value, None, reading.at, change_reason=missing)


def _profile(spec: Spec, known: Known) -> Figure:
    """Return the address of the public page, which is no number and has no change."""
    reading = known.readings.get("artist")
    if reading is None:
        return Figure(spec, None, known.reasons.get("artist", "not asked yet"), None)
    number, name = reading.values.get("id"), reading.values.get("name")
    if not isinstance(number, int):
        return Figure(spec, None, "no artist id", reading.at)
    address = artist_url(number, name if isinstance(name, str) else None)
    return Figure(spec, address, None, reading.at)


def read(query: str, answer: object) -> dict[str, Value]:
    """Return what the model of an answer holds of the numbers."""
    return {name: _follow(answer, path) for name, path in FIELDS[query].items()}


def _follow(answer: object, path: str) -> Value:
    found = answer
    for name in path.split("."):
        found = getattr(found, name)
    return found if isinstance(found, int | float | str) else None
