"""The worst thing that has to be said about some groups, and about the token, as one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from beatpass_tui import formatting
from beatpass_tui.errors import (
    CaptivePortal,
    RateLimited,
    ServiceUnavailable,
    Throttled,
    Unreachable,
)
from beatpass_tui.session.query import LONGEST_WAIT, Query
from beatpass_tui.session.session import Session, SessionStatus
from beatpass_tui.view_models.cards import Notice, Severity

LABELS = {
    "account": "Account",
    "artist": "Artist profile",
    "stats": "Tracks and Total Plays",
    "intelligence": "Albums, Level and Growth",
    "followers": "Followers",
    "activity": "Downloads",
    "sales": "Track sales",
    "finances": "Earnings and setup",
    "balance": "Legacy balance",
    "transactions": "Transactions",
    "activity_in": "Audience activity",
    "upload_insights": "Upload insights",
    "uploads": "Upload calendar",
    "xp_sources": "XP by source",
    "achievements": "Achievements",
    "standings": "Leaderboards",
    "performance": "Latest beats",
    "collaborations": "Collaborations",
    "beats": "Beats",
    "albums": "Collections",
    "album": "Album",
}
"""What a reader calls the numbers of a group."""

_AT_ONCE = timedelta(seconds=20)
"""By how much an answer may come before the failure of a request that was made with it."""

ENDING_SOON = timedelta(days=14)
"""How long before its end a token is spoken of."""


def most_severe(
    session: Session, shown: Sequence[Query[Any]], *, variable: str | None, focused: bool
) -> Notice | None:
    """Return what is wrong, the worst first: token, network, rate limit, one failed group.

    `variable` names the environment variable that the token came from, if it did; `focused` is
    whether anything is tried again by itself.
    """
    if session.status is SessionStatus.EXPIRED:
        whose, action = "Your token", "{account.sign_in} signs in again"
        if variable:
            whose, action = f"The token in {variable}", "set a new one and start again"
        return Notice(f"{whose} has expired or was revoked", Severity.ERROR, action=action)
    failed = [query for query in shown if query.error is not None]
    answered = [query for query in shown if query.error is None and not query.restored]
    return _offline(session, failed, answered, focused) or _limited(failed) or _failed(failed)


def token_ending(token_expires_by: datetime | None, now: datetime) -> Notice | None:
    """Return the quiet note that a token ends soon, from two weeks before its last day on."""
    if token_expires_by is None or now < token_expires_by - ENDING_SOON:
        return None
    day = formatting.day_and_month(token_expires_by.astimezone(now.tzinfo), now)
    over = now >= token_expires_by
    text = f"Your token was to end by {day}" if over else f"Your token ends by {day} at the latest"
    return Notice(text, action="beatpass-tui login renews it")


def _offline(
    session: Session, failed: list[Query[Any]], answered: list[Query[Any]], focused: bool
) -> Notice | None:
    out = [query for query in failed if isinstance(query.error, Unreachable)]
    since = session.offline_since(out) if out else None
    if since is None:
        return None
    if any(query.fetched_at and query.fetched_at >= since - _AT_ONCE for query in answered):
        # The network is there: it is these numbers alone that did not come.
        text = f"{_named(out)}: {out[0].error.reason if out[0].error else ''}"
    elif all(isinstance(query.error, CaptivePortal) for query in out):
        text = "A login of the network seems to be in the way"
    else:
        down = all(isinstance(query.error, ServiceUnavailable) for query in out)
        text = f"{'BeatPass is down' if down else 'Offline'} since "
        now = session.clock.now()
        # A wall clock that was set back must not put it into the future.
        text += formatting.date_or_time(min(since, now), now)
    if any(query.loading for query in out):
        return Notice(f"{text} · trying again…", Severity.WARNING)
    if not focused:
        text += " · tries again once this window is used"
        return Notice(text, Severity.WARNING, action="{page.refresh} now")
    left = min((query.retry_in for query in out if query.retry_in is not None), default=None)
    if left is None:
        return Notice(text, Severity.WARNING, action="{page.refresh} tries again")
    text += f" · trying again in {formatting.duration(left)}"
    return Notice(text, Severity.WARNING, action="{page.refresh} now", has_countdown=True)


def _limited(failed: list[Query[Any]]) -> Notice | None:
    limited = [query for query in failed if isinstance(query.error, RateLimited)]
    if not limited:
        return None
    query = max(limited, key=lambda query: query.rate_limited_for or 0)
    name, left = LABELS[query.name], query.rate_limited_for
    if left is None:
        return Notice(
            f"{name}: the rate limit has ended",
            Severity.WARNING,
            action="{page.refresh} asks again",
        )
    by_hand = "then {page.refresh} asks again" if left > LONGEST_WAIT else ""
    again = f"again in {formatting.duration(left)}"
    if isinstance(query.error, Throttled):
        # Nothing went wrong, and what is shown is good.
        text = f"{name}: paused, to ask less often · {again}"
        return Notice(text, action=by_hand, has_countdown=True)
    text = f"{name}: asked too often · {again}"
    return Notice(text, Severity.WARNING, action=by_hand, has_countdown=True)


def _failed(failed: list[Query[Any]]) -> Notice | None:
    if not failed:
        return None
    query = failed[0]
    assert query.error is not None
    text = f"{_named(failed)}: {query.error.message.rstrip('.')}"
    return Notice(text, Severity.WARNING, action="{page.refresh} tries again")


def _named(failed: Sequence[Query[Any]]) -> str:
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return f"{LABELS[failed[0].name]}{more}"
