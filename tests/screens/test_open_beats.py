"""Enter opens the beat that the cursor is on, from every page; Esc returns to the same row."""

from __future__ import annotations

import asyncio

import pytest

from beatpass_tui.models.audience import Activity
from beatpass_tui.models.catalog import Performance
from beatpass_tui.models.home import TopTrack
from beatpass_tui.models.money import Transactions
from beatpass_tui.screens.activity import Activity as ActivityPage
from beatpass_tui.screens.beats import Beats
from beatpass_tui.screens.home import Home
from beatpass_tui.widgets.movers import MoversPanel
from support.app_harness import Stage, idle, press, text_of, until
from support.catalog import pages
from support.fakes import (
    NOVA_ACTIVITY,
    NOVA_PLACEMENTS,
    NOVA_STATS,
    FakeService,
    nova_activity,
    nova_download,
)

NARROW, SIDE, LARGE = (80, 24), (120, 36), (160, 45)


def service() -> FakeService:
    """Return a service whose rows on every page name beats of the catalog."""
    service = FakeService()
    service.script("beats", pages(20))

    def downloads(artist: int, period: str, page: int) -> Activity:
        rows = [nova_download(n)._replace(track=f"Beat {n + 1}", track_id=n + 1) for n in range(20)]
        return nova_activity(artist, period, page)._replace(events=tuple(rows))

    service.script("activity_in", downloads)
    sale = {"type": "sales", "status": "sent", "amountMinor": 100, "minorUnitFactor": 100}
    rows = [
        {
            **sale,
            "occurredAt": f"2026-11-1{9 - n}T10:00:00Z",
            "track": {"id": n, "name": f"Beat {n}"},
        }
        for n in range(1, 4)
    ]
    rows.append({**sale, "type": "subscriptions", "occurredAt": "2026-11-01T10:00:00Z"})
    page = {"page": 1, "total": 4, "from": 1, "to": 4, "hasMore": False}
    answer = Transactions.decode({"pagination": page, "transactions": rows})
    service.script("transactions", answer)
    tracks = [{"track_id": n, "track_name": f"Beat {n}", "plays": 90 - n} for n in range(1, 6)]
    service.script("performance", Performance.decode({"data": tracks}))
    return service


WALKS = {
    "activity": (("3", "down"), "enter enter", "Beat 2"),
    "finances-narrow": (("2", "down"), "enter enter", "Beat 2"),
    "collections": (("7", "enter"), "enter", "Midnight Drive"),
}


@pytest.mark.parametrize("page", WALKS)
async def test_esc_returns_from_the_detail_to_the_row(page: str) -> None:
    path, opening, name = WALKS[page]
    stage = Stage(service())
    async with stage.run(*path, size=NARROW) as pilot:
        origin, focus = stage.app.screen, stage.app.focused
        cursor = getattr(focus, "cursor", None)
        await press(pilot, *opening.split())
        assert f"▸ My Beats ▸ {name}" in text_of(stage.app)
        # The detail moves beside the list and back, and the way back is the same.
        await pilot.resize_terminal(*SIDE)
        await idle(pilot)
        assert isinstance(stage.app.screen, Beats)
        await pilot.resize_terminal(*NARROW)
        await press(pilot, "escape")
        assert stage.app.screen is origin
        await press(pilot, *["escape"] * (page != "collections"))
        assert (stage.app.screen, stage.app.focused) == (origin, focus)
        assert getattr(focus, "cursor", None) == cursor


async def test_top_beats_of_home_open_and_esc_returns_while_the_detail_loads() -> None:
    answers, gate = service(), asyncio.Event()
    answers.script("placements", gate, NOVA_PLACEMENTS)
    stage = Stage(answers)
    async with stage.run("end", "down", "down", "end", "down", size=SIDE) as pilot:
        panel = stage.app.screen.query_one(MoversPanel)
        assert stage.app.focused is panel
        await press(pilot, "down", "down", "up")
        assert stage.notice == "Beat 1 · 89 plays"
        sent = len(answers.calls)
        await press(pilot, "home", "end", "home", "down", "o", "y")
        assert len(answers.calls) == sent
        assert stage.opened == ["https://open.beatpass.ca/backstage/tracks/1/insights"]
        assert stage.copied == ["Beat 1"]
        await press(pilot, "enter")
        assert isinstance(stage.app.screen, Beats)
        assert "Beat 1" in str(stage.app.screen.query_one("#detail-head").render())
        assert answers.in_flight == 1
        await press(pilot, "escape")
        await until(pilot, lambda: answers.in_flight == 0)
        assert isinstance(stage.app.screen, Home)
        assert stage.app.focused is panel
        assert panel.cursor == 1
        await press(pilot, "up", "up")
        assert stage.app.focused is stage.app.screen.query_one("#stats")


