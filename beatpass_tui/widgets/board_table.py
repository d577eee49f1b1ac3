"""The table of a leaderboard: ranks, changes, values with bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from beatpass_tui.models.text import fold, fold_query
from beatpass_tui.view_models import leaderboards, season
from beatpass_tui.view_models.leaderboards import Board, BoardRow
from beatpass_tui.view_models.season import LeaderboardRow
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.bars import Shade, meter
from beatpass_tui.widgets.ranks import CHANGE_COLORS
from beatpass_tui.widgets.table import Cell, Column, Table

Row: TypeAlias = "BoardRow | LeaderboardRow"

_METER = 19
"""Width of the bars of values, in cells."""

_TOP_COLORS = {1: "$hue-level", 2: "$ink-secondary", 3: "$hue-delayed"}
"""Theme colors of the first ranks."""

_NOTHING = Board((), "", False)


class BoardTable(Table[Row]):
    """The rows of a leaderboard; the cursor starts on your row in each of them."""

    def __init__(self, *, id: str) -> None:
        super().__init__(
            _board_columns("", _NOTHING),
            self._board_cells,
            key=_key,
            is_own=lambda row: row.you,
            rule=lambda row: row.rule if isinstance(row, BoardRow) else "",
            selectable=True,
            empty_text="",
            id=id,
        )
        self._shown = ""
        """The name of the leaderboard in the table."""
        self._cursors: dict[str, object] = {}
        """The key of the row under the cursor, by leaderboard."""

    def show_view(self, view: str, period: str, board: Board | None, search: str) -> None:
        """Show one of the five views; None while it is unknown."""
        known = board or _NOTHING
        empty = "No artist is ranked in this period yet." if board is not None else ""
        self._show(f"{view}:{period}", known.rows, _board_columns(view, known), empty, search)

    def show_season(
        self, category: str, rows: Sequence[LeaderboardRow] | None, search: str
    ) -> None:
        """Show a category of the season; None while it is unknown."""
        empty = "This category has no entries yet." if rows is not None else ""
        self._show(f"season:{category}", rows or (), _season_columns(category), empty, search)

    def _show(
        self,
        shown: str,
        rows: Sequence[Row],
        columns: Sequence[Column],
        empty_text: str,
        search: str,
    ) -> None:
        if search:
            query = fold_query(search)
            rows = tuple(row for row in rows if row.name and query in fold(row.name))
            empty_text = "No artists match." if not rows else empty_text
        current = self.current
        if current is not None and shown != self._shown:
            self._cursors[self._shown] = _key(current)
        self.empty_text = empty_text
        self.show_columns(columns)
        starts = bool(rows) and (shown != self._shown or current is None)
        if starts or rows != self.rows:
            self.show(rows, ("value", True))
        if starts:
            key = self._cursors.get(shown)
            own = next((index for index, row in enumerate(rows) if row.you), 0)
            self.cursor = next((i for i, row in enumerate(rows) if _key(row) == key), own)
        self._shown = shown if rows or not search else self._shown

    def _board_cells(self, row: Row) -> Sequence[Cell]:
        rank = _rank_cell(row.rank)
        if isinstance(row, LeaderboardRow):
            return (rank, row.name, row.value, [(row.tier, f"${season.tier_color(row.tier)}")])
        accessible = is_accessible(self)
        change = leaderboards.change_words(row.change) if accessible else row.change.text
        filled, empty = meter(row.share, _METER)
        bar = [(filled, (Shade.TODAY if row.you else Shade.DAY).value)]
        if not is_plain(self):
            bar.append((empty, "$track"))
        return (
            rank,
            [(change, f"${CHANGE_COLORS[row.change.direction]}")],
            [(row.name, ""), ("  you", "$ink-secondary")] if row.you else row.name,
            row.value,
            "" if accessible else bar,
            row.detail,
        )


def _rank_cell(rank: str) -> Cell:
    number = rank.lstrip("=")
    color = _TOP_COLORS.get(int(number)) if number.isdigit() else None
    return [(rank, color or "")]


def _key(row: Row) -> object:
    return (row.key or row.rule) if isinstance(row, BoardRow) else (row.rank, row.name)


def _board_columns(view: str, board: Board) -> tuple[Column, ...]:
    info = leaderboards.VIEW_INFO.get(view)
    measure = info.measure if info is not None else "Value"
    change, detail = board.has_changes, board.detail_title
    return (
        Column("rank", "Rank", 4, right=True),
        Column("change", "Change" if change else "", 6 * change, importance=1),
        Column("name", "Artist", 18, grow=1),
        Column("value", measure, max(len(measure), 6), right=True),
        Column("bar", "", _METER, importance=3),
        Column("detail", detail, 5 * bool(detail), right=True, importance=2, muted=True),
    )


def _season_columns(category: str) -> tuple[Column, ...]:
    measure = season.CATEGORY_INFO[category].measure
    return (
        Column("rank", "Rank", 4, right=True),
        Column("name", "Producer", 16, grow=1),
        Column("value", measure, max(len(measure), 8), right=True),
        Column("tier", "Tier", 9, importance=1),
    )
