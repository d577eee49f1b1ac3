"""The report of a period: gains, top movers, downloads, ranks, milestones and earnings.

Everything comes from fetched or cached answers and the history; unknown parts are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models import trends
from beatpass_tui.models.gains import TOLERANCE, DayGain, PeriodGain, gains_per_day, period_gain
from beatpass_tui.models.identity import Account, Artist
from beatpass_tui.models.money import Transaction
from beatpass_tui.models.numbers import BY_ID, RANKS, VIEWS, XP, Number, measure, rank_id
from beatpass_tui.models.trends import Points
from beatpass_tui.session.lists import identify, page_of
from beatpass_tui.session.paged_list import JoinedList
from beatpass_tui.session.session import Session
from beatpass_tui.storage.samples import LOOK_BACK
from beatpass_tui.transport.endpoints import PERIODS
from beatpass_tui.view_models.earnings import Earnings
from beatpass_tui.view_models.home import HomeView
from beatpass_tui.view_models.home_movers import HomeMovers
from beatpass_tui.view_models.home_summary import Milestone
from beatpass_tui.view_models.leaderboards import PERIOD_LABELS, VIEW_LABELS, closest_period
from beatpass_tui.view_models.loaded_downloads import LoadedDownloads
from beatpass_tui.view_models.movers import Movers
from beatpass_tui.view_models.periods import Period
from beatpass_tui.view_models.snapshots import take_snapshot
from beatpass_tui.view_models.stat_cards import Goals
from beatpass_tui.view_models.transactions import transaction_rows

PLAYS = "total-plays"

_FIGURES = (PLAYS, "downloads", "followers", "tracks", "albums", "level", XP.id)
"""The numbers of a report, in their order."""

_MAX_BEATS = 3
"""Maximum beats among the milestones reached and ahead."""


class Figure(NamedTuple):
    """A number with its gains in the period and in the one before."""

    number: Number
    value: float | None
    reason: str | None
    """Why there is no value, in a few words."""
    at: datetime | None
    """When the value was fetched."""
    gain: PeriodGain


class BeatDownloads(NamedTuple):
    """The known downloads of a beat in the period."""

    id: int | None
    title: str
    downloads: int


class Downloads(NamedTuple):
    """The known downloads of the period by beat; who downloaded is not part of a report."""

    beats: Sequence[BeatDownloads] = ()
    """Most downloads first."""
    total: int | None = None
    """All downloads of the period, if known."""

    @property
    def known(self) -> int:
        """The number of downloads whose beats are known."""
        return sum(beat.downloads for beat in self.beats)


class Rank(NamedTuple):
    """Your rank on a leaderboard, and an earlier one."""

    category: str
    period: str
    rank: int
    at: datetime
    before: int | None = None
    since: datetime | None = None
    """When the earlier rank was fetched."""

    @property
    def label(self) -> str:
        """The leaderboard as text: Audience plays, 7 days."""
        window = "" if self.period == "current" else f", {PERIOD_LABELS[self.period].lower()}"
        return f"{VIEW_LABELS[self.category]}{window}"


class Reached(NamedTuple):
    """A milestone or an achievement reached in the period."""

    name: str
    """The published name of the number, `beat` or `achievement`."""
    text: str


class Earned(NamedTuple):
    """Earnings of the period in one currency."""

    currency: str
    amount: Decimal
    text: str
    previous: Decimal | None
    """Earnings of the period before; None unless all of its transactions are known."""
    previous_text: str = ""


class EarningsOfPeriod(NamedTuple):
    """Earnings in each currency, from the transactions that are stored."""

    rows: Sequence[Earned] = ()
    is_complete: bool = False
    """Whether all transactions of the period are known."""


class Report(NamedTuple):
    """What a report says, before it is formatted."""

    name: str | None
    account: Account | None
    artist: Artist | None
    days: int
    end: datetime
    """The end of the period: now, or the latest recorded value if that is over a day old."""
    now: datetime
    figures: Sequence[Figure]
    plays_per_day: Sequence[DayGain | None]
    """The gains in plays of the period and of the one before, oldest first."""
    movers: Movers | None
    downloads: Downloads
    ranks: Sequence[Rank]
    reached: Sequence[Reached]
    ahead: Sequence[Milestone]
    earnings: EarningsOfPeriod | None
    """None unless they were requested."""
    recorded_since: datetime | None
    """When the oldest recorded plays were fetched."""
    is_recording: bool = True
    """Whether this run records numbers."""

    @property
    def first(self) -> date:
        """The first day of the period."""
        return self.end.date() - timedelta(days=self.days - 1)

    @property
    def as_of(self) -> datetime | None:
        """When the newest value was fetched; None without any value.

        A value with a time in the future was fetched before the clock was set back.
        """
        times = (each.at for each in self.figures if each.at is not None)
        return max((at for at in times if at <= self.now), default=None)

    def figure(self, id: str) -> Figure:
        """Return the figure of a number."""
        return next(each for each in self.figures if each.number.id == id)

    def note(self) -> str:
        """Return why gains are unknown as a sentence; empty if plays have one."""
        if self.figure(PLAYS).gain.gain is not None:
            return ""
        start = self.end - timedelta(days=self.days)
        if not self.is_recording:
            return "Nothing is recorded in this run, so gains are unknown."
        if self.recorded_since is None:
            return "No plays are recorded on this computer yet."
        if self.recorded_since > start:
            first = formatting.short_date(self.recorded_since, self.now)
            known = self.recorded_since + timedelta(days=self.days)
            return (
                f"Recorded since {first}; gains in {formatting.plural(self.days, 'day')} appear "
                f"from {formatting.short_date(known, self.now)}."
            )
        return f"No plays were recorded around {formatting.short_date(start, self.now)}."


async def load_report(
    session: Session,
    days: int,
    goals: Goals = MappingProxyType({}),
    *,
    with_earnings: bool = False,
) -> Report:
    """Return the report of the last days, from what is fetched or stored."""
    now, history = session.clock.now(), session.history
    newest = session.transactions("all", "all", 1)
    pages = [session.activity_in(period, 1) for period in PERIODS]
    await session.restore(
        (session.performance, session.achievements, newest, session.downloads(1), *pages)
    )
    points: Mapping[str, Points] = {}
    ranks: Mapping[str, Points] = {}
    if history is not None:
        ranks = await history.load_series([number.id for number in RANKS])
        points = {id: history.points(id) for id in _FIGURES}
        if timedelta(days=2 * days + 1) > LOOK_BACK or not any(points.values()):
            points = await history.load_series(_FIGURES)
    end = _end(points, now)
    first = end.date() - timedelta(days=days - 1)
    period = Period(f"{days}d", formatting.plural(days, "day"), days)
    home_movers = HomeMovers(session, end)
    await home_movers.load(period)
    movers, figures = home_movers.movers, _figures(session, points, end, days)
    gained = next(each.gain.gain for each in figures if each.number.id == "downloads")
    plays = points.get(PLAYS, ())
    return Report(
        name=HomeView(session).welcome().name,
        account=session.account.value,
        artist=session.artist.value,
        days=days,
        end=end,
        now=now,
        figures=figures,
        plays_per_day=gains_per_day(plays, end, 2 * days),
        movers=movers,
        downloads=_downloads(session, end, days, gained),
        ranks=tuple(_ranks(ranks, end, days)),
        reached=tuple(_reached(session, figures, movers, first, end)),
        ahead=tuple(_ahead(HomeView(session, period, goals).summary(movers).milestones)),
        earnings=await _earnings(session, first, end, days) if with_earnings else None,
        recorded_since=plays[0][0] if plays else None,
        is_recording=history is not None,
    )


def _end(points: Mapping[str, Points], now: datetime) -> datetime:
    """Return the end of the period, so that a report of old values is one of their time."""
    times = (at for series in points.values() for at, _ in series if at <= now)
    latest = max(times, default=now)
    return now if now.timestamp() - latest.timestamp() <= TOLERANCE.total_seconds() else latest


def _figures(
    session: Session, points: Mapping[str, Points], end: datetime, days: int
) -> tuple[Figure, ...]:
    snapshot = take_snapshot(session)
    figures = []
    for id in _FIGURES:
        reading, series = measure(BY_ID[id], snapshot), points.get(id, ())
        value = reading.value if isinstance(reading.value, int | float) else None
        figure = Figure(reading.number, value, reading.reason, reading.fetched_at, PeriodGain())
        recorded = [(at, sample) for at, sample in series if at <= end]
        if recorded and (figure.at is None or value is None or figure.at < recorded[-1][0]):
            # The history may have been imported.
            figure = figure._replace(at=recorded[-1][0], value=recorded[-1][1], reason=None)
        if figure.value is not None:
            gain = period_gain(series, end, days)
            # A level has no meaningful change in percent.
            previous = gain.previous_gain if figure.number.unit else None
            figure = figure._replace(gain=gain._replace(previous_gain=previous))
        figures.append(figure)
    return tuple(figures)


def _downloads(session: Session, end: datetime, days: int, gained: float | None) -> Downloads:
    counts = Counter(
        (row.track_id, row.track)
        for row in LoadedDownloads(session).rows
        if row.track is not None and _is_in_period(row.at, end, days)
    )
    beats = (BeatDownloads(id, title, count) for (id, title), count in counts.most_common())
    return Downloads(tuple(beats), None if gained is None else round(gained))


def _is_in_period(at: date | None, end: datetime, days: int) -> bool:
    if at is None:
        return False
    if isinstance(at, datetime):
        return end - timedelta(days=days) < at <= end
    return end.date() - timedelta(days=days) < at <= end.date()


def _ranks(series: Mapping[str, Points], end: datetime, days: int) -> Iterator[Rank]:
    """Yield a rank of each category that was fetched in the period."""
    start = end - timedelta(days=days)
    preferred = "7d" if days <= 14 else "30d" if days <= 60 else "all"
    for category, periods in VIEWS.items():
        for period in dict.fromkeys((closest_period(category, preferred), *periods)):
            points = [each for each in series.get(rank_id(category, period), ()) if each[0] <= end]
            if not points or points[-1][0] < start:
                continue
            *earlier, (at, value) = points
            # The last one before the period, unless it is too old; else the first one in it.
            old = [each for each in earlier if each[0] <= start + TOLERANCE]
            is_recent = bool(old) and start - old[-1][0] <= timedelta(days=days)
            before = old[-1] if is_recent else next(iter(earlier[len(old) :]), None)
            rank = Rank(category, period, round(value), at)
            if before is not None:
                rank = rank._replace(before=round(before[1]), since=before[0])
            yield rank
            break


def _reached(
    session: Session, figures: Iterable[Figure], movers: Movers | None, first: date, end: datetime
) -> Iterator[Reached]:
    for figure in figures:
        if figure.value is not None and figure.gain.gain is not None:
            sentence = trends.milestone(
                figure.number, figure.value - figure.gain.gain, figure.value
            )
            if sentence is not None:
                yield Reached(figure.number.published_name, sentence)
    beats = []
    for mover in movers.rows if movers is not None else ():
        sentence = trends.milestone(BY_ID[PLAYS], mover.plays - mover.gain, mover.plays)
        if sentence is not None and not mover.is_new:
            beats.append(Reached("beat", f"{mover.name}: {sentence}"))
    yield from beats[:_MAX_BEATS]
    for name, at in _achievements(session):
        if first <= formatting.local_day(at, end) <= end.date():
            yield Reached("achievement", f"New achievement: {name}")


def _achievements(session: Session) -> Sequence[tuple[str, date]]:
    """Return the unlocked achievements with a date, each once."""
    listing, overview = session.achievements.value, session.intelligence.value
    rows = listing.rows or () if listing is not None else ()
    listed = ((row.name, row.unlocked_at) for row in rows if row.unlocked)
    recent = (overview.unlocked or ()) if overview is not None else ()
    unlocked = {name: at for name, at in chain(recent, listed) if name is not None}
    return [(name, at) for name, at in unlocked.items() if at is not None]


def _ahead(milestones: Iterable[Milestone]) -> Iterator[Milestone]:
    """Yield the milestones of the numbers, and of a few beats."""
    titles, beats = {BY_ID[id].title for id in _FIGURES}, 0
    for milestone in milestones:
        beats += milestone.name not in titles
        if milestone.name in titles or beats <= _MAX_BEATS:
            yield milestone


async def _earnings(session: Session, first: date, end: datetime, days: int) -> EarningsOfPeriod:
    """Return the earnings according to the newest stored transactions."""
    previous = first - timedelta(days=days)
    joined: JoinedList[Transaction] = JoinedList(identify)
    oldest = date.max
    while (number := joined.next_page) is not None and oldest >= previous:
        query = session.transactions("all", "all", number)
        await session.restore((query,))
        page = page_of(query, number)
        if page is None:
            break
        joined.add(page)
        dates = (formatting.local_day(row.at, end) for row in joined.rows if row.at is not None)
        oldest = min(dates, default=date.max)
    rows = transaction_rows(joined.rows)
    earnings = Earnings(rows, end, joined.total, "transaction")
    is_consistent = joined.pages > 0 and not joined.has_changed

    def is_known_since(day: date) -> bool:
        return is_consistent and (joined.has_ended or oldest < day)

    earned = []
    for currency in earnings.currencies:
        amount = earnings.between(currency, first, end.date())
        before = earnings.between(currency, previous, first - timedelta(days=1))
        if amount or before:
            text = f"{earnings.format(amount, currency)} {currency}"
            row = Earned(currency, amount, text, None)
            if is_known_since(previous):
                row = row._replace(previous=before, previous_text=earnings.format(before, currency))
            earned.append(row)
    return EarningsOfPeriod(tuple(earned), is_known_since(first))
