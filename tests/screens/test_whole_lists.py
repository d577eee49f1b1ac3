"""Sorting, finding, filtering and exporting load the rest of a list first."""

import asyncio
import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from beatpass_tui.config.keys import Keyboard
from beatpass_tui.config.settings import Settings
from beatpass_tui.errors import Unreachable
from beatpass_tui.models.catalog import Albums
from beatpass_tui.models.catalog import Beats as BeatsPage
from beatpass_tui.models.money import Transactions
from beatpass_tui.screens.beats import Beats
from beatpass_tui.screens.list_page import ListPage
from beatpass_tui.widgets.table import Table
from support.app_harness import NEXT_FILTER, Stage, idle, press, text_of, until
from support.catalog import SIZE, beat, pages, sort_by
from support.fakes import NOVA_TRANSACTIONS, FakeService, nova_activity
from support.waiting import wait_for_messages

Answer = Callable[..., Any]


def of_ids(ids: list[int], size: int = 20) -> Answer:
    """Return an answer of the service with the beats of these ids."""

    def answer(artist: int, page: int) -> BeatsPage:
        rows = tuple(map(beat, ids[(page - 1) * size : page * size]))
        return BeatsPage(rows, page, size, len(ids), page * size < len(ids))

    return answer


def table_of(stage: Stage) -> Table[Any]:
    assert isinstance(stage.app.screen, ListPage)
    return next(iter(stage.app.screen.query(Table)))


def shown(stage: Stage) -> list[int]:
    return [row.beat.id for row in table_of(stage).rows]


def requested_pages(service: FakeService, name: str = "beats") -> list[object]:
    return [call.arguments[-1] for call in service.calls if call.name == name]


async def filter_both(pilot: Pilot[None]) -> None:
    """Show beats with standard and exclusive licenses."""
    await press(pilot, *NEXT_FILTER * 3)


async def find_beat(pilot: Pilot[None]) -> None:
    await pilot.press("slash", *"beat")


async def sort_by_plays(pilot: Pilot[None]) -> None:
    await sort_by(pilot, pilot.app.screen.query_one("#catalog-table", Table), "plays")


ACTIONS = [filter_both, find_beat, sort_by_plays]
every_action = pytest.mark.parametrize("act", ACTIONS, ids=lambda each: each.__name__)


@every_action
async def test_short_list_is_loaded_first(act: Callable[..., Any]) -> None:
    service = FakeService()
    service.script("beats", pages(250))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        await act(pilot)
        await idle(pilot)
        assert len(shown(stage)) == 250
        assert requested_pages(service) == [1, 2, 3]
        assert "250 beats" in text_of(stage.app)
        assert "loads the rest" not in text_of(stage.app)


@every_action
async def test_long_list_says_how_much_is_loaded(act: Callable[..., Any]) -> None:
    service = FakeService()
    service.script("beats", pages(10_000))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        await act(pilot)
        await idle(pilot)
        words = " and sorted" if act is sort_by_plays else ""
        assert f"500 of 10,000 loaded{words} · L loads the rest" in text_of(stage.app)
        assert requested_pages(service) == [1, 2, 3, 4, 5]
        await act(pilot)
        await idle(pilot)
        assert requested_pages(service) == [1, 2, 3, 4, 5]


async def test_order_changes_once_all_rows_are_loaded() -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("beats", pages(250)(0, 1), pages(250)(0, 2), gate, pages(250)(0, 3))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        await sort_by_plays(pilot)
        await until(pilot, lambda: "200 of 250" in stage.notice)
        assert stage.notice.startswith("Loading the rest  ━━━━━━━━━━━━")
        assert stage.notice.endswith("Esc to stop")
        assert "▼" not in text_of(stage.app)
        assert shown(stage) == list(range(1, 201))
        gate.set()
        await idle(pilot)
        assert shown(stage) == list(range(250, 0, -1))
        assert table_of(stage).cursor == 0
        assert "Beat 250" in text_of(stage.app)


async def test_order_of_albums_changes_once_all_are_loaded() -> None:
    service, gate = FakeService(), asyncio.Event()
    answer = of_albums(90)
    first = [answer(0, page) for page in (1, 2, 3, 4)]
    service.script("albums", *first, gate, answer(0, 5))
    stage = Stage(service)
    async with stage.run("7", size=SIZE) as pilot:
        table = table_of(stage)
        sent = [row.album.name for row in table.rows]
        await sort_by(pilot, table, "title")
        await press(pilot, "s")
        assert [row.album.name for row in table.rows][: len(sent)] == sent
        assert not {"▾", "▴", "sorted"} & set(re.findall(r"sorted|[▾▴]", text_of(stage.app)))
        gate.set()
        await idle(pilot)
        names = [row.album.name for row in table.rows]
        assert (len(names), table.cursor) == (90, 0)
        assert names[:2] == ["Album 90", "Album 89"]


