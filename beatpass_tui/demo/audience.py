"""What the made-up audience did: downloads, plays, likes and sales."""

from __future__ import annotations

import uuid
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from beatpass_tui.demo.chance import Chance, shares
from beatpass_tui.demo.model import Download, Engagement, License, Person, Purchase, Track

DOWNLOADS = 1_204
# Fewer than the lifetime plays: the audience is without the artist's own team.
AUDIENCE_PLAYS = 43_336
LIKES, REPOSTS, COMMENTS = 2_310, 418, 236
SALES = 37
DAYS = 1_090

# The money of the newest sales is still on its way; one payout did not go through.
_ON_ITS_WAY = {0: "waiting", 1: "waiting", 2: "sending", 5: "needs_attention"}
_PRICES = (2_999, 2_999, 3_999, 4_999, 7_999, 19_900)


def downloads(
    now: datetime, tracks: Sequence[Track], people: Sequence[Person]
) -> tuple[Download, ...]:
    """Return every download of two years, newest first."""
    chance = Chance("downloads")
    oldest_first = sorted(tracks, key=lambda track: track.uploaded)
    dates = [track.uploaded for track in oldest_first]
    weights = list(accumulate(1 + track.plays for track in oldest_first))
    # Counted from midnight, so that the hour of the start does not change who downloaded what.
    today = now.replace(hour=0, minute=0)
    # The exponent makes the audience grow: more happened lately than long ago.
    minutes_ago = sorted(45 + int(1_036_800 * chance.fraction() ** 1.6) for _ in range(DOWNLOADS))
    found = []
    for place, minutes in enumerate(minutes_ago):
        at = now - timedelta(minutes=minutes)
        published = bisect_left(dates, today - timedelta(minutes=minutes))
        found.append(
            Download(
                id=920_000_000 + DOWNLOADS - place,
                at=at,
                track=oldest_first[chance.place(weights, published)],
                # An account that was closed since leaves its download behind.
                downloader=None if place % 97 == 40 else _downloader(chance, people),
                license=_license(place) if chance.fraction() < 0.62 else None,
            )
        )
    return tuple(found)


def _downloader(chance: Chance, people: Sequence[Person]) -> Person:
    """Return a person, some of them without a picture and a few of them far more often."""
    person = people[int(len(people) * chance.fraction() ** 2)]
    return Person(person.id, person.name, None) if person.id % 5 == 0 else person


def _license(place: int) -> License:
    return License(
        uuid=str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://images.example.com/licenses/{place}")),
        type="non_exclusive",
        status="expired" if place % 31 == 30 else "active",
    )


def engagement(now: datetime) -> tuple[Engagement, ...]:
    """Return each day's plays, likes, reposts and comments, newest first."""
    chance = Chance("engagement")
    weights = [(0.6 + 0.8 * chance.fraction()) * (DAYS - day / 1.4) for day in range(DAYS)]
    plays = shares(AUDIENCE_PLAYS, weights)
    cumulative = list(accumulate(weights))
    likes, reposts, comments = (
        Counter(chance.place(cumulative) for _ in range(total))
        for total in (LIKES, REPOSTS, COMMENTS)
    )
    return tuple(
        Engagement(
            at=now - timedelta(days=day, hours=12),
            plays=plays[day],
            likes=likes[day],
            reposts=reposts[day],
            comments=comments[day],
        )
        for day in range(DAYS)
    )


def purchases(now: datetime, tracks: Sequence[Track]) -> tuple[Purchase, ...]:
    """Return every sale, newest first."""
    chance = Chance("purchases")
    oldest_sale = now.replace(hour=0, minute=0) - timedelta(days=400)
    old_enough = [track for track in tracks if track.uploaded < oldest_sale]
    weights = list(accumulate(track.plays for track in old_enough))
    hours_ago = sorted(20 + int(9_000 * chance.fraction()) for _ in range(SALES))
    found = []
    for place, hours in enumerate(hours_ago):
        total = chance.pick(_PRICES)
        found.append(
            Purchase(
                id=940_000_000 + SALES - place,
                at=now - timedelta(hours=hours, minutes=chance.between(0, 59)),
                track=old_enough[chance.place(weights)],
                total_cents=total,
                fee_cents=round(total * 0.1),
                status=_ON_ITS_WAY.get(place, "completed"),
            )
        )
    return tuple(found)
