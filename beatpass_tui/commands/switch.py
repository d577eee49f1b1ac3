"""`switch`: make another stored account the current one, or list them."""

from __future__ import annotations

import argparse

from beatpass_tui import bootstrap, exit_codes, formatting
from beatpass_tui.bootstrap import Environment
from beatpass_tui.commands.output import print_data, print_message
from beatpass_tui.errors import NotSignedIn
from beatpass_tui.models.secret import ENV_VARIABLE
from beatpass_tui.runtime import excepthooks

_DESCRIPTION = """\
Make another stored account the current one: the one that the dashboard and the
commands use when no --account is given. Without NAME the stored ones are shown.
"""

_EPILOG = """\
examples:
  beatpass-tui switch              list them; the current one has a *
  beatpass-tui switch nova         by name
  beatpass-tui switch 900000001    by id, where two have the same name
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add description, arguments and examples."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("name", nargs="?", metavar="NAME", help="the account, by name or id")


def run(arguments: argparse.Namespace) -> int:
    """Switch, or list."""
    found = bootstrap.current_environment()
    if arguments.name is None:
        _list(found)
        return exit_codes.OK
    record = excepthooks.run(found.credentials.switch(found.origin, arguments.name))
    print_message(f"The current account is {record.account.label} now.")
    if found.has_token_variable:
        print_message(f"{ENV_VARIABLE} is set and wins over it; unset it to use stored accounts.")
    return exit_codes.OK


def _list(found: Environment) -> None:
    records = found.credentials.list_accounts(found.origin)
    if not records:
        raise NotSignedIn(
            f"No account is stored for {found.origin}; `beatpass-tui login` adds one.", status=401
        )
    zone = found.now().tzinfo
    width = max(len(record.account.label) for record in records)
    for record in records:
        mark = "*" if record is records[0] else " "
        ends = formatting.short_date(record.expires_by.astimezone(zone))
        print_data(f"{mark} {record.account.label:<{width}}  its token ends by {ends}\n")
