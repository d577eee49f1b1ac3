"""Rows, ranks, changes and distances of the five leaderboards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from beatpass_tui.models.leaderboards import Leaderboard
from beatpass_tui.models.numbers import Fetched
from beatpass_tui.view_models import leaderboards, own_place
from beatpass_tui.view_models.cards import Change
from beatpass_tui.view_models.own_place import OwnPlace
from support.fakes import NOW, leaderboard_body, nova_leaderboard

ARTIST = 900000002


def board(category: str = "audience_plays", **changes: Any) -> Leaderboard:  # noqa: ANN401
    return nova_leaderboard(ARTIST, category, "30d")._replace(**changes)


def ranked(*rows: tuple[int, float, str], own: str = "Nova", nearby: str = "") -> Leaderboard:
    """Return a leaderboard with these leaders, of which your row and neighbors are given."""
    entries = {
        name: {"rank": rank, "artist": {"id": 1 + place, "name": name}, "value": value}
        for place, (rank, value, name) in enumerate(rows)
    }
    current = {"entry": entries.get(own), "nearby": [entries[name] for name in nearby.split()]}
    apart = {own, *nearby.split()} if nearby else set()
    leaders = [row for name, row in entries.items() if name not in apart]
    return Leaderboard.decode({"category": "releases", "leaders": leaders, "current": current})


def place(sent: Leaderboard) -> OwnPlace:
    return own_place.own_place(sent, None)


def test_rows_are_the_top_20_and_then_your_neighbors() -> None:
    rows, title, has_changes = leaderboards.board_of(board(), None)
    assert len(rows) == 24
    assert [row.rank for row in rows[:4]] == ["1", "=2", "=2", "4"]
    assert [row.name or row.rule for row in rows[20:]] == [
        "your place",
        "Ossia",
        "Nova Reyes",
        "Hexaudio",
    ]
    assert [row.you for row in rows].index(True) == 22
    assert (rows[0].share, rows[0].value, rows[0].detail) == (1, "9,900", "4")
    assert (title, has_changes) == ("Beats played", False)


def test_changes_of_ranks_since_the_last_visit() -> None:
    before = leaderboard_body(ARTIST, "audience_plays", "30d")
    leaders = before["leaders"]
    leaders[0]["rank"], leaders[3]["rank"], before["current"]["entry"]["rank"] = 4, 1, 30
    del leaders[4]
    previous = Leaderboard.decode(before, ARTIST)
    rows = leaderboards.board_of(board(), previous).rows
    changes = [row.change for row in rows]
    assert changes[:5] == [Change("▲ 3", 1), Change("–"), Change("–"), Change("▼ 3", -1), Change()]
    assert changes[22] == Change("▲ 3", 1)
    own = own_place.own_place(board(), Fetched(previous, NOW))
    assert (own.rank, own.of, own.change, own.since) == ("#27", "of 212", Change("▲ 3", 1), NOW)


def test_distances_to_both_neighbors() -> None:
    own = place(board())
    assert (own.value, own.reason) == ("1,745 plays", "")
    assert own.ahead == ("39", "more to pass Ossia (#26)")
    assert own.behind == ("43", "ahead of Hexaudio (#28)")
    assert own.meter == pytest.approx(1_745 / 1_783)


def test_earning_share_has_two_values_and_no_gap() -> None:
    own = place(nova_leaderboard(ARTIST, "earning_share", "current"))
    assert own.value == "0.3%"
    assert own.ahead == ("0.4%", "Ossia (#26), next above")
    assert own.behind == ("0.2%", "Hexaudio (#28), next below")


@pytest.mark.parametrize(
    "sent, ahead",
    [
        # The row above is missing.
        (ranked((1, 9, "A"), (5, 3, "Nova"), nearby="Nova"), ("", "")),
        (
            ranked((1, 9, "A"), (20, 5, "B"), (27, 3, "Nova"), nearby="B"),
            ("3", "more to pass B (#20)"),
        ),
        # Shared ranks: the next rank is skipped.
        (ranked((1, 9, "A"), (1, 9, "B"), (3, 4, "Nova")), ("6", "more to pass B (#1)")),
        (ranked((1, 9, "A"), (2, 4, "B"), (2, 4, "Nova")), ("6", "more to pass A (#1)")),
        (ranked((1, 9, "Nova"), (2, 4, "B")), ("", "")),
        (ranked((1, 2.5, "A"), (2, 1.0, "Nova")), ("2", "more to pass A (#1)")),
        # A better rank with a smaller value is not trusted.
        (ranked((1, 2, "A"), (2, 4, "Nova")), ("", "")),
    ],
)
def test_gap_only_to_the_row_above(sent: Leaderboard, ahead: tuple[str, str]) -> None:
    assert place(sent).ahead == ahead


def test_tie_is_not_a_gap() -> None:
    own = place(ranked((1, 9, "A"), (2, 4, "Nova"), (2, 4, "B")))
    assert (own.rank, own.behind) == ("=2", ("", "Level with B"))


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"reason": "no_public_tracks"}, "Publish a beat to be ranked."),
        ({"reason": "no_contribution"}, "No contribution yet, so you have no earning share."),
        ({"reason": "no_activity"}, "You had no activity in this period."),
        ({"reason": "other_rule"}, "Other rule"),
        ({"eligible": False}, "You are not eligible for this ranking."),
        ({}, ""),
    ],
)
def test_reason_in_words(changes: dict[str, Any], reason: str) -> None:
    own = place(board(entry=None, nearby=(), **changes))
    assert (own.rank, own.reason) == ("not listed", reason)


@pytest.mark.parametrize(
    "category, values, shown",
    [
        ("earning_share", (14.6, 0.3), ["14.6%", "0.3%"]),
        # These could be fractions rather than percentages.
        ("earning_share", (0.146, 0.003), ["0.15", "0.00"]),
        ("progress", (18_420, None), ["18,420", "—"]),
    ],
)
def test_values(category: str, values: tuple[float | None, ...], shown: list[str]) -> None:
    rows = [entry._replace(value=value) for entry, value in zip(board().leaders or (), values)]  # noqa: B905
    assert leaderboards.format_values(category, rows) == shown


def test_texts_of_the_frame() -> None:
    assert leaderboards.participants(board()) == "212 artists · own team excluded"
    assert leaderboards.participants(board(participants=None)) == "own team excluded"
    assert leaderboards.participants(board("progress", participants=1)).startswith("1 producer ")
    assert leaderboards.freshness(board(), NOW) == "Updated 19:46 by BeatPass"
    stale = board(is_stale=True, generated_at=NOW - timedelta(days=2))
    assert leaderboards.freshness(stale, NOW) == "Out of date: calculated Sat 20:04"
    assert leaderboards.freshness(board(is_stale=True, generated_at=None), NOW).startswith("Out")
    assert leaderboards.closest_period("progress", "7d") == "all"
    assert leaderboards.closest_period("releases", "7d") == "7d"


def test_status_line_of_a_row() -> None:
    rows, title, _ = leaderboards.board_of(board(), None)
    assert leaderboards.row_summary(rows[0], "audience_plays", board(), title) == (
        "Producer 1 · #1 · 9,900 plays · 4 beats played"
    )
    assert leaderboards.row_summary(rows[22], "audience_plays", board(), title) == (
        "Nova Reyes · #27 of 212 · 1,745 plays · 30 beats played"
    )


def test_rank_history_carries_ranks_over_days_without_one() -> None:
    points = [(NOW - timedelta(days=days), float(rank)) for days, rank in ((9, 40), (3, 31))]
    days = own_place.rank_history(points, board(), NOW, 5)
    assert [(day.rank, day.is_known) for day in days if day is not None] == [
        (40, False), (31, True), (31, False), (31, False), (27, True),
    ]  # fmt: skip
    unknown = own_place.rank_history(points, None, NOW, 12)
    assert unknown[:2] == (None, None)
    assert own_place.rank_history((), None, NOW, 2) == (None, None)


def test_own_place_in_the_status_line() -> None:
    own = place(board())._replace(change=Change("▲ 3", 1), since=NOW - timedelta(days=3))
    assert own_place.own_summary(own, NOW) == (
        "#27 of 212, up 3 since Fri 20:04 · 39 more to pass Ossia (#26) · "
        "43 ahead of Hexaudio (#28)"
    )
