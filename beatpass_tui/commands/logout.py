"""`logout`: forget stored accounts, and say what was removed."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Sequence

from beatpass_tui import exits, mishaps, surroundings
from beatpass_tui.errors import BeatPassError, CredentialsUnreadable, StoreUnavailable
from beatpass_tui.format import plural
from beatpass_tui.records import Record
from beatpass_tui.secret import VARIABLE
from beatpass_tui.store import Store, Whose
from beatpass_tui.surroundings import Surroundings
from beatpass_tui.talk import complain, say

_DESCRIPTION = """\
Forget the current account on this machine: its token, the menu that came with
it, and what is remembered of its numbers. The account that was used before it
becomes the current one.
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
    found = surroundings.here()
    return mishaps.run(_log_out(found, arguments.account, everyone=arguments.all))


async def _remove_token(found: Surroundings, record: Record) -> str:
    await found.credentials.forget(found.origin, record)
    return f"the token from {found.credentials.words_of(record.place)}"


async def _remove_memory(found: Surroundings, record: Record) -> str:
    path = found.kept_at()
    if path is None or record.account_id is None:
        return ""
    whose = Whose(found.origin, record.account_id)
    store = Store(path, found.now)
    try:
        held = store.holdings(whose)
        store.forget(whose)
        if store.remarks:
            # What was moved aside may hold the account still.
            raise StoreUnavailable(" ".join(store.remarks))
    finally:
        store.close()
    if not held.answers and not held.values:
        return ""
    return f"{plural(held.answers, 'answer')} and {plural(held.values, 'value')} of its history"


REMOVALS: Sequence[Callable[[Surroundings, Record], Awaitable[str]]] = (
    _remove_token,
    _remove_memory,
)
"""What is kept of an account: each removes its part and returns what that was, in words, empty
where there was nothing."""


async def _log_out(found: Surroundings, account: str | None, *, everyone: bool) -> int:
    try:
        stored = found.credentials.records(found.origin)
    except CredentialsUnreadable:
        # A damaged file is moved aside and told; one that must not be touched tells why.
        await found.credentials.forget(found.origin)
        raise
    chosen = stored if everyone else stored[:1]
    if account is not None:
        chosen = (found.credentials.named(found.origin, account),)
    if not chosen:
        say(f"No account is stored for {found.origin}.")
    failed = False
    for record in chosen:
        removed, problems = await _forget(found, record)
        if removed:
            say(f"Signed out {record.account.words}: removed {', '.join(removed)}.")
        for problem in problems:
            complain(problem.sentence)
        failed = failed or bool(problems)
    if chosen:
        say("BeatPass takes a token until it ends; Account Settings → Developers deletes it there.")
        left = found.credentials.records(found.origin)
        if left and left[0] != stored[0]:
            say(f"The current account is {left[0].account.words} now.")
    if found.variable_is_set:
        say(f"{VARIABLE} is still set, and signs in by itself.")
    return exits.UNEXPECTED if failed else exits.OK


async def _forget(found: Surroundings, record: Record) -> tuple[list[str], list[BeatPassError]]:
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
