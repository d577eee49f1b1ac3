"""Typed, cleaned responses of the service.

Every `decode` reads the parsed JSON of one response and never raises: a field that is missing, null
or not as documented is None, so that one bad field affects one card.

The model modules don't import annotations from `__future__`: NamedTuple would compile each one.
"""

from beatpass_tui.models.audience import Activity, Download
from beatpass_tui.models.career import (
    CATEGORIES,
    RARITIES,
    Achievement,
    Achievements,
    Entry,
    Standing,
    Standings,
    XpSource,
    XpSources,
)
from beatpass_tui.models.catalog import (
    Album,
    Albums,
    AlbumTracks,
    Beat,
    Beats,
    Collaboration,
    Collaborations,
    Performance,
    TrackPerformance,
)
from beatpass_tui.models.home import Followers, Intelligence, Level, Stats, TopTrack
from beatpass_tui.models.identity import Account, Artist, MenuItem, SignedIn
from beatpass_tui.models.money import (
    Amount,
    Balance,
    CurrencyTotals,
    Finances,
    Purchase,
    Sales,
    Transaction,
    Transactions,
)
from beatpass_tui.models.uploads import UploadDay, UploadInsights, Uploads

__all__ = [
    "CATEGORIES",
    "RARITIES",
    "Account",
    "Achievement",
    "Achievements",
    "Activity",
    "Album",
    "AlbumTracks",
    "Albums",
    "Amount",
    "Artist",
    "Balance",
    "Beat",
    "Beats",
    "Collaboration",
    "Collaborations",
    "CurrencyTotals",
    "Download",
    "Entry",
    "Finances",
    "Followers",
    "Intelligence",
    "Level",
    "MenuItem",
    "Performance",
    "Purchase",
    "Sales",
    "SignedIn",
    "Standing",
    "Standings",
    "Stats",
    "TopTrack",
    "TrackPerformance",
    "Transaction",
    "Transactions",
    "UploadDay",
    "UploadInsights",
    "Uploads",
    "XpSource",
    "XpSources",
]
