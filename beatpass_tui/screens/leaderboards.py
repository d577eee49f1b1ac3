"""Leaderboards: five views with your place, and the season leaderboards."""

from collections.abc import Iterable, Sequence
from typing import Any

from textual import on, work
from textual.containers import Horizontal
from textual.widget import Widget

from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models.career import Standing
from beatpass_tui.models.leaderboards import Leaderboard
from beatpass_tui.models.links import allowed_url
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.models.numbers import VIEWS, Fetched, rank_id
from beatpass_tui.models.trends import Points
from beatpass_tui.screens.rank_panels import RankPanels
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import board_detail, leaderboards, own_place, season
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.view_models.leaderboards import MORE, Board, BoardRow
from beatpass_tui.view_models.own_place import OwnPlace
from beatpass_tui.view_models.season import LeaderboardRow
from beatpass_tui.view_models.snapshots import baseline_of
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.board_table import BoardTable, Row
from beatpass_tui.widgets.key_values import KeyValue, WrappedFacts
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.ranks import (
    NotedOptions,
)


class Leaderboards(RankPanels):
    """The five views of `…/leaderboards`, and the season of `…/leaderboard` as the last one."""

    info = BY_NAME["leaderboards"]
    AUTO_FOCUS = "#board"
    SEARCH_TARGET = "#board"
    LIST_PANEL = "#ranking"

    BINDINGS = [
        *(
            bind(id, f"step({steps})", name, f"Show the {name.lower()}.", label="View")
            for id, steps, name in (
                ("list.previous", -1, "Previous view"),
                ("list.next", 1, "Next view"),
                ("move.left", -1, "Previous view"),
                ("move.right", 1, "Next view"),
            )
        ),
        bind("activity.period", "step_period", sentence="Show the next period."),
        bind(
            "activity.period",
            "step_category",
            "Next category",
            "Show the next category of the season.",
            label="Category",
        ),
        bind("focus.next", "show_ranks", "Your ranks", "Show your ranks.", label=""),
        bind("focus.next", "show_list", "List", "Show the list again.", label=""),
    ]

    _board: tuple[object, Board | None] = (None, None)
    """The formatted leaderboard and what it was formatted from."""
    _season_source: Standing | None = None
    _season_rows: Sequence[LeaderboardRow] | None = None
    """The formatted rows of a category of the season, and what they were formatted from."""
    _place: OwnPlace | None = None
    """Your place on the leaderboard that is shown."""

    def compose_sections(self) -> Iterable[Widget]:
        with Horizontal(id="boards"):
            yield Panel(
                "Leaderboards",
                always_shown=(
                    OptionRow(leaderboards.VIEW_OPTIONS, self._view, id="view"),
                    NotedOptions(
                        leaderboards.period_options(self._view), self._period, id="period"
                    ),
                    BoardTable(id="board"),
                    self.row_detail(),
                    WrappedFacts(id="calculated"),
                ),
                id="ranking",
                classes="-list -top",
            )
            yield from self.compose_ranks()

    def _update_columns(self) -> None:
        super()._update_columns()
        if self.is_mounted:
            self.query_one("#season").set_class(self.has_class("-third"), "-top")

    # Queries

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        shown = () if self._view == MORE else (session.leaderboard(self._view, self._period),)
        return (session.account, session.artist, *shown, session.standings)

    def after_load(self, session: Session) -> None:
        """Read what was stored about the other views, which sends no requests."""
        super().after_load(session)
        if self._points is None:
            self._points = {}
            self._restore_views(session)

    @work(group="restore")
    async def _restore_views(self, session: Session) -> None:
        views = [(view, period) for view, periods in VIEWS.items() for period in periods]
        await session.restore([session.leaderboard(*view) for view in views])
        points: dict[str, Points] = {}
        if session.history is not None:
            points = {**await session.history.load_series([rank_id(*view) for view in views])}
        if self.still_shows(session):
            self._points = points
            self.show()

    def clear(self) -> None:
        super().clear()
        self._points = None

    # Drawing

    def show_sections(self, session: Session) -> None:
        if self._view == MORE:
            self._show_season_list(session)
        else:
            self._show_view(session, session.leaderboard(self._view, self._period))
        self.show_ranks(session)
        self.show_row()

    def _show_view(self, session: Session, query: Query[Leaderboard]) -> None:
        board, now = query.value, self.clock.now()
        previous = baseline_of(session, query)
        known = board is not None and board.leaders is not None
        panel = self.query_one("#ranking", Panel)
        panel.title = leaderboards.VIEW_LABELS[self._view]
        note = leaderboards.participants(board) if board is not None else ""
        self.query_one(NotedOptions).note = ((note, "quiet"),)
        self.show_section("ranking", query, known=known)
        self._place = formatted = None
        reason, facts = "", ("", "")
        if board is not None and known:
            self._place = own_place.own_place(board, previous)
            formatted = self._format(board, previous)
            facts = leaderboards.list_facts(board, formatted, now)
            if self._place.reason and not self.has_class("-side"):
                reason = f"Not listed. {self._place.reason}"
        self._show_facts(reason, *facts, is_needed=bool(reason or (board and board.is_stale)))
        table = self.query_one(BoardTable)
        table.show_view(self._view, self._period, formatted, self.search_text)

    def _show_facts(self, *facts: str, is_needed: bool = False) -> None:
        """Show facts below the list; in low windows only if they are needed."""
        below = self.query_one("#calculated", WrappedFacts)
        below.set_class(is_needed, "-needed")
        below.items = tuple(filter(None, facts))

    def _format(self, board: Leaderboard, previous: Fetched | None) -> Board:
        """Return the formatted leaderboard, the same object while it is the same."""
        source = (board, previous)
        if self._board[1] is None or self._board[0] != source:
            model = previous.model if previous is not None else None
            self._board = source, leaderboards.board_of(board, model)
        assert self._board[1] is not None
        return self._board[1]

    def _show_season_list(self, session: Session) -> None:
        value = session.standings.value
        standing = season.find_category(value, self._category) if value is not None else None
        known = standing is not None and standing.listed is not None
        panel = self.query_one("#ranking", Panel)
        panel.title = f"Season · {season.CATEGORY_INFO[self._category].label}"
        position = season.own_position(standing) if standing is not None else ""
        self.query_one(NotedOptions).note = ((position, "quiet"),)
        self.show_section("ranking", session.standings, known=known)
        self._place = None
        ends = season.season_end_text(value.season_end if value else None, self.clock.now())
        self._show_facts(ends[:1].upper() + ends[1:], "ranks differ from those of the other views")
        if self._season_source is not standing or not known:
            self._season_source = standing
            self._season_rows = season.entry_rows(standing) if standing and known else None
        self.query_one(BoardTable).show_season(self._category, self._season_rows, self.search_text)

    # Views, periods and cursor

    def can_step(self, steps: int) -> bool:
        return True

    def action_step(self, steps: int) -> None:
        self.query_one("#view", OptionRow).step(steps)

    def action_step_period(self) -> None:
        """Show the next period."""
        self.query_one("#period", OptionRow).step(1)

    action_step_category = action_step_period

    @on(OptionRow.Changed, "#view")
    def change_view(self, event: OptionRow.Changed) -> None:
        """Show another view, in the same period if it has that one."""
        self._view = event.value
        row = self.query_one("#period", OptionRow)
        if self._view == MORE:
            options, value = season.CATEGORY_OPTIONS, self._category
        else:
            options = leaderboards.period_options(self._view)
            value = leaderboards.closest_period(self._view, self._chosen_period)
            self._period = value
        row.set_reactive(OptionRow.value, value)
        row.set_options(options)
        self.update()
        self.refresh_bindings()

    @on(OptionRow.Changed, "#period")
    def change_period(self, event: OptionRow.Changed) -> None:
        if self._view == MORE:
            self._category = event.value
        else:
            self._period = self._chosen_period = event.value
        self.update()

    def action_show_ranks(self) -> None:
        """Switch between the list and your ranks where both do not fit."""
        self.toggle_class("-ranks")
        self._restore_focus()
        self.refresh_bindings()

    action_show_list = action_show_ranks

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("step_period", "step_category"):
            has_others = self._view == MORE or len(VIEWS[self._view]) > 1
            return has_others and (action == "step_category") == (self._view == MORE)
        if action in ("show_ranks", "show_list"):
            has_ranks = self.has_class("-ranks")
            return not self.has_class("-side") and has_ranks == (action == "show_list")
        if action == "find" and self._is_list_hidden:
            return False
        return super().check_action(action, parameters)

    @property
    def _is_list_hidden(self) -> bool:
        return self.has_class("-ranks") and not self.has_class("-side")

    @property
    def open_item(self) -> str:
        return "item" if self._is_list_hidden else super().open_item

    def close_open_item(self) -> None:
        if self._is_list_hidden:
            self.action_show_ranks()
        else:
            super().close_open_item()

    def cursor_notice(self) -> Notice | None:
        notice = super().cursor_notice()
        if notice is None and self._place is not None and self._place.reason:
            return Notice(f"{self._place.rank.capitalize()} · {self._place.reason}")
        return notice

    def row_details(self, row: Row) -> tuple[KeyValue, ...]:
        if self.session is None:
            return ()
        if isinstance(row, LeaderboardRow):
            return board_detail.season_details(self.session, self._category, row)
        return board_detail.artist_details(self.session, self._view, self._period, row)

    def describe_row(self, row: Row) -> Notice:
        if isinstance(row, LeaderboardRow):
            return Notice(season.row_summary(row, self._category))
        session = self.session
        board = session.leaderboard(self._view, self._period).value if session else None
        if board is None or self._board[1] is None:
            return Notice("")
        if row.you and self._place is not None:
            text = own_place.own_summary(self._place, self.clock.now())
            return Notice(
                f"{row.name} · {text}", short=f"{row.name} · {own_place.short_summary(self._place)}"
            )
        title = self._board[1].detail_title
        return Notice(leaderboards.row_summary(row, self._view, board, title))

    def copyable_row(self, row: Row) -> tuple[str, str]:
        last = row.tier if isinstance(row, LeaderboardRow) else row.detail
        parts = (" ".join(part.split()) for part in (row.rank, row.name, row.value, last))
        return " · ".join(filter(None, parts)), "the row"

    def address(self) -> str | None:
        """Return the artist's public page if BeatPass sent one, else the page of leaderboards."""
        row = self.selected_row
        sent = row.url if isinstance(row, BoardRow) else None
        return (sent and allowed_url(sent)) or super().address()

    # Export

    def can_export(self) -> bool:
        return any(table.rows for table in self.query(BoardTable))

    async def export_file(self) -> ExportFile | None:
        session = self.session
        if session is None:
            return None
        if self._view == MORE:
            query: Query[Any] = session.standings
            table = tables.leaderboards(query.value.rows) if query.value is not None else None
            page = "leaderboards"
        else:
            query = session.leaderboard(self._view, self._period)
            table = tables.rankings([query.value]) if query.value is not None else None
            page = "rankings"
        if table is None:
            return None
        return ExportFile(page, table, query.fetched_at, len(table.rows), complete=True)
