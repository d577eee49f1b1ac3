"""Build hook of the wheel: makes the man page from the argument parser."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

from argparse_manpage.manpage import Manpage, _ManpageFormatter, quoted, underline
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
    sys.path.insert(0, root)
    # The usage would be wrapped to the width of the terminal of the build.
    os.environ["COLUMNS"] = "80"
    from beatpass_tui import __version__
    from beatpass_tui.commands.parser import parser

    program = parser(complete=True)
    introduction, _, notes = program.epilog.partition("\n\n")
    program.description = f"{program.description} {introduction}"
    program.epilog = None
    page = Manpage(
        program,
        {
            "project_name": "beatpass-tui",
            "version": __version__,
            "description": "the BeatPass Producer Dashboard in the terminal",
            "manual_title": "BeatPass",
        },
    )
    page.mf = _Formatter(page.prog, page.formatter, page.format)
    # The library would join the two forms of the usage.
    page.add_section("synopsis", "=", SYNOPSIS)
    for title, lines in _sections(notes):
        page.add_section(title, "=", lines)
    return str(page)


SYNOPSIS = ".B beatpass\\-tui\n[OPTIONS]\n.br\n.B beatpass\\-tui\nCOMMAND [OPTIONS]"


class _Formatter(_ManpageFormatter):
    """A formatter that also writes the epilogs of commands."""

    def _format_parser(
        self, parser: ArgumentParser, subcommand: str | None = None, *rest: object, **more: object
    ) -> list[str]:
        lines: list[str] = super()._format_parser(parser, subcommand, *rest, **more)
        for title, content in _sections(parser.epilog or ""):
            lines += ["", f".SH {title.upper()} {underline(quoted(subcommand))}", content]
        return lines


def _sections(epilog: str) -> Iterator[tuple[str, str]]:
    """Yield title and content of each paragraph, whose lines are kept as they are."""
    for title, lines in re.findall(r"^(\S.*):\n((?: .*\n?)+)", epilog, re.MULTILINE):
        yield title, f".nf\n{_ManpageFormatter.format_text(dedent(lines))}\n.fi"
