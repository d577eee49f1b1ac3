"""A thread that does one thing after another, for what may block."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")


class Worker:
    """Work in a daemon thread, in the order in which it was given.

    The work must not raise: it answers for its own errors.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._work: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    def post(self, work: Callable[[], object]) -> None:
        """Have something done, without waiting for it; after the closing nothing is."""
        if self._closed:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        self._work.put(work)

    async def ask(self, work: Callable[[], T]) -> T:
        """Have something done and return what comes of it; not after the closing."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def settle(found: T) -> None:
            if not answer.done():
                answer.set_result(found)

        def run() -> None:
            found = work()
            # The loop may be closed by the time that a slow disk answers.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, found)

        self.post(run)
        return await answer

    def close(self, wait: float) -> None:
        """Finish what was posted, as far as that takes no longer than `wait` seconds."""
        self._closed = True
        if self._thread is not None:
            self._work.put(None)
            self._thread.join(wait)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()
