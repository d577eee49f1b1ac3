"""The numbers of the dashboard: their sources, values and changes.

Cards and commands use the table `NUMBERS`, history and exports use `RECORDED`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from beatpass_tui.errors import BeatPassError
from beatpass_tui.models.identity import Account, Artist
from beatpass_tui.models.links import artist_url

Value = float | str | None


class Source(NamedTuple):
    """A request whose response contains a number."""

    query: str
    """The name of the query."""
    source: str
    """The request behind that query."""
    read: Callable[[Any], Value]
    """Reads the value from the query's model."""


class Number(NamedTuple):
    """One row of the table of numbers."""

    id: str
    """The id of its stat card and its name in the history."""
    title: str
    published_name: str
    """The name in JSON, CSV and `--format`."""
    query: str
    """The name of the query that fetches it."""
    source: str
    """The request behind that query."""
    read: Callable[[Any], Value]
    """Reads the value from the query's model."""
    page: str | None
    """The page that shows more about it."""
    description: str
    unit: str = ""
    """The noun of a count."""
    first_milestone: int | None = None
    other: Source | None = None
    """A fallback source with the same definition."""


_STATS = "GET /artist/dashboard-stats"
_INTELLIGENCE = "GET /producer-intelligence/dashboard"
_PROFILE = "GET /artist/profile"

NUMBERS = (
    Number(
        "tracks", "Tracks", "tracks", "stats", _STATS,
        lambda stats: stats.total_tracks,
        "beats", "every linked track, published or not", "tracks", 10,
        Source("artist", _PROFILE, lambda artist: artist.total_tracks),
    ),
    Number(
        "total-plays", "Total Plays", "plays", "stats", _STATS,
        lambda stats: stats.total_plays,
        "activity", "all time, all linked tracks", "plays", 100,
        Source("artist", _PROFILE, lambda artist: artist.total_plays),
    ),
    Number(
        "albums", "Albums", "albums", "intelligence", _INTELLIGENCE,
        lambda intelligence: intelligence.total_albums,
        "collections", "shown in My Collections", "albums", 10,
    ),
    Number(
        "downloads", "Downloads", "downloads", "activity",
        "GET /artists/{artist}/activity?period=all",
        lambda activity: activity.downloads,
        "activity", "by your audience, excludes your team", "downloads", 100,
    ),
    Number(
        "followers", "Followers", "followers", "followers", "GET /artists/{id}/followers",
        lambda followers: followers.total,
        "activity", "people who follow your artist page", "followers", 10,
    ),
    Number(
        "level", "Level", "level", "intelligence", _INTELLIGENCE,
        lambda intelligence: intelligence.level.level,
        "progress", "of your account",
    ),
    Number(
        "growth", "Growth", "growth", "intelligence", _INTELLIGENCE,
        lambda intelligence: intelligence.growth_rate,
        "beats", "reported by BeatPass, period not specified",
    ),
)  # fmt: skip
"""The numbers of the stat cards."""

XP = Number(
    "xp", "XP", "xp", "intelligence", _INTELLIGENCE,
    lambda intelligence: intelligence.level.xp,
    "progress", "of your account", "XP",
)  # fmt: skip

AUDIENCE_PERIODS = ("7d", "30d", "90d")
"""The periods of recorded audience figures; the figures of all time can't be compared."""

AUDIENCE_FIGURES = (
    "plays", "downloads", "downloaders", "licenses", "likes", "reposts", "comments",
)  # fmt: skip


def audience_id(period: str, figure: str) -> str:
    """Return the id of an audience figure of a period."""
    return f"activity.{period}.{figure}"


def audience_ids(period: str) -> tuple[str, ...]:
    """Return the ids of the audience figures of a period."""
    return tuple(audience_id(period, figure) for figure in AUDIENCE_FIGURES)


def _audience_number(period: str, figure: str) -> Number:
    id = audience_id(period, figure)
    return Number(
        id, f"Audience {figure} in {period}", id, "activity_in",
        "GET /artists/{artist}/activity",
        lambda activity: getattr(activity, figure) if activity.period == period else None,
        "activity", "by your audience, excludes your team",
    )  # fmt: skip


AUDIENCE = tuple(
    _audience_number(period, figure) for period in AUDIENCE_PERIODS for figure in AUDIENCE_FIGURES
)
"""Audience figures, which are compared with the values about one period earlier."""


_WINDOWS = ("7d", "30d", "all")

VIEWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "earning_share": ("current",),
        "progress": ("all",),
        "audience_plays": _WINDOWS,
        "releases": _WINDOWS,
        "collaborations": _WINDOWS,
    }
)
"""The documented periods of each leaderboard, in documented order."""


def rank_id(category: str, period: str) -> str:
    """Return the id of your rank on a leaderboard."""
    return f"rank.{category}.{period}"


def _rank_number(category: str, period: str) -> Number:
    id = rank_id(category, period)
    return Number(
        id, f"Rank in {category} ({period})", id, "leaderboards",
        "GET /producer-intelligence/leaderboards",
        lambda board: (
            board.entry.rank
            if board.entry is not None and (board.category, board.period) == (category, period)
            else None
        ),
        "leaderboards", "among all participants",
    )  # fmt: skip


