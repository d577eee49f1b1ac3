"""The search of the command palette."""

import unicodedata

import pytest
from textual.command import CommandList
from textual.content import Content
from textual.fuzzy import Matcher
from textual.pilot import Pilot

from beatpass_tui.models.identity import MenuItem
from beatpass_tui.models.text import fold
from beatpass_tui.widgets.palette import FoldingMatcher
from support.app_harness import FakeAccess, Stage, text_of, until

NAMES = {
    "Éclair Studio": ("eclair", "ECLAIR", "éclair", "ÉCLAIR", "e\u0301clair", "Éc"),
    "E\u0301clair Studio": ("eclair", "éclair", "ÉCLAIR"),
    "Ørsted": ("orsted", "ØRSTED", "ørsted"),
    "Straße": ("strasse", "STRASSE", "straße"),
    "Æon": ("aeon", "æon"),
    "한국": ("한국", unicodedata.normalize("NFD", "한국")),
    "Go to My Beats": ("mybeats", "BEATS", "gtmb", "béats"),
}


def highlighted(content: Content) -> str:
    """Return the highlighted characters."""
    return "".join(content.plain[start:end] for start, end, _ in content.spans)


@pytest.mark.parametrize("query, name", [(q, name) for name in NAMES for q in NAMES[name]])
def test_search_ignores_case_accents_and_composition(query: str, name: str) -> None:
    matcher = FoldingMatcher(query)
    assert matcher.match(name) > 0
    content = matcher.highlight(name)
    assert content.plain == unicodedata.normalize("NFC", name)
    marks = "".join(sorted(fold(highlighted(content))))
    assert marks == "".join(sorted(fold(query)))


@pytest.mark.parametrize("query, name", [("eclairs", "Éclair"), ("x", "Ørsted"), ("aeon", "Aon")])
def test_other_names_do_not_match(query: str, name: str) -> None:
    matcher = FoldingMatcher(query)
    assert matcher.match(name) == 0
    assert not matcher.highlight(name).spans


@pytest.mark.parametrize("name", ["Beat [FREE]", "[/]", "[@click=app.quit]Go[/]", "[red"])
def test_brackets_in_names_are_no_markup(name: str) -> None:
    assert FoldingMatcher("e").highlight(name).plain == name


def test_ascii_names_score_as_in_textual() -> None:
    for query in ("go", "beats", "gtmb", "o b", "q"):
        matcher = FoldingMatcher(query)
        assert matcher.match("Go to My Beats") == Matcher(query).match("Go to My Beats")


async def test_palette_finds_a_menu_item_by_its_plain_letters() -> None:
    menu = (
        MenuItem("Dashboard", "/producer-dashboard"),
        MenuItem("Éclair Beats", "/producer-dashboard/tracks"),
    )
    stage = Stage(access=FakeAccess(menu=menu))
    async with stage.run("ctrl+p") as pilot:
        await pilot.press(*"eclair")
        await until(pilot, lambda: options(pilot) == ["Go to Éclair Beats"])
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
    """Return the first lines of the listed commands."""
    prompts = [option.prompt for option in pilot.app.screen.query_one(CommandList).options]
    return [str(prompt).splitlines()[0] for prompt in prompts]


async def test_themes_are_found_by_typing_their_names() -> None:
    stage = Stage()
    async with stage.run() as pilot:
        offered = {each.title: each for each in stage.app.get_system_commands(stage.app.screen)}
        themes = {f"Theme {name}" for name in stage.app.available_themes}
        assert themes <= set(offered)
        assert not any(offered[name].discover for name in themes)
        await pilot.press("ctrl+p", *"tokyo")
        await until(pilot, lambda: "Theme tokyo-night" in text_of(stage.app))
        await pilot.press("enter")
        await until(pilot, lambda: stage.app.theme == "tokyo-night")
