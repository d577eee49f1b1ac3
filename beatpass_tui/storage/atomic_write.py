"""A file of the reader's own choice, written whole or not at all, and over nothing unasked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from beatpass_tui.errors import UsageError, WriteFailed
from beatpass_tui.storage.files import display_path

_BINARY: int = getattr(os, "O_BINARY", 0)


def check(path: Path, *, replaces: bool) -> None:
    """Raise WriteFailed or UsageError when it is plain beforehand that `write` cannot succeed."""
    with _told(path):
        if os.path.lexists(path):
            if not replaces:
                raise UsageError(f"{display_path(path)} exists; --force overwrites it.")
            if not path.is_file():
                raise WriteFailed(f"{display_path(path)} is not a file.")
        if not path.parent.is_dir():
            raise WriteFailed(f"{display_path(path.parent)} is not a folder.")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise WriteFailed(f"{display_path(path.parent)} may not be written to.")


def write(path: Path, content: str, *, replaces: bool) -> None:
    """Write the content as UTF-8, beside its place first; raises WriteFailed or UsageError."""
    with _told(path):
        temporary = path.with_name(f".{path.name[:100]}.{os.urandom(8).hex()}.tmp")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
        descriptor = os.open(temporary, flags, 0o666)
        try:
            with os.fdopen(descriptor, "wb") as file:
                if replaces:
                    _take_over_mode(path, temporary)
                # A lone surrogate cannot come, since all text was cleaned.
                file.write(content.encode("utf-8", "replace"))
                file.flush()
                os.fsync(descriptor)
            if replaces:
                temporary.replace(path.resolve())
            else:
                _place(temporary, path)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _take_over_mode(path: Path, temporary: Path) -> None:
    """Let no more people read the new file than the one whose place it takes."""
    with suppress(OSError):
        temporary.chmod(path.stat().st_mode & 0o777)


def _place(temporary: Path, path: Path) -> None:
    """Give the file its name unless somebody else has taken that meanwhile."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise UsageError(f"{display_path(path)} exists; --force overwrites it.") from None
    except (OSError, NotImplementedError):
        # Not every file system has links.
        check(path, replaces=False)
        temporary.replace(path)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WriteFailed(f"{display_path(path)} could not be written: {reason}.") from error
