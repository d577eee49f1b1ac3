"""The made-up tracks and albums of the last three years."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from beatpass_tui.demo import backlist, words
from beatpass_tui.demo.chance import Chance, shares
from beatpass_tui.demo.model import Album, Person, Track

TRACKS = 128
TOTAL_PLAYS = 45_210
TOP_TITLE, TOP_PLAYS = "Midnight Drive", 7_919


@dataclass(frozen=True, slots=True)
class _Upload:
    """A track before it has a name and numbers."""

    days_ago: int
    minutes: int
    album_id: int | None = None
    listed: bool = True

    def at(self, today: datetime) -> datetime:
        """Return when it was.

        Counted from midnight: one sitting is never split over two days, and the order does not
        depend on the hour of the start.
        """
        return today - timedelta(days=self.days_ago, minutes=self.minutes - _LATEST)


@dataclass(frozen=True, slots=True)
class _AlbumPlan:
    """An album, by the days since it was made and since its release (negative: still to come)."""

    id: int
    name: str
    tracks: int
    made: int
    released: int | None


# The minute of the day after which nothing is uploaded.
_LATEST = 1_300
_ALBUMS = (
    _AlbumPlan(930_000_009, "Sketchbook", 0, 5, None),
    _AlbumPlan(930_000_008, "After Hours", 6, 64, -12),
    _AlbumPlan(930_000_007, "Slow Signals", 7, 190, 186),
    _AlbumPlan(930_000_006, "Concrete Garden", 9, 330, 322),
    _AlbumPlan(930_000_005, "Neon Weather", 8, 480, 471),
    _AlbumPlan(930_000_004, "Low Tide", 7, 610, 610),
    _AlbumPlan(930_000_003, "Night Shift", 10, 760, 753),
    _AlbumPlan(930_000_002, "Paper Crowns", 8, 890, 884),
    _AlbumPlan(930_000_001, "First Light", 9, 1_010, 1_003),
)
_RECENT_DAYS = (2, 9, 17, 26)
_DRAFT_DAYS = (40, 75)
_SINGLES_THIS_YEAR, _SINGLES_BEFORE = 36, 22


def _uploads(chance: Chance) -> list[_Upload]:
    """Return what was uploaded when, newest first."""
    singles = [*_RECENT_DAYS]
    singles += [chance.between(32, 362) for _ in range(_SINGLES_THIS_YEAR)]
    singles += [chance.between(366, 1_080) for _ in range(_SINGLES_BEFORE)]
    uploads = [_Upload(day, chance.between(0, 1_300)) for day in singles]
    uploads += [_Upload(day, chance.between(0, 1_300), listed=False) for day in _DRAFT_DAYS]
    for plan in _ALBUMS:
        published = plan.released is not None and plan.released >= 0
        # An album goes up in one sitting.
        uploads += [_Upload(plan.made, 6 * at, plan.id, published) for at in range(plan.tracks)]
    return sorted(uploads, key=lambda upload: (upload.days_ago, upload.minutes))


def _titles(chance: Chance, count: int) -> list[str]:
    """Return so many different titles, without the one that the top track has."""
    pairs = [f"{first} {second}" for first in words.FIRST_WORDS for second in words.SECOND_WORDS]
    titles = ["Neon Rain", *words.TITLES]
    pairs.remove("Neon Rain")
    while len(titles) < count:
        titles.append(pairs.pop(chance.between(0, len(pairs) - 1)))
    return [titles.pop(chance.between(0, len(titles) - 1)) for _ in range(count)]


def tracks(today: datetime) -> tuple[Track, ...]:
    """Return the tracks, newest first; the hour of the start changes nothing about them."""
    chance = Chance("tracks")
    uploads = _uploads(chance)
    titles = _titles(chance, len(uploads))
    top = next(at for at, upload in enumerate(uploads) if upload.album_id == 930_000_003)
    titles[top] = TOP_TITLE
    # Older tracks had longer to gather plays, and few of them gather most.
    weights = [
        upload.listed * (0.2 + chance.fraction() ** 3) * upload.days_ago**0.6 for upload in uploads
    ]
    weights[top] = 0
    plays = shares(TOTAL_PLAYS - TOP_PLAYS, weights)
    plays[top] = TOP_PLAYS
    collaborators = tuple(
        Person(900_500_001 + at, name, None) for at, name in enumerate(words.COLLABORATORS)
    )
    newest, *others = (
        _track(
            chance,
            today,
            upload,
            backlist.NEWEST_ID + len(uploads) - at,
            titles[at],
            plays[at],
            who,
        )
        for at, upload in enumerate(uploads)
        for who in [_with(chance.pick(collaborators), collaborators) if at % 9 == 4 else ()]
    )
    # What was uploaded last has not been through the daily calculation yet.
    return (replace(newest, contribution=0.0, calculated=None), *others)


def _with(person: Person, others: tuple[Person, ...]) -> tuple[Person, ...]:
    """Return who worked on a track; the first of the collaborators always brings the second."""
    return (person, others[1]) if person == others[0] else (person,)


def _track(
    chance: Chance,
    today: datetime,
    upload: _Upload,
    track_id: int,
    title: str,
    plays: int,
    collaborators: tuple[Person, ...],
) -> Track:
    detailed = chance.fraction() < 0.85
    return Track(
        id=track_id,
        name=title,
        uploaded=upload.at(today),
        duration_ms=chance.between(95_000, 244_000),
        plays=plays,
        contribution=round(plays * (0.011 + 0.006 * chance.fraction()), 2),
        calculated=today,
        listed=upload.listed,
        album_id=upload.album_id,
        bpm=chance.between(68, 164) if detailed else None,
        key=chance.pick(words.KEYS) if detailed else None,
        scale=chance.pick(words.SCALES) if detailed else None,
        genre=chance.pick(words.GENRES),
        licensing_type=chance.pick(words.LICENSING),
        collaborators=collaborators,
    )


def _album(plan: _AlbumPlan, today: datetime) -> Album:
    return Album(
        id=plan.id,
        name=plan.name,
        created=today - timedelta(days=plan.made, minutes=-_LATEST),
        release_date=(
            None if plan.released is None else today.date() - timedelta(days=plan.released)
        ),
        description=None if plan.id % 3 == 0 else f"{plan.name}, mixed at home.",
    )


def albums(today: datetime) -> tuple[Album, ...]:
    """Return the albums, newest first."""
    return tuple(_album(plan, today) for plan in _ALBUMS)
