"""What an earlier visit to the demo's artist would have stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate

from beatpass_tui.demo import catalog
from beatpass_tui.demo.messages import Json, zulu
from beatpass_tui.demo.model import ACCOUNT_ID, ARTIST_ID, Chance

DAYS = 400
"""Length of the history in days."""

_GAINS = {113: 61, 109: 48, 124: 34, 110: 12, 125: 5}
"""Plays gained since by the latest beats, by the last digits of their ids."""

_LATEST = 20

# Each number at the last visit, and its gain within DAYS.
_NUMBERS = (
    ("tracks", 127, 46),
    ("total-plays", 44_900, 23_400),
    ("albums", 9, 3),
    ("downloads", 1_192, 610),
    ("followers", 872, 391),
    ("xp", 3_649, 2_700),
)


def last_visit(now: datetime) -> datetime:
    """Return the time of the last visit: in the evening, some days ago."""
    return (now - timedelta(days=3)).replace(hour=18, minute=20, second=0, microsecond=0)


def answers(then: datetime) -> dict[str, Json]:
    """Return the answers of Home's endpoints at the last visit, by name."""
    tracks = catalog.recent_tracks(then.replace(hour=0, minute=0) + timedelta(days=3))
    latest = [track for track in tracks if track.uploaded <= then][:_LATEST]
    return {
        "account": {"user": {"id": ACCOUNT_ID, "display_name": "nova"}},
        "artist": {"data": {"id": ARTIST_ID, "name": "Nova Reyes", "upload_access": True}},
        "stats": {
            "data": {
                "total_tracks": 127,
                "total_plays": 44_900,
                "recent_uploads": 4,
                "average_plays_per_track": 354,
                "top_track": {"name": catalog.TOP_TITLE, "plays": 7_862},
            }
        },
        "intelligence": {
            "xp": {
                "currentLevel": 12,
                "currentXP": 3_649,
                "xpToNextLevel": 508,
                "levelProgress": 0.2,
            },
            "overview": {"totalAlbums": 9, "growthRate": 6.8},
        },
        "followers": {"pagination": {"total": 872}},
        "activity": {"period": {"key": "all"}, "summary": {"audienceDownloads": 1_192}},
        "performance": {
            "data": [
                {
                    "track_id": track.id,
                    "track_name": track.name,
                    "plays": max(track.plays - _GAINS.get(track.id % 1_000, 0), 0),
                    "contribution_value": track.contribution,
                    "upload_date": zulu(track.uploaded),
                }
                for track in latest
            ]
        },
    }


def history(then: datetime) -> Iterator[tuple[str, datetime, float]]:
    """Yield number, time and value of most days up to the last visit."""
    chance = Chance("history")
    days = [day for day in range(DAYS, -1, -1) if day == 0 or chance.between(1, 9) > 1]
    for name, last, gained in _NUMBERS:
        # Uneven steps that add up to the gain.
        since = [0, *accumulate(chance.between(0, 100) ** 2 for _ in range(DAYS))]
        for day in days:
            yet_to_come = round(gained * since[day] / since[-1])
            yield name, then - timedelta(days=day), last - yet_to_come
    for day in days:
        yield "level", then - timedelta(days=day), 12 if day < 40 else 11 if day < 200 else 10
        yield "growth", then - timedelta(days=day), 6.8 + chance.between(-40, 40) / 10 * (day > 0)
