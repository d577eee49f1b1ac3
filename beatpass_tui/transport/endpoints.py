"""The documented requests: which path and parameters each has, and what its answer becomes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from beatpass_tui import models
from beatpass_tui.models.secret import Secret

PERIODS = ("7d", "30d", "90d", "all")
"""The periods that the activity of an artist is documented for."""

STATUSES = ("all", "waiting", "sending", "needs_attention", "completed", "refunded")
"""The statuses that transactions can be filtered by."""

KINDS = ("all", "sales", "subscriptions")
"""The types that transactions can be filtered by."""


class Service(ABC):
    """Every request that the program makes; `api.BeatPass` makes them over HTTP.

    Each raises a RequestFailed of `errors` when it brings no usable answer.
    """

    token: Secret | None
    """Sent with every request but the sign-in; None while nobody is signed in."""

    @abstractmethod
    async def get(self, path: str, *, bare_list: bool = False, **params: str) -> dict[str, Any]:
        """Return the object that a GET of a path below the base URL brings.

        With `bare_list` the answer may be a list, which then comes as `data` of an object.
        """

    @abstractmethod
    async def log_in(self, email: str, password: str, token_name: str) -> models.SignedIn:
        """Ask `POST /auth/login` once."""

    async def account(self) -> models.Account:
        """Ask `GET /users/me`."""
        return models.Account.decode(await self.get("/users/me"))

    async def artist(self) -> models.Artist:
        """Ask `GET /artist/profile`."""
        return models.Artist.decode(await self.get("/artist/profile"))

    async def stats(self) -> models.Stats:
        """Ask `GET /artist/dashboard-stats`."""
        return models.Stats.decode(await self.get("/artist/dashboard-stats"))

    async def intelligence(self) -> models.Intelligence:
        """Ask `GET /producer-intelligence/dashboard`."""
        return models.Intelligence.decode(await self.get("/producer-intelligence/dashboard"))

    async def followers(self, artist_id: int) -> models.Followers:
        """Ask `GET /artists/{id}/followers` for a page of one, which tells the total."""
        path = f"/artists/{_checked(artist_id)}/followers"
        return models.Followers.decode(await self.get(path, perPage="1"))

    async def activity(
        self, artist_id: int, period: str, page: int = 1, per_page: int = 1
    ) -> models.Activity:
        """Ask `GET /artists/{artist}/activity` for the summary and a page of its downloads."""
        path = f"/artists/{_checked(artist_id)}/activity"
        query = {"period": _one_of("period", PERIODS, period), "per_page": str(per_page)}
        if page > 1:
            query["page"] = str(page)
        return models.Activity.decode(await self.get(path, bare_list=False, **query), page)

    async def sales(self) -> models.Sales:
        """Ask `GET /artist/sales`."""
        return models.Sales.decode(await self.get("/artist/sales"))

    async def standings(self) -> models.Standings:
        """Ask `GET /producer-intelligence/leaderboard`."""
        return models.Standings.decode(await self.get("/producer-intelligence/leaderboard"))

    async def beats(self, artist_id: int, page: int) -> models.Beats:
        """Ask `GET /artists/{id}/tracks` for a page of 100, or of what the service gives."""
        path = f"/artists/{_checked(artist_id)}/tracks"
        return models.Beats.decode(await self.get(path, perPage="100", page=str(page)), page)

    async def albums(self, artist_id: int, page: int) -> models.Albums:
        """Ask `GET /artists/{id}/albums` for a page of 100, or of what the service gives."""
        path = f"/artists/{_checked(artist_id)}/albums"
        return models.Albums.decode(await self.get(path, perPage="100", page=str(page)), page)

    async def album(self, album_id: int) -> models.AlbumTracks:
        """Ask `GET /albums/{id}` for an album with its tracks."""
        return models.AlbumTracks.decode(await self.get(f"/albums/{_checked(album_id, 'album')}"))

    async def performance(self) -> models.Performance:
        """Ask `GET /artist/track-performance`."""
        return models.Performance.decode(await self.get("/artist/track-performance"))

    async def collaborations(self, artist_id: int) -> models.Collaborations:
        """Ask `GET /artist/{artist}/collaborative-tracks`."""
        path = f"/artist/{_checked(artist_id)}/collaborative-tracks"
        return models.Collaborations.decode(await self.get(path))

    async def upload_insights(self) -> models.UploadInsights:
        """Ask `GET /artist/upload-insights`."""
        return models.UploadInsights.decode(await self.get("/artist/upload-insights"))

    async def uploads(self, artist_id: int) -> models.Uploads:
        """Ask `GET /producer-intelligence/artist/{artistId}/contribution-graph`."""
        path = f"/producer-intelligence/artist/{_checked(artist_id)}/contribution-graph"
        return models.Uploads.decode(await self.get(path, bare_list=True))

    async def xp_sources(self) -> models.XpSources:
        """Ask `GET /producer-intelligence/xp-sources`."""
        path = "/producer-intelligence/xp-sources"
        return models.XpSources.decode(await self.get(path, bare_list=True))

    async def achievements(self) -> models.Achievements:
        """Ask `GET /producer-intelligence/achievements`."""
        path = "/producer-intelligence/achievements"
        return models.Achievements.decode(await self.get(path, bare_list=True))

    async def finances(self, artist_id: int) -> models.Finances:
        """Ask `GET /artists/{artist}/finances/summary`."""
        path = f"/artists/{_checked(artist_id)}/finances/summary"
        return models.Finances.decode(await self.get(path))

    async def transactions(
        self, artist_id: int, status: str, kind: str, page: int
    ) -> models.Transactions:
        """Ask `GET /artists/{artist}/finances/transactions` for a page of 20."""
        path = f"/artists/{_checked(artist_id)}/finances/transactions"
        answer = await self.get(
            path,
            status=_one_of("status", STATUSES, status),
            type=_one_of("type", KINDS, kind),
            page=str(page),
            per_page="20",
        )
        return models.Transactions.decode(answer, page)

    async def balance(self, artist_id: int) -> models.Balance:
        """Ask `GET /artists/{artist}/finances/provider-balance`."""
        path = f"/artists/{_checked(artist_id)}/finances/provider-balance"
        return models.Balance.decode(await self.get(path))


def _checked(number: int, of: str = "artist") -> int:
    if type(number) is not int or number <= 0:
        raise ValueError(f"an {of} id is a whole number above zero")
    return number


def _one_of(name: str, documented: tuple[str, ...], value: str) -> str:
    if value not in documented:
        raise ValueError(f"{value!r} is no documented {name}")
    return value
