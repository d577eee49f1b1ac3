"""What stands on the command line: its commands, its switches, and what holds without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from argparse import Namespace

STATES = (
    "normal",
    "new",
    "offline",
    "no-artist",
    "expired",
    "forbidden",
    "limited",
    "failed-group",
    "slow",
    "known",
)
"""The states of the demo, named here so that `--help` need not load it."""

DEMO_TRACKS = 128
"""The size of the demo's catalog, and the smallest that it can have."""

COMMANDS: Mapping[str, str] = {
    "login": "sign in and keep the token",
    "logout": "forget a stored token",
    "stats": "the eight numbers as a table, as JSON or on a line",
    "export": "a page as CSV or JSON",
    "status": "who is signed in, and where the token is kept",
    "switch": "make another stored account the current one",
    "config": "show the configuration, and where it lies",
    "completions": "print the completions for a shell",
}
"""Each command with its summary; `commands.NAME` adds its arguments and runs it."""

ASKING = frozenset(("login", "stats", "export", "status"))
"""The commands that ask the service for something."""

SWITCHES: Mapping[str, str] = {
    "--demo": "show a made-up artist: no account, no network",
    "--no-store": "remember nothing, and look at nothing remembered",
    "--sign-in": "with --demo: begin at the sign-in screen",
    "--documented-only": "with --demo: leave out every answer whose shape is not documented",
}
"""The options of the dashboard that are on when they are given, and what they do."""

DEFAULTS: Mapping[str, object] = {
    "command": None,
    "account": None,
    "debug": None,
    "state": "normal",
    "tracks": DEMO_TRACKS,
    **{switch[2:].replace("-", "_"): False for switch in SWITCHES},
}
"""What holds where the command line says nothing."""


def plain(words: Sequence[str]) -> Namespace | None:
    """Return what words say that are nothing but switches, None when there are others.

    Most starts have no words at all, and the parser takes longer than all that they need.
    """
    if not SWITCHES.keys() >= set(words):
        return None
    given = {word[2:].replace("-", "_"): True for word in words}
    return cast("Namespace", SimpleNamespace(**{**DEFAULTS, **given}))
