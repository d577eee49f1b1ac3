"""The sign-in screen: personal access token, or email and password."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Center, Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Input, Static

from beatpass_tui import __version__, formatting
from beatpass_tui.config.keys import Keyboard
from beatpass_tui.errors import InvalidToken
from beatpass_tui.models.links import PRODUCER_PROGRAM_URL
from beatpass_tui.models.secret import MAX_LENGTH, Secret
from beatpass_tui.screens.messages import AccessibleModeRequested, BrowseRequested
from beatpass_tui.screens.status_screen import PAGES_CSS, StatusScreen
from beatpass_tui.view_models.cards import Severity
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.brand import Logo
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.section import SectionHeading

_METHODS = (("token", "Personal access token"), ("password", "Email and password"))
_HINTS = {
    "token": "Paste your token; it is not shown",
    "password": "Enter your email and your password",
}
_FIRST_FORM_HELP = (
    "Create it on the web under Account Settings → Developers.\n"
    "API access is by invitation. A token is valid for 90 days."
)
_SECOND_FORM_HELP = "Your password is sent once and not stored; BeatPass returns a token."
_STORAGE = "Your token is stored in the system keyring, or in a private file."
_TRY_DEMO = "Only looking around? Run beatpass-tui --demo."


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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # In an empty field, arrow keys are left to the screen.
        return bool(self.value) or action not in ("cursor_left", "cursor_right")


class SignIn(StatusScreen):
    """Two ways to sign in; fields keep their content if it fails, and requests are not retried."""

    CSS_PATH = PAGES_CSS

    BINDINGS = [
        bind("focus.next", "app.focus_next", "Next field", "Go to the next field."),
        bind("focus.previous", "app.focus_previous", show=False),
        bind("move.left", "method(-1)", label="Method"),
        bind("move.right", "method(1)", label="Method"),
        bind("account.accessible", "use_words"),
        bind("page.back", "app.leave_sign_in", "Leave", "Leave without signing in."),
    ]
    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [*StatusScreen.VERTICAL_BREAKPOINTS, (30, "-tall")]

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
        with Vertical(id="body"):
            yield Logo(id="brand")
            yield Static("How your music is doing, in your terminal", id="lead", markup=False)
            with Center(), Vertical(id="sign-in", classes="dialog"):
                yield OptionRow(_METHODS, _METHODS[0][0], id="methods")
                yield SectionHeading(id="methods-rule")
                with Vertical(classes="form", id="token-form"):
                    yield Static("Token", classes="label", markup=False)
                    with Horizontal(classes="field"):
                        yield Field(
                            placeholder="Paste your token",
                            password=True,
                            id="token",
                            max_length=MAX_LENGTH,
                        )
                        yield Static("", id="token-length", markup=False)
                    yield Static(_FIRST_FORM_HELP, classes="help", markup=False)
                with Vertical(classes="form", id="password-form"):
                    yield Static("Email", classes="label", markup=False)
                    yield Field(placeholder="name@example.com", id="email", max_length=320)
                    yield Static("Password", classes="label", markup=False)
                    yield Field(
                        placeholder="Your password",
                        password=True,
                        id="password",
                        max_length=1000,
                    )
                    yield Static(_SECOND_FORM_HELP, classes="help", markup=False)
                with Horizontal(classes="actions"):
                    yield Button("Sign in", id="send", classes="-default")
                    yield Button("Producer Program ↗", id="program")
                yield SectionHeading(id="storage-rule")
                yield Static(_STORAGE, classes="help", markup=False)
            with Center(), Horizontal(id="sign-in-note"):
                yield Static(self._hint or _TRY_DEMO, id="sign-in-hint", markup=False)
                yield Static(f"beatpass-tui {__version__}", id="version", markup=False)
        yield from self.compose_footer()

    def on_mount(self) -> None:
        """Show why sign-in is needed, or a hint on the first start."""
        self.show_method()
        if self._notice:
            self.show_message(self._notice)

    @property
    def _method(self) -> str:
        return self.query_one(OptionRow).value

    @on(OptionRow.Changed, "#methods")
    def show_method(self) -> None:
        """Show the fields of the current method, and focus the first one."""
        for name, _ in _METHODS:
            self.query_one(f"#{name}-form").display = name == self._method
        field = self.query_one("#token" if self._method == "token" else "#email")
        # In a low window, start at the top.
        field.focus(scroll_visible=False)
        hint = _HINTS[self._method]
        if not is_accessible(self):
            hint += self._keyboard.fill(" · {account.accessible} for screen readers")
        self.show_message(hint, Severity.HINT)

    def action_method(self, steps: int) -> None:
        """Switch to the other way to sign in."""
        self.query_one(OptionRow).step(steps)

    @on(Input.Changed)
    def update_keys(self) -> None:
        self.refresh_bindings()

    @on(Input.Changed, "#token")
    def show_length(self, event: Input.Changed) -> None:
        """Show how long the token is, which can be compared without showing it."""
        length = len(event.value.strip())
        text = formatting.plural(length, "character") if length else ""
        self.query_one("#token-length", Static).update(text)

    @on(Button.Pressed, "#program")
    def open_program(self) -> None:
        self.post_message(BrowseRequested(PRODUCER_PROGRAM_URL))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "use_words" or not is_accessible(self)

    def action_use_words(self) -> None:
        """Turn on the accessible mode for this run."""
        self.post_message(AccessibleModeRequested())

    def show_message(self, text: str, severity: Severity = Severity.ERROR) -> None:
        """Show the result of signing in, and enable the forms again."""
        self._busy = False
        super().show_message(text, severity)

    @on(Button.Pressed, "#send")
    @on(Input.Submitted, "#token")
    @on(Input.Submitted, "#password")
    def send(self) -> None:
        """Send what was entered, or say what is missing."""
        if self._busy:
            return
        if self._method == "token":
            self._send_token()
        else:
            self._send_password()

    @on(Input.Submitted, "#email")
    def focus_password(self) -> None:
        self.query_one("#password").focus()

    def _send_token(self) -> None:
        try:
            token = Secret.parse(self.query_one("#token", Input).value)
        except InvalidToken as error:
            self.show_message(error.message)
            self.query_one("#token").focus()
            return
        self._send(self.TokenSubmitted(self, token))

    def _send_password(self) -> None:
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
