"""Quick Navigation: a card for each page of the dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content

from beatpass_tui.models.menu import NavEntry
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.card_grid import Card, CardGrid


class NavCard(Card):
    """A page of the dashboard, or an external URL marked with ↗."""

    def __init__(self, entry: NavEntry, position: int) -> None:
        super().__init__()
        self.entry = entry
        self.digit = str(position) if position <= 9 else ""
        self.border_title = Content(self.digit)

    def render(self) -> Content:
        page, width = self.entry.page, self.content_size.width
        if is_accessible(self):
            description = page.description if page else "opens in the browser"
            digit = self.digit or " "
            cursor = ">" if self.at_cursor else " "
            text = f"{cursor} {digit} {self.entry.label}, {description}"
            return Content(text).truncate(width, ellipsis=True)
        line = self._part(page.glyph if page else "·", "glyph") + f" {self.entry.label}"
        if not self.styles.border_top[0]:
            # Without a border there is no title to show the digit.
            line = self._part(f"{self.digit or ' '} ", "digit") + line
        lines = [line if page else line + " ↗"]
        if self.content_size.height > 1:
            description = page.description if page else "Opens in the browser"
            lines.append(self._part(f"  {description}", "note"))
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines)

    def _part(self, text: str, part: str) -> Content:
        if self.at_cursor and not self.styles.border_top[0]:
            # Without a border the cursor fills the card, so all text has the same color.
            part = "cursor"
        return self.styled(text, f"nav-grid--{part}")


class NavGrid(CardGrid[NavCard]):
    """The cards of the menu; the cursor starts on the first card of another page."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "nav-grid--glyph",
        "nav-grid--digit",
        "nav-grid--note",
        "nav-grid--cursor",
    }

    def __init__(self, entries: Sequence[NavEntry], current_page: str, *, id: str) -> None:
        super().__init__(id=id)
        self.entries = tuple(entries)
        self._current_page = current_page
        self.set_reactive(NavGrid.cursor, self._first_cursor())

    def compose(self) -> ComposeResult:
        entries = enumerate(self.entries, start=1)
        yield from self.with_cursor_class(NavCard(entry, position) for position, entry in entries)

    async def show(self, entries: Sequence[NavEntry]) -> None:
        """Replace the cards if the entries differ."""
        if tuple(entries) == self.entries:
            return
        self.entries = tuple(entries)
        await self.recompose()
        self.cursor = self._first_cursor()
        self.mark_cursor()

    def _first_cursor(self) -> int:
        other_pages = (
            index
            for index, entry in enumerate(self.entries)
            if entry.page is None or entry.page.name != self._current_page
        )
        return next(other_pages, 0)
