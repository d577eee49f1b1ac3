"""When a test's event loop has nothing left to do, told by the loop itself."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, cast

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

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


def settled(app: App[Any]) -> bool:
    """Whether the screen shows everything that it was told."""
    screen = app.screen
    return not (
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )


def put_off(screen: Screen[Any]) -> None:
    """Stand in for the drawing of a frame, which the one that is waited for takes along.

    Unless somebody watches every frame, by a method of his own in the place of `App._display`.
    """
    if screen is screen.app.screen and "_display" not in vars(screen.app):
        screen._dirty_widgets.clear()
        screen.app._update_mouse_over(screen)
    else:
        _draw(screen)


def draw(app: App[Any]) -> None:
    """Draw what was put off."""
    if app.screen._compositor._dirty_regions:
        _draw(app.screen)
