"""Whose the answers are: what of earlier runs may stand beside them, and what is kept of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from beatpass_tui.errors import BeatPassError, NotSignedIn, OwnerUnverified, Unreachable
from beatpass_tui.session.history import AccountHistory, HistoryRepository
from beatpass_tui.session.queries import Queries
from beatpass_tui.session.query import Query


class OwnershipGuard:
    """What is restored and kept of the answers of one session.

    `past` is what earlier runs knew of the account, and `memory` is where that is found once the
    account is known.
    """

    def __init__(
        self, questions: Queries, memory: HistoryRepository | None, past: AccountHistory | None
    ) -> None:
        self.history = past
        self.other_account = False
        """Whether the answers are of another account than the past."""
        self._questions = questions
        self._repository = memory
        # What was looked for on the disk, found or not.
        self._recalled: set[Query[Any]] = set()
        # What is kept as soon as it is known to be this account's.
        self._unkept: dict[Query[Any], None] = {}
        self._confirmed = False
        # The artist of the answers that were restored, and whether the service has named it too.
        self._artist: int | None = None
        self._same_artist = False

    def begin(self) -> None:
        """Restore Home, before anything is asked."""
        if self.history is not None:
            self._restore_queries(self.history, self._questions.home)
            self._artist = self._questions.artist_id

    def confirm(self) -> None:
        """Take the account for confirmed if it was asked for so recently that it still is."""
        account = self._questions.account
        if self.history is not None and account.value is not None and account.is_fresh:
            self._confirmed = self.history.account_id == account.value.id

    async def restore(self, wanted: Sequence[Query[Any]]) -> bool:
        """Read from the disk what is remembered of groups; return whether anything was."""
        past = self.history
        new = [query for query in wanted if query not in self._recalled]
        if past is None or not new:
            return False
        await past.load_answers(new)
        return self.history is past and self._restore_queries(past, new)

    async def identify(self) -> None:
        """Find out whether the answers belong to the account that is remembered."""
        asked = self._questions.account
        account = asked.value
        if account is None or asked.error is not None or account.id is None:
            return
        if self.history is None and self._repository is not None and not self._confirmed:
            self.history = await self._repository.open(account.id)
            if self.history is not None:
                self._restore_queries(self.history, self._questions.home)
                self.history.begin_visit()
        if self.history is not None and self.history.account_id != account.id:
            # Nothing that was asked by one account may be kept or shown as another's.
            self.other_account, self._confirmed = True, False
            for query in self._questions.all:
                if query.restored:
                    query.clear()
            return
        self._confirmed = True
        if self._repository is not None:
            self._repository.save_token_owner(account.id)

    # What may be shown

    async def admit(self, query: Query[Any], answer: object) -> None:
        """Hold an answer back until it is known to be of what stands beside it on the screen.

        That is the remembered account and the artist. Raises a RequestFailed if it is of another
        account, or if whose it is cannot be found out.
        """
        account, artist = self._questions.account, self._questions.artist
        if query is account:
            return
        unasked = account.error is None and account.turn == 0
        if self._in_doubt and (account.loading or unasked):
            await account.fetch()
            await self.identify()
        if query is artist:
            if self._in_doubt:
                self._same_artist = _id_of(answer) == self._artist is not None
        elif artist.loading and artist.value is not None:
            # It may be another artist by now; the requests are made at the same time.
            await artist.fetch()
        if self._in_doubt:
            raise _unconfirmed(account.error)

    @property
    def _in_doubt(self) -> bool:
        """Whether what is remembered may be another account's than what comes.

        A profile of the artist that is remembered settles it while the account cannot be asked.
        """
        if self.other_account:
            return True
        return self.history is not None and not (self._confirmed or self._same_artist)

    # What is kept

    def note(self, query: Query[Any]) -> None:
        """Take note of an answer that is to be kept once it is known whose it is."""
        self._unkept[query] = None

    def keep(self) -> None:
        """Keep what was noted if it is known whose it is, the account's and the artist's."""
        artist = self._questions.artist
        if self._confirmed and not artist.is_pending and not artist.loading:
            unkept, self._unkept = self._unkept, {}
            for known in unkept:
                if self.history is not None:
                    self.history.save(known, self._questions.artist_id)

    def leave_artist(self) -> set[Query[Any]]:
        """Let go of what is of the artist before, and return that."""
        if self.history is not None:
            self.history.drop_answers()
        # The account has stayed the same.
        self.note(self._questions.account)
        left = set()
        for query in self._questions.all:
            self._recalled.add(query)
            # What names no artist and came together with the new one is of the new one.
            recent = query in self._unkept and not self._questions.needs_artist(query)
            if query is not self._questions.artist and not recent:
                query.clear()
                left.add(query)
        return left

    def _restore_queries(self, past: AccountHistory, wanted: Iterable[Query[Any]]) -> bool:
        """Give groups what is remembered of them; return whether anything was."""
        new = [query for query in wanted if query not in self._recalled]
        self._recalled.update(new)
        found = [query for query in new if past.restore(query)]
        return bool(found)


def _id_of(artist: object) -> int | None:
    return getattr(artist, "id", None)


def _unconfirmed(error: BeatPassError | None) -> BeatPassError:
    """Return what an answer amounts to of which it is not known whose it is."""
    # Offline is told, and tried again, all at once; and a token that has ended has ended.
    if isinstance(error, Unreachable | NotSignedIn):
        return error
    why = f": {error.message}" if error is not None else "."
    return OwnerUnverified(f"BeatPass did not say whose numbers these are{why}")
