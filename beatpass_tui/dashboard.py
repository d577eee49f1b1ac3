"""What Home needs: the session's answers in, the greeting and eight cards out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from beatpass_tui import format, levels
from beatpass_tui.cards import Phase, Stat, Welcome
from beatpass_tui.groups import Group
from beatpass_tui.links import artist_address
from beatpass_tui.session import Session

if TYPE_CHECKING:
    from beatpass_tui.models import Artist, Intelligence

EMPTY = (
    Stat("tracks", "Tracks", page="beats", hint="Tracks · every linked track, published or not"),
    Stat(
        "total-plays",
        "Total Plays",
        page="activity",
        hint="Total Plays · of every linked track over its lifetime",
    ),
    Stat("albums", "Albums", page="collections", hint="Albums · those of My Collections"),
    Stat(
        "downloads",
        "Downloads",
        page="activity",
        hint="Downloads · by your audience, your own team not counted",
    ),
    Stat(
        "followers",
        "Followers",
        page="activity",
        hint="Followers · people who follow your artist page",
    ),
    Stat("level", "Level", page="progress", hint="Level · of your account"),
    Stat(
        "growth",
        "Growth",
        page="beats",
        hint="Growth · the rate that BeatPass reports; it does not say over which time",
    ),
    Stat("view-profile", "View Profile ↗", hint="View Profile · your public artist page"),
)
"""The eight cards before anything is known."""


NOTHING = tuple(replace(stat, phase=Phase.KNOWN) for stat in EMPTY)
"""The eight cards while nobody is signed in: they wait for nothing."""


class Dashboard:
    """Home's view of a session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def welcome(self) -> Welcome:
        """Return the greeting's name and level."""
        session = self.session
        artist, account = session.artist.value, session.account.value
        name = artist.name if artist is not None else None
        if name is None and account is not None and not session.artist.waiting:
            name = account.name
        group = session.intelligence
        if group.value is None:
            return Welcome(name, None, Phase.MISSING if group.error else Phase.WAITING)
        return Welcome(name, group.value.level, Phase.KNOWN)

    def stats(self) -> tuple[Stat, ...]:
        """Return the eight cards in their order."""
        session = self.session
        tracks, plays, albums, downloads, followers, level, growth, profile = EMPTY
        stats, overview = session.stats.value, session.intelligence.value
        fans, activity = session.followers.value, session.activity.value
        return (
            self._count(tracks, session.stats, stats.total_tracks if stats else None),
            self._count(plays, session.stats, stats.total_plays if stats else None),
            self._count(albums, session.intelligence, overview.total_albums if overview else None),
            self._count(downloads, session.activity, activity.downloads if activity else None),
            self._count(followers, session.followers, fans.total if fans else None),
            self._level(level, session.intelligence),
            self._growth(growth, session.intelligence),
            self._profile(profile, session.artist),
        )

    def insights(self) -> tuple[tuple[str, str], ...]:
        """Return labelled lines for spare rows, out of what Home's answers already brought."""
        rows = (("Catalogue", self._about_catalogue()), ("Audience", self._about_audience()))
        return tuple((label, " · ".join(parts)) for label, parts in rows if parts)

    def _about_catalogue(self) -> list[str]:
        stats = self.session.stats.value
        if stats is None:
            return []
        parts = []
        if stats.top_track is not None:
            plays = stats.top_track.plays
            counted = f", {format.plural(plays, 'play')}" if plays is not None else ""
            parts.append(f"top track {stats.top_track.name}{counted}")
        if stats.recent_uploads is not None:
            parts.append(f"{format.plural(stats.recent_uploads, 'upload')} in 30 days")
        if stats.average_plays is not None:
            parts.append(f"{format.plural(stats.average_plays, 'play')} a track")
        return parts

    def _about_audience(self) -> list[str]:
        """Return the figures of the answer that Downloads comes from, over all time."""
        activity = self.session.activity.value
        if activity is None or not activity.downloads:
            return []
        counts = (
            (activity.downloaders, "person downloading", "people downloading"),
            (activity.plays, "play", "plays"),
            (activity.likes, "like", "likes"),
            (activity.reposts, "repost", "reposts"),
            (activity.comments, "comment", "comments"),
        )
        return [format.plural(n, one, many) for n, one, many in counts if n is not None]

    def beginning(self) -> bool:
        """Whether this is a new artist: no track yet, and that is known."""
        stats = self.session.stats.value
        return stats is not None and stats.total_tracks == 0

    def _count(self, blank: Stat, group: Group[Any], value: float | None) -> Stat:
        return replace(self._state(blank, group, known=value is not None), number=value)

    def _level(self, blank: Stat, group: Group[Intelligence]) -> Stat:
        level = group.value.level if group.value is not None else None
        if level is None or level.level is None:
            return self._state(blank, group, known=False)
        rest = levels.remaining(level.level, level.xp, level.to_next)
        stat = self._state(replace(blank, hint=f"Level · {rest}"), group, known=True)
        below = f"{format.count(level.xp)} XP" if level.xp is not None else ""
        return replace(stat, number=level.level, below=below)

    def _growth(self, blank: Stat, group: Group[Intelligence]) -> Stat:
        answer = group.value
        if answer is not None and answer.growth_calculating:
            if group.error is not None:
                # Whether it is calculated by now could not be learned: no spinner may hide that.
                return _missing(blank, group.error.reason, group.error.sentence)
            return replace(
                blank,
                phase=Phase.CALCULATING,
                text="Calculating…",
                hint="Growth · BeatPass is still calculating it; asked again from time to time",
            )
        if answer is None or answer.growth_rate is None:
            return self._state(blank, group, known=False)
        rate = answer.growth_rate
        return replace(
            self._state(blank, group, known=True),
            text=format.growth(rate),
            below={1: "▲ up", 0: "flat", -1: "▼ down"}[format.trend(rate)],
        )

    def _profile(self, blank: Stat, group: Group[Artist]) -> Stat:
        artist = group.value
        if artist is None or artist.id is None:
            return self._state(blank, group, known=False)
        address = artist_address(artist.id, artist.name)
        return replace(
            blank,
            phase=Phase.KNOWN,
            text=artist.name or "Your artist page",
            below="open.beatpass.ca",
            hint=f"View Profile · opens {address} in the browser",
            address=address,
        )

    def _state(self, blank: Stat, group: Group[Any], *, known: bool) -> Stat:
        """Return `blank` with the phase that the group gives it, and why if it is missing."""
        if known and group.as_of is not None:
            as_of = format.at(group.as_of, self.session.clock.now())
            return replace(blank, phase=Phase.KNOWN, hint=f"{blank.hint} · as of {as_of}")
        error = group.error
        if self.session.needs_artist(group) and group.waiting and self.session.artist_id is None:
            # What hangs on the artist's id cannot be asked for while the profile is missing.
            error = self.session.artist.error
            if error is None and self.session.artist.value is not None:
                return _missing(blank, "no artist id", "the artist profile came without an id")
        if group.value is not None:
            return _missing(blank, "not sent", "the answer held no such number")
        if error is not None:
            return _missing(blank, error.reason, error.sentence)
        return blank


def _missing(blank: Stat, reason: str, sentence: str) -> Stat:
    hint = f"{blank.title} · {sentence}"
    return replace(blank, phase=Phase.MISSING, below=reason, hint=hint)
