"""One signed-in account: when its queries are sent, and its status with the service."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from beatpass_tui.errors import InvalidResponse, NotSignedIn, RateLimited, Unreachable
from beatpass_tui.models.audience import Activity
from beatpass_tui.models.identity import Account, Artist
from beatpass_tui.models.leaderboards import Leaderboard
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.session.history import AccountHistory, HistoryRepository
from beatpass_tui.session.ownership import Owner, OwnershipGuard, unconfirmed
from beatpass_tui.session.queries import ALL_TIME, Queries
from beatpass_tui.session.query import (
    BACKOFF,
    Query,
    Trigger,
    due_queries,
    is_unreachable,
    next_request_number,
)
from beatpass_tui.session.status import SessionStatus, status_of
from beatpass_tui.transport import endpoints
from beatpass_tui.transport.endpoints import Endpoint, Service

T = TypeVar("T")

_OTHER_PERIOD = "BeatPass sent another period than requested."


class Session(Queries):
    """The queries of one account and artist, shared by all pages.

    Without a `service`, requests wait for `connect`; `connection_requested` is set when the first
    one is due. Without a `history`, that of the account is opened in `repository` once the account
    is known. A given `account` or `artist` is not requested again. The other arguments are those of
    `Queries`.
    """

    def __init__(
        self,
        service: Service | None,
        clock: Clock,
        *,
        account: Account | None = None,
        artist: Artist | None = None,
        repository: HistoryRepository | None = None,
        history: AccountHistory | None = None,
        connection_requested: asyncio.Event | None = None,
        growth_delay: float = BACKOFF[0],
        jitter: Callable[[], float] | None = None,
        refresh: float | None = None,
    ) -> None:
        super().__init__(clock, growth_delay=growth_delay, jitter=jitter, refresh=refresh)
        self.history = history
        """The stored data of the account; None while nothing is stored."""
        self.expired = False
        """Whether the session has ended, so that nothing more is sent."""
        self.token_expires_by: datetime | None = None
        """Latest time at which the token expires; None if unknown or already announced."""
        self._service = service
        self._repository = repository
        self._connection_requested = connection_requested or asyncio.Event()
        self._connected = asyncio.Event()
        if service is not None:
            self._connected.set()
        self._owner = OwnershipGuard()
        if artist is not None:
            self.artist.set_value(artist)
            self._owner.artist_id = artist.id
        if account is not None:
            self.account.set_value(account)
        if history is not None:
            self._use_history(history)
        known = self.account.value if self.account.is_fresh else None
        if known is not None and self._owner.account_id in (None, known.id):
            self._owner.verify_account(known)
        for query in (self.account, self.artist):
            if query.value is not None and not query.restored:
                self._save(query)

    # Requests

    async def _request(self, endpoint: Endpoint[T], arguments: dict[str, int | str]) -> T:
        if endpoint.needs_artist:
            if self.artist_id is None:
                raise InvalidResponse("The artist profile has no id.")
            arguments = {"artist": self.artist_id, **arguments}
        elif "artist" in endpoint.decoded_with and self.artist_id is not None:
            arguments = {"artist": self.artist_id}
        number = next_request_number()
        value = await self._send(endpoint, **arguments)
        # A pending request may reveal that the account now has another artist.
        await self.artist.wait()
        if self.replacement is not None:
            raise unconfirmed(None)
        if isinstance(value, Activity):
            if value.period not in (arguments.get("period", ALL_TIME), None):
                raise InvalidResponse(_OTHER_PERIOD)
            # Home's Downloads card shows the same number and must not fall behind.
            shared = arguments.get("period") == ALL_TIME and not self.expired
            if shared and self.activity.set_value(value, number):
                self._save(self.activity)
        if isinstance(value, Leaderboard):
            if value.category not in (arguments["category"], None):
                raise InvalidResponse("BeatPass sent another leaderboard than requested.")
            if value.period not in (arguments["period"], None):
                raise InvalidResponse(_OTHER_PERIOD)
        return value

    async def _send(self, endpoint: Endpoint[T], **arguments: int | str) -> T:
        assert self._service is not None
        return await self._service.fetch(endpoint, **arguments)

    @property
    def artist_id(self) -> int | None:
        """The id of the artist profile, once it is known."""
        return self.artist.value.id if self.artist.value is not None else None

    @property
    def is_waiting(self) -> bool:
        """Whether further requests have to wait, because many were sent in the last minute."""
        return self._service is not None and self._service.is_waiting

    # Owner and history

    async def _request_account(self) -> Account:
        account = await self._send(endpoints.ACCOUNT)
        self._owner.verify_account(account)
        repository, self._repository = self._repository, None
        if repository is not None and self.history is None and account.id is not None:
            repository.save_token_owner(account.id)
            history = await repository.open(account.id)
            if history is not None and not self.expired:
                self._use_history(history)
                history.begin_visit()
        return account

    async def _request_artist(self) -> Artist:
        artist = await self._send(endpoints.ARTIST)
        await self.account.wait()
        error = unconfirmed(self.account.error)
        self._owner.verify_artist(artist, self.account.value, error)
        return artist

    @property
    def replacement(self) -> Owner | None:
        """The account and artist with which a new session must start."""
        return self._owner.replacement

    def _share_limits(self) -> None:
        if self._service is not None and self.history is not None:
            self._service.share_limits(self.history.limits)

    def _use_history(self, history: AccountHistory) -> None:
        self.history = history
        self._share_limits()
        if self.artist_id not in (None, history.artist_id):
            history.drop_cached()
        self._owner.use_stored(history.account_id, history.artist_id)
        for query in self.home:
            history.restore(query)

    async def restore(self, queries: Sequence[Query[Any]]) -> bool:
        """Restore queries from the cache, each only once; return whether one was restored."""
        history = self.history
        if history is None or not await history.load_cached(queries) or self.history is None:
            return False
        restored = [history.restore(query) for query in queries]
        return any(restored)

    def _save(self, query: Query[Any]) -> None:
        if self.history is not None and self._owner.account_is_confirmed and query.error is None:
            self.history.save(query, self._owner.artist_id)

    # The connection and the status

    def connect(self, service: Service) -> bool:
        """Send requests with this service; return False if the session has one or has ended."""
        if self._service is not None or self.expired:
            return False
        self._service = service
        self._share_limits()
        self._connected.set()
        return True

    def end(self) -> None:
        """Stop sending and saving, since the service may have another account's token by now."""
        self.expired = True
        self.history = None
        if self._service is not None:
            self._service.share_limits(None)
        self._connected.set()

    @property
    def status(self) -> SessionStatus:
        """The account's status according to the latest responses."""
        if self.replacement is not None:
            return SessionStatus.OWNER_CHANGED
        if self.expired:
            return SessionStatus.EXPIRED
        return status_of(self.account, self.artist)

    @property
    def has_data(self) -> bool:
        """Whether any query has a value."""
        return any(query.value is not None for query in self.all)

    def oldest_fetch(self, queries: Iterable[Query[Any]]) -> datetime | None:
        """Return when the oldest value of the queries was fetched."""
        return min((q.fetched_at for q in queries if q.fetched_at is not None), default=None)

    def offline_since(self, queries: Iterable[Query[Any]] | None = None) -> datetime | None:
        """Return when the service became unreachable; None while it is reachable."""
        failed = (q for q in queries or self.all if isinstance(q.error, Unreachable))
        return min((q.failed_at for q in failed if q.failed_at is not None), default=None)

    def next_request_in(self, queries: Iterable[Query[Any]]) -> float | None:
        """Return the seconds until the next automatic request; None without one."""
        if self.status is not SessionStatus.NORMAL:
            return None
        waits = [q.retry_in for q in queries if self._has_arguments(q)]
        return min((wait for wait in waits if wait is not None), default=None)

    def next_refresh_in(self, queries: Iterable[Query[Any]]) -> float | None:
        """Return the seconds until data is refreshed, not asked for until it is complete."""
        return self.next_request_in(query for query in queries if not query.is_incomplete)

    def _has_arguments(self, query: Query[Any]) -> bool:
        return not query.endpoint.needs_artist or self.artist_id is not None

    # Loading

    async def load(
        self, queries: Sequence[Query[Any]], trigger: Trigger, on_change: Callable[[], None]
    ) -> bool:
        """Send those of `queries` that are due, and wait for them and for pending requests.

        Account and artist are requested first, even if they are not among `queries`, until they
        are confirmed. If they differ from the owner of cached data, nothing else is sent.
        `on_change` is called once requests are pending and after each response. Returns whether a
        request was sent.
        """
        if self.expired:
            return False
        if await self.restore(queries):
            on_change()
        if not self._connected.is_set() and any(query.is_due(trigger) for query in queries):
            self._connection_requested.set()
            await self._connected.wait()
            if self.expired:
                return False
        due = due_queries(queries, trigger)
        owner = (self.account, self.artist)
        confirming = [q for q in owner if q in due or (due and self._must_confirm(q))]
        sent = await self._fetch_all(
            confirming, [q for q in owner if q.loading and (due or q in queries)], on_change
        )
        rest = [q for q in due if q not in owner and not q.loading]
        if due and not self._owner.is_confirmed and self.replacement is None:
            error = unconfirmed(self.account.error)
            for query in rest:
                query.fail(error)
            on_change()
        elif not self.expired:
            # Another page may have requested them in the meantime.
            rest = [q for q in rest if q.is_due(trigger) or is_unreachable(q)]
            in_flight = [q for q in queries if q.loading]
            sent = await self._fetch_all(rest, in_flight, on_change) or sent
        return sent

    def _must_confirm(self, query: Query[Any]) -> bool:
        is_current = query.is_fresh and query.error is None
        return not (self._owner.is_confirmed or is_current or query.loading)

    async def _fetch_all(
        self,
        queries: Sequence[Query[Any]],
        in_flight: Sequence[Query[Any]],
        on_change: Callable[[], None],
    ) -> bool:
        """Send queries unless they are rate limited or lack arguments; wait for all requests."""
        limited = [query for query in queries if self._is_rate_limited(query)]
        queries = [q for q in queries if q not in limited and self._has_arguments(q)]
        if limited:
            on_change()
        if queries or in_flight:
            async with asyncio.TaskGroup() as tasks:
                for query in queries:
                    tasks.create_task(self._fetch(query, on_change), name=query.name)
                for query in in_flight:
                    tasks.create_task(_wait(query, on_change), name=query.name)
                # Report the pending requests before the first response.
                await asyncio.sleep(0)
                on_change()
        return bool(queries)

    async def _fetch(self, query: Query[Any], on_change: Callable[[], None]) -> None:
        await query.fetch()
        if isinstance(query.error, NotSignedIn):
            await self._check_token(query)
        if self.replacement is not None:
            self.end()
        self._save(query)
        on_change()

    def _is_rate_limited(self, query: Query[Any]) -> bool:
        """Fail a query if another query of the same endpoint is rate limited; return whether."""
        for other in self.all:
            seconds, error = other.rate_limited_for, other.error
            same_path = other.endpoint.path == query.endpoint.path
            if same_path and seconds is not None and isinstance(error, RateLimited):
                query.fail(type(error)(error.message, retry_after=seconds), sent=False)
                return True
        return False

    async def _check_token(self, refused: Query[Any]) -> None:
        """Request the account after a 401, and end the session only if that fails as well."""
        account = self.account
        can_request = not (self.expired or account.loading or account.rate_limited_for is not None)
        if refused is not account and can_request:
            await account.fetch()
        if isinstance(account.error, NotSignedIn):
            self.expired = True


async def _wait(query: Query[Any], on_change: Callable[[], None]) -> None:
    await query.wait()
    on_change()
