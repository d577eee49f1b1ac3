"""Accessible mode: words instead of symbols, no boxes and no animation."""

from __future__ import annotations

import asyncio

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.command import CommandList
from textual.widgets import Input

from beatpass_tui.config.keys import Keyboard
from beatpass_tui.config.settings import Settings
from beatpass_tui.errors import NotFound, ServerError, Unreachable
from beatpass_tui.models.identity import MenuItem
from beatpass_tui.transport.endpoints import HOME
from beatpass_tui.widgets.accessibility import cursor_position
from beatpass_tui.widgets.line_filters import ASCII_SYMBOLS, to_plain_text
from beatpass_tui.widgets.stat_cards import StatCard
from beatpass_tui.widgets.table import Table
from support.app_harness import FakeAccess, Stage, idle, press, text_of, until
from support.catalog import pages, sort_by
from support.fakes import NOVA_INTELLIGENCE, FakeService
from support.snapshots import Compare, keys

WORDS = Settings(accessible=True, keyboard=Keyboard(words=True))
SIZE = (80, 24)


def plain(text: str) -> str:
    return to_plain_text(Segment(text)).text


def shown(stage: Stage) -> str:
    """Return the screen as it is sent to the terminal."""
    return "\n".join(plain(line).rstrip() for line in text_of(stage.app).split("\n"))


@pytest.mark.parametrize(
    "text, words",
    [
        ("Late Shift · K. M… 98%", "Late Shift,  K. .. 98%"),
        ("Loading…", "Loading."),
        ("F♯ min", "F# min"),
        ("B♭ maj", "Bb maj"),
    ],
)
def test_cuts_and_keys_are_marked_in_plain_characters(text: str, words: str) -> None:
    assert plain(text) == words


async def test_every_card_of_home_is_a_line_of_words() -> None:
    stage = Stage(settings=WORDS)
    async with stage.run() as pilot:
        lines = [line.strip() for line in shown(stage).split("\n")]
        for line in (
            "> 2 Finances, Balances and payouts",
            "3 Activity, Uploads and downloads",
            "Tracks: 128, all uploads",
            "Total Plays: 45,210, all time",
            "Level: 12, 3,774 XP, 383 XP to 13",
            "Growth: +7.5%, up",
            "View Profile: Nova Reyes, open.beatpass.ca",
        ):
            assert line in lines
        assert "Level 12,  Experienced Producer" in shown(stage)
        assert "Enter Open" in lines[-1]
        await press(pilot, "tab", "down")
        lines = [line.strip() for line in shown(stage).split("\n")]
        assert "> Total Plays: 45,210, all time" in lines
        assert "2 Finances, Balances and payouts" in lines


async def test_first_run_offers_accessible_mode() -> None:
    stage = Stage(access=FakeAccess(needs_sign_in=True))
    async with stage.run() as pilot:
        assert "F2 for screen readers" in stage.notice
        assert not stage.app.shows_cursor
        await press(pilot, "f2")
        assert "Accessible mode is on" in stage.notice
        field = stage.app.screen.query_one("#token", Input)
        assert stage.app.shows_cursor
        assert cursor_position(stage.app.screen) == field.content_region.offset
        assert not set("╭│·▎") & set(shown(stage))
        assert "F2" not in shown(stage)
        await press(pilot, *"901|abc", "enter")
        lines = [line.strip() for line in shown(stage).split("\n")]
        assert "Total Plays: 45,210, all time" in lines
        assert "> 2 Finances, Balances and payouts" in lines
        assert "Enter Open" in lines[-1]


async def test_cursor_of_the_terminal_is_on_the_command_under_the_cursor_of_the_palette() -> None:
    stage = Stage(settings=WORDS)
    async with stage.run("ctrl+p", *"co") as pilot:

        def at_cursor() -> str:
            x, y = cursor_position(stage.app.screen)
            return shown(stage).split("\n")[y][x:].strip()

        await until(pilot, lambda: stage.app.screen.query_one(CommandList).option_count > 2)
        assert at_cursor() == ""
        options = stage.app.screen.query_one(CommandList).options
        second = [option for option in options if not option.disabled][1]
        await press(pilot, "down")
        assert at_cursor() == str(second.prompt).strip()
        await press(pilot, "up")
        assert at_cursor() == ""


async def test_missing_number_is_loading_without_spinner() -> None:
    service = FakeService()
    for name in ("stats", "intelligence"):
        service.script(name, asyncio.Event())
    stage = Stage(service, settings=WORDS)
    async with stage.run():
        assert "Total Plays: loading" in shown(stage)
        assert "loading" in shown(stage).split("\n")[0]
        assert all(card.auto_refresh is None for card in stage.app.screen.query(StatCard))


async def test_calculating_missing_and_falling_are_words() -> None:
    service = FakeService()
    service.fail(ServerError("No.", status=500), "followers")
    service.script("intelligence", NOVA_INTELLIGENCE._replace(growth_rate=-3.2))
    stage = Stage(service, settings=WORDS)
    async with stage.run():
        assert "Followers: not available, server error" in shown(stage)
        assert "Growth: -3.2%, down" in shown(stage)
    calculating = NOVA_INTELLIGENCE._replace(growth_rate=None, growth_calculating=True)
    stage.service.script("intelligence", calculating)
    again = Stage(stage.service, settings=WORDS)
    async with again.run():
        assert "Growth: Calculating" in shown(again)


