"""Signing in: by a pasted token, or by e-mail and password."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Input, Static

from beatpass_tui.errors import InvalidToken
from beatpass_tui.models.secret import MAX_LENGTH, Secret
from beatpass_tui.screens.page import PAGES_CSS
from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.key_footer import KeyFooter
from beatpass_tui.widgets.size_warning import SizeWarning
from beatpass_tui.widgets.status_line import StatusLine

_FIRST_WAY = (
    "Made on the web under Account Settings → Developers. "
    "Access is by invitation; a token lives 90 days."
)
_SECOND_WAY = "BeatPass makes a token for this terminal. The password is not stored."


class Field(Input):
    """A field out of which a secret cannot be copied, and where ctrl+c otherwise quits."""

    def action_copy(self) -> None:
        """Copy selected text that is not masked; with nothing selected, quit as everywhere."""
        if not self.selected_text:
            raise SkipAction
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        """Cut text that is not masked."""
        if not self.password:
            super().action_cut()


class SignIn(Screen[None]):
    """Two forms; what was typed stays when one of them fails, and nothing is tried twice."""

    CSS_PATH = PAGES_CSS

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("focus.next", "app.focus_next", "Next field", "Go to the next field."),
        bind("focus.previous", "app.focus_previous", show=False),
        bind("page.back", "leave", "Leave", "Leave without signing in."),
    ]
    AUTO_FOCUS: ClassVar[str] = "#token"
    HORIZONTAL_BREAKPOINTS = [
        (0, "-too-narrow"),
        (40, "-two"),
        (76, "-four"),
    ]
    VERTICAL_BREAKPOINTS = [
        (0, "-too-low"),
        (12, "-short"),
        (24, "-regular"),
    ]

    class TokenGiven(Message):
        """A token was pasted."""

        def __init__(self, screen: SignIn, token: Secret) -> None:
            super().__init__()
            self.screen = screen
            self.token = token

    class PasswordGiven(Message):
        """E-mail and password were typed."""

        def __init__(self, screen: SignIn, email: str, password: Secret) -> None:
            super().__init__()
            self.screen = screen
            self.email = email
            self.password = password

    class Abandoned(Message):
        """The reader leaves without signing in."""

    def __init__(self, *, hint: str | None = None, notice: str | None = None) -> None:
        super().__init__()
        self._hint = hint
        self._notice = notice
        self._busy = False

    def compose(self) -> ComposeResult:
        """Put the two forms beside each other."""
        with VerticalScroll(id="body", can_focus=False):
            yield Static("BEATPASS", id="brand", markup=False)
            yield Static("Sign in to your Producer Dashboard", id="lead", markup=False)
            with Horizontal(id="forms"):
                with Vertical(classes="form", id="token-form") as form:
                    form.border_title = "Personal access token"
                    yield Static(_FIRST_WAY, classes="help", markup=False)
                    yield Field(
                        placeholder="Paste your token",
                        password=True,
                        id="token",
                        max_length=MAX_LENGTH,
                    )
                    yield Button("Sign in by token", id="send-token")
                with Vertical(classes="form", id="password-form") as form:
                    form.border_title = "E-mail and password"
                    yield Static(_SECOND_WAY, classes="help", markup=False)
                    yield Field(placeholder="E-mail", id="email", max_length=320)
                    yield Field(
                        placeholder="Password", password=True, id="password", max_length=1000
                    )
                    yield Button("Sign in by password", id="send-password")
            yield Static(self._hint or "", id="sign-in-hint", markup=False)
        yield StatusLine(id="notice")
        yield KeyFooter(id="keys")
        yield SizeWarning()

    def on_mount(self) -> None:
        """Say why signing in is needed, when there is more to it than a first start."""
        if self._notice:
            self.say(self._notice)
        else:
            self.say("Enter sends the form that you are in", Severity.HINT)

    def say(self, sentence: str, severity: Severity = Severity.ERROR) -> None:
        """Say how the sign-in went; the forms can be used again."""
        self._busy = False
        self.query_one(StatusLine).notice = Notice(sentence, severity)

    @on(Input.Submitted, "#token")
    @on(Button.Pressed, "#send-token")
    def send_token(self) -> None:
        """Send the pasted token."""
        if self._busy:
            return
        try:
            token = Secret.parse(self.query_one("#token", Input).value)
        except InvalidToken as error:
            self.say(error.message)
            self.query_one("#token").focus()
            return
        self._send(self.TokenGiven(self, token))

    @on(Input.Submitted, "#email")
    def go_to_password(self) -> None:
        """Go on with the password."""
        self.query_one("#password").focus()

    @on(Input.Submitted, "#password")
    @on(Button.Pressed, "#send-password")
    def send_password(self) -> None:
        """Send e-mail and password."""
        if self._busy:
            return
        email, password = self.query_one("#email", Input), self.query_one("#password", Input)
        for field, name in ((email, "e-mail"), (password, "password")):
            if not field.value.strip():
                self.say(f"Type your {name} first.")
                field.focus()
                return
        self._send(self.PasswordGiven(self, email.value.strip(), Secret(password.value)))

    def _send(self, message: Message) -> None:
        self._busy = True
        self.query_one(StatusLine).notice = Notice("Signing in…")
        self.post_message(message)

    def action_leave(self) -> None:
        """Leave without signing in."""
        self.post_message(self.Abandoned())
