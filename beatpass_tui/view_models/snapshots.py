"""The values of Home's queries, now and at the end of the previous visit."""

from datetime import datetime, timedelta
from typing import Any

from beatpass_tui.models.numbers import BY_ID, NUMBERS, Fetched, Snapshot, measure
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.missing import missing

_SAME_VISIT = timedelta(hours=1)
"""A value older than the last visit by more than this belongs to an earlier visit."""


def take_snapshot(session: Session) -> Snapshot:
    """Return the models of Home's queries, and those at the end of the previous visit."""
    current, baseline, errors = {}, {}, {}
    for query in session.home:
        error = missing(session, query)
        if query.value is not None and query.fetched_at is not None:
            current[query.name] = Fetched(query.value, query.fetched_at)
        if error is not None:
            errors[query.name] = error
        previous = baseline_of(session, query)
        if previous is not None:
            baseline[query.name] = previous
    return Snapshot(current, baseline, last_visit(session), errors)


def linked_tracks(session: Session) -> float | None:
    """Return the number of linked tracks, as shown on Home."""
    value = measure(BY_ID["tracks"], take_snapshot(session)).value
    return value if isinstance(value, int | float) else None


def uses_profile(session: Session) -> bool:
    """Return whether Tracks or Total Plays come from the artist profile."""
    snapshot = take_snapshot(session)
    numbers = (number for number in NUMBERS if number.other is not None)
    return any(measure(number, snapshot).source.query == "artist" for number in numbers)


def last_visit(session: Session) -> datetime | None:
    """Return when the previous visit ended; None at the first visit, and without a history."""
    return session.history.last_visit if session.history is not None else None


def baseline_of(session: Session, query: Query[Any]) -> Fetched | None:
    """Return a query's value at the end of the previous visit; None unless fetched again since."""
    history, since = session.history, last_visit(session)
    if history is None or since is None or query.fetched_at is None:
        return None
    previous = history.value_at_last_visit(query) if query.fetched_at > since else None
    return None if previous is None else Fetched(*previous)


def is_last_visit(session: Session, moment: datetime) -> bool:
    """Return whether a value fetched at `moment` belongs to the previous visit."""
    since = last_visit(session)
    return since is not None and since - moment < _SAME_VISIT
