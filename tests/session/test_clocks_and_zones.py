"""Wrong clocks, clock changes, sleep and unusual time zones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beatpass_tui import formatting
from beatpass_tui.runtime import clock as clocks
from beatpass_tui.runtime.clock import LocalZone, SystemClock
from beatpass_tui.screens import alarm
from beatpass_tui.session.query import Trigger
from beatpass_tui.view_models.upload_calendar import UploadCalendar
from support.app_harness import Stage, text_of, until
from support.fakes import NOVA, NOW, FakeClock, FakeService, query_of
from support.stored_answers import ACCOUNT_KEY, StoredHistory

HAVANA = "CST5CDT,M3.2.0/0,M11.1.0/1"
"""Summer time begins at midnight, so the day has no first hour."""
BEIRUT = "EET-2EEST,M3.5.0/0,M10.5.0/0"
"""Summer time also ends at midnight, so the last hour of a day is repeated."""
LORD_HOWE = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"
"""Summer time is half an hour."""
ZONES = (
    HAVANA,
    BEIRUT,
    LORD_HOWE,
    "UTC0",
    "<+14>-14",
    "<-12>12",
    "<+0545>-5:45",
    "nowhere",
    "",
    None,
)
"""Rules that need no time zone database; None is a machine without a zone."""

examples = settings(max_examples=150)


@contextmanager
def zone(name: str | None) -> Iterator[None]:
    """Set the time zone of the machine."""
    with pytest.MonkeyPatch.context() as patch:
        if name is None:
            patch.delenv("TZ", raising=False)
        else:
            patch.setenv("TZ", name)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def _restore_time_zone() -> Iterator[None]:
    yield
    time.tzset()


def local_time(moment: datetime) -> datetime:
    """Return a time in the time zone of the machine."""
    return moment.astimezone(LocalZone(timedelta()))


# The clocks of the machine


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="needs CLOCK_BOOTTIME")
def test_monotonic_clock_includes_sleep() -> None:
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    between = SystemClock().monotonic()
    assert before <= between <= time.clock_gettime(time.CLOCK_BOOTTIME)


def test_monotonic_clock_of_each_system(monkeypatch: pytest.MonkeyPatch) -> None:
    clock_ids: list[int] = []

    def gettime(clock: int) -> float:
        clock_ids.append(clock)
        if clock == 3:
            raise OSError("not in this kernel")
        return 42.0

    monkeypatch.setattr(time, "clock_gettime", gettime)
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", 1, raising=False)
    monkeypatch.setattr(time, "CLOCK_MONOTONIC_RAW", 2, raising=False)
    assert clocks._monotonic_including_sleep("linux")() == 42
    assert clocks._monotonic_including_sleep("darwin")() == 42
    assert clock_ids == [1, 1, 2, 2]
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", 3)
    assert clocks._monotonic_including_sleep("linux") is time.monotonic
    monkeypatch.delattr(time, "CLOCK_BOOTTIME")
    assert clocks._monotonic_including_sleep("win32") is time.monotonic


@pytest.mark.parametrize("name", ZONES, ids=repr)
def test_now_is_local_time(name: str | None) -> None:
    with zone(name):
        before = time.time()
        now = SystemClock().now()
        assert before - 1 <= now.timestamp() <= time.time() + 1
        local = time.localtime(now.timestamp())
        assert (now.hour, now.minute, now.day) == (local.tm_hour, local.tm_min, local.tm_mday)
        assert now.utcoffset() == timedelta(seconds=local.tm_gmtoff)
        assert now.tzname() == local.tm_zone


def test_time_before_a_clock_change_keeps_its_offset() -> None:
    with zone(HAVANA):
        now = local_time(datetime(2026, 3, 9, 12, tzinfo=UTC))
        friday = datetime(2026, 3, 6, 23, 20, tzinfo=UTC)
        assert (now.utcoffset(), now.hour) == (timedelta(hours=-4), 8)
        # 18:20 by the offset at that time.
        assert formatting.date_or_time(friday, now) == "Fri 18:20"
        assert now - friday.astimezone(now.tzinfo) == timedelta(days=2, hours=12, minutes=40)
        # The clock change skips the hour after midnight.
        saturday = datetime(2026, 3, 8, 4, 59, tzinfo=UTC)
        sunday = datetime(2026, 3, 8, 5, 0, tzinfo=UTC)
        assert formatting.date_or_time(saturday, now) == "Sat 23:59"
        assert formatting.date_or_time(sunday, now) == "Sun 01:00"


def test_time_without_zone_rules_keeps_the_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    def localtime(seconds: float) -> time.struct_time:
        raise OverflowError("timestamp out of range")

    monkeypatch.setattr(time, "localtime", localtime)
    far = datetime(2107, 1, 1, tzinfo=UTC)
    assert far.astimezone(LocalZone(timedelta(hours=2))).hour == 2
    assert far.astimezone(LocalZone(timedelta(hours=2))) == far


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))
GREETINGS = {0: "evening", 5: "morning", 12: "afternoon", 18: "evening"}


@given(MOMENTS, st.integers(0, 400 * 86_400), st.sampled_from(ZONES))
@examples
def test_formatted_times_are_local_in_every_zone(
    moment: datetime, seconds: int, name: str | None
) -> None:
    with zone(name):
        now, then = local_time(moment), local_time(moment - timedelta(seconds=seconds))
        local_now, local_then = (time.localtime(each.timestamp()) for each in (now, then))
        period = GREETINGS[max(hour for hour in GREETINGS if hour <= local_now.tm_hour)]
        assert formatting.greeting(now) == f"Good {period}"
        assert formatting.long_date(now).startswith(time.strftime("%A, ", local_now))
        assert (now - then).total_seconds() == seconds
        text = formatting.date_or_time(then, now)
        days = (date(*local_now[:3]) - date(*local_then[:3])).days
        assert days >= 0
        if days == 0:
            assert text == time.strftime("%H:%M", local_then)
        elif days < 7:
            assert text == time.strftime("%a %H:%M", local_then)
        else:
            year = "" if local_then.tm_year == local_now.tm_year else f", {local_then.tm_year}"
            assert text == time.strftime(f"%b {local_then.tm_mday}{year}", local_then)


@given(st.sampled_from((HAVANA, BEIRUT, LORD_HOWE)), st.integers(2026, 2045))
@examples
def test_upload_calendar_ends_on_the_local_day(name: str, year: int) -> None:
    with zone(name):
        for month in (3, 4, 10, 11):
            for hours in range(0, 32 * 24, 6):
                now = local_time(datetime(year, month, 1, tzinfo=UTC) + timedelta(hours=hours))
                calendar = UploadCalendar.ending({}, now.date())
                assert calendar.last == date(*time.localtime(now.timestamp())[:3])
                assert calendar.first.isoweekday() == 7
                assert 52 * 7 <= (calendar.last - calendar.first).days < 53 * 7


# Age and waits


STEPS = st.lists(
    st.tuples(st.integers(0, 7_200), st.integers(-200_000, 200_000)), min_size=1, max_size=8
)
"""Seconds that pass, and seconds by which the wall clock is then set."""


@given(STEPS)
@examples
def test_setting_the_wall_clock_changes_no_age_or_wait(steps: list[tuple[int, int]]) -> None:
    async def answer() -> int:
        raise AssertionError("no request is expected")

    clock = FakeClock()
    query = query_of(answer, clock)
    query.set_value(7)
    passed = 0
    for seconds, set_by in steps:
        clock.advance(seconds)
        passed += seconds
        clock.set_wall(clock.now() + timedelta(seconds=set_by))
        assert query.fetched_at is not None
        assert query.fetched_at <= clock.now()
        assert query.is_fresh is (passed < 900)
        assert query.retry_in == max(900 - passed, 0)
        assert query.is_due(Trigger.AUTOMATIC) is (passed >= 900)
        assert query.is_due(Trigger.MANUAL) is (passed >= 30)


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(days=400)])
async def test_answer_with_a_future_time_is_requested_once(ahead: timedelta) -> None:
    request_times = []

    async def answer() -> int:
        request_times.append(clock.monotonic())
        return 8

    clock = FakeClock()
    query = query_of(answer, clock)
    query.restore(7, NOW + ahead)
    assert query.is_due(Trigger.AUTOMATIC)
    await query.fetch()
    assert not query.is_due(Trigger.AUTOMATIC)
    assert query.fetched_at == NOW
    assert len(request_times) == 1


def test_visit_after_a_clock_was_ahead(tmp_path: Path) -> None:
    clock = FakeClock()
    stored = StoredHistory(tmp_path, clock)
    # Two visits by a clock two days ahead, which is then corrected.
    for hours in (48, 49):
        stored.save_visit(NOW + timedelta(hours=hours), {"stats": NOVA["stats"]})
        clock.set_wall(NOW + timedelta(hours=hours + 0.6))
        stored.store().begin_visit(ACCOUNT_KEY)
    clock.set_wall(NOW)
    visit = stored.store().begin_visit(ACCOUNT_KEY)
    assert visit.since == NOW
    clock.advance(60)
    assert stored.store().load_visit(ACCOUNT_KEY).since == NOW
    stored.close()


# The page


async def test_midnight_with_a_clock_change_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarm, "LONGEST_SLEEP", 0.02)
    with zone(HAVANA):
        clock = FakeClock(local_time(datetime(2026, 3, 8, 4, 59, 40, tzinfo=UTC)))
        service = FakeService(token=None)
        stage = Stage(service, clock=clock)
        async with stage.run(size=(80, 24)) as pilot:
            shown = text_of(stage.app)
            assert "Saturday, March 7, 2026" in shown
            assert "updated 23:59" in shown
            clock.advance(60)
            clock.set_wall(local_time(datetime(2026, 3, 8, 5, 0, 40, tzinfo=UTC)))
            await until(pilot, lambda: "Sunday, March 8, 2026" in text_of(stage.app))
            shown = text_of(stage.app)
            assert "Good evening" in shown
            assert "updated Sat 23:59" in shown
            assert len(service.calls) == 7
