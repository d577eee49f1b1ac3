"""The five scheduled leaderboards: made-up rivals around the artist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from beatpass_tui.demo.messages import (
    Json,
    Request,
    RequestRefused,
    error_response,
    invalid,
    iso_utc,
)
from beatpass_tui.demo.model import ARTIST_ID, Catalog, Chance, Track
from beatpass_tui.demo.progress import RIVALS

_WINDOWS: Mapping[str, int | None] = {"7d": 7, "30d": 30, "all": None}
PERIODS: Mapping[str, tuple[str, ...]] = {
    "earning_share": ("current",),
    "progress": ("all",),
    "audience_plays": tuple(_WINDOWS),
    "releases": tuple(_WINDOWS),
    "collaborations": tuple(_WINDOWS),
}
"""The documented periods of each category."""

LEADERS = 20
_REFRESHED = timedelta(minutes=18)
"""Age of a scheduled snapshot."""

_NAMES = (
    "Velour", "Ossia", "Hexaudio", "Nachtlicht", "Paper Moons", "Lowtide", "Amber Kiln", "Fjordr",
    "Copper Wire", "Saint Echo", "Mirai", "Blue Static", "Tall Grass", "Kestrel", "Night Ferry",
    "Soft Machine", "Orla Vane", "Dusk & Co", "Pylon", "Violet Hour",
)  # fmt: skip
_Row = tuple[float, int, str]
_PARTICIPANTS = {"earning_share": 164, "progress": 640}
_PARTICIPANTS_BY_WINDOW = {"7d": 138, "30d": 212, "all": 418}

# Audience plays of the first 20 in 30 days, and the factors of the other periods.
_PLAYS = (
    9_812, 9_410, 8_877, 7_640, 7_215, 6_980, 6_102, 5_544, 5_290, 4_871, 4_420, 4_105, 3_870,
    3_610, 3_244, 3_020, 2_811, 2_544, 2_390, 2_207,
)  # fmt: skip
_PLAYS_SCALE = {"7d": 0.24, "30d": 1.0, "all": 12.0}
_RELEASES = {
    "7d": (7, 5, 5, 4, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1),
    "30d": (14, 11, 11, 9, 8, 8, 7, 7, 6, 6, 6, 5, 5, 5, 4, 4, 4, 3, 3, 3),
    "all": (412, 388, 305, 251, 214, 214, 190, 176, 158, 143, 131, 112, 98, 91, 84, 72, 67, 59, 55),
}
_COLLABORATIONS = {
    "7d": (3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1),
    "30d": (6, 5, 5, 4, 4, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1),
    "all": (96, 88, 71, 64, 58, 55, 49, 44, 40, 37, 35, 33, 30, 28, 27, 25, 24, 22, 21, 20),
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """One entry; `context` is in the response as it is."""

    id: int
    name: str
    rank: int
    value: float
    context: Mapping[str, int]


def leaderboard(catalog: Catalog, request: Request, now: datetime) -> Json:
    """Return the response of `GET /producer-intelligence/leaderboards`."""
    artist = catalog.artist
    if artist is None:
        raise RequestRefused(error_response(404, "This artist could not be found."))
    category, period = request.query.get("category", ""), request.query.get("period", "")
    if category not in PERIODS:
        raise invalid("category", "The selected category is invalid.")
    if period not in PERIODS[category]:
        raise invalid("period", "The selected period is invalid for this category.")
    if not request.query.get("artist_id", "").isdigit():
        raise invalid("artist_id", "The artist id field is required.")
    if request.query["artist_id"] != str(artist.id):
        raise RequestRefused(error_response(403, "You do not manage this artist."))
    end = now.replace(second=0, microsecond=0) - _REFRESHED
    days = _WINDOWS.get(period)
    ranked = ranking(catalog, category, period, now)
    own = next((each for each in ranked if each.id == artist.id), None)
    place = ranked.index(own) if own is not None else 0
    nearby = (*ranked[max(place - 1, 0) : place], *ranked[place + 1 : place + 2]) if own else ()
    return {
        "category": category,
        "scope": "producer_account" if category == "progress" else "artist",
        "period": {
            "key": period,
            "start": None if days is None else iso_utc(end - timedelta(days=days)),
            "end": iso_utc(end),
        },
        "generatedAt": iso_utc(end),
        "sourceUpdatedAt": iso_utc(end - timedelta(minutes=2)),
        "isStale": False,
        "participantCount": participants(category, period),
        "leaders": [_row(each) for each in ranked[:LEADERS]],
        "current": {
            "eligible": own is not None,
            "reason": None if own is not None else _reason(catalog, category),
            "entry": None if own is None else _row(own),
            "nearby": [_row(each) for each in nearby],
        },
    }


# Ranks gained since the last visit; the other leaderboards have not been opened before.
_GAINED = {
    ("earning_share", "current"): 0,
    ("progress", "all"): 0,
    ("audience_plays", "7d"): -2,
    ("audience_plays", "30d"): 3,
    ("releases", "30d"): -1,
    ("collaborations", "all"): 2,
}
_GAINED_BY_LEADERS = (0, 1, -1, 0, 2, -1, -1, 0, 0, 3, -1, -1, 0, 0, 1, -1, 0, 2, -1, 0)


def earlier_leaderboards(catalog: Catalog, now: datetime, visit: datetime) -> Mapping[str, Json]:
    """Return the responses at the last visit by `category:period`, of leaderboards seen then."""
    responses = {}
    for (category, period), gained in _GAINED.items():
        query = {"category": category, "period": period, "artist_id": str(ARTIST_ID)}
        body = leaderboard(catalog, Request("GET", "", query), now)
        ranked = ranking(catalog, category, period, now)
        own = next(each for each in ranked if each.id == ARTIST_ID)
        others = [each for each in ranked if each.id != ARTIST_ID]
        changed = [each.rank + _GAINED_BY_LEADERS[at % LEADERS] for at, each in enumerate(others)]
        order = sorted(range(len(others)), key=lambda at: (changed[at], at))
        # Ranks of artists between the leaders and you are not known.
        first = [rank for rank in range(1, LEADERS + 2) if rank != own.rank + gained]
        ranks = {at: first[place] for place, at in enumerate(order[:LEADERS])}
        rows = [{**_row(others[at]), "rank": rank} for at, rank in ranks.items()]
        entry = {**_row(own), "rank": own.rank + gained}
        current: Json = {"eligible": True, "reason": None, "entry": entry, "nearby": []}
        responses[f"{category}:{period}"] = {
            **body,
            "generatedAt": iso_utc(visit - _REFRESHED),
            "leaders": rows[:LEADERS],
            "current": current,
        }
    return responses


def earlier_ranks(
    catalog: Catalog, now: datetime, days: Iterable[int]
) -> Iterator[tuple[str, int, int]]:
    """Yield category and period, days ago and your rank on the days of earlier visits."""
    days = tuple(days)
    for (category, period), gained in _GAINED.items():
        ranks = ranking(catalog, category, period, now)
        rank = next(each.rank for each in ranks if each.id == ARTIST_ID)
        drift = 1 if gained > 0 else -1 if gained < 0 else 0
        for day in days:
            # Slowly better or worse, with a step back in between.
            change = gained + drift * ((day - days[-1]) // 4 + (day % 7 == 2))
            yield f"{category}.{period}", day, max(rank + change, 1)


def participants(category: str, period: str) -> int:
    """Return the number of artists in a ranking."""
    return _PARTICIPANTS.get(category) or _PARTICIPANTS_BY_WINDOW[period]


def _reason(catalog: Catalog, category: str) -> str:
    if not catalog.listed:
        return "no_public_tracks"
    return "no_contribution" if category == "earning_share" else "no_activity"


def _row(entry: Ranked) -> Json:
    slug = re.sub(r"[^a-z0-9]+", "-", entry.name.lower()).strip("-")
    return {
        "rank": entry.rank,
        "artist": {
            "id": entry.id,
            "name": entry.name,
            "image": None
            if entry.id % 6 == 5
            else f"https://images.example.com/artists/{entry.id}.png",
            "url": f"https://open.beatpass.ca/artist/{entry.id}/{slug}".rstrip("/"),
        },
        "value": entry.value,
        "context": dict(entry.context),
    }


def ranking(catalog: Catalog, category: str, period: str, now: datetime) -> tuple[Ranked, ...]:
    """Return the first of a ranking, down to some artists below you.

    Tied artists share a rank, and the next one is skipped.
    """
    own = _own_value(catalog, category, period, now)
    rows = _known_rivals(category) or _rivals(category, period, own)
    if own and catalog.artist is not None:
        rows.append((own, catalog.artist.id, catalog.artist.name))
    rows.sort(key=lambda row: -row[0])
    ranks = [row[0] for row in rows]
    return tuple(
        Ranked(id, name, ranks.index(value) + 1, value, _context(category, period, value))
        for value, id, name in rows
    )


def _context(category: str, period: str, value: float) -> Mapping[str, int]:
    if category != "audience_plays":
        return {}
    return {"playedTracks": max(round(160 * value / (_PLAYS[0] * _PLAYS_SCALE[period])), 1)}


def _known_rivals(category: str) -> list[_Row]:
    """Return value, id and name of the artists of the other leaderboard, by the same numbers."""
    if category not in ("earning_share", "progress"):
        return []
    is_share = category == "earning_share"
    rows = [
        (rival.earnings if is_share else rival.points, 900_200_001 + place, rival.name)
        for place, rival in enumerate(RIVALS)
    ]
    return [*rows, (0.2, 900_200_101, _NAMES[0])] if is_share else rows


def _rivals(category: str, period: str, own: float) -> list[_Row]:
    """Return value, id and name of the first 20, and of artists around you if you are lower."""
    values = [*_top(category, period)]
    if 0 < own < values[-1]:
        gap, step = values[-1] - own, max(round(own / 40), 1)
        values += [round(own + gap * part) for part in (0.82, 0.63, 0.41, 0.22, 0.11)]
        values += [round(own) + step - 4, max(round(own) - step, 1)]
    names = [(900_200_001 + place, rival.name) for place, rival in enumerate(RIVALS)]
    names += [(900_200_101 + place, name) for place, name in enumerate(_NAMES)]
    chance = Chance(f"{category} {period}")
    # Every leaderboard has another order of the same artists.
    order = sorted(range(len(names)), key=lambda place: place + 9 * chance.fraction())
    return [(value, *names[place]) for value, place in zip(values, order, strict=False)]


def _top(category: str, period: str) -> tuple[float, ...]:
    if category == "audience_plays":
        return tuple(round(value * _PLAYS_SCALE[period]) for value in _PLAYS)
    return (_RELEASES if category == "releases" else _COLLABORATIONS)[period]


def _own_value(catalog: Catalog, category: str, period: str, now: datetime) -> float:
    """Return your value, 0 if you are not ranked."""
    if not catalog.listed:
        return 0
    days = _WINDOWS.get(period)
    start = None if days is None else now - timedelta(days=days)

    def count(is_counted: Callable[[Track], bool]) -> int:
        tracks = (track for track in catalog.listed if start is None or track.uploaded > start)
        return sum(map(is_counted, tracks))

    match category:
        case "earning_share":
            return 0.3
        case "progress":
            return catalog.progress.xp
        case "audience_plays":
            days_of_plays = (day for day in catalog.engagement if start is None or day.at > start)
            return sum(day.plays for day in days_of_plays)
        case "releases":
            return count(lambda _: True)
    return count(lambda track: bool(track.collaborators))
