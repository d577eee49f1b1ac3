"""The app against a faulty server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from beatpass_tui.api import Timeouts
from beatpass_tui.models.secret import Secret
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.page import Page
from beatpass_tui.screens.sign_in import SignIn
from beatpass_tui.session.manager import Connect
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.missing import UNAVAILABLE
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.section import Section
from beatpass_tui.widgets.stat_cards import StatCard
from beatpass_tui.widgets.status_line import StatusLine
from beatpass_tui.widgets.title_bar import TitleBar
from support.app_harness import NUMBERS, FakeAccess, Stage, idle, text_of, until
from support.bad_responses import FAULTS, RATE_LIMITS, SECRET, SILENT, redirect
from support.faulty_server import ALL_ENDPOINTS, FaultyServer
from support.scripted_server import ScriptedServer, answer, silence
from support.speed import make_frame

SMALL, LARGE = (80, 24), (160, 45)
CARDS = {
    "stats": ("tracks", "total-plays"),
    "intelligence": ("albums", "level", "growth"),
    "followers": ("followers",),
    "activity": ("downloads",),
    "profile": ("downloads", "followers", "view-profile"),
    "me": (),
}
"""The cards of each endpoint."""


KINDS = [
    "reset",
    "silence",
    "a captive portal",
    "502",
    "500 with a message",
    "an empty body",
    "truncated JSON",
    "UTF-16",
    "a gzip bomb",
    "a list",
    "an error in a 200",
    "a redirect",
    "422",
]
"""One fault of each kind."""


class Scene:
    """The app connected to a faulty server."""

    def __init__(self, server: FaultyServer, stage: Stage, pilot: Pilot[None]) -> None:
        self.server = server
        self.stage = stage
        self.pilot = pilot

    @property
    def session(self) -> Session:
        session = self.stage.app.session
        assert session is not None
        return session

    async def completed(self) -> None:
        """Wait until no request is in flight; expire the slow ones."""
        for _ in range(5_000):
            await asyncio.sleep(0.002)
            make_frame(self.pilot.app)
            if self._at_rest():
                await idle(self.pilot)
                if self._at_rest():
                    return
            serving = self.server.in_progress
            if serving and all(step in SILENT for step in serving):
                self.server.expire_requests()
        raise AssertionError("a request is never completed")

    def _at_rest(self) -> bool:
        session = self.stage.app.session
        if session is None or not self.server.requested:
            return False
        return not any(group.loading for group in session.all)

    async def again(self, after: float = 1.0) -> None:
        """Refresh, after advancing the app's clock."""
        self.stage.clock.advance(after)
        page = self.stage.app.screen
        assert isinstance(page, Page)
        page.action_refresh_page()
        await self.completed()

    @property
    def notice(self) -> str:
        """The full text of the status line."""
        return self.stage.app.screen.query_one(StatusLine).notice.text

    @property
    def spins(self) -> set[str]:
        """The loading cards and the indicator of the title row."""
        screen = self.stage.app.screen
        result = {card.id or "" for card in screen.query("StatCard.-waiting").results(StatCard)}
        marked = any(bar.info.refreshing for bar in screen.query(TitleBar))
        return result | ({"title"} if marked else set())

    def values(self) -> dict[str, str]:
        return {name: self.stage.card(name)[0].split("  ")[0] for name in NUMBERS}


def _stage(
    server: FaultyServer, *, access: FakeAccess | None = None, connect: Connect | None = None
) -> Stage:
    known = FakeAccess(token=Secret(server.token))
    return Stage(access=access or known, connect=connect or server.connect, clock=server.clock)


@asynccontextmanager
async def scene(
    server: FaultyServer, stage: Stage | None = None, size: tuple[int, int] = SMALL
) -> AsyncIterator[Scene]:
    """Open the app and wait for the first load."""
    stage = stage or _stage(server)
    async with stage.app.run_test(size=size) as pilot:
        result = Scene(server, stage, pilot)
        await result.completed()
        yield result


# One faulty endpoint


def _turns(endpoint: str) -> list[str]:
    """Return the faults to test: all for the statistics, some for other endpoints."""
    names = list(FAULTS)
    if endpoint == "stats":
        return names
    others = [name for name in CARDS if name != "stats"]
    return names[others.index(endpoint) :: len(others)]


@pytest.mark.parametrize("endpoint", CARDS)
async def test_failed_endpoint_affects_its_own_cards_until_refresh(endpoint: str) -> None:
    names = _turns(endpoint)
    async with FaultyServer() as server:
        server.script(endpoint, FAULTS[names[0]].step)
        async with scene(server) as home:
            for name in names:
                fault = FAULTS[name]
                if name is not names[0]:
                    server.script(endpoint, fault.step)
                    await home.again()
                for card, value in NUMBERS.items():
                    first, second = home.stage.card(card)
                    if card in CARDS[endpoint] and endpoint != "stats":
                        assert (first, second) == ("—", fault.reason), name
                    else:
                        assert first == value, name
                assert home.spins == set(), name
                expected = fault.reason if fault.unreachable else fault.message.rstrip(".")
                assert expected in home.notice, name
                assert endpoint != "stats" or "Totals from profile" in home.notice, name
                assert SECRET not in text_of(home.stage.app), name
            server.restore()
            await home.again()
            assert home.values() == NUMBERS
            assert home.notice.startswith("Finances")
            # Only failed and stale queries are requested again.
            assert server.requested.count("intelligence" if endpoint == "stats" else "stats") <= 2


