"""The top movers of Home: of the chosen period, of 7 days, or the beats with most plays."""

import asyncio
from datetime import datetime

from beatpass_tui import formatting
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import periods
from beatpass_tui.view_models.movers import BeatGains, Movers, TopBeat
from beatpass_tui.view_models.periods import Period
from beatpass_tui.view_models.snapshots import linked_tracks


class HomeMovers:
    """The top movers of one session, in periods that end at `end`, by default now."""

    def __init__(self, session: Session, end: datetime | None = None) -> None:
        self.session = session
        self._end = end
        self.movers: Movers | None = None
        """None until they are measured."""
        self._gains: dict[Period, BeatGains] = {}
        self._measuring = asyncio.Lock()

    async def load(self, period: Period) -> None:
        """Measure again if the period or any recorded plays have changed."""
        async with self._measuring:
            # Plays are recorded once a day, so the last visit may be too recent for a comparison.
            for each in dict.fromkeys((period, periods.WEEK)):
                gains = self._gains.setdefault(each, BeatGains(self.session, each, self._end))
                await gains.load()
                if gains.movers is not None and gains.movers.compared:
                    self.movers = gains.movers
                    return
            self.movers = self._top_beats(self._gains[periods.WEEK].movers)

    def _top_beats(self, movers: Movers | None) -> Movers | None:
        """Return beats without gains: the recorded ones, or the latest ones of this run."""
        if movers is not None:
            beats, total = movers.recorded, movers.total
        else:
            performance = self.session.performance.value
            rows = performance.rows if performance is not None else ()
            beats = [
                TopBeat(row.name or formatting.DASH, row.plays, row.id)
                for row in rows
                if row.plays is not None
            ]
            total = len(beats)
        if not beats:
            return movers
        # The catalog may not be loaded yet.
        total = max(total, round(linked_tracks(self.session) or 0))
        stats = self.session.stats.value
        top = stats.top_track if stats is not None else None
        is_listed = top is not None and any(beat.name == top.name for beat in beats)
        if len(beats) < total and top is not None and top.plays is not None and not is_listed:
            # It has the most plays of all, whether or not its page is loaded.
            beats = [TopBeat(top.name, top.plays, top.id), *beats]
        is_recording = self.session.history is not None
        return Movers(periods.WEEK, (), beats, total, is_recording=is_recording)
