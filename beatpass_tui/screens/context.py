"""Values that the app shares with all of its screens."""

from __future__ import annotations

from collections.abc import Sequence

from beatpass_tui.config.settings import Settings
from beatpass_tui.models.menu import DEFAULT_ENTRIES, NavEntry
from beatpass_tui.runtime.clock import Clock


class ScreenContext:
    """Clock, settings and navigation entries of one run.

    `token_variable` is the environment variable that supplied the token, if one did. The app
    replaces `entries`, the cards of Quick Navigation, after each sign-in.
    """

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        *,
        demo: bool = False,
        token_variable: str | None = None,
        entries: Sequence[NavEntry] = DEFAULT_ENTRIES,
    ) -> None:
        self.clock = clock
        self.settings = settings
        self.demo = demo
        self.token_variable = token_variable
        self.entries = tuple(entries)
