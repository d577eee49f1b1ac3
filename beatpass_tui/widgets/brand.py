"""The name of the service in large letters."""

from __future__ import annotations

from itertools import zip_longest
from typing import ClassVar

from textual.content import Content

from beatpass_tui.widgets.accessibility import ASCII_CLASS, is_accessible
from beatpass_tui.widgets.content import ContentWidget

_HALVES = "BEAT", "PASS"
_LETTERS = {
    "B": ("##.", "#.#", "##.", "#.#", "##."),
    "E": ("###", "#..", "###", "#..", "###"),
    "A": (".#.", "#.#", "###", "#.#", "#.#"),
    "T": ("###", ".#.", ".#.", ".#.", ".#."),
    "P": ("##.", "#.#", "##.", "#..", "#.."),
    "S": ("###", "#..", "###", "..#", "###"),
}
"""The five rows of pixels of each letter."""
_BLOCKS = {"..": " ", "#.": "▀", ".#": "▄", "##": "█"}
"""The character for an upper and a lower pixel."""


def large_letters(word: str) -> list[str]:
    """Return a word as three rows of block characters."""
    rows = [".".join(_LETTERS[letter][row] for letter in word) for row in range(5)]
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue="." * len(rows[0]))
    return [
        "".join(_BLOCKS[upper + lower] for upper, lower in zip(*pair, strict=True))
        for pair in pairs
    ]


class Logo(ContentWidget):
    """The name in large letters, or as text where there is only one row for it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"logo--second"}

    def render(self) -> Content:
        first, second = _HALVES
        rows = [(first, second)]
        if self.size.height > 1 and not (is_accessible(self) or self.app.has_class(ASCII_CLASS)):
            letters = map(large_letters, _HALVES)
            rows = [(f"{left} ", right) for left, right in zip(*letters, strict=True)]
        return Content("\n").join(
            Content(left) + self.styled(right, "logo--second") for left, right in rows
        )
