"""The documented endpoints that the demo answers, one entry for each."""

from __future__ import annotations

from beatpass_tui.demo import guesses
from beatpass_tui.demo.activity import activity
from beatpass_tui.demo.answers import (
    account,
    dashboard_stats,
    followers,
    intelligence,
    profile,
    sales,
)
from beatpass_tui.demo.endpoint import Context, Endpoint
from beatpass_tui.demo.exchange import Answer, Json
from beatpass_tui.demo.finances import select, summary, transactions
from beatpass_tui.demo.leaderboard import leaderboard
from beatpass_tui.demo.listing import album_page, artist_albums, artist_tracks
from beatpass_tui.demo.performance import (
    collaborative_tracks,
    track_performance,
    upload_insights,
)
from beatpass_tui.demo.signin import sign_in


def _dashboard(c: Context) -> Json:
    known = intelligence(c.catalog, growth_known=c.growth_known())
    return c.with_guess(known, lambda: guesses.recent_achievements(c.catalog))


def _transactions(c: Context) -> Json:
    chosen = select(c.catalog, c.request.query)
    return c.with_guess(transactions(chosen), lambda: guesses.transactions(c.catalog, chosen))


ENDPOINTS = (
    Endpoint(
        "login",
        "/auth/login",
        lambda c: sign_in(c.catalog, c.credentials, c.request.body),
        method="POST",
        bearer=False,
    ),
    Endpoint("me", "/users/{user}", lambda c: account(c.catalog)),
    Endpoint("profile", "/artist/profile", lambda c: profile(c.catalog)),
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
        lambda c: artist_tracks(c.catalog, c.request.query),
    ),
    Endpoint(
        "albums",
        "/artists/{artist}/albums",
        lambda c: artist_albums(c.catalog, c.request.query),
    ),
    Endpoint(
        "album",
        "/albums/{album}",
        lambda c: album_page(c.catalog, c.request.path.split("/")[-1], c.request.query),
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
        not_yours=Answer(404, {"error": "Artist not found", "data": []}),
    ),
    Endpoint(
        "uploads",
        "/producer-intelligence/artist/{artist}/contribution-graph",
        lambda c: c.with_guess({}, lambda: guesses.upload_graph(c.catalog, c.now)),
    ),
    Endpoint(
        "platform",
        "/producer-intelligence/platform/contribution-graph",
        lambda c: c.with_guess({}, lambda: guesses.platform_graph(c.catalog, c.now)),
    ),
    Endpoint(
        "xp",
        "/producer-intelligence/xp-sources",
        lambda c: c.with_guess({}, lambda: guesses.xp_sources(c.catalog)),
    ),
    Endpoint(
        "achievements",
        "/producer-intelligence/achievements",
        lambda c: c.with_guess({}, lambda: guesses.achievements(c.catalog)),
    ),
    Endpoint(
        "finances",
        "/artists/{artist}/finances/summary",
        lambda c: c.with_guess(
            summary(c.catalog), lambda: guesses.finance_summary(c.catalog, c.now)
        ),
    ),
    Endpoint("transactions", "/artists/{artist}/finances/transactions", _transactions),
    Endpoint(
        "balance",
        "/artists/{artist}/finances/provider-balance",
        lambda c: c.with_guess({}, lambda: guesses.provider_balance(c.catalog)),
    ),
)


def find(path: str) -> Endpoint | None:
    """Return the endpoint at a path."""
    return next((endpoint for endpoint in ENDPOINTS if endpoint.matches(path)), None)
