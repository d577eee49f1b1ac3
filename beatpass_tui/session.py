"""Everything that is asked of the service for one signed-in account, shared by all pages."""

from __future__ import annotations

import asyncio
import enum
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from beatpass_tui import groups
from beatpass_tui.clock import Clock
from beatpass_tui.endpoints import Service
from beatpass_tui.errors import (
    BadAnswer,
    Forbidden,
    NotFound,
    NotSignedIn,
    RateLimited,
    Unreachable,
)
from beatpass_tui.groups import Group, Trigger
from beatpass_tui.models import (
    Account,
    Activity,
    Albums,
    AlbumTracks,
    Beats,
    Transactions,
)

_ENDPOINTS = {"activity_in": "activity"}
"""Groups that ask the endpoint of another one; all others ask the one of their name."""


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

ALL_TIME = "all"
"""The period of an artist's activity that Home shows."""

Changed = Callable[[], None]


class Session:
    """The groups of one signed-in account, and what their answers say together.

    `growth_delay` is how many seconds after a first answer without a growth rate the rate is
    asked for again. The account that a sign-in just brought is not asked for once more. `refresh`
    is how many minutes after an answer the next one is asked for by itself: 0 for never, None for
    when it is no longer fresh.
    """

    def __init__(
        self,
        service: Service,
        clock: Clock,
        *,
        account: Account | None = None,
        growth_delay: float = groups.BACKOFF[0],
        jitter: Callable[[], float] | None = None,
        refresh: float | None = None,
    ) -> None:
        self.service = service
        self._refresh = None if refresh is None else refresh * groups.MINUTE
        self.clock = clock
        self.expired = False
        self._jitter = jitter or (lambda: random.uniform(-1, 1))
        self._groups: list[Group[Any]] = []
        self._keyed: dict[tuple[object, ...], Group[Any]] = {}
        # What cannot be asked for before the artist's id is known.
        self._of_artist: set[Group[Any]] = set()
        self.account = self._group("account", service.account, groups.IDENTITY)
        self.artist = self._group("artist", service.artist, groups.IDENTITY)
        self.stats = self._group("stats", service.stats, groups.DASHBOARD)
        self.intelligence = self._group(
            "intelligence",
            service.intelligence,
            groups.DASHBOARD,
            pending=lambda answer: answer.growth_calculating,
            delays=(growth_delay, *groups.BACKOFF[1:]),
        )
        self.followers = self._artists("followers", service.followers, groups.DASHBOARD)
        self.activity = self._artists(
            "activity", lambda artist: self._activity(artist, ALL_TIME, 1, 1), groups.DASHBOARD
        )
        self.home: tuple[Group[Any], ...] = tuple(self._groups)
        self.sales = self._group("sales", service.sales, groups.FINANCE)
        self.finances = self._artists("finances", service.finances, groups.FINANCE)
        self.balance = self._artists("balance", service.balance, groups.FINANCE)
        self.upload_insights = self._group(
            "upload_insights", service.upload_insights, groups.DASHBOARD
        )
        self.uploads = self._artists("uploads", service.uploads, groups.DASHBOARD)
        self.xp_sources = self._group("xp_sources", service.xp_sources, groups.DASHBOARD)
        self.achievements = self._group("achievements", service.achievements, groups.DASHBOARD)
        self.standings = self._group("standings", service.standings, groups.STANDING)
        self.performance = self._group("performance", service.performance, groups.DASHBOARD)
        self.collaborations = self._artists(
            "collaborations", service.collaborations, groups.CATALOGUE
        )
        if account is not None:
            self.account.put(account)

    def activity_in(self, period: str, page: int) -> Group[Activity]:
        """Return the group of a period's activity with a page of 20 downloads."""
        return self._kept(
            ("activity_in", period, page),
            lambda artist: self._activity_page(artist, period, page),
            groups.ACTIVITY,
        )

    async def _activity_page(self, artist: int, period: str, page: int) -> Activity:
        answer = await self._activity(artist, period, page, 20)
        if period == ALL_TIME:
            # Home's Downloads are the same fact, and must not be the older of two answers.
            self.activity.put(answer)
        return answer

    async def _activity(self, artist: int, period: str, page: int, per_page: int) -> Activity:
        answer = await self.service.activity(artist, period, page, per_page)
        if answer.period not in (period, None):
            raise BadAnswer("BeatPass answered for another period than the one asked for.")
        return answer

    def audience(self, period: str) -> Group[Activity]:
        """Return the group with the newest figures of a period; those of all time are Home's."""
        if period == ALL_TIME:
            return self.activity
        pages = [
            group
            for key, group in self._keyed.items()
            if key[:2] == ("activity_in", period) and group.as_of is not None
        ]
        newest = max(pages, key=lambda group: group.as_of or datetime.min, default=None)
        return newest or self.activity_in(period, 1)

    def transactions(self, status: str, kind: str, page: int) -> Group[Transactions]:
        """Return the group of a page of 20 transactions, filtered by status and type."""
        return self._kept(
            ("transactions", status, kind, page),
            lambda artist: self.service.transactions(artist, status, kind, page),
            groups.FINANCE,
        )

    def beats(self, page: int) -> Group[Beats]:
        """Return the group of a page of tracks."""
        return self._kept(
            ("beats", page), lambda artist: self.service.beats(artist, page), groups.CATALOGUE
        )

    def albums(self, page: int) -> Group[Albums]:
        """Return the group of a page of albums."""
        return self._kept(
            ("albums", page), lambda artist: self.service.albums(artist, page), groups.CATALOGUE
        )

    def album(self, album_id: int) -> Group[AlbumTracks]:
        """Return the group of one album with its tracks."""
        return self._kept(
            ("album", album_id), lambda _: self.service.album(album_id), groups.CATALOGUE
        )

    def needs_artist(self, group: Group[Any]) -> bool:
        """Whether a group cannot be asked for before the artist's id is known."""
        return group in self._of_artist

    def _group(
        self,
        name: str,
        fetch: Callable[[], Awaitable[T]],
        fresh_for: float,
        *,
        pending: Callable[[T], bool] = lambda _: False,
        delays: tuple[float, ...] = groups.BACKOFF,
    ) -> Group[T]:
        group = Group(
            name,
            fetch,
            clock=self.clock,
            fresh_for=fresh_for,
            refresh=self._refresh,
            jitter=self._jitter,
            pending=pending,
            delays=delays,
        )
        self._groups.append(group)
        return group

    def _artists(
        self, name: str, fetch: Callable[[int], Awaitable[T]], fresh_for: float
    ) -> Group[T]:
        group = self._group(name, lambda: fetch(self._known_artist()), fresh_for)
        self._of_artist.add(group)
        return group

    def _kept(
        self, key: tuple[object, ...], fetch: Callable[[int], Awaitable[T]], fresh_for: float
    ) -> Group[T]:
        """Return the group of this key, the same one every time, so that it is asked once."""
        if key not in self._keyed:
            self._keyed[key] = self._artists(str(key[0]), fetch, fresh_for)
        return self._keyed[key]

    def end(self) -> None:
        """Send nothing more: the service may hold the token of another account by now."""
        self.expired = True

    @property
    def artist_id(self) -> int | None:
        """The id of the artist profile, once it is known."""
        return self.artist.value.id if self.artist.value is not None else None

    @property
    def known(self) -> bool:
        """Whether any answer has come for this account."""
        return any(group.value is not None for group in self._groups)

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
        out = (group for group in shown or self._groups if isinstance(group.error, Unreachable))
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

        What needs the artist's id waits for the profile alone, and what is in flight already is
        waited for. Returns whether anything was asked for.
        """
        if self.expired:
            return False
        due = [group for group in wanted if group.due(trigger)]
        if any(isinstance(group.error, Unreachable) for group in due):
            # One sign of life is enough: whatever could not be reached is tried together.
            due += [group for group in wanted if group not in due and _retries(group)]
        held = [group for group in due if self._held(group)]
        due = [group for group in due if group not in held]
        then = [] if self.artist_id is not None else [g for g in due if self.needs_artist(g)]
        first = [group for group in due if group not in then]
        asks = bool(first)
        # What another page has asked for already is waited for, so that it is drawn here too.
        first += [group for group in wanted if group.loading and group not in first]
        if then and self.artist.loading and self.artist not in first:
            first.append(self.artist)
        if held:
            changed()
        if not first:
            return False
        async with asyncio.TaskGroup() as tasks:
            for group in first:
                after = then if group is self.artist else []
                tasks.create_task(self._ask(group, after, trigger, changed), name=group.name)
            # Once the requests are under way, and before the first of them has landed.
            await asyncio.sleep(0)
            changed()
        return asks or bool(then)

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

    def _held(self, group: Group[Any]) -> bool:
        """Hold a group back while its endpoint is rate limited, whichever group was told so."""
        endpoint = _ENDPOINTS.get(group.name, group.name)
        for other in self._groups:
            left, error = other.held_for, other.error
            same = _ENDPOINTS.get(other.name, other.name) == endpoint
            if same and left is not None and isinstance(error, RateLimited):
                group.hold(RateLimited(error.sentence, retry_after=left))
                return True
        return False

    async def _recheck(self, refused: Group[Any]) -> None:
        """Ask who is signed in before one endpoint's 401 is taken as the end of the token."""
        account = self.account
        if refused is not account and not account.loading and account.held_for is None:
            await account.ask()
        if isinstance(self.account.error, NotSignedIn):
            self.expired = True

    def _can_ask(self, group: Group[Any]) -> bool:
        return not self.needs_artist(group) or self.artist_id is not None

    def _known_artist(self) -> int:
        artist_id = self.artist_id
        if artist_id is None:
            raise RuntimeError("the artist's groups are only asked once the artist is known")
        return artist_id


def _retries(group: Group[Any]) -> bool:
    return isinstance(group.error, Unreachable) and not group.loading