async def test_external_card_is_named_in_words() -> None:
    menu = (
        MenuItem("Store", "https://www.beatpass.ca/store"),
        MenuItem("Dashboard", "/producer-dashboard"),
    )
    stage = Stage(access=FakeAccess(menu=menu), settings=WORDS)
    async with stage.run():
        assert "1 Store, opens in the browser" in shown(stage)


@pytest.mark.parametrize("page", ["", *"234567", "question_mark", "ctrl+p"])
async def test_only_letters_and_punctuation_reach_the_terminal(page: str) -> None:
    stage = Stage(settings=WORDS)
    async with stage.run() as pilot:
        if page:
            await press(pilot, page)
        left = {character for character in shown(stage) if not character.isascii()}
        assert not left & set(ASCII_SYMBOLS)
        assert left <= set("±×•")


async def test_forms_keep_their_titles() -> None:
    stage = Stage(access=FakeAccess(needs_sign_in=True), settings=WORDS)
    async with stage.run():
        assert "Personal access token" in shown(stage)
        assert "Email and password" in shown(stage)


async def test_catalog_order_is_in_words() -> None:
    stage = Stage(settings=WORDS)
    async with stage.run("6", size=(110, 30)) as pilot:
        await sort_by(pilot, stage.app.screen.query_one("#catalog-table", Table), "plays")
        assert "sorted by Plays, descending" in shown(stage)


async def test_offline_is_reported_with_the_key_to_retry() -> None:
    service = FakeService()
    service.fail(Unreachable("No network."), "account", "artist", "stats", "intelligence")
    stage = Stage(service, settings=WORDS)
    async with stage.run():
        assert "! Offline since 20:04,  retrying in 30 s,  r to retry now" in shown(stage)
        assert "Tracks: Unavailable" in shown(stage)


async def test_animations_are_off() -> None:
    stage = Stage(settings=WORDS)
    async with stage.app.run_test(size=SIZE):
        assert stage.app.animation_level == "none"


@pytest.mark.parametrize(
    "text, left",
    [
        ("Tracks · 128", "Tracks,  128"),
        ("BEATPASS ▸ Home", "BEATPASS:  Home"),
        ("╭ 1 ─╮", "  1   "),
        ("Beyoncé 夜", "Beyoncé 夜"),
        ("Loading…", "Loading."),
        ("12% more than…", "12% more tha.."),
        ("ascii", "ascii"),
    ],
)
def test_symbols_are_replaced_and_columns_stay(text: str, left: str) -> None:
    assert plain(text) == left
    assert cell_len(plain(text)) == cell_len(text)


def test_home_in_words(snap_compare: Compare) -> None:
    assert snap_compare(Stage(settings=WORDS).app, terminal_size=SIZE, run_before=keys())


def test_progress_in_words(snap_compare: Compare) -> None:
    assert snap_compare(Stage(settings=WORDS).app, terminal_size=SIZE, run_before=keys("4"))


@pytest.mark.parametrize("kind", ["reload", "retry", "check"])
async def test_loading_is_announced_once(kind: str) -> None:
    service, gate = FakeService(), asyncio.Event()
    if kind == "reload":
        service.script("beats", pages(130))
    elif kind == "check":
        service.fail(NotFound("No artist.", status=404), "artist")
    else:
        service.fail(Unreachable("No network."), *HOME)
    stage = Stage(service, settings=WORDS)
    opened = ("6", "right", "right", "right", "s") if kind == "reload" else ("1",)
    async with stage.run(*opened) as pilot:
        if kind == "reload":
            # The list has changed, so that it is loaded again.
            service.script("beats", pages(140), pages(150), gate, pages(150))
        else:
            for name in HOME:
                service.script(name, gate)
        stage.clock.advance(60)
        await press(pilot, "r")
        status = stage.notice.casefold()
        assert any(word in status for word in ("loading", "retrying", "checking"))
        assert "loading" not in shown(stage).split("\n")[0]
        gate.set()
        await idle(pilot)


async def test_filters_of_a_sorted_list_stay_visible() -> None:
    service = FakeService()
    service.script("beats", pages(120))
    stage = Stage(service, settings=WORDS)
    async with stage.run("6", size=SIZE) as pilot:
        await sort_by(pilot, stage.app.screen.query_one("#catalog-table", Table), "plays")
        await idle(pilot)
        filters, count = shown(stage).split("\n")[2:4]
        assert "Standard and exclusive 120" in filters
        assert "sorted by Plays" in count


async def test_narrow_cards_leave_out_whole_facts() -> None:
    stage = Stage(settings=WORDS)
    async with stage.run(size=(40, 40)) as pilot:
        for card in stage.app.screen.query(StatCard):
            words, facts = str(card.render()).strip("> "), card.accessible_text()
            assert facts.startswith(words)
            assert facts[len(words) :][:2] in ("", ", ")
        await idle(pilot)


async def test_cursor_of_the_terminal_is_on_an_opened_transaction() -> None:
    stage = Stage(settings=WORDS)
    async with stage.run("2", size=(60, 36)) as pilot:
        await press(pilot, "enter")
        row = cursor_position(stage.app.screen).y
        assert "Pending" in shown(stage).split("\n")[row]
        await press(pilot, "escape")
        row = cursor_position(stage.app.screen).y
        assert shown(stage).split("\n")[row].strip().startswith(">")
