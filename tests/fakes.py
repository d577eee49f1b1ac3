"""A clock and a service that do what a test says, and the answers of a believable artist."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from beatpass_tui.models import (
    CATEGORIES,
    Account,
    Activity,
    Artist,
    Followers,
    Intelligence,
    Level,
    Sales,
    SignedIn,
    Standing,
    Standings,
    Stats,
    TopTrack,
)
from beatpass_tui.secret import Secret

T = TypeVar("T")

NOW = datetime(2026, 11, 23, 20, 4, tzinfo=UTC)
"""A Monday evening."""

TOKEN = Secret("17|made-up-token-of-nova")

NOVA_ACCOUNT = Account(id=900000001, name="nova")
NOVA_ARTIST = Artist(
    id=900000002,
    name="Nova Reyes",
    upload_access=True,
    total_tracks=128,
    total_plays=45_210,
    member_since=datetime(2023, 3, 3, 9, 30, tzinfo=UTC),
)
NOVA_STATS = Stats(
    total_tracks=128,
    total_plays=45_210,
    recent_uploads=4,
    average_plays=353,
    tracks_with_plays=121,
    contribution=1_512.25,
    top_track=TopTrack("Midnight Drive", 7_919),
)
NOVA_INTELLIGENCE = Intelligence(
    level=Level(level=12, xp=3_774.0, to_next=383.0, progress=24.7, title="Experienced Producer"),
    total_albums=9,
    total_tracks=128,
    total_plays=45_210,
    growth_rate=7.5,
    growth_calculating=False,
)
NOVA_FOLLOWERS = Followers(total=873)
NOVA_ACTIVITY = Activity(
    period="all",
    downloads=1_204,
    downloaders=611,
    licenses=37,
    plays=41_877,
    likes=2_310,
    reposts=184,
    comments=96,
    top_track="Midnight Drive",
    top_track_downloads=212,
)
NOVA_SALES = Sales(
    total_sales=37,
    revenue=Decimal("1234.50"),
    pending=Decimal("84.00"),
    paid_out=Decimal("1150.50"),
    currency="CAD",
    recent=10,
)
NOVA_STANDINGS = Standings(
    rows=tuple(
        Standing(category, 50, 4 + place, 80.5 - place, "Gold")
        for place, category in enumerate(CATEGORIES)
    ),
    season_end=datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC),
)
NOVA_SIGNED_IN = SignedIn(TOKEN, NOVA_ACCOUNT, menu=None)

NOVA: dict[str, Any] = {
    "account": NOVA_ACCOUNT,
    "artist": NOVA_ARTIST,
    "stats": NOVA_STATS,
    "intelligence": NOVA_INTELLIGENCE,
    "followers": NOVA_FOLLOWERS,
    "activity": NOVA_ACTIVITY,
    "sales": NOVA_SALES,
    "standings": NOVA_STANDINGS,
    "log_in": NOVA_SIGNED_IN,
}
"""What each request of the service is answered with unless a test scripts something else."""


class FakeClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = NOW, monotonic: float = 1_000.0) -> None:
        self._now = now
        self._monotonic = monotonic

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def set_wall(self, now: datetime) -> None:
        """Set the wall clock alone, as a machine that corrects its time does."""
        self._now = now


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was made."""

    name: str
    arguments: tuple[object, ...]
    token: Secret | None
    """The token that the service held at that moment."""


class FakeService:
    """A `session.Service` whose answers are scripted; unscripted ones are Nova's."""

    def __init__(self, token: Secret | None = TOKEN) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self._scripts: dict[str, list[object]] = {}

    @property
    def asked(self) -> list[str]:
        """The names of the requests made so far."""
        return [call.name for call in self.calls]

    def script(self, name: str, *steps: object) -> None:
        """Answer the calls of a method with `steps` in turn, and the last one all that follow.

        An exception is raised, anything else returned. An `asyncio.Event` holds the call until
        it is set, and the call is then answered by the next step, or by Nova's answer.
        """
        assert name in NOVA, name
        self._scripts[name] = list(steps)

    def fail(self, error: BaseException, *names: str) -> None:
        """Answer every call of the methods named with `error`."""
        for name in names:
            self.script(name, error)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[FakeService]:
        """Return the service as the app is given it."""
        yield self

    async def account(self) -> Account:
        return await self._answer("account", Account)

    async def artist(self) -> Artist:
        return await self._answer("artist", Artist)

    async def stats(self) -> Stats:
        return await self._answer("stats", Stats)

    async def intelligence(self) -> Intelligence:
        return await self._answer("intelligence", Intelligence)

    async def followers(self, artist_id: int) -> Followers:
        return await self._answer("followers", Followers, artist_id)

    async def activity(self, artist_id: int, period: str) -> Activity:
        return await self._answer("activity", Activity, artist_id, period)

    async def sales(self) -> Sales:
        return await self._answer("sales", Sales)

    async def standings(self) -> Standings:
        return await self._answer("standings", Standings)

    async def log_in(self, email: str, password: str, token_name: str) -> SignedIn:
        return await self._answer("log_in", SignedIn, email, password, token_name)

    async def _answer(self, name: str, kind: type[T], *arguments: object) -> T:
        self.calls.append(Call(name, arguments, self.token))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            # A request always gives way once, as one over a network does.
            await asyncio.sleep(0)
            step = self._next(name)
            while isinstance(step, asyncio.Event):
                await step.wait()
                step = self._next(name)
        finally:
            self.in_flight -= 1
        if isinstance(step, BaseException):
            raise step
        assert isinstance(step, kind), f"{name} is scripted with {step!r}"
        return step

    def _next(self, name: str) -> object:
        steps = self._scripts.get(name)
        if not steps:
            return NOVA[name]
        if len(steps) > 1 or isinstance(steps[0], asyncio.Event):
            return steps.pop(0)
        return steps[0]


async def settle() -> None:
    """Give way until everything that can go on without a gate has done so."""
    for _ in range(50):
        await asyncio.sleep(0)
