"""`logout`: forget stored accounts, and say what was removed."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Container, Sequence
from contextlib import suppress

from beatpass_tui import bootstrap, exit_codes
from beatpass_tui.auth.accounts import AccountRecord
from beatpass_tui.bootstrap import Environment
from beatpass_tui.commands.output import print_error, print_message
from beatpass_tui.errors import (
    BeatPassError,
    CredentialsError,
    InvalidToken,
    StoreUnavailable,
)
from beatpass_tui.formatting import plural
from beatpass_tui.models.secret import ENV_VARIABLE
from beatpass_tui.runtime import excepthooks
from beatpass_tui.storage.store import AccountKey, Store, StoreSummary

_DESCRIPTION = """\
Forget the current account on this machine: its token, the menu that came with
it, and what is remembered of its numbers. The account that was used before it
becomes the current one. Of the account of a token in BEATPASS_TOKEN, what is
remembered is forgotten; the variable itself is for you to unset.
"""

_EPILOG = """\
examples:
  beatpass-tui logout                  the current account
  beatpass-tui logout --account nova   another one
  beatpass-tui logout --all            every account of this API
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add description, arguments and examples."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--account", metavar="NAME", help="this account, by name or id")
    which.add_argument("--all", action="store_true", help="every account of this API")


def run(arguments: argparse.Namespace) -> int:
    """Forget the accounts that were meant."""
    found = bootstrap.current_environment()
    return excepthooks.run(_log_out(found, arguments.account, everyone=arguments.all))


async def _remove_token(found: Environment, record: AccountRecord) -> str:
    try:
        await found.credentials.remove(found.origin, record)
    finally:
        for warning in found.credentials.warnings:
            print_message(warning)
    return f"the token from {found.credentials.location(record.place)}"


async def _remove_memory(found: Environment, record: AccountRecord) -> str:
    return _remove_rows(found, lambda _: record.account_id)


def _remove_rows(found: Environment, find: Callable[[Store], int | None]) -> str:
    """Remove what is remembered of an account, and damaged copies; return in words what it was."""
    path = found.store_path()
    if path is None:
        return ""
    store = Store(path, found.now)
    held: StoreSummary | None = None
    gone: tuple[str, ...] = ()
    try:
        number = find(store)
        if number is None:
            gone = store.clear_quarantine()
        else:
            whose = AccountKey(found.origin, number)
            # What cannot be counted is removed all the same.
            with suppress(StoreUnavailable):
                held = store.summarize(whose)
            gone = store.delete_account(whose)
    finally:
        store.close()
        for remark in store.warnings:
            if not any(name in remark for name in gone):
                print_message(remark)
    removed = list(gone)
    if held is not None and (held.cached or held.samples):
        history = f"{plural(held.samples, 'value')} of its history"
        removed.insert(0, f"{plural(held.cached, 'answer')} and {history}")
    return ", ".join(removed)


REMOVALS: Sequence[Callable[[Environment, AccountRecord], Awaitable[str]]] = (
    _remove_token,
    _remove_memory,
)
"""What is kept of an account: each removes its part and returns what that was, in words, empty
where there was nothing."""


async def _log_out(found: Environment, account: str | None, *, everyone: bool) -> int:
    try:
        stored = found.credentials.list_accounts(found.origin)
    except CredentialsError:
        # A damaged file is moved aside and told; one that must not be touched tells why.
        await found.credentials.remove(found.origin)
        raise
    chosen = stored if everyone else stored[:1]
    if account is not None:
        chosen = (found.credentials.get_account(found.origin, account),)
    failed = False
    if not chosen:
        print_message(f"No account is stored for {found.origin}.")
        try:
            if cleared := await found.credentials.delete_quarantined():
                print_message(cleared)
        except CredentialsError as error:
            print_error(error.message)
            failed = True
    for record in chosen:
        removed, problems = await _forget(found, record)
        if removed:
            print_message(f"Signed out {record.account.label}: removed {', '.join(removed)}.")
        for problem in problems:
            print_error(problem.message)
        failed = failed or bool(problems)
    if chosen:
        print_message(
            "The token stays valid until it expires; revoke it in Account Settings → Developers."
        )
        left = found.credentials.list_accounts(found.origin)
        if left and left[0] != stored[0]:
            print_message(f"The current account is {left[0].account.label} now.")
    if account is None and (found.has_token_variable or not chosen):
        stays = () if everyone else (record.account_id for record in stored[1:])
        failed = _forget_variable(found, frozenset(stays)) or failed
    if found.has_token_variable:
        print_message(f"{ENV_VARIABLE} is still set, and signs in by itself; unset it as well.")
    return exit_codes.UNEXPECTED if failed else exit_codes.OK


def _forget_variable(found: Environment, stays: Container[int | None]) -> bool:
    """Remove what is remembered of the variable's account, unless it `stays`; say if that failed.

    The token itself is kept nowhere, so that the store alone knows whose it is.
    """

    def find(store: Store) -> int | None:
        with suppress(InvalidToken):
            token = found.variable_token
            number = None if token is None else store.find_token_owner(found.origin, token.reveal())
            return None if number in stays else number
        return None

    try:
        if removed := _remove_rows(found, find):
            print_message(f"Removed {removed}.")
    except StoreUnavailable as error:
        print_error(error.message)
        return True
    return False


async def _forget(
    found: Environment, record: AccountRecord
) -> tuple[list[str], list[BeatPassError]]:
    """Remove every part, whatever becomes of the others."""
    removed: list[str] = []
    problems: list[BeatPassError] = []
    for remove in REMOVALS:
        try:
            words = await remove(found, record)
            removed += [words] if words else []
        except BeatPassError as error:
            problems.append(error)
    return removed, problems
