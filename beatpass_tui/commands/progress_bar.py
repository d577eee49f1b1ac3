"""A progress bar on standard error."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from beatpass_tui import formatting
from beatpass_tui.commands.output import quiet


class ProgressBar:
    """A progress bar that is drawn only on a terminal."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._is_drawn = False
        self._is_enabled = (
            not quiet()
            and sys.stderr is not None
            and sys.stderr.isatty()
            and os.environ.get("TERM") != "dumb"
        )
        encoding = getattr(sys.stderr, "encoding", None) or "ascii"
        self._is_ascii = not encoding.lower().startswith("utf")

    def show(self, done: int, total: int | None) -> None:
        """Show that `done` of `total` rows are loaded; without a total, only the number."""
        if not self._is_enabled:
            return
        text = formatting.count(done)
        if total:
            bar = formatting.bar(min(done, total), total, 16)
            if self._is_ascii:
                bar = bar.translate(str.maketrans("━╺─", "#--"))
            text = f"{bar}  {text} of {formatting.count(total)}"
        self._write(f"{self._label}  {text}"[:79])
        self._is_drawn = True

    def clear(self) -> None:
        if self._is_drawn:
            self._write("")
            self._is_drawn = False

    def _write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
