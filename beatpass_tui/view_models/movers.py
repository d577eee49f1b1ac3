"""Top movers: the beats with the largest gains in plays in a period."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models import pace
from beatpass_tui.models.beat_plays import RecordedBeat
from beatpass_tui.models.gains import DayGain
from beatpass_tui.view_models.periods import WEEK, Period

if TYPE_CHECKING:
    from beatpass_tui.session.session import Session

STRIP_DAYS = 14
"""Number of days in a strip of gains: last week and this week."""


class Mover(NamedTuple):
    """A beat with its gain in a period."""

    id: int
    name: str
    plays: int
    """Current plays."""
    gain: float
    """All plays for a new beat."""
    percent: float | None
    """Change of the gain compared with the preceding period, if known."""
    is_new: bool
    """Whether it was uploaded in the period."""
    days: Sequence[DayGain | None]
    """The gains of the last `STRIP_DAYS` local days."""

    def days_until(self, target: float) -> int | None:
        """Return the estimated days until the plays reach a target; None if unknown."""
        known = [day.gain for day in self.days if day is not None]
        gain = sum(known) / STRIP_DAYS
        if len(known) < STRIP_DAYS or gain <= 0:
            return None
        days = math.ceil((target - self.plays) / gain)
        return days if days <= pace.MAX_DAYS else None


class TopBeat(NamedTuple):
    """A beat with its recorded plays."""

    name: str
    plays: int
    id: int | None = None


class Movers:
    """The beats with known gains in a period, largest gain first.

    `recorded` contains all beats with recorded plays, and `total` is the number of beats in the
    catalog, if known. `is_recording` is whether this run records plays.
    """

    def __init__(
        self,
        period: Period,
        rows: Iterable[Mover],
        recorded: Iterable[TopBeat] = (),
        total: int | None = None,
        *,
        is_recording: bool = True,
    ) -> None:
        self.period = period
        self.rows: Sequence[Mover] = sorted(rows, key=lambda mover: -mover.gain)
        self.recorded: Sequence[TopBeat] = sorted(recorded, key=lambda beat: -beat.plays)
        """All recorded beats, most plays first."""
        self.compared = sum(not mover.is_new for mover in self.rows)
        """Number of beats whose plays are known at both ends of the period."""
        self.total = max(self.compared, len(self.recorded) if total is None else total)
        self.lost = sum(mover.gain < 0 for mover in self.rows)
        """Number of beats that lost plays."""
        self.empty_text = empty_text(is_recording=is_recording)
        """Follows "Top movers" while no gains are known."""

    @cached_property
    def by_id(self) -> Mapping[int, Mover]:
        """The rows by the ids of their beats."""
        return {mover.id: mover for mover in self.rows}

    @property
    def has_all_beats(self) -> bool:
        """Whether the plays of every beat are recorded."""
        return len(self.recorded) >= self.total

    @property
    def title(self) -> str:
        """The heading, which is not "Top movers" if beats lost plays."""
        return "Movers" if self.lost else "Top movers"

    @property
    def comparison(self) -> str:
        """The number of compared beats as text."""
        if self.compared == self.total:
            return f"{formatting.plural(self.total, 'beat')} compared"
        compared = formatting.count(self.compared)
        return f"{compared} of {formatting.plural(self.total, 'beat')} compared"

    @property
    def losses(self) -> str:
        """The number of beats that lost plays as text; empty if none did."""
        lost, total = formatting.count(self.lost), formatting.count(self.total)
        return f"{lost} of {total} lost plays" if self.lost else ""

    def facts(self, beat: Mover | TopBeat) -> tuple[str, ...]:
        """Return what is known about a beat, in words."""
        plays = formatting.plural(beat.plays, "play")
        if isinstance(beat, TopBeat):
            return (plays,)
        gain = f"{formatting.signed(beat.gain)} {self.period.words}"
        return (plays, f"{gain}, new" if beat.is_new else gain)

    def top(self, count: int) -> Sequence[Mover]:
        """Return the beats with the largest gains, then those with the largest losses."""
        winners = [mover for mover in self.rows if mover.gain > 0]
        losers = [mover for mover in self.rows if mover.gain < 0]
        # Losses get a third of the rows, and rows that gains don't need.
        loss_rows = max(count - len(winners), min(count // 3, len(losers)))
        return [*winners[: count - loss_rows], *losers[max(len(losers) - loss_rows, 0) :]]


def empty_text(*, is_recording: bool) -> str:
    """Return when top movers will be known, as the rest of a sentence about them."""
    return "appear from tomorrow" if is_recording else "are not recorded in this run"


def measure(
    beats: Iterable[RecordedBeat],
    now: datetime,
    period: Period,
    last_visit: datetime | None,
    total: int | None = None,
) -> Movers:
    """Return the gains of recorded beats in a period; beats that can't be compared are left out."""
    start = last_visit if period.days is None else now - timedelta(days=period.days)
    rows, recorded = [], []
    today = now.date()
    days = [today - timedelta(days=back) for back in range(STRIP_DAYS - 1, -1, -1)]
    unchanged = tuple(DayGain(day, 0) for day in days)
    for beat in beats:
        name, latest = beat.name or formatting.DASH, beat.runs[-1]
        recorded.append(TopBeat(name, latest.plays, beat.id))
        if start is None or not beat.is_known_at(now):
            continue
        if period.days is None:
            gain = beat.gain_since(now, start)
        else:
            gain = beat.period_gain(now, period.days)
        is_new = beat.uploaded is not None and beat.uploaded >= start.date()
        if gain.gain is None and not is_new:
            continue
        is_unchanged = len(beat.runs) == 1 and latest.first.date() < days[0]
        rows.append(
            Mover(
                beat.id,
                name,
                latest.plays,
                latest.plays if gain.gain is None else gain.gain,
                gain.percent,
                gain.gain is None,
                unchanged if is_unchanged else beat.gains_per_day(now, STRIP_DAYS),
            )
        )
    if all(mover.is_new for mover in rows):
        # On the first days, new beats are all that is known.
        rows.clear()
    return Movers(period, rows, recorded, total)


