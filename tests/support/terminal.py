"""A program in a real pseudo-terminal, and what stands on its screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence

import pyte

LIMIT = 30.0
"""Seconds after which a wait has failed; nothing is measured by it."""

PROGRAM = [sys.executable, "-m", "beatpass_tui"]

Painted = tuple[float, bytes]
"""What one read brought, and how many seconds after the start or the key press that was."""


class Terminal:
    """A program under a pseudo-terminal, and what stands on its screen."""

    def __init__(
        self,
        *arguments: str,
        size: tuple[int, int] = (80, 24),
        env: dict[str, str] | None = None,
        program: Sequence[str] = PROGRAM,
    ) -> None:
        columns, rows = size
        self.raw = bytearray()
        self.status: int | None = None
        self._text = ""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        self._slave = slave
        self._fd = master
        environ = {**os.environ, "LANG": "C.UTF-8", "PYTHONUTF8": "1", **(env or {})}
        self.since = time.perf_counter()
        # A process with threads must not fork. The leader of a new session is given the first
        # terminal that it opens as its controlling one, so the slave is opened by name.
        self.pid = os.posix_spawnp(
            program[0],
            [*program, *arguments],
            environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.ttyname(slave), os.O_RDWR, 0),
                (os.POSIX_SPAWN_DUP2, 0, 1),
                (os.POSIX_SPAWN_DUP2, 0, 2),
            ],
            setsid=True,
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        for fd in (self._fd, self._slave):
            if fd >= 0:
                os.close(fd)

    @property
    def text(self) -> str:
        if self._screen.dirty:
            self._text = "\n".join(line.rstrip() for line in self._screen.display)
            self._screen.dirty.clear()
        return self._text

    def cells(self) -> list[list[str]]:
        """What stands in each cell of each row; the second cell of a wide character is empty."""
        rows, columns = range(self._screen.lines), range(self._screen.columns)
        return [[self._screen.buffer[row][column].data for column in columns] for row in rows]

    def is_cursor(self, row: int, column: int) -> bool:
        """Whether a cell looks unlike the one beside it, as under the cursor of a field."""
        line = self._screen.buffer[row]
        return bool(line[column][1:] != line[column + 1][1:])

    def after(self) -> list[object]:
        """The modes of the terminal as they are now."""
        return termios.tcgetattr(self._slave)

    def press(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def send(self, number: int) -> None:
        """Send a signal to the program."""
        os.kill(self.pid, number)

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size, which the program is told of by a signal."""
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        """Close the window: nobody is at the other end of the terminal any more."""
        os.close(self._slave)
        os.close(self._fd)
        self._slave = self._fd = -1

    def stopped(self) -> None:
        """Wait until the program is stopped, as a shell does."""

        def is_stopped() -> bool:
            pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            assert not pid or os.WIFSTOPPED(status), "it has ended"
            return bool(pid)

        self.wait(is_stopped, "the stop")

    def wipe(self) -> None:
        """Forget what stands on the screen, as another program in the window would."""
        self._screen.reset()

    def painted(self, keys: str, silence: float = 0.02) -> float:
        """Press keys and return the seconds until the last byte of what they painted."""
        self._read(0.0)
        self.since = time.perf_counter()
        os.write(self._fd, keys.encode())
        recorded = self.record(b"", silence)
        for _ in self.replay(recorded):
            pass
        return recorded[-1][0]

    def record(self, words: bytes, silence: float) -> list[Painted]:
        """Return what is painted until `words` have come and then nothing more for so long.

        It is not drawn yet, since that takes longer than reading and would make later reads late.
        """
        found: list[Painted] = []
        seen = bytearray()
        wait = LIMIT
        while select.select([self._fd], [], [], wait)[0]:
            data = os.read(self._fd, 1 << 20)
            found.append((time.perf_counter() - self.since, data))
            seen += data
            wait = silence if words in seen else LIMIT
        assert seen, "nothing came"
        assert words in seen, f"never came: {words!r}"
        return found

    def replay(self, painted: list[Painted]) -> Iterator[float]:
        """Draw what was recorded, read by read, telling when each was."""
        for moment, data in painted:
            self.raw += data
            self._stream.feed(data)
            yield moment

    def rest(self, silence: float = 1.0) -> None:
        """Draw what comes until nothing has come for so many seconds."""
        while select.select([self._fd], [], [], silence)[0]:
            self._read(0.0)

    def skip(self, seconds: float) -> None:
        """Read what comes in so many seconds, and draw nothing of it, which would take longer."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._fd], [], [], left)[0]:
                self.raw += os.read(self._fd, 1 << 20)

    def until(self, words: str) -> None:
        self.wait(lambda: words in self.text, words)

    def exit(self) -> int:
        self.wait(self._ended, "the end of the program")
        assert self.status is not None
        return self.status

    def leave(self, keys: str = "q") -> float:
        """Press keys that end the program and return the seconds until it is gone."""
        self.since = time.perf_counter()
        self.press(keys)
        end = time.monotonic() + LIMIT
        while not self._ended():
            self._read(0.002)
            assert time.monotonic() < end, f"it does not end\n{self.text}"
        return time.perf_counter() - self.since

    def _ended(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                self._read(0.0)
        return self.status is not None

    def wait(self, true: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + LIMIT
        while not true():
            self._read(0.05)
            assert time.monotonic() < end, f"never came: {what}\n{self.text}"

    def _read(self, seconds: float) -> None:
        if self._fd < 0:
            time.sleep(seconds)
            return
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


_MODES = (7, 1049, 1000, 1002, 1003, 1005, 1006, 1015, 1016, 1004, 2004, 2026, 2027, 2031, 2048)
"""Private modes of a terminal: screen, mouse, focus, paste, batches, colors, sizes; 7 is wrap."""


def unclean(terminal: Terminal) -> list[str]:
    """Return what is not as it was: modes that were switched and not switched back."""
    raw, left = bytes(terminal.raw), []
    for mode in _MODES:
        on, off = raw.rfind(b"\x1b[?%dh" % mode), raw.rfind(b"\x1b[?%dl" % mode)
        # Wrapping is the one that is on in a terminal that nobody has touched.
        if (off > on) if mode == 7 else (on > off):
            left.append(f"mode {mode}")
    if raw.rfind(b"\x1b[?25l") > raw.rfind(b"\x1b[?25h"):
        left.append("hidden cursor")
    # What the keyboard reports is a stack: each `>` wants its `<`.
    if len(re.findall(rb"\x1b\[>\d+u", raw)) != raw.count(b"\x1b[<u"):
        left.append("keyboard protocol")
    if re.findall(rb"\x1b\[(\d*) q", raw)[-1:] not in ([], [b""], [b"0"]):
        left.append("shape of the cursor")
    if re.findall(rb"\x1b\[([\d;]*)m", raw)[-1:] not in ([], [b""], [b"0"]):
        left.append("color")
    if terminal.after() != terminal.before:
        left.append("termios")
    return left


def is_clean(terminal: Terminal) -> bool:
    """Whether every mode that was switched on was switched off again, and nothing is left raw."""
    return unclean(terminal) == []
