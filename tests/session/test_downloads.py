"""The log of downloads is loaded as far back as needed, without gaps."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from beatpass_tui.errors import RateLimited, ServerError, Unreachable
from beatpass_tui.models.audience import Activity, Download
from beatpass_tui.session.downloads import DownloadLog
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from support.fakes import (
    NOVA_ACCOUNT,
    NOVA_ACTIVITY,
    NOVA_ARTIST,
    NOW,
    FakeClock,
    FakeService,
    nova_download,
    settle,
)

DAY = timedelta(days=1)


class Reader:
    """A session and a service with one download every seven hours."""

    def __init__(self, count: int = 1_204) -> None:
        self.service, self.clock = FakeService(), FakeClock()
        self.downloads = [nova_download(number) for number in range(count)]
        self.service.script("downloads", self._answer_50)
        self.service.script("activity_in", self._answer_20)
        self.session = Session(self.service, self.clock, account=NOVA_ACCOUNT, artist=NOVA_ARTIST)
        self.log = DownloadLog(self.session)

    def _answer_50(self, artist: int, period: str, page: int) -> Activity:
        return self._answer(self.downloads, period, page, 50)

    def _answer_20(self, artist: int, period: str, page: int) -> Activity:
        start = None if period == "all" else self.clock.now() - timedelta(days=int(period[:-1]))
        rows = [row for row in self.downloads if start is None or (row.at or NOW) >= start]
        return self._answer(rows, period, page, 20)

    def _answer(self, rows: Sequence[Download], period: str, page: int, size: int) -> Activity:
        events = tuple(rows[(page - 1) * size : page * size])
        return NOVA_ACTIVITY._replace(
            period=period, events=events, page=page, total=len(rows), more=page * size < len(rows)
        )

    def add(self, count: int) -> None:
        """Add downloads a second later; cached answers stay fresh for five minutes."""
        self.clock.advance(1)
        first = int(self.downloads[0].id or 0) if self.downloads else 920_000_000
        self.downloads[:0] = [
            nova_download(0)._replace(id=str(first - 1_000_000 - number), at=self.clock.now())
            for number in range(count)
        ]

    async def open_period(self, period: str = "30d") -> None:
        query = self.session.activity_in(period, 1)
        await self.session.load((query,), Trigger.RELOAD, lambda: None)
        self.log.update(query)

    async def load(self, days: int | None, limit: int | None = None) -> list[object]:
        """Load as far back as some days; return the pages that were requested."""
        self.service.calls.clear()
        since = None if days is None else self.clock.now() - days * DAY
        await self.log.load(since, lambda: None, limit=limit)
        return [call.arguments[2] for call in self.service.calls if call.name == "downloads"]

    @property
    def has_gap(self) -> bool:
        known = [row.id for row in self.log.rows]
        return known != [row.id for row in self.downloads[: len(known)]]


async def test_only_pages_within_the_period_are_requested() -> None:
    reader = Reader()
    await reader.open_period()
    assert len(reader.log.rows) == 20
    # One download every seven hours: 20 cover six days, 50 two weeks.
    assert await reader.load(5) == []
    assert await reader.load(14) == [1]
    assert await reader.load(60) == [2, 3, 4, 5]
    assert (len(reader.log.rows), reader.has_gap, reader.log.has_ended) == (250, False, False)
    assert reader.log.covers(NOW - 60 * DAY)
    assert not reader.log.covers(NOW - 90 * DAY)
    assert not reader.log.covers(None)


async def test_limit_ends_the_load_until_the_rest_is_requested() -> None:
    reader = Reader()
    assert len(await reader.load(None, limit=500)) == 10
    assert len(reader.log.rows) == 500
    assert await reader.load(None, limit=500) == []
    assert await reader.load(None) == list(range(11, 26))
    assert (len(reader.log.rows), reader.has_gap, reader.log.covers(None)) == (1_204, False, True)


@pytest.mark.parametrize("count", [0, 3, 50, 51])
async def test_load_reaches_the_first_download(count: int) -> None:
    reader = Reader(count)
    await reader.load(None)
    assert reader.log.has_ended
    assert len(reader.log.rows) == count
    assert reader.log.complete_since is None
    assert await reader.load(None) == []


async def test_refreshing_the_period_requests_no_list_page() -> None:
    reader = Reader()
    await reader.open_period()
    await reader.load(60)
    reader.add(3)
    await reader.open_period("7d")
    assert len(reader.log.rows) == 253
    assert await reader.load(60) == []
    assert not reader.has_gap


@pytest.mark.parametrize("more", [3, 49, 50, 51, 300])
@pytest.mark.parametrize("seconds", [0, 600])
async def test_downloads_added_between_loads_leave_no_gap(more: int, seconds: int) -> None:
    reader = Reader()
    await reader.open_period()
    await reader.load(30)
    reader.add(more)
    # Cached pages are older than the added downloads.
    reader.clock.advance(seconds)
    await reader.open_period()
    await reader.load(60)
    assert not reader.has_gap
    assert reader.log.covers(reader.clock.now() - 60 * DAY)


async def test_downloads_added_between_two_pages_leave_no_gap() -> None:
    reader = Reader()
    await reader.load(None, limit=50)
    reader.add(7)
    await reader.load(None, limit=200)
    known = [row.id for row in reader.log.rows]
    assert known == [row.id for row in reader.downloads[7 : 7 + len(known)]]
    await reader.open_period()
    assert not reader.has_gap


async def test_cached_pages_of_the_same_list_are_not_requested_again() -> None:
    reader = Reader()
    await reader.load(60)
    reader.log = DownloadLog(reader.session)
    await reader.open_period()
    assert await reader.load(60) == []
    assert (len(reader.log.rows), reader.has_gap) == (250, False)
    reader.add(1)
    reader.log = DownloadLog(reader.session)
    await reader.open_period()
    assert await reader.load(60) == []
    assert (len(reader.log.rows), reader.has_gap) == (251, False)


async def test_gap_that_appears_during_a_request_is_loaded() -> None:
    reader = Reader()
    await reader.load(30)
    gate = asyncio.Event()
    reader.service.script("downloads", gate, reader._answer_50)
    reader.clock.advance(600)
    since = reader.clock.now() - 60 * DAY
    loads = [asyncio.create_task(reader.log.load(since, lambda: None)) for _ in range(2)]
    await settle()
    reader.add(120)
    await reader.open_period()
    assert len(reader.log.rows) == 20
    gate.set()
    await asyncio.gather(*loads)
    assert not reader.has_gap
    assert reader.log.covers(since)


async def test_older_answer_changes_nothing() -> None:
    reader = Reader()
    await reader.open_period("90d")
    reader.add(30)
    await reader.open_period("30d")
    assert not reader.has_gap
    reader.log.update(reader.session.activity_in("90d", 1))
    assert not reader.has_gap


@pytest.mark.parametrize(
    "error",
    [ServerError("No.", status=500), Unreachable("No."), RateLimited("No.", retry_after=90)],
    ids=repr,
)
async def test_failed_page_ends_the_load_until_its_retry_time(error: Exception) -> None:
    reader = Reader()
    reader.service.script("downloads", reader._answer_50, error)
    assert await reader.load(60) == [1, 2]
    assert reader.log.failed is reader.session.downloads(2)
    assert len(reader.log.rows) == 50
    assert await reader.load(60) == []
    reader.service.script("downloads", reader._answer_50)
    await reader.session.load((reader.log.failed,), Trigger.MANUAL, lambda: None)
    reader.clock.advance(1_000)
    await reader.load(60)
    assert reader.log.failed is None
    assert (reader.has_gap, len(reader.log.rows)) == (False, 250)


@pytest.mark.parametrize("events", [(), tuple(nova_download(number) for number in range(50))])
async def test_page_without_new_rows_ends_the_load(events: tuple[Download, ...]) -> None:
    reader = Reader()
    response = NOVA_ACTIVITY._replace(events=events, total=1_204, more=True)
    reader.service.script("downloads", reader._answer_50, response)
    assert await reader.load(None) == [1, 2]
    assert len(reader.log.rows) == 50
    assert not reader.log.has_ended


async def test_downloads_without_ids_or_times_count_once() -> None:
    reader = Reader()
    reader.downloads = [nova_download(number)._replace(id=None) for number in range(70)]
    reader.downloads[3] = reader.downloads[3]._replace(at=None)
    await reader.open_period()
    await reader.load(None)
    assert len(reader.log.rows) == 70
    assert reader.log.has_ended


async def test_nothing_is_sent_once_the_session_has_ended() -> None:
    reader = Reader()
    await reader.open_period()
    reader.session.end()
    assert await reader.load(60) == []
    assert len(reader.log.rows) == 20


@pytest.mark.parametrize("deleted", [range(1), range(30, 33), range(49, 52)], ids=str)
@pytest.mark.parametrize("added", [0, 1, 5])
async def test_downloads_deleted_between_two_pages_leave_no_gap(deleted: range, added: int) -> None:
    reader = Reader(300)
    await reader.load(None, limit=100)
    for position in reversed(deleted):
        del reader.downloads[position]
    reader.add(added)
    reader.clock.advance(600)
    await reader.load(None)
    known = [row.id for row in reader.log.rows]
    # Deleted downloads may stay until the next refresh, but none of the others is missing.
    assert {row.id for row in reader.downloads[added:]} <= set(known)
    await reader.open_period()
    await reader.load(None)
    assert (reader.has_gap, reader.log.has_ended) == (False, True)


async def test_list_that_shrinks_again_ends_the_load() -> None:
    reader = Reader(300)
    await reader.load(None, limit=100)
    totals = iter(range(299, 0, -1))
    reader.service.script(
        "downloads",
        lambda *arguments: reader._answer_50(*arguments)._replace(total=next(totals)),
    )
    reader.clock.advance(600)
    assert await reader.load(None) == [3, 1, 2, 3, 4, 5, 6]


async def test_deletion_of_a_known_download_is_seen_at_a_refresh() -> None:
    reader = Reader(300)
    await reader.load(None, limit=100)
    del reader.downloads[5]
    reader.clock.advance(600)
    await reader.open_period()
    assert [row.id for row in reader.log.rows] == [row.id for row in reader.downloads[:20]]


async def test_older_total_of_a_cached_period_does_not_restart() -> None:
    reader = Reader(130)
    await reader.open_period("all")
    reader.add(2)
    await reader.load(None)
    assert len(reader.log.rows) == 132
    reader.log.update(reader.session.activity_in("all", 1))
    assert (len(reader.log.rows), reader.log.has_ended) == (132, True)
