"""My Collections: albums and their tracks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from beatpass_tui.auth.access import LoadedToken
from beatpass_tui.errors import BeatPassError, NotFound, ServerError, Unreachable
from beatpass_tui.models.catalog import Album, Albums, AlbumTracks, Beats
from beatpass_tui.models.identity import Account
from beatpass_tui.models.plays import PlaysOverTime
from beatpass_tui.screens.collections import Collections
from beatpass_tui.screens.home import Home
from beatpass_tui.view_models.albums import AlbumRow
from beatpass_tui.widgets.album_tiles import AlbumTotals
from beatpass_tui.widgets.table import Table
from beatpass_tui.widgets.title_bar import TitleBar
from support.app_harness import NEXT_FILTER, Stage, idle, press, text_of
from support.catalog import beat
from support.fakes import NOVA_SHARES, NOW, TOKEN, FakeService
from support.snapshots import Compare, keys

SIZE = (80, 24)


def album(number: int, **fields: object) -> Album:
    values: dict[str, object] = {
        "id": number,
        "name": f"Album {number}",
        "artists": ("Nova Reyes",),
        "released": date(2026, 1, number % 28 + 1),
        "tracks": number,
        "plays": number * 100,
    }
    return Album(**{**values, **fields})  # type: ignore[arg-type]


def pages(total: int, size: int = 100) -> Callable[..., Albums]:
    def answer(artist: int, page: int) -> Albums:
        start = (page - 1) * size
        rows = tuple(album(n) for n in range(start + 1, min(start + size, total) + 1))
        return Albums(rows, page, total, page * size < total)

    return answer


def albums_table(stage: Stage) -> Table[AlbumRow]:
    assert isinstance(stage.app.screen, Collections)
    return stage.app.screen.query_one("#albums-table", Table)


async def test_totals_keep_what_they_leave_out_in_small_windows() -> None:
    """The least important totals are left out, not what the others cover."""
    service = FakeService()
    rows = tuple(album(n, tracks=None if n == 9 else 7, plays=None if n == 9 else 2_961)
                 for n in range(1, 10))  # fmt: skip
    service.script("albums", Albums(rows, 1, 9, False))
    stage = Stage(service)
    async with stage.run("7", size=(40, 12)) as pilot:
        totals = stage.app.screen.query_one(AlbumTotals)
        labels, values = str(totals.render()).split("\n")
        assert labels.split("  ")[0] == "Beats on them"
        assert "New" not in labels
        assert values.split("  ")[0] == "56 8 of 9 sent"
        assert values.rstrip().endswith(" 23,688 8 of 9 sent")
        await pilot.resize_terminal(80, 24)
        await idle(pilot)
        assert "New this month" in str(totals.render())


async def test_albums_and_their_details() -> None:
    stage = Stage()
    async with stage.run("7"):
        shown = text_of(stage.app)
        assert "First Light" in shown
        assert "2026-05-21" in shown
        assert "Release date not set" in shown
        assert "2 albums" in shown
        assert stage.service.requested.count("albums") == 1


async def test_enter_opens_the_tracks_and_esc_goes_back_to_the_album() -> None:
    stage = Stage()
    async with stage.run("7") as pilot:
        table = albums_table(stage)
        await press(pilot, "down", "up", "enter")
        shown = text_of(stage.app)
        assert "Midnight Drive" in shown
        assert "3:13" in shown
        sent = {call.name: call.arguments for call in stage.service.calls[-3:]}
        assert sent == {
            "album": (930000001,),
            "album_plays": (930000001, "30d"),
            "album_insights": (930000001, "30-days"),
        }
        await press(pilot, "escape")
        assert stage.app.focused is table
        assert table.cursor == 0
        await press(pilot, "enter")
        assert stage.service.requested.count("album") == 1
        await press(pilot, "escape", "escape")
        assert isinstance(stage.app.screen, Home)


async def test_singles_are_the_last_row_and_open_on_my_beats() -> None:
    service = FakeService()
    rows = tuple(beat(n, is_single=True) for n in range(60))
    rows += tuple(beat(n, album="Night Shift") for n in range(60, 100))
    service.script("beats", Beats(rows, 1, 100, 100, more=False))
    stage = Stage(service)
    async with stage.run("6", "7", "end", size=(120, 36)) as pilot:
        table = albums_table(stage)
        assert table.rows[-1].album.name == "Singles"
        assert "2 albums" in text_of(stage.app)
        assert stage.notice == "Singles · 60 beats in no collection · ⏎ lists them on My Beats"
        sent = len(service.calls)
        assert "top 50 of 60 · plays" in text_of(stage.app)
        # They are last in every order, and no album for the filters and exports.
        await press(pilot, "s", "s", "end")
        assert table.rows[-1].album.name == "Singles"
        await press(pilot, *NEXT_FILTER)
        assert "Singles" not in [row.album.name for row in table.rows]
        await press(pilot, "f", "up", "enter", "end", "enter")
        assert "▸ My Beats" in text_of(stage.app)
        beats = stage.app.screen.query_one("#catalog-table", Table)
        assert [row.collection for row in beats.rows] == ["Single"] * 60
        assert len(service.calls) == sent


async def test_tab_reaches_the_tracks_before_the_charts_of_all_albums() -> None:
    service = FakeService()
    service.script("albums", pages(20))
    stage = Stage(service)
    async with stage.run("7", "enter", size=(120, 36)) as pilot:
        stops = []
        for _ in range(5):
            assert stage.app.focused is not None
            stops.append(stage.app.focused.id)
            assert stage.notice
            await press(pilot, "tab")
        tracks = stops.index("album-beats")
        assert tracks <= 2
        # Nothing was recorded for the chart.
        assert stops[tracks + 1 :][:2] == ["album-shares", "album-releases"]


async def test_every_page_of_albums_is_loaded_as_the_cursor_nears_the_end() -> None:
    service = FakeService()
    service.script("albums", pages(95, size=10))
    stage = Stage(service)
    async with stage.run("7") as pilot:
        table = albums_table(stage)
        assert [row.album.id for row in table.rows] == list(range(1, 31))
        assert service.requested.count("albums") == 3
        for _ in range(4):
            await press(pilot, "end")
        assert [row.album.id for row in table.rows] == list(range(1, 96))
        assert service.requested.count("albums") == 10


async def test_service_that_repeats_a_page_is_not_requested_forever() -> None:
    service = FakeService()
    same = {"data": [{"id": 1, "name": "First Light"}], "last_page": 2, "total": 2}

    def stuck(artist: int, page: int) -> Albums:
        return Albums.decode({"pagination": {**same, "current_page": 1}}, page)

    service.script("albums", stuck)
    stage = Stage(service)
    async with stage.run("7") as pilot:
        table = albums_table(stage)
        await press(pilot, "end")
        # The list is loaded a second time, because its second page brings nothing new.
        assert service.requested.count("albums") == 4
        assert not stage.app.screen.query_one(TitleBar).info.refreshing
        assert [row.album.name for row in table.rows] == ["First Light"]


async def test_beat_of_an_album_opens_on_my_beats() -> None:
    stage = Stage()
    async with stage.run("7") as pilot:
        await press(pilot, "enter")
        assert stage.notice == "Midnight Drive ★ · 3:13 · 7,919 plays · ⏎ opens it"
        await press(pilot, "enter")
        assert "BEATPASS ▸ My Beats ▸ Midnight Drive" in text_of(stage.app)
        assert {"beat_insights", "placements"} <= set(stage.service.requested)


async def test_totals_are_known_once_all_albums_are() -> None:
    service = FakeService()
    created = (NOW, NOW - timedelta(days=40), NOW - timedelta(days=1))
    rows = tuple(album(n, created=at) for n, at in enumerate(created, start=1))
    service.script("albums", Albums(rows, 1, 3, more=False))
    stage = Stage(service)
    async with stage.run("7") as pilot:
        totals = stage.app.screen.query_one(AlbumTotals)
        assert str(totals.render()).split("\n")[1].split() == ["3", "6", "600", "2"]
        service.script("albums", Albums(rows, 1, 4, more=True), ServerError("No.", status=500))
        stage.clock.advance(3600)
        await press(pilot, "r")
        assert str(totals.render()).split("\n")[1].split() == ["4", "—", "—", "—"]


async def test_filters_show_upcoming_released_and_empty_albums() -> None:
    service = FakeService()
    rows = (
        album(1, released=NOW.date() + timedelta(days=12)),
        album(2),
        album(3, released=None, tracks=0),
    )
    service.script("albums", Albums(rows, 1, 3, more=False))
    stage = Stage(service)
    async with stage.run("7") as pilot:
        table = albums_table(stage)
        assert "in 12 days" in text_of(stage.app)
        shown = []
        for _ in range(3):
            await press(pilot, *NEXT_FILTER)
            shown.append([row.album.id for row in table.rows])
        assert shown == [[1], [2], [3]]


async def test_esc_inside_an_album_closes_it_before_it_undoes_a_search() -> None:
    service = FakeService()
    service.script("albums", pages(20))
    stage = Stage(service)
    async with stage.run("7") as pilot:
        table = albums_table(stage)
        await press(pilot, "slash", *"album 2", "enter", "enter")
        assert "Midnight Drive" in text_of(stage.app)
        await press(pilot, "escape")
        assert stage.app.focused is table
        assert len(table.rows) == 3
        await press(pilot, "escape")
        assert len(table.rows) == 20


async def test_another_sign_in_closes_the_open_album() -> None:
    stage = Stage()
    async with stage.run("7") as pilot:
        table = albums_table(stage)
        await press(pilot, "enter")
        await stage.app._start_session(LoadedToken(TOKEN, None, Account(5, "bob")))
        await idle(pilot)
        assert stage.app.focused is table
        assert "Sketchbook" in text_of(stage.app)
        assert stage.service.requested.count("album") == 1


async def test_o_opens_the_insights_of_the_album() -> None:
    stage = Stage()
    async with stage.run("7") as pilot:
        await press(pilot, "o")
        assert stage.opened == ["https://open.beatpass.ca/backstage/albums/930000001/insights"]


async def test_search_albums() -> None:
    service = FakeService()
    service.script("albums", pages(20))
    stage = Stage(service)
    async with stage.run("7") as pilot:
        table = albums_table(stage)
        await press(pilot, "slash", *"album 2", "enter")
        assert [row.album.id for row in table.rows] == [2, 12, 20]
        await press(pilot, "escape")
        assert len(table.rows) == 20


@pytest.mark.parametrize(
    "error, text",
    [
        (NotFound("There is no such album.", status=404), "Not available for this collection"),
        (ServerError("It broke.", status=500), "— It broke."),
    ],
)
async def test_failed_album_says_why_until_retried(error: BeatPassError, text: str) -> None:
    service = FakeService()
    service.fail(error, "album")
    stage = Stage(service)
    async with stage.run("7") as pilot:
        await press(pilot, "enter")
        assert text in text_of(stage.app)
        service.script("album")
        await press(pilot, "r")
        assert "Midnight Drive" in text_of(stage.app)


async def test_failed_list_of_albums_is_reported_until_retried() -> None:
    service = FakeService()
    service.fail(ServerError("It broke.", status=500), "albums")
    stage = Stage(service)
    async with stage.run("7") as pilot:
        assert "Unavailable" in text_of(stage.app)
        assert "r to retry" in stage.notice
        assert "It broke" in stage.notice
        service.script("albums")
        await press(pilot, "r")
        assert "First Light" in text_of(stage.app)


async def test_failed_refresh_keeps_the_albums() -> None:
    stage = Stage()
    async with stage.run("7") as pilot:
        stage.clock.advance(3600)
        stage.service.fail(Unreachable("No network."), "albums")
        await press(pilot, "r")
        assert "First Light" in text_of(stage.app)
        assert "as of 20:04" in text_of(stage.app)


async def test_album_without_track_list_differs_from_an_empty_one() -> None:
    service = FakeService()
    service.script("album", AlbumTracks.decode({"album": {"id": 930000001, "tracks": None}}))
    stage = Stage(service)
    async with stage.run("7") as pilot:
        await press(pilot, "enter")
        assert "No beats yet" not in text_of(stage.app)
        assert "Not sent by BeatPass" in text_of(stage.app)


async def test_esc_while_an_album_loads_goes_back_to_the_albums() -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("album", gate)
    stage = Stage(service)
    async with stage.run("7") as pilot:
        table = albums_table(stage)
        await press(pilot, "enter")
        assert "Loading…" in text_of(stage.app)
        await press(pilot, "escape")
        gate.set()
        await idle(pilot)
        assert stage.app.focused is table
        assert "Sketchbook" in text_of(stage.app)


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 36)], ids=["60x24", "80x24", "120x36"])
@pytest.mark.parametrize("state", ["albums", "empty", "tracks", "bare"])
def test_snapshot(snap_compare: Compare, state: str, size: tuple[int, int]) -> None:
    service = FakeService()
    if state == "empty":
        service.script("albums", Albums((), 1, 0, False))
    elif state == "bare":
        service.script("albums", Albums.decode({"pagination": {"data": [{"id": 1}, {"id": 2}]}}))
    else:
        rows = (album(1), album(2, released=None), album(3, plays=None, tracks=None))
        hostile = album(4, name="[red]夜の[/] [@click=app.quit]ドライブ" * 3)
        service.script("albums", Albums((*rows, hostile), 1, 4, False))

    pressed = ("7", "enter") if state == "tracks" else ("7",)
    assert snap_compare(Stage(service).app, terminal_size=size, run_before=keys(*pressed))


def test_snapshot_at_160_columns(snap_compare: Compare) -> None:
    service = FakeService()
    service.script("albums", pages(12))
    assert snap_compare(Stage(service).app, terminal_size=(160, 45), run_before=keys("7"))


@pytest.mark.parametrize("typed", ["eclair", "ECLAIR", "éclair"])
async def test_find_ignores_case_and_accents(typed: str) -> None:
    service = FakeService()
    rows = (album(1, name="E\u0301clair"), album(2, name="Fog"))
    service.script("albums", Albums(rows, 1, 2, more=False))
    stage = Stage(service)
    async with stage.run("7") as pilot:
        await press(pilot, "slash", *typed)
        assert [row.album.id for row in albums_table(stage).rows] == [1]


def test_snapshot_of_an_album_beside_the_singles(snap_compare: Compare) -> None:
    service = FakeService()
    rows = tuple(beat(n, is_single=True) for n in range(12))
    service.script("beats", Beats(rows, 1, 100, 12, more=False))
    service.script("album_plays", PlaysOverTime(None, shares=NOVA_SHARES))
    pressed = keys("6", "7", "enter")
    assert snap_compare(Stage(service).app, terminal_size=(160, 45), run_before=pressed)
