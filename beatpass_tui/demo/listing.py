"""The documented lists of tracks and albums.

The fields that only a token brings are documented as possible and absent from the schemas, so
some rows do without some of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from beatpass_tui.demo import paging, words
from beatpass_tui.demo.exchange import Json, RefusedError, sentence, zulu
from beatpass_tui.demo.model import Album, Catalog, Track

# The listed track whose plays are not known: it is too old to be among the recent ones, where
# another endpoint would tell them.
_UNCOUNTED = 24
# The album whose tracks are only told on its own page.
_UNLOADED_ID = 930_000_001
_FIRST_GENRE_ID, _FIRST_TAG_ID = 960_000_001, 961_000_001


def artist_tracks(catalog: Catalog, query: Mapping[str, str]) -> Json:
    """Answer `GET /artists/{id}/tracks`."""
    listed = catalog.listed
    uncounted = listed[_UNCOUNTED].id if len(listed) > _UNCOUNTED else None
    page = paging.page_of(
        listed,
        query,
        size=20,
        row=lambda track: track_row(catalog, track, plays_known=track.id != uncounted),
    )
    return {"status": "success", "pagination": page}


def artist_albums(catalog: Catalog, query: Mapping[str, str]) -> Json:
    """Answer `GET /artists/{id}/albums`."""
    page = paging.page_of(catalog.albums, query, size=5, row=lambda album: _album(catalog, album))
    return {"status": "success", "pagination": page}


def album_page(catalog: Catalog, given_id: str, query: Mapping[str, str]) -> Json:
    """Answer `GET /albums/{id}`."""
    album = next((each for each in catalog.albums if str(each.id) == given_id), None)
    if album is None:
        raise RefusedError(sentence(404, "This album could not be found."))
    tracks = catalog.tracks_by_album.get(album.id, ())
    row = _album(catalog, album)
    row["tracks"] = [track_row(catalog, track) for track in tracks]
    row["genres"] = _named(words.GENRES, {track.genre for track in tracks}, _FIRST_GENRE_ID)
    tags = words.TAGS[album.id % 3 :: 3]
    row["tags"] = _named(words.TAGS, tags, _FIRST_TAG_ID) if tracks else None
    return {"album": row, "loader": query.get("loader", "albumPage")}


def track_row(catalog: Catalog, track: Track, *, plays_known: bool = True) -> Json:
    """Return a Track, with what a token adds to it."""
    row = _track(catalog, track)
    row["created_at"] = zulu(track.uploaded)
    if track.id % 10 != 3:
        row["updated_at"] = zulu(track.uploaded + timedelta(hours=track.id % 20))
    row["plays"] = track.plays if plays_known else None
    if track.id % 13 != 5:
        row["licensing_type"] = track.licensing_type
    if track.bpm is not None:
        row |= {"bpm": track.bpm, "key": track.key, "scale": track.scale}
    return row


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
        "created_at": zulu(album.created),
    }
    # In the schema a release date is text and may be missing, but it is never null.
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


def _named(every: tuple[str, ...], chosen: Iterable[str], first_id: int) -> list[Json]:
    """Return genres or tags, in an order of their own."""
    places = sorted(every.index(name) for name in chosen)
    return [{"id": first_id + place, "name": every[place]} for place in places]
