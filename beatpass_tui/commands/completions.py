"""`completions`: print a shell completion script."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from beatpass_tui.commands.output import print_data
from beatpass_tui.config.settings import BY_NAME, BooleanOption

SHELLS = ("bash", "zsh", "fish")

_EPILOG = """\
examples:
  beatpass-tui completions bash > beatpass-tui.bash
  beatpass-tui completions zsh > ~/.zfunc/_beatpass-tui
  beatpass-tui completions fish > ~/.config/fish/completions/beatpass-tui.fish
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.description = "Print a script that completes commands and options."
    parser.add_argument("shell", choices=SHELLS, help="the shell")


def run(arguments: argparse.Namespace) -> int:
    print_data(f"{script(arguments.shell)}\n")
    return 0


def script(shell: str) -> str:
    import shtab

    from beatpass_tui.commands.parser import parser

    root = parser(complete=True)
    for action in _actions(root):
        option = BY_NAME.get(action.dest)
        if action.dest in ("config", "debug", "file"):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif (
            option is not None and not isinstance(option, BooleanOption) and action.choices is None
        ):
            action.choices = option.values
    return str(shtab.complete(root, shell))


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the actions of a parser and its subparsers."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
