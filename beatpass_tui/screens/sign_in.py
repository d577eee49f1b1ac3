"""The sign-in screen: personal access token, or email and password."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Center, Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from beatpass_tui.config.keys import Keyboard
from beatpass_tui.errors import InvalidToken
from beatpass_tui.models.secret import MAX_LENGTH, Secret
from beatpass_tui.screens.messages import AccessibleModeRequested
from beatpass_tui.screens.status_screen import PAGES_CSS, StatusScreen
from beatpass_tui.view_models.cards import Severity
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.bindings import bind

_FIRST_FORM_HELP = (
    "Create one on the web under Account Settings → Developers. "
    "Access is by invitation; a token is valid for 90 days."
)
_SECOND_FORM_HELP = "BeatPass creates a token for this terminal. Your password is not stored."


class Field(Input):
    """An input whose secrets can't be copied; Ctrl+C quits when nothing is selected."""

    def action_copy(self) -> None:
        """Copy selected text unless it is masked; with no selection, leave the key to the app."""
        if not self.selected_text:
            raise SkipAction
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        """Cut selected text unless it is masked."""
        if not self.password:
            super().action_cut()


class SignIn(StatusScreen):
    """Two forms, which keep their content if sign-in fails; requests are not retried."""

    CSS_PATH = PAGES_CSS

    BINDINGS = [
        bind("focus.next", "app.focus_next", "Next field", "Go to the next field."),
        bind("focus.previous", "app.focus_previous", show=False),
        bind("account.accessible", "use_words"),
        bind("page.back", "app.leave_sign_in", "Leave", "Leave without signing in."),
    ]
    AUTO_FOCUS = "#token"

    @dataclass(eq=False, repr=False)
    class TokenSubmitted(Message):
        """The token form was submitted."""

        screen: SignIn
        token: Secret

    @dataclass(eq=False, repr=False)
    class PasswordSubmitted(Message):
        """The email and password form was submitted."""

        screen: SignIn
        email: str
        password: Secret

    def __init__(
        self, keyboard: Keyboard, *, hint: str | None = None, notice: str | None = None
    ) -> None:
        super().__init__()
        self._keyboard = keyboard
        self._hint = hint
        self._notice = notice
        self._busy = False

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="body", can_focus=False):
            yield Static("BEATPASS", id="brand", markup=False)
            yield Static("Sign in to your Producer Dashboard", id="lead", markup=False)
            with Center(), Horizontal(id="forms"):
                with Vertical(classes="form", id="token-form") as form:
                    form.border_title = "Personal access token"
                    yield Static(_FIRST_FORM_HELP, classes="help", markup=False)
                    yield Field(
                        placeholder="Paste your token",
                        password=True,
                        id="token",
                        max_length=MAX_LENGTH,
                    )
                    yield Button("Sign in with token", id="send-token")
                with Vertical(classes="form", id="password-form") as form:
                    form.border_title = "Email and password"
                    yield Static(_SECOND_FORM_HELP, classes="help", markup=False)
                    yield Field(placeholder="Email", id="email", max_length=320)
                    yield Field(
                        placeholder="Password", password=True, id="password", max_length=1000
                    )
                    yield Button("Sign in with password", id="send-password")
            yield Static(self._hint or "", id="sign-in-hint", markup=False)
        yield from self.compose_footer()

    @property
    def focus_chain(self) -> list[Widget]:
        """The fields, then the buttons."""
        return sorted(super().focus_chain, key=lambda widget: isinstance(widget, Button))

    def on_mount(self) -> None:
        """Show why sign-in is needed, or a hint on the first start."""
        if self._notice:
            self.show_message(self._notice)
        else:
            hint = "Enter submits the current form"
            if not is_accessible(self):
                hint += self._keyboard.fill(" · {account.accessible} for screen readers")
            self.show_message(hint, Severity.HINT)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "use_words" or not is_accessible(self)

    def action_use_words(self) -> None:
        """Turn on the accessible mode for this run."""
        self.post_message(AccessibleModeRequested())

    def show_message(self, text: str, severity: Severity = Severity.ERROR) -> None:
        """Show the result of signing in, and enable the forms again."""
        self._busy = False
        super().show_message(text, severity)

    @on(Input.Submitted, "#token")
    @on(Button.Pressed, "#send-token")
    def send_token(self) -> None:
        if self._busy:
            return
        try:
            token = Secret.parse(self.query_one("#token", Input).value)
        except InvalidToken as error:
            self.show_message(error.message)
            self.query_one("#token").focus()
            return
        self._send(self.TokenSubmitted(self, token))

    @on(Input.Submitted, "#email")
    def focus_password(self) -> None:
        self.query_one("#password").focus()

    @on(Input.Submitted, "#password")
    @on(Button.Pressed, "#send-password")
    def send_password(self) -> None:
        if self._busy:
            return
        email, password = self.query_one("#email", Input), self.query_one("#password", Input)
        for field, name in ((email, "email"), (password, "password")):
            if not field.value.strip():
                self.show_message(f"Enter your {name} first.")
                field.focus()
                return
        self._send(self.PasswordSubmitted(self, email.value.strip(), Secret(password.value)))

    def _send(self, message: Message) -> None:
        self._busy = True
        super().show_message("Signing in…", Severity.HINT)
        self.post_message(message)
