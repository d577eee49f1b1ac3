"""Recorded plays of single beats, for their details."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from beatpass_tui.models.beat_plays import RecordedBeat
from beatpass_tui.models.gains import DayGain
from beatpass_tui.models.numbers import BY_ID
from beatpass_tui.models.trends import DAY
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.charts import ChartData, gain_steps, gains_chart, number_chart

DAYS = 60
"""Number of days whose gains are shown."""

_MAX_BEATS = 600
"""Number of beats that are kept besides those that are read."""


class RecordedPlays:
    """Reads the plays of beats from the disk when they are shown, and keeps them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._beats: dict[int, RecordedBeat | None] = {}
        self._state: object = None

    def get(self, beat_id: int | None) -> RecordedBeat | None:
        """Return the plays of a beat; None if they are not recorded or not loaded."""
        return None if beat_id is None else self._beats.get(beat_id)

    def is_missing(self, beat_id: int) -> bool:
        """Return whether the plays of a beat have not been read since they last changed."""
        state = self._current_state()
        return state is not None and (state != self._state or beat_id not in self._beats)

    def _current_state(self) -> object:
        """Return everything that the plays depend on; None without a history."""
        history, now = self.session.history, self.session.clock.now()
        if history is None or history.artist_id is None:
            return None
        return history, history.artist_id, history.plays_version, now.date()

    async def load(self, ids: Iterable[int]) -> bool:
        """Read the plays of beats that are not loaded; return whether there were any."""
        history, now = self.session.history, self.session.clock.now()
        state = self._current_state()
        if history is None or history.artist_id is None:
            return False
        is_outdated = state != self._state
        missing = [id for id in ids if is_outdated or id not in self._beats]
        if not missing:
            return False
        since = now - timedelta(days=DAYS + 2)
        beats = await history.load_beats(history.artist_id, missing, since)
        if is_outdated:
            # Outdated plays are kept until then, so that charts don't disappear.
            self._beats, self._state = {}, state
        for id in list(self._beats)[:-_MAX_BEATS]:
            del self._beats[id]
        self._beats |= dict.fromkeys(missing) | {beat.id: beat for beat in beats}
        return True


def gains_of(beats: Sequence[RecordedBeat], now: datetime) -> list[DayGain | None]:
    """Return the gains per day of beats together; None for a day that is unknown of any."""
    return add_days([beat.gains_per_day(now, DAYS) for beat in beats])


def add_days(
    rows: Sequence[Sequence[DayGain | None]], *, skip_unknown: bool = False
) -> list[DayGain | None]:
    """Return the sums of gains per day; None for a day that is unknown in any row.

    With `skip_unknown`, a day counts what is known of it.
    """
    totals: list[DayGain | None] = []
    for gains in zip(*rows, strict=False):
        known = [gain for gain in gains if gain is not None]
        if not known or (len(known) < len(gains) and not skip_unknown):
            totals.append(None)
            continue
        estimated = any(gain.is_estimated for gain in known)
        totals.append(DayGain(known[0].day, sum(gain.gain for gain in known), estimated))
    return totals


def plays_chart(
    beats: Sequence[RecordedBeat], now: datetime, *, cumulative: bool = False
) -> ChartData:
    """Return the plays per day of beats together, or those of one beat so far."""
    if cumulative and len(beats) == 1:
        points = [
            point
            for run in beats[0].runs
            for point in dict.fromkeys(((run.first, run.plays), (run.last, run.plays)))
        ]
        return number_chart(BY_ID["total-plays"], points, now, DAY, cumulative=True)
    chart = gains_chart("total-plays", "plays", gain_steps(gains_of(beats, now)))
    if not chart.is_empty:
        return chart
    return ChartData("total-plays", chart.title, "plays", empty_text="Daily gains appear later")
