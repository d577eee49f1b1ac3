"""The demo's service without HTTP: endpoints, access, sign-in and state."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from beatpass_tui.demo import guesses, insights
from beatpass_tui.demo.activity import activity
from beatpass_tui.demo.application import MESSAGES, submission_status
from beatpass_tui.demo.artist import (
    account,
    album_page,
    artist_albums,
    artist_tracks,
    collaborative_tracks,
    dashboard_stats,
    followers,
    intelligence,
    profile,
    sales,
    track_performance,
    upload_insights,
)
from beatpass_tui.demo.finances import select, summary, transactions
from beatpass_tui.demo.leaderboards import leaderboard as scheduled_leaderboard
from beatpass_tui.demo.messages import Json, Request, RequestRefused, Response, error_response
from beatpass_tui.demo.model import Catalog, Track
from beatpass_tui.demo.progress import leaderboard
from beatpass_tui.demo.sign_in import Credentials, sign_in
from beatpass_tui.demo.states import Behavior, Variant, catalog_for

USER, ARTIST, ALBUM, TRACK = "{user}", "{artist}", "{album}", "{track}"
_NOT_MANAGED = error_response(403, "You do not manage this artist.")


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a response may depend on."""

    catalog: Catalog
    credentials: Credentials
    request: Request
    now: datetime
    signed_in: bool
    documented_only: bool
    with_menu: bool
    block_reason: str | None
    growth_known: Callable[[], bool]

    @property
    def last_segment(self) -> str:
        """Return the last segment of the requested path."""
        return self.request.path.split("/")[-1]

    def with_undocumented(self, documented: Json, guess: Callable[[], Json]) -> Json:
        """Return a body merged with its undocumented part, unless that is omitted."""
        return documented if self.documented_only else _merged(documented, guess())


