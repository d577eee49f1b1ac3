"""Handling of signals that end the program: a clean exit first, a forced one after a timeout."""

import _thread
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from beatpass_tui import exit_codes
from beatpass_tui.instant_paint import painter

GRACE = 2.0
"""Seconds until a clean exit becomes a forced one."""

_REPEAT = 0.25
"""Seconds for which further signals are ignored; closing a terminal window sends several."""

_ENDING = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM")


class _State:
    number: int | None = None
    """The first signal received."""
    at: float = 0.0
    """Monotonic time of the first signal."""
    begin: Callable[[int], None] | None = None
    restore: Callable[[], None] | None = None


_state: _State | None = None
"""None outside of `handle`."""


@contextmanager
def handle() -> Iterator[None]:
    """Exit on SIGTERM, SIGHUP and SIGQUIT as on Ctrl+C, or as set by `on_exit`.

    Ignored signals remain ignored. The previous handlers are restored at the end.
    """
    global _state
    # Textual sets more handlers than these.
    previous = {number: signal.getsignal(number) for number in signal.valid_signals()}
    try:
        for number in _handled():
            # asyncio replaces only Python's default handler of SIGINT. Started without arguments,
            # the program has handlers from its first moment on.
            if number != signal.SIGINT and signal.getsignal(number) is not painter.end:
                signal.signal(number, _receive)
    except ValueError:
        # Only the main thread can set handlers.
        previous.clear()
    _state = _State()
    try:
        yield
    finally:
        _state = None
        for number, handler in previous.items():
            if handler is not None and handler is not signal.getsignal(number):
                signal.signal(number, handler)


def on_exit(begin: Callable[[int], None], restore: Callable[[], None]) -> None:
    """Set how signals, including SIGINT, end the program until `handle` ends.

    `begin` starts a clean exit with an exit code; it is called in a signal handler and must
    neither block nor raise. `restore` resets the terminal before a forced exit, in any thread.
    """
    if _state is not None:
        _state.begin, _state.restore = begin, restore
        for number in _handled():
            signal.signal(number, _receive)


def exit_status() -> int | None:
    """Return the exit code for the first signal received; None without a signal."""
    if _state is None or _state.number is None:
        return None
    return exit_codes.BY_SIGNAL + _state.number


def _handled() -> list[int]:
    numbers = (getattr(signal, name, None) for name in _ENDING)
    return [
        number
        for number in numbers
        if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None)
    ]


def _receive(number: int, frame: FrameType | None) -> None:
    state = _state
    if state is None:
        return
    if state.number is not None:
        if time.monotonic() - state.at > _REPEAT:
            _force_exit(state)
        return
    state.number, state.at = number, time.monotonic()
    # threading.Thread takes locks that the interrupted code may hold.
    _thread.start_new_thread(_force_exit_later, (state,))
    if state.begin is not None:
        state.begin(exit_codes.BY_SIGNAL + number)
        return
    interrupt = signal.getsignal(signal.SIGINT)
    if not callable(interrupt):
        raise KeyboardInterrupt
    interrupt(signal.SIGINT, frame)


def _force_exit_later(state: _State) -> None:
    time.sleep(GRACE)
    if state is _state:
        _force_exit(state)


def _force_exit(state: _State) -> None:
    if state.restore is not None:
        state.restore()
    os._exit(exit_codes.BY_SIGNAL + (state.number or 0))
