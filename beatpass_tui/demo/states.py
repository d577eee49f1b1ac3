"""The states of the demo and how the server behaves in each."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from beatpass_tui.demo import catalog
from beatpass_tui.demo.catalog import TRACKS
from beatpass_tui.demo.messages import Answer, sentence
from beatpass_tui.demo.model import Catalog

NO_ARTIST = ("no-artist", "pending", "revoked", "no-status")
"""Without an artist profile: may apply, under review, revoked, and without a status."""

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
_TURNING = ("offline", "expired")
# States with slow answers; in the second, the client has stored ones.
_SLOW = ("slow", "known")
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
    "tracks": 1.8,
    "albums": 1.6,
    "album": 1.0,
    "performance": 1.4,
    "insights": 2.2,
    "collaborations": 2.6,
    "uploads": 3.5,
    "plays": 2.1,
    "platform": 3.8,
    "xp": 1.7,
    "achievements": 2.8,
    "finances": 2.4,
    "transactions": 3.2,
    "balance": 4.5,
}


@dataclass(frozen=True, slots=True)
class Offer:
    """What the server offers in every state.

    `tracks` is the number of linked tracks, if there are any. `documented_only` omits undocumented
    fields. Without `upload_access` the upload insights are refused.
    """

    tracks: int = TRACKS
    documented_only: bool = False
    upload_access: bool = True


def catalog_for(state: str, offer: Offer, now: datetime) -> Catalog:
    """Return the data of the account in a state."""
    if state in ("new", *NO_ARTIST):
        found = catalog.empty(now, with_artist=state == "new")
    else:
        found = catalog.full(now, offer.tracks)
    if found.artist is None:
        return found
    return replace(found, artist=replace(found.artist, upload_access=offer.upload_access))


class Conduct:
    """The behavior of one server in its state; thread-safe."""

    def __init__(self, state: str, growth_delay: float, monotonic: Callable[[], float]) -> None:
        if state not in STATES:
            raise ValueError(f"no such state: {state} (one of {', '.join(STATES)})")
        self.state = state
        self._growth_delay = growth_delay
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._answered: set[str] = set()
        self._refusing = False
        self._revived = False
        self._asked_growth: float | None = None
        self._asked_limited: float | None = None

    def has_turned(self, endpoint: str | None) -> bool:
        """Return whether the first load is complete for a request that arrives now.

        A client that knows the account does not request it, so the other five endpoints decide. For
        a client that requests all six at once, a late first `/users/me` is still answered.
        """
        with self._lock:
            if self.state not in _TURNING or self._revived or not self._answered >= HOME - {"me"}:
                return False
            if endpoint == "me" and "me" not in self._answered and not self._refusing:
                return False
            self._refusing = True
            return True

    def answered(self, endpoint: str, status: int) -> None:
        """Record an answer before it is sent."""
        if status != 200:
            return
        with self._lock:
            self._answered.add(endpoint)
            if endpoint == "login" and self.state == "expired" and self._refusing:
                self._revived = True

    def refusal(self, endpoint: str) -> Answer | None:
        """Return the error that the state prescribes for an endpoint, if any."""
        if endpoint == "login":
            return None
        if self.state == "forbidden":
            return sentence(403, "API access is by invitation. Write to contact@beatpass.ca.")
        if self.state == "no-status" and endpoint == "application":
            return sentence(404, "The route could not be found.")
        if self.state == "failed-group" and endpoint == "intelligence":
            return Answer(
                500,
                {
                    "error": "Failed to load the dashboard",
                    "message": "The producer dashboard could not be put together.",
                },
            )
        if self.state == "limited" and endpoint == "activity":
            return self._limit()
        return None

    def _limit(self) -> Answer | None:
        with self._lock:
            now = self._monotonic()
            if self._asked_limited is None:
                self._asked_limited = now
            left = math.ceil(LIMITED_SECONDS - (now - self._asked_limited))
        if left <= 0:
            return None
        return Answer(
            429,
            {"message": "Too Many Attempts.", "retry_after": left},
            {"Retry-After": str(left)},
        )

    def growth_known(self) -> bool:
        """Return whether the growth rate is available for a request that arrives now."""
        with self._lock:
            now = self._monotonic()
            if self._asked_growth is None:
                self._asked_growth = now
            ready = now - self._asked_growth >= self._growth_delay
        # A missing growth rate keeps the client requesting until the state begins.
        return self.state in NO_ARTIST or (ready and self.state not in _TURNING)

    def delay(self, endpoint: str) -> float:
        """Return the delay of an answer in seconds."""
        return _DELAYS[endpoint] if self.state in _SLOW else 0.0
