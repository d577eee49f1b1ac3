"""A random id of this installation, which makes its token names unique."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from beatpass_tui.errors import CredentialsError
from beatpass_tui.storage.files import data_folder
from beatpass_tui.storage.private_file import PrivateFile

FILE = "installation-id"

_ID = re.compile(rb"[0-9a-f]{8}")


def new_id() -> str:
    """Return a random id."""
    return os.urandom(4).hex()


class Installation:
    """The id of this installation. Methods do blocking I/O.

    If the id can't be read or stored, each run has a new one.
    """

    def __init__(self, folder: Path | None, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now
        self._created: str | None = None

    def id(self) -> str:
        """Return the stored id, or a new one for `keep` to store."""
        with suppress(CredentialsError):
            if (stored := self._read(self._file())) is not None:
                return stored
        self._created = self._created or new_id()
        return self._created

    def keep(self) -> None:
        """Store the new id if it was used, unless another one has been stored since."""
        if (created := self._created) is None:
            return
        with suppress(CredentialsError):
            file = self._file()
            file.make_folder([])
            with file.locked():
                if self._read(file) is None:
                    file.replace(lambda: created.encode() + b"\n")

    def _file(self) -> PrivateFile:
        folder = self._folder or data_folder(CredentialsError)
        return PrivateFile(folder, FILE, failure=CredentialsError, now=self._now)

    @staticmethod
    def _read(file: PrivateFile) -> str | None:
        content = (file.read([]) or b"").strip()
        return content.decode() if _ID.fullmatch(content) else None
