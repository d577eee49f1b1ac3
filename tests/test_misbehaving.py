"""The whole app against a server that misbehaves: what it costs, what is said, how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from bad_answers import BAD, LIMITS, SECRET
from misbehaving import BadBeatPass
from stage import FakeAccess, Stage, text_of
from textual.pilot import Pilot

from beatpass_tui.screens.page import Page
from beatpass_tui.secret import Secret
from beatpass_tui.session import Session
from beatpass_tui.widgets.notice_row import NoticeRow
from beatpass_tui.widgets.stats import StatCard
from beatpass_tui.widgets.title_bar import TitleBar

SMALL = (80, 24)
NUMBERS = {
    "tracks": "128",
    "total-plays": "45,210",
    "albums": "9",
    "downloads": "1,204",
    "followers": "873",
    "level": "12",
    "growth": "+7.5%",
    "view-profile": "Nova Reyes",
}
CARDS = {
    "stats": ("tracks", "total-plays"),
    "intelligence": ("albums", "level", "growth"),
    "followers": ("followers",),
    "activity": ("downloads",),
    "profile": ("downloads", "followers", "view-profile"),
    "me": (),
}
"""The cards that hang on each endpoint."""


class Scene:
    """The app on a stage in front of a server that misbehaves."""

    def __init__(self, server: BadBeatPass, stage: Stage, pilot: Pilot[None]) -> None:
        self.server = server
        self.stage = stage
        self.pilot = pilot

    @property
    def session(self) -> Session:
        session = self.stage.app._session
        assert session is not None
        return session

    async def landed(self, *, silent: bool = False) -> None:
        """Wait until nothing is under way, ending what would be waited for too long."""
        for _ in range(5_000):
            # Not a pause of the pilot, each of which takes a fiftieth of a second.
            await asyncio.sleep(0.002)
            session = self.stage.app._session
            loading = [] if session is None else [g for g in session.all if g.loading]
            if session is not None and not loading and self.server.asked:
                await self.pilot.pause()
                return
            if silent and self.server.only_scripted_are_waited_for:
                self.server.run_out()
        raise AssertionError("something is waited for without an end")

    async def again(self, *, silent: bool = False, after: float = 1.0) -> None:
        """Refresh by hand, after some seconds of the app's clock."""
        self.stage.clock.advance(after)
        page = self.stage.app.screen
        assert isinstance(page, Page)
        page.action_refresh_page()
        await self.landed(silent=silent)

    @property
    def notice(self) -> str:
        """What the notice row has to say, however narrow it is."""
        return self.stage.app.screen.query_one(NoticeRow).notice.text

    @property
    def spins(self) -> set[str]:
        """The cards that wait, and the mark of the title row."""
        screen = self.stage.app.screen
        found = {card.id or "" for card in screen.query("StatCard.-waiting").results(StatCard)}
        marked = any(bar.heading.refreshing for bar in screen.query(TitleBar))
        return found | ({"title"} if marked else set())

    def values(self) -> dict[str, str]:
        return {name: self.stage.card(name)[0].split("  ")[0] for name in NUMBERS}


@asynccontextmanager
async def scene(
    server: BadBeatPass, stage: Stage | None = None, *, silent: bool = False
) -> AsyncIterator[Scene]:
    """Open the app and wait for its first load."""
    stage = stage or Stage(
        access=FakeAccess(token=Secret(server.token)), connect=server.connect
    )
    async with stage.app.run_test(size=SMALL) as pilot:
        found = Scene(server, stage, pilot)
        await found.landed(silent=silent)
        yield found


# One endpoint


def _turns(endpoint: str) -> list[str]:
    """Return what an endpoint does: the statistics everything, every other one a part of it."""
    names = list(BAD)
    if endpoint == "stats":
        return names
    others = [name for name in CARDS if name != "stats"]
    return names[others.index(endpoint) :: len(others)]


@pytest.mark.parametrize("endpoint", CARDS)
async def test_one_endpoint_costs_its_own_cards_and_r_mends_them(endpoint: str) -> None:
    names = _turns(endpoint)
    async with BadBeatPass() as server:
        server.script(endpoint, BAD[names[0]].step)
        async with scene(server, silent=BAD[names[0]].silent) as home:
            for name in names:
                bad = BAD[name]
                if name is not names[0]:
                    server.script(endpoint, bad.step)
                    await home.again(silent=bad.silent)
                for card, value in NUMBERS.items():
                    first, second = home.stage.card(card)
                    if card in CARDS[endpoint]:
                        assert (first, second) == ("—", bad.reason), name
                    else:
                        assert first == value, name
                assert home.spins == set(), name
                said = bad.reason if bad.unreachable else bad.sentence.rstrip(".")
                assert said in home.notice, name
                assert SECRET not in text_of(home.stage.app), name
            server.heal()
            await home.again()
            assert home.values() == NUMBERS
            assert home.notice.startswith("Finances")
            # What was there already was not asked for again, but for what had become old.
            assert server.asked.count("intelligence" if endpoint == "stats" else "stats") <= 2


async def test_a_rate_limit_of_one_endpoint_is_counted_down_and_holds_that_one_alone() -> None:
    async with BadBeatPass() as server:
        first = next(iter(LIMITS))
        server.script("activity", LIMITS[first][0])
        async with scene(server) as home:
            for name in LIMITS:
                step, words = LIMITS[name]
                if name != first:
                    server.script("activity", step)
                    await home.again(after=86_400)
                assert words in home.notice, name
                assert home.stage.card("downloads") == ("—", "rate limited"), name
                assert home.spins == set()
                before = server.asked.count("activity")
                if name != "0":
                    await home.again()
                    assert server.asked.count("activity") == before, name
            server.heal()
            await home.again(after=60)
            assert home.values() == NUMBERS
