"""Each problem is on a screen once, and the offline banner is never cut at 80 columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from beatpass_tui.errors import (
    BeatPassError,
    CaptivePortal,
    Forbidden,
    InvalidResponse,
    NotSignedIn,
    RateLimited,
    ServerError,
    ServiceUnavailable,
    Throttled,
    Unreachable,
)
from beatpass_tui.models.catalog import Albums, Beats
from beatpass_tui.screens.page import MESSAGE_SECONDS, Page
from beatpass_tui.transport.endpoints import ENDPOINTS
from beatpass_tui.view_models.cards import Severity
from beatpass_tui.widgets.status_line import StatusLine
from support.app_harness import Stage, idle, lines, press
from support.fakes import NOVA, NOW, FakeClock, FakeService

PAGES = "1234567"
OWNER = ("account", "artist")
ALL = tuple(name for name in NOVA if name != "log_in")
DATA = tuple(name for name in ALL if name not in OWNER)
OFFLINE = Unreachable("The connection was refused.")
DOWN = ServiceUnavailable("BeatPass is temporarily unavailable (HTTP 503).")

PROBLEMS: dict[str, tuple[BeatPassError, tuple[str, ...]]] = {
    "offline": (OFFLINE, ALL),
    "down": (DOWN, ALL),
    "login": (CaptivePortal("Received a web page: this network needs a login."), ALL),
    "timed-out": (Unreachable("No response in time.", reason="timed out"), DATA),
    "limited": (RateLimited("Too many requests were sent.", retry_after=60), DATA),
    "limited-long": (RateLimited("Too many requests were sent.", retry_after=3599), DATA),
    "paused": (Throttled("Paused to stay within the limit.", retry_after=42), DATA),
    "forbidden": (Forbidden("You do not manage this artist.", status=403), DATA),
    "failed": (ServerError("The dashboard is temporarily unavailable.", status=500), DATA),
    "failed-long": (
        ServerError("Statistics are being recalculated; they return tonight.", status=500), DATA),
    "unreadable": (InvalidResponse("The response is not JSON."), DATA),
    # Every second query, so that each page has failures and results.
    "lost": (Unreachable("The connection was lost.", reason="connection lost"), DATA[::2]),
    "lost-others": (Unreachable("The connection was lost.", reason="connection lost"), DATA[1::2]),
    "insights": (
        Forbidden("Insights need upload access.", status=403), ("uploads", "upload_insights")),
    "expired": (NotSignedIn("Unauthenticated.", status=401), ALL),
}  # fmt: skip
WORDS = re.compile(
    r"offline|down|unavailable|limit|paused|refused|permission|manage|failed|could not"
    r"|not JSON|not sent"
    r"|expired|revoked|retry|missing|login|web page|timed out|response|incomplete|insights need"
    r"|known format|not available|to load",
    re.IGNORECASE,
)
"""Words of a sentence about a problem."""


def sentences(screen: list[str]) -> Iterator[str]:
    """Yield the texts on a screen that are about a problem, without the footer."""
    for line in screen[:-1]:
        for part in re.split(r"[│┃╭╮╰╯─━]|\s{2,}| · |: ", line):
            text = part.strip(" !.—…").casefold()
            # One word is a state, as of each card without a value, and no sentence.
            if " " in text and WORDS.search(text):
                yield text


def check(stage: Stage, error: BeatPassError | None = None) -> None:
    screen = lines(stage)
    counts = Counter(sentences(screen))
    repeated = {text: times for text, times in counts.items() if times > 1}
    # The state of a card is its reason in two words at most.
    on_home = isinstance(stage.app.screen, Page) and stage.app.screen.info.name == "dashboard"
    if on_home:
        repeated.pop(error.reason if error is not None else "not sent", None)
    assert not repeated, "\n".join(screen)
    text = " ".join(" ".join(screen).split())
    if stage.app.size.width >= 80:
        assert "…" not in screen[-2], screen[-2]
    if error is not None:
        assert text.count(error.message.rstrip(".")) <= 1, "\n".join(screen)
        assert "not refreshed" not in text


async def without_message(stage: Stage, pilot: Pilot[None]) -> None:
    """Let messages such as "Up to date" go."""
    screen = stage.app.screen
    if isinstance(screen, Page):
        screen._message = None
        screen.show_notice()
    await idle(pilot)


@pytest.mark.parametrize("problem", ["offline", "limited", "paused", "failed", "lost"])
async def test_problem_of_the_first_load_is_on_each_page_once(problem: str) -> None:
    error, names = PROBLEMS[problem]
    stage = Stage(FakeService(token=None))
    stage.service.fail(error, *names)
    async with stage.run(size=(60, 24)) as pilot:
        for page in PAGES:
            await press(pilot, page)
            await without_message(stage, pilot)
            check(stage, error)


@pytest.mark.parametrize("half", [0, 1])
async def test_problem_of_a_refresh_is_on_each_page_once(half: int) -> None:
    stage = Stage(FakeService(token=None))
    async with stage.run(size=(80, 24)) as pilot:
        await press(pilot, *PAGES)
        # The last one needs a new sign-in.
        for error, names in list(PROBLEMS.values())[half::2]:
            stage.service.recover()
            stage.service.fail(error, *names)
            stage.clock.advance(7200)
            for page in PAGES:
                await press(pilot, page, "r")
                await without_message(stage, pilot)
                check(stage, error)
                # So that "r" is not taken for a key that is held down.
                stage.clock.advance(2)


async def test_expired_token_is_on_each_page_once_before_they_are_loaded() -> None:
    error, names = PROBLEMS["expired"]
    stage = Stage(FakeService(token=None))
    async with stage.run(size=(60, 24)) as pilot:
        stage.service.fail(error, *names)
        stage.clock.advance(7200)
        for page in PAGES:
            await press(pilot, page)
            await without_message(stage, pilot)
            check(stage, error)


@pytest.mark.parametrize("reader", ["answers in no known format", "incomplete lists"])
async def test_unusable_answers_are_on_each_page_once(reader: str) -> None:
    service = FakeService(token=None)
    if reader == "incomplete lists":
        rows = [{"id": 910000000 + n, "name": f"Beat {n}"} for n in range(5)]
        for model in (Beats, Albums):
            answer = {"data": rows, "current_page": 1, "last_page": 1, "total": 9}
            service.script(model.__name__.lower(), model.decode({"pagination": answer}))
    else:
        for name in DATA:
            service.script(name, ENDPOINTS[name].model.decode({}))
    stage = Stage(service)
    async with stage.run() as pilot:
        for page in PAGES:
            await press(pilot, page)
            check(stage)


SINCE = [timedelta(), timedelta(days=1), timedelta(days=6), timedelta(days=400)]


@pytest.mark.parametrize("error, start", [(OFFLINE, "Offline"), (DOWN, "BeatPass is down")])
async def test_offline_banner_is_complete_at_80_columns(error: BeatPassError, start: str) -> None:
    stage = Stage(FakeService(token=None), clock=FakeClock(NOW.replace(hour=23, minute=59)))
    stage.service.fail(error, *ALL)
    async with stage.run() as pilot:
        shown = stage.app.screen.query_one(StatusLine)

        def complete() -> None:
            notice = shown.notice
            assert str(shown.render()) == f"! {notice.text} · {notice.action}"
            assert notice.text.startswith(f"{start} since ")
            assert notice.action.startswith("r to retry")
            assert "…" not in notice.text

        complete()
        for _ in range(4):
            # The longest countdown is that of the last back-off.
            stage.clock.advance(300)
            await press(pilot, "r")
            complete()
        assert "retrying in 5 min 00 s" in stage.notice
        first = stage.clock.now()
        # A warning of the store is shown for a while and then gives way to the banner.
        screen = stage.app.screen
        assert isinstance(screen, Page)
        warning = "Nothing is saved in this run: the data folder cannot be written."
        screen.show_message(warning, Severity.WARNING)
        assert warning in stage.notice
        assert MESSAGE_SECONDS <= 5
        for page in PAGES:
            await press(pilot, page)
            await without_message(stage, pilot)
            screen = stage.app.screen
            assert isinstance(screen, Page)
            shown = screen.query_one(StatusLine)
            for since in SINCE:
                stage.clock.set_wall(first + since)
                screen.show_notice()
                complete()
        stage.app.app_focus = False
        await idle(pilot)
        complete()
