"""What a run of the program finds around itself: which API, whose token, and the way there."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from beatpass_tui.address import API, check_base_url, origin
from beatpass_tui.clock import Clock, SystemClock
from beatpass_tui.errors import StoreUnavailable, WrongUsage
from beatpass_tui.private_file import data_folder
from beatpass_tui.secret import VARIABLE, environment_token

if TYPE_CHECKING:
    from beatpass_tui.credentials import Credentials

if TYPE_CHECKING:
    from beatpass_tui.access import StoredAccess, VariableAccess
    from beatpass_tui.credentials import Credentials
    from beatpass_tui.endpoints import Service
    from beatpass_tui.memory import Memory
    from beatpass_tui.secret import Secret

# What only some runs need is imported where it is used: `stats --offline` is asked for every few
# seconds, by prompts and status bars.

API_VARIABLE = "BEATPASS_API_URL"
"""The environment variable that another API can stand in."""


PACE = 2.0
"""Seconds between two pages of a list that is loaded whole: 30 pages a minute."""


class Surroundings:
    """The machine as a command sees it; a test hands in its own.

    `base_url` is the API in one spelling, and `connect` opens a client on it: nothing of HTTP is
    loaded before. Without `credentials` they are the machine's own. `data` returns the folder for
    the program's data, or raises StoreUnavailable. `pace` is how many seconds lie between two
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
        pace: float = PACE,
    ) -> None:
        self.environ = environ
        self.base_url = base_url
        self.connect = connect
        self.now = now
        self.data = data
        self.pace = pace
        self._credentials = credentials

    @property
    def credentials(self) -> Credentials:
        """Where the tokens are."""
        if self._credentials is None:
            from beatpass_tui.credentials import Credentials

            self._credentials = Credentials()
        return self._credentials

    @property
    def origin(self) -> str:
        """Scheme, host and port of the API, for which tokens are stored."""
        return origin(self.base_url)

    @property
    def variable_is_set(self) -> bool:
        """Whether the environment gives a token, be it a usable one or not."""
        return VARIABLE in self.environ

    @property
    def variable_token(self) -> Secret | None:
        """The token that the environment gives; raises UnusableToken."""
        return environment_token(self.environ)

    def kept_at(self) -> Path | None:
        """Return where earlier runs left something; None where they did not."""
        from beatpass_tui.store import NAME

        try:
            path = self.data() / NAME
        except StoreUnavailable:
            return None
        return path if os.path.lexists(path) else None

    def memory(self, clock: Clock, *, makes: bool = True) -> Memory:
        """Open what earlier runs left behind; where nothing can be kept, its `remark` says so.

        Unless it `makes` one, there is no store where there was none.
        """
        from beatpass_tui.memory import Memory
        from beatpass_tui.store import NAME, open_store

        store, remark = None, ""
        try:
            if makes or self.kept_at() is not None:
                store, remark = open_store(self.data() / NAME, clock.now)
        except StoreUnavailable as error:
            remark = error.sentence
        return Memory(store, self.origin, clock, token=self.variable_token, remark=remark)

    def access(
        self, account: str | None = None, memory: Memory | None = None
    ) -> VariableAccess | StoredAccess:
        """Return the way to this run's token: the variable's, else the stored one of an account.

        `memory` may know whose the variable's is. Raises UnusableToken, UnknownAccount, and
        WrongUsage when both are asked for.
        """
        from beatpass_tui.access import StoredAccess, VariableAccess

        token = self.variable_token
        if token is None:
            return StoredAccess(self.credentials, self.origin, account)
        if account is not None:
            raise WrongUsage(
                f"{VARIABLE} is set and wins over the stored accounts; unset it to use --account."
            )
        return VariableAccess(token, memory.whose() if memory is not None else None)


def here(environ: Mapping[str, str] = os.environ) -> Surroundings:
    """Return the surroundings of this process; raises UnusableAddress."""
    given = environ.get(API_VARIABLE)
    base_url = check_base_url(given) if given else API

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        import asyncio
        from importlib import import_module

        from beatpass_tui import lookups, tracing

        lookups.abandon()
        # It takes a while to import, and must not hold up the keys meanwhile.
        api = await asyncio.to_thread(import_module, "beatpass_tui.api")
        service: Service
        async with api.BeatPass(base_url, observe=tracing.current()) as service:
            yield service

    return Surroundings(environ, base_url, None, connect, SystemClock().now)
