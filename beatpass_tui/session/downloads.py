"""The downloads of an artist, newest first, loaded as far back as needed."""

from asyncio import Lock, sleep
from collections.abc import Callable, Hashable
from datetime import datetime

from beatpass_tui import formatting
from beatpass_tui.models.audience import Activity, Download
from beatpass_tui.session.queries import ALL_TIME
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session

_PAGE_SIZE = 50


class DownloadLog:
    """The newest downloads, without gaps.

    Newer downloads are added to them, so that a refresh doesn't reload known pages.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.rows: tuple[Download, ...] = ()
        """Newest first, without duplicates."""
        self.has_ended = False
        """Whether they include the oldest download."""
        self.failed: Query[Activity] | None = None
        """The query of the page that could not be loaded."""
        self._ids: set[Hashable] = set()
        self._updated_at: datetime | None = None
        self._loading = Lock()
        self._total: int | None = None
        """The total of the cached pages that follow the known downloads without a gap."""

    def covers(self, since: datetime | None) -> bool:
        """Return whether all downloads since a moment are loaded; None means since the first."""
        if self.has_ended:
            return True
        oldest = self.complete_since
        return since is not None and oldest is not None and oldest <= since

    @property
    def complete_since(self) -> datetime | None:
        """The moment since which all downloads are loaded; None if none or all are."""
        now = self.session.clock.now()
        times = [formatting.end_of_day(row.at, now) for row in self.rows if row.at is not None]
        return None if self.has_ended else min(times, default=None)

    def update(self, query: Query[Activity]) -> bool:
        """Add the newest downloads from the first page of any period; return whether any is new."""
        value, at = query.value, query.fetched_at
        if value is None or at is None or (self._updated_at is not None and at < self._updated_at):
            return False
        self._updated_at = at
        new = self._new_rows(value)
        if len(new) == len(value.events) and new and self.rows:
            # There may be other downloads between the new and the known ones.
            self.rows, self._ids, self.has_ended = (), set(), False
        self.rows = (*new, *self.rows)
        self._ids.update(map(_identify, new))
        if value.period == ALL_TIME:
            self._end(value)
        elif new:
            self._total = None
        return bool(new)

    async def load(
        self,
        since: datetime | None,
        on_change: Callable[[], None],
        *,
        limit: int | None = None,
        pace: float = 0.0,
    ) -> bool:
        """Load pages until all downloads since a moment, or `limit` of them, are loaded.

        Waits for another load to end, and `pace` seconds between requests. Stops at a page that
        fails or has no new rows. Returns whether a page was needed.
        """
        async with self._loading:
            return await self._load(since, on_change, limit, pace)

    async def _load(
        self,
        since: datetime | None,
        on_change: Callable[[], None],
        limit: int | None,
        pace: float,
    ) -> bool:
        sent = is_needed = False
        while not self.covers(since) and (limit is None or len(self.rows) < limit):
            is_needed, page = True, self._next_page
            query = self.session.downloads(page)
            await self.session.restore((query,))
            if not self._connects(query):
                if sent:
                    await sleep(pace)
                # A page that failed is not requested before its retry time.
                trigger = Trigger.RELOAD if query.error is None else Trigger.AUTOMATIC
                sent = await self.session.load((query,), trigger, lambda: None) or sent
            if page != self._next_page:
                # Newer downloads were added meanwhile.
                continue
            value = query.value
            self.failed = None if query.is_fresh and query.error is None else query
            if self.failed is not None or value is None or not self._append(value):
                break
            on_change()
        return is_needed

    @property
    def _next_page(self) -> int:
        """The number of the page with the first unknown download."""
        return len(self.rows) // _PAGE_SIZE + 1

    def _connects(self, query: Query[Activity]) -> bool:
        """Return whether a cached page follows the known downloads without a gap."""
        value = query.value
        if value is None or not query.is_fresh or query.error is not None:
            return False
        overlaps = len(self._new_rows(value)) < len(value.events)
        return overlaps or (value.total is not None and value.total == self._total)

    def _append(self, page: Activity) -> bool:
        """Add a page of older downloads; return whether it had new rows or is the last page."""
        new = self._new_rows(page)
        self.rows = (*self.rows, *new)
        self._ids.update(map(_identify, new))
        self._end(page)
        return bool(new) or self.has_ended

    def _end(self, page: Activity) -> None:
        self._total = page.total
        known = len(self.rows)
        self.has_ended = not page.more if page.total is None else known >= page.total

    def _new_rows(self, page: Activity) -> list[Download]:
        return [row for row in page.events if _identify(row) not in self._ids]


def _identify(row: Download) -> Hashable:
    return row.id or row
