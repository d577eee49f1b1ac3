"""Programs in a folder that is the whole PATH: shell scripts that record how they are called."""

from __future__ import annotations

from pathlib import Path

_SCRIPT = """#!/bin/sh
PATH=/usr/bin:/bin
printf '%s\\n' "{name} $*" >>{folder}/calls
{body}
"""


class FakePrograms:
    """A folder with fake programs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def add(self, name: str, body: str = "") -> None:
        """Add a program that records its name and arguments, then runs `body`."""
        path = self.folder / name
        path.write_text(_SCRIPT.format(name=name, folder=self.folder, body=body))
        path.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        """Name and arguments of each call so far."""
        return self.read("calls").splitlines()

    def read(self, name: str) -> str:
        """Return a file that a program wrote into the folder, or ""."""
        path = self.folder / name
        return path.read_text() if path.exists() else ""
