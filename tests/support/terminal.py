"""Run a program in a pseudo-terminal and read its screen."""

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
import unicodedata
from collections.abc import Callable, Iterator, Sequence

import pyte
from wcwidth import wcwidth

LIMIT = 30.0
"""Seconds after which a wait fails."""

PROGRAM = [sys.executable, "-m", "beatpass_tui"]

Chunk = tuple[float, bytes]
"""Seconds since the start or the key press, and the bytes of one read."""


class _Screen(pyte.Screen):
    """A screen that passes over characters without a width, as terminals do."""

    def draw(self, data: str) -> None:
        # pyte drops the text after one that is no accent, such as a vowel of Hangul.
        drawn = (sign for sign in data if wcwidth(sign) or unicodedata.combining(sign))
        super().draw(data if data.isascii() else "".join(drawn))


class Terminal:
    """A program in a pseudo-terminal, and its screen."""

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
        self._screen = _Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.initial_modes = termios.tcgetattr(slave)
        self._slave = slave
        self._fd = master
        environ = {**os.environ, "LANG": "C.UTF-8", "PYTHONUTF8": "1", **(env or {})}
        self.since = time.perf_counter()
        # A process with threads must not fork. The first terminal that the leader of a new session
        # opens becomes its controlling terminal, so the slave is opened by name.
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
        """Return the cells of each row; the second cell of a wide character is empty."""
        rows, columns = range(self._screen.lines), range(self._screen.columns)
        return [[self._screen.buffer[row][column].data for column in columns] for row in rows]

    @property
    def foreground(self) -> int:
        """The process group that receives the signals of keys."""
        return os.tcgetpgrp(self._fd)

    def elapsed(self) -> float:
        """Return the seconds since the start of the program or the last key."""
        return time.perf_counter() - self.since

    def screen(self) -> list[list[pyte.screens.Char]]:
        """Return the cells of each row with their styles."""
        rows, columns = range(self._screen.lines), range(self._screen.columns)
        return [[self._screen.buffer[row][column] for column in columns] for row in rows]

    @property
    def text_at_cursor(self) -> str:
        """The line from the terminal's own cursor on; "" while the cursor is hidden."""
        cursor = self._screen.cursor
        return "" if cursor.hidden else self.text.split("\n")[cursor.y][cursor.x :]

    def is_cursor(self, row: int, column: int) -> bool:
        """Return whether a cell is styled unlike the next one, as the cursor of a field is."""
        line = self._screen.buffer[row]
        return bool(line[column][1:] != line[column + 1][1:])

    def modes(self) -> list[object]:
        """Return the current attributes of the terminal."""
        return termios.tcgetattr(self._slave)

    def press(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def press_byte(self, byte: int) -> None:
        """Send one byte of a key, and wait until the program has read it."""
        os.write(self._fd, bytes([byte]))
        self.wait_for_silence(0.01)
        self.wait(lambda: self._unread() == 0, "the program to read the byte")

    def press_separately(self, *keys: str) -> None:
        """Press keys one after another, each as soon as the program has read the one before."""
        for key in keys:
            self.press(key)
            # The kernel delivers keys a moment after they are written.
            self.wait_for_silence(0.02)
            self.wait(lambda: self._unread() == 0, "the program to read the key")

    def _unread(self) -> int:
        """Return the number of bytes that the program has not read."""
        count = fcntl.ioctl(self._slave, termios.FIONREAD, b"\0" * 4)
        return int.from_bytes(count, sys.byteorder)

    def send(self, number: int) -> None:
        """Send a signal to the program."""
        os.kill(self.pid, number)

    def resize(self, columns: int, rows: int) -> None:
        """Resize the window, which sends the program a signal."""
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> None:
        """Close the window and with it the terminal."""
        os.close(self._slave)
        os.close(self._fd)
        self._slave = self._fd = -1

    def wait_until_stopped(self) -> None:
        """Wait until the program is stopped, as a shell does."""

        def is_stopped() -> bool:
            pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            assert not pid or os.WIFSTOPPED(status), "the program has ended"
            return bool(pid)

        self.wait(is_stopped, "the stop")

    def clear(self) -> None:
        """Clear the screen, as another program in the window would."""
        self._screen.reset()

    def measure(self, keys: str, silence: float = 0.02) -> float:
        """Press keys and return the seconds until the last byte of their output."""
        self._read(0.0)
        self.since = time.perf_counter()
        os.write(self._fd, keys.encode())
        recorded = self.record(b"", silence)
        for _ in self.replay(recorded):
            pass
        return recorded[-1][0]

    def record(self, text: bytes, silence: float) -> list[Chunk]:
        """Return the output until `text` has come and then nothing for `silence` seconds.

        The output is not drawn yet, since that would delay later reads.
        """
        chunks: list[Chunk] = []
        received = bytearray()
        wait = LIMIT
        while select.select([self._fd], [], [], wait)[0]:
            data = os.read(self._fd, 1 << 20)
            chunks.append((time.perf_counter() - self.since, data))
            received += data
            wait = silence if text in received else LIMIT
        assert received, "no output"
        assert text in received, f"not in the output: {text!r}"
        return chunks

    def replay(self, chunks: list[Chunk]) -> Iterator[float]:
        """Draw recorded output chunk by chunk and yield the time of each."""
        for seconds, data in chunks:
            self.raw += data
            self._stream.feed(data)
            yield seconds

    def wait_for_silence(self, silence: float = 1.0) -> None:
        """Draw output until none has come for `silence` seconds."""
        while select.select([self._fd], [], [], silence)[0]:
            self._read(0.0)

    def discard(self, seconds: float) -> None:
        """Read output for some seconds without drawing it, which would take longer."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._fd], [], [], left)[0]:
                self.raw += os.read(self._fd, 1 << 20)

    def until(self, text: str) -> None:
        self.wait(lambda: text in self.text, text)

    def exit(self) -> int:
        self.wait(self._ended, "the end of the program")
        assert self.status is not None
        return self.status

    def quit(self, keys: str = "q") -> float:
        """Press keys that end the program and return the seconds until it has ended."""
        self.since = time.perf_counter()
        self.press(keys)
        end = time.monotonic() + LIMIT
        while not self._ended():
            self._read(0.002)
            assert time.monotonic() < end, f"the program does not end\n{self.text}"
        return time.perf_counter() - self.since

    def _ended(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                self._read(0.0)
        return self.status is not None

    def wait(self, condition: Callable[[], bool], expected: str) -> None:
        end = time.monotonic() + LIMIT
        while not condition():
            self._read(0.05)
            assert time.monotonic() < end, f"timed out waiting for: {expected}\n{self.text}"

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
"""Private modes: screen, mouse, focus, paste, batches, colors, sizes; 7 is line wrap."""


def unrestored_modes(terminal: Terminal) -> list[str]:
    """Return the names of modes that the program changed and did not restore."""
    raw, changed = bytes(terminal.raw), []
    for mode in _MODES:
        on, off = raw.rfind(b"\x1b[?%dh" % mode), raw.rfind(b"\x1b[?%dl" % mode)
        # Only wrapping is on by default.
        if (off > on) if mode == 7 else (on > off):
            changed.append(f"mode {mode}")
    if raw.rfind(b"\x1b[?25l") > raw.rfind(b"\x1b[?25h"):
        changed.append("hidden cursor")
    # The keyboard protocol is a stack: each `>` needs a `<`.
    if len(re.findall(rb"\x1b\[>\d+u", raw)) != raw.count(b"\x1b[<u"):
        changed.append("keyboard protocol")
    if re.findall(rb"\x1b\[(\d*) q", raw)[-1:] not in ([], [b""], [b"0"]):
        changed.append("shape of the cursor")
    if re.findall(rb"\x1b\[([\d;]*)m", raw)[-1:] not in ([], [b""], [b"0"]):
        changed.append("color")
    if terminal.modes() != terminal.initial_modes:
        changed.append("termios")
    return changed


def is_restored(terminal: Terminal) -> bool:
    """Return whether the program restored every mode that it changed."""
    return unrestored_modes(terminal) == []
