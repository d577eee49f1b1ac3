"""Charts of plays and downloads: local days, previous periods and sources."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from beatpass_tui.models.plays import PlaysOverTime
from beatpass_tui.session.downloads import DownloadLog
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import activity_charts
from beatpass_tui.view_models.activity_charts import (
    align,
    downloads_chart,
    in_period,
    needed_since,
    plays_timeframes,
    readable_plays,
    recorded_chart,
    service_chart,
)
from beatpass_tui.view_models.charts import ChartData
from support.fakes import NOVA_ACTIVITY, NOW, FakeClock, FakeService, nova_download, nova_plays

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TORONTO = ZoneInfo("America/Toronto")
TODAY = NOW.date()


def log_of(moments: Iterable[date | None], *, has_ended: bool = True) -> DownloadLog:
    """Return a log of downloads at some moments, newest first."""
    log = DownloadLog(Session(FakeService(), FakeClock()))
    log.rows = tuple(
        nova_download(0)._replace(id=str(index), at=at) for index, at in enumerate(moments)
    )
    log.has_ended = has_ended
    return log


def values(data: ChartData) -> dict[date, float | None]:
    return {step.start: step.value for step in data.steps}


def previous(data: ChartData) -> list[float | None]:
    return [step.previous for step in data.steps]


# Downloads


@pytest.mark.parametrize(
    "change, hours", [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25)], ids=["spring", "autumn"]
)
@pytest.mark.parametrize("days_since", [0, 1, 5])
@pytest.mark.parametrize("hour", [0, 1, 2, 12, 23])
def test_downloads_are_counted_per_local_day_across_clock_changes(
    change: date, hours: int, days_since: int, hour: int
) -> None:
    now = datetime.combine(change + days_since * DAY, datetime.min.time(), TORONTO)
    now = now.replace(hour=hour, minute=30)
    # A download in each hour, on the hour.
    last = now.astimezone(UTC).replace(minute=0)
    data = downloads_chart(log_of(last - n * HOUR for n in range(24 * 30)), "7d", now)
    by_day = values(data)
    assert list(by_day) == [now.date() - n * DAY for n in range(6, -1, -1)]
    assert by_day.pop(now.date()) == sum(
        (last - n * HOUR).astimezone(TORONTO).date() == now.date() for n in range(26)
    )
    assert by_day == {day: hours if day == change else 24 for day in by_day}


def test_day_of_a_download_is_local() -> None:
    # 01:30 UTC is the evening before in Toronto.
    log = log_of([datetime(2026, 11, 23, 1, 30, tzinfo=UTC)])
    for zone, day in ((TORONTO, 22), (UTC, 23)):
        by_day = values(downloads_chart(log, "7d", NOW.astimezone(zone)))
        assert {at.day for at, count in by_day.items() if count} == {day}


def test_date_without_a_time_is_counted_on_that_day() -> None:
    log = log_of([TODAY, TODAY - 3 * DAY, NOW - 3 * DAY, TODAY - 8 * DAY])
    for zone in (TORONTO, UTC):
        data = downloads_chart(log, "7d", NOW.astimezone(zone), NOVA_ACTIVITY._replace(downloads=2))
        assert [step.value for step in data.steps] == [0, 0, 0, 2, 0, 0, 1]
        assert data.totals[1].percent == pytest.approx(100)
    assert len(in_period(log.rows, "7d", NOW)) == 3


@pytest.mark.parametrize("period, before", [("7d", 7), ("30d", 30)])
def test_each_day_is_compared_with_the_day_one_period_earlier(period: str, before: int) -> None:
    moments = [NOW - n * DAY for n in range(90) for _ in range(n % 10)]
    data = downloads_chart(log_of(moments), period, NOW)
    assert [step.value for step in data.steps] == [n % 10 for n in range(before - 1, -1, -1)]
    assert previous(data) == [n % 10 for n in range(2 * before - 1, before - 1, -1)]
    assert data.title == "Downloads per day · from BeatPass"


def test_service_total_is_compared_with_the_counted_previous_period() -> None:
    # The service's periods end at a moment, not with a day.
    log = log_of([NOW - HOUR, NOW - 7 * DAY + HOUR, NOW - 7 * DAY - HOUR, NOW - 14 * DAY + HOUR])
    summary = NOVA_ACTIVITY._replace(period="7d", downloads=3)
    totals = downloads_chart(log, "7d", NOW, summary).totals
    assert [(total.label, total.value) for total in totals] == [("per day", "0.4"), ("7 days", "3")]
    assert totals[1].percent == pytest.approx(50)
    assert [len(in_period(log.rows, period, NOW)) for period in ("7d", "30d", "all")] == [2, 4, 4]


def test_days_that_are_not_completely_loaded_are_unknown() -> None:
    oldest = NOW - 10 * DAY
    log = log_of([NOW - HOUR, NOW - 2 * DAY, None, oldest], has_ended=False)
    summary = NOVA_ACTIVITY._replace(downloads=45)
    data = downloads_chart(log, "30d", NOW, summary)
    known = [at for at, count in values(data).items() if count is not None]
    assert known[0] == (oldest + DAY).date()
    assert len(known) == 10
    assert data.totals[1].percent is None
    # The download without a time may belong to any period.
    assert data.title == "Downloads per day · 3 of 45 downloads"
    of_all_time = downloads_chart(log, "all", NOW, summary)
    assert of_all_time.title == "Downloads per month · 4 of 45 downloads"
    assert of_all_time.note == "4 loaded"
    log.has_ended = True
    assert downloads_chart(log, "all", NOW, summary).title.endswith("· from BeatPass")
    log.has_ended = False
    weeks = downloads_chart(log, "90d", NOW, summary)
    assert values(weeks) == {date(2026, 11, 16): 1, date(2026, 11, 23): 1}
    assert set(values(downloads_chart(log_of([], has_ended=False), "7d", NOW)).values()) <= {None}


def test_no_downloads_are_zeros_and_all_time_begins_with_the_first() -> None:
    assert set(values(downloads_chart(log_of([]), "30d", NOW)).values()) == {0}
    months = downloads_chart(log_of([NOW, NOW - 70 * DAY]), "all", NOW, NOVA_ACTIVITY)
    assert values(months) == {
        date(2026, 9, 1): 1, date(2026, 10, 1): 0, date(2026, 11, 1): 1,
    }  # fmt: skip
    assert previous(months) == [None, None, None]
    assert [total.value for total in months.totals] == ["1,204"]


@pytest.mark.parametrize("zone", [UTC, TORONTO, ZoneInfo("Pacific/Auckland")], ids=str)
@pytest.mark.parametrize("period", ["7d", "30d", "90d"])
@pytest.mark.parametrize("hours", [0, 5, 19, 24 * 8, 24 * 100, 24 * 250])
def test_needed_downloads_cover_the_previous_period(
    zone: ZoneInfo, period: str, hours: int
) -> None:
    now = (NOW + hours * HOUR).astimezone(zone)
    since = needed_since(period, now)
    assert since is not None
    log = log_of([now, since], has_ended=False)
    assert None not in previous(downloads_chart(log, period, now))
    assert needed_since("all", now) is None


def test_steps_of_both_charts_are_aligned() -> None:
    log = log_of([NOW - n * DAY for n in range(70)], has_ended=False)
    year = service_chart(nova_plays(1, "1y"), "all", NOW)
    plays, downloads = align(year, downloads_chart(log, "all", NOW, None, year))
    starts = [step.start for step in plays.steps]
    assert starts == [date(2026, month, 1) for month in range(1, 12)]
    assert [step.start for step in downloads.steps] == starts
    assert [step.value for step in downloads.steps] == [*[None] * 9, 31, 23]


def test_downloads_use_the_scale_and_last_day_of_the_plays() -> None:
    log = log_of([NOW - n * DAY for n in range(70)])
    weeks = {date(2026, 11, 22) - 7 * n * DAY: 300 for n in range(13)}
    weekly = service_chart(PlaysOverTime(weeks, "week"), "30d", NOW)
    plays, downloads = align(weekly, downloads_chart(log, "30d", NOW, None, weekly))
    assert downloads.title == "Downloads per week · from BeatPass"
    assert len(downloads.steps) == len(plays.steps)
    assert [step.value for step in downloads.steps][-3:] == [7, 7, 1]
    ahead = service_chart(PlaysOverTime({TODAY + DAY: 1, TODAY: 1}), "7d", NOW)
    downloads = downloads_chart(log, "7d", NOW, None, ahead)
    assert [step.start for step in downloads.steps] == [step.start for step in ahead.steps]


# Plays that the service counts


def test_service_plays_are_compared_with_the_previous_period() -> None:
    plays = nova_plays(1, "90d")
    data = service_chart(plays, "30d", NOW)
    assert plays.steps is not None
    assert values(data) == dict(list(plays.steps.items())[-30:])
    assert previous(data) == list(plays.steps.values())[30:60]
    assert data.title == "Plays per day · from BeatPass"
    current, before = sum(filter(None, values(data).values())), sum(filter(None, previous(data)))
    assert [total.value for total in data.totals] == ["58", "1,740"]
    assert data.totals[1].percent == pytest.approx((current / before - 1) * 100)


def test_no_comparison_with_missing_days() -> None:
    data = service_chart(nova_plays(1, "30d"), "30d", NOW)
    assert set(previous(data)) == {None}
    assert data.totals[1].percent is None
    short = service_chart(nova_plays(1, "7d"), "30d", NOW)
    assert [total.label for total in short.totals] == ["today"]


def test_missing_day_is_unknown_and_tomorrow_of_the_service_is_today() -> None:
    steps = {TODAY - 2 * DAY: 5, TODAY: 7, TODAY + DAY: 1, TODAY + 40 * DAY: 9}
    by_day = values(service_chart(PlaysOverTime(steps), "7d", NOW))
    assert list(by_day.values()) == [None, None, None, None, 5, None, 8]
    assert max(by_day) == TODAY
    monthly = {date(2026, 10, 1): 4, date(2026, 11, 1): 5, TODAY + DAY: 1}
    months = service_chart(PlaysOverTime(monthly, "month"), "all", NOW)
    assert list(values(months).values())[-2:] == [4, 6]


@pytest.mark.parametrize("first_weekday", range(7))
def test_weeks_of_the_service_stay_as_sent(first_weekday: int) -> None:
    last = TODAY - (TODAY.weekday() - first_weekday) % 7 * DAY
    weeks = {last - 7 * n * DAY: 100 + n for n in range(12, -1, -1)}
    data = service_chart(PlaysOverTime(weeks, "week"), "30d", NOW)
    count = len(data.steps)
    assert count in (4, 5)
    assert values(data) == dict(list(weeks.items())[-count:])
    assert previous(data) == [100 + n for n in range(2 * count - 1, count - 1, -1)]
    assert data.title == "Plays per week · from BeatPass"


def test_days_are_added_to_weeks_and_months() -> None:
    plays = PlaysOverTime({TODAY - n * DAY: 2 for n in range(364, -1, -1)})
    weeks = service_chart(plays, "90d", NOW)
    # NOW is a Monday.
    assert [step.value for step in weeks.steps] == [14] * 12 + [2]
    assert previous(weeks) == [14] * 12 + [2]
    months = service_chart(plays, "all", NOW)
    assert values(months)[date(2026, 10, 1)] == 62
    assert set(previous(months)) == {None}
    year = service_chart(nova_plays(1, "1y"), "all", NOW)
    assert [step.value for step in year.steps] == [100 * month for month in range(1, 12)]


@pytest.mark.parametrize(
    "period, answers, timeframes, used",
    [
        ("7d", {}, ("30d",), None),
        ("30d", {"90d": PlaysOverTime(None)}, ("90d",), None),
        ("30d", {"90d": PlaysOverTime({})}, ("90d",), None),
        ("30d", {"90d": PlaysOverTime({TODAY: 1})}, ("90d",), "90d"),
        ("30d", {"90d": PlaysOverTime({TODAY: 1}, "week")}, ("90d", "30d"), "90d"),
        (
            "30d",
            {"90d": PlaysOverTime({TODAY: 1}, "week"), "30d": PlaysOverTime({TODAY: 2})},
            ("90d", "30d"),
            "30d",
        ),
        (
            "90d",
            {"1y": PlaysOverTime({TODAY: 1}, "month"), "90d": PlaysOverTime({TODAY: 2}, "week")},
            ("1y", "90d"),
            "90d",
        ),
        (
            "90d",
            {"1y": PlaysOverTime({TODAY: 1}, "month"), "90d": PlaysOverTime(None)},
            ("1y", "90d"),
            "1y",
        ),
        ("90d", {"1y": PlaysOverTime({TODAY: 1}, "week")}, ("1y",), "1y"),
        ("all", {"1y": PlaysOverTime({TODAY: 1}, "month")}, ("1y",), "1y"),
    ],
)
def test_second_timeframe_is_requested_only_if_the_steps_of_the_first_are_too_long(
    period: str, answers: dict[str, PlaysOverTime], timeframes: tuple[str, ...], used: str | None
) -> None:
    assert plays_timeframes(period, answers.get) == timeframes
    expected = None if used is None else answers[used]
    assert readable_plays(period, answers.get) == expected


# Recorded Total Plays


def test_recorded_plays_are_labeled_as_recorded() -> None:
    points = [(NOW - n * DAY, 45_210.0 - 40 * n) for n in range(60, -1, -1)]
    gains = recorded_chart(points, "30d", NOW, cumulative=False)
    assert gains.title == "Total Plays per day · recorded by this program"
    assert [step.value for step in gains.steps] == [40] * 30
    assert previous(gains)[1:] == [40] * 29
    assert [(total.label, total.value, total.percent) for total in gains.totals] == [
        ("per day", "40", None), ("30 days", "1,200", 0),
    ]  # fmt: skip
    total = recorded_chart(points, "30d", NOW, cumulative=True)
    assert total.title == "Total Plays · recorded by this program"
    assert total.is_line
    assert (len(total.steps), total.steps[-1].value) == (30, 45_210)
    assert recorded_chart([], "7d", NOW, cumulative=False).is_empty


def test_modes_are_in_cycling_order() -> None:
    assert [plays.value for plays in activity_charts.Plays] == ["service", "gains", "total"]
