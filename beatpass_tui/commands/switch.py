"""`switch`: switch to another stored account, or list them."""

from __future__ import annotations

import argparse
import re
from contextlib import suppress

from beatpass_tui import bootstrap, exit_codes, formatting
from beatpass_tui.auth.sign_in import not_signed_in
from beatpass_tui.bootstrap import Environment
from beatpass_tui.commands.output import print_data, print_info, print_message
from beatpass_tui.errors import StoreUnavailable, UsageError
from beatpass_tui.models.secret import ENV_VARIABLE
from beatpass_tui.runtime import excepthooks
from beatpass_tui.storage import kept_output

_DESCRIPTION = """\
Switch to another stored account, which the dashboard and the commands use from
now on unless --account is given. Without NAME, list the stored accounts.
"""

_NAME = re.compile(r"[\w.-]+")
"""Names that no shell splits or expands."""

_EPILOG = """\
examples:
  beatpass-tui switch              list accounts; * marks the current one
  beatpass-tui switch nova         by name
  beatpass-tui switch 900000001    by ID, if two have the same name
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("name", nargs="?", metavar="NAME", help="the account, by name or ID")
    parser.add_argument(
        "--names", action="store_true", help="list names only, or IDs where they are clearer"
    )


def run(arguments: argparse.Namespace) -> int:
    environment = bootstrap.current_environment()
    if arguments.names and arguments.name is not None:
        raise UsageError("--names lists accounts; omit NAME.")
    if arguments.name is None:
        (_list_names if arguments.names else _list)(environment)
        return exit_codes.OK
    record = excepthooks.run(environment.credentials.switch(environment.origin, arguments.name))
    with suppress(StoreUnavailable):
        # The frame and the line of numbers of the account before.
        kept_output.remove(environment.data())
    print_info(f"Switched to {record.account.label}.")
    if environment.has_token_variable:
        print_message(f"{ENV_VARIABLE} is set and overrides stored accounts; unset it to use them.")
    return exit_codes.OK


def _list_names(environment: Environment) -> None:
    """Print a word for each account by which it can be selected, for completions."""
    records = environment.credentials.file.list_accounts(environment.origin)
    names = [record.account_name or "" for record in records]
    for record, name in zip(records, names, strict=True):
        is_clear = _NAME.fullmatch(name) and names.count(name) == 1
        print_data(f"{name if is_clear else record.account_id}\n")


def _list(environment: Environment) -> None:
    records = environment.credentials.file.list_accounts(environment.origin)
    if not records:
        raise not_signed_in(environment.origin)
    now = environment.now()
    width = max(len(record.account.label) for record in records)
    for record in records:
        mark = "*" if record is records[0] else " "
        expiry = formatting.short_date(record.expires_by, now)
        print_data(f"{mark} {record.account.label:<{width}}  token expires by {expiry}\n")
