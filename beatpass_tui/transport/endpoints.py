"""The table of documented endpoints, and the interface of the client that requests them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

from beatpass_tui.models.audience import Activity
from beatpass_tui.models.career import Achievements, Standings, XpSources
from beatpass_tui.models.catalog import (
    Albums,
    AlbumTracks,
    Beats,
    CollaborationInsights,
    Collaborations,
    Performance,
)
from beatpass_tui.models.home import Followers, Intelligence, Stats
from beatpass_tui.models.identity import Account, Application, Artist, SignedIn
from beatpass_tui.models.insights import Insights, Placements
from beatpass_tui.models.leaderboards import Leaderboard
from beatpass_tui.models.money import Balance, Finances, Sales, Transactions
from beatpass_tui.models.numbers import VIEWS
from beatpass_tui.models.plays import PlaysOverTime
from beatpass_tui.models.secret import Secret
from beatpass_tui.models.uploads import UploadInsights, Uploads
from beatpass_tui.transport.shared_limits import SharedLimits

T = TypeVar("T")

PERIODS = ("7d", "30d", "90d", "all")
"""The documented periods of an artist's activity."""

TIMEFRAMES = ("7d", "30d", "90d", "1y")
"""The documented timeframes of charts."""

INSIGHT_PERIODS = ("7-days", "30-days", "90-days", "1-year")
"""The documented periods of the insights of a track or an album."""

STATUSES = ("all", "waiting", "sending", "needs_attention", "completed", "refunded")
"""The status filters of transactions."""

KINDS = ("all", "sales", "subscriptions")
"""The type filters of transactions."""

_CHOICES = {
    "period": PERIODS,
    "timeframe": TIMEFRAMES,
    "insights": INSIGHT_PERIODS,
    "status": STATUSES,
    "type": KINDS,
}

MINUTE = 60.0


class Endpoint(NamedTuple, Generic[T]):
    """A documented GET request, the model of its response, and how long it is fresh."""

    name: str
    """Unique name, also in the cache."""
    label: str
    """Name for users."""
    path: str
    """Path below the base URL; `{artist}` and others are filled from the arguments."""
    model: type[T]
    fresh_for: float
    """Seconds."""
    params: Mapping[str, str] = MappingProxyType({})
    """Query parameters, filled like the path."""
    bare_list: bool = False
    """Whether the response may be a list instead of an object."""
    decoded_with: tuple[str, ...] = ("page",)
    """Names of request arguments that are passed to `model.decode`, if given."""
    is_incomplete: Callable[[T], bool] = lambda _: False
    """Whether a model lacks a number that the service is still calculating."""

    @property
    def needs_artist(self) -> bool:
        """Whether the request contains the artist's id."""
        return any("{artist}" in part for part in (self.path, *self.params.values()))


_PAGE = {"perPage": "100", "page": "{page}"}

# fmt: off
ACCOUNT = Endpoint("account", "Account", "/users/me", Account, 60 * MINUTE)
ARTIST = Endpoint("artist", "Artist profile", "/artist/profile", Artist, 60 * MINUTE)
APPLICATION = Endpoint(
    "application", "Application", "/backstage-request/submission-status", Application, MINUTE)
STATS = Endpoint(
    "stats", "Tracks, Total Plays", "/artist/dashboard-stats", Stats, 15 * MINUTE)
INTELLIGENCE = Endpoint(
    "intelligence", "Albums, Level, Growth", "/producer-intelligence/dashboard", Intelligence,
    15 * MINUTE, is_incomplete=lambda intelligence: intelligence.growth_calculating)
# Both request a page of one row, since only the total is needed.
FOLLOWERS = Endpoint(
    "followers", "Followers", "/artists/{artist}/followers", Followers, 15 * MINUTE,
    {"perPage": "1"})
ACTIVITY = Endpoint(
    "activity", "Downloads", "/artists/{artist}/activity", Activity, 15 * MINUTE,
    {"period": "all", "per_page": "1"})
ACTIVITY_PAGE = Endpoint(
    "activity_in", "Audience activity", "/artists/{artist}/activity", Activity, 5 * MINUTE,
    {"period": "{period}", "per_page": "20", "page": "{page}"})
DOWNLOADS = Endpoint(
    "downloads", "Downloads", "/artists/{artist}/activity", Activity, 5 * MINUTE,
    {"period": "{period}", "per_page": "50", "page": "{page}"})
PLAYS = Endpoint(
    "plays", "Plays over time", "/producer-intelligence/insights/artists/{artist}/charts",
    PlaysOverTime, 15 * MINUTE, {"timeframe": "{timeframe}"})
SALES = Endpoint("sales", "Track sales", "/artist/sales", Sales, 5 * MINUTE)
FINANCES = Endpoint(
    "finances", "Earnings and setup", "/artists/{artist}/finances/summary", Finances, 5 * MINUTE)
BALANCE = Endpoint(
    "balance", "Legacy balance", "/artists/{artist}/finances/provider-balance", Balance,
    5 * MINUTE)
TRANSACTIONS = Endpoint(
    "transactions", "Transactions", "/artists/{artist}/finances/transactions", Transactions,
    5 * MINUTE, {"status": "{status}", "type": "{type}", "page": "{page}", "per_page": "20"})
UPLOAD_INSIGHTS = Endpoint(
    "upload_insights", "Upload insights", "/artist/upload-insights", UploadInsights, 15 * MINUTE)
UPLOADS = Endpoint(
    "uploads", "Upload calendar", "/producer-intelligence/artist/{artist}/contribution-graph",
    Uploads, 15 * MINUTE, bare_list=True)
