"""Palette commands for accounts; those that delete something ask for confirmation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App, SystemCommand

from beatpass_tui.auth.access import LoadedToken
from beatpass_tui.errors import CredentialsError, StoreUnavailable
from beatpass_tui.formatting import plural
from beatpass_tui.models.identity import Account
from beatpass_tui.session.manager import SessionManager
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.cards import Severity

if TYPE_CHECKING:
    from beatpass_tui.view_models.finder import Finder
    from beatpass_tui.widgets.palette import Found, PaletteGroup


class AccountCommands:
    """The commands to switch accounts, to sign out and to delete the history.

    `sign_out` is called after confirmation, `show_session` after the history was deleted, and
    `start_session` with the token of another account.
    """

    def __init__(
        self,
        app: App[None],
        sessions: SessionManager,
        sign_out: Callable[[], object],
        show_session: Callable[[Session], Awaitable[None]],
        start_session: Callable[[LoadedToken], Awaitable[None]],
        show_message: Callable[[str, Severity], None],
    ) -> None:
        self._app = app
        self._sessions = sessions
        self._sign_out = sign_out
        self._show_session = show_session
        self._start_session = start_session
        self._show_message = show_message
        self._others: Sequence[Account] = ()

    def commands(self) -> Iterator[SystemCommand]:
        """Yield the commands that have no key."""
        yield SystemCommand(
            "Forget history", "Delete the recorded samples of your numbers.", self.forget_history
        )

    async def load_others(self) -> bool:
        """Read which other accounts are stored; return whether there are any."""
        self._others = await self._sessions.other_accounts()
        return bool(self._others)

    def others(self) -> PaletteGroup:
        """Return the other accounts for the palette."""
        from beatpass_tui.widgets.palette import Entry, PaletteGroup, listed

        def find(finder: Finder | None) -> Found:
            entries = (
                Entry(f"Switch to {account.label}", partial(self.switch, account))
                for account in self._others
            )
            return listed("Accounts", "", entries).find(finder)

        return PaletteGroup("Accounts", "", find)

    def switch(self, account: Account) -> None:
        """Show another stored account, which is the current one from now on."""
        self._app.run_worker(self._show_account(account), group="sign-out", exclusive=True)

    async def _show_account(self, account: Account) -> None:
        try:
            token = await self._sessions.switch(account)
        except CredentialsError as error:
            self._show_message(error.message, Severity.WARNING)
            return
        await self._start_session(token)
        severity = Severity.WARNING if token.warning else Severity.GOOD
        self._show_message(token.warning or f"Switched to {account.label}.", severity)

    def sign_out(self) -> None:
        """Sign out, after confirmation."""
        text = "This deletes your token and cached data from this computer."
        if self._sessions.history is not None:
            text += " The history of your numbers is kept for the next sign-in."
        self._ask("Sign out", text, self._sign_out)

    def forget_history(self) -> None:
        """Delete the history of the numbers, after confirmation."""
        self._app.run_worker(self._count_history(), group="forget", exclusive=True)

    async def _count_history(self) -> None:
        session = self._sessions.session
        try:
            samples = await self._sessions.count_samples()
        except StoreUnavailable as error:
            self._show_message(error.message, Severity.WARNING)
            return
        if not samples:
            self._show_message("No history to delete.", Severity.HINT)
            return
        text = (
            f"This deletes {plural(samples, 'sample')}. Without an export, they can't be restored."
        )

        def forget() -> None:
            # The session may have been replaced while the dialog was open.
            if session is self._sessions.session:
                self._app.run_worker(self._delete_history(), group="forget", exclusive=True)

        self._ask("Forget history", text, forget)

    async def _delete_history(self) -> None:
        session, warning = self._sessions.session, await self._sessions.forget_history()
        if session is not None and session is self._sessions.session:
            await self._show_session(session)
            severity = Severity.WARNING if warning else Severity.GOOD
            self._show_message(warning or "The history was deleted.", severity)

    def _ask(self, title: str, text: str, action: Callable[[], object]) -> None:
        from beatpass_tui.screens.confirmation import Confirmation

        def on_close(confirmed: bool | None) -> None:
            if confirmed:
                action()

        self._app.push_screen(Confirmation(title, text, title), on_close)
