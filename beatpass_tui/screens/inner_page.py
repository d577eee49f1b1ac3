"""Base class of the pages other than Home: tab bar, panels, search and export."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from beatpass_tui import formatting
from beatpass_tui.errors import BeatPassError
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.screens.messages import ExportRequested, PageRequested
from beatpass_tui.screens.page import Page
from beatpass_tui.screens.status_screen import PAGES_CSS
from beatpass_tui.session.lists import AUTOMATIC_ROWS, PagedList
from beatpass_tui.session.paged_list import JoinedList
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import notices
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.view_models.missing import NOT_SENT_HERE, UNAVAILABLE, missing
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.content import CursorWidget
from beatpass_tui.widgets.filter_row import FindField
from beatpass_tui.widgets.option_row import OptionGroup, OptionRow
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.tab_bar import Tab, TabBar
from beatpass_tui.widgets.table import Table

R = TypeVar("R")
"""The rows of the page's tables."""

_COLUMNS = ((120, "-side"), (160, "-third"))
"""Minimum widths for panels beside a list, and for a third column of panels."""

_CLOSED = {
    "search": ("Clear", "End the search."),
    "loading": ("Stop", "Stop loading."),
    "item": ("Back", "Go back to what was shown before."),
    "page": ("Home", "Go back to Home."),
}
"""Label and description of Esc, by what it closes."""


def list_page_keys(rows: str) -> list[BindingType]:
    """Return the bindings for a list that is shown page by page, newest first."""
    return [
        bind(id, action, f"{age} {rows}", f"Show {age.lower()} {rows}.", label="Next page")
        for id, action, age in (
            ("list.previous", "step(-1)", "Newer"),
            ("list.next", "step(1)", "Older"),
        )
    ]


