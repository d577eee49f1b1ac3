"""Leaderboards: your rank in each of the seven categories."""

from collections.abc import Iterable, Sequence
from typing import Any

from textual.containers import Horizontal
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models.career import CATEGORIES, Standing
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.screens.context import ScreenContext
from beatpass_tui.screens.inner_page import InnerPage
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import season
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.view_models.season import CATEGORY_INFO, LeaderboardRow
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.key_values import KeyValueList, WrappedFacts
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.table import Column, Table


class Leaderboards(InnerPage[LeaderboardRow]):
    """The seven categories of `GET /producer-intelligence/leaderboard`, one at a time."""

    info = BY_NAME["leaderboards"]
    AUTO_FOCUS = "#board"

    BINDINGS = [
        *(
            bind(id, f"step({steps})", name, f"Show the {name.lower()}.", label="Category")
            for id, steps, name in (
                ("list.previous", -1, "Previous category"),
                ("list.next", 1, "Next category"),
                ("move.left", -1, "Previous category"),
                ("move.right", 1, "Next category"),
            )
        ),
    ]

    _shown: str | None = None
    """The category whose rows the table shows."""
    _standing: Standing | None = None
    """The ranking in the table."""

    def __init__(self, context: ScreenContext, session: Session | None = None) -> None:
        super().__init__(context, session)
        self._cursors: dict[str, int] = {}

    def compose_sections(self) -> Iterable[Widget]:
        yield OptionRow(season.CATEGORY_OPTIONS, CATEGORIES[0], id="category")
        with Horizontal(id="standings"):
            yield Panel(
                CATEGORY_INFO[CATEGORIES[0]].label,
                always_shown=(
                    Table[LeaderboardRow](
                        _columns(CATEGORIES[0], ()),
                        lambda row: (row.rank, row.name, row.value, row.tier),
                        key=lambda row: row.name,
                        is_own=lambda row: row.you,
                        empty_text="",
                        id="board",
                    ),
                ),
                id="ranking",
                classes="-list",
            )
            yield Panel(
                "Your ranks", KeyValueList(min_label_width=14, id="rank-facts"), id="own-ranks"
            )
        yield WrappedFacts(id="rank-line")

    def on_mount(self) -> None:
        """Watch the category, so that it always matches the rows below."""
        self.watch(
            self.query_one("#category", OptionRow), "value", self.category_changed, init=False
        )

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        return (session.account, session.artist, session.standings)

    def show_sections(self, session: Session) -> None:
        category = self.query_one("#category", OptionRow).value
        value = session.standings.value
        standing = season.find_category(value, category) if value is not None else None
        known = standing is not None and standing.listed is not None
        section = self.query_one("#ranking", Panel)
        section.title = CATEGORY_INFO[category].label
        section.detail = season.own_position(standing) if standing is not None else ""
        note = "" if known else f"{formatting.DASH} BeatPass sent nothing for this category."
        self.show_section("ranking", session.standings, known=known, note=note if value else "")
        self._show_rows(category, standing)
        end = value.season_end if value is not None else None
        ranks_panel = self.query_one("#own-ranks", Panel)
        ranks_panel.detail = season.season_end_text(end, self.clock.now())
        ranks = season.own_ranks(value) if value is not None else ()
        if self.show_section("own-ranks", session.standings):
            self.query_one("#rank-facts", KeyValueList).items = ranks
        facts = [f"{label} {rank}" for label, rank in ranks]
        self.query_one(WrappedFacts).items = (f"You: {facts[0]}", *facts[1:]) if facts else ()

    def _show_rows(self, category: str, standing: Standing | None) -> None:
        table = self.query_one("#board", Table)
        is_empty = standing is not None and standing.listed == 0
        table.empty_text = "This category has no entries yet." if is_empty else ""
        if self._shown != category or self._standing is not standing:
            rows = season.entry_rows(standing) if standing is not None else ()
            table.columns = _columns(category, rows)
            table.show(rows)
            self._standing = standing
        if self._shown != category:
            self._shown, table.cursor = category, self._cursors.get(category, 0)

    def can_export(self) -> bool:
        return self.session is not None and self.session.standings.value is not None

    async def export_file(self) -> ExportFile | None:
        query = self.session.standings if self.session is not None else None
        if query is None or query.value is None:
            return None
        table = tables.leaderboards(query.value.rows)
        return ExportFile("leaderboards", table, query.fetched_at, len(table.rows), complete=True)

    def can_step(self, steps: int) -> bool:
        return True

    def action_step(self, steps: int) -> None:
        self.query_one("#category", OptionRow).step(steps)

    def category_changed(self) -> None:
        """Show the selected category at its last cursor position."""
        if self._shown is not None:
            self._cursors[self._shown] = self.query_one("#board", Table).cursor
        self.show()

    # Cursor

    def describe_row(self, row: LeaderboardRow) -> Notice:
        return Notice(season.row_summary(row, self.query_one("#category", OptionRow).value))

    def copyable_row(self, row: LeaderboardRow) -> tuple[str, str]:
        return "\t".join((row.rank, row.name, row.value, row.tier)), "the row"


def _columns(category: str, rows: Sequence[LeaderboardRow]) -> tuple[Column, ...]:
    measure = CATEGORY_INFO[category].measure
    value = max((len(row.value) for row in rows), default=0)
    return (
        Column("rank", "Rank", 5, right=True),
        Column("name", "Producer", 16, grow=1),
        Column("value", measure, max(value, len(measure), 8), right=True),
        Column("tier", "Tier", 9, importance=1),
    )
