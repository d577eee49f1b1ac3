"""The whole program in a real pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import stat
import struct
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest

from beatpass_tui.demo import DemoServer

LIMIT = 30.0
"""Seconds after which a wait has failed; nothing is measured by it."""

PROGRAM = [sys.executable, "-m", "beatpass_tui"]


class Terminal:
    """A program under a pseudo-terminal, and what stands on its screen."""

    def __init__(
        self, *arguments: str, size: tuple[int, int] = (80, 24), env: dict[str, str] | None = None
    ) -> None:
        columns, rows = size
        self.raw = bytearray()
        self.status: int | None = None
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        self._slave = slave
        self._fd = master
        environ = {**os.environ, "LANG": "C.UTF-8", "PYTHONUTF8": "1", **(env or {})}
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for stream in (0, 1, 2):
                os.dup2(slave, stream)
            os.execvpe(PROGRAM[0], [*PROGRAM, *arguments], environ)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)
        os.close(self._slave)

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def after(self) -> list[object]:
        """The modes of the terminal as they are now."""
        return termios.tcgetattr(self._slave)

    def press(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def until(self, words: str) -> None:
        self._wait(lambda: words in self.text, words)

    def exit(self) -> int:
        self._wait(self._ended, "the end of the program")
        assert self.status is not None
        return self.status

    def _ended(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                self._read(0.0)
        return self.status is not None

    def _wait(self, true: object, what: str) -> None:
        assert callable(true)
        end = time.monotonic() + LIMIT
        while not true():
            self._read(0.05)
            assert time.monotonic() < end, f"never came: {what}\n{self.text}"

    def _read(self, seconds: float) -> None:
        while select.select([self._fd], [], [], seconds)[0]:
            try:
                data = os.read(self._fd, 65536)
            except OSError:
                return
            if not data:
                return
            self.raw += data
            self._stream.feed(data)
            seconds = 0.0


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(growth_delay=0.0) as running:
        yield running


def is_clean(terminal: Terminal) -> bool:
    """Whether every mode that was switched on was switched off again, and nothing is left raw."""
    modes = (b"1049", b"1000", b"1003", b"1006", b"2004", b"1004")
    for mode in modes:
        on, off = terminal.raw.rfind(b"?" + mode + b"h"), terminal.raw.rfind(b"?" + mode + b"l")
        if on > off:
            return False
    shown, hidden = terminal.raw.rfind(b"\x1b[?25h"), terminal.raw.rfind(b"\x1b[?25l")
    return shown > hidden and terminal.after() == terminal.before


@pytest.mark.parametrize("size", [(80, 24), (60, 24), (120, 36)])
def test_the_demo_from_its_start_to_q(size: tuple[int, int]) -> None:
    with Terminal("--demo", size=size) as terminal:
        terminal.until("Calculating")
        terminal.until("45,210")
        terminal.until("+7.5%")
        terminal.press("2")
        terminal.until("▸ Finances")
        terminal.press("\x1b")
        terminal.until("▸ Dashboard")
        terminal.press("q")
        assert terminal.exit() == 0
        assert is_clean(terminal)


@pytest.mark.parametrize("key", ["\x11", "\x03"], ids=["ctrl+q", "ctrl+c"])
def test_the_other_ways_to_quit_leave_the_terminal_as_it_was(key: str) -> None:
    with Terminal("--demo") as terminal:
        terminal.until("45,210")
        terminal.press(key)
        assert terminal.exit() == 0
        assert is_clean(terminal)


def test_signing_in_by_token_over_http_keeps_it_in_a_file(
    server: DemoServer, tmp_path: Path
) -> None:
    env = {
        "BEATPASS_API_URL": server.base_url,
        "XDG_DATA_HOME": str(tmp_path),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    with Terminal(env=env) as terminal:
        terminal.until("Personal access token")
        terminal.press("901|wrong\r")
        terminal.until("did not accept this token")
        terminal.press("\x7f" * len("901|wrong"))
        terminal.until("Paste your token")
        terminal.press(server.token + "\r")
        terminal.until("45,210")
        terminal.until("Your token is kept in")
        terminal.press("q")
        assert terminal.exit() == 0
        assert server.token.encode() not in terminal.raw
    kept = tmp_path / "beatpass-tui" / "credentials.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert server.token in kept.read_text()
    with Terminal(env=env) as terminal:
        terminal.until("+7.5%")
        assert "Personal access token" not in terminal.text
        terminal.press("q")
        assert terminal.exit() == 0


def test_a_rejected_variable_is_one_sentence_and_status_4(server: DemoServer) -> None:
    env = {"BEATPASS_API_URL": server.base_url, "BEATPASS_TOKEN": "901|wrong"}
    with Terminal(env=env) as terminal:
        assert terminal.exit() == 4
        assert is_clean(terminal)
        assert "did not accept the token in BEATPASS_TOKEN" in " ".join(terminal.text.split())
        assert b"901|wrong" not in terminal.raw


def test_a_good_variable_opens_the_dashboard_and_stores_nothing(
    server: DemoServer, tmp_path: Path
) -> None:
    env = {
        "BEATPASS_API_URL": server.base_url,
        "BEATPASS_TOKEN": server.token,
        "XDG_DATA_HOME": str(tmp_path),
    }
    with Terminal(env=env) as terminal:
        terminal.until("45,210")
        terminal.press("q")
        assert terminal.exit() == 0
    assert not list(tmp_path.iterdir())


def test_quitting_while_requests_are_in_flight_prints_nothing() -> None:
    with Terminal("--demo", "--state", "slow") as terminal:
        terminal.until("@nova")
        terminal.press("q")
        assert terminal.exit() == 0
        assert is_clean(terminal)
        assert "Traceback" not in terminal.text
