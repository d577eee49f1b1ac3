"""Everything known about an achievement, in words."""

from collections.abc import Sequence
from datetime import datetime

from beatpass_tui import formatting
from beatpass_tui.models.career import Achievement
from beatpass_tui.view_models import progress
from beatpass_tui.view_models.labels import label


def achievement_details(
    row: Achievement, rows: Sequence[Achievement], now: datetime
) -> tuple[tuple[str, str], ...]:
    """Return what is known about one of the achievements, and how to unlock it."""
    state = {True: "Unlocked", False: "Locked", None: ""}[row.unlocked]
    if row.unlocked_at is not None:
        day = formatting.local_day(row.unlocked_at, now)
        days = (now.date() - day).days
        age = f" · {formatting.plural(days, 'day')} ago" if days > 1 else ""
        state = f"Unlocked {formatting.table_date(day)}{age}"
    reward = progress.xp_text(row) if row.xp is not None else ""
    if row.xp:
        verb = {True: " earned", False: " when unlocked", None: ""}[row.unlocked]
        reward = f"{progress.xp_text(row)} XP{verb}"
    peers = (
        (label(row.rarity), [each for each in rows if each.rarity == row.rarity]),
        (label(row.category), [each for each in rows if each.category == row.category]),
    )
    rarity, category = (
        f"{name} · {progress.unlocked_label(listed)}" if name else "" for name, listed in peers
    )
    return (
        ("Achievement", row.name or formatting.DASH),
        ("State", state or formatting.DASH),
        ("Unlocked by" if row.unlocked else "How to unlock", row.about or formatting.DASH),
        ("Reward", reward or formatting.DASH),
        ("Rarity", rarity or formatting.DASH),
        ("Category", category or formatting.DASH),
    )
