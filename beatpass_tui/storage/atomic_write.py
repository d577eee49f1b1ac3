"""Write a file at a path that the user chose, completely or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from beatpass_tui.errors import UsageError, WriteFailed
from beatpass_tui.storage import files
from beatpass_tui.storage.files import display_path, reporting


def check(path: Path, *, replaces: bool) -> None:
    """Raise WriteFailed or UsageError if `write` would fail."""
    with reporting(path, "written", WriteFailed):
        if os.path.lexists(path):
            if not replaces:
                raise _exists(path)
            if not path.is_file():
                raise WriteFailed(f"{display_path(path)} is not a file.")
        if not path.parent.is_dir():
            raise WriteFailed(f"{display_path(path.parent)} is not a folder.")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise WriteFailed(f"{display_path(path.parent)} is not writable.")


def write(path: Path, content: str, *, replaces: bool) -> None:
    """Write the content as UTF-8; raises WriteFailed or UsageError."""
    mode = 0o666
    with reporting(path, "written", WriteFailed):
        if replaces:
            path = path.resolve()
            with suppress(OSError):
                mode = path.stat().st_mode & 0o777
        files.write(
            path,
            lambda: content.encode("utf-8", "replace"),
            _replace if replaces else _move_to_unused,
            mode,
        )


def _exists(path: Path) -> UsageError:
    return UsageError(f"{display_path(path)} exists; --force overwrites it.")


def _replace(temporary: Path, path: Path) -> None:
    with suppress(OSError):
        # The umask may have removed permissions that the replaced file had.
        temporary.chmod(path.stat().st_mode & 0o777)
    temporary.replace(path)


def _move_to_unused(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise _exists(path) from None
    except (OSError, NotImplementedError):
        # Not every file system has hard links.
        check(path, replaces=False)
        temporary.replace(path)
