"""What can be asked of the service for one signed-in account: each question is a group."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from beatpass_tui import models
from beatpass_tui.errors import InvalidResponse
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.session.query import (
    ACTIVITY,
    BACKOFF,
    CATALOG,
    DASHBOARD,
    FINANCE,
    IDENTITY,
    MINUTE,
    STANDING,
    Query,
    next_turn,
)
from beatpass_tui.transport.endpoints import Service

if TYPE_CHECKING:
    from beatpass_tui.models import Activity, Albums, AlbumTracks, Beats, Transactions

T = TypeVar("T")

ALL_TIME = "all"
"""The period of an artist's activity that Home shows."""


class Queries:
    """The groups of one account, shared by all pages; none of them is asked by itself.

    `growth_delay` is how many seconds after a first answer without a growth rate the rate is
    asked for again. `refresh` is how many minutes after an answer the next one is asked for by
    itself: 0 for never, None for when it is no longer fresh.
    """

    def __init__(
        self,
        service: Service | None,
        clock: Clock,
        *,
        growth_delay: float,
        jitter: Callable[[], float] | None,
        refresh: float | None,
    ) -> None:
        self.clock = clock
        self._service = service
        self._refresh = None if refresh is None else refresh * MINUTE
        self._jitter = jitter or (lambda: random.uniform(-1, 1))
        self.all: list[Query[Any]] = []
        """Every group there is so far."""
        self._keyed: dict[tuple[object, ...], Query[Any]] = {}
        # What cannot be asked for before the artist's id is known.
        self._of_artist: set[Query[Any]] = set()
        one = self._query
        self.account = one("account", lambda: models.Account, lambda it: it.account(), IDENTITY)
        self.artist = one("artist", lambda: models.Artist, lambda it: it.artist(), IDENTITY)
        self.stats = one("stats", lambda: models.Stats, lambda it: it.stats(), DASHBOARD)
        self.intelligence = one(
            "intelligence",
            lambda: models.Intelligence,
            lambda it: it.intelligence(),
            DASHBOARD,
            pending=lambda answer: answer.growth_calculating,
            delays=(growth_delay, *BACKOFF[1:]),
        )
        of_artist = self._artists
        self.followers = of_artist(
            "followers",
            lambda: models.Followers,
            lambda it, artist: it.followers(artist),
            DASHBOARD,
        )
        self.activity = of_artist(
            "activity",
            lambda: models.Activity,
            lambda it, artist: _activity(it, artist, ALL_TIME, 1, 1),
            DASHBOARD,
        )
        self.home: tuple[Query[Any], ...] = tuple(self.all)
        self.performance = one(
            "performance", lambda: models.Performance, lambda it: it.performance(), DASHBOARD
        )
        self.sales = one("sales", lambda: models.Sales, lambda it: it.sales(), FINANCE)
        self.finances = of_artist(
            "finances",
            lambda: models.Finances,
            lambda it, artist: it.finances(artist),
            FINANCE,
        )
        self.balance = of_artist(
            "balance", lambda: models.Balance, lambda it, artist: it.balance(artist), FINANCE
        )
        self.upload_insights = one(
            "upload_insights",
            lambda: models.UploadInsights,
            lambda it: it.upload_insights(),
            DASHBOARD,
        )
        self.uploads = of_artist(
            "uploads",
            lambda: models.Uploads,
            lambda it, artist: it.uploads(artist),
            DASHBOARD,
        )
        self.xp_sources = one(
            "xp_sources", lambda: models.XpSources, lambda it: it.xp_sources(), DASHBOARD
        )
        self.achievements = one(
            "achievements",
            lambda: models.Achievements,
            lambda it: it.achievements(),
            DASHBOARD,
        )
        self.standings = one(
            "standings", lambda: models.Standings, lambda it: it.standings(), STANDING
        )
        self.collaborations = of_artist(
            "collaborations",
            lambda: models.Collaborations,
            lambda it, artist: it.collaborations(artist),
            CATALOG,
        )

    @property
    def service(self) -> Service:
        """What the groups ask; there is one whenever something is asked."""
        if self._service is None:
            raise RuntimeError("nothing is asked before there is a service")
        return self._service

    def activity_in(self, period: str, page: int) -> Query[Activity]:
        """Return the group of a period's activity with a page of 20 downloads."""
        return self._kept(
            ("activity_in", period, page),
            lambda: models.Activity,
            lambda it, artist: self._activity_page(it, artist, period, page),
            ACTIVITY,
        )

    async def _activity_page(self, it: Service, artist: int, period: str, page: int) -> Activity:
        turn = next_turn()
        answer = await _activity(it, artist, period, page, 20)
        if period == ALL_TIME:
            await self.admit(self.activity, answer)
            # Home's Downloads are the same fact, and must not be the older of two answers.
            if self.artist_id == artist and self.activity.set_value(answer, turn):
                self.answered_besides(self.activity)
        return answer

    def audience(self, period: str) -> Query[Activity]:
        """Return the group with the newest figures of a period; those of all time are Home's."""
        if period == ALL_TIME:
            return self.activity
        pages = [
            query
            for key, query in self._keyed.items()
            if key[:2] == ("activity_in", period) and query.fetched_at is not None
        ]
        # By when they were asked for: a slow answer may land after a newer one.
        newest = max(pages, key=lambda query: (query.turn, query.fetched_at), default=None)
        return newest or self.activity_in(period, 1)

    def transactions(self, status: str, kind: str, page: int) -> Query[Transactions]:
        """Return the group of a page of 20 transactions, filtered by status and type."""
        return self._kept(
            ("transactions", status, kind, page),
            lambda: models.Transactions,
            lambda it, artist: it.transactions(artist, status, kind, page),
            FINANCE,
        )

    def beats(self, page: int) -> Query[Beats]:
        """Return the group of a page of tracks."""
        return self._kept(
            ("beats", page),
            lambda: models.Beats,
            lambda it, artist: it.beats(artist, page),
            CATALOG,
        )

    def albums(self, page: int) -> Query[Albums]:
        """Return the group of a page of albums."""
        return self._kept(
            ("albums", page),
            lambda: models.Albums,
            lambda it, artist: it.albums(artist, page),
            CATALOG,
        )

    def album(self, album_id: int) -> Query[AlbumTracks]:
        """Return the group of one album with its tracks."""
        return self._kept(
            ("album", album_id),
            lambda: models.AlbumTracks,
            lambda it, _: it.album(album_id),
            CATALOG,
        )

    def needs_artist(self, query: Query[Any]) -> bool:
        """Whether a group cannot be asked for before the artist's id is known."""
        return query in self._of_artist

    def _query(
        self,
        name: str,
        kind: Callable[[], type[T]],
        ask: Callable[[Service], Awaitable[T]],
        fresh_for: float,
        *,
        key: str | None = None,
        pending: Callable[[T], bool] = lambda _: False,
        delays: tuple[float, ...] = BACKOFF,
    ) -> Query[T]:

        async def fetch() -> T:
            answer = await ask(self.service)
            await self.admit(query, answer)
            return answer

        query: Query[T] = Query(
            name,
            kind,
            fetch,
            key=key,
            clock=self.clock,
            fresh_for=fresh_for,
            refresh=self._refresh,
            jitter=self._jitter,
            pending=pending,
            delays=delays,
        )
        self.all.append(query)
        return query

    def _artists(
        self,
        name: str,
        kind: Callable[[], type[T]],
        ask: Callable[[Service, int], Awaitable[T]],
        fresh_for: float,
        *,
        key: str | None = None,
    ) -> Query[T]:
        async def ask_of_artist(service: Service) -> T:
            while True:
                artist = self._known_artist()
                answer = await ask(service, artist)
                await self.admit(query, answer)
                if self.artist_id in (artist, None):
                    return answer
                # Another artist has become the active one meanwhile.

        query = self._query(name, kind, ask_of_artist, fresh_for, key=key)
        self._of_artist.add(query)
        return query

    def _kept(
        self,
        key: tuple[object, ...],
        kind: Callable[[], type[T]],
        ask: Callable[[Service, int], Awaitable[T]],
        fresh_for: float,
    ) -> Query[T]:
        """Return the group of this key, the same one every time, so that it is asked once."""
        if key not in self._keyed:
            name = ":".join(map(str, key))
            self._keyed[key] = self._artists(str(key[0]), kind, ask, fresh_for, key=name)
        return self._keyed[key]

    @property
    def artist_id(self) -> int | None:
        """The id of the artist profile, once it is known."""
        return self.artist.value.id if self.artist.value is not None else None

    @property
    def has_data(self) -> bool:
        """Whether any answer has come for this account."""
        return any(query.value is not None for query in self.all)

    def _known_artist(self) -> int:
        if self.artist_id is None:
            # It was known when the request was made, and is not any more.
            raise InvalidResponse("The artist profile came without an id.")
        return self.artist_id

    def answered_besides(self, query: Query[Any]) -> None:
        """Hear that a group got its answer by the request of another one."""

    async def admit(self, query: Query[Any], answer: object) -> None:
        """Hold an answer back until it may be shown; raise a RequestFailed if it may not."""


async def _activity(it: Service, artist: int, period: str, page: int, per_page: int) -> Activity:
    answer = await it.activity(artist, period, page, per_page)
    if answer.period not in (period, None):
        raise InvalidResponse("BeatPass answered for another period than the one asked for.")
    return answer
