"""The top movers of Home: of the chosen period, of 7 days, or the beats with most plays."""

import asyncio

from beatpass_tui import formatting
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import periods
from beatpass_tui.view_models.movers import BeatGains, Movers, TopBeat
from beatpass_tui.view_models.periods import Period


class HomeMovers:
    """The top movers of one session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.movers: Movers | None = None
        """None until they are measured."""
        self._gains: dict[Period, BeatGains] = {}
        self._measuring = asyncio.Lock()

    async def load(self, period: Period) -> None:
        """Measure again if the period or any recorded plays have changed."""
        async with self._measuring:
            movers = None
            # Plays are recorded once a day, so the last visit may be too recent for a comparison.
            for each in dict.fromkeys((period, periods.WEEK)):
                gains = self._gains.setdefault(each, BeatGains(self.session, each))
                await gains.load()
                movers = gains.movers
                if movers is not None and movers.rows:
                    break
            self.movers = movers or self._top_beats(period)

    def _top_beats(self, period: Period) -> Movers | None:
        """Return the latest beats without gains, for runs that record nothing."""
        performance = self.session.performance.value
        if performance is None:
            return None
        rows = performance.rows
        beats = [
            TopBeat(row.name or formatting.DASH, row.plays) for row in rows if row.plays is not None
        ]
        return Movers(period, (), beats)
