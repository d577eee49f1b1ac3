"""Load all pages of a list, and notice when the list changed or rows are missing.

Page numbers count from 1. A list that changes while it loads shifts its rows to other pages, so
that some come twice and others not at all.
"""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

R = TypeVar("R")

MAX_FRUITLESS = 2
"""A list ends after this many pages in a row that bring no new row."""


class ListPage(NamedTuple, Generic[R]):
    """One page of a list."""

    number: int
    """The number that the response has, which may differ from the requested one."""
    rows: Sequence[R]
    total: int | None
    """Number of rows of the whole list, if known."""
    size: int | None
    """Rows per page, if known."""
    more: bool
    """Whether a page follows, where there is no total."""
    fetched_at: datetime | None = None
    is_cached: bool = False
    """Whether no request was sent for it."""


Fetch = Callable[[int, bool], Awaitable[ListPage[R] | None]]
"""Returns a page by its number, None if it failed; with True it must not come from the cache."""

Identify = Callable[[R], Hashable | None]
"""Returns the id of a row, None if it has none."""


class JoinedList(Generic[R]):
    """The pages of a list in order, with each row once."""

    def __init__(self, identify: Identify[R]) -> None:
        self.rows: list[R] = []
        self.pages = 0
        """How many pages were added."""
        self.first: ListPage[R] | None = None
        self.total: int | None = None
        """The total of the latest page that has one."""
        self.has_changed = False
        """Whether the pages differ: a row came twice, none came, or the total changed."""
        self._identify = identify
        self._ids: set[Hashable] = set()
        self._last: ListPage[R] | None = None
        self._fruitless = 0
        self.oldest: datetime | None = None
        """When the oldest page was fetched."""
        self._newest: datetime | None = None

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
        self._fruitless = 0 if new else self._fruitless + 1
        self.rows += new
        self._last = page
        if page.fetched_at is not None:
            self.oldest = min(page.fetched_at, self.oldest or page.fetched_at)
            self._newest = max(page.fetched_at, self._newest or page.fetched_at)

    def _new_rows(self, page: ListPage[R]) -> list[R]:
        before = self._last.rows if self._last is not None else ()
        is_repeated = bool(page.rows) and list(page.rows) == list(before)
        if page.number != self.pages or is_repeated:
            # The service ignored the number of the page.
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
        """Rows per page; None as long as it is unknown."""
        if self.first is None:
            return None
        # A service may send fewer rows than it says.
        return len(self.first.rows) or self.first.size or None

    @property
    def page_count(self) -> int | None:
        """How many pages the list has by its total; None if that is unknown."""
        if self.total is None or self.size is None:
            return None
        return max(-(-self.total // self.size), 1)

    @property
    def next_page(self) -> int | None:
        """The number of the page to add next, None at the end."""
        if self._last is None:
            return 1
        if self._fruitless >= MAX_FRUITLESS:
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
        """Whether all rows are here, each once, and of the same list."""
        is_counted = self.total is None or len(self.rows) == self.total
        was_cut = self.total is None and self._fruitless >= MAX_FRUITLESS
        return self.has_ended and is_counted and not was_cut and not self.has_changed

    @property
    def missing(self) -> int:
        """How many rows are missing by the total; 0 if that is unknown."""
        return max((self.total or 0) - len(self.rows), 0)

    @property
    def must_verify(self) -> bool:
        """Whether pages are newer than the first one, which may have changed since."""
        if self.first is None or self.first.fetched_at is None or self._newest is None:
            return self.pages > 1
        return self._newest > self.first.fetched_at

    def verify(self, first: ListPage[R]) -> None:
        """Compare the first page with a newer answer to the same request."""
        if self.differs_from(first):
            self.has_changed = True
            self.total = self.total if first.total is None else first.total

    def differs_from(self, first: ListPage[R]) -> bool:
        """Return whether the first page is one of another list than `first`."""
        if self.first is None or first.total != self.first.total:
            return True
        return self._keys(first) != self._keys(self.first)

    def _keys(self, page: ListPage[R]) -> list[object]:
        # Numbers such as plays may change without a change of the list.
        keys = ((self._identify(row), row) for row in page.rows)
        return [row if key is None else key for key, row in keys]


async def load_list(
    fetch: Fetch[R],
    identify: Identify[R],
    *,
    on_page: Callable[[JoinedList[R]], None] = lambda _: None,
    offline: bool = False,
    enough: int | None = None,
) -> tuple[JoinedList[R], bool]:
    """Return the pages of a list, and whether none failed.

    Pages after a first one that was just requested are requested as well: older ones may be of
    another list. If the list changed, it is loaded once more. The first page is compared at the
    end, since rows that are added at the top are not in the other pages. One pass requests at most
    one page more than the total needs. `offline` allows no request, and no page follows once
    `enough` rows are here.
    """
    reloads = 0 if offline else 1
    page = await fetch(1, False)
    anew = page is not None and not page.is_cached
    while True:
        joined = JoinedList(identify)
        while page is not None:
            joined.add(page)
            on_page(joined)
            number = joined.next_page
            is_enough = enough is not None and len(joined.rows) >= enough
            if number is None or is_enough or (joined.has_changed and reloads):
                break
            page = await fetch(number, anew)
        if page is None:
            return joined, False
        again = None
        if joined.is_complete and joined.must_verify and not offline:
            again = await fetch(1, True)
            if again is None:
                return joined, False
            joined.verify(again)
        differs = joined.has_changed or (joined.has_ended and not joined.is_complete)
        if not (differs and reloads):
            return joined, True
        reloads -= 1
        anew, page = True, again or await fetch(1, True)
