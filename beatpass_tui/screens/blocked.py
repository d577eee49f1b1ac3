"""Screens for an account without artist profile or API access."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Center, Middle, Vertical
from textual.message import Message
from textual.widgets import Static

from beatpass_tui.models.links import PRODUCER_PROGRAM_URL
from beatpass_tui.screens.context import ScreenContext
from beatpass_tui.screens.messages import BrowseRequested
from beatpass_tui.screens.status_screen import PAGES_CSS, StatusScreen
from beatpass_tui.session.session import Session
from beatpass_tui.session.status import SessionStatus
from beatpass_tui.view_models.cards import Severity
from beatpass_tui.widgets.bindings import KeyRepeatDetector, bind
from beatpass_tui.widgets.title_bar import TitleBar, TitleInfo

_TITLES = {SessionStatus.NO_ARTIST: "No Artist Profile", SessionStatus.NO_ACCESS: "No API access"}
_HELP = {
    SessionStatus.NO_ARTIST: (
        "The dashboard is for artists in the BeatPass Producer Program.",
        "Press {page.browse} to apply on the web. "
        "Once you are accepted, press {page.refresh} to try again.",
    ),
    SessionStatus.NO_ACCESS: (
        "Access to the BeatPass API is by invitation.",
        "Write to contact@beatpass.ca to request it. "
        "Once you have it, press {page.refresh} to try again.",
    ),
}


class Blocked(StatusScreen):
    """A screen with the service's reason and the next step for the user."""

    CSS_PATH = PAGES_CSS

    BINDINGS = [
        bind("page.refresh", "retry", "Try again", "Check the account again."),
        bind("page.browse", "browse", sentence="Open the page on the web."),
        bind("account.sign_out", "app.sign_out"),
    ]

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
        with Middle(id="body"), Center(), Vertical(id="blocked"):
            yield Static(_TITLES[self._status], id="blocked-title", markup=False)
            yield Static(self._reason(), id="blocked-sentence", markup=False)
            for paragraph in _HELP[self._status]:
                paragraph = self.context.settings.keyboard.fill(paragraph)
                yield Static(paragraph, classes="help", markup=False)
        yield from self.compose_footer()

    def on_mount(self) -> None:
        self.show_message("")

    def show_message(self, text: str, severity: Severity = Severity.HINT) -> None:
        """Show a message in the status line, and the latest reason."""
        if self.is_closing:
            return
        account = self._session.account.value
        self.query_one(TitleBar).info = TitleInfo(
            _TITLES[self._status],
            account=account.name if account is not None else None,
            demo=self.context.demo,
            refreshing=self._session.artist.loading,
        )
        self.query_one("#blocked-sentence", Static).update(self._reason())
        super().show_message(text, severity)

    def _reason(self) -> str:
        error = self._session.artist.error
        return error.message if error is not None else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._status is SessionStatus.NO_ARTIST if action == "browse" else True

    def action_retry(self) -> None:
        """Check again, once while the key is held down."""
        if self._retry_presses.is_new_press():
            self.show_message("Checking…")
            self.post_message(self.RetryRequested(self))

    def action_browse(self) -> None:
        self.post_message(BrowseRequested(PRODUCER_PROGRAM_URL))
