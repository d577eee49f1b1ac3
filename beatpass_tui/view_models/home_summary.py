"""The third row of Home: recent activity, the audience, and the next milestones.

Everything comes from cached answers and the history; unknown parts are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models import numbers, pace
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import activity
from beatpass_tui.view_models.cards import Phase, Stat
from beatpass_tui.view_models.labels import LICENSES, TRANSACTION_STATUSES, label
from beatpass_tui.view_models.movers import Mover, Movers

AUDIENCE_PERIOD = "30d"

_MAX_EVENTS = 20
"""Maximum events of each kind."""

_NUMBERS = ("total-plays", "downloads", "followers", "level", "tracks", "albums")
"""The numbers with milestones, in their order."""


class Event(NamedTuple):
    """Something that happened."""

    at: date
    """A moment, or a day."""
    kind: str
    """`download`, `upload`, `sale` or `achievement`."""
    when: str
    before: str
    """The part of the sentence before the name."""
    name: str
    details: tuple[str, ...] = ()
    """Each is left out if it does not fit."""
    beat: int | None = None
    """The id of the named beat, if it is known."""


class Milestone(NamedTuple):
    """The next round number, level or goal."""

    id: str
    """The id of the number; that of plays for a beat."""
    name: str
    target: str
    percent: float
    """Progress since the last milestone."""
    remaining: str
    days: str = ""
    """When it will be reached; empty if that is unknown."""
    goal: float = 0
    """The target as a number."""
    in_days: int | None = None
    """The estimated number of days until it is reached."""
    beat: int | None = None
    page: str = ""
    """The page with the number, unless it is that of a beat."""


class AudienceFigure(NamedTuple):
    """A figure of the audience, or a beat."""

    label: str
    value: str
    beat: int | None = None
    """The id of the named beat, if it is known."""


class HomeSummary(NamedTuple):
    """The texts of the third row."""

    events: Sequence[Event] = ()
    events_note: str = ""
    audience_title: str = ""
    audience: Sequence[AudienceFigure] = ()
    """The figures of the audience, then the top tracks."""
    milestones: Sequence[Milestone] = ()
    is_known: bool = False
    """Whether anything was fetched."""


def summary_queries(session: Session) -> tuple[Query[Any], ...]:
    """Return the queries of other pages whose cached answers are shown."""
    return (
        session.transactions("all", "all", 1),
        session.achievements,
        session.activity_in(AUDIENCE_PERIOD, 1),
    )


def home_summary(
    session: Session,
    cards: Iterable[Stat],
    movers: Movers | None,
    goals: Mapping[str, int] = MappingProxyType({}),
) -> HomeSummary:
    """Return what is known in a session."""
    by_id = {card.id: card for card in cards if card.phase is Phase.KNOWN}
    title, figures = _audience(session)
    return HomeSummary(
        events=recent_events(session),
        events_note=_downloads_note(by_id.get("downloads")),
        audience_title=title,
        audience=figures,
        milestones=tuple(
            chain(_number_milestones(session, by_id, goals), _beat_milestones(movers))
        ),
        is_known=any(query.value is not None for query in session.home),
    )


def recent_events(session: Session) -> Sequence[Event]:
    """Return downloads, uploads, sales and unlocked achievements, newest first."""
    now = session.clock.now()
    events = chain(_downloads(session), _uploads(session), _sales(session), _unlocked(session))
    past = (event for event in events if formatting.local_day(event.at, now) <= now.date())
    newest = sorted(past, key=lambda event: _moment(event.at, now), reverse=True)
    return [event._replace(when=_when(event.at, now)) for event in newest]


def _moment(at: date, now: datetime) -> datetime:
    if isinstance(at, datetime):
        return at
    return datetime.combine(at, time.min, now.tzinfo)


def _when(at: date, now: datetime) -> str:
    """Return the time today, the weekday in the last week, else the date."""
    day = formatting.local_day(at, now)
    if day == now.date():
        return f"{at.astimezone(now.tzinfo):%H:%M}" if isinstance(at, datetime) else "Today"
    if (now.date() - day).days < 7:
        return formatting.weekday(day)
    return formatting.month_and_day(day)


def _downloads(session: Session) -> Iterator[Event]:
    pages = (session.activity, session.activity_in(AUDIENCE_PERIOD, 1))
    rows = chain.from_iterable(page.value.events for page in pages if page.value is not None)
    for row in dict.fromkeys(rows):
        if row.at is not None and row.track is not None:
            license = label(row.license, LICENSES)
            details = () if license is None else (license,)
            by = row.by or "Someone"
            yield Event(
                row.at, "download", "", f"{by} downloaded ", row.track, details, row.track_id
            )


def _uploads(session: Session) -> Iterator[Event]:
    latest = session.performance.value
    for row in latest.rows[:_MAX_EVENTS] if latest is not None else ():
        if row.uploaded is not None and row.name:
            yield Event(row.uploaded, "upload", "", "You uploaded ", row.name, beat=row.id)


def _sales(session: Session) -> Iterator[Event]:
    page = session.transactions("all", "all", 1).value
    for row in page.rows or () if page is not None else ():
        if row.at is not None and row.kind in ("sale", "sales") and row.about:
            status = label(row.status, TRANSACTION_STATUSES)
            amount = formatting.amount(row.amount) if row.amount is not None else None
            details = tuple(filter(None, (amount, status)))
            beat = row.details.beat_id
            yield Event(row.at, "sale", "", "You sold ", row.about, details, beat)


def _unlocked(session: Session) -> Iterator[Event]:
    achievements = session.achievements.value
    for row in (achievements.rows or ()) if achievements is not None else ():
        if row.unlocked_at is not None and row.name:
            xp = f"{formatting.signed(row.xp)} XP" if row.xp else None
            details = tuple(filter(None, (label(row.rarity), xp)))
            yield Event(row.unlocked_at, "achievement", "", "Achievement ", row.name, details)


def _downloads_note(card: Stat | None) -> str:
    if card is None or card.change.direction <= 0:
        return ""
    count = card.change.text.removeprefix("+")
    return f"{count} download{'s' * (count != '1')} {card.period}"


def _audience(session: Session) -> tuple[str, Sequence[AudienceFigure]]:
    """Return title and figures of the last 30 days, else of all time."""
    recent = session.activity_in(AUDIENCE_PERIOD, 1).value
    period, value = (AUDIENCE_PERIOD, recent) if recent else ("all", session.activity.value)
    if value is None:
        return "", ()
    _, *table = activity.audience_table(value, period, None, session.clock.now())
    rows = [(label, figure) for label, figure, *_ in table if figure != formatting.DASH]
    # Not those of Total Plays: without the plays of your team.
    figures = [
        AudienceFigure("Audience plays" if name == "Plays" else name, figure)
        for name, figure in rows
    ]
    if value.top_track is not None:
        figures.append(AudienceFigure("Top download", value.top_track, value.top_track_id))
    return dict(activity.PERIODS)[period].lower(), figures


def _number_milestones(
    session: Session, cards: Mapping[str, Stat], goals: Mapping[str, int]
) -> Iterator[Milestone]:
    history, now = session.history, session.clock.now()
    for id in _NUMBERS:
        card = cards.get(id)
        if card is None or not card.number:
            continue
        if id == "level":
            if card.meter is not None and card.remaining.endswith(f" to {card.number + 1:.0f}"):
                remaining = card.remaining.split(" to ")[0] + " to go"
                level, page = card.number + 1, card.page or ""
                target = formatting.count(level)
                yield Milestone(
                    id, card.title, target, card.meter, remaining, goal=level, page=page
                )
            continue
        aim, percent = pace.next_round(card.number), pace.progress(card.number)
        if (goal := goals.get(id)) is not None and goal > card.number:
            aim, percent = goal, 100 * card.number / goal
        points = history.points(numbers.BY_ID[id].id) if history is not None else ()
        days = pace.days_until(aim, card.number, points, now)
        yield Milestone(
            id,
            card.title,
            formatting.count(aim),
            percent,
            f"{formatting.count(aim - card.number)} to go",
            _days(days),
            aim,
            days,
            page=card.page or "",
        )


def _beat_milestones(movers: Movers | None) -> Iterator[Milestone]:
    """Yield the next round numbers of plays of the top movers whose pace is known."""
    rows: Sequence[Mover] = movers.rows[:_MAX_EVENTS] if movers is not None else ()
    for mover in rows:
        target = pace.next_round(mover.plays) if mover.plays > 0 else 0
        days = mover.days_until(target) if target else None
        if days is not None:
            yield Milestone(
                "total-plays",
                mover.name,
                formatting.count(target),
                pace.progress(mover.plays),
                f"{formatting.count(target - mover.plays)} to go",
                _days(days),
                target,
                days,
                mover.id,
            )


def _days(days: int | None) -> str:
    """Return an estimate in days, or in weeks from two weeks on."""
    if days is None:
        return ""
    if days < 14:
        return f"about {formatting.plural(days, 'day')}"
    return f"about {formatting.plural(round(days / 7), 'week')}"
