"""Published level titles and XP thresholds, used for values that the service doesn't send."""

import math

from beatpass_tui import formatting

MAX_LEVEL = 100

_TITLES = (
    (50, "Legendary"),
    (40, "Master"),
    (30, "Expert"),
    (20, "Professional"),
    (15, "Advanced"),
    (10, "Experienced"),
    (7, "Skilled"),
    (5, "Intermediate"),
    (3, "Apprentice"),
    (1, "Novice"),
)


def title(level: int | None) -> str | None:
    """Return the published title of a level, such as "Experienced Producer"."""
    if level is None:
        return None
    return next((f"{name} Producer" for lowest, name in _TITLES if level >= lowest), None)


def xp_at(level: int) -> float:
    """Return the XP required for a level."""
    return 100 * math.sqrt(max(level - 1, 0)) ** 3


def remaining(level: int | None, xp: float | None, sent: float | None) -> float | None:
    """Return the XP needed for the next level.

    `sent` is the service's `xpToNextLevel`, either the needed XP or the threshold of the next
    level; the interpretation that is closer to the published formula is used.
    """
    if level is None or xp is None or sent is None or level >= MAX_LEVEL or sent < xp:
        return sent
    published = xp_at(level + 1)
    return min((sent, sent - xp), key=lambda missing: abs(xp + missing - published))


def progress(
    level: int | None, xp: float | None, to_next: float | None, sent: float | None
) -> float | None:
    """Return the progress within the level in percent, which may be out of range.

    `sent` is the service's `levelProgress`, a percentage or a fraction: between 0 and 1, the
    interpretation closer to the progress derived from the XP is used. Without it, the derived
    progress is returned if the XP is within the level's published range.
    """
    if level is not None and level >= MAX_LEVEL:
        return 100.0
    derived = None
    if level is not None and xp is not None and to_next is not None:
        width = xp + to_next - xp_at(level)
        if width > 0:
            derived = (xp - xp_at(level)) / width * 100
    if sent is None:
        return derived if derived is not None and 0 <= derived <= 100 else None
    if 0 < sent <= 1 and derived is not None:
        return min((sent, sent * 100), key=lambda reading: abs(reading - derived))
    return sent


def xp_summary(
    level: int | None, xp: float | None, to_next: float | None, *, short: bool = False
) -> str:
    """Return the XP and the XP needed for the next level, if known."""
    total = f"{formatting.count(xp)} XP" if xp is not None else "XP unknown"
    if level is not None and level >= MAX_LEVEL:
        return f"{total} · highest level"
    if level is None or to_next is None:
        return total
    return f"{total} · {formatting.count(to_next)} to {'' if short else 'level '}{level + 1}"
