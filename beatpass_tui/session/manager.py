"""Start, replace and end the session of the signed-in account."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from beatpass_tui.auth.access import Access, LoadedToken
from beatpass_tui.errors import BeatPassError
from beatpass_tui.models.identity import Account, Artist
from beatpass_tui.runtime import gc_policy
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.session.history import AccountHistory, HistoryRepository
from beatpass_tui.session.session import Session
from beatpass_tui.transport.endpoints import Service

Connect = Callable[[], AbstractAsyncContextManager[Service]]


class SessionManager:
    """The session of the signed-in account and its client.

    `connect` returns the client as an async context manager, which is entered once, when the
    first request is due. `growth_delay` and `refresh` are passed to `Session`.
    """

    def __init__(
        self,
        connect: Connect,
        access: Access,
        repository: HistoryRepository | None,
        clock: Clock,
        *,
        growth_delay: float,
        jitter: Callable[[], float] | None = None,
        refresh: float | None = None,
    ) -> None:
        self._connect = connect
        self._access = access
        self._repository = repository
        self._service: Service | None = None
        self._client_requested = asyncio.Event()
        self._client_ready = asyncio.Event()
        self._create_session = partial(
            Session,
            clock=clock,
            repository=repository,
            connection_requested=self._client_requested,
            growth_delay=growth_delay,
            jitter=jitter,
            refresh=refresh,
        )
        self.session: Session | None = None
        known = access.known
        if repository is not None and known is not None and not access.needs_sign_in:
            history = repository.load(known.account)
            if history is not None:
                # It shows the cached data, and gets a client later.
                self.session = self._create_session(None, history=history)

    @property
    def history(self) -> AccountHistory | None:
        """The stored history of the signed-in account."""
        return self.session.history if self.session is not None else None

    async def run(self, on_connect: Callable[[], Awaitable[None]]) -> None:
        """Open the client, call `on_connect`, and keep the client open until canceled.

        With cached data, the client is not opened before it is needed. Raises BeatPassError if
        certificates or proxy settings can't be used.
        """
        if self.history is not None:
            gc_policy.resume()
            await self._client_requested.wait()
        async with self._connect() as service:
            self._service = service
            self._client_ready.set()
            gc_policy.resume()
            await on_connect()
            await asyncio.Event().wait()

    async def client(self) -> Service:
        """Return the client once it is open."""
        self._client_requested.set()
        await self._client_ready.wait()
        assert self._service is not None
        return self._service

    async def start(self, token: LoadedToken, artist: Artist | None = None) -> bool:
        """Send requests with a token; return whether that required a new session.

        A given `artist` is not requested again.
        """
        service = await self.client()
        service.token = token.token
        if self.session is not None and self.session.connect(service):
            self.session.token_expires_by = token.expires_by
            return False
        if self.session is not None:
            self.session.end()
        history = None
        if self._repository is not None and token.account is not None:
            history = await self._repository.open(token.account.id)
        self.session = self._create_session(
            service, account=token.account, artist=artist, history=history
        )
        self.session.token_expires_by = token.expires_by
        if history is not None:
            history.begin_visit()
        return True

    async def replace(self, session: Session) -> bool:
        """Start a session for the session's `replacement`; return whether one was started."""
        service, owner = await self.client(), session.replacement
        if service.token is None or owner is None:
            return False
        token = LoadedToken(
            service.token, account=owner.account, expires_by=session.token_expires_by
        )
        return await self.start(token, owner.artist)

    def end(self) -> None:
        """End the session, if any."""
        if self.session is not None:
            self.session.end()
        self.session = None

    async def other_accounts(self) -> tuple[Account, ...]:
        """Return the other accounts whose tokens are stored."""
        return await self._access.other_accounts()

    async def switch(self, account: Account) -> LoadedToken:
        """Make another stored account the current one; return its token and end the session.

        Raises CredentialsError; then the session stays.
        """
        await self.client()
        token = await self._access.switch(account)
        if self.history is not None:
            self.history.mark_seen()
        self.end()
        return token

    async def sign_out(self) -> str | None:
        """Delete token and cached data but not the history; return a warning if that failed."""
        warning = None
        try:
            await self._access.remove()
        except BeatPassError as error:
            warning = error.message
        history = self.history
        if self.session is not None:
            # A pending response must not be cached after the data was deleted.
            self.session.end()
        if self._repository is not None and history is not None:
            await self._repository.sign_out(history.account_id)
            warning = " ".join(filter(None, (warning, self._repository.take_warning()))) or None
        service = await self.client()
        service.token = None
        return warning

    async def count_samples(self) -> int:
        """Return the number of samples in the account's history; raises StoreUnavailable."""
        if self.history is not None:
            return await self.history.count_samples()
        if self._repository is not None:
            # An account without a history here may have one in a store that could not be opened.
            await self._repository.require(lambda _: None)
        return 0

    async def forget_history(self) -> str | None:
        """Delete the history of the account; return a warning if that failed."""
        if self._repository is None or self.history is None:
            return None
        await self.history.forget_samples()
        return self._repository.take_warning() or None
