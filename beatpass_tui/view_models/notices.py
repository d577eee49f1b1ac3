"""Notices for the status line, such as the most severe problem of a page."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from beatpass_tui import formatting
from beatpass_tui.errors import (
    CaptivePortal,
    ConnectionBlocked,
    RateLimited,
    ServiceUnavailable,
    Throttled,
    Unreachable,
)
from beatpass_tui.session.paged_list import JoinedList
from beatpass_tui.session.query import LONGEST_WAIT, Query
from beatpass_tui.session.session import Session
from beatpass_tui.session.status import SessionStatus
from beatpass_tui.storage.store import NAME as STORE_NAME
from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.view_models.missing import is_outage
from beatpass_tui.view_models.snapshots import uses_profile

_RETRY = "{page.refresh} to retry"

EXPIRES_SOON = timedelta(days=14)


def most_severe(
    session: Session, shown: Sequence[Query[Any]], *, variable: str | None, focused: bool
) -> Notice | None:
    """Return the most severe problem: token, network, rate limit, or a failed query.

    `variable` is the environment variable with the token, if any. `focused` is whether the
    terminal has the focus, without which queries are not retried.
    """
    if session.status is SessionStatus.EXPIRED:
        token, action = "Your token", "{account.sign_in} to sign in again"
        if variable:
            token, action = f"The token in {variable}", "set a new one and restart"
        return Notice(f"{token} has expired or was revoked", Severity.ERROR, action=action)
    failed = [query for query in shown if query.error is not None]
    return (
        _offline(session, shown, focused) or _limited(session, failed) or _failed(session, failed)
    )


def token_ending(expires_by: datetime | None, now: datetime) -> Notice | None:
    """Return a hint in the last two weeks before a token expires."""
    if expires_by is None or now < expires_by - EXPIRES_SOON:
        return None
    day = formatting.short_date(expires_by, now)
    text = f"Your token expires by {day}"
    if now >= expires_by:
        text = f"Your token was due to expire by {day}"
    return Notice(text, action="beatpass-tui login renews it")


def _offline(session: Session, shown: Sequence[Query[Any]], focused: bool) -> Notice | None:
    unreachable = [query for query in shown if isinstance(query.error, Unreachable)]
    since = session.offline_since(unreachable) if unreachable else None
    if since is None:
        return None
    # The longer texts leave less room at 80 columns.
    verb, action = "retry", _RETRY
    if not is_outage(session, shown):
        # The network works, so only these queries have a problem.
        error = unreachable[0].error
        text = f"{_labels(session, unreachable)}: {error.reason if error is not None else ''}"
    elif all(isinstance(query.error, CaptivePortal) for query in unreachable):
        text = "This network seems to require a login"
    elif isinstance(error := unreachable[0].error, ConnectionBlocked):
        text = error.reason[:1].upper() + error.reason[1:]
    else:
        verb, action = "retrying", f"{_RETRY} now"
        is_down = all(isinstance(query.error, ServiceUnavailable) for query in unreachable)
        now = session.clock.now()
        # The clock may have been set back since then.
        # Without the year, so that nothing is cut at 80 columns.
        start = formatting.date_or_time(min(since, now), now).partition(",")[0]
        text = f"{'BeatPass is down' if is_down else 'Offline'} since {start}"
    if any(query.loading for query in unreachable):
        return Notice(f"{text} · retrying…", Severity.WARNING, is_progress=True)
    waits = [query.retry_in for query in unreachable if query.retry_in is not None]
    if not focused:
        text += " · retries on focus"
    if not focused or not waits:
        return Notice(text, Severity.WARNING, action=_RETRY)
    text += f" · {verb} in {formatting.duration(min(waits))}"
    return Notice(text, Severity.WARNING, action=action, has_countdown=True)


def _limited(session: Session, failed: list[Query[Any]]) -> Notice | None:
    limited = [query for query in failed if isinstance(query.error, RateLimited)]
    if not limited:
        return None
    query = max(limited, key=lambda query: query.rate_limited_for or 0)
    label, wait = _labels(session, [query]), query.rate_limited_for
    if wait is None:
        return Notice(f"{label}: rate limit ended", Severity.WARNING, action=_RETRY)
    state, severity = "rate limited", Severity.WARNING
    if isinstance(query.error, Throttled):
        # Nothing failed, and the values are still correct.
        state, severity = "paused to limit requests", Severity.HINT
    action = f"then {_RETRY}" if wait > LONGEST_WAIT else ""
    text = f"{label}: {state} · retry in {formatting.duration(wait)}"
    return Notice(text, severity, action=action, has_countdown=True)


def _failed(session: Session, failed: list[Query[Any]]) -> Notice | None:
    if not failed:
        return None
    error = failed[0].error
    message = error.message.rstrip(".") if error is not None else ""
    # The sections of a page show which of them failed, but not why.
    text = f"{_labels(session, failed)}: {message}"
    return Notice(text, Severity.WARNING, action=_RETRY, short=message)


def _labels(session: Session, queries: Sequence[Query[Any]]) -> str:
    """Return the label of the first query and the number of others.

    At most 24 cells, so that reason, countdown and key fit next to it at 80 columns.
    """
    label = queries[0].endpoint.label
    if session.stats in queries[:1] and uses_profile(session):
        label = "Totals from profile"
    return f"{label} +{len(queries) - 1}" if len(queries) > 1 else label


def message(text: str, severity: Severity) -> Notice:
    """Return a message; if it does not fit, the store has no path, unlike a file to delete."""
    words = (STORE_NAME if word.endswith(f"/{STORE_NAME}") else word for word in text.split(" "))
    return Notice(text, severity, short=" ".join(words), has_item=False)


def loading_rest(
    loaded: JoinedList[Any], limit: int | None = None, name: str = "the rest"
) -> Notice:
    """Return the progress of loading a list; loading stops at `limit` rows, if given."""
    rows, total = len(loaded.rows), loaded.total
    if total is not None and limit is not None:
        total = min(total, max(limit, rows))
    bar = formatting.bar(min(rows, total), total, 16) + "  " if total else ""
    of = f" of {formatting.count(total)}" if total else ""
    text = f"Loading {name}  {bar}{formatting.count(rows)}{of}"
    return Notice(text, action="{page.back} to stop", is_progress=True)
