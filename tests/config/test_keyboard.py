"""The table of keys, its bindings, and remapped keys."""

from __future__ import annotations

import importlib
import pkgutil
import string
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.binding import Binding
from textual.command import Command, CommandList, CommandPalette
from textual.dom import DOMNode
from textual.keys import _character_to_key
from textual.screen import Screen
from textual.widgets import Input

import beatpass_tui
from beatpass_tui.config.key_names import config_key, display_key, group_keys, normalize_key
from beatpass_tui.config.keys import BY_ID, GROUPS, KEYS, Keyboard
from beatpass_tui.config.settings import Settings
from beatpass_tui.errors import NotFound, Unreachable
from beatpass_tui.models.identity import MenuItem
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.screens.help import Help
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.page import Page
from beatpass_tui.widgets.bindings import NOT_IN_PALETTE, active_keys, key_display, palette_commands
from beatpass_tui.widgets.key_footer import KeyFooter
from support.app_harness import FakeAccess, Stage, idle, press, text_of, until

SIZE = (80, 24)


def remapped(**keys: str) -> Settings:
    """Return settings with remapped keys; `__` in a name stands for the dot of its id."""
    keys_by_id = {id.replace("__", "."): (normalize_key(key) or "",) for id, key in keys.items()}
    return Settings(keyboard=Keyboard(keys_by_id))


def our_bindings() -> Iterator[tuple[type, Binding]]:
    """Yield every binding that a class of the program declares."""
    for part in ("screens", "widgets"):
        package = importlib.import_module(f"beatpass_tui.{part}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    modules = [module for name, module in sys.modules.items() if name.startswith("beatpass_tui.")]
    kinds = {
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, DOMNode)
        and kind.__module__.startswith("beatpass_tui.")
    }
    for kind in kinds:
        for binding in kind.__dict__.get("BINDINGS", ()):
            assert isinstance(binding, Binding), f"{kind.__name__} has a binding without an id"
            yield kind, binding


# The table


def test_every_binding_has_an_id_of_the_table_and_its_keys() -> None:
    bindings = list(our_bindings())
    ids: dict[str, set[str]] = defaultdict(set)
    assert {binding.id for _, binding in bindings} == set(BY_ID)
    for kind, binding in bindings:
        assert binding.id is not None
        keys = ",".join(Keyboard().keys(binding.id)) or f"none:{binding.id}"
        assert binding.key == keys, f"{kind.__name__}: {binding.id}"
        assert binding.description
        assert binding.tooltip.endswith(".")
        if binding.group is not None:
            ids[binding.group.description].add(binding.id)
    assert {label for label, shared in ids.items() if len(shared) > 1} <= {*GROUPS}


def test_ids_and_names_are_unique_and_sentences_fit_the_help() -> None:
    assert len(BY_ID) == len(KEYS) == len({key.name for key in KEYS})
    for sentence in (*(key.description for key in KEYS), *GROUPS.values()):
        assert len(sentence) <= 62
        assert sentence.endswith(".")


def test_default_keys_do_not_conflict() -> None:
    keyboard = Keyboard({key.id: Keyboard().keys(key.id) for key in KEYS})
    assert list(keyboard.conflicts()) == []


def test_bindings_are_created_in_one_module() -> None:
    root = Path(beatpass_tui.__file__).parent
    modules = {
        path.name for path in root.rglob("*.py") if "active_bindings" in path.read_text("utf-8")
    }
    assert modules == {"bindings.py"}


# Names of keys


def test_characters_have_textuals_names() -> None:
    for character in sorted(set(string.printable) - set(string.whitespace)):
        name = normalize_key(character)
        assert name == _character_to_key(character)
        assert display_key(name) == config_key(name) == character
        assert normalize_key(name) == name


