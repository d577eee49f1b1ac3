"""Rows, ranks and texts of the five leaderboards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.leaderboards import Leaderboard, RankedArtist
from beatpass_tui.models.numbers import VIEWS
from beatpass_tui.models.text import words
from beatpass_tui.view_models.cards import Change

MORE = "more"
"""The value of the tab with the season leaderboards, which have other ranks."""


class ViewInfo(NamedTuple):
    """Names of a category, as on the web page."""

    label: str
    measure: str
    """Title of the value column."""
    unit: str
    """The noun of one."""
    participants: str = "artists"
    note: str = ""
    """What is counted."""


VIEW_INFO: Mapping[str, ViewInfo] = {
    "earning_share": ViewInfo("Earning share", "Share", "", note="share of contributions"),
    "progress": ViewInfo("Progress", "XP", "XP", "producers", "XP of the account"),
    "audience_plays": ViewInfo("Audience plays", "Plays", "play", note="own team excluded"),
    "releases": ViewInfo("Releases", "Releases", "release", note="public beats"),
    "collaborations": ViewInfo(
        "Collaborations", "Beats", "collaboration", note="beats by two artists or more"
    ),
}
VIEW_LABELS: Mapping[str, str] = {view: VIEW_INFO[view].label for view in VIEWS}
VIEW_OPTIONS = (*VIEW_LABELS.items(), (MORE, "More"))

PERIOD_LABELS: Mapping[str, str] = {
    "current": "Current", "7d": "7 days", "30d": "30 days", "all": "All time",
}  # fmt: skip

START = "audience_plays", "30d"
"""Category and period that the page shows first."""

_DETAIL_TITLES: Mapping[str, str] = {"playedTracks": "Beats played"}


def period_options(category: str) -> tuple[tuple[str, str], ...]:
    """Return the periods of a category."""
    return tuple((period, PERIOD_LABELS[period]) for period in VIEWS[category])


def closest_period(category: str, period: str) -> str:
    """Return the period of a category for the one selected in another category."""
    periods = VIEWS[category]
    return period if period in periods else periods[0]


class BoardRow(NamedTuple):
    """A formatted row of a leaderboard, or a separator."""

    key: object
    """Identifies the artist."""
    rank: str
    """With the prefix = if it is shared."""
    change: Change
    name: str
    value: str
    share: float
    """The value as a part of the first one's, from 0 to 1."""
    detail: str
    url: str | None
    you: bool
    rule: str = ""
    """The text of a separator; empty for an artist."""


_OWN_RULE = BoardRow(None, "", Change(), "", "", 0, "", None, False, "your place")


class Board(NamedTuple):
    """The rows of a leaderboard."""

    rows: tuple[BoardRow, ...]
    detail_title: str
    """Title of the last column; empty if no row has a detail."""
    has_changes: bool
    """Whether any change of a rank is known."""


def entries_of(board: Leaderboard) -> tuple[RankedArtist, ...]:
    """Return the top 20, then your entry and its neighbors unless they are among them."""
    leaders = board.leaders or ()
    near = [*board.nearby, *((board.entry,) if board.entry is not None else ())]
    listed = {entry_key(entry) for entry in leaders}
    below = [entry for entry in near if entry_key(entry) not in listed]
    # Neighbors without a rank can't be ordered.
    below = [entry for entry in below if entry.rank is not None or entry.you]
    return (*leaders, *sorted(below, key=lambda entry: (entry.rank or 0, not entry.you)))


def entry_key(entry: RankedArtist) -> object:
    """Return what identifies an entry."""
    return entry.artist_id or (entry.rank, entry.name, entry.value)


def board_of(board: Leaderboard, previous: Leaderboard | None) -> Board:
    """Return the rows of a leaderboard, with changes since the previous one."""
    entries = entries_of(board)
    shared = Counter(entry.rank for entry in entries)
    before = previous.by_artist() if previous is not None else {}
    values = format_values(board.category or "", entries)
    first = max((entry.value or 0 for entry in entries), default=0)
    detail = _detail_name(entries)
    rows = [
        BoardRow(
            entry_key(entry),
            _rank(entry.rank, tied=shared[entry.rank] > 1),
            _change(entry, before),
            entry.name or formatting.DASH,
            value,
            min(max((entry.value or 0) / first, 0), 1) if first > 0 else 0,
            formatting.count(entry.details[detail]) if detail in entry.details else "",
            entry.url,
            entry.you,
        )
        for entry, value in zip(entries, values, strict=True)
    ]
    count = len(board.leaders or ())
    if 0 < count < len(rows):
        rows.insert(count, _OWN_RULE)
    return Board(tuple(rows), detail_title(detail), any(row.change.text for row in rows))


