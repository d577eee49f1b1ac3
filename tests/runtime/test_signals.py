"""What ends, stops or cuts off the program from outside."""

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
from support.terminal import PROGRAM, Terminal, unclean

pytestmark = pytest.mark.skipif(os.name != "posix", reason="other systems have no such signals")

ENDING = [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT]


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(growth_delay=0.0) as running:
        yield running


def printed(terminal: Terminal) -> str:
    """What stands below the shell's prompt once the program is over."""
    after = bytes(terminal.raw).rpartition(b"\x1b[?1049l")[2]
    return re.sub(r"\x1b[\[\\][?<>\d;]*[a-zA-Z]?", "", after.decode()).strip()


def seen(folder: Path) -> object:
    """When somebody last looked, as the store has it, which must be whole."""
    store = sqlite3.connect(next(folder.rglob("store.sqlite3")))
    try:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return store.execute("SELECT seen FROM account").fetchone()[0]
    finally:
        store.close()


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_ends_it_in_order(number: signal.Signals, tmp_path: Path) -> None:
    with Terminal("--demo", env={"TMPDIR": str(tmp_path)}) as terminal:
        terminal.until("45,210")
        terminal.send(number)
        assert terminal.exit() == 128 + number
        assert unclean(terminal) == []
        assert printed(terminal) == ""
    assert list(tmp_path.iterdir()) == [], "the demo has left its folder behind"


_STUCK = """
import sys, time
from pathlib import Path
from beatpass_tui import cli
from beatpass_tui.app import BeatPassApp

def hang(app):
    Path(sys.argv.pop()).touch()
    time.sleep(3600)

BeatPassApp.action_help = hang
sys.exit(cli.main(["--demo"]))
"""


@pytest.mark.parametrize("times", [1, 2])
def test_a_program_that_is_stuck_ends_all_the_same(times: int, tmp_path: Path) -> None:
    stuck = tmp_path / "stuck"
    with Terminal(str(stuck), program=[sys.executable, "-c", _STUCK]) as terminal:
        terminal.until("45,210")
        terminal.press("?")
        terminal.wait(stuck.exists, "the key that it does not come back from")
        terminal.send(signal.SIGTERM)
        if times == 2:
            # Sooner it would be taken for an echo of the first.
            terminal.rest(0.5)
            terminal.send(signal.SIGTERM)
        assert terminal.exit() == 143
        assert unclean(terminal) == []


@pytest.mark.parametrize("shell", ["", "trap '' HUP; "], ids=["told", "not told"])
def test_a_window_that_is_closed_ends_it(shell: str, server: DemoServer, tmp_path: Path) -> None:
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
    assert seen(tmp_path) is not None


def test_it_stops_and_goes_on_and_ends_while_it_is_stopped() -> None:
    with Terminal("--demo") as terminal:
        terminal.until("45,210")
        terminal.press("\x1a")
        terminal.stopped()
        terminal.rest(0.1)
        assert unclean(terminal) == []
        terminal.wipe()
        terminal.resize(120, 36)
        terminal.send(signal.SIGCONT)
        terminal.until("Catalog")
        terminal.until("Copy  ? Help")
        terminal.until("You are here")
        terminal.rest(0.3)
        before = terminal.text
        assert "45,210" in before
        # Stopped by somebody who does not ask, and the window was used meanwhile.
        terminal.send(signal.SIGSTOP)
        terminal.stopped()
        terminal.wipe()
        terminal.send(signal.SIGCONT)
        terminal.until("Catalog")
        terminal.rest(0.3)
        assert terminal.text.splitlines()[5:-2] == before.splitlines()[5:-2]
        terminal.press("2")
        terminal.until("▸ Finances")
        terminal.send(signal.SIGTSTP)
        terminal.stopped()
        terminal.send(signal.SIGTERM)
        terminal.send(signal.SIGCONT)
        assert terminal.exit() == 143
        assert unclean(terminal) == []


def test_before_the_terminal_is_touched_a_signal_ends_it_too(
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
def test_a_command_ends_by_a_signal_as_by_ctrl_c(number: signal.Signals, machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = "901|made-up-token"

    def answer(*_: object) -> object:
        os.kill(os.getpid(), number)
        return NOVA["stats"]

    machine.service.script("stats", answer)
    done = machine.run("stats", "--json")
    assert (done.status, done.out, done.err.strip()) == (128 + number, "", "")


def test_a_signal_that_is_to_be_ignored_is(machine: Machine) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals.handle():
            os.kill(os.getpid(), signal.SIGHUP)
            assert signals.exit_status() is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_outside_of_the_main_thread_nothing_is_heeded() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor() as pool:
        assert pool.submit(cli.main, ["config", "--path"]).result() == exit_codes.OK
