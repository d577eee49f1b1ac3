"""The title row of a page."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive

from beatpass_tui import formatting
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.widgets.accessibility import LOADING_TEXT, is_accessible
from beatpass_tui.widgets.content import ContentWidget, justify


class TitleInfo(NamedTuple):
    """The content of the title row."""

    page: str = ""
    account: str | None = None
    demo: bool = False
    updated: datetime | None = None
    """When the oldest data shown was fetched."""
    refreshing: bool = False
    in_status_line: bool = False
    """Whether the status line reports that data is refreshed."""
    next_refresh: str = ""
    """Time of the next automatic refresh, to the minute."""


class TitleBar(ContentWidget):
    """Page, account, demo mark, age of the data, and whether it is being refreshed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "title-bar--brand",
        "title-bar--page",
        "title-bar--muted",
        "title-bar--mark",
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
        # The most important part comes first; the last ones are dropped if they don't fit.
        parts = [f"@{info.account}"] if info.account else []
        if info.refreshing and not info.in_status_line and is_accessible(self):
            parts.append(LOADING_TEXT)
        if info.demo:
            parts.append("demo")
        if info.updated is not None:
            parts.append(f"updated {formatting.date_or_time(info.updated, self._clock.now())}")
        if info.next_refresh and width >= 100:
            parts.append(f"next {info.next_refresh}")
        while len(parts) > 1 and left.cell_length + cell_len(" · ".join(parts)) + 3 > width:
            parts.pop()
        right = self.styled(" · ".join(parts), "title-bar--muted")
        # The mark keeps its cell while it is hidden, so that the text beside it doesn't move.
        mark = self.styled("↻" if info.refreshing else " ", "title-bar--mark")
        return justify(left, right + " " + mark, width)
