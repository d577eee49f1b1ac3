"""The file that an export is written to: a new file, a pipe, a device, or an open descriptor."""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from beatpass_tui.errors import UsageError, WriteFailed
from beatpass_tui.storage.files import (
    absolute,
    check_writable,
    descriptor_of,
    display_path,
    reporting,
    write_file,
)

_STANDARD_OUTPUT = 1


class Target(NamedTuple):
    """A file to write."""

    path: Path
    stream: int | None = None
    """The descriptor of a pipe, a device or an open file, which is written in place and closed."""

    @property
    def exists(self) -> bool:
        """Whether a file exists that would be replaced."""
        return self.stream is None and self.path.exists()

    def write(self, content: str | bytes, *, overwrite: bool) -> None:
        """Write bytes, or text as UTF-8; raises WriteFailed and UsageError."""
        data = content.encode("utf-8", "replace") if isinstance(content, str) else content
        if self.stream is None:
            write_file(self.path, data, overwrite=overwrite)
            return
        with reporting(self.path, "written", WriteFailed), open(self.stream, "wb") as stream:  # noqa: PTH123
            stream.write(data)


def find_target(argument: str | None, example: str, *, overwrite: bool) -> Target | None:
    """Return the file that `--output` names, or None for standard output.

    A named pipe is opened at once, which waits for its reader: later, that might have gone.
    `example` is a file name, for advice. Raises WriteFailed and UsageError if it can't be written.
    """
    if argument is None or argument == "-":
        return None
    descriptor = descriptor_of(argument)
    if descriptor == _STANDARD_OUTPUT:
        return None
    if not argument.strip():
        raise UsageError("--output requires a file name, or - for standard output.")
    path = absolute(argument)
    with reporting(path, "written", WriteFailed):
        if descriptor is not None:
            # A copy, since closing the descriptor itself would close the file for the shell too.
            return Target(path, os.dup(descriptor))
        mode = path.stat().st_mode if path.exists() else 0
    if stat.S_ISDIR(mode):
        raise UsageError(
            f"{display_path(path)} is a folder; name a file in it, such as "
            f"{display_path(path / example)}."
        )
    if argument.endswith((os.sep, os.altsep or os.sep)):
        raise UsageError(f"{display_path(path)} is not a folder; create it and name a file in it.")
    if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
        with reporting(path, "written", WriteFailed):
            return Target(path, os.open(path, os.O_WRONLY))
    check_writable(path, overwrite=overwrite)
    return Target(path)
