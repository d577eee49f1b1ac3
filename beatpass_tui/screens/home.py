"""Home: the greeting, Quick Navigation and Quick Stats."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from textual import events, work
from textual.widget import Widget
from textual.widgets import Static

from beatpass_tui.models import numbers
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.screens.catalog_refresh import CatalogRefresh
from beatpass_tui.screens.context import ScreenContext
from beatpass_tui.screens.home_cursor import HomeCursor
from beatpass_tui.screens.messages import PageRequested
from beatpass_tui.screens.milestone_alerts import MilestoneAlerts
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import periods
from beatpass_tui.view_models.cards import Severity, Stat, Welcome
from beatpass_tui.view_models.charts import ChartData
from beatpass_tui.view_models.home import HomeView
from beatpass_tui.view_models.home_contents import HomeContents
from beatpass_tui.view_models.home_layout import CLASSES, layout_classes
from beatpass_tui.view_models.home_movers import HomeMovers
from beatpass_tui.view_models.home_summary import HomeSummary, summary_queries
from beatpass_tui.view_models.movers import Movers, empty_text
from beatpass_tui.view_models.nav_facts import fact_queries, nav_facts
from beatpass_tui.view_models.stat_cards import EMPTY_CARDS, SIGNED_OUT_CARDS
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.card_grid import CardGrid
from beatpass_tui.widgets.fact_rows import FactRows
from beatpass_tui.widgets.greeting import Greeting
from beatpass_tui.widgets.movers import MoversLine, MoversWidget
from beatpass_tui.widgets.nav_grid import NavGrid
from beatpass_tui.widgets.section import Heading, HeadingText
from beatpass_tui.widgets.stat_cards import StatCard, StatGrid

_CHARTED_FIRST = "total-plays"


class Home(HomeCursor):
    """The first page: greeting, Quick Navigation and Quick Stats.

    With `signed_in` the cards wait for values.
    """

    info = BY_NAME["dashboard"]
    AUTO_FOCUS = "#nav"
    HELP_NOTES: ClassVar[Sequence[tuple[str, str]]] = (
        ("bars", "Gains per day in the last 14 days; the first 7 are dimmed."),
        ("faint bar", "Estimated: an even share of days without data."),
        ("red mark", "A loss."),
    )

    # Quick Navigation is one row from 126 columns, Quick Stats from 160.
    HORIZONTAL_BREAKPOINTS = [
        (0, "-too-narrow"),
        (40, "-two"),
        (60, "-three"),
        (80, "-four"),
        (126, "-seven"),
        (160, "-eight"),
    ]

    BINDINGS = [
        bind("home.period", "next_period", "Period"),
        bind("home.moved", "show_top_movers"),
        bind("home.top_track", "open_top_track"),
        bind("chart.cumulative", "cumulative", show=False),
    ]

    _is_cumulative = False
    """Whether the chart shows a number over time, not its gains."""

    def __init__(
        self, context: ScreenContext, session: Session | None = None, *, signed_in: bool
    ) -> None:
        super().__init__(context, session)
        self._initial_stats = EMPTY_CARDS if signed_in else SIGNED_OUT_CARDS
        self._catalog_refresh = CatalogRefresh(self, self.load_movers)
        self._charted = _CHARTED_FIRST
        self._movers: HomeMovers | None = None
        self._alerts = MilestoneAlerts(self, self._refresh_unfocused)
        self.on_shown: Callable[[], object] = lambda: None
        """Called when anything may have changed."""
        self.on_complete: Callable[[], object] = lambda: None
        """Called after the first frame with everything that is stored."""

    def compose_body(self) -> Iterable[Widget]:
        yield Greeting(self.clock, id="greeting")
        yield Heading("Quick Navigation")
        shortcuts = self._shortcuts("Top movers")
        grid = NavGrid(self.context.entries, self.info.name, shortcuts=shortcuts, id="nav")
        if self.context.entries and self.app.app_focus:
            # Focusing it after mounting would restyle all of its cards.
            grid.set_reactive(NavGrid.has_focus, True)
        yield grid
        yield Heading("Quick Stats", id="stats-heading")
        short = self.settings.numbers == "short"
        yield StatGrid(self._initial_stats, self.clock, short=short, id="stats")
        yield MoversLine(id="movers-line")
        yield FactRows(id="facts")
        yield from self._missing_parts()

    def _missing_parts(self) -> list[Widget]:
        """Return the parts below the cards that the window has room for and that are missing."""
        parts: list[Widget] = []
        # Imported here because the smallest windows have no room for them.
        if self.has_class("-charts") and not self.query("#panels"):
            from beatpass_tui.widgets.chart_panels import ChartPanels

            parts.append(ChartPanels(id="panels"))
        if self.has_class("-summary") and not self.query("#summary"):
            from beatpass_tui.widgets.home_summary import HomeSummaryRow

            parts.append(HomeSummaryRow(id="summary"))
        return parts

    def on_mount(self) -> None:
        """Show the menu and the stored numbers, and follow the cursors.

        Cursors are watched because the effect of a message is drawn one frame later.
        """
        self._show_menu_note()
        for grid in self.query(CardGrid):
            self.watch(grid, "cursor", self.follow_cursor, init=False)
        self.watch(self.app, "app_focus", self._alerts.follow_focus, init=False)
        self.show()
        self.call_after_refresh(self._restore_other_pages)

    def view(self, session: Session) -> HomeView:
        return HomeView(session, self.context.period, self.settings.goals)

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        return session.home

    def after_load(self, session: Session) -> None:
        self._catalog_refresh.schedule(session)
        self._load_performance(session)
        self._announce_milestones(session)

    @work(group="performance")
    async def _load_performance(self, session: Session) -> None:
        """Fetch the plays of the latest beats, for the top movers."""
        await session.load(
            (session.performance,), Trigger.AUTOMATIC, lambda: self.show_if_current(session)
        )
        await self._measure_movers()

    @work(group="milestones", exclusive=True)
    async def _announce_milestones(self, session: Session) -> None:
        await self._alerts.announce(session)

    @work(group="unfocused", exclusive=True)
    async def _refresh_unfocused(self) -> None:
        await self._alerts.load()

    @work(group="restore", exclusive=True)
    async def _restore_other_pages(self) -> None:
        """Show cached data of other pages after the first frame."""
        session = self.session
        if session is not None:
            cached = (session.performance, *fact_queries(session), *summary_queries(session))
            restored = await session.restore(cached)
            await self._measure_movers()
            if restored:
                self.show_if_current(session)
        # The footer follows a frame later.
        self.call_after_refresh(self.call_after_refresh, self.on_complete)

    def action_next_period(self) -> None:
        """Select the next period for changes, and store it for later runs."""
        self.context.period = periods.following(self.context.period)
        self.context.save_setting(periods.SETTING, self.context.period.key)
        self.show()
        self.load_movers()

    @work(group="movers")
    async def load_movers(self) -> None:
        """Measure the top movers again if the period or any recorded plays have changed."""
        await self._measure_movers()

    async def _measure_movers(self) -> None:
        session = self.session
        if session is None:
            return
        if self._movers is None or self._movers.session is not session:
            self._movers = HomeMovers(session)
        await self._movers.load(self.context.period)
        if self.still_shows(session):
            self._show_movers()

    def _shortcuts(self, beats: str) -> tuple[tuple[str, str], ...]:
        display = self.settings.keyboard.display
        return (display("app.palette"), "Find a beat"), (display("home.moved"), beats)

    @property
    def _known_movers(self) -> Movers | None:
        return self._movers.movers if self._movers is not None else None

    def _show_movers(self) -> None:
        movers, session = self._known_movers, self.session
        self._show_shortcuts(movers)
        summary = self._summary(self.view(session), movers) if session else HomeSummary()
        self._draw_movers(movers, summary)

    def _show_shortcuts(self, movers: Movers | None) -> None:
        has_gains = movers is None or bool(movers.rows)
        shortcuts = self._shortcuts("Top movers" if has_gains else "Top beats")
        self.query_one(NavGrid).show_shortcuts(shortcuts)

    def _summary(self, view: HomeView, movers: Movers | None) -> HomeSummary:
        return view.summary(movers) if self.has_class("-summary") else HomeSummary()

    def _draw_movers(self, movers: Movers | None, summary: HomeSummary) -> None:
        for widget in self.query(MoversWidget):
            widget.movers = movers
        for row in self._mounted("#summary"):
            row.show(summary)

    @work(group="top-movers")
    async def action_show_top_movers(self) -> None:
        """Open My Beats sorted by gains, or by plays if there are none yet."""
        session = self.session
        if session is None:
            return
        await session.load((session.performance,), Trigger.AUTOMATIC, lambda: None)
        await self._measure_movers()
        if not self.still_shows(session):
            return
        movers = self._known_movers
        if movers is not None and movers.rows:
            self.post_message(PageRequested("beats", view="gains"))
        elif session.performance.error is not None:
            self.show_message(session.performance.error.message, Severity.WARNING)
        elif movers is not None:
            self.post_message(PageRequested("beats", view="plays"))
        else:
            self.show_message(f"Top movers {empty_text(is_recording=session.history is not None)}")
        self.show()

    def _add_size_classes(self) -> None:
        super()._add_size_classes()
        self._update_layout()

    def _update_layout(self) -> bool:
        """Choose the parts that fit into the window, and return whether these are others."""
        classes = layout_classes(*self.app.size, accessible=self.settings.accessible)
        if classes == CLASSES & self.classes:
            return False
        self.remove_class(*(CLASSES - classes), update=False)
        self.add_class(*classes)
        return True

    def on_resize(self) -> None:
        """Show the parts that fit into the window."""
        self.on_shown()
        if self._update_layout():
            self.call_after_refresh(self.show)

    def show(self) -> None:
        super().show()
        self.on_shown()

    @property
    def is_at_first(self) -> bool:
        """Whether it shows the chart and the rows of a new start."""
        is_scrolled = any(body.scroll_y for body in self.query("#body"))
        is_changing = self._show_is_pending or bool(self._missing_parts())
        is_first = self._charted == _CHARTED_FIRST and not self._is_cumulative
        return is_first and not is_scrolled and not is_changing

    def _next_refresh(self, session: Session, shown: Sequence[Query[Any]]) -> str:
        """Return the time of the next refresh, which the frame of the last run can't know."""
        return "" if self.context.shows_kept_frame else super()._next_refresh(session, shown)

    def show_session(self, session: Session) -> None:
        self._choose_charted()
        self.draw(self.contents(session))
        self._show_shortcuts(self._known_movers)
        self.query_one(FactRows).items = self.facts(self.view(session))

    def contents(self, session: Session, *, has_movers: bool = True) -> HomeContents:
        """Return what is shown for a session at the time of the clock."""
        view = self.view(session)
        cards, movers = view.cards(), self._known_movers if has_movers else None
        return HomeContents(
            view.welcome(),
            view.period_text(),
            cards,
            nav_facts(session, cards),
            movers,
            self._summary(view, movers),
            self._charts(view),
        )

    def draw(self, contents: HomeContents) -> None:
        """Show other contents in the mounted widgets."""
        key = self.settings.keyboard.display("home.period") if contents.period_text else ""
        heading = HeadingText("Quick Stats", detail=contents.period_text, key=key)
        self.query_one("#stats-heading", Heading).text = heading
        self.query_one(Greeting).welcome = contents.welcome
        self.query_one(StatGrid).show(contents.cards)
        self.query_one(NavGrid).show_facts(contents.facts)
        self._draw_movers(contents.movers, contents.summary)
        for panels in self._mounted("#panels"):
            panels.show(contents.charts)

    def _mounted(self, selector: str) -> list[Any]:
        """Return the parts below the cards that were mounted."""
        bodies = self.query_children("#body")
        return [part for body in bodies for part in body.query_children(selector)]

    @work(group="panels", exclusive=True)
    async def _mount_panels(self) -> None:
        """Add the panels after the window has become large enough for them."""
        parts = self._missing_parts()
        if parts and self.can_show:
            await self.query_one("#body").mount(*parts)
            self.show()

    def show_charts(self, view: HomeView) -> None:
        """Chart the number under the cursor, or the last one, if the window has room."""
        self._choose_charted()
        for panels in self._mounted("#panels"):
            panels.show(self._charts(view))

    def _choose_charted(self) -> None:
        if not self.can_show or not self.has_class("-charts"):
            return
        item = self.selected
        if isinstance(item, Stat) and item.id in numbers.BY_ID:
            self._charted = "xp" if item.id == "level" else item.id
        if self._missing_parts():
            self._mount_panels()

    def _charts(self, view: HomeView) -> list[ChartData]:
        if not self.has_class("-charts"):
            return []
        charted = [self._charted]
        if self.has_class("-two-charts"):
            charted.append("downloads" if self._charted != "downloads" else "total-plays")
        return [view.chart(id, cumulative=self._is_cumulative) for id in charted]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "cumulative":
            return self.has_class("-charts")
        return super().check_action(action, parameters)

    def action_cumulative(self) -> None:
        """Switch the chart between gains and the total."""
        self._is_cumulative = not self._is_cumulative
        self.show()

    def clear(self) -> None:
        self.milestone = None
        for panels in self._mounted("#panels"):
            panels.show([ChartData()] * 2)
        self._movers = None
        self._show_movers()
        self.query_one("#stats-heading", Heading).text = HeadingText("Quick Stats")
        self.query_one(Greeting).welcome = Welcome()
        self.query_one(StatGrid).show(SIGNED_OUT_CARDS)
        self.query_one(NavGrid).show_facts({})
        self.query_one(FactRows).items = ()

    async def show_entries(self) -> None:
        if not self.can_show:
            return
        await self.query_one(NavGrid).show(self.context.entries)
        if self.can_show:
            self._show_menu_note()

    def _show_menu_note(self) -> None:
        grid = self.query_one(NavGrid)
        grid.display = bool(self.context.entries)
        if self.context.entries:
            self.query("#no-menu").remove()
            return
        if not self.query("#no-menu"):
            note = Static("No menu items configured", id="no-menu", markup=False)
            self.query_one("#body").mount(note, after=grid)
        self.query_one(StatGrid).focus()

    def update(self) -> None:
        if self.can_show:
            self.query_one(Greeting).refresh()
            super().update()

    def on_screen_suspend(self) -> None:
        for card in self.query(StatCard):
            card.pause()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        for card in self.query(StatCard):
            card.update_state()
