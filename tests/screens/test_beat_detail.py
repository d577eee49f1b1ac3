"""The detail of a beat on My Beats: what is sent, when it is cancelled, and where it is shown."""

from __future__ import annotations

import asyncio
import re
from functools import partial

import pytest

from beatpass_tui.errors import Forbidden, NotFound, Unreachable
from beatpass_tui.models.catalog import Beats as BeatsPage
from beatpass_tui.models.insights import Insights, Placements
from beatpass_tui.models.plays import PlaysOverTime
from beatpass_tui.screens.beats import Beats
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.messages import BeatRequested
from beatpass_tui.transport import rate_limit
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.detail_panel import DetailPanel
from beatpass_tui.widgets.detail_parts import Parts
from beatpass_tui.widgets.table import Table
from support.app_harness import Stage, idle, lines, press, text_of, until
from support.catalog import SIZE, beat, pages
from support.fakes import NOVA_PLACEMENTS, NOVA_SHARES, FakeService, nova_activity, nova_plays
from support.hostile import ATTACKS
from support.snapshots import Compare, keys, sizes

SIDE = (120, 36)
THIRD = (160, 45)
PARTS = {"beat_insights", "placements", "beat_plays"}


def table_of(stage: Stage) -> Table[object]:
    assert isinstance(stage.app.screen, Beats)
    return stage.app.screen.query_one("#catalog-table", Table)


def service_of(total: int = 120) -> FakeService:
    service = FakeService()
    service.script("beats", pages(total))
    return service


async def test_moving_over_a_hundred_rows_sends_nothing() -> None:
    service = service_of(150)
    stage = Stage(service)
    async with stage.run("6", size=SIDE) as pilot:
        await press(pilot, "end")
        await until(pilot, lambda: len(table_of(stage).rows) == 150)
        await press(pilot, "home")
        before = len(service.calls)
        for _ in range(100):
            await pilot.press("down")
        await idle(pilot)
        assert table_of(stage).cursor == 100
        assert "Beat 101" in str(stage.app.screen.query_one("#detail-head").render())
        assert len(service.calls) == before


async def test_messages_of_earlier_keys_end_with_the_next_one() -> None:
    service, gate = service_of(), asyncio.Event()
    service.script("beats", gate, pages(120))
    stage = Stage(service)
    async with stage.run("6", size=SIDE) as pilot:
        await press(pilot, "enter")
        assert stage.notice == "The rows are still loading"
        gate.set()
        await idle(pilot)
        await press(pilot, "down", "a")
        assert stage.notice == "You are signed in"
        await press(pilot, "down")
        assert stage.notice.startswith("Beat 3")
        await press(pilot, "o", "enter")
        assert not stage.notice.startswith("Opening")


async def test_each_part_is_loaded_once_and_kept_for_half_an_hour() -> None:
    service = service_of()
    stage = Stage(service)
    async with stage.run("6", size=SIDE) as pilot:
        before = len(service.calls)
        assert "⏎ loads this" in text_of(stage.app)
        await press(pilot, "enter")
        assert set(service.requested[before:]) == PARTS
        shown = text_of(stage.app)
        assert "Toronto 18%" in shown
        assert "Late Shift · K. Mora · 2026" in shown
        await press(pilot, "down")
        assert not stage.app.screen.is_open  # type: ignore[attr-defined]
        assert "⏎ loads this" in text_of(stage.app)
        # What is known is shown again without a request.
        await press(pilot, "up")
        assert "Late Shift" in text_of(stage.app)
        await press(pilot, "enter", "p")
        assert service.requested[before:].count("placements") == 1
        assert service.requested[before:].count("beat_insights") == 2
        assert "Insights · 90 days" in text_of(stage.app)
        stage.clock.advance(31 * 60)
        await press(pilot, "escape", "enter")
        assert service.requested[before:].count("placements") == 2


@pytest.mark.parametrize("key", ["escape", "enter", "down"])
async def test_closing_cancels_what_is_loading(key: str) -> None:
    service, gate = service_of(), asyncio.Event()
    service.script("placements", gate, NOVA_PLACEMENTS)
    stage = Stage(service)
    async with stage.run("6", size=SIDE) as pilot:
        await press(pilot, "enter")
        assert "Loading…" in text_of(stage.app)
        assert "⏎ Close" in lines(stage)[-1]
        assert service.in_flight == 1
        await press(pilot, key)
        await until(pilot, lambda: service.in_flight == 0)
        await idle(pilot)
        assert isinstance(stage.app.screen, Beats)
        assert "⏎ Open" in lines(stage)[-1]
        if key == "down":
            await press(pilot, "up")
        await press(pilot, "enter")
        assert "2 matches" in text_of(stage.app)


