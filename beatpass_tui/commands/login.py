"""`login`: sign in by token or password, and store the token."""

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
from beatpass_tui.commands.output import print_error, print_info, print_message, prompt
from beatpass_tui.errors import (
    BeatPassError,
    CredentialsError,
    CredentialsUnusable,
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
Sign in to BeatPass and store the token in the system keyring, or else in a file
that only you can read. Create a token on the web, in Account Settings,
Developers; it expires after 90 days. Your input is not shown.
"""

_EPILOG = """\
examples:
  beatpass-tui login                 paste a token at the prompt
  beatpass-tui login --email         email and password, which is not stored
  beatpass-tui login --account nova  reject a token of another account
  beatpass-tui login --with-token < token.txt
"""

_REVOKE_ADVICE = "BeatPass created a token anyway; revoke it in Account Settings → Developers."

Attempt = Callable[[SignInService], Awaitable[SignedIn]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    method = parser.add_mutually_exclusive_group()
    method.add_argument(
        "--with-token", action="store_true", help="read the token from standard input"
    )
    method.add_argument(
        "--email",
        nargs="?",
        const="",
        metavar="EMAIL",
        help="sign in by email and password",
    )
    parser.add_argument("--account", metavar="NAME", help="require this account, by name or ID")
    # Accepted so that it can be rejected without repeating it in an error message.
    parser.add_argument("misplaced", nargs="*", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    environment = bootstrap.current_environment()
    if arguments.misplaced:
        raise UsageError(
            "Don't pass a token as an argument, where other users can see it; omit it to be "
            "prompted, or pipe it into `beatpass-tui login --with-token`."
        )
    if environment.has_token_variable:
        raise UsageError(f"{ENV_VARIABLE} is set and overrides stored accounts; unset it first.")
    # Prompt before the event loop runs, because ctrl+c would not interrupt it there.
    attempt = (
        _token_attempt(arguments)
        if arguments.email is None
        else _password_attempt(arguments.email, environment)
    )
    return excepthooks.run(
        _sign_in(environment, attempt, arguments.account, by_token=arguments.email is None)
    )


def _token_attempt(arguments: argparse.Namespace) -> Attempt:
    token = _read_token() if arguments.with_token else Secret.parse(_prompt("Token"))
    return lambda service: sign_in.with_token(service, token)


def _password_attempt(email: str, environment: Environment) -> Attempt:
    _check_terminal()
    if not email.strip():
        email = prompt("Email: ")
    email = email.strip()
    password = Secret(_prompt("Password"))
    if not email or not password.reveal().strip():
        raise InvalidToken("Enter an email address and a password.")

    async def attempt(service: SignInService) -> SignedIn:
        name = await environment.credentials.token_name()
        return await sign_in.with_password(service, email, password.reveal(), name)

    return attempt


def _read_token() -> Secret:
    """Return the token from standard input, reading no more than the length of a token."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(
            "--with-token reads from standard input, which is a terminal; pipe the token in, or "
            "omit --with-token to be prompted."
        )
    data = sys.stdin.buffer.read(4 * MAX_LENGTH)
    try:
        return Secret.parse(text.decode(data))
    except UnicodeDecodeError:
        pass
    # Raised outside of `except`: the original error contains the token.
    raise InvalidToken("The token is not text in UTF-8 or UTF-16.")


def _check_terminal() -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("Not a terminal; use `--with-token`.")


def _prompt(name: str) -> str:
    """Prompt without echo; raises UsageError if the terminal would echo."""
    _check_terminal()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(f"{name} (not shown): ")
    except EOFError:
        return ""
    except getpass.GetPassWarning:
        problem: BeatPassError = UsageError(
            "This terminal can't hide your input; use `--with-token`."
        )
    except UnicodeDecodeError:
        problem = InvalidToken(f"{name} has characters that this terminal can't send as text.")
    # Raised outside of `except`: a decoding error contains the input.
    raise problem


async def _sign_in(
    environment: Environment, attempt: Attempt, account: str | None, *, by_token: bool
) -> int:
    try:
        async with environment.connect() as service:
            signed_in = await attempt(service)
    except RequestFailed as error:
        print_error(sign_in.error_message(error, by_token=by_token))
        # The service may send 422 for a wrong password.
        return exit_codes.NOT_SIGNED_IN if isinstance(error, ValidationFailed) else error.exit_code
    advice = "" if by_token else f" {_REVOKE_ADVICE}"
    if account is not None and not signed_in.account.matches(account):
        requested = text.clean(account, 60)
        print_error(
            f"Wrong account: expected {requested}, got {signed_in.account.label}; nothing was "
            f"stored.{advice}"
        )
        return exit_codes.NOT_SIGNED_IN
    try:
        saved = await environment.credentials.save(environment.origin, signed_in)
    except CredentialsError as error:
        message = f"{error.message} The token was not stored.{advice}"
        raise CredentialsUnusable(message) from None
    print_info(f"Signed in to {environment.origin} as {signed_in.account.label}.")
    print_info(f"Your token is stored in {saved.location}.")
    for warning in saved.warnings:
        print_message(warning)
    stored = len(environment.credentials.file.list_accounts(environment.origin))
    if stored > 1:
        print_info(f"{plural(stored, 'account')} stored; this one is now the current account.")
    return exit_codes.OK
