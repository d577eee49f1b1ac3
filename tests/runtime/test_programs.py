"""Programs that get the terminal in place of the dashboard."""

from __future__ import annotations

import signal

import pytest

from beatpass_tui.runtime import programs, signals


def test_signal_that_ends_the_dashboard_ends_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)
    before = [signal.getsignal(number) for number in numbers]
    monkeypatch.setattr(signals, "exit_status", lambda: 128 + signal.SIGTERM)
    assert programs.run_in_terminal(["sleep", "600"]) == -signal.SIGTERM
    assert programs.run_in_terminal(["/missing"]) == programs.CANNOT_START
    assert [signal.getsignal(number) for number in numbers] == before
