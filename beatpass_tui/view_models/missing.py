"""Why a query has nothing to show: the same reasons for cards, sections, commands and exports."""

from typing import Any

from beatpass_tui.errors import BeatPassError, InvalidResponse
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session


def missing(session: Session, query: Query[Any], *, readable: bool = True) -> BeatPassError | None:
    """Return why the latest request of a query failed or can't be sent; None without a reason.

    `readable` is false where the query has a value, but not the part of it that is shown.
    """
    if query.value is not None and not readable:
        return InvalidResponse("BeatPass did not send this in a known format.", reason="not sent")
    if not query.is_pending or not query.endpoint.needs_artist or session.artist_id is not None:
        return query.error
    if session.artist.error is None and session.artist.value is not None:
        return InvalidResponse("The artist profile has no id.", reason="no artist id")
    return session.artist.error
