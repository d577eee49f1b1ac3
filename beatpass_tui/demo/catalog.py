"""The tracks and albums of the demo's artist; dates are relative to now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from beatpass_tui.demo import activity, finances, progress
from beatpass_tui.demo.model import (
    ACCOUNT_ID,
    ARTIST_ID,
    Album,
    Artist,
    Catalog,
    Chance,
    Person,
    Progress,
    Track,
    shares,
)

# As real titles, some are very long or contain brackets and wide characters.
TITLES = (
    "Paper Crown",
    "Sunday Service [FREE]",
    "Glass Teeth [140 BPM]",
    "Café Noir",
    "夜のドライブ",
    "The Long Way Home From A Party That Nobody Remembers Leaving",
    "808 & Heartache",
    "Who's Asking?",
    '(FREE) Dark Melodic Guitar Type Beat x Late Night Drive Type Beat – "I Never Called You Back" '
    "[Untagged, Slowed + Reverb, Prod. Nova Reyes & Friends]",
)
FIRST_WORDS = (
    "Amber", "Broken", "Cold", "Distant", "Electric", "Faded", "Golden", "Hollow",
    "Iron", "Lunar", "Neon", "Quiet", "Silver", "Velvet", "Wild", "Yellow",
)  # fmt: skip
SECOND_WORDS = (
    "Avenue", "Bloom", "Cascade", "District", "Echo", "Fever", "Gravity", "Harbour",
    "Lanterns", "Mirage", "Parade", "Rain", "Season", "Tides", "Voltage", "Winter",
)  # fmt: skip
HANDLE_STARTS = (
    "ash", "blue", "cass", "dex", "echo", "fern", "gio", "haze", "indie", "jules", "kay",
    "lola", "milo", "nico", "onyx", "pia", "quill", "remy", "sol", "tara", "uma", "vic",
    "wren", "xan", "yuki", "zed",
)  # fmt: skip
HANDLE_ENDS = (
    "beats", "waves", "flips", "keys", "loops", "tapes", "drums", "sounds", "vox", "bars",
)  # fmt: skip
COLLABORATORS = ("Kilo Marsh", "Ada Voss", "Teo Lindqvist", "Sable June", "Rook & Ivy")
TAGS = ("dark", "late night", "guitar", "808", "slowed + reverb", "chill")
GENRES = ("Hip-Hop", "Trap", "R&B", "Lo-Fi", "Drill", "Afrobeat")
KEYS = ("A", "B", "C", "C#", "D", "E", "F", "F#", "G")
SCALES = ("minor", "minor", "major")
LICENSING = ("both", "non_exclusive_only", "non_exclusive_only", "exclusive_only")


# Ids of older tracks count down from here, those of newer tracks count up.
NEWEST_ID = 910_000_000
_NEWEST_DAYS, _LONGEST_DAYS = 1_100, 3_000
# One in this many is unpublished.
_UNLISTED_EVERY = 16
_DAY = 24 * 60


def older_tracks(today: datetime, count: int) -> tuple[Track, ...]:
    """Return `count` tracks that are older than the recent ones, newest first."""
    if count == 0:
        return ()
    chance = Chance("backlist")
    newest = today - timedelta(days=_NEWEST_DAYS)
    apart = min(_DAY, _LONGEST_DAYS * _DAY // count)
    return tuple(_older_track(chance, today, newest, apart * at, at) for at in range(count))


def _older_track(chance: Chance, today: datetime, newest: datetime, minutes: int, at: int) -> Track:
    listed = at % _UNLISTED_EVERY != _UNLISTED_EVERY - 1
    plays = 1 + int(900 * chance.fraction() ** 4) if listed else 0
    detailed = chance.fraction() < 0.7
    return Track(
        id=NEWEST_ID - at,
        name=_title(at),
        uploaded=newest - timedelta(minutes=minutes),
        duration_ms=chance.between(95_000, 244_000),
        plays=plays,
        contribution=round(plays * 0.013, 2),
        calculated=today,
        listed=listed,
        album_id=None,
        bpm=chance.between(68, 164) if detailed else None,
        key=chance.pick(KEYS) if detailed else None,
        scale=chance.pick(SCALES) if detailed else None,
        genre=chance.pick(GENRES),
        licensing_type=chance.pick(LICENSING),
        collaborators=(),
    )


def _title(at: int) -> str:
    """Return a unique title."""
    firsts, seconds = len(FIRST_WORDS), len(SECOND_WORDS)
    second, first = divmod(at % (firsts * seconds), firsts)
    number = 2 + at // (firsts * seconds)
    return f"{FIRST_WORDS[first]} {SECOND_WORDS[second]} {number}"


TRACKS = 128
TOTAL_PLAYS = 45_210
TOP_TITLE, TOP_PLAYS = "Midnight Drive", 7_919


@dataclass(frozen=True, slots=True)
class _Upload:
    """A track without its name and numbers."""

    days_ago: int
    minutes: int
    album_id: int | None = None
    listed: bool = True

    def at(self, today: datetime) -> datetime:
        """Return the time of the upload.

        It is relative to midnight, so that uploads made together stay on one day, and the order
        does not depend on the start time.
        """
        return today - timedelta(days=self.days_ago, minutes=self.minutes - _LATEST)


@dataclass(frozen=True, slots=True)
class _AlbumPlan:
    """An album with the days since its creation and its release; negative if upcoming."""

    id: int
    name: str
    tracks: int
    made: int
    released: int | None


# The last minute of a day with uploads.
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
    """Return the uploads, newest first."""
    singles = [*_RECENT_DAYS]
    singles += [chance.between(32, 362) for _ in range(_SINGLES_THIS_YEAR)]
    singles += [chance.between(366, 1_080) for _ in range(_SINGLES_BEFORE)]
    uploads = [_Upload(day, chance.between(0, 1_300)) for day in singles]
    uploads += [_Upload(day, chance.between(0, 1_300), listed=False) for day in _DRAFT_DAYS]
    for plan in _ALBUMS:
        published = plan.released is not None and plan.released >= 0
        # All tracks of an album are uploaded together.
        uploads += [_Upload(plan.made, 6 * at, plan.id, published) for at in range(plan.tracks)]
    return sorted(uploads, key=lambda upload: (upload.days_ago, upload.minutes))


def _titles(chance: Chance, count: int) -> list[str]:
    """Return `count` different titles, none of them that of the top track."""
    pairs = [f"{first} {second}" for first in FIRST_WORDS for second in SECOND_WORDS]
    titles = ["Neon Rain", *TITLES]
    pairs.remove("Neon Rain")
    while len(titles) < count:
        titles.append(pairs.pop(chance.between(0, len(pairs) - 1)))
    return [titles.pop(chance.between(0, len(titles) - 1)) for _ in range(count)]


def recent_tracks(today: datetime) -> tuple[Track, ...]:
    """Return the tracks, newest first; independent of the time of day."""
    chance = Chance("tracks")
    uploads = _uploads(chance)
    titles = _titles(chance, len(uploads))
    top = next(at for at, upload in enumerate(uploads) if upload.album_id == 930_000_003)
    titles[top] = TOP_TITLE
    # Older tracks have more plays, and few tracks have most of them.
    weights = [
        upload.listed * (0.2 + chance.fraction() ** 3) * upload.days_ago**0.6 for upload in uploads
    ]
    weights[top] = 0
    plays = shares(TOTAL_PLAYS - TOP_PLAYS, weights)
    plays[top] = TOP_PLAYS
    collaborators = tuple(
        Person(900_500_001 + at, name, None) for at, name in enumerate(COLLABORATORS)
    )
    newest, *others = (
        _track(
            chance,
            today,
            upload,
            NEWEST_ID + len(uploads) - at,
            titles[at],
            plays[at],
            who,
        )
        for at, upload in enumerate(uploads)
        for who in [_with(chance.pick(collaborators), collaborators) if at % 9 == 4 else ()]
    )
    # The daily calculation does not include the latest upload yet.
    return (replace(newest, contribution=0.0, calculated=None), *others)


def _with(person: Person, others: tuple[Person, ...]) -> tuple[Person, ...]:
    """Return the collaborators of a track; the first two always work together."""
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
        key=chance.pick(KEYS) if detailed else None,
        scale=chance.pick(SCALES) if detailed else None,
        genre=chance.pick(GENRES),
        licensing_type=chance.pick(LICENSING),
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


GROWTH_RATE = 7.5
FOLLOWERS = 873

ACCOUNT = Person(ACCOUNT_ID, "nova", f"https://images.example.com/avatars/{ACCOUNT_ID}.png")


def artist(now: datetime, *, days: int) -> Artist:
    """Return the artist profile, created `days` ago."""
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


def empty(now: datetime, *, with_artist: bool) -> Catalog:
    """Return an account without uploads."""
    return Catalog(
        account=ACCOUNT,
        artist=artist(now, days=1) if with_artist else None,
        progress=Progress(level=1, xp=0, floor=0, to_next=100),
        growth_rate=None if with_artist else 0.0,
        achievements=progress.achievements(None),
    )


def full(now: datetime, tracks: int = TRACKS) -> Catalog:
    """Return three years of uploads with their audience.

    A larger catalog has additional older tracks; the last three years are the same.
    """
    if tracks < TRACKS:
        raise ValueError(f"the catalog has {TRACKS} tracks or more, not {tracks}")
    now = now.replace(second=0, microsecond=0)
    today = now.replace(hour=0, minute=0)
    older = older_tracks(today, tracks - TRACKS)
    return _with_audience(now, today, (*recent_tracks(today), *older))


def _with_audience(now: datetime, today: datetime, tracks: tuple[Track, ...]) -> Catalog:
    listed = tuple(track for track in tracks if track.listed)
    followers = _followers()
    purchases = activity.purchases(now, listed)
    days = max(1_095, (now - tracks[-1].uploaded).days + 15)
    return Catalog(
        account=ACCOUNT,
        artist=artist(now, days=days),
        progress=Progress(level=12, xp=3_774, floor=3_648, to_next=383),
        growth_rate=GROWTH_RATE,
        tracks=tracks,
        albums=albums(today),
        followers=followers,
        downloads=activity.downloads(now, listed, followers),
        engagement=activity.engagement(now),
        purchases=purchases,
        transactions=finances.all_transactions(now, purchases),
        payouts_ready=True,
        xp_sources=progress.SOURCES,
        achievements=progress.achievements(today),
    )


def _followers() -> tuple[Person, ...]:
    chance = Chance("followers")
    return tuple(
        Person(
            follower_id,
            f"{chance.pick(HANDLE_STARTS)}{chance.pick(HANDLE_ENDS)}{chance.between(1, 99)}",
            f"https://images.example.com/avatars/{follower_id}.png",
        )
        for follower_id in range(901_000_000 + FOLLOWERS, 901_000_000, -1)
    )