@pytest.mark.parametrize("name", RATE_LIMITS)
async def test_rate_limit_pauses_one_endpoint_with_countdown(name: str) -> None:
    step, message = RATE_LIMITS[name]
    async with FaultyServer() as server:
        server.script("activity", step)
        async with scene(server) as home:
            assert message in home.notice
            assert home.stage.card("downloads") == ("—", "rate limited")
            assert home.spins == set()
            if name != "0":
                await home.again()
                assert server.requested.count("activity") == 1
            server.restore()
            await home.again(after=86_400)
            assert home.values() == NUMBERS


# Pages

PAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "2": {
        "finances": ("balances",),
        "sales": ("sales",),
        "transactions": ("earnings", "transactions", "beats"),
    },
    "3": {
        "activity": ("audience", "recent", "pattern"),
        "plays": (),
        "insights": ("uploads",),
        "uploads": ("calendar",),
    },
    "4": {"xp": ("sources",), "achievements": ("achievements", "categories")},
    "5": {"leaderboards": ("ranking", "place"), "leaderboard": ("season",)},
    "6": {"tracks": ("catalog",), "collaborations": (), "performance": ()},
    "7": {"albums": ("albums",)},
}
"""The sections of each endpoint, by page."""


def _notes(scene: Scene) -> dict[str, str]:
    """The messages in place of the content of sections."""
    sections = scene.stage.app.screen.query(Section).results(Section)
    # A detail has no note: it shows only what is known.
    notes = {each.id or "": each.query(".note").results(Static) for each in sections}
    return {id: str(note.render()) for id, widgets in notes.items() for note in widgets}


@pytest.mark.parametrize("digit", PAGES)
async def test_failed_endpoint_affects_its_own_sections(digit: str) -> None:
    endpoints = PAGES[digit]
    names = list(FAULTS)[int(digit) :: len(PAGES)]
    async with FaultyServer() as server, scene(server) as page:
        for turn in range(0, len(names) - len(endpoints) + 1, len(endpoints)):
            faults = {each: FAULTS[names[turn + n]] for n, each in enumerate(endpoints)}
            for endpoint, fault in faults.items():
                server.script(endpoint, fault.step)
            if turn == 0:
                await page.pilot.press(digit)
                await page.completed()
            else:
                await page.again()
            notes = _notes(page)
            for endpoint, sections in endpoints.items():
                for section in sections:
                    note = notes.pop(section)
                    # The status line reports the error, or the section does.
                    if note != UNAVAILABLE:
                        assert note.startswith("— "), names
                        assert faults[endpoint].message in note
            for note in notes.values():
                assert not note.startswith(("— The ", "Unavailable", "Loading")), notes
            first = next(fault for fault in faults.values())
            unreachable = [fault for fault in faults.values() if fault.unreachable] or [first]
            assert any(
                expected in page.notice
                for fault in unreachable
                for expected in (fault.message.rstrip("."), fault.reason)
            )
            assert page.spins == set()
            shown = text_of(page.stage.app)
            assert "oading…" not in shown
            assert SECRET not in shown
        for endpoint, sections in endpoints.items():
            server.script(endpoint)
            await page.again()
            notes = _notes(page)
            assert not any(notes[each].startswith(("— ", "Unavailable")) for each in sections)
        assert page.notice == "" or not page.stage.notice.startswith("!")


# All endpoints faulty


async def test_failure_of_all_endpoints_shows_one_message() -> None:
    names = KINDS
    async with FaultyServer() as server:
        server.script(ALL_ENDPOINTS, FAULTS[names[0]].step)
        async with scene(server) as home:
            for name in names:
                fault = FAULTS[name]
                if name is not names[0]:
                    server.script(ALL_ENDPOINTS, fault.step)
                    await home.again()
                # A reason that the status line gives for everything is not repeated.
                state = UNAVAILABLE if fault.unreachable else fault.reason
                for card in NUMBERS:
                    assert home.stage.card(card) == ("—", state), name
                assert home.spins == set(), name
                assert SECRET not in text_of(home.stage.app)
                expected = f"Account +3: {fault.message.rstrip('.')}"
                if fault.reason == "server down":
                    expected = "BeatPass is down since 20:04 · retrying in "
                elif fault.reason == "a web page":
                    expected = "This network seems to require a login · retry in "
                elif fault.unreachable:
                    expected = "Offline since 20:04 · retrying in "
                assert expected in home.notice, name
            # Another page shows the same for its own numbers.
            await home.pilot.press("5")
            await home.completed()
            assert UNAVAILABLE in text_of(home.stage.app)
            assert "oading…" not in text_of(home.stage.app)
            server.restore()
            await home.again()
            assert "Nova Reyes" in text_of(home.stage.app)
            assert not home.stage.notice.startswith("!")
            await home.pilot.press("escape")
            await home.completed()
            # Open requests are sent when the page is shown, or on refresh.
            await home.again()
            assert home.values() == NUMBERS


