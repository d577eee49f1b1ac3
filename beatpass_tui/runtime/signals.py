"""The signals that end the program: in an orderly way at first, at once when that takes long."""

from __future__ import annotations

import _thread
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NamedTuple

from beatpass_tui import exit_codes

GRACE = 2.0
"""Seconds that an orderly end may take before the process ends without one."""
_ECHO = 0.25
"""Seconds in which a second signal means no more than the first.

A window that is closed sends several, by way of its shell.
"""

_ENDING = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM")
_SET_BY_TEXTUAL = ("SIGTSTP", "SIGCONT", "SIGWINCH", "SIGTTIN", "SIGTTOU")


class Lead(NamedTuple):
    """How what runs at the moment is ended."""

    leave: Callable[[int], None]
    """Begins an orderly end with a status; called in a handler, it must neither wait nor raise."""
    restore: Callable[[], None]
    """Gives back what must not be left as it is; called from any thread, the last thing of all."""


class _Received:
    """What has come so far."""

    number: int | None = None
    at: float = 0.0
    """When that was, by a clock that only goes on."""
    lead: Lead | None = None


_received: _Received | None = None
"""None while nothing of this is heeded."""


@contextmanager
def handle() -> Iterator[None]:
    """End in an orderly way by SIGTERM, SIGHUP and SIGQUIT: as by ctrl+c, or as `on_exit` wants it.

    A signal that whoever started the program wants ignored stays ignored. The handlers that stood
    before stand again afterwards.
    """
    global _received
    before = {}
    for name in (*_ENDING, *_SET_BY_TEXTUAL):
        number = getattr(signal, name, None)
        if number is not None:
            before[number] = signal.getsignal(number)
    try:
        for number in _heedable():
            # Its own handler is what asyncio replaces while it runs.
            if number != signal.SIGINT:
                signal.signal(number, _end)
    except ValueError:
        # Outside of the main thread nobody can be interrupted.
        before.clear()
    _received = _Received()
    try:
        yield
    finally:
        _received = None
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)


def on_exit(leave: Callable[[int], None], restore: Callable[[], None]) -> None:
    """Have the signals, SIGINT among them, end what runs by `leave` until `handle` is over."""
    if _received is not None:
        _received.lead = Lead(leave, restore)
        for number in _heedable():
            signal.signal(number, _end)


def exit_status() -> int | None:
    """Return the exit status that a signal asks for, None when none has come."""
    if _received is None or _received.number is None:
        return None
    return exit_codes.BY_SIGNAL + _received.number


def _heedable() -> list[int]:
    numbers = (getattr(signal, name, None) for name in _ENDING)
    return [
        number
        for number in numbers
        if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None)
    ]


def _end(number: int, frame: FrameType | None) -> None:
    received = _received
    if received is None:
        return
    if received.number is not None:
        if time.monotonic() - received.at > _ECHO:
            _end_at_once(received)
        return
    received.number, received.at = number, time.monotonic()
    # Starting a thread in the usual way takes locks that this very thread may hold.
    _thread.start_new_thread(_give_up, (received,))
    if received.lead is not None:
        received.lead.leave(exit_codes.BY_SIGNAL + number)
        return
    interrupt = signal.getsignal(signal.SIGINT)
    if not callable(interrupt):
        raise KeyboardInterrupt
    interrupt(signal.SIGINT, frame)


def _give_up(received: _Received) -> None:
    time.sleep(GRACE)
    if received is _received:
        _end_at_once(received)


def _end_at_once(received: _Received) -> None:
    if received.lead is not None:
        received.lead.restore()
    os._exit(exit_codes.BY_SIGNAL + (received.number or 0))
