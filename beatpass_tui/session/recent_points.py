"""The recent points of the numbers, which are loaded before the first frame."""

from datetime import datetime, timedelta

from beatpass_tui.models.numbers import AUDIENCE, RANKS, RECORDED
from beatpass_tui.storage.samples import LOOK_BACK
from beatpass_tui.storage.store import AccountKey, Store

RecentPoints = dict[str, list[tuple[datetime, float]]]
"""Times and values by the ids of numbers, oldest first."""

_PERIOD_ENDS = (0, 1, 2, 7, 14, 30, 60)
"""Days before now that changes are measured from; samples near them are loaded hourly."""

_NEAR_END = timedelta(hours=14)

_AT_STARTUP = tuple(number.id for number in RECORDED if number not in (*AUDIENCE, *RANKS))


def load_recent_points(store: Store, key: AccountKey, artist: int, now: datetime) -> RecentPoints:
    """Return the points of an artist: daily, and hourly near the ends of periods."""
    ends = (now - timedelta(days=days) for days in _PERIOD_ENDS)
    hourly = [(end - _NEAR_END, end + _NEAR_END) for end in ends]
    return store.load_daily_samples(
        key, artist, since=now - LOOK_BACK, hourly=hourly, numbers=_AT_STARTUP
    )