async def test_footer_offers_matches_once_they_are_loaded() -> None:
    service, gate = service_of(), asyncio.Event()
    service.script("placements", gate, NOVA_PLACEMENTS)
    stage = Stage(service)
    async with stage.run("6", "enter", size=SIZE) as pilot:
        assert "⏎ Open" not in lines(stage)[-1]
        gate.set()
        await until(pilot, lambda: "2 matches" in text_of(stage.app))
        await until(pilot, lambda: "⏎ Open" in lines(stage)[-1])


async def test_narrow_windows_show_the_detail_instead_of_the_list() -> None:
    stage = Stage(service_of())
    async with stage.run("6", size=SIZE) as pilot:
        await press(pilot, "down", "enter")
        shown = text_of(stage.app)
        assert "BEATPASS ▸ My Beats ▸ Beat 2" in shown
        assert "Beat 3" not in shown
        assert "98% ↗" in shown
        assert "% of your plays" in shown
        await press(pilot, "right_square_bracket")
        assert "My Beats ▸ Beat 3" in text_of(stage.app)
        await pilot.resize_terminal(*SIDE)
        await idle(pilot)
        shown = text_of(stage.app)
        assert "▸ Beat 3" not in shown
        assert "Beat 9" in shown
        assert "98% ↗" in shown
        await pilot.resize_terminal(*SIZE)
        await idle(pilot)
        assert "My Beats ▸ Beat 3" in text_of(stage.app)
        await press(pilot, "escape")
        assert stage.app.focused is table_of(stage)
        assert table_of(stage).cursor == 2
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)


async def test_tiles_of_a_beat_without_plays_leave_no_hole() -> None:
    service = FakeService()
    service.script("beats", BeatsPage((beat(1, plays=None),), 1, 100, 1, False))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        await press(pilot, "enter")
        panel, downloads = (stage.app.screen.query_one(id) for id in ("#detail", "#downloads"))
        assert not stage.app.screen.query_one(Chart).display
        assert downloads.region.width == panel.region.width


async def test_status_line_of_a_beat_without_matches_is_about_the_beat() -> None:
    service = service_of()
    service.script("placements", Placements((), "no_results", None, 0, None))
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        await press(pilot, "down")
        notice = stage.notice
        assert notice.startswith("Beat 2 · ")
        await press(pilot, "enter")
        assert "No matches" in text_of(stage.app)
        assert stage.notice == notice


async def test_only_safe_addresses_of_matches_are_opened() -> None:
    stage = Stage(service_of())
    async with stage.run("6", size=SIZE) as pilot:
        await press(pilot, "enter")
        assert stage.notice.startswith("Late Shift · K. Mora · released Aug 1")
        await press(pilot, "o", "y")
        assert stage.opened == ["https://open.spotify.com/track/1"]
        assert stage.copied == ["https://open.spotify.com/track/1"]
        await press(pilot, "enter")
        assert stage.opened == ["https://open.spotify.com/track/1"] * 2
        for key in ("o", "enter"):
            await press(pilot, "down", key)
            assert "Not opened" in stage.notice
        await press(pilot, "y")
        assert len(stage.opened) == 2
        assert stage.copied[1:] == ["https://music.example.com/2"]


async def test_ten_details_send_three_requests_each_and_say_when_they_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service, gate = service_of(), asyncio.Event()
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        before = len(service.calls)
        for _ in range(10):
            await press(pilot, "enter", "escape", "down")
        assert len(service.calls) - before == 10 * len(PARTS)
        assert 10 * len(PARTS) <= rate_limit.BURST
        monkeypatch.setattr(FakeService, "is_waiting", True)
        service.script("placements", gate)
        await pilot.press("enter")
        await until(pilot, lambda: "Waiting: many requests were sent" in text_of(stage.app))
        assert "Esc Back" in lines(stage)[-1]
        await press(pilot, "y")
        assert stage.notice == "Copied the title (y again for the link): Beat 11"
        await press(pilot, "y")
        assert stage.copied == ["Beat 11", "https://open.beatpass.ca/backstage/tracks/11/insights"]
        assert stage.notice.startswith("Copied the link")


