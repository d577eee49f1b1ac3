"""The downloads of an artist, newest first, loaded as far back as needed."""

from asyncio import Lock, sleep
from collections.abc import Callable, Hashable, Sequence
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
        self._newer = 0
        """How many downloads are newer than the known ones, as far as the last page tells."""
        self._total: int | None = None
        """The total of the cached pages that follow the known downloads without a gap."""
        self._total_at: datetime | None = None

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
        has_total = value.period == ALL_TIME and (self._total_at is None or at >= self._total_at)
        total = value.total if has_total else None
        new = self._new_rows(value)
        if self._has_gap(value, new, total):
            self._clear()
            new = self._new_rows(value)
        newer, self._newer = self._newer, 0
        self.rows = (*new, *self.rows)
        self._ids.update(map(_identify, new))
        if has_total:
            self._end(value, at)
        elif newer and newer != len(new):
            # Some of the known ones were deleted, or others were added: the last page tells.
            self._total, self.has_ended = None, False
        elif self._total is not None:
            self._total += len(new) - newer
        return bool(new)

    def _has_gap(self, value: Activity, new: Sequence[Download], total: int | None) -> bool:
        """Return whether the newest downloads do not continue the known ones.

        There may be others between them, or some of the known ones were deleted. `total` is the
        current number of all downloads, if known.
        """
        if not self.rows or not value.events:
            return False
        overlap = {_identify(row) for row in value.events} - set(map(_identify, new))
        if not overlap or overlap != set(map(_identify, self.rows[: len(overlap)])):
            return True
        if total is None:
            return False
        return total < max(self._total or 0, len(self.rows) + len(new))

    def _clear(self) -> None:
        self.rows, self._ids, self.has_ended = (), set(), False
        self._total = self._total_at = None
        self._newer = 0

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
        sent = is_needed = has_restarted = False
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
            if self.failed is not None or value is None:
                break
            if self._contradicts(value) and not has_restarted:
                has_restarted = True
                self._clear()
                # Cached pages of the list before the deletion have another total.
                self._total = value.total
                continue
            if not self._append(value, page, query.fetched_at):
                break
            on_change()
        return is_needed

    @property
    def _next_page(self) -> int:
        """The number of the page with the first unknown download."""
        return (len(self.rows) + self._newer) // _PAGE_SIZE + 1

    def _connects(self, query: Query[Activity]) -> bool:
        """Return whether a cached page follows the known downloads without a gap."""
        value = query.value
        if value is None or not query.is_fresh or query.error is not None:
            return False
        overlaps = len(self._new_rows(value)) < len(value.events)
        return overlaps or (value.total is not None and value.total == self._total)

    def _contradicts(self, page: Activity) -> bool:
        """Return whether downloads were deleted: known ones, or others that a page skips."""
        if not self.rows or page.total is None:
            return False
        new = len(self._new_rows(page))
        has_less = self._total is not None and page.total < self._total
        return (has_less and new == len(page.events)) or len(self.rows) + new > page.total

    def _append(self, page: Activity, number: int, at: datetime | None) -> bool:
        """Add a page of older downloads; return whether it had new rows or is the last page."""
        new = self._new_rows(page)
        first = (number - 1) * _PAGE_SIZE + len(page.events) - len(new)
        self._newer = max(first - len(self.rows), 0)
        self.rows = (*self.rows, *new)
        self._ids.update(map(_identify, new))
        self._end(page, at)
        return bool(new) or self.has_ended

    def _end(self, page: Activity, at: datetime | None) -> None:
        self._total, self._total_at = page.total, at
        known = len(self.rows) + self._newer
        self.has_ended = not page.more if page.total is None else known >= page.total

    def _new_rows(self, page: Activity) -> list[Download]:
        return [row for row in page.events if _identify(row) not in self._ids]


def _identify(row: Download) -> Hashable:
    return row.id or row
