"""The debug log: one line per request, without headers, bodies or secrets."""

import errno
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
from beatpass_tui.errors import RequestFailed, UsageError, WriteFailed
from beatpass_tui.runtime.redaction import scrub
from beatpass_tui.storage import files
from beatpass_tui.storage.files import display_path

_START = "# beatpass-tui "
# Without O_NONBLOCK, opening a pipe or a serial line could hang.
_FLAGS: int = os.O_RDWR | os.O_CREAT | os.O_APPEND | files.NOFOLLOW | files.NONBLOCK | files.BINARY


_PUBLISHED_CODES = {
    "ServiceUnavailable": "ServerDown",
    "CaptivePortal": "Intercepted",
    "ConnectionBlocked": "Unreachable",
    "InvalidResponse": "BadAnswer",
    "OwnerUnverified": "Unconfirmed",
    "MissingToken": "NoToken",
    "TwoFactorRequired": "TwoFactorNeeded",
    "StatusError": "Refused",
    "ValidationFailed": "Invalid",
    "Throttled": "Paused",
    "ServerError": "ServerFailed",
}
"""Published codes of error classes that have been renamed or split."""


def failure_code(error: RequestFailed) -> str:
    """Return the code and reason of an error, as written to the log."""
    name = type(error).__name__
    return f"{_PUBLISHED_CODES.get(name, name)} ({error.reason})"


@dataclass(slots=True)
class Exchange:
    """The logged data of one request."""

    method: str
    path: str
    """Path below the API's base URL."""
    params: Mapping[str, str]
    at: datetime
    seconds: float = 0.0
    """Time from the first byte sent to the last byte received, including retries and waits."""
    attempts: int = 0
    status: int | None = None
    """HTTP status of the last attempt; None without a response."""
    size: int | None = None
    """Size of the decompressed body in bytes."""
    failure: str = ""
    """Class and short reason of the error; empty on success."""


Observer = Callable[[Exchange], None]
"""Called after each request; must not raise."""

_OBSERVER: ContextVar[Observer | None] = ContextVar("observer", default=None)


def current() -> Observer | None:
    """Return the observer of this run's requests, if any."""
    return _OBSERVER.get()


@contextmanager
def written_to(
    path: str, on_error: Callable[[str], None], *, uses_terminal: bool = False
) -> Iterator[None]:
    """Log requests to a file; raises WriteFailed if it can't be opened, and UsageError.

    If the log is incomplete, `on_error` is called with a message at the end. A log can't be written
    to the terminal if the program `uses_terminal` for its screens.
    """
    if path in ("", "-"):
        raise UsageError("--debug requires the name of a file.")
    standard = files.descriptor_of(path)
    if uses_terminal and standard is not None and os.isatty(standard):
        raise UsageError("The dashboard uses the terminal; --debug requires another file.")
    log = RequestLog(files.absolute(path), lambda: datetime.now().astimezone())
    token = _OBSERVER.set(log.add)
    try:
        yield
    finally:
        _OBSERVER.reset(token)
        log.close()
        if log.problem:
            on_error(log.problem)


class RequestLog:
    """A log file in append mode that only its owner can read.

    Raises WriteFailed for symbolic links and for files that are not earlier logs. A write error
    sets `problem` to a message and ends the log.
    """

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.problem = ""
        self._path = path
        self._file: int | None = _open(path)
        system = f"Python {platform.python_version()}, {platform.system()}"
        self._write(f"{_START}{__version__}, {system}, {now().isoformat(timespec='seconds')}")

    def add(self, exchange: Exchange) -> None:
        """Log one request."""
        self._write(line(exchange))

    def close(self) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                os.close(file)

    def _write(self, text: str) -> None:
        if self._file is None:
            return
        try:
            # Unbuffered, so that no line is lost in a crash.
            os.write(self._file, f"{text}\n".encode("utf-8", "replace"))
        except OSError as error:
            self.problem = f"{display_path(self._path)} is incomplete: {files.reason(error)}."
            self.close()


def line(exchange: Exchange) -> str:
    """Return the line for one request."""
    query = f"?{urlencode(exchange.params)}" if exchange.params else ""
    return (
        f"{exchange.at.isoformat(timespec='milliseconds')} {exchange.method} "
        f"{scrub(exchange.path + query)} status={_or_dash(exchange.status)} "
        f"ms={exchange.seconds * 1000:.0f} bytes={_or_dash(exchange.size)} "
        f"retries={max(exchange.attempts - 1, 0)} failure={scrub(exchange.failure) or '-'}"
    )


def _or_dash(number: int | None) -> str:
    return "-" if number is None else str(number)


def _open(path: Path) -> int:
    if (standard := files.descriptor_of(str(path))) is not None:
        with files.reporting(path, "written", WriteFailed):
            # A copy, since closing the descriptor itself would close the file for the shell too.
            return os.dup(standard)
    if path.is_symlink():
        raise WriteFailed(f"{display_path(path)} is a symbolic link, which is not followed.")
    if path.is_dir():
        raise WriteFailed(f"{display_path(path)} is a folder; --debug needs a file.")
    if not path.parent.is_dir():
        raise WriteFailed(f"{display_path(path.parent)} is not a folder.")
    with files.reporting(path, "written", WriteFailed):
        if "\0" in str(path):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        descriptor = os.open(path, _FLAGS, 0o600)
    with suppress(OSError):
        status, start = os.fstat(descriptor), _START.encode()
        if stat.S_ISREG(status.st_mode) and (
            not status.st_size or os.read(descriptor, len(start)) == start
        ):
            return descriptor
    os.close(descriptor)
    raise WriteFailed(f"{display_path(path)} exists and is not a --debug log; it was not changed.")
