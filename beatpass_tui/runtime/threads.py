"""Threads for what may block; nobody waits for one that looks up a name."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class Executor(ThreadPoolExecutor):
    """The usual pool, but a name server that does not answer keeps no process alive.

    Work on files is still waited for at the end, so that none of it is left half done.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        """Have something done in a thread, a lookup in one of its own."""
        if fn is not socket.getaddrinfo:
            return super().submit(fn, *args, **kwargs)
        found: Future[Any] = Future()

        def look_up() -> None:
            if not found.set_running_or_notify_cancel():
                return
            try:
                answer = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001
                # As the pool does: it is raised where the answer is awaited.
                found.set_exception(error)
            else:
                found.set_result(answer)

        threading.Thread(target=look_up, name="lookup", daemon=True).start()
        return found


def abandon() -> None:
    """Have the event loop that runs wait for no lookup at its end; for before its first one."""
    asyncio.get_running_loop().set_default_executor(Executor(thread_name_prefix="work"))
