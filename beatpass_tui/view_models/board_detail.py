"""Everything known about a row of a leaderboard, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from beatpass_tui import formatting
from beatpass_tui.models.career import Entry
from beatpass_tui.models.leaderboards import RankedArtist
from beatpass_tui.models.links import allowed_url
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import leaderboards, season
from beatpass_tui.view_models.labels import label
from beatpass_tui.view_models.leaderboards import VIEW_INFO, BoardRow
from beatpass_tui.view_models.season import LeaderboardRow
from beatpass_tui.view_models.snapshots import baseline_of

KeyValue = tuple[str, str]
Ranked = RankedArtist | Entry


def artist_details(
    session: Session, category: str, period: str, row: BoardRow
) -> tuple[KeyValue, ...]:
    """Return what is known about a row of one of the five views."""
    query, now = session.leaderboard(category, period), session.clock.now()
    board, previous = query.value, baseline_of(session, query)
    if board is None:
        return ()
    entries = leaderboards.entries_of(board)
    places = (i for i, each in enumerate(entries) if leaderboards.entry_key(each) == row.key)
    index = next(places, None)
    if index is None:
        return ()
    entry, values = entries[index], leaderboards.format_values(category, entries)
    info = VIEW_INFO[category]
    is_share = category == "earning_share"
    change = leaderboards.change_words(row.change)
    if change and previous is not None:
        change += f" since {formatting.date_or_time(previous.at, now)}"
    first = f"{row.share:.0%} of first place" if 0 < row.share < 1 and not is_share else ""
    at = board.generated_at
    calculated = formatting.date_or_time(at.astimezone(now.tzinfo), now) if at is not None else ""
    facts = [
        ("Artist", _own_name(entry)),
        ("Rank", _join(_rank(entries, index, board.participants), change)),
        (info.measure, _join(values[index], first)),
        *(
            (leaderboards.detail_title(name), formatting.count(n))
            for name, n in entry.details.items()
        ),
        *_relations(
            entries,
            index,
            lambda each: leaderboards.with_unit(category, values[each]),
            None if is_share else lambda number: leaderboards.with_unit(category, number),
            len(board.leaders or ()),
        ),
        ("Leaderboard", _join(info.label, leaderboards.PERIOD_LABELS[period], info.note)),
        ("Calculated", _join(calculated, "out of date at BeatPass" if board.is_stale else "")),
        ("Public page", (entry.url and allowed_url(entry.url)) or ""),
    ]
    return tuple((name, value) for name, value in facts if value)


def season_details(session: Session, category: str, row: LeaderboardRow) -> tuple[KeyValue, ...]:
    """Return what is known about a row of a category of the season."""
    standings = session.standings.value
    standing = season.find_category(standings, category) if standings is not None else None
    if standings is None or standing is None:
        return ()
    ends = season.season_end_text(standings.season_end, session.clock.now())
    rows, entries = season.entry_rows(standing), standing.entries
    if row not in rows:
        return ()
    index, info = rows.index(row), season.CATEGORY_INFO[category]
    facts = [
        ("Producer", _own_name(entries[index])),
        ("Rank", _rank(entries, index, standing.listed, " listed")),
        (info.measure, row.value),
        ("Tier", label(entries[index].tier) or ""),
        *_relations(
            entries, index, lambda each: rows[each].value, None if info.percent else str, 0
        ),
        ("Leaderboard", f"Season · {info.label}"),
        ("Season", ends.removeprefix("season ")),
    ]
    return tuple((name, value) for name, value in facts if value)


def _join(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _own_name(entry: Ranked) -> str:
    return f"{entry.name or formatting.DASH}{' (you)' if entry.you else ''}"


def _rank(entries: Sequence[Ranked], index: int, total: int | None, counted: str = "") -> str:
    rank = entries[index].rank
    if rank is None:
        return formatting.DASH
    of = f" of {formatting.count(total)}{counted}" if total else ""
    ties = sum(entry.rank == rank for entry in entries)
    shared = f"shared by {formatting.count(ties)}" if ties > 1 else ""
    return _join(f"#{formatting.count(rank)}{of}", shared)


def _relations(
    entries: Sequence[Ranked],
    index: int,
    value_of: Callable[[int], str],
    amount: Callable[[str], str] | None,
    leaders: int,
) -> list[KeyValue]:
    """Return the distances to you and to the entries directly above and below.

    `amount` formats a difference of values; None if differences say nothing. An entry that is not
    among the first `leaders` may be far from the last of them.
    """
    entry = entries[index]

    def difference(first: Ranked, second: Ranked) -> str:
        if amount is None or first.value is None or second.value is None:
            return ""
        number = first.value - second.value
        if not float(number).is_integer():
            return ""
        if not number:
            return "level"
        return f"{amount(formatting.count(abs(number)))} {'ahead' if number > 0 else 'behind'}"

    def neighbor(other: int) -> str:
        if not 0 <= other < len(entries):
            return ""
        rank, own = entries[other].rank, entry.rank
        is_next = (other < leaders) is (index < leaders)
        if not is_next and (rank is None or own is None or abs(rank - own) > 1):
            return ""
        place = f" (#{formatting.count(rank)})" if rank is not None else ""
        name = f"{entries[other].name or formatting.DASH}{place}"
        value = "" if entries[other].value is None else value_of(other)
        return _join(name, value, difference(entries[other], entry))

    own = next((each for each in entries if each.you), None)
    compared = ""
    if own is not None and own is not entry:
        ranks = ""
        if own.rank is not None and entry.rank is not None and own.rank != entry.rank:
            count = formatting.plural(abs(own.rank - entry.rank), "rank")
            ranks = f"{count} {'above' if entry.rank < own.rank else 'below'} you"
        compared = _join(ranks, difference(entry, own))
    return [
        ("Compared with you", compared),
        ("Next above", neighbor(index - 1)),
        ("Next below", neighbor(index + 1)),
    ]
