"""What a command asks of the service for an account: kept like the dashboard's, but no visit.

An errand asks for nothing that is fresh, not even to be connected, and does not end what the
dashboard measures changes by.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from beatpass_tui.auth import sign_in
from beatpass_tui.auth.access import LOST_MESSAGE, StoredAccess, VariableAccess
from beatpass_tui.errors import (
    BeatPassError,
    CredentialsError,
    Forbidden,
    NoArtistProfile,
    NotFound,
    NotSignedIn,
    RateLimited,
    StatusError,
)
from beatpass_tui.models import Account
from beatpass_tui.runtime import gc_policy
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.session.history import AccountHistory, HistoryRepository
from beatpass_tui.session.query import BACKOFF, MANUAL_FLOOR, Query, Trigger
from beatpass_tui.session.session import Session, SessionStatus
from beatpass_tui.storage.store import AccountKey
from beatpass_tui.transport.endpoints import Service

Connect = Callable[[], AbstractAsyncContextManager[Service]]

_HELD = "held"
"""The setting with the rate limits that have not ended yet: moments by account and endpoint."""

_OTHER = "The token is another account's than the one it was stored for; sign in again."


class Fetcher:
    """One run of a command on an account: what is remembered of it, and how to ask for more.

    Raises NotSignedIn where nobody is signed in, and CredentialsError.
    """

    def __init__(
        self,
        origin: str,
        connect: Connect,
        way: StoredAccess | VariableAccess,
        memory: HistoryRepository,
        clock: Clock,
    ) -> None:
        self._origin = origin
        self._connect = connect
        self.clock = clock
        self.repository = memory
        self.access = way
        if self.access.notice is not None:
            raise CredentialsError(self.access.notice)
        if self.access.needs_sign_in:
            sentence = f"Not signed in to {origin}; run `beatpass-tui login`."
            raise NotSignedIn(sentence, status=401)
        known = self.access.known
        self.account = known.account if known is not None else None
        """Id of the account, where it is known."""
        self._limits = _limits(self.repository.get_setting(_HELD), self.clock.now())
        self._warning = ""
        self._requested: dict[Query[Any], None] = {}
        self.session = self._session(None, self.repository.load(self.account))

    def _session(
        self, service: Service | None, past: AccountHistory | None, account: Account | None = None
    ) -> Session:
        return Session(
            service,
            self.clock,
            account=account,
            history=past,
            # An errand may be run every few seconds, and none knows how often was asked before.
            growth_delay=BACKOFF[-1],
            jitter=lambda: 0.0,
        )

    @property
    def warning(self) -> str:
        """What the reader should know about the store; empty if there is nothing."""
        self._warning = self.repository.take_warning() or self._warning
        return self._warning

    def close(self) -> None:
        """Let go of the store."""
        self.repository.close()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Connect the session to the service; what comes is on disk at the end.

        Raises a RequestFailed, or CredentialsError.
        """
        gc_policy.resume()
        async with self._connect() as service:
            recalled = await self.access.load(service)
            if recalled is None:
                raise NotSignedIn(LOST_MESSAGE, status=401)
            service.token = recalled.token
            if self.session.history is None:
                await self._introduce(service)
            else:
                self.session.connect(service)
            past = self.session.history
            if past is not None:
                await past.save_baseline()
            try:
                yield
            finally:
                self._remember_limits()
                # Where only commands are used, nothing else lets old history go.
                self.repository.submit(lambda store: store.prune())
                await self.flush()

    async def _introduce(self, service: Service) -> None:
        """Find out whose the token is before anything else is asked for."""
        try:
            account = await service.account()
        except (NotSignedIn, Forbidden) as error:
            error.message = sign_in.rejection_message(error, self.access.variable)
            raise
        self.account = account.id
        if account.id is not None:
            self.repository.save_token_owner(account.id)
        past = await self.repository.open(account.id)
        self.session = self._session(service, past, account)
        if past is not None:
            # It came by another way than the rest, which would keep it.
            past.save(self.session.account, None)

    async def flush(self) -> None:
        """Wait until everything that has come is on disk."""
        await self.repository.run(lambda _: None, None)

    async def load(
        self, wanted: Sequence[Query[Any]], trigger: Trigger = Trigger.AUTOMATIC
    ) -> None:
        """Ask for what is due of these groups, and for whose they are if that is to be asked."""
        self._requested.update(dict.fromkeys(wanted))
        self.apply_rate_limits(wanted)
        await self.session.load(wanted, trigger, lambda: None)

    async def restore(self, query: Query[Any]) -> None:
        """Give a group the answer that is kept of it, however old that is."""
        past = self.session.history
        if past is not None and query.value is None:
            await past.load_answers((query,))
            past.restore(query)

    async def load_samples(self) -> list[tuple[datetime, int, str, float]]:
        """Return every value in the history of the account: time, artist, number and value."""
        nothing: list[tuple[datetime, int, str, float]] = []
        if self.account is None:
            return nothing
        whose = AccountKey(self._origin, self.account)
        return await self.repository.run(lambda store: store.load_samples(whose), nothing)

    def due_queries(self, max_age: timedelta | None) -> list[Query[Any]]:
        """Return what Home needs and is not fresh, or older than `max_age` where that is given.

        Whose all of it is comes first: nothing is kept that is not known to be this account's.
        """
        self.apply_rate_limits(self.session.home)
        home = [query for query in self.session.home if query.rate_limited_for is None]
        if max_age is None:
            due = [query for query in home if not query.is_fresh or query.is_due(Trigger.AUTOMATIC)]
        else:
            young, now = max(max_age, timedelta(seconds=MANUAL_FLOOR)), self.clock.now()
            due = [
                g
                for g in home
                if g.fetched_at is None or not timedelta() <= now - g.fetched_at < young
            ]
        identity = self.session.account
        return [identity, *due] if due and not identity.is_fresh and identity not in due else due

    # Rate limits

    def apply_rate_limits(self, wanted: Sequence[Query[Any]]) -> None:
        """Hold groups back that an earlier run was told not to ask for yet."""
        for query in wanted:
            until = self._limits.get(self._endpoint(query), 0.0)
            left = until - self.clock.now().timestamp()
            if left > 0 and query.rate_limited_for is None:
                query.apply_rate_limit(
                    RateLimited("BeatPass was asked too often.", retry_after=left)
                )

    def _endpoint(self, query: Query[Any]) -> str:
        name = "activity" if query.name == "activity_in" else query.name
        return f"{self._origin} {self.account} {name}"

    def _remember_limits(self) -> None:
        limits = dict(self._limits)
        for query in self._requested:
            name = self._endpoint(query)
            if query.rate_limited_for is not None and name not in limits:
                limits[name] = round(self.clock.now().timestamp() + query.rate_limited_for)
        if limits != self._limits:
            self.repository.set_setting(_HELD, json.dumps(limits))

    # What went wrong

    def errors(self, wanted: Sequence[Query[Any]]) -> list[BeatPassError]:
        """Return what kept these groups from their answers, each thing once."""
        session = self.session
        account, artist = session.account.error, session.artist.error
        if session.status is SessionStatus.OTHER_ACCOUNT:
            return [NotSignedIn(_OTHER, status=401)]
        if isinstance(account, NotSignedIn | Forbidden):
            return [_saying(account, sign_in.rejection_message(account, self.access.variable))]
        if session.status is SessionStatus.NO_ARTIST and artist is not None:
            others = [query.error for query in wanted if query is not session.artist]
            kept = (error for error in others if not isinstance(error, NotFound | Forbidden))
            return [NoArtistProfile(artist.message), *_once(kept)]
        return _once(_of_one_query(query.error) for query in wanted)


def _limits(written: str | None, now: datetime) -> dict[str, float]:
    """Return until when something is not to be asked for; a day ahead at the most."""
    try:
        found = json.loads(written or "{}")
    except (ValueError, RecursionError):
        found = {}
    moment = now.timestamp()
    return {
        name: until
        for name, until in (found.items() if isinstance(found, dict) else ())
        if isinstance(until, int | float) and moment < until <= moment + 86_400
    }


def _saying(error: BeatPassError, sentence: str) -> BeatPassError:
    error.message = sentence
    return error


def _of_one_query(error: BeatPassError | None) -> BeatPassError | None:
    """Return an error as it is meant where the token itself is good."""
    match error:
        case NotSignedIn() | Forbidden():
            return StatusError(error.message, status=error.status, reason=error.reason)
        case RateLimited():
            return sign_in.with_retry_time(error)
    return error


def _once(errors: Iterable[BeatPassError | None]) -> list[BeatPassError]:
    found: dict[tuple[type, str], BeatPassError] = {}
    for error in errors:
        if error is not None:
            found.setdefault((type(error), error.message), error)
    return list(found.values())