RANKS = tuple(
    _rank_number(category, period) for category, periods in VIEWS.items() for period in periods
)
"""Your ranks on the leaderboards, where 1 is the best."""

RECORDED = (*NUMBERS, XP, *AUDIENCE, *RANKS)
"""The numbers whose history is stored."""

PROFILE = Number(
    "view-profile", "View Profile", "profile", "artist", _PROFILE,
    lambda artist: None if artist.id is None else artist_url(artist.id, artist.name),
    None, "your public artist page",
)  # fmt: skip
"""The link to the artist page, which is shown beside the numbers."""

BY_ID: Mapping[str, Number] = {number.id: number for number in RECORDED}

CALCULATING = "calculating"


def read_numbers(query: str, model: object) -> dict[str, float]:
    """Return the numbers that the model of a query contains, by id."""
    values = {number.id: number.read(model) for number in RECORDED if number.query == query}
    return {id: value for id, value in values.items() if isinstance(value, int | float)}


class Fetched(NamedTuple):
    """The model of a query and when it was fetched."""

    model: Any
    at: datetime


class Snapshot(NamedTuple):
    """The values and errors of queries at one moment, by query name."""

    current: Mapping[str, Fetched]
    baseline: Mapping[str, Fetched]
    """The models at the end of the previous visit."""
    last_visit: datetime | None
    """When that visit ended; None at the first visit."""
    errors: Mapping[str, BeatPassError] = {}
    """Error of the last request of a query."""
    is_offline: bool = False
    """Whether no further request is expected to provide missing numbers."""

    @property
    def account(self) -> Account | None:
        fetched = self.current.get("account")
        return None if fetched is None else fetched.model

    @property
    def artist(self) -> Artist | None:
        fetched = self.current.get("artist")
        return None if fetched is None else fetched.model

    @property
    def xp(self) -> float | None:
        fetched = self.current.get("intelligence")
        return None if fetched is None else fetched.model.level.xp


class Reading(NamedTuple):
    """The value of a number, or why it is missing, and its change."""

    number: Number
    source: Source
    value: Value = None
    reason: str | None = None
    """Why there is no value, in a few words."""
    fetched_at: datetime | None = None
    previous: float | None = None
    """The value that the change is measured from."""
    change_since: datetime | None = None
    """When the previous value was fetched."""
    change_reason: str | None = None
    """Why there is no change, in a few words."""
    percent: float | None = None
    """Change of a period's gain compared with the preceding period, if known."""

    @property
    def change(self) -> float | None:
        if self.previous is None or not isinstance(self.value, int | float):
            return None
        # The difference of two rates such as 7.5 and 6.8 has a long binary fraction.
        return round(self.value - self.previous, 4)


def measure(number: Number, snapshot: Snapshot) -> Reading:
    """Return the value of a number and its change since the last visit."""
    source = _choose_source(number, snapshot)
    fetched, baseline = snapshot.current.get(source.query), snapshot.baseline.get(source.query)
    reading = Reading(number, source, change_reason="no value")
    if fetched is None:
        error = snapshot.errors.get(source.query)
        return reading._replace(reason="not asked yet" if error is None else error.reason)
    reading = reading._replace(value=source.read(fetched.model), fetched_at=fetched.at)
    if reading.value is None:
        return reading._replace(reason=_reason_for_none(number, fetched.model))
    previous = source.read(baseline.model) if baseline is not None else None
    if snapshot.last_visit is None:
        return reading._replace(change_reason="no visit before")
    if fetched.at <= snapshot.last_visit:
        return reading._replace(change_reason="not asked since the last visit")
    if baseline is None or not isinstance(previous, int | float):
        return reading._replace(change_reason="not known at the last visit")
    return reading._replace(previous=previous, change_since=baseline.at, change_reason=None)


def _choose_source(number: Number, snapshot: Snapshot) -> Source:
    """Return the main source of a number, or the fallback if it is newer after a failure.

    Offline, the fallback also replaces a main source that is not cached.
    """
    first, other = Source(number.query, number.source, number.read), number.other
    fetched = snapshot.current.get(first.query)
    fallback = None if other is None else snapshot.current.get(other.query)
    if other is None or fallback is None or other.read(fallback.model) is None:
        return first
    has_failed = first.query in snapshot.errors
    if fetched is None:
        return other if has_failed or snapshot.is_offline else first
    return other if has_failed and fallback.at > fetched.at else first


def measure_all(snapshot: Snapshot) -> tuple[Reading, ...]:
    """Return the readings of all numbers and the profile link, in the order of the cards."""
    return tuple(measure(number, snapshot) for number in (*NUMBERS, PROFILE))


def _reason_for_none(number: Number, model: Any) -> str:
    if number is PROFILE:
        return "no artist id"
    return CALCULATING if number.id == "growth" and model.growth_calculating else "not sent"
