"""The models of the sample data, and reproducible random numbers."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import accumulate
from typing import TypeVar

ACCOUNT_ID = 900_000_007
ARTIST_ID = 900_000_021


@dataclass(frozen=True, slots=True)
class Person:
    """A person on BeatPass: a follower, a downloader, or the account."""

    id: int
    name: str
    avatar: str | None


@dataclass(frozen=True, slots=True)
class Track:
    """A linked track; unlisted tracks are counted in the stats but not published.

    `calculated` is the time of the last contribution value; None while it is pending.
    """

    id: int
    name: str
    uploaded: datetime
    duration_ms: int
    plays: int
    contribution: float
    calculated: datetime | None
    listed: bool
    album_id: int | None
    bpm: int | None
    key: str | None
    scale: str | None
    genre: str
    licensing_type: str
    collaborators: tuple[Person, ...]

    @property
    def image(self) -> str:
        """Return the URL of the artwork, which does not exist."""
        return f"https://images.example.com/tracks/{self.id}.png"


@dataclass(frozen=True, slots=True)
class Album:
    """One album, called a collection in the product."""

    id: int
    name: str
    created: datetime
    release_date: date | None
    description: str | None


@dataclass(frozen=True, slots=True)
class License:
    """The license of a download."""

    uuid: str
    type: str
    status: str


@dataclass(frozen=True, slots=True)
class Download:
    """A download by the audience; its downloader is None if the account was deleted."""

    id: int
    at: datetime
    track: Track
    downloader: Person | None
    license: License | None


@dataclass(frozen=True, slots=True)
class Engagement:
    """The audience's plays, likes, reposts and comments of one day."""

    at: datetime
    plays: int
    likes: int
    reposts: int
    comments: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """A sale with amounts in cents and the status of the payout."""

    id: int
    at: datetime
    track: Track
    total_cents: int
    fee_cents: int
    status: str

    @property
    def artist_cents(self) -> int:
        """Return the artist's share in cents."""
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
    upload_access: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """The level, the XP at which it starts, and the XP needed for the next one."""

    level: int
    xp: int
    floor: int
    to_next: int

    @property
    def percent(self) -> float:
        """Return the progress to the next level in percent."""
        done = self.xp - self.floor
        return round(100 * done / (done + self.to_next), 1)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction in minor units; reversals are negative, and only sales have a fee."""

    id: str
    at: datetime
    kind: str
    status: str
    amount: int
    currency: str
    track: Track | None
    fee: int | None = None


@dataclass(frozen=True, slots=True)
class XpSource:
    """An XP source and its number of awards."""

    key: str
    label: str
    times: int
    xp: int


@dataclass(frozen=True, slots=True)
class Achievement:
    """An achievement, locked if it has no unlock time."""

    id: int
    name: str
    about: str
    category: str
    rarity: str
    xp: int
    unlocked: datetime | None


# Without slots, so that cached properties work.
@dataclass(frozen=True)
class Catalog:
    """All data of one account; lists are newest first."""

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
    transactions: tuple[Transaction, ...] = ()
    payouts_ready: bool = False
    xp_sources: tuple[XpSource, ...] = ()
    achievements: tuple[Achievement, ...] = ()

    @cached_property
    def total_plays(self) -> int:
        """Return the lifetime plays of all linked tracks."""
        return sum(track.plays for track in self.tracks)

    @cached_property
    def listed(self) -> tuple[Track, ...]:
        """Return the published tracks."""
        return tuple(track for track in self.tracks if track.listed)

    @cached_property
    def tracks_by_album(self) -> Mapping[int, tuple[Track, ...]]:
        """Return the tracks of each album in upload order."""
        by_album: defaultdict[int, list[Track]] = defaultdict(list)
        for track in reversed(self.tracks):
            if track.album_id is not None:
                by_album[track.album_id].append(track)
        return {album_id: tuple(tracks) for album_id, tracks in by_album.items()}

    @cached_property
    def albums_by_id(self) -> Mapping[int, Album]:
        """Return the albums by their ids."""
        return {album.id: album for album in self.albums}

    @cached_property
    def unlocked(self) -> tuple[Achievement, ...]:
        """Return the unlocked achievements, latest first."""
        dated = [(each.unlocked, each) for each in self.achievements if each.unlocked is not None]
        return tuple(each for _, each in sorted(dated, key=lambda pair: pair[0], reverse=True))


T = TypeVar("T")


class Chance:
    """A seeded random number generator.

    Only `random()` is used, whose sequence is the same in every Python version.
    """

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed).random

    def fraction(self) -> float:
        """Return a number in [0, 1)."""
        return self._random()

    def between(self, low: int, high: int) -> int:
        """Return an integer from `low` to `high`, inclusive."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[self.between(0, len(choices) - 1)]

    def place(self, cumulative: Sequence[float], count: int | None = None) -> int:
        """Return an index drawn by the cumulative weights of the first `count` entries."""
        end = len(cumulative) if count is None else count
        return min(bisect_right(cumulative, self._random() * cumulative[end - 1], 0, end), end - 1)


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """Split a total by weight into integers with exactly this sum."""
    weight_sum = sum(weights)
    edges = [round(total * edge / weight_sum) for edge in accumulate(weights)]
    edges[-1] = total
    return [edge - before for edge, before in zip(edges, [0, *edges], strict=False)]
