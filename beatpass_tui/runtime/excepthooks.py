"""Uncaught exceptions of all threads, collected for a crash report instead of printed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")

_LIMIT = 20


class ExceptionHooks:
    """The uncaught exceptions of this process.

    `failures` end the program. `notes`, on whose result nothing depends, don't; they are only added
    to the report of a later failure.
    """

    def __init__(self) -> None:
        self.failures: list[BaseException] = []
        self.notes: list[BaseException] = []
        self.on_failure: Callable[[BaseException], None] | None = None
        """Ends the program, from any thread; by default, the main thread is interrupted."""

    def install(self) -> None:
        """Replace the hooks that print tracebacks."""
        sys.excepthook = self._handle_main
        threading.excepthook = self._handle_thread
        sys.unraisablehook = self._handle_unraisable

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Replace the exception handler of an event loop, which prints values."""
        loop.set_exception_handler(self._handle_loop)
        # In debug mode, warnings about slow callbacks contain their arguments.
        loop.set_debug(False)

    def report(self) -> int:
        """Write a crash report about the failures, clear them, and return the exit code."""
        from beatpass_tui.runtime import crash_report

        failures, self.failures = self.failures, []
        return crash_report.report_failures(failures, self.notes)

    def add(self, error: BaseException) -> None:
        """Add a failure unless it was added before."""
        if len(self.failures) < _LIMIT and not any(error is known for known in self.failures):
            self.failures.append(error)

    def fail(self, error: BaseException) -> None:
        """End the program because of an exception, from any thread."""
        self.add(error)
        if self.on_failure is not None:
            self.on_failure(error)
        else:
            _interrupt_main()

    def note(self, error: BaseException) -> None:
        """Add an exception to the report of a later failure."""
        if len(self.notes) < _LIMIT:
            self.notes.append(error)

    def _handle_main(
        self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        # For Ctrl+C, the exit status is sufficient.
        if not isinstance(error, KeyboardInterrupt):
            self.add(error)
        if self.failures:
            self.report()

    def _handle_thread(self, args: threading.ExceptHookArgs) -> None:
        # A caller of the thread would wait forever, so this ends the program.
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            self.fail(args.exc_value)

    def _handle_unraisable(self, args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            self.note(args.exc_value)

    def _handle_loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            # Other code may wait for a failed callback ("handle"), but not after other errors.
            (self.fail if "handle" in context else self.note)(error)


HOOKS = ExceptionHooks()
"""The hooks of this process."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine like `asyncio.run`, in an event loop that doesn't print exceptions."""
    import asyncio

    async def watched() -> T:
        HOOKS.watch(asyncio.get_running_loop())
        return await work

    return asyncio.run(watched())


def _interrupt_main() -> None:
    import signal

    main = threading.main_thread().ident
    if sys.platform == "win32" or main is None:
        import _thread

        _thread.interrupt_main()
    else:
        # Sent to that thread, so that it wakes up from blocking calls.
        signal.pthread_kill(main, signal.SIGINT)
