"""A clock and a service that tests control, and the responses of a made-up artist."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from beatpass_tui.models.audience import Activity, Download
from beatpass_tui.models.career import CATEGORIES, Achievements, Standing, Standings, XpSources
from beatpass_tui.models.catalog import (
    Albums,
    AlbumTracks,
    Beats,
    CollaborationInsights,
    Collaborations,
    Performance,
)
from beatpass_tui.models.home import Followers, Intelligence, Level, Stats, TopTrack
from beatpass_tui.models.identity import Account, Application, Artist, SignedIn
from beatpass_tui.models.insights import Insights, Placements
from beatpass_tui.models.leaderboards import Leaderboard
from beatpass_tui.models.money import Balance, Finances, Purchase, Sales, Transactions
from beatpass_tui.models.plays import PlaysOverTime
from beatpass_tui.models.secret import Secret
from beatpass_tui.models.shares import ShareChart, ShareRow
from beatpass_tui.models.uploads import UploadInsights, Uploads
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.session.query import Query
from beatpass_tui.transport.endpoints import Endpoint, Service
from beatpass_tui.transport.rate_limit import RequestBudget
from beatpass_tui.transport.shared_limits import SharedLimits

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
NOVA_APPLICATION = Application(
    can_submit=True, block_reason=None, message=None, contact=None, request_id=None
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
    recent=(
        Purchase(
            "Midnight Drive", Decimal("26.99"), "completed", datetime(2026, 11, 20, tzinfo=UTC)
        ),
    ),
)
NOVA_STANDINGS = Standings(
    rows=tuple(
        Standing(category, 50, 4 + place, 80.5 - place, "Gold")
        for place, category in enumerate(CATEGORIES)
    ),
    season_end=datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC),
)
NOVA_SIGNED_IN = SignedIn(TOKEN, NOVA_ACCOUNT, menu=None)

_TRACK = {
    "id": 910000001,
    "name": "Midnight Drive",
    "artists": [{"id": 900000002, "name": "Nova Reyes"}],
    "duration": 193_116,
    "plays": 7_919,
    "created_at": "2026-11-02T11:45:00Z",
    "release_date": "2026-11-02",
}
NOVA_BEATS = Beats.decode(
    {
        "pagination": {
            "data": [_TRACK],
            "current_page": 1,
            "last_page": 1,
            "per_page": 100,
            "total": 1,
        }
    }
)
NOVA_ALBUMS = Albums.decode(
    {
        "pagination": {
            "data": [
                {
                    "id": 930000001,
                    "name": "First Light",
                    "release_date": "2026-05-21",
                    "tracks": [1],
                },
                {"id": 930000002, "name": "Sketchbook", "plays": 12},
            ],
            "current_page": 1,
            "last_page": 1,
            "total": 2,
        }
    }
)
NOVA_ALBUM = AlbumTracks.decode(
    {"album": {"id": 930000001, "name": "First Light", "tracks": [_TRACK]}}
)
NOVA_PERFORMANCE = Performance.decode(
    {
        "data": [
            {
                "track_id": 910000001,
                "track_name": "Midnight Drive",
                "plays": 7_919,
                "contribution_value": 41.5,
                "upload_date": "2026-11-02T11:45:00Z",
                "last_updated": "2026-11-22T00:00:00Z",
            }
        ]
    }
)
NOVA_COLLABORATIONS = Collaborations.decode(
    {
        "data": [
            {
                "id": 910000003,
                "name": "Cold Lanterns",
                "collaborators": [{"name": "Teo"}],
                "plays": 9,
            }
        ],
        "total": 1,
    }
)
NOVA_COLLABORATION_INSIGHTS = CollaborationInsights.decode(
    {
        "data": {
            "collaborative_tracks": 1,
            "unique_collaborators": 1,
            "top_collaborators": [{"name": "Teo", "track_count": 1, "total_plays": 9}],
            "network_strength": "emerging",
        }
    }
)
NOVA_INSIGHTS = Insights.decode(
    {
        "performance_metrics": {"total_plays": 7_919, "period_plays": 412, "listeners": 301},
        "engagement_metrics": {"likes": 38, "reposts": 6},
        "audience_insights": {"top_locations": [{"name": "Toronto", "percentage": 18}]},
    }
)
NOVA_PLACEMENTS = Placements.decode(
    {
        "placements": [
            {
                "id": 970000001,
                "title": "Late Shift",
                "artist_name": "K. Mora",
                "release_date": "2026-08-01",
                "confidence_score": 98,
                "spotify_url": "https://open.spotify.com/track/1",
                "created_at": "2026-11-20T10:00:00Z",
            },
            {
                "id": 970000002,
                "title": "Somewhere Else",
                "confidence_score": 94,
                "deezer_url": "https://music.example.com/2",
            },
        ],
        "scan_status": "complete",
        "scanned_at": "2026-11-22T04:12:00Z",
        "total_count": 2,
    }
)
NOVA_UPLOAD_INSIGHTS = UploadInsights.decode(
    {
        "data": {
            "total_uploads": 128,
            "uploads_this_month": 3,
            "uploads_last_month": 4,
            "average_plays_per_upload": 353,
            "upload_frequency_days": 8,
            "recommended_upload_time": "Friday, 18:00 to 20:00",
            "best_performing_month": {"month": "2024-10", "total_plays": 12_821, "track_count": 13},
        }
    }
)
NOVA_UPLOADS = Uploads.decode(
    {
        "days": [
            {"date": "2026-11-02", "uploads": 1, "tracks": [{"name": "Midnight Drive"}]},
            {
                "date": "2026-06-14",
                "uploads": 9,
                "tracks": [{"name": f"Take {n}"} for n in range(9)],
            },
            {"date": "2026-06-15", "uploads": 0},
        ]
    }
)
NOVA_PLATFORM_UPLOADS = Uploads.decode(
    {"days": [{"date": f"2026-11-{day:02}", "uploads": 10 * day} for day in range(1, 23)]}
)
NOVA_XP_SOURCES = XpSources.decode(
    {
        "sources": [
            {"label": "Track uploads", "xp": 800, "count": 8},
            {"label": "Achievements", "xp": 2_974, "count": 9},
        ]
    }
)
NOVA_ACHIEVEMENTS = Achievements.decode(
    {
        "achievements": [
            {
                "name": "Track Producer",
                "description": "Publish 10 tracks",
                "rarity": "common",
                "xp": 500,
                "unlocked": True,
                "unlockedAt": "2024-02-07T10:11:00Z",
            },
            {"name": "Studio Legend", "rarity": "legendary", "xp": 5_000, "unlocked": False},
        ]
    }
)
NOVA_FINANCES = Finances.decode(
    {
        "setup": {
            "providers": {
                "beatpay": {"available": True, "recipientStatus": "ready"},
                "legacyStripe": {"status": "draining"},
            }
        },
        "currencies": [
            {
                "currency": "CAD",
                "minorUnitFactor": 100,
                "totalEarnedMinor": 257_667,
                "pendingMinor": 12_264,
                "processingMinor": 0,
                "delayedMinor": 2_699,
                "sentMinor": 240_004,
            },
            {
                "currency": "JPY",
                "minorUnitFactor": 1,
                "totalEarnedMinor": 6_766,
                "sentMinor": 5_755,
            },
        ],
        "attentionCount": 2,
    }
)
NOVA_TRANSACTIONS = Transactions.decode(
    {
        "pagination": {"page": 1, "total": 2, "from": 1, "to": 2, "hasMore": False},
        "transactions": [
            {
                "type": "sales",
                "status": "waiting",
                "amountMinor": 2_699,
                "minorUnitFactor": 100,
                "currency": "CAD",
                "description": "Midnight Drive",
                "occurredAt": "2026-11-20T13:10:00Z",
            },
            {
                "type": "sales",
                "status": "refunded",
                "amountMinor": -4_499,
                "minorUnitFactor": 100,
                "currency": "CAD",
                "description": "Neon Rain",
                "occurredAt": "2026-11-10T13:10:00Z",
            },
        ],
    }
)
NOVA_BALANCE = Balance.decode(
    {
        "available": [{"amountMinor": 2_699, "minorUnitFactor": 100, "currency": "CAD"}],
        "pending": [{"amountMinor": 0, "minorUnitFactor": 100, "currency": "CAD"}],
    }
)


NOVA_SHARES = (
    ShareChart("top_devices", (ShareRow("Mobile", 251, None), ShareRow("Desktop", 124, None))),
    ShareChart("cities", (ShareRow("Toronto", 74, 18), ShareRow("Lagos", None, 14.5))),
    ShareChart("top_listeners", (ShareRow("lolasounds44", 38, None),)),
)


def nova_plays(artist_id: int, timeframe: str) -> PlaysOverTime:
    """Return the service's plays of each day, more on weekends; months for a year."""
    if timeframe == "1y":
        return PlaysOverTime({date(2026, month, 1): 100 * month for month in range(1, 12)}, "month")
    days = (NOW.date() - timedelta(days=back) for back in range(int(timeframe[:-1]) - 1, -1, -1))
    return PlaysOverTime({day: 40 + 6 * day.weekday() for day in days})


