"""What a run of the program finds around itself: which API, whose token, and the way there."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from beatpass_tui.errors import StoreUnavailable, UsageError
from beatpass_tui.models.secret import ENV_VARIABLE, token_from_environment
from beatpass_tui.runtime.clock import Clock, SystemClock
from beatpass_tui.storage.files import data_folder
from beatpass_tui.transport.urls import API_URL, check_base_url, origin

if TYPE_CHECKING:
    from beatpass_tui.auth.access import Access, StoredAccess, VariableAccess
    from beatpass_tui.auth.credentials import Credentials
    from beatpass_tui.models.secret import Secret
    from beatpass_tui.session.fetch import Fetcher
    from beatpass_tui.session.history import HistoryRepository
    from beatpass_tui.transport.endpoints import Service

# What only some runs need is imported where it is used: `stats --offline` is asked for every few
# seconds, by prompts and status bars.

API_VARIABLE = "BEATPASS_API_URL"
"""The environment variable that another API can stand in."""


Connect = Callable[[], AbstractAsyncContextManager["Service"]]

PAGE_INTERVAL = 2.0
"""Seconds between two pages of a list that is loaded whole: 30 pages a minute."""


class Environment:
    """The machine as a command sees it; a test hands in its own.

    `base_url` is the API in one spelling, and `connect` opens a client on it: nothing of HTTP is
    loaded before. Without `credentials` they are the machine's own. `data` returns the folder for
    the program's data, or raises StoreUnavailable. `page_interval` is the seconds between two
    pages of a list that is loaded whole.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        base_url: str,
        credentials: Credentials | None,
        connect: Callable[[], AbstractAsyncContextManager[Service]],
        now: Callable[[], datetime],
        data: Callable[[], Path] = lambda: data_folder(StoreUnavailable),
        *,
        page_interval: float = PAGE_INTERVAL,
    ) -> None:
        self.environ = environ
        self.base_url = base_url
        self.connect = connect
        self.now = now
        self.data = data
        self.page_interval = page_interval
        self._credentials = credentials

    @property
    def credentials(self) -> Credentials:
        """Where the tokens are."""
        if self._credentials is None:
            from beatpass_tui.auth.credentials import Credentials

            self._credentials = Credentials()
        return self._credentials

    @property
    def origin(self) -> str:
        """Scheme, host and port of the API, for which tokens are stored."""
        return origin(self.base_url)

    @property
    def has_token_variable(self) -> bool:
        """Whether the environment gives a token, be it a usable one or not."""
        return ENV_VARIABLE in self.environ

    @property
    def variable_token(self) -> Secret | None:
        """The token that the environment gives; raises InvalidToken."""
        return token_from_environment(self.environ)

    def store_path(self) -> Path | None:
        """Return where earlier runs left something; None where they did not."""
        from beatpass_tui.storage.store import NAME

        try:
            path = self.data() / NAME
        except StoreUnavailable:
            return None
        return path if os.path.lexists(path) else None

    def memory(self, clock: Clock, *, makes: bool = True) -> HistoryRepository:
        """Open what earlier runs left behind; where nothing can be kept, its `remark` says so.

        Unless it `makes` one, there is no store where there was none.
        """
        from beatpass_tui.session.history import HistoryRepository
        from beatpass_tui.storage.store import NAME, open_store

        # It may be unusable, which is to be found out before anything is opened.
        token = self.variable_token
        store, remark = None, ""
        try:
            if makes or self.store_path() is not None:
                store, remark = open_store(self.data() / NAME, clock.now)
        except StoreUnavailable as error:
            remark = error.message
        return HistoryRepository(store, self.origin, clock, token=token, remark=remark)

    def fetcher(self, account: str | None, *, offline: bool = False) -> Fetcher:
        """Return a run of a command on an account; without a store where it is `offline`.

        Raises what `access` raises, NotSignedIn, and CredentialsError.
        """
        from beatpass_tui.session.fetch import Fetcher

        clock = _Clock(self.now)
        memory = self.memory(clock, makes=not offline)
        with closed_on_error(memory):
            return Fetcher(self.origin, self.connect, self.access(account, memory), memory, clock)

    def access(
        self, account: str | None = None, memory: HistoryRepository | None = None
    ) -> VariableAccess | StoredAccess:
        """Return the way to this run's token: the variable's, else the stored one of an account.

        `memory` may know whose the variable's is. Raises InvalidToken, UnknownAccount, and
        UsageError when both are asked for.
        """
        from beatpass_tui.auth.access import StoredAccess, VariableAccess

        token = self.variable_token
        if token is None:
            return StoredAccess(self.credentials, self.origin, account)
        if account is not None:
            raise UsageError(
                f"{ENV_VARIABLE} is set and wins over the stored accounts; "
                "unset it to use --account."
            )
        return VariableAccess(token, memory.token_owner() if memory is not None else None)


