"""Home: the greeting, Quick Navigation and Quick Stats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from textual import on
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Static

from beatpass_tui import format
from beatpass_tui.cards import Notice, Phase, Stat, Welcome
from beatpass_tui.clock import Clock
from beatpass_tui.dashboard import EMPTY, NOTHING, Dashboard
from beatpass_tui.groups import Group
from beatpass_tui.menu import BY_NAME, STANDARD, NavEntry
from beatpass_tui.screens.page import Page
from beatpass_tui.session import Session
from beatpass_tui.settings import Settings
from beatpass_tui.widgets.card_grid import CardGrid
from beatpass_tui.widgets.facts import Facts
from beatpass_tui.widgets.greeting import Greeting
from beatpass_tui.widgets.nav import NavCard, NavGrid
from beatpass_tui.widgets.stats import StatCard, StatGrid


class Home(Page):
    """The page that the program opens on."""

    info = BY_NAME["dashboard"]
    AUTO_FOCUS: ClassVar[str] = "#nav"

    def __init__(
        self,
        clock: Clock,
        *,
        entries: Sequence[NavEntry] = STANDARD,
        waits: bool = True,
        demo: bool = False,
        variable: str | None = None,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(
            clock, demo=demo, variable=variable, digits=len(entries), settings=settings
        )
        self._stats = EMPTY if waits else NOTHING
        self._entries = tuple(entries)

    def compose_body(self) -> Iterable[Widget]:
        """Return greeting, cards and the spare rows."""
        yield Greeting(self.clock, id="greeting")
        yield Static("Quick Navigation", classes="heading", markup=False)
        yield NavGrid(self._entries, self.info.name, id="nav")
        yield Static("No menu items configured", id="no-menu", markup=False)
        yield Static("Quick Stats", classes="heading", markup=False)
        short = self.settings.numbers == "short"
        yield StatGrid(self._stats, self.clock, short=short, id="stats")
        with Container(id="insights"):
            yield Facts()

    def on_mount(self) -> None:
        """Begin with the menu that is known."""
        self._show_menu_note()

    def groups(self, session: Session) -> Sequence[Group[Any]]:
        """Return the six groups of Home."""
        return session.home

    def show_answers(self, session: Session) -> None:
        """Hand greeting and cards what is known now."""
        dashboard = Dashboard(session)
        self.query_one(Greeting).welcome = dashboard.welcome()
        self.query_one(StatGrid).show(dashboard.stats())
        self.query_one(Facts).facts = dashboard.insights()

    def show_nothing(self) -> None:
        """Leave nothing on the screen of an account that was signed out."""
        self.query_one(Greeting).welcome = Welcome()
        self.query_one(StatGrid).show(NOTHING)
        self.query_one(Facts).facts = ()

    async def show_menu(self, entries: Sequence[NavEntry]) -> None:
        """Show the cards of a menu that came with a sign-in."""
        self._entries = tuple(entries)
        self.digits = len(self._entries)
        await self.query_one(NavGrid).show(entries)
        self._show_menu_note()

    def _show_menu_note(self) -> None:
        self.query_one("#no-menu").display = not self._entries
        self.query_one(NavGrid).display = bool(self._entries)
        if not self._entries:
            self.query_one(StatGrid).focus()

    def turn_over(self, now: datetime) -> None:
        """Draw the greeting for a new hour or day."""
        del now
        self.query_one(Greeting).refresh()

    def on_screen_suspend(self) -> None:
        """Let no spinner turn behind another page."""
        for card in self.query(StatCard):
            card.rest()

    def on_screen_resume(self) -> None:
        """Let the spinners turn again."""
        for card in self.query(StatCard):
            card.wake()

    # The cursor

    @on(CardGrid.Moved)
    def follow_cursor(self) -> None:
        """Say what the cursor is on."""
        self.show_notice()
        self.refresh_bindings()

    @on(CardGrid.Left)
    def cross_over(self, event: CardGrid.Left) -> None:
        """Go from one grid to the other in the same column."""
        other: NavGrid | StatGrid = self.query_one(StatGrid)
        if event.direction < 0:
            other = self.query_one(NavGrid)
        if event.grid is not other:
            other.enter_at(event.direction, event.column)

    @on(CardGrid.Opened)
    def open_card(self, event: CardGrid.Opened) -> None:
        """Open what the card stands for."""
        match event.card:
            case NavCard(entry=entry):
                if entry.page is not None:
                    self.post_message(self.PageWanted(entry.page.name))
                else:
                    self.post_message(self.AddressWanted(entry.address))
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
            case NavEntry() as entry if self.session and Dashboard(self.session).beginning():
                del entry
                return Notice("No tracks yet · upload your first beat on the web and this fills")
            case NavEntry(label=label, page=page, address=address):
                if page is None:
                    return Notice(f"{label} · opens {address} in the browser")
                return Notice(f"{label} · {page.description}")
        return None

    def address(self) -> str | None:
        """Return the web address of the card under the cursor."""
        match self._under_cursor():
            case NavEntry(address=address):
                return address
            case Stat(page=page, address=address):
                return BY_NAME[page].address if page is not None else address
        return self.info.address

    def clip(self) -> tuple[str, str] | None:
        """Return the number or the address under the cursor."""
        match self._under_cursor():
            case NavEntry(label=label, address=address):
                return address, f"the address of {label}"
            case Stat(address=str(address)):
                return address, "the address of your artist page"
            case Stat(phase=Phase.KNOWN, number=number, text=text, title=title):
                return (format.count(number) if number is not None else text), title
        return None