def _charts(context: Context, tracks: Sequence[Track]) -> Json:
    """Return the charts of tracks, which are undocumented."""
    query, now = context.request.query, context.now
    return context.with_undocumented(
        {}, lambda: guesses.charts_of(tracks, context.catalog, query, now)
    )


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A documented path, in which `{user}` and `{artist}` must be ids of the caller."""

    name: str
    path: str
    respond: Callable[[Context], Json]
    method: str = "GET"
    bearer: bool = True
    forbidden_response: Response = _NOT_MANAGED

    def matches(self, path: str) -> bool:
        """Return whether a path belongs to this endpoint, with any ids."""
        requested, pattern = path.split("/"), self.path.split("/")
        return len(requested) == len(pattern) and all(
            part == expected or (expected in (USER, ARTIST, ALBUM, TRACK) and part != "")
            for part, expected in zip(requested, pattern, strict=True)
        )

    def id_in(self, path: str, placeholder: str) -> str | None:
        """Return the id at a placeholder of the path."""
        pattern = self.path.split("/")
        return path.split("/")[pattern.index(placeholder)] if placeholder in pattern else None


def _merged(documented: Json, guessed: Json) -> Json:
    """Return a deep merge of two objects."""
    merged = dict(documented)
    for name, value in guessed.items():
        existing = merged.get(name)
        if isinstance(existing, dict) and isinstance(value, dict):
            merged[name] = _merged(existing, value)
        else:
            merged[name] = value
    return merged


def _dashboard(c: Context) -> Json:
    known = intelligence(c.catalog, growth_known=c.growth_known())
    return c.with_undocumented(known, lambda: guesses.recent_progress(c.catalog))


def _transactions(c: Context) -> Json:
    chosen = select(c.catalog, c.request.query)
    return c.with_undocumented(
        transactions(chosen), lambda: guesses.transactions(c.catalog, chosen)
    )


ENDPOINTS = (
    Endpoint(
        "login",
        "/auth/login",
        lambda c: sign_in(c.catalog, c.credentials, c.request.body, with_menu=c.with_menu),
        method="POST",
        bearer=False,
    ),
    Endpoint("me", "/users/{user}", lambda c: account(c.catalog)),
    Endpoint("profile", "/artist/profile", lambda c: profile(c.catalog)),
    Endpoint(
        "application",
        "/backstage-request/submission-status",
        lambda c: submission_status(c.block_reason),
    ),
    Endpoint("stats", "/artist/dashboard-stats", lambda c: dashboard_stats(c.catalog, c.now)),
    Endpoint("sales", "/artist/sales", lambda c: sales(c.catalog)),
    Endpoint("intelligence", "/producer-intelligence/dashboard", _dashboard),
    Endpoint(
        "leaderboard",
        "/producer-intelligence/leaderboard",
        lambda c: leaderboard(c.catalog, c.now, signed_in=c.signed_in),
        bearer=False,
    ),
    Endpoint(
        "leaderboards",
        "/producer-intelligence/leaderboards",
        lambda c: scheduled_leaderboard(c.catalog, c.request, c.now),
    ),
    Endpoint(
        "followers",
        "/artists/{artist}/followers",
        lambda c: followers(c.catalog, c.request.query),
    ),
    Endpoint(
        "activity",
        "/artists/{artist}/activity",
        lambda c: activity(c.catalog, c.request.query, c.now),
    ),
    Endpoint(
        "tracks",
        "/artists/{artist}/tracks",
        lambda c: artist_tracks(c.catalog, c.request.query, documented_only=c.documented_only),
    ),
    Endpoint(
        "albums",
        "/artists/{artist}/albums",
        lambda c: artist_albums(c.catalog, c.request.query),
    ),
    Endpoint(
        "album",
        "/albums/{album}",
        lambda c: album_page(c.catalog, c.last_segment, c.request.query),
    ),
    Endpoint(
        "performance",
        "/artist/track-performance",
        lambda c: track_performance(c.catalog, c.now),
    ),
    Endpoint(
        "insights",
        "/artist/upload-insights",
        lambda c: upload_insights(c.catalog, c.now),
    ),
    Endpoint(
        "collaborations",
        "/artist/{artist}/collaborative-tracks",
        lambda c: collaborative_tracks(c.catalog),
        forbidden_response=Response(404, {"error": "Artist not found", "data": []}),
    ),
    Endpoint(
        "uploads",
        "/producer-intelligence/artist/{artist}/contribution-graph",
        lambda c: c.with_undocumented({}, lambda: guesses.upload_graph(c.catalog, c.now)),
    ),
    Endpoint(
        "plays",
        "/producer-intelligence/insights/artists/{artist}/charts",
        lambda c: c.with_undocumented(
            {}, lambda: guesses.charts(c.catalog, c.request.query, c.now)
        ),
    ),
    Endpoint(
        "collaborators",
        "/producer-intelligence/insights/artists/{artist}/collaborations",
        lambda c: c.with_undocumented(
            insights.collaborations(c.catalog), lambda: guesses.collaborators(c.catalog)
        ),
    ),
    Endpoint(
        "track_insights",
        "/producer-intelligence/insights/tracks/{track}",
        lambda c: c.with_undocumented(
            insights.track_insights(c.catalog, c.last_segment, c.request.query, c.now),
            lambda: guesses.track_insights(c.catalog, c.last_segment, c.request.query, c.now),
        ),
    ),
    Endpoint(
        "album_insights",
        "/producer-intelligence/insights/albums/{album}",
        lambda c: c.with_undocumented(
            insights.album_insights(c.catalog, c.last_segment),
            lambda: guesses.album_insights(c.catalog, c.last_segment, c.request.query, c.now),
        ),
    ),
    Endpoint(
        "track_charts",
        "/producer-intelligence/insights/tracks/{track}/charts",
        lambda c: _charts(c, [insights.find_track(c.catalog, c.request.path.split("/")[-2])]),
    ),
    Endpoint(
        "album_charts",
        "/producer-intelligence/insights/albums/{album}/charts",
        lambda c: _charts(c, insights.tracks_of_album(c.catalog, c.request.path.split("/")[-2])),
    ),
    Endpoint(
        "placements",
        "/tracks/{track}/placements",
        lambda c: insights.placements(c.catalog, c.request.path.split("/")[2], c.now),
    ),
    Endpoint(
        "platform",
        "/producer-intelligence/platform/contribution-graph",
        lambda c: c.with_undocumented({}, lambda: guesses.platform_graph(c.catalog, c.now)),
    ),
    Endpoint(
        "xp",
        "/producer-intelligence/xp-sources",
        lambda c: c.with_undocumented({}, lambda: guesses.xp_sources(c.catalog)),
    ),
    Endpoint(
        "achievements",
        "/producer-intelligence/achievements",
        lambda c: c.with_undocumented({}, lambda: guesses.achievements(c.catalog)),
    ),
    Endpoint(
        "finances",
        "/artists/{artist}/finances/summary",
        lambda c: c.with_undocumented(
            summary(c.catalog), lambda: guesses.finance_summary(c.catalog, c.now)
        ),
    ),
    Endpoint("transactions", "/artists/{artist}/finances/transactions", _transactions),
    Endpoint(
        "balance",
        "/artists/{artist}/finances/provider-balance",
        lambda c: c.with_undocumented({}, lambda: guesses.provider_balance(c.catalog)),
    ),
)


def find(path: str) -> Endpoint | None:
    """Return the endpoint at a path."""
    return next((endpoint for endpoint in ENDPOINTS if endpoint.matches(path)), None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A response and its delay in seconds; without a response the connection is dropped."""

    response: Response | None
    delay: float = 0.0


