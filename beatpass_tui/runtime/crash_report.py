"""What is told of a failure that nobody foresaw: a sentence, and a report without secrets.

The report holds types and places in the program, and neither messages nor values: those may be
the service's words, somebody's name, or a token.
"""

from __future__ import annotations

import errno
import os
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

from beatpass_tui import __version__, exit_codes
from beatpass_tui.errors import BeatPassError, WriteFailed
from beatpass_tui.models.secret import Secret
from beatpass_tui.runtime.excepthooks import UncaughtError
from beatpass_tui.runtime.redaction import scrub
from beatpass_tui.storage.files import data_folder, display_path
from beatpass_tui.storage.private_file import PrivateFile

KEPT = 5
"""How many reports lie in a folder at most."""

_LIBRARIES = ("textual", "rich", "httpx", "httpx-retries", "keyring", "platformdirs")
_MOST_ERRORS = 10
_MOST_FRAMES = 30
_DEPTH = 10
_NAMED = (AttributeError, NameError, ImportError)
"""Exceptions that know the name of what was missing, which is a name in the program."""

_SENTENCE = "beatpass-tui: The program failed unexpectedly; "
_HEAD = """\
Report of a failure of beatpass-tui. It holds types of errors and places in programs; no
token, password, number or name of yours is meant to be in it, and it was sent to nobody.
"""


def report_failures(errors: Sequence[BaseException], notes: Sequence[BaseException] = ()) -> int:
    """Write a report, say in one sentence where it lies, and return the exit status."""
    where = "no report could be written."
    try:
        path = _write(report(errors, notes))
        if path is not None:
            where = f"a report without secrets is in {display_path(path)}."
    # Whatever is wrong with the program may be wrong with this as well, and Python would print
    # both with a traceback.
    except BaseException:  # noqa: BLE001
        pass
    with suppress(OSError, ValueError):
        if sys.stderr is not None:
            sys.stderr.write(f"{_SENTENCE}{where}\n")
            sys.stderr.flush()
    return exit_codes.UNEXPECTED


def report(errors: Sequence[BaseException], notes: Sequence[BaseException] = ()) -> str:
    """Return the text of a report."""
    known = _known()
    lines = [*_HEAD.splitlines(), "", *(_hidden(line, known) for line in _machine())]
    for title, found in (("failed", errors), ("met before", notes)):
        for number, error in enumerate(found[:_MOST_ERRORS], 1):
            lines += ["", f"{title} {number} of {len(found)}"]
            lines += [_hidden(line, known) for line in _told(error, set())]
    return "\n".join([*lines, ""])


def _hidden(line: str, known: Sequence[str]) -> str:
    indent = line[: len(line) - len(line.lstrip(" "))]
    return f"{indent}{scrub(line, known)}"


def _machine() -> Iterator[str]:
    yield f"at: {datetime.now().astimezone().isoformat(timespec='seconds')}"
    yield f"program: beatpass-tui {__version__}"
    yield f"python: {platform.python_implementation()} {platform.python_version()}"
    yield f"libraries: {', '.join(_versions())}"
    yield f"system: {platform.system()} {platform.release()} {platform.machine()}"
    yield f"terminal: {_size()}, TERM {os.environ.get('TERM')}"


def _versions() -> Iterator[str]:
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            yield f"{name} {version(name)}"


def _size() -> str:
    for stream in (1, 2, 0):
        with suppress(OSError):
            return "x".join(map(str, os.get_terminal_size(stream)))
    return "no terminal"


def _told(error: BaseException, seen: set[int], why: str = "") -> Iterator[str]:
    """Yield an exception with its frames, then those that it came from."""
    if id(error) in seen or len(seen) >= _DEPTH:
        return
    seen.add(id(error))
    yield f"{why}{_kind(error)}"
    places = (
        error.places if isinstance(error, UncaughtError) else tuple(_places(error.__traceback__))
    )
    for place in _shortened(places):
        yield f"  {place}"
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions[:_MOST_ERRORS]:
            yield from _told(member, seen, "together with ")
    if error.__cause__ is not None:
        yield from _told(error.__cause__, seen, "caused by ")
    elif error.__context__ is not None:
        yield from _told(error.__context__, seen, "while handling ")


def _kind(error: BaseException) -> str:
    if isinstance(error, UncaughtError):
        return error.kind
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    name = error.name if isinstance(error, _NAMED) else None
    if isinstance(name, str) and name.replace(".", "_").isidentifier():
        return f"{kind} ({name})"
    code = errno.errorcode.get(error.errno or 0) if isinstance(error, OSError) else None
    return f"{kind} ({code})" if code else kind


def _places(traceback: TracebackType | None) -> Iterator[str]:
    for frame, line in walk_tb(traceback):
        code = frame.f_code
        yield f"{_file(code.co_filename)}:{line} in {code.co_qualname}"


def _file(name: str) -> str:
    """Return a file from the folder on that it was imported from, which is nobody's business."""
    folders = [folder for folder in sys.path if folder and name.startswith(folder + os.sep)]
    return name[len(max(folders, key=len)) + 1 :] if folders else name


def _shortened(places: Sequence[str]) -> Iterable[str]:
    if len(places) <= _MOST_FRAMES:
        return places
    half = _MOST_FRAMES // 2
    return (*places[:half], f"({len(places) - 2 * half} more)", *places[-half:])


def _known() -> tuple[str, ...]:
    """Return every secret that is alive, those among what was frozen included."""
    import gc

    gc.unfreeze()
    return tuple(each.reveal() for each in gc.get_objects() if type(each) is Secret)


def _write(words: str) -> Path | None:
    """Write a report where only its owner can read it; None where nothing can be written."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    # Two instances that fail at once are different processes.
    name = f"crash-{stamp}-{os.getpid()}.txt"
    with suppress(BeatPassError):
        folder = data_folder(WriteFailed)
        file = PrivateFile(folder, name, failure=WriteFailed, now=datetime.now)
        file.make_folder([])
        file.replace(lambda: words.encode("utf-8", "replace"))
        _tidy(folder, "crash-*-*-*.txt")
        return file.path
    import tempfile

    with suppress(OSError):
        descriptor, path = tempfile.mkstemp(".txt", f"beatpass-tui-{name[:-4]}-")
        with os.fdopen(descriptor, "wb") as temporary:
            temporary.write(words.encode("utf-8", "replace"))
        _tidy(Path(path).parent, "beatpass-tui-crash-*.txt")
        return Path(path)
    return None


def _tidy(folder: Path, names: str) -> None:
    """Remove the oldest reports; their names begin with their time."""
    with suppress(OSError):
        for old in sorted(folder.glob(names))[:-KEPT]:
            with suppress(OSError):
                old.unlink()
