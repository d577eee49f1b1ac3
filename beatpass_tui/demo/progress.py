"""What the made-up producer has earned XP with, and the achievements there are.

The names, categories and most of the XP are those of the help pages.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from beatpass_tui.demo.model import Achievement, XpSource

# Only what happened since there is XP counts, so this is less than the catalog would bring.
SOURCES = (
    XpSource("uploads", "Track uploads", times=8, xp=800),
    XpSource("first_plays", "First plays", times=24, xp=24),
    XpSource("complete_details", "Complete details", times=7, xp=350),
    XpSource("collaborations", "Collaborations", times=2, xp=50),
    XpSource("achievements", "Achievements", times=9, xp=2_550),
)

# Name, what it is for, category, rarity, XP, and the days since it was unlocked.
_Row = tuple[str, str, str, str, int, int | None]
_ROWS: tuple[_Row, ...] = (
    ("Track Producer", "Publish 10 tracks", "Upload", "common", 500, 1_020),
    ("Prolific Creator", "Publish 10 tracks in a week", "Upload", "rare", 1_500, None),
    ("Production Master", "Publish in 50 weeks of a year", "Upload", "epic", 3_000, None),
    ("Studio Legend", "Publish every week for five years", "Upload", "legendary", 5_000, None),
    ("Rising Star", "Reach the trending list", "Trending", "rare", 1_000, None),
    ("Chart Topper", "Lead the trending list", "Trending", "rare", 2_000, None),
    ("Viral Hit", "Lead it with one track for a week", "Trending", "epic", 3_500, None),
    ("Metadata Whiz", "Complete the details of every track", "Metadata", "common", 800, None),
    ("Photogenic", "Add a profile picture", "Profile", "common", 200, 1_094),
    ("Oracle", "Write a biography", "Profile", "common", 300, 1_094),
    ("Linked", "Connect four social profiles", "Profile", "common", 400, 871),
    ("Genre Specialist", "Publish ten tracks of one genre in a row", "Genre", "rare", 1_500, None),
    ("Genre Virtuoso", "Chart in ten genres", "Genre", "legendary", 4_000, None),
    ("Collaboration Enthusiast", "Finish a collaboration", "Collaboration", "common", 500, 803),
    ("Team Player", "Work with 10 producers", "Collaboration", "rare", 1_500, None),
    ("Network Spider", "Work with 100 producers", "Collaboration", "legendary", 5_000, None),
    ("Rising Talent", "Level, plays and tracks together", "Composite", "rare", 2_000, None),
    ("Elite Producer", "All of it, and achievements", "Composite", "epic", 3_500, None),
    ("Track Excellence", "A track that has everything", "Excellence", "rare", 1_800, None),
    ("Rising", "A month on BeatPass", "Milestone", "common", 150, 1_064),
    ("Seasoned", "A year on BeatPass", "Milestone", "common", 300, 729),
    ("OG", "Join in the first year of BeatPass", "Milestone", "rare", 600, None),
    ("Opening Act", "Upload in the first week of a year", "Seasonal", "epic", 200, 318),
    ("Shadow Regent [Halloween]", "Upload after midnight", "Seasonal", "rare", 0, 24),
)


def achievements(today: datetime | None) -> tuple[Achievement, ...]:
    """Return every achievement; without a day to count back from, all are locked."""
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
