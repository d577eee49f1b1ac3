"""Quick Navigation: a card for each page of the dashboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content

from beatpass_tui.models.menu import NavEntry
from beatpass_tui.widgets.accessibility import cursor_prefix, is_accessible
from beatpass_tui.widgets.card_grid import Card, CardGrid
from beatpass_tui.widgets.text_line import text

DIGITS = 9
"""How many cards have a digit of their own."""


class NavCard(Card):
    """One page, or one address outside the dashboard, which carries ↗."""

    def __init__(self, entry: NavEntry, position: int) -> None:
        super().__init__()
        self.entry = entry
        self.digit = str(position) if position <= DIGITS else ""
        self.border_title = text(self.digit)

    def render(self) -> Content:
        """Draw glyph and label, and what the page shows where there is a row for it."""
        page = self.entry.page
        if is_accessible(self):
            about = page.description if page else "opens in the browser"
            said = f"{cursor_prefix(self)} {self.digit or ' '} {self.entry.label}, {about}"
            return text(said).truncate(self.content_size.width, ellipsis=True)
        parts = [
            self._styled(page.glyph if page else "·", "glyph"),
            Content(f" {self.entry.label}"),
        ]
        if not self.styles.border_top[0]:
            # Without a border there is no title to hold the digit.
            parts.insert(0, self._styled(f"{self.digit or ' '} ", "digit"))
        if page is None:
            parts.append(Content(" ↗"))
        lines = [Content("").join(parts)]
        if self.content_size.height > 1:
            lines.append(
                self._styled(f"  {page.description if page else 'Opens in the browser'}", "note")
            )
        width = self.content_size.width
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines)

    def _styled(self, words: str, part: str) -> Content:
        if not self.styles.border_top[0] and self.has_class("-cursor") and self._has_focus:
            # Without a border the cursor is the card's ground, on which all has one color.
            part = "cursor"
        return text(words).stylize(self.part_style(f"nav-grid--{part}"))

    @property
    def _has_focus(self) -> bool:
        return isinstance(self.parent, NavGrid) and self.parent.has_focus


class NavGrid(CardGrid[NavCard]):
    """The cards of the menu; the cursor starts on the first one that leads elsewhere."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "nav-grid--glyph",
        "nav-grid--digit",
        "nav-grid--note",
        "nav-grid--cursor",
    }

    def __init__(self, entries: Sequence[NavEntry], here: str, *, id: str) -> None:
        super().__init__(id=id)
        self.entries = tuple(entries)
        self._here = here
        self.set_reactive(NavGrid.cursor, self._first())

    def compose(self) -> ComposeResult:
        """Make a card for each entry."""
        yield from self.marked(self._made())

    def _made(self) -> Iterator[NavCard]:
        for position, entry in enumerate(self.entries, start=1):
            yield NavCard(entry, position)

    async def show(self, entries: Sequence[NavEntry]) -> None:
        """Replace the cards, when a menu has come that differs from what is shown."""
        if tuple(entries) == self.entries:
            return
        self.entries = tuple(entries)
        async with self.batch():
            await self.remove_children()
            await self.mount(*self.compose())
        self.cursor = self._first()
        self.mark()

    def _first(self) -> int:
        elsewhere = (
            index
            for index, entry in enumerate(self.entries)
            if entry.page is None or entry.page.name != self._here
        )
        return next(elsewhere, 0)
