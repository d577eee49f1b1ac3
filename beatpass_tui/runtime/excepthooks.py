"""Exceptions that nobody caught, in whatever thread: never printed, and not lost either."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Coroutine, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")

_MOST = 20

Listener = Callable[[BaseException], None]
Teller = Callable[[Sequence[BaseException]], object]
Handler = Callable[["asyncio.AbstractEventLoop", dict[str, Any]], None]


class UncaughtError(Exception):
    """Something failed of which no exception is left; `places` are its frames as file:line."""

    def __init__(self, kind: str, places: Sequence[str]) -> None:
        super().__init__(kind)
        self.kind = kind
        self.places = tuple(places)


def lost(told: object) -> UncaughtError:
    """Return what Rich was to print of a failure in a thread, without its words and values."""
    stacks = getattr(getattr(told, "trace", None), "stacks", ())
    places = [f"{at.filename}:{at.lineno} in {at.name}" for each in stacks for at in each.frames]
    return UncaughtError(" from ".join(str(each.exc_type) for each in stacks) or "a panic", places)


class ExceptionHooks:
    """Where the exceptions go that nobody caught.

    `failures` end the program. `notes` do not, since nothing waits for what failed; they are
    for the report of a failure that comes later.
    """

    def __init__(self) -> None:
        self._tell: Teller | None = None
        self.failures: list[BaseException] = []
        self.notes: list[BaseException] = []
        self.listener: Listener | None = None
        """Who ends the program when a thread fails; without one the main thread is stopped."""

    def install(self, tell: Teller) -> None:
        """Take the place of the hooks of this process that would print a traceback.

        `tell` is given the failures at the end of a program that an exception ends.
        """
        self._tell = tell
        sys.excepthook = self.at_the_end
        threading.excepthook = self.in_a_thread
        sys.unraisablehook = self.unraisable

    def at_the_end(
        self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        """Report what ends the program; of an interrupt the status says enough."""
        del kind, traceback
        if not isinstance(error, KeyboardInterrupt):
            self.failures.append(error)
        failures = self.take()
        if failures and self._tell is not None:
            self._tell(failures)

    def take(self) -> list[BaseException]:
        """Return the failures that were not taken yet."""
        failures, self.failures = self.failures, []
        return failures

    def in_a_thread(self, args: threading.ExceptHookArgs) -> None:
        """End the program: whoever waits for that thread would wait for ever."""
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            self.fail(args.exc_value)

    def unraisable(self, args: sys.UnraisableHookArgs) -> None:
        """Take note of what went wrong where nothing can be raised."""
        if args.exc_value is not None:
            self.note(args.exc_value)

    def in_a_loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take note of what an event loop met; a callback that failed ends the program."""
        del loop
        error = context.get("exception")
        if isinstance(error, BaseException):
            (self.fail if "handle" in context else self.note)(error)

    def note(self, error: BaseException) -> None:
        """Keep an exception for a report that may come."""
        if len(self.notes) < _MOST:
            self.notes.append(error)

    def fail(self, error: BaseException) -> None:
        """End the program because of an exception, from any thread."""
        if self.listener is not None:
            self.listener(error)
        elif len(self.failures) < _MOST:
            self.failures.append(error)
            _stop_main()


HOOKS = ExceptionHooks()
"""The one of this process."""


def attach(loop: asyncio.AbstractEventLoop, handler: Handler) -> None:
    """Have `handler` told what a loop meets, which would print it with the values at hand."""
    loop.set_exception_handler(handler)
    # Its warnings on slow callbacks have their arguments in them.
    loop.set_debug(False)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine in an event loop that prints nothing by itself."""
    import asyncio

    async def watched() -> T:
        attach(asyncio.get_running_loop(), HOOKS.in_a_loop)
        return await work

    return asyncio.run(watched())


def _stop_main() -> None:
    import signal

    main = threading.main_thread().ident
    if sys.platform == "win32" or main is None:
        import _thread

        _thread.interrupt_main()
    else:
        # To that thread alone, so that it wakes up from whatever it waits for.
        signal.pthread_kill(main, signal.SIGINT)
