"""What Home shows, as plain values: drawn by the widgets, made by the dashboard."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from beatpass_tui.models import Level


class Phase(enum.Enum):
    """How much is known of what a card shows."""

    WAITING = "waiting"
    """Its first answer has not arrived."""
    KNOWN = "known"
    MISSING = "missing"
    """It could not be had; the card says why."""
    CALCULATING = "calculating"
    """The service answered that it is still working the value out."""


class Stat(NamedTuple):
    """One card of Quick Stats."""

    id: str
    title: str
    phase: Phase = Phase.WAITING
    number: float | None = None
    """A count, drawn with separators as far as the card is wide."""
    text: str = ""
    """What stands in place of a count."""
    detail: str = ""
    """The second line: a reason, a direction, or what belongs to the number."""
    hint: str = ""
    """What the number counts, from where and as of when, for the notice row."""
    change: str = ""
    """By how much the number has changed since the last visit, before the rest of `below`."""
    sparkline: str = ""
    """The last weeks of the number, as block characters."""
    stale: bool = False
    """The value is past its freshness."""
    page: str | None = None
    """The page that owns the number."""
    address: str | None = None
    """Where it leads on the web."""


class Welcome(NamedTuple):
    """What the greeting header says beside the hour and the date."""

    name: str | None = None
    """The artist's name, else the account's; None while neither is known."""
    level: Level | None = None
    phase: Phase = Phase.WAITING
    """How much is known of the level."""


class Severity(enum.Enum):
    """How much a notice matters."""

    HINT = "hint"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


class Notice(NamedTuple):
    """One line for the notice row."""

    text: str
    severity: Severity = Severity.HINT
    action: str = ""
    """What to press about it; it stays readable where the text is cut."""
    has_countdown: bool = False
    """It holds a countdown and must be said anew every second."""
