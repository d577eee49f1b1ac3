"""Numbers, series and milestones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beatpass_tui.models import trends
from beatpass_tui.models.numbers import BY_ID, NUMBERS, read_numbers
from beatpass_tui.models.trends import (
    DAY,
    MONTH,
    WEEK,
    milestone,
    resample,
)
from support.fakes import NOVA_ACTIVITY, NOVA_FOLLOWERS, NOVA_INTELLIGENCE, NOVA_STATS, NOW

A_DAY = timedelta(days=1)
TORONTO = ZoneInfo("America/Toronto")


# Numbers


def test_numbers_are_read_from_each_model() -> None:
    assert read_numbers("stats", NOVA_STATS) == {"tracks": 128, "total-plays": 45_210}
    assert read_numbers("intelligence", NOVA_INTELLIGENCE) == {
        "albums": 9,
        "level": 12,
        "growth": 7.5,
        "xp": 3_774,
    }
    assert read_numbers("activity", NOVA_ACTIVITY) == {"downloads": 1_204}
    assert read_numbers("followers", NOVA_FOLLOWERS) == {"followers": 873}
    assert read_numbers("sales", NOVA_FOLLOWERS) == {}
    assert len(NUMBERS) == 7


def test_missing_number_is_omitted_but_zero_is_not() -> None:
    answer = NOVA_INTELLIGENCE._replace(total_albums=None, growth_rate=None)
    assert read_numbers("intelligence", answer) == {"level": 12, "xp": 3_774}
    # Zero is a value.
    assert read_numbers("stats", NOVA_STATS._replace(total_tracks=0))["tracks"] == 0


# Series


def day(*days: int) -> list[tuple[datetime, float]]:
    """Return samples at some numbers of days before NOW, each with that number as its value."""
    return [(NOW - n * A_DAY, float(n)) for n in sorted(days, reverse=True)]


def test_series_ends_now_and_has_gaps() -> None:
    assert resample(day(4, 3, 1), DAY, NOW, 5) == (
        (date(2026, 11, 19), 4.0),
        (date(2026, 11, 20), 3.0),
        (date(2026, 11, 21), None),
        (date(2026, 11, 22), 1.0),
        (date(2026, 11, 23), None),
    )


def test_last_value_of_a_step_is_used_and_future_values_are_ignored() -> None:
    points = [
        (NOW - timedelta(hours=2), 1.0),
        (NOW, 2.0),
        (NOW + timedelta(seconds=1), 3.0),
        (NOW + 30 * A_DAY, 4.0),
    ]
    assert resample(points, DAY, NOW, 1) == ((date(2026, 11, 23), 2.0),)


def test_each_scale_has_its_number_of_steps() -> None:
    for scale in (DAY, WEEK, MONTH):
        assert len(resample((), scale, NOW)) == scale.steps
        assert {value for _, value in resample((), scale, NOW)} == {None}


def test_weeks_start_on_monday() -> None:
    # NOW is a Monday.
    points = [
        (NOW, 4.0),
        (NOW - A_DAY, 3.0),
        (NOW - 7 * A_DAY, 2.0),
        (NOW - 8 * A_DAY, 1.0),
    ]
    assert resample(sorted(points), WEEK, NOW, 3) == (
        (date(2026, 11, 9), 1.0),
        (date(2026, 11, 16), 3.0),
        (date(2026, 11, 23), 4.0),
    )


@pytest.mark.parametrize(
    "now, steps",
    [
        (datetime(2026, 3, 31, tzinfo=UTC), [(2025, 12), (2026, 1), (2026, 2), (2026, 3)]),
        (datetime(2024, 2, 29, tzinfo=UTC), [(2023, 11), (2023, 12), (2024, 1), (2024, 2)]),
        (datetime(2026, 1, 1, tzinfo=UTC), [(2025, 10), (2025, 11), (2025, 12), (2026, 1)]),
    ],
)
def test_months_cross_short_months_and_years(now: datetime, steps: list[tuple[int, int]]) -> None:
    assert [start for start, _ in resample((), MONTH, now, 4)] == [date(*step, 1) for step in steps]


def test_leap_day_is_a_step() -> None:
    now = datetime(2028, 3, 1, 12, tzinfo=UTC)
    points = [(now - n * A_DAY, float(n)) for n in (2, 1, 0)]
    assert resample(points, DAY, now, 3) == (
        (date(2028, 2, 28), 2.0),
        (date(2028, 2, 29), 1.0),
        (date(2028, 3, 1), 0.0),
    )
    assert resample(points, MONTH, now, 2) == ((date(2028, 2, 1), 1.0), (date(2028, 3, 1), 0.0))


@pytest.mark.parametrize(
    "now", [datetime(2026, 3, 9, 1, tzinfo=TORONTO), datetime(2026, 11, 2, 1, tzinfo=TORONTO)]
)
def test_daylight_saving_change_neither_skips_nor_repeats_a_day(now: datetime) -> None:
    points = [(now - timedelta(hours=n), float(-n)) for n in range(24 * 5, -1, -1)]
    result = resample(points, DAY, now, 5)
    starts = [start for start, _ in result]
    assert starts == [now.date() - n * A_DAY for n in range(4, -1, -1)]
    assert None not in {value for _, value in result}


def test_days_follow_the_time_zone_of_each_value() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    now = late + timedelta(hours=1)
    result = resample([(late, 1.0)], DAY, now, 2)
    assert result == ((date(2026, 11, 22), 1.0), (date(2026, 11, 23), None))


@settings(max_examples=60)
@given(
    st.sampled_from(trends.SCALES),
    st.datetimes(datetime(1990, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 400),
)
def test_steps_are_consecutive_and_the_last_contains_now(
    scale: trends.Scale, now: datetime, steps: int
) -> None:
    starts = [start for start, _ in resample([(now, 1.0)], scale, now, steps)]
    assert starts == sorted(set(starts))
    assert len(starts) == steps
    assert scale.start(now) == starts[-1] <= now.date()
    for start, following in pairwise(starts):
        moment = datetime(start.year, start.month, start.day, tzinfo=UTC)
        assert scale.start(moment) == start
        last = datetime(following.year, following.month, following.day, tzinfo=UTC) - A_DAY
        assert scale.start(last) == start


# Milestones


def test_each_milestone_is_passed_once() -> None:
    passed = [
        result
        for plays in range(1, 6_000)
        if (result := milestone(BY_ID["total-plays"], plays - 1, plays)) is not None
    ]
    assert passed == [
        f"{plays} plays passed" for plays in ("100", "250", "500", "1,000", "2,500", "5,000")
    ]


@pytest.mark.parametrize(
    "name, before, now, text",
    [
        ("followers", 9, 10, "10 followers passed"),
        ("followers", 99, 104, "100 followers passed"),
        ("followers", 5, 104, "100 followers passed"),
        ("followers", 100, 104, None),
        ("followers", 104, 99, None),
        ("followers", 104, 104, None),
        ("followers", 0, 9, None),
        ("tracks", 24, 25, "25 tracks passed"),
        ("albums", 9, 10, "10 albums passed"),
        ("downloads", 999, 1_000, "1,000 downloads passed"),
        ("total-plays", 900_000, 1_000_000, "1,000,000 plays passed"),
        ("total-plays", 0, 10**15, "1,000,000,000,000,000 plays passed"),
        ("level", 11, 12, "Level 12 reached"),
        ("level", 11, 14, "Level 14 reached"),
        ("level", 12, 12, None),
        ("level", 12, 11, None),
        ("growth", 0, 99_999, None),
    ],
)
def test_milestones(name: str, before: float, now: float, text: str | None) -> None:
    assert milestone(BY_ID[name], before, now) == text
