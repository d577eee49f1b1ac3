"""The account's status with the service."""

import enum

from beatpass_tui.errors import Forbidden, NotFound
from beatpass_tui.models.identity import Account, Artist
from beatpass_tui.session.query import Query


class SessionStatus(enum.Enum):
    """The account's status with the service, where it affects every page."""

    NORMAL = enum.auto()
    EXPIRED = enum.auto()
    """The token is expired or revoked: nothing more is sent."""
    NO_ACCESS = enum.auto()
    """403 everywhere: the account may not use the API."""
    NO_ARTIST = enum.auto()
    """The account has no artist profile."""
    OWNER_CHANGED = enum.auto()
    """The token belongs to another account or artist, so a new session must start."""


def status_of(account: Query[Account], artist: Query[Artist]) -> SessionStatus:
    """Return the status according to the last responses to these two queries."""
    profile = artist.error
    if isinstance(account.error, Forbidden) and isinstance(profile, Forbidden):
        return SessionStatus.NO_ACCESS
    if isinstance(profile, NotFound) or (
        isinstance(profile, Forbidden) and account.value is not None
    ):
        return SessionStatus.NO_ARTIST
    return SessionStatus.NORMAL
