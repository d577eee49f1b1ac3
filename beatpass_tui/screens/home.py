"""Home: the greeting, Quick Navigation and Quick Stats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from textual import events, on, work
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Static

from beatpass_tui import formatting
from beatpass_tui.config.settings import Settings
from beatpass_tui.models import numbers, trends
from beatpass_tui.models.menu import BY_NAME, DEFAULT_ENTRIES, NavEntry
from beatpass_tui.models.text import clean
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.screens.page import Page
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.cards import Notice, Phase, Severity, Stat, Welcome
from beatpass_tui.view_models.home import EMPTY_CARDS, SIGNED_OUT_CARDS, HomeView
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.card_grid import CardGrid
from beatpass_tui.widgets.greeting import Greeting
from beatpass_tui.widgets.heading import Heading
from beatpass_tui.widgets.key_value_list import KeyValueList
from beatpass_tui.widgets.nav_grid import NavCard, NavGrid
from beatpass_tui.widgets.stat_cards import StatCard, StatGrid

_LONGEST_NEWS = 140
"""The most characters of what was reached."""


class Home(Page):
    """The page that the program opens on."""

    info = BY_NAME["dashboard"]
    AUTO_FOCUS: ClassVar[str] = "#nav"
    NOTES: ClassVar[Sequence[tuple[str, str]]] = (
        ("course", "The last 7 weeks; days or months where those are few."),
        ("gap in it", "A time in which nobody looked."),
        ("its height", "A twentieth of the number, at the least."),
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("home.moved", "which_moved", show=False),
    ]

    def __init__(
        self,
        clock: Clock,
        *,
        entries: Sequence[NavEntry] = DEFAULT_ENTRIES,
        waits: bool = True,
        session: Session | None = None,
        demo: bool = False,
        variable: str | None = None,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(
            clock, demo=demo, variable=variable, digits=len(entries), settings=settings
        )
        self.session = session
        self._stats = EMPTY_CARDS if waits else SIGNED_OUT_CARDS
        self._entries = tuple(entries)
        self._news: Notice | None = None
        # The visit whose numbers have all been seen as they are now.
        self._watched: tuple[Session, datetime | None] | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Return greeting, cards and the spare rows."""
        yield Greeting(self.clock, id="greeting")
        yield Static("Quick Navigation", classes="heading", markup=False)
        yield self._navigation()
        yield Heading("Quick Stats", id="stats-heading")
        short = self.settings.numbers == "short"
        yield StatGrid(self._stats, self.clock, short=short, id="stats")
        with Container(id="insights"):
            yield KeyValueList()

    def _navigation(self) -> NavGrid:
        grid = NavGrid(self._entries, self.info.name, id="nav")
        if self._entries and self.app.app_focus:
            # It is about to get the focus, and would be styled with all its cards once more.
            grid.set_reactive(NavGrid.has_focus, True)
        return grid

    def on_mount(self) -> None:
        """Begin with the menu and the numbers that are known, and follow the cursors.

        They are watched, since what a message says would only be drawn a frame after the cursor.
        """
        self._show_menu_note()
        for grid in self.query(CardGrid):
            self.watch(grid, "cursor", self.follow_cursor, init=False)
        self.show()
        self.call_after_refresh(self._recall)

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        """Return the six groups of Home."""
        return session.home

    def settled(self, session: Session) -> None:
        """Ask which beats moved where there is room to say it, and tell what was reached."""
        self._fill_rows(session)
        self._tell_news(session)

    @work(group="rows")
    async def _fill_rows(self, session: Session) -> None:
        """Ask which beats moved, where there is room to say it."""

        def landed() -> None:
            if self._lives(session):
                self.show()

        if self._is_tall:
            # Drawn as it lands, also where another page had asked for it.
            await session.load((session.performance,), Trigger.AUTOMATIC, landed)

    @work(group="news", exclusive=True)
    async def _tell_news(self, session: Session) -> None:
        if session.history is not None:
            await session.history.wait_until_resumed()
        watched = self._watched == self._visit(session)
        # Only who has seen the numbers of now can watch them pass something.
        if all(query.value is not None and not query.restored for query in session.home):
            self._watched = self._visit(session)
        reached = dict(HomeView(session).milestones())
        if session.history is None or not reached:
            return
        new = await session.history.mark_announced(tuple(reached))
        if not new or not self._lives(session):
            return
        # However much it is, a toast must not cover the page.
        told = clean(" · ".join(reached[each] for each in new), _LONGEST_NEWS)
        if watched:
            # It happened while the reader was doing something else here.
            self.notify(told, title="Just now", markup=False)
            self.app.bell()
        else:
            self._news = Notice(told, Severity.GOOD)
            self.show_notice()

    def _visit(self, session: Session) -> tuple[Session, datetime | None]:
        return session, session.history.last_visit if session.history is not None else None

    @work(group="recall", exclusive=True)
    async def _recall(self) -> None:
        """Say which beats moved by what the disk has of it, once the first frame stands."""
        session = self.session
        if session is None or not self._is_tall:
            return
        if await session.restore((session.performance,)) and self._lives(session):
            self.show()

    @work(group="moved")
    async def action_which_moved(self) -> None:
        """Say which beats moved, having asked for it where the window had no room before."""
        session = self.session
        if session is None:
            return
        await session.load((session.performance,), Trigger.AUTOMATIC, lambda: None)
        if not self._lives(session):
            return
        moved, error = HomeView(session).top_movers(), session.performance.error
        if moved is not None:
            self.remark(f"Top movers · {moved}")
        elif error is not None:
            self.remark(error.message, Severity.WARNING)
        else:
            self.remark("Top movers are known from your second visit on")
        self.show()

    @property
    def _is_tall(self) -> bool:
        return self.has_class("-tall") or self.has_class("-very-tall")

    def on_resize(self) -> None:
        """Fill the rows that a taller window has."""
        if self.session is not None:
            self.call_after_refresh(self.show)
            self.call_after_refresh(self._fill_rows, self.session)

    def news(self) -> Notice | None:
        """Return what was reached since the last visit, until the cursor moves on."""
        return self._news

    def show_answers(self, session: Session) -> None:
        """Hand greeting and cards what is known now."""
        dashboard = HomeView(session)
        self.query_one("#stats-heading", Heading).say("Quick Stats", "", "", dashboard.since_text())
        self.query_one(Greeting).welcome = dashboard.welcome()
        self.query_one(StatGrid).show(dashboard.cards())
        self.query_one(KeyValueList).facts = dashboard.insights()
        self._show_course(dashboard)

    def _show_course(self, dashboard: HomeView) -> None:
        """Draw the course of the number under the cursor, where the window has room for it."""
        if not self.has_class("-very-tall"):
            return
        # Most windows have no room for it, and the first frame does not wait for it.
        from beatpass_tui.widgets.history_chart import History, HistoryChart

        if not self.query("#course"):
            chart = HistoryChart(id="course")
            chart.can_focus = False
            self.query_one("#body").mount(Heading("", id="course-heading"), chart)
            self.call_after_refresh(self.show)
            return
        under = self._under_cursor()
        name = under.id if isinstance(under, Stat) and under.id in numbers.BY_ID else "total-plays"
        history = History(name, trends.DAY, dashboard.daily_values(name))
        self.query_one("#course", HistoryChart).history = history
        title = f"{numbers.BY_ID[name].title} · day by day, as kept on this computer"
        self.query_one("#course-heading", Heading).say(title, "", "", "")

    def show_nothing(self) -> None:
        """Leave nothing on the screen of an account that was signed out."""
        self._news = None
        self.query("#course, #course-heading").remove()
        self.query_one("#stats-heading", Heading).say("Quick Stats", "", "", "")
        self.query_one(Greeting).welcome = Welcome()
        self.query_one(StatGrid).show(SIGNED_OUT_CARDS)
        self.query_one(KeyValueList).facts = ()

    async def show_menu(self, entries: Sequence[NavEntry]) -> None:
        """Show the cards of a menu that came with a sign-in."""
        self._entries = tuple(entries)
        self.digits = len(self._entries)
        await self.query_one(NavGrid).show(entries)
        self._show_menu_note()

    def _show_menu_note(self) -> None:
        grid = self.query_one(NavGrid)
        grid.display = bool(self._entries)
        if self._entries:
            self.query("#no-menu").remove()
            return
        if not self.query("#no-menu"):
            note = Static("No menu items configured", id="no-menu", markup=False)
            self.query_one("#body").mount(note, after=grid)
        self.query_one(StatGrid).focus()

    def turn_over(self, now: datetime) -> None:
        """Draw the greeting for a new hour or day."""
        del now
        self.query_one(Greeting).refresh()

    def on_screen_suspend(self) -> None:
        """Let no spinner turn behind another page."""
        for card in self.query(StatCard):
            card.rest()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Let the spinners turn again."""
        del event
        for card in self.query(StatCard):
            card.wake()

    # The cursor

    @on(CardGrid.Focused)
    def follow_cursor(self) -> None:
        """Say what the cursor is on."""
        self._news = None
        self.show_notice()
        self.refresh_bindings()
        if self.session is not None:
            self._show_course(HomeView(self.session))

    @on(CardGrid.EdgeReached)
    def cross_over(self, event: CardGrid.EdgeReached) -> None:
        """Go from one grid to the other in the same column."""
        other: NavGrid | StatGrid = self.query_one(StatGrid)
        if event.direction < 0:
            other = self.query_one(NavGrid)
        if event.grid is not other:
            other.enter_at(event.direction, event.column)

    @on(CardGrid.Selected)
    def open_card(self, event: CardGrid.Selected) -> None:
        """Open what the card stands for."""
        match event.card:
            case NavCard(entry=entry):
                if entry.page is not None:
                    self.post_message(self.PageWanted(entry.page.name))
                else:
                    self.post_message(self.AddressWanted(entry.url))
            case StatCard(stat=stat):
                if stat.page is not None:
                    self.post_message(self.PageWanted(stat.page))
                elif stat.address is not None:
                    self.post_message(self.AddressWanted(stat.address))
                else:
                    self.remark(stat.hint)

    def _under_cursor(self) -> NavEntry | Stat | None:
        match self.focused:
            case NavGrid(current=NavCard(entry=entry)):
                return entry
            case StatGrid(current=StatCard(stat=stat)):
                return stat
        return None

    def hint(self) -> Notice | None:
        """Return what the card under the cursor counts or where it leads."""
        match self._under_cursor():
            case Stat(hint=hint):
                return Notice(hint)
            case NavEntry() as entry if self.session and HomeView(self.session).is_new_artist():
                del entry
                return Notice("No tracks yet · upload your first beat on the web and this fills")
            case NavEntry(label=label, page=page, url=address):
                if page is None:
                    return Notice(f"{label} · opens {address} in the browser")
                return Notice(f"{label} · {page.description}")
        return None

    def address(self) -> str | None:
        """Return the web address of the card under the cursor."""
        match self._under_cursor():
            case NavEntry(url=address):
                return address
            case Stat(page=page, address=address):
                return BY_NAME[page].url if page is not None else address
        return self.info.url

    def clip(self) -> tuple[str, str] | None:
        """Return the number or the address under the cursor."""
        match self._under_cursor():
            case NavEntry(label=label, url=address):
                return address, f"the address of {label}"
            case Stat(address=str(address)):
                return address, "the address of your artist page"
            case Stat(phase=Phase.KNOWN, number=number, text=text, title=title):
                return (formatting.count(number) if number is not None else text), title
        return None
