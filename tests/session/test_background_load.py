"""Loading of the catalog in the background: which pages, how many a day, and when it pauses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from beatpass_tui.errors import NotSignedIn, RateLimited, ServerError, Unreachable
from beatpass_tui.session.background import PAGES_A_DAY, BackgroundLoad
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from support.catalog import pages
from support.fakes import FakeClock, FakeService, settle
from support.stored_answers import (
    ACCOUNT,
    ACCOUNT_KEY,
    ARTIST,
    ORIGIN,
    StoredHistory,
    wait_for_writes,
)

DAY = 86_400
EVENING = datetime(2026, 11, 27, 23, 50, tzinfo=ZoneInfo("America/Toronto"))


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredHistory]:
    stored_history = StoredHistory(tmp_path, FakeClock(EVENING))
    stored_history.save_visit(EVENING - timedelta(days=1))
    yield stored_history
    stored_history.close()


class Run:
    """One run of the program after loading Home."""

    def __init__(self, stored: StoredHistory, total: int, size: int = 100) -> None:
        self.clock = stored.clock
        self.service = FakeService()
        self.service.script("beats", pages(total, size))
        self.repository: HistoryRepository = stored.repository()
        self.session = Session(
            self.service,
            self.clock,
            history=self.repository.load(ACCOUNT),
            jitter=lambda: 0.0,
        )
        self.loading = BackgroundLoad(self.session)

    async def load_home(self) -> None:
        await self.session.load(self.session.home, Trigger.AUTOMATIC, lambda: None)
        self.service.calls.clear()

    async def pages(self) -> list[int]:
        """Load until no page is due, and return the requested page numbers."""
        await self.load_home()
        while await self.loading.load_page():
            self.clock.advance(5)
        assert self.service.most_in_flight <= len(self.session.home)
        assert set(self.service.requested) <= {"beats"}
        return [int(str(call.arguments[-1])) for call in self.service.calls]


async def test_five_pages_a_day_are_loaded_oldest_first(
    stored: StoredHistory,
) -> None:
    days = []
    for _ in range(5):
        # Several runs a day share the limit.
        first, second = Run(stored, 1_200), Run(stored, 1_200)
        days.append([*await first.pages(), *await second.pages()])
        stored.clock.advance(DAY)
    assert PAGES_A_DAY == 5
    assert days == [
        [1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 1, 2, 3], [4, 5, 6, 7, 8], [9, 10, 11, 12, 1],
    ]  # fmt: skip
    beats = stored.store().beats.load(ACCOUNT_KEY, ARTIST, EVENING)
    assert len(beats) == 1_200


async def test_small_catalog_is_loaded_once_a_local_day(stored: StoredHistory) -> None:
    run = Run(stored, 120)
    assert await run.pages() == [1, 2]
    # It is another day after midnight, but the pages are still fresh.
    stored.clock.advance(15 * 60)
    assert await run.pages() == []
    stored.clock.advance(30 * 60)
    assert await run.pages() == [1, 2]
    stored.clock.advance(6 * 3_600)
    assert await run.pages() == []


async def test_already_loaded_pages_are_not_requested_again(
    stored: StoredHistory,
) -> None:
    run = Run(stored, 250)
    await run.load_home()
    await run.session.load((run.session.beats(2),), Trigger.AUTOMATIC, lambda: None)
    assert await run.pages() == [1, 3]


async def test_pages_with_future_times_are_requested(stored: StoredHistory) -> None:
    stored.clock.advance(400 * DAY)
    run = Run(stored, 350)
    await run.load_home()
    await run.session.load((run.session.beats(2),), Trigger.AUTOMATIC, lambda: None)
    await wait_for_writes(run.repository)
    stored.clock.advance(-400 * DAY)
    assert await Run(stored, 350).pages() == [1, 2, 3, 4]


async def test_page_size_determines_the_number_of_pages(
    stored: StoredHistory,
) -> None:
    assert await Run(stored, 120, size=30).pages() == [1, 2, 3, 4]


async def test_largest_possible_total_loads_only_the_daily_limit(stored: StoredHistory) -> None:
    run = Run(stored, 10**15, size=1)
    assert await run.pages() == [1, 2, 3, 4, 5]


async def test_no_further_page_is_requested_if_pages_have_no_plays(stored: StoredHistory) -> None:
    run = Run(stored, 250)
    with_plays = pages(250)(0, 1)
    rows = tuple(beat._replace(plays=None) for beat in with_plays.rows)
    run.service.script("beats", with_plays._replace(rows=rows))
    assert await run.pages() == [1]
    assert await run.pages() == []


@pytest.mark.parametrize("is_known", [False, True])
async def test_failed_page_does_not_block_others(stored: StoredHistory, is_known: bool) -> None:
    if is_known:
        await Run(stored, 350).pages()
        stored.clock.advance(DAY)
    run, answer = Run(stored, 350), pages(350)

    def fail_on_page_2(artist: int, page: int) -> object:
        if page == 2:
            raise ServerError("Server error.", status=500)
        return answer(artist, page)

    run.service.script("beats", fail_on_page_2)
    assert await run.pages() == [1, 2]
    stored.clock.advance(1)
    assert await run.pages() == [3, 4]


def offline(run: Run) -> None:
    run.session.followers.fail(Unreachable("No network."))


def limited(run: Run) -> None:
    run.session.activity.fail(RateLimited("Too many.", retry_after=60))


def signed_out(run: Run) -> None:
    run.session.account.fail(NotSignedIn("Gone.", status=401))
    run.session.end()


def without_artist(run: Run) -> None:
    run.session.artist.value = None


def without_store(run: Run) -> None:
    run.session.history = None


OBSTACLES = (offline, limited, signed_out, without_artist, without_store)


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=lambda obstacle: obstacle.__name__)
async def test_nothing_is_requested_while_loading_is_blocked(
    stored: StoredHistory, obstacle: Callable[[Run], None]
) -> None:
    run = Run(stored, 120)
    await run.load_home()
    obstacle(run)
    assert await run.loading.load_page() is False
    assert run.service.calls == []
    assert stored.store().beats.take_page(ACCOUNT_KEY, 1)


async def test_nothing_is_requested_while_another_request_is_in_flight(
    stored: StoredHistory,
) -> None:
    run, answer = Run(stored, 120), asyncio.Event()
    await run.load_home()
    run.service.script("sales", answer)
    other = asyncio.create_task(
        run.session.load((run.session.sales,), Trigger.AUTOMATIC, lambda: None)
    )
    await settle()
    assert await run.loading.load_page() is False
    assert run.service.requested == ["sales"]
    answer.set()
    await other
    assert await run.loading.load_page()


async def test_failed_page_ends_the_load_and_waits_for_its_back_off(
    stored: StoredHistory,
) -> None:
    run = Run(stored, 120)
    run.service.script("beats", ServerError("Down.", status=500))
    assert await run.pages() == [1]
    assert await run.pages() == []


async def test_limits_are_counted_per_account(stored: StoredHistory) -> None:
    beats = stored.store().beats
    other = ACCOUNT_KEY._replace(account=5)
    assert [beats.take_page(ACCOUNT_KEY, 2) for _ in range(3)] == [True, True, False]
    assert beats.take_page(other, 2)
    stored.clock.advance(DAY)
    assert beats.take_page(ACCOUNT_KEY, 2)
    assert ACCOUNT_KEY.origin == ORIGIN
