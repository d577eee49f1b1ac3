"""Signing in and out with the keyboard."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from beatpass_tui.auth.access import StoredAccess
from beatpass_tui.auth.credentials import Credentials
from beatpass_tui.auth.system_keyring import SERVICE
from beatpass_tui.errors import (
    BeatPassError,
    CredentialsError,
    Forbidden,
    MissingToken,
    NotFound,
    NotSignedIn,
    RateLimited,
    TwoFactorRequired,
    Unreachable,
    ValidationFailed,
)
from beatpass_tui.models.identity import Account, MenuItem, SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.sign_in import SignIn
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.storage.store import Store
from beatpass_tui.widgets.brand import Logo
from beatpass_tui.widgets.stat_cards import StatCard
from support.app_harness import FakeAccess, Stage, idle, press, text_of, type_at_once, until
from support.fake_keyring import FakeKeyring, finder
from support.fakes import NOVA_ARTIST, NOVA_SIGNED_IN, TOKEN, FakeClock, FakeService

SIZE = (80, 24)
PASSWORD = "hush"


def sign_in_stage(service: FakeService | None = None, **access: object) -> Stage:
    return Stage(service, FakeAccess(needs_sign_in=True, **access))  # type: ignore[arg-type]


async def test_pasted_token_is_verified_and_stored() -> None:
    stage = sign_in_stage()
    async with stage.run() as pilot:
        assert isinstance(stage.app.screen, SignIn)
        help_text = stage.text("#token-form .help")
        for text in ("Account Settings → Developers", "by invitation", "valid for 90 days"):
            assert text in help_text
        await press(pilot, *"901|abc", "enter")
        assert isinstance(stage.app.screen, Home)
        assert stage.access.saved is not None
        assert stage.access.saved.token.reveal() == "901|abc"
        assert "system keyring" in stage.notice
        assert stage.card("tracks")[0] == "128"
        # The account was just verified and is not requested again.
        assert stage.service.requested.count("account") == 1
        assert len(stage.service.calls) == 7


async def test_email_and_password_sign_in_once_and_bring_the_menu() -> None:
    service = FakeService(token=None)
    menu = (MenuItem("Dashboard", "/producer-dashboard"), MenuItem("Shop", "/shop"))
    service.script("log_in", NOVA_SIGNED_IN._replace(menu=menu))
    stage = sign_in_stage(service)
    async with stage.run() as pilot:
        await pilot.press("right", *"n@b.ca", "enter")
        await press(pilot, *PASSWORD, "enter")
        assert isinstance(stage.app.screen, Home)
        call = next(call for call in service.calls if call.name == "log_in")
        assert call.arguments[:2] == ("n@b.ca", PASSWORD)
        assert str(call.arguments[2]).startswith("beatpass-tui on ")
        assert call.token is None
        assert "Shop ↗" in text_of(stage.app)
        assert stage.access.saved is not None
        assert stage.access.saved.menu == menu


async def test_secrets_are_masked() -> None:
    stage = sign_in_stage()
    async with stage.run() as pilot:
        await press(pilot, *"901|abcdef", "tab", "right", "tab", *PASSWORD)
        shown = text_of(stage.app)
        assert "abcdef" not in shown
        assert "hush" not in shown
        assert stage.app.screen.query_one("#password", Input).value == PASSWORD


def focused(stage: Stage) -> str | None:
    return stage.app.focused.id if stage.app.focused is not None else None


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (50, 24), (40, 12)])
async def test_tab_goes_through_the_fields_before_the_buttons(size: tuple[int, int]) -> None:
    order = ["email", "password", "send", "program"]
    stage = sign_in_stage()
    async with stage.run("tab", "right", size=size) as pilot:
        for step, id in enumerate([*order, *order]):
            assert focused(stage) == id, step
            await press(pilot, "tab")
        for id in reversed(order):
            await press(pilot, "shift+tab")
            assert focused(stage) == id


SIZES = [
    (60, 24),
    (76, 24),
    (80, 24),
    (81, 25),
    (101, 30),
    (120, 36),
    (160, 45),
    (200, 50),
    (300, 80),
]


@pytest.mark.parametrize("hint", [None, "Demo: nova@example.com"])
async def test_forms_are_centered(hint: str | None) -> None:
    stage = sign_in_stage(hint=hint)
    async with stage.run(size=SIZES[0]) as pilot:
        # Each size is entered from a smaller and from a larger one.
        for size in (*SIZES, *reversed(SIZES)):
            await resize(pilot, size)
            screen = stage.app.screen
            body = screen.query_one("#body").region
            tile = screen.query_one(".dialog").region
            assert_centered(tile.x, size[0] - tile.right, size)
            top, bottom = screen.query_one("#brand"), screen.query_one("#sign-in-hint")
            if screen.query_one("#body").max_scroll_y == 0:
                assert_centered(top.region.y - body.y, body.bottom - bottom.region.bottom, size)


@pytest.mark.parametrize("status", [403, 404])
async def test_blocked_screens_are_centered(status: int) -> None:
    service = FakeService(token=None)
    if status == 404:
        service.fail(NotFound("You have no artist.", status=404), "artist")
    else:
        service.fail(Forbidden("By invitation.", status=403), "account", "artist", "stats")
    stage = Stage(service)
    async with stage.run(size=SIZES[-1]) as pilot:
        for size in SIZES:
            await resize(pilot, size)
            frame = stage.app.screen.query_one("#blocked").region
            body = stage.app.screen.query_one("#body").region
            assert_centered(frame.x, size[0] - frame.right, size)
            logo = stage.app.screen.query_one(Logo).region
            assert_centered(logo.y - body.y, body.bottom - frame.bottom, size)


async def resize(pilot: Pilot[None], size: tuple[int, int]) -> None:
    await pilot.resize_terminal(*size)
    await idle(pilot)


def assert_centered(before: int, after: int, size: tuple[int, int]) -> None:
    assert abs(before - after) <= 1, (size, before, after)


@pytest.mark.parametrize(
    "error, message",
    [
        (NotSignedIn("Unauthenticated.", status=401), "did not accept this token"),
        (Forbidden("Your account is suspended.", status=403), "Your account is suspended."),
        (RateLimited("Too many.", retry_after=42), "Try again in 42 s"),
        (Unreachable("The connection was refused."), "The connection was refused."),
    ],
)
async def test_rejected_token_stays_in_its_field(error: BeatPassError, message: str) -> None:
    service = FakeService(token=None)
    service.script("account", error)
    stage = sign_in_stage(service)
    async with stage.run() as pilot:
        await press(pilot, *"901|abc", "enter")
        assert isinstance(stage.app.screen, SignIn)
        assert message in stage.notice
        assert stage.app.screen.query_one("#token", Input).value == "901|abc"
        assert stage.access.saved is None
        assert service.token is None
        assert service.requested == ["account"]
        service.script("account")
        await press(pilot, "enter")
        assert isinstance(stage.app.screen, Home)


PASSWORD_ERRORS: list[tuple[BeatPassError, str]] = [
    (NotSignedIn("No.", status=401), "did not accept this email and password"),
    (ValidationFailed("Invalid.", status=422, fields={}), "not accept this email and password"),
    (
        ValidationFailed("Invalid.", status=422, fields={"email": "The email is not verified."}),
        "The email is not verified.",
    ),
    (Forbidden("Account disabled.", status=403), "Account disabled."),
    (RateLimited("Too many.", retry_after=None), "Try again in a minute"),
    (MissingToken("BeatPass sent no token."), "BeatPass sent no token."),
    (TwoFactorRequired("Paste a token instead."), "Paste a token instead."),
    (Unreachable("No network."), "No network."),
]


async def test_rejected_password_is_not_sent_again() -> None:
    service = FakeService(token=None)
    stage = sign_in_stage(service)
    async with stage.run() as pilot:
        await pilot.press("right", *"n@b.ca", "tab", *PASSWORD)
        for count, (error, message) in enumerate(PASSWORD_ERRORS, 1):
            service.script("log_in", error)
            await press(pilot, "enter")
            assert isinstance(stage.app.screen, SignIn)
            assert message in stage.notice
            assert service.requested == ["log_in"] * count
            assert stage.app.screen.query_one("#email", Input).value == "n@b.ca"
            assert stage.app.screen.query_one("#password", Input).value == PASSWORD


@pytest.mark.parametrize("move", ["tab", "enter"])
async def test_keys_typed_at_once_reach_their_own_fields(move: str) -> None:
    service = FakeService(token=None)
    service.script("log_in", Unreachable("No network."))
    stage = sign_in_stage(service)
    async with stage.run() as pilot:
        type_at_once(stage, "right", *"n@b.ca", move, *PASSWORD, "enter")
        await idle(pilot)
        assert stage.app.screen.query_one("#token", Input).value == ""
        assert stage.app.screen.query_one("#email", Input).value == "n@b.ca"
        assert stage.app.screen.query_one("#password", Input).value == PASSWORD
        assert "No network." in stage.notice
        assert service.requested == ["log_in"]


@pytest.mark.parametrize("typed", ["", "   ", "901|ab cd", "901|ab“cd”"])
async def test_invalid_token_is_refused_without_echo(typed: str) -> None:
    stage = sign_in_stage()
    async with stage.run() as pilot:
        stage.app.screen.query_one("#token", Input).value = typed
        await press(pilot, "enter")
        assert stage.service.calls == []
        assert stage.notice.startswith("! The token")
        assert not typed.strip() or typed not in stage.notice


async def test_empty_field_is_reported() -> None:
    stage = sign_in_stage()
    async with stage.run("left", "tab", "enter") as pilot:
        assert stage.notice == "! Enter your email first."
        assert stage.app.focused is stage.app.screen.query_one("#email")
        await press(pilot, *"n@b.ca", "enter", "enter")
        assert stage.notice == "! Enter your password first."


async def test_one_attempt_at_a_time() -> None:
    service, gate = FakeService(token=None), asyncio.Event()
    service.script("account", gate)
    stage = sign_in_stage(service)
    async with stage.run() as pilot:
        await press(pilot, *"901|abc", "enter", "enter", "enter")
        assert service.requested == ["account"]
        assert stage.notice == "Signing in…"
        gate.set()
        await idle(pilot)
        assert isinstance(stage.app.screen, Home)


async def test_token_that_could_not_be_stored_is_used() -> None:
    stage = sign_in_stage(save_result=CredentialsError("It could not be written."))
    async with stage.run() as pilot:
        await press(pilot, *"901|abc", "enter")
        assert stage.card("tracks")[0] == "128"
        assert "It could not be written." in stage.notice


@pytest.mark.parametrize("keys", [["escape"], ["ctrl+q"], ["ctrl+c"]])
async def test_leaving_without_signing_in_exits_with_4(keys: list[str]) -> None:
    stage = sign_in_stage()
    async with stage.run() as pilot:
        await press(pilot, *keys)
    assert stage.app.return_code == 4


async def test_ctrl_c_never_copies_a_secret() -> None:
    stage = sign_in_stage()
    async with stage.run() as pilot:
        await pilot.press(*"901|abc", "shift+home", "ctrl+c")
        await press(pilot, "shift+home", "ctrl+x")
        assert stage.copied == []
        assert isinstance(stage.app.screen, SignIn)


async def test_signing_out_removes_all_data() -> None:
    stage = Stage()
    async with stage.run("2") as pilot:
        stage.app.sign_out()
        await idle(pilot)
        assert isinstance(stage.app.screen, SignIn)
        assert stage.access.removed
        assert stage.service.token is None
        await press(pilot, *"901|abc", "enter")
        assert isinstance(stage.app.screen, Home)
        assert stage.card("tracks")[0] == "128"


async def test_sign_in_covers_no_data_of_the_last_account() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        stage.app.sign_out()
        await idle(pilot)
        home = stage.app.screen_stack[0]
        cards = list(home.query(StatCard))
        assert [str(card.render()).split() for card in cards] == [
            card.stat.title.split() for card in cards
        ]


async def test_signing_in_again_keeps_the_current_page() -> None:
    service = FakeService()
    stage = Stage(service)
    async with stage.run("4") as pilot:
        expired = NotSignedIn("Unauthenticated.", status=401)
        service.fail(expired, "account", "intelligence")
        stage.clock.advance(3700)
        await press(pilot, "r")
        assert "a to sign in again" in stage.notice
        service.script("account")
        service.script("intelligence")
        await press(pilot, "a")
        await press(pilot, *"901|new", "enter")
        assert "▸ Progress" in text_of(stage.app)
        assert "Experienced Producer" in text_of(stage.app)
        assert "expired" not in stage.notice


@pytest.mark.parametrize("size", [(60, 24), (50, 24), (120, 36)])
async def test_forms_are_usable_at_every_size(size: tuple[int, int]) -> None:
    stage = sign_in_stage()
    async with stage.run("right", "tab", "tab", size=size) as pilot:
        assert stage.app.focused is stage.app.screen.query_one("#send")
        assert "Sign in" in text_of(stage.app)
        await press(pilot, "left", *"901|abc")
        assert "7 characters" in text_of(stage.app)


async def test_sign_in_completes_behind_the_palette() -> None:
    service, gate = FakeService(token=None), asyncio.Event()
    service.script("account", gate)
    stage = sign_in_stage(service)
    async with stage.run() as pilot:
        await press(pilot, *"901|abc", "enter", "ctrl+p")
        gate.set()
        await idle(pilot)
        assert isinstance(stage.app.screen, Home)
        assert stage.card("tracks")[0] == "128"


async def test_nothing_is_sent_for_an_account_that_was_signed_out() -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("artist", gate)
    stage = Stage(service)
    async with stage.run() as pilot:
        stage.app.sign_out()
        await idle(pilot)
        before = len(service.calls)
        gate.set()
        await idle(pilot)
        assert len(service.calls) == before


# Other accounts


async def test_palette_switches_to_another_stored_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    keyring, origin = FakeKeyring(), "https://open.beatpass.ca"
    credentials = Credentials(tmp_path / "data", finder(keyring))
    luma = SignedIn(Secret("902|luma"), Account(7, "luma [x]"), menu=None)
    for signed_in in (luma, NOVA_SIGNED_IN):
        await credentials.save(origin, signed_in)
    access = StoredAccess(credentials, origin)
    service = FakeService(token=None)
    clock = FakeClock()
    repository = HistoryRepository(Store(tmp_path / "store.db", clock.now), origin, clock)
    stage = Stage(service, cast(FakeAccess, access), clock=clock, repository=repository)
    async with stage.run() as pilot:
        await press(pilot, "ctrl+p")
        await until(pilot, lambda: "Switch to @luma [x] (7)" in text_of(stage.app))
        assert "@nova" not in text_of(stage.app).split("Accounts")[1]
        # Its token is gone: the session stays.
        del keyring.passwords[SERVICE, f"{origin}#7"]
        sent = len(service.calls)
        await press(pilot, *"luma", "enter")
        await until(pilot, lambda: "no longer has the token of @luma [x]" in stage.notice)
        assert len(service.calls) == sent
        assert credentials.file.list_accounts(origin)[0].account == NOVA_SIGNED_IN.account

        await credentials.save(origin, luma)
        await credentials.save(origin, NOVA_SIGNED_IN)
        service.script("account", luma.account)
        service.script("artist", NOVA_ARTIST._replace(id=77, name="Luma"))
        await press(pilot, "6", "ctrl+p", *"luma", "enter")
        await until(pilot, lambda: "Switched to @luma [x] (7)." in stage.notice)
        await idle(pilot)
        assert {call.token for call in service.calls[sent:]} == {TOKEN, luma.token}
        first = next(n for n, call in enumerate(service.calls) if call.token == luma.token)
        assert {call.token for call in service.calls[first:]} == {luma.token}
        assert "Luma" in text_of(stage.app)
        # Commands and later runs use it too.
        assert credentials.file.list_accounts(origin)[0].account == luma.account
        assert stage.app.session is not None
        history = stage.app.session.history
        assert history is not None
        assert history.account_id == 7
        await press(pilot, "ctrl+p")
        await until(pilot, lambda: "Switch to @nova" in text_of(stage.app))
    repository.close()
