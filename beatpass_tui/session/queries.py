"""The queries of an account and artist: one per endpoint and arguments."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from beatpass_tui.models.audience import Activity
from beatpass_tui.models.catalog import Albums, AlbumTracks, Beats
from beatpass_tui.models.identity import Account, Artist
from beatpass_tui.models.insights import Insights, Placements
from beatpass_tui.models.leaderboards import Leaderboard
from beatpass_tui.models.money import Transactions
from beatpass_tui.models.plays import PlaysOverTime
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.session.query import BACKOFF, Query
from beatpass_tui.transport import endpoints
from beatpass_tui.transport.endpoints import MINUTE, Endpoint

T = TypeVar("T")

ALL_TIME = "all"
"""The period of the activity that Home shows."""


class Queries:
    """The queries of one account and artist; a subclass sends their requests.

    `growth_delay` is the number of seconds until a growth rate that is still being calculated is
    requested again. `refresh` is the interval of automatic requests in minutes: 0 for never, None
    for the freshness of each query.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        growth_delay: float = BACKOFF[0],
        jitter: Callable[[], float] | None = None,
        refresh: float | None = None,
    ) -> None:
        self.clock = clock
        self._refresh_after = None if refresh is None else refresh * MINUTE or float("inf")
        self._jitter = jitter or partial(random.uniform, -1, 1)
        self._growth_delay = growth_delay
        self._queries: dict[str, Query[Any]] = {}

        self.account = self._query(endpoints.ACCOUNT, self._request_account)
        self.artist = self._query(endpoints.ARTIST, self._request_artist)
        self.application = self._query(endpoints.APPLICATION)
        self.stats = self._query(endpoints.STATS)
        self.intelligence = self._query(endpoints.INTELLIGENCE)
        self.followers = self._query(endpoints.FOLLOWERS)
        self.activity = self._query(endpoints.ACTIVITY)
        self.performance = self._query(endpoints.PERFORMANCE)
        self.sales = self._query(endpoints.SALES)
        self.finances = self._query(endpoints.FINANCES)
        self.balance = self._query(endpoints.BALANCE)
        self.upload_insights = self._query(endpoints.UPLOAD_INSIGHTS)
        self.uploads = self._query(endpoints.UPLOADS)
        self.platform_uploads = self._query(endpoints.PLATFORM_UPLOADS)
        self.xp_sources = self._query(endpoints.XP_SOURCES)
        self.achievements = self._query(endpoints.ACHIEVEMENTS)
        self.standings = self._query(endpoints.LEADERBOARD)
        self.collaborations = self._query(endpoints.COLLABORATIONS)
        self.collaboration_insights = self._query(endpoints.COLLABORATION_INSIGHTS)
        self.home: tuple[Query[Any], ...] = tuple(self._queries[name] for name in endpoints.HOME)

    @property
    def all(self) -> list[Query[Any]]:
        """Every query so far."""
        return list(self._queries.values())

    def activity_in(self, period: str, page: int) -> Query[Activity]:
        """Return the query of a period's activity, with a page of 20 downloads."""
        return self._query(endpoints.ACTIVITY_PAGE, period=period, page=page)

    def downloads(self, page: int, period: str = ALL_TIME) -> Query[Activity]:
        """Return the query of a page of 50 downloads, for complete lists."""
        return self._query(endpoints.DOWNLOADS, period=period, page=page)

    def audience(self, period: str) -> Query[Activity]:
        """Return the query with the newest numbers of a period; Home's for all time."""
        if period == ALL_TIME:
            return self.activity
        prefix = f"{endpoints.ACTIVITY_PAGE.name}:{period}:"
        pages = [query for key, query in self._queries.items() if key.startswith(prefix)]
        fetched = [query for query in pages if query.fetched_at is not None]
        # Ordered by request, since a slow response may arrive after that of a later request.
        newest = max(fetched, key=lambda q: (q.request_number, q.fetched_at), default=None)
        return newest or self.activity_in(period, 1)

    def plays(self, timeframe: str) -> Query[PlaysOverTime]:
        """Return the query of the service's plays over time."""
        return self._query(endpoints.PLAYS, timeframe=timeframe)

    def transactions(self, status: str, kind: str, page: int) -> Query[Transactions]:
        """Return the query of a page of 20 transactions, filtered by status and type."""
        return self._query(endpoints.TRANSACTIONS, status=status, type=kind, page=page)

    def leaderboard(self, category: str, period: str) -> Query[Leaderboard]:
        """Return the query of a category in one of its periods."""
        return self._query(endpoints.LEADERBOARDS, category=category, period=period)

    def beats(self, page: int) -> Query[Beats]:
        """Return the query of a page of tracks."""
        return self._query(endpoints.BEATS, page=page)

    def albums(self, page: int) -> Query[Albums]:
        """Return the query of a page of albums."""
        return self._query(endpoints.ALBUMS, page=page)

    def album(self, album_id: int) -> Query[AlbumTracks]:
        """Return the query of one album with its tracks."""
        return self._query(endpoints.ALBUM, album=album_id)

    def beat_insights(self, beat_id: int, period: str) -> Query[Insights]:
        """Return the query of a beat's insights in one of `INSIGHT_PERIODS`."""
        return self._query(endpoints.BEAT_INSIGHTS, track=beat_id, insights=period)

    def album_insights(self, album_id: int, period: str) -> Query[Insights]:
        """Return the query of an album's insights in one of `INSIGHT_PERIODS`."""
        return self._query(endpoints.ALBUM_INSIGHTS, album=album_id, insights=period)

    def beat_plays(self, beat_id: int, timeframe: str) -> Query[PlaysOverTime]:
        """Return the query of the service's plays of a beat over time."""
        return self._query(endpoints.BEAT_PLAYS, track=beat_id, timeframe=timeframe)

    def album_plays(self, album_id: int, timeframe: str) -> Query[PlaysOverTime]:
        """Return the query of the service's plays of an album over time."""
        return self._query(endpoints.ALBUM_PLAYS, album=album_id, timeframe=timeframe)

    def placements(self, beat_id: int) -> Query[Placements]:
        """Return the query of a beat's Audio Recon matches."""
        return self._query(endpoints.PLACEMENTS, track=beat_id)

    def _query(
        self,
        endpoint: Endpoint[T],
        request: Callable[[], Any] | None = None,
        **arguments: int | str,
    ) -> Query[T]:
        """Return the query of an endpoint and its arguments, the same one every time."""
        key = ":".join((endpoint.name, *map(str, arguments.values())))
        if key not in self._queries:
            self._queries[key] = Query(
                endpoint,
                request or partial(self._request, endpoint, arguments),
                self.clock,
                key=key,
                refresh_after=self._refresh_after,
                jitter=self._jitter,
                first_delay=self._growth_delay,
            )
        return self._queries[key]

    async def _request_account(self) -> Account:
        raise NotImplementedError

    async def _request_artist(self) -> Artist:
        raise NotImplementedError

    async def _request(self, endpoint: Endpoint[T], arguments: dict[str, int | str]) -> T:
        raise NotImplementedError
