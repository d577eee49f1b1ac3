"""Paged lists detect changes while loading, and never report a partial list as complete."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beatpass_tui.session.paged_list import JoinedList, ListPage, load_list
from support.fakes import NOW

examples = settings(max_examples=300)

Edit = Callable[[list[int]], None]


def insert(row: int, index: int = 0) -> Edit:
    return lambda rows: rows.insert(min(index, len(rows)), row)


def remove(index: int) -> Edit:
    return lambda rows: rows.__delitem__(index % len(rows)) if rows else None


@dataclass
class PagedService:
    """A list of ids, newest first, that is edited just before some requests."""

    rows: list[int]
    size: int = 3
    edits: Mapping[int, Sequence[Edit]] = field(default_factory=dict)
    """Edits before a request, by its position from 0."""
    has_total: bool = True
    cache: dict[int, ListPage[int]] = field(default_factory=dict)
    requested: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    failing: frozenset[int] = frozenset()
    """Pages that fail."""

    async def fetch(self, number: int, force: bool) -> ListPage[int] | None:
        if number in self.cache and not force:
            return self.cache[number]._replace(is_cached=True)
        if number in self.failing:
            return None
        for edit in self.edits.get(len(self.requested), ()):
            edit(self.rows)
        self.requested.append(number)
        self.cache[number] = page = self.page(number)
        return page

    def page(self, number: int) -> ListPage[int]:
        end = number * self.size
        total = len(self.rows) if self.has_total else None
        self.totals.append(len(self.rows))
        at = NOW + timedelta(seconds=len(self.requested))
        rows = tuple(self.rows[end - self.size : end])
        return ListPage(number, rows, total, self.size, end < len(self.rows), at)

    def load(self, **options: bool | int) -> tuple[JoinedList[int], bool]:
        return asyncio.run(load_list(self.fetch, lambda row: row, **options))  # type: ignore[arg-type]

    @property
    def limit(self) -> int:
        """The maximum number of requests of one pass."""
        return max(-(-max(self.totals) // self.size), 1) + 1


sizes = st.integers(1, 5)
lengths = st.integers(0, 24)
indexes = st.integers(0, 30)
moments = st.integers(0, 20)


@examples
@given(lengths, sizes, st.booleans())
def test_unchanged_list_is_complete(length: int, size: int, has_total: bool) -> None:
    service = PagedService(list(range(length)), size, has_total=has_total)
    joined, loaded = service.load()
    assert (joined.rows, loaded, joined.is_complete) == (service.rows, True, True)
    pages = max(-(-length // size), 1)
    # The first page is verified at the end.
    assert service.requested == [*range(1, pages + 1), *([1] if pages > 1 else [])]


@examples
@given(lengths, sizes, moments, st.booleans(), indexes)
def test_list_that_changed_once_is_loaded_again(
    length: int, size: int, moment: int, grows: bool, index: int
) -> None:
    edit = insert(1_000, index) if grows else remove(index)
    service = PagedService(list(range(length)), size, {moment: [edit]})
    joined, loaded = service.load()
    assert loaded
    assert joined.is_complete
    assert joined.rows == service.rows


@examples
@given(lengths, sizes, moments, indexes)
def test_removal_is_detected_if_a_row_is_added_at_the_same_time(
    length: int, size: int, moment: int, index: int
) -> None:
    # The total is the same before and after.
    edits = {moment: [remove(index), insert(1_000)]}
    service = PagedService(list(range(1, length + 1)), size, edits)
    joined, _ = service.load()
    assert joined.is_complete
    assert joined.rows == service.rows


edits_of_newest = st.dictionaries(
    moments,
    st.lists(
        st.one_of(st.integers(1_000, 2_000).map(insert), indexes.map(remove)),
        min_size=1,
        max_size=3,
    ),
)
any_edits = st.dictionaries(
    moments,
    st.lists(
        st.one_of(st.builds(insert, st.integers(1_000, 2_000), indexes), indexes.map(remove)),
        min_size=1,
        max_size=3,
    ),
)


@examples
@given(lengths, sizes, edits_of_newest)
def test_complete_list_matches_the_service(
    length: int, size: int, edits: dict[int, Sequence[Edit]]
) -> None:
    # New rows come first, and any row may be removed.
    service = PagedService(list(range(length)), size, edits)
    joined, _ = service.load()
    if joined.is_complete:
        assert set(joined.rows) == set(service.rows)


@examples
@given(lengths, sizes, any_edits, st.booleans())
def test_rows_are_never_duplicated_and_requests_are_bounded(
    length: int, size: int, edits: dict[int, Sequence[Edit]], has_total: bool
) -> None:
    service = PagedService(list(range(length)), size, edits, has_total=has_total)
    joined, _ = service.load()
    assert len(set(joined.rows)) == len(joined.rows)
    assert max(service.requested) <= service.limit
    assert len(service.requested) <= 2 * service.limit
    if joined.is_complete and has_total:
        assert len(joined.rows) == joined.total
    if not joined.is_complete:
        assert joined.missing or joined.has_changed


@examples
@given(lengths, sizes, st.integers(1, 8), st.lists(indexes, max_size=3), st.integers(0, 3))
def test_interrupted_run_is_not_mixed_with_a_changed_list(
    length: int, size: int, pages: int, removed: list[int], added: int
) -> None:
    service = PagedService(list(range(1, length + 1)), size)
    before = list(service.rows)
    for number in range(1, min(pages, max(-(-length // size), 1)) + 1):
        asyncio.run(service.fetch(number, False))
    for index in removed:
        remove(index)(service.rows)
    for row in range(added):
        insert(1_000 + row)(service.rows)
    joined, _ = service.load()
    assert joined.is_complete
    assert joined.rows in (before, service.rows)


@examples
@given(st.integers(1, 30), sizes, st.integers(1, 10), st.integers(1, 10))
def test_missing_rows_are_counted(length: int, size: int, hidden: int, page: int) -> None:
    # One page is empty although the total is larger.
    page = min(page, -(-length // size))
    service = PagedService(list(range(length)), size)
    page_of = service.page

    def without(number: int) -> ListPage[int]:
        return page_of(number)._replace(rows=()) if number == page else page_of(number)

    service.page = without  # type: ignore[method-assign]
    joined, loaded = service.load()
    assert loaded
    assert not joined.is_complete
    assert joined.missing == length - len(joined.rows) > 0


@pytest.mark.parametrize("total", [None, 9, 1_000_000])
@pytest.mark.parametrize("sent", [None, 1])
def test_list_that_repeats_its_first_page_ends(total: int | None, sent: int | None) -> None:
    service = PagedService([1, 2, 3])

    def first(number: int) -> ListPage[int]:
        return ListPage(sent or number, (1, 2, 3), total, 3, more=True)

    service.page = first  # type: ignore[method-assign]
    joined, loaded = service.load()
    assert (joined.rows, loaded, joined.is_complete) == ([1, 2, 3], True, False)
    assert max(service.requested) <= 3


def test_rows_without_ids_are_not_deduplicated() -> None:
    pages = [ListPage(1, ("a", "a"), 4, 2, more=True), ListPage(2, ("a", "b"), 4, 2, more=False)]
    joined: JoinedList[str] = JoinedList(lambda _: None)
    for page in pages:
        joined.add(page)
    assert (joined.rows, joined.is_complete) == (["a", "a", "a", "b"], True)


@pytest.mark.parametrize("failing", [1, 2, 4])
def test_failed_page_ends_the_load(failing: int) -> None:
    service = PagedService(list(range(12)), failing=frozenset({failing}))
    joined, loaded = service.load()
    assert (loaded, joined.is_complete) == (False, False)
    assert joined.rows == list(range((failing - 1) * 3))


def test_load_with_a_failed_verification_is_not_complete() -> None:
    service = PagedService(list(range(6)))
    fetch = service.fetch

    async def fail_on_verification(number: int, force: bool) -> ListPage[int] | None:
        return None if force else await fetch(number, force)

    _, loaded = asyncio.run(load_list(fail_on_verification, lambda row: row))
    assert not loaded


def test_load_ends_at_the_row_limit() -> None:
    service = PagedService(list(range(12)))
    joined, loaded = service.load(row_limit=5)
    assert (joined.rows, loaded, joined.is_complete) == (list(range(6)), True, False)
    assert service.requested == [1, 2]


def test_pages_after_a_new_first_page_are_not_taken_from_the_cache() -> None:
    service = PagedService(list(range(6)))
    service.load()
    del service.cache[1]
    service.requested.clear()
    service.load()
    assert service.requested == [1, 2, 1]


def test_verified_pages_are_not_requested_again() -> None:
    service = PagedService(list(range(9)))
    service.load()
    service.requested.clear()
    joined, _ = service.load()
    assert (joined.is_complete, service.requested) == (True, [])


def test_offline_load_sends_nothing() -> None:
    service = PagedService(list(range(9)))
    asyncio.run(service.fetch(1, False))
    asyncio.run(service.fetch(2, False))
    service.failing = frozenset(range(10))
    joined, loaded = service.load(offline=True)
    assert (joined.rows, loaded) == ([0, 1, 2, 3, 4, 5], False)
