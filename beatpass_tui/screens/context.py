"""Values that the app shares with all of its screens."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from beatpass_tui.config.settings import Settings
from beatpass_tui.models.menu import DEFAULT_ENTRIES, NavEntry
from beatpass_tui.runtime.clock import Clock


@dataclass(eq=False)
class ScreenContext:
    """Clock, settings and navigation entries of one run.

    `token_variable` is the environment variable that supplied the token, if one did. The app
    replaces `entries`, the cards of Quick Navigation, after each sign-in.
    """

    clock: Clock
    settings: Settings
    _: KW_ONLY
    demo: bool = False
    token_variable: str | None = None
    entries: Sequence[NavEntry] = DEFAULT_ENTRIES
