"""What the service says, typed and cleaned at the door.

Every `decode` takes the parsed JSON of one answer and never raises: a field that is missing,
null or not what is documented is None, so that one bad field costs one card.


Each module is loaded when something of it is first needed: Home waits for no other page's.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_MODULES = {
    "Activity": "audience",
    "Download": "audience",
    "UploadDay": "uploads",
    "UploadInsights": "uploads",
    "Uploads": "uploads",
    "CATEGORIES": "career",
    "RARITIES": "career",
    "Achievement": "career",
    "Achievements": "career",
    "Entry": "career",
    "Standing": "career",
    "Standings": "career",
    "XpSource": "career",
    "XpSources": "career",
    "Album": "catalog",
    "Albums": "catalog",
    "AlbumTracks": "catalog",
    "Beat": "catalog",
    "Beats": "catalog",
    "Collaboration": "catalog",
    "Collaborations": "catalog",
    "Performance": "catalog",
    "TrackPerformance": "catalog",
    "Followers": "home",
    "Intelligence": "home",
    "Level": "home",
    "Stats": "home",
    "TopTrack": "home",
    "Account": "identity",
    "Artist": "identity",
    "MenuItem": "identity",
    "SignedIn": "identity",
    "Amount": "money",
    "Balance": "money",
    "CurrencyTotals": "money",
    "Finances": "money",
    "Purchase": "money",
    "Sales": "money",
    "Transaction": "money",
    "Transactions": "money",
}


def __getattr__(name: str) -> object:
    """Return a model, loading its module."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = found
    return found
