"""Commands, switches and defaults of the command line, without argparse.

The program usually starts without arguments, and importing the parser would slow that down.
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
    "pending",
    "revoked",
    "no-status",
    "expired",
    "forbidden",
    "limited",
    "failed-group",
    "slow",
    "known",
    "menu",
)
"""The states of the demo, listed here because `--help` does not import the demo."""

DEMO_TRACKS = 128
"""The default and smallest size of the demo's catalog."""

COMMANDS: Mapping[str, str] = {
    "login": "sign in and store the token",
    "logout": "sign out and delete stored data",
    "stats": "print the eight numbers as a table, JSON or a line",
    "report": "print a report of a week, or draw a share card",
    "watch": "print changes of the numbers as they happen",
    "export": "export a list as CSV or JSON",
    "history": "import a history that was exported",
    "status": "show the account, the token and stored data",
    "switch": "switch to another stored account",
    "config": "show or change the configuration",
    "completions": "print the completion script of a shell",
    "help": "show the help of a command",
}
"""Commands and their summaries; each is implemented in the module `commands.NAME`."""

ONLINE_COMMANDS = frozenset(("login", "stats", "report", "watch", "export", "history", "status"))
"""Commands that send requests."""

QUIET_COMMANDS = frozenset(
    ("login", "logout", "report", "watch", "export", "history", "switch", "config")
)
"""Commands that report what they did, which `--quiet` turns off."""

DATED_COMMANDS = frozenset(("stats", "report", "status", "switch"))
"""Commands that print dates."""

SWITCHES: Mapping[str, str] = {
    "--demo": "show a made-up artist, without account or network",
    "--no-store": "run without reading or writing stored data",
    "--sign-in": "with --demo: start with the sign-in screen",
    "--documented-only": "with --demo: omit responses whose format is undocumented",
}
"""Dashboard options without a value, and their help texts."""

DEFAULTS: Mapping[str, object] = {
    "command": None,
    "account": None,
    "debug": None,
    "state": "normal",
    "tracks": DEMO_TRACKS,
    **{switch[2:].replace("-", "_"): False for switch in SWITCHES},
}


def parse_switches(arguments: Sequence[str]) -> Namespace | None:
    """Return the parsed arguments if all of them are switches, otherwise None."""
    if not SWITCHES.keys() >= set(arguments):
        return None
    values = {argument[2:].replace("-", "_"): True for argument in arguments}
    return cast("Namespace", SimpleNamespace(**{**DEFAULTS, **values}))
