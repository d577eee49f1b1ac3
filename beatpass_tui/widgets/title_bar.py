"""The title row, the same on every page."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, NamedTuple

from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.widgets.accessibility import LOADING_TEXT, is_accessible
from beatpass_tui.widgets.text_line import justified, text

_ROOMY = 100
"""Cells from which on there is room for the time of the next refresh."""


class TitleInfo(NamedTuple):
    """What the title row says."""

    page: str = ""
    account: str | None = None
    demo: bool = False
    updated: datetime | None = None
    """When the oldest answer shown was fetched."""
    refreshing: bool = False
    next_refresh: str = ""
    """At what time the next of it is asked for by itself, to the minute."""


class TitleBar(Widget):
    """Page, account, demo mark, age of what is shown, and whether more is under way."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "title-bar--brand",
        "title-bar--page",
        "title-bar--muted",
        "title-bar--mark",
    }

    info: reactive[TitleInfo] = reactive(TitleInfo())
    """What is said; equal values cause no repaint."""

    def __init__(self, clock: Clock, *, id: str) -> None:
        super().__init__(id=id)
        self._clock = clock

    def render(self) -> Content:
        """Draw the row; what fits least matters least: first the time goes, then the demo mark."""
        info, width = self.info, self.content_size.width
        left = Content.assemble(
            ("BEATPASS", self._style("brand")),
            (" ▸ ", self._style("muted")),
            (info.page, self._style("page")),
        )
        # The mark has its cell even when it is not drawn, so that nothing beside it moves.
        mark = text("↻" if info.refreshing else " ").stylize(self._style("mark"))
        parts = [f"@{info.account}"] if info.account else []
        if info.refreshing and is_accessible(self):
            parts.append(LOADING_TEXT)
        if info.demo:
            parts.append("demo")
        if info.updated is not None:
            parts.append(f"updated {formatting.date_or_time(info.updated, self._clock.now())}")
        if info.next_refresh and width >= _ROOMY:
            parts.append(f"next {info.next_refresh}")
        right = Content("")
        while parts:
            right = text(" · ".join(parts)).stylize(self._style("muted"))
            if left.cell_length + right.cell_length + 3 <= width or len(parts) == 1:
                break
            parts.pop()
        return justified(left, right + Content(" ") + mark, width)

    def _style(self, part: str) -> Style:
        return self.get_visual_style(f"title-bar--{part}", partial=True)
