"""`completions`: print a shell completion script."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from beatpass_tui.commands.output import print_data
from beatpass_tui.config.keys import BY_ID
from beatpass_tui.config.settings import BY_NAME, GOALS, BooleanOption
from beatpass_tui.fast_stats.line import FIELDS

SHELLS = ("bash", "zsh", "fish")

_EPILOG = """\
examples:
  beatpass-tui completions bash > beatpass-tui.bash
  beatpass-tui completions zsh > ~/.zfunc/_beatpass-tui
  beatpass-tui completions fish > ~/.config/fish/completions/beatpass-tui.fish
"""


_LIST_ACCOUNTS = "beatpass-tui switch --names 2>/dev/null"
_ZSH = "_beatpass_tui_accounts"
_GOALS = tuple(f"goals.{name}" for name in GOALS)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.description = "Print a script that completes commands, options and their values."
    parser.add_argument("shell", choices=SHELLS, help="the shell")


def run(arguments: argparse.Namespace) -> int:
    print_data(f"{script(arguments.shell)}\n")
    return 0


def script(shell: str) -> str:
    import shtab

    from beatpass_tui.commands.parser import parser

    root = parser(complete=True)
    for command, action in _actions(root):
        option = BY_NAME.get(action.dest)
        if action.dest in ("config", "debug", "file", "output"):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.dest == "account" or (command, action.dest) == ("switch", "name"):
            action.complete = _complete_accounts()  # type: ignore[attr-defined]
        elif (command, action.dest) == ("stats", "format"):
            action.choices = [f"{{{name}}}" for name in FIELDS]
        elif (command, action.dest) == ("config", "name"):
            action.choices = (*BY_NAME, *(f"keys.{id}" for id in BY_ID), *_GOALS)
        elif (
            option is not None and not isinstance(option, BooleanOption) and action.choices is None
        ):
            action.choices = option.values
    return str(shtab.complete(root, shell))


def _complete_accounts() -> dict[str, object]:
    """Return shtab's description of a completion by the stored accounts."""
    import shtab

    completion: dict[str, object] = dict(shtab.cmd(_LIST_ACCOUNTS))
    preambles = {"zsh": f'{_ZSH}() {{ compadd -- ${{(f)"$({_LIST_ACCOUNTS})"}} }}'}
    preamble = completion["preamble"]
    if isinstance(preamble, dict):
        preambles |= preamble
    # A function, since zsh would run the command itself only once per session.
    return completion | {"zsh": _ZSH, "preamble": preambles}


def _actions(
    parser: argparse.ArgumentParser, command: str = ""
) -> Iterator[tuple[str, argparse.Action]]:
    """Yield the actions of a parser and its subparsers, each with the name of its command."""
    for action in parser._actions:
        yield command, action
        if isinstance(action, argparse._SubParsersAction):
            for name, subparser in action.choices.items():
                yield from _actions(subparser, name)
