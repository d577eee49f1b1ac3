"""Values that the app shares with all of its screens."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from beatpass_tui.config.settings import Settings
from beatpass_tui.models.menu import DEFAULT_ENTRIES, NavEntry
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.view_models import periods


@dataclass(eq=False)
class ScreenContext:
    """Clock, settings and navigation entries of one run.

    `token_variable` is the environment variable that supplied the token, if one did. The app
    replaces `entries`, the cards of Quick Navigation, after each sign-in. `period` is what changes
    are measured against, as chosen in this run or the last one.
    """

    clock: Clock
    settings: Settings
    _: KW_ONLY
    demo: bool = False
    token_variable: str | None = None
    entries: Sequence[NavEntry] = DEFAULT_ENTRIES
    repository: HistoryRepository | None = None

    shows_kept_frame: bool = False
    """Whether the terminal still shows the frame of the last run."""

    def __post_init__(self) -> None:
        self.period = periods.by_key(self.get_setting(periods.SETTING))

    def get_setting(self, name: str) -> str | None:
        """Return a choice of an earlier run, blocking."""
        return None if self.repository is None else self.repository.get_setting(name)

    def save_setting(self, name: str, value: str) -> None:
        """Store a choice for later runs."""
        if self.repository is not None:
            self.repository.set_setting(name, value)
