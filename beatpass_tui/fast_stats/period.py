"""Changes of the numbers in a period of days, from recorded values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from beatpass_tui.models.gains import period_gain, period_start
from beatpass_tui.models.numbers import PROFILE, Reading
from beatpass_tui.models.trends import Points

NOT_RECORDED = "not recorded then"
"""The reason for an unknown change of a number with a value."""


def with_changes(
    readings: Sequence[Reading], points: Mapping[str, Points], now: datetime, days: int
) -> list[Reading]:
    """Return readings whose changes are the gains in the last days."""
    return [
        reading
        if reading.number is PROFILE
        else _with_change(reading, points.get(reading.number.id, ()), now, days)
        for reading in readings
    ]


def _with_change(reading: Reading, points: Points, now: datetime, days: int) -> Reading:
    reading = reading._replace(previous=None, change_since=None, change_reason="no value")
    if not isinstance(reading.value, int | float):
        return reading
    gain = period_gain(points, now, days)
    if gain.gain is None:
        return reading._replace(change_reason=NOT_RECORDED)
    return reading._replace(
        previous=reading.value - gain.gain,
        change_since=period_start(points, now, days),
        change_reason=None,
        # A level or a rate has no meaningful change in percent.
        percent=gain.percent if reading.number.unit else None,
    )
