"""The search of the command palette."""

import unicodedata

import pytest
from textual.command import Command, CommandList
from textual.pilot import Pilot
from textual.widgets import Input

from beatpass_tui.models.catalog import Beats
from beatpass_tui.models.identity import MenuItem
from beatpass_tui.models.text import fold, fold_query
from beatpass_tui.view_models.finder import Finder, Item
from support.app_harness import FakeAccess, Stage, idle, lines, press, text_of, until
from support.catalog import beat
from support.fakes import FakeService
from support.snapshots import Compare, keys

NAMES = {
    "Éclair Studio": ("eclair", "ECLAIR", "éclair", "ÉCLAIR", "e\u0301clair", "Éc"),
    "E\u0301clair Studio": ("eclair", "éclair", "ÉCLAIR"),
    "Ørsted": ("orsted", "ØRSTED", "ørsted"),
    "Straße": ("strasse", "STRASSE", "straße"),
    "Æon": ("aeon", "æon"),
    "한국": ("한국", unicodedata.normalize("NFD", "한국")),
    "❤ 👍 CA Heart": ("❤\ufe0f", "👍🏽 ca", "👍  \U0001f1e8\U0001f1e6 heart"),
    "Go to My Beats": ("mybeats", "BEATS", "gtmb", "béats"),
}


@pytest.mark.parametrize("query, name", [(q, name) for name in NAMES for q in NAMES[name]])
def test_search_ignores_case_accents_and_composition(query: str, name: str) -> None:
    finder, folded = Finder(query), fold(name)
    assert finder.rank(folded) is not None
    letters = "".join(folded[position] for position in finder.positions(folded))
    assert letters == fold_query(query)


@pytest.mark.parametrize("query, name", [("eclairs", "Éclair"), ("x", "Ørsted"), ("aeon", "Aon")])
def test_other_names_do_not_match(query: str, name: str) -> None:
    assert Finder(query).rank(fold(name)) is None


def test_best_matches_come_first() -> None:
    names = ["A Café in Noirmoutier", "Café Noirs", "Le Café Noir", "Café Noir", "Cold Afternoon"]
    items = [Item(place, name, fold(name), "", 9 - place) for place, name in enumerate(names)]
    best, total = Finder("cafe noir").best(items, 8)
    assert [item.name for item in best] == [
        "Café Noir",
        "Café Noirs",
        "Le Café Noir",
    ]
    assert total == 3
    best, total = Finder("cfnm").best(items, 8)
    assert ([item.id for item in best], total) == ([0], 1)
    # The letters of a long query are tried once each.
    assert Finder("ab" * 40).rank("a" * 10_000) is None


async def test_palette_finds_a_menu_item_by_its_plain_letters() -> None:
    menu = (
        MenuItem("Dashboard", "/producer-dashboard"),
        MenuItem("Éclair Beats", "/producer-dashboard/tracks"),
    )
    stage = Stage(access=FakeAccess(menu=menu))
    async with stage.run("ctrl+p") as pilot:
        await pilot.press(*"eclair")
        await until(pilot, lambda: options(pilot) == ["Éclair Beats"])
        await pilot.press("enter")
        await until(pilot, lambda: "▸ My Beats" in text_of(stage.app))


async def test_palette_of_themes_ignores_accents() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        stage.app.action_change_theme()
        await pilot.press(*"DRÁCULA")
        await until(pilot, lambda: options(pilot) == ["dracula"])
        await pilot.press("enter")
        await until(pilot, lambda: stage.app.theme == "dracula")


def options(pilot: Pilot[None]) -> list[str]:
    """Return the names of the offered entries."""
    listed = pilot.app.screen.query_one(CommandList).options
    return [
        each.hit.text or "" for each in listed if isinstance(each, Command) and not each.disabled
    ]


async def test_themes_are_found_by_typing_their_names() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        await pilot.press("ctrl+p")
        assert not set(options(pilot)) & set(stage.app.available_themes)
        for theme in stage.app.available_themes:
            stage.app.screen.query_one(Input).value = theme
            await idle(pilot)
            assert options(pilot)[0] == theme
        stage.app.screen.query_one(Input).value = ""
        await press(pilot, *"tokyo", "enter")
        assert stage.app.theme == "tokyo-night"


async def test_beats_and_albums_are_found_and_opened_without_a_request() -> None:
    service = FakeService()
    rows = [beat(n, name=name) for n, name in enumerate(("[Café] Noir", "Mid", "Neon"), start=1)]
    service.script("beats", Beats(tuple(rows), 1, 100, 1_204, more=True))
    stage = Stage(service)
    async with stage.run("7", "6", "1", size=(120, 36)) as pilot:
        sent = len(service.calls)
        await press(pilot, "ctrl+p", *"CAFE N")
        assert options(pilot)[0] == "[Café] Noir"
        shown = text_of(stage.app)
        assert "♪ [Café] Noir" in shown
        assert "10 plays" in shown
        assert "1 result · 4 of 1,204 beats · 2 albums searched" in shown
        assert len(service.calls) == sent
        await press(pilot, "enter")
        assert "[Café] Noir" in str(stage.app.screen.query_one("#detail-head").render())
        await press(pilot, "escape")
        assert "▸ Dashboard" in text_of(stage.app)
        await press(pilot, "ctrl+p", *"sketch", "enter")
        assert "Sketchbook" in str(stage.app.screen.query_one("#detail-head").render())
        await press(pilot, "escape")
        assert "▸ Dashboard" in text_of(stage.app)


async def test_nothing_found_and_a_narrow_window() -> None:
    stage = Stage()
    async with stage.run(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+p", *"zzzz")
        assert "No matches" in text_of(stage.app)
        assert " 0 results · " in text_of(stage.app)
        await press(pilot, "enter", *["backspace"] * 4)
        await pilot.resize_terminal(44, 14)
        await idle(pilot)
        assert max(map(len, lines(stage))) <= 44
        await press(pilot, "escape")
        assert "BEATPASS" in text_of(stage.app)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (160, 45)], ids=lambda s: f"{s[0]}x{s[1]}")
def test_snapshot(snap_compare: Compare, size: tuple[int, int]) -> None:
    pressed = keys("6", "7", "1", "ctrl+p", "m", "i")
    assert snap_compare(Stage().app, terminal_size=size, run_before=pressed)
