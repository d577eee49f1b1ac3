"""A Textual app that exits without a traceback after an uncaught exception."""

import asyncio
from contextlib import suppress

from textual.app import App
from textual.worker import WorkerFailed

from beatpass_tui import exit_codes
from beatpass_tui.runtime.excepthooks import HOOKS
from beatpass_tui.runtime.layout import lay_out_once
from beatpass_tui.runtime.strips import draw_lines_in_less_memory
from beatpass_tui.runtime.styles_cache import share_background_styles
from beatpass_tui.runtime.stylesheet import CachedStylesheet


class SafeApp(App[None]):
    """An app whose uncaught exceptions go to HOOKS.

    Textual would print them with local variables, which may contain a token.
    """

    shows_cursor = False
    """Whether the terminal's cursor is visible, which screen readers follow."""

    def __init__(self) -> None:
        share_background_styles()
        lay_out_once()
        draw_lines_in_less_memory()
        super().__init__()
        self.stylesheet = CachedStylesheet(variables=self.stylesheet._variables)

    def on_load(self) -> None:
        """Keep the event loop from printing exceptions over the screen."""
        HOOKS.on_failure = self._abort
        HOOKS.watch(asyncio.get_running_loop())

    def on_unmount(self) -> None:
        """Leave later exceptions to the main thread."""
        HOOKS.on_failure = None

    def _abort(self, error: BaseException) -> None:
        # Without a running loop, the app has already ended.
        with suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._handle_exception, error)

    def _handle_exception(self, error: BaseException) -> None:
        """Exit; replaces Textual's method, which prints the exception."""
        HOOKS.add(error.error if isinstance(error, WorkerFailed) else error)
        self._return_code = exit_codes.UNEXPECTED
        if self._exception is None and isinstance(error, Exception):
            # In tests, Textual's pilot raises it again.
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()
