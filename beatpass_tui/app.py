"""BeatPassApp: wires client, sign-in, theme and screens; it does no work of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme

from beatpass_tui import exit_codes
from beatpass_tui.auth import access
from beatpass_tui.auth.access import Access, LoadedToken
from beatpass_tui.config import themes
from beatpass_tui.config.key_names import display_key
from beatpass_tui.config.settings import Settings
from beatpass_tui.errors import BeatPassError
from beatpass_tui.models import menu
from beatpass_tui.models.links import allowed_url
from beatpass_tui.runtime import browser, gc_policy
from beatpass_tui.runtime.clock import Clock, SystemClock
from beatpass_tui.runtime.key_queue import KeyQueue
from beatpass_tui.runtime.safe_app import SafeApp
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.page import PAGES_CSS, Page
from beatpass_tui.session.history import AccountHistory, HistoryRepository
from beatpass_tui.session.query import BACKOFF, Trigger
from beatpass_tui.session.session import Session, SessionStatus
from beatpass_tui.transport.endpoints import Service
from beatpass_tui.view_models.cards import Severity
from beatpass_tui.widgets.accessibility import ACCESSIBLE_CLASS, SignFilter
from beatpass_tui.widgets.bindings import active_keys, bind, palette_commands, replace_brackets
from beatpass_tui.widgets.size_warning import MIN_HEIGHT, MIN_WIDTH

if TYPE_CHECKING:
    from beatpass_tui.exports.files import ExportFile
    from beatpass_tui.models import Account, SignedIn
    from beatpass_tui.screens.blocked import Blocked
    from beatpass_tui.screens.inner_page import InnerPage
    from beatpass_tui.screens.sign_in import SignIn

Connect = Callable[[], AbstractAsyncContextManager[Service]]

THEME = "theme"
"""The setting that keeps the theme that was chosen last."""

COLORLESS_CSS = "colorless.tcss"
"""What says without colors what colors say otherwise, beside our stylesheet."""

_PAGES = {
    "finances": "Finances",
    "activity": "Activity",
    "progress": "Progress",
    "leaderboards": "Leaderboards",
    "beats": "Beats",
    "collections": "Collections",
}


class BeatPassApp(SafeApp):
    """The Producer Dashboard.

    `connect` returns the client as an async context manager; it is entered once, after the first
    frame and when something is to be asked for, and left at the end. `memory` is what earlier
    runs left behind. `growth_delay` is how many seconds after an answer without a growth rate the
    rate is asked for again. `theme` is the one to begin with, else the one that was chosen last.
    `folder` is where exports are written, else the one that the program was started in.
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
        memory: HistoryRepository | None = None,
        clock: Clock | None = None,
        demo: bool = False,
        ascii_only: bool = False,
        growth_delay: float = BACKOFF[0],
        jitter: Callable[[], float] | None = None,
        open_address: Callable[[str], bool] = browser.open_url,
        settings: Settings | None = None,
        theme: str | None = None,
        folder: Path | None = None,
    ) -> None:
        super().__init__()
        if self.no_color:
            self.css_path.append(self.css_path[0].with_name(COLORLESS_CSS))
        self._connect = connect
        self._access = access
        self._memory = memory
        self._clock = clock or SystemClock()
        self._demo = demo
        self._folder = folder or Path()
        self._ascii_only = ascii_only
        self._settings = settings or Settings()
        self._growth_delay = growth_delay
        self._jitter = jitter
        self._open_address = open_address
        self._service: asyncio.Future[Service]
        # Set once a client is needed: with fresh numbers from an earlier run it never is.
        self._wanted = asyncio.Event()
        self._session = self._remembered()
        known = access.known
        self._entries = menu.nav_entries(known.menu if known is not None else None)
        self._home = Home(
            self._clock,
            entries=self._entries,
            waits=not access.asks,
            session=self._session,
            demo=demo,
            variable=access.variable,
            settings=self._settings,
        )
        self._keystrokes = KeyQueue(self, super().on_event)
        self._start_page: str | None = self._settings.start_page
        self._pages: dict[str, Page] = {}
        self.register_theme(themes.DARK)
        self.register_theme(themes.LIGHT)
        self._begin_in(self._first_theme(theme))
        self.set_keymap(
            {id: ",".join(keys) for id, keys in self._settings.keyboard.remapped.items()}
        )
        if self._settings.accessible:
            self.add_class(ACCESSIBLE_CLASS)
            self.animation_level = "none"

    async def on_event(self, event: events.Event) -> None:
        """Have what is typed act in its turn."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._keystrokes.put(event)
        else:
            await super().on_event(event)

    # Looks

    def _first_theme(self, wanted: str | None) -> Theme:
        """Return the theme that is wanted, else the one that was chosen last, else our own."""
        if wanted is None and self._memory is not None:
            wanted = self._memory.get_setting(THEME)
        return self.available_themes.get(wanted or "", themes.DARK)

    def _begin_in(self, theme: Theme) -> None:
        """Have a theme from the first frame on: a change of theme styles everything twice."""
        self.set_reactive(App.theme, theme.name)
        self.update_classes(
            {"-dark-mode": theme.dark, "-light-mode": not theme.dark, f"-theme-{theme.name}": True},
            update=False,
        )
        self.stylesheet.set_variables(self.get_css_variables())

    def _read_looks(self) -> None:
        """Read what the other screens look like; nothing that is on the screen changes by it.

        Textual would do so at the first of them, and style everything anew.
        """
        self.stylesheet.read(PAGES_CSS)
        self.stylesheet.parse()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the colors of words on the grounds of the current theme."""
        return themes.color_variables(self.current_theme)

    def get_line_filters(self) -> list[LineFilter]:
        """Return the filters, with plain letters for signs where the terminal has nothing else."""
        filters = list(super().get_line_filters())
        if self.no_color:
            from beatpass_tui.widgets.colorless_filter import ColorlessFilter

            # Textual's own would paint in shades of grey.
            filters = [ColorlessFilter()]
        if self._settings.accessible:
            filters.append(SignFilter())
        if self._ascii_only:
            from beatpass_tui.widgets.ascii_filter import AsciiFilter

            filters.append(AsciiFilter())
        return filters

    def get_key_display(self, binding: Binding) -> str:
        """Return how a key is written."""
        return display_key(binding.key, words=self._settings.keyboard.words)

    def get_driver_class(self) -> type[Driver]:
        """Return what drives the terminal: our own where Textual would take its one for Unix."""
        found = super().get_driver_class()
        if found.__name__ == "LinuxDriver":
            from beatpass_tui.runtime import driver

            return driver.Driver
        return found

    def bell(self) -> None:
        """Ring the terminal's bell, where the reader wants to hear it."""
        if self._settings.bell:
            super().bell()

    def _theme_chosen(self, theme: Theme) -> None:
        if self._memory is not None:
            self._memory.set_setting(THEME, theme.name)

    # Start and end

    def get_default_screen(self) -> Screen[None]:
        """Return Home, which stays at the bottom of everything else."""
        return self._home

    async def on_mount(self) -> None:
        """Ask to sign in where that comes first; connect once the first frame is on the screen."""
        self._service = asyncio.get_running_loop().create_future()
        self.theme_changed_signal.subscribe(self, self._theme_chosen)
        if self._access.asks or self._start_page != self._home.info.name:
            self._read_looks()
        else:
            self.call_after_refresh(self._read_looks)
        if self._access.asks:
            self.push_screen(self._sign_in_screen(self._access.notice))
        else:
            await self._open_first()
        self.call_after_refresh(self._serve)

    async def _open_first(self) -> None:
        """Open the page that the reader begins with, once."""
        name, self._start_page = self._start_page, None
        if name is not None:
            await self._go(name)

    def _remembered(self) -> Session | None:
        """Return a session on what earlier runs knew, which is asked for once there is a client."""
        known = self._access.known
        if self._memory is None or known is None or self._access.asks:
            return None
        past = self._memory.load(known.account)
        return None if past is None else self._make_session(None, None, past)

    def _make_session(
        self, service: Service | None, account: Account | None, past: AccountHistory | None
    ) -> Session:
        return Session(
            service,
            self._clock,
            account=account,
            repository=self._memory,
            history=past,
            connection_requested=self._wanted,
            growth_delay=self._growth_delay,
            jitter=self._jitter,
            refresh=self._settings.refresh,
        )

    @work(group="connection")
    async def _serve(self) -> None:
        """Hold the client for as long as the program runs."""
        if self._session is not None and self._session.history is not None:
            self._session.history.begin_visit()
            self._tell_remark()
            gc_policy.resume()
            await self._wanted.wait()
        try:
            async with self._connect() as service:
                self._service.set_result(service)
                gc_policy.resume()
                await self._recall(service)
                await asyncio.Event().wait()
        except BeatPassError as error:
            # What the machine was told about certificates or a proxy cannot be used.
            message = Text(f"beatpass-tui: {error.message}")
            self.exit(return_code=error.exit_code, message=message)

    async def _recall(self, service: Service) -> None:
        try:
            recalled = await self._access.load(service)
        except BeatPassError as error:
            await self._ask_to_sign_in(access.explain(error, by_token=False))
            return
        if recalled is not None:
            await self._begin(service, recalled)
            self._tell_remark(recalled.remark)
        elif not self._access.asks:
            await self._ask_to_sign_in("The stored token is gone; sign in again.")

    async def _begin(self, service: Service, recalled: LoadedToken) -> None:
        service.token = recalled.token
        session = self._session
        if session is not None and session.connect(service):
            session.token_ends = recalled.token_ends
            return
        if session is not None:
            session.end()
        past = None
        if self._memory is not None and recalled.account is not None:
            past = await self._memory.open(recalled.account.id)
        self._session = self._make_session(service, recalled.account, past)
        self._session.token_ends = recalled.token_ends
        if past is not None:
            past.begin_visit()
        self._entries = menu.nav_entries(recalled.menu)
        await self._home.show_menu(self._entries)
        for page in (self._home, *self._pages.values()):
            page.digits = len(self._entries)
            page.attach(self._session)

    @on(events.AppBlur)
    def look_away(self) -> None:
        """Take note of when the reader last looked."""
        if self._session is not None and self._session.history is not None:
            self._session.history.mark_seen()

    @on(events.AppFocus)
    def look_again(self) -> None:
        """Begin a visit if the reader was away for long."""
        self._come_back()

    @work(group="visit", exclusive=True)
    async def _come_back(self) -> None:
        past = self._session.history if self._session is not None else None
        if past is not None and await past.resume_visit() and isinstance(self.screen, Page):
            self.screen.show()

    def _tell_remark(self, remark: str = "") -> None:
        """Say what is amiss with the places on disk, where there is a row for it."""
        if isinstance(self.screen, Page):
            of_memory = self._memory.take_warning() if self._memory is not None else ""
            if words := " ".join(filter(None, (remark, of_memory))):
                self._remark(words, Severity.WARNING)

    def close_memory(self) -> str:
        """Take note that the visit ends and finish the writing; return what was not told yet."""
        self.look_away()
        if self._memory is None:
            return ""
        self._memory.close()
        return self._memory.take_warning()

    async def action_quit(self) -> None:
        """Leave; a reader who has not signed in leaves with the status that says so."""
        self.exit(
            return_code=exit_codes.OK if self._session is not None else self._unsigned_status()
        )

    def _unsigned_status(self) -> int:
        from beatpass_tui.screens.sign_in import SignIn

        unsigned = any(isinstance(screen, SignIn) for screen in self.screen_stack)
        return exit_codes.NOT_SIGNED_IN if unsigned else exit_codes.OK

    def on_resize(self, event: events.Resize) -> None:
        """Close the palette in a window that has no room for it, where its list fails."""
        small = event.size.width < MIN_WIDTH or event.size.height < MIN_HEIGHT
        if small and isinstance(self.screen, CommandPalette):
            self.pop_screen()

    # Pages

    def _page(self, name: str) -> Page:
        """Return a page, made at its first use and kept with its cursor from then on."""
        if name not in self._pages:
            kind: type[Page] = getattr(import_module(f"beatpass_tui.screens.{name}"), _PAGES[name])
            page = kind(
                self._clock,
                demo=self._demo,
                variable=self._access.variable,
                digits=len(self._entries),
                settings=self._settings,
            )
            page.session = self._session
            self._pages[name] = page
            self.install_screen(page, name)
        return self._pages[name]

    @on(Page.PageWanted)
    async def open_page(self, event: Page.PageWanted) -> None:
        """Open a page of the dashboard."""
        await self._go(event.name)

    async def _go(self, name: str) -> None:
        if not isinstance(self.screen, Page):
            return
        if name == "dashboard":
            if self.screen is not self._home:
                await self.pop_screen()
        elif self.screen is self._home:
            await self.push_screen(self._page(name))
        elif self.screen is not self._page(name):
            await self.switch_screen(self._page(name))

    @on(Page.EntryWanted)
    async def open_entry(self, event: Page.EntryWanted) -> None:
        """Open the card of Quick Navigation with that digit."""
        if event.position <= len(self._entries):
            entry = self._entries[event.position - 1]
            if entry.page is not None:
                await self._go(entry.page.name)
            else:
                self._browse(entry.url)

    def _remark(self, text: str, severity: Severity = Severity.GOOD) -> None:
        from beatpass_tui.screens.blocked import Blocked

        if isinstance(self.screen, Page):
            self.screen.remark(text, severity)
        elif isinstance(self.screen, Blocked):
            self.screen.say(text)

    # Browser and clipboard

    @on(Page.AddressWanted)
    def open_wanted(self, event: Page.AddressWanted) -> None:
        """Open an address in the browser."""
        self._browse(event.address)

    def _browse(self, address: str) -> None:
        """Open an address; where no browser can be opened it is shown and copied."""
        if allowed_url(address) is None:
            self._remark("That address is not one of BeatPass; it was not opened", Severity.WARNING)
        elif self._open_address(address):
            self._remark(f"Opening {address}")
        else:
            self.copy_to_clipboard(address)
            self._remark(f"Copied {address} (no browser can be opened from here)")

    @on(Page.CopyWanted)
    def copy_wanted(self, event: Page.CopyWanted) -> None:
        """Copy a text to the clipboard."""
        self.copy_to_clipboard(event.text)
        self._remark(f"Copied {event.what}: {event.text}")

    def on_inner_page_export_wanted(self, event: InnerPage.ExportWanted) -> None:
        """Write rows to a file in the folder that the program was started in."""
        self._write(event.extract, event.kind)

    @work(group="export", exclusive=True)
    async def _write(self, extract: ExportFile, kind: str) -> None:
        from beatpass_tui.exports import files

        save = partial(files.save, extract, kind, self._folder, self._clock.now())
        try:
            path = await asyncio.to_thread(save)
        except BeatPassError as error:
            self._remark(error.message, Severity.WARNING)
        else:
            self._remark(files.saved_message(extract, path))

    # Signing in and out

    def _sign_in_screen(self, notice: str | None = None) -> Screen[None]:
        from beatpass_tui.screens.sign_in import SignIn

        return SignIn(hint=self._access.hint, notice=notice)

    async def _ask_to_sign_in(self, notice: str | None) -> None:
        """Clear what was shown and offer the forms, with nothing behind them."""
        if self._session is not None:
            self._session.end()
        self._session = None
        self._home.attach(None)
        pages, self._pages = self._pages, {}
        with self.batch_update():
            while len(self.screen_stack) > 1:
                await self.pop_screen()
            for name, page in pages.items():
                self.uninstall_screen(name)
                if page.is_attached:
                    await page.remove()
            await self.push_screen(self._sign_in_screen(notice))

    async def _client(self) -> Service:
        self._wanted.set()
        return await self._service

    @on(Page.SignInWanted)
    async def sign_in_again(self) -> None:
        """Offer the forms over what is shown."""
        await self.push_screen(self._sign_in_screen())

    async def on_sign_in_abandoned(self) -> None:
        """Go back to the pages, or leave when there are none."""
        if self._session is not None:
            await self.pop_screen()
        else:
            self.exit(return_code=exit_codes.NOT_SIGNED_IN)

    def on_sign_in_token_given(self, event: SignIn.TokenGiven) -> None:
        """Check a pasted token."""

        def attempt(service: Service) -> Awaitable[SignedIn]:
            return access.with_token(service, event.token)

        self._sign_in(event.screen, attempt, by_token=True)

    def on_sign_in_password_given(self, event: SignIn.PasswordGiven) -> None:
        """Sign in by e-mail and password."""

        def attempt(service: Service) -> Awaitable[SignedIn]:
            return access.with_password(service, event.email, event.password.reveal())

        self._sign_in(event.screen, attempt, by_token=False)

    @work(group="sign-in")
    async def _sign_in(
        self,
        screen: SignIn,
        attempt: Callable[[Service], Awaitable[SignedIn]],
        *,
        by_token: bool,
    ) -> None:
        service = await self._client()
        try:
            signed_in = await attempt(service)
        except BeatPassError as error:
            if screen.is_running:
                screen.say(access.explain(error, by_token=by_token))
            return
        try:
            kept, severity = await self._access.save(signed_in), Severity.GOOD
        except BeatPassError as error:
            kept, severity = error.message, Severity.WARNING
        # Behind the form, so that what another account left there is gone before it closes.
        await self._begin(service, LoadedToken(signed_in.token, signed_in.menu, signed_in.account))
        await self._close(screen)
        await self._open_first()
        self._remark(kept, severity)

    @work(group="sign-out", exclusive=True)
    async def sign_out(self) -> None:
        """Forget token, menu and everything shown, and offer the forms again."""
        notice = None
        try:
            await self._access.remove()
        except BeatPassError as error:
            notice = error.message
        session = self._session
        if session is not None:
            past = session.history
            # What is still on its way must not be kept after all was forgotten.
            session.end()
            if self._memory is not None and past is not None:
                await self._memory.delete_account(past.account_id)
                notice = " ".join(filter(None, (notice, self._memory.take_warning()))) or None
        service = await self._client()
        service.token = None
        self._entries = menu.DEFAULT_ENTRIES
        await self._ask_to_sign_in(notice)

    # How the account stands with the service

    @on(Page.StatusChanged)
    async def handle_status_change(self, event: Page.StatusChanged) -> None:
        """Show the page that an account without a dashboard gets, or ask to sign in again."""
        if event.session is not self._session or not isinstance(self.screen, Page):
            return
        if event.status is SessionStatus.OTHER_ACCOUNT:
            await self._begin_anew(event.session)
        elif event.status is not SessionStatus.EXPIRED:
            from beatpass_tui.screens.blocked import Blocked

            await self.push_screen(
                Blocked(
                    event.session,
                    event.status,
                    self._clock,
                    demo=self._demo,
                    keyboard=self._settings.keyboard,
                )
            )
        elif not event.session.has_data:
            await self._reject()

    async def _begin_anew(self, session: Session) -> None:
        """Show the account that the token turned out to be of, and nothing of the other one."""
        service = await self._client()
        if service.token is not None:
            account = session.account.value
            await self._begin(service, LoadedToken(service.token, account=account))

    async def _reject(self) -> None:
        """Meet a token that was refused before it brought anything."""
        variable = self._access.variable
        if variable is not None:
            self.exit(
                return_code=exit_codes.NOT_SIGNED_IN,
                message=Text(
                    f"beatpass-tui: BeatPass did not accept the token in {variable}; "
                    "set a valid one or unset it to sign in."
                ),
            )
            return
        await self._ask_to_sign_in("Your token has expired or was revoked; sign in again.")

    @work(group="retry")
    async def on_blocked_retry_wanted(self, event: Blocked.RetryWanted) -> None:
        """Ask again whether the account has a dashboard now."""
        session, screen = self._session, event.screen
        if session is None:
            return
        await session.load(session.home, Trigger.MANUAL, lambda: None)
        if not screen.is_running or session is not self._session:
            return
        error = session.artist.error
        if session.expired:
            await self._reject()
        elif error is None:
            await self._close(screen)
        elif session.status is SessionStatus.NORMAL:
            screen.say(error.message)
        else:
            screen.say("Nothing has changed yet.")

    async def _close(self, screen: Screen[None]) -> None:
        """Close a screen together with what was opened over it, such as the help."""
        while screen in self.screen_stack:
            await self.pop_screen()

    def on_blocked_sign_out_wanted(self) -> None:
        """Leave the account."""
        self.sign_out()

    def on_blocked_address_wanted(self, event: Blocked.AddressWanted) -> None:
        """Open the way to the Producer Program."""
        self._browse(event.address)

    # Help and palette

    def action_help(self) -> None:
        """Show every key that does something here."""
        from beatpass_tui.screens.help import Help

        if isinstance(self.screen, Help):
            return
        title, notes = "this screen", Page.NOTES
        if isinstance(self.screen, Page):
            title, notes = self.screen.info.label, self.screen.NOTES
        self.push_screen(Help(title, active_keys(self.screen), self._settings.keyboard, notes))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Return what the palette offers: every key's command, the pages, the themes."""
        for command in palette_commands(screen):
            about = f"{self.get_key_display(Binding(command.key, ''))} · {command.sentence}"
            run = partial(self._run, command.action, command.node)
            yield SystemCommand(command.name, about, run)
        if isinstance(screen, Page):
            for entry in self._entries:
                if entry.page is not None:
                    go = partial(self._go, entry.page.name)
                    home = entry.page is self._home.info
                    about = "Your numbers at a glance" if home else entry.page.description
                    yield SystemCommand(f"Go to {replace_brackets(entry.label)}", about, go)
                else:
                    browse = partial(self._browse, entry.url)
                    yield SystemCommand(
                        f"Open {replace_brackets(entry.label)}", "Opens in the browser.", browse
                    )
            yield SystemCommand("Sign out", "Forget the token and sign in again.", self.sign_out)
        yield SystemCommand("Theme", "Choose other colors.", self.action_change_theme)

    async def _run(self, action: str, node: DOMNode) -> None:
        await self.run_action(action, node)
