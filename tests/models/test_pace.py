"""Round numbers, pace, and the days until a target."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beatpass_tui.models.pace import days_until, gain_per_day, next_round
from support.fakes import NOW

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "value, expected",
    [
        (0, 5), (4, 5), (5, 10), (9, 10), (128, 130), (873, 900), (1_204, 1_250), (7_919, 8_000),
        (45_210, 46_000), (46_000, 48_000), (999, 1_000), (1_234_567, 1_250_000),
    ],
)  # fmt: skip
def test_next_round_number(value: int, expected: int) -> None:
    assert next_round(value) == expected


@settings(max_examples=200)
@given(st.integers(0, 10**15))
def test_next_round_number_is_greater_but_close(value: int) -> None:
    target = next_round(value)
    assert value < target <= max(value * 1.15, value + 10)
    # Most digits are zeros.
    assert len(str(target).rstrip("0")) <= 3


def daily(gain: float, first: int, last: int = 0) -> list[tuple[datetime, float]]:
    """Return a sample for each day, with the same gain a day, ending at 1,000."""
    return [(NOW - back * DAY, 1_000 - gain * (back - last)) for back in range(first, last - 1, -1)]


@pytest.mark.parametrize("days, is_known", [(0, False), (13, False), (14, True), (400, True)])
def test_pace_needs_14_days_of_history(days: int, is_known: bool) -> None:
    samples = daily(3, days)
    assert gain_per_day(samples, NOW) == (pytest.approx(3) if is_known else None)
    assert days_until(1_010, 1_000, samples, NOW) == (4 if is_known else None)


def test_pace_covers_the_last_30_days() -> None:
    samples = [*daily(50, 90, 30), *((at, v + 1_000) for at, v in daily(1, 29))]
    # From 1,000 thirty days ago to 2,000.
    assert gain_per_day(samples, NOW) == pytest.approx(1_000 / 30)
    # The order does not matter, and samples after now are ignored.
    ahead = [(NOW + 5 * DAY, 9_999.0)]
    assert gain_per_day([*ahead, *reversed(samples)], NOW) == pytest.approx(1_000 / 30)


@pytest.mark.parametrize(
    "gain, target, expected",
    [
        (3, 1_001, 1), (3, 1_003, 1), (3, 1_004, 2), (3, 1_000, None), (3, 900, None),
        (0, 1_100, None), (-3, 1_100, None), (1, 1_999, 999), (1, 2_000, None),
    ],
)  # fmt: skip
def test_days_until_a_target(gain: float, target: float, expected: int | None) -> None:
    assert days_until(target, 1_000, daily(gain, 30), NOW) == expected


def test_estimates_shrink_as_the_number_grows() -> None:
    samples = daily(3, 30)
    days = [days_until(1_300, value, samples, NOW) or 0 for value in range(1_000, 1_300, 7)]
    assert all(later <= earlier for earlier, later in pairwise(days))


def test_repeated_hour_is_in_order() -> None:
    now = datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=ZoneInfo("America/Toronto"))
    earlier = now.replace(fold=0)
    samples = [(now - 20 * DAY, 0.0), (now, 210.0), (earlier, 200.0)]
    assert gain_per_day(samples, now) == pytest.approx(210 / (20 + 1 / 24))
