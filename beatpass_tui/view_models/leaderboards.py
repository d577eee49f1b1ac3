"""Rows, ranks and texts of the five leaderboards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.leaderboards import VIEWS, Leaderboard, RankedArtist
from beatpass_tui.models.numbers import Fetched
from beatpass_tui.models.text import words
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.cards import Change
from beatpass_tui.view_models.snapshots import baseline_of, last_visit

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

_REASONS: Mapping[str, str] = {
    "no_public_tracks": "Publish a beat to be ranked.",
    "no_contribution": "No contribution yet, so you have no earning share.",
    "no_activity": "You had no activity in this period.",
}
_DETAIL_TITLES: Mapping[str, str] = {"playedTracks": "Beats played"}

NOT_LISTED = "not listed"
NOT_OPENED = "not opened"


def period_options(category: str) -> tuple[tuple[str, str], ...]:
    """Return the periods of a category."""
    return tuple((period, PERIOD_LABELS[period]) for period in VIEWS[category])


def closest_period(category: str, period: str) -> str:
    """Return the period of a category for the one selected in another category."""
    periods = VIEWS[category]
    return period if period in periods else periods[0]


class BoardRow(NamedTuple):
    """A formatted row of a leaderboard."""

    place: int | None
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
    is_apart: bool = False
    """Whether ranks are missing between this row and the one above."""


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
    listed = {_key(entry) for entry in leaders}
    below = [entry for entry in near if _key(entry) not in listed]
    # Neighbors without a rank can't be ordered.
    below = [entry for entry in below if entry.rank is not None or entry.you]
    return (*leaders, *sorted(below, key=lambda entry: (entry.rank or 0, not entry.you)))


def _key(entry: RankedArtist) -> object:
    return entry.artist_id or (entry.rank, entry.name, entry.value)


def board_of(board: Leaderboard, previous: Leaderboard | None) -> Board:
    """Return the rows of a leaderboard, with changes since the previous one."""
    entries = entries_of(board)
    shared = Counter(entry.rank for entry in entries)
    before = previous.by_artist() if previous is not None else {}
    values = format_values(board.category or "", entries)
    first = max((entry.value or 0 for entry in entries), default=0)
    detail = _detail_name(entries)
    count = len(board.leaders or ())
    rows = tuple(
        BoardRow(
            entry.rank,
            _rank(entry.rank, tied=shared[entry.rank] > 1),
            _change(entry, before),
            entry.name or formatting.DASH,
            value,
            min(max((entry.value or 0) / first, 0), 1) if first > 0 else 0,
            formatting.count(entry.details[detail]) if detail in entry.details else "",
            entry.url,
            entry.you,
            index == count > 0,
        )
        for index, (entry, value) in enumerate(zip(entries, values, strict=True))
    )
    title = _DETAIL_TITLES.get(detail) or words(detail)
    return Board(rows, title, any(row.change.text for row in rows))


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


def view_ranks(session: Session, period: str) -> tuple[ViewRank, ...]:
    """Return your rank in each category; only views that were opened have one."""
    ranks = []
    for category in VIEWS:
        label = VIEW_INFO[category].label
        query = session.leaderboard(category, closest_period(category, period))
        if query.value is None:
            ranks.append(ViewRank(label, NOT_OPENED, is_known=False))
            continue
        place = own_place(query.value, baseline_of(session, query))
        ranks.append(ViewRank(label, place.rank, place.change, place.rank != NOT_LISTED))
    return tuple(ranks)


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


def row_summary(row: BoardRow, category: str, board: Leaderboard, detail_title: str) -> str:
    """Return a row on one line: name, rank, value and detail."""
    rank = f"#{row.rank}" if row.rank[:1].isdigit() else row.rank
    if row.you and board.participants:
        rank = f"{rank} of {formatting.count(board.participants)}"
    detail = f"{row.detail} {detail_title[:1].lower()}{detail_title[1:]}" if row.detail else ""
    value = with_unit(category, row.value)
    parts = (row.name, rank, "" if value == formatting.DASH else value, detail)
    return " · ".join(part for part in parts if part not in ("", formatting.DASH))


def own_summary(place: OwnPlace, session: Session) -> str:
    """Return your place for the status line, after your name."""
    parts = [f"{place.rank} {place.of}".strip()]
    if place.change.direction and place.since is not None:
        word = "up" if place.change.direction > 0 else "down"
        since = last_visit(session)
        when = f" since {formatting.date_or_time(since, session.clock.now())}" if since else ""
        parts[0] += f", {word} {place.change.text.split()[-1]}{when}"
    parts += [" ".join(filter(None, part)) for part in (place.ahead, place.behind) if part[1]]
    return " · ".join(filter(None, parts))
