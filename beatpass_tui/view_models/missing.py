"""Errors of queries without a value, shared by cards, sections, commands and exports."""

from typing import Any

from beatpass_tui.errors import BeatPassError, InvalidResponse
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session


def missing(session: Session, query: Query[Any], *, readable: bool = True) -> BeatPassError | None:
    """Return the error because of which a query failed or can't be sent, if any.

    `readable` is False if the query's value lacks the part that is shown.
    """
    if query.value is not None and not readable:
        return InvalidResponse("BeatPass did not send this in a known format.", reason="not sent")
    if not query.is_pending or not query.endpoint.needs_artist or session.artist_id is not None:
        return query.error
    if session.artist.error is None and session.artist.value is not None:
        return InvalidResponse("The artist profile has no id.", reason="no artist id")
    return session.artist.error
