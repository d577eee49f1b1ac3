"""The screens without artist profile and without API access."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

import pytest
from rich.cells import cell_len
from textual.widgets import Button

from beatpass_tui.config.keys import BY_ID
from beatpass_tui.errors import (
    BeatPassError,
    Forbidden,
    InvalidResponse,
    NotFound,
    RateLimited,
    ServerError,
    Unreachable,
)
from beatpass_tui.models.identity import Application
from beatpass_tui.screens.blocked import Blocked
from beatpass_tui.screens.confirmation import Confirmation
from support.app_harness import Stage, idle, lines, press, text_of
from support.fakes import NOVA_APPLICATION, FakeService

NO_PROFILE = NotFound("You have no artist profile.", status=404)
PENDING = NOVA_APPLICATION._replace(
    can_submit=False,
    block_reason="pending",
    message="We are looking at your request. An email follows.",
    request_id=4127,
)
REVOKED = PENDING._replace(
    block_reason="revoked", message="Your uploads broke the rules.", contact="/contact"
)
LONG = " ".join(f"Reason {number} of many." for number in range(20))
SIZES = [(40, 12), (60, 24), (80, 24), (120, 36)]


def stage_for(application: Application | BeatPassError) -> Stage:
    service = FakeService(token=None)
    service.fail(NO_PROFILE, "artist")
    service.script("application", application)
    return Stage(service)


def words(stage: Stage) -> str:
    return " ".join(text_of(stage.app).replace("│", " ").split())


@pytest.mark.parametrize(
    "application, expected, opened",
    [
        (NOVA_APPLICATION, ["You may apply", "Application not sent yet"], "producer-program"),
        (PENDING, ["Under review", PENDING.message, "Application 4127"], "producer-program"),
        (REVOKED, ["revoked", REVOKED.message, "open.beatpass.ca/contact"], "contact"),
        (REVOKED._replace(message=None, contact=None), ["revoked", "Contact"], "contact"),
        (NotFound("Not found.", status=404), ["accepted as an artist"], "producer-program"),
        (PENDING._replace(block_reason="moon"), ["accepted as an artist"], "producer-program"),
    ],
    ids=["may-apply", "under-review", "revoked", "revoked-bare", "404", "unknown-reason"],
)
async def test_status_of_the_application_and_its_page(
    application: Application | BeatPassError, expected: Sequence[str], opened: str
) -> None:
    stage = stage_for(application)
    async with stage.run("o", "enter") as pilot:
        assert all(text in words(stage) for text in expected), words(stage)
        address = f"https://open.beatpass.ca/{opened}"
        assert stage.opened == [address, address]
        assert stage.service.requested.count("application") == 1
        assert "followers" not in stage.service.requested
        await press(pilot, "r")
        # An answer of the last 30 seconds is up to date.
        assert stage.service.requested.count("application") == 1 + isinstance(application, NotFound)
        stage.clock.advance(30)
        await press(pilot, "r")
        assert stage.service.requested.count("application") == 2 + isinstance(application, NotFound)


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("No connection."),
        RateLimited("Too many.", retry_after=60),
        ServerError("It broke.", status=500),
        InvalidResponse("The response is not JSON."),
        Forbidden("Not for you.", status=403),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_failure_of_the_status_is_said_once_in_the_status_line(error: BeatPassError) -> None:
    stage = stage_for(error)
    async with stage.run():
        assert "accepted as an artist" in words(stage)
        assert stage.notice == f"! Application status: {error.message}"
        assert words(stage).count(error.message) == 1


async def test_new_status_replaces_the_old_one() -> None:
    stage = stage_for(PENDING)
    async with stage.run() as pilot:
        stage.clock.advance(60)
        await press(pilot, "r")
        assert "Nothing has changed yet" in stage.notice
        stage.service.script("application", REVOKED)
        stage.clock.advance(60)
        await press(pilot, "r")
        assert "Access revoked" in words(stage)
        assert "review" not in words(stage)
        assert "Nothing has changed" not in stage.notice
        # Access to the API may end as well.
        stage.service.fail(Forbidden("Suspended.", status=403), "account", "artist", "stats")
        stage.clock.advance(4000)
        await press(pilot, "r")
        assert "No API access" in words(stage)
        assert "Suspended." in words(stage)


@pytest.mark.parametrize(
    "contact",
    [
        "https://evil.example/contact",
        "http://open.beatpass.ca/contact",
        "https://open.beatpass.ca@evil.example/",
        "https://beatpass.ca.evil.example/",
        "javascript:alert(1)",
        "mailto:help@beatpass.ca",
        "//evil.example/contact",
        "file:///etc/passwd",
        "-help",
        "/contact [@click=app.quit]x[/]",
    ],
)
async def test_contact_address_that_is_not_allowed_is_only_shown(contact: str) -> None:
    stage = stage_for(REVOKED._replace(contact=contact))
    async with stage.run("o", "enter"):
        assert f"Contact: {contact}" in words(stage)
        assert stage.opened == []


@pytest.mark.parametrize(
    "message", ["submission_blocked", "Server Error", "Too Many Attempts.", "SQLSTATE[42S02]: x"]
)
async def test_codes_are_not_shown(message: str) -> None:
    stage = stage_for(PENDING._replace(message=message))
    async with stage.run():
        assert message not in words(stage)
        assert "Under review" in words(stage)


STATES: dict[str, Application | BeatPassError] = {
    "may-apply": NOVA_APPLICATION,
    "under-review": PENDING,
    "revoked": REVOKED,
    "unknown": NotFound("You have no artist profile.", status=404),
    "failed": Unreachable("No connection."),
}


def texts(stage: Stage) -> list[str]:
    """The texts of the screen without keys and labels of keys."""
    split = re.sub(r"[─▀▄█│]+| · ", "\n", "\n".join(lines(stage)[:-1]))
    parts = (part.strip(" .!●✓·“”") for row in split.split("\n") for part in row.split("  "))
    return [part.casefold() for part in parts if part and not part.startswith(("╭", "╰"))]


@pytest.mark.parametrize("state", STATES)
async def test_nothing_is_repeated(state: str) -> None:
    stage = stage_for(STATES[state])
    async with stage.run(size=(120, 36)) as pilot:
        for keys in ((), ("r",)):
            await press(pilot, *keys)
            shown = texts(stage)
            assert len(shown) == len(set(shown)), shown
            assert "you have no artist profile" not in shown
            for phrase in ("artist profile", "review", "revoked", "producer program", "contact"):
                # A name and its state are two facts.
                times = sum(phrase in text for text in shown)
                assert times <= 1 + (phrase == "review"), (phrase, shown)


@pytest.mark.parametrize(
    "message, expected",
    [
        ("API access is by invitation. Write to contact@beatpass.ca.", ""),
        ("Your account is suspended.", "Access to the BeatPass API is by invitation."),
    ],
)
async def test_reason_without_api_access_is_not_repeated(message: str, expected: str) -> None:
    service = FakeService(token=None)
    service.fail(Forbidden(message, status=403), "account", "artist", "stats", "intelligence")
    stage = Stage(service)
    async with stage.run(size=(120, 36)):
        assert message in words(stage)
        assert expected in words(stage)
        for phrase in ("invitation", "contact@beatpass.ca"):
            assert words(stage).count(phrase) == 1
        assert "application" not in service.requested


async def test_no_letter_signs_out() -> None:
    assert all(len(key) > 1 for key in BY_ID["account.sign_out"].keys)
    stage = stage_for(PENDING)
    async with stage.run() as pilot:
        screen = stage.app.screen
        for letter in string.ascii_letters.replace("q", ""):
            await pilot.press(letter)
        await idle(pilot)
        assert stage.app.screen is screen
        commands = {each.title: each for each in stage.app.get_system_commands(screen)}
        for open_question in ("ctrl+x", "option", "palette"):
            if open_question == "option":
                screen.query_one("#sign-out", Button).focus()
                await press(pilot, "enter")
            elif open_question == "palette":
                await commands["Sign out"].callback()
                await idle(pilot)
            else:
                await press(pilot, open_question)
            assert isinstance(stage.app.screen, Confirmation)
            await press(pilot, "enter")
            assert stage.app.screen is screen
        assert not stage.access.removed


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("message", [PENDING.message, LONG], ids=["short", "long"])
@pytest.mark.parametrize("status", ["pending", "revoked"])
async def test_everything_can_be_read_at_every_size(
    size: tuple[int, int], message: str, status: str
) -> None:
    contact = "https://elsewhere.example/" + "a" * 60
    stage = stage_for(PENDING._replace(block_reason=status, message=message, contact=contact))
    async with stage.run(size=size) as pilot:
        assert isinstance(stage.app.screen, Blocked)
        seen: list[str] = []
        for keys in ((), ("pagedown",), ("pagedown",), ("pageup", "pageup", "up", "tab")):
            await press(pilot, *keys)
            shown = lines(stage)
            assert max(map(cell_len, shown)) <= size[0]
            assert shown[0].startswith(" BEATPASS ▸ No Artist Profile")
            seen += shown
            assert seen[1:3] != ["", ""] or size[1] > 12 or message != LONG
        flat = " ".join(" ".join(seen).replace("│", " ").split())
        for word in (*message.split(), "Application 4127", "Check again", "Sign out"):
            assert word in flat
        assert "…" not in flat
        # The focus is always in view once it has been moved.
        for _ in range(4):
            await press(pilot, "tab")
            button = stage.app.focused
            assert isinstance(button, Button)
            assert str(button.label) in text_of(stage.app)
