"""One signed-in account: what is asked of the service for it, and how it stands with it."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from beatpass_tui.errors import (
    Forbidden,
    NotFound,
    NotSignedIn,
    OwnerUnverified,
    RateLimited,
    Unreachable,
)
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.session import query
from beatpass_tui.session.history import AccountHistory, HistoryRepository
from beatpass_tui.session.ownership import OwnershipGuard
from beatpass_tui.session.queries import Queries
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.transport.endpoints import Service

if TYPE_CHECKING:
    from beatpass_tui.models import Account

_ENDPOINTS = {"activity_in": "activity"}
"""Groups that ask the endpoint of another one; all others ask the one of their name."""


class SessionStatus(enum.Enum):
    """How the account stands with the service, as far as that changes the whole program."""

    NORMAL = enum.auto()
    EXPIRED = enum.auto()
    """The token is expired or revoked: nothing more is sent."""
    NO_ACCESS = enum.auto()
    """403 everywhere: the account may not use the API."""
    NO_ARTIST = enum.auto()
    """The account has no artist profile."""
    OTHER_ACCOUNT = enum.auto()
    """The token is another account's than the one whose last answers were shown."""


Changed = Callable[[], None]


class Session(Queries):
    """The groups of one signed-in account, asked when they are due, and what they say together.

    Without a `service`, requests wait for `connect`; `connection_requested` is set when the first
    one is due. `history` is the stored history of the account; without it, it is opened in
    `repository` once the account is known. An `account` from a sign-in is not requested again.
    """

    def __init__(
        self,
        service: Service | None,
        clock: Clock,
        *,
        account: Account | None = None,
        repository: HistoryRepository | None = None,
        history: AccountHistory | None = None,
        connection_requested: asyncio.Event | None = None,
        growth_delay: float = query.BACKOFF[0],
        jitter: Callable[[], float] | None = None,
        refresh: float | None = None,
    ) -> None:
        super().__init__(service, clock, growth_delay=growth_delay, jitter=jitter, refresh=refresh)
        self.expired = False
        self.token_expires_by: datetime | None = None
        """When the token has ended at the latest; None once the reader has been told, or where
        that is not known."""
        # Set once something is to be asked for.
        self._connection_requested = connection_requested or asyncio.Event()
        self._connected = asyncio.Event()
        if service is not None:
            self._connected.set()
        self._keeping = OwnershipGuard(self, repository, history)
        self._keeping.begin()
        if account is not None:
            self.account.set_value(account)
        self._keeping.confirm()

    @property
    def history(self) -> AccountHistory | None:
        """What earlier runs knew of the account; None where nothing is remembered."""
        return self._keeping.history

    async def restore(self, wanted: Sequence[Query[Any]]) -> bool:
        """Give groups what the disk has of them, once; return whether there was anything."""
        return await self._keeping.restore(wanted)

    def answered_besides(self, query: Query[Any]) -> None:
        """Keep an answer that came by the request of another group."""
        self._keeping.note(query)

    async def admit(self, query: Query[Any], answer: object) -> None:
        """Hold an answer back until it is known to be of the account and artist that are shown."""
        await self._keeping.admit(query, answer)

    def connect(self, service: Service) -> bool:
        """Ask this service from now on; return whether this session had none yet."""
        if self._service is not None or self.expired:
            return False
        self._service = service
        self._connected.set()
        return True

    def end(self) -> None:
        """Send and keep nothing more: the service may hold another account's token by now."""
        self.expired = True
        self._keeping.history = None
        # Whoever waits for a service need not any more.
        self._connected.set()

    @property
    def status(self) -> SessionStatus:
        """How the account stands with the service, by the latest answers."""
        if self._keeping.other_account:
            return SessionStatus.OTHER_ACCOUNT
        if self.expired:
            return SessionStatus.EXPIRED
        profile = self.artist.error
        if isinstance(self.account.error, Forbidden) and isinstance(profile, Forbidden):
            return SessionStatus.NO_ACCESS
        if isinstance(profile, NotFound) or (
            isinstance(profile, Forbidden) and self.account.value is not None
        ):
            return SessionStatus.NO_ARTIST
        return SessionStatus.NORMAL

    def oldest_fetch(self, shown: Iterable[Query[Any]]) -> datetime | None:
        """Return when the oldest of the answers shown was fetched."""
        return min(
            (query.fetched_at for query in shown if query.fetched_at is not None), default=None
        )

    def offline_since(self, shown: Iterable[Query[Any]] | None = None) -> datetime | None:
        """Return since when the service cannot be reached, None while it can."""
        out = (query for query in shown or self.all if isinstance(query.error, Unreachable))
        return min((query.failed_at for query in out if query.failed_at is not None), default=None)

    def next_request_in(self, shown: Iterable[Query[Any]]) -> float | None:
        """Return in how many seconds one of the groups asks again by itself."""
        if self.status is not SessionStatus.NORMAL:
            return None
        waits = [query.retry_in for query in shown if self._can_ask(query)]
        return min((wait for wait in waits if wait is not None), default=None)

    async def load(self, wanted: Sequence[Query[Any]], trigger: Trigger, changed: Changed) -> bool:
        """Ask for what is due of `wanted`, all at once.

        `changed` is called when the requests are under way and again as each one lands.

        What needs the artist's id waits for the profile alone, and what is in flight already is
        waited for. Returns whether anything was asked for.
        """
        if self.expired:
            return False
        if await self.restore(wanted):
            changed()
        if not self._connected.is_set() and any(query.is_due(trigger) for query in wanted):
            self._connection_requested.set()
            await self._connected.wait()
        if self.expired:
            return False
        due = due_of(wanted, trigger)
        unsaid = self.account not in due and not self.account.loading
        if unsaid and any(isinstance(query.error, OwnerUnverified) for query in due):
            # They wait to hear whose they are.
            due.insert(0, self.account)
        held = [query for query in due if self._is_rate_limited(query)]
        due = [query for query in due if query not in held]
        then = [] if self.artist_id is not None else [g for g in due if self.needs_artist(g)]
        first = [query for query in due if query not in then]
        # What another page has asked for already is waited for, so that it is drawn here too. It
        # may have landed by the time that its turn comes, and is not asked for once more then.
        joined = [query for query in wanted if query.loading and query not in first]
        if then and self.artist.loading and self.artist not in (*first, *joined):
            joined.append(self.artist)
        if held:
            changed()
        if not first and not joined:
            return False
        async with asyncio.TaskGroup() as tasks:
            for query in (*first, *joined):
                after = then if query is self.artist else []
                task = self._ask(query, wanted, after, trigger, changed, joins=query in joined)
                tasks.create_task(task, name=query.name)
            # Once the requests are under way, and before the first of them has landed.
            await asyncio.sleep(0)
            changed()
        return bool(first or then)

    async def _ask(
        self,
        query: Query[Any],
        wanted: Sequence[Query[Any]],
        then: list[Query[Any]],
        trigger: Trigger,
        changed: Changed,
        *,
        joins: bool = False,
    ) -> None:
        before = self.artist_id
        await (query.wait() if joins else query.fetch())
        if isinstance(query.error, NotSignedIn) and not self.expired:
            await self._recheck(query)
        if query is self.account:
            await self._keeping.identify()
            self.expired = self.expired or self._keeping.other_account
        if query is self.artist and before is not None and self.artist_id not in (before, None):
            left = self._keeping.leave_artist()
            then = [*then, *(each for each in wanted if each in left)]
        if query.error is None:
            self._keeping.note(query)
        self._keeping.keep()
        changed()
        if then and self.artist_id is not None and not self.expired:
            async with asyncio.TaskGroup() as tasks:
                for follower in then:
                    if follower.is_due(trigger):
                        tasks.create_task(self._ask(follower, (), [], trigger, changed))

    def _is_rate_limited(self, query: Query[Any]) -> bool:
        """Hold a group back while its endpoint is rate limited, whichever group was told so."""
        endpoint = _ENDPOINTS.get(query.name, query.name)
        for other in self.all:
            left, error = other.rate_limited_for, other.error
            same = _ENDPOINTS.get(other.name, other.name) == endpoint
            if same and left is not None and isinstance(error, RateLimited):
                query.apply_rate_limit(type(error)(error.message, retry_after=left))
                return True
        return False

    async def _recheck(self, refused: Query[Any]) -> None:
        """Ask who is signed in before one endpoint's 401 is taken as the end of the token."""
        account = self.account
        if refused is not account and not account.loading and account.rate_limited_for is None:
            await account.fetch()
        if isinstance(self.account.error, NotSignedIn):
            self.expired = True

    def _can_ask(self, query: Query[Any]) -> bool:
        return not self.needs_artist(query) or self.artist_id is not None


def due_of(wanted: Sequence[Query[Any]], trigger: Trigger) -> list[Query[Any]]:
    """Return which of some groups are to be asked for now."""
    due = [query for query in wanted if query.is_due(trigger)]
    if any(isinstance(query.error, Unreachable) for query in due):
        # One sign of life is enough: whatever could not be reached is tried together.
        due += [query for query in wanted if query not in due and _retries(query)]
    return due


def _retries(query: Query[Any]) -> bool:
    return isinstance(query.error, Unreachable) and not query.loading