class BeatGains:
    """The movers of a session in a period, updated after new plays were recorded.

    Without a stored history, they stay None. The period ends at `end`, by default now.
    """

    def __init__(
        self, session: Session, period: Period = WEEK, end: datetime | None = None
    ) -> None:
        self.session = session
        self.period = period
        self._end = end
        self.movers: Movers | None = None
        """None until they are measured."""
        self._measured: object = None
        self._is_measuring = False

    @property
    def is_due(self) -> bool:
        """Whether anything has changed since the last measurement and none is running."""
        return not self._is_measuring and self._state() not in (None, self._measured)

    @property
    def is_awaited(self) -> bool:
        """Whether they were never measured, but will be."""
        return self._measured is None and self._state() is not None

    @property
    def is_current(self) -> bool:
        """Whether nothing has changed since the movers were measured."""
        return self._measured is not None and self._state() == self._measured

    def _state(self) -> object:
        """Return everything that the movers depend on; None while they can't be measured."""
        history = self.session.history
        if history is None or history.artist_id is None:
            return None
        today, visit = self.session.clock.now().date(), history.last_visit
        return history, history.artist_id, history.plays_version, self.period, visit, today

    async def load(self) -> bool:
        """Measure while `is_due`; return whether anything was measured."""
        has_measured = False
        while self.is_due:
            self._is_measuring = True
            try:
                await self._measure()
            finally:
                self._is_measuring = False
            has_measured = True
        return has_measured

    async def _measure(self) -> None:
        session, state, period = self.session, self._state(), self.period
        catalog = session.beats(1)
        await session.restore((catalog,))
        history = session.history
        if history is None or history.artist_id is None:
            return
        now, visit = self._end or session.clock.now(), history.last_visit
        days = period.days or ((now - visit).days + 1 if visit is not None else 1)
        measuring = partial(
            measure,
            now=now,
            period=period,
            last_visit=visit,
            total=catalog.value.total if catalog.value is not None else None,
        )
        since = now - timedelta(days=max(2 * days, STRIP_DAYS) + 2)
        self.movers = await history.measure_beats(history.artist_id, since, measuring)
        self._measured = state
