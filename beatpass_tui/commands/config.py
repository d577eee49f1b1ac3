"""`config`: show the configuration or its path."""

from __future__ import annotations

import argparse
import os

from beatpass_tui.commands.output import print_data
from beatpass_tui.config import flags, key_names, keys
from beatpass_tui.config.loader import Config
from beatpass_tui.config.settings import GOALS, OPTIONS, display_value
from beatpass_tui.errors import ConfigError

_EPILOG = """\
examples:
  beatpass-tui config --show                  every setting and its source
  beatpass-tui config --show --theme nord     the same with an option
  $EDITOR "$(beatpass-tui config --path)"     edit it
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Show the configuration, which beatpass-tui reads and never writes."
    parser.epilog = _EPILOG
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument(
        "--show", action="store_true", help="print every setting, its value and its source"
    )
    action.add_argument("--path", action="store_true", help="print the path of the file")
    flags.add(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.path:
        path = flags.path(arguments, os.environ)
        if path is None:
            raise ConfigError(["No home folder for the file; set HOME or XDG_CONFIG_HOME."])
        print_data(f"{path}\n")
        return 0
    print_data(f"{format_config(flags.load(arguments, os.environ))}\n")
    return 0


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
