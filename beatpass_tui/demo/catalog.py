"""The made-up artist: the same at every start, with dates that count back from now."""

from __future__ import annotations

from datetime import datetime, timedelta

from beatpass_tui.demo import audience, backlist, discography, ledger, progress, words
from beatpass_tui.demo.chance import Chance
from beatpass_tui.demo.discography import TRACKS
from beatpass_tui.demo.model import (
    ACCOUNT_ID,
    ARTIST_ID,
    Artist,
    Catalog,
    Person,
    Progress,
    Track,
)

GROWTH_RATE = 7.5
FOLLOWERS = 873

ACCOUNT = Person(ACCOUNT_ID, "nova", f"https://images.example.com/avatars/{ACCOUNT_ID}.png")


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


def empty(now: datetime, *, with_artist: bool) -> Catalog:
    """Return an account that has not uploaded anything yet."""
    return Catalog(
        account=ACCOUNT,
        artist=artist(now, days=1) if with_artist else None,
        progress=Progress(level=1, xp=0, floor=0, to_next=100),
        growth_rate=None if with_artist else 0.0,
        achievements=progress.achievements(None),
    )


def full(now: datetime, tracks: int = TRACKS) -> Catalog:
    """Return three years of uploads, and the audience that came with them.

    A larger catalog has older tracks besides, so that the last years stay as they are.
    """
    if tracks < TRACKS:
        raise ValueError(f"the catalog has {TRACKS} tracks or more, not {tracks}")
    now = now.replace(second=0, microsecond=0)
    today = now.replace(hour=0, minute=0)
    older = backlist.tracks(today, tracks - TRACKS)
    return _filled(now, today, (*discography.tracks(today), *older))


def _filled(now: datetime, today: datetime, tracks: tuple[Track, ...]) -> Catalog:
    listed = tuple(track for track in tracks if track.listed)
    followers = _followers()
    purchases = audience.purchases(now, listed)
    days = max(1_095, (now - tracks[-1].uploaded).days + 15)
    return Catalog(
        account=ACCOUNT,
        artist=artist(now, days=days),
        progress=Progress(level=12, xp=3_774, floor=3_648, to_next=383),
        growth_rate=GROWTH_RATE,
        tracks=tracks,
        albums=discography.albums(today),
        followers=followers,
        downloads=audience.downloads(now, listed, followers),
        engagement=audience.engagement(now),
        purchases=purchases,
        transactions=ledger.transactions(now, purchases),
        payouts_ready=True,
        xp_sources=progress.SOURCES,
        achievements=progress.achievements(today),
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