async def test_order_chosen_before_the_first_row_changes_once_all_rows_are_loaded() -> None:
    service, first, rest = FakeService(), asyncio.Event(), asyncio.Event()
    service.script("beats", first, pages(120)(0, 1), rest, pages(120)(0, 2))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        page = stage.app.screen
        assert isinstance(page, Beats)
        page.show_view("plays")
        first.set()
        await until(pilot, lambda: page.awaits_rest)
        await wait_for_messages(pilot)
        assert shown(stage) == list(range(1, 101))
        rest.set()
        await idle(pilot)
        assert shown(stage) == list(range(120, 0, -1))
        assert table_of(stage).cursor == 0


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=str)
async def test_first_row_is_in_view_after_each_sort(size: tuple[int, int]) -> None:
    """With the cursor deep in a list that is longer than the window, loaded or not."""
    service = FakeService()
    service.script("beats", pages(250))
    stage = Stage(service)
    async with stage.run("6", size=size) as pilot:
        table = table_of(stage)
        names = {row.beat.id: row.beat.name for row in table.rows}
        assert len(names) == 100
        for _ in table.columns:
            for _ in range(3):
                await press(pilot, "end", "up", "up", "s")
                top = text_of(stage.app).split("\n")
                assert (table.cursor, len(table.rows)) == (0, 250)
                cells = table._cells(table.rows[0])
                first = str(cells[0])
                header = next(n for n, line in enumerate(top) if "Title" in line)
                assert first in top[header + 1], "\n".join(top)
            await press(pilot, "right")


async def test_esc_stops_the_load_and_the_heading_says_what_is_missing() -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("beats", pages(250)(0, 1), gate, pages(250)(0, 2), pages(250)(0, 3))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        await sort_by_plays(pilot)
        await press(pilot, "escape")
        gate.set()
        await idle(pilot)
        assert isinstance(stage.app.screen, ListPage)
        assert shown(stage)[0] == 100
        assert "100 of 250 loaded and sorted · L loads the rest" in text_of(stage.app)
        await press(pilot, "L")
        await until(pilot, lambda: "250 beats" in text_of(stage.app))
        assert shown(stage)[0] == 250


async def test_failed_load_is_not_repeated_with_every_letter() -> None:
    service = FakeService()
    service.script("beats", pages(250)(0, 1), Unreachable("No network."))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        await find_beat(pilot)
        await idle(pilot)
        assert requested_pages(service) == [1, 2]
        assert "100 of 250 loaded · L loads the rest" in text_of(stage.app)


async def test_no_match_in_a_partial_list_is_stated() -> None:
    service = FakeService()
    service.script("beats", pages(10_000))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        await pilot.press("slash", *"zzz")
        await idle(pilot)
        assert "No loaded beats match." in text_of(stage.app)
        assert "0 found in 500 of 10,000 loaded" in text_of(stage.app)


async def test_missing_rows_are_counted_and_not_requested_again() -> None:
    service = FakeService()
    complete = of_ids(list(range(1, 101)))

    def answer(artist: int, page: int) -> BeatsPage:
        response: BeatsPage = complete(artist, page)
        return response._replace(rows=()) if page == 3 else response

    service.script("beats", answer)
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        await find_beat(pilot)
        await idle(pilot)
        assert "80 of 100 loaded · 20 missing, L reloads the list" in text_of(stage.app)
        count = len(requested_pages(service))
        # Both passes together.
        assert count <= 2 * (5 + 1)
        await press(pilot, "1")
        assert len(requested_pages(service)) == count


async def test_list_that_has_changed_is_loaded_again() -> None:
    # A new beat on the refreshed first page shifts all others.
    service = FakeService()
    service.script("beats", of_ids(list(range(1, 101))))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        await sort_by_plays(pilot)
        await idle(pilot)
        assert len(shown(stage)) == 100
        service.script("beats", of_ids([200, *range(1, 100)]))
        stage.clock.advance(31 * 60)
        await press(pilot, "r")
        await idle(pilot)
        assert shown(stage) == [200, *range(99, 0, -1)]
        assert "100 beats" in text_of(stage.app)


@pytest.mark.parametrize("size", [20, 100])
async def test_export_writes_all_rows(size: int, tmp_path: Path) -> None:
    service = FakeService()
    service.script("beats", of_ids(list(range(1, 251)), size))
    settings = Settings(keyboard=Keyboard({"page.export_json": ("E",)}))
    stage = Stage(service, folder=tmp_path, settings=settings)
    async with stage.run("6", size=SIZE) as pilot:
        await pilot.press("E")
        await until(pilot, lambda: stage.notice.startswith("Wrote 250 rows to "))
    content = json.loads(next(tmp_path.glob("*.json")).read_text("utf-8"))
    assert (content["complete"], content["total"], len(content["rows"])) == (True, 250, 250)


async def test_export_of_an_incomplete_list_is_marked(tmp_path: Path) -> None:
    service = FakeService()
    service.script("beats", of_ids([1, 2, 3, 3, 4], 2))
    settings = Settings(keyboard=Keyboard({"page.export_json": ("E",)}))
    stage = Stage(service, folder=tmp_path, settings=settings)
    async with stage.run("6", size=SIZE) as pilot:
        await pilot.press("E")
        await until(pilot, lambda: stage.notice.startswith("Wrote 4 rows of 5 to "))
    content = json.loads(next(tmp_path.glob("*.json")).read_text("utf-8"))
    assert (content["complete"], content["total"], len(content["rows"])) == (False, 5, 4)


