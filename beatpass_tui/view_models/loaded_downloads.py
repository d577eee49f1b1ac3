"""The downloads that any page has loaded so far, by beat."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from beatpass_tui.models.audience import Activity, Download
from beatpass_tui.models.text import fold
from beatpass_tui.session.lists import PagedList
from beatpass_tui.session.session import Session
from beatpass_tui.transport import endpoints

_PAGES = (endpoints.ACTIVITY_PAGE.name, endpoints.DOWNLOADS.name)


class LoadedDownloads:
    """The downloads of a session in memory, newest first; reading them sends nothing."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.list: PagedList[Download] = PagedList(session, session.downloads)
        """Pages of all downloads, for loading the rest."""
        self._values: tuple[object, ...] = ()
        self._rows: Sequence[Download] = ()

    @property
    def rows(self) -> Sequence[Download]:
        """Every loaded download once; the same object until more are loaded."""
        values = tuple(q.value for q in self.session.all if q.name in _PAGES)
        if len(values) != len(self._values) or any(
            a is not b for a, b in zip(values, self._values, strict=True)
        ):
            rows = {
                row.id or row: row
                for value in values
                if isinstance(value, Activity)
                for row in value.events
            }
            self._values, self._rows = values, sorted(rows.values(), key=_time, reverse=True)
        return self._rows

    @property
    def total(self) -> int | None:
        """The number of all downloads, if known."""
        activity = self.session.activity.value
        return None if activity is None else activity.downloads

    @property
    def is_complete(self) -> bool:
        """Whether all downloads are loaded."""
        return self.list.loaded.is_complete

    def of_beat(self, beat_id: int | None, name: str | None) -> "BeatDownloads":
        """Return the loaded downloads of a beat, by its id or else by its exact title."""
        rows = self.rows
        title = fold(name or "")
        own = [
            row
            for row in rows
            if (
                row.track_id == beat_id
                if row.track_id is not None and beat_id is not None
                else row.track is not None and fold(row.track) == title
            )
        ]
        return BeatDownloads(own, len(rows), self.total, self.is_complete)


class BeatDownloads(NamedTuple):
    """The loaded downloads of one beat."""

    rows: Sequence[Download]
    loaded: int
    """The number of loaded downloads of all beats."""
    total: int | None
    """The number of downloads of all beats, if known."""
    is_complete: bool


def _time(row: Download) -> datetime:
    if isinstance(row.at, datetime):
        return row.at
    if row.at is None:
        return datetime.min.replace(tzinfo=UTC)
    return datetime(row.at.year, row.at.month, row.at.day, tzinfo=UTC)