class Service:
    """The demo's BeatPass service, independent of HTTP."""

    def __init__(
        self,
        behavior: Behavior,
        variant: Variant,
        credentials: Credentials,
        clock: Callable[[], datetime] | None,
    ) -> None:
        self._behavior = behavior
        self._variant = variant
        self._credentials = credentials
        self._clock = clock
        self._catalog = catalog_for(behavior.state, variant, self.now())

    def now(self) -> datetime:
        """Return the current time in UTC; a clock without a time zone is taken as UTC."""
        moment = datetime.now(UTC) if self._clock is None else self._clock()
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def outcome(self, request: Request) -> Outcome:
        """Return the outcome of a request."""
        endpoint = find(request.path)
        if self._behavior.has_begun(None if endpoint is None else endpoint.name):
            if self._behavior.state == "offline":
                return Outcome(None)
            if endpoint is None or endpoint.name != "login":
                return Outcome(_unauthenticated())
        if endpoint is None:
            return Outcome(error_response(404, "The route could not be found."))
        if request.method != endpoint.method:
            message = f"The {request.method} method is not supported for this route."
            return Outcome(Response(405, {"message": message}, {"Allow": endpoint.method}))
        response = self._respond(endpoint, request)
        self._behavior.record(endpoint.name, response.status)
        return Outcome(response, self._behavior.delay(endpoint.name))

    def _respond(self, endpoint: Endpoint, request: Request) -> Response:
        signed_in = self._is_valid(request.token)
        if endpoint.bearer and not signed_in:
            return _unauthenticated()
        refusal = self._behavior.refusal(endpoint.name)
        if refusal is not None:
            return refusal
        context = Context(
            catalog=self._catalog,
            credentials=self._credentials,
            request=request,
            now=self.now(),
            signed_in=signed_in,
            documented_only=self._variant.documented_only,
            with_menu=self._behavior.state == "menu",
            block_reason=self._behavior.state if self._behavior.state in MESSAGES else None,
            growth_known=self._behavior.growth_known,
        )
        try:
            self._check_ids(endpoint, request.path)
            return Response(200, endpoint.respond(context))
        except RequestRefused as refused:
            return refused.response

    def _is_valid(self, token: str | None) -> bool:
        known = self._credentials.token.encode()
        return token is not None and hmac.compare_digest(token.encode(), known)

    def _check_ids(self, endpoint: Endpoint, path: str) -> None:
        """Refuse ids of other accounts."""
        user_id = endpoint.id_in(path, USER)
        if user_id not in (None, "me", str(self._catalog.account.id)):
            raise RequestRefused(error_response(404, "This user could not be found."))
        artist = self._catalog.artist
        artist_id = endpoint.id_in(path, ARTIST)
        if artist_id is not None and (artist is None or artist_id != str(artist.id)):
            raise RequestRefused(endpoint.forbidden_response)


def _unauthenticated() -> Response:
    return error_response(401, "Unauthenticated.")