def nova_leaderboard(artist_id: int, category: str, period: str) -> Leaderboard:
    """Return the top 20 with a tie, and Nova on rank 27 between her neighbors."""
    return Leaderboard.decode(leaderboard_body(artist_id, category, period), artist_id)


def leaderboard_body(artist_id: int, category: str, period: str) -> dict[str, Any]:
    """Return a response of `GET /producer-intelligence/leaderboards`."""

    def entry(rank: int, name: str, value: float, id: int) -> dict[str, Any]:
        url = f"https://open.beatpass.ca/artist/{id}/{name.lower().replace(' ', '-')}"
        artist = {"id": id, "name": name, "image": None, "url": url}
        context = {"playedTracks": 3 + rank} if category == "audience_plays" else {}
        return {"rank": rank, "artist": artist, "value": value, "context": context}

    is_share = category == "earning_share"
    values = [
        round(20 - 0.9 * place, 1) if is_share else 9_900 - 400 * place for place in range(20)
    ]
    leaders = [
        entry(2 if place == 2 else place + 1, f"Producer {place + 1}", values[place], 700 + place)
        for place in range(20)
    ]
    leaders[2]["value"] = leaders[1]["value"]
    low = (0.4, 0.3, 0.2) if is_share else (1_783, 1_745, 1_702)
    names = (("Ossia", 26, 801), ("Nova Reyes", 27, artist_id), ("Hexaudio", 28, 802))
    above, own, below = (
        entry(rank, name, value, id) for (name, rank, id), value in zip(names, low, strict=True)
    )
    return {
        "category": category,
        "scope": "producer_account" if category == "progress" else "artist",
        "period": {"key": period, "start": None, "end": "2026-11-23T19:46:00Z"},
        "generatedAt": "2026-11-23T19:46:00Z",
        "sourceUpdatedAt": None,
        "isStale": False,
        "participantCount": 212,
        "leaders": leaders,
        "current": {"eligible": True, "reason": None, "entry": own, "nearby": [above, below]},
    }


