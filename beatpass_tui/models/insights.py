"""Insights and Audio Recon matches of one beat or album."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode, text
from beatpass_tui.models.decode import JsonObject
from beatpass_tui.models.shares import is_place

_GROUPS = (
    "performance_metrics", "engagement_metrics", "audience_insights", "collaboration_metrics",
    "xp_and_achievements",
)  # fmt: skip
_SECRET = re.compile("id$|_at$|date|uuid|revenue|price|token", re.IGNORECASE)
_MAX_FIGURES = 16
_MAX_MATCHES = 100


class Figure(NamedTuple):
    """A number of the insights under its own name."""

    name: str
    """Such as `period_plays`."""
    value: float


class Share(NamedTuple):
    """The largest entry of a list, such as the place with most listeners."""

    name: str
    percent: float | None


class Insights(NamedTuple):
    """From `GET /producer-intelligence/insights/tracks/{id}`, or the same of an album.

    Documented are `total_plays`, `period_plays`, `likes` and `reposts`; other numbers of the same
    groups are read under their own names.
    """

    figures: tuple[Figure, ...]
    top_place: Share | None = None

    @property
    def is_readable(self) -> bool:
        """Whether the response had any known number."""
        return bool(self.figures)

    def value(self, name: str) -> float | None:
        """Return the figure with a name."""
        return next((each.value for each in self.figures if each.name == name), None)

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read the groups of numbers; older responses have them inside `data`."""
        body = decode.unwrap(response)
        groups = [body.nested(name) for name in _GROUPS]
        figures: dict[str, float] = {}
        for group in groups:
            for name, value in _numbers(group):
                figures.setdefault(name, value)
        places = (share for group in groups for share in _top_places(group))
        known = list(figures.items())[:_MAX_FIGURES]
        return cls(tuple(Figure(name, value) for name, value in known), next(places, None))


def _numbers(group: JsonObject) -> Iterator[tuple[str, float]]:
    for key, value in group.items():
        name = text.clean(key, 40)
        number = decode.number(value) if isinstance(value, int | float) else None
        if name and number is not None and number >= 0 and not _SECRET.search(name):
            yield name, number


def _top_places(group: JsonObject) -> Iterator[Share]:
    for key, value in group.items():
        if not is_place(key):
            continue
        if isinstance(value, str) and (only := decode.string(value)):
            yield Share(only, None)
        for row in decode.objects(value)[:1]:
            name = row.string("name", "city", "country", "location", "label")
            if name is not None:
                percent = row.number("percentage", "percent", "share")
                yield Share(name, percent if percent is not None and percent <= 100 else None)


class Match(NamedTuple):
    """A release in which Audio Recon found a beat."""

    id: str | None
    title: str | None
    artist: str | None
    album: str | None
    released: date | None
    confidence: float | None
    """In percent."""
    links: tuple[str, ...]
    """Addresses on other services, which may be unsafe to open."""
    found_at: date | None
    """A datetime, or a day if it was sent without a time."""


class Placements(NamedTuple):
    """The Audio Recon matches of a beat, from `GET /tracks/{track}/placements`."""

    rows: tuple[Match, ...] | None
    """None if the response has no list."""
    status: str | None
    """`processing`, `complete`, `no_results`, `failed`, or None without a scan."""
    scanned: date | None
    total: int | None
    is_verified: bool | None
    """Whether the artist is verified, which the scan requires."""

    @property
    def is_readable(self) -> bool:
        """Whether the response had a list or a state of the scan."""
        return self.rows is not None or self.status is not None

    @classmethod
    def decode(cls, response: Any) -> Self:
        body = decode.unwrap(response)
        rows = body.get("placements")
        return cls(
            rows=tuple(map(_match, decode.objects(rows)[:_MAX_MATCHES]))
            if isinstance(rows, list)
            else None,
            status=body.string("scan_status", limit=30),
            scanned=body.day_or_moment("scanned_at"),
            total=body.count("total_count"),
            is_verified=body.flag("artist_verified"),
        )


def _match(row: JsonObject) -> Match:
    confidence = row.number("confidence_score", "confidence")
    links = (row.string(f"{site}_url", limit=400) for site in ("spotify", "youtube", "deezer"))
    return Match(
        id=row.key("id"),
        title=row.string("title", "name"),
        artist=row.string("artist_name", "artist"),
        album=row.string("album_name", "album"),
        released=row.day("release_date"),
        confidence=confidence if confidence is not None and 0 <= confidence <= 100 else None,
        links=tuple(link for link in links if link is not None),
        found_at=row.day_or_moment("created_at"),
    )
