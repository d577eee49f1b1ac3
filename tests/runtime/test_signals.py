"""Signals and closed terminals."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from beatpass_tui import bootstrap, cli, exit_codes
from beatpass_tui.demo import DemoServer
from beatpass_tui.runtime import signals
from support.command_harness import Machine
from support.fakes import NOVA
from support.terminal import PROGRAM, Terminal, unrestored_modes

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")

ENDING = [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT]


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(growth_delay=0.0) as running:
        yield running


def printed(terminal: Terminal) -> str:
    """Return what the program printed after restoring the terminal."""
    after = bytes(terminal.raw).rpartition(b"\x1b[?1049l")[2]
    return re.sub(r"\x1b[\[\\][?<>\d;]*[a-zA-Z]?", "", after.decode()).strip()


def last_seen(folder: Path) -> object:
    """Return the stored end of the last visit, after an integrity check."""
    store = sqlite3.connect(next(folder.rglob("store.sqlite3")))
    try:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return store.execute("SELECT seen FROM account").fetchone()[0]
    finally:
        store.close()


def test_signal_ends_the_dashboard_cleanly(tmp_path: Path) -> None:
    with Terminal("--demo", env={"TMPDIR": str(tmp_path)}) as terminal:
        terminal.until("45,210")
        terminal.send(signal.SIGQUIT)
        assert terminal.exit() == 128 + signal.SIGQUIT
        assert unrestored_modes(terminal) == []
        assert printed(terminal) == ""
    assert list(tmp_path.iterdir()) == [], "the demo has left its folder behind"


@pytest.mark.parametrize("number", ENDING)
def test_every_ending_signal_begins_a_clean_exit(number: signal.Signals) -> None:
    begun: list[int] = []
    with signals.handle():
        signals.on_exit(begun.append, lambda: None)
        os.kill(os.getpid(), number)
        # An immediate repetition is ignored.
        os.kill(os.getpid(), number)
        assert signals.exit_status() == 128 + number
    assert begun == [128 + number]


_STUCK = """
import sys, time
from pathlib import Path
from beatpass_tui import cli
from beatpass_tui.app import BeatPassApp
from beatpass_tui.runtime import signals

def hang(app):
    Path(sys.argv[2]).touch()
    time.sleep(3600)

BeatPassApp.action_help = hang
signals.GRACE, signals._REPEAT = float(sys.argv[1]), 0.05
sys.exit(cli.main(["--demo"]))
"""


@pytest.mark.parametrize("times, grace", [(1, 0.2), (2, 3600)])
def test_stuck_program_ends_after_the_grace_period_or_a_second_signal(
    times: int, grace: float, tmp_path: Path
) -> None:
    stuck = tmp_path / "stuck"
    program = [sys.executable, "-c", _STUCK, str(grace), str(stuck)]
    with Terminal(program=program) as terminal:
        terminal.until("45,210")
        terminal.press("?")
        terminal.wait(stuck.exists, "the hanging key handler")
        terminal.send(signal.SIGTERM)
        if times == 2:
            # Earlier, it would count as a repetition of the first.
            terminal.wait_for_silence(0.1)
            terminal.send(signal.SIGTERM)
        assert terminal.exit() == 143
        assert unrestored_modes(terminal) == []


@pytest.mark.parametrize("shell", ["", "trap '' HUP; "], ids=["with SIGHUP", "without"])
def test_closed_terminal_ends_the_dashboard(shell: str, server: DemoServer, tmp_path: Path) -> None:
    env = {
        "BEATPASS_API_URL": server.base_url,
        "BEATPASS_TOKEN": server.token,
        "XDG_DATA_HOME": str(tmp_path),
    }
    program = ["sh", "-c", f'{shell}exec "$0" "$@"', *PROGRAM]
    with Terminal(env=env, program=program) as terminal:
        terminal.until("45,210")
        terminal.until("+7.5%")
        terminal.hang_up()
        assert terminal.exit() == 128 + signal.SIGHUP
    assert last_seen(tmp_path) is not None


def test_suspend_resume_and_end_while_suspended() -> None:
    with Terminal("--demo") as terminal:
        terminal.until("45,210")
        terminal.press("\x1a")
        terminal.wait_until_stopped()
        terminal.wait_for_silence(0.1)
        assert unrestored_modes(terminal) == []
        terminal.clear()
        terminal.resize(120, 36)
        terminal.send(signal.SIGCONT)
        terminal.until("beats compared")
        terminal.until("m Movers")
        terminal.until("You are here")
        terminal.wait_for_silence(0.3)
        before = terminal.text
        assert "45,210" in before
        # Stopped without a warning, while another program used the terminal.
        terminal.send(signal.SIGSTOP)
        terminal.wait_until_stopped()
        terminal.clear()
        terminal.send(signal.SIGCONT)
        terminal.until("beats compared")
        terminal.wait_for_silence(0.3)
        assert terminal.text.splitlines()[5:-2] == before.splitlines()[5:-2]
        terminal.press("2")
        terminal.until("▸ Finances")
        terminal.send(signal.SIGTSTP)
        terminal.wait_until_stopped()
        terminal.send(signal.SIGTERM)
        terminal.send(signal.SIGCONT)
        assert terminal.exit() == 143
        assert unrestored_modes(terminal) == []


def test_signal_during_startup_ends_the_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = [signal.getsignal(number) for number in ENDING]
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def interrupted(*_: object, **__: object) -> None:
        assert list(tmp_path.iterdir())
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(bootstrap, "demo_dependencies", interrupted)
    assert cli.main(["--demo"]) == 143
    assert list(tmp_path.iterdir()) == []
    assert [signal.getsignal(number) for number in ENDING] == before


@pytest.mark.parametrize("number", ENDING)
def test_signal_ends_a_command_like_ctrl_c(number: signal.Signals, machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = "901|made-up-token"

    def answer(*_: object) -> object:
        os.kill(os.getpid(), number)
        return NOVA["stats"]

    machine.service.script("stats", answer)
    result = machine.run("stats", "--json")
    assert (result.status, result.out, result.err.strip()) == (128 + number, "", "")


def test_ignored_signals_stay_ignored(machine: Machine) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals.handle():
            os.kill(os.getpid(), signal.SIGHUP)
            assert signals.exit_status() is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_other_threads_can_run_the_program_without_handlers() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor() as pool:
        assert pool.submit(cli.main, ["config", "--path"]).result() == exit_codes.OK
