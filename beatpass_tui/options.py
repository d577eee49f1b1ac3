"""The flags that set what the configuration sets too, and the configuration with them in it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from beatpass_tui.settings import OPTIONS, Switch, one_of

if TYPE_CHECKING:
    from beatpass_tui.config import Config

_FEW = 5


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags; one that is not given leaves nothing behind, so that they work twice."""
    group = parser.add_argument_group("settings, which win over the configuration")
    group.add_argument(
        "--config",
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="another configuration than the one that `config --path` names",
    )
    for option in OPTIONS:
        if isinstance(option, Switch):
            group.add_argument(
                option.flag,
                action=argparse.BooleanOptionalAction,
                default=argparse.SUPPRESS,
                help=option.about,
            )
        else:
            few = len(option.values) <= _FEW and option.name != "refresh"
            words = f": {one_of(option.values)}" if few and option.name != "numbers" else ""
            group.add_argument(
                option.flag,
                metavar=option.name.rpartition("_")[2].upper(),
                default=argparse.SUPPRESS,
                help=option.about + words,
            )


def path(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Path | None:
    """Return where the configuration is looked for."""
    from beatpass_tui import config

    given: str | None = getattr(arguments, "config", None)
    return Path(given) if given is not None else config.default_path(environ)


def load(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Config:
    """Return the configuration; raises UnusableSettings."""
    from beatpass_tui import config

    return config.load(environ, vars(arguments), getattr(arguments, "config", None))
