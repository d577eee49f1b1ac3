"""The words and zones that the dashboard's help gives to a growth rate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone of the growth meter, from `low` (excluded, but for the lowest) to `high`."""

    name: str
    low: float
    high: float


SPAN = 20.0
"""The meter shows rates from -SPAN to +SPAN percent; what lies beyond stands at its end."""

ZONES = (
    Zone("Declining", -SPAN, -5.0),
    Zone("Stable", -5.0, 0.0),
    Zone("Growing", 0.0, 5.0),
    Zone("Strong", 5.0, SPAN),
)

_WORDS = (
    (15.0, "Exceptional growth!"),
    (5.0, "Strong growth"),
    (0.0, "Growing steadily"),
    (-5.0, "Slight decline"),
)


def words(rate: float) -> str:
    """Return what the help of My Beats says about a rate; exactly 0 is a slight decline there."""
    for above, said in _WORDS:
        if rate > above:
            return said
    return "Needs attention"
