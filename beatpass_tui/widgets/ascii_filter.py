"""Drawing with plain letters alone, for terminals that have nothing else."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

SIGNS = {
    "◐": "|", "◓": "/", "◑": "-", "◒": "\\",
    "⌂": "#", "≈": "~", "★": "*", "▲": "^", "▼": "v", "♪": "d", "◉": "o", "↗": ">", "▸": ">",
    "↻": "@", "…": ".", "—": "-", "·": "|", "±": "~", "•": "*", "→": ">", "×": "x",
    "⏎": "J", "↑": "^", "↓": "v", "←": "<",
    "━": "=", "╺": "-", "╸": "=", "─": "-", "│": "|", "╭": "+", "╮": "+", "╰": "+", "╯": "+",
    "┏": "#", "┓": "#", "┗": "#", "┛": "#", "┃": "#", "▊": "|", "▎": "|", "▔": "-", "▁": "_",
    "▂": ".", "▃": "-", "▅": "+", "▆": "*", "▇": "%", "┤": "+",
    "░": ":", "▒": "+", "▓": "%", "∙": ".", "–": "-",
    "█": "#", "▌": "|", "▐": "|", "▀": "^", "▄": "_", "▏": "|", "▕": "|", "▋": "|", "▉": "#",
}  # fmt: skip
"""Every sign outside ASCII that the program draws, each with a letter of the same width."""

_TABLE = str.maketrans(SIGNS)


class AsciiFilter(LineFilter):
    """Replaces each sign by a letter at the very last moment, so that nothing else need know."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with their signs replaced."""
        del background
        return [
            segment if segment.text.isascii() else segment._replace(text=_plain(segment.text))
            for segment in segments
        ]


def _plain(text: str) -> str:
    """Replace what has a letter of its own; whatever else is not ASCII becomes question marks."""
    known = text.translate(_TABLE)
    if known.isascii():
        return known
    return "".join(
        character if character.isascii() else "?" * cell_len(character) for character in known
    )
