"""Tracks, albums, performance and collaborations."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode, text
from beatpass_tui.models.decode import JsonObject

TRACK_PLAYS = ("plays", "plays_count", "total_plays")
"""Possible field names of a track's plays."""


class Beat(NamedTuple):
    """A track in the artist's public list."""

    id: int | None
    name: str | None
    artists: tuple[str, ...]
    seconds: float | None
    """Length; the service sends milliseconds."""
    plays: int | None
    uploaded: date | None
    """`created_at`: a datetime, or a day if it was sent without a time."""
    released: date | None
    licensing: str | None
    """`non_exclusive_only`, `both` or `exclusive_only`."""
    bpm: float | None = None
    key: str | None = None
    """Such as `F#`, sometimes with the scale: `F# minor`."""
    scale: str | None = None
    likes: int | None = None
    album: str | None = None
    """Name of its album."""
    album_id: int | None = None
    is_single: bool | None = None
    """Whether it is on no album; None unless the response says so."""
    description: str | None = None

    @classmethod
    def decode(cls, track: Any) -> Self:
        """Read a track; only id, name, release date and length are documented."""
        row = JsonObject(track)
        length = row.number("duration")
        album = row.nested("album")
        album_name = album.string("name", "title") or row.string("album_name")
        album_id = album.identifier("id") or row.identifier("album_id")
        return cls(
            id=row.identifier("id"),
            name=row.string("name"),
            artists=decode.strings(row.get("artists"), "name"),
            seconds=decode.clock_seconds(row.first("duration_text", "duration"))
            if length is None
            else length / 1000
            if length >= 0
            else None,
            plays=row.count(*TRACK_PLAYS),
            uploaded=row.day_or_moment("created_at"),
            released=row.day("release_date"),
            licensing=row.string("licensing_type", limit=30),
            bpm=_positive(row.number("bpm")),
            key=row.string("key", "musical_key", limit=20),
            scale=row.string("scale", limit=20),
            likes=row.count("likes_count", "likes"),
            album=album_name,
            album_id=album_id,
            is_single=False if album_name or album_id else _is_single(row),
            description=row.string("description", limit=text.MAX_CHARACTERS),
        )


def _positive(value: float | None) -> float | None:
    return value if value is not None and value > 0 else None


def _is_single(row: JsonObject) -> bool | None:
    """Return whether BeatPass says that a track is a single; None if it does not say."""
    flag = row.flag("is_single", "single")
    if flag is None and any(name in row and row[name] is None for name in ("album", "album_id")):
        return True
    return flag


class Beats(NamedTuple):
    """A page of tracks, from `GET /artists/{id}/tracks`."""

    rows: tuple[Beat, ...]
    page: int
    per_page: int | None
    """The page size used by the service, which may be smaller than requested."""
    total: int | None
    """Number of public tracks, if the page contains it."""
    more: bool
    """Whether there is a next page."""

    @property
    def is_readable(self) -> bool:
        """Whether the response had a list, including an empty one."""
        return bool(self.rows) or self.total is not None

    @classmethod
    def decode(cls, response: Any, page: int | None = None) -> Self:
        """Read the page under `pagination`, or under `tracks` in older responses."""
        paging = decode.page(response, "tracks")
        return cls(
            rows=tuple(map(Beat.decode, paging.objects("data"))),
            page=paging.count("current_page") or page or 1,
            per_page=paging.count("per_page"),
            total=paging.count("total"),
            more=_has_more(paging, page),
        )


def _has_more(paging: JsonObject, page: int | None) -> bool:
    """Return whether a page in any documented format has a next page."""
    rows = paging.get("data")
    if not isinstance(rows, list) or not rows:
        # An empty page ends the list, regardless of other fields.
        return False
    current = paging.count("current_page") or page or 1
    if page is not None and current != page:
        # The service ignored the page number, so the next request would return the same page.
        return False
    last, total, size = paging.count("last_page"), paging.count("total"), paging.count("per_page")
    if last is not None:
        return current < last
    if total is not None and size:
        return current * size < total
    for name in ("next_page", "next_page_url"):
        if name in paging:
            return paging[name] is not None
    if "hasMore" in paging:
        return paging.flag("hasMore") is True
    return size is not None and len(rows) >= size


class Album(NamedTuple):
    """An album, called a collection in the user interface."""

    id: int | None
    name: str | None
    artists: tuple[str, ...]
    released: date | None
    tracks: int | None
    """Number of tracks, if known."""
    plays: int | None
    misdated: bool = False
    """Whether the release date is unreadable, as opposed to missing."""
    created: date | None = None
    """A datetime, or a day if it was sent without a time."""
    track_ids: tuple[int, ...] | None = None
    """Its tracks in order; None if the response doesn't list all of them with their ids."""
    description: str | None = None
    genres: tuple[str, ...] = ()

    @classmethod
    def decode(cls, album: Any) -> Self:
        row = JsonObject(album)
        tracks, released = row.get("tracks"), row.day("release_date")
        return cls(
            id=row.identifier("id"),
            name=row.string("name"),
            artists=decode.strings(row.get("artists"), "name"),
            released=released,
            tracks=len(tracks)
            if isinstance(tracks, list)
            else row.count("tracks_count", "track_count"),
            plays=row.count("plays", "plays_count"),
            misdated=released is None and row.get("release_date") not in (None, ""),
            created=row.day_or_moment("created_at"),
            track_ids=_track_ids(tracks, row.count("tracks_count", "track_count")),
            description=row.string("description", limit=text.MAX_CHARACTERS),
            genres=decode.strings(row.get("genres"), "name"),
        )


