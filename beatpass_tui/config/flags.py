"""Command-line options that override the config file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from beatpass_tui.config.settings import (
    BY_NAME,
    OPTIONS,
    BooleanOption,
    Option,
    Settings,
    default_path,
)
from beatpass_tui.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from beatpass_tui.config.loader import Config


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options, without defaults so that they can be added to a subparser as well."""
    group = parser.add_argument_group("options (override the config file)")
    _add_config(group)
    for option in OPTIONS:
        _add_option(group, option)


def add_one(parser: argparse.ArgumentParser, name: str) -> None:
    """Add one option, and `--config`."""
    _add_config(parser)
    _add_option(parser, BY_NAME[name])


def _add_config(parser: argparse._ActionsContainer) -> None:
    from argparse import SUPPRESS

    parser.add_argument(
        "--config",
        metavar="FILE",
        default=SUPPRESS,
        help="use this config file (default: see `config --path`)",
    )


def _add_option(parser: argparse._ActionsContainer, option: Option) -> None:
    from argparse import SUPPRESS, BooleanOptionalAction

    kind: dict[str, Any] = {"metavar": option.name.rpartition("_")[2].upper()}
    if isinstance(option, BooleanOption):
        kind = {"action": BooleanOptionalAction}
    parser.add_argument(option.flag, default=SUPPRESS, help=option.help, **kind)


def path(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Path | None:
    """Return the path of the config file, or None without a home folder."""
    from pathlib import Path

    config = _named_file(arguments)
    return Path(config) if config is not None else default_path(environ)


def _named_file(arguments: argparse.Namespace) -> str | None:
    """Return the file that `--config` names."""
    config: str | None = getattr(arguments, "config", None)
    if config is not None and not config.strip():
        raise UsageError("--config requires the name of a file.")
    return config


def load(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Config:
    """Return the configuration; raises ConfigError."""
    from beatpass_tui.config import loader

    return loader.load(environ, vars(arguments), _named_file(arguments))


def settings(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Settings:
    """Return the settings; raises ConfigError.

    The loader is imported only if something is set, because its import is slow.
    """
    if _is_configured(arguments, environ):
        return load(arguments, environ).settings
    return Settings()


def _is_configured(arguments: argparse.Namespace, environ: Mapping[str, str]) -> bool:
    """Return whether an option, a variable or a file exists, even an unreadable file."""
    if any(name in vars(arguments) for name in ("config", *BY_NAME)):
        return True
    if any(name in environ for name in ("ACCESSIBLE", *(option.variable for option in OPTIONS))):
        return True
    file = default_path(environ)
    try:
        return file is not None and bool(file.stat())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):
        return True
