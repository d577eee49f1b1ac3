"""The made-up artist: the same at every start, with dates that count back from now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from beatpass_tui.demo import audience, words
from beatpass_tui.demo.chance import Chance, shares
from beatpass_tui.demo.model import Album, Artist, Catalogue, Person, Progress, Track

ACCOUNT_ID = 900_000_007
ARTIST_ID = 900_000_021
GROWTH_RATE = 7.5
TOTAL_PLAYS = 45_210
TOP_TITLE, TOP_PLAYS = "Midnight Drive", 7_919
FOLLOWERS = 873

ACCOUNT = Person(ACCOUNT_ID, "nova", f"https://images.example.com/avatars/{ACCOUNT_ID}.png")


@dataclass(frozen=True, slots=True)
class _Upload:
    """A track before it has a name and numbers."""

    days_ago: int
    minutes: int
    album_id: int | None = None
    listed: bool = True

    @property
    def age(self) -> timedelta:
        """Return how long ago it was."""
        return timedelta(days=self.days_ago, minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class _AlbumPlan:
    """An album, by the days since it was made and since its release (negative: still to come)."""

    id: int
    name: str
    tracks: int
    made: int
    released: int | None


_ALBUMS = (
    _AlbumPlan(930_000_009, "Sketchbook", 0, 5, None),
    _AlbumPlan(930_000_008, "After Hours", 6, 64, -12),
    _AlbumPlan(930_000_007, "Slow Signals", 7, 190, 186),
    _AlbumPlan(930_000_006, "Concrete Garden", 8, 330, 322),
    _AlbumPlan(930_000_005, "Neon Weather", 9, 480, 471),
    _AlbumPlan(930_000_004, "Low Tide", 7, 610, 610),
    _AlbumPlan(930_000_003, "Night Shift", 10, 760, 753),
    _AlbumPlan(930_000_002, "Paper Crowns", 8, 890, 884),
    _AlbumPlan(930_000_001, "First Light", 9, 1_010, 1_003),
)
_RECENT_DAYS = (2, 9, 17, 26)
_DRAFT_DAYS = (40, 75)
_SINGLES_THIS_YEAR, _SINGLES_BEFORE = 36, 22


def artist(now: datetime, *, days: int) -> Artist:
    """Return the artist profile, made so many days ago."""
    return Artist(
        id=ARTIST_ID,
        name="Nova Reyes",
        member_since=now - timedelta(days=days),
        bio="Late-night drums, warm tape and too many synths.",
        website="https://nova-reyes.example.com",
        social_links=(
            ("twitter", "https://social.example.com/novareyes"),
            ("instagram", "https://photos.example.com/novareyes"),
            ("soundcloud", "https://sounds.example.com/novareyes"),
            ("youtube", "https://videos.example.com/novareyes"),
        ),
    )


def empty(now: datetime, *, with_artist: bool) -> Catalogue:
    """Return an account that has not uploaded anything yet."""
    return Catalogue(
        account=ACCOUNT,
        artist=artist(now, days=1) if with_artist else None,
        progress=Progress(level=1, xp=0, floor=0, to_next=100),
        growth_rate=None if with_artist else 0.0,
    )


def full(now: datetime) -> Catalogue:
    """Return three years of uploads, and the audience that came with them."""
    now = now.replace(second=0, microsecond=0)
    tracks = _tracks(now)
    listed = tuple(track for track in tracks if track.listed)
    followers = _followers()
    return Catalogue(
        account=ACCOUNT,
        artist=artist(now, days=1_095),
        progress=Progress(level=12, xp=3_774, floor=3_648, to_next=383),
        growth_rate=GROWTH_RATE,
        tracks=tracks,
        albums=tuple(_album(plan, now) for plan in _ALBUMS),
        followers=followers,
        downloads=audience.downloads(now, listed, followers),
        engagement=audience.engagement(now),
        purchases=audience.purchases(now, listed),
    )


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
    return sorted(uploads, key=lambda upload: upload.age)


def _titles(chance: Chance, count: int) -> list[str]:
    """Return so many different titles, without the one that the top track has."""
    pairs = [f"{first} {second}" for first in words.FIRST_WORDS for second in words.SECOND_WORDS]
    titles = ["Neon Rain", *words.TITLES]
    pairs.remove("Neon Rain")
    while len(titles) < count:
        titles.append(pairs.pop(chance.between(0, len(pairs) - 1)))
    return [titles.pop(chance.between(0, len(titles) - 1)) for _ in range(count)]


def _tracks(now: datetime) -> tuple[Track, ...]:
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
    return tuple(
        _track(chance, now, upload, 910_000_000 + len(uploads) - at, titles[at], plays[at], people)
        for at, upload in enumerate(uploads)
        for people in [(chance.pick(collaborators),) if at % 9 == 4 else ()]
    )


def _track(
    chance: Chance,
    now: datetime,
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
        uploaded=now - upload.age,
        duration_ms=chance.between(95_000, 244_000),
        plays=plays,
        contribution=round(plays * (0.011 + 0.006 * chance.fraction()), 2),
        listed=upload.listed,
        album_id=upload.album_id,
        bpm=chance.between(68, 164) if detailed else None,
        key=chance.pick(words.KEYS) if detailed else None,
        scale=chance.pick(words.SCALES) if detailed else None,
        genre=chance.pick(words.GENRES),
        licensing_type=chance.pick(words.LICENSING),
        collaborators=collaborators,
    )


def _album(plan: _AlbumPlan, now: datetime) -> Album:
    return Album(
        id=plan.id,
        name=plan.name,
        created=now - timedelta(days=plan.made),
        release_date=(
            None if plan.released is None else now.date() - timedelta(days=plan.released)
        ),
        description=None if plan.id % 3 == 0 else f"{plan.name}, mixed at home.",
    )


def _followers() -> tuple[Person, ...]:
    chance = Chance("followers")
    return tuple(
        Person(
            follower_id,
            f"{chance.pick(words.HANDLE_STARTS)}{chance.pick(words.HANDLE_ENDS)}"
            f"{chance.between(1, 99)}",
            f"https://images.example.com/avatars/{follower_id}.png",
        )
        for follower_id in range(901_000_000 + FOLLOWERS, 901_000_000, -1)
    )
