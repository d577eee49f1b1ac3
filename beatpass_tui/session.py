"""Everything that is asked of the service for one signed-in account, shared by all pages."""

from __future__ import annotations

import asyncio
import enum
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from beatpass_tui import groups
from beatpass_tui.clock import Clock
from beatpass_tui.errors import Forbidden, NotFound, NotSignedIn, Unreachable
from beatpass_tui.groups import Group, Trigger
from beatpass_tui.models import (
    Account,
    Activity,
    Artist,
    Followers,
    Intelligence,
    Sales,
    SignedIn,
    Standings,
    Stats,
)
from beatpass_tui.secret import Secret


class Service(Protocol):
    """The documented requests that the program makes; `api.BeatPass` makes them over HTTP.

    Each raises a RequestFailed of `errors` when it brings no usable answer.
    """

    token: Secret | None

    async def account(self) -> Account:
        """Ask `GET /users/me`."""

    async def artist(self) -> Artist:
        """Ask `GET /artist/profile`."""

    async def stats(self) -> Stats:
        """Ask `GET /artist/dashboard-stats`."""

    async def intelligence(self) -> Intelligence:
        """Ask `GET /producer-intelligence/dashboard`."""

    async def followers(self, artist_id: int) -> Followers:
        """Ask `GET /artists/{id}/followers` for its total."""

    async def activity(self, artist_id: int, period: str) -> Activity:
        """Ask `GET /artists/{artist}/activity` for the summary of a period."""

    async def sales(self) -> Sales:
        """Ask `GET /artist/sales`."""

    async def standings(self) -> Standings:
        """Ask `GET /producer-intelligence/leaderboard`."""

    async def log_in(self, email: str, password: str, token_name: str) -> SignedIn:
        """Ask `POST /auth/login`."""


class Standing(enum.Enum):
    """How the account stands with the service, as far as that changes the whole program."""

    NORMAL = enum.auto()
    EXPIRED = enum.auto()
    """The token is expired or revoked: nothing more is sent."""
    NO_ACCESS = enum.auto()
    """403 everywhere: the account may not use the API."""
    NO_ARTIST = enum.auto()
    """The account has no artist profile."""


T = TypeVar("T")

Changed = Callable[[], None]


