"""The states of the demo, and the behavior of the server in each state."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from beatpass_tui.demo import catalog
from beatpass_tui.demo.catalog import TRACKS
from beatpass_tui.demo.messages import Response, error_response
from beatpass_tui.demo.model import Catalog

NO_ARTIST = ("no-artist", "pending", "revoked", "no-status")
"""States without an artist profile: may apply, under review, revoked, status unavailable."""

STATES: tuple[str, ...] = (
    "normal",
    "first-day",
    "new",
    "offline",
    *NO_ARTIST,
    "expired",
    "forbidden",
    "limited",
    "failed-group",
    "slow",
    "known",
    "menu",
)

# The endpoints of a first load.
HOME = frozenset({"me", "profile", "stats", "intelligence", "followers", "activity"})
LIMITED_SECONDS = 60
# States that begin after the first load.
_DELAYED_STATES = ("offline", "expired")
# States with slow responses; in the second one, the client has a cache.
_SLOW_STATES = ("slow", "known")
_DELAYS: Mapping[str, float] = {
    "login": 0.5,
    "me": 0.3,
    "profile": 0.6,
    "application": 0.5,
    "stats": 1.2,
    "followers": 2.0,
    "activity": 3.0,
    "intelligence": 4.0,
    "sales": 2.5,
    "leaderboard": 1.5,
    "leaderboards": 1.9,
    "tracks": 1.8,
    "albums": 1.6,
    "album": 1.0,
    "performance": 1.4,
    "insights": 2.2,
    "collaborations": 2.6,
    "uploads": 3.5,
    "plays": 2.1,
    "platform": 3.8,
    "collaborators": 1.9,
    "track_insights": 1.2,
    "album_insights": 1.3,
    "track_charts": 1.6,
    "album_charts": 1.7,
    "placements": 2.4,
    "xp": 1.7,
    "achievements": 2.8,
    "finances": 2.4,
    "transactions": 3.2,
    "balance": 4.5,
}


@dataclass(frozen=True, slots=True)
class Variant:
    """Options of the server that apply in every state.

    `tracks` is the number of linked tracks, if any. `documented_only` omits undocumented fields.
    Without `upload_access`, the upload insights are refused.
    """

    tracks: int = TRACKS
    documented_only: bool = False
    upload_access: bool = True


def catalog_for(state: str, variant: Variant, now: datetime) -> Catalog:
    """Return the data of the account in a state."""
    if state in ("new", *NO_ARTIST):
        data = catalog.empty(now, with_artist=state == "new")
    else:
        data = catalog.full(now, variant.tracks)
    if data.artist is None:
        return data
    return replace(data, artist=replace(data.artist, upload_access=variant.upload_access))


class Behavior:
    """The behavior of one server in its state; thread-safe."""

    def __init__(self, state: str, growth_delay: float, monotonic: Callable[[], float]) -> None:
        if state not in STATES:
            raise ValueError(f"unknown state: {state}; known: {', '.join(STATES)}")
        self.state = state
        self._growth_delay = growth_delay
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._completed: set[str] = set()
        self._refusing = False
        self._signed_in_again = False
        self._growth_requested_at: float | None = None
        self._limited_since: float | None = None

    def has_begun(self, endpoint: str | None) -> bool:
        """Return whether the state has begun, because the first load is complete.

        A client that knows the account does not request it, so only the other five endpoints count.
        For a client that requests all six at once, a late first `/users/me` still succeeds.
        """
        with self._lock:
            if (
                self.state not in _DELAYED_STATES
                or self._signed_in_again
                or not self._completed >= HOME - {"me"}
            ):
                return False
            if endpoint == "me" and "me" not in self._completed and not self._refusing:
                return False
            self._refusing = True
            return True

    def record(self, endpoint: str, status: int) -> None:
        """Record a response before it is sent."""
        if status != 200:
            return
        with self._lock:
            self._completed.add(endpoint)
            if endpoint == "login" and self.state == "expired" and self._refusing:
                self._signed_in_again = True

    def refusal(self, endpoint: str) -> Response | None:
        """Return the error response of an endpoint in this state, if any."""
        if endpoint == "login":
            return None
        if self.state == "forbidden":
            return error_response(403, "API access is by invitation. Write to contact@beatpass.ca.")
        if self.state == "no-status" and endpoint == "application":
            return error_response(404, "The route could not be found.")
        if self.state == "failed-group" and endpoint == "intelligence":
            return Response(
                500,
                {
                    "error": "Failed to load the dashboard",
                    "message": "The producer dashboard is temporarily unavailable.",
                },
            )
        if self.state == "limited" and endpoint == "activity":
            return self._limit()
        return None

    def _limit(self) -> Response | None:
        with self._lock:
            now = self._monotonic()
            if self._limited_since is None:
                self._limited_since = now
            seconds = math.ceil(LIMITED_SECONDS - (now - self._limited_since))
        if seconds <= 0:
            return None
        return Response(
            429,
            {"message": "Too Many Attempts.", "retry_after": seconds},
            {"Retry-After": str(seconds)},
        )

    def growth_known(self) -> bool:
        """Return whether the growth rate is available now."""
        with self._lock:
            now = self._monotonic()
            if self._growth_requested_at is None:
                self._growth_requested_at = now
            ready = now - self._growth_requested_at >= self._growth_delay
        # A missing growth rate keeps the client requesting until the state begins.
        return self.state in NO_ARTIST or (ready and self.state not in _DELAYED_STATES)

    def delay(self, endpoint: str) -> float:
        """Return the delay of a response in seconds."""
        return _DELAYS[endpoint] if self.state in _SLOW_STATES else 0.0
