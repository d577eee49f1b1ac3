"""The numbers of the answers that are kept, read as fast as a prompt or a status bar needs them.

Neither the models nor what reads them are loaded. Where a model has changed since an answer was
written, or anything is not as it was written, there is nothing to be had here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from beatpass_tui.fast_stats.figures import Known, Reading, Value
from beatpass_tui.models import text

if TYPE_CHECKING:
    from beatpass_tui.storage.store import AccountKey, CachedModel, Store

MOST = 10**15
"""Beyond this no number of the service can be true."""

PLACES: Mapping[str, tuple[str, Mapping[str, tuple[int, ...]]]] = {
    "account": ("5e356058", {"id": (0,), "name": (1,)}),
    "artist": ("07fd214b", {"id": (0,), "name": (1,)}),
    "stats": ("6a0f247f", {"tracks": (0,), "plays": (1,)}),
    "intelligence": (
        "1d3e65ea",
        {"albums": (1,), "level": (0, 0), "xp": (0, 1), "growth": (4,), "calculating": (5,)},
    ),
    "followers": ("4345ae50", {"followers": (0,)}),
    "activity": ("c2a6a3ae", {"downloads": (1,)}),
}
"""Of each answer the shape that is read here, and where in it a value stands."""


def read(store: Store, whose: AccountKey, now: datetime) -> Known | None:
    """Return what is kept of an account; None when it takes the models to read it."""
    answers = store.load_cached(whose, PLACES)
    visit = store.load_visit(whose)
    wanted = {name: kept for name, kept in visit.baseline.items() if name in PLACES}
    try:
        return Known(_readings(answers, now), _readings(wanted, now), visit.since)
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def _readings(answers: Mapping[str, CachedModel], now: datetime) -> dict[str, Reading]:
    return {
        name: Reading(kept.fetched.astimezone(now.tzinfo), _values(name, kept))
        for name, kept in answers.items()
    }


def _values(name: str, kept: CachedModel) -> dict[str, Value]:
    shape, places = PLACES[name]
    if kept.shape != shape:
        raise ValueError
    body = json.loads(kept.body)
    return {field: _value(body, place) for field, place in places.items()}


def _value(body: object, place: tuple[int, ...]) -> Value:
    for index in place:
        if not isinstance(body, list):
            raise TypeError
        body = body[index]
    if isinstance(body, str):
        # Cleaned again: the file may have been written by somebody else.
        return text.clean(body)
    if body is None or (isinstance(body, int | float) and abs(body) <= MOST):
        return body
    raise TypeError
