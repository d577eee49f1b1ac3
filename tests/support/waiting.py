"""Wait until an app under test has nothing left to do, without sleeping.

Textual's own waits sleep 20 ms at a time and take a process that is not scheduled for an idle one.
These ask the event loop.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar, cast

import pytest
from textual import app, pilot
from textual._context import active_app
from textual.app import App
from textual.pilot import Pilot

from beatpass_tui.session import history
from beatpass_tui.session.history import HistoryRepository
from support.speed import make_frame, visible_screens

P = ParamSpec("P")
T = TypeVar("T")

TURNS = 3
"""Turns of the loop in which no callback may be ready: a queue wakes its reader one turn late."""

_requested: set[object] = set()


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the waits of Textual's pilot, and track requests to worker threads."""
    monkeypatch.setattr(app, "wait_for_idle", _wait_for_key)
    monkeypatch.setattr(pilot, "wait_for_idle", wait_for_loop)
    monkeypatch.setattr(Pilot, "_wait_for_screen", wait_for_messages)
    monkeypatch.setattr(HistoryRepository, "run", _tracked(HistoryRepository.run))
    monkeypatch.setattr(HistoryRepository, "open", _tracked(HistoryRepository.open))
    # A busy machine may need longer than the program waits for its last writes.
    monkeypatch.setattr(history, "_CLOSE_TIMEOUT", 10.0)


async def wait_for_loop(min_sleep: float = 0.0, max_sleep: float = 0.0) -> None:
    """Return once no callback is ready; timers, threads and sockets may still be pending.

    The arguments are those of the function that it replaces.
    """
    ready = cast("deque[Any]", asyncio.get_running_loop()._ready)  # type: ignore[attr-defined]
    idle_turns = 0
    while idle_turns < TURNS:
        await asyncio.sleep(0)
        idle_turns = 0 if ready else idle_turns + 1


async def _wait_for_key(min_sleep: float = 0.0, max_sleep: float = 0.0) -> None:
    """Return once a key that the pilot pressed was handled and its frame was made."""
    await wait_for_loop()
    running = active_app.get()
    if running.is_running and not is_settled(running):
        make_frame(running)
        await wait_for_loop()


async def wait_for_messages(pilot: Pilot[Any]) -> bool:
    """Return once no widget has a message that it could handle; false if the app has failed.

    A resize, which the app delays by some milliseconds, is handled immediately.
    """
    await wait_for_loop()
    if pilot.app._resize_timer is not None:
        pilot.app._check_resize()
        await wait_for_loop()
    return not pilot.app._exception_event.is_set()


def _tracked(method: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    async def tracked(*args: P.args, **kwargs: P.kwargs) -> T:
        request = object()
        _requested.add(request)
        try:
            return await method(*args, **kwargs)
        finally:
            _requested.discard(request)

    return tracked


async def wait_for_threads() -> bool:
    """Wait for pending requests to worker threads, unless one hangs; false if there was none."""
    if not _requested:
        return False
    for _ in range(500):
        if not _requested:
            break
        await asyncio.sleep(0.001)
    return True


def is_settled(app: App[Any]) -> bool:
    """Return whether the visible screens show everything that their widgets hold."""
    return not any(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
        for screen in visible_screens(app)
    )
