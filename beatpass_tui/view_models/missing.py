"""Errors of queries without a value, shared by cards, sections, commands and exports."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from beatpass_tui.errors import BeatPassError, InvalidResponse, Unreachable
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session


def missing(session: Session, query: Query[Any], *, readable: bool = True) -> BeatPassError | None:
    """Return the error that explains why a query failed or can't be sent, if any.

    `readable` is False if the query's value lacks the part that is shown.
    """
    if query.value is not None and not readable:
        return InvalidResponse("BeatPass did not send this in a known format.", reason="not sent")
    if not query.is_pending or not query.endpoint.needs_artist or session.artist_id is not None:
        return query.error
    if session.artist.error is None and session.artist.value is not None:
        return InvalidResponse("The artist profile has no id.", reason="no artist id")
    return session.artist.error


UNAVAILABLE = "Unavailable"
"""Instead of a reason that the status line reports."""

NOT_SENT = "Not sent by BeatPass"
"""Of what the service does not give."""

NOT_SENT_HERE = f"{NOT_SENT} · {{page.browse}} opens it"
"""Of what it does not give but the web page does."""

_SAME_LOAD = timedelta(seconds=20)
"""A response that arrived up to this long before a failure shows that the network works."""


def is_outage(session: Session, shown: Iterable[Query[Any]]) -> bool:
    """Return whether queries are unreachable because the whole service is."""
    shown = tuple(shown)
    unreachable = [query for query in shown if isinstance(query.error, Unreachable)]
    since = session.offline_since(unreachable) if unreachable else None
    return since is not None and not any(
        query.fetched_at is not None and query.fetched_at >= since - _SAME_LOAD
        for query in shown
        if query.error is None and not query.restored
    )
