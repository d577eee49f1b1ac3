"""Where the program keeps what it keeps."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from beatpass_tui.errors import BeatPassError


class NoFolder(BeatPassError):
    """There is no folder of the user's own to keep anything in."""


def data_folder() -> Path:
    """Return the folder for the program's data; raises NoFolder."""
    import platformdirs

    with suppress(RuntimeError):
        folder = platformdirs.user_data_path("beatpass-tui", appauthor=False)
        # A relative one would put things wherever the program happens to be started.
        if folder.is_absolute():
            return folder
    raise NoFolder("There is no home folder to keep anything in; set HOME to an absolute path.")
