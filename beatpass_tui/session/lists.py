"""The paged lists of a session: row ids, pages and loading."""

from asyncio import sleep
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, Generic, TypeVar

from beatpass_tui.models.audience import Activity, Download
from beatpass_tui.models.catalog import Album, Albums, Beat, Beats
from beatpass_tui.models.money import Transaction, Transactions
from beatpass_tui.session.paged_list import JoinedList, ListPage, load_list
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session

R = TypeVar("R", Beat, Album, Download, Transaction)

AUTOMATIC_ROWS = 500
"""Maximum number of rows that are loaded automatically when all rows are needed."""


def identify(row: Beat | Album | Download | Transaction) -> Hashable | None:
    """Return the id of a row; None if the service sent no id."""
    if row.id is None:
        return None
    # Sales and subscriptions are numbered separately.
    return (row.kind, row.id) if isinstance(row, Transaction) else row.id


def page_of(query: Query[Any], number: int, *, is_cached: bool = False) -> ListPage[Any] | None:
    """Return the list page in a query's value; None if it is missing or unreadable."""
    value: Any = query.value
    rows: tuple[Any, ...] | None = None
    size = None
    match value:
        case Beats() | Albums():
            # After the first page, a response without rows and total marks the end of the list.
            rows = value.rows if value.is_readable or number > 1 else None
            size = value.per_page if isinstance(value, Beats) else None
        case Activity():
            rows = value.events
        case Transactions():
            rows = value.rows
    if rows is None:
        return None
    return ListPage(value.page, rows, value.total, size, value.more, query.fetched_at, is_cached)


class PagedList(Generic[R]):
    """A list of a session that is loaded page by page.

    `query` returns the query of a page by its number, from 1.
    """

    def __init__(self, session: Session, query: Callable[[int], Query[Any]]) -> None:
        self.session = session
        self.query = query
        self._settled: JoinedList[R] | None = None
        self._changed_at: datetime | None = None
        """When a changed first page was fetched; older pages belong to the previous list."""
        self._pages: list[Query[Any]] = []
        """The queries of the pages that had a value."""
        self._values: list[object] = []
        self._joined: JoinedList[R] = JoinedList(identify)

    @property
    def loaded(self) -> JoinedList[R]:
        """The loaded pages; the same object until one of them changes."""
        queries = self._queries()
        values = [query.value for query in queries]
        is_prefix = all(a is b for a, b in zip(values, self._values, strict=False))
        if not is_prefix or len(values) != len(self._values):
            before, joined, done = self._joined.first, JoinedList[R](identify), 0
            pages = self._joined.pages
            if is_prefix and pages == len(self._values) and not self._joined.has_changed:
                # Joining all pages again for each new one would take seconds in a long list.
                joined, done = self._joined.copy(), pages
            for number, query in enumerate(queries[done:], start=done + 1):
                page = page_of(query, number)
                if page is None or joined.next_page is None:
                    break
                joined.add(page)
            if before is not None and joined.differs_from(before):
                self._changed_at = joined.first.fetched_at if joined.first is not None else None
            if joined.oldest and self._changed_at and joined.oldest < self._changed_at:
                # The other pages belong to the list before the change.
                joined.has_changed = True
            self._values, self._joined = values, joined
        return self._joined

    def _queries(self) -> list[Query[Any]]:
        """Return the queries of the first pages that have a value."""
        pages = self._pages
        # Looking up a query takes longer than reading it, and a list may have hundreds.
        known = next((i for i, query in enumerate(pages) if query.value is None), len(pages))
        del pages[known:]
        while (query := self.query(len(pages) + 1)).value is not None:
            pages.append(query)
        return pages

    @property
    def next_query(self) -> Query[Any] | None:
        """The query of the first page not loaded; None at the end or if no page is loaded."""
        number = self.loaded.next_page
        return self.query(number) if number is not None and self.loaded.pages else None

    def query_at(self, position: int) -> Query[Any]:
        """Return the query of the page with the row at a position, counted from 0."""
        return self.query(position // (self.loaded.size or 1) + 1)

    @property
    def should_load(self) -> bool:
        """Whether pages should be loaded automatically because all rows are needed.

        A list that stayed incomplete after loading is not loaded again until it changes.
        """
        loaded = self.loaded
        is_done = loaded.is_complete and not loaded.must_verify
        if is_done or loaded is self._settled or not loaded.pages:
            return False
        is_short = loaded.total is not None and loaded.total <= AUTOMATIC_ROWS
        return is_short or len(loaded.rows) < AUTOMATIC_ROWS

    def outdate(self) -> None:
        """Have the pages after the first one loaded again, since their rows changed."""
        if self.loaded.pages > 1 and self.loaded.first is not None:
            self._changed_at = self.loaded.first.fetched_at
            self.loaded.has_changed = True

    def _is_usable(self, query: Query[Any]) -> bool:
        """Return whether a page is fresh and not older than the last change of the list."""
        at, changed = query.fetched_at, self._changed_at
        is_older = at is not None and changed is not None and at < changed
        return query.is_fresh and query.error is None and not is_older

    async def load(
        self, on_change: Callable[[], None], *, pace: float, row_limit: int | None = None
    ) -> bool:
        """Load the list, with `pace` seconds between requests; return False if a request failed.

        No more pages are requested once `row_limit` rows are loaded.
        """
        sent = 0

        async def fetch(number: int, reload: bool) -> ListPage[R] | None:
            nonlocal sent
            query = self.query(number)
            await self.session.restore((query,))
            is_cached = self._is_usable(query) and not reload
            if not is_cached:
                if sent:
                    await sleep(pace)
                sent += 1
                trigger = Trigger.RELOAD if reload or query.is_fresh else Trigger.MANUAL
                await self.session.load((query,), trigger, lambda: None)
                on_change()
            return None if query.error else page_of(query, number, is_cached=is_cached)

        joined, loaded = await load_list(fetch, identify, row_limit=row_limit)
        if loaded and joined.has_ended:
            self.loaded.has_changed = joined.has_changed
            self._changed_at = None
        self._settled = self.loaded
        return loaded
