"""Progress: level, XP by source, achievements."""

from collections.abc import Iterable, Sequence
from typing import Any

from textual import on
from textual.containers import Horizontal
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models.career import Achievement, XpSource
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.screens.inner_page import InnerPage
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import progress
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.level_meter import LevelMeter
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.table import Column, Table

_BAR = 20
"""Width of the bar of a source with all XP, in cells."""

_SOURCES = (
    Column("source", "Source", 12, grow=1),
    Column("xp", "XP", 7, right=True),
    Column("times", "Count", 6, right=True, importance=1),
    Column("share", "Share", 5, right=True),
    Column("bar", "", _BAR, importance=2),
)

_NONE = "No achievements match · {list.filter} or {progress.rarity} to change the filter"

_ACHIEVEMENTS = (
    Column("state", "State", 8),
    Column("name", "Achievement", 16, grow=1),
    Column("rarity", "Rarity", 9),
    Column("xp", "XP", 11, right=True),
    Column("category", "Category", 13, importance=2),
    Column("since", "Unlocked", 11, importance=1),
)

_Selection = tuple[tuple[Achievement, ...], str, str]
"""All achievements, and the selected status and rarity."""


class Progress(InnerPage[Achievement]):
    """The level of Home's header, `GET …/xp-sources` and `GET …/achievements`."""

    info = BY_NAME["progress"]
    AUTO_FOCUS = "#achievements-table"

    BINDINGS = [
        bind(
            "list.filter",
            "next_option('by-status')",
            sentence="Show achievements of another status.",
        ),
        bind("progress.rarity", "next_option('by-rarity')"),
    ]

    _total_xp = 0.0
    _listed: tuple[_Selection, Sequence[Achievement]] | None = None
    """The filters and the rows that match them."""

    def compose_sections(self) -> Iterable[Widget]:
        sources = Table[XpSource](
            _SOURCES, self._source_cells, key=lambda row: row.name, empty_text="No XP yet.", id="xp"
        )
        # All rows are visible, so it needs no cursor.
        sources.can_focus = False
        with Horizontal(id="level-and-sources"):
            yield Panel("Level", LevelMeter(id="meter"), id="xp-level")
            yield Panel("XP by source", sources, id="sources")
        yield Panel(
            "Achievements",
            Horizontal(
                OptionRow(progress.STATUS_OPTIONS, "available", title="Show", id="by-status"),
                OptionRow(
                    progress.rarity_options(()), progress.ALL, title="Rarity", id="by-rarity"
                ),
                id="filters",
            ),
            Table[Achievement](
                _ACHIEVEMENTS,
                lambda row: progress.row_cells(row, self.clock.now()),
                key=lambda row: (row.name, row.category),
                is_muted=lambda row: row.unlocked is False,
                id="achievements-table",
            ),
            id="achievements",
            classes="-list",
        )

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        return (
            session.account,
            session.artist,
            session.intelligence,
            session.xp_sources,
            session.achievements,
        )

    # Drawing

    def show_sections(self, session: Session) -> None:
        intelligence = session.intelligence.value
        level = intelligence.level if intelligence is not None else None
        known = level is not None and (level.level is not None or level.xp is not None)
        note = "XP belongs to your account, not to the artist." if known else ""
        if self.show_section("xp-level", session.intelligence, known=known, note=note):
            self.query_one(LevelMeter).level = level
        self._show_sources(session)
        self._show_achievements(session)

    def _show_sources(self, session: Session) -> None:
        sources = session.xp_sources.value
        rows = sources.rows if sources is not None else None
        self._total_xp = sum(row.xp or 0 for row in rows or ())
        note = f"Shares of {formatting.count(self._total_xp)} XP listed." if rows else ""
        if self.show_section("sources", session.xp_sources, known=rows is not None, note=note):
            table = self.query_one("#xp", Table)
            table.styles.height = max(len(rows or ()), 1) + 1
            table.show(rows or ())

    def _source_cells(self, row: XpSource) -> tuple[str, ...]:
        return (
            row.name or formatting.DASH,
            formatting.count(row.xp),
            formatting.count(row.times),
            formatting.percentage(row.xp, self._total_xp),
            _bar(row.xp, self._total_xp),
        )

    def _show_achievements(self, session: Session) -> None:
        achievements = session.achievements.value
        rows = achievements.rows if achievements is not None else None
        section = self.query_one("#achievements", Panel)
        section.title = "Achievements"
        if rows is not None:
            section.title += f" · {progress.unlocked_label(rows)}"
        if not self.show_section("achievements", session.achievements, known=rows is not None):
            return
        rows = rows or ()
        rarity = self.query_one("#by-rarity", OptionRow)
        rarity.set_options(progress.rarity_options(rows))
        selection: _Selection = (rows, self.query_one("#by-status", OptionRow).value, rarity.value)
        # The table is not redrawn if it gets the same object again.
        if self._listed is None or self._listed[0] != selection:
            self._listed = selection, progress.filter_achievements(*selection)
        table = self.query_one("#achievements-table", Table)
        table.empty_text = self.settings.keyboard.fill(_NONE) if rows else "No achievements yet."
        table.show(self._listed[1])

    # Filters and cursor

    def can_export(self) -> bool:
        achievements = self.session.achievements.value if self.session is not None else None
        return achievements is not None and bool(achievements.rows)

    async def export_file(self) -> ExportFile | None:
        query = self.session.achievements if self.session is not None else None
        if query is None or query.value is None or query.value.rows is None:
            return None
        table = tables.achievements(query.value.rows)
        return ExportFile("achievements", table, query.fetched_at, len(table.rows), complete=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "next_option":
            return self._listed is not None and bool(self._listed[0][0])
        return super().check_action(action, parameters)

    def action_next_option(self, id: str) -> None:
        self.query_one(f"#{id}", OptionRow).step(1)

    @on(OptionRow.Changed)
    def change_filter(self) -> None:
        self.show()

    def describe_row(self, row: Achievement) -> Notice:
        return Notice(progress.row_summary(row, self.clock.now()))

    def copyable_row(self, row: Achievement) -> tuple[str, str]:
        return progress.row_summary(row, self.clock.now()), "the achievement"


def _bar(xp: float | None, total: float) -> str:
    """Return the bar of a source, at least one cell for a positive value."""
    if not xp or xp < 0 or total <= 0:
        return ""
    return "━" * max(round(xp / total * _BAR), 1)
