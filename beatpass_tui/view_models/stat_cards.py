"""The eight stat cards of Home."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from beatpass_tui import formatting
from beatpass_tui.errors import Unreachable
from beatpass_tui.models import levels, pace
from beatpass_tui.models.gains import PeriodGain, gains_per_day, period_gain
from beatpass_tui.models.home import Level
from beatpass_tui.models.numbers import (
    CALCULATING,
    NUMBERS,
    PROFILE,
    XP,
    Number,
    Reading,
    measure,
    measure_all,
)
from beatpass_tui.models.trends import Points
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import periods
from beatpass_tui.view_models.cards import Change, Phase, Stat
from beatpass_tui.view_models.missing import UNAVAILABLE, is_outage, missing
from beatpass_tui.view_models.movers import STRIP_DAYS
from beatpass_tui.view_models.periods import Period
from beatpass_tui.view_models.snapshots import is_last_visit, last_visit, take_snapshot

Goals = Mapping[str, int]
"""The goals of the configuration, by the ids of numbers."""

_COUNTED = {
    "tracks": "all uploads",
    "total-plays": "all time",
    "albums": "in total",
    "downloads": "all time",
    "followers": "in total",
}
"""The detail of a card before its number has a change."""


def _empty_card(number: Number) -> Stat:
    title = f"{number.title} ↗" if number is PROFILE else number.title
    hint = f"{number.title} · {number.description}"
    return Stat(number.id, title, page=number.page, hint=hint)


EMPTY_CARDS = tuple(map(_empty_card, (*NUMBERS, PROFILE)))
"""The eight cards before anything has been fetched."""

SIGNED_OUT_CARDS = tuple(card._replace(phase=Phase.KNOWN) for card in EMPTY_CARDS)
"""The eight cards without an account: empty, and not loading."""


class StatCards:
    """The eight cards of a session, their changes measured in a period."""

    def __init__(
        self, session: Session, period: Period, goals: Goals = MappingProxyType({})
    ) -> None:
        self._session = session
        self._period = period
        self._goals = goals
        self._now = session.clock.now()
        self._snapshot = take_snapshot(session)

    def cards(self) -> tuple[Stat, ...]:
        """Return the eight cards in their order."""
        return tuple(map(self._card, EMPTY_CARDS, measure_all(self._snapshot)))

    def _card(self, card: Stat, reading: Reading) -> Stat:
        value = reading.value
        query: Query[Any] = getattr(self._session, reading.source.query)
        model: Any = query.value
        if value is None or query.fetched_at is None:
            return self._card_without_value(card, reading, query)
        if isinstance(value, str):
            card = self._profile_card(card, model.name, value)
        elif card.id == "growth":
            card = _growth_card(card, value)
        elif card.id == "level":
            card = self._level_card(card, reading, model.level)
        else:
            card = self._with_gains(card._replace(number=value), reading)
            card = card._replace(hint=self._hint(card.hint, reading.number, value))
            if last_visit(self._session) is None and card.change == card.second == Change():
                card = card._replace(detail=_COUNTED[card.id])
        hint = card.hint
        if query is self._session.artist and reading.number is not PROFILE:
            hint += " · from your artist profile"
        if reading.number is not PROFILE:
            hint += f" · as of {formatting.date_or_time(query.fetched_at, self._now)}"
        return card._replace(phase=Phase.KNOWN, hint=hint, stale=query.is_stale)

    def _profile_card(self, card: Stat, name: str | None, address: str) -> Stat:
        account, stats = self._session.account.value, self._session.stats.value
        notes = ["open.beatpass.ca"]
        if account is not None and account.name is not None:
            notes.insert(0, f"@{account.name}")
        if stats is not None and stats.top_track is not None:
            notes += ["Top track", stats.top_track.name]
        return card._replace(
            text=name or "Your artist page",
            detail="open.beatpass.ca",
            notes=tuple(notes),
            address=address,
            hint=f"View Profile · opens {address} in the browser",
        )

    def _level_card(self, card: Stat, reading: Reading, level: Level) -> Stat:
        """Return the card of the level, with change and gains of the XP."""
        xp = measure(XP, self._snapshot)
        card = self._with_gains(card._replace(number=level.level), xp, " XP")
        if reading.change and self._period is periods.VISIT:
            change = _change(reading.change, "" if card.change.text else " level")
            parts = filter(None, (change.text, card.change.text))
            card = card._replace(change=change._replace(text=" · ".join(parts)))
        hint = f"Level · {levels.xp_summary(level.level, level.xp, level.to_next)}"
        remaining = ""
        if level.level is not None and level.level >= levels.MAX_LEVEL:
            remaining = "highest level"
        elif level.level is not None and level.to_next is not None:
            remaining = f"{formatting.count(level.to_next)} XP to {level.level + 1}"
        if level.xp is not None and (goal := self._goals.get("xp")) is not None:
            hint += f" · {self._goal_text(goal, level.xp, XP)}"
        elif level.xp is not None and level.to_next:
            hint += self._in_days(level.xp + level.to_next, level.xp, XP, " in about {} days")
        return card._replace(
            detail="" if level.xp is None else f"{formatting.count(level.xp)} XP",
            meter=level.progress,
            remaining=remaining,
            hint=hint,
        )

    def _card_without_value(self, card: Stat, reading: Reading, query: Query[Any]) -> Stat:
        error = missing(self._session, query, readable=False)
        if reading.reason == CALCULATING:
            # A spinner would hide that the rate can't be checked.
            error = query.error
            if error is None:
                hint = "Growth · BeatPass is still calculating it; checked again regularly"
                return card._replace(phase=Phase.CALCULATING, text="Calculating…", hint=hint)
        if error is None:
            return card
        hint = f"{card.title} · {error.message}"
        is_reported = isinstance(error, Unreachable) and is_outage(
            self._session, self._session.home
        )
        reason = UNAVAILABLE if is_reported else error.reason
        return card._replace(phase=Phase.MISSING, detail=reason, hint=hint)

    # Changes

    def _points(self, number: Number) -> Points:
        history = self._session.history
        return history.points(number.id) if history is not None else ()

    def _with_gains(self, card: Stat, reading: Reading, unit: str = "") -> Stat:
        """Return the card with the change in the period, the gain in 7 days, and the bars."""
        points, period = self._points(reading.number), self._period
        week = period_gain(points, self._now, 7)
        card = self._with_second(card, week, unit)
        gains = gains_per_day(points, self._now, STRIP_DAYS)
        if any(gain is not None for gain in gains):
            card = card._replace(gains=gains)
        if period.days is not None:
            gain = week if period is periods.WEEK else period_gain(points, self._now, period.days)
            change = _change(gain.gain, unit)
            words = period.words if change.text else ""
            return card._replace(change=change, comparison=_comparison(gain), period=words)
        since = reading.change_since
        if reading.change is None or since is None:
            return card
        date = (
            "" if is_last_visit(self._session, since) else formatting.short_date(since, self._now)
        )
        change = _change(reading.change, unit)
        return card._replace(change=change, change_date=date, period=period.words)

    def _with_second(self, card: Stat, week: PeriodGain, unit: str) -> Stat:
        if self._period is periods.WEEK:
            # The 7 days are the change itself.
            previous = _change(week.previous_gain, unit)
            label = "7 days before" if previous.text else card.second_label
            return card._replace(second_label=label, second=previous)
        second = _change(week.gain, unit)
        return card._replace(second=second, second_comparison=_comparison(week))

    # What comes next

    def _hint(self, hint: str, number: Number, value: float) -> str:
        goal = self._goals.get(number.id)
        if goal is not None:
            return f"{hint} · {self._goal_text(goal, value, number)}"
        target = pace.next_round(value)
        when = self._in_days(target, value, number, " in about {} days")
        return f"{hint} · next: {formatting.count(target)}{when}"

    def _goal_text(self, goal: int, value: float, number: Number) -> str:
        """Return goal and progress: goal 50,000: 90%, about 16 days."""
        text = f"goal {formatting.count(goal)}"
        if value >= goal:
            return f"{text} reached"
        # Rounded down, so that an unreached goal never shows 100%.
        return f"{text}: {int(value / goal * 100)}%" + self._in_days(
            goal, value, number, ", about {} days"
        )

    def _in_days(self, target: float, value: float, number: Number, form: str) -> str:
        days = pace.days_until(target, value, self._points(number), self._now)
        text = "" if days is None else form.format(formatting.count(days))
        return text.removesuffix("s") if days == 1 else text


def _growth_card(card: Stat, rate: float) -> Stat:
    direction = formatting.direction(rate)
    arrow, words = {1: ("▲ ", "up"), 0: ("", "flat"), -1: ("▼ ", "down")}[direction]
    return card._replace(
        text=arrow + formatting.growth(rate),
        words=words,
        notes=("as reported", "by BeatPass"),
        change=Change("", direction),
    )


def _change(difference: float | None, unit: str) -> Change:
    if difference is None:
        return Change()
    whole = round(difference)
    text = formatting.signed(difference)
    return Change(text + unit, (whole > 0) - (whole < 0))


def _comparison(gain: PeriodGain) -> Change:
    """Return the change of a gain in percent."""
    if gain.percent is None:
        return Change()
    percent = round(gain.percent)
    return Change(formatting.percent_change(percent), (percent > 0) - (percent < 0))
