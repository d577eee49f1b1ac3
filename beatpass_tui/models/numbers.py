"""The numbers of the dashboard: where each one comes from and what it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Number(NamedTuple):
    """One of the seven numbers whose history is kept."""

    id: str
    """That of its stat card."""
    title: str
    query: str
    """The group whose answer holds it."""
    read: Callable[[Any], float | None]
    """What takes it out of that answer."""


NUMBERS = (
    Number("tracks", "Tracks", "stats", lambda answer: answer.total_tracks),
    Number("total-plays", "Total Plays", "stats", lambda answer: answer.total_plays),
    Number("albums", "Albums", "intelligence", lambda answer: answer.total_albums),
    Number("downloads", "Downloads", "activity", lambda answer: answer.downloads),
    Number("followers", "Followers", "followers", lambda answer: answer.total),
    Number("level", "Level", "intelligence", lambda answer: answer.level.level),
    Number("growth", "Growth", "intelligence", lambda answer: answer.growth_rate),
)
BY_ID: Mapping[str, Number] = {number.id: number for number in NUMBERS}


def read_numbers(query: str, answer: object) -> dict[str, float]:
    """Return the numbers that an answer of a group holds, by id."""
    found = ((number.id, number.read(answer)) for number in NUMBERS if number.query == query)
    return {name: value for name, value in found if value is not None}