def _track_ids(tracks: Any, count: int | None) -> tuple[int, ...] | None:
    """Return the ids of the tracks of an album; None unless there are as many as it has."""
    if not isinstance(tracks, list) or count not in (None, len(tracks)):
        return None
    ids = [JsonObject(track).identifier("id") for track in tracks]
    known = tuple(id for id in ids if id is not None)
    return known if len(known) == len(ids) else None


class Albums(NamedTuple):
    """A page of albums, from `GET /artists/{id}/albums`."""

    rows: tuple[Album, ...]
    page: int
    total: int | None
    more: bool

    @property
    def is_readable(self) -> bool:
        """Whether the response had a list, including an empty one."""
        return bool(self.rows) or self.total is not None

    @classmethod
    def decode(cls, response: Any, page: int | None = None) -> Self:
        """Read the page under `pagination`, or under `albums` in older responses."""
        paging = decode.page(response, "albums")
        return cls(
            rows=tuple(map(Album.decode, paging.objects("data"))),
            page=paging.count("current_page") or page or 1,
            total=paging.count("total"),
            more=_has_more(paging, page),
        )


class AlbumTracks(NamedTuple):
    """An album with its tracks, from `GET /albums/{id}`."""

    album: Album
    tracks: tuple[Beat, ...] | None
    """None if the response doesn't list them."""

    @classmethod
    def decode(cls, response: Any) -> Self:
        body = decode.unwrap(response)
        row = body.nested("album") or body
        tracks = row.get("tracks")
        if isinstance(tracks, Mapping):
            tracks = tracks.get("data")
        return cls(
            album=Album.decode(row),
            tracks=tuple(map(Beat.decode, decode.objects(tracks)))
            if isinstance(tracks, list)
            else None,
        )


class TrackPerformance(NamedTuple):
    """Plays and contribution of a recent track."""

    id: int | None
    name: str | None
    plays: int | None
    contribution: float | None
    """A score without a unit; None while pending."""
    pending: bool
    """Whether the service is still calculating the contribution."""
    uploaded: date | None
    """A datetime, or a day if it was sent without a time."""


class Performance(NamedTuple):
    """The 20 latest tracks, including unpublished ones, from `GET /artist/track-performance`."""

    rows: tuple[TrackPerformance, ...]

    @classmethod
    def decode(cls, response: Any) -> Self:
        return cls(tuple(map(_performance, decode.rows(response) or ())))


def _performance(row: JsonObject) -> TrackPerformance:
    pending = "last_updated" in row and row["last_updated"] is None
    return TrackPerformance(
        id=row.identifier("track_id", "id"),
        name=row.string("track_name", "name"),
        plays=row.count(*TRACK_PLAYS),
        contribution=None if pending else row.number("contribution_value"),
        pending=pending,
        uploaded=row.day_or_moment("upload_date"),
    )


class Collaboration(NamedTuple):
    """A track made with other artists."""

    id: int | None
    name: str | None
    others: tuple[str, ...]
    """Names of the collaborators."""
    plays: int | None


class Collaborator(NamedTuple):
    """Someone with whom tracks were made."""

    name: str
    tracks: int | None
    plays: int | None = None


class CollaborationInsights(NamedTuple):
    """From `GET /producer-intelligence/insights/artists/{id}/collaborations`.

    The fields of a collaborator are undocumented.
    """

    tracks: int | None
    collaborators: int | None
    top: tuple[Collaborator, ...] | None
    """In the order of the response; None unless every entry has a name and a number of tracks."""
    score: float | None
    """At most 100."""
    strength: str | None
    """`emerging`, `growing`, `moderate` or `strong`."""

    @classmethod
    def decode(cls, response: Any) -> Self:
        body = decode.unwrap(response)
        top = [_collaborator(row) for row in body.objects("top_collaborators")]
        known = tuple(each for each in top if each is not None)
        return cls(
            tracks=body.count("collaborative_tracks"),
            collaborators=body.count("unique_collaborators"),
            top=known if known and len(known) == len(top) else None,
            score=body.number("collaboration_score"),
            strength=body.string("network_strength", limit=30),
        )


def _collaborator(row: JsonObject) -> Collaborator | None:
    person = next((row.nested(name) for name in ("artist", "user") if row.get(name)), row)
    name = person.string("name", "display_name", "artist_name")
    names = ("track_count", "tracks_count", "collaborations_count", "collaborations", "tracks")
    tracks = row.count(*(name for name in (*names, "count") if not _is_list(row.get(name))))
    if name is None or tracks is None:
        return None
    return Collaborator(name, tracks, row.count("total_plays", "plays", "plays_count"))


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


class Collaborations(NamedTuple):
    """Collaborative tracks, from `GET /artist/{artist}/collaborative-tracks`."""

    rows: tuple[Collaboration, ...]
    total: int | None

    @property
    def is_readable(self) -> bool:
        """Whether the response had a list, including an empty one."""
        return bool(self.rows) or self.total is not None

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read `data` and `total`; older responses have other field names."""
        rows = tuple(map(_collaboration, decode.rows(response) or ()))
        return cls(rows, JsonObject(response).count("total"))


def _collaboration(row: JsonObject) -> Collaboration:
    return Collaboration(
        id=row.identifier("id", "track_id"),
        name=row.string("name", "title"),
        others=decode.strings(row.get("collaborators"), "name", "display_name"),
        plays=row.count(*TRACK_PLAYS),
    )
