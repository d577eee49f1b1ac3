"""One tree of exceptions, each with a sentence for people."""

from __future__ import annotations

from collections.abc import Sequence


class BeatPassError(Exception):
    """Anything that went wrong and can be told to the producer.

    `sentence` is a whole sentence for the notice row; `reason` is a few words (at most 16
    cells) for the second line of a card.
    """

    reason = "not available"

    def __init__(self, message: str, *, reason: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if reason is not None:
            self.reason = reason


class UsageError(BeatPassError):
    """What was asked for on the command line does not fit together."""

    reason = "wrong usage"


class InvalidToken(BeatPassError):
    """What was given cannot be a personal access token; it is never repeated in the sentence."""

    reason = "unusable token"


class InvalidBaseURL(BeatPassError):
    """An API address that may not be used, such as plain http to another machine."""

    reason = "unusable address"


class ConfigError(BeatPassError):
    """The configuration cannot be used; `sentences` names everything that is wrong with it."""

    reason = "configuration"

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__(" ".join(messages))
        self.messages = tuple(messages)


class CredentialsError(BeatPassError):
    """The stored credentials could not be read or kept."""

    reason = "credentials"


class UnknownAccount(BeatPassError):
    """No account of that name or id is stored."""

    reason = "unknown account"


class AmbiguousAccount(UnknownAccount):
    """Several stored accounts have that name; the sentence lists their ids."""

    reason = "ambiguous"


class RequestFailed(BeatPassError):
    """A request to the service that brought no usable answer."""


class Unreachable(RequestFailed):
    """No answer at all: no network, refused, reset, or out of time."""

    reason = "offline"


class Misconfigured(Unreachable):
    """What this machine says about certificates or a proxy cannot be used."""

    reason = "misconfigured"


class ServiceUnavailable(Unreachable):
    """The service answered that it is down for the moment (502, 503, 504, 520 to 527)."""

    reason = "server down"


class CaptivePortal(Unreachable):
    """A web page came instead of data: most often the network wants a login first."""

    reason = "a web page"


class InvalidResponse(RequestFailed):
    """An answer that is not what is documented: HTML, broken JSON, too large, a redirect."""

    reason = "unreadable"


class OwnerUnverified(RequestFailed):
    """A good answer of which it could not be found out whether it is the account's."""

    reason = "not confirmed"


class StatusError(RequestFailed):
    """The service understood and said no; `status` is the HTTP status."""

    reason = "refused"

    def __init__(self, message: str, *, status: int, reason: str | None = None) -> None:
        super().__init__(message, reason=reason)
        self.status = status


class NotSignedIn(StatusError):
    """401: the token is missing, wrong, expired or revoked."""

    reason = "not signed in"


class Forbidden(StatusError):
    """403: signed in, but not allowed."""

    reason = "no permission"


class NotFound(StatusError):
    """404: there is no such thing."""

    reason = "not found"


class ValidationFailed(StatusError):
    """422: what was sent was not accepted; `fields` maps a field to what is wrong with it."""

    reason = "not accepted"

    def __init__(self, message: str, *, status: int, fields: dict[str, str]) -> None:
        super().__init__(message, status=status)
        self.fields = fields


class RateLimited(StatusError):
    """429: asked too often; `retry_after` is how many seconds to wait, None when not said."""

    reason = "rate limited"

    def __init__(self, message: str, *, status: int = 429, retry_after: float | None) -> None:
        super().__init__(message, status=status)
        self.retry_after = retry_after


class Throttled(RateLimited):
    """Not sent, so that the service is not asked more often than it allows."""

    reason = "paused"


class ServerError(StatusError):
    """500, or a 200 that says that it failed."""

    reason = "server error"


class MissingToken(RequestFailed):
    """A sign-in that succeeded without bringing a token."""

    reason = "no token"


class TwoFactorRequired(RequestFailed):
    """The account asks for a second factor, which the documented API cannot take."""

    reason = "two-factor"


class NoArtistProfile(RequestFailed):
    """The account is signed in and has no artist profile; the sentence is the service's."""

    reason = "no artist"


class WriteFailed(BeatPassError):
    """What was asked for could not be written where it was to go."""

    reason = "not written"


class StoreUnavailable(BeatPassError):
    """What earlier runs remembered could not be read, or nothing can be remembered."""

    reason = "no memory"
