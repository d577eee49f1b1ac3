"""Daemon threads for calls that may hang, so that quitting never waits for them."""

import asyncio
import socket
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from beatpass_tui.runtime.excepthooks import HOOKS

P = ParamSpec("P")
T = TypeVar("T")


class DaemonExecutor(Executor):
    """Run calls one at a time in a daemon thread, which ends when no calls are left.

    A call that hangs delays the calls after it, but never the end of the process.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._calls: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Schedule a call after those already submitted; after `close`, it is canceled."""
        return self._schedule(partial(fn, *args, **kwargs))

    def post(self, fn: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
        """Schedule a call whose result is not used; an exception ends the program."""
        self.submit(fn, *args, **kwargs).add_done_callback(_fail)

    async def run(
        self,
        fn: Callable[[], T],
        *,
        timeout: float | None = None,  # noqa: ASYNC109
        undo: Callable[[], object] | None = None,
        required: bool = False,
    ) -> T:
        """Return the result of a call; raises TimeoutError after `timeout` seconds.

        After a timeout or cancellation, a call that has not started is dropped unless `required`.
        A call that has started and still succeeds is followed by `undo`, before any other call.
        """
        future = self._schedule(fn, required=required)
        try:
            async with asyncio.timeout(timeout):
                return await asyncio.wrap_future(future)
        except (TimeoutError, asyncio.CancelledError):
            if undo is not None:
                future.add_done_callback(partial(self._undo, undo))
            raise

    def close(self, timeout: float) -> None:
        """Cancel calls submitted from now on; wait up to `timeout` seconds for earlier ones."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None:
            thread.join(timeout)

    def _undo(self, undo: Callable[[], object], future: Future[Any]) -> None:
        if not future.cancelled() and future.exception() is None:
            self._schedule(undo, first=True)

    def _schedule(
        self, call: Callable[[], T], *, first: bool = False, required: bool = False
    ) -> Future[T]:
        future: Future[T] = Future()
        with self._lock:
            if self._closed and not first:
                future.cancel()
                return future
            if required:
                # A future that is marked as running can't be canceled.
                future.set_running_or_notify_cancel()
            self._calls.insert(0 if first else len(self._calls), (future, call))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
        return future

    def _next(self) -> tuple[Future[Any], Callable[[], Any]] | None:
        with self._lock:
            if self._calls:
                return self._calls.popleft()
            self._thread = None
            return None

    def _work(self) -> None:
        while (item := self._next()) is not None:
            future, call = item
            if not (future.running() or future.set_running_or_notify_cancel()):
                continue
            try:
                result = call()
            except BaseException as error:  # noqa: BLE001
                # Raised where the result is awaited, as with ThreadPoolExecutor.
                future.set_exception(error)
            else:
                future.set_result(result)


def _fail(future: Future[Any]) -> None:
    error = None if future.cancelled() else future.exception()
    if error is not None:
        HOOKS.fail(error)


class _DefaultExecutor(ThreadPoolExecutor):
    """A thread pool that runs each name lookup in its own daemon thread.

    File operations are still completed before the program ends.
    """

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:  # noqa: ANN401
        if fn is socket.getaddrinfo:
            return DaemonExecutor("lookup").submit(fn, *args, **kwargs)
        return super().submit(fn, *args, **kwargs)


def use_daemon_lookups() -> None:
    """Make the running event loop resolve host names in daemon threads."""
    asyncio.get_running_loop().set_default_executor(_DefaultExecutor(thread_name_prefix="work"))