async def test_o_opens_the_insights_of_the_beat() -> None:
    stage = Stage(service_of())
    async with stage.run("6", size=SIDE) as pilot:
        await press(pilot, "down", "o")
        assert stage.opened == ["https://open.beatpass.ca/backstage/tracks/2/insights"]


async def test_downloads_are_loaded_with_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Beats, "PACE", 0.0)
    service, gate = FakeService(), asyncio.Event()
    stage = Stage(service)
    async with stage.run("6", size=SIZE) as pilot:
        await press(pilot, "enter")
        shown = text_of(stage.app)
        assert "No downloads loaded · L loads them" in shown
        # What applies to an open beat stays in the footer, and nothing of the beat is left out.
        assert {"y Copy", "L Load", "Esc Back"} <= set(re.split(" {2,}", lines(stage)[-1].strip()))
        assert "Collaborators" in shown
        service.script("downloads", nova_activity(1, "all", 1, size=50), gate)
        await pilot.press("L")
        await until(pilot, lambda: "50 of 1,204 loaded" in text_of(stage.app))
        assert "L loads the rest" in text_of(stage.app)
        assert stage.notice.startswith("Loading downloads")
        assert "Esc Stop" in lines(stage)[-1]
        await press(pilot, "escape")
        assert service.in_flight == 0
        assert "listener 1 " in text_of(stage.app)
        service.script("downloads", partial(nova_activity, size=50))
        await pilot.press("L")
        await until(pilot, lambda: "1,204 downloads loaded" in stage.notice)
        assert "L Load" not in lines(stage)[-1]


async def test_chart_of_the_service_follows_the_period() -> None:
    service = service_of()
    service.script("beat_plays", nova_plays)
    stage = Stage(service)
    async with stage.run("6", size=SIDE) as pilot:
        chart = stage.app.screen.query_one("#detail-chart", Chart)
        await press(pilot, "enter")
        assert chart.data.title == "Plays per day · from BeatPass"
        assert str(chart.data.totals[-1]).startswith("30 days ")
        titles = []
        for _ in range(4):
            await press(pilot, "p")
            titles.append(chart.data.title.removesuffix(" · from BeatPass"))
        assert titles == [f"Plays per {step}" for step in ("week", "month", "day", "day")]
        assert len({call.arguments for call in service.calls if call.name == "beat_plays"}) == 4
        # Nothing of the service is shown of a row that is not open.
        await press(pilot, "escape")
        assert "per day · from BeatPass" not in text_of(stage.app)


async def test_devices_places_and_listeners_are_below_the_insights() -> None:
    service = service_of()
    service.script("beat_plays", PlaysOverTime(None, shares=NOVA_SHARES))
    stage = Stage(service)
    async with stage.run("6", "enter", size=THIRD) as pilot:
        rows = [re.split(" {2,}|(?= [━╺])", line[71:].strip()) for line in lines(stage)]
        names = [row[0] for row in rows]
        first = names.index("Devices")
        assert names[first : first + 7] == [
            "Devices", "Mobile", "Desktop", "Cities", "Toronto", "Lagos", "Listeners",
        ]  # fmt: skip
        shown = text_of(stage.app)
        assert re.search("Mobile +━━━━━━━━━━ +251", shown)
        assert re.search("Toronto +━╺━+ +74 +18%", shown)
        assert re.search("Lagos +━╺━+ +14.5%", shown)
        # The chart of places has the top place.
        assert "Top place" not in shown
        await pilot.resize_terminal(*SIZE)
        await idle(pilot)
        parts = stage.app.screen.query_one("#insights", Parts)
        assert parts.can_focus
        parts.focus()
        for _ in range(30):
            await pilot.press("down")
        await idle(pilot)
        assert "lolasounds44" in text_of(stage.app)
        # They are there also if the insights are not.
        service.fail(NotFound("None.", status=404), "beat_insights")
        await press(pilot, "escape", "down", "enter")
        assert "Not available" not in text_of(stage.app)
        assert "Mobile" in text_of(stage.app)


