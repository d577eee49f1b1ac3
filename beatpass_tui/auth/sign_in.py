"""Sign-in with a token or a password, and its error messages."""

from __future__ import annotations

import platform
from typing import Protocol

from beatpass_tui.errors import (
    BeatPassError,
    Forbidden,
    NoArtistProfile,
    NotSignedIn,
    RateLimited,
    StatusError,
    ValidationFailed,
)
from beatpass_tui.formatting import duration
from beatpass_tui.models import text
from beatpass_tui.models.identity import Account, MenuItem, SignedIn
from beatpass_tui.models.secret import Secret


class SignInService(Protocol):
    """The part of the service that sign-in needs."""

    token: Secret | None

    async def account(self) -> Account:
        """Request `GET /users/me`."""

    async def log_in(self, email: str, password: str, token_name: str) -> SignedIn:
        """Request `POST /auth/login`."""


def token_name(installation: str) -> str:
    """Return the name of tokens created by a password sign-in, 3 to 100 characters.

    BeatPass most likely deletes an older token of the same name, so the name ends with the id of
    the installation: host names are not unique.
    """
    host = text.clean(platform.node())[:60] or "a terminal"
    return f"beatpass-tui on {host} ({installation})"


async def with_token(service: SignInService, token: Secret) -> SignedIn:
    """Verify a pasted token with `/users/me` and set it on the service."""
    return await _verify(service, token, None)


async def with_password(
    service: SignInService, email: str, password: str, token_name: str
) -> SignedIn:
    """Sign in by email and password, then verify the new token and set it on the service."""
    service.token = None
    signed_in = await service.log_in(email, password, token_name)
    return await _verify(service, signed_in.token, signed_in.menu)


async def _verify(
    service: SignInService, token: Secret, menu: tuple[MenuItem, ...] | None
) -> SignedIn:
    service.token = token
    try:
        return SignedIn(token, await service.account(), menu)
    except BeatPassError:
        service.token = None
        raise


def error_message(error: BeatPassError, *, by_token: bool) -> str:
    """Return the message of a failed sign-in."""
    match error:
        case ValidationFailed(fields=fields) if fields:
            return " ".join(map(_sentence, fields.values()))
        case NotSignedIn() | ValidationFailed() if by_token:
            return (
                "BeatPass did not accept this token: it may be mistyped, older than 90 days, "
                "or deleted."
            )
        case NotSignedIn() | ValidationFailed():
            return "BeatPass did not accept this email and password."
        case Forbidden() if by_token:
            return (
                f"{_sentence(error.message)} API access is by invitation: write to "
                "contact@beatpass.ca."
            )
        case Forbidden():
            return f"{_sentence(error.message)} Your account may be unverified or suspended."
        case RateLimited(retry_after=seconds):
            return (
                f"Too many attempts. Try again in {duration(seconds) if seconds else 'a minute'}."
            )
    return error.message


def not_signed_in(origin: str) -> NotSignedIn:
    """Return the error of a command without a token."""
    return NotSignedIn(f"Not signed in to {origin}; run `beatpass-tui login`.", status=401)


def rejection_message(error: BeatPassError, variable: str | None) -> str:
    """Return the message for a rejected token, which comes from `variable` if that is given."""
    if not isinstance(error, NotSignedIn):
        return error_message(error, by_token=True)
    if variable is not None:
        return f"BeatPass did not accept the token in {variable}."
    return "Your token has expired or was revoked; sign in with `beatpass-tui login`."


def no_artist(error: StatusError, account: Account | None) -> NoArtistProfile:
    """Return the error of an account without an artist profile.

    The service may say no more than that something was not found.
    """
    if "artist" in error.message.lower():
        return NoArtistProfile(error.message)
    name = account.label if account is not None else "Your account"
    return NoArtistProfile(
        f"{name} has no artist profile: {_sentence(error.message)} Apply to the Producer Program "
        "or use another account."
    )


def with_retry_time(error: BeatPassError) -> BeatPassError:
    """Return the error with the time to retry in its message, if known."""
    if isinstance(error, RateLimited) and error.retry_after:
        message = f"{error.message.rstrip('.')}; try again in {duration(error.retry_after)}."
        return RateLimited(message, retry_after=error.retry_after)
    return error


def _sentence(message: str) -> str:
    return message if message.endswith((".", "!", "?")) else f"{message}."
