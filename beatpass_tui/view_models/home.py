"""Home: the greeting, the eight cards and the lines below them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from beatpass_tui import formatting
from beatpass_tui.models import levels, trends
from beatpass_tui.models.career import Achievements
from beatpass_tui.models.home import Intelligence
from beatpass_tui.models.numbers import (
    BY_ID,
    CALCULATING,
    NUMBERS,
    PROFILE,
    Fetched,
    Number,
    Reading,
    Snapshot,
    measure,
    measure_all,
)
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.cards import Phase, Stat, Welcome
from beatpass_tui.view_models.charts import ChartData, number_chart
from beatpass_tui.view_models.missing import missing


def _empty_card(number: Number) -> Stat:
    title = f"{number.title} ↗" if number is PROFILE else number.title
    hint = f"{number.title} · {number.description}"
    return Stat(number.id, title, page=number.page, hint=hint)


EMPTY_CARDS = tuple(map(_empty_card, (*NUMBERS, PROFILE)))
"""The eight cards before anything has been fetched."""

SIGNED_OUT_CARDS = tuple(card._replace(phase=Phase.KNOWN) for card in EMPTY_CARDS)
"""The eight cards without an account: empty, and not loading."""

_SAME_VISIT = timedelta(hours=1)
"""A change shows its date if its baseline is older than the last visit by more than this."""


def take_snapshot(session: Session) -> Snapshot:
    """Return the models of Home's queries, and those at the end of the previous visit."""
    current, baseline, errors = {}, {}, {}
    for query in session.home:
        error = missing(session, query)
        if query.value is not None and query.fetched_at is not None:
            current[query.name] = Fetched(query.value, query.fetched_at)
        if error is not None:
            errors[query.name] = error
        previous = _baseline(session, query)
        if previous is not None:
            baseline[query.name] = previous
    return Snapshot(current, baseline, _last_visit(session), errors)


def linked_tracks(session: Session) -> float | None:
    """Return the number of linked tracks, as shown on Home."""
    value = measure(BY_ID["tracks"], take_snapshot(session)).value
    return value if isinstance(value, int | float) else None


def uses_profile(session: Session) -> bool:
    """Return whether Tracks or Total Plays come from the artist profile."""
    snapshot = take_snapshot(session)
    numbers = (number for number in NUMBERS if number.other is not None)
    return any(measure(number, snapshot).source.query == "artist" for number in numbers)


def _last_visit(session: Session) -> datetime | None:
    return session.history.last_visit if session.history is not None else None


def _baseline(session: Session, query: Query[Any]) -> Fetched | None:
    """Return a query's value at the end of the previous visit; None unless fetched again since."""
    history, last_visit = session.history, _last_visit(session)
    if history is None or last_visit is None or query.fetched_at is None:
        return None
    previous = history.value_at_last_visit(query) if query.fetched_at > last_visit else None
    return None if previous is None else Fetched(*previous)


