"""Progress: level and XP per day, sources and awards of XP, achievements."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from textual import on
from textual.containers import Container, Vertical
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models.career import Achievement
from beatpass_tui.models.gains import gains_per_day, period_gain
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.models.numbers import XP
from beatpass_tui.screens.context import ScreenContext
from beatpass_tui.screens.row_page import RowPage
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import progress
from beatpass_tui.view_models.achievement_detail import achievement_details
from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.view_models.progress import ALL, Filters
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.key_values import KeyValue, WrappedFacts
from beatpass_tui.widgets.level_meter import GAIN_DAYS, LevelMeter
from beatpass_tui.widgets.option_row import OptionGroup, OptionRow
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.ranks import NotedOptions
from beatpass_tui.widgets.section import Heading
from beatpass_tui.widgets.table import Cell, Column, Table
from beatpass_tui.widgets.xp_lists import AchievementDetail, AmountList, SourceList

_NONE = "None match · {list.filter} or {progress.rarity} changes the filter"

_RARITY = Column("rarity", "Rarity", 9, importance=2)
"""Only without the colors that tell rarities apart."""

_COLUMNS = (
    Column("state", "", 1),
    Column("name", "Achievement", 16, grow=2),
    Column("about", "How to unlock", 20, grow=1, importance=1),
    Column("xp", "XP", 6, right=True),
    Column("since", "Unlocked", 10, right=True),
)


class Progress(RowPage[Achievement]):
    """The level of Home's header, `GET …/xp-sources` and `GET …/achievements`."""

    info = BY_NAME["progress"]
    AUTO_FOCUS = "#achievements-table"
    SEARCH_TARGET = "#achievements-table"
    LIST_PANEL = "#achievements"
    HELP_NOTES = progress.EARN_NOTES

    BINDINGS = [
        bind("progress.rarity", "next_rarity"),
        *(
            bind(id, f"step({steps})", name, f"Show the {name.lower()}.", label="Category")
            for id, steps, name in (
                ("list.previous", -1, "Previous category"),
                ("list.next", 1, "Next category"),
            )
        ),
    ]

    _listed: tuple[tuple[object, ...], Sequence[Achievement]] = ((), ())
    """What the rows were listed from, and the rows that match the filters."""

    _periods_source: tuple[object, ...] = ()
    """What the XP of weeks and months was counted from."""

    def __init__(self, context: ScreenContext, session: Session | None = None) -> None:
        super().__init__(context, session)
        self._filters = Filters()
        self._sorted_by: tuple[str, bool] | None = None

    def compose_sections(self) -> Iterable[Widget]:
        with Container(id="progress"):
            yield Panel("Level", LevelMeter(id="meter"), id="xp-level", classes="-top")
            yield Panel("XP by source", SourceList("No XP yet.", id="xp"), id="sources")
            yield Panel(
                "Unlocked by category",
                SourceList("No achievements yet.", id="category-rows"),
                id="categories",
            )
            with Vertical(id="more"):
                yield Panel(
                    "Latest awards",
                    AmountList("ink-success", most=10, id="award-rows"),
                    id="awards",
                )
                yield Panel("Earn XP", AmountList("hue-level", most=5, id="earn-rows"), id="earn")
            yield Panel(
                "Achievements",
                NotedOptions(progress.STATUS_OPTIONS, self._filters.status, id="by-status"),
                Table[Achievement](
                    self._columns(),
                    self._cells,
                    key=lambda row: (row.name, row.category),
                    sortable=True,
                    selectable=True,
                    id="achievements-table",
                ),
                self.row_detail(),
                AchievementDetail(id="detail"),
                WrappedFacts(id="totals"),
                id="achievements",
                classes="-list -top" if self.has_class("-side") else "-list",
            )

    def on_resize(self) -> None:
        super().on_resize()
        for panel, columns in (("#achievements", "-side"), ("#awards", "-third")):
            self.query_one(panel).set_class(self.has_class(columns), "-top")

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
        self._show_level(session)
        self._show_sources(session)
        self._show_awards(session)
        self._show_achievements(session)

    def _show_level(self, session: Session) -> None:
        intelligence, now = session.intelligence.value, self.clock.now()
        level = intelligence.level if intelligence is not None else None
        known = level is not None and (level.level is not None or level.xp is not None)
        self.query_one("#xp-level", Panel).detail = "XP belongs to your account" if known else ""
        if self.show_section("xp-level", session.intelligence, known=known):
            drawn = self.query_one(LevelMeter)
            drawn.level = level
            points = session.history.points(XP.id) if session.history is not None else ()
            drawn.gains = gains_per_day(points, now, GAIN_DAYS)
            week = period_gain(points, now, 7).gain
            drawn.week = formatting.signed(week) if week is not None else ""
            source = (len(points), *points[-1:], now.date())
            if self._periods_source != source:
                self._periods_source = source
                drawn.periods = progress.xp_periods(points, now)

    def _show_sources(self, session: Session) -> None:
        sources = session.xp_sources.value
        rows = sources.rows if sources is not None else None
        total = formatting.count(sum(row.xp or 0 for row in rows or ()))
        panel, achievements = self.query_one("#sources", Panel), session.achievements.value
        panel.detail = f"{total} XP listed" if rows else ""
        # What can't be read is one line.
        is_unread = sources is not None and rows is None
        has_no_list = achievements is not None and achievements.rows is None
        panel.title = (
            "XP by source and achievements" if is_unread and has_no_list else "XP by source"
        )
        self.set_class(is_unread, "-no-sources")
        if self.show_section("sources", session.xp_sources, known=rows is not None):
            self.query_one("#xp", SourceList).items = progress.source_rows(rows or ())

    def _show_awards(self, session: Session) -> None:
        """Show the latest awards if BeatPass sent any, else the latest unlocked achievements."""
        now, panel = self.clock.now(), self.query_one("#awards", Panel)
        sources, dashboard = session.xp_sources.value, session.intelligence.value
        awards = (sources and sources.awards) or (dashboard and dashboard.awards) or ()
        achievements = session.achievements.value
        achieved = (achievements.rows if achievements is not None else None) or ()
        rows = progress.award_rows(awards, now) or progress.unlock_rows(achieved, now)
        panel.title = "Latest awards" if awards or not rows else "Latest unlocked"
        waiting = any(query.is_pending for query in self.queries(session))
        panel.show(now=now, known=bool(rows), note="" if rows or waiting else "None sent.")
        self.set_class(not (rows or waiting), "-no-awards")
        self.query_one("#award-rows", AmountList).items = rows
        self.query_one("#earn", Panel).show(now=now)
        self.query_one("#earn-rows", AmountList).items = progress.earn_rows(achieved)

    def _show_achievements(self, session: Session) -> None:
        achievements = session.achievements.value
        rows = achievements.rows if achievements is not None else None
        panel = self.query_one("#achievements", Panel)
        panel.detail = progress.unlocked_label(rows) if rows is not None else ""
        # Without achievements, the page is arranged around the rest.
        self.set_class(achievements is not None and rows is None, "-no-achievements")
        is_known = self.show_section("achievements", session.achievements, known=rows is not None)
        self.show_section("categories", session.achievements, known=is_known)
        if not is_known:
            self._listed = (), ()
            return
        rows = rows or ()
        self.query_one("#category-rows", SourceList).items = progress.category_rows(rows)
        known = dict(progress.rarity_options(rows)), dict(progress.category_options(rows))
        if self._filters.rarity not in known[0]:
            self._filters = self._filters._replace(rarity=ALL)
        if self._filters.category not in known[1]:
            self._filters = self._filters._replace(category=ALL)
        status = self.query_one(NotedOptions)
        status.set_options(progress.status_options(rows))
        age = self.query_one("#achievements > Heading", Heading).text.age
        status.note = ((age, "quiet"),) if age else self._filter_note(rows)
        source = (rows, self._filters, self.search_text, self._sorted_by)
        # The table is not redrawn if it gets the same object again.
        if self._listed[0] != source:
            listed = progress.filter_achievements(
                rows, *self._filters._replace(text=self.search_text)
            )
            if self._sorted_by is not None:
                listed = progress.sort_achievements(listed, *self._sorted_by)
            self._listed = source, listed
        table = self.query_one("#achievements-table", Table)
        table.empty_text = self.settings.keyboard.fill(_NONE) if rows else "No achievements yet."
        table.show(self._listed[1], self._sorted_by)
        facts = (
            progress.unlocked_label(rows),
            progress.earned_label(rows),
            progress.latest_label(rows),
        )
        self.query_one("#totals", WrappedFacts).items = tuple(filter(None, facts))
        self._show_detail()
        self.show_row()

    def _filter_note(self, rows: Sequence[Achievement]) -> tuple[tuple[str, str], ...]:
        """Return the chosen filters, else the rarities as a legend of their colors."""
        is_legend = self._filters.rarity == self._filters.category == ALL
        if is_legend and self._is_without_colors:
            return ()
        return progress.filter_note(self._filters, rows)

    def _show_detail(self) -> None:
        self.query_one(AchievementDetail).achievement = self.query_one(
            "#achievements-table", Table
        ).current

    def _columns(self) -> tuple[Column, ...]:
        if not self._is_without_colors:
            return _COLUMNS
        # The last column has the state in words.
        _, name, about, *rest = _COLUMNS
        return (name, _RARITY, replace(about, width=18), *rest)

    @property
    def _is_without_colors(self) -> bool:
        return is_plain(self) or is_accessible(self)

    def _cells(self, row: Achievement) -> Sequence[Cell]:
        is_locked = row.unlocked is False
        muted = "table--muted" if is_locked else ""
        name = [(row.name or formatting.DASH, f"${progress.rarity_color(row.rarity)}")]
        symbol = progress.state_symbol(row)
        state = [(symbol, "table--gain" if row.unlocked else "table--muted")]
        first: tuple[Cell, ...] = (state, name)
        if self._is_without_colors:
            first = (name, progress.rarity_label(row.rarity))
        return (
            *first,
            [(row.about or "", muted)],
            [("No XP" if row.xp == 0 else progress.xp_text(row), muted)],
            [(progress.state_text(row, self.clock.now()), muted)],
        )

    # Filters, order and cursor

    def _can_filter(self) -> bool:
        return bool(self._listed[0] and self._listed[0][0])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("next_rarity", "choose_filter"):
            return self._can_filter()
        if action == "find" and not self._can_filter():
            return False
        return super().check_action(action, parameters)

    def filter_groups(self) -> Sequence[OptionGroup]:
        achievements = self.session.achievements.value if self.session is not None else None
        rows = (achievements and achievements.rows) or ()
        status, rarity, category, _ = self._filters
        return (
            OptionGroup("status", "Show", progress.status_options(rows), status),
            OptionGroup("rarity", "Rarity", progress.rarity_options(rows), rarity),
            OptionGroup("category", "Category", progress.category_options(rows), category),
        )

    def choose_filter(self, id: str, value: str) -> None:
        if id == "status":
            self.query_one(NotedOptions).select(value)
        else:
            self._filters = self._filters._replace(**{id: value})
            self.show()

    def action_next_rarity(self) -> None:
        values = [value for value, _ in progress.rarity_options(self._all_rows())]
        following = values[(values.index(self._filters.rarity) + 1) % len(values)]
        self._filters = self._filters._replace(rarity=following)
        self.show()

    def can_step(self, steps: int) -> bool:
        return self._can_filter()

    def action_step(self, steps: int) -> None:
        """Show the achievements of the next category, or of all."""
        values = [value for value, _ in progress.category_options(self._all_rows())]
        following = values[(values.index(self._filters.category) + steps) % len(values)]
        self._filters = self._filters._replace(category=following)
        self.show()

    def _all_rows(self) -> Sequence[Achievement]:
        achievements = self.session.achievements.value if self.session is not None else None
        return (achievements.rows if achievements is not None else None) or ()

    @on(OptionRow.Changed, "#by-status")
    def change_status(self, event: OptionRow.Changed) -> None:
        self._filters = self._filters._replace(status=event.value)
        self.show()

    @on(Table.SortRequested)
    def change_order(self, event: Table.SortRequested) -> None:
        """Sort by a column, in its opposite order, or by state and rarity again."""
        first = event.key in ("xp", "since")
        if event.key == "state" or self._sorted_by == (event.key, not first):
            self._sorted_by = None
        elif self._sorted_by == (event.key, first):
            self._sorted_by = event.key, not first
        else:
            self._sorted_by = event.key, first
        if self._sorted_by is None:
            # No column has an arrow, and the rows may be in the same order.
            self.show_message("Sorted by status and rarity", Severity.HINT)
        self.show()
        self.query_one("#achievements-table", Table).cursor = 0

    def follow_cursor(self) -> None:
        super().follow_cursor()
        self._show_detail()

    def row_details(self, row: Achievement) -> tuple[KeyValue, ...]:
        return achievement_details(row, self._all_rows(), self.clock.now())

    def describe_row(self, row: Achievement) -> Notice:
        return Notice(progress.row_summary(row, self.clock.now()))

    def copyable_row(self, row: Achievement) -> tuple[str, str]:
        parts = (progress.row_summary(row, self.clock.now()), row.about)
        return " · ".join(filter(None, parts)), "the achievement"

    # Export

    def can_export(self) -> bool:
        return bool(self._listed[1])

    async def export_file(self) -> ExportFile | None:
        """Return the achievements that match the filters."""
        query = self.session.achievements if self.session is not None else None
        if query is None or query.value is None or query.value.rows is None:
            return None
        table, total = tables.achievements(self._listed[1]), len(query.value.rows)
        is_complete = len(table.rows) == total
        return ExportFile("achievements", table, query.fetched_at, total, complete=is_complete)
