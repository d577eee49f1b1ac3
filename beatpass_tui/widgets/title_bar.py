"""The title row of a page."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, NamedTuple

from textual.content import Content
from textual.reactive import reactive

from beatpass_tui import formatting
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.widgets.accessibility import LOADING_TEXT, is_accessible
from beatpass_tui.widgets.content import ContentWidget, justify

_WIDE = 100
"""Minimum width for the account beside the artist, and for the time of the next refresh."""

_MIN_NAME = 8
"""Minimum cells of a name that is cut."""


class TitleInfo(NamedTuple):
    """The content of the title row."""

    page: str = ""
    artist: str = ""
    account: str | None = None
    demo: bool = False
    offline: bool = False
    updated: datetime | None = None
    """When the data shown was fetched."""
    refreshing: bool = False
    in_status_line: bool = False
    """Whether the status line reports that data is refreshed."""
    next_refresh: str = ""
    """Time of the next automatic refresh, to the minute."""


class TitleBar(ContentWidget):
    """Page, artist, account, demo mark, age of the data, and whether it is being refreshed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "title-bar--brand",
        "title-bar--page",
        "title-bar--muted",
        "title-bar--mark",
        "title-bar--offline",
    }

    info: reactive[TitleInfo] = reactive(TitleInfo())

    def __init__(self, clock: Clock, *, id: str) -> None:
        super().__init__(id=id)
        self._clock = clock

    def render(self) -> Content:
        info, width = self.info, self.content_size.width
        left = (
            self.styled("BEATPASS", "title-bar--brand")
            + self.styled(" ▸ ", "title-bar--muted")
            + self.styled(info.page, "title-bar--page")
        )
        # The mark keeps its cell while it is hidden, so that the text beside it doesn't move.
        mark = self.styled("↻" if info.refreshing else " ", "title-bar--mark") + " "
        return justify(left, mark + self._facts(width - left.cell_length - 3), width)

    def _facts(self, width: int) -> Content:
        """Return the facts at the right end, without the least important ones if they don't fit."""
        info, muted = self.info, "title-bar--muted"
        is_loading = info.refreshing and not info.in_status_line and is_accessible(self)
        updated = ""
        if info.updated is not None:
            updated = f"updated {formatting.date_or_time(info.updated, self._clock.now())}"
        parts = {
            "artist": Content(info.artist),
            "account": self.styled(f"@{info.account}" if info.account else "", muted),
            "loading": self.styled(LOADING_TEXT if is_loading else "", muted),
            "demo": self.styled("demo" if info.demo else "", muted),
            "offline": self.styled("offline" if info.offline else "", "title-bar--offline"),
            "updated": self.styled(updated, muted),
            "next": self.styled(f"next {info.next_refresh}" if info.next_refresh else "", muted),
        }
        if self.size.width < _WIDE:
            del parts["next"]
            if info.artist:
                del parts["account"]
        separator = self.styled(" · ", muted)

        def line() -> Content:
            return separator.join(part for part in parts.values() if part)

        for least in ("next", "account", "loading", "artist", "updated", "demo"):
            excess = line().cell_length - width
            if excess <= 0:
                break
            name = parts.pop(least, Content(""))
            if least == "artist" and name.cell_length - excess >= _MIN_NAME:
                parts = {least: name.truncate(name.cell_length - excess, ellipsis=True), **parts}
        return line()
