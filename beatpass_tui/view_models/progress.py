"""Filters, order and texts of the Progress page: achievements, sources, awards, ways to earn XP."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import dropwhile
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models import decode
from beatpass_tui.models.career import RARITIES, Achievement, XpAward, XpSource
from beatpass_tui.models.gains import gains_per_day
from beatpass_tui.models.text import fold, fold_query, natural_key
from beatpass_tui.models.trends import MONTH, WEEK, Points
from beatpass_tui.view_models.charts import ChartStep, gain_steps
from beatpass_tui.view_models.labels import label

ALL = "all"
AVAILABLE, UNLOCKED = "available", "unlocked"
STATUS_OPTIONS = ((AVAILABLE, "Available"), (UNLOCKED, "Unlocked"), (ALL, "All"))
"""The statuses to filter by; an achievement of unknown status counts as available."""

RARITY_COLORS: Mapping[str, str] = {
    "common": "quiet", "rare": "hue-tracks", "epic": "hue-followers", "legendary": "hue-level",
}  # fmt: skip
"""Theme colors of the documented rarities."""

EARN_XP = (
    ("Upload a beat", 100),
    ("Complete the details of a beat", 50),
    ("Work with another producer", 25),
    ("Get a beat's first counted play", 1),
)
"""The documented ways to earn XP, each once per beat."""

EARN_NOTES = tuple((f"+{xp} XP", text) for text, xp in EARN_XP)
"""The ways to earn XP for the help screen, as low windows have no room for them."""


class Filters(NamedTuple):
    """The chosen filters of the achievements."""

    status: str = AVAILABLE
    rarity: str = ALL
    category: str = ALL
    """A category as the service sends it."""
    text: str = ""
    """Part of a name or description."""

    def matches(self, row: Achievement) -> bool:
        """Return whether an achievement passes all filters."""
        is_unlocked = row.unlocked is True
        search = fold_query(self.text)
        return (
            (self.status == ALL or is_unlocked == (self.status == UNLOCKED))
            and self.rarity in (ALL, row.rarity)
            and self.category in (ALL, row.category)
            and (not search or any(search in fold(part) for part in (row.name, row.about) if part))
        )


def rarity_label(rarity: str | None) -> str:
    """Return a rarity, capitalized."""
    return label(rarity) or formatting.DASH


def rarity_color(rarity: str | None) -> str:
    """Return the theme color of a rarity; that of common ones for an unknown rarity."""
    return RARITY_COLORS.get(rarity or "", "quiet")


def status_options(achievements: Sequence[Achievement]) -> tuple[tuple[str, str], ...]:
    """Return the statuses with the number of achievements of each."""
    return tuple(
        (status, f"{name} {formatting.count(len(filter_achievements(achievements, status)))}")
        for status, name in STATUS_OPTIONS
    )


def rarity_options(achievements: Iterable[Achievement]) -> tuple[tuple[str, str], ...]:
    """Return filter options for the rarities of the achievements."""
    rarities = {row.rarity for row in achievements if row.rarity}
    options = ((rarity, rarity_label(rarity)) for rarity in sorted(rarities, key=_rarity_order))
    return ((ALL, "All"), *options)


def category_options(achievements: Iterable[Achievement]) -> tuple[tuple[str, str], ...]:
    """Return filter options for the categories of the achievements, by name."""
    labels = {row.category: label(row.category) or "" for row in achievements if row.category}
    ordered = sorted(labels.items(), key=lambda option: natural_key(option[1]))
    return ((ALL, "All"), *ordered)


def _rarity_order(rarity: str | None) -> tuple[int, str]:
    """Return the sort key of a rarity: documented ones come first, a missing one last."""
    if rarity is None:
        return len(RARITIES) + 1, ""
    return RARITIES.index(rarity) if rarity in RARITIES else len(RARITIES), rarity


def filter_achievements(
    achievements: Iterable[Achievement],
    status: str = ALL,
    rarity: str = ALL,
    category: str = ALL,
    text: str = "",
) -> tuple[Achievement, ...]:
    """Return the achievements that match all filters: unlocked ones first, by rarity and name."""
    matches = Filters(status, rarity, category, text).matches
    return tuple(sorted(filter(matches, achievements), key=_order))


def _order(row: Achievement) -> tuple[object, ...]:
    is_unlocked = row.unlocked is not True
    return is_unlocked, _rarity_order(row.rarity), row.name is None, natural_key(row.name or "")


_SORT_KEYS: Mapping[str, Callable[[Achievement], tuple[object, ...]]] = {
    "name": lambda row: natural_key(row.name or ""),
    "rarity": lambda row: _rarity_order(row.rarity),
    "about": lambda row: natural_key(row.about or ""),
    "xp": lambda row: (row.xp or 0,),
    "since": lambda row: (decode.sort_time(row.unlocked_at),),
}
_SORT_VALUES: Mapping[str, Callable[[Achievement], object]] = {
    "name": lambda row: row.name,
    "rarity": lambda row: row.rarity,
    "about": lambda row: row.about,
    "xp": lambda row: row.xp,
    "since": lambda row: row.unlocked_at,
}


def sort_achievements(
    rows: Iterable[Achievement], column: str, descending: bool
) -> tuple[Achievement, ...]:
    """Return achievements by a column; rows without a value are last."""
    rows = tuple(rows)
    value, key = _SORT_VALUES[column], _SORT_KEYS[column]
    known = sorted((row for row in rows if value(row) is not None), key=key, reverse=descending)
    return (*known, *(row for row in rows if value(row) is None))


def filter_note(filters: Filters, rows: Sequence[Achievement]) -> tuple[tuple[str, str], ...]:
    """Return the chosen rarity and category with their colors, or all rarities as a legend."""
    rarities = [option for option in rarity_options(rows) if option[0] != ALL]
    shown = [option for option in rarities if filters.rarity in (ALL, option[0])]
    parts = [(name, rarity_color(rarity)) for rarity, name in shown]
    if filters.category == ALL:
        return tuple(parts)
    category = (label(filters.category) or "", "")
    return (category,) if filters.rarity == ALL else (*parts, ("·", "quiet"), category)


def unlocked_label(achievements: Sequence[Achievement]) -> str:
    """Return the number of unlocked achievements, such as "9 of 24 unlocked"."""
    unlocked = sum(row.unlocked is True for row in achievements)
    unknown = sum(row.unlocked is None for row in achievements)
    text = f"{formatting.count(unlocked)} of {formatting.count(len(achievements))} unlocked"
    return f"{text}, {formatting.count(unknown)} unknown" if unknown else text


def earned_label(achievements: Sequence[Achievement]) -> str:
    """Return the XP of unlocked achievements, such as "2,550 of 39,250 XP"; empty if unknown."""
    known = [row for row in achievements if row.xp is not None]
    if not known:
        return ""
    earned = sum(row.xp or 0 for row in known if row.unlocked)
    total = sum(row.xp or 0 for row in known)
    return f"{formatting.count(earned)} of {formatting.count(total)} XP"


def latest_unlocked(achievements: Iterable[Achievement]) -> tuple[Achievement, ...]:
    """Return the unlocked achievements with a date, latest first."""
    dated = (row for row in achievements if row.unlocked and row.unlocked_at is not None)
    return sort_achievements(dated, "since", descending=True)


def latest_label(achievements: Iterable[Achievement]) -> str:
    """Return the name of the achievement that was unlocked last; empty if that is unknown."""
    latest = next(iter(latest_unlocked(achievements)), None)
    return f"latest {latest.name}" if latest is not None and latest.name else ""


def state_symbol(row: Achievement) -> str:
    """Return ✓ for an unlocked achievement, · for a locked one."""
    return {True: "✓", False: "·", None: formatting.DASH}[row.unlocked]


def xp_text(row: Achievement) -> str:
    """Return the XP of an achievement; a reward of 0 counts as an achievement without XP."""
    return "No XP bonus" if row.xp == 0 else formatting.count(row.xp)


def state_text(row: Achievement, now: datetime) -> str:
    """Return the day on which an achievement was unlocked, or its state."""
    if row.unlocked_at is not None:
        return formatting.table_date(formatting.local_day(row.unlocked_at, now))
    return {True: "Unlocked", False: "Locked", None: formatting.DASH}[row.unlocked]


def row_summary(row: Achievement, now: datetime) -> str:
    """Return name, rarity, category, XP and unlock date of an achievement."""
    at = row.unlocked_at
    xp = f"{xp_text(row)} XP" if row.xp else "No XP bonus" if row.xp == 0 else ""
    if xp and row.unlocked is False:
        xp += " when unlocked"
    parts = (
        row.name or f"{formatting.DASH} no name",
        label(row.rarity),
        label(row.category),
        xp,
        f"unlocked {formatting.short_date(formatting.local_day(at, now), now)}" if at else "",
    )
    return " · ".join(filter(None, parts))


def description(row: Achievement) -> str:
    """Return how an achievement is unlocked, and what it brings while it is locked."""
    about = row.about or f"{formatting.DASH} no description"
    if row.unlocked is False and row.xp and row.about:
        return f"{about.rstrip('.')} to unlock it and earn {xp_text(row)} XP."
    return about


class SourceRow(NamedTuple):
    """A formatted source of XP."""

    label: str
    times: str
    share: float
    """From 0 to 1."""
    xp: str
    percent: str


def source_rows(sources: Sequence[XpSource]) -> tuple[SourceRow, ...]:
    """Return the sources of XP, the largest first, with their shares of the XP listed."""
    total = sum(row.xp or 0 for row in sources)
    ordered = sorted(sources, key=lambda row: (row.xp is None, -(row.xp or 0)))
    return tuple(
        SourceRow(
            row.name or formatting.DASH,
            f"{formatting.count(row.times)}×" if row.times is not None else "",
            min(max((row.xp or 0) / total, 0), 1) if total > 0 else 0,
            formatting.count(row.xp),
            formatting.percentage(row.xp, total),
        )
        for row in ordered
    )


def category_rows(achievements: Iterable[Achievement]) -> tuple[SourceRow, ...]:
    """Return each category with its unlocked achievements, their share and their XP."""
    rows = tuple(achievements)
    result = []
    for category, name in category_options(rows)[1:]:
        listed = [row for row in rows if row.category == category]
        unlocked = [row for row in listed if row.unlocked]
        result.append(
            SourceRow(
                name,
                f"{len(unlocked)} of {len(listed)}",
                len(unlocked) / len(listed),
                formatting.count(sum(row.xp or 0 for row in unlocked)),
                formatting.percentage(len(unlocked), len(listed)),
            )
        )
    return tuple(result)


class XpPeriod(NamedTuple):
    """The XP of a week or a month."""

    label: str
    gain: float
    text: str


class XpPeriods(NamedTuple):
    """A title, and the XP of each week or month, latest first."""

    title: str
    rows: tuple[XpPeriod, ...]


_WEEKS = 26
_MONTHS = 24


def xp_periods(points: Points, now: datetime) -> tuple[XpPeriods, ...]:
    """Return the recorded XP of each week and month; none for less than two weeks.

    Estimates have the sign ≈.
    """
    first = MONTH.subtract(MONTH.start(now), _MONTHS - 1)
    days = gains_per_day(points, now, (now.date() - first).days + 1)
    weeks, months = (gain_steps(days, scale=scale) for scale in (WEEK, MONTH))
    if sum(step.value is not None for step in weeks) < 2:
        return ()
    return (
        XpPeriods(
            "XP per week",
            _xp_rows((formatting.short_date(step.start, now), step) for step in weeks[-_WEEKS:]),
        ),
        XpPeriods(
            "XP per month",
            _xp_rows(
                (f"{formatting.month_name(at := step.start)} {at.year}", step) for step in months
            ),
        ),
    )


def _xp_rows(steps: Iterable[tuple[str, ChartStep]]) -> tuple[XpPeriod, ...]:
    """Return the rows of weeks or months from the first gain on, latest first."""
    labeled = dropwhile(lambda pair: not pair[1].value, steps)
    rows = [
        XpPeriod(label, step.value, f"{'≈' * step.is_estimated}{formatting.signed(step.value)}")
        for label, step in labeled
        if step.value is not None
    ]
    return tuple(reversed(rows))


class AmountRow(NamedTuple):
    """A text with an amount of XP, and its day."""

    day: str
    text: str
    xp: str


def award_rows(awards: Iterable[XpAward], now: datetime) -> tuple[AmountRow, ...]:
    """Return XP awards with their local days."""
    return tuple(
        AmountRow(
            formatting.short_date(formatting.local_day(award.at, now), now) if award.at else "",
            award.name,
            formatting.signed(award.xp),
        )
        for award in awards
    )


def unlock_rows(achievements: Iterable[Achievement], now: datetime) -> tuple[AmountRow, ...]:
    """Return the latest unlocked achievements with their XP."""
    return tuple(
        AmountRow(
            formatting.short_date(formatting.local_day(row.unlocked_at, now), now)
            if row.unlocked_at
            else "",
            row.name or formatting.DASH,
            formatting.signed(row.xp) if row.xp else "",
        )
        for row in latest_unlocked(achievements)
    )


def earn_rows(achievements: Iterable[Achievement]) -> tuple[AmountRow, ...]:
    """Return the ways to earn XP; the XP of achievements is that of the locked ones."""
    rewards = [row.xp for row in achievements if row.xp and row.unlocked is not True]
    rows = [AmountRow("", text, formatting.signed(xp)) for text, xp in EARN_XP]
    if rewards:
        least, most = formatting.count(min(rewards)), formatting.count(max(rewards))
        rows.append(
            AmountRow("", "Unlock an achievement", least if least == most else f"{least} to {most}")
        )
    return tuple(rows)
