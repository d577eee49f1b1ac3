"""Documented responses about the account, its artist, tracks and albums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from beatpass_tui.demo import messages
from beatpass_tui.demo.catalog import GENRES, TAGS
from beatpass_tui.demo.messages import Json, RequestRefused, Response, error_response, iso_utc
from beatpass_tui.demo.model import Album, Artist, Catalog, Person, Purchase, Track

_NO_ARTIST = "Artist profile not found. Apply to the Producer Program to get one."
_RECENT = timedelta(days=30)


def require_artist(catalog: Catalog) -> Artist:
    """Return the artist; raise RequestRefused with a 404 if there is no profile."""
    if catalog.artist is None:
        raise RequestRefused(Response(404, {"success": False, "message": _NO_ARTIST}))
    return catalog.artist


def user(person: Person) -> Json:
    """Return a User, whose avatar is always a string."""
    return {"id": person.id, "display_name": person.name, "avatar": person.avatar or ""}


def account(catalog: Catalog) -> Json:
    """Return the response of `GET /users/{id}`."""
    return {"status": "success", "user": user(catalog.account)}


def enveloped(data: object) -> Json:
    """Return data in the envelope of the artist dashboard."""
    return {"success": True, "data": data}


def profile(catalog: Catalog) -> Json:
    """Return the response of `GET /artist/profile`."""
    artist = require_artist(catalog)
    return enveloped(
        {
            "id": artist.id,
            "name": artist.name,
            "upload_access": artist.upload_access,
            "total_tracks": len(catalog.tracks),
            "total_plays": catalog.total_plays,
            "member_since": iso_utc(artist.member_since),
            "bio": artist.bio,
            "website": artist.website,
            "social_links": dict(artist.social_links),
        }
    )


def dashboard_stats(catalog: Catalog, now: datetime) -> Json:
    """Return the response of `GET /artist/dashboard-stats`."""
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
    """Return the change of plays from last month's uploads to this month's."""
    this_month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    current = sum(track.plays for track in tracks if track.uploaded >= this_month)
    previous = sum(track.plays for track in tracks if last_month <= track.uploaded < this_month)
    return round(100 * (current - previous) / previous, 1) if previous else 0.0


def intelligence(catalog: Catalog, *, growth_known: bool) -> Json:
    """Return the response of `GET /producer-intelligence/dashboard`.

    Fields that are documented without a type are left out, and `achievements` is documented only
    as a list of objects.
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
    """Return the response of `GET /artists/{id}/followers`."""
    page = messages.page_of(catalog.followers, query, size=25, row=user)
    return {"status": "success", "pagination": page}


def sales(catalog: Catalog) -> Json:
    """Return the response of `GET /artist/sales`."""
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
    """Return the artist's share of the purchases in cents."""
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
        # This is the only endpoint whose times have no time zone.
        "purchased_at": purchase.at.strftime("%Y-%m-%d %H:%M:%S"),
    }


_PERFORMANCE_ROWS = 20
_NO_ACCESS = "Upload access is needed to see upload insights."
# Index of the track without plays, which are optional.
_MISSING_PLAYS_INDEX = 5


def track_performance(catalog: Catalog, now: datetime) -> Json:
    """Return the response of `GET /artist/track-performance`."""
    require_artist(catalog)
    return enveloped([_performance(track, now) for track in catalog.tracks[:_PERFORMANCE_ROWS]])


def _performance(track: Track, now: datetime) -> Json:
    months = 12 * (now.year - track.uploaded.year) + now.month - track.uploaded.month
    return {
        "track_id": track.id,
        "track_name": track.name,
        "plays": track.plays,
        "contribution_value": track.contribution,
        "months_since_upload": months - (now.day < track.uploaded.day),
        "upload_date": iso_utc(track.uploaded),
        "last_updated": None if track.calculated is None else iso_utc(track.calculated),
    }


