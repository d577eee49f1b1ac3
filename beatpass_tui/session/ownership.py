"""Check that responses belong to the current account and artist before they are used."""

from typing import NamedTuple

from beatpass_tui.errors import BeatPassError, NotSignedIn, OwnerUnverified, Unreachable
from beatpass_tui.models.identity import Account, Artist


class Owner(NamedTuple):
    """The account and artist of a session; None while unknown."""

    account: Account | None
    artist: Artist | None = None


class OwnershipGuard:
    """Compares the account and artist sent by the service with those of the session."""

    def __init__(self) -> None:
        self.account_id: int | None = None
        self.artist_id: int | None = None
        """The artist of the values that are shown; None while unknown."""
        self.account_is_confirmed = False
        """Whether the service has sent the account; nothing is saved before."""
        self.replacement: Owner | None = None
        """The other account or artist that the service has sent."""
        self._artist_is_confirmed = False
        self._uses_cache = False

    def use_stored(self, account_id: int, artist_id: int | None) -> None:
        """Set the account and artist that cached data belongs to."""
        self.account_id = account_id
        self.artist_id = self.artist_id or artist_id
        self._uses_cache = True

    @property
    def is_confirmed(self) -> bool:
        """Whether responses may be shown together with cached data.

        The profile of the same artist is enough if the account can't be requested.
        """
        confirmed = self.account_is_confirmed or self._artist_is_confirmed
        return self.replacement is None and (confirmed or not self._uses_cache)

    def verify_account(self, account: Account) -> None:
        """Set `replacement` and raise OwnerUnverified if this is another account."""
        if account.id is None:
            return
        if self.account_id not in (None, account.id):
            self._replace(Owner(account))
        self.account_id = account.id
        self.account_is_confirmed = True

    def verify_artist(self, artist: Artist, account: Account | None, error: Exception) -> None:
        """Set `replacement` and raise OwnerUnverified if this is another artist.

        Raises `error` if the account isn't confirmed.
        """
        if artist.id is not None and artist.id == self.artist_id and self.replacement is None:
            self._artist_is_confirmed = True
        elif not self.is_confirmed:
            raise error
        elif artist.id is not None:
            if self.artist_id is not None:
                self._replace(Owner(account, artist))
            self.artist_id = artist.id

    def _replace(self, owner: Owner) -> None:
        self.replacement = owner
        raise OwnerUnverified("The token belongs to another account or artist.")


def unconfirmed(error: BeatPassError | None) -> BeatPassError:
    """Return the error for queries that are not sent because the account's query failed."""
    # Being offline or signed out affects every query alike.
    if isinstance(error, Unreachable | NotSignedIn):
        return error
    reason = f": {error.message}" if error is not None else "."
    return OwnerUnverified(f"The account could not be confirmed{reason}")
