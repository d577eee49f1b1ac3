"""What a run of the program finds around itself: which API, whose token, and the way there."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from beatpass_tui.access import StoredAccess, VariableAccess
from beatpass_tui.address import API, check_base_url, origin
from beatpass_tui.clock import SystemClock
from beatpass_tui.credentials import Credentials, environment_token
from beatpass_tui.endpoints import Service
from beatpass_tui.errors import WrongUsage
from beatpass_tui.secret import VARIABLE

API_VARIABLE = "BEATPASS_API_URL"
"""The environment variable that another API can stand in."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The machine as a command sees it; a test hands in its own."""

    environ: Mapping[str, str]
    base_url: str
    """The API, in one spelling."""
    credentials: Credentials
    connect: Callable[[], AbstractAsyncContextManager[Service]]
    """Opens a client on the API; nothing of HTTP is loaded before."""
    now: Callable[[], datetime]

    @property
    def origin(self) -> str:
        """Scheme, host and port of the API, for which tokens are stored."""
        return origin(self.base_url)

    @property
    def variable_is_set(self) -> bool:
        """Whether the environment gives a token, be it a usable one or not."""
        return VARIABLE in self.environ

    def access(self, account: str | None = None) -> VariableAccess | StoredAccess:
        """Return the way to this run's token: the variable's, else the stored one of an account.

        Raises UnusableToken, UnknownAccount, and WrongUsage when both are asked for.
        """
        token = environment_token(self.environ)
        if token is None:
            return StoredAccess(self.credentials, self.origin, account)
        if account is not None:
            raise WrongUsage(
                f"{VARIABLE} is set and wins over the stored accounts; unset it to use --account."
            )
        return VariableAccess(token)


def here(environ: Mapping[str, str] = os.environ) -> Surroundings:
    """Return the surroundings of this process; raises UnusableAddress."""
    base_url = check_base_url(environ.get(API_VARIABLE) or API)

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        from beatpass_tui.api import BeatPass

        async with BeatPass(base_url) as service:
            yield service

    return Surroundings(environ, base_url, Credentials(), connect, SystemClock().now)
