"""The documented answers about an account and its artist, from the catalog alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from beatpass_tui.demo import paging
from beatpass_tui.demo.exchange import Answer, Json, RefusedError, zulu
from beatpass_tui.demo.model import Artist, Catalog, Person, Purchase, Track

_NO_ARTIST = "Artist profile not found. Apply to the Producer Program to get one."
_RECENT = timedelta(days=30)


def require_artist(catalog: Catalog) -> Artist:
    """Return the artist, or refuse in the words of the artist endpoints."""
    if catalog.artist is None:
        raise RefusedError(Answer(404, {"success": False, "message": _NO_ARTIST}))
    return catalog.artist


def user(person: Person) -> Json:
    """Return a User, whose avatar is documented as always text."""
    return {"id": person.id, "display_name": person.name, "avatar": person.avatar or ""}


def account(catalog: Catalog) -> Json:
    """Answer `GET /users/{id}`."""
    return {"status": "success", "user": user(catalog.account)}


def enveloped(data: object) -> Json:
    """Return an answer of the artist dashboard."""
    return {"success": True, "data": data}


def profile(catalog: Catalog) -> Json:
    """Answer `GET /artist/profile`."""
    artist = require_artist(catalog)
    return enveloped(
        {
            "id": artist.id,
            "name": artist.name,
            "upload_access": artist.upload_access,
            "total_tracks": len(catalog.tracks),
            "total_plays": catalog.total_plays,
            "member_since": zulu(artist.member_since),
            "bio": artist.bio,
            "website": artist.website,
            "social_links": dict(artist.social_links),
        }
    )


def dashboard_stats(catalog: Catalog, now: datetime) -> Json:
    """Answer `GET /artist/dashboard-stats`."""
    require_artist(catalog)
    tracks = catalog.tracks
    top = max(tracks, key=lambda track: track.plays, default=None)
    return enveloped(
        {
            "total_tracks": len(tracks),
            "total_plays": catalog.total_plays,
            "total_contribution": round(sum(track.contribution for track in tracks), 2),
            "recent_uploads": sum(track.uploaded > now - _RECENT for track in tracks),
            "play_growth_percentage": _cohort_change(tracks, now),
            "top_track": None if top is None else _top_track(top),
            "average_plays_per_track": round(catalog.total_plays / len(tracks)) if tracks else 0,
            "tracks_with_plays": sum(track.plays > 0 for track in tracks),
        }
    )


def _top_track(track: Track) -> Json:
    return {
        "id": track.id,
        "name": track.name,
        "plays": track.plays,
        "contribution_value": track.contribution,
    }


def _cohort_change(tracks: tuple[Track, ...], now: datetime) -> float:
    """Compare the plays of what was uploaded this month with those of last month's uploads."""
    this_month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    current = sum(track.plays for track in tracks if track.uploaded >= this_month)
    previous = sum(track.plays for track in tracks if last_month <= track.uploaded < this_month)
    return round(100 * (current - previous) / previous, 1) if previous else 0.0


def intelligence(catalog: Catalog, *, growth_known: bool) -> Json:
    """Answer `GET /producer-intelligence/dashboard`.

    The fields that the documents name without a type are left out, and of `achievements` they
    say no more than that it is a list of objects.
    """
    progress = catalog.progress
    return {
        "xp": {
            "currentLevel": progress.level,
            "currentXP": progress.xp,
            "xpToNextLevel": progress.to_next,
            "levelProgress": progress.percent,
        },
        "achievements": [],
        "overview": {
            "totalTracks": len(catalog.tracks),
            "totalPlays": catalog.total_plays,
            "totalRevenue": _settled(catalog.purchases) / 100,
            "totalAlbums": len(catalog.albums),
            "uniqueListeners": round(catalog.total_plays * 0.31),
            "growthRate": catalog.growth_rate if growth_known else None,
        },
    }


def followers(catalog: Catalog, query: Mapping[str, str]) -> Json:
    """Answer `GET /artists/{id}/followers`."""
    page = paging.page_of(catalog.followers, query, size=25, row=user)
    return {"status": "success", "pagination": page}


def sales(catalog: Catalog) -> Json:
    """Answer `GET /artist/sales`."""
    require_artist(catalog)
    purchases = catalog.purchases
    total = _settled(purchases)
    pending = _settled(tuple(each for each in purchases if each.status != "completed"))
    return {
        "status": "success",
        "earnings": {
            "total_sales": len(purchases),
            "total_revenue": total / 100,
            "total_revenue_formatted": f"${total / 100:,.2f}",
            "pending_payout": pending / 100,
            "paid_out": (total - pending) / 100,
            "currency": "CAD",
        },
        "recent_purchases": [_purchase(purchase) for purchase in purchases[:10]],
    }


def _settled(purchases: tuple[Purchase, ...]) -> int:
    """Return what the artist keeps of the purchases, in cents."""
    return sum(purchase.artist_cents for purchase in purchases)


def _purchase(purchase: Purchase) -> Json:
    return {
        "id": purchase.id,
        "track_id": purchase.track.id,
        "track_name": purchase.track.name,
        "artist_amount": purchase.artist_cents / 100,
        "total_amount": purchase.total_cents / 100,
        "platform_fee": purchase.fee_cents / 100,
        "status": "completed" if purchase.status == "completed" else "pending",
        # The one endpoint whose times have no zone.
        "purchased_at": purchase.at.strftime("%Y-%m-%d %H:%M:%S"),
    }
