"""Labels and zones of growth rates, as in the help of the web dashboard."""

from typing import NamedTuple


class GrowthZone(NamedTuple):
    """A zone of the growth meter, above `low` and up to `high` percent."""

    name: str
    low: float
    high: float


SCALE_LIMIT = 20.0
"""The scale is -SCALE_LIMIT to +SCALE_LIMIT percent; larger rates are drawn at its ends."""

ZONES = (
    GrowthZone("Declining", -SCALE_LIMIT, -5.0),
    GrowthZone("Stable", -5.0, 0.0),
    GrowthZone("Growing", 0.0, 5.0),
    GrowthZone("Strong", 5.0, SCALE_LIMIT),
)

_LABELS = (
    (15.0, "Exceptional growth!"),
    (5.0, "Strong growth"),
    (0.0, "Growing steadily"),
    (-5.0, "Slight decline"),
)


def growth_label(rate: float) -> str:
    """Return the label of a rate; as on the web, exactly 0 is a slight decline."""
    return next((label for above, label in _LABELS if rate > above), "Needs attention")
