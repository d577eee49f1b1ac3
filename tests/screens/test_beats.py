"""My Beats: the table, its pages, search, sorting and filters."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import pytest

from beatpass_tui.errors import Forbidden, ServerError, Unreachable
from beatpass_tui.models.catalog import Beats as BeatsPage
from beatpass_tui.models.catalog import Collaborations, Performance
from beatpass_tui.models.home import Intelligence
from beatpass_tui.screens.beats import Beats
from beatpass_tui.screens.home import Home
from beatpass_tui.view_models import beats as beats_view
from beatpass_tui.view_models.beats import BeatFilter, BeatRow
from beatpass_tui.view_models.details import DetailPart, DetailRow
from beatpass_tui.widgets.detail_parts import Parts
from beatpass_tui.widgets.table import Table
from support.app_harness import NEXT_FILTER, Stage, idle, lines, press, text_of, until
from support.catalog import SIZE, beat, pages, sort_by
from support.fakes import NOVA_BEATS, NOVA_COLLABORATIONS, NOVA_INTELLIGENCE, FakeService
from support.snapshots import Compare, keys, sizes


def catalog_table(stage: Stage) -> Table[object]:
    assert isinstance(stage.app.screen, Beats)
    return stage.app.screen.query_one("#catalog-table", Table)


async def test_catalog_is_shown_after_one_request_per_query() -> None:
    service = FakeService()
    service.script("beats", pages(120))
    stage = Stage(service)
    async with stage.run("6", size=SIZE):
        table = catalog_table(stage)
        shown = text_of(stage.app)
        assert len(table.rows) == 100
        assert "100 of 120 loaded" in shown
        assert service.requested.count("beats") == 1
        assert service.requested.count("performance") == 1
        assert service.requested.count("stats") == 1
        assert stage.app.focused is table


async def test_status_line_is_drawn_in_the_same_frame_as_the_cursor() -> None:
    service = FakeService()
    service.script("beats", pages(120))
    stage = Stage(service)
    async with stage.run("6", size=SIZE):
        table = catalog_table(stage)
        before = stage.notice
        table.cursor = 3
        assert stage.notice != before
        assert stage.notice.startswith(beat(4).name or "")


async def test_next_page_is_loaded_near_the_end() -> None:
    service = FakeService()
    service.script("beats", pages(250))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        table = catalog_table(stage)
        await press(pilot, "end")
        assert len(table.rows) == 200
        assert table.cursor == 99  # the cursor stays on its row
        await press(pilot, "end")
        await press(pilot, "end")
        assert len(table.rows) == 250
        assert "250 beats" in text_of(stage.app)
        assert service.requested.count("beats") == 3


async def test_page_size_of_the_service_is_used() -> None:
    service = FakeService()
    service.script("beats", pages(45, size=20))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        table = catalog_table(stage)
        for _ in range(3):
            await press(pilot, "end")
        assert [row.beat.id for row in table.rows] == list(range(1, 46))  # type: ignore[attr-defined]


async def test_loading_the_rest_shows_progress_and_esc_stops_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service, gate = FakeService(), asyncio.Event()
    monkeypatch.setattr(Beats, "PACE", 0.0)
    service.script("beats", pages(1000)(0, 1), pages(1000)(0, 2), gate, pages(1000)(0, 3))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        await pilot.press("L")
        await until(pilot, lambda: "200 of 1,000" in stage.notice)
        assert stage.notice.startswith("Loading the rest  ━━━╺")
        assert stage.notice.endswith("Esc to stop")
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Beats)
        assert "Loading" not in stage.notice
        gate.set()
        await idle(pilot)
        assert service.requested.count("beats") == 3


async def test_loading_the_rest_ends_with_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    service = FakeService()
    monkeypatch.setattr(Beats, "PACE", 0.0)
    service.script("beats", pages(450))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        table = catalog_table(stage)
        await pilot.press("L")
        await until(pilot, lambda: len(table.rows) == 450)
        await idle(pilot)
        assert "Loading" not in stage.notice
        assert service.requested.count("beats") == 5


async def test_pressing_load_all_again_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    service, gate = FakeService(), asyncio.Event()
    monkeypatch.setattr(Beats, "PACE", 0.0)
    service.script("beats", pages(300)(0, 1), gate, pages(300)(0, 2), pages(300)(0, 3))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        table = catalog_table(stage)
        await press(pilot, "L", "L")
        assert "Loading the rest" in stage.notice
        gate.set()
        await until(pilot, lambda: len(table.rows) == 300)


async def test_failed_further_page_is_reported_until_retried() -> None:
    service = FakeService()
    service.script("beats", pages(250)(0, 1), ServerError("It broke.", status=500))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        table = catalog_table(stage)
        await press(pilot, "end")
        assert "Beats: It broke" in stage.notice
        service.script("beats", pages(250))
        await press(pilot, "r")
        assert len(table.rows) == 200


def test_rest_is_loaded_at_thirty_pages_a_minute() -> None:
    assert 60 / Beats.PACE <= 30


async def test_search_while_typing_and_undo() -> None:
    service = FakeService()
    service.script("beats", pages(100))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        table = catalog_table(stage)
        await press(pilot, "down", "down", "slash", *"beat 4")
        assert len(table.rows) == 19
        assert "19 found in 100 beats" in text_of(stage.app)
        await pilot.press("enter")
        assert stage.app.focused is table
        assert len(table.rows) == 19
        await press(pilot, "escape")
        assert len(table.rows) == 100
        assert isinstance(stage.app.screen, Beats)
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)


async def test_third_sort_restores_the_order_of_the_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted: list[int] = []
    available_filters = beats_view.available_filters

    def record(rows: Sequence[BeatRow]) -> list[tuple[BeatFilter, int]]:
        counted.append(len(rows))
        return available_filters(rows)

    monkeypatch.setattr(beats_view, "available_filters", record)
    service = FakeService()
    service.script("beats", pages(50))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        table = catalog_table(stage)

        def order() -> list[int]:
            return [row.beat.id for row in table.rows]  # type: ignore[attr-defined]

        counted.clear()
        await sort_by(pilot, table, "plays")
        assert order() == list(range(50, 0, -1))
        assert "Plays▾" in text_of(stage.app)
        await pilot.press("s")
        assert order() == list(range(1, 51))
        assert "Plays▴" in text_of(stage.app)
        await pilot.press("s")
        assert order() == list(range(1, 51))
        assert "Plays▴" not in text_of(stage.app)
        # Filters count the rows only when these have changed.
        assert counted == []


async def test_sorting_shows_the_first_row() -> None:
    service = FakeService()
    service.script("beats", pages(50))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        table = catalog_table(stage)
        await pilot.press("end")
        for first in (50, 1, 1):
            await sort_by(pilot, table, "plays")
            assert table.current.beat.id == first  # type: ignore[attr-defined]
            assert f"Beat {first} " in text_of(stage.app)
            await pilot.press("end")


async def test_filters_select_rows() -> None:
    service = FakeService()
    rows = (
        beat(1, licensing="non_exclusive_only"),
        beat(2, artists=("Nova Reyes", "Teo")),
        beat(3, licensing="exclusive_only"),
    )
    service.script("beats", BeatsPage(rows, 1, 100, 3, False))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        table = catalog_table(stage)
        shown_ids = []
        for _ in range(4):
            await press(pilot, *NEXT_FILTER)
            shown_ids.append([row.beat.id for row in table.rows])  # type: ignore[attr-defined]
        assert shown_ids == [[2], [1], [2], [3]]


async def test_totals_replace_the_list_in_a_narrow_window() -> None:
    stage = Stage()
    async with stage.run("6", size=SIZE) as pilot:
        await press(pilot, "right_square_bracket")
        shown = text_of(stage.app)
        assert "1 of 128 listed" in shown
        shares = stage.app.screen.query_one("#shares", Parts)
        rows = (DetailRow("Night", right="1"),) * 30
        licenses = DetailPart("By license", "all time", rows)
        beats = DetailPart("Collaborators", "13 beats", rows)
        uploads = DetailPart("Last uploads", "4 now", rows, is_excerpt=True)
        shares.parts = (licenses, beats, uploads)
        drawn = str(shares.render())
        assert re.search(r"^By license +all time · \d+ of 30\n", drawn)
        # Both counts, but none of rows that are only the first of many.
        assert re.search(r"^Collaborators ─+ 13 beats · 2 of 30$", drawn, re.MULTILINE)
        assert re.search(r"^Last uploads ─+ 4 now$", drawn, re.MULTILINE)
        assert stage.notice == "Totals of all beats · ] shows the list"
        # The list and its detail are hidden.
        shown_keys = lines(stage)[-1]
        assert not {"Find", "Sort", "Filter", "Copy", "Open"} & set(shown_keys.split())
        await press(pilot, "slash")
        assert stage.notice == "Nothing to find here"
        assert "+7.5% · Strong growth" in shown
        assert re.search(r"Teo · 1 beat +9", shown)
        await press(pilot, "m")
        assert "Midnight Drive" in text_of(stage.app)
        await press(pilot, "right_square_bracket", "escape")
        assert "Midnight Drive" in text_of(stage.app)
        assert stage.notice.startswith("Midnight Drive")
        assert isinstance(stage.app.screen, Beats)
        await press(pilot, "right_square_bracket", "o")
        assert stage.opened == ["https://open.beatpass.ca/producer-dashboard/tracks"]


@pytest.mark.parametrize(
    "error, text",
    [(Unreachable("No network.", reason="offline"), "Growth  — offline"), (None, "Calculating…")],
)
async def test_growth_is_not_calculated_without_a_connection(
    error: Unreachable | None, text: str
) -> None:
    service = FakeService()
    service.script(
        "intelligence",
        NOVA_INTELLIGENCE._replace(growth_rate=None, growth_calculating=True),
        *([error] if error else []),
    )
    stage = Stage(service)
    async with stage.run("6", size=(160, 45)) as pilot:
        stage.clock.advance(40)
        await press(pilot, "r")
        assert text in text_of(stage.app)


@pytest.mark.parametrize(
    "failing, text",
    [
        ("performance", "Midnight Drive"),
        ("collaborations", "Midnight Drive"),
        ("beats", "+7.5%"),
        ("intelligence", "Midnight Drive"),
    ],
)
async def test_one_failed_query_leaves_the_others(failing: str, text: str) -> None:
    service = FakeService()
    service.script(failing, ServerError("It broke.", status=500))
    stage = Stage(service)
    async with stage.run("6", size=(160, 45)) as pilot:
        assert text in text_of(stage.app)
        assert "It broke" in stage.notice
        service.script(failing)
        before = len(service.calls)
        await press(pilot, "r")
        assert service.requested[before:] == [failing]
        assert "It broke" not in stage.notice


async def test_failed_refresh_keeps_the_rows() -> None:
    service = FakeService()
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        stage.clock.advance(3600)
        service.fail(Unreachable("No network."), "beats")
        await press(pilot, "r")
        assert "Midnight Drive" in text_of(stage.app)
        assert "as of 20:04" in text_of(stage.app)


async def test_refresh_moves_neither_cursor_nor_focus() -> None:
    service = FakeService()
    service.script("beats", pages(100))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        table = catalog_table(stage)
        await pilot.press(*["pagedown"] * 3)
        top, cursor = table.top, table.cursor
        stage.clock.advance(3600)
        await press(pilot, "r")
        assert service.requested.count("beats") == 2
        assert (table.top, table.cursor) == (top, cursor)
        assert stage.app.focused is table


async def test_hostile_titles_are_drawn_literally() -> None:
    service = FakeService()
    rows = (
        beat(1, name="[red]x[/] [@click=app.quit]y"),
        beat(2, name="夜のドライブ" * 20),
        beat(3, name="Trap Beat [FREE]"),
    )
    service.script("beats", BeatsPage(rows, 1, 100, 3, False))
    stage = Stage(service)
    async with stage.run("6", size=(120, 36)):
        shown = text_of(stage.app)
        assert "[red]x[/] [@click=app.quit]y" in shown
        assert "Trap Beat [FREE]" in shown
        lines = shown.splitlines()
        assert all(cell_width(line) <= 120 for line in lines)


def cell_width(line: str) -> int:
    from rich.cells import cell_len

    return cell_len(line)


async def test_esc_while_loading_goes_home() -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("beats", gate)
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        assert "Loading…" in text_of(stage.app)
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)
        gate.set()
        await idle(pilot)
        await press(pilot, "6")
        assert "Midnight Drive" in text_of(stage.app)
        assert service.requested.count("beats") == 1


async def test_cursor_stays_when_the_page_is_opened_again() -> None:
    service = FakeService()
    service.script("beats", pages(60))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        table = catalog_table(stage)
        await pilot.press(*["down"] * 5)
        await press(pilot, "3")
        await press(pilot, "6")
        assert table.cursor == 5
        assert stage.app.focused is table
        assert service.requested.count("beats") == 1


async def test_click_sorts_by_a_header_and_moves_to_a_row() -> None:
    service = FakeService()
    service.script("beats", pages(50))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        table = catalog_table(stage)
        header = lines(stage)[table.region.y]
        await pilot.click(table, offset=(header.index("Plays") - table.region.x, 0))
        await idle(pilot)
        assert table.rows[0].beat.id == 50  # type: ignore[attr-defined]
        await pilot.click(table, offset=(5, 4))
        await idle(pilot)
        assert table.cursor == table.top + 3


def script(name: str) -> FakeService:
    service = FakeService()
    match name:
        case "hundred":
            service.script("beats", pages(120))
        case "empty":
            service.script("beats", BeatsPage((), 1, 100, 0, False))
            service.script("collaborations", Collaborations((), 0))
        case "bare":
            service.script("beats", BeatsPage.decode({"pagination": {"data": [{"id": 1}]}}))
            service.script("performance", Performance.decode({}))
            service.script("collaborations", Collaborations.decode({}))
            service.script("intelligence", Intelligence.decode({}))
        case "forbidden":
            service.fail(Forbidden("Not for you.", status=403), "beats", "collaborations")
    return service


@sizes
@pytest.mark.parametrize("state", ["hundred", "empty", "bare", "forbidden"])
def test_snapshot(snap_compare: Compare, state: str, size: tuple[int, int]) -> None:
    assert snap_compare(Stage(script(state)).app, terminal_size=size, run_before=keys("6"))


@pytest.mark.parametrize("pressed", [["right_square_bracket"], ["slash", "1"], ["right", "s"]])
def test_snapshot_after_keys(snap_compare: Compare, pressed: list[str]) -> None:
    stage = Stage(script("hundred"))
    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=keys("6", *pressed))


def test_sample_responses_are_as_expected() -> None:
    assert NOVA_BEATS.rows[0].name == "Midnight Drive"
    assert NOVA_COLLABORATIONS.rows[0].others == ("Teo",)
    assert NOVA_INTELLIGENCE.growth_rate == 7.5


@pytest.mark.parametrize("typed", ["eclair", "E\u0301CLAIR", "orsted", "Ørsted"])
async def test_find_ignores_case_accents_and_composition(typed: str) -> None:
    service = FakeService()
    names = ("Éclair", "ØRSTED", "Fog")
    rows = tuple(beat(number, name=name) for number, name in enumerate(names, start=1))
    service.script("beats", BeatsPage(rows, 1, 100, 3, more=False))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        await press(pilot, "slash", *typed)
        (row,) = catalog_table(stage).rows
        expected = "Éclair" if typed[0] in "eE" else "ØRSTED"
        assert row.beat.name == expected  # type: ignore[attr-defined]
