"""Check that answers belong to the current account and artist before they are shown or saved."""

from typing import NamedTuple

from beatpass_tui.errors import BeatPassError, NotSignedIn, OwnerUnverified, Unreachable
from beatpass_tui.models.identity import Account, Artist


class Owner(NamedTuple):
    """The account and artist of a session, as far as they are known."""

    account: Account | None
    artist: Artist | None = None


class OwnershipGuard:
    """Compares the account and artist that the service names with those of the session."""

    def __init__(self) -> None:
        self.account_id: int | None = None
        self.artist_id: int | None = None
        """The artist of the values that are shown; None until it is known."""
        self.account_is_confirmed = False
        """Whether the service has named the account; nothing is saved before."""
        self.replacement: Owner | None = None
        """The other account or artist that the service has named."""
        self._artist_is_confirmed = False
        self._has_stored_answers = False

    def use_stored(self, account_id: int, artist_id: int | None) -> None:
        """Take the account and artist of answers that earlier runs stored."""
        self.account_id = account_id
        self.artist_id = self.artist_id or artist_id
        self._has_stored_answers = True

    @property
    def is_confirmed(self) -> bool:
        """Whether answers may stand beside the stored ones.

        The profile of the same artist suffices while the account cannot be requested.
        """
        confirmed = self.account_is_confirmed or self._artist_is_confirmed
        return self.replacement is None and (confirmed or not self._has_stored_answers)

    def verify_account(self, account: Account) -> None:
        """Raise an OwnerUnverified, and set `replacement`, for another account."""
        if account.id is None:
            return
        if self.account_id not in (None, account.id):
            self._replace(Owner(account))
        self.account_id = account.id
        self.account_is_confirmed = True

    def verify_artist(self, artist: Artist, account: Account | None, error: Exception) -> None:
        """Raise an OwnerUnverified, and set `replacement`, for another artist.

        Raises `error` while the account isn't confirmed.
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
    """Return the error of queries that are not sent since the account has answered `error`."""
    # Everything is offline, and signed out, at the same time.
    if isinstance(error, Unreachable | NotSignedIn):
        return error
    reason = f": {error.message}" if error is not None else "."
    return OwnerUnverified(f"The account could not be confirmed{reason}")
