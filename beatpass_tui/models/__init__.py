"""What the service says, typed and cleaned at the door.

Every `decode` takes the parsed JSON of one answer and never raises: a field that is missing,
null or not what is documented is None, so that one bad field costs one card.
"""

from beatpass_tui.models.audience import (
    Activity,
    Download,
    UploadDay,
    UploadInsights,
    Uploads,
)
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
from beatpass_tui.models.catalogue import (
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
