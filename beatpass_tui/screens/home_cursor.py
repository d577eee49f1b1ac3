"""The cursor of Home: its cards, the movers, and the rows of what happened and comes next."""

from __future__ import annotations

from textual import events, on

from beatpass_tui import formatting
from beatpass_tui.models.links import insights_url
from beatpass_tui.models.menu import BY_NAME, NavEntry
from beatpass_tui.models.numbers import PROFILE
from beatpass_tui.screens.messages import BeatRequested, BrowseRequested, PageRequested
from beatpass_tui.screens.page import Page
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.cards import Notice, Phase, Stat
from beatpass_tui.view_models.home import HomeView
from beatpass_tui.widgets.card_grid import CardGrid
from beatpass_tui.widgets.fact_rows import Fact
from beatpass_tui.widgets.named_rows import NamedRow, NamedRows
from beatpass_tui.widgets.nav_grid import NavCard, NavGrid
from beatpass_tui.widgets.stat_cards import StatCard, StatGrid


class HomeCursor(Page):
    """What the item under the cursor of Home is, and where Enter, `o` and `y` lead."""

    def view(self, session: Session) -> HomeView:
        """Return the values and texts of a session."""
        raise NotImplementedError

    def show_charts(self, view: HomeView) -> None:
        """Chart the number under the cursor."""
        raise NotImplementedError

    @on(events.DescendantFocus)
    @on(NamedRows.Highlighted)
    def follow_cursor(self) -> None:
        """Show help on the item under the cursor, the keys that apply to it, and its chart."""
        self.milestone = None
        self.show_notice()
        self.refresh_bindings()
        if self.session is not None:
            self.show_charts(self.view(self.session))

    @on(CardGrid.EdgeReached)
    def cross_over(self, event: CardGrid.EdgeReached) -> None:
        """Move to the other grid in the same column, or from the last row to the movers."""
        source = event.widget
        target = self.query_one("#stats" if event.direction > 0 else "#nav", CardGrid)
        if isinstance(source, CardGrid) and source is not target:
            target.enter_at(event.direction, event.column * target.columns // source.columns)
        elif event.direction > 0:
            self._enter_rows(0)

    def _enter_rows(self, index: int) -> None:
        """Focus one of the visible lists below the cards, if there is one."""
        lists = [rows for rows in self.focus_chain if isinstance(rows, NamedRows)]
        if 0 <= index < len(lists):
            lists[index].focus()

    @on(NamedRows.EdgeReached)
    def leave_rows(self, event: NamedRows.EdgeReached) -> None:
        """Move to the list above or below, or from the first one back to the cards."""
        lists = [rows for rows in self.focus_chain if isinstance(rows, NamedRows)]
        index = lists.index(event.widget) if event.widget in lists else 0
        if index + event.direction < 0:
            self.query_one(StatGrid).enter_at(-1, self.query_one(StatGrid).columns - 1)
        else:
            self._enter_rows(index + event.direction)

    @on(NamedRows.Selected)
    def open_row(self, event: NamedRows.Selected) -> None:
        """Open the beat or the page that a row names."""
        if event.row.beat is not None:
            self.post_message(BeatRequested(event.row.beat, event.row.name))
        elif event.row.page:
            self.post_message(PageRequested(event.row.page))

    def facts(self, view: HomeView) -> tuple[Fact, ...]:
        """Return the lines below the cards; that of the catalog opens the top track."""
        top = view.top_track
        catalog = NamedRow("Catalog", page="beats")
        if top is not None and top.id is not None:
            plays = () if top.plays is None else (formatting.plural(top.plays, "play"),)
            catalog = NamedRow(top.name, ("top track", *plays), top.id, name=top.name)
        targets = {"Catalog": catalog, "Audience": NamedRow("Audience", page="activity")}
        return tuple(Fact(label, text, targets[label]) for label, text in view.insights())

    def action_open_top_track(self) -> None:
        """Open the detail of the track with most plays."""
        top = self.view(self.session).top_track if self.session is not None else None
        if top is not None and top.id is not None:
            self.post_message(BeatRequested(top.id, top.name))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "open_top_track":
            # The card of the profile names it.
            is_named = isinstance(self.selected, Stat) and self.selected.id == PROFILE.id
            top = self.view(self.session).top_track if self.session and is_named else None
            return top is not None and top.id is not None
        return super().check_action(action, parameters)

    @on(CardGrid.Selected)
    def open_card(self, event: CardGrid.Selected) -> None:
        match event.card:
            case NavCard(entry=entry):
                self.open_entry(entry)
            case StatCard(stat=stat):
                if stat.page is not None:
                    self.post_message(PageRequested(stat.page))
                elif stat.address is not None:
                    self.post_message(BrowseRequested(stat.address))
                else:
                    self.show_message(stat.hint)

    @property
    def selected(self) -> NavEntry | Stat | NamedRow | None:
        """The card or the row under the cursor."""
        match self.focused:
            case NavGrid(current=NavCard(entry=entry)):
                return entry
            case StatGrid(current=StatCard(stat=stat)):
                return stat
            case NamedRows(current=row):
                return row
        return None

    def cursor_notice(self) -> Notice | None:
        match self.selected:
            case Stat(hint=hint):
                return Notice(hint)
            case NavEntry() if self.session and self.view(self.session).is_new_artist():
                return Notice("No tracks yet · upload your first beat on the web", has_item=False)
            case NavEntry(label=label, page=page, url=address):
                if page is None:
                    return Notice(f"{label} · opens {address} in the browser")
                return Notice(f"{label} · {page.description}")
            case NamedRow(text=text, facts=facts):
                return Notice(" · ".join((text, *facts)))
        return None

    def address(self) -> str | None:
        match self.selected:
            case NavEntry(url=address):
                return address
            case Stat(page=page, address=address):
                return BY_NAME[page].url if page is not None else address
            case NamedRow(beat=int(beat)):
                return insights_url("tracks", beat)
        return self.info.url

    def copyable(self) -> tuple[str, str] | None:
        match self.selected:
            case NavEntry(label=label, url=address):
                return address, f"the address of {label}"
            case Stat(address=str(address)):
                return address, "the address of your artist page"
            case Stat(phase=Phase.KNOWN, number=number, text=text, title=title):
                return (formatting.count(number) if number is not None else text), title
            case NamedRow(name=name, text=text):
                return name or text, "the name"
        return None
