"""Pages for an account that cannot have a dashboard, and what can be done about it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Center, Middle, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from beatpass_tui.config.keys import Keyboard
from beatpass_tui.models.links import PRODUCER_PROGRAM_URL
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.screens.page import PAGES_CSS
from beatpass_tui.session.session import Session, SessionStatus
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.widgets.bindings import KeyRepeatDetector, bind
from beatpass_tui.widgets.key_footer import KeyFooter
from beatpass_tui.widgets.size_warning import SizeWarning
from beatpass_tui.widgets.status_line import StatusLine
from beatpass_tui.widgets.title_bar import TitleBar, TitleInfo

_TITLES = {SessionStatus.NO_ARTIST: "No Artist Profile", SessionStatus.NO_ACCESS: "No API access"}
_WAYS = {
    SessionStatus.NO_ARTIST: (
        "The dashboard belongs to artists of the BeatPass Producer Program.",
        "Apply on the web: {page.browse} opens it in the browser. "
        "Once you are in, {page.refresh} tries again.",
    ),
    SessionStatus.NO_ACCESS: (
        "Access to the BeatPass API is by invitation.",
        "Write to contact@beatpass.ca and ask for it. "
        "Once you have it, {page.refresh} tries again.",
    ),
}


class Blocked(Screen[None]):
    """Says what is missing in the service's own sentence, and the way out."""

    CSS_PATH = PAGES_CSS

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("page.refresh", "retry", "Try again", "Ask the service again."),
        bind("page.browse", "browse", sentence="Open the page on the web."),
        bind("account.sign_out", "sign_out"),
    ]

    class RetryWanted(Message):
        """The service is to be asked again."""

        def __init__(self, screen: Blocked) -> None:
            super().__init__()
            self.screen = screen

    class SignOutWanted(Message):
        """The account is to be left."""

    class AddressWanted(Message):
        """An address is to be opened in the browser."""

        def __init__(self, address: str) -> None:
            super().__init__()
            self.address = address

    def __init__(
        self,
        session: Session,
        standing: SessionStatus,
        clock: Clock,
        *,
        demo: bool,
        keyboard: Keyboard | None = None,
    ) -> None:
        super().__init__()
        self._keyboard = keyboard or Keyboard()
        self.session = session
        self.standing = standing
        self._clock = clock
        self._retries = KeyRepeatDetector(clock)
        self._demo = demo

    def compose(self) -> ComposeResult:
        """Put the sentence into the middle."""
        yield TitleBar(self._clock, id="title")
        with Middle(id="body"), Center(), Vertical(id="blocked"):
            yield Static(_TITLES[self.standing], id="blocked-title", markup=False)
            yield Static(self._sentence(), id="blocked-sentence", markup=False)
            for way in _WAYS[self.standing]:
                yield Static(self._keyboard.fill(way), classes="help", markup=False)
        yield StatusLine(id="notice")
        yield KeyFooter(id="keys")
        yield SizeWarning()

    def on_mount(self) -> None:
        """Name the account."""
        self.say("")

    def say(self, sentence: str) -> None:
        """Say how trying again went."""
        account = self.session.account.value
        self.query_one(TitleBar).info = TitleInfo(
            _TITLES[self.standing],
            account=account.name if account is not None else None,
            demo=self._demo,
            refreshing=self.session.artist.loading,
        )
        self.query_one("#blocked-sentence", Static).update(self._sentence())
        self.query_one(StatusLine).notice = Notice(sentence)

    def _sentence(self) -> str:
        error = self.session.artist.error
        return error.message if error is not None else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the browser only where there is a page to open."""
        del parameters
        return self.standing is SessionStatus.NO_ARTIST if action == "browse" else True

    def action_retry(self) -> None:
        """Ask again; a key held down asks once."""
        if self._retries.is_new_press():
            self.say("Trying again…")
            self.post_message(self.RetryWanted(self))

    def action_browse(self) -> None:
        """Open the way to the Producer Program."""
        self.post_message(self.AddressWanted(PRODUCER_PROGRAM_URL))

    def action_sign_out(self) -> None:
        """Leave the account."""
        self.post_message(self.SignOutWanted())
