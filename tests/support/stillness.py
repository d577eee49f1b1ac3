"""When an app under test has nothing left to do, told by its event loop, and its frames."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar, cast
from weakref import WeakSet

from textual._context import active_app
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from beatpass_tui.session.worker import Worker

T = TypeVar("T")
_draw = Screen._compositor_refresh

TURNS = 3
"""For how many turns of the loop nothing may be ready: a queue wakes its reader one turn late."""


async def nothing_ready(min_sleep: float = 0.0, max_sleep: float = 0.0) -> None:
    """Return once no callback is ready; what waits for a timer, a thread or a socket goes on.

    Stands in for Textual's own wait, which sleeps for 20 ms at a time and takes a process that
    the machine does not let run for one that is idle. The arguments are those of that.
    """
    del min_sleep, max_sleep
    ready = cast("deque[Any]", asyncio.get_running_loop()._ready)  # type: ignore[attr-defined]
    still = 0
    while still < TURNS:
        await asyncio.sleep(0)
        still = 0 if ready else still + 1


async def key_handled(min_sleep: float = 0.0, max_sleep: float = 0.0) -> None:
    """Return once a key has done what it does and there was a frame, as after every real key.

    Stands in for the wait after each key that the pilot presses.
    """
    del min_sleep, max_sleep
    await nothing_ready()
    app = active_app.get()
    if app.is_running and not settled(app):
        make_frame(app)
        await nothing_ready()


async def nothing_queued(pilot: Pilot[Any]) -> bool:
    """Return once no widget has a message left that it could handle; false if the app has failed.

    Stands in for the pilot's own wait for the screen, which sends a message to every widget. A
    new size, which the app holds back for some milliseconds, is handled at once.
    """
    await nothing_ready()
    if pilot.app._resize_timer is not None:
        pilot.app._check_resize()
        await nothing_ready()
    return not pilot.app._exception_event.is_set()


_asked: set[object] = set()
_ask = Worker.ask


async def ask_and_tell(worker: Worker, work: Callable[[], T]) -> T:
    """Stand in for the question to a thread, so that a test can wait for what is asked."""
    question = object()
    _asked.add(question)
    try:
        return await _ask(worker, work)
    finally:
        _asked.discard(question)


async def threads_have_answered() -> bool:
    """Wait for what was asked of a thread, unless it hangs; false if nothing was asked."""
    if not _asked:
        return False
    for _ in range(500):
        if not _asked:
            break
        await asyncio.sleep(0.001)
    return True


def _visible(app: App[Any]) -> tuple[Screen[Any], ...]:
    return (*app._background_screens, app.screen)


def settled(app: App[Any]) -> bool:
    """Whether the screen, and what can be seen behind it, shows everything that it was told."""
    return not any(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
        for screen in _visible(app)
    )


def make_frame(app: App[Any]) -> None:
    """Do what Textual does sixty times a second."""
    for screen in _visible(app):
        screen._on_timer_update()


def put_off(screen: Screen[Any]) -> None:
    """Stand in for the drawing of a frame: a test asks for the text of those that it looks at.

    Unless it watches every frame, by a method of its own in the place of `App._display`.
    """
    if screen is screen.app.screen and "_display" not in vars(screen.app):
        screen._dirty_widgets.clear()
        screen.app._update_mouse_over(screen)
    else:
        _draw(screen)


def draw(app: App[Any]) -> None:
    """Draw what was put off."""
    make_frame(app)
    if app.screen._compositor._dirty_regions:
        _draw(app.screen)


_looked_at: WeakSet[App[Any]] = WeakSet()
_shut_down = App._shutdown


def looked_at(app: App[Any]) -> None:
    """Take note that a frame of an app has been drawn for its text."""
    _looked_at.add(app)


async def draw_and_shut_down(app: App[Any]) -> None:
    """Stand in for the end of an app, which has drawn nothing yet unless it was looked at."""
    unseen = app not in _looked_at
    if unseen and app.is_running and app._exception is None and app.screen_stack:
        draw(app)
    await _shut_down(app)
