"""Browser, clipboard and files of the user; results are shown in the status line."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rich.cells import cell_len
from textual.app import App, SuspendNotSupported

from beatpass_tui.errors import BeatPassError
from beatpass_tui.models.links import allowed_url, match_url
from beatpass_tui.runtime import programs
from beatpass_tui.runtime.browser import RunInTerminal
from beatpass_tui.runtime.clipboard import Result
from beatpass_tui.view_models.cards import Severity

if TYPE_CHECKING:
    from beatpass_tui.exports.files import ExportFile

_STATUS_MARGIN = 2
"""Columns of the status line that have no text."""

OpenURL = Callable[[str, RunInTerminal], Awaitable[bool]]
"""Open a URL and return whether a browser did."""

CopyText = Callable[[str, Callable[[str], None]], Awaitable[Result]]
"""Copy a text with a program, or by control codes to the terminal."""


class ShowMessage(Protocol):
    """Show a message in the status line."""

    def __call__(self, text: str, severity: Severity = ..., /) -> None: ...


class Desktop:
    """Opens addresses, copies text, and saves exports to `folder`."""

    def __init__(
        self,
        app: App[Any],
        show_message: ShowMessage,
        open_url: OpenURL,
        copy_text: CopyText,
        folder: Path,
    ) -> None:
        self._app = app
        self._show_message = show_message
        self._open_url = open_url
        self._copy_text = copy_text
        self._folder = folder

    async def browse(self, address: str, *, is_match: bool = False) -> None:
        """Open an address in the browser, or copy it if no browser opens it.

        An Audio Recon match may be on another service.
        """
        check = match_url if is_match else allowed_url
        if check(address) is None:
            self._show_message("Not opened: that is not a BeatPass address", Severity.WARNING)
            return
        self._show_message(f"Opening {address}")
        if not await self._open_url(address, self._run_in_terminal):
            # The address comes first, since a narrow window cuts the rest.
            begin = f"No browser · {address}"
            await self._copy(
                address,
                f"{begin} · copied",
                (f"{begin} · sent to the terminal's clipboard", f"{begin} · sent"),
            )

    async def copy(self, text: str, name: str, *, is_shown: bool = True) -> None:
        """Copy a text, or show it to be selected where it can't be copied.

        Messages contain its `name`, and the text if `is_shown`.
        """
        shown = f": {' '.join(text.split())}" if is_shown else ""
        sent = (
            f"Sent {name} to the terminal's clipboard{shown}",
            f"Sent to the terminal{shown}",
            "Sent to the terminal's clipboard",
        )
        await self._copy(text, f"Copied {name}{shown}", sent)

    async def _copy(self, text: str, copied: str, sent: Sequence[str]) -> None:
        """Copy a text and show the first message that fits the result, or show the text.

        `sent` has messages by length, of which one fits or the text must be visible as a whole.
        """
        result = await self._copy_text(text, self._write)
        if result is Result.COPIED:
            self._show_message(copied)
            return
        room = self._app.size.width - _STATUS_MARGIN
        fitting = [message for message in sent if cell_len(message) <= room]
        if result is Result.SENT and fitting:
            self._show_message(fitting[0])
            return
        from beatpass_tui.screens.selectable_text import SelectableText

        await self._app.push_screen(SelectableText(text, is_sent=result is Result.SENT))

    async def save(
        self, export: "ExportFile", file_format: str, now: datetime, *, csv_bom: bool
    ) -> None:
        """Save rows as "csv" or "json" under the name of their page and of today."""
        from beatpass_tui.exports import files

        save = partial(files.save, csv_bom=csv_bom)
        try:
            path = await asyncio.to_thread(save, export, file_format, self._folder, now)
        except BeatPassError as error:
            self._show_message(error.message, Severity.WARNING)
        else:
            self._show_message(files.saved_message(export, path))

    def _write(self, codes: str) -> None:
        if self._app._driver is not None:
            self._app._driver.write(codes)

    def _run_in_terminal(self, command: Sequence[str]) -> int:
        """Run a program in place of the dashboard, which is drawn again afterwards."""
        try:
            with self._app.suspend():
                return programs.run_in_terminal(command)
        except SuspendNotSupported:
            return programs.CANNOT_START
