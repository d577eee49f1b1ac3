"""Exceptions with user-readable messages and exit codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from beatpass_tui import exit_codes


class BeatPassError(Exception):
    """Base class of all errors that are reported to users.

    `message` is a complete sentence; `reason` fits on the second line of a card (16 cells).
    `messages` has several entries if several problems are reported at once.
    """

    reason = "not available"
    exit_code = exit_codes.UNEXPECTED

    def __init__(self, message: str, *, reason: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.messages: Sequence[str] = (message,)
        if reason is not None:
            self.reason = reason


class UsageError(BeatPassError):
    """Invalid combination of command-line arguments, or no terminal."""

    reason = "wrong usage"
    exit_code = exit_codes.USAGE


class InvalidBaseURL(BeatPassError):
    """An API URL that is not allowed, such as plain HTTP to another machine."""

    reason = "unusable address"
    exit_code = exit_codes.USAGE


class ConfigError(BeatPassError):
    """An invalid configuration."""

    reason = "configuration"
    exit_code = exit_codes.USAGE

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__(" ".join(messages))
        self.messages = tuple(messages)


class InvalidToken(BeatPassError):
    """Text that can't be a personal access token; the message never contains it."""

    reason = "unusable token"
    exit_code = exit_codes.NOT_SIGNED_IN


class CredentialsError(BeatPassError):
    """Stored credentials could not be read or written."""

    reason = "credentials"
    exit_code = exit_codes.NOT_SIGNED_IN


class CredentialsUnusable(CredentialsError):
    """The file of the stored accounts can't be used here; its content may be fine."""

    reason = "unusable file"
    exit_code = exit_codes.LOCAL_DATA


class UnknownAccount(BeatPassError):
    """No stored account has this name or ID."""

    reason = "unknown account"
    exit_code = exit_codes.NOT_SIGNED_IN


class AmbiguousAccount(UnknownAccount):
    """Several stored accounts have this name; the message lists their IDs."""

    reason = "ambiguous"
    exit_code = exit_codes.USAGE


class WriteFailed(BeatPassError):
    """Output or a file could not be written."""

    reason = "not written"


class StoreUnavailable(BeatPassError):
    """The local store could not be opened, read or written."""

    reason = "no local store"
    exit_code = exit_codes.LOCAL_DATA


class CopiesRemain(StoreUnavailable):
    """Copies of the store that contain the same data could not be deleted."""

    reason = "copies remain"
    exit_code = exit_codes.UNEXPECTED


class RequestFailed(BeatPassError):
    """A request without a usable response."""


class Unreachable(RequestFailed):
    """No response: no network, refused, reset or timed out."""

    reason = "offline"
    exit_code = exit_codes.OFFLINE


class Misconfigured(Unreachable):
    """Invalid certificate or proxy settings on this machine; retrying does not help."""

    reason = "misconfigured"
    exit_code = exit_codes.UNEXPECTED


class ServiceUnavailable(Unreachable):
    """The service is temporarily down (502, 503, 504, 520 to 527)."""

    reason = "server down"


class ConnectionBlocked(Unreachable):
    """A certificate or a proxy prevents the connection; `reason` says which and why."""


class CaptivePortal(Unreachable):
    """A web page instead of data: the network probably requires a login."""

    reason = "a web page"


class InvalidResponse(RequestFailed):
    """An undocumented response: HTML, invalid JSON, a redirect, or one that is too large."""

    reason = "unreadable"


class ListIncomplete(InvalidResponse):
    """A list with missing rows, or one that changed while its pages were loaded."""

    reason = "incomplete"
    exit_code = exit_codes.OFFLINE


class OwnerUnverified(RequestFailed):
    """A response that could not be attributed to the current account."""

    reason = "not confirmed"


class MissingToken(RequestFailed):
    """A successful sign-in whose response has no token."""

    reason = "no token"
    exit_code = exit_codes.NOT_SIGNED_IN


class TwoFactorRequired(RequestFailed):
    """The account requires a second factor, which the documented API doesn't support."""

    reason = "two-factor"
    exit_code = exit_codes.NOT_SIGNED_IN


class NoArtistProfile(RequestFailed):
    """The account has no artist profile; the message comes from the service."""

    reason = "no artist"
    exit_code = exit_codes.NO_ARTIST


class StatusError(RequestFailed):
    """An error response; `status` is the HTTP status."""

    reason = "refused"

    def __init__(self, message: str, *, status: int, reason: str | None = None) -> None:
        super().__init__(message, reason=reason)
        self.status = status


class NotSignedIn(StatusError):
    """401: the token is missing, wrong, expired or revoked."""

    reason = "not signed in"
    exit_code = exit_codes.NOT_SIGNED_IN


class Forbidden(StatusError):
    """403: signed in, but not allowed."""

    reason = "no permission"
    exit_code = exit_codes.NOT_SIGNED_IN


class NotFound(StatusError):
    """404: the resource doesn't exist."""

    reason = "not found"


class ValidationFailed(StatusError):
    """422: invalid input; `fields` maps each field to its problem."""

    reason = "not accepted"

    def __init__(self, message: str, *, status: int, fields: dict[str, str]) -> None:
        super().__init__(message, status=status)
        self.fields = fields


class RateLimited(StatusError):
    """429: too many requests; `retry_after` is in seconds, None if not sent."""

    reason = "rate limited"
    exit_code = exit_codes.RATE_LIMITED

    def __init__(self, message: str, *, status: int = 429, retry_after: float | None) -> None:
        super().__init__(message, status=status)
        self.retry_after = retry_after


class Throttled(RateLimited):
    """A request that the client did not send, to stay within the rate limit."""

    reason = "paused"


class ServerError(StatusError):
    """500, or a 200 that reports a failure."""

    reason = "server error"
    exit_code = exit_codes.OFFLINE


_MAX_LISTED = 24
SIMILAR = 0.7
"""Similarity, from 0 to 1, from which a known word is suggested."""


def unknown_message(kind: str, word: str, known: Iterable[str]) -> str:
    """Return a message about an unknown word, without a period at its end.

    It has the most similar of the known words, or the only one that begins with the word, and a
    list of them.
    """
    import difflib

    words, folded = tuple(known), word.lower()[:60]
    similar = difflib.get_close_matches(folded, words, n=1, cutoff=SIMILAR)
    if not similar and folded:
        beginning = [each for each in words if each.startswith(folded)]
        similar = beginning if len(beginning) == 1 else []
    listed = ", ".join(words[:_MAX_LISTED])
    if len(words) > _MAX_LISTED:
        listed += f" and {len(words) - _MAX_LISTED} more"
    if similar:
        return f'unknown {kind} "{word}"; did you mean {similar[0]}? Known: {listed}'
    return f'unknown {kind} "{word}"; known: {listed}'


def is_interrupt(error: BaseException) -> bool:
    """Return whether it is an interrupt, which Python 3.11 wraps while a class is created."""
    return isinstance(error, KeyboardInterrupt) or isinstance(error.__cause__, KeyboardInterrupt)