@pytest.mark.parametrize(
    "text, key, shown, in_words",
    [
        ("escape", "escape", "Esc", "Esc"),
        ("Enter", "enter", "⏎", "Enter"),
        ("up", "up", "↑", "Up"),
        ("CTRL+P", "ctrl+p", "^p", "Ctrl+P"),
        ("ctrl+shift+x", "ctrl+shift+x", "Ctrl+Shift+X", "Ctrl+Shift+X"),
        ("shift+tab", "shift+tab", "Shift+Tab", "Shift+Tab"),
        ("alt+enter", "alt+enter", "Alt+⏎", "Alt+Enter"),
        ("shift+r", "R", "R", "R"),
        ("ctrl+/", "ctrl+slash", "^/", "Ctrl+/"),
        ("f12", "f12", "F12", "F12"),
        ("ctrl+i", "tab", "Tab", "Tab"),
        ("ctrl+[", "escape", "Esc", "Esc"),
        ("é", "é", "é", "é"),
        ("§", "section_sign", "§", "§"),
    ],
)
def test_key_names_are_normalized_and_displayed(
    text: str, key: str, shown: str, in_words: str
) -> None:
    assert normalize_key(text) == key
    assert (display_key(key), display_key(key, words=True)) == (shown, in_words)


@pytest.mark.parametrize(
    "text",
    ["", "foo", "ctrl+", "ctr+r", "r,f5", "shift+5", "ctrl+ctrl+r", "f25", "\x1b", "hyper+r"],
)
def test_invalid_key_names_are_rejected(text: str) -> None:
    assert normalize_key(text) is None


@pytest.mark.parametrize(
    "keys, shown",
    [
        (["1", "2", "3", "4", "5", "6", "7"], "1-7"),
        (["1", "2", "c"], "1 2 c"),
        (["↑", "↓", "←", "→"], "↑↓←→"),
        (["Up", "Down"], "Up Down"),
        (["Up", "Down", "Left", "Right"], "Arrows"),
        (["[", "]"], "[ ]"),
        (["r"], "r"),
    ],
)
def test_several_keys_are_displayed_as_one(keys: list[str], shown: str) -> None:
    assert group_keys(keys) == shown


def test_only_known_ids_in_braces_are_replaced() -> None:
    keyboard = Keyboard({"page.refresh": ("f5",)})
    assert keyboard.fill("{page.refresh} now, {page.browse}") == "F5 now, o"
    assert keyboard.fill("{no.such} {} {page.refresh") == "{no.such} {} {page.refresh"


# Conflicts


@pytest.mark.parametrize(
    "keys, conflict",
    [
        ({"page.refresh": ("o",)}, ("o", "page.refresh", "page.browse")),
        ({"page.browse": ("r",)}, ("r", "page.browse", "page.refresh")),
        ({"page.refresh": ("f5", "k")}, ("k", "page.refresh", "move.up")),
        ({"app.quit": ("question_mark",)}, ("?", "app.quit", "app.help")),
        ({"beats.load_all": ("s",)}, ("s", "beats.load_all", "list.sort")),
        ({"page.refresh": ("x",), "page.copy": ("x",)}, ("x", "page.refresh", "page.copy")),
    ],
)
def test_conflicts_are_found(
    keys: dict[str, tuple[str, ...]], conflict: tuple[str, str, str]
) -> None:
    conflicts = [(key, first.id, second.id) for key, first, second in Keyboard(keys).conflicts()]
    assert conflict in conflicts


@pytest.mark.parametrize(
    "keys",
    [
        {"page.refresh": ("o",), "page.browse": ("r",)},
        {"finances.type": ("p",)},  # the period is on another page
        {"page.refresh": ("r", "f5")},
    ],
)
def test_keys_on_different_screens_do_not_conflict(keys: dict[str, tuple[str, ...]]) -> None:
    assert list(Keyboard(keys).conflicts()) == []


# Remapped


async def test_remapped_key_replaces_the_default() -> None:
    stage = Stage(settings=remapped(page__refresh="f5", app__help="f1", move__right="x"))
    async with stage.run() as pilot:
        await press(pilot, "r")
        assert not stage.notice.startswith("Up to date")
        await press(pilot, "f5")
        assert stage.notice.startswith("Up to date")
        await press(pilot, "question_mark")
        assert isinstance(stage.app.screen, Home)
        await press(pilot, "f1")
        assert isinstance(stage.app.screen, Help)
        await press(pilot, "f1")
        assert isinstance(stage.app.screen, Home)


