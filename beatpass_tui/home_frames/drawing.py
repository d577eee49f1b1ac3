"""Draw the frames of Home for the times at which they are right, by Home's own widgets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from textual.geometry import Size

from beatpass_tui import formatting
from beatpass_tui.models.gains import TOLERANCE
from beatpass_tui.runtime.clock import ShiftedClock
from beatpass_tui.screens.home import Home
from beatpass_tui.session.query import STALE, states
from beatpass_tui.session.session import Session
from beatpass_tui.storage.store import Visit
from beatpass_tui.view_models.home_contents import HomeContents, constant_part
from beatpass_tui.view_models.periods import VISIT
from beatpass_tui.widgets.greeting import Greeting
from beatpass_tui.widgets.title_bar import TitleBar, TitleInfo

DAYS = 14
"""Number of days after which a frame is no longer used."""

_EXACT_DAYS = 3
"""Number of days after the first one that have frames of their own, with charts."""

_TOGETHER = 5.0
"""Seconds within which values become stale together."""

_HOUR, _DAY = 3600.0, 86400.0

Rows = Sequence[str]
Moment = float
"""Seconds since the epoch."""


class Frames(NamedTuple):
    """The rows of Home from several moments on."""

    size: tuple[int, int]
    fetched: object
    """The state of the queries, which is that of one account."""
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


class Drawing:
    """Draws the frames of a session."""

    def __init__(self, home: Home, clock: ShiftedClock, session: Session) -> None:
        self._home = home
        self._clock = clock
        self._session = session
        self.frames: Frames | None = None
        """Set when everything is drawn."""

    def parts(self) -> Iterator[None]:
        """Draw in parts, between which Home shows what is right now."""
        home, session, now = self._home, self._session, self._clock.now()
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
        self.frames = Frames(
            size=size,
            fetched=states(session.home),
            contents=contents.without_age(),
            drawn=start,
            midnight=midnights[0],
            end=midnights[-1],
            visit=visit,
            later=later,
            single=single,
        )

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
        strips = self._home._compositor.render_strips(size)
        return [strip.simplify().render(console) for strip in strips]

    def _refresh_times(self) -> None:
        """Draw the widgets again that show the time of the clock."""
        for widget in (self._home.query_one(TitleBar), self._home.query_one(Greeting)):
            widget.refresh()


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


def timeline(frames: Frames, visit_end: Moment) -> Iterator[tuple[Moment, int, str]]:
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
