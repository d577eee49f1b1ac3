"""The answer of the public leaderboard."""

from __future__ import annotations

from datetime import datetime, timedelta

from beatpass_tui.demo import ranking
from beatpass_tui.demo.exchange import Json, zulu
from beatpass_tui.demo.model import Catalog


def leaderboard(catalog: Catalog, now: datetime, *, signed_in: bool) -> Json:
    """Answer `GET /producer-intelligence/leaderboard`; only a token tells which row is yours."""
    you = catalog.artist.id if catalog.artist is not None and signed_in else None
    data: Json = {
        category: [_row(category, place, you) for place in places]
        for category, places in ranking.places(catalog).items()
    }
    data["season_info"] = _season(now)
    data["user_positions"] = []
    return {"data": data}


def _row(category: str, place: ranking.Place, you: int | None) -> Json:
    producer = place.producer
    row: Json = {
        "id": producer.id,
        "producer_id": producer.id,
        "name": producer.name,
        "avatar": producer.avatar,
        "rank": place.rank,
        "value": _plain(place.value),
        "score": _plain(place.score),
        "tier": place.tier,
        "is_current_user": you is not None and producer.id == you,
        "metadata": {ranking.UNITS[category]: _plain(place.value)},
    }
    if category == "points":
        row["achievement_count"] = producer.achievements
    return row


def _plain(number: float) -> float:
    """Return a count without a decimal point."""
    return int(number) if number == int(number) else number


def _season(now: datetime) -> Json:
    """Return the month that is running, and what is left of it."""
    in_next_month = now.replace(day=28) + timedelta(days=4)
    end = in_next_month.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    left = end - now
    days, hours = left.days, left.seconds // 3_600
    return {
        "type": "monthly",
        "time_remaining": f"{days}d {hours}h",
        "end_date": zulu(end - timedelta(seconds=1)),
    }