_DOWNLOADS = {"7d": 9, "30d": 45, "90d": 133, "all": 1_204}
"""Audience downloads in each period."""


def nova_activity(artist_id: int, period: str, page: int, size: int = 20) -> Activity:
    """Return the activity of a period with a page of downloads, some without all fields."""
    total = _DOWNLOADS[period]
    first = (page - 1) * size
    return NOVA_ACTIVITY._replace(
        period=period,
        downloads=total,
        plays=total * 34,
        events=tuple(nova_download(number) for number in range(first, min(first + size, total))),
        page=page,
        total=total,
        more=page * size < total,
    )


def nova_download(number: int) -> Download:
    """Return the download with this number, the newest first."""
    licensed = number % 3 == 0
    return Download(
        at=NOW - timedelta(hours=7 * number + 1),
        track=("Midnight Drive", "Neon Rain", "Paper Crown [FREE]")[number % 3],
        by=None if number % 5 == 4 else f"listener {number + 1}",
        license="non_exclusive" if licensed else None,
        license_status="active" if licensed else None,
        id=str(920000001 + number),
        license_uuid=f"00000000-0000-4000-8000-{number:012}" if licensed else None,
    )


NOVA: dict[str, Any] = {
    "account": NOVA_ACCOUNT,
    "artist": NOVA_ARTIST,
    "application": NOVA_APPLICATION,
    "stats": NOVA_STATS,
    "intelligence": NOVA_INTELLIGENCE,
    "followers": NOVA_FOLLOWERS,
    "activity": NOVA_ACTIVITY,
    "sales": NOVA_SALES,
    "standings": NOVA_STANDINGS,
    "leaderboards": nova_leaderboard,
    "activity_in": nova_activity,
    "downloads": partial(nova_activity, size=50),
    "beats": NOVA_BEATS,
    "albums": NOVA_ALBUMS,
    "album": NOVA_ALBUM,
    "performance": NOVA_PERFORMANCE,
    "collaborations": NOVA_COLLABORATIONS,
    "collaboration_insights": NOVA_COLLABORATION_INSIGHTS,
    "beat_insights": NOVA_INSIGHTS,
    "album_insights": NOVA_INSIGHTS,
    "beat_plays": PlaysOverTime(None),
    "album_plays": PlaysOverTime(None),
    "placements": NOVA_PLACEMENTS,
    "upload_insights": NOVA_UPLOAD_INSIGHTS,
    "uploads": NOVA_UPLOADS,
    "platform_uploads": NOVA_PLATFORM_UPLOADS,
    "plays": nova_plays,
    "xp_sources": NOVA_XP_SOURCES,
    "achievements": NOVA_ACHIEVEMENTS,
    "finances": NOVA_FINANCES,
    "transactions": NOVA_TRANSACTIONS,
    "balance": NOVA_BALANCE,
    "log_in": NOVA_SIGNED_IN,
}
"""The response to each request, unless a test scripts another."""


