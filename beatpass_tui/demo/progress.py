"""XP, achievements and the leaderboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from beatpass_tui.demo.messages import Json, iso_utc
from beatpass_tui.demo.model import Achievement, Catalog, XpSource

# XP was introduced later than most uploads, so fewer of them count.
SOURCES = (
    XpSource("uploads", "Track uploads", times=8, xp=800),
    XpSource("first_plays", "First plays", times=24, xp=24),
    XpSource("complete_details", "Complete details", times=7, xp=350),
    XpSource("collaborations", "Collaborations", times=2, xp=50),
    XpSource("achievements", "Achievements", times=9, xp=2_550),
)

# Name, description, category, rarity, XP, days since it was unlocked.
_Row = tuple[str, str, str, str, int, int | None]
_ROWS: tuple[_Row, ...] = (
    ("Track Producer", "Upload 25 beats", "Upload", "common", 500, 1_020),
    ("Prolific Creator", "Upload 150 beats", "Upload", "rare", 1_500, None),
    ("Production Master", "Upload 300 beats", "Upload", "epic", 3_000, None),
    ("Studio Legend", "Upload 500 beats", "Upload", "legendary", 5_000, None),
    ("Rising Star", "Reach the trends", "Trending", "rare", 1_000, None),
    ("Chart Topper", "Lead the trends", "Trending", "rare", 2_000, None),
    ("Viral Hit", "Lead them for a week", "Trending", "epic", 3_500, None),
    ("Metadata Whiz", "Complete every beat", "Metadata", "common", 800, None),
    ("Photogenic", "Add a profile picture", "Profile", "common", 200, 1_094),
    ("Oracle", "Write a biography", "Profile", "common", 300, 1_094),
    ("Linked", "Connect four profiles", "Profile", "common", 400, 871),
    ("Genre Specialist", "20 beats in one genre", "Genre", "rare", 1_500, None),
    ("Genre Virtuoso", "Chart in ten genres", "Genre", "legendary", 4_000, None),
    ("Enthusiast", "Release one together", "Collaboration", "common", 500, 803),
    ("Team Player", "Work with 10 people", "Collaboration", "rare", 1_500, None),
    ("Network Spider", "Work with 25 people", "Collaboration", "legendary", 5_000, None),
    ("Rising Talent", "Level 15, 1,000 fans", "Composite", "rare", 2_000, None),
    ("Elite Producer", "Level 30, 5,000 fans", "Composite", "epic", 3_500, None),
    ("Track Excellence", "10,000 plays of a beat", "Excellence", "rare", 1_800, None),
    ("Rising", "A month on BeatPass", "Milestone", "common", 150, 1_064),
    ("Seasoned", "A year on BeatPass", "Milestone", "common", 300, 729),
    ("OG", "Three years on here", "Milestone", "rare", 600, None),
    ("Opening Act", "Active in January", "Seasonal", "epic", 200, 318),
    ("Shadow Regent [NEW]", "Active at Halloween", "Seasonal", "rare", 0, 24),
)


def achievements(today: datetime | None) -> tuple[Achievement, ...]:
    """Return every achievement; without a date all are locked."""
    return tuple(
        Achievement(
            id=950_000_001 + at,
            name=name,
            about=about,
            category=category,
            rarity=rarity,
            xp=xp,
            unlocked=(
                None
                if today is None or days is None
                else today - timedelta(days=days, minutes=-611 - at)
            ),
        )
        for at, (name, about, category, rarity, xp, days) in enumerate(_ROWS)
    )


CATEGORIES = ("overall", "points", "uploads", "plays", "earnings", "quality", "collaboration")
SHOWN = 20

# The weights of the overall category, as in the help pages.
_WEIGHTS = {
    "points": 0.25,
    "plays": 0.20,
    "uploads": 0.15,
    "quality": 0.15,
    "collaboration": 0.15,
    "earnings": 0.10,
}
_TIERS = ("Diamond", "Platinum", "Gold", "Silver")
_FLOORS: Mapping[str, tuple[float, ...]] = {
    "overall": (80, 65, 50, 30),
    "points": (10_000, 5_000, 2_500, 1_000),
    "uploads": (100, 50, 25, 10),
    "plays": (100_000, 50_000, 10_000, 1_000),
    "earnings": (15, 10, 5, 2),
    "quality": (95, 85, 75, 60),
    "collaboration": (5, 3, 2, 1),
}
# The names of the value in `metadata`, which the documentation leaves open.
UNITS: Mapping[str, str] = {
    "overall": "weighted_score",
    "points": "total_xp",
    "uploads": "public_tracks",
    "plays": "total_plays",
    "earnings": "share_percent",
    "quality": "completeness_percent",
    "collaboration": "collaboration_score",
}


@dataclass(frozen=True, slots=True)
class Producer:
    """One producer, with a value for each category except the overall one."""

    id: int | None
    name: str
    avatar: str | None
    points: float
    uploads: float
    plays: float
    earnings: float
    quality: float
    collaboration: float
    achievements: int


@dataclass(frozen=True, slots=True)
class Place:
    """One row of one category."""

    producer: Producer
    rank: int
    value: float
    score: float
    tier: str


def _rivals() -> tuple[Producer, ...]:
    rows: tuple[tuple[str, float, float, float, float, float, float, int], ...] = (
        ("Halcyon Dials", 18_420, 412, 402_118, 14.6, 98.2, 6.4, 24),
        ("MOTH & FLAME", 15_905, 214, 351_900, 11.9, 94.0, 5.2, 21),
        ("Otto Brandt", 14_330, 388, 288_450, 9.7, 88.5, 2.1, 20),
        ("sevenfold", 12_760, 214, 240_077, 8.8, 97.1, 7.3, 19),
        ("Kilo Marsh", 11_218, 176, 198_301, 7.2, 91.4, 5.9, 18),
        ("Priya Lune", 9_984, 251, 176_540, 6.6, 99.0, 3.8, 17),
        ("DJ Cassette", 9_120, 305, 150_212, 5.1, 72.3, 1.4, 15),
        ("Ada Voss", 8_455, 98, 141_876, 4.9, 95.6, 6.8, 16),
        ("northbound_", 7_702, 143, 120_490, 4.2, 84.9, 2.7, 14),
        ("Bassline Bakery", 6_940, 190, 99_815, 3.8, 79.2, 3.1, 13),
        ("雨音 Amane", 6_318, 67, 92_644, 3.3, 96.3, 1.9, 12),
        ("Teo Lindqvist", 5_871, 112, 80_023, 2.9, 90.2, 4.6, 12),
        ("Low Ceiling", 5_240, 158, 71_338, 2.5, 68.8, 0.9, 10),
        ("Marguerite", 4_615, 84, 60_917, 2.2, 93.1, 2.4, 11),
        ("Sable June", 4_102, 91, 52_480, 1.9, 87.7, 5.5, 10),
        ("The Attic Tapes", 3_390, 131, 44_760, 1.6, 74.6, 1.1, 9),
        ("Rook & Ivy", 2_985, 59, 38_229, 1.4, 89.3, 4.1, 8),
        ("grayscale", 2_540, 72, 31_504, 1.2, 81.8, 0.6, 7),
        ("Fenn [UK]", 2_115, 48, 26_930, 1.0, 76.5, 1.6, 6),
        ("Juno Park", 1_760, 39, 21_348, 0.9, 92.2, 2.2, 6),
        ("Static Bloom", 1_402, 55, 17_655, 0.7, 65.4, 0.4, 4),
        ("Wes Okafor", 1_088, 27, 12_871, 0.6, 83.0, 1.2, 4),
        ("tapeworm", 745, 33, 8_206, 0.5, 58.9, 0.2, 2),
    )
    return tuple(
        Producer(
            # A producer without a profile has no id and no avatar.
            None if row[0] == "grayscale" else 900_200_001 + place,
            row[0],
            None if place % 6 == 5 else f"https://images.example.com/producers/{place + 1}.png",
            *row[1:],
        )
        for place, row in enumerate(rows)
    )


RIVALS = _rivals()


def _you(catalog: Catalog) -> tuple[Producer, ...]:
    """Return the artist as a producer if any track is public."""
    if catalog.artist is None or not catalog.listed:
        return ()
    return (
        Producer(
            id=catalog.artist.id,
            name=catalog.artist.name,
            avatar=catalog.account.avatar,
            points=catalog.progress.xp,
            uploads=len(catalog.listed),
            plays=catalog.total_plays,
            earnings=0.3,
            quality=85.8,
            collaboration=3.4,
            achievements=len(catalog.unlocked),
        ),
    )


def places(catalog: Catalog) -> dict[str, list[Place]]:
    """Return the top of every category."""
    pool = (*RIVALS, *_you(catalog))
    ranked = {
        category: _ranked(category, pool, _value_of(category))
        for category in CATEGORIES
        if category != "overall"
    }
    overall = {
        producer: sum(
            weight * next(place.score for place in ranked[category] if place.producer is producer)
            for category, weight in _WEIGHTS.items()
        )
        for producer in pool
    }
    ranked["overall"] = _ranked("overall", pool, lambda producer: round(overall[producer], 2))
    return {category: ranked[category][:SHOWN] for category in CATEGORIES}


def _value_of(category: str) -> Callable[[Producer], float]:
    return lambda producer: float(getattr(producer, category))


def _ranked(
    category: str, pool: tuple[Producer, ...], value_of: Callable[[Producer], float]
) -> list[Place]:
    """Return the producers by rank; tied producers share a rank, and the next one is skipped."""
    values = sorted((value_of(producer) for producer in pool), reverse=True)
    ordered = sorted(pool, key=lambda each: (-value_of(each), -each.achievements))
    rows = []
    for producer in ordered:
        value = value_of(producer)
        rank = values.index(value) + 1
        score = value if category == "overall" else float(max(0, 100 - rank))
        rows.append(Place(producer, rank, value, score, _tier(category, value)))
    return rows


def _tier(category: str, value: float) -> str:
    reached = (
        tier for tier, floor in zip(_TIERS, _FLOORS[category], strict=True) if value >= floor
    )
    return next(reached, "Bronze")


def leaderboard(catalog: Catalog, now: datetime, *, signed_in: bool) -> Json:
    """Return the response of `GET /producer-intelligence/leaderboard`, with your rows marked."""
    you = catalog.artist.id if catalog.artist is not None and signed_in else None
    data: Json = {
        category: [_row(category, place, you) for place in places]
        for category, places in places(catalog).items()
    }
    data["season_info"] = _season(now)
    data["user_positions"] = []
    return {"data": data}


def _row(category: str, place: Place, you: int | None) -> Json:
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
        "metadata": {UNITS[category]: _plain(place.value)},
    }
    if category == "points":
        row["achievement_count"] = producer.achievements
    return row


def _plain(number: float) -> float:
    """Return a count without a decimal point."""
    return int(number) if number == int(number) else number


def _season(now: datetime) -> Json:
    """Return the current month and the time left in it."""
    in_next_month = now.replace(day=28) + timedelta(days=4)
    end = in_next_month.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    left = end - now
    days, hours = left.days, left.seconds // 3_600
    return {
        "type": "monthly",
        "time_remaining": f"{days}d {hours}h",
        "end_date": iso_utc(end - timedelta(seconds=1)),
    }
