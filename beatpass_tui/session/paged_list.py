"""Load all pages of a list, and detect changes and missing rows.

Pages are numbered from 1. If a list changes while it loads, its rows shift between pages, so that
some rows are repeated or missing.
"""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from copy import copy
from datetime import datetime
from typing import Generic, NamedTuple, Self, TypeVar

R = TypeVar("R")

MAX_REPEATED_PAGES = 2
"""A list ends after this many consecutive pages without a new row."""


class ListPage(NamedTuple, Generic[R]):
    """One page of a list."""

    number: int
    """The page number in the response, which may differ from the requested one."""
    rows: Sequence[R]
    total: int | None
    """Number of rows of the whole list, if known."""
    size: int | None
    """Rows per page, if known."""
    more: bool
    """Whether another page follows, if the total is unknown."""
    fetched_at: datetime | None = None
    is_cached: bool = False
    """Whether no request was sent for it."""


Fetch = Callable[[int, bool], Awaitable[ListPage[R] | None]]
"""Returns a page by its number, None if it failed; with True as `reload`, not from the cache."""

Identify = Callable[[R], Hashable | None]
"""Returns the id of a row; None if it has no id."""


class JoinedList(Generic[R]):
    """The pages of a list in order, with each row once."""

    def __init__(self, identify: Identify[R]) -> None:
        self.rows: list[R] = []
        self.pages = 0
        """Number of pages added."""
        self.first: ListPage[R] | None = None
        self.total: int | None = None
        """The total of the last page that has one."""
        self.has_changed = False
        """Whether pages are inconsistent: repeated rows, an empty page, or a changed total."""
        self._identify = identify
        self._ids: set[Hashable] = set()
        self._last: ListPage[R] | None = None
        self._repeated_pages = 0
        self.oldest: datetime | None = None
        """When the oldest page was fetched."""
        self._newest: datetime | None = None

    def copy(self) -> Self:
        """Return a list with the same pages, to which others can be added."""
        new = copy(self)
        new.rows, new._ids = [*self.rows], {*self._ids}
        return new

    def add(self, page: ListPage[R]) -> None:
        """Add the next page."""
        self.pages += 1
        if self.first is None:
            self.first, self.total = page, page.total
        elif page.total is not None and page.total != self.total:
            self.has_changed, self.total = True, page.total
        new = self._new_rows(page)
        expected = self.total is not None and len(self.rows) < self.total
        if len(new) < len(page.rows) or (not page.rows and expected):
            self.has_changed = True
        self._repeated_pages = 0 if new else self._repeated_pages + 1
        self.rows += new
        self._last = page
        if page.fetched_at is not None:
            self.oldest = min(page.fetched_at, self.oldest or page.fetched_at)
            self._newest = max(page.fetched_at, self._newest or page.fetched_at)

    def _new_rows(self, page: ListPage[R]) -> list[R]:
        before = self._last.rows if self._last is not None else ()
        is_repeated = bool(page.rows) and list(page.rows) == list(before)
        if page.number != self.pages or is_repeated:
            # The service ignored the requested page number.
            return []
        new = []
        for row in page.rows:
            identity = self._identify(row)
            if identity is None or identity not in self._ids:
                new.append(row)
            if identity is not None:
                self._ids.add(identity)
        return new

    @property
    def size(self) -> int | None:
        """Rows per page; None if unknown."""
        if self.first is None:
            return None
        # The service may send fewer rows than its page size.
        return len(self.first.rows) or self.first.size or None

    @property
    def page_count(self) -> int | None:
        """Number of pages of the whole list; None if unknown."""
        if self.total is None or self.size is None:
            return None
        return max(-(-self.total // self.size), 1)

    @property
    def next_page(self) -> int | None:
        """The number of the page to add next, None at the end."""
        if self._last is None:
            return 1
        if self._repeated_pages >= MAX_REPEATED_PAGES:
            return None
        following = self.pages + 1
        if self.total is None:
            return following if self._last.more else None
        count = self.page_count
        is_beyond = count is not None and following > count
        return None if is_beyond or len(self.rows) >= self.total else following

    @property
    def has_ended(self) -> bool:
        """Whether all pages were added."""
        return self.next_page is None

    @property
    def is_complete(self) -> bool:
        """Whether all rows were added and the list did not change meanwhile."""
        is_counted = self.total is None or len(self.rows) == self.total
        was_cut = self.total is None and self._repeated_pages >= MAX_REPEATED_PAGES
        return self.has_ended and is_counted and not was_cut and not self.has_changed

    @property
    def missing(self) -> int:
        """Number of rows missing from the total; 0 if the total is unknown."""
        return max((self.total or 0) - len(self.rows), 0)

    @property
    def must_verify(self) -> bool:
        """Whether pages are newer than the first one, which must be compared again."""
        if self.first is None or self.first.fetched_at is None or self._newest is None:
            return self.pages > 1
        return self._newest > self.first.fetched_at

    def verify(self, first: ListPage[R]) -> None:
        """Compare the first page with a newer version of it."""
        if self.differs_from(first):
            self.has_changed = True
            self.total = self.total if first.total is None else first.total

    def differs_from(self, first: ListPage[R]) -> bool:
        """Return whether the list has other rows or another total than with `first`."""
        if self.first is None or first.total != self.first.total:
            return True
        return self._keys(first) != self._keys(self.first)

    def _keys(self, page: ListPage[R]) -> list[object]:
        # Rows are compared by id, since numbers such as plays may change.
        keys = ((self._identify(row), row) for row in page.rows)
        return [row if key is None else key for key, row in keys]


async def load_list(
    fetch: Fetch[R],
    identify: Identify[R],
    *,
    on_page: Callable[[JoinedList[R]], None] = lambda _: None,
    offline: bool = False,
    row_limit: int | None = None,
) -> tuple[JoinedList[R], bool]:
    """Return the joined pages of a list, and whether every page could be loaded.

    If the first page is not cached, neither are the others, which may belong to an older list. At
    the end, the first page is requested again, since rows added at the top don't show in the other
    pages; if the list changed, it is loaded once more. One pass requests at most one page more
    than the total needs. With `offline`, no page is loaded twice; no page is requested once
    `row_limit` rows are loaded.
    """
    reloads = 0 if offline else 1
    page = await fetch(1, False)
    reload = page is not None and not page.is_cached
    while True:
        joined = JoinedList(identify)
        while page is not None:
            joined.add(page)
            on_page(joined)
            number = joined.next_page
            has_reached_limit = row_limit is not None and len(joined.rows) >= row_limit
            if number is None or has_reached_limit or (joined.has_changed and reloads):
                break
            page = await fetch(number, reload)
        if page is None:
            return joined, False
        newer = None
        if joined.is_complete and joined.must_verify and not offline:
            newer = await fetch(1, True)
            if newer is None:
                return joined, False
            joined.verify(newer)
        differs = joined.has_changed or (joined.has_ended and not joined.is_complete)
        if not (differs and reloads):
            return joined, True
        reloads -= 1
        reload, page = True, newer or await fetch(1, True)
