"""`beatpass-tui config`: what is set, where it comes from, and where the file lies."""

from __future__ import annotations

import argparse
import os

from beatpass_tui.commands.output import print_data
from beatpass_tui.config import flags, key_names, keys
from beatpass_tui.config.loader import Config
from beatpass_tui.config.settings import OPTIONS, spoken
from beatpass_tui.errors import ConfigError

_EPILOG = """\
examples:
  beatpass-tui config --show                  what is set, and by what
  beatpass-tui config --show --theme nord     what it would be with an option
  $EDITOR "$(beatpass-tui config --path)"     change it
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add description, arguments and examples."""
    parser.description = "Show the configuration. The program reads it and never writes it."
    parser.epilog = _EPILOG
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--show", action="store_true", help="every key, its value, and where it comes from"
    )
    what.add_argument("--path", action="store_true", help="where the file is looked for")
    flags.add(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what was asked for; a configuration that cannot be used is an ConfigError."""
    if arguments.path:
        path = flags.path(arguments, os.environ)
        if path is None:
            raise ConfigError(["There is no home folder for it; set HOME or XDG_CONFIG_HOME."])
        print_data(f"{path}\n")
        return 0
    print_data(f"{told(flags.load(arguments, os.environ))}\n")
    return 0


def told(found: Config) -> str:
    """Return every option and every key as aligned text."""
    rows = [("KEY", "VALUE", "FROM", "WHAT IT IS")]
    for option in OPTIONS:
        value = spoken(option.name, getattr(found.settings, option.name))
        rows.append((option.name, value, found.origin(option.name), option.about))
    rows.append(("", "", "", ""))
    rows.append(("[keys]", "", "", ""))
    for key in keys.KEYS:
        held = found.settings.keyboard.keys(key.id)
        shown = " ".join(key_names.config_key(each) for each in held)
        rows.append((key.id, shown, found.origin(key.id), key.name))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join("  ".join((*map(str.ljust, row[:3], widths), row[3])).rstrip() for row in rows)