class InnerPage(Page, Generic[R]):
    """A page with a tab bar above its panels; Esc returns to Home."""

    CSS_PATH = PAGES_CSS

    BINDINGS = [
        *(
            bind("page.back", f"back('{each}')", sentence=sentence, label=label)
            for each, (label, sentence) in _CLOSED.items()
        ),
        bind("list.find", "find"),
        bind("list.filter", "choose_filter"),
        bind("list.previous", "step(-1)"),
        bind("list.next", "step(1)"),
        bind("page.export", "export('csv')"),
        bind("page.export_json", "export('json')", show=False),
    ]

    _exporting: PagedList[Any] | None = None
    """The list that is being loaded for an export."""

    _reasons: set[str]
    """The reasons that the sections have shown since the page began to be drawn."""

    SEARCH_TARGET = ""
    """Selector of the table that `/` searches; empty if there is no search."""
    FILTERS: ClassVar[Sequence[str]] = ()
    """Selectors of the option rows from which `f` chooses."""
    search_text = ""
    """Only rows that match are shown."""
    _has_size = False

    def compose_top(self) -> ComposeResult:
        yield from super().compose_top()
        bar = TabBar(id="page-tabs")
        bar.set_reactive(TabBar.tabs, self._tabs())
        yield bar

    def compose(self) -> ComposeResult:
        yield from super().compose()
        if self.SEARCH_TARGET:
            yield FindField(placeholder="Find", id="find", max_length=80)

    def compose_body(self) -> Iterable[Widget]:
        """Return the page's own panels."""
        return self.compose_sections()

    def compose_sections(self) -> Iterable[Widget]:
        """Return the panels of the page."""
        raise NotImplementedError

    def show_sections(self, session: Session) -> None:
        """Update the panels in place."""
        raise NotImplementedError

    def _add_size_classes(self) -> None:
        super()._add_size_classes()
        self._update_columns()

    def on_resize(self) -> None:
        """Lay out the panels for the width of the window, and show what has room in it."""
        self._update_columns()
        if self._has_size:
            self.call_later(self.show)
        self._has_size = True

    def _update_columns(self) -> None:
        for width, name in _COLUMNS:
            self.set_class(self.app.size.width >= width, name, update=self.is_mounted)

    def artist_name(self, session: Session) -> str:
        artist = session.artist.value
        return (artist.name if artist is not None else None) or ""

    def updated(self, session: Session) -> datetime | None:
        """Return when the newest data was fetched; panels say where theirs is older."""
        identity = (session.account, session.artist)
        times = (query.fetched_at for query in self.queries(session) if query not in identity)
        return max((time for time in times if time is not None), default=None)

    def show_session(self, session: Session) -> None:
        """Update the tabs and the panels."""
        self.query_one(TabBar).tabs = self._tabs()
        self._reasons = set()
        self.show_sections(session)
        self._restore_focus()

    def _tabs(self) -> tuple[Tab, ...]:
        keyboard = self.settings.keyboard
        return tuple(
            Tab(
                entry.label if entry.page is not None else f"{entry.label} ↗",
                keyboard.display(f"page.open_{position}") if position <= 9 else "",
                entry.page is self.info,
            )
            for position, entry in enumerate(self.context.entries, start=1)
        )

    @on(TabBar.Selected)
    def open_tab(self, event: TabBar.Selected) -> None:
        self.action_open_entry(event.position)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        # Textual also focuses a widget that is hidden behind an open detail.
        self.call_later(self._restore_focus)

    def _restore_focus(self) -> None:
        """Focus the main widget again if it lost the focus when it was hidden."""
        chain = self.focus_chain
        if self.is_current and self.focused not in chain and self.AUTO_FOCUS:
            targets = set(self.query(self.AUTO_FOCUS))
            target = next((widget for widget in chain if widget in targets), None)
            # The page opens at its top, regardless of the cursor.
            self.set_focus(target, scroll_visible=False)

    def show_section(
        self, id: str, query: Query[Any], *, known: bool | None = None, note: str = ""
    ) -> bool:
        """Update heading and note of a section; return whether its content can be drawn.

        `known` is whether the value contains what the section shows, by default True.
        """
        has_value = query.value is not None
        is_readable = has_value and known is not False
        if has_value and not is_readable:
            note = note or self._once(self.settings.keyboard.fill(NOT_SENT_HERE))
        self.query_one(f"#{id}", Panel).show(
            now=self.clock.now(),
            as_of=query.fetched_at,
            problem=self.problem_of(query),
            known=is_readable,
            note=note,
        )
        return is_readable

    def problem_of(self, query: Query[Any]) -> str:
        """Return why a section has no current content; empty without an error.

        This is the reason, unless it is in the status line or in another section.
        """
        error = self.error_of(query)
        if self.session is None or error is None:
            return ""
        reported = self.reported_queries(self.session)
        if any(other.error is error for other in reported):
            return UNAVAILABLE
        return self._once(f"{formatting.DASH} {error.message}")

    def _once(self, reason: str) -> str:
        """Return a reason, or only that something is unavailable if it is on the page already."""
        if reason in self._reasons:
            return UNAVAILABLE
        self._reasons.add(reason)
        return reason

    def error_of(self, query: Query[Any]) -> BeatPassError | None:
        """Return the error that explains why a query has no current value, if any."""
        return query.error if self.session is None else missing(self.session, query)

    # Cursor

    def on_mount(self) -> None:
        """Follow the cursors of the tables, and the search."""
        # They are watched because the effect of a message is drawn one frame later.
        for table in self.query(Table):
            self.watch(table, "cursor", self.show_notice, init=False)
        for field in self.query(FindField):
            self.watch(field, "value", self.apply_search, init=False)

    @on(CursorWidget.Highlighted)
    def _cursor_moved(self) -> None:
        self.follow_cursor()

    def follow_cursor(self) -> None:
        """Show help on the item under the cursor, and the keys that apply to it."""
        self.show_notice()
        self.refresh_bindings()

    @property
    def selected_row(self) -> R | None:
        """The row under the cursor of the focused table, if any."""
        row: R | None = self.focused.current if isinstance(self.focused, Table) else None
        return row

    def describe_row(self, row: R) -> Notice | None:
        """Return help on a row."""
        return None

    def copyable_row(self, row: R) -> tuple[str, str] | None:
        """Return the text to copy for a row, and its name."""
        return None

    def cursor_notice(self) -> Notice | None:
        if self._exporting is not None:
            return notices.loading_rest(self._exporting.loaded, AUTOMATIC_ROWS)
        row = self.selected_row
        return None if row is None else self.describe_row(row)

    def copyable(self) -> tuple[str, str] | None:
        row = self.selected_row
        return None if row is None else self.copyable_row(row)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "find":
            return bool(self.SEARCH_TARGET) and not isinstance(self.focused, Input)
        if action == "choose_filter":
            return self.can_filter()
        if action == "back":
            return parameters[0] == self.closed_next
        if action == "step":
            return isinstance(parameters[0], int) and self.can_step(parameters[0])
        if action == "export":
            return self.can_export()
        return super().check_action(action, parameters)

    def can_filter(self) -> bool:
        """Return whether there are filters to choose from."""
        return bool(self.FILTERS)

    def filter_groups(self) -> Sequence[OptionGroup]:
        """Return the filters of the page."""
        return [self.query_one(selector, OptionRow).group for selector in self.FILTERS]

    def choose_filter(self, id: str, value: str) -> None:
        """Select an option of one of the filters."""
        self.query_one(f"#{id}", OptionRow).select(value)

    def action_choose_filter(self) -> None:
        """Show the filters of the page."""
        from beatpass_tui.screens.chooser import Chooser

        close_key = self.settings.keyboard.display("page.back")
        self.app.push_screen(Chooser(self.filter_groups(), self.choose_filter, close_key=close_key))

    def can_step(self, steps: int) -> bool:
        """Return whether there is a tab or list page in this direction."""
        return False

    def action_step(self, steps: int) -> None:
        """Go to the previous or the next tab or list page."""

    @property
    def closed_next(self) -> str:
        """What Esc closes: the search, the loading of rows, an open item, or else the page."""
        field = self.query_one("#find", Input) if self.SEARCH_TARGET and self.is_mounted else None
        if field is not None and field.has_class("-open"):
            return "search"
        if self._exporting is not None:
            return "loading"
        return self.open_item or ("search" if field is not None and field.value else "page")

    @property
    def open_item(self) -> str:
        """`item` if something is open within the page, `loading` if rows are loaded, or empty."""
        return ""

    def action_back(self, closed: str) -> None:
        """Close what is open, or go Home."""
        if closed == "search":
            self._end_search(self.query_one("#find", Input))
        elif self._exporting is not None:
            self.workers.cancel_group(self, "export")
        elif closed == "page":
            self.post_message(PageRequested("dashboard"))
        else:
            self.close_open_item()
            self.refresh_bindings()

    def close_open_item(self) -> None:
        """Close what `open_item` names."""

    def need_all(self) -> None:
        """Load missing rows before sorting, searching or filtering."""

    # Export

    def can_export(self) -> bool:
        """Return whether there are rows to export."""
        return False

    def explain(self, id: str) -> str:
        session = self.session
        if id not in ("page.export", "cursor.open") or session is None:
            return super().explain(id)
        queries = self.queries(session)
        is_loading = any(query.value is None and query.error is None for query in queries)
        if id == "cursor.open":
            has_rows = any(table.rows for table in self.query(Table))
            return "The rows are still loading" if is_loading and not has_rows else ""
        return "Still loading; export when the rows are here" if is_loading else ""

    async def export_file(self) -> ExportFile | None:
        """Return the rows to export."""
        return None

    @work(group="export", exclusive=True)
    async def action_export(self, file_format: str) -> None:
        """Export rows as "csv" or "json"."""
        export = await self.export_file()
        if export is not None and self.can_show:
            self.post_message(ExportRequested(export, file_format))

    async def load_for_export(self, rows: PagedList[Any]) -> JoinedList[Any]:
        """Load missing rows of a list, and return the list."""
        self._exporting = rows
        self.follow_cursor()
        try:
            if rows.should_load or not rows.loaded.pages:
                await rows.load(self.show_notice, pace=0.0, row_limit=AUTOMATIC_ROWS)
        finally:
            self._exporting = None
            if self.can_show:
                self.follow_cursor()
        return rows.loaded

    # Search

    def action_find(self) -> None:
        field = self.query_one("#find", Input)
        field.add_class("-open")
        field.focus()

    def apply_search(self, text: str) -> None:
        """Show the rows that match the text typed so far."""
        self.search_text = text
        if text:
            self.need_all()
        self.show()

    @on(Input.Submitted, "#find")
    def close_search(self) -> None:
        """Close the search field and keep its filter."""
        self.query_one("#find", Input).remove_class("-open")
        self.query_one(self.SEARCH_TARGET).focus()

    def _end_search(self, field: Input) -> None:
        field.value = ""
        self.close_search()
