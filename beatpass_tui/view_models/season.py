"""Values and texts of the season leaderboards: categories, ranks, values, end of the season."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.career import CATEGORIES, Entry, Standing, Standings
from beatpass_tui.view_models.labels import label
from beatpass_tui.view_models.own_place import NOT_LISTED, OwnPlace


class CategoryInfo(NamedTuple):
    """Names of a category and its values, as in the help pages."""

    label: str
    measure: str
    """Title of the value column."""
    unit: str = ""
    """Follows a value outside of its column."""
    percent: bool = False
    """Whether the value is a percentage in the help pages."""


CATEGORY_INFO: Mapping[str, CategoryInfo] = {
    "overall": CategoryInfo("Overall", "Score", "overall score"),
    "points": CategoryInfo("Points", "XP", "XP"),
    "uploads": CategoryInfo("Uploads", "Uploads", "uploads"),
    "plays": CategoryInfo("Plays", "Plays", "plays"),
    "earnings": CategoryInfo("Earnings", "Earning share", "earning share", percent=True),
    "quality": CategoryInfo("Quality", "Quality", "quality", percent=True),
    "collaboration": CategoryInfo("Collaboration", "Score", "collaboration score"),
}

CATEGORY_OPTIONS = tuple((category, CATEGORY_INFO[category].label) for category in CATEGORIES)


class LeaderboardRow(NamedTuple):
    """A formatted row of a leaderboard."""

    rank: str
    name: str
    value: str
    tier: str
    you: bool


def find_category(standings: Standings, category: str) -> Standing | None:
    """Return a category of the leaderboards; None if it was not sent."""
    return next((row for row in standings.rows if row.category == category), None)


def entry_rows(standing: Standing) -> tuple[LeaderboardRow, ...]:
    """Return the rows of a category; a shared rank has the prefix =."""
    shared = Counter(entry.rank for entry in standing.entries)
    values = _values(standing.category, standing.entries)
    return tuple(
        LeaderboardRow(
            _rank(entry.rank, tied=shared[entry.rank] > 1),
            (entry.name or formatting.DASH) + (" (you)" if entry.you else ""),
            value,
            label(entry.tier) or formatting.DASH,
            entry.you,
        )
        for entry, value in zip(standing.entries, values, strict=True)
    )


def _rank(rank: int | None, *, tied: bool) -> str:
    return formatting.DASH if rank is None else f"{'=' * tied}{formatting.count(rank)}"


def _values(category: str, entries: Sequence[Entry]) -> list[str]:
    """Return the formatted values, all with the same number of decimals, at most two."""
    known = [entry.value for entry in entries if entry.value is not None]
    decimals = (f"{value:.2f}".rstrip("0").partition(".")[2] for value in known)
    places = max(map(len, decimals), default=0)
    # Values up to 1 could be fractions, so they have no percent sign.
    sign = "%" if CATEGORY_INFO[category].percent and any(value > 1 for value in known) else ""
    return [
        formatting.DASH if entry.value is None else f"{entry.value:,.{places}f}{sign}"
        for entry in entries
    ]


def own_rank(standing: Standing | None) -> str:
    """Return your rank in a category: `#16`, `=5`, `not listed` or a dash."""
    if standing is None or standing.listed is None:
        return formatting.DASH
    own = next((entry for entry in standing.entries if entry.you), None)
    rank = own.rank if own is not None else standing.rank
    if rank is None:
        return NOT_LISTED if own is None else formatting.DASH
    tied = sum(entry.rank == rank for entry in standing.entries) > 1
    return f"{'=' if tied else '#'}{formatting.count(rank)}"


TIER_COLORS: Mapping[str, str] = {
    "diamond": "ink-secondary", "gold": "hue-level", "bronze": "hue-delayed",
}  # fmt: skip
"""Theme colors of tiers; the others have none."""


def tier_color(tier: str) -> str:
    """Return the theme color of a tier, by its label."""
    return TIER_COLORS.get(tier.lower(), "quiet")


class SeasonRank(NamedTuple):
    """Your rank and tier in a category."""

    category: str
    label: str
    rank: str
    tier: str


def own_ranks(standings: Standings) -> tuple[SeasonRank, ...]:
    """Return your rank in each category."""
    rows = {name: find_category(standings, name) for name in CATEGORIES}
    return tuple(
        SeasonRank(
            name,
            CATEGORY_INFO[name].label,
            own_rank(standing),
            (label(standing.tier) if standing is not None else None) or formatting.DASH,
        )
        for name, standing in rows.items()
    )


def season_place(standing: Standing) -> OwnPlace:
    """Return your place in a category, and the entries directly above and below."""
    rank = own_rank(standing)
    of = f"of {formatting.count(standing.listed)} listed" if standing.listed else ""
    entries, info = standing.entries, CATEGORY_INFO[standing.category]
    place = next((index for index, entry in enumerate(entries) if entry.you), None)
    if place is None:
        reason = "You are not in this list." if rank == NOT_LISTED else ""
        return OwnPlace(rank, of, reason=reason)
    values = _values(standing.category, entries)
    better = [index for index in range(place) if entries[index].rank != entries[place].rank]
    worse = range(place + 1, len(entries))
    ahead, behind = (
        (values[each[pick]], f"{_name_and_rank(entries[each[pick]])}, next {side}")
        if each
        else ("", "")
        for each, pick, side in ((better, -1, "above"), (worse, 0, "below"))
    )
    # The name of a score is that of its category.
    unit = "" if info.percent or " " in info.unit else f" {info.unit}"
    value = "" if values[place] == formatting.DASH else values[place] + unit
    return OwnPlace(rank, of, value=value, ahead=ahead, behind=behind)


def other_places(standings: Standings | None, category: str) -> tuple[tuple[str, OwnPlace], ...]:
    """Return the labels of the other categories, and your places in them."""
    if standings is None:
        return ()
    others = ((name, find_category(standings, name)) for name in CATEGORIES if name != category)
    return tuple(
        (CATEGORY_INFO[name].label, season_place(standing))
        for name, standing in others
        if standing is not None and standing.listed is not None
    )


def _name_and_rank(entry: Entry) -> str:
    rank = f" (#{formatting.count(entry.rank)})" if entry.rank is not None else ""
    return f"{entry.name or formatting.DASH}{rank}"


def own_position(standing: Standing) -> str:
    """Return your rank and the number of producers listed."""
    if not standing.listed:
        return ""
    rank = own_rank(standing)
    if rank == NOT_LISTED:
        return "You are not in this list"
    return f"You are {rank} of {formatting.count(standing.listed)} listed"


def season_end_text(end: date | None, now: datetime) -> str:
    """Return when the season ends, such as "season ends Nov 30, in 7 days"."""
    if end is None:
        return ""
    day = formatting.local_day(end, now)
    days = (day - now.date()).days
    if formatting.end_of_day(end, now) < now:
        return f"season ended {formatting.short_date(day, now)}"
    if days == 0:
        at = f" at {end.astimezone(now.tzinfo):%H:%M}" if isinstance(end, datetime) else ""
        return f"season ends today{at}"
    when = "tomorrow" if days == 1 else f"in {formatting.plural(days, 'day')}"
    return f"season ends {formatting.short_date(day, now)}, {when}"


def row_summary(row: LeaderboardRow, category: str) -> str:
    """Return a row on one line, with the unit of its value."""
    value = f"{row.value} {CATEGORY_INFO[category].unit}" if row.value != formatting.DASH else ""
    parts = (f"#{row.rank}" if row.rank[:1].isdigit() else row.rank, row.name, value, row.tier)
    return " · ".join(part for part in parts if part not in ("", formatting.DASH))
