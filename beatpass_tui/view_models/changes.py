"""Changes of the numbers while they are watched."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from beatpass_tui.models import trends
from beatpass_tui.models.numbers import Reading, Snapshot, measure_all


class Change(NamedTuple):
    """A number that has another value than at its last change."""

    reading: Reading
    """Its `previous` value is the one reported last."""
    milestone: str | None
    """A sentence on the largest milestone between the two values."""


class ChangeDetector:
    """Compares the values of one artist with those reported before."""

    def __init__(self) -> None:
        self._artist: object = None
        self._reported: dict[str, Reading] = {}
        """The last readings by the ids of their numbers."""

    def update(self, snapshot: Snapshot, now: datetime) -> Sequence[Change]:
        """Return the numbers that have changed; none of those seen for the first time."""
        account, artist = snapshot.account, snapshot.artist
        if account is None or artist is None:
            return ()
        owner = account.id, artist.id
        if owner != self._artist:
            self._artist, self._reported = owner, {}
        changes = (self._compare(reading, now) for reading in measure_all(snapshot))
        return [change for change in changes if change is not None]

    def _compare(self, reading: Reading, now: datetime) -> Change | None:
        number, value, at = reading.number, reading.value, reading.fetched_at
        if at is None or not isinstance(value, int | float):
            return None
        last = self._reported.get(number.id)
        last_at = last.fetched_at if last is not None else None
        # If the clock was set back, a newer value may have an earlier time.
        if last_at is not None and (at == last_at or at < last_at <= now):
            return None
        self._reported[number.id] = reading
        if last is None or not isinstance(last.value, int | float):
            return None
        # A rate is shown with one decimal.
        if round(value, 1) == round(last.value, 1):
            self._reported[number.id] = last._replace(fetched_at=at)
            return None
        changed = reading._replace(
            previous=last.value, change_since=last.fetched_at, change_reason=None
        )
        return Change(changed, trends.milestone(number, last.value, value))
