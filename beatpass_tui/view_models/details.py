"""Parts of the detail of a beat or an album, as plain values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from beatpass_tui import formatting
from beatpass_tui.errors import Forbidden, NotFound
from beatpass_tui.models.insights import Insights, Match, Placements
from beatpass_tui.models.links import match_url
from beatpass_tui.models.plays import PlaysOverTime
from beatpass_tui.models.shares import ShareChart, is_place
from beatpass_tui.models.text import words
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.activity_charts import Plays, PlaysView
from beatpass_tui.view_models.charts import ChartData
from beatpass_tui.view_models.missing import NOT_SENT, UNAVAILABLE, missing
from beatpass_tui.view_models.movers import Mover

PERIODS = {
    "7-days": "7 days", "30-days": "30 days", "90-days": "90 days", "1-year": "1 year",
}  # fmt: skip
"""Periods of insights in words, by documented name."""

LOADING = "Loading…"
WAITING = "Waiting: many requests were sent in the last minute"


class DetailRow(NamedTuple):
    """A row of a part."""

    left: str
    """The most important text."""
    middle: str = ""
    """Follows it, muted."""
    right: str = ""
    kind: str = ""
    """What the right text is: `gain`, `loss`, `license`, `link`, `muted`, `bar` or empty; or
    `title` for the title of the rows that follow."""
    match: Match | None = None
    """The Audio Recon match that can be opened."""
    when: str = ""
    """A time or a number before the left text."""
    gain: str = ""
    """A gain after the right text."""
    beat: int | None = None
    """The beat that can be opened."""
    meter: float | None = None
    """The filled part of a bar in percent; else it follows from the right texts of all rows."""


class DetailPart(NamedTuple):
    """A section of a detail."""

    title: str
    note: str = ""
    """At the right end of the title."""
    rows: tuple[DetailRow, ...] = ()
    text: str = ""
    """A quiet line instead of rows."""
    pairs: tuple[tuple[str, str], ...] = ()
    """Labels and values, in two columns."""
    is_excerpt: bool = False
    """Whether the rows are the first of many, so that their number means nothing."""


class Figure(NamedTuple):
    """A number in the head of a detail."""

    label: str
    value: str
    percent: float | None = None
    is_change: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything that is shown of a beat or an album."""

    title: str = ""
    mark: str = ""
    """At the right end of the title, such as "★ top track"."""
    facts: tuple[str, ...] = ()
    """What is known, the most important first."""
    figures: tuple[Figure, ...] = ()
    plays: PlaysView | None = None
    """The chart; None if no plays are recorded or sent."""
    other_chart: ChartData | None = None
    """Shown instead of the plays."""
    chart_note: str = ""
    parts: tuple[DetailPart, ...] = ()
    more: tuple[DetailPart, ...] = ()
    """Totals in the place of a chart that is missing."""
    url: str | None = None
    """The web page with its insights."""
    is_known: bool = False
    """Whether there is a title; else it is a dash."""

    @property
    def chart(self) -> ChartData | None:
        """The chart of plays, or what is shown instead."""
        return self.other_chart if self.plays is None else self.plays.chart


def gain_figure(label: str, gain: float | None, percent: float | None = None) -> Figure:
    """Return the gain of a period as a number with its sign."""
    if gain is None:
        return Figure(label, formatting.DASH)
    return Figure(label, formatting.signed(gain), percent, is_change=True)


def week_figure(mover: Mover | None) -> Figure:
    """Return the gain in 7 days."""
    if mover is None:
        return Figure("7 days", formatting.DASH)
    return gain_figure("7 days", mover.gain, mover.percent)


def quiet_text(session: Session, query: Query[Any], *, is_open: bool, kind: str = "beat") -> str:
    """Return why a part has no value: it is loading, refused, unreadable, or not opened."""
    error = missing(session, query)
    if isinstance(error, Forbidden | NotFound):
        return f"Not available for this {kind}"
    if error is not None:
        return f"{formatting.DASH} {error.message}"
    if query.value is not None:
        return NOT_SENT
    if not is_open:
        return "{cursor.open} loads this"
    return WAITING if query.loading and session.is_waiting else LOADING


def without_repeated_reasons(parts: Sequence[DetailPart]) -> tuple[DetailPart, ...]:
    """Return parts of which only the first one says why it failed."""
    reasons: set[str] = set()
    shown = []
    for part in parts:
        is_reason = part.text.startswith(formatting.DASH)
        shown.append(part._replace(text=UNAVAILABLE) if part.text in reasons else part)
        reasons |= {part.text} if is_reason else set()
    return tuple(shown)


def insights_part(
    session: Session,
    query: Query[Insights],
    period: str,
    *,
    is_open: bool,
    charts: PlaysOverTime | None = None,
    kind: str = "beat",
) -> DetailPart:
    """Return the service's numbers of a beat or an album under their own names.

    `charts` has its plays by device, place or listener.
    """
    title, value = f"Insights · {PERIODS[period]}", query.value
    shares = charts.shares if charts is not None else ()
    rows = tuple(chain.from_iterable(map(_share_rows, shares)))
    if value is None or not value.is_readable:
        text = quiet_text(session, query, is_open=is_open, kind=kind)
        return DetailPart(title, "from BeatPass" if rows else "", rows, "" if rows else text)
    pairs = [(_label(each.name), _value(each.name, each.value)) for each in value.figures]
    if value.top_place is not None and not any(is_place(chart.name) for chart in shares):
        name, percent = value.top_place
        share = "" if percent is None else f" {formatting.decimal(percent)}%"
        pairs.append(("Top place", f"{name}{share}"))
    return DetailPart(title, _source(query, session.clock.now()), rows, pairs=tuple(pairs))


