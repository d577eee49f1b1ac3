"""Plain values that widgets draw: stat cards, the greeting, the status line."""

import enum
from typing import NamedTuple

from beatpass_tui.models.home import Level


class Phase(enum.Enum):
    """The state of a value."""

    WAITING = "waiting"
    """The first response has not arrived."""
    KNOWN = "known"
    MISSING = "missing"
    """The value is not available."""
    CALCULATING = "calculating"
    """The service is still calculating it."""


class Stat(NamedTuple):
    """One card of Quick Stats."""

    id: str
    title: str
    phase: Phase = Phase.WAITING
    number: float | None = None
    """A count, shortened if the card is too narrow."""
    text: str = ""
    """The value of a card without a count."""
    detail: str = ""
    """The second line: a reason, a direction, or the XP."""
    hint: str = ""
    """What the number counts and when it was fetched, for the status line."""
    change: str = ""
    """The change since the last visit, drawn before `detail`."""
    sparkline: str = ""
    """The last weeks of the number, as block characters."""
    stale: bool = False
    page: str | None = None
    """The page that shows more about it."""
    address: str | None = None
    """Its URL."""


class Welcome(NamedTuple):
    """The name and level in the greeting."""

    name: str | None = None
    """The name of the artist, or else of the account; None while neither is known."""
    level: Level | None = None
    phase: Phase = Phase.WAITING
    """The phase of the level."""


class Severity(enum.Enum):
    """The severity of a notice."""

    HINT = "hint"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


class Notice(NamedTuple):
    """One line for the status line."""

    text: str
    severity: Severity = Severity.HINT
    action: str = ""
    """The key to press, which is never cut."""
    has_countdown: bool = False
    """Whether the text must be updated every second."""
