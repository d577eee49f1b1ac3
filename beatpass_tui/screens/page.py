"""Base class of all pages: frame, loading, status line and common keys."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from beatpass_tui import formatting
from beatpass_tui.config.settings import Settings
from beatpass_tui.models.menu import NavEntry, PageInfo
from beatpass_tui.screens.alarm import Alarm
from beatpass_tui.screens.context import ScreenContext
from beatpass_tui.screens.messages import (
    BrowseRequested,
    CopyRequested,
    PageRequested,
    SignInRequested,
    StatusChanged,
)
from beatpass_tui.screens.status_screen import StatusScreen
from beatpass_tui.session.query import Query, Trigger, states
from beatpass_tui.session.session import Session
from beatpass_tui.session.status import SessionStatus
from beatpass_tui.view_models import notices
from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.widgets import bars
from beatpass_tui.widgets.bindings import KeyRepeatDetector, action_for, bind
from beatpass_tui.widgets.status_line import StatusLine
from beatpass_tui.widgets.title_bar import TitleBar, TitleInfo

MESSAGE_SECONDS = 4.0
"""How long a message, such as "Copied …", stays in the status line."""

_CURSOR_ACTIONS = frozenset(
    ("move", "first", "last", "column", "page", "app.focus_next", "app.focus_previous")
)


class Page(StatusScreen):
    """One page of the dashboard.

    A subclass defines `info`, returns the queries that it shows, composes its body and draws it
    in `show_session`.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {*bars.SHADE_CLASSES}

    info: ClassVar[PageInfo]
    HELP_NOTES: ClassVar[Sequence[tuple[str, str]]] = ()
    """Names and sentences that the help screen lists below the keys."""
    came_from = ""
    """The name of the page to which Esc returns from the detail that it has opened here."""
    milestone: Notice | None = None
    """A milestone reached since the last visit; removed when the cursor moves."""

    BINDINGS = [
        *(bind(f"page.open_{digit}", f"open_entry({digit})") for digit in range(1, 10)),
        bind("page.refresh", "refresh_page"),
        bind("page.browse", "browse"),
        bind("page.copy", "copy"),
        bind("account.sign_in", "sign_in"),
        bind("account.sign_out", "app.sign_out", show=False),
        bind("focus.next", "app.focus_next", show=False),
        bind("focus.previous", "app.focus_previous", show=False),
    ]

    HORIZONTAL_BREAKPOINTS = [
        (0, "-too-narrow"),
        (40, "-two"),
        (60, "-three"),
        (80, "-four"),
        (108, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [
        (0, "-too-low"),
        (12, "-short"),
        (24, "-regular"),
        (30, "-tall"),
        (42, "-very-tall"),
    ]

    def __init__(self, context: ScreenContext, session: Session | None = None) -> None:
        super().__init__()
        self.context = context
        self.clock = context.clock
        self.session = session
        self._alarm = Alarm(context.clock, self.set_timer, self.update)
        self._message: Notice | None = None
        self._refresh_presses = KeyRepeatDetector(context.clock)
        self._looks: object = None
        self._show_is_pending = False

    @property
    def settings(self) -> Settings:
        """The settings, which change if the accessible mode is turned on."""
        return self.context.settings

    def compose(self) -> ComposeResult:
        self._add_size_classes()
        yield from self.compose_top()
        with VerticalScroll(id="body", can_focus=False):
            yield from self.compose_body()
        yield from self.compose_footer()

    def compose_top(self) -> ComposeResult:
        """Yield the rows above the body."""
        yield TitleBar(self.clock, id="title")

    # What a subclass defines

    def compose_body(self) -> Iterable[Widget]:
        """Return the widgets between the title bar and the status line."""
        raise NotImplementedError

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        """Return the queries that the page shows."""
        raise NotImplementedError

    def reported_queries(self, session: Session) -> Sequence[Query[Any]]:
        """Return the queries whose failure is reported in the status line."""
        return self.queries(session)

    def show_session(self, session: Session) -> None:
        """Update the widgets of the body in place."""
        raise NotImplementedError

    def clear(self) -> None:
        """Remove the data of an account that was signed out."""

    def after_load(self, session: Session) -> None:
        """Respond to the end of a load."""

    async def show_entries(self) -> None:
        """Show the changed navigation entries."""

    def cursor_notice(self) -> Notice | None:
        """Return help on the item under the cursor."""
        return None

    def address(self) -> str | None:
        """Return the web address of the item under the cursor."""
        return self.info.url

    def artist_name(self, session: Session) -> str:
        """Return the name of the artist for the title row; empty if it is shown elsewhere."""
        return ""

    def updated(self, session: Session) -> datetime | None:
        """Return the time of the data for the title row."""
        return session.oldest_fetch(self.queries(session))

    def show_view(self, view: str) -> None:
        """Show one of the views of the page, by its name."""

    def show_item(self, id: int, name: str | None) -> None:
        """Open the detail of a beat or an album, on the page that has them."""

    def copyable(self) -> tuple[str, str] | None:
        """Return the text to copy for the item under the cursor, and its name."""
        return None

    def format_count(self, value: float | None) -> str:
        """Format a count as set by the user: 45,210 or 45.2K."""
        is_short = self.settings.numbers == "short"
        return formatting.short_count(value) if is_short else formatting.count(value)

    # Loading

    def attach(self, session: Session | None) -> None:
        """Show another session, or no session after signing out."""
        self.session = session
        if not self.can_show:
            return
        if session is None:
            self.clear()
        self.show()
        if session is not None and self.is_current:
            self.load(Trigger.AUTOMATIC)

    @work(group="load")
    async def load(self, trigger: Trigger) -> None:
        """Fetch the queries that are due, drawing each result as it arrives."""
        session = self.session
        if session is None:
            return
        sent = False
        drawn = states(self.queries(session))
        shown: tuple[Query[Any], ...] = ()
        # A result may add queries, such as the next page of a list.
        while (queries := tuple(self.queries(session))) != shown:
            shown = queries
            current = Trigger.AUTOMATIC if sent else trigger
            if not await session.load(queries, current, lambda: self.show_if_current(session)):
                break
            sent = True
            if not self.still_shows(session):
                return
        if self.still_shows(session):
            is_up_to_date = not any(query.loading or query.error is not None for query in shown)
            if trigger is Trigger.MANUAL and not sent and is_up_to_date:
                next_time = self._next_refresh(session, shown)
                suffix = f" · next refresh at {next_time}" if next_time else ""
                self.show_message(f"Up to date{suffix}")
            if sent or trigger is Trigger.MANUAL or states(shown) != drawn:
                self.show_if_current(session)
            self.after_load(session)

    def still_shows(self, session: Session) -> bool:
        """Return whether this screen can be drawn and still shows `session`."""
        return self.can_show and self.session is session

    def show_if_current(self, session: Session) -> None:
        """Update the page unless it was closed or shows another session.

        Results that arrive at the same time are drawn together.
        """
        if self.still_shows(session) and not self._show_is_pending:
            self._show_is_pending = True
            self.call_after_refresh(self._show_pending)

    def _show_pending(self) -> None:
        if self._show_is_pending:
            self.show()

    def update(self) -> None:
        """Redraw everything and fetch the queries that are due."""
        self.show()
        self.load(Trigger.AUTOMATIC)

    # Drawing

    def show(self) -> None:
        """Draw the current state and schedule the next update."""
        self._show_is_pending = False
        session = self.session
        if not self.can_show:
            return
        self.query_one(TitleBar).info = self._title_info(session)
        if session is not None:
            self.show_session(session)
            if session.status is not SessionStatus.NORMAL:
                self.post_message(StatusChanged(session, session.status))
        self.show_notice()
        self.refresh_bindings()

    def show_notice(self) -> None:
        """Show the most important notice in the status line."""
        if not self.can_show:
            return
        notice = self._message or self._session_notice() or self.cursor_notice() or Notice("")
        action = self.settings.keyboard.fill(notice.action)
        # An export may end after the widgets of an exiting app were removed.
        for line in self.query_children(StatusLine):
            line.notice = notice._replace(action=action)
        for title in self.query_children(TitleBar):
            title.info = title.info._replace(in_status_line=notice.is_progress)
        self._schedule(has_countdown=notice.has_countdown)

    def show_message(self, text: str, severity: Severity = Severity.GOOD) -> None:
        """Show a message in the status line for a few seconds."""
        self._message = notices.message(text, severity)
        self.set_timer(MESSAGE_SECONDS, partial(self.end_message, self._message))
        self.show_notice()

    def end_message(self, *ended: Notice | Severity) -> None:
        """Remove the message if it is one of these, or has one of these severities."""
        shown = self._message
        if shown is not None and any(x is shown or x is shown.severity for x in ended):
            self._message = None
            self.show_notice()

    def _session_notice(self) -> Notice | None:
        session = self.session
        if session is None:
            return None
        problem = notices.most_severe(
            session,
            self.reported_queries(session),
            variable=self.context.token_variable,
            focused=self.app.app_focus,
        )
        expiry = notices.token_ending(session.token_expires_by, self.clock.now())
        return problem or self.milestone or expiry

    def _title_info(self, session: Session | None) -> TitleInfo:
        if session is None:
            return TitleInfo(self.info.label, demo=self.context.demo)
        shown, account = self.queries(session), session.account.value
        return TitleInfo(
            self.info.label,
            artist=self.artist_name(session),
            account=account.name if account is not None else None,
            demo=self.context.demo,
            offline=session.offline_since(shown) is not None,
            updated=self.updated(session),
            refreshing=any(query.loading for query in shown),
            next_refresh=self._next_refresh(session, shown),
        )

    def _next_refresh(self, session: Session, shown: Sequence[Query[Any]]) -> str:
        """Return the time of the next automatic refresh, empty without one."""
        wait = session.next_refresh_in(shown) if self.app.app_focus else None
        if wait is None:
            return ""
        now = self.clock.now()
        return formatting.date_or_time(now + timedelta(seconds=wait), now)

    def _schedule(self, *, has_countdown: bool) -> None:
        """Update again when a query is due, and every second during a countdown."""
        session = self.session
        if session is None or not self.is_current or not self.app.app_focus:
            self._alarm.cancel()
            return
        delay = session.next_request_in(self.queries(session))
        if has_countdown:
            delay = 1.0 if delay is None else min(delay, 1.0)
        self._alarm.set(delay)

    def on_mount(self) -> None:
        """Follow the focus of the terminal: nothing refreshes automatically without it."""
        self.watch(self.app, "app_focus", self._on_app_focus, init=False)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        # Widgets are styled as they are mounted, and again only if something changed meanwhile.
        looks = (self.app.theme, frozenset(self.app.classes), self.app.size)
        event.refresh_styles = self._looks not in (None, looks)
        self._looks = looks
        self.update()

    def on_screen_suspend(self) -> None:
        self._alarm.cancel()

    def _on_app_focus(self, focused: bool) -> None:
        if self.is_current and focused:
            self.update()
        elif self.is_current:
            self.show_notice()

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Say until the next key that a key does nothing; moving the cursor dismisses a notice."""
        action = action_for(self, event.key)
        if not action and not isinstance(self.focused, Input):
            nothing = self.settings.keyboard.nothing(event.key, self.explain)
            self.show_message(nothing, Severity.HINT)
        elif action:
            self.end_message(Severity.HINT)
        if action in _CURSOR_ACTIONS and self.session and self.session.token_expires_by:
            self.session.token_expires_by = None
            self.show_notice()

    def explain(self, id: str) -> str:
        """Return why a key does nothing for the item under the cursor; empty for the default."""
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "open_entry":
            return isinstance(parameters[0], int) and parameters[0] <= len(self.context.entries)
        if action == "sign_in":
            expired = self.session is not None and self.session.expired
            return expired and self.context.token_variable is None
        if action == "browse":
            return self.address() is not None
        if action == "copy":
            return self.copyable() is not None
        return True

    def action_open_entry(self, position: int) -> None:
        """Open a card of Quick Navigation by its position, from 1."""
        self.open_entry(self.context.entries[position - 1])

    def open_entry(self, entry: NavEntry) -> None:
        """Open a page of the dashboard or an external URL."""
        if entry.page is not None:
            self.post_message(PageRequested(entry.page.name))
        else:
            self.post_message(BrowseRequested(entry.url))

    def action_refresh_page(self) -> None:
        """Refresh failed and stale data, once while the key is held down."""
        if self._refresh_presses.is_new_press():
            self.load(Trigger.MANUAL)

    def action_browse(self) -> None:
        if (address := self.address()) is not None:
            self.post_message(BrowseRequested(address))

    def action_copy(self) -> None:
        if (copyable := self.copyable()) is not None:
            self.post_message(CopyRequested(*copyable))

    def action_sign_in(self) -> None:
        self.post_message(SignInRequested())
