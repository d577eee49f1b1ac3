"""Gains per day and per period."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beatpass_tui.models.gains import DayGain, PeriodGain, gains_per_day, period_gain
from beatpass_tui.models.trends import Points
from support.fakes import NOW

A_DAY = timedelta(days=1)
TODAY = NOW.date()
TORONTO = ZoneInfo("America/Toronto")


def daily(values: dict[int, float]) -> list[tuple[datetime, float]]:
    """Return samples from values by days before NOW, oldest first."""
    return [(NOW - back * A_DAY, values[back]) for back in sorted(values, reverse=True)]


def format_gains(samples: Points, days: int, now: datetime = NOW) -> str:
    """Return the gains of the last days as text, estimated ones with a tilde."""
    gains = gains_per_day(samples, now, days)
    return " ".join(
        "–" if gain is None else f"{'~' * gain.is_estimated}{gain.gain:g}" for gain in gains
    )


@pytest.mark.parametrize(
    "values, expected",
    [
        ({}, "– – – – –"),
        ({0: 100}, "– – – – –"),
        ({1: 100, 0: 107}, "– – – – 7"),
        ({2: 100, 1: 100, 0: 100}, "– – – 0 0"),
        # A loss is negative; the recovery after it counts as a gain.
        ({2: 100, 1: 93, 0: 100}, "– – – -7 7"),
        # A gap is shared evenly among the days after its first sample.
        ({4: 100, 1: 106, 0: 107}, "– ~2 ~2 ~2 1"),
        ({3: 10, 0: 11}, "– – ~0.333333 ~0.333333 ~0.333333"),
        ({3: 10, 0: 4}, "– – ~-2 ~-2 ~-2"),
        # A gap may begin before the first day that is returned.
        ({14: 10, 4: 110, 3: 115}, "~10 5 – – –"),
        # Days after the latest sample are unknown.
        ({4: 1, 3: 3}, "– 2 – – –"),
        ({9: 1, 8: 3}, "– – – – –"),
    ],
)
def test_gains_per_day(values: dict[int, float], expected: str) -> None:
    assert format_gains(daily(values), 5) == expected


def test_gains_have_dates_and_end_today() -> None:
    gains = gains_per_day(daily({1: 5, 0: 8}), NOW, 2)
    assert gains == (None, DayGain(TODAY, 3))
    assert gains_per_day(daily({2: 5, 0: 9}), NOW, 2) == (
        DayGain(TODAY - A_DAY, 2, is_estimated=True),
        DayGain(TODAY, 2, is_estimated=True),
    )


def test_only_the_last_sample_of_a_day_counts_in_any_order() -> None:
    samples = daily({2: 10, 1: 20, 0: 30})
    samples += [(at - timedelta(hours=1), value + 1_000) for at, value in samples]
    assert format_gains(samples[::-1], 2) == "10 10"


def test_samples_after_now_are_ignored() -> None:
    """Such samples remain after a clock that was ahead is set back."""
    ahead = [(NOW + timedelta(seconds=1), 900.0), (NOW + 40 * A_DAY, 1_000.0)]
    samples = daily({8: 10, 1: 20, 0: 30})
    assert format_gains([*samples, *ahead], 2) == format_gains(samples, 2)
    assert period_gain([*ahead, *samples], NOW, 7) == period_gain(samples, NOW, 7)
    assert format_gains(ahead, 2) == "– –"
    assert period_gain(ahead, NOW, 7) == PeriodGain()


@pytest.mark.parametrize(
    "clock_change", [datetime(2026, 3, 8, tzinfo=TORONTO), datetime(2026, 11, 1, tzinfo=TORONTO)]
)
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 12, 23])
def test_days_of_23_and_25_hours_count_as_one_day(clock_change: datetime, hour: int) -> None:
    """Samples are recorded every half hour for three days around the clock change."""
    start = clock_change.astimezone(UTC) - A_DAY
    moments = [(start + step * timedelta(minutes=30)).astimezone(TORONTO) for step in range(146)]
    samples = [(at, float(step)) for step, at in enumerate(moments)]
    now = clock_change + timedelta(days=1, hours=hour)
    gains = gains_per_day(samples, now, 3)
    assert [gain.day for gain in gains if gain] == [clock_change.date(), now.date()]
    hours = 23 if clock_change.month == 3 else 25
    assert gains[1] == DayGain(clock_change.date(), 2 * hours)
    week = [(at - back * A_DAY, value) for back in (14, 7, 0) for at, value in samples]
    assert period_gain(week, now, 7).gain is not None


def test_repeated_hour_is_in_order() -> None:
    """When the clock is set back, 01:50 comes before the second 01:10."""
    first = datetime(2026, 11, 1, 1, 50, tzinfo=TORONTO)
    second = datetime(2026, 11, 1, 1, 10, fold=1, tzinfo=TORONTO)
    samples = [(first - A_DAY, 1.0), (second, 9.0), (first, 5.0)]
    assert format_gains(samples, 1, second) == "8"
    assert format_gains(samples, 1, first) == "4"


def test_days_follow_the_time_zone_of_each_sample() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=TORONTO)
    samples = [(late - A_DAY, 1.0), (late, 2.0), (late + timedelta(hours=1), 4.0)]
    assert format_gains(samples, 2, samples[-1][0]) == "1 2"


histories = st.lists(
    st.tuples(
        st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(TORONTO)),
        st.integers(-(10**9), 10**9).map(float),
    ),
    max_size=30,
)


@settings(max_examples=80)
@given(histories)
def test_gains_add_up_to_the_last_value_minus_the_first(samples: Points) -> None:
    now = datetime(2027, 1, 1, tzinfo=TORONTO)
    gains = gains_per_day(samples, now, 400)
    known = [gain for gain in gains if gain is not None]
    last = {at.date(): v for at, v in sorted(samples, key=lambda sample: sample[0].timestamp())}
    days = sorted(last)
    assert len(gains) == 400
    if not days:
        assert not known
        return
    assert sum(gain.gain for gain in known) == pytest.approx(last[days[-1]] - last[days[0]], abs=1)
    # Consecutive days, from the day after the first sample to the last sample.
    first = days[0].toordinal()
    assert [gain.day for gain in known] == [
        date.fromordinal(day) for day in range(first + 1, days[-1].toordinal() + 1)
    ]
    for gain in known:
        is_measured = gain.day in last and gain.day - A_DAY in last
        assert gain.is_estimated is not is_measured
    # A shorter window is the end of a longer one.
    assert gains_per_day(samples, now, 30) == gains[-30:]


@settings(max_examples=80)
@given(histories, st.sampled_from((1, 7, 30)))
def test_period_gain_needs_a_recent_sample(samples: Points, days: int) -> None:
    now = datetime(2027, 1, 1, tzinfo=TORONTO)
    result = period_gain(samples, now, days)
    recent = [at for at, _ in samples if now - at <= A_DAY]
    if not recent:
        assert result == PeriodGain()
    if result.gain is None:
        assert result.previous_gain is None


# Periods


def test_period_is_compared_with_the_previous_period() -> None:
    result = period_gain(daily({14: 100, 7: 200, 3: 0, 0: 312}), NOW, 7)
    assert result == PeriodGain(112, 100)
    assert result.percent == pytest.approx(12)


@pytest.mark.parametrize(
    "gain, previous, percent",
    [
        (50, 100, -50), (0, 100, -100), (-10, 100, -110), (100, 100, 0),
        (5, 0, None), (5, -3, None), (5, None, None), (None, None, None),
    ],
)  # fmt: skip
def test_percent(gain: float | None, previous: float | None, percent: float | None) -> None:
    assert PeriodGain(gain, previous).percent == pytest.approx(percent)


@pytest.mark.parametrize(
    "hours, has_gain",
    [(7 * 24, True), (8 * 24, True), (6 * 24, True), (8 * 24 + 1, False), (6 * 24 - 1, False)],
)
def test_gain_needs_a_sample_within_24_hours_of_the_start(hours: int, has_gain: bool) -> None:
    result = period_gain([(NOW - timedelta(hours=hours), 1.0), (NOW, 5.0)], NOW, 7)
    assert result == (PeriodGain(4) if has_gain else PeriodGain())


@pytest.mark.parametrize("hours, has_gain", [(0, True), (24, True), (25, False)])
def test_gain_needs_a_sample_within_24_hours_of_now(hours: int, has_gain: bool) -> None:
    end = NOW - timedelta(hours=hours)
    result = period_gain([(end - 7 * A_DAY, 1.0), (end, 5.0)], NOW, 7)
    assert result == (PeriodGain(4) if has_gain else PeriodGain())


def test_comparison_needs_a_sample_within_24_hours() -> None:
    assert period_gain(daily({16: 1, 7: 2, 0: 5}), NOW, 7) == PeriodGain(3)
    assert period_gain(daily({15: 1, 7: 2, 0: 5}), NOW, 7) == PeriodGain(3, 1)


def test_closest_sample_is_used() -> None:
    assert period_gain(daily({8: 1, 7: 2, 6: 3, 0: 9}), NOW, 7).gain == 7


@pytest.mark.parametrize(
    "hours, has_gain", [(0, False), (2, False), (12, False), (13, True), (24, True), (48, True)]
)
def test_one_day_gain_needs_samples_more_than_12_hours_apart(hours: int, has_gain: bool) -> None:
    """A gain of two hours is not the gain of 24 hours."""
    result = period_gain([(NOW - timedelta(hours=hours), 1.0), (NOW, 5.0)], NOW, 1)
    assert result == (PeriodGain(4) if has_gain else PeriodGain())
