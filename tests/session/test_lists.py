"""Lists of a session whose pages are loaded and refreshed at different times."""

from collections.abc import Callable

from beatpass_tui.errors import Unreachable
from beatpass_tui.models.audience import Download
from beatpass_tui.models.catalog import Beat, Beats
from beatpass_tui.models.money import Transaction
from beatpass_tui.session.lists import PagedList, identify
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from support.catalog import beat
from support.fakes import NOVA_ACCOUNT, NOVA_ARTIST, FakeClock, FakeService

SIZE = 2


def of_ids(*ids: int) -> Callable[[int, int], Beats]:
    def answer(artist: int, page: int) -> Beats:
        rows = tuple(map(beat, ids[(page - 1) * SIZE : page * SIZE]))
        return Beats(rows, page, SIZE, len(ids), page * SIZE < len(ids))

    return answer


class Reader:
    """Loads pages of a list; the clock advances with each request."""

    def __init__(self, *ids: int) -> None:
        self.service, self.clock = FakeService(), FakeClock()
        self.service.script("beats", of_ids(*ids))
        self.session = Session(self.service, self.clock, account=NOVA_ACCOUNT, artist=NOVA_ARTIST)
        self.beats: PagedList[Beat] = PagedList(self.session, self.session.beats)

    async def open_pages(self, *numbers: int, trigger: Trigger = Trigger.AUTOMATIC) -> None:
        for number in numbers:
            self.clock.advance(10)
            await self.session.load((self.beats.query(number),), trigger, lambda: None)

    async def load(self) -> bool:
        self.service.calls.clear()
        return await self.beats.load(lambda: self.clock.advance(1), pace=0.0)

    @property
    def ids(self) -> list[int | None]:
        return [row.id for row in self.beats.loaded.rows]

    @property
    def requested(self) -> list[object]:
        return [call.arguments[1] for call in self.service.calls if call.name == "beats"]


async def test_pages_loaded_at_different_times_are_verified() -> None:
    reader = Reader(1, 2, 3, 4, 5)
    await reader.open_pages(1, 2, 3)
    assert reader.ids == [1, 2, 3, 4, 5]
    assert reader.beats.should_load
    assert await reader.load()
    assert reader.requested == [1]
    assert reader.beats.loaded.is_complete
    assert not reader.beats.should_load


async def test_change_with_an_equal_total_is_noticed() -> None:
    reader = Reader(1, 2, 3, 4, 5)
    await reader.open_pages(1)
    reader.service.script("beats", of_ids(9, 1, 3, 4, 5))
    await reader.open_pages(2, 3)
    assert reader.ids == [1, 2, 3, 4, 5]
    assert await reader.load()
    assert reader.ids == [9, 1, 3, 4, 5]
    assert reader.beats.loaded.is_complete


async def test_refreshed_first_page_invalidates_older_pages() -> None:
    reader = Reader(1, 2, 3, 4, 5)
    await reader.open_pages(1, 2, 3)
    assert reader.beats.loaded.is_complete
    reader.service.script("beats", of_ids(9, 1, 2, 3, 4))
    await reader.open_pages(1, trigger=Trigger.RELOAD)
    assert not reader.beats.loaded.is_complete
    assert reader.beats.should_load
    assert await reader.load()
    assert reader.ids == [9, 1, 2, 3, 4]
    assert reader.beats.loaded.is_complete


async def test_list_that_stays_incomplete_is_loaded_once() -> None:
    reader = Reader(1, 2, 2, 3, 4)
    await reader.open_pages(1)
    assert reader.beats.should_load
    assert await reader.load()
    assert (reader.ids, reader.beats.loaded.missing) == ([1, 2, 3, 4], 1)
    assert not reader.beats.should_load
    # A changed list is loaded again.
    await reader.open_pages(1, trigger=Trigger.RELOAD)
    assert reader.beats.should_load


async def test_failed_load_is_not_repeated_automatically() -> None:
    reader = Reader(1, 2, 3)
    await reader.open_pages(1)
    reader.service.script("beats", Unreachable("No network."))
    assert not await reader.load()
    assert not reader.beats.should_load
    reader.service.script("beats", of_ids(1, 2, 3))
    assert await reader.load()
    assert reader.ids == [1, 2, 3]


def test_rows_without_an_id_have_no_identity() -> None:
    assert identify(Download(None, None, None, None, None)) is None
    assert identify(Transaction("sales", None, None, None, None)) is None


def test_sale_and_subscription_with_equal_ids_are_different_rows() -> None:
    sale = Transaction("sales", None, None, None, None, "5")
    assert identify(sale) != identify(sale._replace(kind="subscriptions"))