async def test_failed_downloads_are_reported() -> None:
    service = FakeService()
    service.fail(Unreachable("Offline."), "downloads")
    stage = Stage(service)
    async with stage.run("6", size=SIDE) as pilot:
        await press(pilot, "enter", "L")
        assert "L to try again" in stage.notice


async def test_refused_parts_say_so_and_the_rest_stays() -> None:
    service = service_of()
    service.fail(Forbidden("You may not.", status=403), *PARTS)
    stage = Stage(service)
    async with stage.run("6", size=SIDE) as pilot:
        await press(pilot, "enter")
        shown = text_of(stage.app)
        assert shown.count("Not available for this beat") == 2
        assert "You may not" not in shown
        assert "Solo beat" in shown


async def test_reason_of_a_failure_is_said_once() -> None:
    service = service_of()
    service.fail(Unreachable("No answer."), *PARTS)
    stage = Stage(service)
    async with stage.run("6", "enter", size=SIDE) as pilot:
        shown = text_of(stage.app)
        assert shown.count("— No answer.") == 1
        assert shown.count("Unavailable") == 1
        # Refreshing asks for what failed, and shows it.
        for name, value in (("placements", NOVA_PLACEMENTS), ("beat_insights", Insights(()))):
            service.script(name, value)
        await press(pilot, "r")
        assert "Late Shift" in text_of(stage.app)
        assert text_of(stage.app).count("Not sent by BeatPass") == 1


@pytest.mark.parametrize("beat_id, name", [(2, "Beat 2"), (7_000, "Elsewhere")])
async def test_beat_is_opened_from_another_page(beat_id: int, name: str) -> None:
    service = service_of(20)
    stage = Stage(service)
    async with stage.run("3", size=SIZE) as pilot:
        stage.app.screen.post_message(BeatRequested(beat_id, name))
        await until(pilot, lambda: f"My Beats ▸ {name}" in text_of(stage.app))
        await idle(pilot)
        assert ("beat_insights", (beat_id, "30-days")) in [
            (call.name, call.arguments) for call in service.calls
        ]


async def test_hostile_text_in_every_part() -> None:
    service = FakeService()
    rows = tuple(
        beat(number, name=text, key=text, album=text, artists=(text, text), description=text)
        for number, text in enumerate(map(repr, ATTACKS), start=1)
    )
    service.script("beats", BeatsPage(rows, 1, 100, len(rows), more=False))
    text = ATTACKS[0]
    service.script("beat_insights", Insights.decode({"audience_insights": {text: 1}}))
    match = dict.fromkeys(("title", "artist_name", "album_name", "spotify_url"), text)
    service.script("placements", Placements.decode({"placements": [match]}))
    stage = Stage(service)
    async with stage.run("6", size=THIRD) as pilot:
        await press(pilot, "enter")
        for size in (SIZE, SIDE):
            await pilot.resize_terminal(*size)
            await idle(pilot)
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text_of(stage.app))


@sizes
def test_snapshot(snap_compare: Compare, size: tuple[int, int]) -> None:
    stage = Stage(FakeService())
    pressed = ("3", "6", "enter")
    assert snap_compare(stage.app, terminal_size=size, run_before=keys(*pressed))


def test_snapshot_of_three_regions(snap_compare: Compare) -> None:
    service = service_of()
    service.script("beat_plays", PlaysOverTime(None, shares=NOVA_SHARES))
    stage = Stage(service)
    assert snap_compare(stage.app, terminal_size=THIRD, run_before=keys("6", "enter"))


async def test_panel_is_in_place_in_the_first_frame() -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("beats", gate)
    stage = Stage(service)
    async with stage.run("6", size=SIDE) as pilot:
        panel = stage.app.screen.query_one(DetailPanel)
        before = panel.region
        gate.set()
        await until(pilot, lambda: "Midnight Drive" in text_of(stage.app))
        assert panel.region == before


async def test_opened_beat_keeps_the_cursor_while_the_order_changes() -> None:
    stage = Stage(service_of(20))
    async with stage.run("6", size=SIDE) as pilot:
        await press(pilot, "down", "enter")
        await press(pilot, "tab")
        table = table_of(stage)
        assert stage.app.focused is not table
        table.focus()
        table.column = [column.key for column in table.columns].index("plays")
        await press(pilot, "s")
        assert table.current.beat.id == 2  # type: ignore[attr-defined]
        assert "Late Shift" in text_of(stage.app)
