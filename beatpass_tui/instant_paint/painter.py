"""Shows the kept frame, and gives the terminal back if the program ends before it takes over."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os
import sys
import time

from beatpass_tui.exit_codes import BY_SIGNAL
from beatpass_tui.instant_paint import frame

if sys.platform != "win32":
    import fcntl
    import termios

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

ALTERNATE_SCREEN = "\x1b[?1049h"

_BEFORE = ALTERNATE_SCREEN.encode() + b"\x1b[?25l\x1b[?7l\x1b[?2026h"
_AFTER = b"\x1b[?2026l"
_RESTORE = b"\x1b\\\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?1049l\x1b[?25h"
"""Ends an incomplete sequence first."""

_TRIES, _PAUSE = 200, 0.005
"""How often, and after how many seconds, a terminal is tried again that reads nothing."""

_IFLAG, _LFLAG, _CHARACTERS = 0, 3, 6


class Painted:
    """A frame on the terminal."""

    def __init__(self, size: tuple[int, int], content: bytes, modes: list[Any]) -> None:
        self.size = size
        """Columns and rows."""
        self.content = content
        """The content of the file."""
        self.modes = modes
        """The modes of the terminal before."""
        self.typed = 0
        """Number of bytes that were typed before, in which Enter is a line feed."""
        self.is_visible = False


painted: Painted | None = None
"""The frame on the terminal, until the program takes over or the terminal is given back."""


def catch_signals() -> None:
    """Let signals end the program until the app has its own handlers.

    Otherwise, ctrl+c would raise an exception, which Python drops during some imports.
    """
    for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"):
        number = getattr(_signal, name, None)
        # Ignored signals remain ignored.
        if number is not None and _signal.getsignal(number) is not _signal.SIG_IGN:
            _signal.signal(number, end)


def paint() -> None:
    """Show the kept frame if there is one for this start; otherwise change nothing."""
    global painted
    if sys.platform == "win32" or sys.stdin is None or sys.stdout is None:
        return
    if os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        return
    try:
        if not _is_own_terminal():
            return
        columns, rows = os.get_terminal_size(1)
        content = frame.load((columns, rows))
        lines = None if content is None else frame.rows_at(content, time.time())
        if content is None or lines is None:
            return
        modes = termios.tcgetattr(0)
    except (OSError, termios.error):
        return
    painted = Painted((columns, rows), content, modes)
    _signal.signal(_signal.SIGTSTP, _suspend)
    try:
        termios.tcsetattr(0, termios.TCSANOW, _drawing_modes(modes))
        painted.typed = bytes_typed(0)
        frame_rows = b"".join(map(b"\x1b[%d;1H%b".__mod__, enumerate(lines, 1)))
        painted.is_visible = True
        _write(_BEFORE + frame_rows + _AFTER)
    except (OSError, termios.error):
        leave()


def leave() -> None:
    """Give the terminal back as it was found, if it shows the kept frame."""
    global painted
    if sys.platform == "win32" or painted is None:
        return
    # This signal would stop a background process.
    blocked = _signal.pthread_sigmask(_signal.SIG_BLOCK, [_signal.SIGTTOU])
    try:
        termios.tcsetattr(0, termios.TCSANOW, painted.modes)
        if painted.is_visible:
            _write_soon(_RESTORE)
    except (OSError, termios.error):
        pass
    # Not earlier: another signal may interrupt this.
    painted = None
    _signal.pthread_sigmask(_signal.SIG_SETMASK, blocked)


def take_over() -> Painted | None:
    """Return the frame on the terminal, which the caller gives back from now on."""
    global painted
    taken, painted = painted, None
    return taken


def bytes_typed(descriptor: int) -> int:
    """Return the number of bytes that wait to be read; in line mode, of complete lines."""
    count = fcntl.ioctl(descriptor, termios.FIONREAD, bytes(4))
    return int.from_bytes(count, sys.byteorder)


def _is_own_terminal() -> bool:
    """Return whether input and output are one terminal, with this process in the foreground."""
    return (
        os.isatty(0)
        and os.isatty(1)
        and os.fstat(0).st_rdev == os.fstat(1).st_rdev
        and os.tcgetpgrp(0) == os.getpgrp()
    )


def _drawing_modes(modes: list[Any]) -> list[Any]:
    """Return the modes in which Textual draws, except that keys still send signals."""
    changed = modes.copy()
    changed[_LFLAG] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    changed[_IFLAG] &= ~(
        termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR
    )
    changed[_CHARACTERS] = characters = modes[_CHARACTERS].copy()
    characters[termios.VMIN] = 1
    # The key that suspends waits for the program.
    characters[termios.VSUSP] = b"\0"
    return changed


def _write(data: bytes) -> None:
    remaining = memoryview(data)
    while remaining:
        remaining = remaining[os.write(1, remaining) :]


def _write_soon(data: bytes) -> None:
    """Write to a terminal that may not have read the frame yet, or never will."""
    os.set_blocking(1, False)
    try:
        for _ in range(_TRIES):
            try:
                data = data[os.write(1, data) :]
            except BlockingIOError:
                time.sleep(_PAUSE)
            if not data:
                break
    finally:
        os.set_blocking(1, True)


def end(number: int, _: object) -> None:
    """Handle a signal: give the terminal back and end at once."""
    leave()
    # The module may be half imported.
    hooks = getattr(sys.modules.get("beatpass_tui.runtime.excepthooks"), "HOOKS", None)
    if hooks is not None and hooks.failures:
        # Sent by a thread that has failed.
        raise KeyboardInterrupt
    os._exit(BY_SIGNAL + number)


def _suspend(*_: object) -> None:
    leave()
    os.kill(os.getpid(), _signal.SIGSTOP)
