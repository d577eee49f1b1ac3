"""The terminal as Textual drives it, and what terminals do besides: vanish, stop and go on."""

from __future__ import annotations

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

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from beatpass_tui import exit_codes
from beatpass_tui.runtime import signals

MODES = (1000, 1003, 1015, 1006, 1016, 2004, 1004, 2048, 2026)
"""What Textual switches on in terminals that know it, by the numbers of its private modes."""

_RESTORE = (
    # Ends a sequence that was cut off in its middle.
    "\x1b\\"
    + "".join(f"\x1b[?{mode}l" for mode in MODES)
    + "\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h\x1b[0m"
)
_TICK = 0.1
"""Seconds after which a lone escape is the key and not the beginning of something longer."""


class Output:
    """The file that the screen is written to; it never fails, but tells when nobody reads it."""

    def __init__(self, file: TextIO, lost: Callable[[], None]) -> None:
        self._fd = file.fileno()
        self._encoding = file.encoding
        self._lost = lost
        self._waiting: list[str] = []

    def fileno(self) -> int:
        """Return the number of the file."""
        return self._fd

    def write(self, text: str) -> None:
        """Have a text written at the next flush."""
        self._waiting.append(text)

    def flush(self) -> None:
        """Write what waits, for as long as that takes."""
        left = memoryview("".join(self._waiting).encode(self._encoding, "replace"))
        self._waiting.clear()
        while left:
            try:
                left = left[os.write(self._fd, left) :]
            except BlockingIOError:
                # Another program has left the terminal like that.
                select.select([], [self._fd], [])
            except OSError:
                self._lost()
                return


class Driver(LinuxDriver):
    """Draws on standard output, whatever standard error is, and ends well in every way.

    The signals only ask for things here; they are done by the event loop, between two others.
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
            # Of the first frame; COLUMNS would be taken for it.
            self._size = self._get_terminal_size()
        self._drawing = False
        self._wakers: tuple[int, int] | None = None
        signals.on_exit(self._leave, self.restore)

    # The end

    def _leave(self, status: int) -> None:
        self._soon(partial(self._app.exit, return_code=status))

    def _lost(self) -> None:
        """End as a terminal that hangs up would have it, where no signal came of that."""
        self._leave(exit_codes.BY_SIGNAL + signal.SIGHUP)

    def restore(self) -> None:
        """Give the terminal back at once, from any thread, and never wait for it."""
        if not self._drawing:
            return
        with suppress(OSError, termios.error):
            if self.attrs_before is not None:
                # A process in the background would be stopped by this.
                signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
            fd = self._file.fileno()
            if select.select([], [fd], [], 0)[1]:
                os.write(fd, _RESTORE.encode())

    def _soon(self, do: Callable[[], object]) -> None:
        # The loop may be closed by now, and then the program ends anyway.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(do)

    # To stop and to go on

    def _sigtstp_application(self, *_: int | FrameType | None) -> None:
        self._soon(self._stop)

    def _sigcont_application(self, *_: int | FrameType | None) -> None:
        self._soon(self._go_on)

    def _stop(self) -> None:
        if self._drawing:
            self.suspend_application_mode()
        os.kill(os.getpid(), signal.SIGSTOP)

    def _go_on(self) -> None:
        """Draw everything anew: the terminal was another program's for a while."""
        if self._app._exit:
            return
        if self._drawing:
            self.suspend_application_mode()
        self.resume_application_mode()
        self._app.refresh(layout=True)

    # Application mode

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return columns and rows as the terminal has them; COLUMNS may be of another time."""
        with suppress(OSError):
            width, height = os.get_terminal_size(self._file.fileno())
            if width and height:
                return width, height
        return super()._get_terminal_size()

    def start_application_mode(self) -> None:
        """Start to draw and to read keys, unless that is not allowed at the moment."""
        self._wakers = os.pipe()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._drawing = self._key_thread is not None and self._key_thread.is_alive()

    def stop_application_mode(self) -> None:
        """Give the terminal back, if it is ours."""
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
        """Read no more keys, without waiting for the next one."""
        if self._drawing and self._wakers is not None:
            os.write(self._wakers[1], b"\0")
            super().disable_input()

    def run_input_thread(self) -> None:
        """Read keys until there are to be no more, or nobody is there to press them."""
        assert self._wakers is not None
        waker = self._wakers[0]
        parser = XTermParser(self._debug)
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
                for message in parser.feed(decode(data)):
                    self.process_message(message)
            for message in parser.tick():
                self.process_message(message)
