"""Drawn symbols are one cell wide, in a common font, and have an ASCII replacement."""

from __future__ import annotations

import ast
import re
import unicodedata
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

EXCLUDED = ("demo", "exports/tables.py", "models/text.py")
"""Modules that draw nothing: demo data, and characters to search for."""

MODULES = [
    path
    for path in sorted(ROOT.rglob("*.py"))
    if not path.relative_to(ROOT).as_posix().startswith(EXCLUDED)
]


def symbols(path: Path) -> set[str]:
    """Return the non-ASCII characters in the string literals of a module."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    # A string statement is a docstring.
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return {
        character
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        for character in node.value
        # Format characters, such as byte order marks, are written to files and never drawn.
        if not character.isascii() and unicodedata.category(character) != "Cf"
    }


def borders() -> set[str]:
    """Return the characters of the borders in the stylesheets."""
    style = "".join(path.read_text("utf-8") for path in sorted(ROOT.rglob("*.tcss")))
    edges = r"(?:border|outline)(?:-(?:top|right|bottom|left))?"
    kinds = set(re.findall(rf"(?<![\w-]){edges}:\s*([a-z]+)", style)) - {"none"}
    assert kinds
    rows = [row for kind in kinds for row in BORDER_CHARS[kind]]
    return {character for row in rows for part in row for character in part} - {" "}


@pytest.fixture(scope="module")
def drawn() -> set[str]:
    """Every non-ASCII symbol that the program draws."""
    return set().union(*map(symbols, MODULES), borders(), stat_cards.SPINNER_FRAMES)


def test_symbols_were_found(drawn: set[str]) -> None:
    assert set("◐▲★╭━—·…↗") <= drawn
    assert {page.glyph for page in PAGES if not page.glyph.isascii()} <= drawn


def test_every_symbol_is_one_cell_wide(drawn: set[str]) -> None:
    assert {symbol for symbol in drawn if (wcwidth(symbol), cell_len(symbol)) != (1, 1)} == set()


def test_every_symbol_is_in_a_common_font(drawn: set[str]) -> None:
    assert drawn - set(CHARACTERS) == set()


def test_every_symbol_has_an_ascii_character(drawn: set[str]) -> None:
    assert drawn - set(ASCII_SYMBOLS) == set()


def test_every_ascii_character_is_visible() -> None:
    visible = set(map(chr, range(ord("!"), ord("~") + 1)))
    assert {symbol: char for symbol, char in ASCII_SYMBOLS.items() if char not in visible} == {}


def test_spinner_frames_differ_in_ascii() -> None:
    frames = stat_cards.SPINNER_FRAMES
    assert len({ASCII_SYMBOLS[frame] for frame in frames}) == len(frames)


def test_up_and_down_differ_in_ascii() -> None:
    assert ASCII_SYMBOLS["▲"] != ASCII_SYMBOLS["▼"]


def plain(text: str) -> str:
    return to_ascii(Segment(text)).text


@pytest.mark.parametrize(
    "text, shown",
    [
        ("Tracks", "Tracks"),
        ("╭ 1 ─╮", "+ 1 -+"),
        ("Calculating…", "Calculating."),
        ("Leaderboar… x", "Leaderboa.. x"),
        ("Café Ørsted, Łódź", "Cafe Orsted, Lodz"),
        ("Cafe\u0301", "Cafe"),
        ("━━╺━━━", "==----"),
        ("12% more …", "12% more.."),
        ("夜…", "..."),
        ("Beyoncé", "Beyonce"),
        ("夜 x", "?? x"),
        ("e\u0301x", "ex"),
        ("🎹", "??"),
    ],
)
def test_ascii_text_keeps_its_width(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert cell_len(plain(text)) == cell_len(text)