class UnlimitedBudget(RequestBudget):
    """A budget without a limit, for clocks that never advance."""

    def __init__(self) -> None:
        super().__init__(FakeClock())

    async def take(
        self, path: str = "", *, shared: SharedLimits | None = None, loads_list: bool = False
    ) -> None:
        return


class FakeClock:
    """A clock that only a test advances."""

    def __init__(self, now: datetime = NOW, monotonic: float = 1_000.0) -> None:
        self._now = now
        self._monotonic = monotonic

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Advance both clocks."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def set_wall(self, now: datetime) -> None:
        """Set the wall clock only, as a correction of the system time does."""
        self._now = now


@dataclass(frozen=True, slots=True)
class Call:
    """One received request."""

    name: str
    arguments: tuple[object, ...]
    token: Secret | None
    """The service's token at that time."""


class FakeService(Service):
    """A `Service` with scripted responses; the default is Nova's."""

    def __init__(self, token: Secret | None = TOKEN) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self._scripts: dict[str, list[object]] = {}

    @property
    def requested(self) -> list[str]:
        """The names of the requests so far."""
        return [call.name for call in self.calls]

    def script(self, name: str, *steps: object) -> None:
        """Answer the requests of an endpoint with `steps` in order; the last one repeats.

        An exception is raised, a function is called with the request's arguments, and anything
        else is returned. An `asyncio.Event` holds the request until it is set; then the next step
        answers, or else Nova's response.
        """
        assert name in NOVA, name
        self._scripts[name] = list(steps)

    def fail(self, error: BaseException, *names: str) -> None:
        """Answer every request of these endpoints with `error`."""
        for name in names:
            self.script(name, error)

    def recover(self) -> None:
        """Answer every request with Nova's response again."""
        self._scripts.clear()

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[FakeService]:
        """Yield the service, as the app receives it."""
        yield self

    async def get(self, path: str, *, bare_list: bool = False, **params: str) -> dict[str, Any]:
        raise AssertionError(f"{path} is not scripted")

    async def fetch(self, endpoint: Endpoint[T], **arguments: int | str) -> T:
        return await self._answer(endpoint.name, endpoint.model, *arguments.values())

    async def log_in(self, email: str, password: str, token_name: str) -> SignedIn:
        return await self._answer("log_in", SignedIn, email, password, token_name)

    async def _answer(self, name: str, kind: type[T], *arguments: object) -> T:
        self.calls.append(Call(name, arguments, self.token))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            # A request over a network always yields to the event loop.
            await asyncio.sleep(0)
            step = self._next(name)
            while isinstance(step, asyncio.Event):
                await step.wait()
                step = self._next(name)
        finally:
            self.in_flight -= 1
        if isinstance(step, BaseException):
            raise step
        if callable(step):
            step = step(*arguments)
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
    """Yield to the event loop until all work is done that waits for no event of a test."""
    for _ in range(50):
        await asyncio.sleep(0)


def query_of(
    request: Callable[[], Awaitable[T]],
    clock: Clock,
    model: type[T] | None = None,
    *,
    name: str = "numbers",
    key: str | None = None,
    fresh_for: float = 900.0,
    is_incomplete: Callable[[T], bool] = lambda _: False,
    **options: Any,  # noqa: ANN401
) -> Query[T]:
    """Return a query of an endpoint that only this test has."""
    kind: Any = model or int
    endpoint = Endpoint(name, name, f"/{name}", kind, fresh_for, is_incomplete=is_incomplete)
    return Query(endpoint, request, clock, key=key, **options)
