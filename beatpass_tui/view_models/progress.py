"""Achievements as the Progress page lists them: filtered, ordered, counted, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from beatpass_tui import formatting
from beatpass_tui.models import RARITIES, Achievement

ALL = "all"
STATUS_OPTIONS = (("available", "Available"), ("unlocked", "Unlocked"), (ALL, "All"))
"""The statuses that can be chosen; an achievement of unknown state counts as available."""


def rarity_name(rarity: str | None) -> str:
    """Return a rarity as a word that begins a line."""
    return rarity.capitalize() if rarity else formatting.DASH


def rarity_options(rows: Iterable[Achievement]) -> tuple[tuple[str, str], ...]:
    """Return the rarities that can be chosen: those that the answer holds."""
    found = sorted({row.rarity for row in rows if row.rarity}, key=_rank)
    return ((ALL, "All"), *((rarity, rarity_name(rarity)) for rarity in found))


def _rank(rarity: str | None) -> tuple[int, str]:
    """Return the place of a rarity: the documented ones first, what is not known last."""
    if rarity is None:
        return len(RARITIES) + 1, ""
    return RARITIES.index(rarity) if rarity in RARITIES else len(RARITIES), rarity


def filter_achievements(
    rows: Iterable[Achievement], status: str, rarity: str
) -> tuple[Achievement, ...]:
    """Return the rows that fit both filters, by rarity and then by name."""
    kept = (
        row
        for row in rows
        if status == ALL or (row.unlocked is True) == (status == "unlocked")
        if rarity in (ALL, row.rarity)
    )
    return tuple(sorted(kept, key=lambda row: (_rank(row.rarity), *_place(row.name))))


def _place(name: str | None) -> tuple[bool, str]:
    """Return the place of a name among others: in the order of letters, what is not known last."""
    return name is None, (name or "").casefold()


def unlocked_label(rows: Sequence[Achievement]) -> str:
    """Return how many of them are unlocked: 9 of 24 unlocked."""
    unlocked = sum(row.unlocked is True for row in rows)
    unknown = sum(row.unlocked is None for row in rows)
    said = f"{formatting.count(unlocked)} of {formatting.count(len(rows))} unlocked"
    return f"{said}, {formatting.count(unknown)} not known" if unknown else said


def state_label(row: Achievement) -> str:
    """Return whether it is unlocked, in a word."""
    return {True: "Unlocked", False: "Locked", None: formatting.DASH}[row.unlocked]


def xp_label(row: Achievement) -> str:
    """Return the XP that it gives; one without any counts all the same."""
    return "No XP bonus" if row.xp == 0 else formatting.count(row.xp)


def row_cells(row: Achievement, now: datetime) -> tuple[str, str, str, str, str, str]:
    """Return state, name, rarity, XP, category and the day it was unlocked."""
    return (
        state_label(row),
        row.name or formatting.DASH,
        rarity_name(row.rarity),
        xp_label(row),
        row.category or formatting.DASH,
        _since(row, now) or (formatting.DASH if row.unlocked else ""),
    )


def row_summary(row: Achievement, now: datetime) -> str:
    """Return what an achievement is for, and since when it is unlocked."""
    since = _since(row, now)
    about = row.about or f"{formatting.DASH} what it is for is not in the answer"
    name = row.name or f"{formatting.DASH} a name that cannot be read"
    return " · ".join(filter(None, (name, about, f"unlocked {since}" if since else "")))


def _since(row: Achievement, now: datetime) -> str:
    at = row.unlocked_at
    return formatting.short_date(at.astimezone(now.tzinfo)) if at is not None else ""