class Session:
    """The groups of one signed-in account, and what their answers say together.

    `growth_delay` is how many seconds after a first answer without a growth rate the rate is
    asked for again. The account that a sign-in just brought is not asked for once more.
    """

    def __init__(
        self,
        service: Service,
        clock: Clock,
        *,
        account: Account | None = None,
        growth_delay: float = groups.BACKOFF[0],
        jitter: Callable[[], float] | None = None,
    ) -> None:
        self.service = service
        self.clock = clock
        self.expired = False
        self._jitter = jitter or (lambda: random.uniform(-1, 1))
        self.account = self._group("account", service.account, groups.IDENTITY)
        self.artist = self._group("artist", service.artist, groups.IDENTITY)
        self.stats = self._group("stats", service.stats, groups.DASHBOARD)
        self.intelligence = Group(
            "intelligence",
            service.intelligence,
            clock=clock,
            fresh_for=groups.DASHBOARD,
            jitter=self._jitter,
            pending=lambda answer: answer.growth_calculating,
            delays=(growth_delay, *groups.BACKOFF[1:]),
        )
        self.followers = self._group("followers", self._followers, groups.DASHBOARD)
        self.activity = self._group("activity", self._activity, groups.DASHBOARD)
        self.sales = self._group("sales", service.sales, groups.FINANCE)
        self.standings = self._group("standings", service.standings, groups.STANDING)
        self.home: tuple[Group[Any], ...] = (
            self.account,
            self.artist,
            self.stats,
            self.intelligence,
            self.followers,
            self.activity,
        )
        self.of_artist: tuple[Group[Any], ...] = (self.followers, self.activity)
        if account is not None:
            self.account.put(account)

    def _group(self, name: str, fetch: Callable[[], Awaitable[T]], fresh_for: float) -> Group[T]:
        return Group(name, fetch, clock=self.clock, fresh_for=fresh_for, jitter=self._jitter)

    @property
    def artist_id(self) -> int | None:
        """The id of the artist profile, once it is known."""
        return self.artist.value.id if self.artist.value is not None else None

    @property
    def known(self) -> bool:
        """Whether any answer has come for this account."""
        return any(group.value is not None for group in self._all())

    @property
    def standing(self) -> Standing:
        """How the account stands with the service, by the latest answers."""
        if self.expired:
            return Standing.EXPIRED
        profile = self.artist.error
        if isinstance(self.account.error, Forbidden) and isinstance(profile, Forbidden):
            return Standing.NO_ACCESS
        if isinstance(profile, NotFound) or (
            isinstance(profile, Forbidden) and self.account.value is not None
        ):
            return Standing.NO_ARTIST
        return Standing.NORMAL

    def oldest(self, shown: Iterable[Group[Any]]) -> datetime | None:
        """Return when the oldest of the answers shown was fetched."""
        return min((group.as_of for group in shown if group.as_of is not None), default=None)

    def offline_since(self, shown: Iterable[Group[Any]] | None = None) -> datetime | None:
        """Return since when the service cannot be reached, None while it can."""
        out = (group for group in shown or self._all() if isinstance(group.error, Unreachable))
        return min((group.failed_at for group in out if group.failed_at is not None), default=None)

    def next_in(self, shown: Iterable[Group[Any]]) -> float | None:
        """Return in how many seconds one of the groups asks again by itself."""
        if self.standing is not Standing.NORMAL:
            return None
        waits = [group.retry_in for group in shown if self._can_ask(group)]
        return min((wait for wait in waits if wait is not None), default=None)

    async def load(self, wanted: Sequence[Group[Any]], trigger: Trigger, changed: Changed) -> bool:
        """Ask for what is due of `wanted`, all at once.

        `changed` is called when the requests are under way and again as each one lands.

        What needs the artist's id waits for the profile alone. Returns whether anything was
        asked for.
        """
        if self.expired:
            return False
        due = [group for group in wanted if group.due(trigger)]
        if any(isinstance(group.error, Unreachable) for group in due):
            # One sign of life is enough: whatever could not be reached is tried together.
            due += [group for group in wanted if group not in due and _retries(group)]
        then = [] if self.artist_id is not None else [g for g in due if g in self.of_artist]
        first = [group for group in due if group not in then]
        if then and self.artist.loading:
            first.append(self.artist)
        if not first:
            return False
        async with asyncio.TaskGroup() as tasks:
            for group in first:
                after = then if group is self.artist else []
                tasks.create_task(self._ask(group, after, trigger, changed), name=group.name)
            # Once the requests are under way, and before the first of them has landed.
            await asyncio.sleep(0)
            changed()
        return True

    async def _ask(
        self, group: Group[Any], then: list[Group[Any]], trigger: Trigger, changed: Changed
    ) -> None:
        await group.ask()
        if isinstance(group.error, NotSignedIn) and not self.expired:
            await self._recheck(group)
        changed()
        if then and self.artist_id is not None and not self.expired:
            async with asyncio.TaskGroup() as tasks:
                for follower in then:
                    if follower.due(trigger):
                        tasks.create_task(self._ask(follower, [], trigger, changed))

    async def _recheck(self, refused: Group[Any]) -> None:
        """Ask who is signed in before one endpoint's 401 is taken as the end of the token."""
        account = self.account
        if refused is not account and not account.loading and account.held_for is None:
            await account.ask()
        if isinstance(self.account.error, NotSignedIn):
            self.expired = True

    def _can_ask(self, group: Group[Any]) -> bool:
        return group not in self.of_artist or self.artist_id is not None

    def _all(self) -> tuple[Group[Any], ...]:
        return (*self.home, self.sales, self.standings)

    async def _followers(self) -> Followers:
        return await self.service.followers(self._known_artist())

    async def _activity(self) -> Activity:
        return await self.service.activity(self._known_artist(), "all")

    def _known_artist(self) -> int:
        artist_id = self.artist_id
        if artist_id is None:
            raise RuntimeError("the artist's groups are only asked once the artist is known")
        return artist_id


def _retries(group: Group[Any]) -> bool:
    return isinstance(group.error, Unreachable) and not group.loading
