"""Design: pages use the window at every size, with the data of the demo."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Offset, Region
from textual.screen import Screen
from textual.widget import Widget

import beatpass_tui.demo
from beatpass_tui import bootstrap
from beatpass_tui.app import BeatPassApp
from beatpass_tui.demo import DemoServer
from beatpass_tui.screens.page import Page
from beatpass_tui.widgets.card_grid import Card
from beatpass_tui.widgets.detail_parts import Parts
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.table import Table
from beatpass_tui.widgets.title_row import TitleRowWidget
from support.app_harness import Stage, idle, press, text_of, until
from support.fakes import NOW, FakeClock

SIZES = ((80, 24), (90, 27), (100, 30), (120, 36), (126, 40), (140, 42), (160, 45), (200, 50))
FEW_SIZES = ((80, 24), (120, 36), (160, 45), (200, 50))
PAGES = "1234567"

ALL, DOCUMENTED, FIRST_DAY = "all fields", "documented fields", "first day"

MAX_EMPTY_ROWS = 3


@pytest.fixture
def app(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BeatPassApp]:
    server = partial(DemoServer, now=lambda: NOW, growth_delay=0.0)
    monkeypatch.setattr(beatpass_tui.demo, "DemoServer", server)
    monkeypatch.setattr(bootstrap, "SystemClock", FakeClock)
    data = getattr(request, "param", ALL)
    parts = bootstrap.demo_dependencies(
        "first-day" if data == FIRST_DAY else "normal",
        needs_sign_in=False,
        tracks=128,
        documented_only=data == DOCUMENTED,
        use_store=True,
        folder=tmp_path,
    )
    app = BeatPassApp(
        parts.connect, parts.access, repository=parts.repository, clock=FakeClock(), demo=True
    )
    yield app
    app.close_repository()


def empty_rows(shown: str) -> int:
    """Return the number of rows with only spaces and frame lines."""
    return sum(not line.strip(" │┃▎▐▕") for line in shown.split("\n"))


def has_settled(app: BeatPassApp) -> bool:
    page, session = app.screen, app.session
    if not isinstance(page, Page) or session is None:
        return False
    return all(
        query.fetched_at is not None and not query.loading for query in page.queries(session)
    )


@pytest.mark.parametrize("app", [ALL, DOCUMENTED], indirect=True)
async def test_pages_use_the_window(app: BeatPassApp, request: pytest.FixtureRequest) -> None:
    """Pages fill the window, and with only the documented fields report each problem once."""
    empty, unused, cut, notes = {}, {}, {}, {}
    has_all = ALL in request.node.name
    async with app.run_test(size=SIZES[-1]) as pilot:
        for digit in PAGES:
            await until(pilot, lambda: has_settled(app))
            await press(pilot, digit)
            await until(pilot, lambda: has_settled(app))
            for size in SIZES if has_all else ((90, 27), *FEW_SIZES):
                await pilot.resize_terminal(*size)
                await idle(pilot)
                if panels := app.screen.query("Section, .tile"):
                    unused[digit, size] = size[0] - max(panel.region.right for panel in panels)
                shown = text_of(app)
                # A word is cut, and its row has more spare cells than an aligned number leaves.
                if words := re.findall(r"\S*\w…(?= {10,}\S)", shown):
                    cut[digit, size] = words
                empty[digit, size] = empty_rows(shown)
                notes[digit, size] = shown.count("ot sent by BeatPass · o opens")
    assert {where: rows for where, rows in empty.items() if rows > MAX_EMPTY_ROWS} == {}
    assert {where: columns for where, columns in unused.items() if columns > 1} == {}
    assert cut == {}
    # Two on Finances: the totals and the transactions have other pages.
    assert max(notes.values()) == (0 if has_all else 2)
    assert {digit for (digit, _), times in notes.items() if times > 1} <= {"2"}


@pytest.mark.parametrize(
    "app, size",
    [*((ALL, size) for size in [(100, 30), *FEW_SIZES]), (FIRST_DAY, (120, 36))],
    indirect=["app"],
)
async def test_nothing_moves_while_a_page_loads(
    app: BeatPassApp, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """In every frame, panels have the region of the first one, and what is shown stays in place."""
    frames: defaultdict[Screen[Any], list[dict[str, Region | Offset]]] = defaultdict(list)
    draw = Screen._compositor_refresh

    def record(screen: Screen[Any]) -> None:
        if screen is screen.app.screen and isinstance(screen, Page):
            frames[screen].append(places(screen))
        draw(screen)

    monkeypatch.setattr(Screen, "_compositor_refresh", record)
    async with app.run_test(size=size) as pilot:
        for digit in PAGES:
            await until(pilot, lambda: has_settled(app))
            await press(pilot, digit)
            await until(pilot, lambda: has_settled(app))
            await idle(pilot)
    assert len(frames) == len(PAGES)
    moved: dict[tuple[str, str], object] = {}
    for page, (first, *others) in frames.items():
        assert any(isinstance(place, Region) for place in first.values())
        for places_now in others:
            for name, place in places_now.items():
                if first.setdefault(name, place) != place:
                    moved[type(page).__name__, name] = first[name], place
            missing = first.keys() - places_now.keys()
            moved |= {(type(page).__name__, name): (first[name], None) for name in missing}
    assert moved == {}


def places(page: Page) -> dict[str, Region | Offset]:
    """Return the regions of the panels of a page, and where its other parts are.

    Parts that are inside a panel may appear later, and grow downward.
    """
    placed: dict[str, Region | Offset] = {}
    for widget in page.walk_children(Widget):
        if not widget.is_on_screen or not widget.region:
            continue
        siblings = list(widget.parent.children) if widget.parent is not None else []
        name = widget.id or f"{type(widget).__name__} {siblings.index(widget)}"
        if isinstance(widget, Panel | Card | TitleRowWidget) or widget.has_class("tile"):
            placed[name] = widget.region
        elif isinstance(widget, Table | OptionRow | Parts):
            placed[name] = widget.region.offset
    return placed


async def test_closed_details_leave_the_page_as_it_was() -> None:
    stage = Stage()
    async with stage.run(size=SIZES[0]) as pilot:
        for digit in "2367":
            await press(pilot, digit, "down", "up")
            if digit == "7":
                # The lengths of the tracks are loaded, and the head below the list has their sum.
                await press(pilot, "enter", "escape")
            before = text_of(stage.app)
            await press(pilot, "enter")
            assert text_of(stage.app) != before
            await press(pilot, "escape")
            assert text_of(stage.app) == before, digit
