"""The Textual app: connects screens, session, settings and terminal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on, work
from textual.binding import BindingType
from textual.screen import Screen
from textual.theme import Theme

from beatpass_tui import exit_codes
from beatpass_tui.auth import sign_in
from beatpass_tui.auth.access import Access, LoadedToken
from beatpass_tui.config.settings import Settings
from beatpass_tui.errors import BeatPassError
from beatpass_tui.home_frames.keeper import HomeFrames
from beatpass_tui.models import menu
from beatpass_tui.runtime import browser, clipboard
from beatpass_tui.runtime.clock import Clock, ShiftedClock, SystemClock
from beatpass_tui.screens import messages
from beatpass_tui.screens.account_commands import AccountCommands
from beatpass_tui.screens.context import ScreenContext
from beatpass_tui.screens.desktop import CopyText, Desktop, OpenURL
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.navigator import Navigator
from beatpass_tui.screens.terminal_app import TerminalApp
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.session.manager import Connect, SessionManager
from beatpass_tui.session.query import BACKOFF, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.session.status import SessionStatus
from beatpass_tui.transport.endpoints import Service
from beatpass_tui.view_models.cards import Severity
from beatpass_tui.widgets.bindings import bind

if TYPE_CHECKING:
    from beatpass_tui.instant_paint.frame import Start
    from beatpass_tui.models.identity import SignedIn
    from beatpass_tui.screens.blocked import Blocked
    from beatpass_tui.screens.sign_in import SignIn

    _Attempt = Callable[[Service], Awaitable[SignedIn]]

THEME = "theme"
"""Name of the stored setting with the theme that was selected last."""


class BeatPassApp(TerminalApp):
    """The Producer Dashboard.

    `connect` returns the client as an async context manager, which is entered once, after the
    first frame, when a request is due. `repository` stores data between runs. `growth_delay` is
    the number of seconds until a growth rate that is still being calculated is requested again.
    `theme` overrides the theme that was selected last. Exports are written to `folder`, by default
    the working directory. With `start`, the frames of Home are kept for the next start.
    """

    CSS_PATH = "beatpass.tcss"
    TITLE = "BeatPass"

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("app.help", "help"),
        bind("app.palette", "command_palette"),
        bind("app.quit", "quit"),
        bind("app.leave", "quit", show=False, priority=True),
        bind("app.interrupt", "quit", show=False),
        bind("app.suspend", "suspend_process", show=False, priority=True),
    ]

    def __init__(
        self,
        connect: Connect,
        access: Access,
        *,
        repository: HistoryRepository | None = None,
        clock: Clock | None = None,
        demo: bool = False,
        ascii_only: bool = False,
        growth_delay: float = BACKOFF[0],
        jitter: Callable[[], float] | None = None,
        open_url: OpenURL = browser.open_url,
        copy_text: CopyText = clipboard.copy,
        settings: Settings | None = None,
        theme: str | None = None,
        folder: Path | None = None,
        start: Start | None = None,
    ) -> None:
        settings, known = settings or Settings(), access.known
        clock = ShiftedClock(clock or SystemClock())
        if ascii_only:
            settings = settings._replace(keyboard=settings.keyboard._replace(words=True))
        context = ScreenContext(
            clock,
            settings,
            demo=demo,
            token_variable=access.variable,
            entries=menu.nav_entries(known and known.menu),
            repository=repository,
        )
        super().__init__(settings, theme or context.get_setting(THEME), ascii_only=ascii_only)
        self.context = context
        self._access = access
        self._repository = repository
        self._sessions = SessionManager(
            connect,
            access,
            repository,
            clock,
            growth_delay=growth_delay,
            jitter=jitter,
            refresh=settings.refresh,
        )
        home = Home(context, self.session, signed_in=not access.needs_sign_in)
        self.frames = self._home_frames = HomeFrames(home, clock, start) if start else None
        self._navigator = navigator = Navigator(self, context, home)
        show = navigator.show_message
        self._desktop = Desktop(self, show, open_url, copy_text, folder or Path())
        self.accounts = AccountCommands(
            self, self._sessions, self.sign_out, navigator.show_session, self._start_session, show
        )
        self._start_page: str | None = settings.start_page

    @property
    def session(self) -> Session | None:
        """The session of the signed-in account."""
        return self._sessions.session

    def get_default_screen(self) -> Screen[None]:
        return self._navigator.home

    async def on_mount(self) -> None:
        """Show the first screen, and connect after the first frame."""
        self.theme_changed_signal.subscribe(self, self._save_theme)
        if self._access.needs_sign_in or self._start_page != self._navigator.home.info.name:
            self.load_pages_css()
        else:
            self.call_after_refresh(self.load_pages_css)
        if self._access.needs_sign_in:
            self.push_screen(self._sign_in_screen(self._access.notice))
        else:
            await self._open_start_page()
        self.call_after_refresh(self._connect)

    def _save_theme(self, theme: Theme) -> None:
        self.context.save_setting(THEME, theme.name)

    async def _open_start_page(self) -> None:
        """Open the start page of the settings, on the first call only."""
        name, self._start_page = self._start_page, None
        if name is not None:
            await self._navigator.open_page(name)

    @work(group="connection")
    async def _connect(self) -> None:
        """Keep the client open while the app runs."""
        if self._repository is not None:
            self._repository.on_warning = partial(self.call_later, self._show_warnings)
        if (history := self._sessions.history) is not None:
            history.begin_visit()
            self._show_warnings()
        try:
            await self._sessions.run(self._load_token)
        except BeatPassError as error:
            self.exit(None, error.exit_code, Text(f"beatpass-tui: {error.message}"))

    async def _load_token(self) -> None:
        known = self._access.known
        try:
            token = await self._access.load(await self._sessions.client())
        except BeatPassError as error:
            await self._ask_to_sign_in(sign_in.error_message(error, by_token=False))
            return
        if self._access.known is not known:
            # The user has switched to another account.
            return
        if token is not None:
            await self._start_session(token)
            self._show_warnings(token.warning)
        elif not self._access.needs_sign_in:
            await self._ask_to_sign_in("The stored token is gone; sign in again.")

    async def _start_session(self, token: LoadedToken) -> None:
        is_new = await self._sessions.start(token)
        self.context.entries = menu.nav_entries(token.menu)
        if is_new and self.session is not None:
            await self._navigator.show_session(self.session)
        else:
            await self._navigator.home.show_entries()

    @on(events.AppBlur)
    def pause_visit(self) -> None:
        """Save when the numbers were last seen."""
        if (history := self._sessions.history) is not None:
            history.mark_seen()

    @on(events.AppFocus)
    @work(group="visit", exclusive=True)
    async def resume_visit(self) -> None:
        """Begin a new visit if the last one has ended."""
        history = self._sessions.history
        if history is not None and await history.resume_visit() and self._navigator.page:
            self._navigator.page.show()

    def _show_warnings(self, warning: str = "") -> None:
        """Show warnings about stored tokens and data."""
        if self._navigator.page is not None:
            stored = self._repository.take_warning() if self._repository is not None else ""
            if text := " ".join(filter(None, (warning, stored))):
                self._navigator.show_message(text, Severity.WARNING)

    def close_repository(self) -> str:
        """End the visit and finish writing; return a warning that was not shown, or ""."""
        self.pause_visit()
        if self._repository is None:
            return ""
        is_stored = self._repository.close()
        if self._home_frames is not None:
            self._home_frames.keep(self._access.known_next() if is_stored else None)
        return self._repository.take_warning()

    async def action_quit(self) -> None:
        """Exit; on the sign-in screen with the exit code for not being signed in."""
        from beatpass_tui.screens.sign_in import SignIn

        is_signing_in = any(isinstance(screen, SignIn) for screen in self.screen_stack)
        signed_out = self.session is None and is_signing_in
        self.exit(return_code=exit_codes.NOT_SIGNED_IN if signed_out else exit_codes.OK)

    # Pages, browser, clipboard, export

    @on(messages.PageRequested)
    async def open_page(self, event: messages.PageRequested) -> None:
        await self._navigator.open_page(event.name, event.view)

    @on(messages.ItemRequested)
    async def open_item(self, event: messages.ItemRequested) -> None:
        await self._navigator.open_item(event.page, event.id, event.name)

    @on(messages.BrowseRequested)
    @work(group="browser", exclusive=True)
    async def browse(self, event: messages.BrowseRequested) -> None:
        await self._desktop.browse(event.address, is_match=event.is_match)

    @on(messages.CopyRequested)
    @work(group="clipboard", exclusive=True)
    async def copy(self, event: messages.CopyRequested) -> None:
        await self._desktop.copy(event.text, event.name)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy text that is selected in a field or on the screen."""
        self._clipboard = text
        copying = self._desktop.copy(text, "selected text", is_shown=False)
        self.run_worker(copying, group="clipboard", exclusive=True)

    @on(messages.ExportRequested)
    @work(group="export", exclusive=True)
    async def save_export(self, event: messages.ExportRequested) -> None:
        now, csv_bom = self.context.clock.now(), self._settings.csv_bom
        await self._desktop.save(event.export, event.file_format, now, csv_bom=csv_bom)

    # Sign-in and sign-out

    @on(messages.AccessibleModeRequested)
    def turn_on_accessible_mode(self) -> None:
        self.context.settings = self.use_accessible_mode()
        hint = "Accessible mode is on; to keep it on, set ACCESSIBLE=1"
        self._navigator.show_message(hint)

    def _sign_in_screen(self, notice: str | None = None) -> Screen[None]:
        from beatpass_tui.screens.sign_in import SignIn

        return SignIn(self._settings.keyboard, hint=self._access.hint, notice=notice)

    async def _ask_to_sign_in(self, notice: str | None) -> None:
        """Clear all pages and show the sign-in screen."""
        self._sessions.end()
        await self._navigator.reset(self._sign_in_screen(notice))

    @on(messages.SignInRequested)
    async def sign_in_again(self) -> None:
        """Show the sign-in screen above the current page."""
        await self.push_screen(self._sign_in_screen())

    async def action_leave_sign_in(self) -> None:
        """Return to the current page, or exit without a session."""
        if self.session is not None:
            await self.pop_screen()
        else:
            self.exit(return_code=exit_codes.NOT_SIGNED_IN)

    def on_sign_in_token_submitted(self, event: SignIn.TokenSubmitted) -> None:
        attempt = partial(sign_in.with_token, token=event.token)
        self._sign_in(event.screen, attempt, by_token=True)

    def on_sign_in_password_submitted(self, event: SignIn.PasswordSubmitted) -> None:
        async def attempt(service: Service) -> SignedIn:
            name = await self._access.token_name()
            return await sign_in.with_password(service, event.email, event.password.reveal(), name)

        self._sign_in(event.screen, attempt, by_token=False)

    @work(group="sign-in")
    async def _sign_in(self, screen: SignIn, attempt: _Attempt, *, by_token: bool) -> None:
        service = await self._sessions.client()
        try:
            signed_in = await attempt(service)
        except BeatPassError as error:
            if screen.can_show:
                screen.show_message(sign_in.error_message(error, by_token=by_token))
            return
        try:
            message, severity = await self._access.save(signed_in), Severity.GOOD
        except BeatPassError as error:
            message, severity = error.message, Severity.WARNING
        # Replace the data of another account before the form that covers it closes.
        await self._start_session(LoadedToken(signed_in.token, signed_in.menu, signed_in.account))
        await self._navigator.close(screen)
        await self._open_start_page()
        self._navigator.show_message(message, severity)

    def action_sign_out(self) -> None:
        """Sign out, after confirmation."""
        self.accounts.sign_out()

    @work(group="sign-out", exclusive=True)
    async def sign_out(self) -> None:
        """Delete token and cached data, and show the sign-in screen."""
        warning = await self._sessions.sign_out()
        self.context.entries = menu.DEFAULT_ENTRIES
        await self._ask_to_sign_in(warning)

    @on(messages.StatusChanged)
    async def handle_status_change(self, event: messages.StatusChanged) -> None:
        """Show the screen for a blocked account, or ask to sign in again."""
        session = event.session
        if session is not self.session or self._navigator.page is None:
            return
        if event.status is SessionStatus.OWNER_CHANGED:
            await self._replace_session(session)
        elif event.status is not SessionStatus.EXPIRED:
            from beatpass_tui.screens.blocked import Blocked

            await self.push_screen(Blocked(self.context, session, event.status))
        elif not session.has_data:
            await self._reject_token()

    async def _replace_session(self, session: Session) -> None:
        """Show the account and artist of the token instead of those of the session."""
        owner = session.replacement
        if await self._sessions.replace(session) and self.session is not None:
            # Another artist of the same account has the same menu.
            if owner is not None and owner.artist is None:
                self.context.entries = menu.DEFAULT_ENTRIES
            await self._navigator.show_session(self.session)

    async def _reject_token(self) -> None:
        """Ask to sign in, or exit, because the token was refused at its first use."""
        variable = self._access.variable
        if variable is None:
            await self._ask_to_sign_in("Your token has expired or was revoked; sign in again.")
            return
        advice = "set a valid one or unset it to sign in."
        text = Text(f"beatpass-tui: BeatPass did not accept the token in {variable}; {advice}")
        self.exit(return_code=exit_codes.NOT_SIGNED_IN, message=text)

    @work(group="retry")
    async def on_blocked_retry_requested(self, event: Blocked.RetryRequested) -> None:
        """Check again whether a blocked account has a dashboard."""
        session, screen = self.session, event.screen
        if session is None:
            return
        known = session.application.value
        await session.load(session.home, Trigger.MANUAL, lambda: None)
        if session.status is SessionStatus.NO_ARTIST:
            await session.load((session.application,), Trigger.MANUAL, lambda: None)
        if not screen.can_show or session is not self.session:
            return
        if session.expired:
            await self._reject_token()
        elif (error := session.artist.error) is None:
            await self._navigator.close(screen)
        elif session.status is SessionStatus.NORMAL:
            screen.show_message(error.message)
        elif session.application.error is None and session.application.value == known:
            screen.show_message("Nothing has changed yet.", Severity.HINT)
        else:
            screen.show()

    def action_help(self) -> None:
        from beatpass_tui.screens.help import Help

        if not isinstance(self.screen, Help):
            self.push_screen(Help(self.screen, self._settings.keyboard))
