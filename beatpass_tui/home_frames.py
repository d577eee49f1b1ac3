"""The frames of Home that the next start shows at once, and the first frame of this run.

Frames are drawn by Home's own widgets, with a clock that shows the time at which each is right.
They are made whenever Home has changed and its cursor is where a start puts it.
"""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from textual.geometry import Size

from beatpass_tui import formatting
from beatpass_tui.instant_paint import frame, painter
from beatpass_tui.models.gains import TOLERANCE
from beatpass_tui.runtime.clock import ShiftedClock
from beatpass_tui.screens.home import Home
from beatpass_tui.screens.page import Page
from beatpass_tui.session.query import STALE, states
from beatpass_tui.session.session import Session
from beatpass_tui.storage import files, kept_output
from beatpass_tui.storage.store import NAME as STORE_NAME
from beatpass_tui.storage.store import Visit
from beatpass_tui.storage.visits import VISIT_GAP
from beatpass_tui.view_models.cards import Phase
from beatpass_tui.view_models.home_contents import HomeContents, constant_part
from beatpass_tui.view_models.periods import VISIT
from beatpass_tui.widgets.card_grid import Card
from beatpass_tui.widgets.greeting import Greeting
from beatpass_tui.widgets.nav_grid import NavGrid
from beatpass_tui.widgets.status_line import StatusLine
from beatpass_tui.widgets.title_bar import TitleBar, TitleInfo

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

DAYS = 14
"""Number of days after which a frame is no longer used."""

SETTLE_SECONDS = 0.5
"""Seconds without a change after which the frames are drawn."""

LONGEST_HOLD = 1.0
"""Seconds after which the frame of the last run is replaced by an incomplete Home."""

_EXACT_DAYS = 3
"""Number of days after the first one that have frames of their own, with charts."""

_TOGETHER = 5.0
"""Seconds within which values become stale together."""

_HOUR, _DAY = 3600.0, 86400.0

Rows = Sequence[str]
Moment = float
"""Seconds since the epoch."""


class _Frames(NamedTuple):
    """The rows of Home from several moments on."""

    size: tuple[int, int]
    contents: HomeContents
    drawn: Moment
    midnight: Moment
    """The end of the day on which they were drawn."""
    end: Moment
    visit: dict[Moment, Rows]
    """Frames of the visit in which they were drawn, until midnight."""
    later: dict[Moment, Rows]
    """Frames of the next visit."""
    single: Sequence[tuple[Moment, int, str]]
    """Rows that replace one of a frame, with their places."""


