"""Everything that is asked of the service for one signed-in account, shared by all pages."""

from __future__ import annotations

import asyncio
import enum
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from beatpass_tui import groups, models
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
from beatpass_tui.memory import Memory, Past

if TYPE_CHECKING:
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
    OTHER_ACCOUNT = enum.auto()
    """The token is another account's than the one whose last answers were shown."""


T = TypeVar("T")

ALL_TIME = "all"
"""The period of an artist's activity that Home shows."""

Changed = Callable[[], None]


class Session:
    """The groups of one signed-in account, and what their answers say together.

    Without a `service` nothing is asked for before `connect`. `past` is what earlier runs knew of
    the account; `memory` is where that is found once the account is known. `wanted` is set when a
    service is needed. `growth_delay` is how many seconds after a first answer without a growth
    rate the rate is asked for again. The account that a sign-in just brought is not asked for
    once more. `refresh` is how many minutes after an answer the next one is asked for by itself:
    0 for never, None for when it is no longer fresh.
    """

    def __init__(
        self,
        service: Service | None,
        clock: Clock,
        *,
        account: Account | None = None,
        memory: Memory | None = None,
        past: Past | None = None,
        wanted: asyncio.Event | None = None,
        growth_delay: float = groups.BACKOFF[0],
        jitter: Callable[[], float] | None = None,
        refresh: float | None = None,
    ) -> None:
        self._refresh = None if refresh is None else refresh * groups.MINUTE
        self.clock = clock
        self.expired = False
        self.past = past
        # Set once something is to be asked for.
        self._wanted = wanted or asyncio.Event()
        self._service = service
        self._connected = asyncio.Event()
        if service is not None:
            self._connected.set()
        self._memory = memory
        self.token_ends: datetime | None = None
        """When the token has ended at the latest; None once the reader has been told, or where
        that is not known."""
        self._jitter = jitter or (lambda: random.uniform(-1, 1))
        self._groups: list[Group[Any]] = []
        self._keyed: dict[tuple[object, ...], Group[Any]] = {}
        # What cannot be asked for before the artist's id is known.
        self._of_artist: set[Group[Any]] = set()
        # What was looked for on the disk, found or not.
        self._recalled: set[Group[Any]] = set()
        # What is kept as soon as it is known to be this account's.
        self._unkept: dict[Group[Any], None] = {}
        self._confirmed = False
        self._other_account = False
        one = self._group
        self.account = one(
            "account", lambda: models.Account, lambda it: it.account(), groups.IDENTITY
        )
        self.artist = one("artist", lambda: models.Artist, lambda it: it.artist(), groups.IDENTITY)
        self.stats = one("stats", lambda: models.Stats, lambda it: it.stats(), groups.DASHBOARD)
        self.intelligence = one(
            "intelligence",
            lambda: models.Intelligence,
            lambda it: it.intelligence(),
            groups.DASHBOARD,
            pending=lambda answer: answer.growth_calculating,
            delays=(growth_delay, *groups.BACKOFF[1:]),
        )
        of_artist = self._artists
        self.followers = of_artist(
            "followers",
            lambda: models.Followers,
            lambda it, artist: it.followers(artist),
            groups.DASHBOARD,
        )
        self.activity = of_artist(
            "activity",
            lambda: models.Activity,
            lambda it, artist: _activity(it, artist, ALL_TIME, 1, 1),
            groups.DASHBOARD,
        )
        self.home: tuple[Group[Any], ...] = tuple(self._groups)
        self.performance = one(
            "performance", lambda: models.Performance, lambda it: it.performance(), groups.DASHBOARD
        )
        self.sales = one("sales", lambda: models.Sales, lambda it: it.sales(), groups.FINANCE)
        self.finances = of_artist(
            "finances",
            lambda: models.Finances,
            lambda it, artist: it.finances(artist),
            groups.FINANCE,
        )
        self.balance = of_artist(
            "balance", lambda: models.Balance, lambda it, artist: it.balance(artist), groups.FINANCE
        )
        self.upload_insights = one(
            "upload_insights",
            lambda: models.UploadInsights,
            lambda it: it.upload_insights(),
            groups.DASHBOARD,
        )
        self.uploads = of_artist(
            "uploads",
            lambda: models.Uploads,
            lambda it, artist: it.uploads(artist),
            groups.DASHBOARD,
        )
        self.xp_sources = one(
            "xp_sources", lambda: models.XpSources, lambda it: it.xp_sources(), groups.DASHBOARD
        )
        self.achievements = one(
            "achievements",
            lambda: models.Achievements,
            lambda it: it.achievements(),
            groups.DASHBOARD,
        )
        self.standings = one(
            "standings", lambda: models.Standings, lambda it: it.standings(), groups.STANDING
        )
        self.collaborations = of_artist(
            "collaborations",
            lambda: models.Collaborations,
            lambda it, artist: it.collaborations(artist),
            groups.CATALOGUE,
        )
        if past is not None:
            self._restore(past, self.home)
        if account is not None:
            self.account.put(account)
            self._confirmed = past is not None and past.account == account.id
        elif past is not None and self.account.fresh:
            self._confirmed = True

    def connect(self, service: Service) -> bool:
        """Ask this service from now on; return whether this session had none yet."""
        if self._service is not None or self.expired:
            return False
        self._service = service
        self._connected.set()
        return True

    @property
    def service(self) -> Service:
        """What the groups ask; there is one whenever something is asked."""
        if self._service is None:
            raise RuntimeError("nothing is asked before there is a service")
        return self._service

    def activity_in(self, period: str, page: int) -> Group[Activity]:
        """Return the group of a period's activity with a page of 20 downloads."""
        return self._kept(
            ("activity_in", period, page),
            lambda: models.Activity,
            lambda it, artist: self._activity_page(it, artist, period, page),
            groups.ACTIVITY,
        )

    async def _activity_page(self, it: Service, artist: int, period: str, page: int) -> Activity:
        answer = await _activity(it, artist, period, page, 20)
        if period == ALL_TIME:
            # Home's Downloads are the same fact, and must not be the older of two answers.
            self.activity.put(answer)
            self._keep(self.activity)
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
            lambda: models.Transactions,
            lambda it, artist: it.transactions(artist, status, kind, page),
            groups.FINANCE,
        )

    def beats(self, page: int) -> Group[Beats]:
        """Return the group of a page of tracks."""
        return self._kept(
            ("beats", page),
            lambda: models.Beats,
            lambda it, artist: it.beats(artist, page),
            groups.CATALOGUE,
        )

    def albums(self, page: int) -> Group[Albums]:
        """Return the group of a page of albums."""
        return self._kept(
            ("albums", page),
            lambda: models.Albums,
            lambda it, artist: it.albums(artist, page),
            groups.CATALOGUE,
        )

    def album(self, album_id: int) -> Group[AlbumTracks]:
        """Return the group of one album with its tracks."""
        return self._kept(
            ("album", album_id),
            lambda: models.AlbumTracks,
            lambda it, _: it.album(album_id),
            groups.CATALOGUE,
        )

    def needs_artist(self, group: Group[Any]) -> bool:
        """Whether a group cannot be asked for before the artist's id is known."""
        return group in self._of_artist

    def _group(
        self,
        name: str,
        kind: Callable[[], type[T]],
        ask: Callable[[Service], Awaitable[T]],
        fresh_for: float,
        *,
        key: str | None = None,
        pending: Callable[[T], bool] = lambda _: False,
        delays: tuple[float, ...] = groups.BACKOFF,
    ) -> Group[T]:
        group = Group(
            name,
            kind,
            lambda: ask(self.service),
            key=key,
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
        self,
        name: str,
        kind: Callable[[], type[T]],
        ask: Callable[[Service, int], Awaitable[T]],
        fresh_for: float,
        *,
        key: str | None = None,
    ) -> Group[T]:
        async def ask_of_artist(service: Service) -> T:
            artist = self._known_artist()
            answer = await ask(service, artist)
            while artist != (artist := self._known_artist()):
                # Another artist has become the active one meanwhile.
                answer = await ask(service, artist)
            return answer

        group = self._group(name, kind, ask_of_artist, fresh_for, key=key)
        self._of_artist.add(group)
        return group

    def _kept(
        self,
        key: tuple[object, ...],
        kind: Callable[[], type[T]],
        ask: Callable[[Service, int], Awaitable[T]],
        fresh_for: float,
    ) -> Group[T]:
        """Return the group of this key, the same one every time, so that it is asked once."""
        if key not in self._keyed:
            name = ":".join(map(str, key))
            self._keyed[key] = self._artists(str(key[0]), kind, ask, fresh_for, key=name)
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
        if self._other_account:
            return Standing.OTHER_ACCOUNT
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
        if await self.recall(wanted):
            changed()
        if not self._connected.is_set() and any(group.due(trigger) for group in wanted):
            self._wanted.set()
            await self._connected.wait()
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
        before = self.artist_id
        await group.ask()
        if isinstance(group.error, NotSignedIn) and not self.expired:
            await self._recheck(group)
        if group is self.account:
            await self._identify()
        if group is self.artist and before not in (None, self.artist_id):
            then = [*then, *self._leave_artist()]
        if group.error is None:
            self._keep(group)
        changed()
        if then and self.artist_id is not None and not self.expired:
            async with asyncio.TaskGroup() as tasks:
                for follower in then:
                    if follower.due(trigger):
                        tasks.create_task(self._ask(follower, [], trigger, changed))

    # What is remembered

    def _restore(self, past: Past, wanted: Iterable[Group[Any]]) -> bool:
        """Give groups what is remembered of them; return whether anything was."""
        new = [group for group in wanted if group not in self._recalled]
        self._recalled.update(new)
        found = [group for group in new if past.restore(group)]
        return bool(found)

    async def recall(self, wanted: Sequence[Group[Any]]) -> bool:
        """Give groups what the disk has of them, once; return whether there was anything."""
        past = self.past
        new = [group for group in wanted if group not in self._recalled]
        if past is None or not new:
            return False
        await past.fetch(new)
        return self.past is past and self._restore(past, new)

    async def _identify(self) -> None:
        """Find out whether the answers belong to the account that is remembered."""
        account = self.account.value
        if account is None or self.account.error is not None or account.id is None:
            return
        if self.past is None and self._memory is not None and not self._confirmed:
            self.past = await self._memory.meet(account.id)
            if self.past is not None:
                self._restore(self.past, self.home)
                self.past.begin()
        if self.past is not None and self.past.account != account.id:
            # Nothing that was asked by one account may be kept or shown as another's.
            self._other_account = self.expired = True
            return
        self._confirmed = True
        if self._memory is not None:
            self._memory.learn(account.id)

    def _keep(self, group: Group[Any]) -> None:
        """Keep an answer once it is known whose it is, the account's and the artist's."""
        self._unkept[group] = None
        if self._confirmed and not self.artist.waiting:
            unkept, self._unkept = self._unkept, {}
            for known in unkept:
                if self.past is not None:
                    self.past.keep(known, self.artist_id)

    def _leave_artist(self) -> list[Group[Any]]:
        """Let go of what was remembered of the artist before; return what is to be asked anew."""
        if self.past is not None:
            self.past.drop_answers()
        left = []
        for group in self._groups:
            if group in (self.account, self.artist):
                continue
            self._recalled.add(group)
            if group.restored or (group in self._of_artist and not group.loading):
                group.forget()
                left.append(group)
        return [group for group in left if group in (*self.home, self.performance)]

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


async def _activity(it: Service, artist: int, period: str, page: int, per_page: int) -> Activity:
    answer = await it.activity(artist, period, page, per_page)
    if answer.period not in (period, None):
        raise BadAnswer("BeatPass answered for another period than the one asked for.")
    return answer


def _retries(group: Group[Any]) -> bool:
    return isinstance(group.error, Unreachable) and not group.loading
