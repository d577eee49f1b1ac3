"""Home: the greeting, the eight cards and the lines below them."""

from datetime import datetime
from types import MappingProxyType

from beatpass_tui import formatting
from beatpass_tui.models.home import TopTrack
from beatpass_tui.models.numbers import BY_ID
from beatpass_tui.models.trends import Points
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import periods
from beatpass_tui.view_models.cards import Phase, Stat, Welcome
from beatpass_tui.view_models.charts import ChartData, number_chart
from beatpass_tui.view_models.home_summary import HomeSummary, home_summary
from beatpass_tui.view_models.movers import Movers
from beatpass_tui.view_models.periods import Period
from beatpass_tui.view_models.snapshots import last_visit
from beatpass_tui.view_models.stat_cards import Goals, StatCards


class HomeView:
    """The values and texts that Home shows for a session."""

    def __init__(
        self,
        session: Session,
        period: Period = periods.VISIT,
        goals: Goals = MappingProxyType({}),
    ) -> None:
        self.session = session
        self.period = period
        self._goals = goals

    def welcome(self) -> Welcome:
        """Return the name and level for the greeting."""
        session = self.session
        artist, account = session.artist.value, session.account.value
        name = artist.name if artist is not None else None
        if name is None and account is not None and not session.artist.is_pending:
            name = account.name
        query = session.intelligence
        if query.value is None:
            return Welcome(name, None, Phase.MISSING if query.error else Phase.WAITING)
        return Welcome(name, query.value.level, Phase.KNOWN)

    def cards(self) -> tuple[Stat, ...]:
        """Return the eight cards in their order."""
        return StatCards(self.session, self.period, self._goals).cards()

    def period_text(self) -> str:
        """Return what the changes are measured against, or that none is known yet."""
        since = last_visit(self.session)
        if self.period is periods.VISIT:
            return "First visit" if since is None else f"Since {self._time(since)}"
        is_first_day = since is None and not any(card.change.text for card in self.cards())
        return f"{self.period.label} · no changes known yet" if is_first_day else self.period.label

    def chart(self, id: str, *, cumulative: bool = False) -> ChartData:
        """Return the gains per day of a number, or its values if it has no gains."""
        history, now = self.session.history, self.session.clock.now()
        if history is not None:
            points: Points | None = history.points(id)
        else:
            # The history is opened with the account.
            points = () if self.session.account.value is None else None
        return number_chart(BY_ID[id], points, now, cumulative=cumulative)

    def summary(self, movers: Movers | None) -> HomeSummary:
        """Return recent activity, the audience and the next milestones."""
        return home_summary(self.session, self.cards(), movers, self._goals)

    def insights(self) -> tuple[tuple[str, str], ...]:
        """Return labeled lines for spare rows, from data that Home has fetched anyway."""
        rows = (
            ("Catalog", self._catalog_facts()),
            ("Audience", self._audience_facts()),
        )
        return tuple((label, " · ".join(facts)) for label, facts in rows if facts)

    @property
    def top_track(self) -> TopTrack | None:
        """The track with most plays, if it is known."""
        stats = self.session.stats.value
        return None if stats is None else stats.top_track

    def _catalog_facts(self) -> list[str]:
        stats = self.session.stats.value
        if stats is None:
            return []
        facts = []
        if (track := stats.top_track) is not None:
            plays = f", {formatting.plural(track.plays, 'play')}" if track.plays is not None else ""
            facts.append(f"top track {track.name}{plays}")
        if stats.recent_uploads is not None:
            facts.append(f"{formatting.plural(stats.recent_uploads, 'upload')} in 30 days")
        if stats.average_plays is not None:
            facts.append(f"{formatting.plural(stats.average_plays, 'play')} per track")
        return facts

    def _audience_facts(self) -> list[str]:
        activity = self.session.activity.value
        if activity is None or not activity.downloads:
            return []
        counts = (
            (activity.downloaders, "downloader"),
            (activity.plays, "audience play"),
            (activity.likes, "like"),
            (activity.reposts, "repost"),
            (activity.comments, "comment"),
        )
        return [formatting.plural(count, noun) for count, noun in counts if count is not None]

    def is_new_artist(self) -> bool:
        """Return whether the artist is known to have no tracks."""
        stats = self.session.stats.value
        return stats is not None and stats.total_tracks == 0

    def _time(self, moment: datetime) -> str:
        return formatting.date_or_time(moment, self.session.clock.now())
