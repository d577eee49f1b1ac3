"""My Beats and My Collections: tracks, albums, performance and collaborations."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode
from beatpass_tui.models.identity import NAME_LIMIT


class Beat(NamedTuple):
    """One track of the artist's public list."""

    id: int | None
    name: str | None
    artists: tuple[str, ...]
    seconds: float | None
    """Length; the service sends milliseconds."""
    plays: int | None
    uploaded: date | None
    """Day of `created_at`."""
    released: date | None
    licensing: str | None
    """`non_exclusive_only`, `both` or `exclusive_only`."""

    @classmethod
    def decode(cls, row: Mapping[str, Any]) -> Self:
        """Read one Track; only id, name, release date and length are documented to come."""
        length = decode.number(row.get("duration"))
        return cls(
            id=decode.identifier(row.get("id")),
            name=decode.string(row.get("name"), NAME_LIMIT),
            artists=decode.strings(row.get("artists"), "name"),
            seconds=length / 1000 if length is not None and length >= 0 else None,
            plays=decode.count(row.get("plays")),
            uploaded=decode.day(row.get("created_at")),
            released=decode.day(row.get("release_date")),
            licensing=decode.string(row.get("licensing_type"), 30),
        )


class Beats(NamedTuple):
    """A page of tracks, from `GET /artists/{id}/tracks`."""

    rows: tuple[Beat, ...]
    page: int
    per_page: int | None
    """The size that the service gave the page, which may be less than what was asked for."""
    total: int | None
    """How many tracks the public list has; None on a page that does not say."""
    more: bool
    """Whether there is a next page."""

    @property
    def is_readable(self) -> bool:
        """Whether the answer held a list at all, be it an empty one."""
        return bool(self.rows) or self.total is not None

    @classmethod
    def decode(cls, answer: Any, page: int | None = None) -> Self:
        """Read the page under `pagination`, or under `tracks` as it once was."""
        found = decode.page(answer, "tracks")
        rows = tuple(Beat.decode(row) for row in decode.items(found.get("data")))
        return cls(
            rows=rows,
            page=decode.count(found.get("current_page")) or page or 1,
            per_page=decode.count(found.get("per_page")),
            total=decode.count(found.get("total")),
            more=_more(found, page),
        )


def _more(found: Mapping[str, Any], page: int | None) -> bool:
    """Whether a page of any of the documented shapes has another one behind it."""
    rows = found.get("data")
    if not isinstance(rows, list) or not rows:
        # An empty page ends the list, whatever else it claims.
        return False
    current = decode.count(found.get("current_page")) or page or 1
    if page is not None and current != page:
        # The service did not turn the page; asking on would bring the same for ever.
        return False
    last = decode.count(found.get("last_page"))
    if last is not None:
        return current < last
    total, size = decode.count(found.get("total")), decode.count(found.get("per_page"))
    if total is not None and size:
        return current * size < total
    for name in ("next_page", "next_page_url"):
        if name in found:
            return found[name] is not None
    if "hasMore" in found:
        return decode.flag(found["hasMore"]) is True
    return size is not None and len(rows) >= size


class Album(NamedTuple):
    """One album, which the product calls a collection."""

    id: int | None
    name: str | None
    artists: tuple[str, ...]
    released: date | None
    tracks: int | None
    """How many tracks it holds, where the answer lists them."""
    plays: int | None
    misdated: bool = False
    """It came with a release date that cannot be read, which is not to be without one."""

    @classmethod
    def decode(cls, row: Mapping[str, Any]) -> Self:
        """Read one Album; plays and the list of tracks may be missing."""
        tracks = row.get("tracks")
        released = decode.day(row.get("release_date"))
        counted = decode.count(decode.first(row, "tracks_count", "track_count"))
        return cls(
            id=decode.identifier(row.get("id")),
            name=decode.string(row.get("name"), NAME_LIMIT),
            artists=decode.strings(row.get("artists"), "name"),
            released=released,
            tracks=len(tracks) if isinstance(tracks, list) else counted,
            plays=decode.count(row.get("plays")),
            misdated=released is None and row.get("release_date") not in (None, ""),
        )


class Albums(NamedTuple):
    """A page of albums, from `GET /artists/{id}/albums`."""

    rows: tuple[Album, ...]
    page: int
    total: int | None
    more: bool

    @property
    def is_readable(self) -> bool:
        """Whether the answer held a list at all, be it an empty one."""
        return bool(self.rows) or self.total is not None

    @classmethod
    def decode(cls, answer: Any, page: int | None = None) -> Self:
        """Read the page under `pagination`, or under `albums` as it once was."""
        found = decode.page(answer, "albums")
        rows = tuple(Album.decode(row) for row in decode.items(found.get("data")))
        return cls(
            rows=rows,
            page=decode.count(found.get("current_page")) or page or 1,
            total=decode.count(found.get("total")),
            more=_more(found, page),
        )


class AlbumTracks(NamedTuple):
    """One album with its tracks, from `GET /albums/{id}`."""

    album: Album
    tracks: tuple[Beat, ...] | None
    """None when the answer does not list them."""

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read the `album` of the answer."""
        body = decode.unwrap(answer)
        row = decode.mapping(body.get("album")) or body
        tracks = row.get("tracks")
        if isinstance(tracks, Mapping):
            tracks = tracks.get("data")
        return cls(
            album=Album.decode(row),
            tracks=tuple(Beat.decode(track) for track in decode.items(tracks))
            if isinstance(tracks, list)
            else None,
        )


class TrackPerformance(NamedTuple):
    """How one of the latest tracks does."""

    id: int | None
    name: str | None
    plays: int | None
    contribution: float | None
    """A score without a unit; None while it is pending."""
    pending: bool
    """The service has not calculated the contribution yet."""
    uploaded: date | None


class Performance(NamedTuple):
    """The 20 most recent tracks, published or not, from `GET /artist/track-performance`."""

    rows: tuple[TrackPerformance, ...]

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read the `data` list of the answer."""
        return cls(tuple(_performance(row) for row in decode.rows(answer) or ()))


def _performance(row: Mapping[str, Any]) -> TrackPerformance:
    pending = "last_updated" in row and row["last_updated"] is None
    return TrackPerformance(
        id=decode.identifier(decode.first(row, "track_id", "id")),
        name=decode.string(decode.first(row, "track_name", "name"), NAME_LIMIT),
        plays=decode.count(row.get("plays")),
        contribution=None if pending else decode.number(row.get("contribution_value")),
        pending=pending,
        uploaded=decode.day(row.get("upload_date")),
    )


class Collaboration(NamedTuple):
    """One track that was made with others."""

    id: int | None
    name: str | None
    others: tuple[str, ...]
    """Names of the collaborators."""
    plays: int | None


class Collaborations(NamedTuple):
    """Tracks made with others, from `GET /artist/{artist}/collaborative-tracks`."""

    rows: tuple[Collaboration, ...]
    total: int | None

    @property
    def is_readable(self) -> bool:
        """Whether the answer held a list at all, be it an empty one."""
        return bool(self.rows) or self.total is not None

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read `data` and `total`; the names of the fields changed once."""
        rows = tuple(_collaboration(row) for row in decode.rows(answer) or ())
        return cls(rows, decode.count(decode.mapping(answer).get("total")))


def _collaboration(row: Mapping[str, Any]) -> Collaboration:
    return Collaboration(
        id=decode.identifier(decode.first(row, "id", "track_id")),
        name=decode.string(decode.first(row, "name", "title"), NAME_LIMIT),
        others=decode.strings(row.get("collaborators"), "name", "display_name"),
        plays=decode.count(row.get("plays")),
    )