def _share_rows(chart: ShareChart) -> Iterator[DetailRow]:
    """Yield the title of a chart and its entries with bars."""
    yield DetailRow(words(chart.name.removeprefix("top_")), kind="title")
    most = max((row.number or 0 for row in chart.rows), default=0)
    for row in chart.rows:
        meter = row.percent
        if meter is None and most:
            meter = 100 * (row.number or 0) / most
        facts = ["" if row.number is None else formatting.count(row.number)]
        if row.percent is not None:
            facts.append(f"{formatting.decimal(row.percent):>4}%")
        right = " ".join(filter(None, facts))
        yield DetailRow(row.name, right=right, kind="bar", meter=meter)


def _source(query: Query[Any], now: datetime) -> str:
    if query.error is not None and query.fetched_at is not None:
        return f"as of {formatting.date_or_time(query.fetched_at, now)}"
    return "from BeatPass"


_LABELS = {
    "total_plays": "Plays, all time",
    "period_plays": "Plays",
    "completion_percentage": "Completed",
}
_PERCENT = ("percentage", "percent", "_pct")


def _label(name: str) -> str:
    if name in _LABELS:
        return _LABELS[name]
    for suffix in ("_percentage", "_percent", "_pct"):
        name = name.removesuffix(suffix)
    return words(name)


def _value(name: str, value: float) -> str:
    text = formatting.decimal(value)
    return f"{text}%" if name.endswith(_PERCENT) and value <= 100 else text


_STATUSES = {
    "processing": "scan in progress",
    "complete": "scanned",
    "no_results": "no matches",
    "failed": "scan failed",
}


def matches_part(
    session: Session, query: Query[Placements], *, is_open: bool, now: datetime
) -> DetailPart:
    """Return the Audio Recon matches of a beat, or the state of the scan."""
    title, value = "Audio Recon", query.value
    if value is None or not value.is_readable:
        return DetailPart(title, text=quiet_text(session, query, is_open=is_open))
    rows = tuple(_match_row(row) for row in value.rows or ())
    scanned = "" if value.scanned is None else formatting.short_date(value.scanned, now)
    if rows:
        total = max(value.total or 0, len(rows))
        note = f"scanned {scanned}" if scanned else _STATUSES.get(value.status or "", "")
        count = "1 match" if total == 1 else f"{formatting.count(total)} matches"
        return DetailPart(f"{title} · {count}", note, rows)
    match value.status:
        case None:
            text = "No scan yet"
        case "complete" | "no_results":
            text = "No matches"
        case status:
            text = words(_STATUSES.get(status, words(status)))
    if value.is_verified is False:
        text += " · needs a verified artist"
    return DetailPart(title, f"scanned {scanned}" if scanned else "", text=text)


def _match_row(match: Match) -> DetailRow:
    facts = [match.artist, match.album, str(match.released.year) if match.released else None]
    confidence = "" if match.confidence is None else f"{formatting.decimal(match.confidence)}%"
    link = " ↗" if safe_link(match) is not None else ""
    middle = "".join(f" · {fact}" for fact in facts if fact)
    return DetailRow(match.title or formatting.DASH, middle, confidence + link, "link", match)


def safe_link(match: Match) -> str | None:
    """Return the first address of a match that may be opened."""
    return next((link for link in match.links if match_url(link) is not None), None)


def describe_match(match: Match, now: datetime) -> str:
    """Return everything known about a match as a sentence, with addresses that can't be opened."""
    facts = [match.artist, match.album]
    if match.released is not None:
        facts.append(f"released {formatting.short_date(match.released, now)}")
    if match.confidence is not None:
        facts.append(f"{formatting.decimal(match.confidence)}% confidence")
    if match.found_at is not None:
        facts.append(f"found {formatting.short_date(match.found_at, now)}")
    if safe_link(match) is None:
        facts += match.links[:1]
    return " · ".join(fact for fact in (match.title, *facts) if fact)


def plays_note(plays: PlaysView | None, now: datetime) -> str:
    """Return the recorded day with the largest gain: peak 44 · Nov 26; or of those measured.

    Days without a sample have an estimate, which is never called a peak.
    """
    steps = plays.chart.steps if plays is not None and plays.plays is Plays.GAINS else ()
    known = [step for step in steps if step.value is not None and not step.is_estimated]
    peak = max(known, key=lambda step: step.value or 0, default=None)
    if peak is None or not peak.value or peak.value <= 0:
        return ""
    highest = max(step.value or 0 for step in steps)
    measured = " measured" if highest > peak.value else ""
    day = formatting.short_date(peak.start, now)
    return f"peak {formatting.count(peak.value)}{measured} · {day}"


def sentence(facts: Sequence[str | None]) -> str:
    """Return facts separated by dots, without those that are unknown."""
    return " · ".join(fact for fact in facts if fact)
