"""Plain values that widgets draw: stat cards, the greeting, the status line."""

import enum
from typing import NamedTuple

from beatpass_tui.models.gains import DayGain
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


class Change(NamedTuple):
    """A change or a comparison with its direction; empty if it is not known."""

    text: str = ""
    direction: int = 0
    """1 for a gain, -1 for a loss, else 0."""


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
    """The line below the value of a card without a change: a reason, or what is counted."""
    notes: tuple[str, ...] = ()
    """More lines for higher cards."""
    hint: str = ""
    """What the number counts and when it was fetched, for the status line."""
    words: str = ""
    """What symbols of the text mean, for accessible mode."""
    period: str = ""
    """The selected period as text."""
    change: Change = Change()
    """The change in the chosen period."""
    change_date: str = ""
    """The date of the change's baseline, if that is not the last visit."""
    comparison: Change = Change()
    """The change compared with the period before."""
    second_label: str = "7 days"
    """The period of `second`."""
    second: Change = Change()
    """The gain in 7 days, or before those if they are the chosen period."""
    second_comparison: Change = Change()
    gains: tuple[DayGain | None, ...] = ()
    """The gains of 14 days, the last one today."""
    meter: float | None = None
    """Progress within the level in percent."""
    remaining: str = ""
    """What is missing to the next level."""
    stale: bool = False
    page: str | None = None
    """The page that shows more about it."""
    address: str | None = None
    """Its URL."""


class NavFact(NamedTuple):
    """What a card of Quick Navigation says about its page, in at most 14 cells."""

    text: str
    change: Change = Change()
    """Follows the text."""
    is_warning: bool = False


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
    is_progress: bool = False
    """Whether it reports that something is loading."""
    short: str = ""
    """Replaces a text that does not fit."""
    has_item: bool = True
    """Whether the first fact of a hint names the item under the cursor."""
