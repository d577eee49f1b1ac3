"""`config`: show or change the configuration."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from beatpass_tui import exit_codes
from beatpass_tui.commands.output import print_data, print_error, print_info
from beatpass_tui.config import flags, key_names, keys
from beatpass_tui.config.loader import Config
from beatpass_tui.config.settings import GOALS, OPTIONS, display_value
from beatpass_tui.errors import ConfigError, UsageError
from beatpass_tui.models import text
from beatpass_tui.models.secret import ENV_VARIABLE
from beatpass_tui.storage.files import display_path

_DESCRIPTION = """\
Show or change the configuration. The file is written only by `set`, `unset` and
`edit`; its comments and order are kept.
"""

_EPILOG = """\
actions:
  set NAME VALUE        write a setting, a key (keys.ID) or a goal (goals.NAME)
  unset NAME            remove it, so that its default applies
  edit                  open the file in $VISUAL or $EDITOR, and check it then

examples:
  beatpass-tui config --show                  every setting and its source
  beatpass-tui config --show --theme nord     the same with an option
  beatpass-tui config set theme nord
  beatpass-tui config set keys.page.refresh r f5
  beatpass-tui config unset goals.plays
"""

_USAGE = {"set": "set NAME VALUE", "unset": "unset NAME", "edit": "edit"}
ACTIONS = tuple(_USAGE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument(
        "--show", action="store_true", help="print every setting, its value and its source"
    )
    shown.add_argument("--path", action="store_true", help="print the path of the file")
    parser.add_argument(
        "action", nargs="?", choices=ACTIONS, metavar="ACTION", help="set, unset or edit; see below"
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="the setting")
    parser.add_argument("value", nargs="*", metavar="VALUE", help="its value")
    flags.add(parser)


def run(arguments: argparse.Namespace) -> int:
    if (arguments.action is not None) is (arguments.show or arguments.path):
        raise UsageError(f"config requires one of --show, --path, {', '.join(ACTIONS)}.")
    if arguments.show:
        print_data(f"{format_config(flags.load(arguments, os.environ))}\n")
        return exit_codes.OK
    path = flags.path(arguments, os.environ)
    if path is None:
        raise ConfigError(["No home folder for the file; set HOME or XDG_CONFIG_HOME."])
    if arguments.path:
        print_data(f"{path}\n")
        return exit_codes.OK
    return _change(arguments.action, path, arguments.name, arguments.value)


def _change(action: str, path: Path, name: str | None, words: Sequence[str]) -> int:
    from beatpass_tui.config import editing

    needed = {"set": name and words, "unset": name and not words, "edit": not name}
    if not needed[action]:
        raise UsageError(f"Usage: beatpass-tui config {_USAGE[action]}")
    if action == "edit":
        return _edit(path)
    assert name is not None
    if action == "set":
        editing.assign(path, name, words)
        print_info(f"{name} was set in {display_path(path)}.")
    elif editing.remove(path, name):
        print_info(f"{name} was removed from {display_path(path)}.")
    else:
        print_info(f"{name} is not set in {display_path(path)}.")
    return exit_codes.OK


def _edit(path: Path) -> int:
    """Open the file in the user's editor; raises ConfigError if it has problems afterwards."""
    from beatpass_tui.config import editing, loader

    default = "notepad" if os.name == "nt" else "vi"
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or default
    editing.create(path)
    environ = {name: value for name, value in os.environ.items() if name != ENV_VARIABLE}
    try:
        done = subprocess.run([*shlex.split(editor), str(path)], check=False, env=environ)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such command"
        raise UsageError(f"{text.clean(editor, 60)}: {reason}; set EDITOR to an editor.") from None
    if done.returncode:
        print_error(f"{text.clean(editor, 60)} ended with status {done.returncode}.")
        return exit_codes.UNEXPECTED
    loader.load({}, {}, str(path))
    return exit_codes.OK


def format_config(config: Config) -> str:
    """Return all options and keys as an aligned table."""
    rows = [("KEY", "VALUE", "SOURCE", "DESCRIPTION")]
    for option in OPTIONS:
        value = display_value(option.name, getattr(config.settings, option.name))
        rows.append((option.name, value, config.origin(option.name), option.help))
    goals = config.settings.goals
    if goals:
        rows += [("", "", "", ""), ("[goals]", "", "", "")]
    for name, number in GOALS.items():
        if number.id in goals:
            goal = str(goals[number.id])
            rows.append((name, goal, config.origin(f"goals.{name}"), number.title))
    rows.append(("", "", "", ""))
    rows.append(("[keys]", "", "", ""))
    for key in keys.KEYS:
        bound = config.settings.keyboard.keys(key.id)
        value = " ".join(map(key_names.config_key, bound))
        rows.append((key.id, value, config.origin(key.id), key.name))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join("  ".join((*map(str.ljust, row[:3], widths), row[3])).rstrip() for row in rows)
