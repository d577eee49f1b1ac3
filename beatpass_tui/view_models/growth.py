"""The words and zones that the dashboard's help gives to a growth rate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GrowthZone:
    """One zone of the growth meter, from `low` (excluded, but for the lowest) to `high`."""

    name: str
    low: float
    high: float


SCALE_LIMIT = 20.0
"""The scale runs from -SCALE_LIMIT to +SCALE_LIMIT percent; rates beyond are drawn at its end."""

ZONES = (
    GrowthZone("Declining", -SCALE_LIMIT, -5.0),
    GrowthZone("Stable", -5.0, 0.0),
    GrowthZone("Growing", 0.0, 5.0),
    GrowthZone("Strong", 5.0, SCALE_LIMIT),
)

_WORDS = (
    (15.0, "Exceptional growth!"),
    (5.0, "Strong growth"),
    (0.0, "Growing steadily"),
    (-5.0, "Slight decline"),
)


def growth_label(rate: float) -> str:
    """Return what the help of My Beats says about a rate; exactly 0 is a slight decline there."""
    for above, said in _WORDS:
        if rate > above:
            return said
    return "Needs attention"
