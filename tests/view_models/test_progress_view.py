"""Recorded XP of weeks and months."""

from __future__ import annotations

from datetime import timedelta

from beatpass_tui.models.trends import Points
from beatpass_tui.view_models import progress
from support.fakes import NOW


def recorded(*values: float, step: int = 7) -> Points:
    """Return samples that are `step` days apart, the last one now."""
    last = len(values) - 1
    return tuple(
        (NOW - timedelta(days=step * (last - index)), value) for index, value in enumerate(values)
    )


def test_xp_of_weeks_and_months_begins_with_the_first_gain() -> None:
    daily = recorded(*[100] * 20, *range(100, 115), step=1)
    weeks, months = progress.xp_periods(daily, NOW)
    assert weeks.title == "XP per week"
    assert [(row.label, row.text) for row in weeks.rows] == [
        ("Nov 23", "+1"), ("Nov 16", "+7"), ("Nov 9", "+6"),
    ]  # fmt: skip
    assert [(row.label, row.text, row.gain) for row in months.rows] == [("Nov 2026", "+14", 14)]


def test_gaps_are_estimates() -> None:
    weeks, _ = progress.xp_periods(recorded(100, 100, 170, step=14), NOW)
    assert {row.text[0] for row in weeks.rows} == {"≈"}


def test_nothing_is_listed_before_the_second_week() -> None:
    assert progress.xp_periods((), NOW) == ()
    assert progress.xp_periods(recorded(100, 101, step=1)[-1:], NOW) == ()
