"""Screens in windows of all sizes, and during resizes."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.css.model import SelectorType
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

from beatpass_tui import screens
from beatpass_tui.errors import NotFound
from beatpass_tui.screens.status_screen import PAGES_CSS
from support.app_harness import FakeAccess, Stage, idle, press, text_of
from support.fakes import FakeService
from support.terminal import Terminal, unrestored_modes

USUAL = (80, 24)
FRAMED = "ansi-dark"
"""A theme in which panels are frames."""
SIZES = [(1, 1), (2, 2), (10, 3), (20, 5), (39, 12), (40, 11), (40, 12), (59, 24)]


def stage_for(screen: str) -> Stage:
    service = FakeService(token=None)
    if screen == "blocked":
        service.fail(NotFound("No profile.", status=404), "artist", "stats", "intelligence")
    return Stage(service, FakeAccess(needs_sign_in=screen == "sign-in"))


SCREENS = {
    "home": "",
    "activity": "3",
    "help": "?",
    "palette": "ctrl+p",
    "sign-in": "",
    "blocked": "",
}
"""The screens, with the key that opens each."""


@pytest.mark.parametrize("screen", SCREENS)
async def test_every_screen_fits_every_window(screen: str) -> None:
    stage = stage_for(screen)
    async with stage.run(size=USUAL) as pilot:
        if SCREENS[screen]:
            await press(pilot, SCREENS[screen])
        usual = text_of(stage.app)
        # Drawing the largest size takes long, so screens over a page use a smaller one.
        largest = (500, 500) if screen in ("home", "activity", "sign-in") else (200, 100)
        for width, height in (*SIZES, largest):
            await pilot.resize_terminal(width, height)
            await idle(pilot)
            lines = text_of(stage.app).split("\n")
            assert len(lines) == height
            assert max(map(cell_len, lines)) <= width
            if screen in ("home", "activity"):
                too_small = width < 40 or height < 12
                assert too_small or "BEATPASS" in lines[0]
            if (width < 40 or height < 12) and width >= 10 and height > 2:
                # One complete message, without a scrollbar, the footer or a dialog.
                message = " ".join(" ".join(lines).split())
                assert message in (
                    "This window is too small; it must be at least 40×12.",
                    "40×12 is needed",
                )
        await pilot.resize_terminal(*USUAL)
        # A small window closes the palette.
        if screen != "palette":
            await idle(pilot)
            assert text_of(stage.app) == usual


async def test_resized_pages_look_like_those_opened_in_the_new_size() -> None:
    """Also if panels are drawn as frames, which narrow windows don't have."""
    pages, sizes, opened = "234567", ((120, 36), (80, 24)), {}
    for size in sizes:
        stage = Stage(theme=FRAMED)
        async with stage.run(size=size) as pilot:
            for page in pages:
                await press(pilot, page)
                opened[page, size] = text_of(stage.app)
                assert "┏━" in opened[page, size]
    stage = Stage(theme=FRAMED)
    async with stage.run() as pilot:
        for page in pages:
            await pilot.resize_terminal(60, 24)
            await press(pilot, page)
            for size in sizes:
                await pilot.resize_terminal(*size)
                await idle(pilot)
                assert text_of(stage.app) == opened[page, size]


def screen_classes(parent: type[Screen[Any]]) -> Iterator[type[Screen[Any]]]:
    for child in parent.__subclasses__():
        yield child
        yield from screen_classes(child)


def test_styles_with_ids_name_their_screen() -> None:
    """Sheets are read after the first frame, and screens use the same ids."""
    for module in pkgutil.iter_modules(screens.__path__):
        importlib.import_module(f"{screens.__name__}.{module.name}")
    names = {cls.__name__ for cls in screen_classes(Screen)}
    stylesheet = Stylesheet(variables=Stage().app.get_css_variables())
    stylesheet.read_all([Path(path) for path in PAGES_CSS])
    for rule in stylesheet.rules:
        for selectors in (each.selectors for each in rule.selector_set):
            types = [part.name for part in selectors if part.type is SelectorType.TYPE]
            ids = [part.name for part in selectors if part.type is SelectorType.ID]
            assert not ids or names.issuperset(types[:1] or ids), rule.selectors


@pytest.mark.parametrize("size", SIZES[:2])
async def test_app_starts_in_a_tiny_window(size: tuple[int, int]) -> None:
    stage = Stage()
    async with stage.run(size=size) as pilot:
        await pilot.press("2", "escape", "down", "enter", "?", "escape", "r")
        await pilot.resize_terminal(*USUAL)
        await idle(pilot)
        assert "Nova Reyes" in text_of(stage.app)


def test_resizes_while_loading_end_in_the_last_size() -> None:
    with Terminal("--demo") as terminal:
        terminal.until("BEATPASS")
        for number in range(300):
            terminal.resize(1 + number * 37 % 160, 1 + number * 23 % 60)
            terminal.discard(1 / 300)
        terminal.resize(120, 36)
        terminal.until("Top movers")
        terminal.until("+7.5%")
        terminal.wait_for_silence(0.3)
        lines = terminal.text.splitlines()
        assert len(lines) == 36
        assert lines[0].startswith(" BEATPASS ▸ Dashboard")
        # With 256 colors, tiles are drawn as frames.
        assert lines[1] == f"╭{'─' * 118}╮"
        assert "q Quit" in lines[-1]
        assert terminal.quit() < 30
        assert terminal.status == 0
        assert unrestored_modes(terminal) == []
