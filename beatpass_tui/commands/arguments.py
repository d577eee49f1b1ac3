"""Commands, switches and defaults of the command line, without argparse.

Most starts have no arguments, and the parser takes longer to load than everything they need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from argparse import Namespace

STATES = (
    "normal",
    "first-day",
    "new",
    "offline",
    "no-artist",
    "expired",
    "forbidden",
    "limited",
    "failed-group",
    "slow",
    "known",
    "menu",
)
"""The states of the demo, listed here because `--help` does not load it."""

DEMO_TRACKS = 128
"""The default and smallest size of the demo's catalog."""

COMMANDS: Mapping[str, str] = {
    "login": "sign in and store the token",
    "logout": "sign out and delete stored data",
    "stats": "print the eight numbers as a table, JSON or a line",
    "export": "export a list as CSV or JSON",
    "history": "import a history that was exported",
    "status": "show the account, its token and stored data",
    "switch": "switch to another stored account",
    "config": "show the configuration or its path",
    "completions": "print the completion script of a shell",
}
"""Commands and their summaries. The module `commands.NAME` implements each."""

ONLINE_COMMANDS = frozenset(("login", "stats", "export", "history", "status"))
"""Commands that send requests."""

SWITCHES: Mapping[str, str] = {
    "--demo": "show a made-up artist, without account or network",
    "--no-store": "run without reading or writing stored data",
    "--sign-in": "with --demo: start with the sign-in screen",
    "--documented-only": "with --demo: omit responses whose format is undocumented",
}
"""Options of the dashboard without a value, and their help."""

DEFAULTS: Mapping[str, object] = {
    "command": None,
    "account": None,
    "debug": None,
    "state": "normal",
    "tracks": DEMO_TRACKS,
    **{switch[2:].replace("-", "_"): False for switch in SWITCHES},
}


def parse_switches(arguments: Sequence[str]) -> Namespace | None:
    """Return the parsed arguments if all of them are switches, else None."""
    if not SWITCHES.keys() >= set(arguments):
        return None
    values = {argument[2:].replace("-", "_"): True for argument in arguments}
    return cast("Namespace", SimpleNamespace(**{**DEFAULTS, **values}))
