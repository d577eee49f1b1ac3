"""The flags that set what the configuration sets too, and the configuration with them in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from beatpass_tui.config.settings import BY_NAME, OPTIONS, Settings, Switch, default_path, one_of

if TYPE_CHECKING:
    import argparse

    from beatpass_tui.config.loader import Config

_FEW = 5


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags; one that is not given leaves nothing behind, so that they work twice."""
    from argparse import SUPPRESS, BooleanOptionalAction

    group = parser.add_argument_group("settings, which win over the configuration")
    group.add_argument(
        "--config",
        metavar="FILE",
        default=SUPPRESS,
        help="another configuration than the one that `config --path` names",
    )
    for option in OPTIONS:
        if isinstance(option, Switch):
            group.add_argument(
                option.flag,
                action=BooleanOptionalAction,
                default=SUPPRESS,
                help=option.about,
            )
        else:
            few = len(option.values) <= _FEW and option.name != "refresh"
            words = f": {one_of(option.values)}" if few and option.name != "numbers" else ""
            group.add_argument(
                option.flag,
                metavar=option.name.rpartition("_")[2].upper(),
                default=SUPPRESS,
                help=option.about + words,
            )


def path(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Path | None:
    """Return where the configuration is looked for."""
    given: str | None = getattr(arguments, "config", None)
    return Path(given) if given is not None else default_path(environ)


def load(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Config:
    """Return the configuration; raises ConfigError."""
    from beatpass_tui.config import loader

    return loader.load(environ, vars(arguments), getattr(arguments, "config", None))


def settings(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Settings:
    """Return the settings that hold; raises ConfigError.

    What reads them takes longer to load than all the rest of them, so that it is left alone
    where there is nothing to read.
    """
    if _are_set(arguments, environ):
        return load(arguments, environ).settings
    return Settings()


def _are_set(arguments: argparse.Namespace, environ: Mapping[str, str]) -> bool:
    """Whether a flag, a variable or a file, be it readable or not, may set anything."""
    given = vars(arguments)
    if any(name in given for name in ("config", *BY_NAME)):
        return True
    if any(name in environ for name in ("ACCESSIBLE", *(each.variable for each in OPTIONS))):
        return True
    found = default_path(environ)
    try:
        return found is not None and bool(found.stat())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):
        return True
