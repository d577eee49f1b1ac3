"""Columns of tables: which ones fit, how wide they are, and text that fits into them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from rich.cells import cell_len, set_cell_size

Parts: TypeAlias = "Sequence[tuple[str, str]]"
"""Parts of a text with their styles."""

MIN_GAP, GAP = 1, 2
"""Cells between columns: where space is short, and normally."""

_TYPICAL = 0.95
"""Share of the cells that fit into the typical width of a column."""

_ROOM = 12
"""Cells that a column with a share may be wider than its content."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    key: str
    title: str
    width: int
    """Width in cells from which it is shown; its content may be narrower."""
    right: bool = False
    """Whether it is right-aligned."""
    grow: int = 0
    """Its share of spare width; the first column with a share is the name of the row."""
    importance: int = 0
    """0 is always shown; columns with the highest numbers are dropped first."""
    muted: bool = False
    """Whether its text is less prominent."""


class Place(NamedTuple):
    """Where a column is drawn."""

    column: int
    """Index of the column."""
    start: int
    width: int


class CellWidths:
    """Widths of the cells of a column that were seen so far."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self.widest = 0
        self.typical = 0
        """A width in which most cells fit."""

    def add(self, width: int) -> None:
        self._counts[width] += 1
        if width > self.typical:
            self.widest = max(self.widest, width)
            self.typical = self._quantile()

    def _quantile(self) -> int:
        rest = self._counts.total() * (1 - _TYPICAL)
        for width in sorted(self._counts, reverse=True):
            rest -= self._counts[width]
            if rest < 0:
                return width
        return 0


def place_columns(
    columns: Sequence[Column], content: Mapping[str, tuple[int, int]], width: int
) -> Sequence[Place]:
    """Return the columns that fit into `width`, in order.

    `content` has the typical and the maximum width of the content by column. Columns grow to their
    typical content, those with a share first, and then to their widest content. Those with a share
    also take some of what is left; the rest remains at the end.
    """
    shown = list(range(len(columns)))
    while len(shown) > 1 and sum(columns[i].width + MIN_GAP for i in shown) - MIN_GAP > width:
        least_important = max(columns[i].importance for i in shown)
        if least_important == 0:
            break
        shown.remove([i for i in shown if columns[i].importance == least_important][-1])
    typical, widest = {}, {}
    for i in shown:
        title, declared = cell_len(columns[i].title), columns[i].width
        seen = content.get(columns[i].key, (declared, declared))
        typical[i], widest[i] = max(title, seen[0]), max(title, seen[1])
    placed = {i: min(columns[i].width, widest[i]) for i in shown}
    gaps = len(shown) - 1
    spare = width - sum(placed.values()) - gaps * MIN_GAP
    gap = MIN_GAP
    if spare >= gaps * (GAP - MIN_GAP):
        gap, spare = GAP, spare - gaps * (GAP - MIN_GAP)
    shares = {i: columns[i].grow for i in shown}
    by_importance = sorted(shown, key=lambda i: columns[i].importance)
    for natural in (typical, widest):
        spare -= _grow(placed, natural, shares, spare)
        for i in by_importance:
            spare -= _grow(placed, natural, {i: 1}, spare)
    _grow(placed, {i: cells + _ROOM for i, cells in widest.items()}, shares, spare)
    places, start = [], 0
    for i in shown:
        places.append(Place(i, start, placed[i]))
        start += placed[i] + gap
    return places


def _grow(
    placed: dict[int, int], natural: Mapping[int, int], shares: Mapping[int, int], spare: int
) -> int:
    """Widen columns by their shares, at most to `natural`; return the cells used."""
    used = 0
    while spare > used:
        growing = [i for i, share in shares.items() if share and placed[i] < natural[i]]
        if not growing:
            break
        total, available = sum(shares[i] for i in growing), spare - used
        for i in growing:
            cells = min(max(available * shares[i] // total, 1), natural[i] - placed[i])
            cells = min(cells, spare - used)
            placed[i] += cells
            used += cells
    return used


def parts_width(cell: str | Parts) -> int:
    """Return the width of a cell of a table."""
    if isinstance(cell, str):
        return len(cell) if cell.isascii() else cell_len(cell)
    return sum(cell_len(text) for text, _ in cell)


def cut_parts(parts: Parts, width: int) -> Parts:
    """Return parts of text that fit into `width`, cut with an ellipsis if they are longer."""
    if parts_width(parts) <= width:
        return parts
    cut: list[tuple[str, str]] = []
    for text, style in parts:
        text = fit_text(text, min(cell_len(text), width)) if cell_len(text) > width else text
        cut.append((text, style))
        width -= cell_len(text)
    return cut


def fit_text(text: str, width: int, *, right: bool = False) -> str:
    """Return text in exactly `width` cells, cut with an ellipsis if it is longer."""
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        return set_cell_size(text, max(width - 1, 0)) + "…"[:width]
    return " " * (width - length) + text if right else text + " " * (width - length)