async def test_top_track_and_top_download_open_their_beats() -> None:
    answers = service()
    answers.script("stats", NOVA_STATS._replace(top_track=TopTrack("Beat 1", 7_919, 1)))
    total = NOVA_ACTIVITY._replace(top_track="Beat 2", top_track_id=2)
    answers.script("activity", total)

    def activity(artist: int, period: str, page: int) -> Activity:
        top = total._replace(period=period)
        return top._replace(events=nova_activity(artist, period, page).events)

    answers.script("activity_in", activity)
    stage = Stage(answers)
    async with stage.run(size=LARGE) as pilot:

        async def check_opens(key: str, name: str) -> None:
            origin, focus = stage.app.screen, stage.app.focused
            await press(pilot, key)
            await until(pilot, lambda: name in head())
            await idle(pilot)
            await press(pilot, "escape")
            await until(pilot, lambda: (stage.app.screen, stage.app.focused) == (origin, focus))
            await idle(pilot)

        def head() -> str:
            return "".join(str(head.render()) for head in stage.app.screen.query("#detail-head"))

        async def focus_on(selector: str) -> None:
            # A panel can have the focus once its rows are shown.
            target = stage.app.screen.query_one(selector)
            await until(pilot, lambda: target.focusable)
            target.focus()
            await until(pilot, lambda: stage.app.focused is target)
            await idle(pilot)

        await press(pilot, "t")
        assert stage.notice == "No top track here"
        await focus_on("#stats")
        await press(pilot, "end")
        assert "t Top track" in text_of(stage.app)
        await check_opens("t", "Beat 1")
        await focus_on("#home-audience")
        await press(pilot, "end")
        assert stage.notice == "Beat 2 · top download"
        await check_opens("enter", "Beat 2")
        await press(pilot, "home", "enter")
        await until(pilot, lambda: isinstance(stage.app.screen, ActivityPage))
        await focus_on("#top-download")
        assert stage.notice == "Beat 2 · top download · ⏎ opens it"
        await press(pilot, "o", "y")
        assert stage.opened == ["https://open.beatpass.ca/backstage/tracks/2/insights"]
        assert stage.copied == ["Beat 2"]
        await check_opens("enter", "Beat 2")
        # In a low window without panels, a line below the cards names the track.
        await pilot.resize_terminal(80, 25)
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(stage.app.screen, Home))
        await focus_on("#facts")
        await check_opens("enter", "Beat 1")


async def test_way_back_is_forgotten_on_the_way_to_another_page() -> None:
    stage = Stage(service())
    async with stage.run("3", "enter", "enter", size=SIDE) as pilot:
        assert isinstance(stage.app.screen, Beats)
        await press(pilot, "2", "6", "escape", "escape")
        assert isinstance(stage.app.screen, Home)
        # A detail that was opened from the list leads back to the list.
        await press(pilot, "6", "enter", "escape")
        assert isinstance(stage.app.screen, Beats)


async def test_transaction_opens_its_beat_or_says_that_it_has_none() -> None:
    stage = Stage(service())
    async with stage.run("2", size=SIDE) as pilot:
        await press(pilot, "end", "enter")
        assert stage.notice == "A share of subscriptions has no beat to open"
        await press(pilot, "up", "enter")
        assert isinstance(stage.app.screen, Beats)
        assert "Beat 3" in str(stage.app.screen.query_one("#detail-head").render())


async def test_narrow_transaction_keeps_the_keys_after_its_beat() -> None:
    stage = Stage(service())
    async with stage.run("2", "end", "up", "enter", size=NARROW) as pilot:
        finances = stage.app.screen
        await press(pilot, "enter", "escape")
        assert (stage.app.screen, stage.app.focused) == (finances, None)
        assert "Open beat" in text_of(stage.app)
        await press(pilot, "down")
        assert "Open beat" not in text_of(stage.app)
        await press(pilot, "enter")
        assert stage.app.screen is finances
        assert stage.notice == "A share of subscriptions has no beat to open"
