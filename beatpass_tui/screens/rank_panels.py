"""The panels of Leaderboards about you: your place, your rank in each view, and the season."""

from collections.abc import Iterable

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.models.career import CATEGORIES
from beatpass_tui.models.leaderboards import Leaderboard
from beatpass_tui.models.numbers import rank_id
from beatpass_tui.models.trends import Points
from beatpass_tui.screens.context import ScreenContext
from beatpass_tui.screens.row_page import RowPage
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import leaderboards, own_place, season
from beatpass_tui.view_models.leaderboards import MORE
from beatpass_tui.view_models.snapshots import baseline_of
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.board_table import Row
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.ranks import (
    RANK_DAYS,
    PlaceView,
    RankItem,
    RankList,
    season_items,
    view_items,
)


class RankPanels(RowPage[Row]):
    """A leaderboard whose view, period and category are chosen, and your ranks beside it."""

    _chosen_period = leaderboards.START[1]
    """The period that was chosen last, which some views don't have."""

    def __init__(self, context: ScreenContext, session: Session | None = None) -> None:
        super().__init__(context, session)
        self._view, self._period = leaderboards.START
        self._category = CATEGORIES[0]
        self._points: dict[str, Points] | None = None
        """Your recorded ranks by number; None until they are loaded."""

    def compose_ranks(self) -> Iterable[Widget]:
        """Return the panels with your ranks."""
        with Horizontal(id="ranks"):
            with Vertical(id="standing"):
                yield Panel("Your place", PlaceView(id="own-place"), id="place", classes="-top")
                yield Panel(
                    "All views",
                    RankList(("View", "Rank", "Change"), id="view-ranks"),
                    id="views",
                )
            yield Panel(
                "Season",
                RankList(("Category", "Rank", "Tier"), id="season-ranks"),
                RankList(("Overall", "Rank", "Tier"), id="season-top"),
                id="season",
                classes="-top" if self.has_class("-third") else None,
            )

    def show_ranks(self, session: Session) -> None:
        """Update the panels in place."""
        if self._view == MORE:
            self._show_season_place(session)
        else:
            self._show_place(session, session.leaderboard(self._view, self._period))
        ranks = own_place.view_ranks(session, self._chosen_period)
        views = self.query_one("#views", Panel)
        views.detail = leaderboards.PERIOD_LABELS[self._chosen_period]
        is_missing = any(rank.rank == own_place.NOT_OPENED for rank in ranks)
        views.show(now=self.clock.now(), note=own_place.OPEN_FIRST if is_missing else "")
        self.query_one("#view-ranks", RankList).items = view_items(
            ranks, leaderboards.VIEW_LABELS.get(self._view), words=is_accessible(self)
        )
        self._show_season(session)

    def _show_place(self, session: Session, query: Query[Leaderboard]) -> None:
        """Show your place in the view, and your ranks over time."""
        panel, board, now = self.query_one("#place", Panel), query.value, self.clock.now()
        own = own_place.own_place(board, baseline_of(session, query)) if board else None
        since = own.since if own is not None else None
        panel.detail = f"since {formatting.date_or_time(since, now)}" if since else ""
        if self.show_section("place", query, known=board is not None and board.leaders is not None):
            drawn = self.query_one(PlaceView)
            drawn.place = own
            points = (self._points or {}).get(rank_id(self._view, self._period), ())
            drawn.history = own_place.rank_history(points, board, now, RANK_DAYS)

    def _show_season_place(self, session: Session) -> None:
        """Show your place in the category, whose ranks are not recorded."""
        value = session.standings.value
        standing = season.find_category(value, self._category) if value is not None else None
        known = standing is not None and standing.listed is not None
        self.query_one("#place", Panel).detail = season.CATEGORY_INFO[self._category].label
        if self.show_section("place", session.standings, known=known) and standing is not None:
            drawn = self.query_one(PlaceView)
            drawn.place, drawn.history = season.season_place(standing), None
            drawn.others = season.other_places(value, self._category)

    def _show_season(self, session: Session) -> None:
        value = session.standings.value
        ends = season.season_end_text(value.season_end if value else None, self.clock.now())
        self.query_one("#season", Panel).detail = ends.removeprefix("season ")
        if self.show_section("season", session.standings) and value is not None:
            current = self._category if self._view == MORE else None
            ranks = self.query_one("#season-ranks", RankList)
            ranks.items = season_items(season.own_ranks(value), current)
            overall = season.find_category(value, CATEGORIES[0])
            self.query_one("#season-top", RankList).items = tuple(
                RankItem(
                    row.name, row.rank, row.tier, season.tier_color(row.tier), is_current=row.you
                )
                for row in (season.entry_rows(overall) if overall is not None else ())
            )