PLATFORM_UPLOADS = Endpoint(
    "platform_uploads", "X-Ray uploads", "/producer-intelligence/platform/contribution-graph",
    Uploads, 60 * MINUTE, bare_list=True)
XP_SOURCES = Endpoint(
    "xp_sources", "XP by source", "/producer-intelligence/xp-sources", XpSources, 15 * MINUTE,
    bare_list=True)
ACHIEVEMENTS = Endpoint(
    "achievements", "Achievements", "/producer-intelligence/achievements", Achievements,
    15 * MINUTE, bare_list=True)
LEADERBOARDS = Endpoint(
    "leaderboards", "Leaderboards", "/producer-intelligence/leaderboards", Leaderboard, 5 * MINUTE,
    {"artist_id": "{artist}", "category": "{category}", "period": "{period}"},
    decoded_with=("artist",))
LEADERBOARD = Endpoint(
    "standings", "Season leaderboards", "/producer-intelligence/leaderboard", Standings,
    5 * MINUTE, decoded_with=("artist",))
PERFORMANCE = Endpoint(
    "performance", "Latest beats", "/artist/track-performance", Performance, 15 * MINUTE)
COLLABORATIONS = Endpoint(
    "collaborations", "Collaborations", "/artist/{artist}/collaborative-tracks", Collaborations,
    30 * MINUTE)
# Pages of 100 rows, or fewer if the service limits them.
BEATS = Endpoint("beats", "Beats", "/artists/{artist}/tracks", Beats, 30 * MINUTE, _PAGE)
ALBUMS = Endpoint("albums", "Collections", "/artists/{artist}/albums", Albums, 30 * MINUTE, _PAGE)
ALBUM = Endpoint("album", "Album", "/albums/{album}", AlbumTracks, 30 * MINUTE)
COLLABORATION_INSIGHTS = Endpoint(
    "collaboration_insights", "Collaborators",
    "/producer-intelligence/insights/artists/{artist}/collaborations", CollaborationInsights,
    30 * MINUTE)
BEAT_INSIGHTS = Endpoint(
    "beat_insights", "Insights", "/producer-intelligence/insights/tracks/{track}", Insights,
    30 * MINUTE, {"period": "{insights}"})
ALBUM_INSIGHTS = Endpoint(
    "album_insights", "Insights", "/producer-intelligence/insights/albums/{album}", Insights,
    30 * MINUTE, {"period": "{insights}"})
BEAT_PLAYS = Endpoint(
    "beat_plays", "Plays over time", "/producer-intelligence/insights/tracks/{track}/charts",
    PlaysOverTime, 30 * MINUTE, {"timeframe": "{timeframe}"})
ALBUM_PLAYS = Endpoint(
    "album_plays", "Plays over time", "/producer-intelligence/insights/albums/{album}/charts",
    PlaysOverTime, 30 * MINUTE, {"timeframe": "{timeframe}"})
PLACEMENTS = Endpoint(
    "placements", "Audio Recon", "/tracks/{track}/placements", Placements, 30 * MINUTE)
# fmt: on

ENDPOINTS: Mapping[str, Endpoint[Any]] = {
    value.name: value for value in tuple(globals().values()) if isinstance(value, Endpoint)
}
"""Every endpoint, by name."""

HOME = ("account", "artist", "stats", "intelligence", "followers", "activity")
"""The names of Home's endpoints, whose cached values are loaded before the first frame."""


def _choices(arguments: Mapping[str, int | str]) -> Mapping[str, tuple[str, ...]]:
    """Return the documented values of arguments; each leaderboard has its own periods."""
    if "category" not in arguments:
        return _CHOICES
    periods = VIEWS.get(str(arguments["category"]), ())
    return {**_CHOICES, "category": tuple(VIEWS), "period": periods}


class Service(ABC):
    """Interface of the client, which `api.BeatPass` implements with HTTP.

    Every request raises RequestFailed without a usable response.
    """

    token: Secret | None
    """Sent with every request except the sign-in; None while signed out."""

    @property
    def is_waiting(self) -> bool:
        """Whether further requests have to wait, because many were sent in the last minute."""
        return False

    def share_limits(self, limits: SharedLimits | None) -> None:  # noqa: B027
        """Share budget and pauses of the account of the current token with other processes."""

    @abstractmethod
    async def get(self, path: str, *, bare_list: bool = False, **params: str) -> dict[str, Any]:
        """Request a path below the base URL and return the JSON object.

        With `bare_list`, the response may be a list, which is returned as `data` of an object.
        """

    @abstractmethod
    async def log_in(self, email: str, password: str, token_name: str) -> SignedIn:
        """Request `POST /auth/login` once."""

    async def fetch(self, endpoint: Endpoint[T], **arguments: int | str) -> T:
        """Request an endpoint; `arguments` fill its path and parameters.

        Raises ValueError for an argument that is not documented.
        """
        choices = _choices(arguments)
        for name, value in arguments.items():
            if name in choices:
                if value not in choices[name]:
                    raise ValueError(f"{value!r} is not a documented {name}")
            elif type(value) is not int or value <= 0:
                raise ValueError(f"{name} must be a positive integer, not {value!r}")
        params = {name: value.format(**arguments) for name, value in endpoint.params.items()}
        path = endpoint.path.format(**arguments)
        body = await self.get(path, bare_list=endpoint.bare_list, **params)
        decode: Callable[..., T] = endpoint.model.decode  # type: ignore[attr-defined]
        return decode(
            body, *(arguments[name] for name in endpoint.decoded_with if name in arguments)
        )

    async def account(self) -> Account:
        """Request the account that the token belongs to."""
        return await self.fetch(ACCOUNT)