class HomeFrames:
    """Draws the frames of Home, and holds back the first frames of a run until Home is complete.

    `start` is how the program was started, which must be without arguments.
    """

    def __init__(self, home: Home, clock: ShiftedClock, start: frame.Start) -> None:
        self._home = home
        self._clock = clock
        self._start = start
        self._entries = home.context.entries
        self._period = home.context.period
        self._frames: _Frames | None = None
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
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._home.set_timer(SETTLE_SECONDS, self._draw_scheduled)

    async def _draw_scheduled(self) -> None:
        """Draw the frames a part at a time, so that keys don't wait."""
        self._settled = self._looks()
        for _ in self._outdated_parts():
            self._is_drawing = True
            await asyncio.sleep(0)
            if not self._is_drawing:
                return
        self.interrupt()

    def interrupt(self) -> None:
        """Stop drawing, because a key was pressed or Home has changed."""
        if self._is_drawing:
            self._is_drawing = False
            self._home.refresh()

    def forget(self) -> None:
        """Keep no frame of what was shown up to now."""
        self._frames, self._last = None, None
        with suppress(OSError):
            Path(self._start.path).unlink()
        if self._home.can_show:
            self._schedule()

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
            yield from self._draw_frames(session)

    def _is_current(self, frames: _Frames, session: Session) -> bool:
        home = self._home
        return (
            frames.size == tuple(home.app.size)
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
            and home.context.entries == self._entries
            and session.history is not None
            and not home.settings.accessible
            and not home.query("Toast")
            and not isinstance(app.mouse_over, Card)
            and not any(
                card.phase in (Phase.WAITING, Phase.CALCULATING)
                for card in home.contents(session).cards
            )
        )

    # Drawing

    def _draw_frames(self, session: Session) -> Iterator[None]:
        """Draw the frames in parts, between which Home shows what is right now."""
        home, now = self._home, self._clock.now()
        start = now.timestamp()
        today = datetime.combine(now, time(), now.tzinfo).timestamp()
        midnights = [today + day * _DAY for day in range(1, DAYS + 1)]
        cuts = sorted(
            {start, *midnights[:_EXACT_DAYS], midnights[-1], *self._changes_from(session)}
        )
        contents, title = home.contents(session), home.query_one(TitleBar).info
        visit: dict[Moment, Rows] = {}
        later: dict[Moment, Rows] = {}
        for cut, end in pairwise(cuts):
            for frames, in_visit in ((visit, True), (later, False)):
                if not in_visit or cut < midnights[0]:
                    frames[cut] = self._draw(session, cut, end, in_visit=in_visit)
                    home.draw(contents)
                    home.query_one(TitleBar).info = title
                    yield
        single = list(self._draw_greeting(now, midnights))
        self._refresh_times()
        size = (home.app.size.width, home.app.size.height)
        days = (midnights[0], midnights[-1])
        self._frames = _Frames(size, contents.without_age(), start, *days, visit, later, single)

    def _changes_from(self, session: Session) -> Iterator[Moment]:
        """Yield when values become stale, or too old for gains; together if within seconds."""
        now = self._clock.now().timestamp()
        known = [query for query in session.home if query.value is not None]
        times = [now + query.endpoint.fresh_for * STALE - query.age for query in known]
        times += [now + TOLERANCE.total_seconds() - query.age for query in known]
        for moment, later in pairwise([*sorted(times), math.inf]):
            if moment > now and later - moment > _TOGETHER:
                yield moment

    def _draw(self, session: Session, start: Moment, end: Moment, *, in_visit: bool) -> Rows:
        """Return the rows that are right from a moment to another."""
        home, end = self._home, max(end - 1, start)
        title = home.query_one(TitleBar)
        info = title.info._replace(refreshing=False, offline=False, next_refresh="")
        with nullcontext() if in_visit else _next_visit(session):
            with self._clock.at(end):
                # The movers of the next visit are not measured yet.
                at_end = home.contents(session, has_movers=in_visit)
                updated = self._time(info)
            with self._clock.at(start):
                contents = constant_part(home.contents(session, has_movers=in_visit), at_end)
                if not in_visit and home.context.period is VISIT:
                    contents = contents._replace(period_text="")
                home.draw(contents)
                is_right = self._time(info) == updated
                title.info = info if is_right else info._replace(updated=None)
                return self._rows(home.app.size)

    def _time(self, info: TitleInfo) -> str:
        """Return the age of the data as the title row shows it."""
        updated = info.updated
        return "" if updated is None else formatting.date_or_time(updated, self._clock.now())

    def _draw_greeting(
        self, now: datetime, midnights: Sequence[Moment]
    ) -> Iterator[tuple[Moment, int, str]]:
        """Yield the rows with greeting and date, with their moments and places."""
        region = self._home.query_one(Greeting).content_region
        top = Size(self._home.app.size.width, region.bottom)
        for midnight in midnights[:-1]:
            with self._clock.at(midnight):
                rows = self._rows(top)
            yield from ((midnight, place, rows[place]) for place in region.line_range)
        for hour in range(24):
            moment = now.replace(hour=hour)
            if formatting.greeting(moment) == formatting.greeting(moment - timedelta(hours=1)):
                continue
            # Never back, since a query takes an answer from the future for one of a wrong clock.
            with self._clock.at(midnights[0] + hour * _HOUR):
                rows = self._rows(top)
            for midnight in midnights:
                for place in region.line_range[:1]:
                    yield midnight - _DAY + hour * _HOUR, place, rows[place]

    def _rows(self, size: Size) -> Rows:
        """Return the upper rows of Home as text for the terminal."""
        self._refresh_times()
        console = self._home.app.console
        return [strip.render(console) for strip in self._home._compositor.render_strips(size)]

    def _refresh_times(self) -> None:
        """Draw the widgets again that show the time of the clock."""
        for widget in (self._home.query_one(TitleBar), self._home.query_one(Greeting)):
            widget.refresh()

    # The file

    def keep(self, *, is_stored: bool) -> None:
        """Write the frames to the file for the next start, or remove it.

        It is called after the app has ended and the store was closed; `is_stored` is whether that
        has everything.
        """
        size, content = self._content()
        if content is None or not is_stored or not _has_exact_times(self._start.folder):
            self.forget()
            return
        file = kept_output.seal(self._start.state(size), content)
        if len(file) > frame.MAX_BYTES:
            self.forget()
            return
        # The next start is then an ordinary one.
        with suppress(OSError):
            files.write_atomically(Path(self._start.path), lambda: file)

    def _content(self) -> tuple[tuple[int, int], bytes | None]:
        """Return the size of the window, and the content of the file if it is sure."""
        frames, session = self._frames, self._home.session
        if session is None:
            return (0, 0), None
        if frames is None or self._finished != states(session.home):
            is_unchanged = all(query.request_number == 0 for query in session.home)
            is_same = is_unchanged and self._home.context.period is self._period
            last = self._last if is_same else None
            return (0, 0) if last is None else last.size, None if last is None else last.content
        now = self._clock.now().timestamp()
        content = frame.encode(
            _timeline(frames, now + VISIT_GAP.total_seconds()),
            height=frames.size[1],
            written=now,
            end=frames.end,
            encoding=sys.__stdout__.encoding if sys.__stdout__ is not None else "utf-8",
        )
        return frames.size, content


@contextmanager
def _next_visit(session: Session) -> Iterator[None]:
    """Measure changes as at the beginning of the next visit."""
    history = session.history
    assert history is not None
    visit = history.set_visit(Visit(session.clock.now()))
    try:
        yield
    finally:
        history.set_visit(visit)


def _timeline(frames: _Frames, visit_end: Moment) -> Iterator[tuple[Moment, int, str]]:
    """Yield the rows that change at each moment, with their places."""
    switch = min(visit_end, frames.midnight)
    shown = {moment: rows for moment, rows in frames.visit.items() if moment < switch}
    shown[switch] = frames.later[max(moment for moment in frames.later if moment <= switch)]
    shown |= {moment: rows for moment, rows in frames.later.items() if moment > switch}
    before: Rows = [""] * frames.size[1]
    for moment, rows in shown.items():
        for place, (text, known) in enumerate(zip(rows, before, strict=True)):
            if text != known:
                yield moment, place, text
        before = rows
    yield from (row for row in frames.single if row[0] > frames.drawn)


def _has_exact_times(folder: str | None) -> bool:
    """Return whether every change of the store changes its time, at least to the microsecond."""
    with suppress(OSError):
        return Path(f"{folder}/{STORE_NAME}").stat().st_mtime_ns % 10**9 != 0
    return False
