"""Plays of single beats: as answers have them, and as they were recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from beatpass_tui.models.catalog import AlbumTracks, Beat, Beats, Performance, TrackPerformance
from beatpass_tui.models.gains import TOLERANCE


class BeatPlays(NamedTuple):
    """The plays of a beat in one answer."""

    id: int
    plays: int
    name: str | None = None
    uploaded: date | None = None
    """A datetime, or a day if it was sent without a time."""


class PlayRun(NamedTuple):
    """A time in which every answer had the same plays of a beat."""

    first: datetime
    last: datetime
    plays: int


_STEP = timedelta(hours=12)
"""Short enough for a sample on every local day, also on one of 23 hours."""


class RecordedBeat(NamedTuple):
    """A beat with its recorded plays, oldest first."""

    id: int
    name: str | None
    uploaded: date | None
    """The local day."""
    runs: Sequence[PlayRun]

    def points(self, since: datetime) -> list[tuple[datetime, float]]:
        """Return samples from `since` on, and the last one before."""
        points: list[tuple[datetime, float]] = []
        for first, last, plays in self.runs:
            at = max(first, since - _STEP)
            while at < last:
                points.append((at, plays))
                at += _STEP
            points.append((last, plays))
        return points

    def plays_at(self, moment: datetime) -> int | None:
        """Return the plays at a moment by the closest answer; None without one within a day."""
        seconds = moment.timestamp()

        def distance(run: PlayRun) -> float:
            return max(run.first.timestamp() - seconds, seconds - run.last.timestamp(), 0)

        run = min(self.runs, key=distance)
        return run.plays if distance(run) <= TOLERANCE.total_seconds() else None


def beats_in(answer: object) -> list[BeatPlays]:
    """Return the beats of an answer whose plays it has; none for other answers."""
    match answer:
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
