"""`help`: show the help of a command, like `--help`."""

from __future__ import annotations

import argparse

from beatpass_tui.commands.arguments import COMMANDS

_DESCRIPTION = "Show the help of a command, or without one, of the program."

_EPILOG = """\
examples:
  beatpass-tui help
  beatpass-tui help export
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    names = tuple(COMMANDS)
    parser.add_argument("topic", nargs="?", metavar="COMMAND", choices=names, help="the command")


def run(arguments: argparse.Namespace) -> int:
    from beatpass_tui.commands.parser import find_parser

    find_parser(arguments.topic).print_help()
    return 0
