"""The alarm of a page rings by the monotonic clock and by the wall clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

import pytest
from textual.timer import Timer

from beatpass_tui.screens.alarm import LONGEST_SLEEP, SHORTEST_SLEEP, Alarm
from support.fakes import FakeClock

START = datetime(2026, 11, 23, 18, 20).astimezone()


class FakeTimer:
    """A timer that fires when a test says so."""

    def __init__(self, seconds: float, callback: Callable[[], None]) -> None:
        self.seconds = seconds
        self.fire = callback
        self.is_stopped = False

    def stop(self) -> None:
        self.is_stopped = True


class Bench:
    """An alarm with its clock and the timers that it has started."""

    def __init__(self) -> None:
        self.clock = FakeClock(START)
        self.timers: list[FakeTimer] = []
        self.rings = 0
        self.alarm = Alarm(self.clock, self._set_timer, self._ring)

    def _set_timer(self, seconds: float, callback: Callable[[], None]) -> Timer:
        self.timers.append(FakeTimer(seconds, callback))
        return cast("Timer", self.timers[-1])

    def _ring(self) -> None:
        self.rings += 1


@pytest.mark.parametrize(
    "delay, first_sleep",
    [
        (None, LONGEST_SLEEP),
        (900.0, LONGEST_SLEEP),
        (60.0, 60.0),
        (1.0, 1.0),
        (0.0, SHORTEST_SLEEP),
        (-5.0, SHORTEST_SLEEP),
    ],
)
def test_timer_fires_when_due_but_within_a_minute(delay: float | None, first_sleep: float) -> None:
    bench = Bench()
    bench.alarm.set(delay)
    assert [timer.seconds for timer in bench.timers] == [first_sleep]


@pytest.mark.parametrize(
    "delay, elapsed, wall, rings, next_sleep",
    [
        pytest.param(30.0, 30.0, 30.0, True, None, id="due"),
        pytest.param(90.0, 60.0, 60.0, False, 30.0, id="not due yet"),
        pytest.param(900.0, 60.0, 60.0, False, 60.0, id="due in many minutes"),
        pytest.param(900.0, 9 * 3_600, 9 * 3_600, True, None, id="after sleep"),
        pytest.param(900.0, 60.0, 3_600, True, None, id="wall clock set forward"),
        pytest.param(900.0, 60.0, -3_600, True, None, id="wall clock set back"),
        pytest.param(30.0, 30.0, -600, True, None, id="due though the wall clock was set back"),
        pytest.param(None, 60.0, 60.0, False, 60.0, id="waits for the hour"),
        pytest.param(None, 60.0, 2_380, False, 20.0, id="just before the hour"),
        pytest.param(None, 2_400, 2_400, True, None, id="at the hour"),
    ],
)
def test_timer_checks_both_clocks(
    delay: float | None, elapsed: float, wall: float, rings: bool, next_sleep: float | None
) -> None:
    bench = Bench()
    bench.alarm.set(delay)
    bench.clock.advance(elapsed)
    bench.clock.set_wall(START + timedelta(seconds=wall))
    bench.timers[0].fire()
    assert bench.rings == rings
    assert [timer.seconds for timer in bench.timers[1:]] == ([next_sleep] if next_sleep else [])


def test_set_replaces_the_previous_alarm() -> None:
    bench = Bench()
    bench.alarm.set(10)
    bench.alarm.set(20)
    first, second = bench.timers
    assert first.is_stopped
    bench.clock.advance(20)
    # A stopped timer may have fired before it was stopped.
    first.fire()
    assert bench.rings == 0
    second.fire()
    assert bench.rings == 1


def test_canceled_alarm_does_not_ring() -> None:
    bench = Bench()
    bench.alarm.set(10)
    bench.alarm.cancel()
    bench.clock.advance(10)
    bench.timers[0].fire()
    assert bench.timers[0].is_stopped
    assert bench.rings == 0
