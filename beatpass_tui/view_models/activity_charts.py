"""Plays and downloads over a period, each with the period before.

Plays of the service and recorded Total Plays count differently and are never joined.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.errors import Unreachable
from beatpass_tui.models.audience import Activity, Download
from beatpass_tui.models.gains import DayGain, PeriodGain, gains_per_day, period_gain
from beatpass_tui.models.numbers import BY_ID
from beatpass_tui.models.plays import PlaysOverTime
from beatpass_tui.models.trends import BY_NAME, DAY, SCALES, SPANS, Points, Span
from beatpass_tui.session.downloads import DownloadLog
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.charts import (
    PER_DAY,
    ChartData,
    ChartStep,
    Total,
    gain_steps,
    gains_chart,
    number_chart,
)
from beatpass_tui.view_models.missing import NOT_SENT, UNAVAILABLE, missing

_DAY = timedelta(days=1)

_NAMES = {"service": "All plays", "gains": "Recorded", "total": "Total Plays"}
"""Names of the plays by the value of `Plays`."""

FROM_SERVICE = "from BeatPass"
RECORDED = "recorded by this program"


LOADING_TEXT = "Loading…"

_NO_PLAYS = f"Plays over time: {NOT_SENT[0].lower()}{NOT_SENT[1:]}"
_ON_THE_WEB = " · {page.browse} on a chart opens them"


class Plays(StrEnum):
    """What the chart of plays shows."""

    SERVICE = "service"
    """The plays that the service counts."""
    GAINS = "gains"
    """The recorded gains of Total Plays."""
    TOTAL = "total"
    """The recorded Total Plays."""


class PlaysView(NamedTuple):
    """The chart of plays."""

    plays: Plays
    """What it shows."""
    chart: ChartData
    choices: tuple[Plays, ...]
    """What it could show."""
    note: str = ""
    """Why it does not show the plays that the service counts; empty while it does."""

    @property
    def next(self) -> Plays:
        """The choice after this one, or the first."""
        following = (*self.choices, *self.choices)
        index = following.index(self.plays) if self.plays in following else -1
        return following[index + 1] if following else self.plays


_TIMEFRAMES = {"7d": ("30d", "7d"), "30d": ("90d", "30d"), "90d": ("1y", "90d"), "all": ("1y",)}
"""The timeframe that has the period before as well, and the one of the period alone."""

PlaysReader = Callable[[str], PlaysOverTime | None]
"""Returns the plays that the service sent for a timeframe; None until then."""


def plays_timeframes(period: str, read: PlaysReader) -> tuple[str, ...]:
    """Return the timeframes to request for a period.

    The one of the period alone follows only if the steps of the longer one are too long.
    """
    longer = _TIMEFRAMES[period][0]
    plays = read(longer)
    if plays is None or plays.steps is None or not _is_too_long(plays, period):
        return (longer,)
    return _TIMEFRAMES[period]


def readable_plays(period: str, read: PlaysReader) -> PlaysOverTime | None:
    """Return the plays that fit a period best; None if none were sent in a known format."""
    known = [read(timeframe) for timeframe in plays_timeframes(period, read)]
    readable = [plays for plays in known if plays is not None and plays.steps]
    fine = [plays for plays in readable if not _is_too_long(plays, period)]
    return next(iter((*fine, *reversed(readable))), None)


def _is_too_long(plays: PlaysOverTime, period: str) -> bool:
    return SCALES.index(BY_NAME[plays.scale]) > SCALES.index(SPANS[period].scale)


def plays_queries(session: Session, period: str) -> list[Query[PlaysOverTime]]:
    """Return the queries of the service's plays in a period."""
    timeframes = plays_timeframes(period, lambda timeframe: session.plays(timeframe).value)
    return [session.plays(timeframe) for timeframe in timeframes]


def _unavailable_text(queries: Sequence[Query[PlaysOverTime]]) -> str:
    """Return why no plays are shown; the status line reports a lost connection."""
    if any(isinstance(query.error, Unreachable) for query in queries):
        return UNAVAILABLE
    return _NO_PLAYS


