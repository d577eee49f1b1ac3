"""Chart data: steps from daily gains, totals, and descriptions in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beatpass_tui.models.gains import DayGain, gains_per_day
from beatpass_tui.models.numbers import BY_ID
from beatpass_tui.models.trends import DAY, MONTH, WEEK, Points, Scale
from beatpass_tui.view_models.charts import (
    NO_HISTORY,
    NOT_RECORDED,
    ChartData,
    ChartStep,
    Total,
    gain_steps,
    gains_chart,
    level_steps,
    number_chart,
)

ZONE = timezone(timedelta(hours=-5))
NOW = datetime(2026, 11, 27, 12, 48, tzinfo=ZONE)
examples = settings(max_examples=100)
TODAY = NOW.date()
PLAYS, GROWTH, LEVEL = BY_ID["total-plays"], BY_ID["growth"], BY_ID["level"]


def samples(*values: float | None, now: datetime = NOW) -> Points:
    """Return one sample per day up to now; None is a day without one."""
    days = len(values) - 1
    return [
        (now - timedelta(days=days - index), value)
        for index, value in enumerate(values)
        if value is not None
    ]


def steps_of(*gains: tuple[str, float | None, bool]) -> tuple[ChartStep, ...]:
    return tuple(
        ChartStep(date.fromisoformat(day), value, is_estimated)
        for day, value, is_estimated in gains
    )


def test_days_are_the_gains_up_to_today() -> None:
    data = number_chart(PLAYS, samples(100, 110, None, 130, 125), NOW)
    assert (data.title, data.unit, data.scale, data.is_line) == (
        "Plays per day",
        "plays",
        DAY,
        False,
    )
    assert len(data.steps) == DAY.steps
    assert data.steps[-5:] == steps_of(
        ("2026-11-23", None, False),
        ("2026-11-24", 10, False),
        ("2026-11-25", 10, True),
        ("2026-11-26", 10, True),
        ("2026-11-27", -5, False),
    )


@examples
@given(
    st.lists(st.none() | st.tuples(st.integers(-50, 50), st.booleans()), min_size=1, max_size=200),
    st.sampled_from((WEEK, MONTH)),
)
def test_weeks_and_months_sum_up_their_days(
    gains: list[tuple[int, bool] | None], scale: Scale
) -> None:
    first = TODAY - timedelta(days=len(gains) - 1)
    days = [
        None if gain is None else DayGain(first + timedelta(days=index), *gain)
        for index, gain in enumerate(gains)
    ]
    steps = gain_steps(days, scale=scale)
    known = [day for day in days if day is not None]
    assert sum(step.value or 0 for step in steps) == sum(day.gain for day in known)
    for step in steps:
        members = [day for day in known if scale.start(day.day) == step.start]
        assert step.is_estimated == any(day.is_estimated for day in members)
        assert (step.value is None) == (not members)
    if known:
        # Never before the first gain.
        assert steps[0].start == scale.start(known[0].day)
    assert [step.start for step in steps] == sorted({step.start for step in steps})


def test_previous_period_is_compared_day_by_day() -> None:
    days = gains_per_day(samples(0, 1, 3, 6, 10, 15, 21), NOW, 6)
    steps = gain_steps(days[3:], days[:3])
    assert [(step.value, step.previous) for step in steps] == [(4, 1), (5, 2), (6, 3)]


def test_total_fills_gaps_evenly_and_marks_them() -> None:
    steps = level_steps(samples(100, None, None, 130, None), DAY, NOW)
    assert [(step.value, step.is_estimated) for step in steps[-5:]] == [
        (100, False),
        (110, True),
        (120, True),
        (130, False),
        (None, False),
    ]


def test_rate_is_a_line_with_gaps() -> None:
    data = number_chart(GROWTH, samples(7.5, None, -3.2), NOW)
    assert (data.title, data.unit, data.is_line) == ("Growth", "%", True)
    assert [step.value for step in data.steps[-3:]] == [7.5, None, -3.2]
    assert data.describe(data.steps[-1]) == "−3.2%"
    assert data.totals == (Total("", "−3.2%"),)


def test_level_is_a_line() -> None:
    assert number_chart(LEVEL, samples(11, 12), NOW).is_line


def test_cumulative_months_begin_with_the_first_sample() -> None:
    points = [(NOW - timedelta(days=70), 100.0), (NOW, 200.0)]
    for cumulative in (False, True):
        data = number_chart(PLAYS, points, NOW, MONTH, cumulative=cumulative)
        assert data.steps[0].start == date(2026, 9, 1)
        assert data.steps[-1].start == date(2026, 11, 1)


def test_totals_of_today_a_week_and_a_month() -> None:
    values = [float(day * day) for day in range(100)]
    data = number_chart(PLAYS, samples(*values), NOW)
    today, week, month = data.totals
    assert today == Total("today", "197")
    assert week[:2] == ("7 days", f"{99**2 - 92**2:,}")
    assert week.percent == pytest.approx((1337 / 1239 - 1) * 100)
    assert month.label == "30 days"
    assert number_chart(PLAYS, samples(*values), NOW, MONTH).totals[0].label == "this month"


@pytest.mark.parametrize(
    "points, cumulative, text",
    [
        (None, False, NOT_RECORDED),
        ([], False, NO_HISTORY),
        ([], True, NO_HISTORY),
        ([(NOW - timedelta(days=1), 1.0)], False, "Daily gains appear from tomorrow"),
        ([(NOW - timedelta(days=900), 1.0)], True, "No history in these 180 days"),
    ],
)
def test_chart_without_values_shows_the_reason(
    points: Points | None, cumulative: bool, text: str
) -> None:
    data = number_chart(PLAYS, points, NOW, cumulative=cumulative)
    assert data.is_empty
    assert data.totals == ()
    assert data.empty_text == text
    assert data.words().startswith(f"{data.title}: {text.rstrip('.')}")


@pytest.mark.parametrize("value, note", [(1, "1 play is"), (45_210, "45,210 plays are")])
def test_first_day_has_a_starting_point(value: float, note: str) -> None:
    data = number_chart(PLAYS, samples(value), NOW)
    assert data.is_empty
    assert data.totals == (Total("today is day", "1"),)
    assert data.words() == (
        f"Plays per day: Daily gains appear from tomorrow. {note} today's starting point."
    )
    assert data.steps == (ChartStep(TODAY),)


def test_daylight_saving_time_keeps_one_step_per_day() -> None:
    now = datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("America/New_York"))
    data = number_chart(PLAYS, samples(10, 20, 30, 40, now=now), now)
    assert [(step.start.day, step.value) for step in data.steps[-3:]] == [(1, 10), (2, 10), (3, 10)]


# In words


def test_bars_in_words() -> None:
    gains = [None, 5.0, 131.0, 2.0, 2.0]
    first = TODAY - timedelta(days=4)
    steps = tuple(
        ChartStep(first + timedelta(days=index), gain, is_estimated=index == 3)
        for index, gain in enumerate(gains)
    )
    assert gains_chart("total-plays", "plays", steps).words() == (
        "Plays per day, 4 days: 140, most on Wed Nov 25 (131), "
        "least on Thu Nov 26 (2 estimated), 1 day estimated."
    )


def test_previous_period_in_words() -> None:
    steps = (ChartStep(TODAY - timedelta(days=1), 5, previous=3), ChartStep(TODAY, 5, previous=4))
    assert gains_chart("", "plays", steps).words() == "Plays per day, 2 days: 10, 7 before."


def test_words_agree_with_the_totals_of_the_heading() -> None:
    steps = (ChartStep(TODAY - timedelta(days=1), 5), ChartStep(TODAY, 5, previous=4))
    data = gains_chart("", "plays", steps)
    # What was before is only known for a part of the days.
    assert data.words() == "Plays per day, 2 days: 10."
    for percent, words in ((12.4, "12% more than before"), (0.2, "no change")):
        totals = (*data.totals, Total("7 days", "492", percent), Total("30 days", "2,003"))
        assert replace(data, totals=totals).words() == (
            f"Plays per day: today 5, 7 days 492, {words}, 30 days 2,003."
        )


def test_line_in_words() -> None:
    data = number_chart(PLAYS, samples(100, 120, 90, 110), NOW, cumulative=True)
    assert data.words() == (
        "Total Plays, 4 days: from 100 on Tue Nov 24 to 110 on Fri Nov 27, "
        "highest on Wed Nov 25 (120), lowest on Thu Nov 26 (90)."
    )
    months = number_chart(PLAYS, samples(100, 120), NOW, MONTH, cumulative=True)
    assert months.words() == "Total Plays, 1 month: 120 in November 2026."


@pytest.mark.parametrize(
    "step, text",
    [
        (ChartStep(TODAY, 131), "131 plays"),
        (ChartStep(TODAY, 1), "1 play"),
        (ChartStep(TODAY, -1), "−1 play"),
        (ChartStep(TODAY, 0, previous=98), "0 plays · 98 before"),
        (ChartStep(TODAY, 56.3, True), "56 plays · estimated"),
        (ChartStep(TODAY), "—"),
    ],
)
def test_step_is_described(step: ChartStep, text: str) -> None:
    assert gains_chart("total-plays", "plays", (step,)).describe(step) == text


def test_amounts_have_decimals() -> None:
    data = ChartData(unit="CAD", decimals=2)
    assert data.describe(ChartStep(TODAY, 1234.5)) == "1,234.50 CAD"


@pytest.mark.parametrize(
    "scale, long, short",
    [
        (DAY, "Friday, November 27, 2026", "Fri Nov 27"),
        (WEEK, "week of Monday, November 23, 2026", "week of Nov 23"),
        (MONTH, "November 2026", "November 2026"),
    ],
)
def test_step_is_named_by_its_scale(scale: Scale, long: str, short: str) -> None:
    data = number_chart(PLAYS, samples(1, 2), NOW, scale)
    assert data.format_step(data.steps[-1]) == long
    assert data.short_step(data.steps[-1]) == short


@examples
@given(st.integers(1, 60), st.sampled_from((DAY, WEEK, MONTH)), st.integers(-100, 2000))
def test_each_day_is_in_the_closest_step(count: int, scale: Scale, back: int) -> None:
    last = scale.start(TODAY)
    data = ChartData(
        scale=scale,
        steps=tuple(ChartStep(scale.subtract(last, step)) for step in range(count - 1, -1, -1)),
    )
    day = TODAY - timedelta(days=back)
    step = data.steps[data.index_of(day)]
    if data.steps[0].start <= day <= TODAY:
        assert step.start == scale.start(day)
    else:
        assert step in (data.steps[0], data.steps[-1])
    assert ChartData().index_of(day) == -1