async def test_silent_server_times_out_in_the_app() -> None:
    async with FaultyServer() as server:
        server.script(ALL_ENDPOINTS, silence)
        hasty = Timeouts(connect=0.3, read=0.3, total=0.5, backoff=0.001)
        stage = _stage(server, connect=lambda: server.connect(hasty))
        async with scene(server, stage) as home:
            assert set(map(home.stage.card, NUMBERS)) == {("—", UNAVAILABLE)}
            assert home.notice.startswith("Offline since ")
            assert home.spins == set()


async def test_lost_network_is_retried_automatically() -> None:
    async with FaultyServer() as server, scene(server) as home:
        await server.stop_listening()
        await home.again(after=3_601)
        assert home.values() == NUMBERS
        assert home.notice == "Offline since 21:04 · retrying in 30 s"
        await home.pilot.press("5")
        await home.completed()
        assert _notes(home)["ranking"] == UNAVAILABLE
        await server.start_listening()
        # The countdown is updated once per second.
        home.stage.clock.advance(30)
        await until(home.pilot, lambda: home.session.standings.value is not None)
        await home.completed()
        assert not home.stage.notice.startswith("!")
        assert home.session.account.error is None


async def test_token_is_not_sent_to_a_redirect() -> None:
    async with (
        FaultyServer() as server,
        ScriptedServer(answer({"user": {"id": 1, "name": SECRET}})) as other,
    ):
        places = (
            f"http://localhost:{other.port}/api/v1/users/me?token=1",
            f"https://127.0.0.1:{other.port}/",
            f"//{SECRET}@127.0.0.1:{other.port}/",
        )
        server.script(ALL_ENDPOINTS, redirect(other.url))
        async with scene(server) as home:
            for status in (301, 302, 303, 307, 308):
                server.script(ALL_ENDPOINTS, *(redirect(place, status) for place in places))
                await home.again()
                assert f"({status}); redirects are not followed" in home.notice
                assert SECRET not in text_of(home.stage.app)
            assert (other.connections, len(server.requested)) == (0, 4 * 6 + 1)


# Sign-in


@pytest.mark.parametrize("endpoint", ["me", "login"])
async def test_failed_sign_in_shows_a_message_and_can_be_repeated(endpoint: str) -> None:
    names = KINDS[endpoint == "login" :: 2]
    async with FaultyServer() as server:
        stage = _stage(server, access=FakeAccess(needs_sign_in=True))
        async with stage.app.run_test(size=SMALL) as pilot:
            form = stage.app.screen
            assert isinstance(form, SignIn)

            def say() -> str:
                return form.query_one(StatusLine).notice.text

            async def send() -> None:
                server.requested.clear()
                form.send()
                await until(pilot, lambda: bool(server.requested))

            form.query_one(OptionRow).value = "token" if endpoint == "me" else "password"
            form.query_one("#token", Input).value = server.token
            form.query_one("#email", Input).value = server.email
            form.query_one("#password", Input).value = server.password
            for name in names:
                fault = FAULTS[name]
                server.script(endpoint, fault.step)
                await send()
                for _ in range(2_000):
                    await asyncio.sleep(0.002)
                    make_frame(stage.app)
                    if fault.step in SILENT:
                        server.expire_requests()
                    if say() != "Signing in…":
                        break
                assert name == "422" or fault.message in say(), name
                assert name != "422" or say() in ("Bad id.", "The given data was invalid."), name
                assert SECRET not in text_of(stage.app)
                assert server.requested.count(endpoint) <= 3
            server.restore()
            await send()
            await until(pilot, lambda: isinstance(stage.app.screen, Home))
            await Scene(server, stage, pilot).completed()
            assert Scene(server, stage, pilot).values() == NUMBERS


# No endless loading


@pytest.mark.parametrize("state", ["new", "limited", "silent"])
async def test_only_growth_keeps_loading(state: str) -> None:
    # The growth of a new artist stays in calculation.
    calculating = state == "new"
    async with FaultyServer(state="normal" if state == "silent" else state) as server:
        if state == "silent":
            server.script(ALL_ENDPOINTS, silence)
        # In a large window, My Beats has the growth too.
        async with scene(server, size=LARGE) as home:
            for digit in "1234567":
                await home.pilot.press(digit)
                await home.completed()
                # After all timeouts and the next retry.
                await home.again(after=900)
                assert home.spins == ({"growth"} if calculating and digit == "1" else set())
                shown = text_of(home.stage.app)
                assert "oading…" not in shown, digit
                assert ("Calculating…" in shown) is (calculating and digit in "16"), digit
