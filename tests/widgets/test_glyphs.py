"""Every sign that the program draws is one cell wide, in a common font, and has a plain letter."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual._border import BORDER_CHARS
from wcwidth import wcwidth

import beatpass_tui
from beatpass_tui.models.menu import PAGES
from beatpass_tui.widgets import stat_cards
from beatpass_tui.widgets.line_filters import ASCII_SYMBOLS, to_ascii
from support.dejavu_sans_mono import CHARACTERS

ROOT = Path(beatpass_tui.__file__).parent

SILENT = ("demo", "exports/tables.py", "models/text.py")
"""What draws nothing of its own: the demo's data, and the characters that are looked for."""

MODULES = [
    path
    for path in sorted(ROOT.rglob("*.py"))
    if not path.relative_to(ROOT).as_posix().startswith(SILENT)
]


def signs(path: Path) -> set[str]:
    """Return the characters outside ASCII in the string literals of a module."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    # A string that stands by itself is a docstring, of whatever is before it.
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return {
        character
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        for character in node.value
        if not character.isascii()
    }


def borders() -> set[str]:
    """Return the characters of the borders that the stylesheet asks for."""
    style = "".join(path.read_text("utf-8") for path in sorted(ROOT.rglob("*.tcss")))
    edges = r"(?:border|outline)(?:-(?:top|right|bottom|left))?"
    kinds = set(re.findall(rf"(?<![\w-]){edges}:\s*([a-z]+)", style)) - {"none"}
    assert kinds
    rows = [row for kind in kinds for row in BORDER_CHARS[kind]]
    return {character for row in rows for part in row for character in part} - {" "}


@pytest.fixture(scope="module")
def drawn() -> set[str]:
    """Every sign outside ASCII that the program draws of its own."""
    return set().union(*map(signs, MODULES), borders(), stat_cards.SPINNER_FRAMES)


def test_the_signs_were_found(drawn: set[str]) -> None:
    assert set("◐▲★╭━—·…↗") <= drawn
    assert {page.glyph for page in PAGES if not page.glyph.isascii()} <= drawn


def test_every_sign_is_one_cell_wide(drawn: set[str]) -> None:
    assert {sign for sign in drawn if (wcwidth(sign), cell_len(sign)) != (1, 1)} == set()


def test_every_sign_is_in_a_common_font(drawn: set[str]) -> None:
    assert drawn - set(CHARACTERS) == set()


def test_every_sign_has_a_plain_letter(drawn: set[str]) -> None:
    assert drawn - set(ASCII_SYMBOLS) == set()


def test_every_plain_letter_is_one_visible_letter() -> None:
    letters = set(map(chr, range(ord("!"), ord("~") + 1)))
    assert {sign: letter for sign, letter in ASCII_SYMBOLS.items() if letter not in letters} == {}


def test_the_frames_of_the_spinner_differ_in_plain_letters_too() -> None:
    frames = stat_cards.SPINNER_FRAMES
    assert len({ASCII_SYMBOLS[frame] for frame in frames}) == len(frames)


def test_what_tells_rising_from_falling_differs_in_plain_letters_too() -> None:
    assert ASCII_SYMBOLS["▲"] != ASCII_SYMBOLS["▼"]


def plain(text: str) -> str:
    return to_ascii(Segment(text)).text


@pytest.mark.parametrize(
    "text, shown",
    [
        ("Tracks", "Tracks"),
        ("╭ 1 ─╮", "+ 1 -+"),
        ("Calculating…", "Calculating."),
        ("Beyoncé", "Beyonc?"),
        ("夜 x", "?? x"),
        ("e\u0301x", "ex"),
        ("🎹", "??"),
    ],
)
def test_plain_letters_keep_every_cell_in_its_place(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert cell_len(plain(text)) == cell_len(text)
