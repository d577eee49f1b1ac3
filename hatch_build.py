"""Build hook of the wheel: makes the man page from the argument parser."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE = "beatpass-tui.1"


class ManPageHook(BuildHookInterface[Any]):
    """Adds the man page to the wheel, but not to an editable installation."""

    _folder: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the page to a temporary folder, since the source may be read-only."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory(prefix="beatpass-tui-")
        page = Path(self._folder.name, PAGE)
        page.write_text(man_page(self.root), "utf-8")
        build_data["shared_data"][str(page)] = f"share/man/man1/{PAGE}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Delete the temporary folder."""
        if self._folder is not None:
            self._folder.cleanup()


def man_page(root: str) -> str:
    """Return the man page of the package in the folder `root`."""
    from argparse_manpage.manpage import Manpage

    sys.path.insert(0, root)
    # The usage would be wrapped to the width of the terminal of the build.
    os.environ["COLUMNS"] = "80"
    from beatpass_tui import __version__
    from beatpass_tui.commands.parser import parser

    page = Manpage(
        parser(complete=True),
        {
            "project_name": "beatpass-tui",
            "version": __version__,
            "description": "the BeatPass Producer Dashboard in the terminal",
            "manual_title": "BeatPass",
        },
    )
    # The library would join the two forms of the usage.
    synopsis = {"heading": "synopsis", "content": SYNOPSIS}
    page.parser._manpage.append(synopsis)
    return str(page)


SYNOPSIS = ".B beatpass\\-tui\n[OPTIONS]\n.br\n.B beatpass\\-tui\nCOMMAND [OPTIONS]"
