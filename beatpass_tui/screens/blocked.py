"""Screens for an account without artist profile or API access."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Center, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static

from beatpass_tui.screens.context import ScreenContext
from beatpass_tui.screens.messages import BrowseRequested
from beatpass_tui.screens.status_screen import PAGES_CSS, StatusScreen
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.session.status import SessionStatus
from beatpass_tui.view_models.blocked import BlockedView, application_failure, blocked_view
from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.widgets.bindings import KeyRepeatDetector, bind
from beatpass_tui.widgets.brand import Logo
from beatpass_tui.widgets.section import HeadingText, SectionHeading, set_note, set_text
from beatpass_tui.widgets.status_line import StatusLine
from beatpass_tui.widgets.steps import StepList
from beatpass_tui.widgets.title_bar import TitleBar, TitleInfo


class Blocked(StatusScreen):
    """The status of the application, or the service's message, and the next step."""

    CSS_PATH = PAGES_CSS

    BINDINGS = [
        bind("page.refresh", "retry", "Check again", "Check the account again."),
        bind("page.browse", "browse", sentence="Open the page on the web."),
        bind("account.sign_out", "app.sign_out"),
        bind("focus.next", "app.focus_next", show=False),
        bind("focus.previous", "app.focus_previous", show=False),
        bind("move.left", "app.focus_previous", show=False),
        bind("move.right", "app.focus_next", show=False),
        bind("move.up", "app.focus_previous", show=False),
        bind("move.down", "app.focus_next", show=False),
        bind("move.page_up", "scroll(-1)", show=False),
        bind("move.page_down", "scroll(1)", show=False),
    ]
    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [*StatusScreen.VERTICAL_BREAKPOINTS, (30, "-tall")]

    @dataclass(eq=False, repr=False)
    class RetryRequested(Message):
        """Request to check again whether the account has a dashboard."""

        screen: Blocked

    def __init__(self, context: ScreenContext, session: Session, status: SessionStatus) -> None:
        super().__init__()
        self.context = context
        self._session = session
        self._status = status
        self._retry_presses = KeyRepeatDetector(context.clock)

    def compose(self) -> ComposeResult:
        yield TitleBar(self.context.clock, id="title")
        with VerticalScroll(id="body", can_focus=False):
            yield Logo()
            with Center(), Vertical(id="blocked", classes="dialog"):
                yield Static(id="blocked-heading", markup=False)
                yield SectionHeading()
                yield StepList(id="steps")
                yield SectionHeading(id="blocked-source")
                yield Static(id="blocked-message", markup=False)
                yield Static(id="blocked-help", markup=False)
                with Horizontal(classes="actions"):
                    yield Button("", id="browse")
                    yield Button("Check again", id="retry")
                    yield Button("Sign out", id="sign-out")
        yield from self.compose_footer()

    def on_mount(self) -> None:
        self._draw()
        button = next(each for each in self.query(".actions Button").results() if each.display)
        # In a low window, start at the top of the text.
        self.set_focus(button, scroll_visible=False)
        self.load(Trigger.AUTOMATIC)

    @property
    def view(self) -> BlockedView:
        """The texts of the screen."""
        return blocked_view(self._session, self._status)

    @work(group="load")
    async def load(self, trigger: Trigger) -> None:
        """Request the status of the application."""
        if self._status is SessionStatus.NO_ARTIST:
            await self._session.load((self._session.application,), trigger, self.show)

    def show(self, notice: Notice | None = None) -> None:
        """Show the current state, with a notice or the error of the application's query."""
        if self.can_show:
            self._draw(notice)

    def _draw(self, notice: Notice | None = None) -> None:
        session, keyboard = self._session, self.context.settings.keyboard
        if session.status in (SessionStatus.NO_ARTIST, SessionStatus.NO_ACCESS):
            self._status = session.status
        view, account = self.view, session.account.value
        self.query_one(TitleBar).info = TitleInfo(
            view.title,
            account=account.name if account is not None else None,
            demo=self.context.demo,
            updated=session.application.fetched_at,
            refreshing=session.artist.loading or session.application.loading,
            in_status_line=notice is not None,
        )
        heading = self.query_one("#blocked-heading", Static)
        set_text(heading, f"● {view.heading}")
        for severity in Severity:
            heading.set_class(severity is view.severity, f"-{severity.value}")
        steps = self.query_one(StepList)
        steps.steps = tuple(step._replace(detail=keyboard.fill(step.detail)) for step in view.steps)
        steps.set_class(not view.steps, "-empty")
        source = self.query_one("#blocked-source", SectionHeading)
        source.text = HeadingText("BeatPass says" if view.message else "", detail=view.reference)
        source.display = bool(view.message or view.reference)
        set_note(self.query_one("#blocked-message", Static), view.message and f"“{view.message}”")
        set_note(self.query_one("#blocked-help", Static), keyboard.fill(view.help))
        browse = self.query_one("#browse", Button)
        if view.link is None and browse.has_focus:
            # Textual would focus the next button itself, and scroll to it.
            self.set_focus(self.query_one("#retry"), scroll_visible=False)
        browse.display = view.link is not None
        if view.link is not None:
            browse.label = Content(f"{view.link.name} ↗")
            # A new label does not change the width by itself.
            browse.refresh(layout=True)
        self.query_one(StatusLine).notice = notice or application_failure(session)
        self.refresh_bindings()

    def show_message(self, text: str, severity: Severity = Severity.GOOD) -> None:
        """Show a message in the status line."""
        self.show(Notice(text, severity))

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.view.link is not None if action == "browse" else True

    @on(Button.Pressed, "#retry")
    def action_retry(self) -> None:
        """Check again, once while the key is held down."""
        if self._retry_presses.is_new_press():
            self.show_message("Checking…", Severity.HINT)
            self.post_message(self.RetryRequested(self))

    @on(Button.Pressed, "#browse")
    def action_browse(self) -> None:
        if (link := self.view.link) is not None:
            self.post_message(BrowseRequested(link.url))

    @on(Button.Pressed, "#sign-out")
    async def sign_out(self) -> None:
        await self.run_action("app.sign_out")

    def action_scroll(self, pages: int) -> None:
        body = self.query_one("#body")
        body.scroll_relative(y=pages * body.size.height, animate=False)
