"""Interface of the request budget and pauses that processes share."""

from typing import Protocol

from beatpass_tui.storage.limits import Permit


class SharedLimits(Protocol):
    """The budget and the pauses of one account."""

    async def take(self, path: str, reserve: int) -> Permit | None:
        """Take a token for a request to a path, which may be ""; None if they can't be shared."""

    def count(self, requests: int) -> None:
        """Count requests that were sent before the limits were known."""

    def pause(self, path: str, seconds: float, *, is_limited: bool) -> None:
        """Pause an endpoint for all processes."""
