"""Filters, order and texts of the achievements on the Progress page."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from beatpass_tui import formatting
from beatpass_tui.models.career import RARITIES, Achievement
from beatpass_tui.models.text import natural_key
from beatpass_tui.view_models.labels import label

ALL = "all"
STATUS_OPTIONS = (("available", "Available"), ("unlocked", "Unlocked"), (ALL, "All"))
"""The statuses to filter by; an achievement of unknown status counts as available."""


def rarity_label(rarity: str | None) -> str:
    """Return a rarity, capitalized."""
    return label(rarity) or formatting.DASH


def rarity_options(achievements: Iterable[Achievement]) -> tuple[tuple[str, str], ...]:
    """Return filter options for the rarities of the achievements."""
    rarities = {row.rarity for row in achievements if row.rarity}
    options = ((rarity, rarity_label(rarity)) for rarity in sorted(rarities, key=_rarity_order))
    return ((ALL, "All"), *options)


def _rarity_order(rarity: str | None) -> tuple[int, str]:
    """Return the sort key of a rarity: documented ones come first, a missing one last."""
    if rarity is None:
        return len(RARITIES) + 1, ""
    return RARITIES.index(rarity) if rarity in RARITIES else len(RARITIES), rarity


def filter_achievements(
    achievements: Iterable[Achievement], status: str, rarity: str
) -> tuple[Achievement, ...]:
    """Return the achievements that match both filters, sorted by rarity and name."""
    matching = (
        row
        for row in achievements
        if status == ALL or (row.unlocked is True) == (status == "unlocked")
        if rarity in (ALL, row.rarity)
    )
    return tuple(sorted(matching, key=_order))


def _order(row: Achievement) -> tuple[object, ...]:
    return _rarity_order(row.rarity), row.name is None, natural_key(row.name or "")


def unlocked_label(achievements: Sequence[Achievement]) -> str:
    """Return the number of unlocked achievements, such as "9 of 24 unlocked"."""
    unlocked = sum(row.unlocked is True for row in achievements)
    unknown = sum(row.unlocked is None for row in achievements)
    text = f"{formatting.count(unlocked)} of {formatting.count(len(achievements))} unlocked"
    return f"{text}, {formatting.count(unknown)} unknown" if unknown else text


def row_cells(row: Achievement, now: datetime) -> tuple[str, str, str, str, str, str]:
    """Return state, name, rarity, XP, category and unlock date."""
    return (
        {True: "Unlocked", False: "Locked", None: formatting.DASH}[row.unlocked],
        row.name or formatting.DASH,
        rarity_label(row.rarity),
        "No XP bonus" if row.xp == 0 else formatting.count(row.xp),
        label(row.category) or formatting.DASH,
        _unlocked_day(row, now),
    )


def row_summary(row: Achievement, now: datetime) -> str:
    """Return name, description and unlock date of an achievement."""
    at = row.unlocked_at
    day = formatting.short_date(at, now) if at is not None else ""
    description = row.about or f"{formatting.DASH} no description"
    name = row.name or f"{formatting.DASH} no name"
    return " · ".join(filter(None, (name, description, f"unlocked {day}" if day else "")))


def _unlocked_day(row: Achievement, now: datetime) -> str:
    if row.unlocked_at is None:
        return formatting.DASH if row.unlocked else ""
    return formatting.table_date(formatting.local_day(row.unlocked_at, now))
