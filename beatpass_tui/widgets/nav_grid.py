"""Quick Navigation: a card for each page of the dashboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive

from beatpass_tui.models.menu import NavEntry
from beatpass_tui.view_models.cards import NavFact
from beatpass_tui.widgets.accessibility import in_words
from beatpass_tui.widgets.card_grid import Card, CardGrid
from beatpass_tui.widgets.content import ContentWidget, justify
from beatpass_tui.widgets.tab_bar import SHORT_LABELS

NO_FACT = NavFact("")

_FRAME_CELLS = 4
"""Cells of a frame's upper line that its title can't use, inside the corners."""


class NavCard(Card):
    """A page of the dashboard with a fact about it, or an external URL marked with ↗."""

    fact: reactive[NavFact] = reactive(NO_FACT)

    def __init__(self, entry: NavEntry, position: int, fact: NavFact = NO_FACT) -> None:
        title = f"{entry.page.glyph if entry.page else '·'} {entry.label}"
        self._title = title + ("" if entry.page else " ↗")
        super().__init__(self._title)
        self.entry = entry
        self.digit = str(position) if position <= 9 else ""
        self.set_reactive(NavCard.fact, fact)

    def on_resize(self) -> None:
        """Use the short name in a frame whose upper line has no room for the title."""
        if self.styles.border_top[0] and cell_len(self._title) > self.size.width - _FRAME_CELLS:
            label = self.entry.label
            self.border_title = Content(self._title.replace(label, SHORT_LABELS.get(label, label)))
        else:
            self.border_title = Content(self._title)

    def accessible_text(self) -> str:
        page = self.entry.page
        description = page.description if page else "opens in the browser"
        fact = in_words(self.fact.text + self.fact.change.text)
        parts = (f"{self.digit or ' '} {self.entry.label}", description, fact)
        return ", ".join(dict.fromkeys(filter(None, parts)))

    def title_line(self) -> Content:
        glyph, _, rest = str(self.border_title).partition(" ")
        title = self.styled(glyph, "nav-grid--glyph") + f" {rest}"
        if self.content_size.height == 1:
            return self.styled(f"{self.digit or ' '} ", "nav-grid--digit") + title
        return title

    def lines(self, width: int, height: int) -> Sequence[Content]:
        if height < 1:
            return ()
        kind = "warning" if self.fact.is_warning else "fact"
        fact = self.styled(self.fact.text, f"nav-grid--{kind}")
        change = self.fact.change
        kind = {1: "gain", 0: "fact", -1: "loss"}[change.direction]
        fact += self.styled(change.text, f"nav-grid--{kind}")
        return (justify(self.styled(self.digit, "nav-grid--digit"), fact, width),)


class Shortcuts(ContentWidget):
    """Two keys in the place that the last row of cards leaves free."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"shortcuts--key", "shortcuts--label"}

    shortcuts: reactive[tuple[tuple[str, str], ...]] = reactive(())
    """Keys and their labels."""

    def __init__(self, shortcuts: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.set_reactive(Shortcuts.shortcuts, tuple(shortcuts))

    def render(self) -> Content:
        cells = max(len(key) for key, _ in self.shortcuts)
        rows = (
            self.styled(f" {key:<{cells}} ", "shortcuts--key")
            + self.styled(label, "shortcuts--label")
            for key, label in self.shortcuts
        )
        return Content("\n").join(row.truncate(self.content_size.width) for row in rows)


class NavGrid(CardGrid[NavCard]):
    """The cards of the menu; the cursor starts on the first card of another page."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "nav-grid--glyph",
        "nav-grid--digit",
        "nav-grid--fact",
        "nav-grid--warning",
        "nav-grid--gain",
        "nav-grid--loss",
    }

    def __init__(
        self,
        entries: Sequence[NavEntry],
        current_page: str,
        *,
        shortcuts: Sequence[tuple[str, str]] = (),
        id: str,
    ) -> None:
        super().__init__(id=id)
        self.entries = tuple(entries)
        self._current_page = current_page
        self._shortcuts = tuple(shortcuts)
        self._facts: Mapping[str, NavFact] = {current_page: NavFact("You are here")}
        self.set_reactive(NavGrid.cursor, self._first_cursor())

    def compose(self) -> ComposeResult:
        entries = enumerate(self.entries, start=1)
        yield from self.with_cursor_class(
            NavCard(entry, position, self._fact(entry)) for position, entry in entries
        )
        # Four columns, at most: see the stylesheet.
        if self._shortcuts and len(self.entries) % 4:
            yield Shortcuts(self._shortcuts)

    def show_shortcuts(self, shortcuts: Sequence[tuple[str, str]]) -> None:
        """Show other keys or labels."""
        self._shortcuts = tuple(shortcuts)
        for widget in self.query(Shortcuts):
            widget.shortcuts = self._shortcuts

    async def show(self, entries: Sequence[NavEntry]) -> None:
        """Replace the cards if the entries differ."""
        if tuple(entries) == self.entries:
            return
        self.entries = tuple(entries)
        await self.recompose()
        self.cursor = self._first_cursor()
        self.mark_cursor()

    def show_facts(self, facts: Mapping[str, NavFact]) -> None:
        """Show a fact on the card of each page."""
        self._facts = {self._current_page: NavFact("You are here"), **facts}
        for card in self.cards:
            card.fact = self._fact(card.entry)

    def _fact(self, entry: NavEntry) -> NavFact:
        return NO_FACT if entry.page is None else self._facts.get(entry.page.name, NO_FACT)

    @property
    def is_at_first(self) -> bool:
        """Whether the cursor is where it starts."""
        return self.cursor == self._first_cursor()

    def _first_cursor(self) -> int:
        other_pages = (
            index
            for index, entry in enumerate(self.entries)
            if entry.page is None or entry.page.name != self._current_page
        )
        return next(other_pages, 0)
