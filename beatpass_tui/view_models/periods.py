"""The periods of changes on Home: since the last visit, or a number of days."""

from __future__ import annotations

from typing import NamedTuple

SETTING = "home-period"
"""Name of the stored setting with the key of the period that was selected last."""


class Period(NamedTuple):
    """One of the periods that `p` cycles through."""

    key: str
    label: str
    days: int | None = None
    """None for the time since the last visit."""

    @property
    def words(self) -> str:
        """The period as a phrase that ends a sentence."""
        return "since the last visit" if self.days is None else f"in {self.label}"


VISIT = Period("visit", "since last visit")
WEEK = Period("7d", "7 days", 7)
PERIODS = (VISIT, Period("24h", "24 hours", 1), WEEK, Period("30d", "30 days", 30))


def by_key(key: str | None) -> Period:
    """Return the period with a stored key; VISIT if the key is unknown."""
    return next((period for period in PERIODS if period.key == key), VISIT)


def following(period: Period) -> Period:
    """Return the next period, wrapping around."""
    return PERIODS[(PERIODS.index(period) + 1) % len(PERIODS)]
