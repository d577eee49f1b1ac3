"""What Home needs: the session's answers in, the greeting and eight cards out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from beatpass_tui import formatting
from beatpass_tui.models import levels, trends
from beatpass_tui.models.links import artist_url
from beatpass_tui.models.numbers import BY_ID, NUMBERS
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.cards import Phase, Stat, Welcome

if TYPE_CHECKING:
    from beatpass_tui.models import Achievements, Artist, Intelligence

EMPTY_CARDS = (
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


SIGNED_OUT_CARDS = tuple(stat._replace(phase=Phase.KNOWN) for stat in EMPTY_CARDS)
"""The eight cards while nobody is signed in: they wait for nothing."""


_OTHER_BASELINE = timedelta(hours=1)
"""A change measured from a time that lies so much before the last visit's end says its date."""


class HomeView:
    """Home's view of a session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def welcome(self) -> Welcome:
        """Return the greeting's name and level."""
        session = self.session
        artist, account = session.artist.value, session.account.value
        name = artist.name if artist is not None else None
        if name is None and account is not None and not session.artist.is_pending:
            name = account.name
        query = session.intelligence
        if query.value is None:
            return Welcome(name, None, Phase.MISSING if query.error else Phase.WAITING)
        return Welcome(name, query.value.level, Phase.KNOWN)

    def cards(self) -> tuple[Stat, ...]:
        """Return the eight cards in their order."""
        session = self.session
        tracks, plays, albums, downloads, followers, level, growth, profile = EMPTY_CARDS
        return (
            self._count(tracks, session.stats),
            self._count(plays, session.stats),
            self._count(albums, session.intelligence),
            self._count(downloads, session.activity),
            self._count(followers, session.followers),
            self._level(level, session.intelligence),
            self._growth(growth, session.intelligence),
            self._profile(profile, session.artist),
        )

    def since_text(self) -> str:
        """Return since when the changes are measured, empty at the first visit."""
        moment = self.session.history.last_visit if self.session.history is not None else None
        return "" if moment is None else f"since {self._at(moment)}"

    def daily_values(self, name: str) -> tuple[tuple[date, float | None], ...]:
        """Return the last value of each of the last days of a number."""
        past, now = self.session.history, self.session.clock.now()
        points = past.points(name) if past is not None else ()
        return trends.resample(points, trends.DAY, now) if points else ()

    def milestones(self) -> list[tuple[str, str]]:
        """Return what was reached since the last visit: a name to tell it by, and a sentence."""
        found = []
        for number in NUMBERS:
            now = self._number(number.id)
            before = self._before(number.id)
            if now is not None and before is not None:
                sentence = trends.milestone(number.id, before[0], now)
                if sentence is not None:
                    found.append((f"{number.id}: {sentence}", sentence))
        found += [(f"achievement: {name}", f"New achievement: {name}") for name in self._unlocked()]
        return found

    def _unlocked(self) -> Iterator[str]:
        """Yield the achievements that have come since the last visit."""
        session, past = self.session, self.session.history
        if past is None or past.last_visit is None:
            return
        dashboard, listing = (
            past.value_at_last_visit(session.intelligence),
            past.value_at_last_visit(session.achievements),
        )
        answer, listed = session.intelligence.value, session.achievements.value
        pairs = (
            (_of_dashboard(dashboard[0] if dashboard else None), _of_dashboard(answer)),
            (_of_listing(listing[0] if listing else None), _of_listing(listed)),
        )
        for was, now in pairs:
            # Without a list of then there is nothing to tell the new ones by.
            if was is not None and now is not None:
                for name, at in now.items():
                    if name not in was and (at is None or at > past.last_visit):
                        yield name

    def top_movers(self) -> str | None:
        """Return which beats are behind the change in plays; None while that is not known."""
        past, now = self.session.history, self.session.performance.value
        before = past.value_at_last_visit(self.session.performance) if past is not None else None
        if now is None or before is None or not self._is_new(self.session.performance):
            return None
        gains = trends.top_movers(before[0], now, before[1])
        words = trends.movers_text(gains) or "none of your latest 20"
        return words if self._same_visit(before[1]) else f"{words} · since {self._at(before[1])}"

    def _is_new(self, query: Query[Any]) -> bool:
        """Whether an answer is of this visit, so that it can have changed since the last one."""
        past = self.session.history
        if past is None or past.last_visit is None or query.fetched_at is None:
            return False
        return query.fetched_at > past.last_visit

    def _same_visit(self, moment: datetime) -> bool:
        past = self.session.history
        since = past.last_visit if past is not None else None
        return since is not None and since - moment < _OTHER_BASELINE

    def _at(self, moment: datetime) -> str:
        return formatting.date_or_time(moment, self.session.clock.now())

    def _number(self, name: str) -> float | None:
        """Return one of the seven numbers as it is known."""
        query = self._query_of(name)
        return None if query.value is None else BY_ID[name].read(query.value)

    def _query_of(self, name: str) -> Query[Any]:
        query: Query[Any] = getattr(self.session, BY_ID[name].query)
        return query

    def _before(self, name: str) -> tuple[float, datetime] | None:
        """Return a number as it was at the last visit, and when; None where there is no change."""
        past, query = self.session.history, self._query_of(name)
        if past is None or not self._is_new(query):
            return None
        before = past.value_at_last_visit(query)
        value = BY_ID[name].read(before[0]) if before is not None else None
        return None if before is None or value is None else (value, before[1])

    def _change(self, name: str) -> str:
        """Return the change of a number since the last visit as its card says it."""
        now, before = self._number(name), self._before(name)
        if now is None or before is None:
            return ""
        change = formatting.signed(now - before[0])
        if self._same_visit(before[1]):
            return change
        day = formatting.day_and_month(before[1], self.session.clock.now(), short=True)
        return f"{change} · {day}"

    def insights(self) -> tuple[tuple[str, str], ...]:
        """Return labeled lines for spare rows, out of what Home's answers already brought."""
        moved = self.top_movers()
        rows = (
            ("Which beat moved", [moved] if moved is not None else []),
            ("Catalog", self._about_catalog()),
            ("Audience", self._about_audience()),
        )
        return tuple((label, " · ".join(parts)) for label, parts in rows if parts)

    def _about_catalog(self) -> list[str]:
        stats = self.session.stats.value
        if stats is None:
            return []
        parts = []
        if stats.top_track is not None:
            plays = stats.top_track.plays
            counted = f", {formatting.plural(plays, 'play')}" if plays is not None else ""
            parts.append(f"top track {stats.top_track.name}{counted}")
        if stats.recent_uploads is not None:
            parts.append(f"{formatting.plural(stats.recent_uploads, 'upload')} in 30 days")
        if stats.average_plays is not None:
            parts.append(f"{formatting.plural(stats.average_plays, 'play')} a track")
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
        return [formatting.plural(n, one, many) for n, one, many in counts if n is not None]

    def is_new_artist(self) -> bool:
        """Whether this is a new artist: no track yet, and that is known."""
        stats = self.session.stats.value
        return stats is not None and stats.total_tracks == 0

    def _count(self, blank: Stat, query: Query[Any]) -> Stat:
        value = self._number(blank.id)
        stat = self._state(blank, query, known=value is not None)._replace(number=value)
        return self._with_course(stat)

    def _with_course(self, stat: Stat) -> Stat:
        """Return a card with the change and the course of its number, if it is known."""
        past = self.session.history
        if stat.phase is not Phase.KNOWN or past is None:
            return stat
        return stat._replace(
            change=self._change(stat.id),
            sparkline=trends.sparkline(past.points(stat.id), self.session.clock.now()),
        )

    def _level(self, blank: Stat, query: Query[Intelligence]) -> Stat:
        level = query.value.level if query.value is not None else None
        if level is None or level.level is None:
            return self._state(blank, query, known=False)
        rest = levels.xp_summary(level.level, level.xp, level.to_next)
        stat = self._state(blank._replace(hint=f"Level · {rest}"), query, known=True)
        detail = f"{formatting.count(level.xp)} XP" if level.xp is not None else ""
        stat = self._with_course(stat._replace(number=level.level, detail=detail))
        # A level rarely changes, and the XP are worth more than being told so.
        return stat._replace(change="" if stat.change.startswith("±0") else stat.change)

    def _growth(self, blank: Stat, query: Query[Intelligence]) -> Stat:
        answer = query.value
        if answer is not None and answer.growth_calculating:
            if query.error is not None:
                # Whether it is calculated by now could not be learned: no spinner may hide that.
                return _missing(blank, query.error.reason, query.error.message)
            return blank._replace(
                phase=Phase.CALCULATING,
                text="Calculating…",
                hint="Growth · BeatPass is still calculating it; asked again from time to time",
            )
        if answer is None or answer.growth_rate is None:
            return self._state(blank, query, known=False)
        rate = answer.growth_rate
        return self._state(blank, query, known=True)._replace(
            text=formatting.growth(rate),
            detail={1: "▲ up", 0: "flat", -1: "▼ down"}[formatting.direction(rate)],
        )

    def _profile(self, blank: Stat, query: Query[Artist]) -> Stat:
        artist = query.value
        if artist is None or artist.id is None:
            return self._state(blank, query, known=False)
        address = artist_url(artist.id, artist.name)
        return blank._replace(
            phase=Phase.KNOWN,
            stale=query.is_stale,
            text=artist.name or "Your artist page",
            detail="open.beatpass.ca",
            hint=f"View Profile · opens {address} in the browser",
            address=address,
        )

    def _state(self, blank: Stat, query: Query[Any], *, known: bool) -> Stat:
        """Return `blank` with the phase that the group gives it, and why if it is missing."""
        if known and query.fetched_at is not None:
            hint = f"{blank.hint} · as of {self._at(query.fetched_at)}"
            return blank._replace(phase=Phase.KNOWN, hint=hint, stale=query.is_stale)
        error = query.error
        if self.session.needs_artist(query) and query.is_pending and self.session.artist_id is None:
            # What hangs on the artist's id cannot be asked for while the profile is missing.
            error = self.session.artist.error
            if error is None and self.session.artist.value is not None:
                return _missing(blank, "no artist id", "the artist profile came without an id")
        if query.value is not None:
            return _missing(blank, "not sent", "the answer held no such number")
        if error is not None:
            return _missing(blank, error.reason, error.message)
        return blank


def _missing(blank: Stat, reason: str, sentence: str) -> Stat:
    hint = f"{blank.title} · {sentence}"
    return blank._replace(phase=Phase.MISSING, detail=reason, hint=hint)


Unlocked = dict[str, datetime | None]
"""Unlocked achievements by name, and when they were."""


def _of_dashboard(answer: Intelligence | None) -> Unlocked | None:
    if answer is None or answer.unlocked is None:
        return None
    return {each.name: each.at for each in answer.unlocked}


def _of_listing(answer: Achievements | None) -> Unlocked | None:
    if answer is None or answer.rows is None:
        return None
    unlocked = ((each.name, each.unlocked_at) for each in answer.rows if each.unlocked)
    return {name: at for name, at in unlocked if name is not None}