@contextmanager
def closed_on_error(memory: HistoryRepository | None) -> Iterator[None]:
    """Close the store where what was to use it, and to close it in the end, cannot be made."""
    try:
        yield
    except BaseException:
        if memory is not None:
            memory.close()
        raise


class _Clock:
    """The system's clock, but for the moment that a test may set."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.monotonic = SystemClock().monotonic


def current_environment(environ: Mapping[str, str] = os.environ) -> Environment:
    """Return the surroundings of this process; raises InvalidBaseURL."""
    given = environ.get(API_VARIABLE)
    base_url = check_base_url(given) if given else API_URL

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        import asyncio
        from importlib import import_module

        from beatpass_tui.runtime import threads
        from beatpass_tui.transport import request_log

        threads.use_daemon_lookups()
        # It takes a while to import, and must not hold up the keys meanwhile.
        api = await asyncio.to_thread(import_module, "beatpass_tui.api")
        service: Service
        async with api.BeatPass(base_url, observe=request_log.current()) as service:
            yield service

    return Environment(environ, base_url, None, connect, SystemClock().now)


DEMO_ORIGIN = "demo"
"""What the demo's memory knows its API by, whichever port that has."""
_DEMO_GROWTH_DELAY = 2.0

_NOTHING_KNOWN = frozenset({"new", "no-artist", "forbidden", "slow"})
"""The states of the demo in which nobody has looked before."""


class AppDependencies(NamedTuple):
    """What the app is made from."""

    connect: Connect
    access: Access
    memory: HistoryRepository | None
    growth_delay: float
    """Seconds after which a growth rate that is still calculated is asked for again."""


def service_dependencies(account: str | None, *, remembers: bool = True) -> AppDependencies:
    """Return what a run on the real service is given, for a stored account or the current one.

    Raises a BeatPassError.
    """
    from beatpass_tui.session.query import BACKOFF

    found = current_environment()
    memory = found.memory(SystemClock()) if remembers else None
    with closed_on_error(memory):
        return AppDependencies(found.connect, found.access(account, memory), memory, BACKOFF[0])


def demo_dependencies(
    state: str,
    *,
    needs_sign_in: bool,
    tracks: int,
    documented_only: bool,
    remembers: bool,
    folder: Path,
) -> AppDependencies:
    """Return what a run on the embedded demo is given, which remembers into `folder` alone."""
    from beatpass_tui.auth.access import DemoAccess
    from beatpass_tui.demo.model import ACCOUNT_ID
    from beatpass_tui.session.history import HistoryRepository

    clock = SystemClock()
    memory = None
    if remembers:
        from beatpass_tui.storage.store import NAME, open_store

        if state not in _NOTHING_KNOWN:
            seed(folder / NAME, clock.now())
        store, remark = open_store(folder / NAME, clock.now)
        memory = HistoryRepository(store, DEMO_ORIGIN, clock, remark=remark)

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        import asyncio
        from importlib import import_module

        from beatpass_tui.demo import DemoServer
        from beatpass_tui.transport import request_log

        server = DemoServer(state=state, tracks=tracks, documented_only=documented_only)
        api = await asyncio.to_thread(import_module, "beatpass_tui.api")
        service: Service
        with server:
            async with api.BeatPass(server.base_url, observe=request_log.current()) as service:
                yield service

    access = DemoAccess(
        "nova@example.com", "midnight-drive", needs_sign_in=needs_sign_in, account=ACCOUNT_ID
    )
    return AppDependencies(connect, access, memory, _DEMO_GROWTH_DELAY)


def seed(path: Path, now: datetime) -> None:
    """Write what somebody who has watched the demo's artist for a year would remember."""
    from beatpass_tui import models
    from beatpass_tui.demo import past
    from beatpass_tui.demo.model import ACCOUNT_ID, ARTIST_ID
    from beatpass_tui.storage import serialization
    from beatpass_tui.storage.store import AccountKey, CachedModel, Store

    then, whose = past.last_visit(now), AccountKey(DEMO_ORIGIN, ACCOUNT_ID)
    answers = past.answers(then)
    known = {
        "account": models.Account.decode(answers["account"]),
        "artist": models.Artist.decode(answers["artist"]),
        "stats": models.Stats.decode(answers["stats"]),
        "intelligence": models.Intelligence.decode(answers["intelligence"]),
        "followers": models.Followers.decode(answers["followers"]),
        "activity": models.Activity.decode(answers["activity"]),
        "performance": models.Performance.decode(answers["performance"]),
    }
    kept = {
        name: CachedModel(then, serialization.shape(type(model)), serialization.dump(model))
        for name, model in known.items()
    }
    with closing(Store(path, lambda: then)) as store:
        store.save_cached(whose, kept)
        store.add_samples(whose, ARTIST_ID, past.history(then))
        store.mark_seen(whose)
