"""The documented endpoints that the demo answers, one line for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from beatpass_tui.demo.activity import activity
from beatpass_tui.demo.answers import (
    account,
    dashboard_stats,
    followers,
    intelligence,
    profile,
    sales,
)
from beatpass_tui.demo.exchange import Json, Request
from beatpass_tui.demo.leaderboard import leaderboard
from beatpass_tui.demo.model import Catalogue
from beatpass_tui.demo.signin import Credentials, sign_in

USER, ARTIST = "{user}", "{artist}"


@dataclass(frozen=True, slots=True)
class Context:
    """All that an answer may depend on."""

    catalogue: Catalogue
    credentials: Credentials
    request: Request
    now: datetime
    signed_in: bool
    growth_known: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One documented path; `{user}` and `{artist}` stand for an id that must be the caller's."""

    name: str
    path: str
    answer: Callable[[Context], Json]
    method: str = "GET"
    bearer: bool = True

    def matches(self, path: str) -> bool:
        """Whether a path is this endpoint, whatever id it has."""
        given, own = path.split("/"), self.path.split("/")
        return len(given) == len(own) and all(
            part == mine or (mine in (USER, ARTIST) and part != "")
            for part, mine in zip(given, own, strict=True)
        )

    def id_in(self, path: str, placeholder: str) -> str | None:
        """Return the id that a path has in place of a placeholder."""
        own = self.path.split("/")
        return path.split("/")[own.index(placeholder)] if placeholder in own else None


ENDPOINTS = (
    Endpoint(
        "login",
        "/auth/login",
        lambda c: sign_in(c.catalogue, c.credentials, c.request.body),
        method="POST",
        bearer=False,
    ),
    Endpoint("me", "/users/{user}", lambda c: account(c.catalogue)),
    Endpoint("profile", "/artist/profile", lambda c: profile(c.catalogue)),
    Endpoint("stats", "/artist/dashboard-stats", lambda c: dashboard_stats(c.catalogue, c.now)),
    Endpoint("sales", "/artist/sales", lambda c: sales(c.catalogue)),
    Endpoint(
        "intelligence",
        "/producer-intelligence/dashboard",
        lambda c: intelligence(c.catalogue, growth_known=c.growth_known()),
    ),
    Endpoint(
        "leaderboard",
        "/producer-intelligence/leaderboard",
        lambda c: leaderboard(c.catalogue, c.now, signed_in=c.signed_in),
        bearer=False,
    ),
    Endpoint(
        "followers",
        "/artists/{artist}/followers",
        lambda c: followers(c.catalogue, c.request.query),
    ),
    Endpoint(
        "activity",
        "/artists/{artist}/activity",
        lambda c: activity(c.catalogue, c.request.query, c.now),
    ),
)


def find(path: str) -> Endpoint | None:
    """Return the endpoint at a path."""
    return next((endpoint for endpoint in ENDPOINTS if endpoint.matches(path)), None)