def view_plays(
    session: Session, period: str, chosen: Plays | None, points: Points | None, now: datetime
) -> PlaysView:
    """Return the chosen chart of plays, or the best one where that is not available.

    `points` is the history of Total Plays; None if nothing is recorded in this run.
    """
    plays = readable_plays(period, lambda timeframe: session.plays(timeframe).value)
    queries = plays_queries(session, period)
    is_pending = any(q.is_pending and missing(session, q) is None for q in queries)
    recorded = (Plays.GAINS, Plays.TOTAL) if points is not None else ()
    choices = (*((Plays.SERVICE,) if plays is not None else ()), *recorded)
    is_first = plays is not None or is_pending or not recorded
    best = Plays.SERVICE if is_first else Plays.GAINS
    selected = chosen if chosen is not None and chosen in choices else best
    note = "" if plays is not None or is_pending else _unavailable_text(queries)
    if selected is not Plays.SERVICE:
        is_total = selected is Plays.TOTAL
        chart = recorded_chart(points or (), period, now, cumulative=is_total)
        chart = replace(chart, name=_NAMES[selected])
        # The charts with the cursor lead to the insights on the web.
        note += _ON_THE_WEB * (note == _NO_PLAYS)
        return PlaysView(selected, chart, choices, note)
    if plays is not None:
        chart = replace(service_chart(plays, period, now), name=_NAMES[selected])
        return PlaysView(selected, chart, choices)
    empty = _titled(gains_chart("total-plays", "plays", (), SPANS[period].scale), FROM_SERVICE)
    text = LOADING_TEXT if is_pending else note
    return PlaysView(selected, replace(empty, empty_text=text), choices)


def service_chart(plays: PlaysOverTime, period: str, now: datetime) -> ChartData:
    """Return the plays that the service counted."""
    span, today = SPANS[period], now.date()
    counts = _until(today, plays)
    scale = BY_NAME[plays.scale]
    if scale is DAY:
        known = {day: DayGain(day, count) for day, count in counts.items()}
        scale, steps = span.scale, _steps(known.get, span, today)
    else:
        steps = _long_steps(counts, span, today)
    data = _titled(gains_chart("total-plays", "plays", steps, scale), FROM_SERVICE)
    data = replace(data, empty_text="BeatPass sent no plays of this period.")
    if span.days is None:
        return data
    return _with_totals(data, period, _gain_of_days(counts, span.days, today))


def _until(today: date, plays: PlaysOverTime) -> Mapping[date, int]:
    """Return the plays of each step up to today.

    The service may be a day ahead; plays of its tomorrow were made today.
    """
    counts = dict(plays.steps or {})
    if (ahead := counts.pop(today + _DAY, None)) is not None:
        is_day = BY_NAME[plays.scale] is DAY
        latest = today if is_day else max((day for day in counts if day <= today), default=today)
        counts[latest] = counts.get(latest, 0) + ahead
    return counts


def _long_steps(counts: Mapping[date, int], span: Span, today: date) -> tuple[ChartStep, ...]:
    """Return steps as the service sent them, which may begin on any day."""
    starts = sorted(day for day in counts if day <= today)
    first = today - timedelta(days=span.days or 366)
    number = sum(day > first for day in starts) or 1
    before = [None] * number + [counts[day] for day in starts]
    return tuple(
        ChartStep(day, counts[day], previous=before[index] if span.days else None)
        for index, day in enumerate(starts)
    )[-number:]


def _gain_of_days(counts: Mapping[date, int], days: int, today: date) -> PeriodGain:
    """Return the sums of the last days and of those before, if the counts go back that far."""

    def sum_until(end: date) -> float | None:
        start = end - days * _DAY
        if not counts or min(counts) > start + _DAY:
            return None
        return sum(count for day, count in counts.items() if start < day <= end)

    return PeriodGain(sum_until(today), sum_until(today - days * _DAY))


def recorded_chart(points: Points, period: str, now: datetime, *, cumulative: bool) -> ChartData:
    """Return the gains of the recorded Total Plays, or its values if `cumulative`."""
    span, number = SPANS[period], BY_ID["total-plays"]
    data = number_chart(number, points, now, span.scale, cumulative=cumulative)
    if cumulative:
        return _titled(replace(data, steps=data.steps[-span.steps :]), RECORDED)
    days = (now.date() - _earliest(span, now.date())).days + 1
    known = {gain.day: gain for gain in gains_per_day(points, now, days) if gain is not None}
    steps = _steps(known.get, span, now.date())
    data = _titled(replace(data, steps=steps, totals=()), RECORDED)
    data = replace(data, title=data.title.replace("Plays", number.title, 1))
    if span.days is None:
        return data
    return _with_totals(data, period, period_gain(points, now, span.days))


def downloads_chart(
    log: DownloadLog,
    period: str,
    now: datetime,
    summary: Activity | None = None,
    plays: ChartData | None = None,
) -> ChartData:
    """Return the downloads of each local day, where all of them are loaded.

    `summary` has the total of the period. The steps are those of the chart of `plays` if they are
    longer.
    """
    span, today = SPANS[period], now.date()
    if plays is not None and SCALES.index(plays.scale) > SCALES.index(span.scale):
        span = span._replace(scale=plays.scale, steps=len(plays.steps) or span.steps)
    days = Counter(
        formatting.local_day(row.at, now).toordinal() for row in log.rows if row.at is not None
    )
    since = _first_known_day(log, span, now)

    def gain_on(day: date) -> DayGain | None:
        is_known = since is not None and since <= day
        return DayGain(day, days[day.toordinal()]) if is_known else None

    data = gains_chart("downloads", "downloads", _steps(gain_on, span, today), span.scale)
    text = LOADING_TEXT if log.failed is None else UNAVAILABLE
    total, loaded = summary and summary.downloads, len(in_period(log.rows, period, now))
    is_partial = total is not None and loaded < total and not log.covers(_start_of(period, now))
    source = loaded_label(loaded, summary) if is_partial else FROM_SERVICE
    data = replace(_titled(data, source), empty_text=text, name="Downloads")
    if is_partial:
        data = replace(data, note=f"{formatting.count(loaded)} loaded")
    if span.days is None:
        totals = () if total is None else (Total("all time", formatting.count(total)),)
        return replace(data, totals=totals)
    start, middle = (_days_ago(now, periods * span.days) for periods in (2, 1))
    before = None
    if log.covers(start):
        times = (_time(row, now) for row in log.rows)
        before = sum(at is not None and start <= at < middle for at in times)
    return _with_totals(data, period, PeriodGain(total, before))


