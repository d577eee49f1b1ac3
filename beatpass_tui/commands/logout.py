"""`logout`: sign out of stored accounts, and delete their history on request."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Container, Iterable, Mapping
from contextlib import closing, suppress

from beatpass_tui import bootstrap, exit_codes
from beatpass_tui.auth.accounts import AccountRecord, Damaged
from beatpass_tui.bootstrap import Environment
from beatpass_tui.commands.output import print_error, print_info, print_message, prompt
from beatpass_tui.errors import (
    BeatPassError,
    CredentialsError,
    InvalidToken,
    StoreUnavailable,
    UsageError,
)
from beatpass_tui.formatting import plural
from beatpass_tui.models.secret import ENV_VARIABLE
from beatpass_tui.runtime import excepthooks
from beatpass_tui.storage.store import AccountKey, Store, StoreSummary

_DESCRIPTION = """\
Sign out of the current account: delete its token, its menu and its cached data
from this computer. The history of its numbers is kept for the next sign-in;
--forget deletes it as well. The previously used account becomes the current
one. For a token in BEATPASS_TOKEN, the cached data of its account is deleted;
unset the variable yourself.
"""

_EPILOG = """\
examples:
  beatpass-tui logout                  the current account
  beatpass-tui logout --account nova   another account
  beatpass-tui logout --all            all accounts of this API
  beatpass-tui logout --forget         the current account and its history

exit status:
  0 success, 1 something could not be removed or you declined, 2 wrong usage,
  4 unknown account, 7 local data cannot be read; the token is removed as well
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    accounts = parser.add_mutually_exclusive_group()
    accounts.add_argument("--account", metavar="NAME", help="this account, by name or ID")
    accounts.add_argument("--all", action="store_true", help="all accounts of this API")
    parser.add_argument("--forget", action="store_true", help="delete the history as well")
    parser.add_argument("--yes", action="store_true", help="with --forget: do not ask")


def run(arguments: argparse.Namespace) -> int:
    environment, account = bootstrap.current_environment(), arguments.account
    if arguments.yes and not arguments.forget:
        raise UsageError("--yes requires --forget.")
    credentials, origin = environment.credentials, environment.origin
    histories: Mapping[int, str] = {}
    store_error: StoreUnavailable | None = None
    if arguments.forget:
        try:
            histories = _find_histories(environment, account, all_=arguments.all)
        except StoreUnavailable as error:
            # Signing out is still possible and reports the error again.
            store_error = error
            if account is not None and credentials.file.find_account(origin, account) is None:
                raise
        # Prompt before the event loop runs, because ctrl+c would not interrupt it there.
        if histories and not _confirm(environment, histories, ask=not arguments.yes):
            print_message("Nothing was deleted.")
            return exit_codes.UNEXPECTED
    errors: list[BeatPassError] = []
    was_signed_out = account is not None and _parse_id(account) in histories
    if not was_signed_out or credentials.file.find_account(origin, account):
        errors += excepthooks.run(_log_out(environment, account, histories, all_=arguments.all))
    # Delete the histories of accounts that were signed out earlier.
    for number in histories:
        errors += _remove_and_report(environment, number, histories)
    if store_error is not None and not errors:
        # The store works again, but the user has not confirmed deleting the history.
        errors += _report((store_error,))
    return _status(errors)


def _report(errors: Iterable[BeatPassError]) -> Iterable[BeatPassError]:
    for error in errors:
        print_error(error.message)
    return errors


def _status(errors: Iterable[BeatPassError]) -> int:
    """Return the exit code for errors; unreadable data takes precedence."""
    codes = {error.exit_code for error in errors}
    if exit_codes.LOCAL_DATA in codes:
        return exit_codes.LOCAL_DATA
    return exit_codes.UNEXPECTED if codes else exit_codes.OK


# History


def _find_histories(environment: Environment, account: str | None, *, all_: bool) -> dict[int, str]:
    """Return descriptions of the samples to delete by account, including signed-out accounts.

    Raises UnknownAccount, and UsageError if several accounts have a history and none is selected.
    """
    path, origin = environment.store_path(), environment.origin
    if path is None:
        return {}
    with closing(Store(path, environment.now)) as store:
        samples, plays = store.count_samples(origin), store.beats.count(origin)
    counts = {
        number: _describe(samples.get(number, 0), *plays.get(number, (0, 0)))
        for number in {**samples, **plays}
    }
    stored = environment.credentials.file.list_accounts(origin)
    requested: set[int | None]
    if all_:
        requested = {*counts}
    elif account is not None and _parse_id(account) in counts:
        requested = {_parse_id(account)}
    elif account is not None:
        requested = {environment.credentials.file.get_account(origin, account).account_id}
    else:
        requested = {record.account_id for record in stored[:1]}
        requested |= {_token_owner(environment)} - {record.account_id for record in stored[1:]}
        if not requested & {*counts} and not stored:
            requested = {*counts}
            if len(counts) > 1:
                ids = ", ".join(map(str, counts))
                raise UsageError(f"Select the history to delete: --account ID ({ids}), or --all.")
    return {number: samples for number, samples in counts.items() if number in requested}


def _describe(samples: int, plays: int, beats: int) -> str:
    """Return how many samples of numbers and of beats there are."""
    parts = [plural(samples, "sample")] if samples or not plays else []
    if plays:
        parts.append(f"{plural(plays, 'sample')} of {plural(beats, 'beat')}")
    return " and ".join(parts)


