"""Terminal driver: handles a closed terminal, suspension and signals."""

import os
import select
import signal
import sys
import termios
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any, TextIO

from textual import constants
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from beatpass_tui import exit_codes
from beatpass_tui.instant_paint import painter
from beatpass_tui.runtime import signals
from beatpass_tui.runtime.excepthooks import HOOKS
from beatpass_tui.runtime.safe_app import SafeApp
from beatpass_tui.runtime.terminal_input import ESCAPE, InputFilter

MODES = (1000, 1003, 1015, 1006, 1016, 2004, 1004, 2048, 2026)
"""The terminal modes that Textual enables."""

_RESTORE = (
    # End an incomplete escape sequence.
    "\x1b\\"
    + "".join(f"\x1b[?{mode}l" for mode in MODES)
    + "\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h\x1b[0m"
)
_TICK = constants.ESCAPE_DELAY
"""Seconds without input after which an escape character is the Escape key, not a sequence."""


class Output:
    """The screen's output file; calls `lost` instead of raising errors."""

    def __init__(self, file: TextIO, lost: Callable[[], None]) -> None:
        self._fd = file.fileno()
        self._encoding = file.encoding
        self._lost = lost
        self._buffer: list[str] = []

    def fileno(self) -> int:
        return self._fd

    def write(self, text: str) -> None:
        """Buffer text until the next flush."""
        self._buffer.append(text)

    def flush(self) -> None:
        """Write the buffered text, blocking as long as necessary."""
        remaining = memoryview("".join(self._buffer).encode(self._encoding, "replace"))
        self._buffer.clear()
        while remaining:
            try:
                remaining = remaining[os.write(self._fd, remaining) :]
            except BlockingIOError:
                # Another program left the terminal in non-blocking mode.
                select.select([], [self._fd], [])
            except OSError:
                self._lost()
                return


class Driver(LinuxDriver):
    """A Linux driver that draws on standard output and always restores the terminal.

    Signal handlers only schedule callbacks in the event loop.
    """

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        assert sys.__stdout__ is not None
        self._file: Any = Output(sys.__stdout__, self._lost)
        if self._size is None:
            # For the first frame, Textual would use COLUMNS.
            self._size = self._get_terminal_size()
        self._drawing = False
        self._wakers: tuple[int, int] | None = None
        self._line_bytes = 0
        """Number of unread bytes in which Enter is a line feed."""
        signals.on_exit(self._exit, self.restore)

    def _exit(self, status: int) -> None:
        self._schedule(partial(self._app.exit, return_code=status))

    def _lost(self) -> None:
        """Exit as after SIGHUP, since a closed terminal doesn't always send it."""
        self._exit(exit_codes.BY_SIGNAL + signal.SIGHUP)

    def restore(self) -> None:
        """Restore the terminal without blocking, from any thread."""
        if not self._drawing:
            painter.leave()
            return
        with suppress(OSError, termios.error):
            if self.attrs_before is not None:
                # This signal would stop a background process.
                signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
            fd = self._file.fileno()
            if select.select([], [fd], [], 0)[1]:
                os.write(fd, _RESTORE.encode())

    def _schedule(self, callback: Callable[[], object]) -> None:
        # If the loop is closed, the program is exiting anyway.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(callback)

    def _sigtstp_application(self, *_: int | FrameType | None) -> None:
        self._schedule(self._suspend)

    def _sigcont_application(self, *_: int | FrameType | None) -> None:
        self._schedule(self._resume)

    def _suspend(self) -> None:
        if self._drawing:
            self.suspend_application_mode()
        os.kill(os.getpid(), signal.SIGSTOP)

    def _resume(self) -> None:
        """Redraw everything, since another program may have used the terminal."""
        if self._app._exit:
            return
        if self._drawing:
            self.suspend_application_mode()
        self.resume_application_mode()
        self._app.refresh(layout=True)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return the terminal's columns and rows; COLUMNS may be outdated."""
        with suppress(OSError):
            width, height = os.get_terminal_size(self._file.fileno())
            if width and height:
                return width, height
        return super()._get_terminal_size()

    def start_application_mode(self) -> None:
        """Start drawing and reading keys unless the process is in the background."""
        self._wakers = os.pipe()
        painted = painter.painted
        with suppress(OSError):
            self._line_bytes = painted.typed if painted else painter.bytes_typed(self.fileno)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if painted is not None and self._key_thread is not None:
            self.attrs_before = painted.modes
            painter.take_over()
        if isinstance(self._app, SafeApp) and self._app.shows_cursor:
            self.write("\x1b[?25h")
        self._drawing = self._key_thread is not None and self._key_thread.is_alive()

    def write(self, data: str) -> None:
        # The terminal that shows the frame of the last run has changed its screen already.
        if data != painter.ALTERNATE_SCREEN or painter.painted is None:
            super().write(data)

    def stop_application_mode(self) -> None:
        if not self._drawing:
            return
        if self._mouse_pixels:
            self.write("\x1b[?1016l")
        super().stop_application_mode()
        self._drawing = False
        if self._wakers is not None:
            for end in self._wakers:
                os.close(end)
            self._wakers = None

    def disable_input(self) -> None:
        """Stop the input thread without waiting for a key."""
        if self._drawing and self._wakers is not None:
            os.write(self._wakers[1], b"\0")
            super().disable_input()

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except BaseException as error:  # noqa: BLE001
            HOOKS.fail(error)

    def run_input_thread(self) -> None:
        """Read keys until input is disabled or the terminal is closed."""
        assert self._wakers is not None
        waker = self._wakers[0]
        parser, keys = XTermParser(self._debug), InputFilter()
        decode = getincrementaldecoder("utf-8")("replace").decode

        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno, waker], [], [], _TICK)
            if self.fileno in ready:
                try:
                    data = os.read(self.fileno, 4096)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if not data:
                    self._lost()
                    return
                lines, self._line_bytes = self._line_bytes, max(self._line_bytes - len(data), 0)
                data = data[:lines].replace(b"\n", b"\r") + data[lines:]
                parts = keys.feed(decode(data))
            else:
                parts = keys.tick()
            for part in parts:
                for message in parser.feed(part):
                    self.process_message(message)
                if part == ESCAPE:
                    # Otherwise the next part would be a key with Alt.
                    parser._timeout_time = 0.0
                    for message in parser.tick():
                        self.process_message(message)
            for message in parser.tick():
                self.process_message(message)
