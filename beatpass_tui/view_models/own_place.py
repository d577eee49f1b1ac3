"""Your place on the leaderboards: rank, change, distances and history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.leaderboards import Leaderboard, RankedArtist
from beatpass_tui.models.numbers import VIEWS, Fetched
from beatpass_tui.models.text import words
from beatpass_tui.models.trends import Points
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.cards import Change
from beatpass_tui.view_models.leaderboards import (
    VIEW_INFO,
    change_words,
    closest_period,
    entries_of,
    format_values,
    rank_change,
    with_unit,
)
from beatpass_tui.view_models.snapshots import baseline_of, last_visit

_REASONS: Mapping[str, str] = {
    "no_public_tracks": "Publish a beat to be ranked.",
    "no_contribution": "No contribution yet, so you have no earning share.",
    "no_activity": "You had no activity in this period.",
}

NOT_LISTED = "not listed"
NOT_OPENED = "not opened"
OPEN_FIRST = "A view has a rank once it was opened."


class OwnPlace(NamedTuple):
    """Your place in a leaderboard."""

    rank: str
    """Such as `#27`, `=5` or `not listed`."""
    of: str = ""
    """Such as "of 212"."""
    change: Change = Change()
    since: datetime | None = None
    """When the rank was fetched that the change is measured from."""
    value: str = ""
    ahead: tuple[str, str] = ("", "")
    """A number and what it means: "39", "more to pass Ossia (#26)"."""
    meter: float | None = None
    """Your value as a part of the next better one's."""
    behind: tuple[str, str] = ("", "")
    reason: str = ""
    """Why you are not listed."""


def own_place(board: Leaderboard, previous: Fetched | None) -> OwnPlace:
    """Return your place; distances only to entries directly above and below."""
    own = board.entry
    if own is None:
        return OwnPlace(NOT_LISTED, reason=_reason(board))
    category, entries = board.category or "", entries_of(board)
    before = previous.model.entry if previous is not None else None
    change = rank_change(own.rank, before.rank if before is not None else None)
    place = next(index for index, entry in enumerate(entries) if entry.you)
    values = format_values(category, entries)
    above = _above(board, entries, place)
    below = entries[place + 1] if place + 1 < len(entries) else None
    tied = sum(entry.rank == own.rank for entry in entries) > 1
    rank = formatting.DASH if own.rank is None else formatting.count(own.rank)
    of = f"of {formatting.count(board.participants)}" if board.participants else ""
    return OwnPlace(
        rank if own.rank is None else f"{'=' if tied else '#'}{rank}",
        of,
        change,
        previous.at if previous is not None and change.text else None,
        with_unit(category, values[place]) if category in VIEW_INFO else values[place],
        *_ahead(category, own, above, values[entries.index(above)] if above else ""),
        _behind(category, own, below, values[place + 1] if below else ""),
    )


def _reason(board: Leaderboard) -> str:
    if board.reason is not None:
        return _REASONS.get(board.reason) or words(board.reason)
    return "You are not eligible for this ranking." if board.eligible is False else ""


def _above(board: Leaderboard, entries: Sequence[RankedArtist], place: int) -> RankedArtist | None:
    """Return the entry with the next better rank, only if no rank is missing in between."""
    own = entries[place]
    better = [entry for entry in entries[:place] if _rank_of(entry) < _rank_of(own)]
    if not better or own.rank is None:
        return None
    above = better[-1]
    is_nearby = above in board.nearby
    are_leaders = place < len(board.leaders or ())
    ties = sum(entry.rank == above.rank for entry in better)
    return above if is_nearby or are_leaders or _rank_of(above) + ties == own.rank else None


def _rank_of(entry: RankedArtist) -> int:
    return entry.rank or 0


def _ahead(
    category: str, own: RankedArtist, above: RankedArtist | None, value: str
) -> tuple[tuple[str, str], float | None]:
    if above is None or above.value is None or own.value is None:
        return ("", ""), None
    name = _name_and_rank(above)
    meter = min(max(own.value / above.value, 0), 1) if above.value > 0 else None
    if category == "earning_share":
        return (value, f"{name}, next above"), meter
    missing = above.value - own.value
    if missing < 0:
        return ("", ""), None
    whole = float(missing).is_integer()
    return (formatting.count(missing + 1 if whole else missing), f"more to pass {name}"), meter


