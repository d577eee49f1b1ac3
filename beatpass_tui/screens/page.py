"""The frame and the contract that every page stands on: load, show, say why not, refresh, leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.config.settings import Settings
from beatpass_tui.models.menu import PageInfo
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session, SessionStatus
from beatpass_tui.view_models import notices
from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.widgets.bindings import KeyRepeatDetector, action_for, bind
from beatpass_tui.widgets.key_footer import KeyFooter
from beatpass_tui.widgets.size_warning import SizeWarning
from beatpass_tui.widgets.status_line import StatusLine
from beatpass_tui.widgets.title_bar import TitleBar, TitleInfo

REMARK_SECONDS = 4.0
"""How long a remark, such as "copied", stays in the notice row."""

LONGEST_SLEEP = 60.0
"""Seconds after which the clocks are looked at again at the latest.

A timer stands still while the machine sleeps, and knows nothing of a wall clock that was set."""

_MOVES = frozenset(
    ("move", "first", "last", "column", "page", "app.focus_next", "app.focus_previous")
)
"""The actions, whatever their keys, by which a reader moves the cursor."""


PAGES_CSS = Path(__file__).resolve().with_name("pages.tcss")
"""The looks of every screen but Home, which each of them names, so that it has them in any case."""


class Page(Screen[None]):
    """One page of the dashboard.

    A subclass names its `info`, says which groups of the session it shows, composes its body and
    draws it in `show_answers`. Everything else is here.
    """

    info: ClassVar[PageInfo]
    NOTES: ClassVar[Sequence[tuple[str, str]]] = ()
    """What the help says of the page besides its keys: names and sentences."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(bind(f"page.open_{digit}", f"open_entry({digit})") for digit in range(1, 10)),
        bind("page.refresh", "refresh_page"),
        bind("page.browse", "browse"),
        bind("page.copy", "copy"),
        bind("account.sign_in", "sign_in"),
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

    class PageWanted(Message):
        """A page of the dashboard is to be opened."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    class EntryWanted(Message):
        """The card of Quick Navigation with this position, from 1, is to be opened."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    class AddressWanted(Message):
        """An address is to be opened in the browser."""

        def __init__(self, address: str) -> None:
            super().__init__()
            self.address = address

    class CopyWanted(Message):
        """A text is to be copied to the clipboard; `what` names it for people."""

        def __init__(self, text: str, what: str) -> None:
            super().__init__()
            self.text = text
            self.what = what

    class SignInWanted(Message):
        """The reader wants to sign in again."""

    class StatusChanged(Message):
        """How the account stands with the service is other than normal."""

        def __init__(self, session: Session, status: SessionStatus) -> None:
            super().__init__()
            self.session = session
            self.status = status

    def __init__(
        self,
        clock: Clock,
        *,
        demo: bool = False,
        variable: str | None = None,
        digits: int = 7,
        settings: Settings | None = None,
    ) -> None:
        super().__init__()
        self.clock = clock
        self.settings = settings or Settings()
        self.session: Session | None = None
        self._demo = demo
        self._variable = variable
        # How many cards of Quick Navigation there are to be opened by a digit.
        self.digits = digits
        self._wake: Timer | None = None
        self._remark: Notice | None = None
        self._refreshes = KeyRepeatDetector(clock)
        self._resumed = False

    def compose(self) -> ComposeResult:
        """Put the frame around the page's own body."""
        self._fit()
        yield TitleBar(self.clock, id="title")
        with VerticalScroll(id="body", can_focus=False):
            yield from self.compose_body()
        yield StatusLine(id="notice")
        yield KeyFooter(id="keys")
        yield SizeWarning()

    def _fit(self) -> None:
        """Take on the classes of the window's size, so that the first frame is laid out for it.

        Textual does so once the first frame stands, which would then be arranged anew. A window
        that is too small for the page is left to that.
        """
        steps = (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS)
        for extent, (_, *usable) in zip(self.app.size, steps, strict=True):
            name = next((name for least, name in reversed(usable) if extent >= least), None)
            if name is not None:
                self.add_class(name, update=False)

    def compose_body(self) -> Iterable[Widget]:
        """Return the widgets between the title row and the notice row."""
        raise NotImplementedError

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        """Return the groups that the page shows."""
        raise NotImplementedError

    def watched(self, session: Session) -> Sequence[Query[Any]]:
        """Return the groups whose failure is said in the notice row."""
        return self.queries(session)

    def show_answers(self, session: Session) -> None:
        """Draw what the session knows, in place."""
        raise NotImplementedError

    def show_nothing(self) -> None:
        """Clear the page of what an account that was signed out had on it."""

    def hint(self) -> Notice | None:
        """Return what is said about the thing under the cursor."""
        return None

    def news(self) -> Notice | None:
        """Return what was reached since the last visit, until it has been read."""
        return None

    def settled(self, session: Session) -> None:
        """Hear that everything that was asked for has landed."""

    def address(self) -> str | None:
        """Return the web address of what is under the cursor."""
        return self.info.url

    def clip(self) -> tuple[str, str] | None:
        """Return what is to be copied of the thing under the cursor, and its name."""
        return None

    def count(self, value: float | None) -> str:
        """Return a count as the reader wants numbers: 45,210, or 45.2K."""
        if self.settings.numbers == "short":
            return formatting.short_count(value)
        return formatting.count(value)

    # Data in

    def attach(self, session: Session | None) -> None:
        """Take a session to show, or none after signing out."""
        self.session = session
        if session is None and self.is_mounted:
            self.show_nothing()
            self.show()
        elif self.is_mounted:
            self.show()
            if self.is_current:
                self.load(Trigger.AUTOMATIC)

    @work(group="load")
    async def load(self, trigger: Trigger) -> None:
        """Ask for what is due, drawing each answer as it lands."""
        session = self.session
        if session is None:
            return

        def landed() -> None:
            if self._lives(session):
                self.show()

        asked = False
        shown: tuple[Query[Any], ...] = ()
        # An answer may bring more to be shown, such as the next page of a list.
        while (wanted := tuple(self.queries(session))) != shown:
            shown = wanted
            again = Trigger.AUTOMATIC if asked else trigger
            if not await session.load(wanted, again, landed):
                break
            asked = True
            if not self._lives(session):
                return
        if self._lives(session):
            settled = not any(query.loading or query.error is not None for query in shown)
            if trigger is Trigger.MANUAL and not asked and settled:
                soon = self._again(session, shown)
                self.remark(f"Up to date · next refresh at {soon}" if soon else "Up to date")
            self.show()
            self.settled(session)

    def _lives(self, session: Session) -> bool:
        """Whether an answer for `session` can still be drawn, the program not being on its way out.

        The widgets of a screen are taken away before its workers are told to stop.
        """
        leaving = self.app.return_code is not None
        return self.is_running and not leaving and self.session is session

    def show(self) -> None:
        """Draw everything that is known and arrange when to look again."""
        session = self.session
        if not self.is_mounted:
            return
        self.query_one(TitleBar).info = self._heading(session)
        if session is not None:
            self.show_answers(session)
            if session.status is not SessionStatus.NORMAL:
                self.post_message(self.StatusChanged(session, session.status))
        self.show_notice()
        self.refresh_bindings()

    def show_notice(self) -> None:
        """Say the most important thing."""
        notice = (
            self._remark
            or self._wrong()
            or self.news()
            or self._ending()
            or self.hint()
            or Notice("")
        )
        action = self.settings.keyboard.fill(notice.action)
        self.query_one(StatusLine).notice = notice._replace(action=action)
        self._schedule(notice.has_countdown)

    def remark(self, text: str, severity: Severity = Severity.GOOD) -> None:
        """Say something once, for a few seconds."""
        remark = self._remark = Notice(text, severity)

        def over() -> None:
            if self._remark is remark:
                self._remark = None
                self.show_notice()

        self.set_timer(REMARK_SECONDS, over)
        self.show_notice()

    def _wrong(self) -> Notice | None:
        if self.session is None:
            return None
        return notices.most_severe(
            self.session,
            self.watched(self.session),
            variable=self._variable,
            focused=self.app.app_focus,
        )

    def _ending(self) -> Notice | None:
        if self.session is None:
            return None
        return notices.token_ending(self.session.token_ends, self.clock.now())

    def _heading(self, session: Session | None) -> TitleInfo:
        if session is None:
            return TitleInfo(self.info.label, demo=self._demo)
        shown = self.queries(session)
        account = session.account.value
        return TitleInfo(
            self.info.label,
            account=account.name if account is not None else None,
            demo=self._demo,
            updated=session.oldest_fetch(shown),
            refreshing=any(query.loading for query in shown),
            next_refresh=self._again(session, shown),
        )

    def _again(self, session: Session, shown: Sequence[Query[Any]]) -> str:
        """Return at what time something is asked for by itself; empty where nothing will be."""
        wait = session.next_request_in(shown) if self.app.app_focus else None
        if wait is None:
            return ""
        now = self.clock.now()
        return formatting.date_or_time(now + timedelta(seconds=wait), now)

    # Time

    def _schedule(self, has_countdown: bool) -> None:
        """Wake up when the next thing is due: a second of a countdown, a request, an hour."""
        if self._wake is not None:
            self._wake.stop()
            self._wake = None
        session = self.session
        if session is None or not self.is_current or not self.app.app_focus:
            return
        waits = [self._next_hour()]
        next_in = session.next_request_in(self.queries(session))
        if next_in is not None:
            waits.append(next_in)
        if has_countdown:
            waits.append(1.0)
        due = self.clock.monotonic() + min(waits)
        hour = _hour(self.clock.now())

        def arm(seconds: float) -> None:
            timer: Timer = self.set_timer(seconds, lambda: look(timer))
            self._wake = timer

        def look(timer: Timer) -> None:
            if self._wake is not timer:
                # It had run out already when it was stopped.
                return
            # Until something is to be done nothing is drawn either.
            left = due - self.clock.monotonic()
            if left > 0 and hour == _hour(self.clock.now()):
                arm(min(left, LONGEST_SLEEP))
            else:
                self._woken()

        arm(min(max(min(waits), 0.05), LONGEST_SLEEP))

    def _next_hour(self) -> float:
        now = self.clock.now()
        hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return (hour - now).total_seconds()

    def _woken(self) -> None:
        self.turn_over(self.clock.now())
        self.show()
        self.load(Trigger.AUTOMATIC)

    def turn_over(self, now: datetime) -> None:
        """Draw anew what hangs on the hour alone."""

    def on_mount(self) -> None:
        """Follow the focus of the terminal: nothing is asked by itself while it is elsewhere."""
        self.watch(self.app, "app_focus", self._focus_changed, init=False)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Show what has come meanwhile and ask for what is due."""
        if not self._resumed:
            # Textual would style everything anew that was styled a moment ago, as it was mounted.
            event.refresh_styles = False
            self._resumed = True
        self._woken()

    def on_screen_suspend(self) -> None:
        """Let nothing tick while another page is shown."""
        if self._wake is not None:
            self._wake.stop()
            self._wake = None

    def _focus_changed(self, focused: bool) -> None:
        if not self.is_current:
            return
        if focused:
            self._woken()
        else:
            self.show_notice()

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Let the note on the token go once the reader moves the cursor, whatever key that is."""
        session = self.session
        if session is None or session.token_ends is None:
            return
        if action_for(self, event.key) in _MOVES:
            session.token_ends = None
            self.show_notice()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what does something here."""
        if action == "open_entry":
            return isinstance(parameters[0], int) and parameters[0] <= self.digits
        if action == "sign_in":
            expired = self.session is not None and self.session.expired
            return expired and self._variable is None
        if action == "browse":
            return self.address() is not None
        if action == "copy":
            return self.clip() is not None
        return True

    def action_open_entry(self, position: int) -> None:
        """Open the card of that digit."""
        self.post_message(self.EntryWanted(position))

    def action_refresh_page(self) -> None:
        """Ask again for what failed or is not fresh; a key held down asks once."""
        if self._refreshes.is_new_press():
            self.load(Trigger.MANUAL)

    def action_browse(self) -> None:
        """Open the web page of what is under the cursor."""
        address = self.address()
        if address is not None:
            self.post_message(self.AddressWanted(address))

    def action_copy(self) -> None:
        """Copy what is under the cursor."""
        clip = self.clip()
        if clip is not None:
            self.post_message(self.CopyWanted(*clip))

    def action_sign_in(self) -> None:
        """Sign in again."""
        self.post_message(self.SignInWanted())


def _hour(now: datetime) -> tuple[date, int]:
    """Return what the greeting hangs on."""
    return now.date(), now.hour
