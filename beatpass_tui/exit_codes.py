"""The exit statuses: scripts rely on them, so they stand here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable

from beatpass_tui.errors import (
    AmbiguousAccount,
    BeatPassError,
    ConfigError,
    CredentialsError,
    Forbidden,
    InvalidBaseURL,
    InvalidToken,
    Misconfigured,
    MissingToken,
    NoArtistProfile,
    NotSignedIn,
    RateLimited,
    ServerError,
    TwoFactorRequired,
    UnknownAccount,
    Unreachable,
    UsageError,
)

OK = 0
UNEXPECTED = 1
USAGE = 2
NO_ARTIST = 3
NOT_SIGNED_IN = 4
"""Nobody is signed in, or the token was rejected."""
RATE_LIMITED = 5
OFFLINE = 6
"""The service could not be reached, is down, or failed on its side."""
BY_SIGNAL = 128
"""A program that a signal ended leaves with this and the signal's number, as shells report it."""
INTERRUPTED = BY_SIGNAL + 2
"""Left by ctrl+c."""

_WORST_FIRST = (NOT_SIGNED_IN, NO_ARTIST, RATE_LIMITED, OFFLINE, USAGE, UNEXPECTED)

_KINDS: tuple[tuple[type[BeatPassError], int], ...] = (
    (UsageError, USAGE),
    (InvalidBaseURL, USAGE),
    (ConfigError, USAGE),
    (AmbiguousAccount, USAGE),
    (InvalidToken, NOT_SIGNED_IN),
    (UnknownAccount, NOT_SIGNED_IN),
    (CredentialsError, NOT_SIGNED_IN),
    (NotSignedIn, NOT_SIGNED_IN),
    (Forbidden, NOT_SIGNED_IN),
    (MissingToken, NOT_SIGNED_IN),
    (TwoFactorRequired, NOT_SIGNED_IN),
    (NoArtistProfile, NO_ARTIST),
    (RateLimited, RATE_LIMITED),
    # Trying again does not help where the machine itself has to be put right.
    (Misconfigured, UNEXPECTED),
    (Unreachable, OFFLINE),
    (ServerError, OFFLINE),
)
"""The status of an error is that of the first of these that it is; of none, UNEXPECTED."""


def exit_code_for(errors: Iterable[BeatPassError]) -> int:
    """Return the status that `errors` amount to: of several 4, then 3, 5, 6; of none 0."""
    found = {_status(error) for error in errors}
    return next((status for status in _WORST_FIRST if status in found), OK)


def _status(error: BeatPassError) -> int:
    return next((status for kind, status in _KINDS if isinstance(error, kind)), UNEXPECTED)