async def test_two_keys_can_be_swapped() -> None:
    stage = Stage(settings=remapped(page__refresh="o", page__browse="r"))
    async with stage.run() as pilot:
        await press(pilot, "r")
        assert stage.opened == ["https://open.beatpass.ca/producer-dashboard/finances"]
        await press(pilot, "o")
        assert stage.notice.startswith("Up to date")


async def test_footer_help_and_palette_show_remapped_keys() -> None:
    settings = remapped(
        page__refresh="f5", move__up="w", move__down="s", move__left="a", move__right="d"
    )
    stage = Stage(settings=settings)
    async with stage.run(size=(120, 30)) as pilot:
        footer = str(stage.app.screen.query_one(KeyFooter).render())
        assert "F5 Refresh" in footer
        assert "w s a d Move" in footer
        offered = {c.title: c.help for c in stage.app.get_system_commands(stage.app.screen)}
        assert offered["Refresh"].startswith("F5 · ")
        await press(pilot, "question_mark")
        shown = text_of(stage.app)
        assert "F5" in shown
        assert "w s a d" in shown


async def test_remapped_digit_opens_its_page() -> None:
    stage = Stage(settings=remapped(page__open_3="c"))
    async with stage.run(size=(120, 30)) as pilot:
        assert "1 2 c 4 5 6 7 Page" in str(stage.app.screen.query_one(KeyFooter).render())
        await press(pilot, "c")
        assert isinstance(stage.app.screen, Page)
        assert stage.app.screen.info is BY_NAME["activity"]


async def test_messages_name_the_remapped_key() -> None:
    stage = Stage(settings=remapped(page__refresh="f5", activity__period="x"))
    stage.service.fail(Unreachable("No network."), "stats")
    async with stage.run():
        assert stage.notice.endswith("F5 to retry")


async def test_page_without_artist_names_remapped_keys() -> None:
    stage = Stage(settings=remapped(page__refresh="f5", page__browse="f6"))
    stage.service.fail(NotFound("You have no artist profile yet.", status=404), "artist")
    async with stage.run():
        shown = " ".join(text_of(stage.app).replace("│", " ").split())
        assert "Dashboard opens with F5" in shown
        assert "F6 Web" in shown


# Help


async def test_typing_filters_the_help() -> None:
    stage = Stage()
    async with stage.run(size=(100, 30)) as pilot:
        await press(pilot, "question_mark")
        assert "Quit at once" in text_of(stage.app)
        await pilot.press(*"WEB", "space", *"item")
        await idle(pilot)
        shown = text_of(stage.app)
        assert "Open the item on the web" in shown
        assert "Quit at once" not in shown
        await pilot.press(*"zzz")
        await idle(pilot)
        assert "No matching keys." in text_of(stage.app)
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)


async def test_help_is_grouped_and_the_palette_opens_from_it() -> None:
    stage = Stage()
    async with stage.run("6", size=(120, 36)) as pilot:
        await press(pilot, "question_mark")
        rows = [line for line in text_of(stage.app).split("\n") if "──" in line]
        titles = [row.replace("─", " ").split() for row in rows]
        assert ["Navigation", "Lists"] in [
            [title for title in row if title.isalpha()] for row in titles
        ]
        shown = " ".join(text_of(stage.app).split())
        for text in (
            "Move the cursor, also k j", "Select a column, also h l", "This page · My Beats",
            "Program", "What you see", "Opens in the browser", "Tab Shift+Tab", "Home End",
        ):  # fmt: skip
            assert text in shown
        # Only keys that act on this page.
        assert "Sign in again" not in shown
        await press(pilot, "ctrl+p")
        await until(pilot, lambda: isinstance(stage.app.screen, CommandPalette))
        await until(pilot, lambda: "Balances and payouts" in text_of(stage.app))


