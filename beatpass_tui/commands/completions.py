"""`completions`: print a shell completion script."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

from beatpass_tui.commands.output import print_data
from beatpass_tui.config.keys import BY_ID
from beatpass_tui.config.settings import BY_NAME, GOALS, OPTIONS, BooleanOption, Option
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

_BASH_EQUAL_SIGNS = """
# Bash splits --name=value at the sign, and offers nothing.
_beatpass_tui() {
  local i
  for ((i = COMP_CWORD; i > 0; i--)); do
    if [[ ${COMP_WORDS[i]} != = ]]; then
      continue
    elif ((i == COMP_CWORD)); then
      COMP_WORDS[i]=
    else
      COMP_WORDS=("${COMP_WORDS[@]:0:i}" "${COMP_WORDS[@]:i+1}")
      ((COMP_CWORD--))
    fi
  done
  _shtab_beatpass_tui
}
complete -o bashdefault -F _beatpass_tui beatpass-tui
"""

_VALUES = {
    "bash": """\
_beatpass_tui_values() {
  case "${COMP_WORDS[COMP_CWORD-2]} ${COMP_WORDS[COMP_CWORD-1]}" in
    CASES
  esac
}""",
    "zsh": """\
_beatpass_tui_values() {
  case "${words[CURRENT-2]} ${words[CURRENT-1]}" in
    CASES
  esac
}""",
    "fish": """\
function _beatpass_tui_values
  switch (string join ' ' (commandline -opc)[-2..])
    CASES
  end
end""",
}
_VALUES_CASES = {
    "bash": """'set NAME') compgen -W 'WORDS' -- "$1" ;;""",
    "zsh": "'set NAME') compadd -- WORDS ;;",
    "fish": """case 'set NAME'; string split ' ' 'WORDS'""",
}
"""Functions that print or add the values of the setting before the cursor."""


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
        if isinstance(action, argparse._SubParsersAction):
            for subparser in action.choices.values():
                # Its first line would replace the summary of the command.
                subparser.description = None
        option = BY_NAME.get(action.dest)
        if action.dest in ("config", "debug", "exec", "file", "output"):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.dest == "account" or (command, action.dest) == ("switch", "name"):
            action.complete = _complete_accounts()  # type: ignore[attr-defined]
        elif (command, action.dest) == ("stats", "format"):
            action.choices = [f"{{{name}}}" for name in FIELDS]
        elif (command, action.dest) == ("config", "name"):
            action.choices = (*BY_NAME, *(f"keys.{id}" for id in BY_ID), *_GOALS)
        elif (command, action.dest) == ("config", "value"):
            action.complete = _complete_values()  # type: ignore[attr-defined]
        elif (
            option is not None and not isinstance(option, BooleanOption) and action.choices is None
        ):
            action.choices = option.values
    return _complete_more(str(shtab.complete(root, shell)), shell)


def _complete_more(script: str, shell: str) -> str:
    """Return a script of shtab that also completes `--name=value`, and `~` in fish."""
    match shell:
        case "bash":
            return script + _BASH_EQUAL_SIGNS
        case "zsh":
            return re.sub(r'^( .*?--[\w-]+)((?:\}")?\[.*\]:)', r"\1=\2", script, flags=re.MULTILINE)
        case _:
            return re.sub(r'-x?ka "\(__fish_complete_path [^"]*"', "-rF", script)


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


def _complete_values() -> dict[str, object]:
    """Return shtab's description of a completion by the values of the setting before it."""
    preambles = {}
    for shell, case in _VALUES_CASES.items():
        cases = (
            case.replace("NAME", option.name).replace("WORDS", " ".join(_words(option)))
            for option in OPTIONS
        )
        preambles[shell] = _VALUES[shell].replace("CASES", "\n    ".join(cases))
    name = "_beatpass_tui_values"
    return {"bash": name, "zsh": name, "fish": f"({name})", "preamble": preambles}


def _words(option: Option) -> tuple[str, ...]:
    """Return the words that an option can be set to."""
    return ("true", "false", *option.values) if isinstance(option, BooleanOption) else option.values


def _actions(
    parser: argparse.ArgumentParser, command: str = ""
) -> Iterator[tuple[str, argparse.Action]]:
    """Yield the actions of a parser and its subparsers, each with the name of its command."""
    for action in parser._actions:
        yield command, action
        if isinstance(action, argparse._SubParsersAction):
            for name, subparser in action.choices.items():
                yield from _actions(subparser, name)
