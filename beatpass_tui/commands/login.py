"""`login`: sign in at a prompt or by a token from standard input, and keep the token."""

from __future__ import annotations

import argparse
import getpass
import sys
import warnings
from collections.abc import Awaitable, Callable

from beatpass_tui import bootstrap, exit_codes
from beatpass_tui.auth import sign_in
from beatpass_tui.auth.sign_in import SignInService
from beatpass_tui.bootstrap import Environment
from beatpass_tui.commands.output import print_error, print_message
from beatpass_tui.errors import (
    CredentialsError,
    InvalidToken,
    RequestFailed,
    UsageError,
    ValidationFailed,
)
from beatpass_tui.formatting import plural
from beatpass_tui.models import text
from beatpass_tui.models.identity import SignedIn
from beatpass_tui.models.secret import ENV_VARIABLE, MAX_LENGTH, Secret
from beatpass_tui.runtime import excepthooks

_DESCRIPTION = """\
Sign in to BeatPass and keep the token for the next runs, in the system keyring
or else in a file that only you can read. A token is made on the web, under
Account Settings, Developers; it lives 90 days. What you type is not shown.
"""

_EPILOG = """\
examples:
  beatpass-tui login                 paste a token at the prompt
  beatpass-tui login --email         e-mail and password; only the token is kept
  beatpass-tui login --account nova  refuse a token that is not nova's
  beatpass-tui login --with-token < token.txt
"""

_LEFT_BEHIND = (
    "BeatPass has made a token for it all the same; delete that in Account Settings → Developers."
)

Attempt = Callable[[SignInService], Awaitable[SignedIn]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add description, arguments and examples."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--with-token", action="store_true", help="read the token from standard input")
    way.add_argument(
        "--email",
        nargs="?",
        const="",
        metavar="EMAIL",
        help="sign in by e-mail and password; the password is asked for",
    )
    parser.add_argument("--account", metavar="NAME", help="the account it has to be, by name or id")
    # Taken in order to be refused, rather than repeated in a message on wrong usage.
    parser.add_argument("misplaced", nargs="*", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Sign in, check whose token it is, and store it."""
    found = bootstrap.current_environment()
    if arguments.misplaced:
        raise UsageError(
            "A token does not belong on the command line, where others can see it; leave it out "
            "to be asked for it, or pipe it into `beatpass-tui login --with-token`."
        )
    if found.has_token_variable:
        raise UsageError(f"{ENV_VARIABLE} is set and wins over whatever is stored; unset it first.")
    # All that is asked of the reader is asked before the event loop, which would keep ctrl+c
    # from ending a prompt.
    attempt = _by_token(arguments) if arguments.email is None else _by_password(arguments.email)
    return excepthooks.run(
        _sign_in(found, attempt, arguments.account, by_token=arguments.email is None)
    )


def _by_token(arguments: argparse.Namespace) -> Attempt:
    token = _read_token() if arguments.with_token else Secret.parse(_hidden("Token"))

    def attempt(service: SignInService) -> Awaitable[SignedIn]:
        return sign_in.with_token(service, token)

    return attempt


def _by_password(email: str) -> Attempt:
    _check_terminal()
    email = email.strip() or _typed("E-mail").strip()
    password = Secret(_hidden("Password"))
    if not email or not password.reveal().strip():
        raise InvalidToken("Signing in takes an e-mail address and a password.")

    def attempt(service: SignInService) -> Awaitable[SignedIn]:
        return sign_in.with_password(service, email, password.reveal())

    return attempt


def _read_token() -> Secret:
    """Return the token of standard input; of more than a token can be, only the beginning."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(
            "--with-token reads the token from standard input, which is a terminal here; "
            "pipe it in, or leave --with-token out to be asked for it."
        )
    return Secret.parse(sys.stdin.buffer.read(2 * MAX_LENGTH).decode("utf-8", "replace"))


def _check_terminal() -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(
            "There is no terminal to be asked at; pipe a token into `beatpass-tui login "
            "--with-token`."
        )


def _typed(name: str) -> str:
    print(f"{name}: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline(400)


def _hidden(name: str) -> str:
    """Ask for something that is not shown; rather for nothing than with an echo."""
    _check_terminal()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(f"{name} (not shown): ")
    except EOFError:
        return ""
    except getpass.GetPassWarning:
        pass
    raise UsageError(
        "This terminal cannot hide what is typed; pipe a token into `beatpass-tui login "
        "--with-token`."
    )


async def _sign_in(
    found: Environment, attempt: Attempt, account: str | None, *, by_token: bool
) -> int:
    try:
        async with found.connect() as service:
            signed_in = await attempt(service)
    except RequestFailed as error:
        print_error(sign_in.error_message(error, by_token=by_token))
        # 422 is one of the ways in which a wrong password is refused.
        return exit_codes.NOT_SIGNED_IN if isinstance(error, ValidationFailed) else error.exit_code
    left_behind = "" if by_token else f" {_LEFT_BEHIND}"
    if account is not None and not signed_in.account.matches(account):
        wanted = text.clean(account, 60)
        print_error(
            f"This is {signed_in.account.label} and not {wanted}; nothing was stored.{left_behind}"
        )
        return exit_codes.NOT_SIGNED_IN
    try:
        kept = await found.credentials.save(found.origin, signed_in)
    except CredentialsError as error:
        sentence = f"{error.message} The token was not stored.{left_behind}"
        raise CredentialsError(sentence) from None
    print_message(f"Signed in to {found.origin} as {signed_in.account.label}.")
    print_message(f"Your token is stored in {kept.location}.")
    for warning in kept.warnings:
        print_message(warning)
    stored = len(found.credentials.list_accounts(found.origin))
    if stored > 1:
        print_message(f"{plural(stored, 'account')} are stored; this one is current now.")
    return exit_codes.OK
