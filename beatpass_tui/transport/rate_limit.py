"""How often the service is asked at the most, whoever asks and for whatever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from beatpass_tui.runtime.clock import Clock

BURST = 30
"""Requests that may go out at once after a quiet half minute: Home and every page take fewer."""

PER_MINUTE = 60
"""Requests a minute that may follow. In no minute there are more than both of these together,
where the service allows 300."""


class Budget:
    """Lets requests out one by one, at the pace that is left to them, in the order of asking."""

    def __init__(
        self, clock: Clock, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._most = float(BURST)
        self._rate = PER_MINUTE / 60
        self._left = self._most
        self._counted = clock.monotonic()
        self._turn = asyncio.Lock()

    async def take(self) -> None:
        """Wait until one more request may go out."""
        async with self._turn:
            while (wait := self._wait()) > 0:
                await self._sleep(wait)
            self._left -= 1

    def _wait(self) -> float:
        now = self._clock.monotonic()
        self._left = min(self._left + (now - self._counted) * self._rate, self._most)
        self._counted = now
        short = 1 - self._left
        # What is missing of a whole one by the roundings of a clock is nothing.
        return short / self._rate if short > 1e-6 else 0.0
