"""Queries for commands, which share the cache with the dashboard but don't begin a visit.

A command doesn't connect while the cached values are fresh, and doesn't change the baseline that
the dashboard measures changes against.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from beatpass_tui.auth import sign_in
from beatpass_tui.auth.access import LOST_MESSAGE, StoredAccess, VariableAccess
from beatpass_tui.errors import (
    BeatPassError,
    Forbidden,
    InvalidResponse,
    NotFound,
    NotSignedIn,
    RateLimited,
    StatusError,
    StoreUnavailable,
    Throttled,
)
from beatpass_tui.models.beat_plays import BeatPlays
from beatpass_tui.models.secret import Secret
from beatpass_tui.runtime import gc_policy
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.session.history import AccountHistory, HistoryRepository, Samples
from beatpass_tui.session.query import BACKOFF, MANUAL_FLOOR, Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.session.status import SessionStatus
from beatpass_tui.storage.plays import PlaysSample
from beatpass_tui.transport.endpoints import Service

Connect = Callable[[], AbstractAsyncContextManager[Service]]

StoredToken = tuple[Secret, datetime | None]
"""A token, and the latest time at which it expires, which changes if it is stored again."""

_OTHER_ACCOUNT = "The stored token belongs to another account; sign in again."
_OTHER_ARTIST = "The account's artist has changed; run the command again."


class Fetcher:
    """The session of one command.

    Raises NotSignedIn without a token, and CredentialsError if the token can't be read.
    """

    def __init__(
        self,
        origin: str,
        connect: Connect,
        access: StoredAccess | VariableAccess,
        repository: HistoryRepository,
        clock: Clock,
    ) -> None:
        if access.problem is not None:
            raise access.problem
        if access.needs_sign_in:
            raise sign_in.not_signed_in(origin)
        self._connect = connect
        self._access = access
        self._repository = repository
        self.clock = clock
        self.token: StoredToken | None = None
        """The token of the last connection."""
        self.rejected_token: StoredToken | None = None
        """A token with which no request is sent until it is stored again."""
        self._account_id = access.known.account if access.known is not None else None
        self._warning = ""
        self._requested: dict[Query[Any], None] = {}
        # Independent commands may run every few seconds, so they wait the longest delay.
        self._create_session = partial(
            Session, clock=clock, growth_delay=BACKOFF[-1], jitter=lambda: 0.0
        )
        self.session = self._create_session(None, history=repository.load(self._account_id))

    @property
    def warning(self) -> str:
        """The last error of the store; empty without an error."""
        self._warning = self._repository.take_warning() or self._warning
        return self._warning

    @property
    def account_id(self) -> int | None:
        """The id of the account of the token; None while it is not known."""
        return self._account_id

    @property
    def is_account_known(self) -> bool:
        """Whether the account of the token is known, without a request."""
        return self._account_id is not None

    def close(self) -> None:
        """Close the store."""
        self._repository.close()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Connect the session and confirm account and artist; on exit, save everything fetched.

        Raises RequestFailed and CredentialsError.
        """
        gc_policy.resume()
        async with self._connect() as service:
            token = await self._access.load(service)
            if token is None:
                raise NotSignedIn(LOST_MESSAGE, status=401)
            stored = token.token, token.expires_by
            if stored == self.rejected_token:
                rejected = NotSignedIn("The token was rejected.", status=401)
                rejected.message = sign_in.rejection_message(rejected, self._access.variable)
                raise rejected
            service.token, self.token = token.token, stored
            if self.session.history is None:
                await self._open_account(service)
            else:
                self.session.connect(service)
            if self.session.history is not None:
                await self.session.history.save_baseline()
            try:
                await self._confirm_owner(service)
                yield
            finally:
                self._save_limits()
                # Without the dashboard, nothing else prunes the history.
                self._repository.submit(lambda store: store.prune())
                await self.flush()

    async def _open_account(self, service: Service) -> None:
        """Start a session for the account that the token belongs to."""
        try:
            account = await service.account()
        except (NotSignedIn, Forbidden) as error:
            error.message = sign_in.rejection_message(error, self._access.variable)
            raise
        self._account_id = account.id
        if account.id is not None:
            self._repository.save_token_owner(account.id)
        history = await self._repository.open(account.id)
        self.session = self._create_session(service, account=account, history=history)

    async def _confirm_owner(self, service: Service) -> None:
        """Request account and artist unless they are fresh; start a session for a new artist."""
        await self.load((self.session.account, self.session.artist))
        owner = self.session.replacement
        if owner is not None and owner.artist is not None:
            history = await self._repository.open(self._account_id)
            account, artist = owner
            self.session = self._create_session(
                service, account=account, artist=artist, history=history
            )

    async def flush(self) -> None:
        """Wait until everything fetched is saved."""
        await self._repository.run(lambda _: None, None)

    async def load(
        self, queries: Sequence[Query[Any]], trigger: Trigger = Trigger.AUTOMATIC
    ) -> None:
        """Send the queries that are due."""
        self._requested.update(dict.fromkeys(queries))
        self._apply_limits(queries)
        await self.session.load(queries, trigger, lambda: None)

    async def load_samples(self) -> Samples:
        """Return every value in the history of the account."""
        history = self.session.history
        return await history.load_samples() if history is not None else []

    async def load_plays(self) -> list[PlaysSample]:
        """Return the recorded plays of the account's beats."""
        history = self.session.history
        return await history.load_plays() if history is not None else []

    async def find_artist(self) -> tuple[int | None, list[BeatPassError]]:
        """Return the id of the account's artist, or the errors if it can't be determined.

        Uses the cached profile, then the latest sample, and only then the service. Raises
        StoreUnavailable and the errors of `connected`.
        """
        artist = await self._stored_artist()
        if artist is not None:
            return artist, []
        async with self.connected():
            session = self.session
            errors = self.errors((session.account, session.artist))
        if not errors and session.artist_id is None:
            errors = [InvalidResponse("The artist profile has no id.")]
        return (None, errors) if errors else (session.artist_id, [])

    async def _stored_artist(self) -> int | None:
        if self._account_id is None:
            return None
        history = self._require_history()
        return history.artist_id or next(iter(await history.list_artists()), None)

    async def import_samples(
        self,
        artist: int,
        rows: Sequence[tuple[str, datetime, float]],
        plays: Sequence[tuple[BeatPlays, datetime]] = (),
    ) -> int:
        """Add samples that are not stored yet and return their number; raises StoreUnavailable."""
        return await self._require_history().import_samples(artist, rows, plays)

    def _require_history(self) -> AccountHistory:
        history = self.session.history
        if history is None:
            raise StoreUnavailable(self.warning or "The data of this account can't be stored.")
        return history

    def due_queries(self, max_age: timedelta | None) -> list[Query[Any]]:
        """Return Home's queries that aren't fresh, or with `max_age` those that are older."""
        self._apply_limits(self.session.home)
        home = [query for query in self.session.home if query.rate_limited_for is None]
        if max_age is None:
            return [q for q in home if not q.is_fresh or q.is_due(Trigger.AUTOMATIC)]
        age, now = max(max_age, timedelta(seconds=MANUAL_FLOOR)), self.clock.now()
        return [
            q for q in home if q.fetched_at is None or not timedelta() <= now - q.fetched_at < age
        ]

    # Rate limits

    def _apply_limits(self, queries: Sequence[Query[Any]]) -> None:
        """Fail the queries that other processes or earlier runs have paused."""
        history = self.session.history
        for query in queries:
            seconds = history.limits.paused_for(query.endpoint) if history is not None else 0.0
            if seconds > 0 and query.rate_limited_for is None:
                query.fail(RateLimited("Too many requests.", retry_after=seconds), sent=False)

    def _save_limits(self) -> None:
        """Pause the endpoints that are rate limited, also without a time from the service."""
        history = self.session.history
        for query in self._requested:
            # The client shares its own pauses.
            seconds = None if isinstance(query.error, Throttled) else query.rate_limited_for
            if history is not None and seconds is not None:
                history.limits.pause_endpoint(query.endpoint, seconds)

    # Errors

    def errors(self, queries: Sequence[Query[Any]]) -> list[BeatPassError]:
        """Return the errors of these queries without duplicates."""
        session = self.session
        account, artist = session.account.error, session.artist.error
        if session.replacement is not None:
            other_artist = session.replacement.artist is not None
            message = _OTHER_ARTIST if other_artist else _OTHER_ACCOUNT
            return [NotSignedIn(message, status=401)]
        if isinstance(account, NotSignedIn | Forbidden):
            account.message = sign_in.rejection_message(account, self._access.variable)
            return [account]
        if session.status is SessionStatus.NO_ARTIST and isinstance(artist, StatusError):
            others = [query.error for query in queries if query is not session.artist]
            remaining = (error for error in others if not isinstance(error, NotFound | Forbidden))
            return [sign_in.no_artist(artist, session.account.value), *_unique(remaining)]
        return _unique(_of_one_query(query.error) for query in queries)


def _of_one_query(error: BeatPassError | None) -> BeatPassError | None:
    """Convert an error of one query, when the token itself is known to be valid."""
    match error:
        case NotSignedIn() | Forbidden():
            return StatusError(error.message, status=error.status, reason=error.reason)
        case RateLimited():
            return sign_in.with_retry_time(error)
    return error


def _unique(errors: Iterable[BeatPassError | None]) -> list[BeatPassError]:
    unique = {(type(e), e.message): e for e in errors if e is not None}
    return list(unique.values())