def upload_insights(catalog: Catalog, now: datetime) -> Json:
    """Return the response of `GET /artist/upload-insights`."""
    if not require_artist(catalog).upload_access:
        raise RequestRefused(Response(403, {"success": False, "message": _NO_ACCESS}))
    tracks = catalog.tracks
    this_month = now.strftime("%Y-%m")
    last_month = (now.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    months = [track.uploaded.strftime("%Y-%m") for track in tracks]
    uploads = Counter(months)
    data: Json = {
        "total_uploads": len(tracks),
        "uploads_this_month": uploads[this_month],
        "uploads_last_month": uploads[last_month],
        "average_plays_per_upload": round(catalog.total_plays / len(tracks)) if tracks else 0,
        "upload_frequency_days": _frequency(tracks),
        "recommended_upload_time": (
            "Friday, 18:00 to 20:00" if tracks else "Upload a few tracks to get a recommendation."
        ),
    }
    if tracks:
        plays: Counter[str] = Counter()
        for month, track in zip(months, tracks, strict=True):
            plays[month] += track.plays
        best = max(plays, key=lambda month: (plays[month], month))
        data["best_performing_month"] = {
            "month": best,
            "total_plays": plays[best],
            "track_count": uploads[best],
        }
    return enveloped(data)


def _frequency(tracks: tuple[Track, ...]) -> int | None:
    """Return the median number of days between uploads."""
    if len(tracks) < 2:
        return None
    return round((tracks[0].uploaded - tracks[-1].uploaded).days / (len(tracks) - 1))


def collaborative_tracks(catalog: Catalog) -> Json:
    """Return the response of `GET /artist/{artist}/collaborative-tracks`."""
    artist = require_artist(catalog)
    yourself = Person(artist.id, artist.name, None)
    collaborations = [track for track in catalog.listed if track.collaborators]
    rows = []
    for index, track in enumerate(collaborations):
        row: Json = {
            "id": track.id,
            "name": track.name,
            "artists": [_small(person) for person in (yourself, *track.collaborators)],
            "collaborators": [_small(person) for person in track.collaborators],
        }
        if index != _MISSING_PLAYS_INDEX:
            row["plays"] = track.plays
        rows.append(row)
    return {**enveloped(rows), "total": len(rows)}


def _small(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "image_small": f"https://images.example.com/artists/{person.id}-small.png",
    }


# Index of the listed track without plays, which is too old for `/artist/track-performance`.
_UNCOUNTED = 24
# The album whose tracks are only in the response of its own page.
_UNLOADED_ID = 930_000_001
_FIRST_GENRE_ID, _FIRST_TAG_ID = 960_000_001, 961_000_001


# Fields that the documentation promises to no account.
_TOKEN_FIELDS = (
    "plays", "licensing_type", "bpm", "key", "scale", "likes_count", "reposts_count", "updated_at",
    "album",
)  # fmt: skip


def artist_tracks(
    catalog: Catalog, query: Mapping[str, str], *, documented_only: bool = False
) -> Json:
    """Return the response of `GET /artists/{id}/tracks`.

    With `documented_only`, rows have only the fields of the schema.
    """
    listed = catalog.listed
    uncounted = listed[_UNCOUNTED].id if len(listed) > _UNCOUNTED else None
    page = messages.page_of(
        listed,
        query,
        size=20,
        row=lambda track: _listed_row(
            catalog, track, plays_known=track.id != uncounted, documented_only=documented_only
        ),
    )
    return {"status": "success", "pagination": page}


def _listed_row(
    catalog: Catalog, track: Track, *, plays_known: bool, documented_only: bool
) -> Json:
    """Return a track of the list, whose album is a guess."""
    album = None if track.album_id is None else catalog.albums_by_id[track.album_id]
    row = track_row(catalog, track, plays_known=plays_known)
    row["album"] = None if album is None else {"id": album.id, "name": album.name}
    hidden = _TOKEN_FIELDS if documented_only else ()
    return {name: value for name, value in row.items() if name not in hidden}


def artist_albums(catalog: Catalog, query: Mapping[str, str]) -> Json:
    """Return the response of `GET /artists/{id}/albums`."""
    page = messages.page_of(catalog.albums, query, size=5, row=lambda album: _album(catalog, album))
    return {"status": "success", "pagination": page}


def album_page(catalog: Catalog, given_id: str, query: Mapping[str, str]) -> Json:
    """Return the response of `GET /albums/{id}`."""
    album = next((each for each in catalog.albums if str(each.id) == given_id), None)
    if album is None:
        raise RequestRefused(error_response(404, "This album could not be found."))
    tracks = catalog.tracks_by_album.get(album.id, ())
    row = _album(catalog, album)
    row["tracks"] = [track_row(catalog, track) for track in tracks]
    row["genres"] = _named(GENRES, {track.genre for track in tracks}, _FIRST_GENRE_ID)
    tags = TAGS[album.id % 3 :: 3]
    row["tags"] = _named(TAGS, tags, _FIRST_TAG_ID) if tracks else None
    return {"album": row, "loader": query.get("loader", "albumPage")}


def track_row(catalog: Catalog, track: Track, *, plays_known: bool = True) -> Json:
    """Return a Track with the fields that a token adds."""
    row = _track(catalog, track)
    row["created_at"] = iso_utc(track.uploaded)
    if track.id % 10 != 3:
        row["updated_at"] = iso_utc(track.uploaded + timedelta(hours=track.id % 20))
    row["plays"] = track.plays if plays_known else None
    row["likes_count"] = engagement_of(track)[0]
    if track.id % 13 != 5:
        row["licensing_type"] = track.licensing_type
    if track.bpm is not None:
        row |= {"bpm": track.bpm, "key": track.key, "scale": track.scale}
    return row


def engagement_of(track: Track) -> tuple[int, int, int]:
    """Return likes, reposts and comments of a track."""
    likes = track.plays // 208
    return likes, likes // 6, likes // 9


def _track(catalog: Catalog, track: Track) -> Json:
    album = None if track.album_id is None else catalog.albums_by_id[track.album_id]
    released = track.uploaded.date() if album is None else album.release_date
    row: Json = {"id": track.id, "name": track.name, "image": track.image}
    if released is not None:
        row["release_date"] = released.isoformat()
    if track.id % 41 != 7:
        row["duration"] = track.duration_ms
    row["description"] = f"{track.genre}, made at home." if track.id % 4 == 0 else None
    row["artists"] = [*_yourself(catalog), *_guests(track)]
    return row


def _album(catalog: Catalog, album: Album) -> Json:
    tracks = catalog.tracks_by_album.get(album.id, ())
    row: Json = {
        "id": album.id,
        "name": album.name,
        "image": f"https://images.example.com/albums/{album.id}.png",
        "description": album.description,
        "artists": _yourself(catalog),
        "created_at": iso_utc(album.created),
    }
    # In the schema, a release date may be missing but not null.
    if album.release_date is not None:
        row["release_date"] = album.release_date.isoformat()
    if album.id == _UNLOADED_ID:
        row["tracks"] = None
    else:
        row["tracks"] = [_track(catalog, track) for track in tracks]
        row["plays"] = sum(track.plays for track in tracks)
    return row


def _yourself(catalog: Catalog) -> list[Json]:
    artist = catalog.artist
    return [] if artist is None else [{"id": artist.id, "name": artist.name, "verified": True}]


def _guests(track: Track) -> list[Json]:
    return [
        {"id": guest.id, "name": guest.name, "verified": guest.id % 2 == 0}
        for guest in track.collaborators
    ]


def _named(all_names: tuple[str, ...], names: Iterable[str], first_id: int) -> list[Json]:
    """Return genres or tags in a fixed order."""
    indexes = sorted(all_names.index(name) for name in names)
    return [{"id": first_id + index, "name": all_names[index]} for index in indexes]
