"""`logout`: sign out of stored accounts and delete their data."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Container
from contextlib import suppress

from beatpass_tui import bootstrap, exit_codes
from beatpass_tui.auth.accounts import AccountRecord
from beatpass_tui.bootstrap import Environment
from beatpass_tui.commands.output import print_error, print_message
from beatpass_tui.errors import BeatPassError, CredentialsError, InvalidToken, StoreUnavailable
from beatpass_tui.formatting import plural
from beatpass_tui.models.secret import ENV_VARIABLE
from beatpass_tui.runtime import excepthooks
from beatpass_tui.storage.store import AccountKey, Store, StoreSummary

_DESCRIPTION = """\
Sign out of the current account: delete its token, its menu and its stored data
from this computer. The previously used account becomes the current one. For a
token in BEATPASS_TOKEN, the stored data of its account is deleted; the variable
itself is yours to unset.
"""

_EPILOG = """\
examples:
  beatpass-tui logout                  the current account
  beatpass-tui logout --account nova   another account
  beatpass-tui logout --all            all accounts of this API
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--account", metavar="NAME", help="this account, by name or ID")
    which.add_argument("--all", action="store_true", help="all accounts of this API")


def run(arguments: argparse.Namespace) -> int:
    environment = bootstrap.current_environment()
    return excepthooks.run(_log_out(environment, arguments.account, all_=arguments.all))


async def _log_out(environment: Environment, account: str | None, *, all_: bool) -> int:
    credentials, origin = environment.credentials, environment.origin
    try:
        stored = credentials.file.list_accounts(origin)
    except CredentialsError:
        # Quarantines a damaged file, or reports why that is not possible.
        await credentials.remove(origin)
        raise
    requested = stored if all_ else stored[:1]
    if account is not None:
        requested = (credentials.file.get_account(origin, account),)
    failed = False
    if not requested:
        print_message(f"No accounts are stored for {origin}.")
        try:
            if deleted := await asyncio.to_thread(credentials.file.delete_quarantined):
                print_message(deleted)
        except CredentialsError as error:
            print_error(error.message)
            failed = True
    for record in requested:
        failed = not await _remove_account(environment, record) or failed
    if requested:
        print_message(
            "The token stays valid until it expires; revoke it in Account Settings → Developers."
        )
        remaining = credentials.file.list_accounts(origin)
        if remaining and remaining[0] != stored[0]:
            print_message(f"Switched to {remaining[0].account.label}.")
    if account is None and (environment.has_token_variable or not requested):
        keep = () if all_ else (record.account_id for record in stored[1:])
        failed = not _remove_variable_data(environment, frozenset(keep)) or failed
    if environment.has_token_variable:
        print_message(f"{ENV_VARIABLE} is still set and signs you in; unset it as well.")
    return exit_codes.UNEXPECTED if failed else exit_codes.OK


async def _remove_account(environment: Environment, record: AccountRecord) -> bool:
    """Remove the token and the data of an account; return whether both succeeded."""
    removed: list[str] = []
    errors: list[BeatPassError] = []
    credentials = environment.credentials
    try:
        await credentials.remove(environment.origin, record)
        removed.append(f"the token from {credentials.location(record.place)}")
    except BeatPassError as error:
        errors.append(error)
    for warning in credentials.warnings:
        print_message(warning)
    try:
        removed += _remove_data(environment, lambda _: record.account_id)
    except BeatPassError as error:
        errors.append(error)
    if removed:
        print_message(f"Signed out {record.account.label}: removed {', '.join(removed)}.")
    for problem in errors:
        print_error(problem.message)
    return not errors


def _remove_data(
    environment: Environment, find_account: Callable[[Store], int | None]
) -> list[str]:
    """Remove the data of an account and quarantined stores; return descriptions of both."""
    path = environment.store_path()
    if path is None:
        return []
    summary: StoreSummary | None = None
    quarantined: tuple[str, ...] = ()
    store = Store(path, environment.now)
    try:
        account = find_account(store)
        if account is None:
            quarantined = store.clear_quarantine()
        else:
            key = AccountKey(environment.origin, account)
            # What can't be counted is still removed.
            with suppress(StoreUnavailable):
                summary = store.summarize(key)
            quarantined = store.delete_account(key)
    finally:
        store.close()
        for warning in store.warnings:
            if not any(name in warning for name in quarantined):
                print_message(warning)
    if summary is None or not (summary.cached or summary.samples):
        return [*quarantined]
    cached, samples = plural(summary.cached, "cached answer"), plural(summary.samples, "sample")
    return [f"{cached} and {samples} of its history", *quarantined]


def _remove_variable_data(environment: Environment, keep: Container[int | None]) -> bool:
    """Remove the data of the variable's account, unless in `keep`; return whether it succeeded."""

    def find_account(store: Store) -> int | None:
        with suppress(InvalidToken):
            if (token := environment.variable_token) is not None:
                account = store.find_token_owner(environment.origin, token.reveal())
                return None if account in keep else account
        return None

    try:
        removed = _remove_data(environment, find_account)
    except StoreUnavailable as error:
        print_error(error.message)
        return False
    if removed:
        print_message(f"Removed {', '.join(removed)}.")
    return True
