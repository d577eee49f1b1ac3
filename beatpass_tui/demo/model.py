"""The shapes of the made-up catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on BeatPass: a follower, a downloader, or the account itself."""

    id: int
    name: str
    avatar: str | None


@dataclass(frozen=True, slots=True)
class Track:
    """One linked track; an unlisted one counts in the stats but is not published."""

    id: int
    name: str
    uploaded: datetime
    duration_ms: int
    plays: int
    contribution: float
    listed: bool
    album_id: int | None
    bpm: int | None
    key: str | None
    scale: str | None
    genre: str
    licensing_type: str
    collaborators: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Album:
    """One album, which the product calls a collection."""

    id: int
    name: str
    created: datetime
    release_date: date | None
    description: str | None


@dataclass(frozen=True, slots=True)
class License:
    """The licence that came with a download."""

    uuid: str
    type: str
    status: str


@dataclass(frozen=True, slots=True)
class Download:
    """One download by the audience; the downloader is missing when the account is gone."""

    id: int
    at: datetime
    track: Track
    downloader: Person | None
    license: License | None


@dataclass(frozen=True, slots=True)
class Engagement:
    """What the audience did in one day, besides downloading."""

    at: datetime
    plays: int
    likes: int
    reposts: int
    comments: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """One sale, with its amounts in cents."""

    id: int
    at: datetime
    track: Track
    total_cents: int
    fee_cents: int
    status: str

    @property
    def artist_cents(self) -> int:
        """Return what the artist keeps."""
        return self.total_cents - self.fee_cents


@dataclass(frozen=True, slots=True)
class Artist:
    """The producer's public profile."""

    id: int
    name: str
    member_since: datetime
    bio: str
    website: str
    social_links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """The level, and the XP on both sides of it."""

    level: int
    xp: int
    floor: int
    to_next: int

    @property
    def percent(self) -> float:
        """Return how much of the way to the next level is done, 0 to 100."""
        done = self.xp - self.floor
        return round(100 * done / (done + self.to_next), 1)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything one account has on BeatPass; lists are newest first."""

    account: Person
    artist: Artist | None
    progress: Progress
    growth_rate: float | None
    tracks: tuple[Track, ...] = ()
    albums: tuple[Album, ...] = ()
    followers: tuple[Person, ...] = ()
    downloads: tuple[Download, ...] = ()
    engagement: tuple[Engagement, ...] = ()
    purchases: tuple[Purchase, ...] = ()

    @property
    def total_plays(self) -> int:
        """Return the lifetime plays of all linked tracks."""
        return sum(track.plays for track in self.tracks)

    @property
    def listed(self) -> tuple[Track, ...]:
        """Return the published tracks."""
        return tuple(track for track in self.tracks if track.listed)
