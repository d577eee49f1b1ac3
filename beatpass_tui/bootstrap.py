"""Composition root: selects the API, account, store and demo for a run."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from beatpass_tui.errors import StoreUnavailable, UsageError
from beatpass_tui.models.secret import ENV_VARIABLE, Secret, token_from_environment
from beatpass_tui.runtime.clock import Clock, SystemClock
from beatpass_tui.storage.files import data_folder, exists, reporting
from beatpass_tui.storage.store import NAME, AccountKey, CachedModel, Store
from beatpass_tui.transport.urls import API_URL, check_base_url, origin

if TYPE_CHECKING:
    from beatpass_tui.auth.access import Access, StoredAccess, VariableAccess
    from beatpass_tui.auth.credentials import Credentials
    from beatpass_tui.session.fetch import Fetcher
    from beatpass_tui.session.history import HistoryRepository
    from beatpass_tui.transport.endpoints import Service

# Most imports are local because status bars run `stats --offline` every few seconds.

PAGE_INTERVAL = 2.0
"""Seconds between requests for the pages of a complete list: 30 pages per minute."""

DEMO_ORIGIN = "demo"
"""Origin of the demo in the store, independent of its port."""

_NO_ARTIST = ("no-artist", "pending", "revoked", "no-status")
_STATES_WITHOUT_HISTORY = frozenset({"first-day", "new", *_NO_ARTIST, "forbidden", "slow"})

Connect = Callable[[], AbstractAsyncContextManager["Service"]]


class Environment:
    """The environment of a command: variables, API, clock, credentials and data folder.

    `base_url` is normalized. `data` returns the data folder or raises StoreUnavailable.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        base_url: str,
        connect: Connect,
        clock: Clock,
        *,
        credentials: Credentials | None = None,
        data: Callable[[], Path] = lambda: data_folder(StoreUnavailable),
        page_interval: float = PAGE_INTERVAL,
    ) -> None:
        self.environ = environ
        self.base_url = base_url
        self.connect = connect
        self.clock = clock
        self.now = clock.now
        self.has_token_variable = ENV_VARIABLE in environ
        """Whether the token variable is set, even to an invalid token."""
        self.origin = origin(base_url)
        """Scheme, host and port of the API."""
        self.data = data
        self.page_interval = page_interval
        self._credentials = credentials

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        import asyncio

        await asyncio.sleep(seconds)

    @property
    def credentials(self) -> Credentials:
        if self._credentials is None:
            from beatpass_tui.auth.credentials import Credentials

            self._credentials = Credentials()
        return self._credentials

    @property
    def variable_token(self) -> Secret | None:
        """The token in the environment; raises InvalidToken."""
        return token_from_environment(self.environ)

    def store_path(self) -> Path | None:
        """Return the path of the store; None if it doesn't exist.

        Raises StoreUnavailable if that is not certain.
        """
        path = self.data() / NAME
        with reporting(path, "read", StoreUnavailable):
            return path if exists(path) else None

    def open_history(
        self, *, create: bool = True, required: bool = False, writes: bool = False
    ) -> HistoryRepository:
        """Open the store; unless it is `required`, its errors become the repository's warning.

        If the caller `writes`, a required store must not be read-only.
        Raises InvalidToken, and StoreUnavailable if the store is required.
        """
        from beatpass_tui.session.history import HistoryRepository

        # This may raise, so it comes before opening the store.
        token = self.variable_token
        store, warning = None, ""
        try:
            path = self.data() / NAME if create else self.store_path()
            if path is not None:
                store = Store(path, self.now)
                if writes and store.read_only_warning:
                    store.close()
                    raise StoreUnavailable(store.read_only_warning)
                read_only = store.read_only_warning if create else ""
                warning = " ".join(filter(None, (*store.warnings, read_only)))
        except StoreUnavailable as error:
            if required:
                raise
            warning = f"{error.message} Nothing is read or saved in this run."
        return HistoryRepository(
            store, self.origin, self.clock, token=token, warning=warning, required=required
        )

    def fetcher(
        self,
        account: str | None,
        *,
        offline: bool = False,
        needs_store: bool = False,
        writes: bool = False,
    ) -> Fetcher:
        """Return a fetcher for an account; if `offline`, the store is needed but not created.

        Raises NotSignedIn, CredentialsError, the errors of `access`, and StoreUnavailable if the
        store is needed and can't be read, or can't be written although the caller `writes`.
        """
        from beatpass_tui.session.fetch import Fetcher

        required = offline or needs_store or writes
        history = self.open_history(create=not offline, required=required, writes=writes)
        with closed_on_error(history):
            access = self.access(account, history)
            return Fetcher(self.origin, self.connect, access, history, self.clock)

    def access(
        self, account: str | None = None, history: HistoryRepository | None = None
    ) -> VariableAccess | StoredAccess:
        """Return the source of the token: the environment variable, or a stored account.

        `history` is used to find the account of the variable's token. Raises InvalidToken,
        UnknownAccount, and UsageError if both the variable and `account` are given.
        """
        from beatpass_tui.auth.access import StoredAccess, VariableAccess

        token = self.variable_token
        if token is None:
            return StoredAccess(self.credentials, self.origin, account)
        if account is not None:
            raise UsageError(
                f"{ENV_VARIABLE} is set and overrides stored accounts; unset it to use --account."
            )
        return VariableAccess(token, history.token_owner() if history is not None else None)