async def test_stopped_export_writes_nothing(tmp_path: Path) -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("beats", pages(250)(0, 1), gate, pages(250)(0, 2))
    stage = Stage(service, folder=tmp_path)
    async with stage.run("6", size=SIZE) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: stage.notice.startswith("Loading the rest"))
        await press(pilot, "escape")
        gate.set()
        await idle(pilot)
        assert isinstance(stage.app.screen, ListPage)
    assert list(tmp_path.iterdir()) == []


def of_albums(total: int, size: int = 20) -> Answer:
    def answer(artist: int, page: int) -> Albums:
        body = {
            "current_page": page,
            "last_page": -(-total // size),
            "total": total,
            "data": [
                {"id": n, "name": f"Album {n}"}
                for n in range((page - 1) * size + 1, min(page * size, total) + 1)
            ],
        }
        return Albums.decode({"pagination": body}, page)

    return answer


async def test_finding_an_album_loads_the_rest() -> None:
    service = FakeService()
    service.script("albums", of_albums(90))
    stage = Stage(service)
    async with stage.run("7", size=SIZE) as pilot:
        await pilot.press("slash", *"album 87")
        await idle(pilot)
        assert "Album 87" in text_of(stage.app)
        assert "1 found in 90 albums" in text_of(stage.app)


async def test_export_of_albums_loads_the_rest(tmp_path: Path) -> None:
    service = FakeService()
    service.script("albums", of_albums(90))
    stage = Stage(service, folder=tmp_path)
    async with stage.run("7", size=SIZE) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: stage.notice.startswith("Wrote 90 rows to "))


def of_transactions(artist: int, status: str, kind: str, page: int) -> Transactions:
    sale = (NOVA_TRANSACTIONS.rows or ())[0]
    rows = tuple(
        sale._replace(id=str(n), status=status) for n in range(page * 20 - 19, page * 20 + 1)
    )
    return Transactions(rows, page, 60, page * 20 - 19, page * 20, page < 3)


async def test_export_of_transactions_loads_the_rest(tmp_path: Path) -> None:
    service = FakeService()
    service.script("transactions", of_transactions)
    stage = Stage(service, folder=tmp_path)
    async with stage.run("2", size=SIZE) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: stage.notice.startswith("Wrote 60 rows to "))
    assert {call.arguments[1:3] for call in service.calls if call.name == "transactions"} == {
        ("all", "all")
    }


async def test_export_of_downloads_asks_for_fifty_rows_and_can_be_stopped(tmp_path: Path) -> None:
    service, gate = FakeService(), asyncio.Event()
    stage = Stage(service, folder=tmp_path)
    async with stage.run("3", size=SIZE) as pilot:
        await press(pilot, "p")
        service.script(
            "downloads", nova_activity(1, "90d", 1, 50), gate, nova_activity(1, "90d", 2, 50)
        )
        await pilot.press("e")
        await until(pilot, lambda: "50 of 133" in stage.notice)
        await press(pilot, "escape")
        gate.set()
        await idle(pilot)
        assert list(tmp_path.iterdir()) == []
        service.script("downloads", partial(nova_activity, size=50))
        await pilot.press("e")
        await until(pilot, lambda: stage.notice.startswith("Wrote 133 rows to "))
    # The page itself loads downloads of all time.
    calls = [call for call in service.calls if call.name == "downloads"]
    exported = [call.arguments[-1] for call in calls if "90d" in call.arguments]
    assert exported == [1, 2, 2, 3]


@pytest.mark.parametrize("key, name", [("2", "transactions"), ("3", "downloads")])
async def test_rows_on_the_page_are_exported_without_a_connection(
    key: str, name: str, tmp_path: Path
) -> None:
    service = FakeService()
    if name == "transactions":
        service.script(name, of_transactions(1, "all", "all", 1), Unreachable("No network."))
    else:
        service.script(name, Unreachable("No network."))
    stage = Stage(service, folder=tmp_path)
    async with stage.run(key, size=SIZE) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: stage.notice.startswith("Wrote 20 rows of "))


@pytest.mark.parametrize("key, name", [("3", "downloads"), ("6", "beats"), ("7", "albums")])
async def test_quitting_during_an_export_writes_nothing(
    key: str, name: str, tmp_path: Path
) -> None:
    service, gate = FakeService(), asyncio.Event()
    first = {
        "beats": (pages(250)(0, 1),),
        "albums": (of_albums(90)(0, 1), of_albums(90)(0, 2)),
        # The page itself loads five pages.
        "downloads": (partial(nova_activity, size=50),) * 5,
    }
    service.script(name, *first.get(name, ()), gate)
    stage = Stage(service, folder=tmp_path)
    async with stage.run(key, size=SIZE) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: stage.notice.startswith("Loading the rest"))
    assert list(tmp_path.iterdir()) == []
