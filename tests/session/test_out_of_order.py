"""Answers arriving in any order never mix periods, filters or accounts in a frame."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from rich.console import RenderableType
from textual.screen import Screen
from textual.widgets import Input

from beatpass_tui.errors import NotSignedIn
from beatpass_tui.models.home import Followers
from beatpass_tui.models.identity import Account, Artist
from beatpass_tui.models.money import STATUSES, Transactions
from beatpass_tui.models.secret import Secret
from beatpass_tui.screens.finances import Finances
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.sign_in import SignIn
from beatpass_tui.session.history import AccountHistory
from beatpass_tui.widgets.period_charts import PeriodHeading
from support.app_harness import FakeAccess, Stage, idle, text_of, until
from support.fakes import (
    NOVA,
    NOVA_ACTIVITY,
    NOVA_INTELLIGENCE,
    NOVA_STATS,
    NOVA_TRANSACTIONS,
    FakeClock,
    FakeService,
    nova_activity,
    settle,
)
from support.stored_answers import StoredHistory

T = TypeVar("T")
SMALL, TALL = (80, 24), (80, 50)
PLAYS = {period: f"{nova_activity(1, period, 1).plays:,}" for period in ("7d", "30d", "90d", "all")}
VEGA_TOKEN = Secret("23|made-up-token-of-vega")
VEGA: dict[str, Any] = {
    **NOVA,
    "account": Account(id=900000007, name="vega"),
    "artist": Artist(900000009, "Lyra Vega", True, 3, 40, None),
    "stats": NOVA_STATS._replace(total_tracks=4_001, total_plays=4_002),
    "intelligence": NOVA_INTELLIGENCE._replace(total_albums=4_003, growth_rate=-40.5),
    "followers": Followers(4_004),
    "activity": NOVA_ACTIVITY._replace(downloads=4_005),
}
NOVA_TEXTS = ("@nova", "Nova Reyes", "45,210", "1,204", "873", "+7.5%")
VEGA_TEXTS = ("@vega", "Lyra Vega", "4,001", "4,002", "4,003", "4,004", "4,005", "-40.5%")


class HeldService(FakeService):
    """Delays each answer until the test releases it; answers belong to the token of the request."""

    def __init__(self) -> None:
        super().__init__(token=None)
        self.waiting: list[asyncio.Event] = []

    async def _answer(self, name: str, kind: type[T], *arguments: object) -> T:
        token, gate = self.token, asyncio.Event()
        self.waiting.append(gate)
        await gate.wait()
        responses = VEGA if token is not None and token.reveal() == VEGA_TOKEN.reveal() else None
        if responses is not None:
            response = responses[name]
            return response(*arguments) if callable(response) else response  # type: ignore[no-any-return]
        return await super()._answer(name, kind, *arguments)

    async def release(self, rng: random.Random, minimum: int = 0) -> None:
        """Release some of the answers, in any order."""
        for _ in range(rng.randint(minimum, max(len(self.waiting), minimum))):
            if self.waiting:
                self.waiting.pop(rng.randrange(len(self.waiting))).set()
                await settle()

    def release_now(self) -> None:
        """Release all pending answers."""
        for gate in self.waiting:
            gate.set()
        self.waiting.clear()

    async def release_all(self) -> None:
        """Release all answers, and those of the requests that follow."""
        while self.waiting:
            await self.release(random.Random(0), 1)
            await asyncio.sleep(0.001)


def watch(stage: Stage, check: Callable[[str], None]) -> list[str]:
    """Check every painted frame, and return the frames."""
    frames: list[str] = []
    paint = stage.app._display

    def painted(screen: Screen[Any], renderable: RenderableType | None) -> None:
        paint(screen, renderable)
        frame = text_of(stage.app)
        frames.append(frame)
        try:
            check(frame)
        except AssertionError:
            frames.insert(0, "WRONG\n" + frame)

    stage.app._display = painted  # type: ignore[method-assign]
    return frames


def assert_all_correct(frames: list[str]) -> None:
    assert frames
    assert not frames[0].startswith("WRONG"), frames[0]


@pytest.mark.parametrize("seed", [0])
async def test_numbers_match_the_selected_period(seed: int) -> None:
    rng, service = random.Random(seed), HeldService()
    stage = Stage(service)

    def check(frame: str) -> None:
        for heading in stage.app.screen.query(PeriodHeading):
            others = [plays for period, plays in PLAYS.items() if period != heading.value]
            assert not any(f" {plays} " in frame for plays in others)

    async with stage.app.run_test(size=TALL) as pilot:
        await until(pilot, lambda: bool(service.waiting))
        await service.release_all()
        frames = watch(stage, check)
        await pilot.press("3")
        for _ in range(6):
            await service.release(rng)
            await pilot.press("p")
        await service.release_all()
        await pilot.pause()
        period = stage.app.screen.query_one(PeriodHeading).value
        assert PLAYS[period] in text_of(stage.app)
        assert_all_correct(frames)


def transactions_page(artist: int, status: str, kind: str, page: int) -> Transactions:
    assert NOVA_TRANSACTIONS.rows is not None
    rows = tuple(
        NOVA_TRANSACTIONS.rows[0]._replace(status=each, about=f"<{each}>", id=f"{each} {page}")
        for each in (STATUSES if status == "all" else (status,))
    )
    return NOVA_TRANSACTIONS._replace(rows=rows, page=page, total=3 * len(rows), more=page < 3)


@pytest.mark.parametrize("seed", [1])
async def test_rows_match_the_selected_filters(seed: int) -> None:
    rng, service = random.Random(seed), HeldService()
    service.script("transactions", transactions_page)
    stage = Stage(service)

    def check(frame: str) -> None:
        page = stage.app.screen
        if isinstance(page, Finances) and page.ledger is not None and page.ledger.status != "all":
            rows = [line for line in frame.split("\n") if "2026-11-20" in line]
            assert all(f"<{page.ledger.status}>" in line for line in rows)

    async with stage.app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: bool(service.waiting))
        await service.release_all()
        await pilot.press("2")
        page = stage.app.screen
        assert isinstance(page, Finances)
        frames = watch(stage, check)
        for _ in range(8):
            await service.release(rng)
            # The next status twice as often as the next type, which has no default key.
            page.action_filter(rng.choice(("status", "status", "kind")))
            await pilot.pause()

        def is_loaded() -> bool:
            service.release_now()
            return page.ledger is not None and page.ledger.everything.loaded.is_complete

        await until(pilot, is_loaded)
        await idle(pilot)
        assert page.ledger is not None
        assert page.ledger.status != "all"
        assert f"<{page.ledger.status}>" in text_of(stage.app)
        assert_all_correct(frames)


def assert_single_account(frame: str) -> None:
    nova, vega = (any(part in frame for part in parts) for parts in (NOVA_TEXTS, VEGA_TEXTS))
    assert not (nova and vega)


@pytest.mark.parametrize("signs_out", [True, False], ids=["signed out", "expired"])
@pytest.mark.parametrize("seed", range(2))
async def test_only_the_signed_in_account_is_shown(
    seed: int, signs_out: bool, tmp_path: Path
) -> None:
    rng, service, clock = random.Random(seed), HeldService(), FakeClock()
    # A frame may be drawn while the history is read from disk.
    stored = StoredHistory(tmp_path, clock)
    repository = stored.repository()
    open_history = repository.open

    async def open_slowly(account: int | None) -> AccountHistory | None:
        await asyncio.sleep(0.02)
        return await open_history(account)

    repository.open = open_slowly  # type: ignore[method-assign]
    stage = Stage(service, FakeAccess(), clock=clock, repository=repository)
    signed_in: list[bool] = []

    def check(frame: str) -> None:
        assert_single_account(frame)
        if signed_in:
            assert not any(part in frame for part in NOVA_TEXTS)

    async with stage.app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: len(service.waiting) == 2)
        if seed or not signs_out:

            def is_loaded() -> bool:
                service.release_now()
                return stage.card("tracks")[0] == "128"

            await until(pilot, is_loaded)
            await service.release_all()
        await service.release(rng)
        frames = watch(stage, check)
        if signs_out:
            stage.app.sign_out()
        else:
            service.script("account", NotSignedIn("Unauthenticated.", status=401))
            stage.clock.advance(31)
            await pilot.press("r")
            page = stage.app.screen
            assert isinstance(page, Home)
            assert page.session is not None
            session = page.session

            def is_expired() -> bool:
                # In the order of the requests: the account's is first.
                if service.waiting:
                    service.waiting.pop(0).set()
                return session.expired

            await until(pilot, is_expired)
            await idle(pilot)
            await pilot.press("a")
        await until(pilot, lambda: isinstance(stage.app.screen, SignIn))
        await pilot.pause()
        form = stage.app.screen
        assert isinstance(form, SignIn)
        form.query_one("#token", Input).value = VEGA_TOKEN.reveal()
        form.send()
        await settle()
        signed_in.append(True)
        for _ in range(1_000):
            await service.release(rng)
            await asyncio.sleep(0.002)
            if isinstance(stage.app.screen, Home) and stage.card("tracks")[0] == "4,001":
                break
        await service.release_all()
        await pilot.pause()
        assert "@vega" in text_of(stage.app)
        assert_all_correct(frames)
        stage.app.close_repository()
