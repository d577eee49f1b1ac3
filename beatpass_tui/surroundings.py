"""What a run of the program finds around itself: which API, whose token, and the way there."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from beatpass_tui.access import StoredAccess, VariableAccess
from beatpass_tui.address import API, check_base_url, origin
from beatpass_tui.clock import Clock, SystemClock
from beatpass_tui.endpoints import Service
from beatpass_tui.errors import StoreUnavailable, WrongUsage
from beatpass_tui.memory import Memory
from beatpass_tui.private_file import data_folder
from beatpass_tui.secret import VARIABLE, environment_token

if TYPE_CHECKING:
    from beatpass_tui.credentials import Credentials

API_VARIABLE = "BEATPASS_API_URL"
"""The environment variable that another API can stand in."""


class Surroundings(NamedTuple):
    """The machine as a command sees it; a test hands in its own."""

    environ: Mapping[str, str]
    base_url: str
    """The API, in one spelling."""
    stored: Callable[[], Credentials]
    """Returns where the tokens live, the same each time; it is loaded at its first use."""
    connect: Callable[[], AbstractAsyncContextManager[Service]]
    """Opens a client on the API; nothing of HTTP is loaded before."""
    now: Callable[[], datetime]
    data: Callable[[], Path] = lambda: data_folder(StoreUnavailable)
    """Returns the folder for the program's data; raises StoreUnavailable."""

    @property
    def credentials(self) -> Credentials:
        """Where the tokens live."""
        return self.stored()

    @property
    def origin(self) -> str:
        """Scheme, host and port of the API, for which tokens are stored."""
        return origin(self.base_url)

    @property
    def variable_is_set(self) -> bool:
        """Whether the environment gives a token, be it a usable one or not."""
        return VARIABLE in self.environ

    def memory(self, clock: Clock) -> Memory:
        """Open what earlier runs left behind; where nothing can be kept, its `remark` says so."""
        from beatpass_tui.store import NAME, open_store

        try:
            store, remark = open_store(self.data() / NAME, clock.now)
        except StoreUnavailable as error:
            store, remark = None, error.sentence
        return Memory(
            store, self.origin, clock, token=environment_token(self.environ), remark=remark
        )

    def access(
        self, account: str | None = None, memory: Memory | None = None
    ) -> VariableAccess | StoredAccess:
        """Return the way to this run's token: the variable's, else the stored one of an account.

        `memory` may know whose the variable's is. Raises UnusableToken, UnknownAccount, and
        WrongUsage when both are asked for.
        """
        token = environment_token(self.environ)
        if token is None:
            return StoredAccess(self.credentials, self.origin, account)
        if account is not None:
            raise WrongUsage(
                f"{VARIABLE} is set and wins over the stored accounts; unset it to use --account."
            )
        return VariableAccess(token, memory.whose() if memory is not None else None)


def here(environ: Mapping[str, str] = os.environ) -> Surroundings:
    """Return the surroundings of this process; raises UnusableAddress."""
    base_url = check_base_url(environ.get(API_VARIABLE) or API)

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        # It takes a while to import, and must not hold up the keys meanwhile.
        api = await asyncio.to_thread(import_module, "beatpass_tui.api")
        service: Service
        async with api.BeatPass(base_url) as service:
            yield service

    @cache
    def stored() -> Credentials:
        # A token of the environment needs none of it.
        from beatpass_tui.credentials import Credentials

        return Credentials()

    return Surroundings(environ, base_url, stored, connect, SystemClock().now)
