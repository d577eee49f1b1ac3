"""Crash reports: a one-line message and a redacted file.

A report contains exception types and source locations, but no messages and values, since those
may contain server text, names or tokens.
"""

import errno
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

from beatpass_tui import __version__, exit_codes
from beatpass_tui.errors import BeatPassError, WriteFailed
from beatpass_tui.models.secret import Secret
from beatpass_tui.runtime.redaction import scrub
from beatpass_tui.storage.files import data_folder, display_path
from beatpass_tui.storage.private_file import PrivateFile

MAX_REPORTS = 5
"""Number of reports that are kept in a folder."""

_LIBRARIES = ("textual", "rich", "httpx", "keyring", "platformdirs")
_MAX_ERRORS = 10
_MAX_FRAMES = 30
_MAX_CHAIN = 10

_HEADER = """\
Crash report of beatpass-tui. It contains exception types and source locations, and should
contain no token, password, number or name of yours. It was not sent anywhere.
"""


def report_failures(failures: Sequence[BaseException], notes: Sequence[BaseException] = ()) -> int:
    """Write a report, print its location, and return the exit code."""
    location = "no report could be written."
    try:
        path = _write(report(failures, notes))
        if path is not None:
            location = f"a report without secrets is in {display_path(path)}."
    # The cause of the crash may also affect this code, and Python would print both tracebacks.
    except BaseException:  # noqa: BLE001
        pass
    with suppress(OSError, ValueError):
        if sys.stderr is not None:
            sys.stderr.write(f"beatpass-tui: The program failed unexpectedly; {location}\n")
            sys.stderr.flush()
    return exit_codes.UNEXPECTED


def report(failures: Sequence[BaseException], notes: Sequence[BaseException] = ()) -> str:
    """Return the text of a report."""
    secrets = _live_secrets()
    lines = [*_HEADER.splitlines(), "", *_describe_system()]
    for title, errors in (("failure", failures), ("earlier error", notes)):
        for number, error in enumerate(errors[:_MAX_ERRORS], 1):
            lines += ["", f"{title} {number} of {len(errors)}", *_describe(error, set())]
    return "\n".join(f"{_indent(line)}{scrub(line, secrets)}" for line in [*lines, ""])


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" "))]


def _describe_system() -> Iterator[str]:
    yield f"at: {datetime.now().astimezone().isoformat(timespec='seconds')}"
    yield f"program: beatpass-tui {__version__}"
    yield f"python: {platform.python_implementation()} {platform.python_version()}"
    yield f"libraries: {', '.join(_versions())}"
    yield f"system: {platform.system()} {platform.release()} {platform.machine()}"
    yield f"terminal: {_terminal_size()}, TERM {os.environ.get('TERM')}"


def _versions() -> Iterator[str]:
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            yield f"{name} {version(name)}"


def _terminal_size() -> str:
    for stream in (1, 2, 0):
        with suppress(OSError):
            return "x".join(map(str, os.get_terminal_size(stream)))
    return "no terminal"


def _describe(error: BaseException, seen: set[int], relation: str = "") -> Iterator[str]:
    """Yield type and frames of an exception, then those of its causes."""
    if id(error) in seen or len(seen) >= _MAX_CHAIN:
        return
    seen.add(id(error))
    yield f"{relation}{_type(error)}"
    locations = [f"  {location}" for location in _locations(error.__traceback__)]
    if len(locations) > _MAX_FRAMES:
        half = _MAX_FRAMES // 2
        locations[half:-half] = [f"  ({len(locations) - 2 * half} more)"]
    yield from locations
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions[:_MAX_ERRORS]:
            yield from _describe(member, seen, "together with ")
    if error.__cause__ is not None:
        yield from _describe(error.__cause__, seen, "caused by ")
    elif error.__context__ is not None:
        yield from _describe(error.__context__, seen, "while handling ")


def _type(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    detail: str | None = None
    if isinstance(error, OSError):
        detail = errno.errorcode.get(error.errno or 0)
    elif isinstance(error, AttributeError | NameError | ImportError):
        # The name of an attribute, variable or module is part of the program.
        missing = error.name
        if isinstance(missing, str) and missing.replace(".", "_").isidentifier():
            detail = missing
    return f"{name} ({detail})" if detail else name


def _locations(traceback: TracebackType | None) -> Iterator[str]:
    for frame, line in walk_tb(traceback):
        code = frame.f_code
        yield f"{_relative(code.co_filename)}:{line} in {code.co_qualname}"


def _relative(filename: str) -> str:
    """Return a file name relative to the folder that it was imported from."""
    folders = [folder for folder in sys.path if folder and filename.startswith(folder + os.sep)]
    return filename[len(max(folders, key=len)) + 1 :] if folders else filename


def _live_secrets() -> list[str]:
    """Return every secret in memory, including objects frozen by `gc_policy`."""
    import gc

    gc.unfreeze()
    return [each.reveal() for each in gc.get_objects() if type(each) is Secret]


def _write(content: str) -> Path | None:
    """Write a private report file; return None if that is not possible."""
    # The process id distinguishes instances that crash at the same time.
    name = f"crash-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    encoded = content.encode("utf-8", "replace")
    with suppress(BeatPassError):
        file = PrivateFile(data_folder(WriteFailed), name, failure=WriteFailed, now=datetime.now)
        file.make_folder([])
        file.replace(lambda: encoded)
        _delete_old(file.path.parent, "crash-*-*-*.txt")
        return file.path
    import tempfile

    with suppress(OSError):
        descriptor, path = tempfile.mkstemp(".txt", f"beatpass-tui-{name[:-4]}-")
        with os.fdopen(descriptor, "wb") as temporary:
            temporary.write(encoded)
        _delete_old(Path(path).parent, "beatpass-tui-crash-*.txt")
        return Path(path)
    return None


def _delete_old(folder: Path, pattern: str) -> None:
    """Delete all but the newest reports, whose names start with the time."""
    with suppress(OSError):
        for path in sorted(folder.glob(pattern))[:-MAX_REPORTS]:
            with suppress(OSError):
                path.unlink()
