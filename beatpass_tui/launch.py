"""What a run of the dashboard is given: a client, a way to sign in, and a memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from beatpass_tui.access import Access
from beatpass_tui.clock import SystemClock
from beatpass_tui.endpoints import Service
from beatpass_tui.groups import BACKOFF
from beatpass_tui.memory import Memory

Connect = Callable[[], AbstractAsyncContextManager[Service]]

DEMO_ORIGIN = "demo"
"""What the demo's memory knows its API by, whichever port that has."""
_DEMO_GROWTH_DELAY = 2.0

_NOTHING_KNOWN = frozenset({"new", "no-artist", "forbidden", "slow"})
"""The states of the demo in which nobody has looked before."""


class Launch(NamedTuple):
    """What the app is made from."""

    connect: Connect
    access: Access
    memory: Memory | None
    growth_delay: float = BACKOFF[0]
    """Seconds after which a growth rate that is still calculated is asked for again."""


def real(account: str | None, *, remembers: bool = True) -> Launch:
    """Return what a run on the real service is given, for a stored account or the current one.

    Raises a BeatPassError.
    """
    from beatpass_tui.surroundings import here

    found = here()
    memory = found.memory(SystemClock()) if remembers else None
    return Launch(found.connect, found.access(account, memory), memory)


def demo(
    state: str,
    *,
    asks: bool,
    tracks: int,
    documented_only: bool,
    remembers: bool,
    folder: Path,
) -> Launch:
    """Return what a run on the embedded demo is given, which remembers into `folder` alone."""
    from beatpass_tui.access import DemoAccess
    from beatpass_tui.demo.model import ACCOUNT_ID

    clock = SystemClock()
    memory = None
    if remembers:
        from beatpass_tui.store import NAME, open_store

        if state not in _NOTHING_KNOWN:
            seed(folder / NAME, clock.now())
        store, remark = open_store(folder / NAME, clock.now)
        memory = Memory(store, DEMO_ORIGIN, clock, remark=remark)

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        from beatpass_tui import tracing
        from beatpass_tui.demo import DemoServer

        server = DemoServer(state=state, tracks=tracks, documented_only=documented_only)
        api = await asyncio.to_thread(import_module, "beatpass_tui.api")
        service: Service
        with server:
            async with api.BeatPass(server.base_url, observe=tracing.current()) as service:
                yield service

    access = DemoAccess("nova@example.com", "midnight-drive", asks=asks, account=ACCOUNT_ID)
    return Launch(connect, access, memory, _DEMO_GROWTH_DELAY)


def seed(path: Path, now: datetime) -> None:
    """Write what somebody who has watched the demo's artist for a year would remember."""
    from beatpass_tui import models, serial
    from beatpass_tui.demo import past
    from beatpass_tui.demo.model import ACCOUNT_ID, ARTIST_ID
    from beatpass_tui.store import Answer, Store, Whose

    then, whose = past.last_visit(now), Whose(DEMO_ORIGIN, ACCOUNT_ID)
    store = Store(path, lambda: then)
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
        name: Answer(then, serial.shape(type(model)), serial.dump(model))
        for name, model in known.items()
    }
    store.keep(whose, kept)
    store.record(whose, ARTIST_ID, past.history(then))
    store.see(whose)
    store.close()