class HomeView:
    """The values and texts that Home shows for a session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def welcome(self) -> Welcome:
        """Return the name and level for the greeting."""
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
        return tuple(map(self._card, EMPTY_CARDS, measure_all(take_snapshot(self.session))))

    def since_text(self) -> str:
        """Return the start of the period of the changes; empty at the first visit."""
        last_visit = _last_visit(self.session)
        return "" if last_visit is None else f"since {self._time(last_visit)}"

    def chart(self, id: str) -> ChartData:
        """Return the gains per day of a number, or its values if it has no gains."""
        history, now = self.session.history, self.session.clock.now()
        points = history.points(id) if history is not None else ()
        return number_chart(BY_ID[id], points, now)

    def milestones(self) -> list[tuple[str, str]]:
        """Return a key and a sentence for everything reached since the last visit."""
        reached = []
        for reading in measure_all(take_snapshot(self.session)):
            number = reading.number
            if reading.previous is not None and isinstance(reading.value, int | float):
                sentence = trends.milestone(number, reading.previous, reading.value)
                if sentence is not None:
                    reached.append((f"{number.id}: {sentence}", sentence))
        new = [(f"achievement: {name}", f"New achievement: {name}") for name in self._unlocked()]
        return reached + new

    def _unlocked(self) -> Iterator[str]:
        """Yield the names of the achievements unlocked since the last visit."""
        session, history = self.session, self.session.history
        if history is None or history.last_visit is None:
            return
        last_visit, now = history.last_visit, session.clock.now()
        overview = history.value_at_last_visit(session.intelligence)
        listing = history.value_at_last_visit(session.achievements)
        pairs = (
            (
                _recently_unlocked(overview and overview[0]),
                _recently_unlocked(session.intelligence.value),
            ),
            (_all_unlocked(listing and listing[0]), _all_unlocked(session.achievements.value)),
        )
        for before, after in pairs:
            # Without the previous list, it is unknown which achievements are new.
            if before is not None and after is not None:
                for name, at in after.items():
                    is_old = at is not None and formatting.end_of_day(at, now) <= last_visit
                    if name not in before and not is_old:
                        yield name

    def top_movers(self) -> str | None:
        """Return the beats behind the change in plays; None while they are unknown."""
        query = self.session.performance
        baseline = _baseline(self.session, query)
        if query.value is None or baseline is None:
            return None
        movers = trends.top_movers(baseline.model, query.value, baseline.at)
        text = trends.movers_text(movers) or "none of your latest 20 beats"
        if self._is_last_visit(baseline.at):
            return text
        return f"{text} · since {self._time(baseline.at)}"

    def insights(self) -> tuple[tuple[str, str], ...]:
        """Return labeled lines for spare rows, from data that Home has fetched anyway."""
        movers = self.top_movers()
        rows = (
            ("Top movers", [movers] if movers is not None else []),
            ("Catalog", self._catalog_facts()),
            ("Audience", self._audience_facts()),
        )
        return tuple((label, " · ".join(facts)) for label, facts in rows if facts)

    def _catalog_facts(self) -> list[str]:
        stats = self.session.stats.value
        if stats is None:
            return []
        facts = []
        if (track := stats.top_track) is not None:
            plays = f", {formatting.plural(track.plays, 'play')}" if track.plays is not None else ""
            facts.append(f"top track {track.name}{plays}")
        if stats.recent_uploads is not None:
            facts.append(f"{formatting.plural(stats.recent_uploads, 'upload')} in 30 days")
        if stats.average_plays is not None:
            facts.append(f"{formatting.plural(stats.average_plays, 'play')} per track")
        return facts

    def _audience_facts(self) -> list[str]:
        activity = self.session.activity.value
        if activity is None or not activity.downloads:
            return []
        counts = (
            (activity.downloaders, "downloader"),
            (activity.plays, "play"),
            (activity.likes, "like"),
            (activity.reposts, "repost"),
            (activity.comments, "comment"),
        )
        return [formatting.plural(count, noun) for count, noun in counts if count is not None]

    def is_new_artist(self) -> bool:
        """Return whether the artist is known to have no tracks."""
        stats = self.session.stats.value
        return stats is not None and stats.total_tracks == 0

    def _card(self, card: Stat, reading: Reading) -> Stat:
        session, id, value = self.session, card.id, reading.value
        query: Query[Any] = getattr(session, reading.source.query)
        model: Any = query.value
        if value is None or query.fetched_at is None:
            return self._card_without_value(card, reading, query)
        hint = card.hint
        if isinstance(value, str):
            text, detail = model.name or "Your artist page", "open.beatpass.ca"
            hint = f"View Profile · opens {value} in the browser"
            card = card._replace(text=text, detail=detail, address=value)
        elif id == "growth":
            detail = {1: "▲ up", 0: "flat", -1: "▼ down"}[formatting.direction(value)]
            card = card._replace(text=formatting.growth(value), detail=detail)
        else:
            card = card._replace(number=value, change=self._change_text(reading))
            if session.history is not None:
                points = session.history.points(id)
                values = trends.sparkline(points, session.clock.now())
                card = card._replace(sparkline=trends.sparkline_text(values))
        if id == "level":
            level = model.level
            hint = f"Level · {levels.xp_summary(level.level, level.xp, level.to_next)}"
            detail = f"{formatting.count(level.xp)} XP" if level.xp is not None else ""
            # A level rarely changes, so its XP is more useful than ±0.
            card = card._replace(detail=detail, change=card.change if reading.change else "")
        if query is session.artist and reading.number is not PROFILE:
            hint += " · from your artist profile"
        if reading.number is not PROFILE:
            hint += f" · as of {self._time(query.fetched_at)}"
        return card._replace(phase=Phase.KNOWN, hint=hint, stale=query.is_stale)

    def _card_without_value(self, card: Stat, reading: Reading, query: Query[Any]) -> Stat:
        error = missing(self.session, query, readable=False)
        if reading.reason == CALCULATING:
            # A spinner would hide that the rate can't be checked.
            error = query.error
            if error is None:
                hint = "Growth · BeatPass is still calculating it; checked again regularly"
                return card._replace(phase=Phase.CALCULATING, text="Calculating…", hint=hint)
        if error is None:
            return card
        hint = f"{card.title} · {error.message}"
        return card._replace(phase=Phase.MISSING, detail=error.reason, hint=hint)

    def _change_text(self, reading: Reading) -> str:
        """Return the change of a number, with the baseline's date if it is not the last visit."""
        if reading.change is None or reading.change_since is None:
            return ""
        change = formatting.signed(reading.change)
        if self._is_last_visit(reading.change_since):
            return change
        now = self.session.clock.now()
        return f"{change} · {formatting.short_date(reading.change_since, now)}"

    def _is_last_visit(self, moment: datetime) -> bool:
        last_visit = _last_visit(self.session)
        return last_visit is not None and last_visit - moment < _SAME_VISIT

    def _time(self, moment: datetime) -> str:
        return formatting.date_or_time(moment, self.session.clock.now())


Unlocked = dict[str, date | None]
"""Unlocked achievements by name, with the times they were unlocked."""


def _recently_unlocked(model: Intelligence | None) -> Unlocked | None:
    if model is None or model.unlocked is None:
        return None
    return {achievement.name: achievement.at for achievement in model.unlocked}


def _all_unlocked(model: Achievements | None) -> Unlocked | None:
    if model is None or model.rows is None:
        return None
    unlocked = ((each.name, each.unlocked_at) for each in model.rows if each.unlocked)
    return {name: at for name, at in unlocked if name is not None}