async def test_help_key_closes_the_help_unless_text_was_typed() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        await pilot.press("question_mark", "question_mark")
        await idle(pilot)
        assert isinstance(stage.app.screen, Home)
        await pilot.press("question_mark", "q", "question_mark")
        await idle(pilot)
        assert isinstance(stage.app.screen, Help)
        assert stage.app.screen.query_one(Input).value == "q?"


async def test_help_scrolls_if_it_does_not_fit() -> None:
    stage = Stage()
    async with stage.run(size=(60, 14)) as pilot:
        await press(pilot, "question_mark")
        assert "unofficial" not in text_of(stage.app)
        await pilot.press(*["pagedown"] * 6)
        await idle(pilot)
        assert "unofficial" in text_of(stage.app)


# The palette


async def test_palette_contains_all_key_actions() -> None:
    stage = Stage()
    async with stage.run(size=(120, 36)) as pilot:
        for page in "1234567":
            await press(pilot, page)
            screen = stage.app.screen
            offered = [command.title for command in stage.app.get_system_commands(screen)]
            commands: dict[tuple[str, DOMNode], set[str]] = {}
            for entry in active_keys(screen):
                if entry.label not in NOT_IN_PALETTE:
                    for each in entry.commands:
                        commands.setdefault((each.action, each.node), set()).add(each.name)
            assert commands, page
            for names in commands.values():
                assert names & set(offered), page
            assert len(offered) == len(set(offered)), page


def prompts_of(palette: Screen[Any]) -> dict[str, str]:
    """Return the lines of the palette by the names of their entries."""
    options = palette.query_one(CommandList).options
    commands = [each for each in options if isinstance(each, Command) and not each.disabled]
    return {each.hit.text or "": str(each.prompt) for each in commands}


@pytest.mark.parametrize("page", ["", *"234567"])
async def test_palette_commands_name_their_key_and_do_the_same(page: str) -> None:
    stage = Stage()
    async with stage.run(*page, size=(120, 36)) as pilot:
        await press(pilot, "ctrl+p")
        palette, page_below = stage.app.screen_stack[-1], stage.app.screen_stack[-2]
        keys = {
            command.name: key_display(stage.app, command.key)
            for command in palette_commands(page_below)
        }
        prompts = prompts_of(palette)
        for name, key in keys.items():
            assert prompts[name].startswith(name)
            assert prompts[name].endswith(key)
        await press(pilot, *"refresh stale")
        assert list(prompts_of(palette)) == ["Refresh"]
        await press(pilot, "enter")
        assert stage.app.screen is page_below
        assert "Up to date" in stage.notice


def test_palette_leaves_out_pages_cursor_keys_and_itself() -> None:
    assert {"Page", "Move", "Palette"} == NOT_IN_PALETTE


async def test_palette_lists_keys_with_a_shared_label_separately() -> None:
    stage = Stage()
    async with stage.run(size=(120, 36)) as pilot:
        await press(pilot, "6")
        screen = stage.app.screen
        offered = {c.title: c for c in stage.app.get_system_commands(screen)}
        assert {"Previous column", "Next column", "Previous tab", "Next tab"} <= set(offered)
        await offered["Next tab"].callback()
        await idle(pilot)
        assert "1 of 128 listed" in text_of(stage.app)


async def test_external_card_is_in_the_palette_as_plain_text() -> None:
    menu = (
        MenuItem("Dashboard", "/producer-dashboard"),
        MenuItem("[@click=app.quit]Store[/]", "https://store.beatpass.ca/"),
    )
    stage = Stage(access=FakeAccess(menu=menu))
    async with stage.run() as pilot:
        await press(pilot, "ctrl+p")
        await pilot.press(*"store")
        await until(pilot, lambda: "[@click=app.quit]Store[/] ↗" in text_of(stage.app))
        await pilot.press("enter")
        await until(pilot, lambda: stage.opened == ["https://store.beatpass.ca/"])
