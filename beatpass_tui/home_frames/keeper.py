"""Keeps the frames of Home from run to run, and holds back the first frames of a run."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from beatpass_tui.auth.access import KnownToken
from beatpass_tui.home_frames.drawing import Drawing, Frames, timeline
from beatpass_tui.instant_paint import frame, painter
from beatpass_tui.models import menu
from beatpass_tui.runtime.clock import ShiftedClock
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.page import Page
from beatpass_tui.session.query import states
from beatpass_tui.session.session import Session
from beatpass_tui.storage import files, kept_output
from beatpass_tui.storage.store import NAME as STORE_NAME
from beatpass_tui.storage.visits import VISIT_GAP
from beatpass_tui.view_models.cards import Phase
from beatpass_tui.widgets.card_grid import Card
from beatpass_tui.widgets.nav_grid import NavGrid
from beatpass_tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

SETTLE_SECONDS = 0.5
"""Seconds without a change after which the frames are drawn."""

LONGEST_HOLD = 1.0
"""Seconds after which the frame of the last run is replaced by an incomplete Home."""


class HomeFrames:
    """Draws the frames of Home, and holds back the first frames of a run until Home is complete.

    `start` is how the program was started, which must be without arguments.
    """

    def __init__(self, home: Home, clock: ShiftedClock, start: frame.Start) -> None:
        self._home = home
        self._clock = clock
        self._start = start
        self._session = home.session
        self._period = home.context.period
        self._frames: Frames | None = None
        self._is_drawing = False
        self._timer: Timer | None = None
        self._settled: object = None
        """The size and the theme of the last window that was complete."""
        self._finished: object = None
        """What the queries had fetched when the app began to exit."""
        self._painted = painter.painted
        self._last = self._painted
        """The frame of the last run, as long as nothing else was shown."""
        self._is_holding = False
        home.context.shows_kept_frame = self._painted is not None
        home.on_shown, home.on_complete = self._schedule, self._complete

    # The frame of the last run

    def hold_back(self, screen: Screen[object]) -> bool:
        """Return whether the terminal shows a frame that must stay instead of a screen."""
        if screen is self._home and self._is_drawing:
            return True
        if self._painted is None:
            return False
        if screen is self._home and tuple(screen.app.size) == self._painted.size:
            if not self._is_holding:
                self._is_holding = True
                screen.set_timer(LONGEST_HOLD, self.release)
            return True
        self.release()
        return False

    def _complete(self) -> None:
        self._settled = self._looks()
        self.release()

    def release(self) -> None:
        """Show the app from now on."""
        if self._painted is not None:
            self._painted = None
            self._home.context.shows_kept_frame = False
            self._home.app.screen.refresh()
            # The title row has something to add.
            self._home.call_after_refresh(self._home.show)

    # The frames of the next start

    def _schedule(self) -> None:
        """Draw the frames soon, if Home stays as it is."""
        self.interrupt()
        if self._home.session is not self._session:
            # That of another account, or of none.
            self._session = self._home.session
            self._remove()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._home.set_timer(SETTLE_SECONDS, self._draw_scheduled)

    async def _draw_scheduled(self) -> None:
        """Draw the frames a part at a time, so that keys don't wait."""
        self._settled = self._looks()
        for _ in self._outdated_parts():
            self._is_drawing = True
            await asyncio.sleep(0)
            if not self._is_drawing or self._settled != self._looks():
                break
        self.interrupt()

    def interrupt(self) -> None:
        """Stop drawing, because a key was pressed or Home has changed."""
        if self._is_drawing:
            self._is_drawing = False
            self._home.refresh()

    def forget(self) -> None:
        """Keep no frame of what was shown up to now."""
        self._remove()
        if self._home.can_show:
            self._schedule()

    def _remove(self) -> None:
        self._frames, self._last = None, None
        with suppress(OSError):
            Path(self._start.path).unlink()

    def finish(self) -> None:
        """Decide which frames are kept, when the app begins to exit."""
        home, session = self._home, self._home.session
        if session is None or self._finished is not None or not home.can_show:
            return
        self.interrupt()
        if self._settled == self._looks():
            for _ in self._outdated_parts():
                pass
        if self._frames is not None and self._is_current(self._frames, session):
            self._finished = states(session.home)

    def _looks(self) -> object:
        return self._home.app.size, self._home.app.theme

    def _outdated_parts(self) -> Iterator[None]:
        """Draw the frames if they are outdated and Home is as a start shows it."""
        session = self._home.session
        if session is None or not self._is_as_at_start(session):
            return
        if self._frames is None or not self._is_current(self._frames, session):
            self._frames = None
            drawing = Drawing(self._home, self._clock, session)
            yield from drawing.parts()
            self._frames = drawing.frames

    def _is_current(self, frames: Frames, session: Session) -> bool:
        home = self._home
        return (
            frames.size == tuple(home.app.size)
            and frames.fetched == states(session.home)
            and frames.drawn <= self._clock.now().timestamp() < frames.midnight
            and frames.contents == home.contents(session).without_age()
        )

    def _is_as_at_start(self, session: Session) -> bool:
        """Return whether Home is complete and nothing in it was opened, moved or reported."""
        home, app = self._home, self._home.app
        # Another page may be open above it.
        if not home.can_show or not isinstance(app.screen, Page) or self._painted is not None:
            return False
        focused, notice = home.focused, home.cursor_notice()
        return (
            app.app_focus
            and home.size == app.size
            and isinstance(focused, NavGrid)
            and focused.is_at_first
            and home.is_at_first
            and notice is not None
            and home.query_one(StatusLine).notice.text == notice.text
            and session.history is not None
            and home.settings.start_page == home.info.name
            and not home.settings.accessible
            and not home.query("Toast")
            and not isinstance(app.mouse_over, Card)
            and not any(
                card.phase in (Phase.WAITING, Phase.CALCULATING)
                for card in home.contents(session).cards
            )
        )

    # The file

    def keep(self, known: KnownToken | None) -> None:
        """Write the frames to the file for the next start, or remove it.

        It is called after the app has ended and the store was closed. `known` is what the next
        start will know of its account; None if that, or what is stored, is not certain.
        """
        kept = self._kept()
        if kept is None or known is None or not self._is_of(known):
            self.forget()
            return
        size, content = kept
        file = kept_output.seal(self._start.state(size), content)
        if len(file) > frame.MAX_BYTES:
            self.forget()
            return
        # The next start is then an ordinary one.
        with suppress(OSError):
            files.write_atomically(Path(self._start.path), lambda: file)

    def _is_of(self, known: KnownToken) -> bool:
        """Return whether the frames are those of an account, and will be no others' later."""
        session = self._home.session
        history = session.history if session is not None else None
        return (
            history is not None
            # That of a token which is not stored is found in the store.
            and known.account in (None, history.account_id)
            and menu.nav_entries(known.menu) == self._home.context.entries
            and _has_exact_times(self._start.folder)
        )

    def _kept(self) -> tuple[tuple[int, int], bytes] | None:
        """Return the size of the window and the content of the file; None if it is not sure."""
        frames, session = self._frames, self._home.session
        if session is None:
            return None
        if frames is None or self._finished != states(session.home):
            is_unchanged = all(query.request_number == 0 for query in session.home)
            is_same = session is self._session and self._home.context.period is self._period
            last = self._last if is_unchanged and is_same else None
            return None if last is None else (last.size, last.content)
        now = self._clock.now().timestamp()
        content = frame.encode(
            timeline(frames, now + VISIT_GAP.total_seconds()),
            height=frames.size[1],
            written=now,
            end=frames.end,
            encoding=sys.__stdout__.encoding if sys.__stdout__ is not None else "utf-8",
        )
        return frames.size, content


def _has_exact_times(folder: str | None) -> bool:
    """Return whether every change of the store changes its time, at least to the microsecond."""
    with suppress(OSError):
        return Path(f"{folder}/{STORE_NAME}").stat().st_mtime_ns % 10**9 != 0
    return False
