"""What is typed, handed to the app one key at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

PATIENCE = 5.0
"""Seconds after which a key is handed on even if the one before it still does something."""


class KeyQueue:
    """Hands an app each key once the one before it has done what it does.

    Over a slow line several keys come in one read. Textual gives each of them to whatever has the
    focus by then, while the first may still be on its way to opening the field or the page that
    the others are meant for. `handle` is how the app handles an event.
    """

    def __init__(self, app: App[Any], handle: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._handle = handle
        self._waiting: deque[events.Event] = deque()
        self._task: asyncio.Task[None] | None = None

    async def take(self, event: events.Event) -> None:
        """Handle a key or what was pasted, at once or in its turn."""
        if self._task is not None:
            self._waiting.append(event)
            return
        self._task = asyncio.create_task(self._hand_on())
        await self._handle(event)

    async def _hand_on(self) -> None:
        try:
            while self._app.is_running:
                with suppress(TimeoutError):
                    async with asyncio.timeout(PATIENCE):
                        await self._done()
                if not self._waiting:
                    break
                self._app.call_later(self._handle, self._waiting.popleft())
        finally:
            self._task = None

    async def _done(self) -> None:
        """Return once the last key has reached the app and its messages have, wherever they led.

        A key goes from the focus up to the app, and what it sets off goes the same way after it:
        whoever follows it twice comes behind both. Where the focus has moved, that may go on.
        """
        await _pass(self._app)
        still = 0
        while still < 2 and self._app.screen_stack:
            screen, focused = self._app.screen, self._app.focused
            for node in (focused or screen).ancestors_with_self:
                await _pass(node)
            is_there = self._app.screen is screen and self._app.focused is focused
            still = still + 1 if is_there else 0


async def _pass(node: MessagePump) -> None:
    """Return once a node has handled what has been sent to it so far, unless it is closing."""
    passed = asyncio.get_running_loop().create_future()
    if node.call_later(_resolve, passed):
        await passed


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
