"""Every request of a run, written down for whoever looks for a fault."""

from __future__ import annotations

import os
import platform
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from beatpass_tui import __version__
from beatpass_tui.errors import WriteFailed
from beatpass_tui.runtime.redaction import scrub
from beatpass_tui.storage.files import display_path

_START = "# beatpass-tui "
_FLAGS: int = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_APPEND
    | getattr(os, "O_NOFOLLOW", 0)
    # A pipe or a line that nobody answers would keep the program waiting.
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(slots=True)
class Exchange:
    """One request as far as it may be told: no header, no body, and not who asked."""

    method: str
    path: str
    """Below the address of the API."""
    params: Mapping[str, str]
    at: datetime
    seconds: float = 0.0
    """From the first byte that was sent to the last that came, retries and their waits included."""
    attempts: int = 0
    status: int | None = None
    """That of the last attempt; None without an answer."""
    size: int | None = None
    """Bytes of the body, unpacked."""
    failure: str = ""
    """The class of what it amounts to and its reason in few words; empty when all is well."""


Observer = Callable[[Exchange], None]
"""Is told of each request once it is over; it must not raise."""

_OBSERVER: ContextVar[Observer | None] = ContextVar("observer", default=None)


def current() -> Observer | None:
    """Return who is to be told of the requests of this run, if anybody."""
    return _OBSERVER.get()


@contextmanager
def written_to(given: str, complain: Callable[[str], None]) -> Iterator[None]:
    """Write the requests made meanwhile to a file; raises WriteFailed if it cannot be opened.

    `complain` is called with a sentence when the file is incomplete.
    """
    log = RequestLog(Path(given).absolute(), lambda: datetime.now().astimezone())
    token = _OBSERVER.set(log.add)
    try:
        yield
    finally:
        _OBSERVER.reset(token)
        log.close()
        if log.flaw:
            complain(log.flaw)


class RequestLog:
    """A file with a line for each request, added to what earlier runs wrote there.

    It is made readable by its owner only. Symbolic links and files that are none of ours are
    refused with WriteFailed. When a line cannot be written `flaw` says so, and no more are.
    """

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.flaw = ""
        self._words = display_path(path)
        self._file: int | None = _opened(path, self._words)
        system = f"Python {platform.python_version()}, {platform.system()}"
        self._put(f"{_START}{__version__}, {system}, {now().isoformat(timespec='seconds')}")

    def add(self, exchange: Exchange) -> None:
        """Write a line on one request."""
        self._put(line(exchange))

    def close(self) -> None:
        """Write no more."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                os.close(file)

    def _put(self, words: str) -> None:
        if self._file is None:
            return
        try:
            # At once, so that nothing is missing when the program ends badly.
            os.write(self._file, f"{words}\n".encode("utf-8", "replace"))
        except OSError as error:
            self.flaw = f"{self._words} is not complete: {_reason(error)}."
            self.close()


def line(exchange: Exchange) -> str:
    """Return the line on one request."""
    query = f"?{urlencode(exchange.params)}" if exchange.params else ""
    return (
        f"{exchange.at.isoformat(timespec='milliseconds')} {exchange.method} "
        f"{scrub(exchange.path + query)} status={_known(exchange.status)} "
        f"ms={exchange.seconds * 1000:.0f} bytes={_known(exchange.size)} "
        f"retries={max(exchange.attempts - 1, 0)} failure={scrub(exchange.failure) or '-'}"
    )


def _known(number: int | None) -> str:
    return "-" if number is None else str(number)


def _opened(path: Path, words: str) -> int:
    try:
        if path.is_symlink():
            raise WriteFailed(f"{words} is a symbolic link, which is not followed.")
        if path.is_dir():
            raise WriteFailed(f"{words} is a folder; --debug takes a file.")
        if not path.parent.is_dir():
            raise WriteFailed(f"{display_path(path.parent)} is not a folder.")
        descriptor = os.open(path, _FLAGS, 0o600)
    # Of a NUL in a name it is a ValueError.
    except (OSError, ValueError) as error:
        raise WriteFailed(f"{words} could not be written: {_reason(error)}.") from error
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode) and (not found.st_size or _is_ours(descriptor)):
        return descriptor
    os.close(descriptor)
    raise WriteFailed(f"{words} is something else than an earlier --debug file; it is left alone.")


def _is_ours(descriptor: int) -> bool:
    start = _START.encode()
    with suppress(OSError):
        return os.read(descriptor, len(start)) == start
    return False


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
