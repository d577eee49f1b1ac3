"""Deliver key events one at a time, after the previous handler has finished."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

MAX_WAIT = 5.0
"""Seconds after which a key is delivered even if the previous one is still being handled."""


class KeyQueue:
    """A queue of key and paste events.

    Over a slow connection, several keys arrive in one read. Textual would deliver all of them to
    the current focus, although the first may open the field or page for which the others are
    intended. `handle` is the app's event handler.
    """

    def __init__(self, app: App[Any], handle: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._handle = handle
        self._waiting: deque[events.Event] = deque()
        self._task: asyncio.Task[None] | None = None

    async def put(self, event: events.Event) -> None:
        """Handle an event immediately, or after the previous ones."""
        if self._task is not None:
            self._waiting.append(event)
            return
        self._task = asyncio.create_task(self._deliver())
        await self._handle(event)

    async def _deliver(self) -> None:
        try:
            while self._app.is_running:
                with suppress(TimeoutError):
                    async with asyncio.timeout(MAX_WAIT):
                        await self._previous_handled()
                if not self._waiting:
                    break
                self._app.call_later(self._handle, self._waiting.popleft())
        finally:
            self._task = None

    async def _previous_handled(self) -> None:
        """Wait until the last event, and the messages that it caused, have been handled.

        An event and then its messages bubble from the focus up to the app. Both have been handled
        after following that path twice without a change of screen or focus.
        """
        await _drain(self._app)
        unchanged = 0
        while unchanged < 2 and self._app.screen_stack:
            screen, focused = self._app.screen, self._app.focused
            for node in (focused or screen).ancestors_with_self:
                await _drain(node)
            is_same = self._app.screen_stack[-1:] == [screen] and self._app.focused is focused
            unchanged = unchanged + 1 if is_same else 0


async def _drain(node: MessagePump) -> None:
    """Wait until a node has handled its current messages, unless it is closing."""
    drained = asyncio.get_running_loop().create_future()
    if node.call_later(_resolve, drained):
        await drained


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