def loaded_label(count: int, activity: Activity | None) -> str:
    """Return how many downloads of a period are loaded."""
    total = None if activity is None else activity.downloads
    if total is None:
        return f"{formatting.count(count)} loaded"
    # An answer may be older than the downloads that are counted.
    return f"{formatting.count(min(count, total))} of {formatting.plural(total, 'download')}"


def align(first: ChartData, second: ChartData) -> tuple[ChartData, ChartData]:
    """Return charts with the same number of steps, so that these stand above each other."""
    most = max(len(first.steps), len(second.steps))
    return _extend(first, most - len(first.steps)), _extend(second, most - len(second.steps))


def _extend(data: ChartData, steps: int) -> ChartData:
    """Return a chart with unknown steps before its first one."""
    if not data.steps:
        return data
    first, scale = data.steps[0].start, data.scale
    unknown = (ChartStep(scale.subtract(first, back)) for back in range(steps, 0, -1))
    return replace(data, steps=(*unknown, *data.steps))


def _first_known_day(log: DownloadLog, span: Span, now: datetime) -> date | None:
    """Return the first day since which all downloads are loaded."""
    since = log.complete_since
    if since is not None:
        # The step of the oldest download may have more of them.
        return span.scale.subtract(span.scale.start(formatting.local_day(since, now)), -1)
    if not log.has_ended:
        return None
    days = [formatting.local_day(row.at, now) for row in log.rows if row.at is not None]
    # Of all time, nothing is shown before the first download.
    return date.min if span.days else min(days, default=date.min)


def in_period(downloads: Sequence[Download], period: str, now: datetime) -> Sequence[Download]:
    """Return the downloads of a period."""
    start = _start_of(period, now)
    if start is None:
        return downloads
    return [row for row in downloads if (at := _time(row, now)) is not None and at >= start]


def _time(download: Download, now: datetime) -> datetime | None:
    """Return when a download was; the end of the day if only that is known."""
    return None if download.at is None else formatting.end_of_day(download.at, now)


def needed_since(period: str, now: datetime) -> datetime | None:
    """Return since when downloads are needed for a period and the one before; None for all."""
    span = SPANS[period]
    if span.days is None:
        return None
    first = _earliest(span, now.date())
    return _days_ago(now, (now.date() - first).days + 1)


def _start_of(period: str, now: datetime) -> datetime | None:
    """Return the moment at which a period begins; None for all time."""
    days = SPANS[period].days
    return None if days is None else _days_ago(now, days)


def _days_ago(now: datetime, days: int) -> datetime:
    """Return the moment that lies some days of 24 hours before, like the service's periods."""
    return now.astimezone(UTC) - days * _DAY


def _earliest(span: Span, today: date) -> date:
    """Return the first day of the period before."""
    first = span.first_day(today)
    return first if span.days is None else span.scale.subtract(first, span.steps)


def _steps(
    gain_on: Callable[[date], DayGain | None], span: Span, today: date
) -> tuple[ChartStep, ...]:
    """Return the steps of a period up to today, with the values one period earlier."""
    first = span.first_day(today)
    days = [first + index * _DAY for index in range((today - first).days + 1)]
    shift = first - _earliest(span, today)
    earlier = [gain_on(day - shift) for day in days] if shift else ()
    return gain_steps([gain_on(day) for day in days], earlier, span.scale)


def _with_totals(data: ChartData, period: str, gain: PeriodGain) -> ChartData:
    """Return a chart with the sum of its period, and the average of its days."""
    if gain.gain is None:
        return data
    days = SPANS[period].days or 1
    average = gain.gain / days
    text = (
        formatting.count(average) if abs(average) >= 10 else formatting.decimal(round(average, 1))
    )
    total = Total(f"{days} days", formatting.count(gain.gain), gain.percent)
    return replace(data, totals=(Total(PER_DAY, text), total))


def _titled(data: ChartData, source: str) -> ChartData:
    return replace(data, title=f"{data.title} · {source}")