def detail_title(name: str) -> str:
    """Return the title of another number of an entry; empty for an empty name."""
    return _DETAIL_TITLES.get(name) or words(name)


def _rank(rank: int | None, *, tied: bool) -> str:
    return formatting.DASH if rank is None else f"{'=' * tied}{formatting.count(rank)}"


def _change(entry: RankedArtist, before: Mapping[int, RankedArtist]) -> Change:
    previous = before.get(entry.artist_id) if entry.artist_id is not None else None
    return rank_change(entry.rank, previous.rank if previous is not None else None)


def rank_change(rank: int | None, before: int | None) -> Change:
    """Return the change of a rank: ▲ 3 for a better one, – for the same; empty if unknown."""
    if rank is None or before is None:
        return Change()
    if rank == before:
        return Change("–")
    direction = 1 if rank < before else -1
    return Change(
        f"{'▲' if direction > 0 else '▼'} {formatting.count(abs(before - rank))}", direction
    )


def _detail_name(entries: Iterable[RankedArtist]) -> str:
    """Return the name of the detail that most entries have."""
    names = Counter(name for entry in entries for name in list(entry.details)[:1])
    return names.most_common(1)[0][0] if names else ""


def format_values(category: str, entries: Sequence[RankedArtist]) -> list[str]:
    """Return the formatted values, all with the same number of decimals, at most two."""
    known = [entry.value for entry in entries if entry.value is not None]
    decimals = (f"{value:.2f}".rstrip("0").partition(".")[2] for value in known)
    places = max(map(len, decimals), default=0)
    # Values up to 1 could be fractions, so they have no percent sign.
    is_percentage = category == "earning_share" and any(value > 1 for value in known)
    sign = "%" if is_percentage else ""
    return [
        formatting.DASH if entry.value is None else f"{entry.value:,.{places}f}{sign}"
        for entry in entries
    ]


def with_unit(category: str, value: str) -> str:
    """Return a formatted value with its unit: 1 play, 1,745 plays, 3,774 XP, 0.3%."""
    unit = VIEW_INFO[category].unit
    if not unit or value == formatting.DASH:
        return value
    return f"{value} {unit}" if value == "1" or unit == "XP" else f"{value} {unit}s"


def change_words(change: Change) -> str:
    """Return a change of a rank in words: up 3, down 1, same."""
    if not change.direction:
        return "same" if change.text else ""
    return f"{'up' if change.direction > 0 else 'down'} {change.text.split()[-1]}"


def participants(board: Leaderboard) -> str:
    """Return how many take part and what is counted: "212 artists · own team excluded"."""
    info = VIEW_INFO.get(board.category or "")
    if info is None:
        return ""
    noun = info.participants.removesuffix("s")
    count = formatting.plural(board.participants, noun) if board.participants is not None else ""
    return " · ".join(filter(None, (count, info.note)))


def freshness(board: Leaderboard, now: datetime) -> str:
    """Return when BeatPass calculated the ranking, and a notice if that is too long ago."""
    at = board.generated_at
    if at is None:
        return "Out of date at BeatPass" if board.is_stale else ""
    time = formatting.date_or_time(at.astimezone(now.tzinfo), now)
    return f"Out of date: calculated {time}" if board.is_stale else f"Updated {time} by BeatPass"


def list_facts(board: Leaderboard, formatted: Board, now: datetime) -> tuple[str, str]:
    """Return the freshness of a ranking, and what equal ranks mean if there are any."""
    has_ties = any(row.rank.startswith("=") for row in formatted.rows)
    return freshness(board, now), "ties share a rank" if has_ties else ""


def row_summary(row: BoardRow, category: str, board: Leaderboard, detail_title: str) -> str:
    """Return a row on one line: name, rank, value and detail."""
    rank = f"#{row.rank}" if row.rank[:1].isdigit() else row.rank
    if row.you and board.participants:
        rank = f"{rank} of {formatting.count(board.participants)}"
    detail = f"{row.detail} {detail_title[:1].lower()}{detail_title[1:]}" if row.detail else ""
    value = with_unit(category, row.value)
    parts = (row.name, rank, "" if value == formatting.DASH else value, detail)
    return " · ".join(part for part in parts if part not in ("", formatting.DASH))
