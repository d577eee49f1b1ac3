"""What a run of the dashboard is given: a client, a way to sign in, and a memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from beatpass_tui.access import Access
from beatpass_tui.address import API, check_base_url, origin
from beatpass_tui.clock import Clock, SystemClock
from beatpass_tui.endpoints import Service
from beatpass_tui.groups import BACKOFF
from beatpass_tui.memory import Memory

if TYPE_CHECKING:
    from beatpass_tui.api import BeatPass
    from beatpass_tui.store import Store

Connect = Callable[[], AbstractAsyncContextManager[Service]]

_DEMO_ORIGIN = "demo"
_DEMO_GROWTH_DELAY = 2.0

_NOTHING_KNOWN = frozenset({"new", "no-artist", "forbidden", "slow"})
"""The states of the demo in which nobody has looked before."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What the app is made from."""

    connect: Connect
    access: Access
    memory: Memory | None
    growth_delay: float = BACKOFF[0]
    """Seconds after which a growth rate that is still calculated is asked for again."""


def real(environ: Mapping[str, str], *, remembers: bool = True) -> Launch:
    """Return what a run on the real service is given; raises a BeatPassError."""
    from beatpass_tui.access import StoredAccess, VariableAccess
    from beatpass_tui.credentials import Credentials, environment_token

    base_url = check_base_url(environ.get("BEATPASS_API_URL") or API)
    here = origin(base_url)
    token = environment_token(environ)
    clock = SystemClock()
    memory = None
    if remembers:
        store, remark = _stored(clock)
        memory = Memory(store, here, clock, token=token, remark=remark)

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        async with (await _client())(base_url) as service:
            yield service

    access: Access
    if token is not None:
        access = VariableAccess(token, memory.whose() if memory is not None else None)
    else:
        access = StoredAccess(Credentials(), here)
    return Launch(connect, access, memory)


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
        memory = Memory(store, _DEMO_ORIGIN, clock, remark=remark)

    @asynccontextmanager
    async def connect() -> AsyncIterator[Service]:
        from beatpass_tui.demo import DemoServer

        server = DemoServer(state=state, tracks=tracks, documented_only=documented_only)
        with server:
            async with (await _client())(server.base_url) as service:
                yield service

    access = DemoAccess("nova@example.com", "midnight-drive", asks=asks, account=ACCOUNT_ID)
    return Launch(connect, access, memory, _DEMO_GROWTH_DELAY)


def seed(path: Path, now: datetime) -> None:
    """Write what somebody who has watched the demo's artist for a year would remember."""
    from beatpass_tui import models, serial
    from beatpass_tui.demo import past
    from beatpass_tui.demo.model import ACCOUNT_ID, ARTIST_ID
    from beatpass_tui.store import Answer, Store, Whose

    then, whose = past.last_visit(now), Whose(_DEMO_ORIGIN, ACCOUNT_ID)
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


def _stored(clock: Clock) -> tuple[Store | None, str]:
    from beatpass_tui.places import NoFolder, data_folder
    from beatpass_tui.store import NAME, open_store

    try:
        return open_store(data_folder() / NAME, clock.now)
    except NoFolder as error:
        return None, error.sentence


async def _client() -> type[BeatPass]:
    """Import the client, which takes a while, without holding up the keys."""
    module = await asyncio.to_thread(import_module, "beatpass_tui.api")
    found: type[BeatPass] = module.BeatPass
    return found