def _behind(
    category: str, own: RankedArtist, below: RankedArtist | None, value: str
) -> tuple[str, str]:
    if below is None or below.value is None or own.value is None:
        return "", ""
    name = _name_and_rank(below)
    if below.rank is not None and below.rank == own.rank:
        return "", f"Level with {below.name or formatting.DASH}"
    if category == "earning_share":
        return value, f"{name}, next below"
    lead = own.value - below.value
    return (formatting.count(lead), f"ahead of {name}") if lead >= 0 else ("", "")


def _name_and_rank(entry: RankedArtist) -> str:
    rank = f" (#{formatting.count(entry.rank)})" if entry.rank is not None else ""
    return f"{entry.name or formatting.DASH}{rank}"


class ViewRank(NamedTuple):
    """Your rank in one of the five views."""

    label: str
    rank: str
    change: Change = Change()
    is_known: bool = True
    age: str = ""
    """When the rank was fetched, if that was in an earlier visit."""


def view_ranks(session: Session, period: str) -> tuple[ViewRank, ...]:
    """Return your rank in each category; only views that were opened have one."""
    ranks = []
    for category in VIEWS:
        label = VIEW_INFO[category].label
        query = session.leaderboard(category, closest_period(category, period))
        if query.value is None:
            ranks.append(ViewRank(label, NOT_OPENED, is_known=False))
            continue
        place, now = own_place(query.value, baseline_of(session, query)), session.clock.now()
        at, since = query.fetched_at, last_visit(session)
        is_old = at is not None and since is not None and at <= since
        age = formatting.date_or_time(at, now).split()[0] if at is not None and is_old else ""
        is_listed = place.rank != NOT_LISTED
        ranks.append(ViewRank(label, place.rank, place.change, is_listed, age))
    return tuple(ranks)


def own_summary(place: OwnPlace, now: datetime) -> str:
    """Return your place for the status line, after your name."""
    parts = [f"{place.rank} {place.of}".strip()]
    if place.change.direction:
        parts[0] += f", {change_words(place.change)}"
        if place.since is not None:
            parts[0] += f" since {formatting.date_or_time(place.since, now)}"
    parts += [" ".join(filter(None, part)) for part in (place.ahead, place.behind) if part[1]]
    return " · ".join(filter(None, (*parts, place.reason)))


def short_summary(place: OwnPlace) -> str:
    """Return your place in few words, with the names of neighbors without their ranks."""
    change = change_words(place.change) if place.change.direction else ""
    parts = [", ".join(filter(None, (f"{place.rank} {place.of}".strip(), change)))]
    near = [
        f"{number} {words.partition(' (#')[0].removeprefix('more ')}".strip()
        for number, words in (place.ahead, place.behind)
        if words
    ]
    return " · ".join(filter(None, (*parts, ", ".join(near))))


class RankDay(NamedTuple):
    """Your rank at the end of a day."""

    day: date
    rank: int
    is_known: bool
    """Whether it was recorded on that day, not on an earlier one."""


def rank_history(
    points: Points, board: Leaderboard | None, now: datetime, days: int
) -> tuple[RankDay | None, ...]:
    """Return your ranks of the last days, the last one today; None before the first one."""
    by_day = {at.date(): round(value) for at, value in points if at <= now}
    if board is not None and board.entry is not None and board.entry.rank is not None:
        by_day[now.date()] = board.entry.rank
    first = now.date() - timedelta(days=days - 1)
    rank = max(((day, value) for day, value in by_day.items() if day < first), default=None)
    latest, history = rank[1] if rank is not None else None, list[RankDay | None]()
    for day in (first + timedelta(days=back) for back in range(days)):
        latest = by_day.get(day, latest)
        history.append(None if latest is None else RankDay(day, latest, day in by_day))
    return tuple(history)
