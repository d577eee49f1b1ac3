"""How far something long has come: one row of standard error that is drawn over and over."""

from __future__ import annotations

import os
import sys

from beatpass_tui import formatting

_CELLS = 16
_WIDTH = 79


class ProgressBar:
    """A bar for people at a terminal; elsewhere nothing is drawn."""

    def __init__(self, words: str) -> None:
        self._words = words
        stream = sys.stderr
        self._drawn = False
        self._at_terminal = (
            stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
        )
        encoding = getattr(stream, "encoding", None) or "ascii"
        self._plain = not encoding.lower().startswith("utf")

    def show(self, done: int, total: int | None) -> None:
        """Draw that so many of `total` are done; None where that is not known."""
        if not self._at_terminal:
            return
        bar, of = "", ""
        if total:
            bar = f"{formatting.bar(min(done, total), total, _CELLS)}  "
            of = f" of {formatting.count(total)}"
            if self._plain:
                bar = bar.translate({ord("━"): "#", ord("╺"): "-", ord("─"): "-"})
        row = f"{self._words}  {bar}{formatting.count(done)}{of}"[:_WIDTH]
        self._write(f"\r\x1b[K{row}")
        self._drawn = True

    def end(self) -> None:
        """Take the row away."""
        if self._drawn:
            self._write("\r\x1b[K")
            self._drawn = False

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
