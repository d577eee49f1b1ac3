"""An app that leaves without a traceback when something fails, and keeps what it was."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, cast

from textual.app import App
from textual.worker import WorkerFailed

from beatpass_tui import exit_codes
from beatpass_tui.runtime import excepthooks


class SafeApp(App[None]):
    """An app whose `failures` are told by whoever runs it, once the terminal is restored.

    Textual would print them with their local variables, a token among them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.failures: list[BaseException] = []

    def on_load(self) -> None:
        """Have the event loop print nothing over the screen."""
        excepthooks.attach(asyncio.get_running_loop(), self._met)

    def fail(self, error: BaseException) -> None:
        """Leave because of an exception that nobody caught, in whatever thread that was."""
        self._keep(error)
        # Without a loop that runs the end has come already.
        with suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._handle_exception, error)

    def panic(self, *renderables: object) -> None:
        """Leave without printing what would be a traceback of a thread of Textual's."""
        self._return_code = exit_codes.UNEXPECTED
        if not self.failures:
            self.failures += [excepthooks.lost(each) for each in renderables]
        self._close_messages_no_wait()

    def _met(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        del loop
        error = context.get("exception")
        if not isinstance(error, BaseException):
            return
        # Somebody may wait for a callback that failed; for the rest nobody does.
        (self.fail if "handle" in context else excepthooks.HOOKS.note)(error)

    def _keep(self, error: BaseException) -> None:
        if not any(known is error for known in self.failures):
            self.failures.append(error)

    def _handle_exception(self, error: BaseException) -> None:
        self._keep(error.error if isinstance(error, WorkerFailed) else error)
        # Textual passes a pilot on whatever it is given.
        super()._handle_exception(cast("Exception", error))

    def _fatal_error(self) -> None:
        """Leave without a word; what is to be said was kept."""
        self._close_messages_no_wait()
