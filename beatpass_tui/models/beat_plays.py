"""Plays of single beats: in responses, and as recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from beatpass_tui.models.catalog import AlbumTracks, Beat, Beats, Performance, TrackPerformance
from beatpass_tui.models.gains import TOLERANCE, DayGain, PeriodGain

QUARTER = 900
"""The unit of recorded times in seconds; every local day begins at a multiple of it."""


class BeatPlays(NamedTuple):
    """The plays of a beat in one response."""

    id: int
    plays: int
    name: str | None = None
    uploaded: date | None = None
    """A datetime, or a day if it was sent without a time."""


class PlayRun(NamedTuple):
    """A time span in which every response had the same number of plays for a beat."""

    first: datetime
    last: datetime
    plays: int


class RecordedBeat(NamedTuple):
    """A beat with its recorded plays, oldest first."""

    id: int
    name: str | None
    uploaded: date | None
    """The local day."""
    runs: Sequence[PlayRun]

    def is_known_at(self, now: datetime) -> bool:
        """Return whether a response of the last day contained the beat."""
        # Recorded times are rounded down, so that their age must not be rounded up.
        rounded = now.timestamp() // QUARTER * QUARTER
        return rounded - self.runs[-1].last.timestamp() <= TOLERANCE.total_seconds()

    def period_gain(self, now: datetime, days: int) -> PeriodGain:
        """Return the gain of a period, like `gains.period_gain`."""
        end = self.runs[-1].last
        start = self._closest(end - timedelta(days=days), end.timestamp())
        if start is None or not self.is_known_at(now):
            return PeriodGain()
        before = self._closest(end - timedelta(days=2 * days), start[0])
        gain = self.runs[-1].plays - start[1]
        return PeriodGain(gain, None if before is None else start[1] - before[1])

    def gain_since(self, now: datetime, start: datetime) -> PeriodGain:
        """Return the gain since a moment, without that of a preceding period."""
        known = self._closest(start, self.runs[-1].last.timestamp())
        if known is None or not self.is_known_at(now):
            return PeriodGain()
        return PeriodGain(self.runs[-1].plays - known[1])

    def _closest(self, start: datetime, end: float) -> tuple[float, int] | None:
        """Return time and plays of the response closest to the start of a period.

        None unless it is within a day of the start, and closer to the start than to the end.
        """
        target, closest, least = start.timestamp(), None, float("inf")
        for run in reversed(self.runs):
            at = min(max(target, run.first.timestamp()), run.last.timestamp())
            distance = abs(at - target)
            if distance <= least and distance < abs(at - end):
                closest, least = (at, run.plays), distance
            if at <= target:
                # Earlier runs are further away.
                break
        return closest if least <= TOLERANCE.total_seconds() else None

    def gains_per_day(self, now: datetime, days: int) -> Sequence[DayGain | None]:
        """Return the gains of the last local days, like `gains.gains_per_day`."""
        today = now.date().toordinal()
        first = today - days
        plays: dict[int, int] = {}
        for run in self.runs:
            start, end = run.first.toordinal(), run.last.toordinal()
            if end > first:
                plays |= dict.fromkeys(range(max(start, first), end + 1), run.plays)
            else:
                # The last one before the window.
                plays = {end: run.plays}
        uploaded = first if self.uploaded is None else self.uploaded.toordinal()
        if first < uploaded <= next(iter(plays)):
            # Before it was uploaded, a beat had no plays.
            plays = {uploaded - 1: 0, **plays}
        gains: list[DayGain | None] = [None] * days
        for before, day in pairwise(plays):
            distance = day - before
            share = (plays[day] - plays[before]) / distance
            for gained_on in range(max(before, first) + 1, min(day, today) + 1):
                date_of = date.fromordinal(gained_on)
                gains[gained_on - first - 1] = DayGain(date_of, share, distance > 1)
        return gains


def beats_in(model: object) -> list[BeatPlays]:
    """Return the beats in a model with their plays; empty for models without beats."""
    match model:
        case Beats(rows=rows):
            return _with_plays(rows, least=0)
        # These may list unpublished tracks, which have no plays and are not in the catalog.
        case Performance(rows=rows):
            return _with_plays(rows, least=1)
        case AlbumTracks(tracks=tracks):
            return _with_plays(tracks or (), least=1)
    return []


def _with_plays(rows: Sequence[Beat | TrackPerformance], *, least: int) -> list[BeatPlays]:
    return [
        BeatPlays(row.id, row.plays, row.name, row.uploaded)
        for row in rows
        if row.id is not None and row.plays is not None and row.plays >= least
    ]
