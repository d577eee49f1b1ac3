"""The kept frame: rows of Home as text for the terminal, each from the time at which it is right.

A frame belongs to one window size and is used only while nothing has changed that it depends on;
see `storage/kept_output.py`.
"""

from __future__ import annotations

import os
import time

from beatpass_tui.storage import kept_output

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_BYTES = 1 << 20

_VARIABLES = (
    "TERM", "COLORTERM", "TERM_PROGRAM", "NO_COLOR", "FORCE_COLOR", "ACCESSIBLE", "TTY_COMPATIBLE",
    "TTY_INTERACTIVE", "UNICODE_VERSION",
)  # fmt: skip
_PREFIXES = ("TEXTUAL", "PYTHON")


class Start:
    """How the program was started: what a frame depends on, except for stored files."""

    def __init__(self) -> None:
        self.folder = kept_output.folder()
        """The data folder; None if no frame is kept."""
        config = kept_output.user_folder("XDG_CONFIG_HOME", "/.config")
        if config is None:
            # The program asks the system for a home folder then.
            self.folder = None
        self._environment = [kept_output.environment(_VARIABLES, _PREFIXES)]
        for name in (f"{config}/config.toml", "/etc/localtime"):
            # Read now, since this run keeps its settings; both may be links.
            path = os.path.realpath(name)
            self._environment += (path, kept_output.status_of(path))

    @property
    def path(self) -> str:
        """The path of the frame."""
        return f"{self.folder}/{kept_output.FRAME}"

    def state(self, size: tuple[int, int]) -> bytes:
        """Return what the frame for a window of this size depends on now."""
        assert self.folder is not None
        return kept_output.state(self.folder, *self._environment, f"{size[0]}x{size[1]}")


def load(size: tuple[int, int]) -> bytes | None:
    """Return the content of the frame for a window of this size, as columns and rows."""
    start = Start()
    file = None if start.folder is None else kept_output.read(start.path, MAX_BYTES)
    return None if file is None else kept_output.unseal(start.state(size), file)


def rows_at(content: bytes, now: float) -> list[bytes] | None:
    """Return the rows that are right at a time, or None."""
    head, entries, *texts = content.split(b"\n")
    written, end, offset, height = head.split()
    if not float(written) <= now < float(end) or time.localtime(now).tm_gmtoff != int(offset):
        return None
    rows = [b""] * int(height)
    for entry in entries.split():
        start, row, text = map(int, entry.split(b":"))
        if start > now:
            break
        rows[row] = texts[text]
    return rows


def encode(
    rows: Iterable[tuple[float, int, str]],
    *,
    height: int,
    written: float,
    end: float,
    encoding: str,
) -> bytes:
    """Return the content of a file from the rows, each with its start and its place from 0.

    A row is shown from its start until the next start of a row at this place. Times are in seconds
    since the epoch.
    """
    texts: dict[str, int] = {}
    entries: Sequence[str] = [
        f"{int(start)}:{row}:{texts.setdefault(text, len(texts))}"
        for start, row, text in sorted(rows, key=lambda each: each[0])
    ]
    head = f"{written!r} {end!r} {time.localtime(written).tm_gmtoff} {height}"
    return "\n".join((head, " ".join(entries), *texts)).encode(encoding, "replace")
