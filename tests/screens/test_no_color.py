"""NO_COLOR: no colors are sent, and cursor and focus remain visible."""

from __future__ import annotations

import re

import pytest
from textual.app import App

from beatpass_tui.errors import Forbidden
from support.app_harness import FakeAccess, Stage, idle, lines, press, text_of, until
from support.command_harness import Machine
from support.fakes import FakeService
from support.terminal import Terminal, unrestored_modes

ATTRIBUTES = {*range(10), *range(21, 30)}
"""SGR codes that are not colors, such as bold, dim and reverse."""


def codes(raw: bytes) -> set[int]:
    sequences = re.findall(rb"\x1b\[([\d;:]*)m", raw)
    return {int(code or 0) for each in sequences for code in re.split(rb"[;:]", each)}


def reversed_text(app: App[None]) -> list[str]:
    """Return all reversed text; fail if anything has a color."""
    texts = []
    for strip in app.screen._compositor.render_strips(app.size):
        for segment in strip:
            style = segment.style
            if style is not None:
                assert style.color is None, segment
                assert style.bgcolor is None, segment
                if style.reverse:
                    texts.append(segment.text)
    return texts


def underlined(app: App[None]) -> str:
    """Return all underlined text."""
    strips = app.screen._compositor.render_strips(app.size)
    return "".join(
        each.text for strip in strips for each in strip if each.style and each.style.underline
    )


def test_no_color_codes_reach_the_terminal() -> None:
    with Terminal("--demo", env={"NO_COLOR": "1"}) as terminal:
        terminal.until("45,210")
        for key, text in (("2", "▸ Finances"), ("3", "▸ Activity"), ("?", "Type to find")):
            terminal.press(key)
            terminal.until(text)
        assert codes(bytes(terminal.raw)) <= ATTRIBUTES
        assert {1, 2, 7} <= codes(bytes(terminal.raw))
        terminal.press("\x11")
        assert terminal.exit() == 0
        assert unrestored_modes(terminal) == []


def test_empty_no_color_is_ignored() -> None:
    with Terminal("--demo", env={"NO_COLOR": "", "COLORTERM": "truecolor"}) as terminal:
        terminal.until("45,210")
        colors = re.findall(rb"38;2;(\d+);(\d+);(\d+)", bytes(terminal.raw))
        terminal.press("q")
        assert terminal.exit() == 0
    assert any(len(set(color)) > 1 for color in colors), "there are only shades of gray"


async def test_cursor_is_visible_without_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stage = Stage()
    async with stage.run(size=(60, 24)) as pilot:
        assert "".join(reversed_text(stage.app)).strip("▎").split() == ["2", "$", "Finances"]
        await press(pilot, "right")
        assert "".join(reversed_text(stage.app)).strip("▎").split() == ["3", "≈", "Activity"]
        await press(pilot, "6")
        assert "".join(reversed_text(stage.app)).startswith("▸")
        await pilot.press("ctrl+p", *"theme")
        await until(pilot, lambda: "Choose other colors." in underlined(stage.app))


async def test_field_and_button_are_visible_without_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stage = Stage(access=FakeAccess(needs_sign_in=True))
    async with stage.app.run_test() as pilot:
        await idle(pilot)
        assert len("".join(reversed_text(stage.app))) == 1, "the text cursor"
        await press(pilot, "tab")
        assert "".join(reversed_text(stage.app)).strip() == "Sign in"


async def test_focused_button_of_a_question_is_visible_without_color(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stage = Stage()
    async with stage.run() as pilot:
        stage.app.action_sign_out()
        await idle(pilot)
        assert "Cancel" in "".join(reversed_text(stage.app)).split()
        await press(pilot, "right")
        assert "".join(reversed_text(stage.app)).split()[-2:] == ["Sign", "out"]


async def test_no_theme_has_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    service = FakeService(token=None)
    service.fail(Forbidden("No.", status=403), "artist", "stats", "intelligence")
    stage = Stage(service)
    async with stage.app.run_test() as pilot:
        for theme in ("beatpass-light", "ansi-dark"):
            stage.app.theme = theme
            await idle(pilot)
            reversed_text(stage.app)


@pytest.mark.parametrize("variable", ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"])
@pytest.mark.parametrize(
    "command", [["stats"], ["stats", "--json"], ["status"], ["config", "--path"]]
)
def test_commands_never_print_color(
    command: list[str], variable: str, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "1")
    machine.environ["BEATPASS_TOKEN"] = "901|made-up-token"
    result = machine.run(*command)
    assert result.status == 0
    assert result.out
    assert "\x1b" not in result.out + result.err


@pytest.mark.parametrize("size", [(120, 36), (160, 45)], ids=str)
async def test_frames_stand_apart_and_say_what_tiles_say(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stage = Stage(FakeService(token=None))
    async with stage.run(size=size) as pilot:
        reversed_text(stage.app)
        text = text_of(stage.app)
        assert re.search("^╭─ Plays per day ─.*─╮ ╭─ Top of loaded beats .*╮$", text, re.M)
        if size[1] > 40:
            assert re.search("^╭─ Recent activity ─.*─╮.* ╭─ Next milestones ─.*╮$", text, re.M)
        for page in "234567":
            await press(pilot, page)
            above, first = lines(stage)[2:4]
            assert not above, page
            assert first.count("╮") + first.count("┓") >= 2, page
            assert not re.search("[╮┓┃│][╭┏┃│]", text_of(stage.app)), page
            if page == "2":
                assert re.search(r"╭─ Earnings by month \[CAD\] .*╭─ Balance ─+ by currency", first)
                assert text_of(stage.app).count("by currency") == 1
                (statuses,) = (line for line in lines(stage) if "[All " in line)
                assert re.search("┏━ .*Delayed .*╭─ .* ● ", statuses)
            elif page == "3":
                assert "[30 days]" in first
            elif page == "4":
                # Colors tell the rarities apart elsewhere.
                assert re.search(r"Achievement +Rarity", text_of(stage.app))
