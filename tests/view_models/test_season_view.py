"""Texts of ranks, ties, values and the end of the season."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from beatpass_tui.models.career import Standing, Standings
from beatpass_tui.view_models import season
from support.fakes import NOW


def entry(rank: int | None, value: float | None, you: bool = False) -> dict[str, Any]:
    named = {"name": f"P{rank}", "tier": "Gold"}
    return {"rank": rank, "value": value, "is_current_user": you, **named}


def standing(category: str, *entries: dict[str, Any]) -> Standing:
    standings = Standings.decode({"data": {category: list(entries)}})
    result = season.find_category(standings, category)
    assert result is not None
    return result


def test_shared_rank_has_an_equals_sign() -> None:
    rows = season.entry_rows(
        standing("plays", entry(1, 9), entry(2, 5, True), entry(2, 5), entry(4, 1), entry(None, 0))
    )
    assert [row.rank for row in rows] == ["1", "=2", "=2", "4", "—"]
    assert [row.name for row in rows][1] == "P2 (you)"


@pytest.mark.parametrize(
    "category, values, shown",
    [
        ("points", [18_420, 3_774], ["18,420", "3,774"]),
        ("overall", [98.55, 96.4, 85], ["98.55", "96.40", "85.00"]),
        ("overall", [98.5, 96], ["98.5", "96.0"]),
        ("earnings", [14.6, 0.3], ["14.6%", "0.3%"]),
        ("quality", [100, 85], ["100%", "85%"]),
        # These could be fractions rather than percentages.
        ("earnings", [0.146, 0.03], ["0.15", "0.03"]),
        ("uploads", [214, None], ["214", "—"]),
    ],
)
def test_values(category: str, values: list[float | None], shown: list[str]) -> None:
    result = standing(category, *(entry(n, value) for n, value in enumerate(values, start=1)))
    assert [row.value for row in season.entry_rows(result)] == shown


def test_own_rank_and_position() -> None:
    listed = standing("plays", entry(1, 9), entry(2, 5, True))
    assert season.own_rank(listed) == "#2"
    assert season.own_position(listed) == "You are #2 of 2 listed"
    tied = standing("plays", entry(1, 9), entry(1, 9, True))
    assert season.own_rank(tied) == "=1"
    absent = standing("plays", entry(1, 9))
    assert season.own_rank(absent) == "not listed"
    assert season.own_position(absent) == "You are not in this list"
    unranked = standing("plays", entry(None, 9, True))
    assert season.own_rank(unranked) == "—"
    empty = standing("plays")
    assert season.own_position(empty) == ""


def test_missing_category_is_a_dash() -> None:
    standings = Standings.decode({"data": {"plays": [entry(1, 9, True)]}})
    assert {row.label: row.rank for row in season.own_ranks(standings)} == {
        "Overall": "—",
        "Points": "—",
        "Uploads": "—",
        "Plays": "#1",
        "Earnings": "—",
        "Quality": "—",
        "Collaboration": "—",
    }


@pytest.mark.parametrize(
    "end, text",
    [
        (datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), "season ends Nov 30, in 7 days"),
        (datetime(2026, 11, 24, 1, 0, tzinfo=UTC), "season ends Nov 24, tomorrow"),
        (datetime(2026, 11, 23, 23, 59, tzinfo=UTC), "season ends today at 23:59"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), "season ended Nov 22"),
        (datetime(2027, 1, 1, tzinfo=UTC), "season ends Jan 1, 2027, in 39 days"),
        (None, ""),
    ],
)
def test_season_end_text(end: datetime | None, text: str) -> None:
    assert season.season_end_text(end, NOW) == text


def test_season_end_is_local() -> None:
    east = NOW.astimezone(timezone(timedelta(hours=9)))
    end = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    assert season.season_end_text(end, east) == "season ends Dec 1, in 7 days"


@pytest.mark.parametrize(
    "category, value, summary",
    [
        ("points", 3_774, "#3 · P3 · 3,774 XP · Gold"),
        ("earnings", 14.6, "#3 · P3 · 14.6% earning share · Gold"),
        ("overall", None, "#3 · P3 · Gold"),
    ],
)
def test_row_summary(category: str, value: float | None, summary: str) -> None:
    (row,) = season.entry_rows(standing(category, entry(3, value)))
    assert season.row_summary(row, category) == summary


def test_own_place_names_the_next_ones_above_and_below() -> None:
    place = season.season_place(
        standing("plays", entry(1, 9), entry(2, 5), entry(2, 5, True), entry(4, 1))
    )
    assert (place.rank, place.of, place.value) == ("=2", "of 4 listed", "5 plays")
    assert place.ahead == ("9", "P1 (#1), next above")
    assert place.behind == ("1", "P4 (#4), next below")
    assert place.meter is None
    alone = season.season_place(standing("overall", entry(None, 98.5, True)))
    assert (alone.rank, alone.value, alone.ahead, alone.behind) == ("—", "98.5", ("", ""), ("", ""))
    absent = season.season_place(standing("plays", entry(1, 9)))
    assert (absent.rank, absent.reason) == ("not listed", "You are not in this list.")
    assert season.season_place(standing("plays")).rank == "not listed"


def test_other_categories_have_your_places() -> None:
    rows = standing("overall", entry(1, 9, True)), standing("plays", entry(2, 5, True))
    standings = Standings(rows, None)
    ((title, place),) = season.other_places(standings, "overall")
    assert (title, place) == ("Plays", season.season_place(standings.rows[1]))
    assert season.other_places(None, "overall") == ()