def _parse_id(account: str) -> int | None:
    return int(account) if account.isascii() and account.isdecimal() and len(account) < 19 else None


def _confirm(environment: Environment, histories: Mapping[int, str], *, ask: bool) -> bool:
    """Print what will be deleted; return whether the user confirms it."""
    records = environment.credentials.file.list_accounts(environment.origin)
    labels = {record.account_id: record.account.label for record in records}
    for number, samples in histories.items():
        label = labels.get(number, f"account {number}")
        print_message(f"History to delete: {samples} of {label}.")
    if not ask:
        return True
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("--forget asks for confirmation, but this is not a terminal; add --yes.")
    typed = prompt("It can't be restored without an export. Delete it? [y/N] ")
    return typed.lower() in ("y", "yes")


# Signing out


async def _log_out(
    environment: Environment, account: str | None, histories: Container[int], *, all_: bool
) -> list[BeatPassError]:
    """Sign out of accounts, and delete their histories if they are in `histories`.

    Returns the errors that were reported.
    """
    credentials, origin = environment.credentials, environment.origin
    try:
        stored = credentials.file.list_accounts(origin)
    except Damaged:
        # This quarantines the file, or reports why that is not possible.
        await credentials.remove(origin)
        raise
    requested = stored if all_ else stored[:1]
    if account is not None:
        requested = (credentials.file.get_account(origin, account),)
    errors: list[BeatPassError] = []
    if not requested:
        print_info(f"No accounts are stored for {origin}.")
        try:
            if deleted := await asyncio.to_thread(credentials.file.delete_quarantined):
                print_info(deleted)
        except CredentialsError as error:
            errors += _report((error,))
    for record in requested:
        errors += await _remove_account(environment, record, histories)
    if requested:
        print_info(
            "The token stays valid until it expires; revoke it in Account Settings → Developers."
        )
        remaining = credentials.file.list_accounts(origin)
        if remaining and remaining[0] != stored[0]:
            print_info(f"Switched to {remaining[0].account.label}.")
    if account is None and (environment.has_token_variable or not requested):
        keep = () if all_ else {record.account_id for record in stored[1:]}
        owner = _token_owner(environment)
        owner = None if owner in keep else owner
        errors += _remove_and_report(environment, owner, histories)
    if environment.has_token_variable:
        print_message(f"{ENV_VARIABLE} is still set and signs you in; unset it as well.")
    return errors


async def _remove_account(
    environment: Environment, record: AccountRecord, histories: Container[int]
) -> Iterable[BeatPassError]:
    """Remove the token and the data of an account; return the errors, which were reported."""
    removed: list[str] = []
    errors: list[BeatPassError] = []
    history_note = ""
    credentials = environment.credentials
    try:
        await credentials.remove(environment.origin, record)
        removed.append(f"the token from {credentials.location(record.place)}")
    except BeatPassError as error:
        errors.append(error)
    for warning in credentials.warnings:
        print_message(warning)
    try:
        data, history_note = _remove_data(environment, record.account_id, histories)
        removed += data
    except BeatPassError as error:
        errors.append(error)
    if removed:
        print_info(f"Signed out {record.account.label}: removed {', '.join(removed)}.")
    if history_note:
        print_info(history_note)
    return _report(errors)


def _remove_and_report(
    environment: Environment,
    account: int | None,
    histories: Container[int],
) -> Iterable[BeatPassError]:
    """Remove the data of an account without a stored token; return the reported errors."""
    try:
        removed, history_note = _remove_data(environment, account, histories)
    except StoreUnavailable as error:
        return _report((error,))
    if removed:
        print_info(f"Removed {', '.join(removed)}.")
    if history_note:
        print_info(history_note)
    return ()


def _remove_data(
    environment: Environment,
    account: int | None,
    histories: Container[int],
) -> tuple[list[str], str]:
    """Remove an account's cached data, quarantined stores, and its history if requested.

    Returns descriptions of what was removed, and a message about a history that is kept.
    """
    path = environment.store_path()
    if path is None:
        return [], ""
    summary: StoreSummary | None = None
    quarantined: tuple[str, ...] = ()
    store = Store(path, environment.now)
    try:
        if account is None:
            quarantined = store.clear_quarantine()
        else:
            key = AccountKey(environment.origin, account)
            # Data that can't be counted is removed as well.
            with suppress(StoreUnavailable):
                summary = store.summarize(key)
            quarantined = store.delete_account(key, keep_history=account not in histories)
    finally:
        store.close()
        for warning in store.warnings:
            if not any(name in warning for name in quarantined):
                print_message(warning)
    removed, history_note = [], ""
    if summary is not None and summary.cached:
        removed.append(plural(summary.cached, "cached response"))
    if summary is not None and (summary.samples or summary.plays):
        described = _describe(summary.samples, summary.plays, summary.beats)
        samples = f"{described} of its history"
        if account in histories:
            removed.append(samples)
        else:
            history_note = (
                f"Kept {samples}; `beatpass-tui logout --forget --account {account}` deletes it."
            )
    return [*removed, *quarantined], history_note


def _token_owner(environment: Environment) -> int | None:
    """Return the account of the environment's token, if the token was used before."""
    with suppress(InvalidToken, StoreUnavailable):
        path, token = environment.store_path(), environment.variable_token
        if path is not None and token is not None:
            with closing(Store(path, environment.now)) as store:
                return store.find_token_owner(environment.origin, token.reveal())
    return None