class AppDependencies(NamedTuple):
    """Constructor arguments of the app."""

    connect: Connect
    access: Access
    repository: HistoryRepository | None
    growth_delay: float
    """Seconds until a growth rate that BeatPass is still calculating is requested again."""


@contextmanager
def closed_on_error(repository: HistoryRepository | None) -> Iterator[None]:
    """Close the repository if the block that creates its owner raises."""
    try:
        yield
    except BaseException:
        if repository is not None:
            repository.close()
        raise


def current_environment(environ: Mapping[str, str] = os.environ) -> Environment:
    """Return the environment of this process; raises InvalidBaseURL."""
    url = environ.get("BEATPASS_API_URL")
    base_url = check_base_url(url) if url else API_URL
    return Environment(environ, base_url, partial(_connect, base_url), SystemClock())


def service_dependencies(account: str | None, *, use_store: bool = True) -> AppDependencies:
    """Return the dependencies for the real service; raises BeatPassError."""
    from beatpass_tui.session.query import BACKOFF

    environment = current_environment()
    history = environment.open_history() if use_store else None
    with closed_on_error(history):
        access = environment.access(account, history)
        return AppDependencies(environment.connect, access, history, BACKOFF[0])


def demo_dependencies(
    state: str,
    *,
    needs_sign_in: bool,
    tracks: int,
    documented_only: bool,
    use_store: bool,
    folder: Path,
) -> AppDependencies:
    """Return the dependencies for the demo, whose store is in `folder`."""
    from beatpass_tui.auth.access import DemoAccess
    from beatpass_tui.demo.model import ACCOUNT_ID
    from beatpass_tui.session.history import HistoryRepository

    clock = SystemClock()
    history = None
    if use_store:
        if state not in _STATES_WITHOUT_HISTORY:
            write_demo_history(folder / NAME, clock.now(), tracks)
        history = HistoryRepository(Store(folder / NAME, clock.now), DEMO_ORIGIN, clock)

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        from beatpass_tui.demo import DemoServer

        server = DemoServer(state=state, tracks=tracks, documented_only=documented_only)
        with server:
            async with _connect(server.base_url) as service:
                yield service

    access = DemoAccess(
        "nova@example.com", "midnight-drive", needs_sign_in=needs_sign_in, account=ACCOUNT_ID
    )
    return AppDependencies(connect, access, history, growth_delay=2.0)


@asynccontextmanager
async def _connect(base_url: str) -> AsyncIterator[Service]:
    import asyncio
    from importlib import import_module

    from beatpass_tui.runtime import threads
    from beatpass_tui.transport import request_log

    threads.use_daemon_lookups()
    # The import is slow and must not block key presses.
    api = await asyncio.to_thread(import_module, "beatpass_tui.api")
    service: Service
    async with api.BeatPass(base_url, observe=request_log.current()) as service:
        yield service


def write_demo_history(path: Path, now: datetime, tracks: int | None = None) -> None:
    """Write a store with a year of the demo artist's history."""
    from beatpass_tui.demo.history import DemoHistory
    from beatpass_tui.demo.model import ACCOUNT_ID, ARTIST_ID
    from beatpass_tui.fast_stats.snapshot import MODELS
    from beatpass_tui.models.beat_plays import BeatPlays
    from beatpass_tui.models.catalog import Performance
    from beatpass_tui.models.leaderboards import Leaderboard
    from beatpass_tui.storage import serialization

    past, account_key = DemoHistory(now, tracks), AccountKey(DEMO_ORIGIN, ACCOUNT_ID)
    then, responses = past.last_visit, past.responses()
    cached = {}
    boards = (name for name in responses if name.startswith("leaderboards:"))
    models: Mapping[str, type[Any]] = {
        **MODELS, "performance": Performance, **dict.fromkeys(boards, Leaderboard),
    }  # fmt: skip
    for name, model in models.items():
        value = serialization.dump(model.decode(responses[name]))
        cached[name] = CachedModel(then, serialization.shape(model), value)
    plays = (
        (BeatPlays(track.id, value, track.name, track.uploaded), at)
        for track, values in past.plays()
        for at, value in values
    )
    with closing(Store(path, lambda: then)) as store:
        store.save_cached(account_key, cached)
        store.add_samples(account_key, ARTIST_ID, past.samples())
        store.beats.import_plays(account_key, ARTIST_ID, plays)
        store.mark_seen(account_key)
